"""Figures found by the words of their labels, and how well the words of a text fit them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import log

from helpers.analysis.figures import Figure
from helpers.audit.text.mention import Around, Page, bare
from helpers.audit.text.naming import Names, names_of

__all__ = ["Contexts", "Index"]

NEAR, CLAUSE, TOPIC = 1.0, 0.45, 0.2  # weight of a pair by where it stands
CUT = 3  # characters that the beginning of a label must have to be left out
DEFINED = 0.35  # weight of the words of a definition beside those of the label


def _pairs(text: str) -> set[str]:
    words = bare(text)
    return {words[at : at + 2] for at in range(len(words) - 1)}


def _weights(labels: Iterable[set[str]]) -> dict[str, float]:
    counts: dict[str, int] = {}
    total = 0
    for pairs in labels:
        total += 1
        for pair in pairs:
            counts[pair] = counts.get(pair, 0) + 1
    return {pair: log((total + 1) / count) for pair, count in counts.items()}


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
        self.labels = [_pairs(figure.label_zh) for figure in figures]
        defined = [_pairs(definitions.get(figure.slug, "")) for figure in figures]
        both = [one | other for one, other in zip(self.labels, defined, strict=True)]
        self.weights = _weights(both)
        self.entries: dict[str, list[tuple[int, float]]] = {}
        self.full = [sum(self.weights[pair] for pair in label) or 1.0 for label in self.labels]
        for number, (label, words) in enumerate(zip(self.labels, both, strict=True)):
            for pair in words:
                strength = self.weights[pair] * (1.0 if pair in label else DEFINED)
                self.entries.setdefault(pair, []).append((number, strength))
        self.ends: dict[str, list[int]] = {}
        for number, names in enumerate(self.names):
            if names.label:
                self.ends.setdefault(names.label[-2:], []).append(number)

    def exact(self, around: Around) -> int | None:
        """Return the figure whose whole label stands right before a number, the longest."""
        whole = self.labelled(around.whole)
        return self._cut(around) if whole is None else whole

    def _cut(self, around: Around) -> int | None:
        """Return the figure whose label is cut to its end (达标率) where its sentence has just
        said the beginning (妇女发展规划); the one with the beginning said last."""
        words, found = around.whole, {}
        for number in self.ends.get(words[-2:], ()):
            head = self.names[number].label.removesuffix(words)
            said = around.said.rfind(head)
            if CUT <= len(head) < len(self.names[number].label) and said >= 0:
                found[number] = (said, len(head))
        return max(found, key=found.__getitem__, default=None)

    def labelled(self, words: str) -> int | None:
        """Return the figure with whose whole label some words end, the longest."""
        fits = [
            number
            for number in self.ends.get(words[-2:], ())
            if words.endswith(self.names[number].label)
        ]
        return max(fits, key=lambda number: len(self.names[number].label), default=None)


class Contexts:
    """How well the words around each quantity of a page fit each figure of an index."""

    def __init__(self, page: Page, index: Index) -> None:
        self.page, self.index = page, index
        words, entries = page.bare, index.entries
        self.known = [
            words[at : at + 2] if words[at : at + 2] in entries else ""
            for at in range(len(words) - 1)
        ]
        self.topics: dict[tuple[int, int], tuple[list[float], frozenset[str]]] = {}
        self.fitted: dict[int, tuple[tuple[set[str], set[str]], list[float]]] = {}

    def _set(self, start: int, end: int) -> set[str]:
        at = self.page.at
        pairs = set(self.known[at[start] : max(at[start], at[end] - 1)])
        pairs.discard("")
        return pairs

    def _topic(self, sentence: tuple[int, int]) -> tuple[list[float], frozenset[str]]:
        if sentence not in self.topics:
            pairs = self._set(self.page.topic(sentence), sentence[1])
            reached = [0.0] * len(self.index.figures)
            self._add(reached, pairs, TOPIC)
            self.topics[sentence] = (reached, frozenset(pairs))
        return self.topics[sentence]

    def _add(self, reached: list[float], pairs: Iterable[str], weight: float) -> None:
        for pair in pairs:
            for number, strength in self.index.entries[pair]:
                reached[number] += weight * strength

    def sets(self, around: Around) -> tuple[set[str], set[str]]:
        """Return the pairs beside a number and those of its clause."""
        entries = self.index.entries
        beside = _pairs(around.lead) | _pairs(around.tail)
        beside.add(around.lead[-1:] + around.tail[:1])
        clause = self._set(max(around.sentence[0], around.since - 24), around.start)
        return {pair for pair in beside if pair in entries}, clause - beside

    def fits(self, around: Around, near: set[str], clause: set[str]) -> list[float]:
        """Return how well the words fit each figure, 0 to 1."""
        start, pairs = self._topic(around.sentence)
        reached = start.copy()
        self._add(reached, near & pairs, NEAR - TOPIC)
        self._add(reached, near - pairs, NEAR)
        self._add(reached, clause & pairs, CLAUSE - TOPIC)
        self._add(reached, clause - pairs, CLAUSE)
        return [got / full for got, full in zip(reached, self.index.full, strict=True)]

    def known_fits(self, around: Around) -> tuple[tuple[set[str], set[str]], list[float]]:
        """Return the pairs around a number and how well they fit each figure, counted once."""
        if around.start not in self.fitted:
            sets = self.sets(around)
            self.fitted[around.start] = sets, self.fits(around, *sets)
        return self.fitted[around.start]

    def told(self, around: Around, number: int, sets: tuple[set[str], set[str]]) -> float:
        """Return how much of a figure's label the words say, 0 to 1."""
        (near, clause), (_, topic) = sets, self._topic(around.sentence)
        weights = self.index.weights
        said = sum(
            weights[pair] * (1.0 if pair in near else 0.8 if pair in clause else 0.4)
            for pair in self.index.labels[number]
            if pair in near or pair in clause or pair in topic
        )
        return said / self.index.full[number]
