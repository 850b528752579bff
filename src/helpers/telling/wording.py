"""Wording: how a figure is written in a sentence, a table or on a chart; the words for codes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.files import rows_beside

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from helpers.analysis.figures import Figure

MISSING = {"zh": "未报送", "en": "not reported"}
THOUSANDS = 1_000


@cache
def words_for(kind: str) -> Mapping[str, Mapping[str, str]]:
    """Name → zh, en of the words of a kind (``words.csv``): form, level, verdict, programme …"""
    rows = rows_beside(__file__, "words.csv")
    return {row["name"]: row for row in rows if row["kind"] == kind}


def word(kind: str, name: str, lang: str) -> str:
    """The word of a kind for a name of the data, the name itself where there is none."""
    return words_for(kind).get(name, {}).get(lang, name)


def text(
    figure: Figure, lang: str, *, unit: bool = True, words: q.Policy, digits: int | None = None
) -> str:
    """A figure as official prose writes it: 1.78万余名 / over 17,800 persons; 约5220元.

    ``unit=False`` leaves the measure word out, for sentences that carry their own noun;
    ``digits`` are the decimals of a column of figures worked out (see `column`).
    """
    quantity = figure.quantity
    if quantity is None:
        return MISSING[lang]
    with_unit = unit or figure.unit in ("%", "pp")  # a share without its sign would mislead
    measure_word, noun = (figure.unit, _noun(figure, lang)) if with_unit else ("", "")
    if figure.kind == "measure":
        digits = _decimals(quantity.value) if digits is None else digits
        return q.write_derived(
            quantity.value, quantity.interval, measure_word, lang, unit_en=noun, digits=digits
        )
    return q.write(replace(quantity, unit=measure_word), lang, unit_en=noun, policy=words)


def known_range(figure: Figure, lang: str, *, words: q.Policy) -> str:
    """The range that a figure's written form allows, the figure itself where it is exact."""
    interval = figure.interval
    if interval is None or interval.exact:
        return text(figure, lang, words=words)
    return q.write_range(interval, figure.unit, lang, figure.unit_en)


def beside_label(figure: Figure, lang: str, *, words: q.Policy, digits: int | None = None) -> str:
    """A figure beside its label: in English the label already names what is counted."""
    counted = lang == "en" and figure.unit not in ("元", "%", "pp")
    return text(figure, lang, unit=not counted, words=words, digits=digits)


def column(figures: Sequence[Figure], lang: str, *, words: q.Policy) -> list[str]:
    """Each figure of a column beside its label; rates and means of one kind that are known
    exactly have one number of decimals.
    """
    found: dict[str, list[Decimal]] = {}
    for figure in figures:
        if figure.kind == "measure" and figure.is_exact and figure.unit not in ("%", "pp"):
            found.setdefault(figure.slug, []).append(figure.quantity.value)
    shared = {slug: _shared(values) for slug, values in found.items() if len(values) > 1}
    return [
        beside_label(f, lang, words=words, digits=shared.get(f.slug) if f.is_exact else None)
        for f in figures
    ]


def _shared(values: Sequence[Decimal]) -> int:
    """The decimals that all values have: none where all are whole; where one goes into thousands
    none either, but two digits of the smallest.
    """
    parted = [value for value in values if value != value.to_integral_value()]
    if not parted:
        return 0
    if max(map(abs, values)) < THOUSANDS:
        return max(_decimals(value) or 2 for value in parted)
    return max(0, 1 - min(abs(value) for value in parted).adjusted())


def _decimals(value: Decimal) -> int | None:
    """None (the usual two) unless they would make a whole number of one that is not whole, or
    say hundredths of what goes into thousands.
    """
    if value == value.to_integral_value() or abs(value) >= THOUSANDS:
        return 0
    near = next((n for n in range(2, 7) if round(value, n) != round(value)), 2)
    return None if near == 2 else near


def _noun(figure: Figure, lang: str) -> str:
    if lang == "zh":
        return ""
    one = figure.quantity is not None and figure.quantity.value == 1
    return figure.unit_en_one if one and figure.unit_en_one else figure.unit_en


def span(figure: Figure) -> str:
    """The interval in base units: 17,800–17,900; one number where the figure is exact."""
    interval = figure.interval
    if interval is None:
        return "–"
    if interval.exact:
        return grouped(interval.lower)
    decimals = 2 if interval.width >= 1 else 1 - interval.width.adjusted()
    return f"{grouped(interval.lower, decimals)}–{grouped(interval.upper, decimals)}"


def grouped(value: Decimal, decimals: int = 2) -> str:
    """A number with thousands separators and at most ``decimals`` decimals that say something."""
    rounded = f"{value:,.{decimals}f}"
    return rounded.rstrip("0").rstrip(".") if "." in rounded else rounded


def tolerance(figure: Figure, lang: str) -> str:
    """How the written form is to be read: exact, a lower bound, an upper bound, rounded."""
    quantity = figure.quantity
    if quantity is None:
        return MISSING[lang]
    interval = quantity.interval
    if interval.exact:
        return "精确数" if lang == "zh" else "exact"
    mark = f"“{quantity.qualifier}”" if quantity.qualifier else ""
    reading = "数值区间" if lang == "zh" else " interval" if mark else "interval"
    left, right = "[" if interval.lower_closed else "(", "]" if interval.upper_closed else ")"
    lower, upper = span(figure).split("–")
    return f"{mark}{reading} {left}{lower}, {upper}{right}"
