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
from itertools import chain, count
from math import ceil
from typing import TYPE_CHECKING

import xlsxwriter

from helpers.analysis.lookup import by_name, rows
from helpers.analysis.measures import figures_of
from helpers.analysis.observations import compared
from helpers.export import in_order, observations
from helpers.files import rows_beside
from helpers.telling.wording import word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from helpers.analysis.figures import Figure
    from helpers.data import Tables

__all__ = ["as_workbook"]

Cell = str | int | float
Row = dict[str, Cell]
FACES = {"zh": "微软雅黑", "en": "Arial"}  # without serifs, as the guidance asks
WIDEST = 48  # characters of a column; longer text is wrapped
LINE = 17  # points of a line of text
NOT_BINARY = 2**53  # beyond this a spreadsheet would change the last digits
SHEET_NAME = 28  # characters, of the 31 that spreadsheets allow; a number may follow
PLAIN = {  # tables that are listed as they are: column of the sheet -> column of the table
    "programmes": {"name": "name", "kind": "kind", "level": "level", "region": "region",
                   "period": "period", "source": "source"},
    "indicators": {"label": "label", "unit": "unit", "definition": "definition"},
    "sources": {"name": "title", "publisher": "publisher", "date": "date",
                "address": "address"},
}  # fmt: skip
WORDS = {row["name"]: row for row in rows_beside(__file__, "words.csv")}
NAMED = {"region": ("regions", "name"), "period": ("periods", "label"),
         "source": ("sources", "title"), "area": ("areas", "title")}  # fmt: skip
KINDS = {"kind": "programme", "level": "level"}  # columns whose codes have words of their own
FORMATS = {
    "title": {"bold": True, "font_size": 16, "text_wrap": False},
    "head": {"bold": True},
    "text": {},
    "line": {"text_wrap": False},
    "whole": {"num_format": "#,##0"},
    "part": {"num_format": "#,##0.00####"},
    "link": {"font_color": "#0b5394", "underline": 1, "text_wrap": False},
}


def as_workbook(tables: Tables, lang: str) -> bytes:
    """The workbook in the language ``lang``; the same tables give the same bytes."""
    title, covered = _word("title", lang), [_covered(tables, n, lang) for n in ("region", "period")]
    simulated = [_word("simulated", lang)] * tables.simulated
    notes = [row[lang] for name, row in WORDS.items() if name.startswith("note_")]
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({
            "title": title,
            "subject": covered[0],
            "comments": "".join(simulated),
            "created": dt.datetime(2000, 1, 1),
        })  # fmt: skip
        writer = _Writer(book, lang)
        writer.cover([title, *simulated, *covered])
        told = [{"number": at, "text": text} for at, text in enumerate(notes, 1)]
        listed = [("notes", _word("notes", lang), told), *_sheets(tables, lang)]
        listed = [sheet for sheet in listed if sheet[2]]
        contents = [{"sheet": writer.named(*one[:2]), "holds": one[1]} for one in listed]
        for sheet in [("contents", _word("contents", lang), contents), *listed]:
            writer.table(*sheet)
    return content.getvalue()


def _word(name: str, lang: str) -> str:
    return WORDS[name][lang]


def _covered(tables: Tables, column: str, lang: str) -> str:
    """The regions or periods that have figures, in a line."""
    seen = {str(row[column]) for row in rows(tables, "observations")}
    order = by_name(tables, f"{column}s", column)
    named = [_name(tables, column, code, lang) for code in order if code in seen]
    return ("、" if lang == "zh" else ", ").join(named)


def _name(tables: Tables, column: str, code: str, lang: str) -> str:
    table, stem = NAMED[column]
    return str(by_name(tables, table, column).get(code, {}).get(f"{stem}_{lang}", code))


def _sheets(tables: Tables, lang: str) -> Iterator[tuple[str, str, list[Row]]]:
    """What each sheet is called for programs, its title, its rows by column."""
    every = observations(tables)
    areas = {str(row["indicator"]): str(row["area"]) for row in rows(tables, "indicators")}
    for area in rows(tables, "areas"):
        own = [_row(tables, one, lang) for one in every if areas[one.slug] == area["area"]]
        yield f"figures_{area['area']}", str(area[f"title_{lang}"]), own
    derived = in_order(tables, _derived(tables, every))
    for key, figures in (("measures", derived), ("comparables", compared(tables).values())):
        yield key, _word(key, lang), [_row(tables, one, lang) for one in figures]
    for table in PLAIN:
        yield table, _word(table, lang), list(_plain(tables, table, lang))


def _derived(tables: Tables, every: Iterable[Figure]) -> Iterable[Figure]:
    """Every measure that can be worked out, once."""
    places = dict.fromkeys((one.region, one.period) for one in every)
    programmes = rows(tables, "programmes")
    places |= dict.fromkeys((str(row["region"]), str(row["period"])) for row in programmes)
    found = (one for place in places for one in figures_of(tables, *place).values())
    return {f.key: f for f in found if f.kind == "measure" and f.quantity is not None}.values()


def _row(tables: Tables, one: Figure, lang: str) -> Row:
    """A figure as a row; what it has not is empty."""
    area = ""
    if one.kind == "measure":
        area = str(by_name(tables, "measures", "measure")[one.slug]["area"])
    return {
        "area": _name(tables, "area", area, lang),
        "label": one.label(lang),
        "region": one.place(lang) or _name(tables, "region", one.region, lang),
        "period": _name(tables, "period", one.period, lang),
        "value": _number(one.quantity.value, lang),
        "lower": _number(one.interval.lower, lang),
        "upper": _number(one.interval.upper, lang),
        "unit": one.unit if lang == "zh" else one.unit_en,
        "as_written": one.as_written,
        "formula": getattr(one, f"formula_{lang}"),
        "status": one.status,
        "source": getattr(one, f"source_{lang}"),
        "locator": one.locator,
        "note": one.note(lang),
    }


def _plain(tables: Tables, table: str, lang: str) -> Iterator[Row]:
    """The rows of a table of texts, in the language where it has one of each."""
    for row in rows(tables, table):
        told = {}
        for head, name in PLAIN[table].items():
            own = "unit_en" if name == "unit" and lang == "en" else name
            text = str(row.get(f"{own}_{lang}", row.get(own, "")) or "")
            if name in KINDS:
                text = word(KINDS[name], text, lang)
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
        self.formats = {name: book.add_format({**face, **more}) for name, more in FORMATS.items()}

    def named(self, key: str, title: str) -> str:
        """The name of a sheet: its title, cut to what spreadsheets take, unlike all others."""
        if key not in self.names:
            base = re.sub(r"[\[\]:*?/\\']", " ", title)[:SHEET_NAME].strip() or "-"
            names = chain([base], (f"{base} {number}" for number in count(2)))
            taken = {name.casefold() for name in self.names.values()}
            self.names[key] = next(name for name in names if name.casefold() not in taken)
        return self.names[key]

    def cover(self, lines: Iterable[str]) -> None:
        """The first sheet: lines of text in its first column."""
        sheet = self.book.add_worksheet(_word("cover", self.lang))
        sheet.set_column(0, 0, 90)
        for at, line in enumerate(lines):
            sheet.write_string(at, 0, line, self.formats["text" if at else "title"])

    def table(self, key: str, title: str, made: Sequence[Row]) -> None:
        """A sheet with one table: only columns that any row fills; the sheets' names are links."""
        sheet, faces = self.book.add_worksheet(self.named(key, title)), self.formats
        columns = [name for name in made[0] if any(row[name] != "" for row in made)]
        sheet.write_string(0, 0, title, faces["title"])
        sheet.write_string(1, 0, _word("one_table", self.lang), faces["line"])
        first = 2
        if any(row[name] == "" for row in made for name in columns):
            sheet.write_string(first, 0, _word("blank", self.lang), faces["line"])
            first += 1
        if key != "contents":
            target = f"internal:'{_word('contents', self.lang)}'!A1"
            sheet.write_url(first, 0, target, faces["link"], _word("to_contents", self.lang))
            first += 1
        heads = [_word(name, self.lang) for name in columns]
        sheet.add_table(first, 0, first + len(made), len(columns) - 1, {
            "columns": [{"header": head, "header_format": faces["head"]} for head in heads],
            "name": re.sub(r"\W", "_", f"table_{key}"), "style": None, "autofilter": False,
        })  # fmt: skip
        lines = [1] * len(made)
        for at, (name, head) in enumerate(zip(columns, heads, strict=True)):
            lengths = [_width(str(row[name])) * 1.15 + 2 for row in made]
            width = min(WIDEST, max(*lengths, _width(head) * 1.15 + 2))
            lines = [max(n, ceil(one / width)) for n, one in zip(lines, lengths, strict=True)]
            sheet.set_column(at, at, width)
        for number, (row, high) in enumerate(zip(made, lines, strict=True), first + 1):
            sheet.set_row(number, LINE * high)  # not every program does it by itself
            for at, name in enumerate(columns):
                self._cell(sheet, (number, at), row[name], is_link=name == "sheet")
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(first)

    def _cell(
        self, sheet: xlsxwriter.worksheet.Worksheet, at: tuple[int, int], cell: Cell, is_link: bool
    ) -> None:
        if is_link:
            sheet.write_url(*at, f"internal:'{cell}'!A1", self.formats["link"], str(cell))
        elif isinstance(cell, str):
            sheet.write_string(*at, cell, self.formats["text"])
        else:
            sheet.write_number(*at, cell, self.formats["whole" if cell == int(cell) else "part"])


def _width(text: str) -> int:
    """Characters of a text's longest line, a Chinese one counting double."""
    return max(sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in text.split("\n"))
