"""A delivered table as figures: every cell with its indicator, its region and its period.

Years, indicators or regions may run across or down. What a head, a label or a symbol means is
never guessed (:mod:`helpers.collect.headings`); what cannot be told is asked or refused, and a
blank is nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.collect.contradictions import hold_shares, hold_subtotals, hold_totals, once
from helpers.collect.document import at, column_letter
from helpers.collect.find_table import FoundTable, find_table, irregular_rows, lines
from helpers.collect.headings import (
    ASIDE,
    OF_WHICH,
    PERSONAL,
    SUBTOTALS,
    TOTALS,
    YEAR,
    as_day,
    plain_text,
)
from helpers.collect.take_figure import ASKED, SUBTOTAL, TOTAL, Reading, Told, Work, take
from helpers.collect.words import tell, worded, words
from helpers.data.problems import INVISIBLE, ranges

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers import quantity as q
    from helpers.collect.document import Cell, Document, Sheet
    from helpers.collect.headings import Vocabulary

__all__ = ["read_tables"]

SIGNED = {
    "filled_by": re.compile(r"填[表报]人\s*[:：]\s*(\S+)"),
    "filled_on": re.compile(r"(?:填[表报]|报[送出]|^)日期\s*[:：]\s*(\S+(?:\s*[年月]\s*\d+\S?)*)"),
}
NO_NAME = ("na", "n/a", "none", "null", "nan", "nil")
CODE_NUMBER = re.compile(r"(\d{6})\d*\.0*")  # a code that a program took for a number


def read_tables(document: Document, words: Vocabulary, policy: q.Policy) -> Reading:
    """All figures of a document's tables. ``policy`` has the office's rounding words.

    Sheets are merged by what they say: a figure that stands twice with one value is told, with
    two values it is refused.
    """
    wrong = (found for found in document.problems if found.severity == "error")
    refused = {(found.file, found.row, found.column) for found in wrong}
    work = Work(document, words, policy, list(document.problems), refused)
    for sheet in document.sheets:
        if sheet.cells:
            _read_sheet(work, sheet)
    told = any(found.severity == "error" for found in work.problems)
    if document.sheets and not (told or work.entries or work.questions):
        work.problems.append(tell(at(document.file), "no-table"))
    entries = once(work)
    hold_totals(work, entries)
    hold_shares(work, entries)
    return Reading(
        document=document,
        entries=tuple(entries),
        left_aside=tuple(work.aside),
        questions=tuple(work.questions.values()),
        problems=tuple(dict.fromkeys(work.problems)),
        explained=tuple(work.explained),
        **work.signed,
    )


@dataclass(slots=True)
class _Body:
    """A table being read row by row."""

    work: Work
    table: FoundTable
    context: Told  # what stands around the table
    columns: Mapping[int, Told | None]  # what each figure column's head says
    fills: set[int]  # label columns whose blanks mean the label above
    above: dict[int, str] = field(default_factory=dict)  # the last label of each column
    kept: Counter[str] = field(default_factory=Counter)  # figures of each head's period


def _read_sheet(work: Work, sheet: Sheet) -> None:
    table = find_table(sheet, work.words, work.file)
    if table is None:
        first = min(sheet.cells.values(), key=lambda cell: (cell.row, cell.column))
        work.tell(first, "sheet-aside")
        work.explained.append(worded("explain", "aside", name=sheet.name))
        return
    _check_heads(work, table)
    context = _context(work, table)
    columns = {column: _column(work, table, column) for column in table.columns}
    _explain(work, table, context, columns)
    for cell in (*table.above, *table.below):
        for name, pattern in SIGNED.items():
            if (found := pattern.search(cell.value)) and name not in work.signed:
                work.signed[name] = as_day(found[1]) if name == "filled_on" else found[1]
        work.leave(cell, "around")
    for cell in table.dropped:
        work.leave(cell, "headless")
    body = _Body(work, table, context, columns, table.filling)
    irregular = irregular_rows(table, work.file)
    work.problems += irregular.values()
    for row in table.body:
        if row not in irregular:
            _read_row(body, row)
    for column, told in columns.items():
        if told is not None and told.period and not body.kept[told.period]:
            work.tell(table.heads(column)[0], "period-empty", period=told.period)
            body.kept[told.period] += 1  # told once
    hold_subtotals(work, sheet.name)


def _check_heads(work: Work, table: FoundTable) -> None:
    """Say what the heads give away: personal data, invisible characters, columns of mere text."""
    heads = [cell for row in table.head for cell in table.sheet.row(row) if cell.value]
    work.heads = "、".join(dict.fromkeys(cell.shown.strip() for cell in heads))
    for cell in heads:
        if PERSONAL.search(cell.value):
            work.tell(cell, "personal-data")
        _say_invisible(work, cell)
    for column, kind in table.labels.items():
        if kind == "text" and table.body:
            cells = table.heads(column) or [table.sheet.cell(table.body[0], column)]
            work.tell(cells[0], "column-aside")


def _say_invisible(work: Work, cell: Cell) -> None:
    if INVISIBLE.search(cell.value):
        work.tell(cell, "invisible-character")


def _explain(work: Work, table: FoundTable, context: Told, columns: Mapping) -> None:
    """Lines that say how a sheet was understood."""

    def say(line: str, **values: object) -> None:
        work.explained.append(worded("explain", line, **values))

    rows = {"head": ranges(table.head), "body": ranges(table.body)}
    say("sheet", name=table.sheet.name or work.file, **rows)
    for column, kind in table.labels.items():
        say("label", letter=column_letter(column), kind=words("kind")[kind])
    for column, told in columns.items():
        heads = " / ".join(cell.shown for cell in table.heads(column))
        text = "?" if told is None else told.with_(context).text
        say("column", letter=column_letter(column), heads=heads, text=text)
    if context != Told():
        say("around", text=context.text)


# --- what the lines around a table and the names of sheet and file say ---------------------


def _context(work: Work, table: FoundTable) -> Told:
    words, file = work.words, work.file
    told = Told()
    for what, text, cell in lines(table.above):
        said = Told(period=words.period(text, file) or "")
        if what in ("单位", "计量单位") and words.is_unit(text):
            said = Told(unit=text)
        elif what == "指标":
            indicator = words.indicator(text, file)
            if indicator is None:
                work.ask("heading", replace(cell, shown=text, value=text))
            name = "" if indicator == ASIDE else indicator or ASKED
            said = Told(indicator=name, unit=words.heading(text).unit)
        elif what in ("填报单位", "报送单位", "地区", "单位"):
            codes = words.region(text, file)
            said = Told(region=codes[0] if len(codes) == 1 else "")
        told = told.with_(said)
    for text in (*(cell.value for cell in table.above), table.sheet.name):
        told = told.with_(_within(work, text))
    of_file = _within(work, Path(file).stem)
    work.file_unit = of_file.unit
    return told.with_(replace(of_file, unit=""))


def _within(work: Work, text: str) -> Told:
    """The one region whose full name and the one year that stand in a text, and its unit."""
    plain = plain_text(text)
    names = {code: plain_text(str(row["name_zh"])) for code, row in work.words.regions.items()}
    regions = [code for code, name in names.items() if name and name in plain]
    years = {match[0] for match in YEAR.finditer(plain)}
    periods = {work.words.period(year, work.file) for year in years} - {None}
    return Told(
        region=regions[0] if len(regions) == 1 else "",
        period=periods.pop() if len(periods) == len(years) == 1 else "",
        unit=work.words.heading(text).unit,
    )


# --- what heads and labels say ------------------------------------------------------------


def _column(work: Work, table: FoundTable, column: int) -> Told | None:
    """What the head over a column says; None where the column is left aside."""
    told, unknown = Told(), []
    for cell in table.heads(column):
        said = _told(work, cell)
        if said is None:
            return work.leave(cell, "mapped")
        if said == Told() and work.words.dimension(cell.value) != "value":
            unknown.append(cell)
        told = told.with_(said)
    filled = any(table.sheet.cell(row, column).value for row in table.body)
    for cell in unknown:
        fault = work.words.period_fault(cell.value)
        if not filled:
            work.tell(cell, "column-empty")
        elif fault:
            work.tell(cell, fault[0], **fault[1])
        else:
            work.ask("period" if work.words.looks_like_period(cell.value) else "heading", cell)
            work.leave(cell, "head_asked")
    return None if unknown else told


def _told(work: Work, cell: Cell, within: str = "") -> Told | None:
    """What one text says: an indicator with its unit, a region, a period, a unit, a total. Of
    several regions of one name that is meant which lies ``within`` the one named beside it."""
    text, words, file = cell.value, work.words, work.file
    plain = plain_text(text)
    if indicator := words.indicator(text, file):
        unit = words.heading(text).unit
        return None if indicator == ASIDE else Told(indicator=indicator, unit=unit)
    if TOTALS.fullmatch(plain) or SUBTOTALS.fullmatch(plain):
        return Told(region=TOTAL if TOTALS.fullmatch(plain) else SUBTOTAL)
    regions = words.region(text, file)
    if len(regions) > 1:
        of_it = [code for code in regions if words.parent(code) == within != ""]
        regions = of_it or regions
    if len(regions) > 1:
        work.tell(cell, "ambiguous-region", codes=", ".join(regions))
        return None
    if regions:
        return None if regions == [ASIDE] else Told(region=regions[0])
    if period := words.period(text, file):
        return None if period == ASIDE else Told(period=period)
    return Told(unit=words.unit(text, file))


def _read_row(body: _Body, row: int) -> None:
    """The figures of one row of the body."""
    work, sheet = body.work, body.table.sheet
    texts = [cell.value.strip() for cell in sheet.row(row)]
    if any(texts == [cell.value.strip() for cell in sheet.row(head)] for head in body.table.head):
        work.tell(sheet.filled(row)[0], "header-repeated")
        return
    cells = {column: sheet.cell(row, column) for column in body.table.columns}
    filled = any(cell.value.strip() for cell in cells.values())
    told = _row_labels(body, row, filled)
    for column, cell in cells.items() if told is not None else ():
        head = body.columns[column]
        if head is None:
            continue
        if not cell.value.strip():
            if filled and cell.kind == "blank":
                work.leave(cell, "blank")
            continue
        body.kept[head.period] += 1
        if not _clashes(work, cell, told, head):
            take(work, cell, told.with_(head).with_(body.context))


def _clashes(work: Work, cell: Cell, one: Told, other: Told) -> bool:
    """Whether two labels of a cell say different things; that is told."""
    for name in ("indicator", "region", "period"):
        a, b = getattr(one, name), getattr(other, name)
        if a and b and a != b and not {TOTAL, SUBTOTAL} & {a, b}:
            work.tell(cell, "labels-clash", what=words("kind")[name], one=a, other=b)
            return True
    return False


def _row_labels(body: _Body, row: int, filled: bool) -> Told | None:
    """What a row's labels say; None where the row is left aside."""
    told, work = Told(), body.work
    for column, kind in body.table.labels.items():
        if kind in ("number", "remark", "text"):
            continue
        cell = body.table.label(row, column)
        if not (text := cell.value.strip()):
            if kind == "unit" or not filled:
                continue
            text = body.above.get(column, "")
            if not text or column not in body.fills:
                return work.tell(cell, "label-blank")
            cell = replace(cell, value=text, shown=text, kind="text")
            work.tell(cell, "label-filled-down")
        body.above[column] = text
        said = _label(body, cell, kind, told.region, filled)
        if said is None:
            return None
        if said.region and work.words.parent(said.region) == told.region != "":
            told = replace(told, region=said.region)  # a region and the one that it belongs to
        elif not (told.region and work.words.parent(told.region) == said.region) and _clashes(
            work, cell, told, said
        ):
            return None
        told = told.with_(said)
    return told


def _label(body: _Body, cell: Cell, kind: str, within: str, filled: bool) -> Told | None:
    work = body.work
    text = OF_WHICH.sub("", cell.value, count=1) if OF_WHICH.match(cell.value) else cell.value
    known = kind != "period" or work.words.period(text, work.file)
    if filled and not known and (fault := work.words.period_fault(text)):
        return work.tell(cell, fault[0], **fault[1])
    said = _told(work, replace(cell, value=text), within or body.context.region)
    if said == Told() and not filled:
        return work.leave(cell, "empty_row")
    if said is None:
        return None
    if said != Told():
        _say_invisible(work, cell)
        return said
    if kind == "region" and (number := CODE_NUMBER.fullmatch(text)):
        return work.tell(cell, "code-a-number", code=number[1])
    if text.casefold() in NO_NAME:
        return work.tell(cell, "unknown-region")
    work.ask("heading" if kind == "indicator" else kind, cell)
    return work.leave(cell, "label_asked")
