"""Invented figures: every indicator of a city and its counties, quarter by quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["COUNTIES", "lines_of", "values_of"]

COUNTIES = 10  # a city's, so that a city is eleven regions
# The usual value of a county's quarter, by what an indicator counts.
LEVELS = {
    "indicator": 60, "share": 30, "person": 500, "event": 60, "organization": 40, "post": 50,
    "money": 400_000, "venue": 80, "household": 6_000, "couple": 700, "class": 30, "team": 40,
    "platform": 6, "article": 900,
}  # fmt: skip
UNSPECIFIED = 3_000
# Made from another indicator of the same place and quarter: (indicator, least, most).
FOLLOWERS = {
    "women_plan_indicators_met": ("women_plan_indicators_total", 0.6, 1.0),
    "children_plan_indicators_met": ("children_plan_indicators_total", 0.6, 1.0),
    "couples_reconciled": ("couples_counselled", 0.3, 0.4),
    "paired_children": ("loving_mothers", 0.8, 1.0),
    "village_executives": ("village_chairs", 5.0, 7.0),
    "cadres_trained": ("village_chairs", 1.0, 3.0),
    "volunteer_participants": ("jinguo_volunteers", 0.3, 0.8),
    "lecture_audience": ("lectures_held", 150.0, 400.0),
    "girls_relief_funds": ("support_funds_secured", 0.1, 0.2),
    "two_cancer_relief_funds": ("support_funds_secured", 0.3, 0.5),
}
# Written in round numbers with a rounding word.
ROUNDED = {"lectures_held": 10, "lecture_audience": 100, "family_activities": 10,
           "beautiful_courtyards": 100}  # fmt: skip


def lines_of(indicators: Sequence[Mapping[str, str]], source: str) -> str:
    """The lines of one region and quarter, `@` for both, a value's place twice a line."""
    lines = []
    for one in indicators:
        name, unit = one["indicator"], one["unit"].replace("%", "%%")
        number = "%.2f" if one["counts"] == "share" else "%d"
        mark = "余" if name in ROUNDED else ""
        written = f"{number}{mark}{unit}"
        lines.append(f"{name},@,{number},{mark},{written},A,{source},p1,,\n")
    return "".join(lines)


def values_of(indicators: Sequence[Mapping[str, str]], quarters: int, rng: Any) -> np.ndarray:
    """Region × quarter × indicator, each value twice. Only sums and products of doubles, so
    that every machine gets the same."""
    names = [one["indicator"] for one in indicators]
    size = rng.random((COUNTIES, 1, len(names))) + 0.5
    growth = 1 + 0.01 * np.arange(quarters)[None, :, None]
    chance = rng.random((COUNTIES, quarters, len(names)))
    levels = np.array([LEVELS.get(one["counts"], UNSPECIFIED) for one in indicators], float)
    values = np.floor(levels * size * growth * (0.95 + 0.1 * chance)) + 1
    for name, (leader, least, most) in FOLLOWERS.items():
        swing = least + (most - least) * chance[:, :, names.index(name)]
        values[:, :, names.index(name)] = np.floor(values[:, :, names.index(leader)] * swing)
    for name, step in ROUNDED.items():
        at = names.index(name)
        values[:, :, at] = np.maximum(step, np.floor(values[:, :, at] / step) * step)
    city = values.sum(axis=0, keepdims=True)
    for at, one in enumerate(indicators):
        if one["additive"] != "true":
            city[:, :, at] = values[:1, :, at]
        if one["counts"] == "share":
            values[:, :, at] = np.floor(100 * (20 + 30 * chance[:, :, at])) / 100
            city[:, :, at] = values[:1, :, at]
    return np.repeat(np.concatenate([city, values]), 2, axis=2)
