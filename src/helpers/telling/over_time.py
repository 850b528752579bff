"""Charts over time: lines, small multiples, slopes. Like periods only with like; where the
definition changes the line is broken and marked; nothing where there is one period.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.analysis.changes import BREAK
from helpers.analysis.measures import figures_of
from helpers.analysis.periods import like
from helpers.telling.drawing import (
    BLUE,
    DASHED,
    INK,
    PALETTE,
    QUIET,
    ROW,
    SIZE,
    VERMILION,
    WIDTH,
    axes,
    bare,
    beside,
    ends,
    published,
    texts,
    theme,
    wrapped,
)
from helpers.telling.tracing import Fragment, nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from helpers.analysis.figures import Figure
    from helpers.analysis.report import AreaFigures

    Told = list[tuple[int, Figure]]  # of one slug: the place of each period, and its figure

FORMS = ("lines", "multiples", "slopes")
MOST_LABELLED = 5  # points that have room for their numbers
LEAST = 0.25  # of a level: what the axis of a line spans at least
BROKEN = {"zh": "口径变化", "en": "new definition"}


def over_time(
    here: AreaFigures, slugs: Sequence[str] | str, *, zh: str, en: str, form: str = "lines"
) -> Fragment:
    """Figures over the years, like periods only with like; nothing where there is one period.

    ``form``: ``lines`` (figures of one unit on one axis), ``multiples`` (each in a small
    chart of its own), ``slopes`` (first and last period of each). A line is broken where the
    definition changes and where a year is missing; thick lines are what rounding leaves open.

    >>> here.over_time(["couples_counselled", "couples_reconciled"],
    ...                zh="历年辅导与劝和", en="Counselled and reconciled, by year")
    """
    if form not in FORMS:
        raise ValueError(f"form={form!r}: 可选的有 / one of {', '.join(FORMS)}")
    slugs = [slugs] if isinstance(slugs, str) else list(slugs)
    periods = like(here.tables, here.period)
    told = [found for slug in slugs if here.find(slug) and len(found := told_of(here, slug)) > 1]
    if not told:
        return nothing([], here.lang, [zh if here.lang == "zh" else en])
    first, last = (side(x for found in told for x, _ in found) for side in (min, max))
    names = [here.period_name(p) for p in periods[first : last + 1]]
    told = [[(x - first, figure) for x, figure in found] for found in told]
    units = {figure.unit for found in told for _, figure in found}
    draw = {"multiples": _multiples, "slopes": _slopes}.get(form)
    if draw is None and (len(units) == 1 or len(told) == 1) and len(told) <= len(PALETTE):
        draw = _lines
    ax, shown = (draw or _multiples)(here, told, names)
    labels = [f"{f.label(here.lang)} {here.period_name(f.period)}" for f in shown]
    open_as = "" if form == "slopes" else "line"
    return published(here, ax, shown, zh=zh, en=en, names=labels, open_as=open_as)


def told_of(here: AreaFigures, slug: str) -> Told:
    """The figure of each period as long as the report's that has one."""
    periods = like(here.tables, here.period)
    found = [figures_of(here.tables, here.region, period).get(slug) for period in periods]
    return [
        (x, figure)
        for x, (period, figure) in enumerate(zip(periods, found, strict=True))
        if figure is not None and figure.quantity is not None and figure.period == period
    ]


def _lines(here: AreaFigures, told: list[Told], names: list[str]) -> tuple[Axes, list[Figure]]:
    """Figures of one unit on one axis, each with its label at its end."""
    last = [found[-1][1] for found in told]
    labels = [
        f"{wrapped(figure.label(here.lang), line=10)}\n{text}"
        for figure, text in zip(last, texts(here, last), strict=True)
    ]
    height = max(2.6, 0.22 * sum(label.count("\n") + 1 for label in labels) + 0.5)
    ax = axes(height if len(told) > 1 else 2.2)
    for found, color in zip(told, PALETTE, strict=False):
        _line(here, ax, found, color)
    _dress(here, ax, names)
    if len(told) > 1:
        levels = [float(figure.quantity.value) for figure in last]
        ends_at = list(zip(levels, PALETTE, labels, strict=False))
        _at_the_end(ax, len(names) - 1, ends_at, inches=height - 0.5)
    else:
        (found,) = told
        shown = found if len(found) <= MOST_LABELLED else [found[0], found[-1]]
        for (x, figure), text in zip(shown, texts(here, [f for _, f in shown]), strict=True):
            beside(ax, x, ends(figure)[1], text, xytext=(0, 11), ha="center")
    return ax, [figure for found in told for _, figure in found]


def _line(here: AreaFigures, ax: Axes, found: Told, color: str) -> None:
    """One figure over time: what has no gap and no break between is joined."""
    import seaborn as sns

    runs: list[Told] = []
    for x, figure in found:
        if not runs or x != runs[-1][-1][0] + 1 or figure.status == BREAK:
            runs.append([])
        runs[-1].append((x, figure))
    for run in runs:
        values = [float(figure.quantity.value) for _, figure in run]
        sns.lineplot(x=[x for x, _ in run], y=values, color=color, marker="o", ax=ax, zorder=3)
        for x, figure in run:
            if not figure.is_exact:
                ax.vlines(x, *ends(figure), color=color, linewidth=3)
    for x, figure in found[1:]:
        if figure.status == BREAK:
            ax.axvline(x - 0.5, color=QUIET, linewidth=1, linestyle=DASHED)
            ax.annotate(BROKEN[here.lang], (x - 0.5, 0), xycoords=("data", "axes fraction"),
                        xytext=(0, 4), textcoords="offset points", ha="center")  # fmt: skip


def _dress(here: AreaFigures, ax: Axes, names: Sequence[str], room: float = 0.12) -> None:
    """Periods below, the report's own set apart, room for a number above. The axis need not begin
    at zero, since a line shows how a figure moved; it spans a quarter of the level at least.
    """
    ax.set_xticks(range(len(names)), names)
    for label in ax.get_xticklabels():
        label.set_color(VERMILION if label.get_text() == here.period_name() else INK)
    low, high = ax.get_ylim()
    size = max(abs(low), abs(high))
    open_ = max(0.0, LEAST * size - (high - low)) / 2  # a small change is not drawn as a leap
    low, high = low - open_, high + open_
    ax.set_ylim(low - (high - low) * room, high + (high - low) * room)
    ax.set_xlim(-0.3, len(names) - 0.7)
    bare(ax, bottom=False)


def _multiples(here: AreaFigures, told: list[Told], names: list[str]) -> tuple[Axes, list[Figure]]:
    """Each figure in a small chart of its own, its first and last number written."""
    theme()
    import matplotlib.pyplot as plt

    down = -(-len(told) // 2)
    drawing, grid = plt.subplots(down, 2, figsize=(WIDTH, 1.9 * down + 0.2), squeeze=False)
    drawing.set_layout_engine("constrained", hspace=0.12, wspace=0.12)
    for ax in grid.flat[len(told) :]:
        ax.remove()
    for ax, found in zip(grid.flat, told, strict=False):
        _line(here, ax, found, BLUE)
        _dress(here, ax, names, room=0.4)
        ax.set_xticks([0, len(names) - 1], [names[0], names[-1]])
        for (x, figure), side in ((found[0], "left"), (found[-1], "right")):
            (text,) = texts(here, [figure])
            rises = side == "left" and found[1][1].value > figure.value  # the line goes above it
            shift = (-6, -12) if rises else (-6 if side == "left" else 6, 11)
            beside(ax, x, ends(figure)[0 if rises else 1], text, xytext=shift, ha=side)
        ax.set_title(
            wrapped(found[0][1].label(here.lang)), loc="left", size=SIZE, color=INK, linespacing=1.3
        )
    return drawing.axes[0], [figure for found in told for _, figure in found]


def _slopes(here: AreaFigures, told: list[Told], names: list[str]) -> tuple[Axes, list[Figure]]:
    """Each figure's first and last period joined, as part of the first: who grew, who fell."""
    pairs = [
        (found[0][1], found[-1][1])
        for found in told
        if not any(f.status == BREAK for _, f in found[1:]) and found[0][1].interval.lower > 0
    ]
    if not pairs:
        return _multiples(here, told, names)
    import seaborn as sns

    height = 2.2 * ROW * len(pairs) + 0.8
    ax, labels = axes(height), []
    for first, last in pairs:
        level = float(last.quantity.value / first.quantity.value)
        color = VERMILION if level < 1 else BLUE
        sns.lineplot(x=[0, 1], y=[1, level], color=color, marker="o", ax=ax)
        text = " → ".join(texts(here, (first, last)))
        labels.append((level, color, f"{wrapped(first.label(here.lang))}\n{text}"))
    _at_the_end(ax, 1, labels, inches=height - 0.6)
    ax.set_xticks([0, 1], [names[0], names[-1]])
    ax.set_xlim(-0.15, 1.1)
    bare(ax, bottom=False)
    ax.spines["bottom"].set_visible(False)
    return ax, [figure for pair in pairs for figure in pair]


def _at_the_end(ax: Axes, x: float, labels: list[tuple[float, str, str]], inches: float) -> None:
    """Texts to the right of the ends of lines; those that would lie on one another are moved
    apart, and a thin line leads from each to its end.
    """
    low, high = ax.get_ylim()
    each = (high - low) / inches / 72 * SIZE * 1.35  # what a line of text takes of the axis
    at = low - each
    placed = []
    for level, color, text in sorted(labels):
        half = each * (text.count("\n") + 1) / 2
        at = max(level, at + half)
        placed.append((level, at, color, text))
        at += half
    over = max(0.0, placed[-1][1] - high)  # the column is moved down as far as it is too high
    for level, at, color, text in placed:
        leader = {
            "arrowstyle": "-",
            "color": color,
            "linewidth": 0.7,
            "shrinkB": 4,
            "relpos": (0, 0.5),
        }
        ax.annotate(text, (x, level), (16, (at - over / 2 - level) / (high - low) * inches * 72),
                    textcoords="offset points", va="center", color=color,
                    arrowprops=leader)  # fmt: skip
