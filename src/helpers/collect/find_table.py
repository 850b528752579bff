"""Where the table stands in a delivered sheet: its heads, its labels, its figures, and the lines
around it.

The head is found by what it says, not by where it stands. Titles, units and the like above it
and notes, sources and signatures below it are read as what they are, and never as rows.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from helpers.collect.headings import TOTALS, plain_text
from helpers.collect.words import tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from helpers.collect.document import Cell, Sheet
    from helpers.collect.headings import Vocabulary
    from helpers.data.problems import Problem

__all__ = ["FoundTable", "find_table", "irregular_rows", "lines"]

LOOKED_AT = 40  # rows from the top in which a head may begin
HEADS = 3  # rows that a head may have
CODE = 6  # digits of a region's code
LINE = re.compile(
    r"\s*(注|备\s*注|说\s*明|数据来源|资料来源|来源|填表人|填报人|审核人|审核|负责人|制表人?|制表机关|"
    r"联系电话|联系人|填报日期|报送日期|报出日期|日期|单位负责人|统计负责人|单位|计量单位|时间|时期|年份|"
    r"指标|数据库|填报单位|报送单位|地区|表\s*号|文\s*号|source|notes?)\s*[:：]",
    re.IGNORECASE,
)
NUMBER = re.compile(r"[-−－+]?[\d０-９][\d０-９,，.．\s]*%?")


@dataclass(slots=True)
class FoundTable:
    """A table in a sheet: rows of its head and its body, what its columns hold, and the cells
    around it.

    ``labels`` are columns of labels with what they name (region, period, indicator, unit, number,
    remark, text), ``columns`` those of figures, ``dropped`` the cells of columns without a head.
    """

    sheet: Sheet
    head: list[int]
    body: list[int]
    above: list[Cell]
    below: list[Cell]
    labels: dict[int, str] = field(default_factory=dict)
    columns: list[int] = field(default_factory=list)
    dropped: list[Cell] = field(default_factory=list)

    def heads(self, column: int) -> list[Cell]:
        """The cells of the head over a column, from the top; a merged one counts for all the
        columns that it covers, and no further."""
        over = dict.fromkeys(self.sheet.over(row, column) for row in self.head)
        return [cell for cell in over if cell.value]

    def label(self, row: int, column: int) -> Cell:
        """The label of a row, that of a merged area for all the rows that it covers."""
        return replace(self.sheet.over(row, column), row=row)

    @property
    def filling(self) -> set[int]:
        """The label columns whose blanks stand for the label above, as where every block of rows
        has its label in its first row only: none is repeated, and all rows stay different."""
        labels = [c for c, kind in self.labels.items() if kind in ("region", "period", "indicator")]
        found = set()
        for column in labels:
            texts = [self.label(row, column).value.strip() for row in self.body]
            others = [other for other in labels if other != column]
            if all(texts) or not others or not texts[0]:
                continue
            filled, seen = "", set()
            for row, text in zip(self.body, texts, strict=True):
                filled = text or filled
                seen.add((filled, *(self.label(row, other).value for other in others)))
            repeated = any(one and one == other for one, other in pairwise(texts))
            if not repeated and len(seen) == len(texts):
                found.add(column)
        return found


@dataclass(frozen=True, slots=True)
class _Finder:
    """Looks for the table of one sheet of a file."""

    sheet: Sheet
    words: Vocabulary
    file: str

    def head(self) -> list[int]:
        """The rows of the head: the first that names things and no figures, and what belongs."""
        for row in range(1, min(self.sheet.rows, LOOKED_AT) + 1):
            if self.names(row) and not self.is_line(row):
                head = [row]
                while len(head) < HEADS and self.goes_on(head[-1] + 1):
                    head.append(head[-1] + 1)
                if len(head) < HEADS and row > 1 and self.covers(row - 1):
                    head.insert(0, row - 1)
                return head
        return []

    def is_line(self, row: int) -> bool:
        """Whether a row is a note, a source or a signature and no row of figures."""
        first, *others = self.sheet.filled(row) or [self.sheet.cell(row, 1)]
        return bool(LINE.match(first.value)) and not any(map(_is_number, others))

    def names(self, row: int) -> bool:
        """Whether a row looks like a head: two texts and more, at least one that is known, and no
        figure but years."""
        cells = self.sheet.filled(row)
        if len(cells) < 2 or any(map(self.is_figure, cells)):
            return False
        known = sum(map(self.known, cells))
        return known * 2 >= len(cells) or any(self.words.dimension(cell.value) for cell in cells)

    def goes_on(self, row: int) -> bool:
        """Whether a row below a head belongs to it: no label of its own, and names no figures."""
        cells = self.sheet.filled(row)
        if not cells or self.is_line(row) or cells[0].column == 1:
            return False
        return not any(map(self.is_figure, cells)) and all(
            self.known(cell) or self.words.is_unit(cell.value) for cell in cells
        )

    def covers(self, row: int) -> bool:
        """Whether a row above a head belongs to it: texts merged over some of its columns, not
        over all, or a text over each of several columns."""
        merged = (a for a in self.sheet.merged if a.top <= row <= a.bottom and a.left < a.right)
        if any(area.left > 1 for area in merged):
            return True
        texts = [cell for cell in self.sheet.filled(row) if cell.column > 1]
        below = {cell.column for cell in self.sheet.filled(row + 1)}
        return (
            sum(cell.column in below for cell in texts) > 1
            and not any(_is_number(cell) or LINE.match(cell.value) for cell in texts)
            and not self.is_line(row)
        )

    def known(self, cell: Cell) -> bool:
        """Whether a text names anything that a table speaks of."""
        text, words = cell.value, self.words
        return bool(
            words.indicator(text, self.file)
            or words.region(text, self.file)
            or words.looks_like_period(text)
            or words.period(text, self.file)
            or words.dimension(text)
            or _is_total(text)
        )

    def is_figure(self, cell: Cell) -> bool:
        """Whether a cell holds a number that is no year and no region's code."""
        if not _is_number(cell) or self.words.looks_like_period(cell.value):
            return False
        return len(cell.value) < CODE or not self.words.region(cell.value, self.file)

    def kind(self, table: FoundTable, column: int) -> str:
        """What a column holds: figures, labels of a kind, or nothing."""
        heads = table.heads(column)
        body = [self.sheet.cell(row, column) for row in table.body]
        filled = [cell for cell in body if cell.value.strip()]
        labels = self.labels(filled)
        for cell in heads:
            kind = self.words.dimension(cell.value)
            if kind == "value":
                return "figures"
            if kind:
                return (labels if kind in ("unit", "region", "indicator", "period") else "") or kind
        if heads:
            figures = any(map(self.known, heads)) or any(map(_is_number, filled)) or not filled
            return "figures" if figures else "text"
        return labels or ("nothing" if len(filled) < len(body) / 2 or not filled else "text")

    def labels(self, cells: list[Cell]) -> str:
        """Of which kind most texts of a column are; "" where most are of none."""
        words, file = self.words, self.file
        tests = {
            "region": lambda text: bool(words.region(text, file)) or _is_total(text),
            "period": words.looks_like_period,
            "indicator": lambda text: words.indicator(text, file) is not None,
            "unit": words.is_unit,
        }
        for kind, test in tests.items():
            if cells and sum(test(cell.value) for cell in cells) * 2 > len(cells):
                return kind
        return ""


def find_table(sheet: Sheet, words: Vocabulary, file: str) -> FoundTable | None:
    """The table of a sheet; None where no row says what stands below it."""
    finder = _Finder(sheet, words, file)
    head = finder.head()
    if not head:
        return None
    rows = range(head[-1] + 1, sheet.rows + 1)
    body = [row for row in rows if sheet.filled(row) and not finder.is_line(row)]
    below = [c for row in rows if finder.is_line(row) for c in sheet.filled(row)]
    above = [c for row in range(1, head[0]) for c in sheet.filled(row)]
    table = FoundTable(sheet, head, body, above, below)
    for column in range(1, sheet.columns + 1):
        kind = finder.kind(table, column)
        if kind == "figures":
            table.columns.append(column)
        elif kind == "nothing":
            cells = (sheet.cell(row, column) for row in body)
            table.dropped += [cell for cell in cells if cell.value]
        else:
            table.labels[column] = kind
    texts = [column for column, kind in table.labels.items() if kind == "text"]
    heads = [cell.value for column in table.columns for cell in table.heads(column)]
    named = any(what == "指标" for what, _, _ in lines(above)) or any(
        words.indicator(text, file) for text in heads
    )
    if not named and len(texts) == 1 and "indicator" not in table.labels.values():
        table.labels[texts[0]] = "indicator"  # nothing else names any: nobody knows these yet
    return table


def irregular_rows(table: FoundTable, file: str) -> dict[int, Problem]:
    """Rows of a text file that have more or fewer fields than the head, or no line end: told,
    and not to be read."""
    fields, found = table.sheet.fields, {}
    usual = Counter(fields[row] for row in table.body if row in fields).most_common(1)
    width = max((fields[row] for row in table.head if row in fields), default=0)
    for row in table.body if fields else ():
        cells = table.sheet.row(row)
        beyond = any(cell.value for cell in cells if cell.column > width)
        if fields[row] > width and (beyond or fields[row] != usual[0][0]):
            rule = "row-too-long"
        elif fields[row] < width and any(cell.value for cell in cells[1:]):
            rule = "row-length"
        elif row == table.sheet.unended:
            rule = "row-unended"
        else:
            continue
        shown = ",".join(cell.shown for cell in cells[: fields[row]])
        found[row] = tell((file, row, "", shown), rule, fields=fields[row], width=width)
    return found


def lines(cells: Iterable[Cell]) -> Iterator[tuple[str, str, Cell]]:
    """(what, text, cell) of lines such as ``单位：万元``; "" for what where a line says nothing of
    the kind."""
    for cell in cells:
        match = LINE.match(cell.value)
        what = plain_text(match[1]) if match else ""
        yield what, cell.value[match.end() if match else 0 :].strip(), cell


def _is_number(cell: Cell) -> bool:
    """Whether a cell holds a number, typed as one or as text."""
    return cell.kind == "number" or bool(NUMBER.fullmatch(cell.value.strip()))


def _is_total(text: str) -> bool:
    return bool(TOTALS.fullmatch(plain_text(text)))
