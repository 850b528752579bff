"""The place and the time that a text, and each quantity in it, is said of.

A place named before a number in its sentence, or at the head of its paragraph or of the text,
is the number's own; 全市 and the like bring back the text's. The same holds for years.
One account for the command, the notebook and the reports: what was asked for holds, what was
left open is found in the text, and where the text says nothing it is where most figures are.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from helpers.audit.text.plain import plain_layer
from helpers.audit.text.wordlists import CITIES, CUES

if TYPE_CHECKING:
    from helpers.audit.text.context import Around, Page
    from helpers.data import Tables

__all__ = ["BELOW", "Covered", "Scope", "Scopes", "covered", "find_subject", "stem"]

HOME, ELSEWHERE, BELOW = "home", "elsewhere", "below"
HEAD = 16  # characters at the head of a paragraph that say whose it is
TITLE, LINES = 60, 3  # characters and lines that can be a title
SUBJECT = 8  # characters before the name of the region that a text without a title is of
PROSE = re.compile("[，。；,;]")
MONTH = re.compile("年[0-9]{1,2}月")
ENDING = "(?:市|省|州|地区|自治区|县|区)"
OFFICE = "(?:妇联|妇女联合会)"
WIDE = "全国(?=平均|城镇|村委|就业|人大|政协|，|妇女|共|累计)|全省"
# 各区（市）妇联, 6个县区: some of the places below, or each of them
SOME = (
    "(?<![全我本][市县区])(?:[各某该]个?|部分|[0-9两二三四五六七八九十]+个)"
    "(?:[区县市旗镇乡村街]|社区)(?:[（(]?[区县市旗镇乡村街][）)]?)?(?![域直级场长])"
)
YEAR = "(?:19|20)[0-9]{2}"
TIME = re.compile(
    rf"(?P<first>{YEAR})年?[—\-~至到]+(?P<last>{YEAR})年"
    rf"|(?<![0-9比较同—\-~])(?P<by>截[至止]到?|到|至)?(?P<year>{YEAR})年(?P<half>[上下]半年)?"
    "(?!以来|起|版|后|前|—|至|-|相比|比|同期|[末底](?:相比|比))"
    "|(?<![年比同])(?P<part>[上下]半年)(?!度?(?:相比|比|同期))"
    f"|(?P<former>{CUES['former'].pattern})|(?P<now>{CUES['now'].pattern})"
)
HALVES = {"上半年": "/1", "下半年": "/2", None: ""}
DAYS = {"": ("-01-01", "-12-31"), "1": ("-01-01", "-06-30"), "2": ("-07-01", "-12-31")}


class Scope(NamedTuple):
    """Place and time of a text or a quantity; region or period "" where the data have none such,
    and then the words that name the place, the year that is meant. The place BELOW is some of
    the places below the region.
    """

    region: str
    period: str
    place: str = ""
    year: str = ""


class Mark(NamedTuple):
    """A place or a time named at a position: the name as the data have it, or HOME, ELSEWHERE,
    BELOW; its words; whether it is the federation of a place.
    """

    at: int
    name: str
    words: str = ""
    office: bool = False


@dataclass(frozen=True)
class Covered:
    """What data cover: regions and periods by code, the number of figures of each pair of them,
    and the names of other places that comparables are of.
    """

    regions: Mapping[str, Mapping[str, Any]]
    periods: Mapping[str, Mapping[str, Any]]
    sizes: Mapping[tuple[str, str], int]
    others: Sequence[str] = ()

    @cached_property
    def names(self) -> dict[str, str]:
        """Region, or ELSEWHERE, by every Chinese name and short name."""
        found = {stem(re.sub("（.*", "", name)): ELSEWHERE for name in self.others}
        rows = [(str(row["name_zh"]), code) for code, row in self.regions.items()]
        found |= {stem(name): code for name, code in rows} | dict(rows)
        return {name: code for name, code in found.items() if name != "全国"}

    def fullest(self, region: str = "", period: str = "") -> tuple[str, str]:
        """The region and period with most figures, of several the latest period and the first
        region; "" where none is."""

        def size(pair: tuple[str, str]) -> tuple[int, int]:
            return self.sizes[pair], int(self.periods[pair[1]]["position"])

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
        span = first + DAYS[half][0], (last or first) + DAYS[half][1]
        known = [period for period in self.periods if (region, period) in self.sizes]
        return next((one for one in known if self.span(one) == span or one == time), "")

    def former(self, region: str, period: str) -> str:
        """The last period of a region before a period, of the same length; "" for none."""
        length, own = self._months(period), int(self.periods.get(period, {}).get("position", 0))
        past = [
            (int(row["position"]), name)
            for name, row in self.periods.items()
            if (region, name) in self.sizes and int(row["position"]) < own
        ]
        alike = [pair for pair in past if self._months(pair[1]) == length]
        return max(alike if length else past, default=(0, ""))[1]

    def _months(self, period: str) -> int:
        start, end = self.span(period)
        if not start or not end:
            return 0
        return 12 * (int(end[:4]) - int(start[:4])) + int(end[5:7]) - int(start[5:7]) + 1


def covered(tables: Tables) -> Covered:
    """What some tables cover."""
    rows = tables.counts("observations", "region", "period")
    return Covered(
        {str(row["region"]): row for row in tables.regions.to_dict("records")},
        {str(row["period"]): row for row in tables.periods.to_dict("records")},
        {(region, period): count for region, period, count in rows},
        tuple(map(str, tables.comparables["place_zh"])),
    )


def stem(name: str) -> str:
    """Return the name of a place without its rank (滕州市 is 滕州) where two characters stay."""
    short = re.sub("(?:市|省|区|县|自治区)$", "", name)
    return short if len(short) >= 2 and short != "市中" else name


@lru_cache(maxsize=8)
def _places(names: tuple[str, ...]) -> re.Pattern[str]:
    listed = "|".join(sorted(map(re.escape, names), key=len, reverse=True)) or "(?!)"
    honour = f"(?!{CUES['honour'].pattern})"  # a place in the name of an award counts nothing
    unknown = f"(?!{CUES['no-place'].pattern})[一-鿿]{{2,4}}?[市县区旗](?={OFFICE})"
    return re.compile(
        rf"(?P<some>{SOME})"
        rf"|(?P<office>{listed}|(?:{CITIES}){ENDING}?|(?:(?<![一-鿿])|(?<=市)){unknown}){ENDING}?{OFFICE}"
        rf"|(?P<named>{listed}){honour}|(?P<city>{CITIES}){ENDING}{honour}|(?P<wide>{WIDE})"
        rf"|(?P<own>{CUES['own-place'].pattern})"
    )


def _place_marks(plain: str, data: Covered) -> list[Mark]:
    """Return the places that a text names, in order."""
    marks = []
    for match in _places(tuple(data.names)).finditer(plain):
        at, kind = match.start(), match.lastgroup
        if match["own"]:
            marks.append(Mark(at, HOME, match["rank"] or ""))
        elif match["some"]:
            marks.append(Mark(at, BELOW))
        else:
            words = match[kind]
            name = data.names.get(words, ELSEWHERE)
            words = stem(words) if name == ELSEWHERE else words
            marks.append(Mark(at, name, words, kind == "office"))
    return marks


def _time_marks(plain: str) -> list[Mark]:
    """Return what a text says of time: years, a span of years ("2016-2020"), half a year
    ("2024/1", "/1" of the year at hand), the former period ("-"), the present (HOME).

    The words of a year are those that make it an end (截至).
    """
    marks = []
    for match in TIME.finditer(plain):
        if match["year"]:
            name = match["year"] + HALVES[match["half"]]
            marks.append(Mark(match.start("year"), name, match["by"] or ""))
        elif match["first"]:
            marks.append(Mark(match.start(), f"{match['first']}-{match['last']}"))
        elif match["former"]:
            marks.append(Mark(match.start(), "-", match["former"]))
        else:
            marks.append(Mark(match.start(), HALVES[match["part"]] or HOME))
    return marks


class Scopes:
    """The place and time of every quantity of a page."""

    def __init__(self, page: Page, data: Covered, home: Scope) -> None:
        self.page, self.data, self.home = page, data, home
        self.places, self.times = _place_marks(page.plain, data), _time_marks(page.plain)
        own = data.regions.get(home.region, {})
        self.above = str(own.get("parent", ""))
        above = data.regions.get(self.above, {})
        self.rank, self.rank_above = (str(row.get("name_zh", ""))[-1:] for row in (own, above))

    def of(self, around: Around) -> Scope:
        """Return the scope of a quantity."""
        place, time = self._mark(self.places, around), self._mark(self.times, around)
        region, words = self._region(place) if place else (self.home.region, self.home.place)
        period, year = self._period(region or self.home.region, time)
        return Scope(region, period, words, year)

    def _region(self, place: Mark) -> tuple[str, str]:
        home = self.home.region, self.home.place
        if place.name == BELOW:
            return self.home.region, BELOW
        # what the federation above does, it does in the text's place
        if place.name == self.home.region or (place.office and place.name == self.above):
            return home
        if place.name != HOME:
            return ("" if place.name == ELSEWHERE else place.name), place.words
        # 全市 in the text of a district is its city, 全县 in that of a city another place
        if not self.home.region or place.words in ("", self.rank):
            return home
        if place.words == self.rank_above:
            return self.above, ""
        return ("", "全" + place.words) if place.words in "区县" else (self.home.region, "")

    def _mark(self, marks: list[Mark], around: Around) -> Mark | None:
        begin = around.sentence[0]
        column = self.page.columns.head(around.start)
        own = _last(marks, begin, around.start) or (_last(marks, *column) if column else None)
        if own:
            return own
        line = self.page.plain.rfind("\n", 0, begin) + 1
        head = _last(marks, line, line + HEAD)
        between = _last(marks, line + HEAD, begin) if head else None
        over = (between and between.name == HOME) or not head or head.name == BELOW
        return None if over or "-" in head.name else head

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


def _last(marks: list[Mark], begin: int, end: int) -> Mark | None:
    """Return the last mark between two positions."""
    number = bisect_left(marks, (end,))
    return marks[number - 1] if number and marks[number - 1].at >= begin else None


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
    if period:
        return Scope(region, period, place)
    found, year = _period(plain, title, data, region or data.fullest()[0])
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
    marks, reported = _place_marks(plain, data), {code for code, _ in data.sizes}
    named, entitled = (
        [mark for mark in found if mark.words and mark.name != HOME and mark.words[0] != "全"]
        for found in (marks, _place_marks(title, data))
    )
    ours = {mark.name for mark in named} & reported
    # of places that stand in one another (枣庄市山亭区) the last
    first = None
    for mark in entitled:
        if first is not None and mark.at != first.at + len(first.words):
            break
        first = mark
    first = first or next((mark for mark in named if mark.at < 2 * TITLE), None)
    if first is None or first.name not in ours:
        return "", first.words if first and not ours else ""
    leads = first.at < SUBJECT and marks[0].at == first.at and data.fullest()[0] not in ours
    return (first.name, "") if entitled or leads else ("", "")


def _period(plain: str, title: str, data: Covered, region: str) -> tuple[str, str]:
    """The period that a text names (or "" where the data have none such), and the year meant."""
    usual = data.fullest(region)[1]
    first, last = data.years(usual)

    def period_of(time: str) -> str:
        found = data.told(region, time)
        within = last and first <= time[:4] <= last
        return usual if time == usual or (within and not found) else found

    for mark in _time_marks(title):
        if mark.name[:1].isdigit():
            return period_of(mark.name), mark.name[:4]
    said = Counter(
        mark.name
        for mark in _time_marks(plain)
        if mark.name[:4].isdigit() and "-" not in mark.name and not MONTH.match(plain, mark.at + 4)
    )
    time, count = max(said.items(), key=lambda pair: (pair[1], pair[0]), default=(usual, 0))
    found = period_of(time) if count else usual
    return (found, time[:4]) if found or count > 1 else (usual, "")
