"""The place and the time that a quantity of a text is said of, and the figures of these.

A place named before a number in its sentence, or at the head of its paragraph or of the text,
is the number's own; 全市 and the like bring back the text's. The same holds for years.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from helpers.analysis.figures import Figure
from helpers.analysis.measures import Sources, derived
from helpers.analysis.observations import bases, compared, observed, programmes_of
from helpers.audit.text.context import Around, Page
from helpers.audit.text.link import Held
from helpers.audit.text.places import ELSEWHERE, HOME, Mark, Marks, place_marks, stem, time_marks
from helpers.audit.text.subject import Scope, covered
from helpers.data import Tables

__all__ = ["Records", "Scopes"]

HEAD = 16  # characters at the head of a paragraph that say whose it is


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

    def held(self, index: Sequence[Figure], scope: Scope, home: Scope) -> Held:
        """Return the figures that a quantity of a scope is held against, in the index's order."""
        if scope.region and (scope.region, scope.period) in self.covered.sizes:
            book = self.book(scope.region, scope.period)
            own = scope == home
            return Held([figure if own or figure.quantity else None for figure in book])
        row = self.covered.regions.get(scope.region or home.region, {})
        place = scope.place or stem(str(row.get("name_zh", "")))
        start, end = self.covered.years(scope.period)
        year = scope.year or (start if start == end else "")
        by_slug: dict[str, list[Figure]] = {}
        for figure in self.others:
            there = figure.form != "base" and self.places.get(figure.region) == place
            if there and (not year or figure.period[:4] == year[:4]):
                by_slug.setdefault(figure.slug, []).append(figure)
        return Held([by_slug.get(figure.slug) for figure in index], sure=bool(year))


class Scopes:
    """The place and time of every quantity of a page."""

    def __init__(self, page: Page, records: Records, home: Scope) -> None:
        self.page, self.data, self.home = page, records.covered, home
        others = sorted(set(records.places.values()))
        self.places = Marks(place_marks(page.plain, self.data.names, others))
        self.times = Marks(time_marks(page.plain))
        own = self.data.regions.get(home.region, {})
        self.above = str(own.get("parent", ""))
        above = self.data.regions.get(self.above, {})
        self.rank, self.rank_above = (str(row.get("name_zh", ""))[-1:] for row in (own, above))

    def of(self, around: Around) -> Scope:
        """Return the scope of a quantity."""
        place, time = self._mark(self.places, around), self._mark(self.times, around)
        region, words = self._region(place) if place else (self.home.region, self.home.place)
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
        column = self.page.columns.head(around.start)
        own = marks.last(begin, around.start) or (marks.last(*column) if column else None)
        if own:
            return own
        line = self.page.plain.rfind("\n", 0, begin) + 1
        head = marks.last(line, line + HEAD)
        between = marks.last(line + HEAD, begin) if head else None
        if (between and between.name == HOME) or (head and "-" in head.name):
            return None
        return head

    def _period(self, region: str, time: Mark | None) -> tuple[str, str]:
        home, data = self.home.period, self.data
        if time is None or time.name == HOME:
            return home, self.home.year
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
