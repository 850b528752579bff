"""Tables in a text: what the head of a column says of the numbers below it.

A row of a table is a line with tabs (that is how Word files and pages are decoded); the first of
the rows that follow one another is the head.
"""

from __future__ import annotations

import re
from functools import cached_property

__all__ = ["Columns"]

NOT_COUNTED = re.compile(
    "[一-鿿]{1,5}[市区县省旗]|[全本我]?[市区县省]|合计|总计|[0-9—\\-至年度上去今.]*"
)


class Columns:
    """The heads of the columns of a plain text's tables."""

    def __init__(self, plain: str) -> None:
        self.plain = plain

    @cached_property
    def _lines(self) -> dict[int, tuple[int, int]]:
        """Start of each row of a table -> the stretch of its table's head."""
        heads, at, head = {}, 0, None
        for line in self.plain.split("\n"):
            end = at + len(line)
            if "\t" in line:
                head = head or (at, end)
                heads[at] = head
            else:
                head = None
            at = end + 1
        return heads

    def head(self, at: int) -> tuple[int, int] | None:
        """Return the stretch of the head of the column in which a position is, None for none."""
        line = self.plain.rfind("\n", 0, at) + 1
        head = self._lines.get(line)
        if head is None or head[0] == line:
            return None
        begin, end = head
        cells = self.plain[begin:end].split("\t")
        column = self.plain.count("\t", line, at)
        if column >= len(cells):
            return None
        begin += sum(len(cell) + 1 for cell in cells[:column])
        return begin, begin + len(cells[column])

    def label(self, at: int) -> str:
        """Return what the number that opens a cell counts: its row's label, "" for none.

        Where a row is labelled with a place or a time (or a number), the head of the column.
        """
        line = self.plain.rfind("\n", 0, at) + 1
        cell = self.plain.rfind("\t", line, at) + 1
        if line not in self._lines or not cell or self.plain[cell:at].strip(" 　+-"):
            return ""
        label = self.plain[line : self.plain.find("\t", line)].strip()
        if NOT_COUNTED.fullmatch(label):
            head = self.head(at)
            return self.plain[slice(*head)].strip() if head else ""
        return label
