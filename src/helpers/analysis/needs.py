"""Needs: which rows of which tables a figure, measure, rule or comparison is made of.

The book of a study is worked out at once, for speed; what a report has read of the tables is
noted here, when it uses a figure. An operand that is not there is a need too: the figure
changes on the day it appears.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from helpers.data.formulas import parse_rule, parse_sum
from helpers.data.parts import ANY, CELLS, Part, columns, part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from helpers.data import Tables
    from helpers.data.formulas import Term

Row = dict[str, object]
ABOUT = "约"  # what is derived may be written with it
WORDS = columns("qualifier", "position", "word_en")  # how numbers are read and written
ENDS = columns("qualifier", "position", "lower", "upper")  # which intervals words stand for


class Needs:
    """The needs of one reference area and period, worked out from ``tables`` (unnoted)."""

    def __init__(self, tables: Tables, region: str, period: str) -> None:
        self._tables, self.region, self.period = tables, region, period

    @cached_property
    def indicators(self) -> Mapping[str, Row]:
        """indicator → its row of ``indicators.csv``."""
        return {str(row["indicator"]): row for row in self._tables.indicators.to_dict("records")}

    @cached_property
    def measures(self) -> Mapping[str, Row]:
        """measure → its row of ``measures.csv``."""
        return {str(row["measure"]): row for row in self._tables.measures.to_dict("records")}

    @cached_property
    def areas(self) -> Mapping[str, str]:
        """The area of each indicator and measure."""
        rows = {**self.indicators, **self.measures}
        return {slug: str(row["area"]) for slug, row in rows.items()}

    @cached_property
    def _observed(self) -> Mapping[str, list[tuple[str, str]]]:
        """indicator → (period, source) of its observations in the reference area."""
        frame = self._tables.part("observations", region=self.region)
        found: dict[str, list[tuple[str, str]]] = {}
        for slug, *rest in zip(frame["indicator"], frame["period"], frame["source"], strict=True):
            found.setdefault(slug, []).append(tuple(rest))
        return found

    @cached_property
    def _places(self) -> Mapping[str, list[dict[str, str]]]:
        """indicator → the places and periods of its comparables."""
        found: dict[str, list[dict[str, str]]] = {}
        frame = self._tables.comparables
        for row in frame[["indicator", "region", "place_en", "period"]].to_dict("records"):
            place = {"region": row["region"]}
            place |= {} if row["region"] else {"place_en": row["place_en"]}
            found.setdefault(row["indicator"], []).append({**place, "period": row["period"]})
        return found

    @cached_property
    def _compared(self) -> Mapping[str, list[tuple[str, str]]]:
        """indicator → (period, source) of its comparables."""
        frame = self._tables.comparables
        found: dict[str, list[tuple[str, str]]] = {}
        for slug, *rest in zip(frame["indicator"], frame["period"], frame["source"], strict=True):
            found.setdefault(slug, []).append(tuple(rest))
        return found

    @cached_property
    def _marked(self) -> Mapping[str, set[str]]:
        """indicator → all that its rows here, and its comparables, say beside their values."""
        found: dict[str, set[str]] = {}
        observed = self._tables.part("observations", region=self.region)
        for frame in (observed, self._tables.comparables):
            cells = frame[[c for c in ("qualifier", "as_written", "unit") if c in frame]]
            for slug, texts in zip(frame["indicator"], cells.to_numpy().tolist(), strict=True):
                found.setdefault(slug, set()).update(map(str, texts))
        return found

    @cached_property
    def _qualifiers(self) -> list[tuple[str, str]]:
        """Rounding word and its English, as often as the policy has it."""
        frame = self._tables.qualifiers
        english = (str(word).lower() for word in frame["word_en"])
        return list(zip(map(str, frame["qualifier"]), english, strict=True))

    def words(self, slugs: Collection[str] = ()) -> Iterator[Part]:
        """The rounding words that figures of these names may be read and written with: those that
        stand in their rows, and those with the same English. Some are used by all figures.
        """
        yield Part("qualifiers", WORDS)
        said = "\n".join(text for slug in slugs for text in self._marked.get(slug, ()))
        rows = (table.get(slug, {}) for table in (self.indicators, self.measures) for slug in slugs)
        said = "\n".join((said, *(str(row.get("unit", "")) for row in rows)))
        used = {word for word, _ in self._qualifiers if word in said} | {"", ABOUT}
        told = [en for word, en in self._qualifiers if word in used and en]
        used |= {w for w, en in self._qualifiers if en and any(_alike(en, one) for one in told)}
        yield part("qualifiers", ENDS, qualifier=used)

    def figure(self, slug: str) -> Iterator[Part]:
        """What the figure of an indicator or measure is made of, or that there is none."""
        yield part("indicators", CELLS, indicator=slug)
        yield part("measures", measure=slug)
        if slug in self.indicators:
            yield from self._observation(slug)
        if slug in self.measures:
            yield part("periods", CELLS, period=self.period)
            yield from self.words([slug])
            yield from self.terms(_sides(self.measures[slug]))

    def operand(self, slug: str) -> Iterator[Part]:
        """What a name in an expression stands for: a figure, or a census base of the place."""
        yield from self.figure(slug)
        if slug not in self.indicators:
            yield from self.base(slug)

    def base(self, slug: str) -> Iterator[Part]:
        """The figures of the reference area that others are held against, under one name."""
        yield part("comparables", indicator=slug, region=self.region)
        yield part("comparables", indicator=slug, region="", place_en=self.region)
        yield from self.words([slug])
        yield from _named(self._compared.get(slug, ()))

    def terms(self, terms: Iterable[Term]) -> Iterator[Part]:
        """What the terms of an expression are made of."""
        place = {"region": self.region, "period": self.period}
        for term in terms:
            if term.kind == "figure":
                yield from self.operand(term.name)
            elif term.kind == "parts":
                yield part("programmes", programme=term.name, **place)
            elif term.kind == "programmes":
                yield part("programmes", **place, **dict(term.filters))
            if term.kind in ("parts", "programmes"):  # none of a kind, or nothing recorded at all
                yield part("programmes", ANY, **place)

    def rule(self, expression: str) -> Iterator[Part]:
        """What a coherence rule compares."""
        for operand in parse_rule(expression).operands:
            yield from self.terms(operand)

    def elsewhere(self, slug: str) -> Iterator[Part]:
        """What is known of an indicator or measure in other places, derived there or printed."""
        yield part("indicators", CELLS, indicator=slug)
        yield part("measures", measure=slug)
        names = {slug}
        if slug in self.measures:
            names |= {t.name for t in _sides(self.measures[slug]) if t.kind == "figure"}
        yield part("comparables", indicator=names)
        yield from self.words(names)
        for name in names:
            yield from _named(self._compared.get(name, ()))
            for place in self._places.get(name, ()) if slug in self.measures else ():
                yield part("comparables", **place)  # derived figures stand in the order of places

    def other(self, name: str) -> Iterator[Part]:
        """What one figure of another place is made of: a comparable, or a measure derived there
        (``measure@region@period``)."""
        yield part("comparables", comparable=name)
        frame = self._tables.comparables
        slugs = frame.loc[frame["comparable"] == name, "indicator"]
        for slug in {name.partition("@")[0], *slugs}:
            yield from self.elsewhere(slug)

    def _observation(self, slug: str) -> Iterator[Part]:
        yield from self.words([slug])
        here = {"indicator": slug, "region": self.region}
        rows = self._observed.get(slug, [])
        if self.indicators[slug]["measure_type"] == "target":  # it may stand in an earlier period
            yield part("observations", **here)
            yield part("periods", CELLS, period={self.period, *(period for period, _ in rows)})
        else:
            yield part("observations", **here, period=self.period)
            rows = [row for row in rows if row[0] == self.period]
        yield from _named([*rows, (self.period, "")])


def _alike(one: str, other: str) -> bool:
    """Whether one of two English wordings begins with the other."""
    return one.startswith(other) or other.startswith(one)


def _sides(measure: Row) -> list[Term]:
    texts = (str(measure["numerator"]), str(measure["denominator"]))
    return [term for text in texts if text for term in parse_sum(text)]


def _named(rows: Iterable[tuple[str, str]]) -> Iterator[Part]:
    """The names of the periods and the titles of the sources of figures."""
    for period, source in rows:
        yield part("periods", CELLS, period=period)
        if source:
            yield part("sources", CELLS, source=source)
