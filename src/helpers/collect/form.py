"""The submission form: what stands where in it, worked out from the tables alone, and what a form
that came back filled in says.

A new indicator is a new row, a new area a new sheet. The same tables, region and period give the
same form; programs find its cells in the hidden sheet ``_cells``. Every rule of the form is judged
again when it is read, since pasting wipes them; what is refused names the instruction of the form
that says what to do.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, NamedTuple

from helpers.analysis.lookup import by_name
from helpers.analysis.observations import recorded
from helpers.analysis.periods import like_before
from helpers.collect.document import Cell, at, column_number
from helpers.collect.headings import as_day
from helpers.collect.take_figure import Entry, Figure, LeftAside, Reading, beyond, read_figure
from helpers.collect.words import Both, both, tell, worded, words
from helpers.data.checks.figures import limits
from helpers.data.formulas import parse_rule
from helpers.data.problems import PERSONAL, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helpers import quantity as q
    from helpers.analysis.figures import Figure as Known
    from helpers.collect.document import Document
    from helpers.data import Tables

__all__ = ["FIELDS", "FIRST", "VERSION", "FormRow", "Layout", "is_form", "layout", "read_form"]

VERSION = "1"
ACCEPTED = ("1",)  # versions of forms that `collect` reads
FIELDS = {"value": "E", "qualifier": "F", "remark": "G"}  # field → column of an area's sheet
FIRST = 6  # the first row of indicators
SHEET_NAME = 28  # characters; a spreadsheet takes 31
WIDER, NARROWER = Decimal(2), Decimal(1) / 2  # how far from last time's value is still plausible
ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
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
    last: Known | None
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


def _last(tables: Tables, slug: str, region: str, period: str) -> Known | None:
    """The region's figure of the last period of the same length before this one that has it."""
    known = recorded(tables, region).get(slug, {})
    return next((known[name] for name in like_before(tables, period) if name in known), None)


def _row(indicator: Mapping[str, object], row: int, last: Known | None) -> FormRow:
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


# --- filled in -------------------------------------------------------------------------------


def is_form(document: Document) -> bool:
    """Whether a document is a form of ours, by its hidden sheets."""
    return document.sheet("_form") is not None and document.sheet("_cells") is not None


def read_form(document: Document, tables: Tables, policy: q.Policy) -> Reading:
    """The figures of a form; a version that is not accepted, another city's region or a renamed
    sheet refuse all of it, a wrong cell itself alone.

    Of what reading the file found wrong that counts which concerns the cells to be filled in: the
    form's own formulas have no results where a program filled it in.
    """
    sheet = document.sheet("_form")
    about = {sheet.cell(n, 1).value: sheet.cell(n, 2).value for n in range(1, sheet.rows + 1)}
    places = _places(document)
    own = {at(document.file, cell)[:3] for cells in places.values() for cell in cells.values()}
    problems = [one for one in document.problems
                if not one.row or (one.file, one.row, one.column) in own]  # fmt: skip
    refused = {(found.file, found.row, found.column) for found in problems}
    problems += _whole(document, about, places, tables)
    if any(found.severity == "error" and not found.row for found in problems):
        return Reading(document, problems=tuple(problems), form=about.get("form", ""))
    entries, aside, indicators = [], [], by_name(tables, "indicators", "indicator")
    for slug, cells in places.items():
        place, indicator = at(document.file, cells["value"]), indicators.get(slug)
        if indicator is None:
            problems.append(tell(place, "unknown-indicator"))
            continue
        read = _figure(document.file, indicator, cells, policy)
        if isinstance(read, LeftAside):
            aside.append(read)
        elif isinstance(read, Figure):
            entries.append(_entry(document, slug, cells, read, about, policy))
            if read.mended:
                problems.append(tell(place, "read-as", value=f"{read.value:f}"))
        elif (read.file, read.row, read.column) not in refused:
            problems.append(read)
    signed = {name: _at(document, *about.get(name, "").rpartition("!")[::2]).value.strip()
              for name in ("filled_by", "filled_on")}  # fmt: skip
    problems += _unsigned(document.file, signed)
    form = about.get("form", "")
    return Reading(
        document=document,
        entries=tuple(entries),
        left_aside=tuple(aside),
        problems=tuple(problems),
        explained=(worded("explain", "form", form=form),),
        form=form,
        filled_by=signed["filled_by"],
        filled_on=as_day(signed["filled_on"]),
    )


def _whole(
    document: Document, about: Mapping[str, str], places: Mapping, tables: Tables
) -> Iterator[Problem]:
    """What is wrong with the form as a whole."""
    file, version = document.file, about.get("version", "")
    if version not in ACCEPTED:
        accepted = ", ".join(ACCEPTED)
        yield tell((file, 0, "version", version), "form-version", accepted=accepted)
    for column in ("region", "period"):
        code = about.get(column, "")
        if code not in set(tables.frames[f"{column}s"][column]):
            yield tell((file, 0, column, code), f"form-{column}")
    named = {cells["value"].sheet for cells in places.values()}
    for name in sorted(named - {sheet.name for sheet in document.sheets}):
        remedy = words("instruction")["whole"]
        yield tell((file, 0, "sheet", name), "sheet-missing", remedy=remedy)


def _unsigned(file: str, signed: Mapping[str, str]) -> Iterator[Problem]:
    if names := [words("form")[name] for name, text in signed.items() if not text]:
        what = ("、".join(zh for zh, _ in names), ", ".join(en.lower() for _, en in names))
        yield tell(at(file), "not-signed", what=what, remedy=words("instruction")["signed"])


def _places(document: Document) -> dict[str, dict[str, Cell]]:
    """indicator → field → the cell that stands where the hidden sheet says."""
    sheet = document.sheet("_cells")
    found: dict[str, dict[str, Cell]] = {}
    for row in range(2, sheet.rows + 1):
        slug, field, name, address = (sheet.cell(row, column).value for column in range(1, 5))
        if slug and field in FIELDS:
            found.setdefault(slug, {})[field] = _at(document, name, address)
    return {slug: cells for slug, cells in found.items() if set(cells) == set(FIELDS)}


def _at(document: Document, name: str, address: str) -> Cell:
    sheet, match = document.sheet(name), ADDRESS.fullmatch(address)
    column = column_number(match[1]) if match else 0
    row = int(match[2]) if match else 0
    return sheet.cell(row, column) if sheet else Cell(name, row, column, "", "", "blank")


def _figure(
    file: str, indicator: Mapping[str, object], cells: Mapping[str, Cell], policy: q.Policy
) -> Figure | LeftAside | Problem:
    """The figure of one row; why it is left aside; or what is wrong with it."""
    cell, chosen, remark = (cells[field] for field in ("value", "qualifier", "remark"))
    todo = words("instruction")
    if not cell.value.strip():
        why = remark.value.strip()
        told = worded("aside", "unreported" if why else "unexplained", why=why)
        return LeftAside(cell.sheet, cell.address, "", *told)
    if PERSONAL.search(remark.value):
        return tell(at(file, remark), "number-in-a-remark")
    mark, unit = chosen.value.strip(), str(indicator["unit"])
    mark = "" if mark in words("form")["exact"] else mark
    if mark and not policy.knows(mark):
        return tell(at(file, chosen), "unknown-qualifier", remedy=todo["qualifier"])
    place = at(file, cell)
    read = read_figure(cell, policy, place)
    typed = isinstance(read, Figure) and (cell.kind == "number" or read.unit in ("", unit))
    if not typed or (mark and read.qualifier not in ("", mark)):
        why = words("remedy")["no_number"]
        if isinstance(read, Problem):
            why = (read.message_zh, read.message_en)
        return tell(place, "not-a-number", why=why, remedy=todo["number"])
    if cell.percent and unit != "%":
        return tell(place, "percent-in-a-count", remedy=todo["number"])
    if wrong := beyond(indicator, read.value):
        return tell(place, wrong[0], **wrong[1], remedy=todo["number"])
    return replace(read, qualifier=mark or read.qualifier, unit=unit)


def _entry(
    document: Document, slug: str, cells: Mapping[str, Cell], read: Figure,
    about: Mapping[str, str], policy: q.Policy,
) -> Entry:  # fmt: skip
    cell, unit = cells["value"], read.unit
    seen = cell.shown.strip().replace(",", "")
    if cell.kind == "number" and read.qualifier:
        before = read.qualifier in policy.words("before")
        seen = f"{read.qualifier}{seen}" if before else f"{seen}{read.qualifier}"
    return Entry(
        indicator=slug,
        region=about["region"],
        period=about["period"],
        value=read.value,
        qualifier=read.qualifier,
        as_written=seen if seen.endswith(unit) else f"{seen}{unit}",
        file=document.file,
        sheet=cell.sheet,
        address=cell.address,
        remark=cells["remark"].value.strip(),
    )
