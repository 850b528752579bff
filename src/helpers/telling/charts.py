"""Charts: seaborn drawings dressed in the house style, with intervals and direct labels.

A notebook draws with seaborn and hands the axes to :func:`finish`, which draws what rounding
leaves open, writes every figure beside its mark, and turns the drawing into a traced fragment.
Forms that seaborn lacks are in :mod:`helpers.telling.forms`.
"""

from __future__ import annotations

import os
import textwrap
from html import escape
from typing import TYPE_CHECKING

import matplotlib as mpl
import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib import font_manager

from helpers.analysis.figures import Figure
from helpers.fonts import FONT
from helpers.telling import paper, wording
from helpers.telling.sentences import render
from helpers.telling.svg import INK, svg
from helpers.telling.tables import note
from helpers.telling.tracing import Fragment, used

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from helpers.analysis.study import Study

# Okabe and Ito's palette (2008), the pairs that keep apart best under every colour blindness first
BLUE, VERMILION, GREEN, PINK = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
PALETTE = [BLUE, VERMILION, GREEN, PINK]
QUIET = "#9aa5b1"
WIDTH = 6.2  # inches: keeps labels readable where the page is narrow
LABEL = 28  # characters a line of a row's name
ROW = 0.42  # inches a bar
OPEN = {
    "hatched": {"zh": "斜线为约数的未定部分", "en": "Hatched: what rounding leaves open"},
    "line": {"zh": "粗线为约数的可能范围", "en": "Thick line: where a rounded figure may lie"},
}


_dressed = 0  # the process whose settings are the house's


def theme() -> None:
    """seaborn's white theme with the bundled Chinese font, once a process: on import, and when
    a notebook asks for this module in a process that got it imported from its parent.
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


def bare(ax: Axes) -> None:
    """Takes away the frame and the number axis: each mark carries its own number."""
    sns.despine(ax=ax, left=True, bottom=True)
    ax.set(xlabel="", ylabel="", xticks=[])
    ax.tick_params(left=False)
    if ax.get_legend():
        ax.get_legend().remove()


def wrapped(label: str) -> str:
    """A row's name on short lines, so that long English names leave room for the bars."""
    return (
        textwrap.fill(label, LABEL, break_long_words=False)
        if label.replace("’", "").isascii()
        else label
    )


def open_ends(ax: Axes, figures: Sequence[Figure]) -> None:
    """Extends each horizontal bar from what is certain to where its interval ends, hatched."""
    for bar, figure in zip(_bars(ax), figures, strict=False):
        interval = figure.interval
        if interval is None or interval.exact:
            continue
        start, end = float(interval.lower), float(interval.upper)
        ax.barh(
            bar.get_y() + bar.get_height() / 2,
            end - start,
            height=bar.get_height(),
            left=start,
            facecolor="none",
            edgecolor=bar.get_facecolor(),
            linewidth=0.8,
            hatch="////",
        )


def _bars(ax: Axes) -> list:
    return [bar for container in ax.containers for bar in container]


def _one_colour(ax: Axes) -> None:
    """Bars that seaborn drew in one muted colour get the palette's full blue."""
    bars = _bars(ax)
    if len({bar.get_facecolor() for bar in bars}) == 1:
        for bar in bars:
            bar.set(facecolor=BLUE, edgecolor="none")


def _write(ax: Axes, figures: Sequence[Figure], texts: Sequence[str]) -> None:
    """Each bar's figure in its written form, beside its end."""
    bars = _bars(ax)[: len(figures)]
    widest = max((float(f.interval.upper) for f in figures if f.interval), default=1.0) or 1.0
    for bar, figure, text in zip(bars, figures, texts, strict=False):
        end = float(figure.interval.upper) if figure.interval else 0.0
        ax.text(end + widest * 0.012, bar.get_y() + bar.get_height() / 2, text, va="center")
    ax.set_xlim(0, widest * 1.22)


def finish(here: Study, ax: Axes, frame: pd.DataFrame, *, zh: str, en: str) -> Fragment:
    """Horizontal seaborn bars of ``frame["lower"]`` by ``frame["label"]`` as a finished chart.

    ``frame`` has a row a bar, in the order drawn, with its figure in ``figure``; ``zh`` and
    ``en`` are the title (names in braces, no typed digits). Figures not reported keep their
    row and say so.
    """
    figures = list(frame["figure"])
    words = here.policy
    texts = [wording.beside_label(f, here.lang, words=words) for f in figures]
    bare(ax)
    ax.set_yticks(range(len(figures)), [wrapped(label) for label in frame["label"]])
    _one_colour(ax)
    _write(ax, figures, texts)
    open_ends(ax, figures)
    ax.figure.set_size_inches(WIDTH, ROW * len(figures) + 0.35)
    return published(here, ax, figures, zh=zh, en=en)


def published(
    here: Study,
    ax: Axes,
    figures: Sequence[Figure],
    *,
    zh: str,
    en: str,
    names: Sequence[str] = (),
    open_as: str = "hatched",
) -> Fragment:
    """Axes that are already drawn and labelled as a fragment with title, alt text and source.

    The alt text calls each figure by its label, or by its place in ``names`` where given;
    ``open_as`` tells how the drawing shows what rounding leaves open (hatched | line).

    The drawing is closed, so that a notebook shows it once. Where none of the figures was
    reported there is no chart but a note.
    """
    titles = {"zh": render(here, zh, "zh"), "en": render(here, en, "en")}
    title_html, title, named = titles[here.lang]
    known = [f for f in figures if f.quantity is not None]
    if not known:
        plt.close(ax.figure)
        return note(here, zh=f"{title}：没有可绘的数据。", en=f"{title}: nothing to draw.")
    if here.tables.simulated:
        mark = {"zh": "模拟数据", "en": "SIMULATED DATA"}[here.lang]
        ax.figure.suptitle(mark, x=0.99, ha="right", size=11, color=VERMILION)
    alt = _alt(here, title, figures, names or [f.label(here.lang) for f in figures])
    paper.keep(ax.figure)
    drawing = svg(ax.figure, alt)
    plt.close(ax.figure)
    key = _key(here, known, open_as)
    html = (
        f'<figure class="chart"><figcaption><span class="title">{title_html}</span>{key}'
        f"</figcaption>{drawing}</figure>"
    )
    return Fragment(html, alt, used([*known, *named]))


def _alt(here: Study, title: str, figures: Sequence[Figure], names: Sequence[str]) -> str:
    """The title and every figure in words, for those who do not see the drawing."""
    words = here.policy
    told = [
        f"{name} {wording.beside_label(f, here.lang, words=words)}"
        for name, f in zip(names, figures, strict=True)
    ]
    return f"{title}：{'；'.join(told)}。" if here.lang == "zh" else f"{title}: {'; '.join(told)}."


def _key(here: Study, figures: Sequence[Figure], open_as: str) -> str:
    """The source line, and how to read what rounding leaves open where there is any."""
    titles = {f.source_zh if here.lang == "zh" else f.source_en for f in _roots(figures)}
    parts = []
    if any(not f.is_exact for f in figures):
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


def _roots(figures: Sequence[Figure]) -> list[Figure]:
    found: list[Figure] = []
    for figure in figures:
        found.extend(_roots(figure.inputs) if figure.inputs else [figure])
    return found
