"""Numbers outside ``<data>``: in texts, in the list of figures, in charts and what is read aloud.

A number there is right if the data's own words hold it (a name, a note, a date), or if it is a
wording of a figure in a place that can have no element (an attribute, a drawing).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pandas.api.types import is_numeric_dtype

from helpers.audit.page.case import Case, Finding, finding, number
from helpers.telling.typed import Known, strays

if TYPE_CHECKING:
    from helpers.audit.page.read import Chart, Text
    from helpers.data import Tables

__all__ = ["check_texts", "numbers", "without"]

NUMBER = re.compile(r"\d[\d,.]*\d|\d")
YEAR = r"(?:19|20)\d\d"
NOTHING = Known((), {})
# cells that state numbers, and codes that no reader sees
STATING = ("as_written", "value", "lower", "upper", "row", "position", "expression")
RUN = 12  # lines that a label in a chart is wrapped into at most


def numbers(text: str) -> list[str]:
    """The numbers written with digits in a text, as they stand."""
    return NUMBER.findall(text)


def without(text: str, phrases: Iterable[str]) -> str:
    """The text with every occurrence of a phrase blanked out, the longest phrases first.

    A phrase is no part of a longer number: 5项 does not stand in 15项.
    """
    here = sorted((p for p in phrases if p in text), key=lambda p: (-len(p), p))
    if not here:
        return text
    found = "|".join(map(re.escape, here))
    return re.sub(rf"(?<!\d)(?<!\d[.,])(?:{found})(?!\d|[.,]\d)", " ", text)


def _squeezed(text: str) -> str:
    return "".join(text.split())


@dataclass(frozen=True)
class Words:
    """What a page may say with digits in it although it states no figure."""

    case: Case
    own: str = ""  # the name of the audited text's file, where the page is about one

    @cached_property
    def names(self) -> frozenset[str]:
        """Names, notes, definitions, formulas and sources of the data; what periods are called."""
        tables, found = self.case.recount.tables, {self.own, *self.periods}
        for name, frame in tables.frames.items():
            for column in frame.columns:
                if column not in STATING and not is_numeric_dtype(frame[column]):
                    found |= {str(text) for text in frame[column].unique()}
            if name == "programmes":
                found |= set(_parts(tables))
        for f in self.case.figures.values():
            found |= {f.formula_zh, f.formula_en, f.label_zh, f.label_en}
        lines = {line for text in found for line in (text, *text.split("\n"))}
        told = {t for t in lines if NUMBER.search(t) and not NUMBER.fullmatch(t)}
        return frozenset(told | {p for p in self.periods if not re.fullmatch(YEAR, p)})

    @cached_property
    def periods(self) -> frozenset[str]:
        """What periods are called: a yearly one by its year alone."""
        frame = self.case.recount.tables.periods
        return frozenset({*frame["period"], *frame["label_zh"], *frame["label_en"]})

    @cached_property
    def counted(self) -> re.Pattern[str]:
        """A year before a unit of the data: a number."""
        tables = self.case.recount.tables
        units = {str(u) for frame in (tables.indicators, tables.measures)
                 for column in ("unit", "unit_en") for u in frame[column].unique()}  # fmt: skip
        told = "|".join(map(re.escape, sorted(units - {"", "年", "月", "日"}))) or r"[^\s\S]"
        return re.compile(rf"(?<![\d.,]){YEAR}(?=\s?(?:{told}))")

    @cached_property
    def figures(self) -> frozenset[str]:
        """Every wording of the page's figures."""
        return frozenset().union(*(self.case.forms(key) for key in self.case.listed))

    @cached_property
    def allowed(self) -> frozenset[str]:
        """What may stand in a place that can have no element."""
        return self.names | self.figures

    def left(self, text: str, *, heading: bool = False) -> list[str]:
        """The numbers of a text that no name accounts for and that are of no kind that is free."""
        rest = without(text, self.names)
        counted = self.counted.findall(rest)
        return counted + strays(self.counted.sub(" ", rest), NOTHING, heading=heading)


def _parts(tables: Tables) -> Iterator[str]:
    """Lists of parts as reports join them, and each part."""
    for column in ("parts", "parts_en"):
        for text in tables.programmes[column].unique():
            parts = [part for part in str(text).split(";") if part]
            yield from (*parts, "、".join(parts), "; ".join(parts), ", ".join(parts))


def check_texts(case: Case, own: str = "") -> Iterator[Finding]:
    """Every number of the page that neither its figures nor the data's own words account for.

    ``own`` is the name of the audited text that the page is about.
    """
    words = Words(case, own)
    for text in case.page.texts:
        if NUMBER.search(text.text) and not _in_row(case, text):
            yield from _stray(case, text, _left(case, words, text))
    for chart in case.page.charts:
        yield from _chart(case, chart, words)


def _left(case: Case, words: Words, text: Text) -> list[str]:
    if text.listed and text.kind == "count":  # how many figures the list has
        return [] if text.text == str(len(case.listed)) else [text.text]
    if text.listed:
        return numbers(without(text.text, words.names))
    if case.page.keys_in_row(text.row) and re.fullmatch(YEAR, text.text):
        return [text.text]  # a year beside a figure, and not the figure's
    told = text.text if text.place == "text" else without(text.text, words.allowed)
    return words.left(told, heading=text.heading)


def _in_row(case: Case, text: Text) -> bool:
    """Is it what the row of a table says of its figure: period, source's wording, ends, row?"""
    told = numbers(text.text)
    for key in case.page.keys_in_row(text.row):
        period, entry = key.rpartition("|")[2], case.listed.get(key, {})
        frame = case.recount.tables.periods
        named = frame[frame["period"] == period]
        if text.text in (period, *named["label_zh"], *named["label_en"]):
            return True
        figure = case.figures.get(key)
        entry = entry if figure is None or key in case.changed else figure.as_json()
        ends = [_end(entry.get(name)) for name in ("lower", "upper")]
        if text.listed and (text.text == entry.get("as_written") or told == ends):
            return True
        if text.listed and text.kind == "row" and told == [str(entry.get("row"))]:
            return True
    return False


def _end(value: object) -> str:
    """An end of an interval as a page's list of figures writes it."""
    found = number(value)
    text = f"{found:f}" if found is not None else ""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _stray(case: Case, text: Text, left: list[str]) -> Iterator[Finding]:
    if not left:
        return
    shown = text.text if len(text.text) <= 60 else f"{text.text[:60]}…"
    yield finding(
        case, (text.line, text.place, left[0]), "untraced-number",
        f"数字 {'、'.join(left[:9])} 没有出处（“{shown}”）",
        f"the number {', '.join(left[:9])} is not traced (“{shown}”)",
        ("把数字换成可溯源的数字，或重新生成报告",
         "put a traced figure in its place, or build the report again"),
    )  # fmt: skip


def _chart(case: Case, chart: Chart, words: Words) -> Iterator[Finding]:
    allowed = words.allowed
    for text in chart.spoken:
        yield from _stray(case, text, words.left(without(text.text, allowed)))
    drawn = [t for t in chart.drawn if words.left(without(t.text, allowed))]
    wrapped = _wrapped(chart.drawn, {_squeezed(phrase) for phrase in allowed}) if drawn else ()
    for text in drawn:
        if id(text) not in wrapped:
            yield from _stray(case, text, words.left(text.text))
    yield from _unspoken(case, chart, words)


def _wrapped(drawn: list[Text], phrases: set[str]) -> set[int]:
    """The texts that are lines of one label, which is right as a whole."""
    found: set[int] = set()
    for start in range(len(drawn)):
        for end in range(start + 2, min(start + RUN, len(drawn)) + 1):
            lines = drawn[start:end]
            if "".join(_squeezed(line.text) for line in lines) in phrases:
                found |= {id(line) for line in lines}
    return found


def _unspoken(case: Case, chart: Chart, words: Words) -> Iterator[Finding]:
    """Every number that is drawn is told to those who do not see it, as often as it is drawn."""
    told = Counter(n for text in chart.spoken[:1] for n in numbers(without(text.text, words.names)))
    if not told:  # an analyst's own chart may have an alternative text without numbers
        return
    for text in chart.drawn:
        if text.text not in words.figures:
            continue
        drawn = Counter(numbers(text.text))
        for written in drawn - told:
            yield finding(
                case, (text.line, text.place, written), "chart-differs",
                f"图上的数字 {written} 与图的文字说明不符",
                f"the chart shows {written}, its text alternative does not",
            )  # fmt: skip
        told -= drawn
