"""CSV files and the tables of Word files as documents."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from helpers.collect.document import Cell, Document, Merged, Sheet, damaged, sheet_of
from helpers.data.decode import decode
from helpers.data.problems import DataRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_csv", "read_docx"]

MOST_INFLATED = 200_000_000


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
    """The tables of a Word file, each a sheet called 表1, 表2 … Raises DataRefused."""
    import docx

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_INFLATED:
                raise DataRefused([damaged(empty.file, "too large when unpacked")])
        document = docx.Document(io.BytesIO(content))
        sheets = [_table(f"表{at}", table) for at, table in enumerate(document.tables, 1)]
    except DataRefused:
        raise
    except Exception as error:  # whatever a damaged part makes of it
        raise DataRefused([damaged(empty.file, type(error).__name__)]) from None
    return replace(empty, sheets=tuple(sheets))


def _table(name: str, table: Any) -> Sheet:
    cells, merged, seen = [], [], {}
    for row, number in _rows(table):
        for column, cell in enumerate(row, 1):
            element = cell._tc
            if element in seen:
                top, left = seen[element]
                area = Merged(top, left, number, column)
                merged = [one for one in merged if (one.top, one.left) != (top, left)] + [area]
                continue
            seen[element] = (number, column)
            text = "\n".join(part.text for part in cell.paragraphs).strip()
            cells.append(Cell(name, number, column, text, text, "text" if text else "blank"))
    return sheet_of(name, cells, merged=tuple(merged))


def _rows(table: Any) -> Iterator[tuple[list[Any], int]]:
    for number, row in enumerate(table.rows, 1):
        yield list(row.cells), number
