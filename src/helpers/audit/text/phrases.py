"""Stretches of plain text that might state a quantity, their parts told apart.

A candidate is a numeral with its rounding words, magnitude and measure word. It is left out
where its form shows that it counts nothing: 节约 holds no 约, 三项机制 names, 八点 is a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from helpers.audit.text.wordlists import COUNTED, CUES, HAN, STRUCTURAL, UNIT
from helpers.quantity import Policy

__all__ = ["TENTHS", "Candidate", "candidates"]

LARGE = r"(?:[十百千]?(?:万亿|亿|万)|千(?![米瓦克伏卡])|百(?!分))"
DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
SOME = "来(?=[个名人家户场次件万亿张条位亩支篇册项种块只所处批对间本])"
MORE = rf"(?:余(?![额热款粮])|多(?![样方层渠]|元化)|{SOME})"
ARABIC = (
    rf"{DIGITS}个亿|{DIGITS}[亿万][0-9]+(?:千万|[千百万])(?:{MORE}万?)?"
    rf"|{DIGITS}(?:{LARGE}{MORE}[万亿]|{MORE}?{LARGE})?{MORE}?"
)
PART = (
    "[二三四五六七八九十]{1,2}分之[一二三四五六七八九十]{1,2}|[1-9]/(?:[2-9]|10)(?![0-9.万/])"
    "|一半(?![天日年个])|半数|(?<=[过近超])半(?![百年天月日小个世夜径路价决程])"
)
TENTHS = re.compile("([一二三四五六七八九])成([一二三四五六七八九半])")  # 九成五, 一成半
CHINESE = (
    rf"{TENTHS.pattern}(?![{HAN}个名人家户场次件条项种所位年月层届级])"
    rf"|(?:[{HAN}]+点[零〇一二三四五六七八九]+|[{HAN}]+个亿|[{HAN}]+)(?:[余多来几](?:万亿|亿|万))?(?:{MORE}|几)?"
)
DASH = r"(?:—+|-|~|至|到)"
SHARE = "十万分之|百分之|千分之|万分之"
LINK = (
    "(?:(?<=约)(?:[为有占合达需计]|达到)|(?<=[过破])了|(?<=至少)[有要需])"  # 约为9亿元, 超过了100名
)
MINUS = (
    "(?<![0-9A-Za-z%])-(?=[0-9])|(?:(?<![一-鿿])|(?<=[为是达至到降长率润额值差]))负(?=[0-9])|零下(?=[0-9])"
    "|(?<=[长幅率速为是达降至升差])[—](?=[0-9.]+%)"
)
LATE = r"[余多](?=[，。；、,;的）)高长宽深远]|$)"
BARE = re.compile(r"(?:百|千|十?[百千]?[万亿]|万亿)+$")
SMALL = re.compile("[一二两三四五六七八九十]$")
ONLY_BARE = ("上", "数", "几", "过", "破")  # 过 and 破 stand before 10万 as well
# The unit that stands behind a later number: 15、22个百分点, 1.2万和3.4万人, 0.7个和3.0个百分点.
AND = "(?:[、和与及]|以及)(?:近|约|超过?|逾)?"
LIST = re.compile(rf"(?:{AND}(?:{ARABIC})个?){{1,12}}(?P<unit>{UNIT.pattern})")
# 137（其中兼职45）人: the unit of both stands behind the bracket.
OUTER = re.compile(
    rf"[（(][^（）()0-9\n]{{0,16}}[0-9]+[^（）()0-9\n]?[）)](?P<unit>{UNIT.pattern})"
)
INNER = re.compile(rf"[）)](?P<unit>{UNIT.pattern})")
OPENED = re.compile("[0-9][（(][^（）()0-9]*$")
YEAR = re.compile("(?:19|20)[0-9]{2}")
COMPARING = ("低于", "高于", "少于", "多于", "超过", "超出")
TURNS = ("次", "期")  # 第三期 and 三期工程 are no counts, 举办三期 is
REACH = 40  # characters before a number that can tell its kind


class Candidate(NamedTuple):
    """A stretch of plain text that might state a quantity, its parts apart."""

    start: int
    end: int
    word: str = ""
    share: str = ""
    number: str = ""
    second: str = ""
    unit: str = ""
    tail: str = ""


def candidates(plain: str, mask: bytearray, policy: Policy) -> Iterator[Candidate]:
    """Yield the candidates of a plain text, those with a masked number left out."""
    pattern, at = _pattern(policy), 0
    while match := pattern.search(plain, at):
        at = match.end()
        begin, end = match.span("number")
        if any(mask[begin:end]):
            at = end
            continue
        candidate = None if _change(plain, match) else _candidate(plain, match)
        if candidate is None and match["second"]:
            # No range: the first number counts by itself, the second is looked at in turn.
            single = pattern.match(plain, match.start(), match.start("dash"))
            candidate = _candidate(plain, single) if single else None
            at = candidate.end if candidate else end
        if candidate:
            yield candidate


@lru_cache(maxsize=8)
def _pattern(policy: Policy) -> re.Pattern[str]:
    words = "|".join(map(re.escape, policy.words("before"))) or "(?!)"
    tails = "|".join(re.escape(word) for word in policy.words("after") if len(word) > 1) or "(?!)"
    number = rf"(?:{PART}|{ARABIC}|{CHINESE})"
    return re.compile(
        rf"(?:(?P<word>(?:{words}){{1,2}}){LINK}?)?(?P<begin>)(?P<minus>{MINUS})?(?P<share>{SHARE})?"
        rf"(?P<number>{number})(?:(?:{UNIT.pattern})?(?P<dash>{DASH})(?:{SHARE})?(?P<second>{number}))?"
        rf"(?P<plus>[+](?![0-9A-Za-z“]))?(?P<unit>{UNIT.pattern})?(?P<late>{LATE})?"
        rf"(?P<more>(?<!计)[+](?=[，。；、,;）)\n]|$))?"
        rf"(?P<tail>[（(]?含?[）)]?(?:及|或)?(?:{tails}))?"
    )


def _change(plain: str, match: re.Match[str]) -> bool:
    # 从12个到25个 is no range, 由3万至5万元提高到10万元 begins with one.
    if match["dash"] not in ("至", "到") or CUES["raised"].match(plain, match.end()):
        return False
    return CUES["from"].search(plain[max(0, match.start() - 14) : match.start()]) is not None


def _candidate(plain: str, match: re.Match[str]) -> Candidate | None:
    word, start = _real_word(plain, match)
    said = match.groupdict("")
    number, unit, share = said["number"], said["unit"], said["share"]
    more = "以上" if said["plus"] or said["more"] else ""  # 500+家, 100万+
    tail = said["late"] + (said["tail"] or more)
    if re.search("分之|[/半]", number):  # 三分之一, 2/3, 过半: a part takes no measure word
        if "半" in number and CUES["no-half"].search(plain[max(0, start - 3) : start]):
            return None
        end, tail = (match.end("number"), "") if unit else (match.end(), tail)
        return Candidate(start, end, word, "", number, said["second"], "", tail)
    vague = number[-1] in "余多来几"
    bare = bool(BARE.fullmatch(number.rstrip("余多来几")))
    if bare and not (word or tail or vague or share):
        return None
    large = word == "破" or (word == "过" and CUES["passed"].match(plain, match.start() - 1))
    large = (large and number[-1] in "万亿") or number[0] in "十百千万亿"
    if word in ONLY_BARE and not (bare or large):
        word, start = "", match.start("begin")
    shared = _shared_unit(plain, match)
    sure = share or shared or TENTHS.fullmatch(number)
    if not sure and not _counts(plain, match, vague or bool(word), unit, tail):
        return None
    signed = ("-" if said["minus"] else "") + number
    end, second = match.end(), said["second"]
    return Candidate(start, end, word, share, signed, second, shared or unit, tail)


def _real_word(plain: str, match: re.Match[str]) -> tuple[str, int]:
    """Return the rounding word before a number, and where the phrase begins with it."""
    word, start = match["word"] or "", match.start()
    other = word and start and CUES["no-word"].match(plain, start - 1, match.end("word"))
    if other:  # 节约, 附近: the end of another word
        rest = plain[other.end() : match.end("word")]
        return rest, other.end() if rest else match.start("begin")
    if word in COMPARING and CUES["compared"].match(plain, match.end()):
        return "", match.start("begin")  # 低于4%的规划目标: the aim itself
    return word, start


def _shared_unit(plain: str, match: re.Match[str]) -> str:
    """Return the unit that a number without one of its own takes from behind another number."""
    number, unit, end = match["number"], match["unit"] or "", match.end()
    year = YEAR.fullmatch(number) and not match["word"]
    if unit not in ("", "个") or year or not number[0].isdigit() or match["late"] or match["tail"]:
        return ""
    listed = LIST.match(plain, end)
    if listed and listed["unit"].endswith("分点"):
        return listed["unit"]
    if unit:
        return ""
    head = plain[max(0, match.start() - REACH) : match.start("number")]
    if listed and (len(number) > 1 or "分别" in head):
        return listed["unit"]
    outer = OUTER.match(plain, end) or (OPENED.search(head) and INNER.match(plain, end))
    return outer["unit"] if outer else ""


def _counts(plain: str, match: re.Match[str], marked: bool, unit: str, tail: str) -> bool:
    """Tell whether a number with or without a measure word counts something."""
    number, following = match["number"], plain[match.end() : match.end() + 8]
    head = plain[max(0, match.start() - REACH) : match.start("number")]
    marked = marked or bool(match["late"])
    if not unit:
        if CUES["blocked"].match(following) or number[0] in "零〇" or SMALL.fullmatch(number):
            return False
        return _unitless(number, marked or bool(tail), head, following)
    if unit == "岁":
        aged = CUES["aged"].search(head)  # 平均预期寿命81岁，5岁以下儿童: the second is a class
        return "." in number or (aged is not None and not (tail and "，" in aged.group()))
    if CUES["duration"].fullmatch(unit):
        return _lasts(number, head, tail, following)
    if unit in ("类", "款") and "." in number:  # 1.1类新药
        return False
    if unit == "分":
        return bool(CUES["scored"].search(head)) or "." in number
    if unit in ("小时", "个小时") and number in ("24", "12", "8"):
        return following.startswith(("内", "以内", "之内"))
    if number[0] in HAN:
        return _chinese_counts(number, marked or bool(match["second"]), unit, head, following)
    return True


def _lasts(number: str, head: str, tail: str, following: str) -> bool:
    """Tell whether years, months or weeks are a length: 连续5年 is, 近五年来 and 23年 are not."""
    if "." in number or CUES["schooling"].search(head):
        return True
    frame = CUES["frames"].search(head)
    if frame and not (frame.group() == "近" and CUES["endures"].match(following)):
        return False
    if CUES["lasts"].search(head):
        return not re.fullmatch("[0-9]{4,}", number)
    if CUES["framed"].match(following):
        return False
    length = bool(tail) or bool(CUES["length"].match(following))
    if number[0] in HAN:
        return bool(tail) or bool(CUES["endures"].match(following))
    years = int(re.sub("[^0-9].*", "", number))
    return length and years < 100 and (not 10 <= years < 30 or following[:1] not in "，。；、,;）)")


def _unitless(number: str, marked: bool, head: str, following: str) -> bool:
    magnitude = number.rstrip("余多来几")[-1] in "百千万亿"
    if number[0] in HAN and not marked:
        return len(number) > 1 and number[-1] in "万亿" and not BARE.fullmatch(number)
    if marked or magnitude:
        return True
    if "." in number or "," in number:
        told = any(CUES[cue].search(head) for cue in ("index", "changed"))
        told = told or CUES["raised"].match(following)  # 由2010年的118.06下降到111.3
        return bool(told) and not following.startswith((".", "版"))
    year = YEAR.fullmatch(number)
    ends = not following or following[0] in "，。；、,;）)"
    return len(number) >= 3 and not year and ends and bool(CUES["index"].search(head))


def _chinese_counts(number: str, marked: bool, unit: str, head: str, following: str) -> bool:
    """Tell whether a Chinese numeral before a measure word counts rather than names."""
    if number[0] in "零〇" or unit in ("届", "级"):
        return False
    ends = not following or following[0] in "，。；、,;）"
    if unit in TURNS and SMALL.fullmatch(number) and not marked:
        told = CUES["held"].search(head) or (ends and unit == "次")
        return number not in ("一", "二") and bool(told)
    if number == "一":
        return unit in ("成", "倍") or (marked and unit in COUNTED - STRUCTURAL)
    if marked or not SMALL.fullmatch(number):
        return True
    if unit == "元":  # 三元 is a name
        return False
    if number == "二" or unit not in COUNTED:
        return unit == "成"
    if unit == "面":
        return ends
    if unit in STRUCTURAL:
        return ends or bool(CUES["things"].match(following) or CUES["counting"].search(head))
    return True
