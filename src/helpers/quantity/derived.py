"""Write a computed number with no more digits than its interval supports."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from helpers.quantity.english import UNITS_EN, grouped, with_unit
from helpers.quantity.interval import NEAR, Interval

__all__ = ["supported_place", "write_derived", "write_range"]

ABOUT = {"zh": "约", "en": "about"}
UNITS_ZH = {"pp": "个百分点"}
FINEST = -6  # no figure of a report needs more decimals
STRAY = Decimal("0.03")  # a rounded number further from the stated value would mislead


def write_derived(
    value: Decimal,
    interval: Interval,
    unit: str,
    lang: str,
    unit_en: str = "",
    digits: int | None = None,
) -> str:
    """Return a derived figure in words: 36.20%, 约5220元, about CNY 30,000, 312至400人.

    An exact interval is written with `digits` decimals (2 unless told, without trailing zeros but
    for shares). Otherwise the number is rounded to the finest place whose half-step interval
    holds the whole interval; where there is none, the range is written. `digits` then only
    limits the decimals. Raises ValueError for an unknown language.
    """
    if lang not in ABOUT:
        raise ValueError(f"{lang!r} is not one of zh, en")
    unit_en = unit_en or UNITS_EN.get(unit, "")
    if interval.exact:
        return _phrase(_decimals(value, digits, unit, lang), "", unit, unit_en, lang)
    place = supported_place(value, interval, FINEST if digits is None else -digits)
    if place is None:
        return write_range(interval, unit, lang, unit_en)
    number = _plain(_rounded(value, place), max(0, -place), lang)
    return _phrase(number, ABOUT[lang], unit, unit_en, lang)


def supported_place(value: Decimal, interval: Interval, finest: int = FINEST) -> int | None:
    """Return the exponent of ten of the finest place that an interval supports, or None.

    At place p the value rounds to x, and [x - p/2, x + p/2) must hold the whole interval. A
    place so coarse that x strays from the value by more than three per cent is none: 约100%
    would say too little of [85, 141].
    """
    if not (interval.lower.is_finite() and interval.upper.is_finite()) or not value:
        return None
    for place in range(finest, value.adjusted() + 2):
        half = Decimal(1).scaleb(place) / 2
        middle = _rounded(value, place)
        around = Interval(middle - half, middle + half, True, False)
        if middle and interval.within(around):
            return place if abs(middle - value) <= STRAY * abs(value) else None
    return None


def _rounded(value: Decimal, place: int) -> Decimal:
    step = Decimal(1).scaleb(place)
    count = NEAR.divide(value, step).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return NEAR.multiply(count, step)


def _decimals(value: Decimal, digits: int | None, unit: str, lang: str) -> str:
    number = _rounded(value, -2 if digits is None else -digits)
    if unit not in ("%", "pp", "个百分点"):
        return _plain(number, digits or 0, lang)
    digits = 2 if digits is None else digits
    return f"{number:,.{digits}f}" if lang == "en" else f"{number:.{digits}f}"


def _plain(number: Decimal, decimals: int, lang: str) -> str:
    if lang == "en":
        return f"{number:,.{decimals}f}" if decimals else grouped(number)
    if decimals:
        return f"{number:.{decimals}f}"
    for name, size in (("亿", 10**8), ("万", 10**4)):
        mantissa = number / size
        if abs(number) >= size and mantissa == round(mantissa, 2):
            return f"{grouped(mantissa).replace(',', '')}{name}"
    return grouped(number).replace(",", "")


def _phrase(number: str, word: str, unit: str, unit_en: str, lang: str) -> str:
    if lang == "en":
        return f"{word} {with_unit(number, unit_en)}".strip()
    return f"{word}{number}{UNITS_ZH.get(unit, unit)}"


def write_range(interval: Interval, unit: str, lang: str, unit_en: str = "") -> str:
    """Return an interval in words: 27500至30400元 as 2.75万至3.04万元, 45 to 46.7 people.

    The first digits of its width are enough; what is left over is rounded outward. An interval
    with one end is written as a bound (不少于, at least).
    """
    if not (interval.lower.is_finite() and interval.upper.is_finite()):
        return _half_open(interval, unit, unit_en, lang)
    first = interval.width.adjusted() if interval.width else 0
    place = max(first - 1 if first >= 0 else first, -4)
    step = Decimal(1).scaleb(place)
    low = NEAR.multiply(NEAR.divide(interval.lower, step).to_integral_value("ROUND_FLOOR"), step)
    high = NEAR.multiply(NEAR.divide(interval.upper, step).to_integral_value("ROUND_CEILING"), step)
    first, second = (_plain(number, 0, lang) for number in (low, high))
    if lang == "en":
        first += "%" if unit_en == "%" else ""
        return with_unit(f"{first} to {second}", unit_en)
    unit_zh = UNITS_ZH.get(unit, unit)
    return f"{first}%至{second}%" if unit == "%" else f"{first}至{second}{unit_zh}"


def _half_open(interval: Interval, unit: str, unit_en: str, lang: str) -> str:
    low, high = interval.lower, interval.upper
    bounded = low.is_finite()
    number = low if bounded else high
    words = ("不少于", "at least") if bounded else ("不超过", "at most")
    return _phrase(_plain(number, 0, lang), words[lang == "en"], unit, unit_en, lang)
