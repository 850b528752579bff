"""Measures: figures derived from figures, with interval arithmetic.

A measure is a row of ``measures.csv``: ``scale * numerator / denominator``, each side a sum of
terms (see :mod:`helpers.data.formulas`). Intervals follow the textbook rules of interval
arithmetic (Moore, *Interval Analysis*, 1966), so the result contains every value that the
operands' written forms allow.

What another place published as parts (277 couples counselled, 111 reconciled) is turned into
the measure it can be held against (the share reconciled) by the same row. Only figures of one
place, scope and period are put together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.analysis.figures import Figure
from helpers.analysis.lookup import by_name, grouped, once, rows
from helpers.analysis.observations import bases, compared, observed
from helpers.data.formulas import Amount, counted, parse_sum, quotient

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from helpers.data import Tables
    from helpers.data.formulas import Term


SAME, DIFFERS, BASE = "same", "differs", "base"  # how a comparable is defined
_SIDES = ("numerator", "denominator")
_COUNTED = {
    "figure": {"zh": "未报送的指标", "en": "an indicator not reported"},
    "number": {"zh": "常数", "en": "a constant"},
    "programmes": {"zh": "列名项目的条数", "en": "programmes named"},
    "parts": {"zh": "项目所列部分的个数", "en": "parts named"},
}


@dataclass(frozen=True)
class Sources:
    """What terms may name: figures by slug, and the programmes of the region and period (a frame,
    or its rows).
    """

    figures: Mapping[str, Figure]
    programmes: pd.DataFrame | Sequence[Mapping[str, object]]

    @cached_property
    def rows(self) -> Sequence[Mapping[str, object]]:
        """The rows of the programmes."""
        known = self.programmes
        return known.to_dict("records") if hasattr(known, "columns") else known

    def worth(self, term: Term) -> Amount | None:
        """What a term of a formula stands for; None where it was not reported."""
        if term.kind != "figure":
            return counted(term, self.rows)
        figure = self.figures.get(term.name)
        if figure is None or figure.quantity is None:
            return None
        return Amount(figure.quantity.value, figure.quantity.interval, (figure,))


def _period(inputs: Sequence[Figure], period: str) -> str:
    """A measure made wholly of figures of one other period belongs to that period."""
    periods = {figure.period for figure in inputs if figure.kind == "indicator"}
    return periods.pop() if len(periods) == 1 else period


def _formula(text: str, figures: Mapping[str, Figure], lang: str, *, inside: bool) -> str:
    """The expression with labels in place of slugs; inside a larger one a sum has brackets."""
    terms = parse_sum(text)
    words = []
    for term in terms:
        sign = "" if not words and term.sign > 0 else ("+ " if term.sign > 0 else "− ")
        figure = figures.get(term.name) if term.kind == "figure" else None
        words.append(sign + (figure.label(lang) if figure else _COUNTED[term.kind][lang]))
    told = " ".join(words)
    brackets = ("（", "）") if lang == "zh" else ("(", ")")
    return told.join(brackets) if inside and len(terms) > 1 else told


def _worked_out(row: Mapping[str, object], sources: Sources) -> Amount | None:
    """``scale * numerator / denominator``, None where it cannot be told."""
    sides = (parse_sum(text) if (text := str(row[side])) else () for side in _SIDES)
    return quotient(*sides, Decimal(str(row["scale"] or 1)), sources.worth)


def _formulas(row: Mapping[str, object], sources: Sources) -> dict[str, str]:
    numerator, denominator = str(row["numerator"]), str(row["denominator"])
    scale = Decimal(str(row["scale"] or 1))
    told = {}
    for lang in ("zh", "en"):
        inside = bool(denominator) or scale != 1
        formula = _formula(numerator, sources.figures, lang, inside=inside)
        if denominator:
            formula += " ÷ " + _formula(denominator, sources.figures, lang, inside=True)
        told[f"formula_{lang}"] = formula + (f" × {scale:f}" if scale != 1 else "")
    return told


def derive(row: Mapping[str, object], sources: Sources, region: str, period: str) -> Figure:
    """The figure of one row of ``measures.csv``, without quantity where an operand is missing."""
    found = _worked_out(row, sources)
    inputs, rows = (found.inputs, found.rows) if found else ((), ())
    counted = bool(rows) and not inputs  # a count of rows: its origin is the first of them
    unit = str(row["unit"])
    return Figure(
        slug=str(row["measure"]),
        kind="measure",
        region=region,
        period=_period(inputs, period),
        label_zh=str(row["label_zh"]),
        label_en=str(row["label_en"]),
        unit=unit,
        unit_en=str(row["unit_en"]),
        unit_en_one=str(row["unit_en_one"]),
        quantity=q.Quantity(found.value, found.interval, unit, "", "") if found else None,
        table="programmes.csv" if counted else "measures.csv",
        row=rows[0] if counted else int(row["row"]),
        note_zh=str(row["definition_zh"]),
        note_en=str(row["definition_en"]),
        form=str(row["kind"]),
        inputs=inputs,
        **_formulas(row, sources),
    )


def derived(tables: Tables, sources: Sources, region: str, period: str) -> dict[str, Figure]:
    """slug → figure of every measure, in the order of ``measures.csv``.

    A measure whose operands were not reported has a figure without quantity. Measures may use
    indicators and base figures, not other measures.
    """
    return {
        str(row["measure"]): derive(row, sources, region, period)
        for row in rows(tables, "measures")
    }


def sources_of(tables: Tables, region: str, period: str) -> Sources:
    """What the terms of a reference area and period may name: its indicators, its bases and its
    programmes.
    """
    known = {**bases(compared(tables).values(), region), **observed(tables, region, period)}
    programmes = grouped(tables, "programmes", "region", "period")
    return Sources(known, programmes.get((region, period), []))


def figures_of(tables: Tables, region: str, period: str) -> Mapping[str, Figure]:
    """slug → figure of every indicator and measure of one reference area and period."""

    def make() -> dict[str, Figure]:
        sources = sources_of(tables, region, period)
        slugs = by_name(tables, "indicators", "indicator")
        indicators = {slug: sources.figures[slug] for slug in slugs}
        return {**indicators, **derived(tables, sources, region, period)}

    return once(tables, ("figures", region, period), make)


def elsewhere(tables: Tables) -> Mapping[str, Figure]:
    """name → the figures of other places and years: those printed there, and what they allow to
    derive.
    """

    def make() -> dict[str, Figure]:
        others = compared(tables)
        return {**others, **ratios_elsewhere(tables, others.values())}

    return once(tables, "elsewhere", make)


def ratios_elsewhere(tables: Tables, others: Iterable[Figure]) -> dict[str, Figure]:
    """``measure@place@period`` → every measure that the comparables of one place, scope and
    period allow to derive and that is not printed there itself.

    Where one of them has an indicator twice, nothing tells which belongs to which, and nothing is
    derived of it. A derived definition is ``same`` only where that of every operand is.
    """
    found = {}
    measures = [row for row in rows(tables, "measures") if row["denominator"]]
    for (region, _, _, period), figures in _together(others).items():
        sources = Sources(figures, [])
        for row in measures:
            slug = str(row["measure"])
            figure = None if slug in figures else derive(row, sources, region, period)
            if figure and figure.quantity and all(f.form != BASE for f in figure.inputs):
                figure = _as_comparable(figure)
                if figure.key in {known.key for known in found.values()}:
                    figure = replace(figure, scope=figure.place_en)  # told apart by name alone
                found[figure.key.replace("|", "@")] = figure
    return found


def _together(others: Iterable[Figure]) -> dict[tuple[str, ...], dict[str, Figure]]:
    """Region, scope, name of the place and period → its figures by slug, none that is twice."""
    found: dict[tuple[str, ...], dict[str, list[Figure]]] = {}
    for figure in others:
        at = (figure.region, figure.scope, figure.place_zh, figure.period)
        found.setdefault(at, {}).setdefault(figure.slug, []).append(figure)
    return {
        at: {slug: known[0] for slug, known in figures.items() if len(known) == 1}
        for at, figures in found.items()
    }


def _as_comparable(figure: Figure) -> Figure:
    first = figure.inputs[0]
    same = all(f.form == SAME for f in figure.inputs)
    return replace(
        figure,
        period=first.period,
        form=SAME if same else DIFFERS,
        note_zh=first.note_zh,
        note_en=first.note_en,
        scope=first.scope,
        place_zh=first.place_zh,
        place_en=first.place_en,
    )
