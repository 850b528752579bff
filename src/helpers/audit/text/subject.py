"""What a text is of: the region and the period that its head or its own words name.

One account for the command, the notebook and the reports: what was asked for holds, what was
left open is found in the text, and where the text says nothing it is where most figures are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from helpers.audit.text.places import HOME, Mark, place_marks, stem, time_marks
from helpers.audit.text.plain import plain_layer

if TYPE_CHECKING:
    from helpers.data import Tables

__all__ = ["Covered", "Scope", "covered", "find_subject"]

TITLE, LINES = 60, 3  # characters and lines that can be a title
SUBJECT = 8  # characters before the name of the region that a text without a title is of
PROSE = re.compile("[，。；,;]")
MONTH = re.compile("年[0-9]{1,2}月")
Rows = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Scope:
    """Place and time of a text or a quantity; region or period "" where the data have none such,
    and then the words that name the place, the year that is meant.
    """

    region: str
    period: str
    place: str = ""
    year: str = ""


@dataclass(frozen=True)
class Covered:
    """What data cover: regions and periods by code, the number of figures of each pair of them,
    and the names of other places that comparables are of.
    """

    regions: Rows
    periods: Rows
    sizes: Mapping[tuple[str, str], int]
    others: Sequence[str] = ()

    @cached_property
    def names(self) -> dict[str, str]:
        """Region by every Chinese name and short name."""
        found = {stem(str(row["name_zh"])): code for code, row in self.regions.items()}
        return found | {str(row["name_zh"]): code for code, row in self.regions.items()}

    def fullest(self, region: str = "", period: str = "") -> tuple[str, str]:
        """The region and period with most figures, the latest of several; "" where none is."""

        def size(pair: tuple[str, str]) -> tuple[int, int, str]:
            return self.sizes[pair], int(self.periods[pair[1]]["position"]), pair[0]

        pairs = [p for p in self.sizes if region in ("", p[0]) and period in ("", p[1])]
        return max(sorted(pairs), key=size, default=(region, period))

    def span(self, period: str) -> tuple[str, str]:
        """The first and the last day of a period, "" where that is open."""
        row = self.periods.get(period, {})
        return str(row.get("start") or ""), str(row.get("end") or "")

    def years(self, period: str) -> tuple[str, str]:
        """The years in which a period begins and ends, "" where that is open."""
        start, end = self.span(period)
        return start[:4], end[:4]

    def told(self, region: str, time: str) -> str:
        """The period of a region that a time names: a year, years (2016-2020), half a year
        (2024/1); "" for none.
        """
        year, _, half = time.partition("/")
        first, _, last = year.partition("-")
        days = {"": ("-01-01", "-12-31"), "1": ("-01-01", "-06-30"), "2": ("-07-01", "-12-31")}
        span = first + days[half][0], (last or first) + days[half][1]
        for period in self.periods:
            if (region, period) in self.sizes and (self.span(period) == span or period == time):
                return period
        return ""

    def former(self, region: str, period: str) -> str:
        """The last period of a region before a period, of the same length; "" for none."""
        length, own = self._days(period), int(self.periods.get(period, {}).get("position", 0))
        past = [
            (int(row["position"]), name)
            for name, row in self.periods.items()
            if (region, name) in self.sizes and int(row["position"]) < own
        ]
        alike = [pair for pair in past if length and self._days(pair[1]) == length]
        return max(alike or ([] if length else past), default=(0, ""))[1]

    def _days(self, period: str) -> int:
        # months will do: a year and half a year are told apart
        start, end = self.span(period)
        if not start or not end:
            return 0
        years, months = int(end[:4]) - int(start[:4]), int(end[5:7]) - int(start[5:7])
        return 12 * years + months + 1

    def holds(self, period: str, year: str) -> bool:
        """Tell whether a year lies in a period."""
        first, last = self.years(period)
        return bool(last) and first <= year <= last


def covered(tables: Tables) -> Covered:
    """What some tables cover."""
    rows = tables.counts("observations", "region", "period")
    return Covered(
        {str(row["region"]): row for row in tables.regions.to_dict("records")},
        {str(row["period"]): row for row in tables.periods.to_dict("records")},
        {(region, period): count for region, period, count in rows},
        tuple(map(str, tables.comparables["place_zh"])),
    )


def find_subject(text: str, data: Covered, region: str = "", period: str = "") -> Scope:
    """Return what a decoded text is of; a region and a period that were asked for hold.

    A text whose head names a place that the data do not have, and that never names one of
    theirs, is of elsewhere: its region is "". So is the period of a text of another year.
    """
    plain, title = plain_layer(text).plain, _title(text)
    place = ""
    if not region:
        region, place = _place(plain, title, data)
        region = region or ("" if place else data.fullest("", period)[0])
    usual = data.fullest(region or data.fullest()[0])[1]
    if period:
        return Scope(region, period, place)
    found, year = _period(plain, title, data, region or data.fullest()[0], usual)
    return Scope(region, found, place, "" if found else year)


def _title(text: str) -> str:
    """The short lines without sentences at the head of a text, as plain characters."""
    title: list[str] = []
    for line in text.lstrip().split("\n", LINES)[:LINES]:
        if PROSE.search(line) or len(line) > TITLE:
            break
        title.append(plain_layer(line).plain)
    return "".join(title)


def _place(plain: str, title: str, data: Covered) -> tuple[str, str]:
    """The region that the text names as its own, or the words for a place of elsewhere."""
    others = sorted({stem(re.sub("（.*", "", name)) for name in data.others})
    marks = sorted(place_marks(plain, data.names, others), key=lambda mark: mark.at)
    named = [mark for mark in marks if mark.name != HOME and mark.words[0] != "全"]
    ours = {mark.name for mark in named if any(code == mark.name for code, _ in data.sizes)}
    entitled = sorted(place_marks(title, data.names, others), key=lambda mark: mark.at)
    first = _innermost([mark for mark in entitled if mark.name != HOME and mark.words[0] != "全"])
    titled = first is not None
    if first is None:
        first = next((mark for mark in named if mark.at < 2 * TITLE), None)
    if first and first.name not in ours and not ours:
        return "", first.words
    if first is None or first.name not in ours:
        return "", ""
    leads = first.at < SUBJECT and not any(mark.at < first.at for mark in marks)
    usual = data.fullest()[0]
    return (first.name, "") if titled or (leads and usual not in ours) else ("", "")


def _innermost(marks: Sequence[Mark]) -> Mark | None:
    """The first place named, of places that stand in one another (枣庄市山亭区) the last."""
    found = None
    for mark in marks:
        if found is not None and mark.at != found.at + len(found.words):
            break
        found = mark
    return found


def _period(plain: str, title: str, data: Covered, region: str, usual: str) -> tuple[str, str]:
    """The period that a text names (or "" where the data have none such), and the year meant."""
    for mark in sorted(time_marks(title), key=lambda mark: mark.at):
        if mark.name[:1].isdigit():
            return _of(data, region, usual, mark.name)
    said = Counter(
        mark.name
        for mark in time_marks(plain)
        if mark.name[:4].isdigit() and "-" not in mark.name and not MONTH.match(plain, mark.at + 4)
    )
    if not said:
        return usual, ""
    time, count = max(said.items(), key=lambda pair: (pair[1], pair[0]))
    found, year = _of(data, region, usual, time)
    return (found, year) if found or count > 1 else (usual, "")


def _of(data: Covered, region: str, usual: str, time: str) -> tuple[str, str]:
    if time == usual or (data.holds(usual, time[:4]) and not data.told(region, time)):
        return usual, time[:4]
    return data.told(region, time), time[:4]
