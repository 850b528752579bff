"""Warming up: a chart that nobody sees, for a process that others are forked from."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from helpers.telling import drawing as house
from helpers.telling.charts import open_end
from helpers.telling.svg import svg

__all__ = ["draw"]


def draw() -> None:
    """Draw bars in the house style, so that what drawing makes once in a process is made.

    pyplot is left alone: it has no drawing and no backend afterwards. What the process keeps of
    it is forgotten, but for settings, which are the caller's to put back.
    """
    names, found = dict(ET._namespace_map), pd.DataFrame({"label": ["零", "one"], "lower": [1, 2]})
    drawing = Figure(figsize=(house.WIDTH, 2 * house.ROW))
    ax = drawing.subplots()
    sns.barplot(found, x="lower", y="label", errorbar=None, ax=ax)
    house.named_rows(ax, list(found["label"]))
    open_end(ax, 0, 1, 2, house.BLUE, 0.8)
    ax.text(2, 0, "1", va="center")
    svg(drawing, ".")
    ET._namespace_map.clear()
    ET._namespace_map.update(names)
    fontManager._findfont_cached.cache_clear()  # it has found a font that is not there otherwise
