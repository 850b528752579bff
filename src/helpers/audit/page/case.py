"""A page held against data: the figures it names, worked out anew, and what was found wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.analysis.figures import Figure, policy
from helpers.analysis.measures import elsewhere
from helpers.analysis.report import OVERVIEW, AreaFigures
from helpers.data.problems import Problem, problem
from helpers.telling import lists, wording

if TYPE_CHECKING:
    from helpers.audit.page.read import Page
    from helpers.data import Tables

__all__ = ["REBUILD", "TALLY", "Case", "Finding", "Recount", "finding", "number", "usual"]

REBUILD = ("重新生成报告", "build the report again")
TALLY = re.compile(r"(?P<area>.+)_(?P<slug>rules_tested|rules_held|rules_open)")


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
            found.append(here.book[slug] if slug in here.book else self._made(here, slug))
        return tuple(f for f in found if f and f.quantity is not None and f.key == key)

    def _made(self, here: AreaFigures, slug: str) -> Figure | None:
        """What a report makes of its figures: counts of its rules, changes, sums."""
        counted = TALLY.fullmatch(slug)
        if counted and counted["area"] in (OVERVIEW, *self.tables.areas["area"]):
            own = replace(here, area=counted["area"])
            return lists.tally(own, counted["slug"])
        return here.find(slug) if "." in slug else None


def number(text: object) -> Decimal | None:
    """The number that a text or a JSON value states, None where it states none."""
    try:
        found = Decimal(str(text))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


@lru_cache(maxsize=4096)
def _forms(figure: Figure, words: q.Policy) -> frozenset[str]:
    """Every legitimate wording of a figure in either language.

    The written form with and without its unit, the number alone, its range, and the form of
    the source.
    """
    found = {wording.span(figure), figure.as_written, f"{figure.as_json()['value']}"}
    if figure.quantity is not None:
        found.add(wording.grouped(figure.quantity.value))
    ways = (wording.text, wording.beside_label, wording.known_range)
    for lang in ("zh", "en"):
        for write, more in (*((way, {}) for way in ways), (wording.text, {"unit": False})):
            try:
                found.add(write(figure, lang, words=words, **more))
            except ValueError:  # no usual form states it; the others remain
                continue
    return frozenset(filter(None, found))


def usual(figure: Figure, lang: str, words: q.Policy) -> str:
    """The wording of a figure that a page most likely has."""
    try:
        return wording.text(figure, lang, words=words)
    except ValueError:  # no usual form states it
        return figure.as_written or wording.span(figure)


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference; ``figure`` is the KEY it belongs to, ``data`` what the data say."""

    problem: Problem
    figure: str | None = None
    data: str = ""

    def as_dict(self, lang: str) -> dict[str, object]:
        """The problem's object, with the figure and the data's own words."""
        return {**self.problem.as_dict(lang), "figure": self.figure, "data": self.data}


@dataclass(frozen=True)
class Case:
    """A page and the data it is held against.

    ``listed`` is the page's figure list; ``figures`` has, of each listed figure that the data
    know, the one that fits best, ``changed`` the keys that the list states otherwise.
    """

    file: str
    page: Page
    recount: Recount
    listed: Mapping[str, Mapping[str, object]]
    figures: Mapping[str, Figure] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()

    def forms(self, key: str) -> frozenset[str]:
        """Every legitimate wording of a figure; of one that is told to have changed, as the page
        itself has it, too.
        """
        figure, own = self.figures.get(key), set()
        if figure is None or key in self.changed:
            entry = self.listed.get(key, {})
            own = {str(entry.get(name)) for name in ("value", "as_written")}
            own |= {mark.text for mark in self.page.marks if mark.key == key}
        return frozenset(own) | (_forms(figure, self.recount.words) if figure else frozenset())

    def label(self, key: str, lang: str) -> str:
        """The name of a figure, the key itself where it has none."""
        figure = self.figures.get(key)
        told = figure.label(lang) if figure else self.listed.get(key, {}).get(f"label_{lang}")
        return str(told) if told else key


def finding(
    case: Case,
    at: tuple[int, str, str],
    rule: str,
    zh: str,
    en: str,
    remedy: tuple[str, str] = REBUILD,
    *,
    figure: str | None = None,
    data: str = "",
    severity: str = "error",
) -> Finding:
    """A finding at a line and place of the page; ``at`` is (line, place, what stands there)."""
    line, place, value = at
    where = (case.file, line, _plain(place), _plain(value))
    told = (_plain(zh), remedy[0]), (_plain(en), remedy[1])
    key = None if figure is None else _plain(figure)
    return Finding(problem(where, rule, *told, severity), key, _plain(data))


def _plain(text: str) -> str:
    """A page may hold what no encoding writes (half of a surrogate pair): told escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
