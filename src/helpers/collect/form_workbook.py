"""A form as a workbook: XlsxWriter, nothing that Excel, WPS or LibreOffice lacks.

Results of formulas are stored empty: whoever reads the file before it was opened sees no zero
that nobody reported. Pasting wipes a cell's rules, so the colours judge again, the sheet of
checks once more, and `collect` judges all of it anew.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import xlsxwriter

from helpers.collect.form import FIELDS, FIRST, VERSION
from helpers.collect.words import worded, words
from helpers.telling.wording import grouped

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from helpers.collect.form import AreaSheet, FormRow, Layout

__all__ = ["SIGNED", "as_form"]

SIGNED = {"filled_by": "B8", "checked_by": "B9", "filled_on": "B10"}
HEADS = ("number", "indicator", "unit", "counts", "value", "qualifier", "remark")
HEADS += ("last", "plausible", "definition")
WIDTHS = (5, 28, 11, 12, 13, 9, 18, 15, 18, 40)
LINE = 15  # points: programs that open the file do not all fit a row's height to its text


def as_form(layout: Layout, lang: str) -> bytes:
    """The workbook of a form in the language ``lang``; the same layout gives the same bytes."""
    content = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": layout.form, "created": dt.datetime(2000, 1, 1)})
        book.set_calc_mode("auto")
        form = _Form(book, layout, lang)
        form.cover()
        for area in layout.areas:
            form.area(area)
        form.checks()
        form.hidden()
    return content.getvalue()


class _Form:
    """Draws the sheets of one form; formats and words are made once."""

    def __init__(self, book: xlsxwriter.Workbook, layout: Layout, lang: str) -> None:
        self.book, self.layout, self.lang = book, layout, lang
        self.at = 0 if lang == "zh" else 1  # the place of its language in a pair
        self.todo = {name: both[self.at] for name, both in words("instruction").items()}
        styles = Path(__file__).with_name("form_styles.json").read_text(encoding="utf-8")
        made = {name: book.add_format(own) for name, own in json.loads(styles).items()}
        self.look = SimpleNamespace(**made)

    def word(self, name: str, **values: object) -> str:
        """A word of the form in its language."""
        return worded("form", name, **values)[self.at]

    def cover(self) -> None:
        sheet = self.book.add_worksheet(self.word("cover"))
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 74)
        sheet.write_string(0, 0, self.word("title"), self.look.title)
        if self.layout.simulated:
            sheet.write_string(1, 0, self.word("simulated"), self.look.warn)
        lines = {
            "region": f"{self.layout.place[self.at]}（{self.layout.region}）",
            "period": f"{self.layout.time[self.at]}（{self.layout.period}）",
            "form": self.layout.form,
            "version": VERSION,
        }
        for row, (name, text) in enumerate(lines.items(), 3):
            sheet.write_string(row, 0, self.word(name), self.look.plain)
            sheet.write_string(row, 1, text, self.look.code)
        for name, address in SIGNED.items():
            row = int(address[1:]) - 1
            sheet.write_string(row, 0, self.word(name), self.look.plain)
            sheet.write_blank(
                row, 1, None, self.look.date if name == "filled_on" else self.look.text
            )
        first = dt.date(2000, 1, 1)
        sheet.data_validation(
            SIGNED["filled_on"],
            {"validate": "date", "criteria": ">=", "value": first, "error_type": "warning",
             "error_message": self.todo["signed"][:255]},
        )  # fmt: skip
        sheet.write_string(11, 0, self.word("how"), self.look.title)
        for at, text in enumerate(self.todo.values()):
            sheet.write_string(12 + at, 0, str(at + 1), self.look.plain)
            sheet.write_string(12 + at, 1, text, self.look.wide)
        self._finish(sheet, landscape=False)

    def area(self, area: AreaSheet) -> None:
        sheet = self.book.add_worksheet(area.name)
        sheet.write_string(0, 0, area.title[self.at], self.look.title)
        place, time = self.layout.place[self.at], self.layout.time[self.at]
        sheet.write_string(1, 0, f"{place} · {time}", self.look.plain)
        sheet.write_string(2, 0, self.todo["number"], self.look.plain)
        last = self.layout.last_period[self.at]
        for column, (name, width) in enumerate(zip(HEADS, WIDTHS, strict=True)):
            named = self.word(name) + (f"\n{last}" if name == "last" and last else "")
            sheet.write_string(FIRST - 2, column, named, self.look.head)
            sheet.set_column(column, column, width)
        sheet.set_row(FIRST - 2, 2 * LINE)
        for number, row in enumerate(area.rows, 1):
            self._row(sheet, number, row)
        sheet.freeze_panes(FIRST - 1, 2)
        sheet.repeat_rows(FIRST - 2)
        self._finish(sheet)

    def _row(self, sheet: Worksheet, number: int, row: FormRow) -> None:
        at, about = row.row - 1, row.indicator
        counts = words("counts").get(str(about["counts"]), (str(about["counts"]),) * 2)
        span = "" if row.low is None else f"{grouped(row.low)}–{grouped(row.high)}"
        texts = {  # column → text
            1: str(about[f"label_{self.lang}"]),
            2: str(about["unit" if self.lang == "zh" else "unit_en"]),
            3: counts[self.at],
            8: span,
            9: str(about[f"definition_{self.lang}"]),
        }
        for column, text in texts.items():
            sheet.write_string(at, column, text, self.look.cell if column < 8 else self.look.faint)
        sheet.write_number(at, 0, number, self.look.middle)
        sheet.write_blank(at, 4, None, self.look.whole if row.whole else self.look.decimal)
        sheet.write_string(at, 5, words("form")["exact"][0], self.look.text)
        sheet.write_blank(at, 6, None, self.look.text)
        sheet.write_string(at, 7, self._last(row), self.look.faint)
        deep = max(_lines(text, WIDTHS[column]) for column, text in texts.items())
        sheet.set_row(at, LINE * deep + 4)
        self._rules(sheet, row)

    def _last(self, row: FormRow) -> str:
        """Last time's figure as it was written, with its period where that is another one."""
        if row.last is None:
            return ""
        text = row.last.as_written or f"{grouped(row.last.quantity.value)}{row.last.unit}"
        label = self.layout.labels.get(row.last.period, ("", ""))
        return text if label == self.layout.last_period else f"{text}（{label[self.at]}）"

    def _rules(self, sheet: Worksheet, row: FormRow) -> None:
        """What may stand in a row's cells, and in which colour what stands there is shown."""
        cell, address = f"${FIELDS['value']}${row.row}", f"{FIELDS['value']}{row.row}"
        low = row.minimum if row.minimum is not None else Decimal(-(10**15))
        high = row.maximum if row.maximum is not None else Decimal(10**15)
        bounds = [self.word("whole_number")] if row.whole else []
        bounds += [self.word("least", value=grouped(low))] if row.minimum is not None else []
        bounds += [self.word("most", value=grouped(high))] if row.maximum is not None else []
        comma = "，" if self.lang == "zh" else ", "
        sheet.data_validation(address, {
            "validate": "integer" if row.whole else "decimal", "criteria": "between",
            "minimum": float(low), "maximum": float(high),
            "input_title": self.word("hint"), "input_message": comma.join(bounds)[:255],
            "error_message": self.todo["number"][:255],
        })  # fmt: skip
        choices = f"=_lists!$A$1:$A${len(self.layout.qualifiers) + 1}"
        sheet.data_validation(f"{FIELDS['qualifier']}{row.row}", {
            "validate": "list", "source": choices,
            "error_message": self.todo["qualifier"][:255],
        })  # fmt: skip
        filled = f"LEN({cell})>0"
        wrong = f"OR(NOT(ISNUMBER({cell})),{cell}<{low:f},{cell}>{high:f})"
        self._colour(sheet, address, f"=AND({filled},{wrong})", "red")
        if row.low is not None:
            far = f"OR({cell}<{row.low:f},{cell}>{row.high:f})"
            self._colour(sheet, address, f"=AND({filled},{far})", "yellow")
        self._colour(sheet, address, f"={filled}", "green")

    def _colour(self, sheet: Worksheet, address: str, criteria: str, colour: str) -> None:
        rule = {"type": "formula", "criteria": criteria, "stop_if_true": True}
        sheet.conditional_format(address, {**rule, "format": getattr(self.look, colour)})

    def checks(self) -> None:
        sheet = self.book.add_worksheet(self.word("checks"))
        sheet.write_string(0, 0, self.word("checks"), self.look.title)
        sheet.write_string(1, 0, self.todo["check"], self.look.plain)
        for column, (name, width) in enumerate((("what", 60), ("filled", 12), ("state", 14))):
            sheet.write_string(3, column, self.word(name), self.look.head)
            sheet.set_column(column, column, width)
        lines = [*self._completeness(), *self._coherence()]
        for at, (text, filled, state) in enumerate(lines, 4):
            sheet.set_row(at, LINE * _lines(text, 60) + 4)
            sheet.write_string(at, 0, text, self.look.cell)
            sheet.write_formula(at, 1, filled, self.look.cell, "")
            sheet.write_formula(at, 2, state, self.look.cell, "")
        area = f"C5:C{len(lines) + 4}"
        for word, colour in (("holds", "green"), ("open", "yellow"), ("broken", "red")):
            rule = {"type": "cell", "criteria": "==", "value": f'"{self.word(word)}"'}
            sheet.conditional_format(area, {**rule, "format": getattr(self.look, colour)})
        self._finish(sheet, landscape=False)

    def _completeness(self) -> list[tuple[str, str, str]]:
        """(text, formula of how much, formula of the state) for signatures and each area.

        A figure or a remark counts as filled in: what there is none of is explained.
        """
        cover = f"'{self.word('cover')}'!$B$8:$B$10"
        signed = f'=COUNTA({cover})&"/3"'
        lines = [(self.word("signed"), signed, self._state(f"COUNTA({cover})=3"))]
        for area in self.layout.areas:
            first, last = area.rows[0].row, area.rows[-1].row
            value = f"'{area.name}'!$E${first}:$E${last}"
            remark = f"'{area.name}'!$G${first}:$G${last}"
            count = f"SUMPRODUCT(--((LEN({value})+LEN({remark}))>0))"
            text = f'={count}&"/{len(area.rows)}"'
            state = self._state(f"{count}={len(area.rows)}")
            lines.append((self.word("complete", area=area.title[self.at]), text, state))
        return lines

    def _state(self, done: str) -> str:
        return f'=IF({done},"{self.word("holds")}","{self.word("open")}")'

    def _coherence(self) -> list[tuple[str, str, str]]:
        lines = []
        for check in self.layout.checks:
            there = "+".join(f"ISNUMBER({cell})" for cell in check.cells)
            state = (
                f'=IF({there}<{len(check.cells)},"{self.word("open")}",'
                f'IF({check.formula},"{self.word("holds")}","{self.word("broken")}"))'
            )
            lines.append((check.title[self.at], f'={there}&"/{len(check.cells)}"', state))
        return lines

    def hidden(self) -> None:
        """What programs need: the cells, the words to choose from, what the form is."""
        cells = self.book.add_worksheet("_cells")
        rows = [("indicator", "field", "sheet", "address")]
        rows += [(c.indicator, c.field, c.sheet, c.address) for c in self.layout.cells]
        lists = self.book.add_worksheet("_lists")
        choices = [(words("form")["exact"][0],), *((word,) for word in self.layout.qualifiers)]
        form = self.book.add_worksheet("_form")
        about = [
            ("form", self.layout.form), ("version", VERSION), ("codebook", self.layout.codebook),
            ("region", self.layout.region), ("period", self.layout.period), ("lang", self.lang),
            *((name, f"{self.word('cover')}!{address}") for name, address in SIGNED.items()),
        ]  # fmt: skip
        for sheet, content in ((cells, rows), (lists, choices), (form, about)):
            for at, line in enumerate(content):
                for column, text in enumerate(line):
                    sheet.write_string(at, column, text, self.look.code)
            sheet.protect()
            sheet.hide()
        for at, (name, _) in enumerate(about[:5], 1):
            self.book.define_name(f"form_{name}", f"=_form!$B${at}")
        for cell in self.layout.cells:
            if cell.field == "value":
                column, row = cell.address[0], cell.address[1:]
                target = f"='{cell.sheet}'!${column}${row}"
                self.book.define_name(f"value_{cell.indicator}", target)

    def _finish(self, sheet: Worksheet, landscape: bool = True) -> None:
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{self.layout.form}&R&P / &N")
        allowed: dict[str, Any] = {"format_columns": True, "format_rows": True}
        sheet.protect("", {**allowed, "select_locked_cells": True})


def _lines(text: str, width: int) -> int:
    """Lines that a text takes in a column so many characters wide, Chinese ones counting double."""
    characters = sum(2 if ord(one) > 0x2E7F else 1 for one in text)
    return max(1, -(-characters * 11 // (width * 10)))
