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
    "names",
    "parse_rule",
    "parse_sum",
    "quotient",
    "terms",
    "total",
]

HOLDS, OPEN, BROKEN, UNTESTED = "holds", "open", "broken", "untested"
LONGEST = 1000
FILTERS = ("kind", "level", "area")
CHARACTERS = re.compile(r"[a-z0-9_.,+\-()=<>! ]*")
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
        raise FormulaError(
            f"这里只能写加减,不能写比较号“{rule.operators[0]}”",
            f"only + and - belong here, not the comparison '{rule.operators[0]}'",
        )
    return rule.operands[0]


def parse_rule(text: str) -> Rule:
    """The operands and operators of a comparison. Raises FormulaError."""
    rule = _parse(text)
    if not rule.operators:
        raise FormulaError(
            "缺少比较号(<=、>=、==、!=、<、>)", "no comparison (<=, >=, ==, !=, <, >) in it"
        )
    return rule


def terms(text: str) -> tuple[Term, ...]:
    """Every term of a sum or a rule, in order. Raises FormulaError."""
    return tuple(term for operand in _parse(text).operands for term in operand)


def names(text: str) -> tuple[str, ...]:
    """The slugs of the figures named in a sum or a rule, each once, in order."""
    return tuple(dict.fromkeys(term.name for term in terms(text) if term.kind == "figure"))


def braced(text: str) -> list[str]:
    """The names in braces in a sentence, without what stands behind a colon; none where braces do
    not match."""
    try:
        return [name.strip() for _, name, _, _ in string.Formatter().parse(text) if name]
    except ValueError:
        return []


def _parse(text: str) -> Rule:
    if len(text) > LONGEST:
        raise FormulaError(f"表达式超过{LONGEST}个字符", f"longer than {LONGEST} characters")
    read = CHARACTERS.match(text)
    at = read.end() if read else 0
    if at < len(text):
        raise FormulaError(
            f"第{at + 1}个字符“{text[at]}”不能用",
            f"'{text[at]}' at character {at + 1} has no place",
        )
    try:
        body = ast.parse(text.strip(), mode="eval").body
        if not isinstance(body, ast.Compare):
            return Rule((tuple(_sum(body, text.strip())),), ())
        operands = tuple(tuple(_sum(part, text.strip())) for part in (body.left, *body.comparators))
        return Rule(operands, tuple(SIGNS[type(sign)] for sign in body.ops))
    except FormulaError:
        raise
    except (SyntaxError, ValueError, KeyError, RecursionError, MemoryError) as error:
        raise _unreadable(text, error) from None


def _unreadable(text: str, error: Exception) -> FormulaError:
    if re.search(r"(?<![<>=!])=(?!=)", re.sub(r"\([^()]*\)", "", text)):
        return FormulaError("单个等号不是比较号,写成 ==", "a single = is no comparison: write ==")
    if not text.strip():
        return FormulaError("表达式是空的", "the expression is empty")
    offset = error.offset if isinstance(error, SyntaxError) else None
    at = min(offset or 1, len(text.strip()))
    near = text.strip()[at - 1 : at + 11]
    return FormulaError(f"第{at}个字符“{near}”处读不通", f"breaks at character {at}: '{near}'")


def _sum(node: ast.expr, text: str, sign: int = 1) -> Iterator[Term]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        yield from _sum(node.left, text, sign)
        yield from _sum(node.right, text, -sign if isinstance(node.op, ast.Sub) else sign)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
        yield from _sum(node.operand, text, -sign if isinstance(node.op, ast.USub) else sign)
    elif isinstance(node, ast.Name):
        yield Term(sign, "figure", _slug(node, text))
    elif isinstance(node, ast.Constant):
        said = _said(node, text)
        if not NUMBER.fullmatch(said):
            raise FormulaError(f"“{said}”不是数", f"'{said}' is no number")
        yield Term(sign, "number", said)
    elif isinstance(node, ast.Call):
        yield _count(node, text, sign)
    else:
        said = _said(node, text)
        zh = f"“{said}”不能用:只有加减、比较、programmes(...) 和 parts(...)"
        en = f"'{said}' is not allowed: only sums, comparisons, programmes(...) and parts(...)"
        raise FormulaError(zh, en)


def _said(node: ast.AST, text: str) -> str:
    return text[node.col_offset : node.end_col_offset]


def _slug(node: ast.expr, text: str) -> str:
    said = _said(node, text)
    if not isinstance(node, ast.Name) or not SLUG.fullmatch(said):
        raise FormulaError(f"“{said}”不是名称", f"'{said}' is no name")
    return said


def _count(node: ast.Call, text: str, sign: int) -> Term:
    name = _said(node.func, text)
    if name == "parts" and len(node.args) == 1 and not node.keywords:
        return Term(sign, "parts", _slug(node.args[0], text))
    if name != "programmes" or node.args:
        raise FormulaError(
            f"“{_said(node, text)}”读不懂:只有 programmes(kind=...) 和 parts(名称)",
            f"cannot read '{_said(node, text)}': there are programmes(kind=...) and parts(NAME)",
        )
    filters = {}
    for keyword in node.keywords:
        if keyword.arg not in FILTERS:
            raise FormulaError(
                f"programmes(...) 只能用 {'、'.join(FILTERS)},不能写“{keyword.arg}”",
                f"programmes(...) takes {', '.join(FILTERS)}, not '{keyword.arg}'",
            )
        if keyword.arg in filters:
            zh, en = f"{keyword.arg} 写了两次", f"{keyword.arg} stands twice"
            raise FormulaError(zh, en)
        filters[keyword.arg] = _slug(keyword.value, text)
    return Term(sign, "programmes", "", tuple(filters.items()))


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
    inputs: list[Any] = []
    rows: list[int] = []
    for term in members:
        number = Amount(term.number, Interval.point(term.number)) if term.kind == "number" else None
        found = number or source(term)
        if found is None:
            return None
        value = value + found.value if term.sign > 0 else value - found.value
        part = found.interval
        interval = interval + part if term.sign > 0 else interval - part
        inputs.extend(found.inputs)
        rows.extend(found.rows)
    return Amount(value, interval, tuple(inputs), tuple(rows))


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
