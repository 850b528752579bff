"""What the figures certainly contradict: rules that fail whatever the rounding words hide."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from helpers.quantity import Interval, Policy

from .expressions import ExpressionError, Rule, Term, parse_rule, parse_sum
from .figures import is_plain, quantity_as_written
from .problems import Problem, problem
from .sheets import Sheet

__all__ = ["check_contradictions"]

Place = tuple[str, str]  # region, period


class _Cell(NamedTuple):
    value: Decimal
    written: str
    unit: str
    row: int
    file: str


@dataclass(frozen=True, slots=True)
class _Claim:
    """A relation that should hold wherever its figures are reported."""

    rule: Rule
    title: tuple[str, str]
    slug: str
    severity: str = "error"


@dataclass(slots=True)
class _Book:
    """Figures by name and place, with the row each stands in; intervals only when asked for."""

    policy: Policy
    cells: dict[str, dict[Place, _Cell]]
    bases: dict[tuple[str, str], _Cell]
    measures: dict[str, tuple[tuple[Term, ...], tuple[Term, ...], Decimal]]
    programmes: list[dict]
    reported: Collection[str]  # names that have a figure anywhere
    intervals: dict[_Cell, Interval] = field(default_factory=dict)

    def cell(self, name: str, at: Place) -> _Cell | None:
        """The value, words, row and file of a figure; a base belongs to every period."""
        return self.cells.get(name, {}).get(at) or self.bases.get((name, at[0]))

    def interval(self, cell: _Cell) -> Interval:
        """What the words stand for; the value alone where they cannot be read."""
        if cell not in self.intervals:
            self.intervals[cell] = _interval(cell, self.policy)
        return self.intervals[cell]


def check_contradictions(
    sheets: Mapping[str, Sheet], policy: Policy | None, reported: Collection[str] | None = None
) -> Iterator[Problem]:
    """Shares whose numerator is certainly above its denominator, and failed checks.

    Rules of severity `error` refuse the data, checks of severity `warning` are listed; oddities
    and notes are for the reports to tell. One contradiction of the same figures is told once.
    Of observations judged a few regions at a time, `reported` are indicators with any figure.
    """
    needed = ("observations", "indicators", "measures", "rules", "programmes")
    if policy is None or any(name not in sheets for name in needed):
        return
    measures = _measures(sheets["measures"])
    claims = [*_shares(sheets["measures"], measures), *_rules(sheets["rules"])]
    figures = [list(dict.fromkeys(_leaves(claim.rule, measures))) for claim in claims]
    names = {name for named in figures for name in named}
    programmes = [r for r in sheets["programmes"].rows() if r["region"] and r["period"]]
    cells = _cells(sheets, names)
    reported = cells if reported is None else reported
    book = _Book(policy, cells, _bases(sheets), measures, programmes, reported)
    told: set[tuple[frozenset[str], Place]] = set()
    for claim, named in zip(claims, figures, strict=True):
        for at in _failures(claim.rule, named, book):
            if not named or (frozenset(named), at) not in told:
                told.add((frozenset(named), at))
                yield _failure(claim, named, book, at)


def _shares(sheet: Sheet, measures: Mapping) -> Iterator[_Claim]:
    for row in sheet.rows():
        above, below, _ = measures.get(row["measure"], ((), (), None))
        if row["kind"] == "share" and above and below:
            title = (f"{row['label_zh']}:分子大于分母", f"{row['label_en']}: part above whole")
            yield _Claim(Rule((above, below), ("<=",)), title, "numerator-above-denominator")


def _rules(sheet: Sheet) -> Iterator[_Claim]:
    for row in sheet.rows():
        severity = row["severity"]
        if severity == "error" or (severity == "warning" and row["kind"] == "check"):
            try:
                rule = parse_rule(row["expression"] or "")
            except ExpressionError:
                continue
            title = (
                f"不符合规则“{row['title_zh']}”({row['rule']})",
                f"breaks the rule '{row['title_en']}' ({row['rule']})",
            )
            yield _Claim(rule, title, "rule-broken", severity)


def _failures(rule: Rule, named: list[str], book: _Book) -> Iterator[Place]:
    places = [set(book.cells.get(name, ())) for name in named if name in book.reported]
    if places:
        here = set.intersection(*places)
    else:
        here = {(row["region"], row["period"]) for row in book.programmes}
    for at in sorted(here):
        values = [_sum(operand, at, book) for operand in rule.operands]
        pairs = zip(values, rule.operators, values[1:], strict=False)
        if any(a and b and _contradicted(a, sign, b) for a, sign, b in pairs):
            yield at


def _leaves(rule: Rule, measures: Mapping) -> Iterator[str]:
    """The indicators and bases that a rule rests on, its measures taken apart."""
    for term in (term for operand in rule.operands for term in operand):
        if term.kind == "figure" and term.name in measures:
            for terms in measures[term.name][:2]:
                yield from (part.name for part in terms if part.kind == "figure")
        elif term.kind == "figure":
            yield term.name


def _failure(claim: _Claim, named: list[str], book: _Book, at: Place) -> Problem:
    cells = [(name, book.cell(name, at)) for name in named]
    known = [(name, cell) for name, cell in cells if cell]
    zh = ",".join(f"{name} = {cell.value:f}({cell.file} 第{cell.row}行)" for name, cell in known)
    en = ", ".join(f"{name} = {cell.value:f} ({cell.file}, row {cell.row})" for name, cell in known)
    place = ("rules.csv", 0, "", "|".join(at))
    if known:
        first = known[0][1]
        place = (first.file, first.row, "value", f"{first.value:f}")
    say_zh = (f"{claim.title[0]}:{zh or '|'.join(at)}", "核对这几行,改正有误的数")
    say_en = (
        f"{claim.title[1]}: {en or '|'.join(at)}",
        "compare these rows and correct the wrong one",
    )
    return problem(place, claim.slug, say_zh, say_en, claim.severity)


def _sum(terms: tuple[Term, ...], at: Place, book: _Book) -> Interval | None:
    total = None
    for term in terms:
        part = _term(term, at, book)
        if part is None:
            return None
        part = part if term.sign > 0 else part.scale(-1)
        total = part if total is None else total + part
    return total


def _term(term: Term, at: Place, book: _Book) -> Interval | None:
    if term.kind == "number":
        return Interval.point(term.number)
    if term.kind == "parts":
        here = (row for row in book.programmes if (row["region"], row["period"]) == at)
        mine = [row for row in here if row["programme"] == term.name]
        named = [part for part in (mine[0]["parts"] if mine else "").split(";") if part]
        return Interval.point(len(named)) if mine else None
    if term.kind == "programmes":
        here = [row for row in book.programmes if (row["region"], row["period"]) == at]
        filters = term.filters
        return Interval.point(sum(all(row[k] == v for k, v in filters) for row in here))
    if term.name in book.measures:
        return _measure(term.name, at, book)
    cell = book.cell(term.name, at)
    return book.interval(cell) if cell else None


def _measure(name: str, at: Place, book: _Book) -> Interval | None:
    above, below, scale = book.measures[name]
    top = _sum(above, at, book)
    bottom = _sum(below, at, book) if below else Interval.point(1)
    if top is None or bottom is None or bottom.contains(0):
        return None
    return (top / bottom).scale(scale)


def _contradicted(a: Interval, sign: str, b: Interval) -> bool:
    """Whether no member of `a` stands in this relation to any of `b`."""
    touching = a.lower_closed and b.upper_closed
    reverse = a.upper_closed and b.lower_closed
    if sign == "<=":
        return a.lower > b.upper or (a.lower == b.upper and not touching)
    if sign == "<":
        return a.lower >= b.upper
    if sign == ">=":
        return a.upper < b.lower or (a.upper == b.lower and not reverse)
    if sign == ">":
        return a.upper <= b.lower
    if sign == "==":
        return not a.meets(b)
    return a.exact and b.exact and a.lower == b.lower


def _interval(cell: _Cell, policy: Policy) -> Interval:
    if is_plain(cell.written, cell.value, cell.unit):
        return Interval.point(cell.value)
    try:
        quantity = quantity_as_written(cell.written, policy)
    except ValueError:
        quantity = None
    return quantity.interval if quantity else Interval.point(cell.value)


def _measures(sheet: Sheet) -> dict[str, tuple[tuple[Term, ...], tuple[Term, ...], Decimal]]:
    measures = {}
    for row in sheet.rows():
        try:
            parts = [parse_sum(row[c]) if row[c] else () for c in ("numerator", "denominator")]
        except ExpressionError:
            continue
        if parts[0] and row["scale"] is not None:
            measures[row["measure"]] = (parts[0], parts[1], row["scale"])
    return measures


def _cells(sheets: Mapping[str, Sheet], names: set[str]) -> dict[str, dict[Place, _Cell]]:
    units = {row["indicator"]: row["unit"] for row in sheets["indicators"].rows()}
    cells: dict[str, dict[Place, _Cell]] = {}
    sheet = sheets["observations"]
    columns = ("indicator", "region", "period", "value", "as_written")
    rows = zip(sheet.numbers, *(sheet.columns[name] for name in columns), strict=True)
    for number, name, region, period, value, written in rows:
        if name in names and value is not None and region and period:
            cell = _Cell(value, written or "", units.get(name, ""), number, sheet.file)
            cells.setdefault(name, {})[region, period] = cell
    return cells


def _bases(sheets: Mapping[str, Sheet]) -> dict[tuple[str, str], _Cell]:
    """The denominators that comparables bring, each at its latest period."""
    bases: dict[tuple[str, str], _Cell] = {}
    sheet = sheets.get("comparables")
    for row in sorted(sheet.rows(), key=lambda row: row["period"] or "") if sheet else ():
        if row["region"] and row["value"] is not None and row["definition"] == "base":
            cell = _Cell(row["value"], row["as_written"] or "", row["unit"], row["row"], sheet.file)
            bases[row["indicator"], row["region"]] = cell
    return bases
