"""The figures that a page names, worked out anew from the tables of a data folder."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.analysis import coherence
from helpers.analysis.compare import elsewhere
from helpers.analysis.figures import Figure, policy
from helpers.analysis.report import OVERVIEW, AreaFigures
from helpers.telling import lists, tracing, wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.data import Tables

__all__ = ["TALLY", "Recount", "forms", "number", "origins", "places_and_periods", "usual"]

LANGS = ("zh", "en")
TALLY = re.compile(r"(?P<area>.+)_(?P<slug>rules_tested|rules_held|rules_open)")
VERDICTS = {
    "rules_tested": (coherence.HOLDS, coherence.OPEN, coherence.BROKEN),
    "rules_held": (coherence.HOLDS,),
    "rules_open": (coherence.OPEN,),
}


def places_and_periods(tables: Tables) -> list[tuple[str, str]]:
    """Every (region, period) that has observations or programmes, in the tables' own order."""
    pairs: dict[tuple[str, str], None] = {}
    for frame in (tables.observations, tables.programmes):
        pairs |= dict.fromkeys(zip(frame["region"], frame["period"], strict=True))
    return list(pairs)


@dataclass
class Recount:
    """Figures by KEY; each place and period is worked out once, when one of its keys is asked for.

    A key may have several figures, since a place may publish figures of several scopes.
    """

    tables: Tables
    found: dict[tuple[str, str], AreaFigures] = field(default_factory=dict)

    @cached_property
    def words(self) -> q.Policy:
        """The office's rounding words."""
        return policy(self.tables)

    @cached_property
    def others(self) -> Mapping[str, tuple[Figure, ...]]:
        """KEY → figures of other places and years that the tables compare with."""
        found: dict[str, tuple[Figure, ...]] = {}
        for figure in elsewhere(self.tables).values():
            found[figure.key] = (*found.get(figure.key, ()), figure)
        return found

    @cached_property
    def known(self) -> tuple[frozenset[str], frozenset[str]]:
        """The regions and the periods that the tables know."""
        return frozenset(self.tables.regions["region"]), frozenset(self.tables.periods["period"])

    def here(self, region: str, period: str) -> AreaFigures | None:
        """Everything of one place and period, None where the tables know no such."""
        if region not in self.known[0] or period not in self.known[1]:
            return None
        if (region, period) not in self.found:
            made = AreaFigures(self.tables, OVERVIEW, region, period, "zh", "internal")
            self.found[region, period] = made
        return self.found[region, period]

    def candidates(self, key: str) -> tuple[Figure, ...]:
        """The figures of a key, none where the data do not have it."""
        slug, _, place = key.partition("|")
        region, _, period = place.partition("|")
        here, found = self.here(region, period), list(self.others.get(key, ()))
        if here is not None:
            found += [here.book[slug]] if slug in here.book else self._made(here, slug)
        return tuple(f for f in found if f.quantity is not None and f.key == key)

    def _made(self, here: AreaFigures, slug: str) -> list[Figure]:
        """What a report makes of its figures: counts of its rules, changes."""
        counted = TALLY.fullmatch(slug)
        if counted and counted["area"] in (OVERVIEW, *self.tables.areas["area"]):
            own = replace(here, area=counted["area"])
            judged = [j for j in own.judgements if j.verdict != coherence.UNTESTED]
            return [lists.tally(own, judged, VERDICTS[counted["slug"]], counted["slug"])]
        if "." in slug:
            made = here.find(slug)
            return [made] if made is not None else []
        return []


def number(value: object) -> Decimal | None:
    """A number of a page's JSON or of an attribute, None for anything else."""
    try:
        found = Decimal(value) if isinstance(value, str) else Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return found if found.is_finite() else None


@lru_cache(maxsize=4096)
def forms(figure: Figure, words: q.Policy) -> frozenset[str]:
    """Every legitimate wording of a figure in either language.

    The written form with and without its unit, the number alone, its range, and the form of
    the source.
    """
    found = {wording.span(figure), figure.as_written, f"{figure.as_json()['value']}"}
    if figure.quantity is not None:
        found.add(wording.grouped(figure.quantity.value))
    for lang in LANGS:
        for write in (
            lambda lang=lang: wording.text(figure, lang, words=words),
            lambda lang=lang: wording.text(figure, lang, unit=False, words=words),
            lambda lang=lang: wording.beside_label(figure, lang, words=words),
            lambda lang=lang: wording.known_range(figure, lang, words=words),
        ):
            try:
                found.add(write())
            except ValueError:  # no usual form states it; the others remain
                continue
    return frozenset(filter(None, found))


def usual(figure: Figure, lang: str, words: q.Policy) -> str:
    """The wording of a figure that a page most likely has."""
    try:
        return wording.text(figure, lang, words=words)
    except ValueError:  # no usual form states it
        return figure.as_written or wording.span(figure)


def origins(figure: Figure, words: q.Policy) -> list[str]:
    """The line of origin of a figure in both languages."""
    return [tracing.origin(figure, lang, words) for lang in LANGS]
