"""A form that came back filled in: its figures, and what is wrong with it, cell by cell.

Every rule of the form is judged again here, since pasting wipes them; what is refused names the
instruction of the form that says what to do.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.analysis.lookup import by_name
from helpers.collect.document import Cell, at
from helpers.collect.form_layout import ACCEPTED, FIELDS
from helpers.collect.headings import as_day
from helpers.collect.take_figure import Entry, Figure, LeftAside, Reading, beyond, read_figure
from helpers.collect.words import tell, worded, words
from helpers.data.problems import PERSONAL, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helpers import quantity as q
    from helpers.collect.document import Document
    from helpers.data import Tables

__all__ = ["is_form", "read_form"]

ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


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
    column = 0
    for letter in match[1] if match else "":
        column = column * 26 + ord(letter) - 64
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
