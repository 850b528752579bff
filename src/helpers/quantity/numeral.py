"""Numerals of Chinese prose: 1.78万, 1,300, 10 678, 一万三千, 百分之十二点五, 七八万.

`scan` reads one numeral from a place in a text and says where it ends. Besides the value it
keeps the places of the written digits, which decide how far the number is rounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from helpers.quantity.interval import NEAR, tidy

__all__ = ["Numeral", "arabic", "chinese", "scan"]

POWERS = {"万亿": 12, "亿": 8, "千万": 7, "百万": 6, "十万": 5, "万": 4, "千": 3, "百": 2}
DIGITS = {"〇": 0, "两": 2} | {name: digit for digit, name in enumerate("零一二三四五六七八九")}
TENS = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10**4, "亿": 10**8}
CHINESE = "".join(DIGITS) + "十百千万亿"
ARABIC = r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]{1,3}(?: [0-9]{3})+(?![0-9])|[0-9]+"
NUMBER = re.compile(rf"(?:{ARABIC})(?:\.[0-9]+)?")
# 千米, 千瓦, 千克, 百分点, 十万分点: the character belongs to the unit that follows.
MAGNITUDE = re.compile(r"万亿|亿|千万|百万|十万(?!分)|万(?!分)|千(?![米瓦克伏卡赫分])|百(?!分)")
WRITTEN = re.compile(rf"[{CHINESE}]+(?:点[零〇一二三四五六七八九]+)?")
NEXT = re.compile("[0-9]|[一二三四五六七八九][百千]")
INSIDE = re.compile(r"余|多|来|几")
FRACTION = re.compile(
    r"(?P<zh>[二三四五六七八九十]+)分之(?P<of>[一二两三四五六七八九十]+)"
    r"|(?P<top>[1-9])/(?P<below>[2-9]|10)(?![0-9.万])"
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral's value and the places of its digits.

    step: the place of the last digit that is not zero; place: of the last written digit;
    rounded: whether a magnitude or decimals show that it was rounded; upper: the second value
    of two neighbouring numerals (七八万), else None; marks: rounding words inside (50余万);
    plain: written in digits without any magnitude; factor: the magnitude (10000 of 5万).
    """

    value: Decimal
    step: Decimal
    place: Decimal
    rounded: bool = False
    upper: Decimal | None = None
    marks: tuple[str, ...] = ()
    plain: bool = False
    factor: int = 1

    @property
    def mantissa(self) -> Decimal:
        """The number before its magnitude: 5 of 5万."""
        return self.value / self.factor

    def scale(self, factor: int) -> Numeral:
        """Return the numeral with a magnitude behind it."""
        upper = None if self.upper is None else self.upper * factor
        return replace(
            self,
            value=tidy(self.value * factor),
            step=self.step * factor,
            place=self.place * factor,
            rounded=True,
            upper=upper,
            plain=False,
            factor=self.factor * factor,
        )


def scan(text: str, start: int = 0) -> tuple[Numeral, int]:
    """Read the numeral that begins at `start`; return it and the position after it.

    Rounding words inside (50余万, 十几万) and directly behind (1.78万余) are taken with it.
    Raises ValueError where no well-formed numeral begins.
    """
    if match := FRACTION.match(text, start):
        return _fraction(match), match.end()
    match = NUMBER.match(text, start)
    numeral, end = (arabic(match.group()), match.end()) if match else _scan_chinese(text, start)
    numeral, end = _mark(text, numeral, end)
    while magnitude := MAGNITUDE.match(text, end):
        numeral, end = numeral.scale(10 ** POWERS[magnitude.group()]), magnitude.end()
        numeral, end = _mark(text, numeral, end)
    if numeral.rounded and not numeral.marks:
        return _join_next(text, numeral, end)
    return numeral, end


def _fraction(match: re.Match[str]) -> Numeral:
    # 三分之二 is exact; with a rounding word its last digit is a third.
    if match["top"]:
        top, below = Decimal(match["top"]), Decimal(match["below"])
    else:
        top, below = chinese(match["of"]).value, chinese(match["zh"]).value
    if top >= below:
        raise ValueError(f"{match.group()!r} is no part of a whole")
    step = NEAR.divide(Decimal(1), below)
    return Numeral(NEAR.divide(top, below), step, step)


def _join_next(text: str, numeral: Numeral, end: int) -> tuple[Numeral, int]:
    # 3亿5000万, 1万三千: a second part that fits below the first belongs to the same number.
    match = NEXT.match(text, end)
    if not match or text[end - 1] not in "千万亿":
        return numeral, end
    rest, after = scan(text, end)
    if rest.value >= numeral.place or rest.upper is not None:
        return numeral, end
    return replace(
        rest, value=tidy(numeral.value + rest.value), rounded=rest.place > 1, plain=False
    ), after


def _mark(text: str, numeral: Numeral, end: int) -> tuple[Numeral, int]:
    match = INSIDE.match(text, end)
    if not match or numeral.upper is not None or numeral.marks:
        return numeral, end
    if match.group() == "几" and (numeral.plain or numeral.value < 10):
        return numeral, end
    return replace(numeral, marks=(match.group(),)), match.end()


def arabic(digits: str) -> Numeral:
    """Return the numeral of Arabic digits with thousands groups and decimals allowed.

    Raises ValueError for a leading zero (0130).
    """
    bare = digits.replace(",", "").replace(" ", "")
    if len(bare) > 1 and bare[0] == "0" and bare[1] != ".":
        raise ValueError(f"{digits!r} begins with a zero")
    whole, _, decimals = bare.partition(".")
    place = Decimal(1).scaleb(-len(decimals))
    significant = (whole + decimals).rstrip("0")
    zeros = len(whole + decimals) - len(significant) if significant else 0
    return Numeral(
        tidy(Decimal(bare)), place.scaleb(zeros), place, rounded=bool(decimals), plain=True
    )


def _scan_chinese(text: str, start: int) -> tuple[Numeral, int]:
    match = WRITTEN.match(text, start)
    if not match:
        raise ValueError(f"no number begins at {text[start : start + 6]!r}")
    digits = match.group()
    if digits.endswith("百") and text[match.end() : match.end() + 1] == "分":
        digits = digits[:-1]
    return chinese(digits), start + len(digits)


def chinese(digits: str) -> Numeral:
    """Return the numeral of Chinese characters: 三, 一万三千, 十二点五, 万, 七八万.

    Raises ValueError for characters in an order that is no number (一二三, 十佳).
    """
    whole, _, decimals = digits.partition("点")
    if decimals:
        value = "".join(str(DIGITS[digit]) for digit in decimals)
        head = _whole(whole, digits)
        written = arabic(f"{int(head.value)}.{value}")
        return replace(written, plain=False)
    return _neighbours(whole, digits) or _whole(whole, digits)


def _neighbours(text: str, full: str) -> Numeral | None:
    # 七八万, 十七八, 二三十: two neighbouring digits side by side are a range, and so is 三五.
    for at in range(len(text) - 1):
        one, other = DIGITS.get(text[at], 0), DIGITS.get(text[at + 1], 0)
        if one and (other == one + 1 or (one, other) == (3, 5)):
            low = _whole(text[:at] + text[at] + text[at + 2 :], full)
            high = _whole(text[:at] + text[at + 1] + text[at + 2 :], full)
            return replace(low, upper=high.value)
    return None


def _whole(text: str, full: str) -> Numeral:
    total, section, digit, place, last_unit, last_large = 0, 0, None, 1, 10**5, 10**20
    for at, char in enumerate(text):
        if char in DIGITS:
            if digit:
                raise ValueError(f"{full!r} is not a number in Chinese numerals")
            digit, place = DIGITS[char], 1
        elif char in TENS:
            unit = TENS[char]
            if unit >= last_unit or digit == 0:
                raise ValueError(f"{full!r} is not a number in Chinese numerals")
            section += (1 if digit is None else digit) * unit
            digit, place, last_unit = None, unit, unit
        else:
            unit = LARGE[char]
            amount = section + (digit or 0)
            if unit == 10**8 and total and last_large == 10**4:  # 一万亿, 一万三千亿
                total, amount = (total + amount) * unit, 0
            elif unit >= last_large or (not amount and at):
                raise ValueError(f"{full!r} is not a number in Chinese numerals")
            total += (amount or 1) * unit if amount or not at else 0
            place *= unit
            section, digit, last_unit, last_large = 0, None, 10**5, unit
    if digit is not None and len(text) > 1 and text[-2] in "百千万亿":
        place = {**TENS, **LARGE}[text[-2]] // 10  # 一万三 is 13 000
        digit *= place
    value = Decimal(total + section + (digit or 0))
    rounded = any(char in LARGE for char in text) and place > 1
    return Numeral(value, Decimal(place), Decimal(place), rounded=rounded, factor=_factor(text))


def _factor(text: str) -> int:
    factor = 1
    for char in reversed(text):
        if char not in LARGE:
            break
        factor *= LARGE[char]
    return factor if factor > 1 else TENS.get(text[-1:], 1) if text[-1:] in ("百", "千") else 1
