"""A workbook's archive, looked at before any reader opens it: how much it unpacks to, how far its
sheets reach, macros, links to other files.

Readers make room for every cell up to the furthest one, so that two cells of a few bytes, or one
merged area, could ask for all the memory there is.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from helpers.collect.document import damaged, finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from helpers.data.problems import Problem

__all__ = ["MOST_CELLS", "inspected", "too_large"]

MOST_CELLS = 3_000_000  # of a sheet, blank ones up to its last row and column among them
MOST_INFLATED = 600_000_000  # bytes of all parts
MOST_RATIO = 300  # inflated to packed, of a part of some size
SOME_SIZE = 10_000_000
CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']([^\"']*)[\"']")
ROW = re.compile(rb"<(?:\w+:)?row\s(?:[^>]*?\s)?r\s*=\s*[\"']([^\"']*)[\"']")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s(?:[^>]*?\s)?ref\s*=\s*[\"']([^\"']*)[\"']")
PLACE = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
ODS = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*)>")
TIMES = re.compile(rb"number-(rows|columns)-repeated\s*=\s*[\"'](\d+)[\"']")


def inspected(content: bytes, file: str) -> Iterator[Problem]:
    """What is wrong with a workbook's archive, and what in it will not be used."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            unpacked = _unpacked(parts, file)
            yield from unpacked
            if unpacked:
                return
            yield from _reach(archive, parts, file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        yield damaged(file, str(error)[:60])
        return
    names = [part.filename.lower() for part in parts]
    if any(name.endswith("vbaproject.bin") for name in names):
        zh = ("含宏，没有运行", "数字照读；请改用不带宏的 .xlsx")
        en = ("has macros, which were not run", "figures are read; use an .xlsx without macros")
        yield finding(file, None, "macros", zh, en, "warning")
    if any("externallinks/" in name for name in names):
        zh = ("有指向其他文件的链接，没有打开", "数字照其保存的结果读取")
        en = ("has links to other files, which were not opened", "their stored results are read")
        yield finding(file, None, "external-links", zh, en, "warning")


def too_large(file: str, name: str) -> Problem:
    """The problem of a sheet with more cells than can be meant."""
    zh = (f"工作表“{name}”超过 {MOST_CELLS:,} 个单元格", "删去多余的行和列，或分成几个文件")
    en = (f"sheet '{name}' has more than {MOST_CELLS:,} cells", "remove empty rows and columns")
    return finding(file, None, "sheet-too-large", zh, en)


def _unpacked(parts: Iterable[zipfile.ZipInfo], file: str) -> list[Problem]:
    inflated = sum(part.file_size for part in parts)
    dense = any(
        part.file_size > SOME_SIZE and part.file_size > MOST_RATIO * max(part.compress_size, 1)
        for part in parts
    )
    if inflated <= MOST_INFLATED and not dense:
        return []
    size = f"{inflated / 1e6:,.0f} MB"
    zh = (f"展开后有 {size}，超出限度，可能是压缩炸弹", "请填报单位重新另存后发送")
    en = (f"unpacks to {size}, beyond all measure", "ask for it to be saved anew")
    return [finding(file, None, "inflates-too-far", zh, en)]


def _reach(
    archive: zipfile.ZipFile, parts: Iterable[zipfile.ZipInfo], file: str
) -> Iterator[Problem]:
    """Sheets that reach too far, or whose cells stand nowhere."""
    for part in parts:
        text, ods = archive.read(part), part.filename == "content.xml"
        if part.filename.lower().endswith(".xml") and b"\0" in text[:200]:
            yield damaged(file, part.filename)  # another encoding than every program writes
        if not (ods or b"sheetData" in text or b"mergeCell" in text):
            continue
        cells = _of_ods(text) if ods else _of_xlsx(text)
        if cells is None:
            yield damaged(file, f"{part.filename}: no place of a cell")
        elif cells > MOST_CELLS:
            yield too_large(file, part.filename.rpartition("/")[2])


def _of_xlsx(text: bytes) -> int | None:
    """Cells up to a sheet's furthest one, or in its merged areas; None where one has no place."""
    rows, columns, merged = 1, 1, 0
    for match in ROW.finditer(text):
        if not match[1].isdigit():
            return None
        rows = max(rows, int(match[1]))
    for match in CELL.finditer(text):
        place = PLACE.fullmatch(match[1])
        if place is None:
            return None
        columns = max(columns, _column(place[1]))
        rows = max(rows, int(place[2]))
    for match in MERGED.finditer(text):
        ends = [PLACE.fullmatch(end) for end in match[1].split(b":")]
        if not all(ends):
            return None
        wide = abs(_column(ends[-1][1]) - _column(ends[0][1])) + 1
        merged += wide * (abs(int(ends[-1][2]) - int(ends[0][2])) + 1)
    return max(rows * columns, merged)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _of_ods(text: bytes) -> int:
    """Cells up to the furthest one that holds anything, of the largest table."""
    most = row = column = rows = columns = repeated = 0
    for match in ODS.finditer(text):
        times = {kind: int(number) for kind, number in TIMES.findall(match[2])}
        if match[1] == b"table":
            row = rows = columns = 0
        elif match[1] == b"table-row":
            repeated, column = times.get(b"rows", 1), 0
            row += repeated
        else:
            column += times.get(b"columns", 1)
            if not match[2].rstrip().endswith(b"/") or b"value" in match[2]:
                rows, columns = max(rows, row), max(columns, column)
                most = max(most, rows * columns)
    return most
