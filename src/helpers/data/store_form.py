"""A piece of a long file: its form checked as that of a whole file, its cells written plainly."""

import zlib
from dataclasses import dataclass, replace
from pathlib import Path

from .codebook import Table
from .files import open_bytes
from .grid import parse
from .problems import DataRefused, Problem
from .sheets import Sheet, sheet_of
from .store_scan import Cut

__all__ = ["CELL", "LINE", "Form", "Piece", "formed"]

CELL, LINE, BREAK = "\x1f", "\n", "\x1e"  # between cells, between rows, a line end in a cell
FORBIDDEN = ("\r", "\0", BREAK)
JOINT = "\x1d"


@dataclass(frozen=True, slots=True)
class Form:
    """What all pieces of a file have in common."""

    path: Path
    header: bytes
    table: Table
    file: str
    folder: Path  # where the pieces are written


@dataclass(frozen=True, slots=True)
class Piece:
    """What became of a piece: rows kept, findings by stage, and what the checks must know of it.

    `target` is empty where the piece cannot be kept; `refused` where it could not be parsed.
    """

    target: str = ""
    rows: int = 0
    stages: tuple[tuple[Problem, ...], ...] = ()
    refused: tuple[Problem, ...] = ()
    reported: frozenset[str] = frozenset()
    members: tuple[tuple[str, frozenset[str]], ...] = ()
    holes: frozenset[str] = frozenset()  # columns with a cell that is empty or refused


def formed(form: Form, cut: Cut) -> Piece:
    """Read a piece under the header. Raises ValueError where it is no longer what was cut."""
    with open_bytes(form.path) as stream:
        stream.seek(cut.offset)
        body = stream.read(cut.length)
    if zlib.crc32(body) != cut.crc:
        raise ValueError("the file was changed")
    shift = cut.above - 1
    try:
        text = (form.header + body).decode("utf-8")
        grid = parse(text, form.file, form.table.names)
    except UnicodeDecodeError:
        return Piece()
    except DataRefused as refused:
        return Piece(refused=tuple(_shifted(refused.problems, shift)))
    sheet, stages = sheet_of(text, grid, "utf-8", form.table, form.file)
    found = tuple(tuple(_shifted(stage, shift)) for stage in stages)
    if sheet is None:
        return Piece(stages=found, refused=tuple(p for stage in found for p in stage))
    target = _written(sheet, shift, form.folder / f"{cut.offset}.cells")
    members = tuple(
        (name, frozenset(sheet.texts[name])) for name in ("period", "source") if name in sheet.texts
    )
    holes = frozenset(name for name, values in sheet.columns.items() if None in values)
    return Piece(target, len(sheet), found, (), _reported(sheet), members, holes)


def _shifted(problems, shift: int) -> list[Problem]:
    """Problems with the rows of the whole file; the header's row is the same everywhere."""
    return [replace(p, row=p.row + shift) if p.row > 1 and shift else p for p in problems]


def _reported(sheet: Sheet) -> frozenset[str]:
    """The indicators with a value somewhere, as the check of contradictions asks for them."""
    names = ("indicator", "region", "period", "value")
    if not set(names) <= set(sheet.columns):
        return frozenset()
    rows = zip(*(sheet.columns[name] for name in names), strict=True)
    return frozenset(i for i, region, period, v in rows if v is not None and region and period)


def _written(sheet: Sheet, shift: int, target: Path) -> str:
    """Position, row and cells of each row as text for the store; "" where a cell forbids it."""
    names = sheet.table.names
    rows = zip(
        map(str, range(len(sheet))),
        (str(number + shift) for number in sheet.numbers),
        *(sheet.texts[name] for name in names),
        strict=True,
    )
    text = JOINT.join(map(CELL.join, rows))
    cells = len(sheet) * (len(names) + 1)
    if text.count(CELL) != cells or text.count(JOINT) != max(len(sheet) - 1, 0):
        return ""
    if any(sign in text for sign in FORBIDDEN):
        return ""
    text = text.replace(LINE, BREAK).replace(JOINT, LINE)
    target.write_bytes(f"{text}{LINE}".encode() if text else b"")
    return str(target)
