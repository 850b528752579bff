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

if TYPE_CHECKING:
    from helpers.data import Tables

__all__ = ["Held", "Records", "Scope", "Scopes", "figures_of", "home_of", "places_of"]

TITLE = 60  # characters at the head of a text that say whose it is
SUBJECT = 8  # characters before the name of the region that a text is of
HEAD = 16  # characters at the head of a paragraph that say whose it is


@dataclass(frozen=True, slots=True)
class Scope:
    """Place and time of a quantity; region or period "" where the data have none such."""

    region: str
    period: str
    place: str = ""
    year: str = ""


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
        self.tables = tables
        self.books: dict[tuple[str, str], list[Figure]] = {}
        places = tables.counts("observations", "region", "period")
        self.known = {(region, when) for region, when, _ in places}
        self.periods = {str(row["period"]): row for row in tables.periods.to_dict("records")}

    @cached_property
    def others(self) -> list[Figure]:
        """The comparables."""
        return list(compared(self.tables).values())

    @cached_property
    def regions(self) -> dict[str, str]:
        """Region by every name and short name."""
        rows = self.tables.regions.to_dict("records")
        names = {stem(str(row["name_zh"])): str(row["region"]) for row in rows}
        return names | {str(row["name_zh"]): str(row["region"]) for row in rows}

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

    def years(self, period: str) -> tuple[str, str]:
        """The years in which a period begins and ends, "" where that is open."""
        row = self.periods.get(period, {})
        return str(row.get("start", ""))[:4], str(row.get("end", ""))[:4]

    def of_years(self, region: str, first: str, last: str) -> str:
        """The period of a region that is a year or a span of years, "" for none."""
        for name in self.periods:
            spans = self.years(name) == (first, last) or (first == last == name)
            if (region, name) in self.known and spans:
                return name
        return ""

    def former(self, region: str, period: str) -> str:
        """The period of a region before a period, "" for none."""
        own = self.periods.get(period, {}).get("position", 0)
        past = [
            name
            for name, row in self.periods.items()
            if (region, name) in self.known and row["position"] < own
        ]
        return max(past, key=lambda name: self.periods[name]["position"], default="")


class Scopes:
    """The place and time of every quantity of a page."""

    def __init__(self, page: Page, records: Records, places: Sequence[Mark], home: Scope) -> None:
        self.page, self.records, self.home = page, records, home
        self.places, self.times = Marks(places), Marks(time_marks(page.plain))
        rows = {str(row["region"]): row for row in records.tables.regions.to_dict("records")}
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
        start, end = self.records.years(home)
        if time.name == "-":
            if time.words[-1] in "期届":
                return self.records.former(region, home), ""
            year = str(int(start) - 1) if start and start == end else ""
            return (self.records.of_years(region, year, year) if year else ""), year
        first, last = time.name.split("-") if "-" in time.name else (time.name, time.name)
        whole = (first, last) == (start, end) or home == time.name
        if whole or (time.words and time.name == end):  # 截至2023年4月
            return home, self.home.year
        return self.records.of_years(region, first, last), time.name


def places_of(page: Page, records: Records) -> list[Mark]:
    """Return the places that a page names, in order."""
    marks = place_marks(page.plain, records.regions, sorted(set(records.places.values())))
    return sorted(marks, key=lambda mark: mark.at)


def home_of(page: Page, records: Records, marks: Sequence[Mark], default: tuple[str, str]) -> Scope:
    """Return what a text is of: what its head names, else the default region and period.

    A text whose head names a place that the data do not have, and that never names one of
    theirs, is of elsewhere.
    """
    head = page.plain[: page.plain.find("\n", TITLE) + 1 or 2 * TITLE][: 2 * TITLE]
    region, period = default
    named = [m for m in marks if m.name != HOME and m.words[0] != "全"]
    first = next((m for m in named if m.at < len(head)), None)
    leads = bool(first) and first.at < SUBJECT and not any(m.at < first.at for m in marks)
    ours = {m.name for m in named if any(r == m.name for r, _ in records.known)}
    place = ""
    if first and first.name not in ours and not ours:
        region, place = "", first.words
    elif leads and first.name in ours and region not in ours:
        region, place = first.name, first.words
    return _dated(head, records, region, (place, period))


def _dated(head: str, records: Records, region: str, of: tuple[str, str]) -> Scope:
    place, period = of
    title = head.split("\n")[0]
    years = [m.name for m in time_marks(title) if m.name.isdigit()] if len(title) < TITLE else []
    if years and not {records.years(period)[1], period} & set(years):
        period = records.of_years(region, years[0], years[0])
    return Scope(region, period, place, years[0] if years else "")


def figures_of(records: Records, index: Sequence[Figure], scope: Scope, home: Scope) -> Held:
    """Return the figures that a quantity of a scope is held against, in the order of the index."""
    if scope.region and (scope.region, scope.period) in records.known:
        book = records.book(scope.region, scope.period)
        if scope == home:
            return Held(book)
        return Held([figure if figure.quantity else None for figure in book])
    place = scope.place or stem(_name(records, scope.region or home.region))
    near = [
        figure
        for figure in records.others
        if figure.form != "base"
        and records.places.get(figure.region) == place
        and (not scope.year or figure.period[:4] == scope.year)
    ]
    by_slug: dict[str, list[Figure]] = {}
    for figure in near:
        by_slug.setdefault(figure.slug, []).append(figure)
    return Held([by_slug.get(figure.slug) for figure in index], sure=bool(scope.year))


def _name(records: Records, region: str) -> str:
    return next((name for name, code in records.regions.items() if code == region), "")
