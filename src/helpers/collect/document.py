"""A file as it was delivered, in one neutral form: sheets of cells, whatever program wrote it.

Every cell keeps what a person saw and what it means. CSV files and the tables of Word files are
read here, workbooks in :mod:`helpers.collect.read_workbook`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.collect.words import tell
from helpers.data.decode import DELIMITERS, decode, parse, repaired
from helpers.data.problems import DataRefused, Problem
from helpers.files import read_bytes, read_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Cell",
    "Document",
    "Merged",
    "Sheet",
    "at",
    "column_letter",
    "column_number",
    "read_document",
]

Place = tuple[int, int]  # row and column, from 1, as a spreadsheet counts
READABLE = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".docx")
LARGEST = 50_000_000  # bytes of a file
# characters that no table needs: of control, or turning the order of those beside them round
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
LOOKED_AT = 200  # lines of a CSV file that show how its columns are separated


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: ``shown`` is what a person saw, ``value`` what it means, as text.

    A number's value is plain decimal text, a date's is ISO.
    """

    sheet: str
    row: int
    column: int
    shown: str
    value: str
    kind: str  # text | number | date | boolean | error | blank
    computed: bool = False
    percent: bool = False

    @property
    def address(self) -> str:
        """``B7``."""
        return f"{column_letter(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged area, its first and last row and column."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in the area."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet that are not blank, by (row, column).

    ``fields`` are the numbers of fields that the rows of a text file have, and ``unended`` its
    last row where that has no line end: a file cut short looks like this.
    """

    name: str
    cells: Mapping[Place, Cell]
    merged: tuple[Merged, ...] = ()
    fields: Mapping[int, int] = field(default_factory=dict)
    unended: int = 0

    @cached_property
    def rows(self) -> int:
        """The last row that has a cell."""
        return max((row for row, _ in self.cells), default=0)

    @cached_property
    def columns(self) -> int:
        """The last column that has a cell."""
        return max((column for _, column in self.cells), default=0)

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a place, a blank one where there is none."""
        found = self.cells.get((row, column))
        return found or Cell(self.name, row, column, "", "", "blank")

    @cached_property
    def _filled(self) -> dict[int, list[Cell]]:
        found: dict[int, list[Cell]] = {}
        for _, cell in sorted(self.cells.items()):
            if cell.value.strip():
                found.setdefault(cell.row, []).append(cell)
        return found

    def filled(self, number: int) -> list[Cell]:
        """The cells of a row that hold something, from the left."""
        return self._filled.get(number, [])

    def over(self, row: int, column: int) -> Cell:
        """The cell at a place, that of the merged area which covers it."""
        for area in self.merged:
            if area.holds(row, column):
                return self.cell(area.top, area.left)
        return self.cell(row, column)

    def row(self, number: int) -> list[Cell]:
        """The cells of a row from the first column to the sheet's last."""
        return [self.cell(number, column) for column in range(1, self.columns + 1)]


@dataclass(frozen=True, slots=True)
class Document:
    """A delivered file: its name, its content's hash, its sheets, and what is wrong with it."""

    file: str
    sha256: str
    kind: str
    sheets: tuple[Sheet, ...] = ()
    problems: tuple[Problem, ...] = ()
    content: bytes = field(default=b"", repr=False)  # as it was when it was read

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name, None where there is none."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def column_letter(number: int) -> str:
    """``A`` for 1, ``AA`` for 27."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """27 for ``AA``."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def at(file: str, cell: Cell | None = None) -> tuple[str, int, str, str]:
    """Where a problem of a file or of one of its cells points; the sheet is named in the file's
    place."""
    if cell is None:
        return file, 0, "", ""
    named = f"{file}!{cell.sheet}" if cell.sheet else file
    return named, cell.row, column_letter(cell.column), cell.shown


def read_document(path: Path, name: str = "") -> Document:
    """The document of a file that somebody delivered, called by its own name or the one given; what
    is wrong with it is in ``problems``.

    Nothing that can be delivered raises: a pipe or a link, a cut or encrypted workbook, an
    archive that unpacks beyond all measure are problems of the document.
    """
    file, kind = name or path.name, path.suffix.lower()
    try:
        content = (read_bytes if kind == ".csv" else read_plain)(path, file, LARGEST)
    except DataRefused as refused:
        return Document(file, "", kind, problems=refused.problems)
    empty = Document(file, hashlib.sha256(content).hexdigest(), kind, content=content)
    try:
        read = _opened(content, empty)
    except DataRefused as refused:
        return replace(empty, problems=tuple(refused.problems))
    except (MemoryError, RecursionError) as error:
        return replace(empty, problems=(damaged(file, type(error).__name__),))
    unseen = (
        tell(at(file, cell), "control-character")
        for sheet in read.sheets
        for cell in sheet.cells.values()
        if cell.kind == "text" and UNSEEN.search(cell.value)
    )
    return replace(read, problems=(*read.problems, *unseen))


def _opened(content: bytes, empty: Document) -> Document:
    if empty.kind not in READABLE:
        known, kind = " ".join(READABLE), empty.kind or "-"
        raise DataRefused([tell(at(empty.file), "unknown-format", kind=kind, known=known)])
    if empty.kind == ".csv":
        return _csv(content, empty)
    if empty.kind == ".docx":
        return _docx(content, empty)
    from helpers.collect.read_workbook import read_workbook

    return read_workbook(content, empty)


def damaged(file: str, why: str) -> Problem:
    """The problem of a file that its own programs could not open either."""
    return tell(at(file), "damaged-file", why=why)


def sheet_of(name: str, cells: Iterable[Cell], **about: object) -> Sheet:
    """A sheet of cells, blank ones left out."""
    held = {(cell.row, cell.column): cell for cell in cells if cell.kind != "blank"}
    return Sheet(name, MappingProxyType(held), **about)


def _text_cell(sheet: str, row: int, column: int, text: str) -> Cell:
    text = text.strip()
    return Cell(sheet, row, column, text, text, "text" if text else "blank")


def _csv(content: bytes, empty: Document) -> Document:
    """The one sheet of a CSV file, rows counted as a spreadsheet counts them. Raises DataRefused,
    for text that was decoded wrongly before it was saved too."""
    text, _ = decode(content, empty.file)
    delimiter, problems = _delimiter(text, empty.file)
    rows, _ = parse(text, empty.file, delimiter=delimiter)
    cells = [
        _text_cell("", number, column, cell)
        for number, row in rows.items()
        for column, cell in enumerate(row, 1)
    ]
    for cell in cells[:LOOKED_AT]:
        if before := repaired(cell.value):
            raise DataRefused([tell(at(empty.file, cell), "mojibake", before=before)])
    fields = {number: len(row) for number, row in rows.items()}
    cut = 0 if text.endswith(("\n", "\r")) or not rows else max(rows)
    sheet = sheet_of("", cells, fields=fields, unended=cut)
    return replace(empty, sheets=(sheet,), problems=problems)


def _delimiter(text: str, file: str) -> tuple[str, tuple[Problem, ...]]:
    """What separates the columns: that of which most lines have the same number. Others than the
    comma are told, and refused where cells cannot be told apart with certainty."""
    lines = text.splitlines()[:LOOKED_AT]

    def alike(mark: str) -> int:
        counts = Counter(line.count(mark) for line in lines if mark in line)
        return max(counts.values(), default=0)

    found = max((",", *DELIMITERS), key=alike)
    if found == ",":
        return found, ()
    mark = DELIMITERS[found]
    if found == "，" or '"' in text:
        place = (file, 1, "", lines[0][:60])
        raise DataRefused([tell(place, "delimiter-refused", mark=mark)])
    return found, (tell(at(file), "delimiter", mark=mark),)


def _docx(content: bytes, empty: Document) -> Document:
    """The tables of a Word file's accepted version, each a sheet called 表1, 表2 …

    Raises DataRefused.
    """
    from helpers.audit.text.word_file import DamagedFile, word_tables

    try:
        tables = word_tables(content)
    except DamagedFile as error:
        raise DataRefused([damaged(empty.file, str(error))]) from None
    sheets = []
    for number, table in enumerate(tables, 1):
        name = f"表{number}"
        cells = [_text_cell(name, one.row, one.column, "\n".join(one.lines)) for one in table]
        merged = tuple(
            Merged(one.row, one.column, one.row + one.deep - 1, one.column + one.wide - 1)
            for one in table
            if one.deep * one.wide > 1
        )
        sheets.append(sheet_of(name, cells, merged=merged))
    return replace(empty, sheets=tuple(sheets))
