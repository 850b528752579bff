"""Claims that a text makes without the words or without the numeral."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from helpers.analysis.figures import Figure
from helpers.audit.text.claim import Claim
from helpers.audit.text.extract import Found
from helpers.audit.text.judge import stand
from helpers.audit.text.link import Link, telling
from helpers.audit.text.mention import Around
from helpers.audit.text.naming import NAMED, Names, named
from helpers.quantity import Quantity

__all__ = ["by_number", "differences", "with_implied"]

MADE = {
    "difference": re.compile("(?:相差|之差为?|差额为?)[了约]?$"),
    "share": re.compile("(?:占比?|比例|比重)[为达约]?$"),
}
ALL_OF_IT = re.compile(r"^[^，。；,;]{0,6}?已?(?P<all>全部)(?:[达達][标標]|完成|[实實][现現])")


def by_number(
    found: Sequence[Found],
    arounds: Sequence[Around],
    links: Sequence[Link | None],
    book: Mapping[str, tuple[Figure, Names]],
    at_home: Sequence[bool],
) -> list[Link | None]:
    """Link a number that no words link: the very number of one figure, between numbers of others.

    A figure told elsewhere is linked again only where the nouns beside the number name it.
    """
    told = {one.figure.slug for one in links if one}
    known: dict[object, list[tuple[Figure, Names]]] = {}
    for figure, names in book.values():
        if figure.quantity and telling(figure.quantity.value):
            known.setdefault(_written(figure.quantity), []).append((figure, names))
    complete = list(links)
    for at, item in enumerate(found):
        same = known.get(_written(item.quantity), [])
        beside = at_home[at] and any(links[max(0, at - 2) : at + 3])
        if links[at] is not None or len(same) != 1 or not beside:
            continue
        figure, names = same[0]
        fits = named(arounds[at], names)
        if fits >= NAMED or figure.slug not in told:
            complete[at] = Link(figure, 1.0, fits, fits)
    return complete


def _written(quantity: Quantity) -> object:
    return quantity.value, quantity.interval, quantity.unit


def differences(
    found: Sequence[Found], links: Sequence[Link | None], measures: Sequence[Figure]
) -> list[Link | None]:
    """Link a number behind 相差 or 占 to the measure that is made of the two told before."""
    complete = list(links)
    for at in range(2, len(found)):
        pair = [one.figure.slug for one in links[at - 2 : at] if one]
        form = next((form for form, word in MADE.items() if word.search(found[at].before)), "")
        if links[at] is not None or len(pair) < 2 or not form:
            continue
        fits = (
            measure
            for measure in measures
            if measure.form == form
            and measure.unit == found[at].quantity.unit
            and [f.slug for f in measure.inputs] in (pair, pair[::-1])
        )
        measure = next(fits, None)
        complete[at] = Link(measure, 1.0) if measure else None
    return complete


def with_implied(text: str, claims: list[Claim], book: Mapping[str, Figure]) -> list[Claim]:
    """Add claims that 全部 makes without a numeral: 60项指标已全部达标."""
    told = {claim.figure.slug for claim in claims if claim.figure}
    silent = [f for f in book.values() if f.quantity and not f.as_written and f.slug not in told]
    added = list(claims)
    for claim in claims:
        match = ALL_OF_IT.match(text[claim.found.end : claim.found.end + 16])
        if not match or claim.figure is None:
            continue
        stem = claim.figure.label_zh[:4]
        figure = next((f for f in silent if f.label_zh.startswith(stem)), None)
        if figure:
            start, end = (claim.found.end + at for at in match.span("all"))
            item = replace(
                claim.found,
                start=start,
                end=end,
                quote=text[start:end],
                quantity=replace(claim.found.quantity, qualifier=""),
            )
            added.append(stand(item, None, Link(figure, 1.0)))
    return sorted(added, key=lambda claim: claim.found.start)
