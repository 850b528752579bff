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

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
    inputs: tuple[Figure, ...] = ()
    formula_zh: str = ""
    formula_en: str = ""

    @property
    def key(self) -> str:
        """``SLUG|REGION|PERIOD``, the same in every output."""
        return f"{self.slug}|{self.region}|{self.period}"

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

    def as_json(self) -> dict[str, object]:
        """The figure as the page's figure list holds it: plain numbers and texts."""
        interval = self.interval
        return {
            "value": plain_number(self.quantity and self.quantity.value),
            "lower": plain_number(interval and interval.lower),
            "upper": plain_number(interval and interval.upper),
            "unit": self.unit,
            "unit_en": self.unit_en,
            "qualifier": self.quantity.qualifier if self.quantity else "",
            "measure" if self.kind == "measure" else "indicator": self.slug,
            "region": self.region,
            "period": self.period,
            "as_written": self.as_written,
            "source": self.source,
            "table": self.table,
            "row": self.row,
            "label_zh": self.label_zh,
            "label_en": self.label_en,
            "inputs": [figure.key for figure in self.inputs],
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
    frame = tables.qualifiers.drop(columns="row", errors="ignore").astype(str)
    return _policy(tuple(tuple(record.items()) for record in frame.to_dict("records")))


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


def _titles(tables: Tables) -> dict[str, dict[str, str]]:
    """source → its titles, as the fields of a figure."""
    return {
        str(row["source"]): {"source_zh": str(row["title_zh"]), "source_en": str(row["title_en"])}
        for row in tables.sources.to_dict("records")
    }


def _from_observation(
    row: Row, indicator: Row, words: q.Policy, titles: Mapping[str, dict[str, str]]
) -> Figure:
    return replace(
        _empty(indicator, str(row["region"]), str(row["period"])),
        quantity=stated({**row, "unit": indicator["unit"]}, words),
        as_written=str(row["as_written"]),
        source=str(row["source"]),
        **titles.get(str(row["source"]), {}),
        locator=str(row["locator"]),
        row=int(row["row"]),
        note_zh=str(row.get("note_zh", "")),
        note_en=str(row.get("note_en", "")),
    )


def _empty(indicator: Row, region: str, period: str) -> Figure:
    return Figure(
        slug=str(indicator["indicator"]),
        kind="indicator",
        region=region,
        period=period,
        label_zh=str(indicator["label_zh"]),
        label_en=str(indicator["label_en"]),
        unit=str(indicator["unit"]),
        unit_en=str(indicator["unit_en"]),
        unit_en_one=str(indicator["unit_en_one"]),
        table="observations.csv",
        form=str(indicator["measure_type"]),
        counts=str(indicator["counts"]),
    )


def observed(tables: Tables, region: str, period: str) -> dict[str, Figure]:
    """slug → figure of every indicator for one reference area and period.

    An indicator that was not reported has a figure without quantity, so that a page can say so.
    Target indicators (those of a development plan) stand in their own plan period: where the
    report's period has none, the latest plan period that ended by then is taken, and the
    figure keeps that period.
    """
    words = policy(tables)
    here = tables.observations
    here = here[here["region"] == region].to_dict("records")
    by_slug: dict[str, dict[str, Row]] = {}
    for row in here:
        by_slug.setdefault(str(row["indicator"]), {})[str(row["period"])] = row
    ends, titles = _ends(tables), _titles(tables)
    figures = {}
    for indicator in tables.indicators.to_dict("records"):
        slug = str(indicator["indicator"])
        rows = by_slug.get(slug, {})
        row = rows.get(period)
        if row is None and indicator["measure_type"] == "target":
            row = _latest(rows, ends, period)
        figures[slug] = (
            _empty(indicator, region, period)
            if row is None
            else _from_observation(row, indicator, words, titles)
        )
    return figures


def _ends(tables: Tables) -> dict[str, str]:
    frame = tables.periods
    return dict(zip(frame["period"], frame["end"], strict=True))


def _latest(rows: Mapping[str, Row], ends: Mapping[str, str], period: str) -> Row | None:
    limit = ends.get(period) or "9999"
    past = [p for p in rows if ends.get(p) and ends[p] <= limit]
    return rows[max(past, key=lambda p: ends[p])] if past else None


def compared(tables: Tables) -> dict[str, Figure]:
    """comparable → figure of every row of ``comparables.csv``, its place standing as region."""
    words, titles = policy(tables), _titles(tables)
    return {
        str(row["comparable"]): Figure(
            slug=str(row["indicator"]),
            kind="comparable",
            region=str(row["region"] or row["place_en"]),
            period=str(row["period"]),
            label_zh=str(row["label_zh"]),
            label_en=str(row["label_en"]),
            unit=str(row["unit"]),
            unit_en=str(row["unit_en"]),
            quantity=stated(row, words),
            as_written=str(row["as_written"]),
            source=str(row["source"]),
            **titles.get(str(row["source"]), {}),
            table="comparables.csv",
            row=int(row["row"]),
            note_zh=str(row["definition_zh"]),
            note_en=str(row["definition_en"]),
            form=str(row["definition"]),
        )
        for row in tables.comparables.to_dict("records")
    }


def bases(comparables: Iterable[Figure], region: str) -> dict[str, Figure]:
    """slug → the latest figure of the same reference area that serves as a denominator."""
    own = [f for f in comparables if f.region == region and f.form == "base"]
    return {f.slug: f for f in sorted(own, key=lambda f: f.period)}
