"""Charts of one place and time: bars, parts of a whole, pyramid, pair, squares, dots, and any axes.

Each mark is drawn from its figure, row by row, and stands beside that figure's text. Lengths
start at zero and show the certain part solid, the open part hatched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.analysis.measures import SAME
from helpers.telling import sentences
from helpers.telling.drawing import (
    BLUE,
    GREEN,
    HATCH,
    INK,
    QUIET,
    VERMILION,
    axes,
    bare,
    beside,
    chosen,
    ends,
    published,
    row_axes,
    texts,
    theme,
)
from helpers.telling.tracing import Fragment, nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from helpers.analysis.figures import Figure
    from helpers.analysis.report import AreaFigures

    Rows = pd.DataFrame | Sequence[str] | str

COUNTABLE = 60  # things that can be counted by eye


def bar(
    ax: Axes, y: float, low: float, high: float, color: str, *, left: float = 0, height: float = 0.7
) -> None:
    """A bar whose certain part is solid and whose open part is hatched."""
    ax.barh(y, low, left=left, color=color, edgecolor="none", height=height)
    if low != high:
        ax.barh(y, high - low, left=left + low, edgecolor=color, height=height, **HATCH)


def _by_row(
    here: AreaFigures,
    rows: Rows,
    words: dict[str, str],
    mark: Callable[[Axes, int, float, float], float],
    *,
    largest_first: bool = False,
    least: float = 0.0,
    gap: float = 5,
) -> Fragment:
    """A row a reported figure: ``mark`` draws it between its ends and says behind which point its
    number stands, by ``gap`` points; the axis holds all marks and is ``least`` long. Nothing where
    there are no figures, or where of several one is left: it is compared with nothing.
    """
    figures, labels, gone = chosen(here, rows)
    several = not isinstance(rows, str) and len(rows) > 1
    if len(figures) <= several:
        return nothing(gone, here.lang, [words[here.lang]])
    if largest_first:
        pairs = sorted(zip(figures, labels, strict=True), key=lambda pair: -ends(pair[0])[1])
        figures, labels = (list(side) for side in zip(*pairs, strict=True))
    ax = row_axes(labels)
    for y, (figure, text) in enumerate(zip(figures, texts(here, figures), strict=True)):
        beside(ax, mark(ax, y, *ends(figure)), y, text, xytext=(gap, 0))
    ax.margins(x=0)
    ax.set_xlim(right=max(least, ax.get_xlim()[1]))
    bare(ax)
    return published(here, ax, figures, missing=gone, **words)


def bars(
    here: AreaFigures, rows: Rows, *, zh: str, en: str, largest_first: bool = False
) -> Fragment:
    """Horizontal bars, each with its number; what rounding leaves open is hatched.

    >>> here.bars(["womens_homes", "micro_homes"], zh="家园", en="Homes", largest_first=True)
    """

    def mark(ax: Axes, y: int, low: float, high: float) -> float:
        bar(ax, y, low, high, BLUE)
        return high

    return _by_row(here, rows, {"zh": zh, "en": en}, mark, largest_first=largest_first)


def parts(here: AreaFigures, rows: Rows, wholes: Rows, *, zh: str, en: str) -> Fragment:
    """Each part inside its whole, every whole drawn equally long: shares, not sizes.

    >>> here.parts("couples_reconciled", "couples_counselled", zh="劝和", en="Reconciled")
    """
    sides = [here.frame([r] if isinstance(r, str) else r)["figure"] for r in (rows, wholes)]
    both = list(zip(*sides, strict=False))
    pairs = [pair for pair in both if all(figure.quantity for figure in pair)]
    gone = [f for pair in both for f in pair if f.quantity is None and here.had(f.slug)]
    if not pairs:
        return nothing(gone, here.lang, [zh if here.lang == "zh" else en])
    ax = row_axes([part.label(here.lang) for part, _ in pairs])
    for y, pair in enumerate(pairs):
        beside(ax, _filled(ax, y, *inside(*pair)), y, " / ".join(texts(here, pair)))
    ax.margins(x=0)
    bare(ax)
    figures = [figure for pair in pairs for figure in pair]
    return published(here, ax, figures, zh=zh, en=en, missing=gone)


def _filled(ax: Axes, y: int, low: float, high: float) -> float:
    """The filled part of a frame that stands for a whole of one; returns where the row ends."""
    ax.barh(y, 1, facecolor="none", edgecolor=QUIET, height=0.62, linewidth=1)
    bar(ax, y, low, high, BLUE, height=0.62)
    return max(1.0, high)


def inside(part: Figure, whole: Figure) -> tuple[float, float]:
    """The share of a whole that a part has, at least and at most, never above all of it.

    Interval division: the least part of the largest whole, the largest part of the least whole.
    """
    if not whole.interval.lower > 0:
        return (0.0, 1.0 if part.interval.upper > 0 else 0.0)
    share = part.interval / whole.interval
    return min(1.0, float(share.lower)), min(1.0, float(share.upper))


def shares(here: AreaFigures, rows: Rows, *, zh: str, en: str) -> Fragment:
    """Figures in percent, each as the filled part of a bar that stands for its whole.

    >>> here.shares(["courtyard_coverage"], zh="在家庭户中", en="Of all households")
    """

    def mark(ax: Axes, y: int, low: float, high: float) -> float:
        return _filled(ax, y, low / 100, high / 100)

    return _by_row(here, rows, {"zh": zh, "en": en}, mark)


def pyramid(here: AreaFigures, rows: Rows, *, zh: str, en: str) -> Fragment:
    """Rows centred one above the other, the first on top: from the head to the base.

    >>> here.pyramid(["village_chairs", "village_executives"], zh="班子", en="Teams")
    """

    def mark(ax: Axes, y: int, low: float, high: float) -> float:
        if high > low:
            ax.barh(y, high, left=-high / 2, edgecolor=BLUE, height=0.72, **HATCH)
        ax.barh(y, low, left=-low / 2, color=BLUE, edgecolor="none", height=0.72)
        return high / 2

    return _by_row(here, rows, {"zh": zh, "en": en}, mark)


def facing(here: AreaFigures, rows: Rows, *, zh: str, en: str) -> Fragment:
    """Two figures of the same unit back to back, the first to the left.

    >>> here.facing(["loving_mothers", "paired_children"], zh="结对", en="Pairs")
    """

    figures, labels, gone = chosen(here, rows)
    if len(figures) != 2:
        return bars(here, rows, zh=zh, en=en)
    ax = axes(1.2)
    widest = max(ends(f)[1] for f in figures) or 1
    told = zip((-1, 1), (VERMILION, BLUE), figures, labels, texts(here, figures), strict=True)
    for side, color, figure, label, text in told:
        low, high = ends(figure)
        bar(ax, 0, side * low, side * high, color, height=0.5)
        place = {"xytext": (side * 4, 0), "ha": "left" if side > 0 else "right"}
        beside(ax, 0, 0.46, label, **place)
        beside(ax, 0, -0.48, text, size=13, **place)
    ax.axvline(0, color=QUIET, linewidth=1)
    ax.set(xlim=(-widest * 1.02, widest * 1.02), ylim=(-0.7, 0.7), yticks=[])
    bare(ax)
    return published(here, ax, figures, zh=zh, en=en, missing=gone)


def squares(here: AreaFigures, rows: Rows, *, zh: str, en: str) -> Fragment:
    """Small counts as rows of squares, one square a thing.

    >>> here.squares(["awards_national", "awards_provincial"], zh="荣誉", en="Honours")
    """

    def mark(ax: Axes, y: int, low: float, _high: float) -> float:
        ax.barh([y] * int(low), 0.82, left=range(int(low)), height=0.62, color=GREEN)
        return low

    if any(ends(figure)[0] > COUNTABLE for figure in chosen(here, rows)[0]):
        return bars(here, rows, zh=zh, en=en)
    return _by_row(here, rows, {"zh": zh, "en": en}, mark, least=8, gap=2)


def dots(here: AreaFigures, slug: str, *, zh: str, en: str) -> Fragment:
    """The place's own figure among those of other places (``here.comparables``) with the same
    definition, highest first; figures of other definitions are never drawn on one axis.

    >>> here.dots("reconciled_share", zh="劝和率", en="Share reconciled")
    """
    frame = here.comparables
    frame = frame[(frame.index == slug) & (frame["definition"] == SAME)]
    own, _, gone = chosen(here, slug)
    if not own or frame.empty:
        return nothing(gone, here.lang, [zh if here.lang == "zh" else en])
    others = zip(frame["figure"], frame["place"], frame["year"], strict=True)
    found = [(own[0], here.region_name), *((f, f"{at} {year}".strip()) for f, at, year in others)]
    found.sort(key=lambda pair: -float(pair[0].quantity.value))
    figures, names = (list(side) for side in zip(*found, strict=True))
    ax = row_axes(names)
    colors = [VERMILION if figure is own[0] else BLUE for figure in figures]
    lollipops(ax, figures, texts(here, figures), colors)
    return published(here, ax, figures, zh=zh, en=en, names=names, open_as="line")


def lollipops(
    ax: Axes,
    figures: Sequence[Figure],
    written: Sequence[str],
    colors: Sequence[str],
    start: float = 0.0,
) -> None:
    """A dot a row on a line from ``start``, a thick line where rounding leaves it open."""
    import seaborn as sns

    values = [float(f.quantity.value) for f in figures]
    sns.scatterplot(x=values, y=range(len(values)), c=list(colors), s=70, ax=ax, zorder=3)
    for y, (figure, text, color) in enumerate(zip(figures, written, colors, strict=True)):
        low, high = ends(figure)
        ax.hlines(y, *sorted((start, low)), color=QUIET, linewidth=0.8, zorder=1)
        if low != high:
            ax.hlines(y, low, high, color=color, linewidth=3)
        beside(ax, max(high, start), y, text, xytext=(9, 0), color=INK if color == BLUE else color)
    highest = max([*(ends(f)[1] for f in figures), start]) or 1.0
    ax.set_xlim(min([0.0, *(ends(f)[0] for f in figures)]), highest * 1.03)
    bare(ax)


def chart(
    here: AreaFigures, ax: Axes, *, zh: str, en: str, alt_zh: str = "", alt_en: str = ""
) -> Fragment:
    """Any matplotlib axes, figure or seaborn grid, published as it is drawn, under a title.

    Nothing is written into it but the mark of simulated data. ``alt_zh`` and ``alt_en`` tell
    those who do not see it what it shows (names in braces, no typed digit).

    >>> ax = sns.lineplot(here.panel.query("slug == 'lectures_held'"),
    ...                   x="period_name", y="value", hue="region_name")
    >>> here.chart(ax, zh="历年宣讲", en="Lectures by year", alt_zh="逐年上升", alt_en="Rising")
    """
    import matplotlib as mpl
    from matplotlib.text import Text

    theme()
    alt = sentences.render(here, alt_zh if here.lang == "zh" else alt_en, here.lang).plain
    drawing = getattr(ax, "figure", ax)
    for text in drawing.findobj(Text):  # a theme of one's own may have set another face
        text.set_fontfamily(mpl.rcParams["font.family"])
    own = ax if hasattr(ax, "get_xlim") else drawing.axes[0]
    return published(here, own, [], zh=zh, en=en, alt=alt)
