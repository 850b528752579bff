"""Where the table stands in a delivered sheet: its heads, its labels, its figures, and the lines
around it.

The head is found by what it says, not by where it stands. Titles, units and the like above it
and notes, sources and signatures below it are read as what they are, and never as rows.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from helpers.collect.headings import TOTALS, plain_text
from helpers.data.problems import Problem, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.collect.document import Cell, Sheet
    from helpers.collect.headings import Vocabulary

__all__ = [
    "FoundTable",
    "Label",
    "find_table",
    "irregular_rows",
    "is_number",
    "lines",
    "merged_cell",
]

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


@dataclass(frozen=True, slots=True)
class Label:
    """A column of labels: what its texts name (region, period, indicator, unit, number, remark)."""

    column: int
    kind: str


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table in a sheet: rows of its head, label columns, figure columns, body rows."""

    sheet: Sheet
    head: tuple[int, ...]
    labels: tuple[Label, ...]
    columns: tuple[int, ...]
    body: tuple[int, ...]
    above: tuple[Cell, ...]
    below: tuple[Cell, ...]
    dropped: tuple[Cell, ...] = ()

    def heads(self, column: int) -> list[Cell]:
        """The cells of the head over a column, from the top; a merged one counts for all the
        columns that it covers, and no further."""
        found = []
        for row in self.head:
            cell = merged_cell(self.sheet, row, column)
            if cell.value and cell not in found:
                found.append(cell)
        return found

    def label(self, row: int, column: int) -> Cell:
        """The label of a row, that of a merged area for all the rows that it covers."""
        cell = merged_cell(self.sheet, row, column)
        return cell if cell.row == row else replace(cell, row=row)

    @property
    def filling(self) -> set[int]:
        """The label columns whose blanks stand for the label above, as where every block of rows
        has its label in its first row only: none is repeated, and all rows stay different."""
        kinds = ("region", "period", "indicator")
        labels = [label.column for label in self.labels if label.kind in kinds]
        found = set()
        for column in labels:
            texts = [self.label(row, column).value.strip() for row in self.body]
            others = [other for other in labels if other != column]
            if all(texts) or not others or not texts[0]:
                continue
            filled, seen = "", []
            for row, text in zip(self.body, texts, strict=True):
                filled = text or filled
                seen.append((filled, *(self.label(row, other).value for other in others)))
            repeated = any(one and one == other for one, other in pairwise(texts))
            if not repeated and len(set(seen)) == len(seen):
                found.add(column)
        return found


def find_table(sheet: Sheet, words: Vocabulary, file: str) -> FoundTable | None:
    """The table of a sheet; None where no row says what stands below it."""
    head = _head(sheet, words, file)
    if not head:
        return None
    rows = range(head[-1] + 1, sheet.rows + 1)
    body = [row for row in rows if not _is_line(sheet, row) and _filled(sheet, row)]
    below = tuple(c for row in rows if row not in body for c in sheet.row(row) if c.value)
    above = tuple(c for row in range(1, head[0]) for c in sheet.row(row) if c.value)
    found = FoundTable(sheet, tuple(head), (), (), tuple(body), above, below)
    labels, columns, dropped = [], [], []
    for column in range(1, sheet.columns + 1):
        kind = _kind(found, column, words, file)
        if kind == "figures":
            columns.append(column)
        elif kind == "nothing":
            dropped += [sheet.cell(row, column) for row in body if sheet.cell(row, column).value]
        else:
            labels.append(Label(column, kind))
    said = any(what == "指标" for what, _, _ in lines(above))
    heads = [cell.value for column in columns for cell in found.heads(column)]
    if not said and not any(words.indicator(text, file) for text in heads):
        labels = _with_indicators(labels)
    return FoundTable(
        sheet, tuple(head), tuple(labels), tuple(columns), tuple(body), above, below, tuple(dropped)
    )


def _with_indicators(labels: list[Label]) -> list[Label]:
    """The label columns of a table of which nothing else names indicators: a single column of
    texts does, though nobody knows their names yet."""
    texts = [label for label in labels if label.kind == "text"]
    if len(texts) != 1 or any(label.kind == "indicator" for label in labels):
        return labels
    return [replace(one, kind="indicator") if one in texts else one for one in labels]


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
            zh = (f"有{fields[row]}格，应为{width}格：可能有没加引号的逗号",
                  "含逗号的格加英文双引号")  # fmt: skip
            en = (f"{fields[row]} cells instead of {width}: perhaps an unquoted comma",
                  "put quotation marks round the cell that holds a comma")  # fmt: skip
        elif fields[row] < width and any(cell.value for cell in cells[1:]):
            zh = (f"只有{fields[row]}格，应为{width}格", "补齐缺少的格(没有内容也要留逗号)")
            en = (f"only {fields[row]} cells instead of {width}", "add what is missing, even empty")
        elif row == table.sheet.unended:
            zh = ("最后一行没有换行，文件可能被截断", "核对最后一行；完整的话在末尾补一个换行")
            en = ("the last row has no line end: was the file cut short?", "check it, and end it")
        else:
            continue
        shown = ",".join(cell.shown for cell in cells[: fields[row]])
        rule = "row-unended" if row == table.sheet.unended else "row-length"
        found[row] = problem((file, row, "", shown), rule, zh, en)
    return found


def is_number(cell: Cell) -> bool:
    """Whether a cell holds a number, typed as one or as text."""
    return cell.kind == "number" or bool(NUMBER.fullmatch(cell.value.strip()))


def merged_cell(sheet: Sheet, row: int, column: int) -> Cell:
    """The cell at a place, that of the merged area which covers it."""
    for area in sheet.merged:
        if area.holds(row, column):
            return sheet.cell(area.top, area.left)
    return sheet.cell(row, column)


def _filled(sheet: Sheet, row: int) -> bool:
    return any(cell.value.strip() for cell in sheet.row(row))


def _is_line(sheet: Sheet, row: int) -> bool:
    """Whether a row is a note, a source or a signature and no row of figures."""
    cells = [cell for cell in sheet.row(row) if cell.value.strip()]
    if not cells or not LINE.match(cells[0].value):
        return False
    return not any(is_number(cell) for cell in cells[1:])


def _known(cell: Cell, words: Vocabulary, file: str) -> bool:
    text = cell.value
    return bool(
        words.indicator(text, file)
        or words.region(text, file)
        or words.looks_like_period(text)
        or words.period(text, file)
        or words.dimension(text)
        or TOTALS.fullmatch(plain_text(text))
    )


def _head(sheet: Sheet, words: Vocabulary, file: str) -> list[int]:
    """The rows of the head: the first row that names things and no figures, and what belongs."""
    for row in range(1, min(sheet.rows, LOOKED_AT) + 1):
        if _names(sheet, row, words, file) and not _is_line(sheet, row):
            head = [row]
            while len(head) < HEADS and _goes_on(sheet, head[-1] + 1, words, file):
                head.append(head[-1] + 1)
            if len(head) < HEADS and head[0] > 1 and _covers(sheet, head[0] - 1, head[0]):
                head.insert(0, head[0] - 1)
            return head
    return []


def _names(sheet: Sheet, row: int, words: Vocabulary, file: str) -> bool:
    """Whether a row looks like a head: two texts and more, at least one that is known, and no
    figure but years."""
    cells = [cell for cell in sheet.row(row) if cell.value.strip()]
    if len(cells) < 2 or any(_is_figure(cell, words, file) for cell in cells):
        return False
    known = [cell for cell in cells if _known(cell, words, file)]
    return len(known) * 2 >= len(cells) or any(words.dimension(cell.value) for cell in cells)


def _goes_on(sheet: Sheet, row: int, words: Vocabulary, file: str) -> bool:
    """Whether a row below a head belongs to it: no label of its own, and names no figures."""
    cells = [cell for cell in sheet.row(row) if cell.value.strip()]
    if not cells or _is_line(sheet, row) or sheet.cell(row, 1).value.strip():
        return False
    if any(_is_figure(cell, words, file) for cell in cells):
        return False
    return all(_known(cell, words, file) or words.is_unit(cell.value) for cell in cells)


def _is_figure(cell: Cell, words: Vocabulary, file: str) -> bool:
    """Whether a cell holds a number that is no year and no region's code."""
    if not is_number(cell) or words.looks_like_period(cell.value):
        return False
    return len(cell.value) < CODE or not words.region(cell.value, file)


def _covers(sheet: Sheet, row: int, head: int) -> bool:
    """Whether a row above a head belongs to it: texts merged over some of its columns, not over
    all, or a text over each of several columns."""
    merged = [a for a in sheet.merged if a.top <= row <= a.bottom and a.left < a.right]
    texts = [cell for cell in sheet.row(row) if cell.value.strip() and cell.column > 1]
    over = [cell for cell in texts if sheet.cell(head, cell.column).value.strip()]
    named = len(over) > 1 and not any(is_number(c) or LINE.match(c.value) for c in texts)
    return any(area.left > 1 for area in merged) or (named and not _is_line(sheet, row))


def _kind(table: FoundTable, column: int, words: Vocabulary, file: str) -> str:
    """What a column holds: figures, labels of a kind, or nothing."""
    heads = table.heads(column)
    body = [table.sheet.cell(row, column) for row in table.body]
    filled = [cell for cell in body if cell.value.strip()]
    labels = _labels(filled, words, file)
    for cell in heads:
        kind = words.dimension(cell.value)
        if kind == "value":
            return "figures"
        if kind in ("unit", "region", "indicator", "period") and labels:
            return labels
        if kind:
            return kind
    if heads:
        named = any(_known(cell, words, file) for cell in heads)
        return "figures" if named or any(map(is_number, filled)) or not filled else "text"
    if not filled:
        return "nothing"
    return labels or ("nothing" if len(filled) < len(body) / 2 else "text")


def _labels(cells: list[Cell], words: Vocabulary, file: str) -> str:
    """Of which kind most texts of a column are; "" where most are of none."""
    tests = {
        "region": lambda text: bool(words.region(text, file)) or _is_total(text),
        "period": words.looks_like_period,
        "indicator": lambda text: words.indicator(text, file) is not None,
        "unit": words.is_unit,
    }
    for kind, test in tests.items():
        if cells and sum(map(test, (cell.value for cell in cells))) * 2 > len(cells):
            return kind
    return ""


def _is_total(text: str) -> bool:
    return bool(TOTALS.fullmatch(plain_text(text)))


def lines(cells: tuple[Cell, ...]) -> Iterator[tuple[str, str, Cell]]:
    """(what, text, cell) of lines such as ``单位：万元``; "" for what where a line says nothing of
    the kind."""
    for cell in cells:
        match = LINE.match(cell.value)
        if match:
            yield plain_text(match[1]), cell.value[match.end() :].strip(), cell
        else:
            yield "", cell.value.strip(), cell
