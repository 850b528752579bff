"""The top of a page: the area's question, its answer in a sentence, cards, and a picture; all of
them by the area's own rows alone.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from helpers.analysis.periods import like
from helpers.data.formulas import parse_sum
from helpers.data.slices import OVERVIEW
from helpers.telling import charts, wording
from helpers.telling.over_time import over_time, told_of
from helpers.telling.places import compared
from helpers.telling.sentences import can_be_said, render, say
from helpers.telling.tracing import Fragment, joined, missing_labels, nothing, traced, used

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from helpers.analysis.figures import Figure
    from helpers.analysis.report import AreaFigures

FAR_APART = 25  # bars whose lengths differ more are no help
FEW = 20  # things that can be counted by eye
WIDE, HIGH = 110, 24  # of a spark line, in the units of its drawing
MOVED = {"zh": "比{0.before:period}{0:moved}", "en": "{0:moved} from {0.before:period}"}


def question(here: AreaFigures) -> Fragment:
    """The area's question, as ``areas.csv`` has it.

    >>> here.question()
    """
    asked = str(here.row("areas", "area", here.area).get(f"question_{here.lang}", ""))
    if not asked:  # the overview has the questions of all areas
        return nothing([], here.lang)
    return Fragment(f'<p class="name">{escape(asked)}</p>', asked)


def answer(here: AreaFigures) -> Fragment:
    """The area's leading figures in one sentence, each with how it has moved.

    >>> here.answer()
    """
    told = [f.slug for f in here.leading if f.quantity is not None]
    told = told or [f.slug for f in here.indicators["figure"] if f.quantity is not None][:2]
    if not told:
        return nothing([f for f in here.leading if here.had(f.slug)], here.lang)
    zh = "；".join(f"{{{s}:label}}{{{s}}}[，{_moved(s, 'zh')}]" for s in told)
    en = "; ".join(f"{{{s}:label}}: {{{s}}}[, {_moved(s, 'en')}]" for s in told)
    return say(here, zh=f"{zh}。", en=f"{en}.")


def _moved(slug: str, lang: str) -> str:
    return MOVED[lang].replace("{0", f"{{{slug}")


def picture(here: AreaFigures, rows: Sequence[str] = (), *, zh: str = "", en: str = "") -> Fragment:
    """Bars of the figures of ``rows``, the largest first, where two of them were reported; else
    the chart that the area's figures allow: parts in their wholes, counts of named things as
    squares, figures of one unit and kind as bars, else the main one over the years or by place.

    >>> here.picture()
    """
    if len(here.frame(rows).dropna(subset=["value"])) > 1:
        return charts.bars(here, rows, zh=zh, en=en, largest_first=True)
    title = here.name("areas", "area", here.area, "title")
    if here.area == OVERVIEW:  # no row of areas.csv
        title = {"zh": "各领域", "en": "All areas"}[here.lang]
    plain = "".join(sign for sign in title if not sign.isdigit() and sign not in "{}[]")
    if found := pairs(here):
        parts, wholes = (list(slugs) for slugs in zip(*found, strict=True))
        words = {"zh": f"{plain}：总数与其中的部分", "en": f"{plain}: parts of their wholes"}
        return charts.parts(here, parts, wholes, **words)
    if (few := counts(here)) is not None:
        return charts.squares(here, few, zh=f"{plain}：按类计数", en=f"{plain}: counts by kind")
    if (alike := of_one_kind(here)) is not None:
        words = {"zh": f"{plain}：同类数字对照", "en": f"{plain}: figures of one kind"}
        return charts.bars(here, alike, **words)
    slug = main(here)
    if not slug:
        return nothing([], here.lang)
    words = {"zh": f"{{{slug}:label}}", "en": f"{{{slug}:label}}"}
    drawn = over_time(here, slug, **words)
    return compared(here, slug, **words) if drawn.is_empty else drawn


def main(here: AreaFigures) -> str:
    """The slug of the area's first leading figure that is an indicator, or its first indicator."""
    known: list[Figure] = [*here.leading, *here.indicators["figure"]]
    return next((f.slug for f in known if f.kind == "indicator"), "")


def pairs(here: AreaFigures) -> list[tuple[str, str]]:
    """Indicators of which a share of the area makes one a part of the other, both reported."""
    reported = set(here.indicators.dropna(subset=["value"]).index)
    found = []
    for row in here.tables.frames["measures"].to_dict("records"):
        if row["area"] != here.area or row["kind"] != "share":
            continue
        terms = [parse_sum(str(row[side])) for side in ("numerator", "denominator")]
        names = [side[0].name for side in terms if len(side) == 1]
        if len(names) == 2 and set(names) <= reported:
            found.append((names[0], names[1]))
    return found


def counts(here: AreaFigures) -> pd.DataFrame | None:
    """The counts of named things of an area that has little else, few enough to be squares."""
    frame = here.derived
    frame = frame[(frame["form"] == "count") & (frame["value"] > 0) & (frame["value"] <= FEW)]
    alone = here.indicators.empty and len(frame) > 2
    units = {figure.unit_en for figure in frame["figure"]}
    return frame if alone and len(units) == 1 else None


def of_one_kind(here: AreaFigures) -> pd.DataFrame | None:
    """The largest group of reported figures of one unit and kind that bars can show."""
    frame = here.indicators.dropna(subset=["value"])
    frame = frame.assign(unit=[figure.unit for figure in frame["figure"]])
    frame = frame[(frame["lower"] > 0) & ~frame["unit"].isin(["元", "%"])]
    best = None
    for _, group in frame.groupby(["unit", "counts", "form"], sort=False):
        fits = group["upper"].max() <= FAR_APART * group["lower"].min()
        if len(group) > max(1, len(best) if best is not None else 0) and fits:
            best = group
    return best


def cards(here: AreaFigures) -> Fragment:
    """The area's leading figures, large, with what has changed and a line of the years.

    >>> here.cards()
    """
    gone = [f for f in here.leading if f.quantity is None and here.had(f.slug)]
    told = [_card(here, figure) for figure in here.leading if figure.quantity is not None]
    if not told:
        return nothing(gone, here.lang)
    shown = joined(told, '<ul class="cards">{}</ul>')
    return replace(shown, missing=missing_labels(gone, here.lang))


def _card(here: AreaFigures, figure: Figure) -> Fragment:
    label, words = figure.label(here.lang), here.words
    shown = wording.beside_label(figure, here.lang, words=words)
    html = (
        f'<li><span class="big">{traced(figure, here.lang, words, shown)}</span>'
        f'<span class="what">{escape(label)}</span>'
    )
    plain, figures = f"{label}: {shown}", [figure]
    pattern = _moved(figure.slug, here.lang)
    if can_be_said(here, pattern):
        moved = render(here, pattern, here.lang)
        html += f'<span class="moved">{moved.html}</span>'
        plain += f" ({moved.plain})"
        figures += moved.figures
    series = _series(here, figure.slug)
    if len(series) > 2:  # a line of two points tells no more than the sentence
        html += _spark(here, series)
        figures += series
    return Fragment(html + "</li>", plain, used(figures))


def _series(here: AreaFigures, slug: str) -> list[Figure]:
    """The figure of each period as long as the report's, up to its own, in order of time; those
    not reported left out.
    """
    periods = like(here.tables, here.period)
    last = periods.index(here.period) if here.period in periods else -1
    return [figure for at, figure in told_of(here, slug) if at <= last]


def _spark(here: AreaFigures, series: Sequence[Figure]) -> str:
    """A small line of a series, from zero, its numbers told to those who do not see it."""
    highest = max(float(f.quantity.value) for f in series) or 1.0
    step = WIDE / (len(series) - 1)
    points = [
        (3 + at * step, 3 + HIGH * (1 - float(f.quantity.value) / highest))
        for at, f in enumerate(series)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    told = [
        f"{here.period_name(f.period)} {wording.text(f, here.lang, words=here.words)}"
        for f in series
    ]
    alt = escape(("；" if here.lang == "zh" else "; ").join(told))
    x, y = points[-1]
    return (
        f'<svg class="spark" role="img" aria-label="{alt}" viewBox="0 0 {WIDE + 6} {HIGH + 6}">'
        f'<polyline points="{line}" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="currentColor"/></svg>'
    )
