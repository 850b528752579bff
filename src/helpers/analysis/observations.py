"""Observations and comparables as figures, one row of a table each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.analysis.figures import Figure, Row, policy, stated
from helpers.analysis.lookup import by_name, once, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

    from helpers import quantity as q
    from helpers.data import Tables


def _titles(tables: Tables) -> dict[str, dict[str, str]]:
    """source → its titles, as the fields of a figure."""
    return {
        str(row["source"]): {"source_zh": str(row["title_zh"]), "source_en": str(row["title_en"])}
        for row in rows(tables, "sources")
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
        row=int(str(row.get("row", 0))),
        note_zh=str(row.get("note_zh", "")),
        note_en=str(row.get("note_en", "")),
        status=str(row.get("status", "")),
        delivery=str(row.get("delivery", "") or ""),
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


def from_rows(tables: Tables, own: Iterable[Row]) -> Iterator[Figure]:
    """The figures of rows of observations whose indicators the tables know."""
    words, titles = policy(tables), _titles(tables)
    book = by_name(tables, "indicators", "indicator")
    for row in own:
        if (slug := str(row["indicator"])) in book:
            yield _from_observation(row, book[slug], words, titles)


def recorded(tables: Tables, region: str) -> Mapping[str, Mapping[str, Figure]]:
    """indicator → period → the figure of each observation of one reference area."""

    def make() -> dict[str, dict[str, Figure]]:
        own = tables.part("observations", region=region).to_dict("records")
        found: dict[str, dict[str, Figure]] = {}
        for figure in from_rows(tables, own):
            figure = replace(figure, table=tables.file("observations", region))
            found.setdefault(figure.slug, {})[figure.period] = figure
        return found

    return once(tables, ("recorded", region), make)


def observed(tables: Tables, region: str, period: str) -> dict[str, Figure]:
    """slug → figure of every indicator for one reference area and period.

    An indicator that was not reported has a figure without quantity, so that a page can say so.
    Target indicators (those of a development plan) stand in their own plan period: where the
    report's period has none, the latest plan period that ended by then is taken, and the
    figure keeps that period.
    """
    here, figures = recorded(tables, region), {}
    for slug, indicator in by_name(tables, "indicators", "indicator").items():
        known = here.get(slug, {})
        figure = known.get(period)
        if figure is None and indicator["measure_type"] == "target":
            figure = _latest(tables, known, period)
        figures[slug] = figure or _empty(indicator, region, period)
    return figures


def _latest(tables: Tables, known: Mapping[str, Figure], period: str) -> Figure | None:
    ends = {name: str(row["end"]) for name, row in by_name(tables, "periods", "period").items()}
    limit = ends.get(period) or "9999"
    past = [p for p in known if ends.get(p) and ends[p] <= limit]
    return known[max(past, key=lambda p: ends[p])] if past else None


def compared(tables: Tables) -> dict[str, Figure]:
    """comparable → figure of every row of ``comparables.csv``, its place standing as region."""

    def make() -> dict[str, Figure]:
        words, titles = policy(tables), _titles(tables)
        return {
            str(row["comparable"]): _from_comparable(row, words, titles)
            for row in rows(tables, "comparables")
        }

    return once(tables, "compared", make)


def _from_comparable(row: Row, words: q.Policy, titles: Mapping[str, dict[str, str]]) -> Figure:
    return Figure(
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
        scope=str(row.get("scope", "") or ""),
        place_zh=str(row["place_zh"]),
        place_en=str(row["place_en"]),
    )


def bases(comparables: Iterable[Figure], region: str) -> dict[str, Figure]:
    """slug → the latest figure of the same reference area that serves as a denominator."""
    own = [f for f in comparables if f.region == region and f.form == "base"]
    return {f.slug: f for f in sorted(own, key=lambda f: f.period)}


def programmes_of(tables: Tables, region: str, period: str) -> pd.DataFrame:
    """The rows of ``programmes.csv`` of one reference area and period."""
    return tables.part("programmes", region=region, period=period)
