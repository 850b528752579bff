"""Observations as figures, in the order of the office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.analysis.lookup import by_name, rows
from helpers.analysis.observations import from_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.analysis.figures import Figure
    from helpers.data import Tables

__all__ = ["in_order", "observations"]


def observations(tables: Tables) -> list[Figure]:
    """Every observation of the tables, in the order of areas, indicators, regions and periods."""
    return in_order(tables, from_rows(tables, rows(tables, "observations")))


def in_order(tables: Tables, figures: Iterable[Figure]) -> list[Figure]:
    """Figures in the order of their areas, indicators or measures, regions and periods."""
    orders = [
        {name: at for at, name in enumerate(by_name(tables, f"{column}s", column))}
        for column in ("area", "indicator", "measure", "region", "period")
    ]

    def place(figure: Figure) -> list[int]:
        table = "measures" if figure.kind == "measure" else "indicators"
        area = str(by_name(tables, table, table[:-1])[figure.slug]["area"])
        named = (area, figure.slug, figure.slug, figure.region, figure.period)
        return [order.get(name, -1) for order, name in zip(orders, named, strict=True)]

    return sorted(figures, key=place)
