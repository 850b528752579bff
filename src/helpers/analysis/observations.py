"""Observations and comparables as figures, one row of a table each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.analysis.figures import Figure, Row, policy, stated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from helpers import quantity as q
    from helpers.data import Tables


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
    here = tables.part("observations", region=region).to_dict("records")
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


def programmes_of(tables: Tables, region: str, period: str) -> pd.DataFrame:
    """The rows of ``programmes.csv`` of one reference area and period."""
    frame = tables.programmes
    return frame[(frame["region"] == region) & (frame["period"] == period)]
