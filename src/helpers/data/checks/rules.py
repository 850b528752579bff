"""What the figures certainly contradict: rules that fail whatever the rounding words hide."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from itertools import chain
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
from ..problems import Problem, fault
from ..sheets import Sheet
from .figures import is_plain, quantity_as_written

__all__ = ["check_rules"]

Place = tuple[str, str]  # region, period
Measure = tuple[tuple[Term, ...], tuple[Term, ...], Decimal]  # above, below, scale
NEEDED = ("observations", "indicators", "measures", "rules", "programmes")


class _Cell(NamedTuple):
    name: str
    value: Decimal
    written: str
    unit: str
    row: int
    file: str


class _Claim(NamedTuple):
    """A relation that should hold wherever its figures are reported."""

    rule: Rule
    message: str
    said: Mapping[str, Any]
    severity: str = "error"
    region: str = ""  # the only one it is for


def check_rules(sheets: Mapping[str, Sheet], policy: Policy | None) -> Iterator[Problem]:
    """Shares whose numerator is certainly above its denominator, and failed checks.

    Rules of severity `error` refuse the data, checks of severity `warning` are listed; oddities
    and notes are for the reports to tell. One contradiction of the same figures is told once.
    """
    if policy is None or any(name not in sheets for name in NEEDED):
        return
    measures = dict(_measures(sheets["measures"]))
    claims = [*_shares(sheets["measures"], measures), *_rules(sheets["rules"])]
    named = [tuple(_leaves(claim.rule, measures)) for claim in claims]
    book = _Book(sheets, policy, measures, set(chain.from_iterable(named)))
    told: set[tuple[frozenset[Any], str]] = set()
    for claim, names in zip(claims, named, strict=True):
        for at in book.places(claim, names):
            answer, worth = judge(claim.rule, lambda term, at=at: book.worth(term, at))
            cells = [cell for amount in worth if amount for cell in amount.inputs]
            key = (frozenset(cells), "") if cells else (frozenset({at}), claim.said["title"][1])
            if answer == BROKEN and key not in told:
                told.add(key)
                yield _broken(claim, list(dict.fromkeys(cells)), at)


def _measures(sheet: Sheet) -> Iterator[tuple[str, Measure]]:
    for row in sheet.rows():
        with suppress(FormulaError):  # told where formulas are checked
            above = parse_sum(row["numerator"]) if row["numerator"] else ()
            below = parse_sum(row["denominator"]) if row["denominator"] else ()
            if above and row["scale"] is not None:
                yield row["measure"], (above, below, row["scale"])


def _shares(sheet: Sheet, measures: Mapping[str, Measure]) -> Iterator[_Claim]:
    for row in sheet.rows():
        above, below, _ = measures.get(row["measure"], ((), (), None))
        if row["kind"] == "share" and above and below:
            said = {"title": (row["label_zh"], row["label_en"])}
            yield _Claim(Rule((above, below), ("<=",)), "part-above-whole", said)


def _rules(sheet: Sheet) -> Iterator[_Claim]:
    for row in sheet.rows():
        severity = row["severity"]
        if severity == "error" or (severity == "warning" and row["kind"] == "check"):
            said = {"title": (row["title_zh"], row["title_en"]), "rule": row["rule"]}
            with suppress(FormulaError):
                rule = parse_rule(row["expression"])
                yield _Claim(rule, "broken", said, severity, row.get("region", ""))


def _leaves(rule: Rule, measures: Mapping[str, Measure]) -> Iterator[str]:
    """The indicators and bases that a rule rests on, its measures taken apart."""
    for term in chain.from_iterable(rule.operands):
        above, below, _ = measures.get(term.name, ((term,), (), None))
        yield from (part.name for part in (*above, *below) if part.kind == "figure")


class _Book:
    """Figures by name and place, with the row each stands in; intervals only when asked for."""

    def __init__(
        self,
        sheets: Mapping[str, Sheet],
        policy: Policy,
        measures: Mapping[str, Measure],
        names: set[str],
    ) -> None:
        self.policy, self.measures = policy, measures
        about = {row["indicator"]: row for row in sheets["indicators"].rows()}
        self.cells: dict[str, dict[Place, _Cell]] = {}
        sheet = sheets["observations"]
        columns = ("indicator", "region", "period", "value", "as_written")
        for number, name, region, period, value, written in zip(
            sheet.numbers, *(sheet.columns[column] for column in columns), strict=True
        ):
            if name in names and value is not None and region and period:
                unit = about.get(name, {}).get("unit", "")
                cell = _Cell(name, value, written or "", unit, number, sheet.file)
                self.cells.setdefault(name, {})[region, period] = cell
        self.bases: dict[tuple[str, str], _Cell] = {}  # the latest of each region
        bases = sheets["comparables"].rows() if "comparables" in sheets else ()
        for row in sorted(bases, key=lambda row: row["period"]):
            if row["region"] and row["value"] is not None and row["definition"] == "base":
                texts = (row["as_written"], row["unit"], row["row"], sheets["comparables"].file)
                cell = _Cell(row["indicator"], row["value"], *texts)
                self.bases[row["indicator"], row["region"]] = cell
        self.programmes: dict[Place, list[dict]] = {}
        for row in sheets["programmes"].rows():
            if row["region"] and row["period"]:
                self.programmes.setdefault((row["region"], row["period"]), []).append(row)
        periods = sheets["periods"].rows() if "periods" in sheets else ()
        self.ends = {row["period"]: row["end"] for row in periods}
        # indicators of plans stand in a period of their own
        self.plans = {name for name, row in about.items() if row["measure_type"] == "target"}
        self.intervals: dict[_Cell, Interval] = {}

    def places(self, claim: _Claim, names: Iterable[str]) -> list[Place]:
        """Where a claim may be judged: wherever something that it speaks of is recorded."""
        here = {at for name in names for at in self.cells.get(name, ())}
        kinds = {term.kind for term in chain.from_iterable(claim.rule.operands)}
        here |= set(self.programmes) if kinds & {"programmes", "parts"} else set()
        return sorted(at for at in here if claim.region in ("", at[0]))

    def worth(self, term: Term, at: Place, inner: bool = False) -> Amount | None:
        """What a term stands for at a place and period; None where it was not reported. A
        measure is made of no other measure: `inner` is one of its own terms."""
        if term.kind != "figure":
            return counted(term, self.programmes.get(at, ()))
        if term.name in self.measures and not inner:
            return quotient(*self.measures[term.name], lambda part: self.worth(part, at, True))
        cell = self._cell(term.name, at)
        if cell is None:
            return None
        if cell not in self.intervals:
            self.intervals[cell] = _interval(cell, self.policy)
        return Amount(cell.value, self.intervals[cell], (cell,))

    def _cell(self, name: str, at: Place) -> _Cell | None:
        """The figure of a place and period. One of a plan is that of the latest plan that ended
        by then; a base belongs to every period."""
        here = self.cells.get(name, {})
        found = here.get(at) or self.bases.get((name, at[0]))
        if found is None and name in self.plans:
            limit = self.ends.get(at[1]) or "9999"
            ended = ((self.ends.get(p, ""), p) for region, p in here if region == at[0])
            past = max((pair for pair in ended if "" < pair[0] <= limit), default=None)
            found = here[at[0], past[1]] if past else None
        return found


def _interval(cell: _Cell, policy: Policy) -> Interval:
    if not is_plain(cell.written, cell.value, cell.unit):
        with suppress(ValueError):  # told where figures are checked
            quantity = quantity_as_written(cell.written, policy)
            if quantity is not None:
                return quantity.interval
    return Interval.point(cell.value)


def _broken(claim: _Claim, cells: list[_Cell], at: Place) -> Problem:
    cells.sort(key=lambda cell: cell.file.startswith("comparables"))
    figures = (
        "，".join(f"{c.name} = {c.value:f}（{c.file} 第{c.row}行）" for c in cells),
        ", ".join(f"{c.name} = {c.value:f} ({c.file}, row {c.row})" for c in cells),
    )
    place = ("rules.csv", 0, "", "|".join(at))
    if cells:
        place = (cells[0].file, cells[0].row, "value", f"{cells[0].value:f}")
    figures = figures if cells else "|".join(at)
    return fault(place, claim.message, claim.severity, figures=figures, **claim.said)
