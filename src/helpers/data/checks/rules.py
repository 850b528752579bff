"""What the figures certainly contradict: rules that fail whatever the rounding words hide."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from helpers.quantity import Interval, Policy

from ..formulas import (
    BROKEN,
    Amount,
    FormulaError,
    Rule,
    Term,
    counted,
    judge,
    parse_rule,
    parse_sum,
    quotient,
)
from ..problems import Problem, problem
from ..sheets import Sheet
from .figures import is_plain, quantity_as_written

__all__ = ["check_rules"]

Place = tuple[str, str]  # region, period


class _Cell(NamedTuple):
    name: str
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
    region: str = ""  # the only one it is for


Measure = tuple[tuple[Term, ...], tuple[Term, ...], Decimal]  # above, below, scale


@dataclass(slots=True)
class _Book:
    """Figures by name and place, with the row each stands in; intervals only when asked for."""

    policy: Policy
    cells: dict[str, dict[Place, _Cell]]
    bases: dict[tuple[str, str], _Cell]
    measures: dict[str, Measure]
    programmes: dict[Place, list[dict]]
    ends: dict[str, str]  # of periods
    targets: set[str]  # indicators of plans, which stand in a period of their own
    intervals: dict[_Cell, Interval] = field(default_factory=dict)

    def cell(self, name: str, at: Place) -> _Cell | None:
        """The figure of a place and period. One of a plan is that of the latest plan that ended
        by then; a base belongs to every period."""
        here = self.cells.get(name, {})
        found = here.get(at) or self.bases.get((name, at[0]))
        if found is None and name in self.targets:
            limit = self.ends.get(at[1]) or "9999"
            past = [
                p for region, p in here if region == at[0] and "" < self.ends.get(p, "") <= limit
            ]
            found = here[at[0], max(past, key=self.ends.__getitem__)] if past else None
        return found

    def worth(self, term: Term, at: Place) -> Amount | None:
        """What a term stands for at a place and period; None where it was not reported."""
        if term.kind != "figure":
            return counted(term, self.programmes.get(at, ()))
        if term.name in self.measures:
            above, below, scale = self.measures[term.name]
            return quotient(above, below, scale, lambda inner: self.plain(inner, at))
        return self.plain(term, at)

    def plain(self, term: Term, at: Place) -> Amount | None:
        """As `worth`; a measure is made of no other measure."""
        if term.kind != "figure":
            return counted(term, self.programmes.get(at, ()))
        cell = self.cell(term.name, at)
        if cell is None:
            return None
        if cell not in self.intervals:
            self.intervals[cell] = _interval(cell, self.policy)
        return Amount(cell.value, self.intervals[cell], (cell,))


def check_rules(sheets: Mapping[str, Sheet], policy: Policy | None) -> Iterator[Problem]:
    """Shares whose numerator is certainly above its denominator, and failed checks.

    Rules of severity `error` refuse the data, checks of severity `warning` are listed; oddities
    and notes are for the reports to tell. One contradiction of the same figures is told once.
    """
    needed = ("observations", "indicators", "measures", "rules", "programmes")
    if policy is None or any(name not in sheets for name in needed):
        return
    measures = _measures(sheets["measures"])
    claims = [*_shares(sheets["measures"], measures), *_rules(sheets["rules"])]
    named = [list(dict.fromkeys(_leaves(claim.rule, measures))) for claim in claims]
    book = _book(sheets, policy, measures, {name for names in named for name in names})
    told: set[tuple[frozenset[Any], str]] = set()
    for claim, names in zip(claims, named, strict=True):
        for at in _places(claim, names, book):
            answer, worth = judge(claim.rule, lambda term, at=at: book.worth(term, at))
            cells = [cell for amount in worth if amount for cell in amount.inputs]
            key = frozenset(cells) or frozenset({at}), "" if cells else claim.title[1]
            if answer == BROKEN and key not in told:
                told.add(key)
                yield _broken(claim, list(dict.fromkeys(cells)), at)


def _shares(sheet: Sheet, measures: Mapping[str, Measure]) -> Iterator[_Claim]:
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
                rule = parse_rule(row["expression"])
            except FormulaError:
                continue
            title = (
                f"不符合规则“{row['title_zh']}”({row['rule']})",
                f"breaks the rule '{row['title_en']}' ({row['rule']})",
            )
            yield _Claim(rule, title, "rule-broken", severity, row.get("region", ""))


def _places(claim: _Claim, names: Iterable[str], book: _Book) -> list[Place]:
    """Where the claim may be judged: wherever something that it speaks of is recorded."""
    here = {at for name in names for at in book.cells.get(name, ())}
    if any(term.kind in ("programmes", "parts") for part in claim.rule.operands for term in part):
        here |= set(book.programmes)
    return sorted(at for at in here if claim.region in ("", at[0]))


def _leaves(rule: Rule, measures: Mapping[str, Measure]) -> Iterator[str]:
    """The indicators and bases that a rule rests on, its measures taken apart."""
    for term in (term for operand in rule.operands for term in operand):
        if term.kind == "figure" and term.name in measures:
            for terms in measures[term.name][:2]:
                yield from (part.name for part in terms if part.kind == "figure")
        elif term.kind == "figure":
            yield term.name


def _broken(claim: _Claim, cells: list[_Cell], at: Place) -> Problem:
    cells.sort(key=lambda cell: cell.file.startswith("comparables"))
    zh = ",".join(f"{c.name} = {c.value:f}({c.file} 第{c.row}行)" for c in cells)
    en = ", ".join(f"{c.name} = {c.value:f} ({c.file}, row {c.row})" for c in cells)
    place = ("rules.csv", 0, "", "|".join(at))
    if cells:
        place = (cells[0].file, cells[0].row, "value", f"{cells[0].value:f}")
    say_zh = (f"{claim.title[0]}:{zh or '|'.join(at)}", "核对这几行,改正有误的数")
    say_en = (
        f"{claim.title[1]}: {en or '|'.join(at)}",
        "compare these rows and correct the wrong one",
    )
    return problem(place, claim.slug, say_zh, say_en, claim.severity)


def _interval(cell: _Cell, policy: Policy) -> Interval:
    if is_plain(cell.written, cell.value, cell.unit):
        return Interval.point(cell.value)
    try:
        quantity = quantity_as_written(cell.written, policy)
    except ValueError:
        quantity = None
    return quantity.interval if quantity else Interval.point(cell.value)


def _measures(sheet: Sheet) -> dict[str, Measure]:
    measures = {}
    for row in sheet.rows():
        try:
            above, below = (
                parse_sum(row[name]) if row[name] else () for name in ("numerator", "denominator")
            )
        except FormulaError:
            continue
        if above and row["scale"] is not None:
            measures[row["measure"]] = (above, below, row["scale"])
    return measures


def _book(
    sheets: Mapping[str, Sheet], policy: Policy, measures: dict[str, Measure], names: set[str]
) -> _Book:
    programmes: dict[Place, list[dict]] = {}
    for row in sheets["programmes"].rows():
        if row["region"] and row["period"]:
            programmes.setdefault((row["region"], row["period"]), []).append(row)
    periods = sheets["periods"].rows() if "periods" in sheets else ()
    kinds = {row["indicator"]: row["measure_type"] for row in sheets["indicators"].rows()}
    return _Book(
        policy,
        _cells(sheets, names),
        _bases(sheets),
        measures,
        programmes,
        {row["period"]: row["end"] or "" for row in periods},
        {name for name, kind in kinds.items() if kind == "target"},
    )


def _cells(sheets: Mapping[str, Sheet], names: set[str]) -> dict[str, dict[Place, _Cell]]:
    units = {row["indicator"]: row["unit"] for row in sheets["indicators"].rows()}
    cells: dict[str, dict[Place, _Cell]] = {}
    sheet = sheets["observations"]
    columns = ("indicator", "region", "period", "value", "as_written")
    rows = zip(sheet.numbers, *(sheet.columns[name] for name in columns), strict=True)
    for number, name, region, period, value, written in rows:
        if name in names and value is not None and region and period:
            cell = _Cell(name, value, written or "", units.get(name, ""), number, sheet.file)
            cells.setdefault(name, {})[region, period] = cell
    return cells


def _bases(sheets: Mapping[str, Sheet]) -> dict[tuple[str, str], _Cell]:
    """The denominators that comparables bring, each at its latest period."""
    bases: dict[tuple[str, str], _Cell] = {}
    sheet = sheets.get("comparables")
    for row in sorted(sheet.rows(), key=lambda row: row["period"]) if sheet else ():
        if row["region"] and row["value"] is not None and row["definition"] == "base":
            cell = _Cell(
                row["indicator"], row["value"], row["as_written"], row["unit"], row["row"],
                sheet.file,
            )  # fmt: skip
            bases[row["indicator"], row["region"]] = cell
    return bases
