"""Drawing: the house's theme for seaborn, axes, and a finished drawing as a traced fragment.

A drawing is as wide as a phone shows it, with text of the size that is read there: nothing has to
be scrolled, and a wider window shows it larger. Libraries are loaded with the first drawing.
"""

from __future__ import annotations

import io
import os
import textwrap
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape
from typing import TYPE_CHECKING

from helpers.fonts import FONT
from helpers.telling import wording
from helpers.telling.sentences import can_be_said, render
from helpers.telling.tables import grid
from helpers.telling.tracing import Fragment, missing_labels, nothing, traced, used

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from helpers.analysis.figures import Figure
    from helpers.analysis.report import AreaFigures

# Okabe and Ito's palette (2008), the pairs that keep apart best under every colour blindness first
BLUE, VERMILION, GREEN, PINK = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
PALETTE = [BLUE, VERMILION, GREEN, PINK]
INK = "#0b0c0c"  # drawn as the reader's text colour, so that dark pages stay readable
QUIET = "#9aa5b1"
WIDTH = 4.8  # inches, 346 points: a phone's column, so that text keeps its size there
SIZE = 11  # points of all text: no smaller on a phone
LINE = 13  # Chinese characters a line of a row's name
ROW = 0.42  # inches a row
DASHED = (0, (4, 3))
HATCH = {"facecolor": "none", "linewidth": 0.8, "hatch": "////"}
OPEN = {
    "hatched": {"zh": "斜线为约数的未定部分", "en": "Hatched: what rounding leaves open"},
    "line": {"zh": "粗线为约数的可能范围", "en": "Thick line: where a rounded figure may lie"},
}
PAPER = {"dpi": 220, "facecolor": "white", "metadata": {"Software": None}}

_dressed = 0  # the process whose settings are the house's
_kept: ContextVar[list[bytes] | None] = ContextVar("charts_for_paper", default=None)


def theme() -> None:
    """seaborn's white theme with the bundled Chinese font, once a process: a process that was
    forked from one that has it sets it again.
    """
    global _dressed
    if _dressed == os.getpid():
        return
    import matplotlib as mpl
    import seaborn as sns
    from matplotlib import font_manager

    _dressed = os.getpid()
    sns.set_theme(style="white", palette=PALETTE)
    font_manager.fontManager.addfont(FONT)
    mpl.rcParams.update(
        {
            "font.family": ["Noto Sans SC", "DejaVu Sans"],
            "font.size": SIZE,
            "xtick.labelsize": SIZE,
            "ytick.labelsize": SIZE,
            "legend.fontsize": SIZE,
            "axes.labelsize": SIZE,
            "axes.titlesize": SIZE,
            "figure.figsize": (WIDTH, 3.4),
            "svg.fonttype": "none",
            "svg.hashsalt": "half-the-sky",
            "figure.constrained_layout.use": True,
            "figure.facecolor": "none",
            "axes.facecolor": "none",
            "savefig.facecolor": "none",
            "hatch.linewidth": 0.8,
            **{f"{part}.color": INK for part in ("text", "xtick", "ytick")},
            "axes.labelcolor": INK,
        }
    )


def axes(height: float) -> Axes:
    """Empty axes in the width of a page's column, some inches high."""
    theme()
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(WIDTH, height))[1]


def row_axes(labels: Sequence[str], more: float = 0.0) -> Axes:
    """Axes with a row for each name, the first on top, and nothing else of axes; ``more`` inches
    for what stands below.
    """
    names = [wrapped(label) for label in labels]
    lines = max(name.count("\n") + 1 for name in names)
    ax = axes(ROW * len(names) * max(1.0, 0.52 * lines) + 0.35 + more)
    ax.set_yticks(range(len(names)), names, linespacing=1.3)
    ax.set_ylim(len(names) - 0.45, -0.55)
    return ax


def bare(ax: Axes, *, bottom: bool = True) -> None:
    """Takes away the frame, the titles and the number axes: each mark carries its own number."""
    import seaborn as sns

    sns.despine(ax=ax, left=True, bottom=bottom)
    ax.set(xlabel="", ylabel="", **({"xticks": []} if bottom else {"yticks": []}))
    ax.tick_params(left=False)


def wrapped(label: str, line: int = LINE) -> str:
    """A name on short lines of about the same length, ``line`` Chinese characters or twice as
    many Latin letters at most.
    """
    if label.replace("’", "").isascii():
        return textwrap.fill(label, 2 * line, break_long_words=False)
    count = -(-len(label) // line)
    each = -(-len(label) // count)
    return "\n".join(label[at : at + each] for at in range(0, len(label), each))


def beside(ax: Axes, x: float, y: float, text: str, **more: object) -> None:
    """A text to the right of a mark, or where ``xytext`` (points) puts it."""
    place = {"xytext": (5, 0), "textcoords": "offset points", "va": "center", "linespacing": 1.3}
    ax.annotate(text, (x, y), **{**place, **more})


def ends(figure: Figure) -> tuple[float, float]:
    """Lower and upper end of a figure; zero where it was not reported."""
    interval = figure.interval
    return (0.0, 0.0) if interval is None else (float(interval.lower), float(interval.upper))


def texts(here: AreaFigures, figures: Iterable[Figure]) -> list[str]:
    """Each figure as it is written beside its mark."""
    return wording.column(list(figures), here.lang, words=here.words)


def chosen(
    here: AreaFigures, rows: pd.DataFrame | Sequence[str] | str
) -> tuple[list[Figure], list[str], list[Figure]]:
    """The reported figures of a frame or of slugs, their labels, and the figures not reported
    that the office has had.

    Raises ValueError for a frame that has no column ``figure``.
    """
    if not hasattr(rows, "columns"):
        rows = here.frame([rows] if isinstance(rows, str) else rows)
    if "figure" not in rows.columns:
        raise ValueError(
            "表中没有 figure 列；自己算的数请用 here.chart(ax) / the frame has no column 'figure'; "
            "draw numbers of your own with seaborn and publish them by here.chart(ax)"
        )
    labels = rows.get("label", [f.label(here.lang) for f in rows["figure"]])
    pairs = [(f, str(label)) for f, label in zip(rows["figure"], labels, strict=True)]
    told = [(f, label) for f, label in pairs if getattr(f, "quantity", None) is not None]
    gone = [f for f, _ in pairs if getattr(f, "quantity", 1) is None and here.had(f.slug)]
    return [f for f, _ in told], [label for _, label in told], gone


def published(
    here: AreaFigures,
    ax: Axes,
    figures: Sequence[Figure],
    *,
    zh: str,
    en: str,
    names: Sequence[str] = (),
    open_as: str = "hatched",
    alt: str = "",
    missing: Sequence[Figure | str] = (),
) -> Fragment:
    """Axes that are drawn and labelled as a fragment with title, alt text and source.

    The alt text calls each figure by its label, or by its place in ``names`` where given;
    ``open_as`` tells how the drawing shows what rounding leaves open (hatched | line | "").
    The drawing is closed, so that a notebook shows it once.
    """
    import matplotlib.pyplot as plt

    from helpers.telling.svg import svg

    text = zh if here.lang == "zh" else en
    title = render(here, text, here.lang)
    if not all(can_be_said(here, either) for either in (zh, en)):
        plt.close(ax.figure)
        return nothing(missing, here.lang, [text])
    if here.tables.simulated:
        mark = {"zh": "模拟数据", "en": "SIMULATED DATA"}[here.lang]
        ax.figure.suptitle(mark, x=0.99, ha="right", size=SIZE, color=VERMILION)
    names = names or [f.label(here.lang) for f in figures]
    told = list(zip(names, figures, texts(here, figures), strict=True))
    alt = alt or _alt(here.lang, title.plain, told)
    _keep(ax.figure)
    drawn = svg(ax.figure, alt)
    plt.close(ax.figure)
    html = (
        f'<figure class="chart"><figcaption><span class="title">{title.html}</span>'
        f"{_key(here, figures, open_as)}</figcaption>{drawn}"
        f"{_values(here, title.html, told)}</figure>"
    )
    return Fragment(
        html,
        alt,
        used([*figures, *title.figures]),
        missing=missing_labels(missing, here.lang),
        drawing=drawn.replace("currentColor", INK),
    )


def _values(here: AreaFigures, title: str, told: Sequence[tuple[str, Figure, str]]) -> str:
    """The figures of a drawing as a table that opens below it, for whoever cannot see it or
    wants to take them away.
    """
    rows = dict.fromkeys(
        f'<tr><th scope="row">{escape(name)}</th><td class="number">'
        f"{traced(figure, here.lang, here.words, text)}</td></tr>"
        for name, figure, text in told
    )
    if not rows:
        return ""
    what, *heads = {"zh": ("图中数据", "名称", "数值"), "en": ("Chart figures", "Name", "Figure")}[
        here.lang
    ]
    table = grid(title, heads, "".join(rows), label=what, numbers=heads[1:])
    return f'<details class="values"><summary>{what}</summary>{table}</details>'


def _alt(lang: str, title: str, told: Sequence[tuple[str, Figure, str]]) -> str:
    """The title and every figure in words, for those who do not see the drawing."""
    said = dict.fromkeys(f"{name} {text}" for name, _, text in told)
    if not said:
        return title
    return f"{title}：{'；'.join(said)}。" if lang == "zh" else f"{title}: {'; '.join(said)}."


def _key(here: AreaFigures, figures: Sequence[Figure], open_as: str) -> str:
    """The source line, and how to read what rounding leaves open where there is any."""
    zh = here.lang == "zh"
    parts = []
    if open_as and any(not f.is_exact for f in figures):
        parts.append(OPEN[open_as][here.lang])
    titles = {f.source_zh if zh else f.source_en for f in roots(figures)}
    if listed := sorted(filter(None, titles)):
        parts.append(f"来源：{'；'.join(listed)}" if zh else f"Source: {'; '.join(listed)}")
    text = ("。" if zh else ". ").join(parts)
    return f' <span class="source">{escape(text)}</span>' if text else ""


def roots(figures: Iterable[Figure]) -> list[Figure]:
    """The figures of which others are made."""
    found: list[Figure] = []
    for figure in figures:
        found.extend(roots(figure.inputs) if figure.inputs else [figure])
    return found


@contextmanager
def printing() -> Iterator[list[bytes]]:
    """Within it every chart that is finished is also kept as a PNG for paper, in order."""
    pictures: list[bytes] = []
    token = _kept.set(pictures)
    try:
        yield pictures
    finally:
        _kept.reset(token)


def _keep(drawing: object) -> None:
    pictures = _kept.get()
    if pictures is not None:
        buffer = io.BytesIO()
        drawing.savefig(buffer, format="png", **PAPER)
        pictures.append(buffer.getvalue())
