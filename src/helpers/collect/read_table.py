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
from helpers.collect.document import column_letter
from helpers.collect.find_table import FoundTable, find_table, irregular_rows, lines
from helpers.collect.headings import (
    ASIDE,
    INVISIBLE,
    OF_WHICH,
    PERSONAL,
    SUBTOTALS,
    TOTALS,
    YEAR,
    as_day,
    plain_text,
)
from helpers.collect.reading import Reading
from helpers.collect.take_figure import ASKED, SUBTOTAL, TOTAL, Told, Work, take
from helpers.data.problems import problem, ranges

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
KINDS = {"region": "地区", "period": "时期", "indicator": "指标", "unit": "单位", "number": "序号",
         "remark": "备注", "text": "文字"}  # fmt: skip
NAME_HEADS = ("表头要有编码本中的指标、地区或年份，或在 mapping.csv 说明",
              "name indicators, regions or years in it, or explain it in mapping.csv")  # fmt: skip
NO_NAME = ("na", "n/a", "none", "null", "nan", "nil")
CODE_NUMBER = re.compile(r"(\d{6})\d*\.0*")  # a code that a program took for a number


def read_tables(document: Document, words: Vocabulary, policy: q.Policy) -> Reading:
    """All figures of a document's tables. ``policy`` has the office's rounding words.

    Sheets are merged by what they say: a figure that stands twice with one value is told, with
    two values it is refused.
    """
    work = Work(document, words, policy, problems=list(document.problems))
    for sheet in document.sheets:
        if sheet.cells:
            _read_sheet(work, sheet)
    told = any(found.severity == "error" for found in work.problems)
    if document.sheets and not (told or work.entries or work.questions):
        zh = ("没有找到表头", NAME_HEADS[0])
        en = ("no head of a table was found", NAME_HEADS[1])
        work.problems.append(problem((document.file, 0, "", ""), "no-table", zh, en))
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
        zh, en = "没有找到表头，整张表搁置", "no head was found: the whole sheet is left aside"
        first = min(sheet.cells.values(), key=lambda cell: (cell.row, cell.column))
        work.warn(first, "sheet-aside", (zh, NAME_HEADS[0]), (en, NAME_HEADS[1]))
        work.explained.append((f"工作表“{sheet.name}”：{zh}", f"sheet '{sheet.name}': {en}"))
        return
    _check_heads(work, table)
    context = _context(work, table)
    columns = {column: _column(work, table, column) for column in table.columns}
    _explain(work, table, context, columns)
    for cell in (*table.above, *table.below):
        for name, pattern in SIGNED.items():
            if (found := pattern.search(cell.value)) and name not in work.signed:
                work.signed[name] = as_day(found[1]) if name == "filled_on" else found[1]
        work.leave(cell, "表外的文字：题名、单位、注或签名", "text around the table")
    for cell in table.dropped:
        work.leave(cell, "没有表头的列", "a column without a head")
    body = _Body(work, table, context, columns, table.filling)
    irregular = irregular_rows(table, work.file)
    work.problems += irregular.values()
    for row in table.body:
        if row not in irregular:
            _read_row(body, row)
    _say_empty_years(body)
    hold_subtotals(work, sheet.name)


def _check_heads(work: Work, table: FoundTable) -> None:
    """Say what the heads give away: personal data, invisible characters, columns of mere text."""
    heads = [cell for row in table.head for cell in table.sheet.row(row) if cell.value]
    work.heads = "、".join(dict.fromkeys(cell.shown.strip() for cell in heads))
    for cell in heads:
        if PERSONAL.search(cell.value):
            zh = ("是个人信息，不应出现在汇总表中", "删去这一列后重发")
            en = ("is personal data, which has no place here", "remove the column")
            work.refuse(cell, "personal-data", zh, en)
        _say_invisible(work, cell)
    for label in table.labels:
        if label.kind == "text" and table.body:
            cells = table.heads(label.column) or [table.sheet.cell(table.body[0], label.column)]
            zh = ("这一列是文字，没有读作数据", "需要的写进备注")
            en = ("a column of text, not read as figures", "put what is needed into a remark")
            work.warn(cells[0], "column-aside", zh, en)


def _say_invisible(work: Work, cell: Cell) -> None:
    if INVISIBLE.search(cell.value):
        zh = ("含有看不见的字符，去掉后照读", "重新键入这一格")
        en = ("holds invisible characters and was read without them", "type the cell anew")
        work.warn(cell, "invisible-character", zh, en)


# --- what the lines around a table and the names of sheet and file say ---------------------


def _context(work: Work, table: FoundTable) -> Told:
    told = Told()
    for what, text, cell in lines(table.above):
        if what in ("单位", "计量单位") and work.words.is_unit(text):
            told.unit = told.unit or text
        elif what == "指标":
            told = told.with_(_named(work, replace(cell, shown=text, value=text)))
        elif what in ("填报单位", "报送单位", "地区", "单位"):
            told.region = told.region or _one_region(work, text)
        else:
            told.period = told.period or (work.words.period(text, work.file) or "")
    titles = [cell.value for cell in table.above]
    for text in (*titles, table.sheet.name, Path(work.file).stem):
        told.region = told.region or _region_within(work, text)
        told.period = told.period or _period_within(work, text)
    for text in (*titles, table.sheet.name):
        told.unit = told.unit or work.words.heading(text).unit
    work.file_unit = work.words.heading(Path(work.file).stem).unit
    return told


def _named(work: Work, cell: Cell) -> Told:
    """The indicator and the unit of a line above the table; asked where nobody knows it."""
    indicator = work.words.indicator(cell.value, work.file)
    if indicator is None:
        work.ask("heading", cell)
    unit = work.words.heading(cell.value).unit
    return Told(indicator="" if indicator == ASIDE else indicator or ASKED, unit=unit)


def _one_region(work: Work, text: str) -> str:
    codes = work.words.region(text, work.file)
    return codes[0] if len(codes) == 1 else ""


def _region_within(work: Work, text: str) -> str:
    """The one region whose full name stands in a text."""
    plain = plain_text(text)
    found = {
        code
        for code, row in work.words.regions.items()
        if (name := plain_text(str(row["name_zh"]))) and name in plain
    }
    return found.pop() if len(found) == 1 else ""


def _period_within(work: Work, text: str) -> str:
    """The one year that stands in a text, as a period."""
    years = {match[0] for match in YEAR.finditer(plain_text(text))}
    known = {work.words.period(year, work.file) for year in years} - {None}
    return known.pop() if len(known) == len(years) == 1 else ""


# --- what heads and labels say ------------------------------------------------------------


def _column(work: Work, table: FoundTable, column: int) -> Told | None:
    """What the head over a column says; None where the column is left aside."""
    told, unknown = Told(), []
    for cell in table.heads(column):
        said = _told(work, cell)
        if said is None:
            work.leave(cell, "按 mapping.csv 搁置", "left aside, as mapping.csv says")
            return None
        if said == Told() and work.words.dimension(cell.value) != "value":
            unknown.append(cell)
        told = told.with_(said)
    filled = any(table.sheet.cell(row, column).value for row in table.body)
    for cell in unknown:
        kind = "period" if work.words.looks_like_period(cell.value) else "heading"
        fault = work.words.period_fault(cell.value)
        if not filled:
            zh = ("没有数据的列，跳过", "不用的列可以删去")
            en = ("a column without figures, skipped", "remove it if it is not needed")
            work.warn(cell, "column-empty", zh, en)
        elif fault:
            work.period(cell, fault)
        else:
            work.ask(kind, cell)
            work.leave(cell, "表头的含义待问", "what the head means is to be asked")
    return None if unknown else told


def _told(work: Work, cell: Cell, within: str = "") -> Told | None:
    """What one text says: an indicator with its unit, a region, a period, a unit, a total. Of
    several regions of one name that is meant which lies ``within`` the one named beside it."""
    text = cell.value
    words, plain = work.words, plain_text(text)
    indicator = words.indicator(text, work.file)
    if indicator == ASIDE:
        return None
    if indicator:
        return Told(indicator=indicator, unit=words.heading(text).unit)
    if TOTALS.fullmatch(plain) or SUBTOTALS.fullmatch(plain):
        return Told(region=TOTAL if TOTALS.fullmatch(plain) else SUBTOTAL)
    regions = words.region(text, work.file)
    if len(regions) > 1:
        of_it = [code for code in regions if words.parent(code) == within != ""]
        regions = of_it or regions
    if len(regions) == 1:
        return None if regions == [ASIDE] else Told(region=regions[0])
    if len(regions) > 1:
        zh = ("不止一个地区用这个名称", f"写明上级地区，或用代码：{'、'.join(regions)}")
        en = ("several regions have this name",
              f"name its parent or the code: {', '.join(regions)}")  # fmt: skip
        work.refuse(cell, "ambiguous-region", zh, en)
        return None
    if period := words.period(text, work.file):
        return None if period == ASIDE else Told(period=period)
    return Told(unit=words.unit(text, work.file))


def _read_row(body: _Body, row: int) -> None:
    """The figures of one row of the body."""
    work, sheet = body.work, body.table.sheet
    texts = [cell.value.strip() for cell in sheet.row(row)]
    if any(texts == [cell.value.strip() for cell in sheet.row(head)] for head in body.table.head):
        zh = ("表头又出现了一次，可能是几个文件接在了一起", "删去这一行")
        en = ("the head stands here again: were files joined together?", "delete this row")
        work.refuse(next(cell for cell in sheet.row(row) if cell.value), "header-repeated", zh, en)
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
                work.leave(cell, "空白：没有报送，不是 0", "blank: not reported, and not 0")
            continue
        body.kept[head.period] += 1
        if not _clashes(work, cell, told, head):
            take(work, cell, told.with_(head).with_(body.context))


def _clashes(work: Work, cell: Cell, one: Told, other: Told) -> bool:
    """Whether two labels of a cell say different things; that is told."""
    clash = _clash(one, other)
    if clash:
        words = {"indicator": "指标", "region": "地区", "period": "时期"}
        zh = (f"两处写的{words[clash]}不一致：{getattr(one, clash)} 与 {getattr(other, clash)}",
              "核对表头和行名")  # fmt: skip
        en = (f"two {clash}s are named: {getattr(one, clash)} and {getattr(other, clash)}",
              "check the head and the label")  # fmt: skip
        work.refuse(cell, "labels-clash", zh, en)
    return bool(clash)


def _clash(one: Told, other: Told) -> str:
    for name in ("indicator", "region", "period"):
        a, b = getattr(one, name), getattr(other, name)
        if a and b and a != b and not {TOTAL, SUBTOTAL} & {a, b}:
            return name
    return ""


def _row_labels(body: _Body, row: int, filled: bool) -> Told | None:
    """What a row's labels say; None where the row is left aside."""
    told, work = Told(), body.work
    for label in body.table.labels:
        if label.kind in ("number", "remark", "text"):
            continue
        cell = body.table.label(row, label.column)
        if not (text := cell.value.strip()):
            if label.kind == "unit" or not filled:
                continue
            text = body.above.get(label.column, "")
            if not text or label.column not in body.fills:
                zh, en = ("行名空白", "补上行名"), ("a blank label", "fill it in")
                work.refuse(cell, "label-blank", zh, en)
                return None
            cell = replace(cell, value=text, shown=text, kind="text")
            zh = ("空白的行名按上一行补足", "确认这一行确属上面的行名")
            en = ("a blank label was filled from the row above", "make sure that it belongs there")
            work.warn(cell, "label-filled-down", zh, en)
        body.above[label.column] = text
        said = _label(body, cell, label.kind, told.region, filled)
        if said is None:
            return None
        if said.region and work.words.parent(said.region) == told.region != "":
            told.region = said.region  # a region and the one that it belongs to
        elif not (told.region and work.words.parent(told.region) == said.region) and _clashes(
            work, cell, told, said
        ):
            return None
        told = told.with_(said)
    return told


def _label(body: _Body, cell: Cell, kind: str, within: str, filled: bool) -> Told | None:
    work = body.work
    text = OF_WHICH.sub("", cell.value, count=1) if OF_WHICH.match(cell.value) else cell.value
    fault = kind == "period" and not work.words.period(text, work.file)
    fault = work.words.period_fault(text) if fault else None
    if fault and filled:
        work.period(cell, fault)
        return None
    said = _told(work, replace(cell, value=text), within or body.context.region)
    if said == Told() and not filled:
        work.leave(cell, "没有数据的行", "a row without figures")
        return None
    if said is not None and said != Told():
        _say_invisible(work, cell)
    elif said is not None:
        number = kind == "region" and CODE_NUMBER.fullmatch(text)
        if number or text.casefold() in NO_NAME:
            zh = ("不是地区名称或代码", f"写成 {number[1]}" if number else "写明地区")
            en = ("no name or code of a region", f"write {number[1]}" if number else "name it")
            work.refuse(cell, "unknown-region", zh, en)
            return None
        work.ask("heading" if kind == "indicator" else kind, cell)
        work.leave(cell, "行名的含义待问，整行搁置", "what the label means is to be asked")
        return None
    return said


def _say_empty_years(body: _Body) -> None:
    empty: dict[str, Cell] = {}
    for column, told in body.columns.items():
        if told is not None and told.period and not body.kept[told.period]:
            empty.setdefault(told.period, body.table.heads(column)[0])
    for period, cell in empty.items():
        zh = (f"{period} 整列空白，跳过", "有数再报")
        en = (f"{period} is wholly empty and was skipped", "report it when there are figures")
        body.work.warn(cell, "period-empty", zh, en)


def _explain(work: Work, table: FoundTable, context: Told, columns) -> None:
    """Lines that say how a sheet was understood."""
    name, rows, body = table.sheet.name or work.file, ranges(table.head), ranges(table.body)
    say = work.explained.append
    say((f"“{name}”：表头第 {rows} 行，数据第 {body} 行",
         f"'{name}': head in rows {rows}, body {body}"))  # fmt: skip
    for label in table.labels:
        letter = column_letter(label.column)
        say((f"  {letter} 列：{KINDS[label.kind]}", f"  column {letter}: {label.kind}"))
    for column, told in columns.items():
        letter, heads = column_letter(column), " / ".join(c.shown for c in table.heads(column))
        text = "?" if told is None else told.with_(context).text
        say((f"  {letter} 列“{heads}” → {text}", f"  {letter} '{heads}' → {text}"))
    if context != Told():
        say((f"  表外写明：{context.text}", f"  said around the table: {context.text}"))
