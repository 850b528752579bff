"""A study: everything that the report of one area, region and period may speak of.

Notebooks open one with :func:`open_area` and then read plain pandas frames from it.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from helpers.analysis import coherence, compare
from helpers.analysis.figures import Figure, policy
from helpers.analysis.measures import Sources, derived
from helpers.analysis.needs import Needs
from helpers.analysis.noted import Book, Everything, framed
from helpers.analysis.observations import bases, observed, programmes_of
from helpers.analysis.shared import once, rows
from helpers.data import load
from helpers.data.parts import CELLS, Part, part
from helpers.data.slices import SUFFIX, read_slice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from helpers.data import Tables
    from helpers.quantity import Policy

OVERVIEW = "overview"
LANGS = ("zh", "en")
AUDIENCES = ("public", "internal")


class UnknownNameError(LookupError):
    """A parameter or a name in a sentence that the data do not know."""


def _known(kind: str, name: str, names: Iterable[str]) -> str:
    names = list(names)
    if name in names:
        return name
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.4) or names[:5]
    raise UnknownNameError(f"{kind}: {name!r} is unknown; nearest: {', '.join(near)}")


@dataclass(frozen=True)
class Study:
    """The figures, programmes, rules and comparables of one area, region and period.

    What is taken from it is noted as read of the tables (see :mod:`helpers.data.reads`).
    """

    area: str
    region: str
    period: str
    lang: str
    audience: str
    tables: Tables
    book: Book  # slug → figure: all indicators and measures
    others: Book  # comparable → figure of another place or year
    needs: Needs

    @cached_property
    def policy(self) -> Policy:
        """The office's rounding words, to write the study's own figures: each notes its own."""
        return policy(self.tables.unnoted)

    @property
    def words(self) -> Policy:
        """The office's rounding words (``qualifiers.csv``), to read or write any number."""
        self.tables.note(Part("qualifiers", CELLS))
        return self.policy

    @cached_property
    def denominators(self) -> Mapping[str, Figure]:
        """slug → the figure of the region that others may be held against (a census base)."""
        figures = bases(self.others.plain.values(), self.region)
        names = [part("comparables", region=self.region), part("comparables", region="")]
        return Book(figures, self.needs.base, names, self.tables.note)

    def row(self, table: str, column: str, name: str) -> Mapping[str, object]:
        """The first row of a table in which ``column`` has ``name``; empty where there is none."""
        self.tables.note(part(table, CELLS, **{column: name}))
        return rows(self.tables.unnoted, table, column).get(name, {})

    def name(self, table: str, column: str, name: str, field: str = "name") -> str:
        """The name of a region, period, area or programme in the study's language."""
        return str(self.row(table, column, name).get(f"{field}_{self.lang}", name))

    @property
    def region_name(self) -> str:
        """The reference area's name."""
        return self.name("regions", "region", self.region)

    def period_name(self, period: str | None = None) -> str:
        """A period's label, the study's own by default."""
        return self.name("periods", "period", period or self.period, "label")

    @property
    def leading(self) -> list[Figure]:
        """The two or three figures that stand for the area on cards, those reported first."""
        slugs = str(self.row("areas", "area", self.area).get("leading", "")).split(";")
        return [self.book[s.strip()] for s in slugs if s.strip() in self.book]

    def figure(self, name: str) -> Figure:
        """The figure of an indicator, measure or comparable; UnknownNameError otherwise."""
        if name in self.book:
            return self.book[name]
        if name in self.denominators:
            return self.denominators[name]
        return self.others[_known("figure", name, [*self.others, *self.book])]

    def frame(self, figures: Iterable[Figure]) -> pd.DataFrame:
        """Figures as a frame, one row a figure, indexed by slug.

        Columns: label, figure, value, lower, upper (base units, NaN where not reported),
        unit, form (stock, flow …), counts, area, period, place, note.
        """
        return framed(figures, self.needs.areas, self.lang)

    @cached_property
    def everything(self) -> pd.DataFrame:
        """All indicators and measures of every area (columns as :meth:`frame`)."""
        return Everything.of(self._frame, self.book)

    @cached_property
    def _frame(self) -> pd.DataFrame:
        name = ("frame", self.region, self.period, self.lang)
        plain = self.tables.unnoted
        return once(plain, name, lambda: self.frame(self.book.plain.values())).copy(deep=False)

    def _of_area(self, table: str, kind: str = CELLS) -> Part:
        """The rows of the study's area in a table that has a column for it."""
        return part(table, kind, **({} if self.area == OVERVIEW else {"area": self.area}))

    def _own(self, kind: str) -> pd.DataFrame:
        frame = self._kinds[kind]
        self.tables.note(self._of_area(f"{kind}s"))
        self.book.read(*frame.index)
        return frame.copy(deep=False)

    @cached_property
    def _kinds(self) -> Mapping[str, pd.DataFrame]:
        """The area's rows of all figures, by their kind."""
        whole = self._frame
        own = whole if self.area == OVERVIEW else whole[whole["area"] == self.area]
        kinds = [figure.kind for figure in own["figure"]]
        return {kind: own[[k == kind for k in kinds]] for kind in ("indicator", "measure")}

    @property
    def figures(self) -> pd.DataFrame:
        """The area's indicators (columns as :meth:`frame`)."""
        return self._own("indicator")

    @property
    def measures(self) -> pd.DataFrame:
        """The area's derived figures (columns as :meth:`frame`)."""
        return self._own("measure")

    @property
    def programmes(self) -> pd.DataFrame:
        """The area's named programmes: programme, kind, level, name, parts, indicators, note."""
        place = {"region": self.region, "period": self.period}
        own = {} if self.area == OVERVIEW else {"area": self.area}
        frame = self.tables.part("programmes", CELLS, **place, **own)
        parts = "parts" if self.lang == "zh" else "parts_en"
        return frame.assign(
            name=frame[f"name_{self.lang}"], parts=frame[parts], note=frame[f"note_{self.lang}"]
        )[["programme", "area", "kind", "level", "name", "parts", "indicators", "note"]]

    @property
    def comparables(self) -> pd.DataFrame:
        """Figures of other places that stand beside the area's own, with their definitions.

        Columns as :meth:`frame`, and place, year, definition (same | differs).
        """
        own = {*self.figures.index, *self.measures.index}
        names = compare.places(self.tables.unnoted, self.lang)
        for slug in own:
            self.tables.note(*self.needs.elsewhere(slug))
        # one region and year may hold figures of several scopes, each with its own place name
        by_key = {self.others.plain[c].key: place for c, place in names.items()}
        chosen = [f for f in self.others.plain.values() if f.slug in own and f.form != compare.BASE]
        frame = self.frame(chosen).rename(columns={"form": "definition", "period": "year"})
        return frame.assign(
            place=[by_key[(f if f.key in by_key else f.inputs[0]).key] for f in chosen]
        )

    @property
    def judgements(self) -> list[coherence.Judgement]:
        """The area's coherence rules, judged (all rules for the overview)."""
        area = None if self.area == OVERVIEW else self.area
        own = self._of_area("rules")
        for expression in self.tables.part(own.table, own.kind, **dict(own.where))["expression"]:
            self.tables.note(*self.needs.rule(str(expression)))
        figures = {**self.denominators.plain, **self.book.plain}
        plain = self.tables.unnoted
        programmes = programmes_of(plain, self.region, self.period)
        return coherence.judge(plain, Sources(figures, programmes), area)


def study(tables: Tables, area: str, region: str, period: str, lang: str, audience: str) -> Study:
    """The study of one area, region and period over tables that are already loaded."""
    plain = tables.unnoted
    _known("area", area, [OVERVIEW, *plain.areas["area"]])
    _known("region", region, plain.regions["region"])
    _known("period", period, plain.periods["period"])
    _known("lang", lang, LANGS)
    _known("audience", audience, AUDIENCES)
    for table, name in (("areas", area), ("regions", region), ("periods", period)):
        tables.note(part(table, CELLS, **{table[:-1]: name}))
    others = compare.elsewhere(plain)
    name = ("figures", region, period)
    figures, needs = once(plain, name, lambda: _figures(plain, others, region, period))
    tables.note(*needs.words())
    book = Book(dict(figures), needs.figure, [Part("indicators"), Part("measures")], tables.note)
    whole = [Part("comparables"), Part("measures"), Part("sources"), Part("periods")]
    other = Book(others, needs.other, whole, tables.note)
    return Study(area, region, period, lang, audience, tables, book, other, needs)


def _figures(
    plain: Tables, others: Mapping[str, Figure], region: str, period: str
) -> tuple[dict[str, Figure], Needs]:
    """All indicators and measures of one region and period, and what they are made of."""
    indicators = observed(plain, region, period)
    known = {**bases(others.values(), region), **indicators}
    sources = Sources(known, programmes_of(plain, region, period))
    figures = {**indicators, **derived(plain, sources, region, period)}
    return figures, Needs(plain, region, period)


def open_area(
    area: str,
    region: str,
    period: str,
    lang: str = "zh",
    data: str = "",
    audience: str = "public",
) -> Study:
    """The study that a notebook tells; ``data`` is a data folder, "" for the
    project's own ``data/``, or a slice (``*.slice``), and then nothing else is read.

    Raises DataRefused where the folder is not fit to report from, UnknownNameError for an
    area, region, period, language or audience that the data do not know.
    """
    tables = read_slice(data) if data.endswith(SUFFIX) else load(data or None)
    # papermill hands over a code that is all digits as a number
    return study(tables, area, str(region), str(period), lang, audience)
