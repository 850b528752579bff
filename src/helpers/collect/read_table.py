"""A delivered table as figures: every cell with its indicator, its region and its period.

Years, indicators or regions may run across or down. What a head, a label or a symbol means is
never guessed (:mod:`helpers.collect.headings`); what cannot be told is asked or refused, and a
blank is nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.collect.document import column_letter
from helpers.collect.find_table import FoundTable, find_table, lines
from helpers.collect.headings import (
    ASIDE,
    OF_WHICH,
    PERSONAL,
    SUBTOTALS,
    TOTALS,
    YEAR,
    plain_text,
)
from helpers.collect.reading import Entry, LeftAside, Reading
from helpers.collect.take_figure import TOTAL, Told, Work, take
from helpers.data.problems import problem

if TYPE_CHECKING:
    from helpers import quantity as q
    from helpers.collect.document import Cell, Document, Sheet
    from helpers.collect.headings import Vocabulary

__all__ = ["read_tables"]


def read_tables(document: Document, words: Vocabulary, policy: q.Policy) -> Reading:
    """All figures of a document's tables. ``policy`` has the office's rounding words.

    Sheets are merged by what they say: a figure that stands twice with one value is told, with
    two values it is refused.
    """
    work = Work(document, words, policy, problems=list(document.problems))
    for sheet in document.sheets:
        if sheet.cells:
            _read_sheet(work, sheet)
    if document.sheets and not (work.entries or work.questions or work.problems):
        zh = ("没有找到表头", "表头要有编码本中的指标、地区或年份，或在 mapping.csv 说明")
        en = ("no head of a table was found", "name indicators, regions or years in it")
        work.problems.append(problem((document.file, 0, "", ""), "no-table", zh, en))
    entries = _once(work)
    _hold_totals(work, entries)
    return Reading(
        document=document,
        entries=tuple(entries),
        left_aside=tuple(work.aside),
        questions=tuple(work.questions.values()),
        problems=tuple(dict.fromkeys(work.problems)),
        explained=tuple(work.explained),
    )


def _read_sheet(work: Work, sheet: Sheet) -> None:
    table = find_table(sheet, work.words, work.file)
    if table is None:
        zh, en = "没有找到表头，整张表搁置", "no head was found: the whole sheet is left aside"
        first = min(sheet.cells.values(), key=lambda cell: (cell.row, cell.column))
        work.leave(first, zh, en)
        work.explained.append((f"工作表“{sheet.name}”：{zh}", f"sheet '{sheet.name}': {en}"))
        return
    context = _context(work, table)
    columns = {column: _column(work, table, column) for column in table.columns}
    _explain(work, table, context, columns)
    for cell in (*table.above, *table.below):
        work.leave(cell, "表外的文字：题名、单位、注或签名", "text around the table")
    for cell in table.dropped:
        work.leave(cell, "没有表头的列", "a column without a head")
    _check_personal(work, table)
    before: dict[int, str] = {}
    kept_year: dict[str, int] = defaultdict(int)
    for row in table.body:
        _read_row(work, table, row, context, columns, before, kept_year)
    _say_empty_years(work, table, columns, kept_year)


# --- what the lines around a table and the names of sheet and file say ---------------------


def _context(work: Work, table: FoundTable) -> Told:
    told = Told()
    for what, text, cell in lines(table.above):
        if what in ("单位", "计量单位") and work.words.is_unit(text):
            told.unit = told.unit or text
        elif what == "指标":
            told = told.with_(_named(work, text, cell.value))
        elif what in ("填报单位", "报送单位", "地区", "单位"):
            told.region = told.region or _one_region(work, text)
        else:
            told.period = told.period or (work.words.period(text, work.file) or "")
    for text in (*(cell.value for cell in table.above), table.sheet.name, _stem(work.file)):
        told.region = told.region or _region_within(work, text)
        told.period = told.period or _period_within(work, text)
    if not told.unit and (unit := work.words.heading(table.sheet.name).unit):
        told.unit = unit
    return told


def _named(work: Work, text: str, whole: str) -> Told:
    indicator = work.words.indicator(text, work.file) or work.words.indicator(whole, work.file)
    unit = work.words.heading(text).unit
    return Told(indicator=indicator if indicator and indicator != ASIDE else "", unit=unit)


def _stem(file: str) -> str:
    return file.rpartition(".")[0] or file


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
    asked = [c for c in unknown if not (told.indicator and _is_basis(c))]
    for cell in asked:
        kind = "period" if work.words.looks_like_period(cell.value) else "heading"
        work.ask(kind, cell)
        work.leave(cell, "表头的含义待问", "what the head means is to be asked")
    return None if asked else told


def _is_basis(cell: Cell) -> bool:
    return bool(not cell.value.strip())


def _told(work: Work, cell: Cell) -> Told | None:
    """What one text says: an indicator with its unit, a region, a period, a unit, a total."""
    text = cell.value
    words, plain = work.words, plain_text(text)
    indicator = words.indicator(text, work.file)
    if indicator == ASIDE:
        return None
    if indicator:
        return Told(indicator=indicator, unit=words.heading(text).unit)
    if TOTALS.fullmatch(plain) or SUBTOTALS.fullmatch(plain):
        return Told(region=TOTAL if TOTALS.fullmatch(plain) else "subtotal")
    regions = words.region(text, work.file)
    if len(regions) == 1:
        return Told(region=regions[0])
    if len(regions) > 1:
        zh = ("不止一个地区用这个名称", f"用代码：{'、'.join(regions)}")
        en = ("several regions have this name", f"give the code: {', '.join(regions)}")
        work.refuse(cell, "ambiguous-region", zh, en)
        return None
    if period := words.period(text, work.file):
        return Told(period=period)
    if words.is_unit(text):
        return Told(unit=text)
    return Told()


def _read_row(work, table, row, context, columns, before, kept_year) -> None:
    """The figures of one row of the body."""
    filled = [column for column in table.columns if table.sheet.cell(row, column).value.strip()]
    told = _row_labels(work, table, row, before, bool(filled))
    if told is None:
        return
    for column in table.columns:
        head = columns[column]
        if head is None:
            continue
        cell = table.sheet.cell(row, column)
        both = told.with_(head)
        if cell.value.strip():
            kept_year[head.period] += 1
        clash = _clash(told, head)
        if clash and cell.value.strip():
            zh = (f"行与列说的{clash}不一致", "核对表头和行名")
            en = (f"row and column name different {clash}s", "check the head and the label")
            work.refuse(cell, "labels-clash", zh, en)
            continue
        take(work, cell, both.with_(context))


def _clash(one: Told, other: Told) -> str:
    for name in ("indicator", "region", "period"):
        a, b = getattr(one, name), getattr(other, name)
        if a and b and a != b and TOTAL not in (a, b):
            return name
    return ""


def _row_labels(work, table, row, before, filled) -> Told | None:
    """What a row's labels say; None where the row is left aside. Labels fill down in their own
    columns, and that is said."""
    told = Told()
    for label in table.labels:
        if label.kind in ("number", "remark", "text"):
            continue
        cell = table.sheet.cell(row, label.column)
        text = cell.value.strip()
        if not text and filled and before.get(label.column):
            text = before[label.column]
            cell = replace(cell, value=text, shown=text, kind="text")
            _say_filled(work, table, row, label.column, cell)
        before[label.column] = text or before.get(label.column, "")
        if not text:
            continue
        said = _label(work, cell, label.kind)
        if said is None:
            return None
        told = told.with_(said)
    return told


def _say_filled(work: Work, table: FoundTable, row: int, column: int, cell: Cell) -> None:
    merged = any(area.holds(row, column) for area in table.sheet.merged)
    if not merged:
        zh = ("空白的行名按上一行补足", "确认这一行确属上面的行名")
        en = ("a blank label was filled from the row above", "make sure that it belongs there")
        work.warn(cell, "label-filled-down", zh, en)


def _label(work: Work, cell: Cell, kind: str) -> Told | None:
    text = OF_WHICH.sub("", cell.value, count=1) if OF_WHICH.match(cell.value) else cell.value
    said = _told(work, replace(cell, value=text))
    if said is None:
        return None
    if SUBTOTALS.fullmatch(plain_text(text)):
        work.leave(cell, "小计：只作核对，不计入", "a subtotal: a check, never an addend")
        return None
    if said == Told():
        asked = {"indicator": "heading", "unit": "heading"}.get(kind, kind)
        if kind == "period" and not work.words.looks_like_period(text):
            asked = "period"
        work.ask(asked, cell)
        work.leave(cell, "行名的含义待问，整行搁置", "what the label means is to be asked")
        return None
    return said


# --- the whole of a document --------------------------------------------------------------


def _once(work: Work) -> list[Entry]:
    """Each figure once: told where it stands twice, refused where it has two values."""
    by_key: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    for entry in work.entries:
        by_key[entry.key].append(entry)
    kept = []
    for entries in by_key.values():
        first = entries[0]
        others = [entry for entry in entries[1:] if entry.value != first.value]
        for entry in entries[1:]:
            zh = (f"与 {first.locator} 重复", "只留一处")
            en = (f"stands at {first.locator} too", "keep one of them")
            if others:
                zh = (
                    f"与 {first.locator} 是同一个数，却是两个值({first.as_written})",
                    "核对是哪一个",
                )
                en = (f"another value stands at {first.locator} ({first.as_written})", "which?")
            rule = "two-values" if others else "figure-twice"
            severity = "error" if others else "warning"
            work.problems.append(problem(entry.place, rule, zh, en, severity))
        if not others:
            kept.append(first)
    return kept


def _hold_totals(work: Work, entries: list[Entry]) -> None:
    """A total is the parent's figure where it is the sum of its parts, and refused where not.

    It is never another addend. Of indicators that do not add up (shares, heads that may be
    counted twice) the total is the parent's figure as it stands.
    """
    parts: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        parts[entry.indicator, entry.period].append(entry)
    for total in work.totals:
        own = parts[total.indicator, total.period]
        parents = {str(work.words.regions[e.region]["parent"]) for e in own}
        if len(parents) != 1:
            zh, en = "合计：没有可核对的分项", "a total without parts"
            at = (total.sheet, total.address, total.as_written)
            work.aside.append(LeftAside(*at, zh, en))
            continue
        added = sum((entry.value for entry in own), Decimal(0))
        additive = bool(work.words.indicators[total.indicator]["additive"])
        if additive and added != total.value:
            apart = total.value - added
            zh = (f"合计与分项之和 {added:f} 相差 {apart:f}", "核对合计和各分项")
            en = (f"differs from the sum of its parts {added:f} by {apart:f}", "check both")
            work.problems.append(problem(total.place, "total-differs", zh, en))
            continue
        parent = replace(total, region=parents.pop(), remark="表中合计 total of the table")
        if parent.region and not any(entry.key == parent.key for entry in entries):
            entries.append(parent)


def _check_personal(work: Work, table: FoundTable) -> None:
    for row in table.head:
        for cell in table.sheet.row(row):
            if PERSONAL.search(cell.value):
                zh = ("是个人信息，不应出现在汇总表中", "删去这一列后重发")
                en = ("is personal data, which has no place here", "remove the column")
                work.refuse(cell, "personal-data", zh, en)


def _say_empty_years(work: Work, table: FoundTable, columns, kept_year) -> None:
    empty: dict[str, Cell] = {}
    for column, told in columns.items():
        if told is not None and told.period and not kept_year[told.period]:
            empty.setdefault(told.period, table.heads(column)[0])
    for period, cell in empty.items():
        zh = (f"{period} 整列空白，跳过", "有数再报")
        en = (f"{period} is wholly empty and was skipped", "report it when there are figures")
        work.warn(cell, "period-empty", zh, en)


def _explain(work: Work, table: FoundTable, context: Told, columns) -> None:
    """Lines that say how a sheet was understood."""
    name = table.sheet.name or work.file
    rows = f"{table.head[0]}–{table.head[-1]}"
    body = f"{table.body[0]}–{table.body[-1]}" if table.body else "-"
    work.explained.append(
        (
            f"“{name}”：表头第 {rows} 行，数据第 {body} 行",
            f"'{name}': head in rows {rows}, body {body}",
        )
    )
    for label in table.labels:
        letter = column_letter(label.column)
        work.explained.append((f"  {letter} 列：{label.kind}", f"  column {letter}: {label.kind}"))
    for column, told in columns.items():
        letter, heads = column_letter(column), " / ".join(c.shown for c in table.heads(column))
        text = "?" if told is None else _short(told.with_(context))
        work.explained.append(
            (f"  {letter} 列“{heads}” → {text}", f"  {letter} '{heads}' → {text}")
        )
    if context != Told():
        text = _short(context)
        work.explained.append((f"  表外写明：{text}", f"  said around the table: {text}"))


def _short(told: Told) -> str:
    return " ".join(filter(None, (told.indicator, told.region, told.period, told.unit))) or "-"
