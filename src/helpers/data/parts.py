"""Parts of tables: which rows someone asked for, and whether the same question still gets the
same answer.

A part is a question, not a list of rows: `observations where region is 370400 and indicator is
rights_venues`. So a row that appears where there was none changes the answer too.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .sheets import Sheet

__all__ = [
    "ANY",
    "CELLS",
    "ROWS",
    "Answer",
    "Index",
    "Part",
    "columns",
    "digest",
    "from_json",
    "joint",
    "part",
]

# What of the rows counts: cells and row numbers (they are shown), cells, or whether there are any
ROWS, CELLS, ANY = "rows", "cells", "any"
KINDS = (ROWS, CELLS, ANY)
SHORT = 8  # digits by which a row is known again when a reader asks what has changed

Where = tuple[tuple[str, tuple[str, ...]], ...]


def digest(value: Any) -> str:
    """SHA-256 of `value` as JSON with sorted keys."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def joint(answers: "Iterable[tuple[Part, str]]") -> dict[str, str]:
    """File of a table -> one digest of all its parts (given with the digest of each)."""
    tables: dict[str, list[Any]] = {}
    for asked, answer in answers:
        tables.setdefault(f"{asked.table}.csv", []).append([asked.as_json(), answer])
    return {file: digest(sorted(parts)) for file, parts in sorted(tables.items())}


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of `table` whose columns have one of the values given; all rows without any."""

    table: str
    kind: str = ROWS
    where: Where = ()

    def as_json(self) -> list[Any]:
        """Plain lists, to be read back by `from_json`."""
        return [self.table, self.kind, [[name, list(values)] for name, values in self.where]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a part holds: one digest, and for each row its number and the start of its digest."""

    digest: str
    rows: tuple[tuple[int, str], ...] = ()


def columns(*names: str) -> str:
    """The kind by which only these cells of a row count."""
    return f"{CELLS}:{','.join(sorted(names))}"


def part(table: str, kind: str = ROWS, /, **where: str | Iterable[str]) -> Part:
    """The part of a table where each column named has the value, or one of the values, given.

    `kind` (a column may have this name too) says what of the rows counts.
    """
    wanted = {
        name: (values,) if isinstance(values, str) else tuple(sorted(set(values)))
        for name, values in where.items()
    }
    return Part(table, kind, tuple(sorted(wanted.items())))


def from_json(value: Sequence[Any]) -> Part:
    """The part that `as_json` wrote; raises ValueError or TypeError for anything else."""
    table, kind, where = value
    if kind.partition(":")[0] not in KINDS or not isinstance(table, str):
        raise ValueError(f"{value}: not a part of a table")
    return Part(table, kind, tuple((str(name), tuple(values)) for name, values in where))


class Index:
    """Answers about sheets; every question and every combination of columns is worked out once."""

    def __init__(self, sheets: "Mapping[str, Sheet]") -> None:
        self.sheets = sheets
        self._answers: dict[Part, Answer] = {}
        self._found: dict[tuple[str, tuple[str, ...]], dict[tuple[str, ...], list[int]]] = {}
        self._digests: dict[tuple[str, str], list[str]] = {}

    def file(self, table: str) -> str:
        """The name of a table's file as messages call it."""
        return self.sheets[table].file if table in self.sheets else f"{table}.csv"

    def answer(self, asked: Part) -> Answer:
        """The answer to a part: another one later means that its rows have changed."""
        found = self._answers.get(asked)
        if found is None:
            found = self._answers[asked] = self._answered(asked)
        return found

    def _answered(self, asked: Part) -> Answer:
        if asked.table not in self.sheets:
            return Answer("absent")
        sheet, places = self.sheets[asked.table], self._places(asked)
        if asked.kind == ANY:
            return Answer("some" if places else "none")
        digests = self._rows(asked.table, asked.kind.partition(":")[2])
        rows = tuple((sheet.numbers[at], digests[at][:SHORT]) for at in places)
        numbers = (str(sheet.numbers[at]) if asked.kind == ROWS else "" for at in places)
        told = "\n".join(f"{n} {digests[at]}" for n, at in zip(numbers, places, strict=True))
        return Answer(hashlib.sha256(told.encode()).hexdigest(), rows)

    def _places(self, asked: Part) -> list[int]:
        sheet = self.sheets[asked.table]
        columns = tuple(name for name, _ in asked.where)
        if not columns or not set(columns) <= set(sheet.texts):
            return list(range(len(sheet)))  # a column that is not there narrows nothing
        key = asked.table, columns
        if key not in self._found:
            by_values: dict[tuple[str, ...], list[int]] = {}
            cells = zip(*(sheet.texts[name] for name in columns), strict=True)
            for at, values in enumerate(cells):
                by_values.setdefault(values, []).append(at)
            self._found[key] = by_values
        wanted: list[tuple[str, ...]] = [()]
        for _, values in asked.where:
            wanted = [(*head, value) for head in wanted for value in values]
        return sorted(at for values in wanted for at in self._found[key].get(values, ()))

    def _rows(self, table: str, only: str = "") -> list[str]:
        """The digest of each row: its cells under their names, in a fixed order; of the columns
        that `only` names, separated by commas, or of all.
        """
        if (table, only) not in self._digests:
            sheet = self.sheets[table]
            names = sorted(set(sheet.texts).intersection(only.split(",")) if only else sheet.texts)
            head = "\x1f".join(names)
            cells = zip(*(sheet.texts[name] for name in names), strict=True)
            self._digests[table, only] = [
                hashlib.sha256(f"{head}\x1e{chr(31).join(row)}".encode()).hexdigest()
                for row in cells
            ]
        return self._digests[table, only]
