"""The leading figures of each area, as the way in shows them on its cards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.data import Tables

Place = tuple[str, str]  # region, period


def leading(
    tables: Tables, places: Iterable[Place], audience: str = "public"
) -> dict[tuple[str, str, str], list[dict[str, object]]]:
    """(area, region, period) → the area's leading figures that were reported.

    Each is a dict of ``key``, ``figure`` (as the figure list holds it), ``label`` and ``html``
    (the traced number), the last two by language.
    """
    from helpers.analysis.report import LANGS, AreaFigures
    from helpers.telling.tracing import traced

    areas = [str(area) for area in tables.areas["area"]]
    found = {}
    for region, period in places:
        first = AreaFigures(tables, areas[0], region, period, LANGS[0], audience)
        for area in areas:
            here = replace(first, area=area)
            found[area, region, period] = [
                {
                    "key": figure.key,
                    "figure": figure.as_json(),
                    "label": {lang: figure.label(lang) for lang in LANGS},
                    "html": {lang: traced(figure, lang, here.words) for lang in LANGS},
                }
                for figure in here.leading
                if figure.quantity is not None
            ]
    return found
