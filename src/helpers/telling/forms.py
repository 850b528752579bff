"""Forms of chart that seaborn lacks: part of a whole, pyramid, facing pair, dots, tiles.

Each takes frames as :meth:`helpers.analysis.study.Study.frame` makes them and returns a
fragment. Lengths start at zero and show the certain part solid, the open part hatched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns

from helpers.analysis.figures import Figure
from helpers.telling import charts, wording
from helpers.telling.charts import BLUE, GREEN, QUIET, ROW, VERMILION, WIDTH, published
from helpers.telling.svg import INK
from helpers.telling.tables import note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from helpers.analysis.study import Study
    from helpers.telling.tracing import Fragment

HATCH = {"facecolor": "none", "linewidth": 0.8, "hatch": "////"}


def _axes(rows: float) -> Axes:
    _, ax = plt.subplots(figsize=(WIDTH, ROW * rows + 0.35))
    return ax


def _ends(figure: Figure) -> tuple[float, float]:
    """Lower and upper end of a figure; zero where it was not reported."""
    interval = figure.interval
    return (0.0, 0.0) if interval is None else (float(interval.lower), float(interval.upper))


def _open(ax: Axes, y: float, start: float, end: float, color: str, height: float) -> None:
    """The part of a bar that rounding leaves open, nothing where the figure is exact."""
    if start != end:
        ax.barh(y, end - start, left=start, edgecolor=color, height=height, **HATCH)


def _texts(here: Study, figures: Sequence[Figure]) -> list[str]:
    words = here.policy
    return [wording.beside_label(f, here.lang, words=words) for f in figures]


def _named_rows(ax: Axes, labels: Sequence[str]) -> None:
    ax.set_yticks(range(len(labels)), [charts.wrapped(label) for label in labels])
    ax.invert_yaxis()
    charts.bare(ax)


def nested(here: Study, parts: pd.DataFrame, wholes: pd.DataFrame, *, zh: str, en: str) -> Fragment:
    """Each part inside its whole: row i of ``parts`` belongs to row i of ``wholes``.

    Every bar is as long as its own whole, so that shares are compared, not sizes.
    """
    pairs = list(zip(parts["figure"], wholes["figure"], strict=True))
    ax = _axes(len(pairs))
    for y, (part, whole) in enumerate(pairs):
        size = _ends(whole)[1] or 1.0
        low, high = (end / size for end in _ends(part))
        ax.barh(y, 1, facecolor="none", edgecolor=QUIET, height=0.62, linewidth=1)
        ax.barh(y, low, color=BLUE, edgecolor="none", height=0.62)
        _open(ax, y, low, high, BLUE, 0.62)
        text, of = _texts(here, [part, whole])
        ax.text(1.015, y, f"{text} / {of}", va="center")
    ax.set_xlim(0, 1.35)
    _named_rows(ax, list(parts["label"]))
    figures = [figure for pair in pairs for figure in pair]
    return published(here, ax, figures, zh=zh, en=en)


def shares(here: Study, frame: pd.DataFrame, *, zh: str, en: str) -> Fragment:
    """Shares in percent, each as the filled part of a bar that stands for its whole.

    ``frame`` has a row a share of at most one hundred percent; the wholes need not be reported
    here, and may be different ones.
    """
    figures = list(frame["figure"])
    ax = _axes(len(figures))
    for y, (figure, text) in enumerate(zip(figures, _texts(here, figures), strict=True)):
        low, high = _ends(figure)
        ax.barh(y, 100, facecolor="none", edgecolor=QUIET, height=0.62, linewidth=1)
        ax.barh(y, low, color=BLUE, edgecolor="none", height=0.62)
        _open(ax, y, low, high, BLUE, 0.62)
        ax.text(101.5, y, text, va="center")
    ax.set_xlim(0, 145)
    _named_rows(ax, list(frame["label"]))
    return published(here, ax, figures, zh=zh, en=en)


def pyramid(here: Study, frame: pd.DataFrame, *, zh: str, en: str) -> Fragment:
    """Rows centred one above the other, the first on top: a network from its head to its base."""
    figures = list(frame["figure"])
    ax = _axes(len(figures))
    widest = max((_ends(f)[1] for f in figures), default=1.0) or 1.0
    for y, (figure, text) in enumerate(zip(figures, _texts(here, figures), strict=True)):
        low, high = _ends(figure)
        if high > low:
            ax.barh(y, high, left=-high / 2, edgecolor=BLUE, height=0.72, **HATCH)
        ax.barh(y, low, left=-low / 2, color=BLUE, edgecolor="none", height=0.72)
        ax.text(high / 2 + widest * 0.015, y, text, va="center")
    ax.set_xlim(-widest / 2, widest * 0.78)
    _named_rows(ax, list(frame["label"]))
    return published(here, ax, figures, zh=zh, en=en)


def facing(here: Study, frame: pd.DataFrame, *, zh: str, en: str) -> Fragment:
    """Two figures of the same unit back to back, the first to the left."""
    figures = list(frame["figure"])
    ax = _axes(2.2)
    widest = max((_ends(f)[1] for f in figures), default=1.0) or 1.0
    for side, color, figure, label, text in zip(
        (-1, 1), (VERMILION, BLUE), figures, frame["label"], _texts(here, figures), strict=True
    ):
        low, high = _ends(figure)
        ax.barh(0, side * low, color=color, edgecolor="none", height=0.5)
        _open(ax, 0, side * low, side * high, color, 0.5)
        place = {"ha": "left" if side > 0 else "right"}
        ax.text(side * widest * 0.01, 0.46, label, va="center", **place)
        ax.text(side * widest * 0.01, -0.48, text, va="center", size=13, **place)
    ax.axvline(0, color=QUIET, linewidth=1)
    ax.set(xlim=(-widest * 1.02, widest * 1.02), ylim=(-0.7, 0.7), yticks=[])
    charts.bare(ax)
    return published(here, ax, figures, zh=zh, en=en)


def dots(here: Study, own: pd.DataFrame, others: pd.DataFrame, *, zh: str, en: str) -> Fragment:
    """The region's own figure (row 1 of ``own``) among those of other places, highest first.

    ``others`` is part of :attr:`Study.comparables`: only rows with the same definition may be
    drawn on one axis; rows of another definition are left out. The axis starts at zero, so
    that a small difference looks small.
    """
    same = others[others["definition"] == "same"]
    if same.empty:
        return note(
            here,
            zh="没有找到口径相同的数据，因此不绘图比较。",
            en="No figure of the same definition was found, so none is drawn beside it.",
        )
    mine = own[:1].dropna(subset=["value"]).assign(place=here.region_name, year="")
    if mine.empty:
        return note(
            here,
            zh="本地数据未报送，因此不绘图比较。",
            en="The figure here was not reported, so none is drawn beside it.",
        )
    rows = _concat(mine, same).sort_values("value", ascending=False)
    figures = list(rows["figure"])
    is_own = [f is mine["figure"].iloc[0] for f in figures]
    ax = _axes(len(figures) * 0.9)
    height = range(len(figures))
    colors = [VERMILION if flag else BLUE for flag in is_own]
    sns.scatterplot(x=rows["value"].to_numpy(), y=list(height), c=colors, s=70, ax=ax, zorder=3)
    for y, figure, text, color in zip(height, figures, _texts(here, figures), colors, strict=True):
        low, high = _ends(figure)
        ax.hlines(y, low, high, color=color, linewidth=3)
        ink = color if color == VERMILION else INK
        beside = {"xytext": (9, 0), "textcoords": "offset points"}
        ax.annotate(text, (high, y), va="center", color=ink, **beside)
    highest = max((_ends(f)[1] for f in figures), default=1.0) or 1.0
    ax.hlines(height, 0, [_ends(f)[0] for f in figures], color=QUIET, linewidth=0.8, zorder=1)
    ax.set(xlim=(0, highest * 1.25), ylim=(-0.6, len(figures) - 0.4))
    names = [f"{p} {y}".strip() for p, y in zip(rows["place"], rows["year"], strict=True)]
    _named_rows(ax, names)
    return published(here, ax, figures, zh=zh, en=en, names=names, open_as="line")


def _concat(mine: pd.DataFrame, same: pd.DataFrame) -> pd.DataFrame:
    columns = ["place", "year", "value", "figure"]
    return pd.concat([mine[columns], same[columns]]) if len(same) else mine[columns]


def tiles(here: Study, frame: pd.DataFrame, *, zh: str, en: str) -> Fragment:
    """Small counts as rows of squares that can be counted, one square a thing."""
    figures = list(frame["figure"])
    ax = _axes(len(figures) * 0.9)
    most = max((_ends(f)[0] for f in figures), default=1.0) or 1.0
    for y, (figure, text) in enumerate(zip(figures, _texts(here, figures), strict=True)):
        count = int(_ends(figure)[0])
        for x in range(count):
            ax.barh(y, 0.82, left=x, height=0.62, color=GREEN)
        ax.text(count + 0.15, y, text, va="center")
    ax.set_xlim(0, max(most * 1.3, 8))
    _named_rows(ax, list(frame["label"]))
    return published(here, ax, figures, zh=zh, en=en)
