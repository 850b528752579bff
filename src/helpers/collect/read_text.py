"""CSV files and the tables of Word files as documents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.collect.document import Cell, Document, Merged, Sheet, damaged, sheet_of
from helpers.data.decode import decode
from helpers.data.problems import DataRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.audit.text.word_file import TableCell

__all__ = ["read_csv", "read_docx"]


def read_csv(content: bytes, empty: Document) -> Document:
    """The one sheet of a CSV file, rows counted as a spreadsheet counts them.

    Encodings as everywhere (:func:`helpers.data.decode.decode`); commas, semicolons or tabs.
    Raises DataRefused.
    """
    from helpers.data.grid import parse

    text, _ = decode(content, empty.file)
    grid = parse(text, empty.file, ())
    cells = [
        Cell("", number, column, cell.strip(), cell.strip(), "text" if cell.strip() else "blank")
        for number, row in zip(grid.numbers, grid.rows, strict=True)
        for column, cell in enumerate(row, 1)
    ]
    return replace(empty, sheets=(sheet_of("", cells),))


def read_docx(content: bytes, empty: Document) -> Document:
    """The tables of a Word file's accepted version, each a sheet called 表1, 表2 …

    Raises DataRefused.
    """
    from helpers.audit.text.word_file import DamagedFile, word_tables

    try:
        tables = word_tables(content)
    except DamagedFile as error:
        raise DataRefused([damaged(empty.file, str(error))]) from None
    return replace(
        empty, sheets=tuple(_table(f"表{at}", table) for at, table in enumerate(tables, 1))
    )


def _table(name: str, table: Iterable[TableCell]) -> Sheet:
    cells, merged = [], []
    for one in table:
        text = "\n".join(one.lines).strip()
        cells.append(Cell(name, one.row, one.column, text, text, "text" if text else "blank"))
        if one.deep * one.wide > 1:
            last = one.row + one.deep - 1, one.column + one.wide - 1
            merged.append(Merged(one.row, one.column, *last))
    return sheet_of(name, cells, merged=tuple(merged))
