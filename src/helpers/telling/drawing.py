"""Drawing: the house's theme for seaborn, axes, and a finished drawing as a traced fragment."""

from __future__ import annotations

import os
import textwrap
from html import escape
from typing import TYPE_CHECKING

import matplotlib as mpl
import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib import font_manager

from helpers.fonts import FONT
from helpers.telling import paper, wording
from helpers.telling.sentences import Rendered, can_be_said, render
from helpers.telling.svg import INK, svg
from helpers.telling.tracing import Fragment, missing_labels, nothing, used

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from helpers.analysis.figures import Figure
    from helpers.analysis.report import AreaFigures

# Okabe and Ito's palette (2008), the pairs that keep apart best under every colour blindness first
BLUE, VERMILION, GREEN, PINK = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
PALETTE = [BLUE, VERMILION, GREEN, PINK]
QUIET = "#9aa5b1"
WIDTH = 6.2  # inches: keeps labels readable where the page is narrow
LABEL = 28  # characters a line of a row's name
ROW = 0.42  # inches a bar
HATCH = {"facecolor": "none", "linewidth": 0.8, "hatch": "////"}
OPEN = {
    "hatched": {"zh": "斜线为约数的未定部分", "en": "Hatched: what rounding leaves open"},
    "line": {"zh": "粗线为约数的可能范围", "en": "Thick line: where a rounded figure may lie"},
}

_dressed = 0  # the process whose settings are the house's


def theme() -> None:
    """seaborn's white theme with the bundled Chinese font, once a process: a process that was
    forked from one that has it sets it again.
    """
    global _dressed
    if _dressed == os.getpid():
        return
    _dressed = os.getpid()
    sns.set_theme(style="white", palette=PALETTE)
    font_manager.fontManager.addfont(FONT)
    mpl.rcParams.update(
        {
            "font.family": ["Noto Sans SC", "DejaVu Sans"],
            "font.size": 11,
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


theme()


def axes(rows: float) -> Axes:
    """Axes for a number of rows, in the width of a page's column."""
    theme()
    _, ax = plt.subplots(figsize=(WIDTH, ROW * rows + 0.35))
    return ax


def bare(ax: Axes) -> None:
    """Takes away the frame and the number axis: each mark carries its own number."""
    sns.despine(ax=ax, left=True, bottom=True)
    ax.set(xlabel="", ylabel="", xticks=[])
    ax.tick_params(left=False)
    if ax.get_legend():
        ax.get_legend().remove()


def wrapped(label: str) -> str:
    """A row's name on short lines, so that long English names leave room for the bars."""
    latin = label.replace("’", "").isascii()
    return textwrap.fill(label, LABEL, break_long_words=False) if latin else label


def named_rows(ax: Axes, labels: Sequence[str]) -> None:
    """Names beside the rows, the first on top, and nothing else of axes."""
    ax.set_yticks(range(len(labels)), [wrapped(label) for label in labels])
    ax.set_ylim(len(labels) - 0.45, -0.55)
    bare(ax)


def ends(figure: Figure) -> tuple[float, float]:
    """Lower and upper end of a figure; zero where it was not reported."""
    interval = figure.interval
    return (0.0, 0.0) if interval is None else (float(interval.lower), float(interval.upper))


def texts(here: AreaFigures, figures: Iterable[Figure]) -> list[str]:
    """Each figure as it is written beside its mark."""
    words = here.words
    return [wording.beside_label(f, here.lang, words=words) for f in figures]


def chosen(
    here: AreaFigures, rows: pd.DataFrame | Sequence[str] | str
) -> tuple[list[Figure], list[str], list[Figure]]:
    """The reported figures of a frame or of slugs, their labels, and the figures not reported
    that the office has had.

    Raises ValueError for a frame that has no column ``figure``.
    """
    if isinstance(rows, str):
        rows = [rows]
    if not hasattr(rows, "columns"):
        for name in rows:
            if here.find(name) is None:
                here.refuse_outside(name)
        rows = here.frame(rows)
    if "figure" not in rows.columns:
        raise ValueError(
            "表中没有 figure 列；自己算的数请用 here.chart(ax) / the frame has no column 'figure'; "
            "draw numbers of your own with seaborn and publish them by here.chart(ax)"
        )
    labels = (
        rows["label"] if "label" in rows.columns else [f.label(here.lang) for f in rows["figure"]]
    )
    pairs = [(f, str(label)) for f, label in zip(rows["figure"], labels, strict=True)]
    known = [(f, label) for f, label in pairs if getattr(f, "quantity", None) is not None]
    gone = [f for f, _ in pairs if getattr(f, "quantity", 1) is None and here.had(f.slug)]
    return [f for f, _ in known], [label for _, label in known], gone


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
    if not all(can_be_said(here, text) for text in (zh, en)):
        plt.close(ax.figure)
        return nothing(missing, here.lang, [zh if here.lang == "zh" else en])
    titles = {"zh": render(here, zh, "zh"), "en": render(here, en, "en")}
    title = titles[here.lang]
    if here.tables.simulated:
        mark = {"zh": "模拟数据", "en": "SIMULATED DATA"}[here.lang]
        ax.figure.suptitle(mark, x=0.99, ha="right", size=11, color=VERMILION)
    names = names or [f.label(here.lang) for f in figures]
    told = _alt(here, title.plain, figures, names)
    paper.keep(ax.figure)
    drawn = svg(ax.figure, alt or told)
    plt.close(ax.figure)
    key = _key(here, figures, open_as)
    html = (
        f'<figure class="chart"><figcaption><span class="title">{title.html}</span>{key}'
        f"</figcaption>{drawn}{_values(here, title, figures, names)}</figure>"
    )
    return Fragment(
        html,
        alt or told,
        used([*figures, *title.figures]),
        missing=missing_labels(missing, here.lang),
        drawing=drawn.replace("currentColor", INK),
    )


def _values(
    here: AreaFigures, title: Rendered, figures: Sequence[Figure], names: Sequence[str]
) -> str:
    """The figures of a drawing as a table that opens below it, for whoever cannot see it or
    wants to take them away.
    """
    zh = here.lang == "zh"
    rows = dict.fromkeys(
        f'<tr><th scope="row">{escape(name)}</th><td class="number"><data'
        f' value="{figure.as_json()["value"]}" data-figure="{escape(figure.key)}">{escape(text)}'
        "</data></td></tr>"
        for name, figure, text in zip(names, figures, texts(here, figures), strict=True)
    )
    if not rows:
        return ""
    heads = ("名称", "数值") if zh else ("Name", "Figure")
    return (
        f'<details class="values"><summary>{"图中数据" if zh else "Chart figures"}</summary>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(title.plain)}">'
        f'<table class="figures"><caption>{title.html}</caption><thead><tr><th scope="col">'
        f'{heads[0]}</th><th scope="col" class="number">{heads[1]}</th></tr></thead><tbody>'
        f"{''.join(rows)}</tbody></table></div></details>"
    )


def _alt(here: AreaFigures, title: str, figures: Sequence[Figure], names: Sequence[str]) -> str:
    """The title and every figure in words, for those who do not see the drawing."""
    pairs = zip(names, texts(here, figures), strict=True)
    told = [f"{name} {text}" for name, text in pairs]
    if not told:
        return title
    return f"{title}：{'；'.join(told)}。" if here.lang == "zh" else f"{title}: {'; '.join(told)}."


def _key(here: AreaFigures, figures: Sequence[Figure], open_as: str) -> str:
    """The source line, and how to read what rounding leaves open where there is any."""
    titles = {f.source_zh if here.lang == "zh" else f.source_en for f in roots(figures)}
    parts = []
    if open_as and any(not f.is_exact for f in figures):
        parts.append(OPEN[open_as][here.lang])
    listed = sorted(filter(None, titles))
    if listed:
        parts.append(
            f"来源：{'；'.join(listed)}" if here.lang == "zh" else f"Source: {'; '.join(listed)}"
        )
    if not parts:
        return ""
    text = ("。" if here.lang == "zh" else ". ").join(parts)
    return f' <span class="source">{escape(text)}</span>'


def roots(figures: Iterable[Figure]) -> list[Figure]:
    """The figures of which others are made."""
    found: list[Figure] = []
    for figure in figures:
        found.extend(roots(figure.inputs) if figure.inputs else [figure])
    return found
