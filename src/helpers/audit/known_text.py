"""Texts of a report that may hold digits although they state no figure of the page.

Names, dates and notes come from the tables too: only what stands there word for word passes,
so that a digit changed in a name is found like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from helpers.analysis.figures import Figure
    from helpers.audit.recount import Recount
    from helpers.data import Tables

__all__ = ["NUMBER", "KnownTexts", "numbers", "shape", "without"]

NUMBER = re.compile(r"\d[\d,.]*\d|\d")
# table → the columns that reports show as they stand
SHOWN = {
    "areas": ("title", "question"),
    "indicators": ("label", "definition", "unit"),
    "regions": ("name",),
    "periods": ("label",),
    "observations": ("note",),
    "programmes": ("name", "parts", "note"),
    "measures": ("label", "definition", "unit"),
    "comparables": ("place", "label", "definition"),
    "sources": ("title", "publisher", "date", "address"),
}


def numbers(text: str) -> list[str]:
    """The numbers written with digits in a text, as they stand."""
    return NUMBER.findall(text)


def shape(text: str) -> str:
    """A text in which all digits look alike."""
    return re.sub(r"\d", "0", text)


def without(text: str, phrases: frozenset[str]) -> str:
    """The text with every occurrence of a phrase blanked out, the longest phrases first.

    A phrase is no part of a longer number: 5项 does not stand in 15项.
    """
    here = sorted((phrase for phrase in phrases if phrase and phrase in text), key=_longest)
    if not here:
        return text
    found = "|".join(map(re.escape, here))
    return re.sub(rf"(?<!\d)(?<!\d[.,])(?:{found})(?!\d|[.,]\d)", " ", text)


def _longest(phrase: str) -> tuple[int, str]:
    return -len(phrase), phrase


def _digits(texts: Iterable[str]) -> set[str]:
    return {text for text in texts if NUMBER.search(text)}


@dataclass(frozen=True)
class KnownTexts:
    """The phrases of a folder's tables, and of a page's own subject, that hold digits."""

    recount: Recount
    own: str = ""  # the name of the audited text's file, where the page is about one

    @cached_property
    def phrases(self) -> frozenset[str]:
        """Names, notes, definitions, formulas, sources and places with their years."""
        tables = self.recount.tables
        found = set()
        for table, columns in SHOWN.items():
            frame = getattr(tables, table)
            for column in frame.columns:
                if column.startswith(columns) and column != "unit":
                    found |= _digits(frame[column].astype(str))
        found |= _digits(_parts(tables)) | _digits(_years(tables))
        figures = [f for group in self.recount.figures.values() for f in group]
        found |= _digits(t for f in figures for t in (f.formula_zh, f.formula_en))
        found |= _digits([self.own])
        return frozenset(text for text in found if not NUMBER.fullmatch(text))

    @cached_property
    def dates(self) -> frozenset[str]:
        """The dates of the sources, years alone among them, and the names of periods."""
        return frozenset(self.recount.tables.sources["date"].astype(str)) | self.period_names

    @cached_property
    def period_names(self) -> frozenset[str]:
        """What periods are called: a yearly one by its year alone."""
        return frozenset(name for names in self.periods.values() for name in names)

    @cached_property
    def shapes(self) -> frozenset[str]:
        """The phrases with every digit replaced by one sign, to find those that were altered."""
        return frozenset(shape(phrase) for phrase in self.phrases)

    @cached_property
    def periods(self) -> Mapping[str, tuple[str, ...]]:
        """period → what a cell may show for it: its labels, or the year itself."""
        frame = self.recount.tables.periods
        columns = (frame["period"], frame["label_zh"], frame["label_en"])
        return {period: (zh, en) for period, zh, en in zip(*columns, strict=True)}

    @cached_property
    def place_names(self) -> Mapping[str, frozenset[str]]:
        """Region as keys have it → the names of the place in both languages."""
        tables, found = self.recount.tables, {}
        for row in tables.regions.to_dict("records"):
            found[row["region"]] = {row["name_zh"], row["name_en"]}
        for row in tables.comparables.to_dict("records"):
            names = found.setdefault(row["region"] or row["place_en"], set())
            names |= {row["place_zh"], row["place_en"]}
        return {region: frozenset(names) for region, names in found.items()}

    def called(self, figure: Figure) -> list[str]:
        """What the text alternative of a chart may call a figure: its label, or its place."""
        places = self.place_names.get(figure.region, ())
        return [
            figure.label_zh,
            figure.label_en,
            *(f"{place} {figure.period}" for place in places),
            *(place for place in places if figure.kind != "comparable"),
        ]

    def of_period(self, period: str) -> tuple[str, ...]:
        """The texts that name a period."""
        return self.periods.get(period, (period,))


def _parts(tables: Tables) -> Iterable[str]:
    """Lists of parts as reports join them, and each part."""
    for column in ("parts", "parts_en"):
        for text in tables.programmes[column]:
            parts = [part for part in str(text).split(";") if part]
            yield from parts
            yield from ("、".join(parts), "; ".join(parts))


def _years(tables: Tables) -> Iterable[str]:
    """Comparables as charts name them: place and year."""
    frame = tables.comparables
    for lang in ("zh", "en"):
        for place, period in zip(frame[f"place_{lang}"], frame["period"], strict=True):
            yield f"{place} {period}"
