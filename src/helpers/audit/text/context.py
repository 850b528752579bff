"""The words around a quantity: its clause, its nouns, its sentence; whether they name a figure.

The nouns beside the number decide: each must be a word of the figure's label, definition or
programmes (or another word for the same thing), and the last of them, which says what is
counted, must not be the noun of another figure. Where no noun is known, characters decide.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from helpers.analysis.figures import Figure
from helpers.audit.text.columns import Columns
from helpers.audit.text.extract import Found
from helpers.audit.text.plain import Layer
from helpers.audit.text.wordlists import CUES, GENERIC, Noun, nouns_of

__all__ = ["NAMED", "Around", "Names", "Page", "bare", "named", "names_of", "narrower", "pairs_of"]

NOT_WORDS = re.compile(r"[^一-鿿A-Za-z]+")
ENDS = re.compile(r"[。；！？;!?\n]")
CUTS = re.compile(r"[，、：,:]")
STOP = re.compile(r"[，。；：！？,;:!?\n\t（(]")
PLACE = re.compile("(?:其中)?[一-鿿]{2,5}[市区县省]")
STARTS = re.compile("^(?:[的“”‘’（）()]+)")
LONG = 600  # characters of a sentence; whatever goes on is another
BEFORE, AFTER = 48, 24  # characters of a sentence that can name what a number counts
TOPIC = 250  # characters before a sentence that tell what its paragraph is about


NAMED = 0.5  # below it the words beside a number name something else
RANKS = frozenset({"乡镇", "社区", "机关", "村"})
REACH = 6  # characters between a number and the nouns that it counts
TAIL = 4  # characters beside a number that name what it counts


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


@dataclass(frozen=True, slots=True)
class Names:
    """The words by which a figure is known: things of its label and of all that tells of it.

    others: nouns of other figures with the same unit that its label lacks.
    """

    label: str
    things: frozenset[str]
    wide: frozenset[str]
    pairs: frozenset[str]
    chars: frozenset[str]
    persons: bool
    each: bool  # a mean: 每站活动场次
    others: frozenset[str]

    def knows(self, noun: Noun, word: str) -> bool:
        """Tell whether a noun is a word for this figure."""
        return noun.thing in self.wide or noun.thing in GENERIC or word in self.label

    def counts(self, noun: Noun, word: str) -> bool:
        """Tell whether a noun can be what this figure counts."""
        if noun.thing in self.things or noun.thing in GENERIC or word in self.label:
            return True
        return noun.thing in self.wide and noun.thing not in self.others


def _things(text: str) -> frozenset[str]:
    return frozenset(noun.thing for noun in nouns_of(bare(text)))


def names_of(
    figures: Sequence[Figure], definitions: Mapping[str, str], programmes: Mapping[str, str]
) -> list[Names]:
    """Return the names of each figure, told apart from the others'."""
    by_unit: dict[str, frozenset[str]] = {}
    for figure in figures:
        by_unit[figure.unit] = by_unit.get(figure.unit, frozenset()) | _things(figure.label_zh)
    found = []
    for figure in figures:
        told = definitions.get(figure.slug, figure.note_zh)
        defined, things = CUES["not-so"].sub("", told), _things(figure.label_zh)
        words = programmes.get(figure.slug, "")
        found.append(
            Names(
                bare(figure.label_zh),
                things,
                things | _things(words) | _things(defined),
                frozenset(pairs_of(f"{figure.label_zh}。{words}。{defined}")),
                frozenset(bare(f"{figure.label_zh}{words}")),
                figure.unit in ("人", "名"),
                bool(CUES["each"].search(figure.label_zh)),
                by_unit[figure.unit] - things,
            )
        )
    return found


def named(around: Around, names: Names) -> float:
    """Return how well the words beside a number name a figure, 0 to 1."""
    if around.whole.endswith(names.label):
        return 1.0
    behind, ahead = _behind(around), _ahead(around)
    own = bool(around.whole)  # a clause without words of its own goes on about the last one's
    told = []
    for words, run, near in ((around.tail, behind, True), (around.lead, ahead, not behind and own)):
        if not run:
            continue
        if (
            len(run) > 1 and run[-1].thing == "队伍" and names.persons
        ):  # 爱心妈妈队伍 counts mothers
            run = run[:-1]
        fits = _fits(words, run, names, near)
        if len(run) > 1 or run is behind:
            fits = fits and run[-1].thing not in GENERIC - names.wide
        adjacent = bool(around.lead) and run[-1].end == len(around.lead)
        if not fits and (near or (own and adjacent)):
            return 0.0
        if fits and not {noun.thing for noun in run} <= GENERIC - names.things:
            told.append(1.0)
    rest = around.lead[ahead[-1].end :] if ahead else ""
    if ahead and told and _unknown(rest, names) and not behind:
        return 0.3
    lead = CUES["small"].sub("", around.lead)
    return max(*told, _share(lead[-TAIL:], names), _share(around.tail[: TAIL + 1], names))


def _fits(words: str, run: Sequence[Noun], names: Names, near: bool) -> bool:
    """Tell whether all nouns of a run are a figure's, the last one what it counts.

    What stands before a number that has its noun behind it (not `near`) need not be counted.
    """
    told = [(noun, words[noun.start : noun.end]) for noun in run]
    return all(names.knows(*one) for one in told) and (not near or names.counts(*told[-1]))


def narrower(around: Around, names: Names) -> bool:
    """Tell whether the nouns beside a number narrow a figure down: 乡镇妇女之家."""
    runs = ({noun.thing for noun in run} for run in (_behind(around), _ahead(around)))
    return any(len(things) > 1 and (things & RANKS) - names.wide for things in runs)


def _behind(around: Around) -> list[Noun]:
    """The nouns that follow a number one upon the other, unless they lead to the next number."""
    run: list[Noun] = []
    for noun in around.after:
        gap = around.tail[run[-1].end if run else 0 : noun.start]
        if not CUES["joins"].match(gap) if run else _apart(gap):
            break
        run.append(noun)
    return run if around.closed or (run and run[-1].end < len(around.tail)) else []


def _apart(gap: str) -> bool:
    return len(gap) > REACH or bool(CUES["stops"].search(gap))


def _ahead(around: Around) -> list[Noun]:
    """The nouns before a number, from the last one back."""
    run: list[Noun] = []
    for noun in reversed(around.before):
        gap = around.lead[noun.end : run[-1].start if run else len(around.lead)]
        if not CUES["joins"].match(gap) if run else len(gap) > REACH:
            break
        run.append(noun)
    return run[::-1]


def _unknown(rest: str, names: Names) -> bool:
    # Words between the last noun and the number that the figure does not know.
    left = CUES["verbs"].sub("", CUES["small"].sub("", rest))
    return len(left) >= 2 and _share(left, names) < NAMED


def _share(words: str, names: Names) -> float:
    telling = CUES["small"].sub("", words)
    pairs = [words[at : at + 2] for at in range(len(words) - 1)]
    known = sum(pair in names.pairs for pair in pairs) / len(pairs) if pairs else 0.0
    chars = sum(char in names.chars for char in telling) / len(telling) if telling else 0.0
    return max(known, 0.8 * chars)
