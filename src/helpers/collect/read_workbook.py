"""Workbooks (.xlsx, .xlsm, .xls, .ods) as documents.

openpyxl tells formulas, formats, merges and what is hidden; calamine tells the stored results.
Where both know a cell they must agree. Formats that openpyxl does not read (.xls, .ods) are
taken from calamine alone, and what it cannot tell is said.
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
    Sheet,
    column_letter,
    damaged,
    finding,
    sheet_of,
)
from helpers.collect.inspect_archive import MOST_CELLS, inspected, too_large
from helpers.collect.number_format import plain, shown_number
from helpers.data.problems import DataRefused, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Set

__all__ = ["read_workbook"]

ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
DIGITS = 15  # a spreadsheet keeps no more
EMPTY_TEXT = re.compile(rb't="str"[^>]*><f[^>]*>[^<]*</f><v\s*/?>(?:</v>)?</c>')
OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Stored:
    """What calamine tells of a sheet: results by place, merged areas."""

    values: dict[tuple[int, int], Any]
    merged: tuple[Merged, ...] = ()
    hidden: bool = False


def read_workbook(content: bytes, empty: Document) -> Document:
    """The document of a workbook's bytes. Raises DataRefused for one that cannot be read."""
    file = empty.file
    if content[:4] == b"PK\x03\x04":
        problems = list(inspected(content, file))
        if any(found.severity == "error" for found in problems):
            raise DataRefused(problems)
    elif content[:4] == OLE and empty.kind in (".xlsx", ".xlsm"):
        zh = ("文件加了密码，或是旧格式", "去掉密码，另存为 .xlsx")
        en = ("the file has a password, or is of the old format", "save it as .xlsx without one")
        raise DataRefused([finding(file, None, "encrypted", zh, en)])
    elif content[:4] == OLE:
        problems = []
        if not _is_whole(content):
            raise DataRefused([damaged(file, "cut short")])
    else:
        raise DataRefused([damaged(file, "not a workbook")])
    stored = _stored(content, file)
    if empty.kind in (".xlsx", ".xlsm"):
        sheets, names, more = _by_openpyxl(content, file, stored)
    else:
        sheets, names, more = _by_calamine(file, stored, empty.kind)
    return replace(empty, sheets=tuple(sheets), names=names, problems=(*problems, *more))


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
        used = [at for at, to in enumerate(struct.unpack("<128I", table)) if to != free]
        last = max(last, header.index(part) * 128 + max(used, default=0))
    return len(content) >= (last + 2) * sector


def _stored(content: bytes, file: str) -> dict[str, Stored]:
    from python_calamine import CalamineError, SheetVisibleEnum, load_workbook

    found = {}
    try:
        book = load_workbook(io.BytesIO(content))
        for about in book.sheets_metadata:
            sheet = book.get_sheet_by_name(about.name)
            if sheet.total_height * sheet.total_width > MOST_CELLS:
                raise DataRefused([too_large(file, about.name)])
            rows = sheet.to_python(skip_empty_area=False)
            values = {
                (row, column): value
                for row, cells in enumerate(rows, 1)
                for column, value in enumerate(cells, 1)
                if value != ""
            }
            areas = sheet.merged_cell_ranges or ()
            merged = tuple(
                Merged(one[0] + 1, one[1] + 1, other[0] + 1, other[1] + 1) for one, other in areas
            )
            hidden = about.visible != SheetVisibleEnum.Visible
            found[about.name] = Stored(values, merged, hidden)
    except (CalamineError, OSError, ValueError, UnicodeError) as error:
        raise DataRefused([damaged(file, type(error).__name__)]) from None
    except BaseException as error:  # its own code gave up, which is no Exception of Python's
        if type(error).__name__ != "PanicException":
            raise
        raise DataRefused([damaged(file, "PanicException")]) from None
    return found


def _by_calamine(
    file: str, stored: Mapping[str, Stored], kind: str
) -> tuple[list[Sheet], dict[str, str], list[Problem]]:
    """Sheets of a format that only calamine reads; display formats are not known there."""
    sheets = []
    for name, about in stored.items():
        cells = [_plain_cell(name, place, value) for place, value in about.values.items()]
        sheets.append(sheet_of(name, cells, merged=about.merged, hidden=about.hidden))
    zh = (f"{kind} 看不出显示格式、公式和隐藏行", "有疑问时另存为 .xlsx 再收")
    en = (f"{kind} tells no formats, formulas or hidden rows", "in doubt, save it as .xlsx")
    return sheets, {}, [finding(file, None, "formats-unknown", zh, en, "warning")]


def _plain_cell(sheet: str, place: tuple[int, int], value: Any) -> Cell:
    text, kind = _meant(value)
    return Cell(sheet, *place, text, text, kind)


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
    if isinstance(value, dt.timedelta):
        return str(value), "text"
    text = str(value)
    return text, "error" if text in ERRORS else "text"


def _decimal(value: float) -> Decimal:
    """A stored number as a spreadsheet holds it: fifteen digits, and not the binary tail."""
    return Decimal(value) if isinstance(value, int) else Decimal(f"{value:.{DIGITS}g}")


def _by_openpyxl(
    content: bytes, file: str, stored: Mapping[str, Stored]
) -> tuple[list[Sheet], dict[str, str], list[Problem]]:
    import warnings

    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that it leaves out
            book = openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
            blank = _blank_results(content, openpyxl)
    except Exception as error:  # whatever a damaged part makes of it
        raise DataRefused([damaged(file, type(error).__name__)]) from None
    sheets, problems = [], []
    for worksheet in book.worksheets:
        about = stored.get(worksheet.title, Stored({}))
        about.values.update(dict.fromkeys(blank.get(worksheet.title, ()), ""))
        sheet, found = _sheet(worksheet, about, file)
        sheets.append(sheet)
        problems += found
    names = {name: str(defined.attr_text) for name, defined in book.defined_names.items()}
    return sheets, names, problems


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


def _sheet(worksheet: Any, about: Stored, file: str) -> tuple[Sheet, list[Problem]]:
    name = worksheet.title
    merged = tuple(
        Merged(area.min_row, area.min_col, area.max_row, area.max_col)
        for area in worksheet.merged_cells.ranges
    )
    rows = frozenset(n for n, one in worksheet.row_dimensions.items() if one.hidden)
    columns = frozenset(
        number
        for one in worksheet.column_dimensions.values()
        if one.hidden
        for number in range(one.min or 0, min(one.max or 0, worksheet.max_column) + 1)
    )
    cells, problems, covered = [], [], []
    for cell, found in _cells(worksheet, about, file):
        problems += found
        if any(area.holds(cell.row, cell.column) for area in merged) and not any(
            (area.top, area.left) == (cell.row, cell.column) for area in merged
        ):
            covered.append(cell)
            continue
        if cell.row in rows or cell.column in columns:
            cell = replace(cell, remark="hidden")
        cells.append(cell)
    problems += _told(file, name, covered, rows & {cell.row for cell in cells},
                      columns & {cell.column for cell in cells}, worksheet)  # fmt: skip
    hidden = worksheet.sheet_state != "visible"
    about_it = {"merged": merged, "hidden": hidden, "hidden_rows": rows, "hidden_columns": columns}
    return sheet_of(name, cells, **about_it), problems


def _cells(worksheet: Any, about: Stored, file: str) -> Iterator[tuple[Cell, list[Problem]]]:
    left = dict(about.values)
    for row in worksheet.iter_rows():
        for raw in row:
            if raw.value is None:
                continue
            place = (raw.row, raw.column)
            yield _cell(worksheet.title, raw, place, left.pop(place, None), file)
    for place, value in left.items():  # what only one of the two has seen
        cell = _plain_cell(worksheet.title, place, value)
        if not any(area.holds(*place) for area in about.merged):
            yield cell, [_disagree(file, cell, "", cell.shown)]


def _cell(
    sheet: str, raw: Any, place: tuple[int, int], stored: Any, file: str
) -> tuple[Cell, list[Problem]]:
    if raw.data_type == "f":
        return _computed(sheet, raw, place, stored, file)
    value = raw.value
    text, kind = _meant(value)
    cell = Cell(sheet, *place, text, text, kind)
    if raw.data_type == "e":
        return replace(cell, kind="error"), []
    if kind == "number":
        cell, unknown = _formatted(cell, _decimal(value), str(raw.number_format))
        if unknown:
            return cell, [_format_unknown(file, cell, str(raw.number_format))]
    if not _same(value, stored):
        return cell, [_disagree(file, cell, text, "" if stored is None else _meant(stored)[0])]
    return cell, []


def _computed(
    sheet: str, raw: Any, place: tuple[int, int], stored: Any, file: str
) -> tuple[Cell, list[Problem]]:
    """A formula's cell: its stored result, refused where the file holds none."""
    if stored is None:
        formula = str(getattr(raw.value, "text", raw.value))[:60]
        cell = Cell(sheet, *place, formula, "", "error", computed=True)
        zh = ("公式没有保存结果", "用 Excel 或 WPS 打开并保存一次")
        en = ("the formula has no stored result", "open and save it once in Excel or WPS")
        return cell, [finding(file, cell, "formula-without-result", zh, en)]
    text, kind = _meant(stored)
    cell = Cell(sheet, *place, text, text, kind if text else "blank", computed=True)
    if kind == "number":
        cell, _ = _formatted(cell, _decimal(stored), str(raw.number_format))
    return cell, []


def _formatted(cell: Cell, value: Decimal, code: str) -> tuple[Cell, bool]:
    """The cell as its format shows it; True beside it where the format is not understood."""
    shown = shown_number(value, code)
    if shown is None:
        return cell, True
    if shown.percent:
        return replace(cell, shown=shown.text, value=plain(value * 100), percent=True), False
    return replace(cell, shown=shown.text), False


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
    zh = (f"两种读法不一致：“{one}”与“{other}”", "在 Excel 或 WPS 中打开核对，另存后重发")
    en = (f"two readers disagree: '{one}' and '{other}'", "open it, check it and save it anew")
    return finding(file, cell, "readers-disagree", zh, en)


def _format_unknown(file: str, cell: Cell, code: str) -> Problem:
    zh = (f"看不懂显示格式“{code[:40]}”，按数值读取", "核对这个数字")
    en = (f"display format '{code[:40]}' is not understood: the value is read", "check it")
    return finding(file, cell, "format-unknown", zh, en, "warning")


def _told(
    file: str, name: str, covered: list[Cell], rows: Set[int], columns: Set[int], worksheet: Any
) -> Iterator[Problem]:
    """What lies in a sheet and would not be seen: under merges, in hidden rows, the whole."""
    for cell in covered:
        zh = ("藏在合并单元格之下，没有读取", "取消合并，看是否还要这个数")
        en = ("lies under a merged area and was not read", "unmerge it and see whether it counts")
        yield finding(file, cell, "under-a-merge", zh, en, "warning")
    place = f"{file}!{name}"
    for rule, (zh_kind, en_kind), shown in (
        ("hidden-rows", ("行", "or filtered rows"), [str(row) for row in sorted(rows)]),
        ("hidden-columns", ("列", "columns"), [column_letter(one) for one in sorted(columns)]),
    ):
        if shown:
            named = ", ".join(shown[:10])
            zh = (f"有隐藏或筛掉的{zh_kind}({named})，照样读取", "确认这些数应当计入")
            en = (f"has hidden {en_kind} ({named}), read all the same", "make sure they count")
            yield finding(place, None, rule, zh, en, "warning")
    if worksheet.sheet_state != "visible" and not name.startswith("_"):
        zh, en = (
            ("是隐藏的工作表，照样读取", "确认应当计入"),
            ("is hidden, read all the same", "check it"),
        )
        yield finding(place, None, "hidden-sheet", zh, en, "warning")
