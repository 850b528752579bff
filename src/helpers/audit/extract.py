"""Find every quantity in a Chinese official text.

A candidate is a numeral with the rounding words, magnitude and measure word around it. It is a
quantity unless it belongs to a date, an ordinal, a formula or a name (`not_quantities`), or its
form shows that it counts nothing. What it states is left to `helpers.quantity.read`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from helpers.audit.context import after, before, kind_of, threshold
from helpers.audit.not_quantities import masked
from helpers.audit.textlayer import plain_layer
from helpers.audit.units import (
    BLOCKED,
    COUNTED,
    COUNTING,
    STRUCTURAL,
    THINGS,
    UNIT,
    plain_unit,
)
from helpers.quantity import JOINT, Interval, Policy, Quantity, read

__all__ = ["Found", "extract"]

HAN = "零〇一二两三四五六七八九十百千万亿"
LARGE = r"(?:[十百千]?(?:万亿|亿|万)|千(?![米瓦克伏卡])|百(?!分))"
DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
MORE = r"(?:余(?![额热款粮])|多(?![样方层渠]|元化)|来(?=[个名人家户场次件万亿]))"
ARABIC = (
    rf"{DIGITS}[亿万][0-9]+(?:千万|[千百万])(?:{MORE}万?)?"
    rf"|{DIGITS}(?:{LARGE}{MORE}[万亿]|{MORE}?{LARGE})?{MORE}?"
)
CHINESE = rf"(?:[{HAN}]+点[零〇一二三四五六七八九]+|[{HAN}]+)(?:[余多来几](?:万亿|亿|万))?(?:{MORE}|几)?"
DASH = r"(?:—+|-|~|至|到)"
TO = r"至|到"
SHARE = "百分之|千分之|万分之"
BARE = re.compile(r"(?:十|百|千|十?[百千]?[万亿]|万亿)+$")
# Rounding words that are also ends of other words: 节约, 附近, 线上, 人数.
NOT_AFTER = {word: re.compile(f"(?:{ends})$") for word, ends in {
    "近": "[附最临邻就亲靠走贴远毗新]",
    "约": "[节签预履违集公契租邀解制特条大]|(?<!折)合",
    "超": "[反赶]",
    "上": "[以线网会年月晚早加身路马迈跃登跨站走]",
    "数": "[人次户总件指少多倍参系基岁个额份]",
    "过": "[通经超不度难]",
    "破": "突",
    "超过": "不", "高于": "不", "低于": "不", "少于": "不",
}.items()}
ONLY_BARE = ("上", "数", "几", "过", "破")
SMALL = re.compile("[一二两三四五六七八九十]$")
SCORE = re.compile(r"(?:得分|评分|满意度|平均分|考核|指数|成绩|分值)[^，。；]{0,12}$")
AGE = re.compile(r"(?:寿命|平均年龄|年龄中位数)[^。；]{0,30}$")
INDEX = re.compile(r"(?:为|达到?|是|至|到|于|共|计|总数|有|从|由)$")
LIST = re.compile(rf"(?:[、和与及][0-9]+(?:\.[0-9]+)?)+(?P<unit>{UNIT.pattern})")
DOUBLED = re.compile(r"翻了?(?P<times>[一两二三])番")
TIMES = {"一": 1, "两": 2, "二": 2, "三": 3}
FROM = re.compile(r"(?:从|由)[^，。；]{0,12}$")


@dataclass(frozen=True, slots=True)
class Found:
    """A quantity found in a text.

    start, end: character offsets in the decoded text; quote: that stretch of it; quantity: what
    it states; kind: quantity, target, rank or difference; before, after: the words around it in
    its sentence, simplified and without noise.
    """

    start: int
    end: int
    quote: str
    quantity: Quantity
    kind: str
    before: str
    after: str


class Candidate(NamedTuple):
    """A stretch of plain text that might state a quantity, its parts apart."""

    start: int
    end: int
    word: str
    share: str
    number: str
    second: str
    unit: str
    tail: str


def extract(text: str, policy: Policy) -> list[Found]:
    """Return every quantity of a decoded text, in order, under a rounding policy."""
    layer = plain_layer(text)
    plain, origin = layer
    mask = masked(plain)
    found = []
    candidates = [(item, _state(plain, item, policy)) for item in _candidates(plain, mask, policy)]
    for candidate, quantity in sorted(
            [pair for pair in candidates if pair[1]] + list(_doublings(plain, mask))):
        start, end = origin[candidate.start], origin[candidate.end - 1] + 1
        found.append(Found(start, end, text[start:end], quantity,
                           kind_of(plain, candidate.start, candidate.end, quantity),
                           before(plain, candidate.start), after(plain, candidate.end)))
    return found


@lru_cache(maxsize=8)
def _pattern(policy: Policy) -> re.Pattern[str]:
    words = "|".join(map(re.escape, policy.words("before"))) or "(?!)"
    tails = "|".join(re.escape(word) for word in policy.words("after") if len(word) > 1)
    number = rf"(?:{ARABIC}|{CHINESE})"
    joined = rf"(?:(?:{UNIT.pattern})?{DASH}(?:{SHARE})?(?P<second>{number}))?"
    return re.compile(
        rf"(?P<word>(?:{words}){{0,2}})(?P<minus>(?<![0-9A-Za-z%])-(?=[0-9]))?(?P<share>{SHARE})?"
        rf"(?P<number>{number}){joined}(?P<unit>{UNIT.pattern})?(?P<late>[余多](?=[，。；、,;的）)]|$))?"
        rf"(?P<tail>[（(]?含?[）)]?(?:及|或)?(?:{tails or '(?!)'}))?"
    )


def _candidates(plain: str, mask: bytearray, policy: Policy) -> Iterator[Candidate]:
    pattern, at = _pattern(policy), 0
    while True:
        match = pattern.search(plain, at)
        if not match:
            return
        at = match.end()
        begin, end = match.span("number")
        if any(mask[begin:end]):
            at = end
            continue
        candidate = _candidate(plain, match)
        if match["second"] and (candidate is None or not candidate.second):
            at = end  # no range after all: the second number is looked at by itself
            single = _single(plain, pattern, match)
            candidate, at = (single, max(at, single.end)) if single else (None, at)
        if candidate:
            yield candidate
            at = max(candidate.end, end)


def _single(plain: str, pattern: re.Pattern[str], match: re.Match[str]) -> Candidate | None:
    # Read the first number again, the text cut off before the second one.
    again = pattern.match(plain[:match.start("second")].rstrip("—-~至到"), match.start())
    return _candidate(plain, again) if again else None


def _candidate(plain: str, match: re.Match[str]) -> Candidate | None:
    start, end = match.start(), match.end()
    word, number, second = match["word"], match["number"], match["second"] or ""
    unit, tail = match["unit"] or "", match["tail"] or ""
    if second and FROM.search(plain[max(0, start - 14):start]) and re.search(TO, match.group()):
        return None
    word, start = _real_word(plain, word, start)
    bare = bool(BARE.fullmatch(number.rstrip("余多来几"))) and number[0] not in "十"
    if bare and not (word or number[-1] in "余多来几" or match["share"]):
        return None
    if word in ONLY_BARE and not (bare or number[0] in "十百千万亿"):
        word, start = "", start + len(word)
    if not match["share"] and not _counts(plain, match, word, number, unit, tail):
        return None
    minus = match["minus"] or ""
    return Candidate(start, end, word, (match["share"] or ""), minus + number,
                     second, unit, (match["late"] or "") + tail)


def _real_word(plain: str, word: str, start: int) -> tuple[str, int]:
    # 节约200万元 has no 约, 附近3个村 no 近.
    head = plain[max(0, start - 2):start]
    for name, ends in NOT_AFTER.items():
        if word.startswith(name) and ends.search(head):
            return word[len(name):], start + len(name)
    return word, start


def _counts(
    plain: str, match: re.Match[str], word: str, number: str, unit: str, tail: str
) -> bool:
    """Tell whether a number with or without a measure word counts something."""
    following = plain[match.end():match.end() + 6]
    marked = bool(word) or number[-1] in "余多来几"
    head = plain[max(0, match.start() - 40):match.start("number")]
    if not unit and _listed(plain, match.end(), number, head):
        return True
    if not unit:
        if BLOCKED.match(following) or number[0] in "零〇" or SMALL.fullmatch(number):
            return False
        return _unitless(number, marked, head, following, tail)
    if unit == "岁":
        return bool(AGE.search(head))
    if unit == "分":
        return bool(SCORE.search(head)) or "." in number
    if unit in ("小时", "个小时") and number in ("24", "12", "8"):
        return False
    if number[0] in HAN:
        return _chinese_counts(number, marked, unit, head, following, bool(match["second"]))
    return True


def _listed(plain: str, end: int, number: str, head: str) -> bool:
    # 分别提高15、22个百分点: a number of a list, its unit behind the last one.
    if not (LIST.match(plain, end) and number[0].isdigit()):
        return False
    return "." in number or "分别" in head


def _unitless(number: str, marked: bool, head: str, following: str, tail: str) -> bool:
    magnitude = number.rstrip("余多来几")[-1] in "百千万亿"
    if number[0] in HAN and not marked:
        return magnitude and len(number) > 1 and number[-1] in "万亿" and not BARE.fullmatch(number)
    if marked or magnitude:
        return True
    if "." in number or "," in number:
        return bool(INDEX.search(head)) and not following.startswith((".", "版"))
    plain_year = re.fullmatch("(?:19|20)[0-9]{2}", number)
    ends = not following or following[0] in "，。；、,;）)"
    return len(number) >= 3 and not plain_year and ends and bool(INDEX.search(head))


def _chinese_counts(
    number: str, marked: bool, unit: str, head: str, following: str, ranged: bool
) -> bool:
    """Tell whether a Chinese numeral before a measure word counts rather than names."""
    if number[0] in "零〇" or unit in ("届", "期", "级"):
        return False
    if marked and number == "一":
        return unit in COUNTED - STRUCTURAL
    if not SMALL.fullmatch(number) or marked or ranged:
        return True
    if number in "一二" and unit != "成" or unit not in COUNTED | {"面"}:
        return False
    if unit == "面":
        return not following or following[0] in "，。；、,;"
    if unit in STRUCTURAL:
        return bool(THINGS.match(following) or COUNTING.search(head))
    return True


def _state(plain: str, candidate: Candidate, policy: Policy) -> Quantity | None:
    unit = plain_unit(candidate.unit)
    shared = LIST.match(plain, candidate.end) if not unit and not candidate.share else None
    if shared and candidate.number[-1].isdigit():
        unit = plain_unit(shared["unit"] or "")
    second = f"至{candidate.share}{candidate.second}" if candidate.second else ""
    tail = re.sub("[（(含）)及或]", "", candidate.tail)
    number = candidate.number
    if unit == "个多百分点":
        number, unit = f"{number}多", "个百分点"
    phrase = f"{candidate.word}{candidate.share}{number}{second}{unit}{tail}"
    try:
        quantity = read(phrase, policy)
    except ValueError:
        return None
    if threshold(plain, candidate.start, candidate.end, quantity):
        return _unbounded(quantity, policy)
    return quantity


def _doublings(plain: str, mask: bytearray) -> Iterator[tuple[Candidate, Quantity]]:
    # 翻一番 is twice as much, 翻两番 four times.
    for match in DOUBLED.finditer(plain):
        if not any(mask[match.start():match.end()]):
            times = Decimal(2) ** TIMES[match["times"]]
            yield (Candidate(*match.span(), "", "", match.group(), "", "倍", ""),
                   Quantity(times, Interval.point(times), "倍", "", match.group()))


def _unbounded(quantity: Quantity, policy: Policy) -> Quantity:
    for word in quantity.qualifier.split(JOINT):
        rule = policy.rule(word, "threshold")
        if rule.position == "threshold":
            bound = rule.interval(quantity.value, Decimal(0), Decimal(0))
            return replace(quantity, interval=quantity.interval.union(bound))
    return quantity
