"""Which figures of the data a quantity is held against: those of its place and its time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from helpers.analysis.figures import Figure
from helpers.analysis.measures import Sources, derived
from helpers.analysis.observations import bases, compared, observed
from helpers.analysis.study import programmes_of
from helpers.audit.around import Around, Page
from helpers.audit.places import ELSEWHERE, HOME, Mark, Marks, place_marks, stem, time_marks

if TYPE_CHECKING:
    from helpers.data import Tables

__all__ = ["Held", "Records", "Scope", "Scopes", "figures_of", "home_of"]

TITLE = 60  # characters at the head of a text that say whose it is
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
        pairs = tables.observations[["region", "period"]].drop_duplicates()
        self.known = set(map(tuple, pairs.to_numpy().tolist()))
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

    def of_year(self, region: str, year: str) -> str:
        """The period of a region that is a year, "" for none."""
        for name, row in self.periods.items():
            spans = str(row["start"])[:4] == year == str(row["end"])[:4]
            if (region, name) in self.known and (spans or name == year):
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

    def __init__(self, page: Page, records: Records, home: Scope) -> None:
        self.page, self.records = page, records
        stems = sorted(set(records.places.values()))
        self.places = Marks(place_marks(page.plain, records.regions, stems))
        self.times = Marks(time_marks(page.plain))
        self.home = home

    def of(self, around: Around) -> Scope:
        """Return the scope of a quantity."""
        place, time = self._mark(self.places, around), self._mark(self.times, around)
        region, words = self.home.region, self.home.place
        if place and place.name != HOME:
            region, words = ("" if place.name == ELSEWHERE else place.name), place.words
        period, year = self._period(region or self.home.region, time)
        return Scope(region, period, words, year)

    def _mark(self, marks: Marks, around: Around) -> Mark | None:
        begin = around.sentence[0]
        own = marks.last(begin, around.start)
        if own:
            return own
        line = self.page.plain.rfind("\n", 0, begin) + 1
        head = marks.last(line, line + HEAD)
        between = marks.last(line + HEAD, begin) if head else None
        return HOME_MARK if between and between.name == HOME else head

    def _period(self, region: str, time: Mark | None) -> tuple[str, str]:
        home = self.home.period
        if time is None or time.name == HOME:
            return home, self.home.year
        row = self.records.periods.get(home, {})
        start, end = str(row.get("start", ""))[:4], str(row.get("end", ""))[:4]
        if time.name == "-":
            if time.words[-1] in "期届":
                return self.records.former(region, home), ""
            year = str(int(start) - 1) if start and start == end else ""
            return (self.records.of_year(region, year) if year else ""), year
        whole = start == end == time.name or home == time.name
        return (home if whole else self.records.of_year(region, time.name)), time.name


HOME_MARK = Mark(0, HOME)


def home_of(page: Page, records: Records, region: str, period: str, *, asked: bool) -> Scope:
    """Return what a text is of: what was asked for, else what its head names, else the default.

    A text whose head names a place that the data do not have, and that never names one of
    theirs, is of elsewhere.
    """
    head = page.plain[: page.plain.find("\n", TITLE) + 1 or 2 * TITLE][: 2 * TITLE]
    stems = sorted(set(records.places.values()))
    marks = place_marks(page.plain, records.regions, stems)
    named = [m for m in marks if m.words and m.words[0] != "全"]
    first = next((m for m in named if m.at < len(head)), None)
    ours = {m.name for m in named if any(r == m.name for r, _ in records.known)}
    place = ""
    if not asked and first and first.name not in ours and not ours:
        region, place = "", first.words
    elif not asked and first and first.name in ours and region not in ours:
        region, place = first.name, first.words
    return _dated(head, records, region, (place, period))


def _dated(head: str, records: Records, region: str, of: tuple[str, str]) -> Scope:
    place, period = of
    row = records.periods.get(period, {})
    title = head.split("\n")[0]
    years = [m.name for m in time_marks(title) if m.name.isdigit()] if len(title) < TITLE else []
    if years and not any(y in (str(row.get("end", ""))[:4], period) for y in years):
        period = records.of_year(region, years[0])
    return Scope(region, period, place, years[0] if years else "")


def figures_of(records: Records, index: Sequence[Figure], scope: Scope, home: Scope) -> Held:
    """Return the figures that a quantity of a scope is held against, in the order of the index."""
    if scope.region and (scope.region, scope.period) in records.known:
        return Held(records.book(scope.region, scope.period))
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
