"""Workbooks (.xlsx, .xlsm, .xls, .ods) as documents.

openpyxl tells formulas, formats, merges and what is hidden; calamine tells the stored results.
Where both know a cell they must agree: one of the two misread it, and nobody can tell which.
Formats that openpyxl does not read (.xls, .ods) are taken from calamine alone, and what it cannot
tell is said. The archive is looked at before any reader opens it: readers make room for every
cell up to the furthest one, so that two cells of a few bytes, or one merged area, could ask for
all the memory there is.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
import zipfile
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from helpers.collect.document import (
    Cell,
    Document,
    Merged,
    at,
    column_letter,
    column_number,
    damaged,
    sheet_of,
)
from helpers.collect.number_format import plain, shown_number
from helpers.collect.words import tell
from helpers.data.decode import MOST_COLUMNS
from helpers.data.problems import DataRefused, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["read_workbook"]

MODERN = (".xlsx", ".xlsm")
ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
DIGITS = 15  # a spreadsheet keeps no more
EMPTY_TEXT = re.compile(rb't="str"[^>]*><f[^>]*>[^<]*</f><v\s*/?>(?:</v>)?</c>')
OLE = b"\xd0\xcf\x11\xe0"
MOST_CELLS = 3_000_000  # of a sheet, blank ones up to its last row and column among them
MOST_INFLATED = 600_000_000  # bytes of all parts
MOST_RATIO = 300  # inflated to packed, of a part of some size
SOME_SIZE = 10_000_000
PLACED = re.compile(
    rb"<(?:\w+:)?(c|row|mergeCell)\s(?:[^>]*?\s)?r(?:ef)?\s*=\s*[\"']([^\"']*)[\"']"
)
PLACE = re.compile(rb"([A-Z]{0,3})([0-9]{1,10})")
ODS = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*)>")
TIMES = re.compile(rb"number-(rows|columns)-repeated\s*=\s*[\"'](\d+)[\"']")


@dataclass(frozen=True, slots=True)
class Stored:
    """What calamine tells of a sheet: results by place, merged areas."""

    values: dict[tuple[int, int], Any]
    merged: tuple[Merged, ...] = ()
    hidden: bool = False


def read_workbook(content: bytes, empty: Document) -> Document:
    """The document of a workbook's bytes. Raises DataRefused for one that cannot be read."""
    file, problems = empty.file, []
    if content[:4] == b"PK\x03\x04":
        problems += inspected(content, file)
        if any(found.severity == "error" for found in problems):
            raise DataRefused(problems)
    elif content[:4] == OLE and empty.kind in MODERN:
        raise DataRefused([tell(at(file), "encrypted")])
    elif content[:4] != OLE or not _is_whole(content):
        raise DataRefused([damaged(file, "cut short, or no workbook")])
    stored = _stored(content, file)
    if empty.kind in MODERN:
        read = _by_openpyxl(content, file, stored, problems)
    else:
        read = [(name, about.merged, _plain_cells(name, about)) for name, about in stored.items()]
        problems.append(tell(at(file), "formats-unknown", kind=empty.kind))
    sheets = []
    for name, merged, cells in read:
        problems += [
            tell(at(file, cell), "under-a-merge") for cell in cells if _under(merged, cell)
        ]
        sheet = sheet_of(name, (c for c in cells if not _under(merged, c)), merged=merged)
        sheets.append(sheet)
        if name in stored and stored[name].hidden and not name.startswith("_"):
            problems.append(tell((f"{file}!{name}", 0, "", ""), "hidden-sheet"))
        wide = len({column for _, column in sheet.cells})
        if wide > MOST_COLUMNS:
            place = (f"{file}!{name}", 0, "", "")
            raise DataRefused([tell(place, "too-many-columns", count=wide, most=MOST_COLUMNS)])
    return replace(empty, sheets=tuple(sheets), problems=tuple(problems))


def _under(merged: tuple[Merged, ...], cell: Cell) -> bool:
    """Whether a cell lies under a merged area, of which the first cell alone counts."""
    return any(
        area.holds(cell.row, cell.column) and (area.top, area.left) != (cell.row, cell.column)
        for area in merged
    )


# --- before it is opened --------------------------------------------------------------------


def inspected(content: bytes, file: str) -> Iterator[Problem]:
    """What is wrong with a workbook's archive, and what in it will not be used."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if size > MOST_INFLATED or any(
                part.file_size > SOME_SIZE and part.file_size > MOST_RATIO * part.compress_size
                for part in parts
            ):
                yield tell(at(file), "inflates-too-far", size=f"{size / 1e6:,.0f}")
                return
            for part in parts:
                yield from _reach(archive.read(part), part.filename, file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        yield damaged(file, str(error)[:60])
        return
    names = " ".join(part.filename.lower() for part in parts)
    for rule, part in (("macros", "vbaproject.bin"), ("external-links", "externallinks/")):
        if part in names:
            yield tell(at(file), rule)


def _reach(text: bytes, name: str, file: str) -> Iterator[Problem]:
    """A sheet that reaches too far, or whose cells stand nowhere."""
    ods = name == "content.xml"
    if name.lower().endswith(".xml") and b"\0" in text[:200]:
        yield damaged(file, name)  # another encoding than every program writes
    if not (ods or b"sheetData" in text or b"mergeCell" in text):
        return
    cells = _of_ods(text) if ods else _of_xlsx(text)
    if cells is None:
        yield damaged(file, f"{name}: no place of a cell")
    elif cells > MOST_CELLS:
        yield _too_large(file, name.rpartition("/")[2])


def _too_large(file: str, name: str) -> Problem:
    return tell(at(file), "sheet-too-large", name=name, most=f"{MOST_CELLS:,}")


def _of_xlsx(text: bytes) -> int | None:
    """Cells up to a sheet's furthest one, or in its merged areas; None where one has no place."""
    rows, columns, merged = 1, 1, 0
    for match in PLACED.finditer(text):
        ends = [PLACE.fullmatch(end) for end in match[2].split(b":")]
        if not all(ends) or bool(ends[0][1]) == (match[1] == b"row"):
            return None
        (left, top), (right, bottom) = (
            (column_number(e[1].decode()), int(e[2])) for e in (ends[0], ends[-1])
        )
        if match[1] == b"mergeCell":
            merged += (abs(right - left) + 1) * (abs(bottom - top) + 1)
        else:
            rows, columns = max(rows, top), max(columns, left)
    return max(rows * columns, merged)


def _of_ods(text: bytes) -> int:
    """Cells up to the furthest one that holds anything, of the largest table."""
    most = row = column = rows = columns = 0
    for match in ODS.finditer(text):
        times = {kind: int(number) for kind, number in TIMES.findall(match[2])}
        if match[1] == b"table":
            row = rows = columns = 0
        elif match[1] == b"table-row":
            row, column = row + times.get(b"rows", 1), 0
        else:
            column += times.get(b"columns", 1)
            if not match[2].rstrip().endswith(b"/") or b"value" in match[2]:
                rows, columns = max(rows, row), max(columns, column)
                most = max(most, rows * columns)
    return most


def _is_whole(content: bytes) -> bool:
    """Whether a file of the old format has all the sectors that its table of sectors speaks of;
    its readers do not look."""
    sector, free = 512, 0xFFFFFFFF
    header = struct.unpack_from("<109I", content.ljust(sector, b"\xff"), 76)
    last = 0
    for part in (number for number in header if number < free - 5):
        table = content[(part + 1) * sector : (part + 2) * sector]
        if len(table) < sector:
            return False
        used = [n for n, to in enumerate(struct.unpack("<128I", table)) if to != free]
        last = max(last, header.index(part) * 128 + max(used, default=0))
    return len(content) >= (last + 2) * sector


# --- the two readers ------------------------------------------------------------------------


def _stored(content: bytes, file: str) -> dict[str, Stored]:
    from python_calamine import CalamineError, SheetVisibleEnum, load_workbook

    found = {}
    try:
        book = load_workbook(io.BytesIO(content))
        for about in book.sheets_metadata:
            sheet = book.get_sheet_by_name(about.name)
            if sheet.total_height * sheet.total_width > MOST_CELLS:
                raise DataRefused([_too_large(file, about.name)])
            values = {
                (row, column): value
                for row, cells in enumerate(sheet.to_python(skip_empty_area=False), 1)
                for column, value in enumerate(cells, 1)
                if value != ""
            }
            areas = (Merged(*(n + 1 for end in area for n in end))
                     for area in sheet.merged_cell_ranges or ())  # fmt: skip
            hidden = about.visible != SheetVisibleEnum.Visible
            found[about.name] = Stored(values, tuple(areas), hidden)
    except (CalamineError, OSError, ValueError, UnicodeError) as error:
        raise DataRefused([damaged(file, type(error).__name__)]) from None
    except BaseException as error:  # its own code gave up, which is no Exception of Python's
        if type(error).__name__ != "PanicException":
            raise
        raise DataRefused([damaged(file, "PanicException")]) from None
    return found


def _plain_cells(name: str, about: Stored) -> list[Cell]:
    return [Cell(name, *place, text, text, kind) for place, value in about.values.items()
            for text, kind in [_meant(value)]]  # fmt: skip


def _meant(value: Any) -> tuple[str, str]:
    """What a stored value means, as text, and its kind."""
    if isinstance(value, bool):
        return str(value).upper(), "boolean"
    if isinstance(value, int | float):
        return plain(_decimal(value)), "number"
    if isinstance(value, dt.datetime):
        return (value.date() if value.time() == dt.time() else value).isoformat(), "date"
    if isinstance(value, dt.date | dt.time):
        return value.isoformat(), "date"
    text = str(value)
    return text, "error" if text in ERRORS else "text"


def _decimal(value: float) -> Decimal:
    """A stored number as a spreadsheet holds it: fifteen digits, and not the binary tail."""
    return Decimal(value) if isinstance(value, int) else Decimal(f"{value:.{DIGITS}g}")


def _by_openpyxl(
    content: bytes, file: str, stored: Mapping[str, Stored], problems: list[Problem]
) -> Iterator[tuple[str, tuple[Merged, ...], list[Cell]]]:
    """Name, merged areas and cells of each sheet; what is wrong is put into ``problems``."""
    import warnings

    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that it leaves out
            book = openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
            blank = _blank_results(content, openpyxl)
    except Exception as error:  # whatever a damaged part makes of it
        raise DataRefused([damaged(file, type(error).__name__)]) from None
    for worksheet in book.worksheets:
        name = worksheet.title
        areas = worksheet.merged_cells.ranges
        merged = tuple(Merged(one.min_row, one.min_col, one.max_row, one.max_col) for one in areas)
        about = stored.get(name, Stored({}))
        left = {**about.values, **dict.fromkeys(blank.get(name, ()), "")}
        raws = [raw for row in worksheet.iter_rows() for raw in row if raw.value is not None]
        cells = [_cell(name, raw, left.pop((raw.row, raw.column), None), file, problems)
                 for raw in raws]  # fmt: skip
        for cell in _plain_cells(name, Stored(left)):  # what only one of the two has seen
            cells.append(cell)
            if not _under(merged, cell):
                problems.append(_disagree(file, cell, "", cell.shown))
        problems += _hidden(f"{file}!{name}", worksheet, cells)
        yield name, merged, cells


def _blank_results(content: bytes, openpyxl: Any) -> dict[str, list[tuple[int, int]]]:
    """The cells whose formulas have the empty text as their result, by sheet: these are blank, and
    not without a result."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = (n for n in archive.namelist() if n.startswith("xl/worksheets/"))
        if not any(EMPTY_TEXT.search(archive.read(name)) for name in parts):
            return {}
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    return {
        sheet.title: [(c.row, c.column) for row in sheet.iter_rows() for c in row
                      if c.data_type == "str" and c.value is None]
        for sheet in book.worksheets
    }  # fmt: skip


def _cell(sheet: str, raw: Any, stored: Any, file: str, problems: list[Problem]) -> Cell:
    """A cell that both readers know: of a formula its stored result, refused where there is none,
    and of a number what its format shows."""
    computed = raw.data_type == "f"
    if computed and stored is None:
        formula = str(getattr(raw.value, "text", raw.value))[:60]
        cell = Cell(sheet, raw.row, raw.column, formula, "", "error", computed=True)
        problems.append(tell(at(file, cell), "formula-without-result"))
        return cell
    value = stored if computed else raw.value
    text, kind = _meant(value)
    kind = "error" if raw.data_type == "e" else kind if text or not computed else "blank"
    cell = Cell(sheet, raw.row, raw.column, text, text, kind, computed)
    shown = None
    if kind == "number":
        shown = shown_number(_decimal(value), code := str(raw.number_format))
        if shown is None and not computed:
            problems.append(tell(at(file, cell), "format-unknown", code=code[:40]))
    if kind != "error" and not computed and not _same(value, stored):
        problems.append(_disagree(file, cell, text, "" if stored is None else _meant(stored)[0]))
    if shown is None:
        return cell
    value = plain(_decimal(value) * 100) if shown.percent else text
    return replace(cell, shown=shown.text, value=value, percent=shown.percent)


def _same(one: Any, other: Any) -> bool:
    """Whether both readers have the same value, numbers to the digits that a file keeps."""
    if other is None:
        return isinstance(one, str) and not one.strip()
    numbers = (int, float)
    if isinstance(one, numbers) and isinstance(other, numbers):
        return one == other or _decimal(float(one)) == _decimal(float(other))
    if isinstance(one, dt.datetime | dt.date | dt.time | dt.timedelta):
        return True  # each has its own way with dates; the number below is the same
    return str(one).replace("\r\n", "\n") == str(other).replace("\r\n", "\n") or (
        str(one).replace("_x000D_", "").strip() == str(other).strip()
    )


def _disagree(file: str, cell: Cell, one: str, other: str) -> Problem:
    return tell(at(file, cell), "readers-disagree", one=one, other=other)


def _hidden(place: str, worksheet: Any, cells: list[Cell]) -> Iterator[Problem]:
    """Rows and columns that hold something and are hidden."""
    rows = {n for n, one in worksheet.row_dimensions.items() if one.hidden}
    spans = [(one.min or 0, one.max or 0) for one in worksheet.column_dimensions.values()
             if one.hidden]  # fmt: skip
    columns = {cell.column for cell in cells if any(a <= cell.column <= b for a, b in spans)}
    hidden = {
        "hidden-rows": [str(row) for row in sorted(rows & {cell.row for cell in cells})],
        "hidden-columns": [column_letter(column) for column in sorted(columns)],
    }
    for rule, named in hidden.items():
        if named:
            yield tell((place, 0, "", ""), rule, named=", ".join(named[:10]))
