"""A file as it was delivered, in one neutral form: sheets of cells, whatever program wrote it.

Every cell keeps what a person saw and what it means. Workbooks are read twice, by openpyxl and
by calamine, and a cell about which they disagree is refused: one of the two misread it, and
nobody can tell which.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.data.problems import DataRefused, Problem, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Cell",
    "Document",
    "Merged",
    "Sheet",
    "column_letter",
    "finding",
    "read_document",
]

Place = tuple[int, int]  # row and column, from 1, as a spreadsheet counts
READABLE = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".docx")
LARGEST = 50_000_000  # bytes of a file


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: ``shown`` is what a person saw, ``value`` what it means, as text.

    A number's value is plain decimal text, a date's is ISO. ``remark`` says what a reader of the
    sheet would not see: hidden, in a hidden row, under a merge.
    """

    sheet: str
    row: int
    column: int
    shown: str
    value: str
    kind: str  # text | number | date | boolean | error | blank
    computed: bool = False
    percent: bool = False
    remark: str = ""

    @property
    def address(self) -> str:
        """``B7``."""
        return f"{column_letter(self.column)}{self.row}"

    @property
    def place(self) -> str:
        """``2024年!B7``: the locator of a figure taken from here."""
        return f"{self.sheet}!{self.address}" if self.sheet else self.address


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


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet that are not blank, by (row, column)."""

    name: str
    cells: Mapping[Place, Cell]
    merged: tuple[Merged, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    @property
    def rows(self) -> int:
        """The last row that has a cell."""
        return max((row for row, _ in self.cells), default=0)

    @property
    def columns(self) -> int:
        """The last column that has a cell."""
        return max((column for _, column in self.cells), default=0)

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a place, a blank one where there is none."""
        found = self.cells.get((row, column))
        return found or Cell(self.name, row, column, "", "", "blank")

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
    names: Mapping[str, str] = field(default_factory=dict)  # defined name → what it refers to

    @property
    def refused(self) -> bool:
        """Whether an error stands against the file as a whole or a cell of it."""
        return any(found.severity == "error" for found in self.problems)

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


def finding(
    file: str,
    cell: Cell | None,
    rule: str,
    zh: tuple[str, str],
    en: tuple[str, str],
    severity: str = "error",
) -> Problem:
    """A problem of a file or of one of its cells, with the sheet named in the file's place."""
    if cell is None:
        return problem((file, 0, "", ""), rule, zh, en, severity)
    named = f"{file}!{cell.sheet}" if cell.sheet else file
    place = (named, cell.row, column_letter(cell.column), cell.shown)
    return problem(place, rule, zh, en, severity)


def read_document(path: Path, name: str = "") -> Document:
    """The document of a file that somebody delivered, called ``name`` (its own name unless given);
    what is wrong with it is in ``problems``.

    Nothing that can be delivered raises: a pipe or a link, a cut or encrypted workbook, an
    archive that unpacks beyond all measure are problems of the document.
    """
    from helpers.files import read_plain

    file, kind = name or path.name, path.suffix.lower()
    try:
        content = read_plain(path, file, LARGEST)
    except DataRefused as refused:
        return Document(file, "", kind, problems=refused.problems)
    sha256 = hashlib.sha256(content).hexdigest()
    empty = Document(file, sha256, kind)
    if kind not in READABLE:
        known = " ".join(READABLE)
        zh = (f"不是能读的格式({kind or '没有扩展名'})", f"另存为其中一种：{known}")
        en = (f"no format that is read ({kind or 'no ending'})", f"save it as one of: {known}")
        return replace(empty, problems=(finding(file, None, "unknown-format", zh, en),))
    try:
        return _opened(content, empty)
    except DataRefused as refused:
        return replace(empty, problems=tuple(refused.problems))
    except (MemoryError, RecursionError) as error:
        return replace(empty, problems=(damaged(file, type(error).__name__),))


def _opened(content: bytes, empty: Document) -> Document:
    if empty.kind == ".csv":
        from helpers.collect.read_text import read_csv

        return read_csv(content, empty)
    if empty.kind == ".docx":
        from helpers.collect.read_text import read_docx

        return read_docx(content, empty)
    from helpers.collect.read_workbook import read_workbook

    return read_workbook(content, empty)


def damaged(file: str, why: str) -> Problem:
    """The problem of a file that its own programs could not open either."""
    zh = (f"文件损坏，打不开({why})", "请填报单位重新发送")
    en = (f"the file is damaged and cannot be opened ({why})", "ask for it again")
    return finding(file, None, "damaged-file", zh, en)


def sheet_of(name: str, cells: Iterable[Cell], **about: object) -> Sheet:
    """A sheet of cells, blank ones left out."""
    held = {(cell.row, cell.column): cell for cell in cells if cell.kind != "blank"}
    return Sheet(name, MappingProxyType(held), **about)
