"""Write a quantity so that it reads back as it is, in Chinese or in English."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from helpers.quantity.english import UNITS_EN, english_forms
from helpers.quantity.interval import NEAR
from helpers.quantity.policy import Policy
from helpers.quantity.read import read
from helpers.quantity.record import JOINT, Quantity

__all__ = ["write"]

UNITS_ZH = {"pp": "个百分点"}
SIZES = (("万亿", 10**12), ("亿", 10**8), ("万", 10**4))
SHARES = ("%", "‰", "‱", "pp")
BARE_WORDS = ("逾", "超", "超过", "突破", "近", "将近", "接近", "上")
BARE = {Decimal(100): "百", Decimal(1000): "千", Decimal(10000): "万"}
VAGUE = {
    Decimal(10) ** power: name
    for power, name in enumerate(
        ("十", "百", "千", "万", "十万", "百万", "千万", "亿", "十亿", "百亿", "千亿", "万亿"), 1
    )
}
HALF = Decimal(50)
NAMES = "零一二三四五六七八九"


def write(quantity: Quantity, lang: str, unit_en: str = "", *, policy: Policy) -> str:
    """Return the phrase that states the quantity: 1.78万余名, or over 17,800 mothers.

    lang is "zh" or "en"; unit_en the English unit (mothers, CNY, %). The first usual form that
    `read` takes back to the same quantity is used (in English: to the same value and interval,
    so 84.08万元 becomes about CNY 840,800). Raises ValueError where no form does.
    """
    if lang not in ("zh", "en"):
        raise ValueError(f"{lang!r} is not one of zh, en")
    return _write(quantity, lang, unit_en, policy)


@lru_cache(maxsize=20_000)
def _write(quantity: Quantity, lang: str, unit_en: str, policy: Policy) -> str:
    if lang == "zh":
        phrases = _chinese_forms(quantity)
    else:
        phrases = english_forms(quantity, unit_en or UNITS_EN.get(quantity.unit, ""), policy)
    tried = 0
    for phrase in phrases:
        tried += 1
        if _states(phrase, quantity, lang, policy):
            return phrase
    raise ValueError(
        f"none of {tried} forms states {quantity.value} in {quantity.interval} "
        f"{quantity.unit} with {quantity.qualifier!r}"
    )


def _states(phrase: str, quantity: Quantity, lang: str, policy: Policy) -> bool:
    try:
        found = read(phrase, policy)
    except ValueError:
        return False
    if lang == "zh":
        return found == quantity
    return found.value == quantity.value and found.interval == quantity.interval


def _chinese_forms(quantity: Quantity) -> Iterator[str]:
    unit = UNITS_ZH.get(quantity.unit, quantity.unit)
    value = quantity.value
    low, high = quantity.interval.lower, quantity.interval.upper
    if not quantity.qualifier:
        yield from (f"{digits}{size}{unit}" for digits, size in _numbers(value, quantity.unit))
        if unit == "%":
            yield from (f"{name}成" for name in _tenths(value))
            yield from ("一半",) if value == HALF else ()
        if low < high and high.is_finite() and value >= 0:
            yield from _ranges(low, high, unit)
        return
    word = quantity.qualifier
    if unit == "%" and value == HALF:
        yield from (f"{word}半", f"{word}半数", f"半数{word}")
    yield from _marked(word, list(_vague(value, word)), unit)
    yield from _marked(word, list(_numbers(value, quantity.unit)), unit)
    if unit == "%":
        yield from _marked(word, [(name, "") for name in _tenths(value)], "成")
    yield from _marked_ranges(quantity, unit)


def _marked(qualifier: str, numbers: list[tuple[str, str]], unit: str) -> Iterator[str]:
    words = qualifier.split(JOINT)
    for digits, size in numbers:
        if len(words) == 2:
            first, second = words
            yield f"{first}{digits}{size}{unit}{second}"
            yield f"{first}{digits}{size}{second}{unit}"
            yield f"{first}{digits}{second}{size}{unit}"
            yield f"{digits}{size}{first}{unit}{second}"
            yield f"{digits}{first}{size}{unit}{second}"
            yield f"{first}{second}{digits}{size}{unit}"
        elif qualifier in ("余", "多", "来", "几"):
            inside, behind = f"{digits}{qualifier}{size}{unit}", f"{digits}{size}{qualifier}{unit}"
            # 50余万 but 5万余 and 1.78万余: a whole number of two digits and more takes it inside.
            first = qualifier == "几" or (size and digits.isdigit() and len(digits) > 1)
            yield from (inside, behind) if first else (behind, inside)
            if qualifier == "几":
                yield f"{qualifier}{digits}{size}{unit}"
        else:
            yield f"{qualifier}{digits}{size}{unit}"
            yield f"{digits}{size}{unit}{qualifier}"


def _numbers(value: Decimal, unit: str = "") -> Iterator[tuple[str, str]]:
    sizes = () if unit in SHARES else SIZES
    for most in (2, 4):
        for name, size in sizes:
            mantissa = value / size
            if abs(value) >= size and mantissa == round(mantissa, most):
                yield _bare(mantissa), name
        yield _bare(value), ""
    if value == int(value) and 0 < value < 10**16:
        yield _chinese(int(value)), ""
    for name, size in (("", 1), *reversed(sizes)):
        for decimals in range(1, 13):
            mantissa = value / size
            if (size == 1 or abs(value) >= size) and mantissa == round(mantissa, decimals):
                yield f"{mantissa:.{decimals}f}", name
    yield from _fractions(value)
    for name, size in reversed(sizes):  # 0.01万: the odd form that nothing else states
        mantissa = value / size
        if 0 < abs(value) < size and mantissa == round(mantissa, 4):
            yield _bare(mantissa), name


def _fractions(value: Decimal) -> Iterator[tuple[str, str]]:
    for below in range(2, 11) if 0 < value < 1 else ():
        top = round(value * below)
        if 0 < top < below and NEAR.divide(Decimal(top), Decimal(below)) == value:
            yield f"{_chinese(below)}分之{_chinese(top)}", ""


def _vague(value: Decimal, word: str) -> Iterator[tuple[str, str]]:
    # 逾万, 上百; 数百 states 200 and more; 十几 states 11 and more.
    if value in BARE and word in BARE_WORDS and (value > 1000 or word == "上"):
        yield BARE[value], ""
    if word not in ("数", "几"):
        return
    for size, name in VAGUE.items():
        if value == 2 * size:
            yield name, ""
    if value == int(value) and 0 < value < 10**16:
        text = _chinese(int(value))
        head = text.rstrip("百千万亿")
        if len(head) > 1 and head[-1] == "一" and head[-2] == "十":  # 十一 stands for 十几
            yield head[:-1], text[len(head) :]
    if value > 0:
        yield from _large_dozens(value)


def _large_dozens(value: Decimal) -> Iterator[tuple[str, str]]:
    for name, size in SIZES:
        mantissa = value / size
        if mantissa == int(mantissa) and 10 < mantissa < 100 and mantissa % 10 == 1:
            yield _chinese(int(mantissa) - 1), name


def _tenths(value: Decimal) -> Iterator[str]:
    if value % 10 == 0 and 0 < value < 100:
        yield NAMES[int(value) // 10]


def _ranges(low: Decimal, high: Decimal, unit: str) -> Iterator[str]:
    for first, size in _numbers(low):
        for second, other in _numbers(high):
            if size == other and unit == "%":
                yield f"{first}%至{second}%"
            elif size == other:
                yield f"{first}至{second}{size}{unit}"
                yield f"{first}{size}至{second}{size}{unit}"
    yield f"{_bare(low)}至{_bare(high)}{unit}"


def _marked_ranges(quantity: Quantity, unit: str) -> Iterator[str]:
    # 约3至5万人: the ends of the interval lie a little outside the two numbers written.
    low, value = quantity.interval.lower, quantity.value
    reach = value - low if low.is_finite() else Decimal(0)
    for end in {quantity.interval.upper - reach, quantity.interval.upper}:
        if end.is_finite() and end > value:
            for phrase in _ranges(value, end, unit):
                yield f"{quantity.qualifier}{phrase}"
                yield f"{phrase}{quantity.qualifier}"


def _bare(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _chinese(number: int) -> str:
    parts: list[str] = []
    for size, name in ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"), (1, "")):
        section, number = divmod(number, size)
        if section:
            gap = "零" if parts and section < 1000 else ""
            parts.append(gap + _section(section, bare=not parts) + name)
    return "".join(parts)


def _section(number: int, *, bare: bool) -> str:
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if gap and text else "") + NAMES[digit] + name
            gap = False
        else:
            gap = True
    return text[1:] if bare and text.startswith("一十") else text
