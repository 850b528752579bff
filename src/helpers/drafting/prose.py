"""Prose of an area: sentences whose figures were reported, what no sentence tells, and what has
changed since the period before, where the figures decide it.

Sentences come from ``sentences.csv``. One whose figures are not all reported is left out, and
so is one that only says again what was said before: a shorter sentence behind a long one
serves as its substitute. One without figures is said where the area has anything to tell.
Whatever was reported and is told by no sentence is told by its label, so that a new area needs
rows alone and no figure is lost.
"""

from __future__ import annotations

import string
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.analysis.changes import CHANGE, DOWN, GROWTH, OPEN, SAME, UP, direction
from helpers.analysis.lookup import rows
from helpers.data.formulas import braced
from helpers.telling import wording
from helpers.telling.sentences import CLAUSE, can_be_said, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from helpers.analysis.figures import Figure
    from helpers.analysis.report import AreaFigures

__all__ = ["changed", "earlier", "in_words", "paragraphs", "undecided"]

PARAGRAPH = 10  # sentences whose position has the same tens stand in one paragraph
REST = 1_000_000  # the paragraph of what no sentence tells comes last
A_SENTENCE = 4  # labelled figures in one sentence
NOTHING = ("count", "difference")  # kinds of measure of which a zero is not worth saying
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


def paragraphs(here: AreaFigures) -> list[str]:
    """The paragraphs of the report's area in its language, every reported figure told once."""
    told: set[str] = set()
    parts: dict[int, list[str]] = {}
    periods: dict[int, str] = {}
    for row in sorted(rows(here.tables, "sentences"), key=lambda row: row["position"]):
        template, at = str(row[f"text_{here.lang}"]), int(row["position"]) // PARAGRAPH
        if row["area"] != here.area or not _is_of_this_place(here, template):
            continue
        said = render(here, template, here.lang)
        named = {figure.slug for figure in said.figures}
        period = _told_period(here, template) or periods.get(at, here.period)
        others = any(f.period != period for f in said.figures if f.kind != "comparable")
        if others or (named and named <= told):
            continue  # no figure of another period without its period, and none twice
        periods[at] = period if named else periods.get(at, here.period)
        told |= named
        parts.setdefault(at, []).append(said.plain)
    parts |= _rest(here, list(_untold(here, told)), first=not parts)
    space = "" if here.lang == "zh" else " "
    return [space.join(sentences) for sentences in parts.values()]


def _is_of_this_place(here: AreaFigures, template: str) -> bool:
    """Whether a sentence can be said: its figures are reported and worth it, its programmes are
    of this place and period; one without figures is said where the area has anything to tell.
    """
    known = rows(here.tables, "programmes")
    own = {
        p["programme"] for p in known if (p["region"], p["period"]) == (here.region, here.period)
    }
    named = braced(CLAUSE.sub(r"\1", template))
    figures = [figure for figure in map(here.find, named) if figure is not None]
    elsewhere = {p["programme"] for p in known} - own
    if elsewhere & set(named) or not can_be_said(here, template):
        return False
    if not figures:
        return len(here.programmes) > 0 or here.indicators["value"].notna().any()
    return all(_worth_saying(figure) for figure in figures if figure.quantity is not None)


def _told_period(here: AreaFigures, template: str) -> str:
    """The period that a sentence names, "" where it names none."""
    for _, name, form, _ in string.Formatter().parse(CLAUSE.sub(r"\1", template)):
        figure = here.find(name) if form == "period" and name else None
        if figure is not None:
            return figure.period
    return ""


def _worth_saying(figure: Figure) -> bool:
    counted = figure.kind == "measure" and figure.form in NOTHING
    return not counted or (figure.interval.lower >= 0 and figure.value > 0)


def _untold(here: AreaFigures, told: set[str]) -> Iterator[Figure]:
    """Reported figures that no sentence has told, and shares of a target."""
    for figure in here.indicators["figure"]:
        if figure.quantity is not None and figure.slug not in told:
            yield figure
    for figure in here.derived["figure"]:
        of_target = figure.form == "share" and any(f.form == "target" for f in figure.inputs)
        if of_target and figure.quantity is not None and figure.slug not in told:
            yield figure


def _rest(here: AreaFigures, figures: list[Figure], *, first: bool) -> dict[int, list[str]]:
    """What no sentence tells, a paragraph a period, those of another period with its name."""
    own = [f for f in figures if f.period == here.period]
    parts = {REST: [_labelled(here, own, first=first)]} if own else {}
    for at, period in enumerate(sorted({f.period for f in figures} - {here.period}), start=1):
        told = _labelled(here, [f for f in figures if f.period == period], first=True)
        name = here.period_name(period)
        parts[REST + at] = [f"{name}，{told}" if here.lang == "zh" else f"{name}: {told}"]
    return parts


def _labelled(here: AreaFigures, figures: list[Figure], *, first: bool) -> str:
    """Figures by their labels: 维权服务阵地2921个，…; Rights-service venues, 2,921; …"""
    words, zh = here.words, here.lang == "zh"
    if zh:
        items = [f"{f.label_zh}{wording.text(f, 'zh', words=words)}" for f in figures]
        groups = [items[at : at + A_SENTENCE] for at in range(0, len(items), A_SENTENCE)]
        told = "".join("，".join(group) + "。" for group in groups)
        return told if first else f"此外，{told}"
    items = [f"{f.label_en}, {wording.beside_label(f, 'en', words=words)}" for f in figures]
    lead = "The figures reported are: " if first else "Also reported are: "
    return lead + "; ".join(items) + "."


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
    pairs = [(f, past.get(f"{f.slug}.{CHANGE}")) for f in figures]
    return [f for f, change in pairs if change and direction(change) == OPEN]


def changed(here: AreaFigures, past: Mapping[str, Figure]) -> list[str]:
    """One sentence a former period: the leading figures first, at most ``MOST`` changes."""
    own = [*here.leading, *here.indicators["figure"], *here.derived["figure"]]
    known = {f.slug: f for f in own if f"{f.slug}.{CHANGE}" in past}
    periods: dict[str, list[Figure]] = {}
    for figure in known.values():
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
