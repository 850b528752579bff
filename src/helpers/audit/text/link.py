"""Which figure of the data a quantity of a text speaks of, by the words around it.

Labels and contexts are compared by pairs of characters, rare pairs counting more: Chinese needs
no word list for that. A pair near the number counts more than one further off, and the unit
must be of the same kind. Nouns beside the number that belong to something else speak against a
figure (see `context`); agreement of the values only decides between labels that fit alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from math import log

from helpers.analysis.figures import Figure
from helpers.audit.text.context import (
    NAMED,
    Around,
    Names,
    Page,
    named,
    names_of,
    narrower,
    pairs_of,
)
from helpers.audit.text.extract import Found
from helpers.audit.text.wordlists import CUES

__all__ = ["HINTED", "Contexts", "Held", "Index", "Link", "agree", "link", "same_kind", "slipped",
           "telling", "unit_of"]  # fmt: skip

NEAR, CLAUSE, TOPIC = 1.0, 0.45, 0.2  # weight of a pair by where it stands
CUT = 3  # characters that the beginning of a label must have to be left out
DEFINED = 0.35  # weight of the words of a definition beside those of the label
AGREES = 0.25  # what agreement of the values adds
EXACT = 1.0  # what the whole label right before the number adds
FOREIGN_UNIT, DERIVED, MISNAMED = 0.3, 0.15, 0.3  # what these take off
ENOUGH = 0.3  # the least share of a label's weight that names a figure
HINTED = 0.18  # the same where the values agree
BEYOND = 0.1  # how much of a definition counts beyond the label where the values disagree
TRANSPOSED, MISTYPED = 4, 5  # digits that a number must have to show a slip
SURE = 0.45  # what it takes to link a second mention, or words without the number
KINDS = [
    set(kind.split())
    for kind in ("人 名 位", "个 家 所 处 座 支 间 站 项 条", "场 场次 次 期", "户 家", "篇 条 件")
]
Pairs = tuple[set[str], set[str]]  # those beside a number, and those of its clause


@dataclass(frozen=True, slots=True)
class Link:
    """A figure for a found quantity.

    fit: how well all the words around fit it, named: how well those beside the number do, told:
    how much of its label they say (each 0 to 1).
    """

    figure: Figure
    fit: float
    named: float = 1.0
    told: float = 1.0


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


class Index:
    """The figures that a text may speak of, found by the words of their labels.

    `definitions` and `programmes` have the definition of an indicator and the names of its
    programmes by its slug: more words to know it by.
    """

    def __init__(
        self,
        figures: Sequence[Figure],
        definitions: Mapping[str, str],
        programmes: Mapping[str, str],
    ) -> None:
        self.figures = list(figures)
        self.names: list[Names] = names_of(figures, definitions, programmes)
        self.labels = [pairs_of(figure.label_zh) for figure in figures]
        both = [
            label | pairs_of(definitions.get(figure.slug, ""))
            for label, figure in zip(self.labels, figures, strict=True)
        ]
        counts = Counter(pair for words in both for pair in words)
        self.weights = {pair: log((len(both) + 1) / count) for pair, count in counts.items()}
        self.full = [sum(self.weights[pair] for pair in label) or 1.0 for label in self.labels]
        self.entries: dict[str, list[tuple[int, float]]] = {}
        for number, (label, words) in enumerate(zip(self.labels, both, strict=True)):
            for pair in words:
                strength = self.weights[pair] * (1.0 if pair in label else DEFINED)
                self.entries.setdefault(pair, []).append((number, strength))
        self.ends: dict[str, list[int]] = {}
        for number, names in enumerate(self.names):
            if names.label:
                self.ends.setdefault(names.label[-2:], []).append(number)

    def exact(self, around: Around) -> int | None:
        """Return the figure whose whole label stands right before a number, the longest.

        Else the one whose label is cut to its end (达标率) where its sentence has just said the
        beginning (妇女发展规划), of several the one with the beginning said last.
        """
        if (whole := self.labelled(around.whole)) is not None:
            return whole
        words, found = around.whole, {}
        for number in self.ends.get(words[-2:], ()):
            head = self.names[number].label.removesuffix(words)
            said = around.said.rfind(head)
            if CUT <= len(head) < len(self.names[number].label) and said >= 0:
                found[number] = (said, len(head))
        return max(found, key=found.__getitem__, default=None)

    def labelled(self, words: str) -> int | None:
        """Return the figure with whose whole label some words end, the longest."""
        near = self.ends.get(words[-2:], ())
        fits = [number for number in near if words.endswith(self.names[number].label)]
        return max(fits, key=lambda number: len(self.names[number].label), default=None)


class Contexts:
    """How well the words around each quantity of a page fit each figure of an index."""

    def __init__(self, page: Page, index: Index) -> None:
        self.page, self.index = page, index
        self.topics: dict[tuple[int, int], tuple[list[float], set[str]]] = {}
        self.fitted: dict[int, tuple[Pairs, list[float]]] = {}

    def _set(self, start: int, end: int) -> set[str]:
        words = self.page.bare[self.page.at[start] : self.page.at[end]]
        return pairs_of(words) & self.index.entries.keys()

    def _topic(self, sentence: tuple[int, int]) -> tuple[list[float], set[str]]:
        if sentence not in self.topics:
            pairs = self._set(self.page.topic(sentence), sentence[1])
            reached = [0.0] * len(self.index.figures)
            self._add(reached, pairs, TOPIC)
            self.topics[sentence] = (reached, pairs)
        return self.topics[sentence]

    def _add(self, reached: list[float], pairs: Iterable[str], weight: float) -> None:
        for pair in pairs:
            for number, strength in self.index.entries[pair]:
                reached[number] += weight * strength

    def fits(self, around: Around) -> tuple[Pairs, list[float]]:
        """Return the pairs around a number and how well they fit each figure, 0 to 1."""
        if around.start not in self.fitted:
            beside = pairs_of(around.lead) | pairs_of(around.tail)
            beside.add(around.lead[-1:] + around.tail[:1])
            clause = self._set(max(around.sentence[0], around.since - 24), around.start) - beside
            near = beside & self.index.entries.keys()
            start, topic = self._topic(around.sentence)
            reached = start.copy()
            for pairs, weight in ((near, NEAR), (clause, CLAUSE)):
                self._add(reached, pairs & topic, weight - TOPIC)
                self._add(reached, pairs - topic, weight)
            fits = [got / full for got, full in zip(reached, self.index.full, strict=True)]
            self.fitted[around.start] = (near, clause), fits
        return self.fitted[around.start]

    def told(self, around: Around, number: int) -> float:
        """Return how much of a figure's label the words say, 0 to 1."""
        ((near, clause), _), (_, topic) = self.fits(around), self._topic(around.sentence)
        said = sum(
            self.index.weights[pair] * (1.0 if pair in near else 0.8 if pair in clause else 0.4)
            for pair in self.index.labels[number]
            if pair in near or pair in clause or pair in topic
        )
        return said / self.index.full[number]


@lru_cache(maxsize=10_000)
def same_kind(one: str, other: str) -> bool:
    """Tell whether two measure words can count the same things (人 and 名, 场 and 场次)."""
    return one == other or any(one in kind and other in kind for kind in KINDS)


def unit_of(item: Found, around: Around | None, figure: Figure) -> str:
    """Return the unit of a quantity; 个家庭 and 户家庭 are households both."""
    unit = item.quantity.unit
    if figure.unit == "户" and unit in ("个", "") and around and around.tail.startswith("家庭"):
        return "户"
    return unit


@dataclass(frozen=True, slots=True)
class _Offer:
    score: float
    at: int
    number: int
    link: Link
    whole: bool = False  # the whole label stands right before the number: no other's words


def link(
    found: Sequence[Found],
    arounds: Sequence[Around],
    contexts: Contexts,
    held: Sequence[Held | None],
) -> list[Link | None]:
    """Return for each quantity the figure it speaks of, None where the words name none.

    `held` has, for each quantity, the figures of its place and time in the order of the
    index, None for a quantity that is no level. A figure goes to the quantity that fits it best;
    further mentions only where the words are sure.
    """
    offers: list[_Offer] = []
    for at, (item, around, book) in enumerate(zip(found, arounds, held, strict=True)):
        if book:
            own = list(_offers(at, item, around, contexts, book))
            offers += [offer for offer in own if offer.whole] or own
    offers.sort(key=lambda offer: (-offer.score, offer.at, offer.number))
    links: list[Link | None] = [None] * len(found)
    taken: set[str] = set()
    for offer in offers:
        if links[offer.at] is None and offer.link.figure.key not in taken:
            links[offer.at] = offer.link
            taken.add(offer.link.figure.key)
    for offer in offers:
        if links[offer.at] is None and _again(found[offer.at], offer.link):
            links[offer.at] = offer.link
    return links


def _offers(
    at: int, item: Found, around: Around, contexts: Contexts, book: Held
) -> Iterable[_Offer]:
    exact = contexts.index.exact(around)
    each = bool(CUES["each"].search(around.lead[-14:]))
    for number, fit in enumerate(contexts.fits(around)[1]):
        if fit < HINTED and number != exact:
            continue
        figure, names = book.at(number, partial(agree, item)), contexts.index.names[number]
        whole = number == exact
        if figure is None or (not whole and each != names.each and figure.form != "sum"):
            continue
        told = 1.0 if whole else contexts.told(around, number)
        if not whole and not agree(item, figure):
            fit = min(fit, told + BEYOND)
        score = _score(item, around, figure, 1.0 if whole else min(1.0, fit))
        if score is None or (narrower(around, names) and not agree(item, figure)):
            continue
        fits_words = named(around, names)
        score += EXACT * whole - MISNAMED * (fits_words < NAMED)
        yield _Offer(score, at, number, Link(figure, min(1.0, fit), fits_words, told), whole)


def _score(item: Found, around: Around, figure: Figure, fit: float) -> float | None:
    # How good an offer is, None where it is none.
    kind = same_kind(unit_of(item, around, figure), figure.unit)
    derived = figure.kind == "measure"
    if not kind and (figure.quantity is None or figure.quantity.value != item.quantity.value):
        return None  # another unit is a slip only where the number is the same
    hinted = agree(item, figure) or slipped(item, around, figure)
    least = (HINTED if hinted else ENOUGH) if kind and not derived else SURE
    if fit < least or (derived and not kind):
        return None
    return fit + AGREES * hinted - FOREIGN_UNIT * (not kind) - DERIVED * derived


def agree(item: Found, figure: Figure) -> bool:
    """Tell whether what a text states and a figure of the data can both be true."""
    return figure.interval is not None and figure.interval.meets(item.quantity.interval)


@lru_cache(maxsize=10_000)
def slip(stated: Decimal, data: Decimal) -> bool:
    """Tell whether a number looks like a slip of the pen at another: 14083 at 14038.

    Two neighbouring digits stand in each other's place, of four and more, or one digit of five
    and more is another, too many or missing: hardly a number of something else by chance.
    """
    one, other = ("".join(map(str, n.normalize().as_tuple().digits)) for n in (stated, data))
    if stated == data or min(len(one), len(other)) < TRANSPOSED or one == other:
        return False
    if len(one) == len(other):
        at = [place for place, pair in enumerate(zip(one, other, strict=True)) if len({*pair}) > 1]
        swapped = len(at) == 2 and at[1] == at[0] + 1 and one[at[0]] == other[at[1]]
        crossed = swapped and one[at[1]] == other[at[0]]
        return crossed or (len(at) == 1 and len(one) >= MISTYPED)
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) != 1 or len(long) < MISTYPED:
        return False
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def slipped(item: Found, around: Around | None, figure: Figure) -> bool:
    """Tell whether what a text states looks like a slip at a figure of the same unit."""
    data = figure.quantity
    if data is None or agree(item, figure):
        return False
    kind = same_kind(unit_of(item, around, figure), figure.unit)
    return kind and slip(item.quantity.value, data.value)


def telling(value: Decimal) -> bool:
    """Tell whether a number has so many digits that it is hardly another's by chance."""
    return len(value.normalize().as_tuple().digits) >= 3


def _again(item: Found, one: Link) -> bool:
    # A second mention: sure words, and the same number or the very label.
    stated, data = item.quantity, one.figure.quantity
    if one.named < NAMED:
        return False
    if data and telling(data.value):
        said, known = ((q.value, q.interval, q.unit) for q in (stated, data))
        if said == known:
            return True
    return one.told >= 1.0 or (one.fit >= SURE and (agree(item, one.figure) or one.told >= 0.8))
