"""The panel: every figure that a report's tables hold, over all places and periods, tidy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers.analysis.lookup import by_name, once, rows
from helpers.analysis.measures import figures_of
from helpers.analysis.places import around

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.analysis.figures import Figure
    from helpers.data import Tables

COLUMNS = [
    "slug", "label", "region", "region_name", "period", "period_name",
    "value", "lower", "upper", "unit", "figure",
]  # fmt: skip


def regions_of(tables: Tables, region: str) -> list[str]:
    """The region, the one above it, and those beside and below it, in the office's order."""
    book = by_name(tables, "regions", "region")
    parent = str(book.get(region, {}).get("parent", "") or "")
    near = {region, parent, *around(tables, region).places}
    near |= {name for name, row in book.items() if parent and row["parent"] == parent}
    ordered = sorted(book.values(), key=lambda row: row["position"])
    return [str(row["region"]) for row in ordered if str(row["region"]) in near]


def everywhere(tables: Tables, region: str) -> list[Figure]:
    """All figures with a value of a region and those around it, by indicator, place and time."""

    def make() -> list[Figure]:
        known = {(str(r["region"]), str(r["period"])) for r in rows(tables, "observations")}
        known |= {(str(r["region"]), str(r["period"])) for r in rows(tables, "programmes")}
        periods = sorted(
            by_name(tables, "periods", "period").values(), key=lambda row: row["position"]
        )
        at = [
            figures_of(tables, place, str(row["period"]))
            for place in regions_of(tables, region)
            for row in periods
            if (place, str(row["period"])) in known
        ]
        slugs = dict.fromkeys(slug for book in at for slug in book)
        found = (book[slug] for slug in slugs for book in at if book[slug].quantity is not None)
        return list({figure.key: figure for figure in found}.values())

    return once(tables, ("everywhere", region), make)


def panel(tables: Tables, region: str, lang: str) -> pd.DataFrame:
    """A row for each figure: slug, label, region, region_name, period, period_name, value, lower,
    upper (floats, base units), unit, figure.
    """
    figures = everywhere(tables, region)
    frame = pd.DataFrame([_row(tables, f, lang) for f in figures], columns=COLUMNS)
    return frame.astype({"value": float, "lower": float, "upper": float})


def _row(tables: Tables, figure: Figure, lang: str) -> dict[str, object]:
    def name(table: str, column: str, code: str, field: str) -> str:
        return str(by_name(tables, table, column).get(code, {}).get(f"{field}_{lang}", code))

    return {
        **_numbers(figure, lang),
        "region": figure.region,
        "region_name": name("regions", "region", figure.region, "name"),
        "period_name": name("periods", "period", figure.period, "label"),
    }


def _numbers(figure: Figure, lang: str) -> dict[str, object]:
    interval = figure.interval
    return {
        "slug": figure.slug,
        "label": figure.label(lang),
        "figure": figure,
        "value": figure.value,
        "lower": None if interval is None else float(interval.lower),
        "upper": None if interval is None else float(interval.upper),
        "unit": figure.unit if lang == "zh" else figure.unit_en,
        "period": figure.period,
    }


def framed(figures: Iterable[Figure], areas: dict[str, str], lang: str) -> pd.DataFrame:
    """Figures as a frame, one row a figure, indexed by slug.

    Columns: label, figure, value, lower, upper (floats, base units, NaN where not reported),
    unit, form (stock, flow …), counts, area, period, note.
    """
    rows_ = [
        {
            **_numbers(f, lang),
            "form": f.form,
            "counts": f.counts,
            "area": areas.get(f.slug, ""),
            "note": f.note(lang),
        }
        for f in figures
    ]
    columns = ["slug", "label", "figure", "value", "lower", "upper", "unit", "form"]
    columns += ["counts", "area", "period", "note"]
    frame = pd.DataFrame(rows_, columns=columns).set_index("slug")
    return frame.astype({"value": float, "lower": float, "upper": float})
