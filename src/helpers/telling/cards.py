"""Cards: the leading figures of an area, large, with what has changed and the way there."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from helpers.analysis.measures import figures_of
from helpers.analysis.periods import like
from helpers.telling import wording
from helpers.telling.sentences import can_be_said, render
from helpers.telling.tracing import Fragment, missing_labels, nothing, traced, used

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.analysis.figures import Figure
    from helpers.analysis.report import AreaFigures

WIDE, HIGH = 110, 24  # of a spark line, in the units of its drawing
MOVED = {"zh": "比{0.before:period}{0:moved}", "en": "{0:moved} from {0.before:period}"}


def cards(here: AreaFigures) -> Fragment:
    """The area's leading figures, those not reported left out."""
    chosen = [f for f in here.leading if f.quantity is not None]
    gone = [f for f in here.leading if f.quantity is None and here.had(f.slug)]
    if not chosen:
        return nothing(gone, here.lang)
    parts = [_card(here, figure) for figure in chosen]
    html = f'<ul class="cards">{"".join(part.html for part in parts)}</ul>'
    plain = "\n".join(part.plain for part in parts)
    figures = {key: value for part in parts for key, value in part.figures.items()}
    return Fragment(html, plain, figures, missing=missing_labels(gone, here.lang))


def _card(here: AreaFigures, figure: Figure) -> Fragment:
    label, words = figure.label(here.lang), here.words
    shown = wording.beside_label(figure, here.lang, words=words)
    html = (
        f'<li><span class="big">{traced(figure, here.lang, words, shown)}</span>'
        f'<span class="what">{escape(label)}</span>'
    )
    plain, figures = f"{label}: {shown}", [figure]
    pattern = MOVED[here.lang].replace("{0", "{" + figure.slug)
    if can_be_said(here, pattern):
        moved = render(here, pattern, here.lang)
        html += f'<span class="moved">{moved.html}</span>'
        plain += f" ({moved.plain})"
        figures += moved.figures
    series = series_of(here, figure.slug)
    if len(series) > 2:  # a line of two points tells no more than the sentence
        html += spark(here, series)
        figures += series
    return Fragment(html + "</li>", plain, used(figures))


def series_of(here: AreaFigures, slug: str, region: str = "") -> list[Figure]:
    """The figure of each period as long as the report's, up to its own, in order of time; those
    not reported left out.
    """
    periods = like(here.tables, here.period)
    until = periods[: periods.index(here.period) + 1] if here.period in periods else []
    found = [figures_of(here.tables, region or here.region, p).get(slug) for p in until]
    known = zip(until, found, strict=True)
    return [f for p, f in known if f is not None and f.quantity is not None and f.period == p]


def spark(here: AreaFigures, series: Sequence[Figure]) -> str:
    """A small line of a series, from zero, its numbers told to those who do not see it."""
    highest = max(float(f.quantity.value) for f in series) or 1.0
    step = WIDE / (len(series) - 1)
    points = [
        (3 + at * step, 3 + HIGH * (1 - float(f.quantity.value) / highest))
        for at, f in enumerate(series)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    words = here.words
    told = [
        f"{here.period_name(f.period)} {wording.text(f, here.lang, words=words)}" for f in series
    ]
    alt = escape(("；" if here.lang == "zh" else "; ").join(told))
    x, y = points[-1]
    return (
        f'<svg class="spark" role="img" aria-label="{alt}" viewBox="0 0 {WIDE + 6} {HIGH + 6}">'
        f'<polyline points="{line}" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="currentColor"/></svg>'
    )
