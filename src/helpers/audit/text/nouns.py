"""The nouns of official reports that can stand beside a number.

Words of one row of `nouns.csv` name the same thing for an audit (妇女, 女性); words of different
rows do not, so that 残疾儿童 is no 困境儿童 and 委员 is no 执委. What is in no row is judged by its
characters alone (see `naming`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from helpers.audit.text.wordlists import rows

__all__ = ["GENERIC", "Noun", "nouns_of"]


class Noun(NamedTuple):
    """A noun at a place of a text; `thing` is the first word of its line."""

    start: int
    end: int
    thing: str


THINGS = {
    word: row["noun"] for row in rows("nouns") for word in (row["noun"], *row["also"].split())
}
# Nouns that say nothing about which figure is meant.
GENERIC = frozenset(row["noun"] for row in rows("nouns") if row["generic"])
PATTERN = re.compile("|".join(sorted(map(re.escape, THINGS), key=len, reverse=True)))


@lru_cache(maxsize=20_000)
def nouns_of(text: str) -> tuple[Noun, ...]:
    """Return the nouns of a text without quotes and brackets, the longest words first."""
    return tuple(Noun(*match.span(), THINGS[match.group()]) for match in PATTERN.finditer(text))
