"""Ends of intervals as the policy table writes them: `[v`, `v + s/10)`.

A small grammar (v, s, r, inf, numbers, + - * / and round brackets) parsed by hand, so that a
table can never run code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from helpers.quantity.interval import NEAR

__all__ = ["Expression", "evaluate", "parse_end"]

TOKEN = re.compile(r"\s*(?:([0-9]+(?:\.[0-9]+)?)|(inf|∞|[vsr])|([-+*/()]))")
LONGEST = 40  # tokens; no end of an interval needs more
Expression = tuple | str | Decimal


def parse_end(cell: str, brackets: str) -> tuple[Expression, bool]:
    """Return the expression of one end and whether the end is closed.

    `brackets` is "[(" for a lower end and "])" for an upper one. Raises ValueError.
    """
    opening = brackets == "[("
    bracket, text = (cell[:1], cell[1:]) if opening else (cell[-1:], cell[:-1])
    if not bracket or bracket not in brackets:
        side = "begin" if opening else "end"
        raise ValueError(f"must {side} with {brackets[0]} (closed) or {brackets[1]} (open)")
    return _parse(text), bracket == brackets[0]


def _parse(text: str) -> Expression:
    tokens, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if not match:
            raise ValueError(
                f"{text[at:].strip()[0]!r} is not allowed; only v, s, r, inf, "
                "numbers, + - * / and brackets are"
            )
        tokens.append(match.group(match.lastindex or 0).replace("∞", "inf"))
        at = match.end()
    if len(tokens) > LONGEST:
        raise ValueError("is too long for an end of an interval")
    tree, rest = _sum(tokens)
    if rest:
        raise ValueError(f"{rest[0]!r} is not expected there")
    return tree


def _sum(tokens: list[str]) -> tuple[Expression, list[str]]:
    tree, rest = _term(tokens)
    while rest and rest[0] in "+-":
        right, after = _term(rest[1:])
        tree, rest = (rest[0], tree, right), after
    return tree, rest


def _term(tokens: list[str]) -> tuple[Expression, list[str]]:
    tree, rest = _factor(tokens)
    while rest and rest[0] in "*/":
        right, after = _factor(rest[1:])
        if rest[0] == "/" and not (isinstance(right, Decimal) and right):
            raise ValueError("division is by a number other than zero only")
        tree, rest = (rest[0], tree, right), after
    return tree, rest


def _factor(tokens: list[str]) -> tuple[Expression, list[str]]:
    if not tokens:
        raise ValueError("an expression over v, s and r is missing")
    head, rest = tokens[0], tokens[1:]
    if head == "(":
        tree, rest = _sum(rest)
        if not rest or rest[0] != ")":
            raise ValueError("a bracket is not closed")
        return tree, rest[1:]
    if head == "-":
        tree, rest = _factor(rest)
        return ("-", Decimal(0), tree), rest
    if head in ("v", "s", "r", "inf"):
        return head, rest
    if head in "+*/)":
        raise ValueError(f"{head!r} is not expected there")
    return Decimal(head), rest


def evaluate(tree: Expression, names: Mapping[str, Decimal]) -> Decimal:
    """Return the value of an expression, given v, s, r and inf."""
    if isinstance(tree, str):
        return names[tree]
    if isinstance(tree, Decimal):
        return tree
    sign, left, right = tree
    one, other = evaluate(left, names), evaluate(right, names)
    operation = {"+": NEAR.add, "-": NEAR.subtract, "*": NEAR.multiply, "/": NEAR.divide}[sign]
    return operation(one, other)
