"""Tables in a text: what the head of a column says of the numbers below it, and their units.

A row of a table is a line with tabs (that is how Word files and pages are decoded); the first of
the rows that follow one another is the head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from helpers.audit.text.wordlists import CUES, UNIT

__all__ = ["Cell", "Columns"]

NUMBER = re.compile(r"\s*(?P<number>[-−]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)\s*")
SIZED = rf"(?:(?:万亿|百万|千万|[十百千万亿])?(?:{UNIT.pattern})|1?/10?[万亿])"
WHOLE_UNIT = re.compile(SIZED)
# 资金（万元）, 资金/万元, 占比%
SAID = re.compile(
    rf"[（(](?:单位[:：])?(?P<unit>{SIZED})[）)]|/(?P<below>{SIZED})$|(?P<share>[%‰])$"
)
ABOVE = re.compile(rf"(?:计量)?单位[:：为]\s*(?P<unit>{SIZED})(?![一-鿿])")
UNIT_HEAD = re.compile("(?:计量|计算)?单位")


class Cell(NamedTuple):
    """A bare number in a cell: its stretch of the plain text, and the unit said elsewhere."""

    start: int
    end: int
    number: str
    unit: str


class Columns:
    """The heads of the columns of a plain text's tables."""

    def __init__(self, plain: str) -> None:
        self.plain = plain

    @cached_property
    def _heads(self) -> dict[int, tuple[int, int]]:
        """Start of each row of a table -> the stretch of its table's head."""
        heads, at, head = {}, 0, None
        for line in self.plain.split("\n"):
            head = (head or (at, at + len(line))) if "\t" in line else None
            if head:
                heads[at] = head
            at += len(line) + 1
        return heads

    def head(self, at: int) -> tuple[int, int] | None:
        """Return the stretch of the head of the column in which a position is, None for none."""
        line = self.plain.rfind("\n", 0, at) + 1
        begin, end = self._heads.get(line, (line, line))
        cells = self.plain[begin:end].split("\t")
        column = self.plain.count("\t", line, at)
        if begin == line or column >= len(cells):
            return None
        begin += sum(len(cell) + 1 for cell in cells[:column])
        return begin, begin + len(cells[column])

    def cells(self) -> Iterator[Cell]:
        """Yield the bare numbers of tables whose unit the row, the head or a line above says."""
        for line, head in self._heads.items():
            heads = self.plain[slice(*head)].split("\t")
            row = self.plain[line:].split("\n", 1)[0].split("\t") if line != head[0] else []
            at = line
            for column, cell in enumerate(row):
                match = NUMBER.fullmatch(cell)
                counted = match and 0 < column < len(heads)
                if counted and not CUES["no-numbers"].search(heads[column]):
                    unit = self._unit(head[0], heads, row, column)
                    start, end = (at + place for place in match.span("number"))
                    if unit:
                        yield Cell(start, end, match["number"], unit)
                at += len(cell) + 1

    def _unit(self, begin: int, heads: list[str], row: list[str], column: int) -> str:
        """Return the unit of a cell: that of its head, its row, its row's label, its table."""
        own = next(
            (
                cell.strip()
                for name, cell in zip(heads, row, strict=False)
                if UNIT_HEAD.fullmatch(name.strip()) and WHOLE_UNIT.fullmatch(cell.strip())
            ),
            "",
        )
        said = [SAID.search(words.strip()) for words in (heads[column], row[0], heads[0])]
        above = self.plain[:begin].rstrip("\n").rsplit("\n", 1)[-1]
        said.append(ABOVE.search(above[-60:]))
        units = [next(filter(None, match.groups())) if match else "" for match in said]
        found = next(filter(None, (units[0], own, *units[1:])), "")
        return found.removeprefix("1") if found.startswith("1/") else found

    def label(self, at: int) -> str:
        """Return what the number that opens a cell counts: its row's label, "" for none.

        Where a row is labelled with a place or a time (or a number), the head of the column.
        """
        line = self.plain.rfind("\n", 0, at) + 1
        cell = self.plain.rfind("\t", line, at) + 1
        if line not in self._heads or not cell or self.plain[cell:at].strip(" 　+-"):
            return ""
        label = self.plain[line : self.plain.find("\t", line)].strip()
        if not CUES["not-counted"].fullmatch(label):
            return label
        head = self.head(at)
        return self.plain[slice(*head)].strip() if head else ""
