"""Comparison: what a draft says of the period before, where the figures decide it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.analysis.changes import CHANGE, DOWN, GROWTH, OPEN, SAME, UP, direction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from helpers.analysis.figures import Figure
    from helpers.analysis.report import AreaFigures

MOST = 5  # changes told in prose: the table has them all
GROWTH_FROM = 100  # a growth in percent says little of a smaller figure
MOVES = {
    UP: {"zh": ("增加", "提高"), "en": ("up by", "up by")},
    DOWN: {"zh": ("减少", "降低"), "en": ("down by", "down by")},
}
STEADY = {
    SAME: {"zh": "持平", "en": "unchanged"},
    OPEN: {"zh": "因约数未定", "en": "left open by rounding"},
    UP: {"zh": "增幅未定", "en": "up"},
    DOWN: {"zh": "降幅未定", "en": "down"},
}


def earlier(past: Mapping[str, Figure], slug: str) -> Figure | None:
    """The figure's predecessor, None where there is none to compare with."""
    change = past.get(f"{slug}.{CHANGE}")
    return change.inputs[1] if change else None


def in_words(past: Mapping[str, Figure], slug: str, lang: str) -> str:
    """A change as a table says it: 增加244对; down by 3; unchanged; "" where there is none."""
    change = past.get(f"{slug}.{CHANGE}")
    if change is None:
        return ""
    way = direction(change)
    if way in MOVES and _tellable(change):
        return _moved(change, way, lang)
    return STEADY[way][lang]


def undecided(past: Mapping[str, Figure], figures: Sequence[Figure]) -> list[Figure]:
    """The figures whose rise or fall rounding leaves open."""
    changed = [(f, past.get(f"{f.slug}.{CHANGE}")) for f in figures]
    return [f for f, change in changed if change and direction(change) == OPEN]


def sentences(here: AreaFigures, past: Mapping[str, Figure]) -> list[str]:
    """One sentence a former period: the leading figures first, at most ``MOST`` changes."""
    own = [*here.leading, *here.indicators["figure"], *here.derived["figure"]]
    changed = {f.slug: f for f in own if f"{f.slug}.{CHANGE}" in past}
    periods: dict[str, list[Figure]] = {}
    for figure in changed.values():
        periods.setdefault(earlier(past, figure.slug).period, []).append(figure)
    told = [_sentence(here, past, period, figures) for period, figures in periods.items()]
    return [text for text in told if text]


def _sentence(
    here: AreaFigures, past: Mapping[str, Figure], period: str, figures: Sequence[Figure]
) -> str:
    moves, steady, lang = [], [], here.lang
    for figure in figures:
        change = past[f"{figure.slug}.{CHANGE}"]
        way = direction(change)
        if way == SAME:
            steady.append(figure.label(lang))
        elif way in MOVES and _tellable(change):
            growth = past.get(f"{figure.slug}.{GROWTH}")
            moves.append(_clause(figure, change, growth, way, lang))
    moves = moves[:MOST]
    if steady:
        listed = ("、" if lang == "zh" else "; ").join(steady[:MOST])
        moves.append(f"{listed}持平" if lang == "zh" else f"unchanged: {listed}")
    if not moves:
        return ""
    name = here.period_name(period)
    if lang == "zh":
        since = name if name.endswith("年") else f"上一时期（{name}）"
        return f"与{since}相比，{'；'.join(moves)}。"
    return f"Compared with {name}: {'; '.join(moves)}."


def _clause(figure: Figure, change: Figure, growth: Figure | None, way: str, lang: str) -> str:
    told = _moved(change, way, lang)
    more = _growth(change.inputs[1], growth, lang)
    if lang == "zh":
        verb = "增长" if way == UP else "下降"
        return f"{figure.label_zh}{told}" + (f"，{verb}{more}" if more else "")
    return f"{figure.label_en}, {told}" + (f" ({more})" if more else "")


def _growth(before: Figure, growth: Figure | None, lang: str) -> str:
    """The growth with one decimal, "" where it would say little or be a wide range."""
    if growth is None or before.quantity.value < GROWTH_FROM:
        return ""
    size = _size(growth).quantity
    single = size.interval.exact or q.supported_place(size.value, size.interval, -1) is not None
    if not single or round(size.value, 1) == 0:
        return ""
    return q.write_derived(size.value, size.interval, "%", lang, "%", digits=1)


def _moved(change: Figure, way: str, lang: str) -> str:
    size = _size(change)
    verb = MOVES[way][lang][change.unit == "pp"]
    noun = size.unit_en if lang == "en" and (size.unit in ("元", "pp")) else ""
    unit = size.unit if lang == "zh" or noun else ""
    value, interval = size.quantity.value, size.quantity.interval
    space = "" if lang == "zh" else " "
    return f"{verb}{space}{q.write_derived(value, interval, unit, lang, noun)}"


def _tellable(change: Figure) -> bool:
    return _size(change).interval.lower > 0


def _size(figure: Figure) -> Figure:
    """The figure without its sign."""
    stated = figure.quantity
    if stated.value >= 0:
        return figure
    turned = stated.interval.scale(Decimal(-1))
    return replace(figure, quantity=q.Quantity(-stated.value, turned, stated.unit))
