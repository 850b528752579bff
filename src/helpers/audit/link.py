"""Which figure of the data a quantity of a text speaks of, by the words around it.

Labels and contexts are compared by pairs of characters, rare pairs counting more: Chinese needs
no word list for that. A pair near the number counts more than one further off, and the unit
must be of the same kind. Agreement of the values only decides between labels that fit alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

from helpers.analysis.figures import Figure
from helpers.audit.extract import Found

__all__ = ["SURE", "Link", "link", "same_kind"]

NEAR, CLAUSE, PARAGRAPH = 1.0, 0.45, 0.2  # weight of a pair by where it stands
DEFINED = 0.35  # weight of the words of a definition beside those of the label
AGREES = 0.25  # what agreement of the values adds
FOREIGN_UNIT, DERIVED = 0.3, 0.15  # what another kind of unit, or a derived figure, takes off
ENOUGH = 0.3  # the least share of a label's weight that names a figure
HINTED = 0.18  # the same where the values agree
SURE = 0.45  # what it takes to link a second mention, or words without the number
KINDS = [
    {"人", "名", "位"},
    {"人次"},
    {"个", "家", "所", "处", "座", "支", "间", "站", "项", "条"},
    {"场", "场次", "次", "期"},
    {"户", "家"},
    {"元"},
    {"%"},
    {"对"},
    {"篇", "条", "件"},
]
FILLERS = re.compile("累计|实现|达到|组织开展|开展|各类|建设|其中|已有|[达共进建中有为等已的了]")
TAIL = 4  # characters beside a number that name what it counts
NOT_WORDS = re.compile(r"[^一-鿿A-Za-z]")


@dataclass(frozen=True, slots=True)
class Link:
    """A figure for a found quantity.

    fit: how well all the words around fit it, named: how well those beside the number do
    (both 0 to 1).
    """

    figure: Figure
    fit: float
    named: float = 1.0


def same_kind(one: str, other: str) -> bool:
    """Tell whether two measure words can count the same things (人 and 名, 场 and 场次)."""
    return one == other or any(one in kind and other in kind for kind in KINDS)


def _pairs(text: str) -> set[str]:
    bare = NOT_WORDS.sub("", text)
    return {bare[at : at + 2] for at in range(len(bare) - 1)}


def _weights(labels: Iterable[set[str]]) -> dict[str, float]:
    counts: dict[str, int] = {}
    total = 0
    for pairs in labels:
        total += 1
        for pair in pairs:
            counts[pair] = counts.get(pair, 0) + 1
    return {pair: log((total + 1) / count) for pair, count in counts.items()}


def _contexts(found: Sequence[Found], paragraphs: Sequence[str]) -> list[list[tuple[float, set]]]:
    """For each quantity the pairs near it, in its clause and in its paragraph."""
    contexts = []
    for item, paragraph in zip(found, paragraphs, strict=True):
        last, following = _beside(item)
        clause = re.split(r"[，、；。,;]", item.before)
        before = last if len(last) > 1 else "".join(clause[-2:])
        near = _pairs(before) | _pairs(following) | _pairs(before[-4:] + following[:4])
        contexts.append(
            [
                (NEAR, near),
                (CLAUSE, _pairs(item.before + item.after)),
                (PARAGRAPH, _pairs(paragraph)),
            ]
        )
    return contexts


def _beside(item: Found) -> tuple[str, str]:
    # The words of the clause before the number and after it, up to another number.
    clause = re.split(r"[，、；。,;]", item.before)[-1]
    last = re.split(r"[0-9.余万亿]+[一-鿿%]", clause)[-1] or clause
    return NOT_WORDS.sub("", last), NOT_WORDS.sub("", re.split(r"[0-9、，]", item.after)[0])


def _named(item: Found, names: str, known: set[str]) -> float:
    """How well the words beside a number name its figure: the better of before and after."""
    last, following = _beside(item)
    shares = [0.0]
    for words in (FILLERS.sub("", last)[-TAIL:], following[: TAIL + 1]):
        pairs = [words[at : at + 2] for at in range(len(words) - 1)]
        telling = FILLERS.sub("", words)
        if pairs:
            shares.append(sum(pair in known for pair in pairs) / len(pairs))
        if telling:
            shares.append(0.8 * sum(char in names for char in telling) / len(telling))
    return max(shares)


class _Index:
    """Which figures each pair of characters speaks for, and how strongly."""

    def __init__(self, labels: Sequence[set[str]], defined: Sequence[set[str]]) -> None:
        weights = _weights([one | other for one, other in zip(labels, defined, strict=True)])
        self.entries: dict[str, list[tuple[int, float]]] = {}
        self.full = [sum(weights[pair] for pair in label) or 1.0 for label in labels]
        for number, (label, words) in enumerate(zip(labels, defined, strict=True)):
            for pair in label | words:
                strength = weights[pair] * (1.0 if pair in label else DEFINED)
                self.entries.setdefault(pair, []).append((number, strength))

    def fits(self, context: Sequence[tuple[float, set]]) -> list[float]:
        """How well a context fits each figure, 0 to 1."""
        reached, seen = [0.0] * len(self.full), set()
        for weight, pairs in context:
            new = (pairs & self.entries.keys()) - seen
            seen |= new
            for pair in new:
                for number, strength in self.entries[pair]:
                    reached[number] += weight * strength
        return [min(1.0, got / full) for got, full in zip(reached, self.full, strict=True)]


def link(
    found: Sequence[Found],
    paragraphs: Sequence[str],
    figures: Sequence[Figure],
    definitions: Mapping[str, str],
    programmes: Mapping[str, str],
) -> list[Link | None]:
    """Return for each quantity the figure it speaks of, None where the words name none.

    `definitions` and `programmes` have the definition of an indicator and the names of its
    programmes by its slug: more words to know it by.
    A figure goes to the quantity that fits it best; further mentions only where the words are
    sure. Derived figures (measures) are linked only where the values agree.
    """
    labels = [_pairs(figure.label_zh) for figure in figures]
    defined = [_pairs(definitions.get(figure.slug, "")) for figure in figures]
    index = _Index(labels, defined)
    offers = []
    for at, context in enumerate(_contexts(found, paragraphs)):
        for number, fit in enumerate(index.fits(context)):
            score = _score(found[at], figures[number], fit) if fit >= HINTED else None
            if score is not None:
                offers.append((score, fit, at, number))
    links = _assign(offers, found, figures)
    named = []
    for item, one in zip(found, links, strict=True):
        if one:
            names = one.figure.label_zh + "。" + programmes.get(one.figure.slug, "")
            known = _pairs(names) | _pairs(definitions.get(one.figure.slug, ""))
            one = replace(one, named=_named(item, names, known))
        named.append(one)
    return named


def _score(item: Found, figure: Figure, fit: float) -> float | None:
    # How good an offer is, None where it is none.
    agrees, kind = _agree(item, figure), same_kind(item.quantity.unit, figure.unit)
    derived = figure.kind == "measure"
    if not kind and (figure.quantity is None or figure.quantity.value != item.quantity.value):
        return None  # another unit is a slip only where the number is the same
    least = (HINTED if agrees else ENOUGH) if kind and not derived else SURE
    if fit < least or (derived and not (agrees and kind)):
        return None
    return fit + AGREES * agrees - FOREIGN_UNIT * (not kind) - DERIVED * derived


def _agree(item: Found, figure: Figure) -> bool:
    return figure.interval is not None and figure.interval.meets(item.quantity.interval)


def _assign(offers: list, found: Sequence[Found], figures: Sequence[Figure]) -> list[Link | None]:
    links: list[Link | None] = [None] * len(found)
    taken: set[int] = set()
    ranked = sorted(offers, key=lambda offer: (-offer[0], offer[2], offer[3]))
    for _, fit, at, number in ranked:
        if links[at] is None and number not in taken:
            links[at] = Link(figures[number], fit)
            taken.add(number)
    for _, fit, at, number in ranked:
        if links[at] is None and (fit >= SURE and _agree(found[at], figures[number])):
            links[at] = Link(figures[number], fit)
    return links
