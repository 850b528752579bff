"""Prose of an area: the sentences whose figures were reported, and what no sentence tells.

Sentences come from ``sentences.csv``. One whose figures are not all reported is left out, and
so is one that only says again what was said before: a shorter sentence behind a long one
serves as its substitute. One without figures is said where the area has anything to tell.
Whatever was reported and is told by no sentence is told by its label, so that a new area needs
rows alone and no figure is lost.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from helpers.analysis.lookup import rows
from helpers.data.formulas import braced
from helpers.telling import wording
from helpers.telling.sentences import CLAUSE, can_be_said, render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.analysis.figures import Figure
    from helpers.analysis.report import AreaFigures

PARAGRAPH = 10  # sentences whose position has the same tens stand in one paragraph
REST = 1_000_000  # the paragraph of what no sentence tells comes last
A_SENTENCE = 4  # labelled figures in one sentence
NOTHING = ("count", "difference")  # kinds of measure of which a zero is not worth saying


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
