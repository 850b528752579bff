"""The words around a quantity, cut once for linking: its clause, its nouns, its sentence."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from helpers.audit.text.columns import Columns
from helpers.audit.text.extract import Found
from helpers.audit.text.plain import Layer
from helpers.audit.text.wordlists import CUES, Noun, nouns_of

__all__ = ["Around", "Page", "bare", "pairs_of"]

NOT_WORDS = re.compile(r"[^一-鿿A-Za-z]+")
ENDS = re.compile(r"[。；！？;!?\n]")
CUTS = re.compile(r"[，、：,:]")
STOP = re.compile(r"[，。；：！？,;:!?\n\t（(]")
PLACE = re.compile("(?:其中)?[一-鿿]{2,5}[市区县省]")
STARTS = re.compile("^(?:[的“”‘’（）()]+)")
LONG = 600  # characters of a sentence; whatever goes on is another
BEFORE, AFTER = 48, 24  # characters of a sentence that can name what a number counts
TOPIC = 250  # characters before a sentence that tell what its paragraph is about


def bare(text: str) -> str:
    """Return the words of a text alone, no signs and no digits."""
    return NOT_WORDS.sub("", text)


def pairs_of(text: str) -> set[str]:
    """Return the pairs of characters that stand side by side in the words of a text."""
    words = bare(text)
    return {words[at : at + 2] for at in range(len(words) - 1)}


@dataclass(frozen=True)
class Around:
    """What stands around one quantity.

    lead: the words of its clause before it (of the clause before as well where there are none),
    without the verbs that only join; whole: all words since the last number or sentence end;
    tail: the words behind it, up to the next sign; closed: whether that sign, not another
    number, ends them. start and end are positions in the plain text, sentence is its stretch;
    since is where the words before it begin, said has those of the sentence before these.
    """

    start: int
    end: int
    lead: str
    whole: str
    tail: str
    closed: bool
    sentence: tuple[int, int]
    since: int
    said: str = ""

    @cached_property
    def before(self) -> tuple[Noun, ...]:
        """The nouns of the lead."""
        return nouns_of(self.lead)

    @cached_property
    def after(self) -> tuple[Noun, ...]:
        """The nouns of the tail."""
        return nouns_of(self.tail)


class Page:
    """A plain text with what is found in it: sentences, paragraphs, bare words."""

    def __init__(self, layer: Layer, found: Sequence[Found]) -> None:
        self.plain, self.columns = layer.plain, Columns(layer.plain)
        self.spans = [
            (bisect_left(layer.origin, item.start), bisect_right(layer.origin, item.end - 1))
            for item in found
        ]
        self.stops = list(_stops(self.plain))
        words = [not NOT_WORDS.match(char) for char in self.plain]
        self.bare = bare(self.plain)
        # position in the plain text -> position among the bare words
        self.at = [0, *accumulate(words)]

    def sentence(self, at: int) -> tuple[int, int]:
        """Return where the sentence around a position begins and ends."""
        number = bisect_left(self.stops, at)
        begin = self.stops[number - 1] + 1 if number else 0
        return begin, self.stops[number] if number < len(self.stops) else len(self.plain)

    def topic(self, sentence: tuple[int, int]) -> int:
        """Return where the words begin that tell what a sentence is about."""
        line = self.plain.rfind("\n", 0, sentence[0]) + 1
        return max(line, sentence[0] - TOPIC)

    def around(self) -> list[Around]:
        """Return the surroundings of every quantity, in order."""
        found: list[Around] = []
        for number in range(len(self.spans)):
            found.append(self._around(number, found[-1] if found else None))
        return found

    def _around(self, number: int, former: Around | None) -> Around:
        start, end = self.spans[number]
        sentence = self.sentence(start)
        last = self.spans[number - 1][1] if number else 0
        since = max(sentence[0], start - BEFORE, last)
        words = self.plain[since:start]
        parts = CUTS.split(words)
        lead = CUES["fillers"].sub("", bare(parts[-1]))
        if len(lead) < 2:
            lead = CUES["fillers"].sub("", bare("".join(parts[-2:])))
        tail, closed = self._tail(number)
        said = bare(self.plain[sentence[0] : since])
        if label := bare(self.columns.label(start)):
            lead = words = label
        left_out = not lead or PLACE.fullmatch(lead)  # 上年2300个，今年2479个，滕州市800个
        if left_out and former and former.sentence == sentence and not nouns_of(tail):
            lead = former.lead
        return Around(start, end, lead, bare(words), tail, closed, sentence, since, said)

    def _tail(self, number: int) -> tuple[str, bool]:
        end = self.spans[number][1]
        following = self.spans[number + 1][0] if number + 1 < len(self.spans) else len(self.plain)
        words = self.plain[end : min(end + AFTER, following)]
        stop = STOP.search(words)
        words = words[: stop.start()] if stop else words
        closed = bool(stop) or end + AFTER < following or following == len(self.plain)
        listed = words.rfind("、")
        if listed == 0 or (listed > 0 and not closed):
            words, closed = words[:listed], True
        return bare(STARTS.sub("", words)), closed


def _stops(plain: str) -> Iterator[int]:
    """Yield where sentences end; one without an end is cut at its commas."""
    last = 0
    for stop in (*(match.start() for match in ENDS.finditer(plain)), len(plain)):
        while stop - last > LONG:
            comma = plain.rfind("，", last + 1, last + LONG)
            last = comma if comma > 0 else last + LONG
            yield last
        if stop < len(plain):
            yield stop
        last = stop
