"""The word lists beside this module: measure words, nouns, cues, cities, what is no quantity.

`units.csv`: a measure word is often the first character of another word, so that each is listed
with the characters that may not follow it, in brackets those that may follow these after all
(家 is none in 家庭, but is one in 家庭园), or with a pattern of its own. `numerals` tells the words
with which a short Chinese numeral (两, 三 ... 十) counts; `parts` those with which it mostly names
the parts of a programme (三项机制) and counts only before a thing, or behind a verb of counting.

`nouns.csv`: words of one row name the same thing (妇女, 女性); words of different rows do not, so
that 残疾儿童 is no 困境儿童. `cues.csv`: words around a number that tell what it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from helpers.files import rows_beside

__all__ = [
    "CITIES",
    "COUNTED",
    "CUES",
    "GENERIC",
    "HAN",
    "LATIN",
    "NO_QUANTITIES",
    "STRUCTURAL",
    "UNIT",
    "Noun",
    "nouns_of",
    "plain_unit",
]

HAN = "零〇一二两三四五六七八九十百千万亿"


CUES = {row["cue"]: re.compile(row["pattern"]) for row in rows_beside(__file__, "cues.csv")}
CITIES = "|".join(
    sorted((row["city"] for row in rows_beside(__file__, "cities.csv")), key=len, reverse=True)
)


def _guarded(row: dict[str, str]) -> str:
    word, parts = row["unit"], []
    for follower in row["not_before"].split():
        stem, _, allowed = follower.rstrip(")").partition("(")
        parts.append(f"{stem}(?![{allowed}])" if allowed else stem)
    if word[-1].isascii() and word[-1].isalnum():
        parts.append("[A-Za-z0-9]")  # km is none in kmh
    guard = f"(?!{'|'.join(parts)})" if parts else ""
    return row["pattern"] or re.escape(word) + guard


MEASURES = sorted(
    rows_beside(__file__, "units.csv"), key=lambda row: len(row["unit"]), reverse=True
)
BASE = "|".join(map(_guarded, MEASURES))
LATIN = "|".join(_guarded(row) for row in MEASURES if re.match("[A-Za-z]", row["unit"]))
# the second measure word of 台（套）
OTHER = "[套件间只个艘座处所家户项条人组对头份批台辆起期部本册篇场支名位款种类班课节宗株架幅]"
# 元/吨, 吨标准煤/万元, 人/平方公里, 16.9/10万
SIZE = "每?(?:10?[万亿]|[百千万亿](?![瓦米克伏]))?"
PER = rf"(?:/(?:{SIZE}(?:{BASE}|[人户天日年月周季次]))|/(?:10?)?[万亿])"
UNIT = re.compile(rf"(?:{BASE})(?:[（(](?:次|{OTHER})[）)]次?|次(?![日年要于]))?{PER}?|{PER}")
COUNTED = frozenset(row["unit"] for row in MEASURES if row["numerals"])
STRUCTURAL = frozenset(row["unit"] for row in MEASURES if row["numerals"] == "parts")
SAME = {row["unit"]: row["same_as"] for row in MEASURES if row["same_as"]}


def plain_unit(unit: str) -> str:
    """Return the unit without brackets, money as 元 and areas in words, below a stroke too."""
    bare = re.sub(r"[（()）]", "", unit)
    top, stroke, base = bare.partition("/")
    size = re.match(SIZE, base)[0]
    below = base[len(size) :]
    return SAME.get(top, top) + stroke + size + SAME.get(below, below)


class Noun(NamedTuple):
    """A noun at a place of a text; `thing` is the first word of its row."""

    start: int
    end: int
    thing: str


NOUNS = rows_beside(__file__, "nouns.csv")
THINGS = {word: row["noun"] for row in NOUNS for word in (row["noun"], *row["also"].split())}
GENERIC = frozenset(row["noun"] for row in NOUNS if row["generic"])  # tell no figure from another
NOUN = re.compile("|".join(sorted(map(re.escape, THINGS), key=len, reverse=True)))


@lru_cache(maxsize=20_000)
def nouns_of(text: str) -> tuple[Noun, ...]:
    """Return the nouns of a text without quotes and brackets, the longest words first."""
    return tuple(Noun(*match.span(), THINGS[match.group()]) for match in NOUN.finditer(text))


# Runs are bounded, so that a page full of digits takes no longer than a page of prose.
PARTS = {
    "UNIT": UNIT.pattern,
    "LATIN": LATIN,
    "HAN": HAN,
    "YEAR": "(?:19|20)[0-9]{2}",
    "RUN": "[0-9]{1,12}",
    "NUMBER": r"[0-9]{1,12}(?:\.[0-9]{1,8})?",
}
NO_QUANTITIES = [
    re.compile(re.sub("<([A-Z]+)>", lambda part: PARTS[part[1]], row["pattern"]))
    for row in rows_beside(__file__, "no_quantities.csv")
]
