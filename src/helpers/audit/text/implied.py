"""Figures that a quantity states without naming them: rises and falls, shares of what was just
told, the very number of one figure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.analysis.changes import CHANGE, GROWTH, changes
from helpers.analysis.figures import Figure
from helpers.analysis.sums import named as sum_of
from helpers.audit.text.context import NAMED, Around, named
from helpers.audit.text.extract import Found
from helpers.audit.text.link import Index, Link, same_kind, telling
from helpers.audit.text.wordlists import CUES
from helpers.quantity import Quantity

if TYPE_CHECKING:
    from helpers.data import Tables

__all__ = ["by_number", "differences", "link_moves", "link_sums", "moves"]

Links = list[Link | None]
SUMS = {"各地之和": "sum", "已报各地之和": "part", "与各地之和的差额": "apart"}
MADE = {
    "difference": re.compile("(?:相差|之差为?|差额为?)[了约]?$"),
    "share": re.compile("(?:占比?|比例|比重)[为达约]?$"),
}


def moves(item: Found) -> str:
    """Return "+" or "-" for a quantity that is a rise or a fall, "" for any other."""
    words = item.before[-8:]
    if CUES["down"].search(words):
        return "-"
    return "+" if CUES["up"].search(words) or item.kind == "difference" else ""


def link_moves(
    found: Sequence[Found],
    arounds: Sequence[Around],
    links: Sequence[Link | None],
    tables: Tables,
    index: Index,
) -> Links:
    """Link each rise or fall to the change of its figure: the one whose label stands right
    before it, that of the rise or fall just told, or the one that its sentence told last."""
    complete, last = list(links), None
    known: dict[tuple[str, str], Mapping[str, Figure]] = {}
    for at, item in enumerate(found):
        sign = moves(item)
        if not sign:
            last = None
            continue
        words = CUES["moved"].sub("", arounds[at].whole)
        number = index.labelled(words)
        together = at and arounds[at].sentence == arounds[at - 1].sentence
        last = (
            index.figures[number]
            if number is not None
            else (last if not words and together else None) or _level(at, arounds, links)
        )
        if last is None or last.kind == "comparable":
            continue
        where = (last.region, last.period)
        known[where] = known.get(where) or changes(tables, *where)
        form = GROWTH if item.quantity.unit == "%" else CHANGE
        figure = known[where].get(f"{last.slug}.{form}")
        if figure and same_kind(figure.unit, item.quantity.unit):
            complete[at] = Link(_signed(figure, sign), 1.0)
    return complete


def _level(at: int, arounds: Sequence[Around], links: Sequence[Link | None]) -> Figure | None:
    sentence = arounds[at].sentence
    for other in (at - 1, at - 2, at + 1):
        same = 0 <= other < len(links) and arounds[other].sentence == sentence
        if same and links[other]:
            return links[other].figure
    return None


def _signed(figure: Figure, sign: str) -> Figure:
    # A text says a fall without a minus.
    if sign == "+" or figure.quantity is None:
        return figure
    stated = figure.quantity
    fall = replace(stated, value=-stated.value, interval=stated.interval.scale(-1))
    return replace(figure, quantity=fall)


def by_number(
    found: Sequence[Found],
    arounds: Sequence[Around],
    links: Sequence[Link | None],
    index: Index,
    at_home: Sequence[bool],
) -> Links:
    """Link a number that no words link: the very number of one figure, between numbers of others.

    A figure told elsewhere is linked again only where the nouns beside the number name it.
    """
    told = {one.figure.slug for one in links if one}
    known: dict[object, list[int]] = {}
    for number, figure in enumerate(index.figures):
        if figure.kind == "indicator" and figure.quantity and telling(figure.quantity.value):
            known.setdefault(_written(figure.quantity), []).append(number)
    complete = list(links)
    for at, item in enumerate(found):
        same = known.get(_written(item.quantity), [])
        beside = at_home[at] and any(links[max(0, at - 2) : at + 3])
        if links[at] is None and len(same) == 1 and beside:
            figure, fits = index.figures[same[0]], named(arounds[at], index.names[same[0]])
            if fits >= NAMED or figure.slug not in told:
                complete[at] = Link(figure, 1.0, fits, fits)
    return complete


def _written(quantity: Quantity) -> object:
    return quantity.value, quantity.interval, quantity.unit


def link_sums(
    arounds: Sequence[Around], links: Sequence[Link | None], tables: Tables, index: Index
) -> Links:
    """Link a number behind 各地之和 or 与各地之和的差额 to the sum over the places below."""
    complete = list(links)
    for at, around in enumerate(arounds):
        for ending, form in SUMS.items():
            if around.whole.endswith(ending):
                number = index.labelled(around.whole.removesuffix(ending))
                figure = None if number is None else sum_of(tables, index.figures[number], form)
                complete[at] = Link(figure, 1.0) if figure else complete[at]
    return complete


def differences(
    found: Sequence[Found], links: Sequence[Link | None], figures: Sequence[Figure]
) -> Links:
    """Link a number behind 相差 or 占 to the measure that is made of the two told before."""
    complete = list(links)
    for at in range(2, len(found)):
        pair = [one.figure.slug for one in links[at - 2 : at] if one]
        form = next((form for form, word in MADE.items() if word.search(found[at].before)), "")
        if links[at] is None and len(pair) == 2 and form:
            for measure in figures:
                inputs = [figure.slug for figure in measure.inputs]
                same = measure.form == form and measure.unit == found[at].quantity.unit
                if same and inputs in (pair, pair[::-1]):
                    complete[at] = Link(measure, 1.0)
                    break
    return complete
