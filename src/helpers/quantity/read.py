"""Read a whole phrase that states a quantity, in Chinese or in English.

The grammar of a Chinese phrase is [rounding word] numeral [rounding word] [magnitude]
[rounding word] measure-word [rounding word]: 近2000万元, 50余万人, 1.78万余名, 6%左右.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from helpers.quantity.interval import Interval
from helpers.quantity.numeral import Numeral, scan
from helpers.quantity.policy import Policy
from helpers.quantity.record import JOINT, Quantity, interval_of

__all__ = ["RANGE", "UNIT", "plain_digits", "read"]

WIDE = str.maketrans("０１２３４５６７８９．，％（）／－～\u3000", "0123456789.,%()/-~ ")
NEUTRAL = re.compile(r"(?:达到|达|累计|总计|共计|合计|共)+")
RANGE = re.compile(r"[—–－\-~～至到]+")
UNIT = re.compile(r"[^\W\d_][^\W\d_]*(?:/[^\W\d_]+)?|[%‰‱℃]|/1?0?[万亿]|/10万")
BASES = re.compile("/1?0?[万亿]|十?万分点")
SHARES = {"百分之": "%", "千分之": "‰", "万分之": "‱", "十万分之": "/10万", "10万分之": "/10万"}
VAGUE = ("数", "几")
ENGLISH, HAN = re.compile(r"[A-Za-z]|^[0-9.,% ]+$"), re.compile("[一-鿿]")
MINUS = re.compile(r"[-−]|负|零下")
HALF = re.compile("一半|半数|(?<=[过近超])半")
HALF_OF_ALL = Numeral(Decimal(50), Decimal(50), Decimal(10), rounded=True)
GROUP = re.compile(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))")


@lru_cache(maxsize=20_000)
def read(text: str, policy: Policy) -> Quantity:
    """Return the quantity that one whole phrase states: 1.78万余名, nearly CNY 20 million.

    Raises ValueError with the reason where the text is no quantity, holds anything besides
    one, or uses a rounding word that the policy does not know. Digits of other scripts and
    superscripts are refused, never read.
    """
    try:
        phrase = plain_digits(text).strip()
        if ENGLISH.search(phrase) and not HAN.search(phrase):
            from helpers.quantity.english import read_english

            return replace(read_english(phrase, policy), written=text)
        return replace(_read_chinese(phrase, policy), written=text)
    except ValueError as reason:
        raise ValueError(f"{text!r} is not one quantity: {reason}") from None


def plain_digits(text: str) -> str:
    """Return the text with full-width digits and signs made plain, position by position.

    Raises ValueError for any other character that Unicode counts as a digit or number.
    """
    plain = text.translate(WIDE)
    for char in plain:
        if not char.isascii() and char != "〇" and unicodedata.category(char).startswith("N"):
            raise ValueError(f"{char!r} is not a digit 0 to 9")
    return plain


def _read_chinese(text: str, policy: Policy) -> Quantity:
    phrase = re.sub(r"\s+", "", GROUP.sub(",", text)) if "," not in text else text
    if re.search(r"[0-9]\s+[0-9]", GROUP.sub("", text)):
        raise ValueError("two numbers stand side by side")
    neutral = NEUTRAL.match(phrase)
    at = neutral.end() if neutral else 0
    words, at = _words_before(phrase, at, policy)
    negative = MINUS.match(phrase, at)
    at = negative.end() if negative else at
    half = HALF.match(phrase, at)
    if half:  # 过半 lies between a half and all, 一半 is rounded at ten points
        marks = _tail(phrase, half.end(), policy)[1]
        return _quantity(HALF_OF_ALL, words, [], marks, "%", policy)
    share = next((name for name in SHARES if phrase.startswith(name, at)), "")
    numeral, at = scan(phrase, at + len(share))
    marks = list(numeral.marks)
    numeral, at, marks = _second(phrase, at, numeral, marks, share)
    unit, after = _tail(phrase, at, policy)
    numeral, unit = _unit(numeral, SHARES.get(share, unit), bool(share and unit))
    stated = _quantity(numeral, words, marks, after, unit, policy)
    if negative and (numeral.upper is not None or stated.value != numeral.value):
        raise ValueError("a range or a vague number takes no minus")
    return _negative(stated) if negative else stated


def _words_before(phrase: str, at: int, policy: Policy) -> tuple[list[str], int]:
    words: list[str] = []
    while len(words) < 2:
        word = next((w for w in policy.words("before") if phrase.startswith(w, at)), "")
        if not word:
            break
        words, at = [*words, word], at + len(word)
    return words, at


def _second(
    phrase: str, at: int, numeral: Numeral, marks: list[str], share: str
) -> tuple[Numeral, int, list[str]]:
    # The second value of a range; its magnitude spreads to the first (3—5万).
    begin = at + 1 if phrase[at : at + 1] in ("%", "‰") else at
    dash = RANGE.match(phrase, begin)
    if not dash or marks:
        return numeral, at, marks
    start = dash.end() + (len(share) if share and phrase.startswith(share, dash.end()) else 0)
    other, end = scan(phrase, start)
    if numeral.factor < other.factor and numeral.value < other.mantissa:
        numeral = numeral.scale(other.factor)
    if other.value <= numeral.value or numeral.upper is not None or other.upper is not None:
        raise ValueError("the second number of a range must be the larger one")
    return replace(other, value=numeral.value, upper=other.value, marks=()), end, list(other.marks)


def _tail(phrase: str, at: int, policy: Policy) -> tuple[str, list[str]]:
    # What follows the numeral: a measure word and rounding words on either side of it.
    rest, after = phrase[at:], []
    words = policy.words("after") + policy.words("inside")
    while True:
        word = next((w for w in words if rest.endswith(w)), "")
        if not word:
            break
        after, rest = [word, *after], rest[: -len(word)]
    if rest and not UNIT.fullmatch(rest):
        raise ValueError(f"{rest!r} is not a measure word")
    if re.search("[零〇一二两三四五六七八九十万亿]", BASES.sub("", rest)):
        raise ValueError(f"{rest!r} holds another number")
    return rest, after


def _unit(numeral: Numeral, unit: str, doubled: bool) -> tuple[Numeral, str]:
    if doubled:
        raise ValueError("a share has no measure word")
    if unit.endswith("分点"):  # points of shares: 百 of %, 千 of ‰, 十万 of /10万
        return numeral, "pp" if unit.endswith("百分点") else unit.removeprefix("个")
    if unit == "成":
        return numeral.scale(10), "%"
    return numeral, unit


def _negative(stated: Quantity) -> Quantity:
    low, high = -stated.interval.upper, -stated.interval.lower
    ends = stated.interval.upper_closed, stated.interval.lower_closed
    if not stated.qualifier:  # rounded numbers are half open above, on either side of zero
        ends = True, stated.interval.exact
    return replace(stated, value=-stated.value, interval=Interval(low, high, *ends))


def _quantity(
    numeral: Numeral,
    before: list[str],
    marks: list[str],
    after: list[str],
    unit: str,
    policy: Policy,
) -> Quantity:
    words = [(w, "before") for w in before] + [(w, "inside") for w in marks]
    words += [(w, "after") for w in after]
    if len(words) > 2:
        raise ValueError("more than two rounding words stand at one number")
    if not words:
        return Quantity(numeral.value, interval_of(numeral, "", policy), unit)
    intervals = [interval_of(numeral, word, policy, place) for word, place in words]
    interval = intervals[0] if len(intervals) == 1 else intervals[0].union(intervals[1])
    vague = not numeral.plain and any(word in VAGUE for word, _ in words)
    value = interval.lower if vague else numeral.value
    return Quantity(value, interval, unit, JOINT.join(word for word, _ in words))
