"""The place and the time that a quantity of a text is said of.

A place named before a number in its sentence, or at the head of its paragraph or of the text,
is the number's own; 全市 and the like bring back the text's. The same holds for years.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from helpers.audit.text.wordlists import CITIES

__all__ = ["ELSEWHERE", "HOME", "Mark", "Marks", "stem"]

HOME, ELSEWHERE = "home", "elsewhere"
ENDING = "(?:市|省|州|地区|自治区|县|区|妇联|妇女联合会)"
# A province or the nation in the name of an award or of an office is no place of counting.
HONOUR = (
    "(?!妇联|妇女联合会|三八|“|委|政府|级|巾帼|先进|关心|妇女儿童|五一|维护|文明|最美|五好|模范|"
    "优秀|总工会|两会)"
)
OWN = re.compile("[全我本](?P<rank>[市县区])(?!域)|各级妇联|[市县区]妇联")
WIDE = "全国(?=平均|城镇|村委|就业|人大|政协|，|妇女|共|累计)|全省"
OTHER = re.compile(r"(?<![一-鿿])([一-鿿]{2,4}?[市县区旗])(?:妇联|妇女联合会)")
NOT_NAMES = re.compile("[全我本各该市两某每区县]|社区|园区|城区|地区|基层|乡镇")
YEARS = re.compile(r"((?:19|20)[0-9]{2})年?[—\-~至到]+((?:19|20)[0-9]{2})年")
YEAR = re.compile(
    r"(?<![0-9比较同—\-~])(?P<by>截[至止]到?|到|至)?(?P<year>(?:19|20)[0-9]{2})年"
    r"(?P<half>[上下]半年)?(?!以来|起|版|后|前|—|至|-|相比|比|同期|[末底](?:相比|比))"
)
HALF = re.compile("(?<![年比同])[上下]半年(?!度?(?:相比|比|同期))")
HALVES = {"上半年": "/1", "下半年": "/2"}
FORMER = re.compile(
    "(?<![比较同与])(?:上一?年度?|去年)(?!同期|相比|以来|比|[末底](?:相比|比))|"
    "(?<![比较与])上一?(?:时期|报告期|届)|(?<=\t)上一?[年期](?:[数值]|末)?(?=[\t\n]|$)"
)
NOW = re.compile(
    "今年|本年|当前|目前|截[至止]|本届|妇代会以来|五年来|几年来|近年来|"
    "(?:增加|提高|上升|下降|减少|扩大|增|降|升)[到至]"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place or a time named at a position: the name as the data have it, or HOME, ELSEWHERE."""

    at: int
    name: str
    words: str = ""


class Marks:
    """Where a text names a place (or a time), asked for by position."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        self.marks = sorted(marks, key=lambda mark: (mark.at, mark.name == HOME))
        self.spots = [mark.at for mark in self.marks]

    def last(self, begin: int, end: int) -> Mark | None:
        """Return the last mark between two positions."""
        number = bisect_right(self.spots, end - 1)
        return self.marks[number - 1] if number and self.spots[number - 1] >= begin else None


def stem(name: str) -> str:
    """Return the name of a place without its rank (滕州市 is 滕州) where two characters stay."""
    short = re.sub("(?:市|省|区|县|自治区)$", "", name)
    return short if len(short) >= 2 and short != "市中" else name


@lru_cache(maxsize=8)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    listed = "|".join(sorted(map(re.escape, names), key=len, reverse=True)) or "(?!)"
    return re.compile(
        rf"(?P<own>{listed}){HONOUR}|(?P<city>{CITIES}){ENDING}{HONOUR}|(?P<all>{WIDE})"
    )


def place_marks(plain: str, regions: Mapping[str, str], places: Sequence[str]) -> list[Mark]:
    """Return the places that a text names.

    `regions` has the regions of the data by every name and short name, `places` the stems of
    places that comparables are of: named as they are, others as ELSEWHERE.
    """
    marks = [Mark(match.start(), HOME, match["rank"] or "") for match in OWN.finditer(plain)]
    names = tuple(sorted({*regions, *places} - {"全国"}))
    for match in _pattern(names).finditer(plain):
        word = match["own"] or match["city"] or match["all"]
        marks.append(Mark(match.start(), regions.get(word, ELSEWHERE), word))
    for match in OTHER.finditer(plain):
        if not NOT_NAMES.match(match[1]) and stem(match[1]) not in names:
            marks.append(Mark(match.start(), ELSEWHERE, stem(match[1])))
    return marks


def time_marks(plain: str) -> list[Mark]:
    """Return what a text says of time: years, a span of years ("2016-2020"), half a year
    ("2024/1", "/1" of the year at hand), the former period ("-"), the present (HOME).

    The words of a year are those that make it an end (截至).
    """
    marks = [Mark(match.start(), HOME) for match in NOW.finditer(plain)]
    for match in YEARS.finditer(plain):
        marks.append(Mark(match.start(), f"{match[1]}-{match[2]}"))
    for match in YEAR.finditer(plain):
        name = match["year"] + HALVES.get(match["half"] or "", "")
        marks.append(Mark(match.start("year"), name, match["by"] or ""))
    marks += [Mark(m.start(), HALVES[m.group()]) for m in HALF.finditer(plain)]
    return marks + [Mark(match.start(), "-", match.group()) for match in FORMER.finditer(plain)]
