"""Wording: how a figure is written in a sentence, a table or on a chart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers import quantity as q

if TYPE_CHECKING:
    from decimal import Decimal

    from helpers.analysis.figures import Figure

MISSING = {"zh": "未报送", "en": "not reported"}
FORMS = {
    "stock": {"zh": "期末存量", "en": "stock at the end"},
    "flow": {"zh": "期内累计", "en": "flow over the period"},
    "ratio": {"zh": "比率", "en": "ratio"},
    "target": {"zh": "规划指标", "en": "plan target"},
    "share": {"zh": "占比", "en": "share"},
    "mean": {"zh": "平均", "en": "mean"},
    "sum": {"zh": "合计", "en": "sum"},
    "difference": {"zh": "差额", "en": "difference"},
    "count": {"zh": "计数", "en": "count"},
    "coverage": {"zh": "覆盖率", "en": "coverage"},
    "change": {"zh": "增减", "en": "change"},
    "growth": {"zh": "增幅", "en": "growth"},
    "rate": {"zh": "人口比率", "en": "rate"},
    "at_least": {"zh": "不低于", "en": "at least"},
    "at_most": {"zh": "不高于", "en": "at most"},
    "same": {"zh": "口径相同", "en": "same definition"},
    "differs": {"zh": "口径不同", "en": "different definition"},
    "base": {"zh": "人口基数", "en": "population base"},
}
VERDICTS = {
    "met": {"zh": "达标", "en": "met"},
    "missed": {"zh": "未达标", "en": "not met"},
    "pending": {"zh": "尚未达到", "en": "not yet met"},
    "open": {"zh": "约数未定", "en": "left open by rounding"},
    "enough": {"zh": "进展够快", "en": "fast enough"},
    "too slow": {"zh": "进展不够", "en": "too slow"},
}
THOUSANDS = 1_000
LEVELS = {
    "national": {"zh": "国家级", "en": "national"},
    "provincial": {"zh": "省级", "en": "provincial"},
    "municipal": {"zh": "市级", "en": "municipal"},
    "county": {"zh": "县级", "en": "county"},
}


def text(figure: Figure, lang: str, *, unit: bool = True, words: q.Policy) -> str:
    """A figure as official prose writes it: 1.78万余名 / over 17,800 persons; 约5220元.

    ``unit=False`` leaves the measure word out, for sentences that carry their own noun.
    """
    quantity = figure.quantity
    if quantity is None:
        return MISSING[lang]
    with_unit = unit or figure.unit in ("%", "pp")  # a share without its sign would mislead
    measure_word, noun = (figure.unit, _noun(figure, lang)) if with_unit else ("", "")
    if figure.kind == "measure":
        digits = _decimals(quantity.value)
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


def beside_label(figure: Figure, lang: str, *, words: q.Policy) -> str:
    """A figure beside its label: in English the label already names what is counted."""
    counted = lang == "en" and figure.unit not in ("元", "%", "pp")
    return text(figure, lang, unit=not counted, words=words)


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


def form(name: str, lang: str) -> str:
    """The word for a measure type, kind of measure or definition."""
    return FORMS.get(name, {}).get(lang, name)


def level(name: str, lang: str) -> str:
    """The word for an administrative level."""
    return LEVELS.get(name, {}).get(lang, name)


def tolerance(figure: Figure, lang: str) -> str:
    """How the written form is to be read: exact, a lower bound, an upper bound, rounded."""
    quantity = figure.quantity
    if quantity is None:
        return MISSING[lang]
    interval = quantity.interval
    if interval.exact:
        return "精确数" if lang == "zh" else "exact"
    stated = {"zh": f"“{quantity.qualifier}”", "en": f"“{quantity.qualifier}” "}[lang]
    mark = stated if quantity.qualifier else ""
    reading = {"zh": "数值区间", "en": "interval"}[lang]
    left = "[" if interval.lower_closed else "("
    right = "]" if interval.upper_closed else ")"
    lower, upper = span(figure).split("–")
    return f"{mark}{reading} {left}{lower}, {upper}{right}"


def verdict(name: str, lang: str) -> str:
    """The word for how a target was judged, or for whether the pace suffices."""
    return VERDICTS.get(name, {}).get(lang, name)
