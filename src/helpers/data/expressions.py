"""The little language of `measures.csv` and `rules.csv`: sums of figures, and how they compare.

    sum   = [+-] term { (+|-) term }
    term  = number | slug | programmes(kind=award, level=national) | parts(slug)
    rule  = sum { (<=|>=|==|!=|<|>) sum }      at least one comparison

Reading only; what a term is worth is not known here. Every fault is an `ExpressionError`, a
ValueError that carries its text in both languages.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["ExpressionError", "Rule", "Term", "names", "parse_rule", "parse_sum", "terms"]

LONGEST = 1000
FILTERS = ("kind", "level", "area")
TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)(?![0-9A-Za-z_.])"
    r"|(?P<slug>[a-z][a-z0-9_]*)"
    r"|(?P<compare><=|>=|==|!=|<|>)"
    r"|(?P<mark>[-+(),=]))"
)


class ExpressionError(ValueError):
    """An expression that cannot be read; `zh` and `en` say why."""

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


def parse_sum(text: str) -> tuple[Term, ...]:
    """The terms of a sum, in order. Raises ExpressionError."""
    rule = _parse(text)
    if rule.operators:
        raise ExpressionError(
            f"这里只能写加减,不能写比较号“{rule.operators[0]}”",
            f"only + and - belong here, not the comparison '{rule.operators[0]}'",
        )
    return rule.operands[0]


def parse_rule(text: str) -> Rule:
    """The operands and operators of a comparison. Raises ExpressionError."""
    rule = _parse(text)
    if not rule.operators:
        raise ExpressionError(
            "缺少比较号(<=、>=、==、!=、<、>)", "no comparison (<=, >=, ==, !=, <, >) in it"
        )
    return rule


def terms(text: str) -> tuple[Term, ...]:
    """Every term of a sum or a rule, in order. Raises ExpressionError."""
    return tuple(term for operand in _parse(text).operands for term in operand)


def names(text: str) -> tuple[str, ...]:
    """The slugs of the figures named in a sum or a rule, each once, in order."""
    return tuple(dict.fromkeys(term.name for term in terms(text) if term.kind == "figure"))


def _parse(text: str) -> Rule:
    tokens = _tokens(text)
    operands = [_read_sum(tokens)]
    operators = []
    while tokens and tokens[0][0] == "compare":
        operators.append(tokens.pop(0)[1])
        operands.append(_read_sum(tokens))
    if tokens:
        raise _unexpected(tokens)
    return Rule(tuple(operands), tuple(operators))


def _tokens(text: str) -> list[tuple[str, str, int]]:
    if len(text) > LONGEST:
        raise ExpressionError(f"表达式超过{LONGEST}个字符", f"longer than {LONGEST} characters")
    tokens, at = [], 0
    end = len(text.rstrip())
    while at < end:
        match = TOKEN.match(text, at)
        if match is None:
            rest = text[at:].strip()[:12]
            raise ExpressionError(
                f"第{at + 1}个字符处读不懂“{rest}”", f"cannot read '{rest}' at character {at + 1}"
            )
        kind = match.lastgroup or ""
        tokens.append((kind, match[kind], match.start(kind) + 1))
        at = match.end()
    return tokens


def _read_sum(tokens: list[tuple[str, str, int]]) -> tuple[Term, ...]:
    sign = 1
    if tokens and tokens[0][1] in ("+", "-"):
        sign = -1 if tokens.pop(0)[1] == "-" else 1
    members = [_read_term(tokens, sign)]
    while tokens and tokens[0][1] in ("+", "-"):
        sign = -1 if tokens.pop(0)[1] == "-" else 1
        members.append(_read_term(tokens, sign))
    return tuple(members)


def _read_term(tokens: list[tuple[str, str, int]], sign: int) -> Term:
    if not tokens or tokens[0][0] not in ("number", "slug"):
        raise _unexpected(tokens)
    kind, name, _ = tokens.pop(0)
    if kind == "number":
        return Term(sign, "number", name)
    if not tokens or tokens[0][1] != "(":
        return Term(sign, "figure", name)
    if name == "programmes":
        return Term(sign, "programmes", "", _read_filters(tokens))
    if name == "parts":
        return Term(sign, "parts", _read_argument(tokens))
    raise ExpressionError(
        f"没有名为“{name}”的计数,只有 programmes(...) 和 parts(...)",
        f"'{name}' is not a count; there are programmes(...) and parts(...)",
    )


def _read_argument(tokens: list[tuple[str, str, int]]) -> str:
    _take(tokens, "(")
    if not tokens or tokens[0][0] != "slug":
        raise _unexpected(tokens)
    name = tokens.pop(0)[1]
    _take(tokens, ")")
    return name


def _read_filters(tokens: list[tuple[str, str, int]]) -> tuple[tuple[str, str], ...]:
    _take(tokens, "(")
    filters: dict[str, str] = {}
    while tokens and tokens[0][1] != ")":
        name = tokens.pop(0)[1]
        if name not in FILTERS or name in filters:
            raise ExpressionError(
                f"programmes(...) 只能各用一次 {'、'.join(FILTERS)},不能写“{name}”",
                f"programmes(...) takes {', '.join(FILTERS)}, each once, not '{name}'",
            )
        _take(tokens, "=")
        if not tokens or tokens[0][0] != "slug":
            raise _unexpected(tokens)
        filters[name] = tokens.pop(0)[1]
        if tokens and tokens[0][1] != ")":
            _take(tokens, ",")
    _take(tokens, ")")
    return tuple(filters.items())


def _take(tokens: list[tuple[str, str, int]], mark: str) -> None:
    if not tokens or tokens[0][1] != mark:
        raise _unexpected(tokens, mark)
    tokens.pop(0)


def _unexpected(tokens: list[tuple[str, str, int]], wanted: str = "") -> ExpressionError:
    zh = f",应为“{wanted}”" if wanted else ""
    en = f", '{wanted}' expected" if wanted else ""
    if not tokens:
        return ExpressionError(f"表达式没有写完{zh}", f"the expression ends too early{en}")
    _, text, at = tokens[0]
    return ExpressionError(
        f"第{at}个字符处的“{text}”放错了地方{zh}", f"'{text}' at character {at} is out of place{en}"
    )
