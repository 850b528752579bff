"""Every figure that the reports of a data folder may state, worked out anew from its tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.analysis import coherence
from helpers.analysis.figures import Figure, policy, stated
from helpers.analysis.study import OVERVIEW, Study, study
from helpers.telling import lists, tracing, wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from helpers.data import Tables

__all__ = ["LANGS", "Recount", "forms", "from_page", "number", "origins", "places_and_periods"]

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
    for table in ("observations", "programmes"):
        places = tables.counts(table, "region", "period")
        pairs |= dict.fromkeys((region, period) for region, period, _ in places)
    return list(pairs)


@dataclass(frozen=True)
class Recount:
    """KEY → the figures of that key, and the studies that they were taken from.

    A key may have several figures, since one place may publish figures of several scopes.
    """

    tables: Tables
    words: q.Policy
    figures: Mapping[str, tuple[Figure, ...]]
    studies: Mapping[tuple[str, str], Study]

    @classmethod
    def of(cls, tables: Tables, keys: Iterable[str] | None = None) -> Recount:
        """The recount of a folder; with ``keys`` only of the reference areas that they name."""
        wanted = None if keys is None else {key.split("|")[1] for key in keys if "|" in key}
        found: dict[str, list[Figure]] = {}
        studies = {}
        for region, period in places_and_periods(tables):
            if wanted is not None and region not in wanted:
                continue
            here = study(tables, OVERVIEW, region, period, "zh", "internal")
            studies[region, period] = here
            _take(found, here.book.values())
        if not studies:
            region, period = tables.regions["region"].iloc[0], tables.periods["period"].iloc[0]
            here = study(tables, OVERVIEW, region, period, "zh", "internal")
        _take(found, here.others.values())
        kept = {key: tuple(figures) for key, figures in found.items()}
        return cls(tables, policy(tables), kept, studies)

    def candidates(self, key: str) -> tuple[Figure, ...]:
        """The figures of a key, none where the data do not have it."""
        return self.figures.get(key) or self._tally(key)

    def _tally(self, key: str) -> tuple[Figure, ...]:
        """The counts of coherence rules that a report states are figures of its area."""
        slug, _, place = key.partition("|")
        found, (region, _, period) = TALLY.fullmatch(slug), place.partition("|")
        here = self.studies.get((region, period))
        if found is None or here is None:
            return ()
        if found["area"] not in (OVERVIEW, *self.tables.areas["area"]):
            return ()
        here = replace(here, area=found["area"])
        judged = [j for j in here.judgements if j.verdict != coherence.UNTESTED]
        return (lists.tally(here, judged, VERDICTS[found["slug"]], found["slug"]),)


def _take(found: dict[str, list[Figure]], figures: Iterable[Figure]) -> None:
    for figure in figures:
        if figure.quantity is not None and figure not in found.setdefault(figure.key, []):
            found[figure.key].append(figure)


def number(value: object) -> Decimal | None:
    """A number of a page's JSON or of an attribute, None for anything else."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def from_page(key: str, listed: Mapping[str, object], words: q.Policy) -> Figure | None:
    """The figure as a page's list states it, None where the list holds no number for it."""
    value, lower, upper = (number(listed.get(name)) for name in ("value", "lower", "upper"))
    if value is None or lower is None or upper is None or lower > upper or key.count("|") != 2:
        return None
    told = {name: str(entry) for name, entry in listed.items()}
    unit, mark, written = (told.get(name, "") for name in ("unit", "qualifier", "as_written"))
    row = {"value": value, "unit": unit, "qualifier": mark, "as_written": written}
    quantity = stated(row, words)
    if (quantity.interval.lower, quantity.interval.upper) != (lower, upper):
        exact = lower == upper
        interval = q.Interval.point(lower) if exact else q.Interval(lower, upper, True, False)
        quantity = q.Quantity(value, interval, unit, mark, written)
    slug, region, period = key.split("|")
    return Figure(
        slug, "measure" if "measure" in listed else "indicator", region, period,
        told.get("label_zh", ""), told.get("label_en", ""), unit, told.get("unit_en", unit),
        quantity, as_written=written, row=int(told["row"]) if told.get("row", "").isdigit() else 0,
    )  # fmt: skip


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


def origins(figure: Figure, words: q.Policy) -> list[str]:
    """The line of origin of a figure in both languages."""
    return [tracing.origin(figure, lang, words) for lang in LANGS]
