"""Charts of one place and time: bars, parts of a whole, pyramid, pair, squares, dots.

seaborn draws them from a tidy frame in which every figure has a row of its own, known by its
key; texts and open ends are put where the key's row is. Lengths start at zero and show the
certain part solid, the open part hatched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import seaborn as sns

from helpers.analysis.compare import SAME
from helpers.analysis.figures import Figure
from helpers.telling import drawing
from helpers.telling.drawing import (
    BLUE,
    GREEN,
    HATCH,
    QUIET,
    VERMILION,
    axes,
    chosen,
    ends,
    named_rows,
    published,
    texts,
)
from helpers.telling.svg import INK
from helpers.telling.tracing import Fragment, nothing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from helpers.analysis.report import AreaFigures

Rows = "pd.DataFrame | Sequence[str] | str"


def tidy(figures: Sequence[Figure], labels: Sequence[str]) -> pd.DataFrame:
    """A row a figure: key (its place in the drawing), label, lower, upper, figure."""
    spans = [ends(figure) for figure in figures]
    keys = [f"{at} {figure.key}" for at, figure in enumerate(figures)]
    return pd.DataFrame(
        {
            "key": keys,
            "label": list(labels),
            "lower": [low for low, _ in spans],
            "upper": [high for _, high in spans],
            "figure": list(figures),
        }
    )


def drawn_bars(
    ax: Axes, frame: pd.DataFrame, colors: Mapping[str, str] | str = BLUE, height: float = 0.8
) -> None:
    """Horizontal bars of a tidy frame, row after row, the open part of each hatched."""
    order = list(frame["key"])
    palette = {key: colors if isinstance(colors, str) else colors.get(key, BLUE) for key in order}
    sns.barplot(
        frame, x="lower", y="key", order=order, hue="key", hue_order=order, palette=palette,
        saturation=1, width=height, errorbar=None, legend=False, edgecolor="none", ax=ax,
    )  # fmt: skip
    for y, row in enumerate(frame.itertuples()):
        open_end(ax, y, row.lower, row.upper, palette[row.key], height)


def open_end(ax: Axes, y: float, start: float, end: float, color: str, height: float) -> None:
    """The part of a bar that rounding leaves open, nothing where the figure is exact."""
    if start != end:
        ax.barh(y, end - start, left=start, edgecolor=color, height=height, **HATCH)


def bars(
    here: AreaFigures, rows: Rows, *, zh: str, en: str, largest_first: bool = False
) -> Fragment:
    """Horizontal bars of figures (see ``AreaReport.bars``)."""
    figures, labels, gone = chosen(here, rows)
    if not figures:
        return nothing(gone, here.lang, [zh if here.lang == "zh" else en])
    frame = tidy(figures, labels)
    if largest_first:
        frame = frame.sort_values("upper", ascending=False, kind="stable")
    figures = list(frame["figure"])
    ax = axes(len(figures))
    drawn_bars(ax, frame)
    widest = frame["upper"].max() or 1.0
    for y, (end, text) in enumerate(zip(frame["upper"], texts(here, figures), strict=True)):
        ax.text(end + widest * 0.012, y, text, va="center")
    named_rows(ax, list(frame["label"]))
    ax.set_xlim(min(0, frame["lower"].min()), widest * 1.22)
    return published(here, ax, figures, zh=zh, en=en, missing=gone)


def parts(here: AreaFigures, rows: Rows, wholes: Rows, *, zh: str, en: str) -> Fragment:
    """Each part inside its whole (see ``AreaReport.parts``)."""
    pairs, labels, gone = _pairs(here, rows, wholes)
    if not pairs:
        return nothing(gone, here.lang, [zh if here.lang == "zh" else en])
    ax = axes(len(pairs))
    for y, (part, whole) in enumerate(pairs):
        low, high = inside(part, whole)
        ax.barh(y, 1, facecolor="none", edgecolor=QUIET, height=0.62, linewidth=1)
        ax.barh(y, low, color=BLUE, edgecolor="none", height=0.62)
        open_end(ax, y, low, high, BLUE, 0.62)
        text, of = texts(here, [part, whole])
        ax.text(1.015, y, f"{text} / {of}", va="center")
    ax.set_xlim(0, 1.35)
    named_rows(ax, labels)
    figures = [figure for pair in pairs for figure in pair]
    return published(here, ax, figures, zh=zh, en=en, missing=gone)


def inside(part: Figure, whole: Figure) -> tuple[float, float]:
    """The share of a whole that a part has, at least and at most, never above all of it.

    Interval division: the least part of the largest whole, the largest part of the least whole.
    """
    if not whole.interval.lower > 0:
        return (0.0, 1.0 if part.interval.upper > 0 else 0.0)
    share = part.interval / whole.interval
    return min(1.0, float(share.lower)), min(1.0, float(share.upper))


def _pairs(
    here: AreaFigures, rows: Rows, wholes: Rows
) -> tuple[list[tuple[Figure, Figure]], list[str], list[Figure]]:
    """The parts and wholes that were both reported, the parts' labels, and what is missing."""
    lists = [[r] if isinstance(r, str) else r for r in (rows, wholes)]
    frames = [r if hasattr(r, "columns") else None for r in lists]
    named = [list(f["figure"]) if f is not None else [here.find(n) for n in r]
             for f, r in zip(frames, lists, strict=True)]  # fmt: skip
    pairs, labels, gone = [], [], []
    for part, whole in zip(*named, strict=True):
        if part is not None and whole is not None and part.quantity and whole.quantity:
            pairs.append((part, whole))
            labels.append(part.label(here.lang))
        else:
            both = [f for f in (part, whole) if f is not None and f.quantity is None]
            gone += [f for f in both if here.had(f.slug)]
    return pairs, labels, gone


def shares(here: AreaFigures, rows: Rows, *, zh: str, en: str) -> Fragment:
    """Shares in percent, each as the filled part of a bar (see ``AreaReport.shares``)."""
    figures, labels, gone = chosen(here, rows)
    if not figures:
        return nothing(gone, here.lang, [zh if here.lang == "zh" else en])
    ax = axes(len(figures))
    for y, (figure, text) in enumerate(zip(figures, texts(here, figures), strict=True)):
        low, high = ends(figure)
        ax.barh(y, 100, facecolor="none", edgecolor=QUIET, height=0.62, linewidth=1)
        ax.barh(y, low, color=BLUE, edgecolor="none", height=0.62)
        open_end(ax, y, low, high, BLUE, 0.62)
        ax.text(max(100.0, high) + 1.5, y, text, va="center")
    ax.set_xlim(0, max(145.0, 1.45 * max(ends(f)[1] for f in figures)))
    named_rows(ax, labels)
    return published(here, ax, figures, zh=zh, en=en, missing=gone)


def pyramid(here: AreaFigures, rows: Rows, *, zh: str, en: str) -> Fragment:
    """Rows centred one above the other, the first on top (see ``AreaReport.pyramid``)."""
    figures, labels, gone = chosen(here, rows)
    if not figures:
        return nothing(gone, here.lang, [zh if here.lang == "zh" else en])
    ax = axes(len(figures))
    widest = max(ends(f)[1] for f in figures) or 1.0
    for y, (figure, text) in enumerate(zip(figures, texts(here, figures), strict=True)):
        low, high = ends(figure)
        if high > low:
            ax.barh(y, high, left=-high / 2, edgecolor=BLUE, height=0.72, **HATCH)
        ax.barh(y, low, left=-low / 2, color=BLUE, edgecolor="none", height=0.72)
        ax.text(high / 2 + widest * 0.015, y, text, va="center")
    ax.set_xlim(-widest / 2, widest * 0.78)
    named_rows(ax, labels)
    return published(here, ax, figures, zh=zh, en=en, missing=gone)


def facing(here: AreaFigures, rows: Rows, *, zh: str, en: str) -> Fragment:
    """Two figures of the same unit back to back (see ``AreaReport.facing``)."""
    figures, labels, gone = chosen(here, rows)
    if len(figures) != 2:
        told = nothing(gone, here.lang, [zh if here.lang == "zh" else en])
        return bars(here, rows, zh=zh, en=en) if figures else told
    ax = axes(2.2)
    widest = max(ends(f)[1] for f in figures) or 1.0
    for side, color, figure, label, text in zip(
        (-1, 1), (VERMILION, BLUE), figures, labels, texts(here, figures), strict=True
    ):
        low, high = ends(figure)
        ax.barh(0, side * low, color=color, edgecolor="none", height=0.5)
        open_end(ax, 0, side * low, side * high, color, 0.5)
        place = {"ha": "left" if side > 0 else "right"}
        ax.text(side * widest * 0.01, 0.46, label, va="center", **place)
        ax.text(side * widest * 0.01, -0.48, text, va="center", size=13, **place)
    ax.axvline(0, color=QUIET, linewidth=1)
    ax.set(xlim=(-widest * 1.02, widest * 1.02), ylim=(-0.7, 0.7), yticks=[])
    drawing.bare(ax)
    return published(here, ax, figures, zh=zh, en=en, missing=gone)


def squares(here: AreaFigures, rows: Rows, *, zh: str, en: str) -> Fragment:
    """Small counts as rows of squares, one square a thing (see ``AreaReport.squares``)."""
    figures, labels, gone = chosen(here, rows)
    if not figures:
        return nothing(gone, here.lang, [zh if here.lang == "zh" else en])
    if max(ends(f)[0] for f in figures) > 60:  # too many to be counted by eye
        return bars(here, rows, zh=zh, en=en)
    ax = axes(len(figures) * 0.9)
    most = max(ends(f)[0] for f in figures) or 1.0
    for y, (figure, text) in enumerate(zip(figures, texts(here, figures), strict=True)):
        count = int(ends(figure)[0])
        for x in range(count):
            ax.barh(y, 0.82, left=x, height=0.62, color=GREEN)
        ax.text(count + 0.15, y, text, va="center")
    ax.set_xlim(0, max(most * 1.3, 8))
    named_rows(ax, labels)
    return published(here, ax, figures, zh=zh, en=en, missing=gone)


def dots(here: AreaFigures, slug: str, *, zh: str, en: str) -> Fragment:
    """The region's own figure among those of other places of the same definition, highest first
    (see ``AreaReport.dots``).
    """
    own = here.find(slug)
    frame = here.comparables
    frame = frame[(frame.index == slug) & (frame["definition"] == SAME)]
    if own is None or own.quantity is None or frame.empty:
        gone = [own] if own is not None and own.quantity is None and here.had(slug) else []
        return nothing(gone, here.lang, [zh if here.lang == "zh" else en])
    found = [(own, here.region_name)]
    places = zip(frame["figure"], frame["place"], frame["year"], strict=True)
    found += [(figure, f"{place} {year}".strip()) for figure, place, year in places]
    found.sort(key=lambda pair: -float(pair[0].quantity.value))
    figures, names = [f for f, _ in found], [name for _, name in found]
    colors = [VERMILION if f is own else BLUE for f in figures]
    ax = axes(len(figures) * 0.9)
    lollipops(ax, figures, texts(here, figures), colors)
    named_rows(ax, names)
    return published(here, ax, figures, zh=zh, en=en, names=names, open_as="line")


def lollipops(
    ax: Axes,
    figures: Sequence[Figure],
    written: Sequence[str],
    colors: Sequence[str],
    start: float = 0.0,
) -> None:
    """A dot a row on a line from ``start``, a thick line where rounding leaves it open."""
    values = [float(f.quantity.value) for f in figures]
    rows = list(range(len(figures)))
    sns.scatterplot(x=values, y=rows, c=list(colors), s=70, ax=ax, zorder=3)
    for y, figure, text, color in zip(rows, figures, written, colors, strict=True):
        low, high = ends(figure)
        ax.hlines(y, *sorted((start, low)), color=QUIET, linewidth=0.8, zorder=1)
        ax.hlines(y, low, high, color=color, linewidth=3)
        beside = {"xytext": (9, 0), "textcoords": "offset points"}
        ax.annotate(text, (max(high, start), y), va="center",
                    color=color if color == VERMILION else INK, **beside)  # fmt: skip
    highest = max([*(ends(f)[1] for f in figures), start]) or 1.0
    ax.set_xlim(min([0.0, *(ends(f)[0] for f in figures)]), highest * 1.3)
