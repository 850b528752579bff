"""The rounding policy: which interval a written number and its rounding word stand for.

The rows are those of `qualifiers.csv`: a bracket and an expression for each end, over v (the
stated value), s (the place of the last digit that is not zero) and r (the place of the last
written digit), e.g. `[v` and `v + s)`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from helpers.quantity.interval import INFINITY, NEAR, Interval, tidy

__all__ = ["POSITIONS", "Policy", "PolicyFault", "PolicyRefused", "Rule"]

POSITIONS = ("exact", "rounded", "before", "inside", "after", "threshold")
COLUMNS = ("qualifier", "position", "lower", "upper", "word_en")
NAMES = ("v", "s", "r", "inf")
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
CHARACTERS = re.compile(r"[0-9.vsrinf()+*/ -]{1,80}")  # no end of an interval needs more
OPERATIONS = {
    ast.Add: NEAR.add, ast.Sub: NEAR.subtract, ast.Mult: NEAR.multiply, ast.Div: NEAR.divide,
}  # fmt: skip
Expression = tuple | str | Decimal  # (operation, left, right), a name, a number


class PolicyFault(NamedTuple):
    """One cell of the policy that cannot be used."""

    row: int
    column: str
    value: str
    reason: str


class PolicyRefused(ValueError):  # noqa: N818 - a refusal of the data, named as elsewhere
    """Raised for a policy with faults; `faults` lists every one."""

    def __init__(self, faults: list[PolicyFault]) -> None:
        """Keep the faults and say each on a line."""
        self.faults = tuple(faults)
        super().__init__(
            "\n".join(
                f"row {row}: {column}: {value!r}: {reason}" for row, column, value, reason in faults
            )
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the policy: a rounding word at a position, and its two ends."""

    qualifier: str
    position: str
    lower: Expression
    upper: Expression
    lower_closed: bool
    upper_closed: bool
    word_en: str = ""

    def interval(self, value: Decimal, step: Decimal, place: Decimal) -> Interval:
        """Return the interval for v = value, s = step, r = place; ValueError if it is empty."""
        names = {"v": value, "s": step, "r": place, "inf": INFINITY}
        low, high = tidy(_value(self.lower, names)), tidy(_value(self.upper, names))
        if low == high and self.position == "exact":
            return Interval.point(low)
        return Interval(low, high, self.lower_closed, self.upper_closed)

    def same_ends(self, other: Rule) -> bool:
        """Tell whether another rule sets the same two ends."""
        ends = ("lower", "upper", "lower_closed", "upper_closed")
        return all(getattr(self, name) == getattr(other, name) for name in ends)


@dataclass(frozen=True)
class Policy:
    """Every rule of a rounding policy; equal rules make equal policies."""

    rules: tuple[Rule, ...]

    @cached_property
    def _index(self) -> dict[tuple[str, str], Rule]:
        return {(rule.qualifier, rule.position): rule for rule in reversed(self.rules)}

    @cached_property
    def _words(self) -> dict[str, tuple[str, ...]]:
        words = sorted((rule.qualifier, rule.position) for rule in self.rules)
        words.sort(key=lambda word: -len(word[0]))
        return {place: tuple(word for word, at in words if at == place) for place in POSITIONS}

    @cached_property
    def _hash(self) -> int:
        return hash(self.rules)

    def __hash__(self) -> int:
        """Return the hash of the rules, computed once."""
        return self._hash

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, object]]) -> Policy:
        """Read rows with qualifier, position, lower, upper and word_en.

        A `row` key gives the row's number for messages (else counted from 2, below a header).
        Raises PolicyRefused with every fault: row, column, value and reason.
        """
        faults: list[PolicyFault] = []
        rules = [_rule(row, count, faults) for count, row in enumerate(rows, start=2)]
        seen: dict[tuple[str, str], int] = {}
        for count, rule in enumerate(rules, start=2):
            if rule and (rule.qualifier, rule.position) in seen:
                twice = f"stands twice at position {rule.position}"
                faults.append(PolicyFault(count, "qualifier", rule.qualifier, twice))
            if rule:
                seen[rule.qualifier, rule.position] = count
        for needed in ("exact", "rounded"):
            if ("", needed) not in seen and not faults:
                faults.append(PolicyFault(1, "position", needed, "the policy has no such row"))
        if faults:
            raise PolicyRefused(faults)
        return cls(tuple(rule for rule in rules if rule))

    def words(self, position: str) -> tuple[str, ...]:
        """Return the rounding words that may stand at a position, longest first."""
        return self._words[position]

    def rule(self, qualifier: str, position: str = "") -> Rule:
        """Return the rule of a word; at the position if it has one there, else its first.

        Raises ValueError for a word that the policy does not know.
        """
        found = self._index.get((qualifier, position))
        if found is None:
            places = ("after", "inside", "before") if qualifier else ("exact",)
            rules = (self._index.get((qualifier, place)) for place in places)
            found = next(filter(None, rules), None)
        if found is None:
            raise ValueError(f"the policy does not know the rounding word {qualifier!r}")
        return found

    def knows(self, qualifier: str) -> bool:
        """Tell whether the policy has a rule for a rounding word."""
        return any((qualifier, place) in self._index for place in POSITIONS)

    def words_en(self) -> tuple[tuple[str, str], ...]:
        """Return (English words, Chinese word) pairs, longest first, one for each English word."""
        first: dict[str, str] = {}
        for rule in self.rules:
            if rule.word_en and rule.qualifier:
                first.setdefault(rule.word_en.lower(), rule.qualifier)
        return tuple(sorted(first.items(), key=lambda pair: -len(pair[0])))


def _rule(row: Mapping[str, object], count: int, faults: list[PolicyFault]) -> Rule | None:
    number = int(row.get("row", count))  # type: ignore[call-overload]
    cells = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    word, position, before = cells["qualifier"], cells["position"], len(faults)
    if position not in POSITIONS:
        known = f"not one of {', '.join(POSITIONS)}"
        faults.append(PolicyFault(number, "position", position, known))
    elif bool(word) == (position in ("exact", "rounded")):
        needed = "a word is needed at before, inside, after and threshold, and none elsewhere"
        faults.append(PolicyFault(number, "qualifier", word, needed))
    ends = {}
    for column, brackets in (("lower", "[("), ("upper", "])")):
        try:
            ends[column], ends[f"{column}_closed"] = _end(cells[column], brackets)
        except ValueError as reason:
            faults.append(PolicyFault(number, column, cells[column], str(reason)))
    if len(faults) > before:
        return None
    return Rule(word, position, **ends, word_en=cells["word_en"])


def _end(cell: str, brackets: str) -> tuple[Expression, bool]:
    """The expression of one end and whether the end is closed; ValueError where it is none.

    `brackets` is "[(" for a lower end and "])" for an upper one. The expression is read as
    Python reads it, so that a table may hold sums, and can never run code.
    """
    opening = brackets == "[("
    bracket, text = (cell[:1], cell[1:]) if opening else (cell[-1:], cell[:-1])
    if not bracket or bracket not in brackets:
        side = "begin" if opening else "end"
        raise ValueError(f"must {side} with {brackets[0]} (closed) or {brackets[1]} (open)")
    text = text.replace("∞", "inf").strip()
    try:
        if CHARACTERS.fullmatch(text):
            return _expression(ast.parse(text, mode="eval").body, text), bracket == brackets[0]
    except (SyntaxError, RecursionError):
        pass
    raise ValueError(f"{text!r}: only v, s, r, inf, numbers, + - * / and brackets are allowed")


def _expression(node: ast.expr, text: str) -> Expression:
    said = ast.get_source_segment(text, node) or ""
    if isinstance(node, ast.Name) and node.id in NAMES:
        return node.id
    if isinstance(node, ast.Constant) and NUMBER.fullmatch(said):
        return Decimal(said)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return NEAR.subtract, Decimal(0), _expression(node.operand, text)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS:
        left, right = _expression(node.left, text), _expression(node.right, text)
        if isinstance(node.op, ast.Div) and not (isinstance(right, Decimal) and right):
            raise ValueError("division is by a number other than zero only")
        return OPERATIONS[type(node.op)], left, right
    raise ValueError(f"{said!r}: only v, s, r, inf, numbers, + - * / and brackets are allowed")


def _value(tree: Expression, names: Mapping[str, Decimal]) -> Decimal:
    if isinstance(tree, tuple):
        operation, left, right = tree
        return operation(_value(left, names), _value(right, names))
    return names[tree] if isinstance(tree, str) else tree
