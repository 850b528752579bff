"""The data in the forms of other programs: a workbook, a Data Package, SDMX-CSV."""

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
    known = {name: by_name(tables, f"{name}s", name)
             for name in ("area", "indicator", "measure", "region", "period")}  # fmt: skip
    orders = {name: {code: at for at, code in enumerate(found)} for name, found in known.items()}

    def place(figure: Figure) -> list[int]:
        kind = "measure" if figure.kind == "measure" else "indicator"
        own = {"area": str(known[kind][figure.slug]["area"]), kind: figure.slug,
               "region": figure.region, "period": figure.period}  # fmt: skip
        return [orders[name].get(own.get(name), -1) for name in orders]

    return sorted(figures, key=place)
