"""Formulas of `measures.csv` and `rules.csv`: read as Python reads them, allowed very little.

    sum   = terms joined by + and -; brackets may stand round a sum
    term  = number | slug | programmes(kind=award, level=national) | parts(slug)
    rule  = sum <= sum [<= sum ...]      with any of <= >= == != < >

What a term is worth is asked of the caller; sums, quotients and comparisons are worked out here
alone, with interval arithmetic, so that `check` and the reports never disagree. A comparison of
intervals has three answers (Kleene's logic): it holds, it is broken, or the written forms leave
it open; where a figure is missing it is untested.
"""

import ast
import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from helpers.quantity import Interval

__all__ = [
    "BROKEN",
    "HOLDS",
    "OPEN",
    "UNTESTED",
    "Amount",
    "FormulaError",
    "Rule",
    "Term",
    "braced",
    "compare",
    "counted",
    "judge",
    "parse_rule",
    "parse_sum",
    "quotient",
    "terms",
    "total",
]

HOLDS, OPEN, BROKEN, UNTESTED = "holds", "open", "broken", "untested"
LONGEST = 1000
FILTERS = ("kind", "level", "area")
CHARACTER = re.compile(r"[a-z0-9_.,+\-()=<>! ]")
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
SLUG = re.compile(r"[a-z][a-z0-9_]*")
SIGNS: Mapping[type, str] = {
    ast.LtE: "<=",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.Gt: ">",
}
TURNED = {">": "<", ">=": "<="}


class FormulaError(ValueError):
    """A formula that cannot be read; `zh` and `en` say why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


@dataclass(frozen=True, slots=True)
class Term:
    """One signed member of a sum.

    `kind` is `figure` (an indicator, a measure or a comparable's indicator: `name` is its slug),
    `programmes` (the number of programme rows that match `filters`), `parts` (the number of
    named parts of the programme `name`) or `number` (`name` is its digits).
    """

    sign: int
    kind: str
    name: str = ""
    filters: tuple[tuple[str, str], ...] = ()

    @property
    def number(self) -> Decimal:
        """The unsigned value of a `number` term."""
        return Decimal(self.name)


@dataclass(frozen=True, slots=True)
class Rule:
    """A comparison, chained or not: `operands[i] operators[i] operands[i + 1]` for every i."""

    operands: tuple[tuple[Term, ...], ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """A value, the interval of what its written form allows, and what it was made from: the
    figures (whatever the caller takes for one) and the rows of programmes."""

    value: Decimal
    interval: Interval
    inputs: tuple[Any, ...] = ()
    rows: tuple[int, ...] = ()


Source = Callable[[Term], Amount | None]  # the worth of a term; None where it was not reported


def parse_sum(text: str) -> tuple[Term, ...]:
    """The terms of a sum, in order. Raises FormulaError."""
    rule = _parse(text)
    if rule.operators:
        sign = rule.operators[0]
        en = f"only + and - belong here, not the comparison '{sign}'"
        raise FormulaError(f"这里只能写加减，不能写比较号“{sign}”", en)
    return rule.operands[0]


def parse_rule(text: str) -> Rule:
    """The operands and operators of a comparison. Raises FormulaError."""
    rule = _parse(text)
    if not rule.operators:
        signs = " ".join(SIGNS.values())
        raise FormulaError(f"缺少比较号（{signs}）", f"no comparison ({signs}) in it")
    return rule


def terms(text: str) -> tuple[Term, ...]:
    """Every term of a sum or a rule, in order. Raises FormulaError."""
    return tuple(term for operand in _parse(text).operands for term in operand)


def braced(text: str) -> list[str]:
    """The names in braces in a sentence, without what stands behind a colon; none where braces do
    not match."""
    try:
        return [name.strip() for _, name, _, _ in string.Formatter().parse(text) if name]
    except ValueError:
        return []


@lru_cache(maxsize=1024)
def _parse(text: str) -> Rule:
    if len(text) > LONGEST:
        raise FormulaError(f"表达式超过{LONGEST}个字符", f"longer than {LONGEST} characters")
    if not text.strip():
        raise FormulaError("表达式是空的", "the expression is empty")
    for at, character in enumerate(text, 1):
        if not CHARACTER.match(character):
            en = f"'{character}' at character {at} has no place"
            raise FormulaError(f"第{at}个字符“{character}”不能用", en)
    text = text.strip()
    try:
        body = ast.parse(text, mode="eval").body
        parts = (body.left, *body.comparators) if isinstance(body, ast.Compare) else (body,)
        signs = tuple(SIGNS[type(sign)] for sign in getattr(body, "ops", ()))
        return Rule(tuple(tuple(_sum(part, text)) for part in parts), signs)
    except FormulaError:
        raise
    except (SyntaxError, ValueError, KeyError, RecursionError, MemoryError) as error:
        if re.search(r"(?<![<>=!])=(?!=)", re.sub(r"\([^()]*\)", "", text)):
            zh, en = "单个等号不是比较号，写成 ==", "a single = is no comparison: write =="
            raise FormulaError(zh, en) from None
        at = min(getattr(error, "offset", None) or 1, len(text))
        near = text[at - 1 : at + 11]
        zh, en = f"第{at}个字符“{near}”处读不通", f"breaks at character {at}: '{near}'"
        raise FormulaError(zh, en) from None


def _sum(node: ast.expr, text: str, sign: int = 1) -> Iterator[Term]:
    said = text[node.col_offset : node.end_col_offset]
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            yield from _sum(node.left, text, sign)
            yield from _sum(node.right, text, -sign if isinstance(node.op, ast.Sub) else sign)
        case ast.UnaryOp(op=ast.UAdd() | ast.USub()):
            yield from _sum(node.operand, text, -sign if isinstance(node.op, ast.USub) else sign)
        case ast.Name() if SLUG.fullmatch(said):
            yield Term(sign, "figure", said)
        case ast.Constant() if NUMBER.fullmatch(said):
            yield Term(sign, "number", said)
        case ast.Call(func=ast.Name(id="parts"), args=[ast.Name(id=name)], keywords=[]) if (
            SLUG.fullmatch(name)
        ):
            yield Term(sign, "parts", name)
        case ast.Call(func=ast.Name(id="programmes"), args=[]):
            filters = {
                one.arg: one.value.id
                for one in node.keywords
                if one.arg in FILTERS
                and isinstance(one.value, ast.Name)
                and SLUG.fullmatch(one.value.id)
            }
            if len(filters) < len(node.keywords):
                listed = ", ".join(f"{name}=…" for name in FILTERS)
                zh = f"“{said}”读不懂：programmes(...) 里只能写 {listed}，各一次"
                en = f"cannot read '{said}': programmes(...) takes {listed}, each once"
                raise FormulaError(zh, en)
            yield Term(sign, "programmes", "", tuple(filters.items()))
        case _:
            zh = f"“{said}”不能用：只有加减、比较、programmes(kind=…) 和 parts(名称)"
            en = f"'{said}' is not allowed: only sums, comparisons, programmes(kind=…), parts(NAME)"
            raise FormulaError(zh, en)


def counted(term: Term, programmes: Sequence[Mapping[str, Any]]) -> Amount | None:
    """The worth of `programmes(...)` or `parts(...)` where these are the rows of `programmes.csv`
    of the place and period (columns programme, parts, row and those of the filters).

    None where nothing is recorded: no programme at all, or not the one whose parts are counted.
    """
    if term.kind == "parts":
        rows = [row for row in programmes if row["programme"] == term.name]
        parts = [part for row in rows for part in str(row["parts"]).split(";") if part.strip()]
        count = len(parts) if rows else None
    else:
        rows = [r for r in programmes if all(r[key] == value for key, value in term.filters)]
        count = len(rows) if programmes else None
    if count is None:
        return None
    value = Decimal(count)
    return Amount(value, Interval.point(value), (), tuple(int(row["row"]) for row in rows))


def total(members: Iterable[Term], source: Source) -> Amount | None:
    """The sum of terms, None where one of them was not reported."""
    value, interval = Decimal(0), Interval.point(0)
    inputs: tuple[Any, ...] = ()
    rows: tuple[int, ...] = ()
    for term in members:
        if term.kind == "number":
            found = Amount(term.number, Interval.point(term.number))
        else:
            found = source(term)
        if found is None:
            return None
        minus = term.sign < 0
        value = value - found.value if minus else value + found.value
        interval = interval - found.interval if minus else interval + found.interval
        inputs, rows = inputs + found.inputs, rows + found.rows
    return Amount(value, interval, inputs, rows)


def quotient(
    numerator: Iterable[Term], denominator: Iterable[Term], scale: Decimal, source: Source
) -> Amount | None:
    """`scale * numerator / denominator`; without terms below, the numerator alone.

    None where an operand was not reported or the denominator may be zero: nothing can be said
    of a share of nothing.
    """
    top = total(numerator, source)
    if top is None:
        return None
    below = tuple(denominator)
    if not below:
        return Amount(top.value * scale, top.interval.scale(scale), top.inputs, top.rows)
    bottom = total(below, source)
    if bottom is None or bottom.interval.contains(Decimal(0)):
        return None
    interval = top.interval.scale(scale) / bottom.interval
    # an exact result is its interval's one point, rounded once in the interval's own arithmetic
    value = interval.lower if interval.exact else top.value * scale / bottom.value
    return Amount(value, interval, top.inputs + bottom.inputs, top.rows + bottom.rows)


def judge(rule: Rule, source: Source) -> tuple[str, tuple[Amount | None, ...]]:
    """The answer to a rule (`holds`, `open`, `broken`, `untested`) and what its operands are
    worth: broken as soon as one comparison is, untested only where none of them can be made."""
    worth = tuple(total(operand, source) for operand in rule.operands)
    answers = {
        compare(a.interval, sign, b.interval) if a and b else UNTESTED
        for a, sign, b in zip(worth, rule.operators, worth[1:], strict=False)
    }
    answer = next(one for one in (BROKEN, UNTESTED, OPEN, HOLDS) if one in answers)
    return answer, worth


def compare(a: Interval, sign: str, b: Interval) -> str:
    """`holds` where every number of `a` stands in this relation to every one of `b`, `broken`
    where none does, else `open`. The relation is one of <= >= == != < >."""
    if sign in TURNED:
        return compare(b, TURNED[sign], a)
    if sign in ("==", "!="):
        same, apart = (HOLDS, BROKEN) if sign == "==" else (BROKEN, HOLDS)
        if not a.meets(b):
            return apart
        return same if a.exact and b.exact else OPEN
    # two ends at one point: <= holds there; < holds only where an end is not reached
    touch = a.upper == b.lower and (sign == "<=" or not (a.upper_closed and b.lower_closed))
    reach = a.lower == b.upper and not (sign == "<=" and a.lower_closed and b.upper_closed)
    if a.upper < b.lower or touch:
        return HOLDS
    return BROKEN if a.lower > b.upper or reach else OPEN
