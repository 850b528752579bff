"""A workbook of all figures, laid out as the UK guidance for accessible spreadsheets asks:

cover, contents and notes first, then one table a sheet, each marked up as a table below its title
in the first column; no merged cells, no empty rows, nothing frozen, filtered or hidden, numbers
as numbers, and a word on cells that are empty. Nothing in it is a formula, and no text can
become one. (Government Analysis Function, *Releasing statistics in spreadsheets*.)
"""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import xlsxwriter

from helpers.analysis.lookup import by_name, rows
from helpers.analysis.measures import figures_of
from helpers.analysis.observations import compared
from helpers.export.observations import in_order, observations
from helpers.telling.wording import words_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from helpers.analysis.figures import Figure
    from helpers.data import Tables

__all__ = ["as_workbook"]

Cell = str | int | float
FACES = {"zh": "微软雅黑", "en": "Arial"}  # without serifs, as the guidance asks
WIDEST = 48  # characters of a column; longer text is wrapped
LINE = 17  # points of a line of text
NOT_BINARY = 2**53  # beyond this a spreadsheet would change the last digits
SHEET_NAME = 28  # characters, of the 31 that spreadsheets allow; a number may follow
WORDS = {
    "cover": ("封面", "Cover"),
    "contents": ("目录", "Contents"),
    "notes": ("说明", "Notes"),
    "title": ("妇联工作数据", "Figures of a women’s federation’s work"),
    "simulated": ("模拟数据，非真实数字", "Simulated: no figure is true"),
    "to_contents": ("返回目录", "Back to contents"),
    "one_table": ("本表有一个表格；怎样读见“说明”。",
                  "This sheet has one table; see Notes for how to read it."),
    "blank": ("空白单元格表示来源没有这项内容，不表示零。",
              "An empty cell means that there is nothing to tell, not a zero."),
    "sheet": ("工作表", "Sheet"),
    "holds": ("内容", "What it holds"),
    "number": ("序号", "Note number"),
    "text": ("文字", "Text"),
    "none": ("无上限", "no upper end"),
    "comparables": ("可比数据", "Comparables"),
    "programmes": ("列名项目", "Programmes named"),
    "indicators": ("指标定义", "Definitions"),
    "measures": ("推算数据", "Derived figures"),
    "sources": ("来源", "Sources"),
    "area": ("工作领域", "Area of work"),
    "label": ("指标", "Indicator"),
    "name": ("名称", "Name"),
    "kind": ("类别", "Kind"),
    "level": ("级别", "Level"),
    "region": ("地区", "Region"),
    "period": ("时期", "Period"),
    "value": ("数值", "Value"),
    "lower": ("下限", "Lower end"),
    "upper": ("上限", "Upper end"),
    "unit": ("单位", "Unit"),
    "as_written": ("原文写法", "As written"),
    "formula": ("算法", "How it is derived"),
    "status": ("状态", "Status"),
    "source": ("来源", "Source"),
    "locator": ("位置", "Place in source"),
    "note": ("备注", "Remark"),
    "definition": ("定义", "Definition"),
    "publisher": ("发布者", "Publisher"),
    "date": ("日期", "Date"),
    "address": ("网址", "Address"),
}  # fmt: skip
NOTES = (
    ("“下限”“上限”是原文写法所允许的范围：带“余”“近”等约数词或以万、亿计的数不是精确数。",
     "The lower and upper end are what the written form allows: a figure with a rounding word, "
     "or in ten thousands, is not exact."),
    ("“原文写法”是来源中的写法；每个数字都有来源和位置。",
     "“As written” is the form in the source; every figure has its source and place."),
    ("推算数据由其他数字算出，范围随之推算，“算法”说明由哪些数字得出；未经修约。",
     "Derived figures are worked out of others, and so are their ends; “How it is derived” says of "
     "which. They are not rounded."),
    ("没有报送的数据不列；空缺不等于零。",
     "Figures that were not reported are not listed; a gap is not a zero."),
)  # fmt: skip
PLAIN = {  # tables that are listed as they are: column of the sheet -> column of the table
    "programmes": {"name": "name", "kind": "kind", "level": "level", "region": "region",
                   "period": "period", "source": "source"},
    "indicators": {"label": "label", "unit": "unit", "definition": "definition"},
    "sources": {"name": "title", "publisher": "publisher", "date": "date",
                "address": "address"},
}  # fmt: skip
OFFICE = {name: (word["zh"], word["en"]) for kind in ("programme", "level")
          for name, word in words_for(kind).items()}  # fmt: skip
NAMED = {"region": ("regions", "name"), "period": ("periods", "label"),
         "source": ("sources", "title"), "area": ("areas", "title")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: what it is called for programs, its title, its rows by column."""

    key: str
    title: str
    rows: Sequence[Mapping[str, Cell]]


def as_workbook(tables: Tables, lang: str) -> bytes:
    """The workbook in the language ``lang``; the same tables give the same bytes."""
    found = [sheet for sheet in _sheets(tables, lang) if sheet.rows]
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        title = _word("title", lang)
        book.set_properties({
            "title": title,
            "subject": _covered(tables, "region", lang),
            "comments": _word("simulated", lang) if tables.simulated else "",
            "created": dt.datetime(2000, 1, 1),
        })  # fmt: skip
        writer = _Writer(book, lang)
        covered = [_covered(tables, name, lang) for name in ("region", "period")]
        writer.cover(title, [*[_word("simulated", lang)] * tables.simulated, *covered])
        notes = [{"number": at, "text": text[lang == "en"]} for at, text in enumerate(NOTES, 1)]
        listed = [Sheet("notes", _word("notes", lang), notes), *found]
        contents = [{"sheet": writer.named(one), "holds": one.title} for one in listed]
        writer.table(Sheet("contents", _word("contents", lang), contents))
        for sheet in listed:
            writer.table(sheet)
    return content.getvalue()


def _word(name: str, lang: str) -> str:
    return WORDS[name][lang == "en"]


def _covered(tables: Tables, column: str, lang: str) -> str:
    """The regions or periods that have figures, in a line."""
    codes = dict.fromkeys(str(row[column]) for row in rows(tables, "observations"))
    order = list(by_name(tables, *[f"{column}s", column]))
    named = [_name(tables, column, code, lang) for code in sorted(codes, key=order.index)]
    return ("、" if lang == "zh" else ", ").join(named)


def _name(tables: Tables, column: str, code: str, lang: str) -> str:
    table, stem = NAMED[column]
    return str(by_name(tables, table, column).get(code, {}).get(f"{stem}_{lang}", code))


def _sheets(tables: Tables, lang: str) -> Iterator[Sheet]:
    every = observations(tables)
    areas = {str(row["indicator"]): str(row["area"]) for row in rows(tables, "indicators")}
    for area in rows(tables, "areas"):
        own = [_row(tables, one, lang) for one in every if areas[one.slug] == area["area"]]
        yield Sheet(f"figures_{area['area']}", str(area[f"title_{lang}"]), own)
    derived = [_row(tables, one, lang) for one in in_order(tables, _derived(tables, every))]
    yield Sheet("measures", _word("measures", lang), derived)
    beside = [_row(tables, one, lang) for one in compared(tables).values()]
    yield Sheet("comparables", _word("comparables", lang), beside)
    for table, columns in PLAIN.items():
        yield Sheet(table, _word(table, lang), list(_plain(tables, table, columns, lang)))


def _derived(tables: Tables, every: Iterable[Figure]) -> Iterable[Figure]:
    """Every measure that can be worked out, once."""
    places = dict.fromkeys((one.region, one.period) for one in every)
    places |= dict.fromkeys(
        (str(row["region"]), str(row["period"])) for row in rows(tables, "programmes")
    )
    found = (one for place in places for one in figures_of(tables, *place).values())
    return {f.key: f for f in found if f.kind == "measure" and f.quantity is not None}.values()


def _row(tables: Tables, one: Figure, lang: str) -> dict[str, Cell]:
    """A figure as a row; what it has not is empty."""
    zh = lang == "zh"
    measures = by_name(tables, "measures", "measure")
    area = str(measures[one.slug]["area"]) if one.kind == "measure" else ""
    return {
        "area": _name(tables, "area", area, lang),
        "label": one.label(lang),
        "region": one.place(lang) or _name(tables, "region", one.region, lang),
        "period": _name(tables, "period", one.period, lang),
        "value": _number(one.quantity.value, lang),
        "lower": _number(one.interval.lower, lang),
        "upper": _number(one.interval.upper, lang),
        "unit": one.unit if zh else one.unit_en,
        "as_written": one.as_written,
        "formula": one.formula_zh if zh else one.formula_en,
        "status": one.status,
        "source": one.source_zh if zh else one.source_en,
        "locator": one.locator,
        "note": one.note(lang),
    }


def _plain(
    tables: Tables, table: str, columns: Mapping[str, str], lang: str
) -> Iterator[dict[str, Cell]]:
    """The rows of a table of texts, in the language where it has one of each."""
    for row in rows(tables, table):
        told = {}
        for head, name in columns.items():
            own = name if name != "unit" or lang == "zh" else "unit_en"
            text = str(row.get(f"{own}_{lang}", row.get(own, "")) or "")
            if name in ("kind", "level"):
                text = OFFICE.get(text, (text, text))[lang == "en"]
            told[head] = _name(tables, name, text, lang) if name in NAMED else text
        yield told


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
        face = {"font_name": FACES[lang], "font_size": 12, "text_wrap": True, "valign": "top"}
        self.title = book.add_format({**face, "bold": True, "font_size": 16, "text_wrap": False})
        self.head = book.add_format({**face, "bold": True})
        self.text = book.add_format(face)
        self.line = book.add_format({**face, "text_wrap": False})
        self.whole = book.add_format({**face, "num_format": "#,##0"})
        self.part = book.add_format({**face, "num_format": "#,##0.00####"})
        self.link = book.add_format({**face, "font_color": "#0b5394", "underline": 1,
                                     "text_wrap": False})  # fmt: skip

    def named(self, sheet: Sheet) -> str:
        """The name of a sheet: its title, cut to what spreadsheets take, unlike all others."""
        if sheet.key not in self.names:
            base = re.sub(r"[\[\]:*?/\\']", " ", sheet.title)[:SHEET_NAME].strip() or "-"
            taken = {name.casefold() for name in self.names.values()}
            count = sum(name.startswith(base.casefold()) for name in taken)
            self.names[sheet.key] = base if base.casefold() not in taken else f"{base} {count + 1}"
        return self.names[sheet.key]

    def cover(self, title: str, lines: Iterable[str]) -> None:
        """The first sheet: lines of text in its first column."""
        sheet = self.book.add_worksheet(_word("cover", self.lang))
        sheet.set_column(0, 0, 90)
        sheet.write_string(0, 0, title, self.title)
        for at, line in enumerate(lines, 1):
            sheet.write_string(at, 0, line, self.text)

    def table(self, made: Sheet) -> None:
        """A sheet with one table: only columns that any row fills; the sheets' names are links."""
        sheet = self.book.add_worksheet(self.named(made))
        columns = [name for name in made.rows[0] if any(row[name] != "" for row in made.rows)]
        sheet.write_string(0, 0, made.title, self.title)
        above = [_word("one_table", self.lang)]
        if any(row[name] == "" for row in made.rows for name in columns):
            above.append(_word("blank", self.lang))
        for at, line in enumerate(above, 1):
            sheet.write_string(at, 0, line, self.line)
        first = len(above) + 1
        if made.key != "contents":
            target = f"internal:'{_word('contents', self.lang)}'!A1"
            sheet.write_url(first, 0, target, self.link, _word("to_contents", self.lang))
            first += 1
        heads = [{"header": _word(name, self.lang), "header_format": self.head} for name in columns]
        area = (first, 0, first + len(made.rows), len(columns) - 1)
        settings = {"columns": heads, "name": re.sub(r"\W", "_", f"table_{made.key}")}
        sheet.add_table(*area, {**settings, "style": None, "autofilter": False})
        lines = [1] * len(made.rows)
        for column, name in enumerate(columns):
            lengths = [_width(str(row[name])) * 1.15 + 2 for row in made.rows]
            width = min(WIDEST, max([*lengths, _width(_word(name, self.lang)) * 1.15 + 2]))
            lines = [max(n, ceil(one / width)) for n, one in zip(lines, lengths, strict=True)]
            sheet.set_column(column, column, width)
        for number, (row, high) in enumerate(zip(made.rows, lines, strict=True), first + 1):
            sheet.set_row(number, LINE * high)  # not every program does it by itself
            for column, name in enumerate(columns):
                self._cell(sheet, number, column, row[name], is_link=name == "sheet")
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(first)

    def _cell(
        self,
        sheet: xlsxwriter.worksheet.Worksheet,
        row: int,
        column: int,
        cell: Cell,
        is_link: bool,
    ) -> None:
        if is_link:
            sheet.write_url(row, column, f"internal:'{cell}'!A1", self.link, str(cell))
        elif isinstance(cell, str):
            sheet.write_string(row, column, cell, self.text)
        else:
            sheet.write_number(row, column, cell, self.whole if cell == int(cell) else self.part)


def _width(text: str) -> int:
    """Characters of a text's longest line, a Chinese one counting double."""
    return max(sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in text.split("\n"))
