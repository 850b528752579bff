"""Which figures of the data a quantity is held against: those of its place and its time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from helpers.analysis.figures import Figure
from helpers.analysis.measures import Sources, derived
from helpers.analysis.observations import bases, compared, observed, programmes_of
from helpers.audit.text.mention import Around, Page
from helpers.audit.text.places import ELSEWHERE, HOME, Mark, Marks, place_marks, stem, time_marks
from helpers.audit.text.subject import Scope, covered

if TYPE_CHECKING:
    from helpers.data import Tables

__all__ = ["Held", "Records", "Scopes", "figures_of", "places_of"]

HEAD = 16  # characters at the head of a paragraph that say whose it is


@dataclass(frozen=True, slots=True)
class Held:
    """Figures in the order of an index: one, several or none at a place.

    sure: whether a quantity that agrees with none of them is wrong, rather than of another year.
    """

    figures: Sequence[Figure | Sequence[Figure] | None]
    sure: bool = True

    def at(self, number: int, meets: Callable[[Figure], bool]) -> Figure | None:
        """Return the figure at a place of the index, of several one that agrees."""
        one = self.figures[number]
        if one is None or isinstance(one, Figure):
            return one
        return next(filter(meets, one), one[0] if self.sure else None)


class Records:
    """The figures of every region and period of a data folder, made when asked for."""

    def __init__(self, tables: Tables) -> None:
        self.tables, self.covered = tables, covered(tables)
        self.books: dict[tuple[str, str], list[Figure]] = {}

    @cached_property
    def others(self) -> list[Figure]:
        """The comparables."""
        return list(compared(self.tables).values())

    @cached_property
    def places(self) -> dict[str, str]:
        """Stem of the Chinese name of a comparable's place, by its region or English name."""
        rows = self.tables.comparables.to_dict("records")
        return {
            str(row["region"] or row["place_en"]): stem(re.sub("（.*", "", str(row["place_zh"])))
            for row in rows
        }

    def book(self, region: str, period: str) -> list[Figure]:
        """Every indicator and measure of a region and period, always in the same order."""
        if (region, period) not in self.books:
            figures = observed(self.tables, region, period)
            known = {**bases(self.others, region), **figures}
            sources = Sources(known, programmes_of(self.tables, region, period))
            measures = derived(self.tables, sources, region, period)
            self.books[region, period] = [*figures.values(), *measures.values()]
        return self.books[region, period]


class Scopes:
    """The place and time of every quantity of a page."""

    def __init__(self, page: Page, records: Records, places: Sequence[Mark], home: Scope) -> None:
        self.page, self.records, self.home = page, records, home
        self.places, self.times = Marks(places), Marks(time_marks(page.plain))
        rows = records.covered.regions
        own = rows.get(home.region, {})
        self.rank = str(own.get("name_zh", ""))[-1:]
        self.above = str(own.get("parent", ""))
        self.rank_above = str(rows.get(self.above, {}).get("name_zh", ""))[-1:]

    def of(self, around: Around) -> Scope:
        """Return the scope of a quantity."""
        place, time = self._mark(self.places, around), self._mark(self.times, around)
        region, words = self.home.region, self.home.place
        if place:
            region, words = self._region(place)
        period, year = self._period(region or self.home.region, time)
        return Scope(region, period, words, year)

    def _region(self, place: Mark) -> tuple[str, str]:
        if place.name != HOME:
            return ("" if place.name == ELSEWHERE else place.name), place.words
        # 全市 in the text of a district is its city, 全县 in that of a city another place
        if not self.home.region or place.words in ("", self.rank):
            return self.home.region, self.home.place
        if place.words == self.rank_above:
            return self.above, ""
        return ("", "全" + place.words) if place.words in "区县" else (self.home.region, "")

    def _mark(self, marks: Marks, around: Around) -> Mark | None:
        begin = around.sentence[0]
        own = marks.last(begin, around.start)
        if own:
            return own
        column = self.page.columns.head(around.start)
        over = marks.last(*column) if column else None
        if over:
            return over
        line = self.page.plain.rfind("\n", 0, begin) + 1
        head = marks.last(line, line + HEAD)
        between = marks.last(line + HEAD, begin) if head else None
        if (between and between.name == HOME) or (head and "-" in head.name):
            return None
        return head

    def _period(self, region: str, time: Mark | None) -> tuple[str, str]:
        home = self.home.period
        if time is None or time.name == HOME:
            return home, self.home.year
        data = self.records.covered
        start, end = data.years(home)
        if time.name == "-":
            year = str(int(start) - 1) if start and start == end else ""
            if time.words[-1] in "期届" or not year:
                return data.former(region, home), ""
            return data.told(region, year), year
        if home == time.name or (time.words and time.name == end):  # 截至2023年4月
            return home, self.home.year
        if time.name.startswith("/"):  # 上半年 of the year that the text is of
            year = start if start == end else self.home.year
            return (data.told(region, year + time.name) if year else ""), year
        found = data.told(region, time.name)
        first, _, last = time.name.partition("-")
        whole = "/" not in time.name and (first, last or first) == (start, end)
        return (home, self.home.year) if whole and not found else (found, time.name)


def places_of(page: Page, records: Records) -> list[Mark]:
    """Return the places that a page names, in order."""
    others = sorted(set(records.places.values()))
    marks = place_marks(page.plain, records.covered.names, others)
    return sorted(marks, key=lambda mark: mark.at)


def figures_of(records: Records, index: Sequence[Figure], scope: Scope, home: Scope) -> Held:
    """Return the figures that a quantity of a scope is held against, in the order of the index."""
    if scope.region and (scope.region, scope.period) in records.covered.sizes:
        book = records.book(scope.region, scope.period)
        if scope == home:
            return Held(book)
        return Held([figure if figure.quantity else None for figure in book])
    rows = records.covered.regions
    name = str(rows.get(scope.region or home.region, {}).get("name_zh", ""))
    place = scope.place or stem(name)
    start, end = records.covered.years(scope.period)
    year = scope.year or (start if start == end else "")
    near = [
        figure
        for figure in records.others
        if figure.form != "base"
        and records.places.get(figure.region) == place
        and (not year or figure.period[:4] == year[:4])
    ]
    by_slug: dict[str, list[Figure]] = {}
    for figure in near:
        by_slug.setdefault(figure.slug, []).append(figure)
    return Held([by_slug.get(figure.slug) for figure in index], sure=bool(year))
