"""Comparison: figures of other places and years beside a region's own.

What another place published as parts (277 couples counselled, 111 reconciled) is turned into
the measure it can be held against (the share reconciled) by the same row of ``measures.csv``,
with the same interval arithmetic.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.analysis.figures import Figure
from helpers.analysis.measures import Sources, derive
from helpers.analysis.observations import compared
from helpers.analysis.shared import once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.data import Tables

SAME, DIFFERS, BASE = "same", "differs", "base"


def places(tables: Tables, lang: str) -> dict[str, str]:
    """comparable → the name of its place in the language ``lang``."""
    frame = tables.comparables
    return dict(zip(frame["comparable"], frame[f"place_{lang}"], strict=True))


def elsewhere(tables: Tables) -> dict[str, Figure]:
    """The figures of other places and years: those printed there, and what they allow to derive.

    They are the same for every report of a batch, and worked out once for tables of one content.
    """

    def make() -> dict[str, Figure]:
        others = compared(tables)
        return others | ratios_elsewhere(tables, others)

    return dict(once(tables, "elsewhere", make))


def ratios_elsewhere(tables: Tables, others: Mapping[str, Figure]) -> dict[str, Figure]:
    """``measure@region@period`` → every measure that the comparables of one place and period
    allow to derive and that is not printed there itself.

    Its definition is ``same`` only where that of every operand is; its note is theirs.
    """
    groups: dict[tuple[str, str], dict[str, Figure]] = {}
    for figure in others.values():
        groups.setdefault((figure.region, figure.period), {})[figure.slug] = figure
    found = {}
    measures = [row for row in tables.measures.to_dict("records") if row["denominator"]]
    for (region, period), figures in groups.items():
        sources = Sources(figures, tables.programmes.iloc[:0])
        for row in measures:
            slug = str(row["measure"])
            if slug in figures:
                continue
            figure = derive(row, sources, region, period)
            if figure.quantity is not None and not any(f.form == BASE for f in figure.inputs):
                found[f"{slug}@{region}@{period}"] = _as_comparable(figure)
    return found


def _as_comparable(figure: Figure) -> Figure:
    inputs = figure.inputs
    same = all(f.form == SAME for f in inputs)
    return replace(
        figure,
        period=inputs[0].period,
        form=SAME if same else DIFFERS,
        note_zh=inputs[0].note_zh,
        note_en=inputs[0].note_en,
    )
