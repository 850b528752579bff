"""English forms of a quantity: over 17,800 mothers, nearly CNY 20 million, 36.20%."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from helpers.quantity.interval import Interval
from helpers.quantity.numeral import Numeral, arabic
from helpers.quantity.policy import Policy
from helpers.quantity.record import JOINT, Quantity, interval_of

__all__ = ["UNITS_EN", "english_forms", "grouped", "read_english", "with_unit"]

UNITS_EN = {
    "元": "CNY",
    "%": "%",
    "‰": "‰",
    "pp": "percentage points",
    "个百分点": "percentage points",
    "成": "%",
}
MAGNITUDES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
NUMBER = re.compile(
    r"(?P<currency>[A-Z]{3} )?(?P<sign>-)?(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"
    r"|[0-9]+(?:\.[0-9]+)?)(?: (?P<magnitude>thousand|million|billion|trillion)\b)?"
)
STATED = re.compile(r"(?P<range>.+) \(stated as (?P<value>[0-9.,]+)\)")
LEAST = Decimal("0.01")  # no 0.004 million
UNDER, TO = " to under ", " to "


def read_english(phrase: str, policy: Policy) -> Quantity:
    """Return the quantity of an English phrase; ValueError if it is none."""
    text = re.sub(r"\s+", " ", phrase)
    stated = STATED.fullmatch(text)
    if stated:
        quantity = _range(stated["range"], policy)
        value = arabic(stated["value"]).value
        return Quantity(value, quantity.interval, quantity.unit)
    if UNDER in text or TO in text:
        return _range(text, policy)
    word, qualifier = next(
        ((en, zh) for en, zh in policy.words_en() if text.lower().startswith(en + " ")), ("", "")
    )
    numeral, unit, negative = _number(text[len(word) :].strip())
    interval = interval_of(numeral, qualifier, policy)
    if negative:
        if qualifier:
            raise ValueError("a number below zero takes no rounding word here")
        return Quantity(
            -numeral.value, Interval(-interval.upper, -interval.lower, True, interval.exact), unit
        )
    return Quantity(numeral.value, interval, unit, qualifier)


def _number(text: str) -> tuple[Numeral, str, bool]:
    match = NUMBER.match(text)
    if not match:
        raise ValueError(f"no number begins at {text[:12]!r}")
    numeral = arabic(match["digits"])
    if match["magnitude"]:
        numeral = numeral.scale(MAGNITUDES[match["magnitude"]])
    unit = text[match.end() :].strip()
    if re.search("[0-9]", unit) and not re.fullmatch(r"per [0-9,]+(?: .*)?", unit):
        raise ValueError(f"{unit!r} holds another number")
    if unit and not re.match("[A-Za-z%‰]", unit):
        raise ValueError(f"{unit!r} is not a unit")
    if match["currency"]:
        unit = f"{match['currency'].strip()} {unit}".strip()
    return (
        numeral,
        "pp" if unit in ("percentage points", "percentage point") else unit,
        bool(match["sign"]),
    )


def _range(text: str, policy: Policy) -> Quantity:
    under = UNDER in text
    first, second = text.split(UNDER if under else TO, 1)
    word, qualifier = next(
        ((en, zh) for en, zh in policy.words_en() if first.lower().startswith(en + " ")), ("", "")
    )
    low, unit, _ = _number(first[len(word) :].strip())
    high, other_unit, _ = _number(second)
    if high.value <= low.value:
        raise ValueError("the second number of a range must be the larger one")
    interval = Interval(low.value, high.value, True, not under)
    if qualifier:
        interval = interval_of(low, qualifier, policy).union(interval_of(high, qualifier, policy))
    return Quantity(low.value, interval, other_unit or unit, qualifier)


def english_forms(quantity: Quantity, unit_en: str, policy: Policy) -> Iterator[str]:
    """Yield the English phrases that might state the quantity, the best first."""
    qualifier = quantity.qualifier
    numbers = list(_numbers(quantity.value))
    if qualifier and JOINT not in qualifier and policy.knows(qualifier):
        word = policy.rule(qualifier).word_en
        if word:
            yield from (f"{word} {with_unit(number, unit_en)}" for number in numbers)
    plain = next(number for number in numbers if number[-1].isdigit())
    about = policy.rule("约").word_en if policy.knows("约") else "about"
    if not qualifier:
        yield with_unit(plain, unit_en)
    yield from (f"{about} {with_unit(number, unit_en)}" for number in numbers)
    yield from (with_unit(number, unit_en) for number in numbers)
    yield from (with_unit(number, unit_en) for number in _padded(quantity.value))
    yield from _ends(quantity, unit_en)


def _ends(quantity: Quantity, unit_en: str) -> Iterator[str]:
    low, high = quantity.interval.lower, quantity.interval.upper
    if not (low.is_finite() and high.is_finite()) or low >= high or low < 0:
        return
    between = TO if quantity.interval.upper_closed else UNDER
    phrase = with_unit(f"{grouped(low)}{between}{grouped(high)}", unit_en)
    yield phrase
    yield f"{phrase} (stated as {grouped(quantity.value)})"


def _numbers(value: Decimal) -> Iterator[str]:
    for name, size in (("trillion", 10**12), ("billion", 10**9), ("million", 10**6)):
        mantissa = value / size
        if abs(value) >= size and mantissa == round(mantissa, 2):
            yield f"{grouped(mantissa)} {name}"
    yield grouped(value)


def _padded(value: Decimal) -> Iterator[str]:
    # Trailing zeros say how far a number was rounded: 0.20 million, 36.20.
    for name, size in (("", 1), (" million", 10**6), (" billion", 10**9), (" trillion", 10**12)):
        for decimals in range(1, 9):
            mantissa = value / size
            if mantissa == round(mantissa, decimals) and (size == 1 or abs(mantissa) >= LEAST):
                yield f"{mantissa:,.{decimals}f}{name}"


def grouped(value: Decimal) -> str:
    """Return digits with thousands commas and no trailing zeros: 17,800 or 0.5."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def with_unit(number: str, unit_en: str) -> str:
    """Return a number with its English unit: CNY 20 million, 27.92%, 190 posts."""
    if re.fullmatch(r"[A-Z]{3}", unit_en):
        return f"{unit_en} {number}"
    return f"{number}{unit_en}" if unit_en in ("%", "‰") else f"{number} {unit_en}".strip()
