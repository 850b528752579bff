"""A study: everything that the report of one area, region and period may speak of.

Notebooks open one with :func:`open_area` and then read plain pandas frames from it.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from helpers.analysis import coherence, compare
from helpers.analysis.figures import Figure, policy
from helpers.analysis.measures import Sources, derived
from helpers.analysis.observations import bases, observed
from helpers.data import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
    """The figures, programmes, rules and comparables of one area, region and period."""

    area: str
    region: str
    period: str
    lang: str
    audience: str
    tables: Tables
    book: Mapping[str, Figure]  # slug → figure: all indicators and measures
    others: Mapping[str, Figure]  # comparable → figure of another place or year

    @cached_property
    def words(self) -> Policy:
        """The office's rounding words (``qualifiers.csv``)."""
        return policy(self.tables)

    @cached_property
    def denominators(self) -> Mapping[str, Figure]:
        """slug → the figure of the region that others may be held against (a census base)."""
        return bases(self.others.values(), self.region)

    def _row(self, table: str, column: str, name: str) -> dict[str, object]:
        frame = getattr(self.tables, table)
        rows = frame[frame[column] == name].to_dict("records")
        return rows[0] if rows else {}

    def name(self, table: str, column: str, name: str, field: str = "name") -> str:
        """The name of a region, period, area or programme in the study's language."""
        return str(self._row(table, column, name).get(f"{field}_{self.lang}", name))

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
        slugs = str(self._row("areas", "area", self.area).get("leading", "")).split(";")
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
        indicators, measures = self.tables.indicators, self.tables.measures
        areas = {
            **dict(zip(indicators["indicator"], indicators["area"], strict=True)),
            **dict(zip(measures["measure"], measures["area"], strict=True)),
        }
        rows = [
            {
                "slug": f.slug,
                "label": f.label(self.lang),
                "figure": f,
                "value": f.value,
                "lower": None if f.interval is None else float(f.interval.lower),
                "upper": None if f.interval is None else float(f.interval.upper),
                "unit": f.unit if self.lang == "zh" else f.unit_en,
                "form": f.form,
                "counts": f.counts,
                "area": areas.get(f.slug, ""),
                "period": f.period,
                "note": f.note(self.lang),
            }
            for f in figures
        ]
        columns = ["slug", "label", "figure", "value", "lower", "upper", "unit", "form"]
        columns += ["counts", "area", "period", "note"]
        frame = pd.DataFrame(rows, columns=columns).set_index("slug")
        return frame.astype({"value": float, "lower": float, "upper": float})

    @cached_property
    def everything(self) -> pd.DataFrame:
        """All indicators and measures of every area (columns as :meth:`frame`)."""
        return self.frame(self.book.values())

    def _own(self, kind: str) -> pd.DataFrame:
        whole = self.everything
        kept = [f.kind == kind for f in whole["figure"]]
        frame = whole[kept]
        return frame if self.area == OVERVIEW else frame[frame["area"] == self.area]

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
        frame = programmes_of(self.tables, self.region, self.period)
        if self.area != OVERVIEW:
            frame = frame[frame["area"] == self.area]
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
        names = compare.places(self.tables, self.lang)
        # one region and year may hold figures of several scopes, each with its own place name
        by_key = {self.others[c].key: place for c, place in names.items()}
        chosen = [f for f in self.others.values() if f.slug in own and f.form != compare.BASE]
        frame = self.frame(chosen).rename(columns={"form": "definition", "period": "year"})
        return frame.assign(
            place=[by_key[(f if f.key in by_key else f.inputs[0]).key] for f in chosen]
        )

    @property
    def judgements(self) -> list[coherence.Judgement]:
        """The area's coherence rules, judged (all rules for the overview)."""
        area = None if self.area == OVERVIEW else self.area
        return coherence.judge(self.tables, sources_of(self), area)


def programmes_of(tables: Tables, region: str, period: str) -> pd.DataFrame:
    """The rows of ``programmes.csv`` of one reference area and period."""
    frame = tables.programmes
    return frame[(frame["region"] == region) & (frame["period"] == period)]


def sources_of(study: Study) -> Sources:
    """What rules may name: every figure of the study and its bases, and the programmes."""
    figures = {**study.denominators, **study.book}
    return Sources(figures, programmes_of(study.tables, study.region, study.period))


def study(
    tables: Tables,
    area: str,
    region: str,
    period: str,
    lang: str,
    audience: str,
    others: dict[str, Figure] | None = None,
) -> Study:
    """The study of one area, region and period over tables that are already loaded.

    `others` are the figures of other places and years, where they are known already.
    """
    _known("area", area, [OVERVIEW, *tables.areas["area"]])
    _known("region", region, tables.regions["region"])
    _known("period", period, tables.periods["period"])
    _known("lang", lang, LANGS)
    _known("audience", audience, AUDIENCES)
    others = compare.elsewhere(tables) if others is None else others
    indicators = observed(tables, region, period)
    known = {**bases(others.values(), region), **indicators}
    sources = Sources(known, programmes_of(tables, region, period))
    book = {**indicators, **derived(tables, sources, region, period)}
    return Study(area, region, period, lang, audience, tables, book, others)


def open_area(
    area: str,
    region: str,
    period: str,
    lang: str = "zh",
    data: str = "",
    audience: str = "public",
) -> Study:
    """The study that a notebook tells; ``data`` "" means the project's own ``data/``.

    Raises DataRefused where the folder is not fit to report from, UnknownNameError for an
    area, region, period, language or audience that the data do not know.
    """
    tables = load(data or None)
    content = (str(tables.folder), *sorted(tables.hashes.items()))
    if content not in _elsewhere:  # the same for every report of a batch
        _elsewhere.clear()
        _elsewhere[content] = compare.elsewhere(tables)
    others = dict(_elsewhere[content])
    # papermill hands over a code that is all digits as a number
    return study(tables, area, str(region), str(period), lang, audience, others)


_elsewhere: dict[tuple[object, ...], dict[str, Figure]] = {}
