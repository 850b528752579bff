"""A wrong number told by what is told beside it: a clause goes on about the matter of the last.

Where a clause names a figure better than any other and the numbers around it are the data's own
figures of the same matter, its number is that figure's, though the value disagrees and its words
alone would be too few to say so (争取救助资金868万元，救助患病妇女1963人).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from helpers.analysis.figures import Figure
from helpers.audit.text.claim import Claim
from helpers.audit.text.claimed_changes import moves
from helpers.audit.text.index import Contexts
from helpers.audit.text.judge import excused, stand
from helpers.audit.text.link import Link, same_kind, unit_of
from helpers.audit.text.mention import Around
from helpers.audit.text.naming import EACH, NAMED, named, narrower

if TYPE_CHECKING:
    from helpers.data import Tables

__all__ = ["Kin", "with_kin"]

ALONE, NEXT, PARTNER = 0.5, 0.25, 0.18  # how well the words must fit: by how near its kin is
AHEAD = 1.5  # how much better than the next figure
WITHIN = 2  # claims before and behind that can be its kin
BEHIND = re.compile("[，、；,;]?其中[^，。；,;]{0,12}$")


class Kin:
    """Which indicators tell of one matter: parts of a measure, of a programme, of an area."""

    def __init__(self, figures: Sequence[Figure], tables: Tables) -> None:
        rows = tables.indicators.to_dict("records")
        self.areas = {str(row["indicator"]): str(row["area"]) for row in rows}
        sets = [{one.slug for one in f.inputs} for f in figures if f.kind == "measure"]
        sets += [set(str(listed).split(";")) for listed in tables.programmes["indicators"]]
        self.partners: dict[str, set[str]] = {}
        for slugs in sets:
            for slug in slugs:
                self.partners.setdefault(slug, set()).update(slugs)

    def least(self, slug: str, others: Sequence[str]) -> float:
        """Return how well words must fit a figure that stands between others."""
        if self.partners.get(slug, set()) & set(others):
            return PARTNER
        return NEXT if self.areas.get(slug) in {self.areas.get(o) for o in others} else ALONE


def with_kin(
    claims: Sequence[Claim],
    arounds: Sequence[Around],
    contexts: Contexts,
    book: Sequence[Sequence[Figure] | None],
    kin: Kin,
) -> list[Claim]:
    """Return the claims with those wrong numbers that words and neighbours tell.

    `book` has the figures of the text's own place and time in the order of the index for each
    quantity that is a level there, None for any other.
    """
    told = {claim.figure.slug for claim in claims if claim.figure}
    complete = list(claims)
    for at, (claim, around) in enumerate(zip(claims, arounds, strict=True)):
        figures = book[at]
        if claim.verdict != "not_data" or figures is None or moves(claim.found):
            continue
        beside = _beside(at, claims, arounds)
        one = _best(claim, around, contexts, figures, told)
        if one is None or one.fit < kin.least(one.figure.slug, beside):
            continue
        if not _excused(around, contexts, one.figure, beside):
            complete[at] = stand(claim.found, around, one)
            told.add(one.figure.slug)
    return complete


def _beside(at: int, claims: Sequence[Claim], arounds: Sequence[Around]) -> list[str]:
    # Figures that the numbers next to it in its sentence truly state.
    return [
        claims[other].figure.slug
        for other in range(max(0, at - WITHIN), min(len(claims), at + WITHIN + 1))
        if claims[other].verdict in ("supported", "rounded")
        and arounds[other].sentence == arounds[at].sentence
    ]


def _best(
    claim: Claim,
    around: Around,
    contexts: Contexts,
    figures: Sequence[Figure],
    told: set[str],
) -> Link | None:
    """Return the untold indicator that the words name, None where two come near each other."""
    item, sets, fits = claim.found, *contexts.known_fits(around)
    if EACH.search(around.lead[-14:]) or not item.quantity.interval.upper.is_finite():
        return None
    near = [
        (fit, number)
        for number, fit in enumerate(fits)
        if fit >= PARTNER / AHEAD
        and figures[number].kind == "indicator"
        and same_kind(unit_of(item, around, figures[number]), figures[number].unit)
    ]
    offers = []
    for fit, number in near:
        names = contexts.index.names[number]
        fits_words = named(around, names)
        if fits_words >= NAMED and not narrower(around, names):
            offers.append((fit, number, fits_words))
    offers.sort(reverse=True)
    if not offers or (len(offers) > 1 and offers[0][0] < AHEAD * offers[1][0]):
        return None
    fit, number, fits_words = offers[0]
    figure = figures[number]
    if figure.quantity is None or figure.slug in told:
        return None
    return Link(figure, min(1.0, fit), fits_words, contexts.told(around, number, sets))


def _excused(around: Around, contexts: Contexts, figure: Figure, beside: Sequence[str]) -> bool:
    # 其中 behind a kin of the figure begins the part that is the figure itself.
    words = contexts.page.plain[around.sentence[0] : around.start]
    return excused(around, BEHIND.sub("", words) if beside else words, figure)
