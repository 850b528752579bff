"""Comparison: figures of other places and years beside a region's own.

What another place published as parts (277 couples counselled, 111 reconciled) is turned into
the measure it can be held against (the share reconciled) by the same row of ``measures.csv``,
with the same interval arithmetic. Only figures of one place, scope and period are put together.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.analysis.lookup import once, rows
from helpers.analysis.measures import Sources, derive
from helpers.analysis.observations import compared

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from helpers.analysis.figures import Figure
    from helpers.data import Tables

SAME, DIFFERS, BASE = "same", "differs", "base"


def elsewhere(tables: Tables) -> Mapping[str, Figure]:
    """name → the figures of other places and years: those printed there, and what they allow to
    derive.
    """

    def make() -> dict[str, Figure]:
        others = compared(tables)
        return {**others, **ratios_elsewhere(tables, others.values())}

    return once(tables, "elsewhere", make)


def ratios_elsewhere(tables: Tables, others: Iterable[Figure]) -> dict[str, Figure]:
    """``measure@place@period`` → every measure that the comparables of one place, scope and
    period allow to derive and that is not printed there itself.

    Where one of them has an indicator twice, nothing tells which belongs to which, and nothing is
    derived of it. A derived definition is ``same`` only where that of every operand is.
    """
    found = {}
    measures = [row for row in rows(tables, "measures") if row["denominator"]]
    for (region, _, _, period), figures in _together(others).items():
        sources = Sources(figures, [])
        for row in measures:
            slug = str(row["measure"])
            figure = None if slug in figures else derive(row, sources, region, period)
            if figure and figure.quantity and all(f.form != BASE for f in figure.inputs):
                figure = _as_comparable(figure)
                if figure.key in {known.key for known in found.values()}:
                    figure = replace(figure, scope=figure.place_en)  # told apart by name alone
                found[figure.key.replace("|", "@")] = figure
    return found


def _together(others: Iterable[Figure]) -> dict[tuple[str, ...], dict[str, Figure]]:
    """Region, scope, name of the place and period → its figures by slug, none that is twice."""
    found: dict[tuple[str, ...], dict[str, list[Figure]]] = {}
    for figure in others:
        at = (figure.region, figure.scope, figure.place_zh, figure.period)
        found.setdefault(at, {}).setdefault(figure.slug, []).append(figure)
    return {
        at: {slug: known[0] for slug, known in figures.items() if len(known) == 1}
        for at, figures in found.items()
    }


def _as_comparable(figure: Figure) -> Figure:
    first = figure.inputs[0]
    same = all(f.form == SAME for f in figure.inputs)
    return replace(
        figure,
        period=first.period,
        form=SAME if same else DIFFERS,
        note_zh=first.note_zh,
        note_en=first.note_en,
        scope=first.scope,
        place_zh=first.place_zh,
        place_en=first.place_en,
    )
