"""A form that came back filled in: its figures, and what is wrong with it, cell by cell.

Every rule of the form is judged again here, since pasting wipes them; what is refused names the
instruction of the form that says what to do.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.collect.document import Cell, column_letter, finding
from helpers.collect.form.layout import ACCEPTED, FIELDS
from helpers.collect.form.words import INSTRUCTIONS, WORDS
from helpers.collect.headings import as_day
from helpers.collect.reading import Entry, LeftAside, Reading, beyond
from helpers.collect.take_figure import Figure, mended, read_figure
from helpers.data.problems import PERSONAL, Problem, problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from helpers import quantity as q
    from helpers.collect.document import Document
    from helpers.data import Tables

__all__ = ["is_form", "read_form"]

EXACT = ("", *WORDS["exact"])


def is_form(document: Document) -> bool:
    """Whether a document is a form of ours, by its hidden sheet."""
    sheet = document.sheet("_form")
    return sheet is not None and document.sheet("_cells") is not None


def read_form(document: Document, tables: Tables, words: q.Policy) -> Reading:
    """The figures of a form; a version that is not accepted, another city's region or a renamed
    sheet refuse all of it, a wrong cell itself alone."""
    about = _about(document)
    problems = [*_of_entries(document), *_whole(document, about, tables)]
    if any(found.severity == "error" and not found.row for found in problems):
        return Reading(document, problems=tuple(problems), form=about.get("form", ""))
    places = _places(document)
    indicators = {str(row["indicator"]): row for row in tables.indicators.to_dict("records")}
    entries, aside = [], []
    refused = {(found.file, found.row, found.column) for found in problems}
    for slug, cells in places.items():
        if slug not in indicators:
            zh = ("表中的指标已不在编码本中", "用新的模板重新填报")
            en = ("an indicator that the codebook no longer has", "fill in a new form")
            problems.append(finding(document.file, cells["value"], "unknown-indicator", zh, en))
            continue
        read = _figure(document, indicators[slug], cells, words)
        if isinstance(read, Problem):
            if (read.file, read.row, read.column) not in refused:
                problems.append(read)
        elif isinstance(read, LeftAside):
            aside.append(read)
        else:
            entries.append(_entry(document, slug, cells, read, about, words))
            if read.mended:
                problems.append(mended(document.file, cells["value"], read.value))
    by, on = (_signed(document, about, name) for name in ("filled_by", "filled_on"))
    problems += _unsigned(document, about)
    return Reading(
        document=document,
        entries=tuple(entries),
        left_aside=tuple(aside),
        problems=tuple(problems),
        explained=((f"填报表 {about['form']}", f"form {about['form']}"),),
        form=about["form"],
        filled_by=by,
        filled_on=as_day(on),
    )


def _of_entries(document: Document) -> list[Problem]:
    """What reading the file found wrong, as far as it concerns the cells to be filled in: the
    form's own formulas have no results where a program filled it in."""
    cells = [_at(document, *at) for one in _addresses(document).values() for at in one.values()]
    entries = {(f"{document.file}!{c.sheet}", c.row, column_letter(c.column)) for c in cells}
    return [
        found
        for found in document.problems
        if not found.row or (found.file, found.row, found.column) in entries
    ]


def _about(document: Document) -> dict[str, str]:
    """What the hidden sheet says of the form; defined names where it lost a line."""
    sheet = document.sheet("_form")
    rows = range(1, sheet.rows + 1) if sheet else ()
    return {sheet.cell(row, 1).value: sheet.cell(row, 2).value for row in rows}


def _whole(document: Document, about: Mapping[str, str], tables: Tables) -> list[Problem]:
    """What is wrong with the form as a whole."""
    found = []
    if about.get("version") not in ACCEPTED:
        version = about.get("version", "")
        zh = (f"不接受这个模板版本(只接受 {'、'.join(ACCEPTED)})", "用新的模板重新填报")
        en = (f"this template is not accepted (only {', '.join(ACCEPTED)})", "fill in a new form")
        place = (document.file, 0, "version", version)
        found.append(problem(place, "form-version", zh, en))
    for table, column in (("regions", "region"), ("periods", "period")):
        code = about.get(column, "")
        if code not in set(tables.frames[table][column]):
            zh = (f"数据文件夹中没有这个代码({table}.csv)", "核对发给谁、用的哪个 --data")
            en = (f"the data folder does not know it ({table}.csv)", "check --data")
            found.append(problem((document.file, 0, column, code), f"unknown-{column}", zh, en))
    named = {sheet.name for sheet in document.sheets}
    for name in sorted({cell["value"][0] for cell in _addresses(document).values()} - named):
        zh = ("工作表不见了或改了名", INSTRUCTIONS["whole"][0])
        en = ("a sheet is gone or was renamed", INSTRUCTIONS["whole"][1])
        found.append(problem((document.file, 0, "sheet", name), "sheet-missing", zh, en))
    return found


def _addresses(document: Document) -> dict[str, dict[str, tuple[str, str]]]:
    """indicator → field → (sheet, address), as the hidden sheet lists them."""
    sheet = document.sheet("_cells")
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for row in range(2, sheet.rows + 1):
        slug, field, name, address = (sheet.cell(row, column).value for column in range(1, 5))
        if slug and field in FIELDS:
            found.setdefault(slug, {})[field] = (name, address)
    return {slug: cells for slug, cells in found.items() if set(cells) == set(FIELDS)}


def _places(document: Document) -> dict[str, dict[str, Cell]]:
    """indicator → field → the cell that stands there."""
    return {
        slug: {field: _at(document, *where) for field, where in cells.items()}
        for slug, cells in _addresses(document).items()
    }


def _at(document: Document, name: str, address: str) -> Cell:
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    row = int(address[len(letters) :] or 0)
    sheet = document.sheet(name)
    return sheet.cell(row, column) if sheet else Cell(name, row, column, "", "", "blank")


def _figure(
    document: Document, indicator: Mapping[str, object], cells: Mapping[str, Cell], words: q.Policy
) -> Figure | LeftAside | Problem:
    """The figure of one row; why it is left aside; or what is wrong with it."""
    cell, mark = cells["value"], cells["qualifier"].value.strip()
    if not cell.value.strip():
        why = cells["remark"].value.strip()
        zh = f"未报送：{why}" if why else "未报送，没有说明原因"
        en = f"not reported: {why}" if why else "not reported, without a reason"
        return LeftAside(cell.sheet, cell.address, "", zh, en)
    if PERSONAL.search(cells["remark"].value):
        zh = ("像是身份证号码或手机号码", "删去号码")
        en = ("looks like an identity card or mobile number", "delete the number")
        return finding(document.file, cells["remark"], "personal-data", zh, en)
    if mark not in EXACT and not words.knows(mark):
        zh = ("没有这个约数词", INSTRUCTIONS["qualifier"][0])
        en = ("no such rounding word", INSTRUCTIONS["qualifier"][1])
        return finding(document.file, cells["qualifier"], "unknown-qualifier", zh, en)
    mark = "" if mark in EXACT else mark
    unit = str(indicator["unit"])
    read = read_figure(cell, words)
    if not isinstance(read, Figure):
        return _no_number(document, cell, getattr(read, "zh", None), getattr(read, "en", None))
    unlike = cell.kind != "number" and read.unit not in ("", unit)
    if unlike or (mark and read.qualifier not in ("", mark)):
        return _no_number(document, cell)
    wrong = _judged(document, cell, indicator, read.value)
    return wrong or replace(read, qualifier=mark or read.qualifier, unit=unit)


def _no_number(document: Document, cell: Cell, zh=None, en=None) -> Problem:
    """That a cell holds no number, for the reason given."""
    zh, en = (zh or ("不是数字",))[0], (en or ("is no number",))[0]
    number = INSTRUCTIONS["number"]
    return finding(document.file, cell, "not-a-number", (zh, number[0]), (en, number[1]))


def _judged(
    document: Document, cell: Cell, indicator: Mapping[str, object], value: Decimal
) -> Problem | None:
    """What is wrong with a number that is one."""
    if cell.percent and str(indicator["unit"]) != "%":
        zh = ("这个指标不是百分数", INSTRUCTIONS["number"][0])
        en = ("this indicator is no percentage", INSTRUCTIONS["number"][1])
        return finding(document.file, cell, "percent-in-a-count", zh, en)
    if found := beyond(indicator, value):
        rule, zh, en = found
        number = INSTRUCTIONS["number"]
        return finding(document.file, cell, rule, (zh, number[0]), (en, number[1]))
    return None


def _entry(
    document: Document,
    slug: str,
    cells: Mapping[str, Cell],
    read: Figure,
    about: Mapping[str, str],
    words: q.Policy,
) -> Entry:
    cell = cells["value"]
    unit = read.unit
    seen = cell.shown.strip().replace(",", "")
    if cell.kind == "number" and read.qualifier:
        before = read.qualifier in words.words("before")
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


def _signed(document: Document, about: Mapping[str, str], name: str) -> str:
    sheet, _, address = about.get(name, "").rpartition("!")
    return _at(document, sheet, address).value.strip() if address else ""


def _unsigned(document: Document, about: Mapping[str, str]) -> list[Problem]:
    missing = [name for name in ("filled_by", "filled_on") if not _signed(document, about, name)]
    if not missing:
        return []
    zh = ("没有写" + "、".join(WORDS[name][0] for name in missing), INSTRUCTIONS["signed"][0])
    names = ", ".join(WORDS[name][1].lower() for name in missing)
    en = (f"not signed ({names})", INSTRUCTIONS["signed"][1])
    return [problem((document.file, 0, "", ""), "not-signed", zh, en, "warning")]
