"""A workbook of all figures, laid out as the UK guidance for accessible spreadsheets asks:

cover, contents and notes first, then one table a sheet, each marked up as a table under a title
in its first cell; no merged cells, no empty rows in a table, numbers as numbers, a word where a
number is missing. Nothing in it is a formula, and no text can become one.
(Government Analysis Function, *Releasing statistics in spreadsheets*.)
"""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import xlsxwriter

from helpers.export.observations import observations

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from helpers.data import Tables
    from helpers.export.observations import Observation

__all__ = ["as_workbook"]

Cell = str | int | float
FACES = {"zh": "宋体", "en": "Arial"}
WIDEST = 48  # characters of a column; longer text is wrapped
NOT_BINARY = 2**53  # beyond this a spreadsheet would change the last digits
WORDS = {
    "cover": ("封面", "Cover"),
    "contents": ("目录", "Contents"),
    "notes": ("说明", "Notes"),
    "title": ("妇联工作数据", "Figures of a women’s federation’s work"),
    "simulated": ("模拟数据，非真实数字", "Simulated: no figure is true"),
    "to_contents": ("返回目录", "Back to contents"),
    "one_table": ("本表有一个表格。", "This sheet has one table."),
    "sheet": ("工作表", "Sheet"),
    "holds": ("内容", "What it holds"),
    "note": ("序号", "Note"),
    "text": ("说明", "Text"),
    "none": ("无上限", "no upper end"),
    "source": ("来源", "Source"),
    "comparables": ("可比数据", "Comparables"),
    "programmes": ("列名项目", "Programmes named"),
    "kind": ("类别", "Kind"),
    "level": ("级别", "Level"),
    "name": ("名称", "Name"),
    "definitions": ("指标定义", "Definitions"),
    "sources": ("来源", "Sources"),
}
NOTES = (
    (
        "“下限”“上限”是原文写法所允许的范围：带“余”“近”等约数词或以万、亿计的数不是精确数。",
        "The lower and upper end are what the written form allows: a figure with a rounding word, "
        "or in ten thousands, is not exact.",
    ),
    (
        "“原文写法”是来源中的写法；每个数字都有来源和位置。",
        "“As written” is the form in the source; every figure has its source and place.",
    ),
    (
        "没有报送的数据不列；空缺不等于零。",
        "Figures that were not reported are not listed; a gap is not a zero.",
    ),
)
FIGURES = {
    "label": ("指标", "Indicator"),
    "region": ("地区", "Region"),
    "period": ("时期", "Period"),
    "value": ("数值", "Value"),
    "lower": ("下限", "Lower end"),
    "upper": ("上限", "Upper end"),
    "unit": ("单位", "Unit"),
    "as_written": ("原文写法", "As written"),
    "status": ("状态", "Status"),
    "source": ("来源", "Source"),
    "locator": ("位置", "Place in source"),
    "note": ("备注", "Remark"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its name, its title, the heads of its columns and its rows."""

    name: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def as_workbook(tables: Tables, lang: str) -> bytes:
    """The workbook in the language ``lang``; the same tables give the same bytes."""
    found = [table for table in _tables(tables, lang) if table.rows]
    content = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(content, options) as book:
        title = _word("title", lang)
        book.set_properties({"title": title, "created": dt.datetime(2000, 1, 1)})
        writer = _Writer(book, lang)
        lines = [_word("simulated", lang)] if tables.simulated else []
        writer.lines(_word("cover", lang), title, [*lines, *_cover(tables, lang)])
        contents = [(writer.named(table.name), table.title) for table in found]
        heads = [_word("sheet", lang), _word("holds", lang)]
        links = _word("contents", lang)
        writer.table(Table(links, links, heads, contents), linked=True)
        notes = [(at, text[lang == "en"]) for at, text in enumerate(NOTES, 1)]
        name = _word("notes", lang)
        writer.table(Table(name, name, [_word("note", lang), _word("text", lang)], notes))
        for table in found:
            writer.table(table)
    return content.getvalue()


def _word(name: str, lang: str) -> str:
    return WORDS[name][lang == "en"]


def _cover(tables: Tables, lang: str) -> list[str]:
    """Who and when, in lines: the regions, the periods, the sources."""
    regions = set(tables.observations["region"])
    periods = set(tables.observations["period"])
    named = tables.regions[tables.regions["region"].isin(regions)][f"name_{lang}"]
    times = tables.periods[tables.periods["period"].isin(periods)][f"label_{lang}"]
    comma = "、" if lang == "zh" else ", "
    return [comma.join(map(str, named)), comma.join(map(str, times))]


def _tables(tables: Tables, lang: str) -> Iterable[Table]:
    regions = dict(zip(tables.regions["region"], tables.regions[f"name_{lang}"], strict=True))
    periods = dict(zip(tables.periods["period"], tables.periods[f"label_{lang}"], strict=True))
    sources = dict(zip(tables.sources["source"], tables.sources[f"title_{lang}"], strict=True))
    heads = [texts[lang == "en"] for texts in FIGURES.values()]
    every = observations(tables)
    for area in tables.areas.to_dict("records"):
        title = str(area[f"title_{lang}"])
        rows = [
            _figure_row(one, lang, regions, periods, sources)
            for one in every
            if one.indicator["area"] == area["area"]
        ]
        yield Table(title, title, heads, rows)
    columns = {"name": "name", "kind": "kind", "level": "level", "region": "region"}
    yield _plain(tables, "programmes", lang, {**columns, "period": "period", "source": "source"})
    yield _plain(tables, "comparables", lang, {
        "label": "label", "place": "region", "period": "period", "as_written": "as_written",
        "definition": "note", "source": "source",
    })  # fmt: skip
    yield _definitions(tables, lang)
    columns = {"title": "source", "publisher": "text", "date": "period", "address": "locator"}
    yield _plain(tables, "sources", lang, columns)


def _figure_row(one: Observation, lang: str, regions, periods, sources) -> list[Cell]:
    interval = one.quantity.interval
    return [
        str(one.indicator[f"label_{lang}"]),
        str(regions[one.cell("region")]),
        str(periods[one.cell("period")]),
        _number(one.quantity.value, lang),
        _number(interval.lower, lang),
        _number(interval.upper, lang),
        str(one.indicator["unit" if lang == "zh" else "unit_en"]),
        one.cell("as_written"),
        one.cell("status"),
        str(sources.get(one.cell("source"), one.cell("source"))),
        one.cell("locator"),
        one.cell(f"note_{lang}"),
    ]


def _definitions(tables: Tables, lang: str) -> Table:
    heads = [FIGURES[name][lang == "en"] for name in ("label", "unit")]
    unit = "unit" if lang == "zh" else "unit_en"
    rows = [
        [str(row[f"label_{lang}"]), str(row[unit]), str(row[f"definition_{lang}"])]
        for row in tables.indicators.to_dict("records")
    ]
    name = _word("definitions", lang)
    return Table(name, name, [*heads, _word("text", lang)], rows)


def _plain(tables: Tables, table: str, lang: str, columns: dict[str, str]) -> Table:
    """A table's text columns as they are, in the language where there is one of each."""
    frame = tables.frames[table]
    there = {name: f"{name}_{lang}" if f"{name}_{lang}" in frame else name for name in columns}
    heads = [
        FIGURES[head][lang == "en"] if head in FIGURES else _word(head, lang)
        for head in columns.values()
    ]
    rows = [[str(row[there[name]] or "") for name in columns] for row in frame.to_dict("records")]
    return Table(_word(table, lang), _word(table, lang), heads, rows)


def _number(value: Decimal, lang: str) -> Cell:
    """A number a spreadsheet keeps to the last digit; longer ones as text, open ends as a word."""
    if not value.is_finite():
        return _word("none", lang)
    if abs(value) > NOT_BINARY:
        return f"{value:f}"
    return int(value) if value == value.to_integral_value() else float(value)


class _Writer:
    """Puts sheets into a workbook."""

    def __init__(self, book: xlsxwriter.Workbook, lang: str) -> None:
        self.book, self.lang = book, lang
        self.names: dict[str, str] = {}
        face = {"font_name": FACES[lang], "font_size": 11}
        self.title = book.add_format({**face, "bold": True, "font_size": 14})
        self.head = book.add_format({**face, "bold": True, "text_wrap": True, "valign": "top"})
        self.text = book.add_format({**face, "text_wrap": True, "valign": "top"})
        self.whole = book.add_format({**face, "num_format": "#,##0", "valign": "top"})
        self.part = book.add_format({**face, "num_format": "#,##0.00####", "valign": "top"})
        self.link = book.add_format({**face, "font_color": "#0b5394", "underline": 1})

    def named(self, name: str) -> str:
        """The name of the sheet for ``name``: cleaned and cut to what spreadsheets take, and
        different from those of all other sheets."""
        if name not in self.names:
            base = re.sub(r"[\[\]:*?/\\']", " ", name)[:28].strip() or "-"
            taken = {given.casefold() for given in self.names.values()}
            count = sum(given.startswith(base.casefold()) for given in taken)
            self.names[name] = base if base.casefold() not in taken else f"{base} {count + 1}"
        return self.names[name]

    def sheet(self, name: str) -> xlsxwriter.worksheet.Worksheet:
        """A new sheet."""
        return self.book.add_worksheet(self.named(name))

    def lines(self, name: str, title: str, lines: Sequence[str]) -> None:
        """A sheet of lines of text in its first column."""
        sheet = self.sheet(name)
        sheet.set_column(0, 0, 90)
        sheet.write_string(0, 0, title, self.title)
        for at, line in enumerate(lines, 1):
            sheet.write_string(at, 0, line, self.text)

    def table(self, table: Table, linked: bool = False) -> None:
        """A sheet with one table; the first column leads to sheets where ``linked``."""
        sheet = self.sheet(table.name)
        sheet.write_string(0, 0, table.title, self.title)
        sheet.write_string(1, 0, _word("one_table", self.lang), self.text)
        if not linked:
            target = f"internal:'{_word('contents', self.lang)}'!A1"
            sheet.write_url(2, 0, target, self.link, _word("to_contents", self.lang))
        first, last = 3, 3 + len(table.rows)
        for row, cells in enumerate(table.rows, first + 1):
            for column, cell in enumerate(cells):
                self._cell(sheet, row, column, cell)
            if linked:
                sheet.write_url(row, 0, f"internal:'{cells[0]}'!A1", self.link, str(cells[0]))
        heads = [{"header": head, "header_format": self.head} for head in _unique(table.heads)]
        area = (first, 0, last, len(heads) - 1)
        settings = {"columns": heads, "name": f"table_{len(self.book.worksheets())}"}
        sheet.add_table(*area, {**settings, "style": None, "autofilter": False})
        sheet.freeze_panes(first + 1, 1)
        for column, head in enumerate(table.heads):
            texts = [head, *(str(cells[column]) for cells in table.rows)]
            sheet.set_column(column, column, min(WIDEST, max(map(_width, texts)) + 2))
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(first)

    def _cell(self, sheet, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, str):
            sheet.write_string(row, column, cell, self.text)
        else:
            sheet.write_number(row, column, cell, self.whole if cell == int(cell) else self.part)


def _unique(heads: Sequence[str]) -> list[str]:
    """Heads of a table must differ: a repeated one gets its number."""
    return [head if head not in heads[:at] else f"{head} {at}" for at, head in enumerate(heads)]


def _width(text: str) -> int:
    """Characters of a text's longest line, a Chinese one counting double."""
    return max(sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in text.split("\n"))
