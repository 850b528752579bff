"""Quantities that say how much something rose or fell, held against the data's own changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.analysis.changes import CHANGE, GROWTH, changes
from helpers.analysis.figures import Figure
from helpers.audit.text.extract import Found
from helpers.audit.text.index import Index
from helpers.audit.text.link import Link, same_kind
from helpers.audit.text.mention import Around

if TYPE_CHECKING:
    from helpers.data import Tables

__all__ = ["link_moves", "moves"]

UP = re.compile(
    "(?:增长|增加|提高|上升|上涨|增|升|扩大|同比|环比|净增|多)[了约近超逾]?$|同比[^，。；]{0,4}$"
)
DOWN = re.compile("(?:下降|减少|降低|回落|下滑|缩减|降|减|少|收窄)[了约近超逾]?$")
MOVED = re.compile(
    "(?:同比|环比)?(?:增长|增加|提高|上升|上涨|扩大|净增|下降|减少|降低|回落|下滑|缩减|收窄|增|升|降|减)了?$"
)


def moves(item: Found) -> str:
    """Return "+" or "-" for a quantity that is a rise or a fall, "" for any other."""
    words = item.before[-8:]
    if DOWN.search(words):
        return "-"
    if UP.search(words) or item.kind == "difference":
        return "+"
    return ""


def link_moves(
    found: Sequence[Found],
    arounds: Sequence[Around],
    links: Sequence[Link | None],
    tables: Tables,
    index: Index,
) -> list[Link | None]:
    """Link each rise or fall to the change of its figure: the one whose label stands right
    before it, that of the rise or fall just told, or the one that its sentence told last."""
    complete, known, last = list(links), {}, None
    for at, item in enumerate(found):
        sign = moves(item)
        if not sign:
            last = None
            continue
        words = MOVED.sub("", arounds[at].whole)
        number = index.labelled(words)
        follows = last if not words and at and _together(arounds, at - 1, at) else None
        told = _level(at, arounds, links)
        level = index.figures[number] if number is not None else follows or (told and told.figure)
        last = level
        if level is None or level.kind == "comparable":
            continue
        where = (level.region, level.period)
        if where not in known:
            known[where] = changes(tables, *where)
        figure = _figure(item, level, known[where])
        if figure is not None:
            complete[at] = Link(_signed(figure, sign), 1.0)
    return complete


def _together(arounds: Sequence[Around], one: int, other: int) -> bool:
    return arounds[one].sentence == arounds[other].sentence


def _level(at: int, arounds: Sequence[Around], links: Sequence[Link | None]) -> Link | None:
    sentence = arounds[at].sentence
    for other in (at - 1, at - 2, at + 1):
        same = 0 <= other < len(links) and arounds[other].sentence == sentence
        if same and links[other]:
            return links[other]
    return None


def _figure(item: Found, level: Figure, known: dict[str, Figure]) -> Figure | None:
    form = GROWTH if item.quantity.unit == "%" else CHANGE
    figure = known.get(f"{level.slug}.{form}")
    fits = figure and same_kind(figure.unit, item.quantity.unit)
    return figure if fits else None


def _signed(figure: Figure, sign: str) -> Figure:
    # A text says a fall without a minus.
    if sign == "+" or figure.quantity is None:
        return figure
    stated = figure.quantity
    fall = replace(stated, value=-stated.value, interval=stated.interval.scale(-1))
    return replace(figure, quantity=fall)
