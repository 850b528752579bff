"""Figures: every number that a report may state, with its interval and its origin.

A figure is made from one row of ``observations.csv`` or ``comparables.csv``, or derived from
such figures by a row of ``measures.csv`` (see :mod:`helpers.analysis.measures`). Whatever is
said, drawn or tabulated is made from figures: that is how every number stays traceable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.analysis.lookup import once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.data import Tables

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a reference area and period; ``quantity`` is None where none was reported."""

    slug: str
    kind: str  # indicator | measure | comparable
    region: str
    period: str
    label_zh: str
    label_en: str
    unit: str
    unit_en: str
    quantity: q.Quantity | None = None
    unit_en_one: str = ""
    as_written: str = ""
    source: str = ""
    source_zh: str = ""
    source_en: str = ""
    locator: str = ""
    table: str = ""
    row: int | None = None
    note_zh: str = ""
    note_en: str = ""
    form: str = ""  # measure_type of an indicator, kind of a measure, definition of a comparable
    counts: str = ""
    status: str = ""  # SDMX CL_OBS_STATUS of an observation; B: its series breaks here
    delivery: str = ""  # of an observation: late, revised, summed
    scope: str = ""  # of a comparable: the part of its place that it speaks of
    place_zh: str = ""
    place_en: str = ""
    inputs: tuple[Figure, ...] = ()
    formula_zh: str = ""
    formula_en: str = ""

    @property
    def key(self) -> str:
        """``SLUG|REGION|PERIOD``, the same in every output; a comparable's scope stands with its
        region, so that two of one place and year keep apart.
        """
        place = f"{self.region}/{self.scope}" if self.scope else self.region
        return f"{self.slug}|{place}|{self.period}"

    @property
    def value(self) -> float | None:
        """The stated value in base units, None where none was reported."""
        return None if self.quantity is None else float(self.quantity.value)

    @property
    def interval(self) -> q.Interval | None:
        """What the written form implies, None where nothing was reported."""
        return None if self.quantity is None else self.quantity.interval

    @property
    def is_exact(self) -> bool:
        """True where the interval is one point."""
        return self.quantity is not None and self.quantity.interval.exact

    def label(self, lang: str) -> str:
        """The label in the language ``lang`` (zh or en)."""
        return self.label_zh if lang == "zh" else self.label_en

    def note(self, lang: str) -> str:
        """What is open about the figure, in the language ``lang``."""
        return self.note_zh if lang == "zh" else self.note_en

    def place(self, lang: str) -> str:
        """The name of a comparable's place, "" for a figure of the region itself."""
        return self.place_zh if lang == "zh" else self.place_en

    def as_json(self) -> dict[str, object]:
        """The figure as the page's figure list holds it: plain numbers and texts; a rounding word
        and inputs only where there are any.
        """
        interval = self.interval
        more = {
            "qualifier": self.quantity.qualifier if self.quantity else "",
            "inputs": [figure.key for figure in self.inputs],
        }
        return {
            "value": plain_number(self.quantity and self.quantity.value),
            "lower": plain_number(interval and interval.lower),
            "upper": plain_number(interval and interval.upper),
            "unit": self.unit,
            "unit_en": self.unit_en,
            "measure" if self.kind == "measure" else "indicator": self.slug,
            "region": self.region,
            "period": self.period,
            "as_written": self.as_written,
            "source": self.source,
            "table": self.table,
            "row": self.row,
            "label_zh": self.label_zh,
            "label_en": self.label_en,
            **{name: told for name, told in more.items() if told},
        }

    def __repr__(self) -> str:
        """Short, as a table cell in JupyterLab shows it."""
        if self.quantity is None:
            return "-"
        return self.as_written or f"{float(self.quantity.value):g}{self.unit}"


def plain_number(value: Decimal | None) -> int | float | None:
    """An int where the number is whole, else a float; None stays None."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


@lru_cache(maxsize=8)
def _policy(rows: tuple[tuple[tuple[str, str], ...], ...]) -> q.Policy:
    return q.Policy.from_rows([dict(row) for row in rows])


def policy(tables: Tables) -> q.Policy:
    """The office's rounding words and the intervals they imply, from ``qualifiers.csv``."""

    def make() -> q.Policy:
        frame = tables.frames["qualifiers"].drop(columns="row", errors="ignore").astype(str)
        return _policy(tuple(tuple(record.items()) for record in frame.to_dict("records")))

    return once(tables, "policy", make)


def stated(row: Mapping[str, object], words: q.Policy) -> q.Quantity:
    """The quantity of one observation or comparable: read from ``as_written`` where that is a
    numeral, otherwise from ``value`` and ``qualifier``.

    The written form decides the interval, since only it shows how far a number was rounded.
    """
    value, unit = Decimal(str(row["value"])), str(row.get("unit", ""))
    mark = str(row.get("qualifier", ""))
    written = str(row.get("as_written", ""))
    for text in (written, _spelled(value, mark, unit, words)):
        try:
            found = q.read(text, words)
        except ValueError:
            continue
        if found.value == value:
            return replace(found, unit=unit, qualifier=mark or found.qualifier)
    return q.Quantity(value, q.Interval.point(value), unit, mark, written)


def _spelled(value: Decimal, mark: str, unit: str, words: q.Policy) -> str:
    numeral = f"{value:f}"
    return f"{mark}{numeral}{unit}" if mark in words.words("before") else f"{numeral}{mark}{unit}"
