"""Charts over time: lines, small multiples, slopes. Like periods only with like; where the
definition changes the line is broken and marked; nothing where there is one period.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import seaborn as sns

from helpers.analysis.changes import BREAK
from helpers.analysis.measures import figures_of
from helpers.analysis.periods import like
from helpers.telling.drawing import (
    BLUE,
    PALETTE,
    QUIET,
    VERMILION,
    WIDTH,
    ends,
    published,
    texts,
    theme,
    wrapped,
)
from helpers.telling.svg import INK
from helpers.telling.tracing import Fragment, nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from helpers.analysis.figures import Figure
    from helpers.analysis.report import AreaFigures

FORMS = ("lines", "multiples", "slopes")
MOST_LABELLED = 7  # points that have room for their numbers
BROKEN = {"zh": "口径变化", "en": "new definition"}

Series = "list[Figure | None]"


def series(here: AreaFigures, slug: str, region: str = "") -> tuple[list[str], Series]:
    """The periods as long as the report's, and the figure of each, None where not reported;
    from the first that has one to the last.
    """
    periods = like(here.tables, here.period)
    found = [figures_of(here.tables, region or here.region, p).get(slug) for p in periods]
    known = [
        f if f is not None and f.quantity is not None and f.period == p else None
        for p, f in zip(periods, found, strict=True)
    ]
    at = [number for number, figure in enumerate(known) if figure is not None]
    return (periods[at[0] : at[-1] + 1], known[at[0] : at[-1] + 1]) if at else ([], [])


def over_time(
    here: AreaFigures, slugs: Sequence[str] | str, *, form: str, zh: str, en: str
) -> Fragment:
    """Figures over the years (see ``AreaReport.over_time``)."""
    if form not in FORMS:
        raise ValueError(f"form={form!r}: 可选的有 / one of {', '.join(FORMS)}")
    slugs = [slugs] if isinstance(slugs, str) else list(slugs)
    for slug in slugs:
        if slug not in here.book:
            here.refuse_outside(slug)
    told = [(slug, *series(here, slug)) for slug in slugs]
    told = [(slug, ps, fs) for slug, ps, fs in told if sum(f is not None for f in fs) > 1]
    if not told:
        return nothing([], here.lang, [zh if here.lang == "zh" else en])
    draw = {"lines": _lines, "multiples": _multiples, "slopes": _slopes}[form]
    ax, figures, names = draw(here, told)
    open_as = "" if form == "slopes" else "line"
    return published(here, ax, figures, zh=zh, en=en, names=names, open_as=open_as)


def _lines(here: AreaFigures, told: list) -> tuple[Axes, list[Figure], list[str]]:
    """Figures of one unit on one axis; of several units, each on its own."""
    units = {f.unit for _, _, fs in told for f in fs if f is not None}
    if (len(told) > 1 and len(units) > 1) or len(told) > len(PALETTE):
        return _multiples(here, told)
    theme()
    _, ax = plt.subplots(figsize=(WIDTH, 2.6))
    periods = list(dict.fromkeys(p for _, ps, _ in told for p in ps))
    periods = [p for p in like(here.tables, here.period) if p in periods]
    figures, names = [], []
    for (_, ps, fs), color in zip(told, PALETTE, strict=False):
        at = [periods.index(p) for p in ps]
        figures += _line(here, ax, at, fs, color, labelled=len(told) == 1)
        names += _named(here, ps, fs)
        if len(told) > 1:
            _at_the_end(here, ax, at, fs, color)
    _dress(here, ax, periods)
    return ax, figures, names


def _line(
    here: AreaFigures, ax: Axes, at: Sequence[int], fs: Series, color: str, *, labelled: bool
) -> list[Figure]:
    """One figure over time: runs without a gap or a break are joined."""
    for run in _runs(at, fs):
        values = [float(f.quantity.value) for _, f in run]
        sns.lineplot(x=[x for x, _ in run], y=values, color=color, marker="o", ax=ax, zorder=3)
        for x, figure in run:
            ax.vlines(x, *ends(figure), color=color, linewidth=3)
    known = [(x, f) for x, f in zip(at, fs, strict=True) if f is not None]
    for x, figure in known[1:]:
        if figure.status == BREAK:
            ax.axvline(x - 0.5, color=QUIET, linewidth=1, linestyle=(0, (4, 3)))
            ax.annotate(BROKEN[here.lang], (x - 0.5, 1), xycoords=("data", "axes fraction"),
                        ha="center", va="bottom", size=9)  # fmt: skip
    if labelled:
        shown = known if len(known) <= MOST_LABELLED else [known[0], known[-1]]
        for (x, figure), text in zip(shown, texts(here, [f for _, f in shown]), strict=True):
            beside = {"xytext": (0, 9), "textcoords": "offset points"}
            ax.annotate(text, (x, ends(figure)[1]), ha="center", size=10, **beside)
    return [f for _, f in known]


def _runs(at: Sequence[int], fs: Series) -> list[list[tuple[int, Figure]]]:
    runs: list[list[tuple[int, Figure]]] = [[]]
    for x, figure in zip(at, fs, strict=True):
        if figure is None or figure.status == BREAK:
            runs.append([])
        if figure is not None:
            runs[-1].append((x, figure))
    return [run for run in runs if run]


def _at_the_end(here: AreaFigures, ax: Axes, at: Sequence[int], fs: Series, color: str) -> None:
    """The label and the last number of a line, at its end."""
    x, figure = next((x, f) for x, f in zip(at[::-1], fs[::-1], strict=True) if f is not None)
    text = f"{wrapped(figure.label(here.lang))} {texts(here, [figure])[0]}"
    beside = {"xytext": (9, 0), "textcoords": "offset points"}
    ax.annotate(
        text, (x, float(figure.quantity.value)), va="center", color=color, size=10, **beside
    )


def _dress(here: AreaFigures, ax: Axes, periods: Sequence[str]) -> None:
    """Periods below, from zero up, the report's own period set apart."""
    ax.set_xticks(range(len(periods)), [here.period_name(p) for p in periods])
    for label, period in zip(ax.get_xticklabels(), periods, strict=True):
        label.set_color(VERMILION if period == here.period else INK)
    low, high = ax.get_ylim()
    ax.set_ylim(min(0.0, low), high + (high - min(0.0, low)) * 0.12)
    ax.set_xlim(-0.45, len(periods) - 0.55)
    sns.despine(ax=ax, left=True)
    ax.set(xlabel="", ylabel="", yticks=[])


def _multiples(here: AreaFigures, told: list) -> tuple[Axes, list[Figure], list[str]]:
    """Each figure in a small chart of its own, from zero."""
    theme()
    across = 2
    down = -(-len(told) // across)
    drawing, grid = plt.subplots(down, across, figsize=(WIDTH, 1.8 * down + 0.2), squeeze=False)
    drawing.set_layout_engine("constrained", hspace=0.16, wspace=0.06)
    figures, names = [], []
    for place in range(across * down):
        ax = grid[place // across][place % across]
        if place >= len(told):
            ax.remove()
            continue
        _, ps, fs = told[place]
        figures += _line(here, ax, range(len(ps)), fs, BLUE, labelled=False)
        names += _named(here, ps, fs)
        _dress(here, ax, ps)
        _first_and_last(here, ax, fs)
        _sparse(ax, ps)
        label = next(f for f in fs if f is not None).label(here.lang)
        ax.set_title(wrapped(label), loc="left", size=10, color=INK)
    return drawing.axes[0], figures, names


def _first_and_last(here: AreaFigures, ax: Axes, fs: Series) -> None:
    known = [(x, f) for x, f in enumerate(fs) if f is not None]
    for (x, figure), text, side in zip(
        (known[0], known[-1]), texts(here, (known[0][1], known[-1][1])), ("left", "right"),
        strict=True,
    ):  # fmt: skip
        beside = {"xytext": (-6 if side == "left" else 6, 7), "textcoords": "offset points"}
        ax.annotate(text, (x, ends(figure)[1]), ha=side, size=9, **beside)


def _sparse(ax: Axes, periods: Sequence[str]) -> None:
    """Only the first and the last period below a small chart."""
    ticks = ax.get_xticklabels()
    ax.set_xticks([0, len(periods) - 1], [ticks[0].get_text(), ticks[-1].get_text()])
    ax.tick_params(labelsize=9)


def _slopes(here: AreaFigures, told: list) -> tuple[Axes, list[Figure], list[str]]:
    """Each figure's first and last period joined, as percent of the first: who grew, who fell."""
    theme()
    _, ax = plt.subplots(figsize=(WIDTH, 0.5 * len(told) + 1.4))
    figures, names, last = [], [], []
    for _, ps, fs in told:
        known = [(p, f) for p, f in zip(ps, fs, strict=True) if f is not None]
        if any(f.status == BREAK for _, f in known[1:]) or not known[0][1].interval.lower > 0:
            continue
        (_, first), (_, now) = known[0], known[-1]
        level = float(now.quantity.value / first.quantity.value)
        color = VERMILION if level < 1 else BLUE
        sns.lineplot(x=[0, 1], y=[1, level], color=color, marker="o", ax=ax)
        text = f"{first.label(here.lang)} {' → '.join(texts(here, (first, now)))}"
        last.append((level, wrapped(text), color))
        figures += [first, now]
        names += _named(here, [known[0][0], known[-1][0]], [first, now])
    if not figures:
        plt.close(ax.figure)
        return _multiples(here, told)
    _spread(ax, last)
    ends_at = [told[0][1][0], told[0][1][-1]]
    ax.set_xticks([0, 1], [here.period_name(p) for p in ends_at])
    ax.set_xlim(-0.15, 2.6)
    sns.despine(ax=ax, left=True, bottom=True)
    ax.set(xlabel="", ylabel="", yticks=[])
    return ax, figures, names


def _spread(ax: Axes, last: list[tuple[float, str, str]]) -> None:
    """Texts at the ends of slopes, moved apart where they would lie on one another."""
    low, high = min(1.0, *(y for y, _, _ in last)), max(1.0, *(y for y, _, _ in last))
    room = max(high - low, 0.1) / max(3, len(last)) * 1.05
    at = low - room
    for level, text, color in sorted(last):
        at = max(level, at + room)
        leader = {"arrowstyle": "-", "color": color, "linewidth": 0.6}
        ax.annotate(
            text, (1, level), (1.12, at), va="center", color=color, size=9.5, arrowprops=leader
        )
    ax.set_ylim(low - room * 0.6, max(high, at) + room * 0.6)


def _named(here: AreaFigures, periods: Sequence[str], fs: Series) -> list[str]:
    return [
        f"{f.label(here.lang)} {here.period_name(p)}"
        for p, f in zip(periods, fs, strict=True)
        if f is not None
    ]
