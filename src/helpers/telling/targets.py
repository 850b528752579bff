"""Targets as a table: indicator, target, figure, met or not, what is wanting, the pace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers.telling import tables, wording
from helpers.telling.tracing import Fragment, nothing

if TYPE_CHECKING:
    from helpers.analysis.report import AreaFigures


def table(here: AreaFigures, *, zh: str, en: str) -> Fragment:
    """The area's targets, judged (see ``AreaReport.targets``); nothing where there is none."""
    rows = [
        {
            "label": found.figure.label(here.lang),
            "figure": found.figure,
            "bound": wording.form(found.bound, here.lang),
            "target": found.target,
            "period": found.target.period,
            "verdict": wording.verdict(found.verdict, here.lang),
            "short": found.short,
            "pace": found.pace,
            "needed": found.needed,
            "suffices": wording.verdict(found.suffices, here.lang),
        }
        for found in here.judged_targets
    ]
    if not rows:
        return nothing([], here.lang)
    return tables.show(here, pd.DataFrame(rows), zh=zh, en=en)
