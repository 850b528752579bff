"""Coherence: do the figures of a reference area and period agree with one another?

A rule compares sums of figures. Because a rounded figure is an interval, there are three
answers: it certainly holds, it certainly does not, or the written forms leave it open.
Oddities are shown with both numbers and never corrected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.analysis.lookup import rows
from helpers.data import formulas
from helpers.data.formulas import BROKEN, HOLDS, OPEN, UNTESTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.analysis.figures import Figure
    from helpers.analysis.measures import Sources
    from helpers.data import Tables

__all__ = ["BROKEN", "HOLDS", "OPEN", "UNTESTED", "Judgement", "judge"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One rule judged on one region and period."""

    rule: str
    area: str
    severity: str
    kind: str
    verdict: str
    title_zh: str
    title_en: str
    message_zh: str
    message_en: str
    figures: tuple[Figure, ...] = ()


def _judge(row: Mapping[str, object], sources: Sources) -> Judgement:
    verdict, worth = formulas.judge(formulas.parse_rule(str(row["expression"])), sources.worth)
    figures = tuple(figure for part in worth if part is not None for figure in part.inputs)
    texts = ("rule", "area", "severity", "kind", "title_zh", "title_en", "message_zh", "message_en")
    return Judgement(**{k: str(row[k]) for k in texts}, verdict=verdict, figures=figures)


def judge(
    tables: Tables, sources: Sources, area: str | None = None, region: str = ""
) -> list[Judgement]:
    """Every rule of an area (all where ``area`` is None), judged, in the order of ``rules.csv``.

    A rule with a region of its own is judged there alone.
    """
    wanted = [
        row
        for row in rows(tables, "rules")
        if area in (None, row["area"]) and str(row.get("region", "") or "") in ("", region)
    ]
    return [_judge(row, sources) for row in wanted]
