"""What stands where in a submission form: worked out from the tables alone.

A new indicator is a new row, a new area a new sheet. The same tables, region and period give the
same form; programs find its cells in the hidden sheet ``_cells``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, NamedTuple

from helpers.analysis.lookup import by_name
from helpers.analysis.observations import recorded
from helpers.analysis.periods import like_before
from helpers.collect.words import Both, both
from helpers.data.checks.figures import limits
from helpers.data.formulas import parse_rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helpers.analysis.figures import Figure
    from helpers.data import Tables

__all__ = ["ACCEPTED", "FIELDS", "FIRST", "VERSION", "FormRow", "Layout", "layout"]

VERSION = "1"
ACCEPTED = ("1",)  # versions of forms that `collect` reads
FIELDS = {"value": "E", "qualifier": "F", "remark": "G"}  # field → column of an area's sheet
FIRST = 6  # the first row of indicators
SHEET_NAME = 28  # characters; a spreadsheet takes 31
WIDER, NARROWER = Decimal(2), Decimal(1) / 2  # how far from last time's value is still plausible
FEW = 10  # a change of so few is never out of the ordinary


class FormCell(NamedTuple):
    """A cell to be filled in: what belongs in it (value, qualifier or remark) and where it is."""

    indicator: str
    field: str
    sheet: str
    address: str


@dataclass(frozen=True, slots=True)
class FormRow:
    """One indicator's row; ends and the last figure are None where there is none."""

    indicator: Mapping[str, object]
    row: int
    whole: bool
    minimum: Decimal | None
    maximum: Decimal | None
    last: Figure | None
    low: Decimal | None
    high: Decimal | None


class AreaSheet(NamedTuple):
    """The sheet of one area of work."""

    name: str
    title: Both
    rows: tuple[FormRow, ...]


class Check(NamedTuple):
    """A rule between figures as a live formula: ``formula`` is true where it holds."""

    title: Both
    formula: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole form, before it is drawn; names are in Chinese and in English."""

    form: str
    codebook: str
    region: str
    place: Both
    period: str
    time: Both
    last_period: Both  # labels of the last period that is as long, "" where none is
    labels: Mapping[str, Both]  # of every period
    simulated: bool
    qualifiers: tuple[str, ...]
    areas: tuple[AreaSheet, ...]
    checks: tuple[Check, ...]

    @property
    def cells(self) -> Iterator[FormCell]:
        """Every cell to be filled in, in the order of the form."""
        for sheet in self.areas:
            for row in sheet.rows:
                for field, column in FIELDS.items():
                    slug = str(row.indicator["indicator"])
                    yield FormCell(slug, field, sheet.name, f"{column}{row.row}")


def layout(tables: Tables, region: str, period: str) -> Layout:
    """The form of a region and period that the tables know; KeyError for others."""
    place = by_name(tables, "regions", "region")[region]
    times = by_name(tables, "periods", "period")
    labels = {name: both(row, "label") for name, row in times.items()}
    areas = tuple(_area_sheets(tables, region, period))
    parts = ("indicator", "unit", "definition_zh")
    lines = [",".join(str(row.indicator[part]) for part in parts)
             for sheet in areas for row in sheet.rows]  # fmt: skip
    codebook = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]
    return Layout(
        form=f"{region}-{period}-v{VERSION}-{codebook}",
        codebook=codebook,
        region=region,
        place=both(place, "name"),
        period=period,
        time=labels[period],
        last_period=labels.get(next(iter(like_before(tables, period)), ""), ("", "")),
        labels=labels,
        simulated=tables.simulated,
        qualifiers=tuple(dict.fromkeys(q for q in tables.qualifiers["qualifier"] if q)),
        areas=areas,
        checks=tuple(_checks(tables, region, areas)),
    )


def _area_sheets(tables: Tables, region: str, period: str) -> Iterator[AreaSheet]:
    names: set[str] = set()
    for area in tables.areas.sort_values("position").to_dict("records"):
        own = tables.indicators[tables.indicators["area"] == area["area"]]
        rows = tuple(
            _row(one, FIRST + at, _last(tables, str(one["indicator"]), region, period))
            for at, one in enumerate(own.sort_values("position").to_dict("records"))
        )
        if rows:
            title = both(area, "title")
            base = re.sub(r"[\[\]:*?/\\'!]", " ", title[0])[:SHEET_NAME].strip() or "-"
            name, count = base, 1
            while name.casefold() in names:
                count += 1
                name = f"{base}{count}"
            names.add(name.casefold())
            yield AreaSheet(name, title, rows)


def _last(tables: Tables, slug: str, region: str, period: str) -> Figure | None:
    """The region's figure of the last period of the same length before this one that has it."""
    known = recorded(tables, region).get(slug, {})
    return next((known[name] for name in like_before(tables, period) if name in known), None)


def _row(indicator: Mapping[str, object], row: int, last: Figure | None) -> FormRow:
    minimum, maximum, whole = limits(indicator)
    low = high = None
    if last is not None:
        value = last.quantity.value
        low, high = min(value * NARROWER, value - FEW), max(value * WIDER, value + FEW)
        low = low if minimum is None else max(low, minimum)
        high = high if maximum is None else min(high, maximum)
        step = Decimal(1) if whole or value >= FEW else Decimal("0.01")
        low, high = low.quantize(step, ROUND_FLOOR), high.quantize(step, ROUND_CEILING)
    return FormRow(indicator, row, whole, minimum, maximum, last, low, high)


def _checks(tables: Tables, region: str, areas: tuple[AreaSheet, ...]) -> Iterator[Check]:
    """The rules that speak of nothing but figures of the form, as formulas of a spreadsheet."""
    cells = {
        str(row.indicator["indicator"]): f"'{sheet.name}'!${FIELDS['value']}${row.row}"
        for sheet in areas
        for row in sheet.rows
    }
    for rule in tables.rules.to_dict("records"):
        if rule.get("region") not in (None, "", region) or rule["kind"] != "check":
            continue
        parsed = parse_rule(str(rule["expression"]))
        terms = [term for operand in parsed.operands for term in operand]
        used = [cells.get(term.name, "") for term in terms if term.kind == "figure"]
        if not used or "" in used or any(term.kind in ("programmes", "parts") for term in terms):
            continue
        sides = ["".join(f"{'-' if term.sign < 0 else '+'}{cells.get(term.name, term.name)}"
                         for term in operand).removeprefix("+")
                 for operand in parsed.operands]  # fmt: skip
        signs = [{"==": "=", "!=": "<>"}.get(sign, sign) for sign in parsed.operators]
        parts = ["".join(part) for part in zip(sides, signs, sides[1:], strict=False)]
        formula = parts[0] if len(parts) == 1 else f"AND({','.join(parts)})"
        yield Check(both(rule, "title"), formula, tuple(dict.fromkeys(used)))
