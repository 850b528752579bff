"""Phrases of plain text that state a quantity: a numeral with its rounding words and measure.

A phrase is left out where its form shows that it counts nothing: 节约 holds no 约, 三项机制 names,
八点 is a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from helpers.audit.text.forms import Stated
from helpers.audit.text.wordlists import COUNTED, CUES, HAN, STRUCTURAL, UNIT, plain_unit
from helpers.quantity import Policy, read

__all__ = ["phrases"]

LARGE = r"(?:[十百千]?(?:万亿|亿|万)|千(?![米瓦克伏卡])|百(?!分))"
DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
SOME = "来(?=[个名人家户场次件万亿张条位亩支篇册项种块只所处批对间本])"
MORE = rf"(?:余(?![额热款粮])|多(?![样方层渠]|元化)|{SOME})"
ONE = "[一二三四五六七八九]"
ARABIC = (
    rf"{DIGITS}个亿|{DIGITS}[亿万](?:[0-9]+|{ONE})(?:千万|[千百万])(?:{ONE}百)?(?:{MORE}万?)?"
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
SHARE = "(?:十|(?<![0-9.])10)万分之|百分之|千分之|万分之"
# 约为9亿元, 超过了100名, 至少有一名
LINK = "(?:(?<=约)(?:[为有占合达需计]|达到)|(?<=[过破])了|(?<=至少)[有要需])"
MINUS = (
    "(?<![0-9A-Za-z%])-(?=[0-9])|(?:(?<![一-鿿])|(?<=[为是达至到降长率润额值差]))负(?=[0-9])|零下(?=[0-9])"
    "|(?<=[长幅率速为是达降至升差])[—](?=[0-9.]+%)"
)
LATE = r"[余多](?=[，。；、,;的）)高长宽深远]|$)"
BARE = re.compile(r"(?:百|千|十?[百千]?[万亿]|万亿)+$")
SMALL = re.compile("[一二两三四五六七八九十]$")
# 约占总数的70%: the rounding word stands apart from its share.
APART = re.compile(
    "(?<![节签预契合集制])(?P<word>大约|约)占(?![地据领])[^，。；、：:;,0-9\n]{0,10}$"
)
HALVED, HALF = ("天", "年", "倍"), re.compile("半(?![载价数天年月])")
SHARES = ("%", "‰", "成")
TENTH = str.maketrans("一二三四五六七八九半", "1234567895")
ONLY_BARE = ("上", "数", "几", "过", "破")  # 过 and 破 stand before 10万 as well
# The unit that stands behind a later number: 15、22个百分点, 1.2万和3.4万人, 0.7个和3.0个百分点.
AND = "(?:[、和与及]|以及)(?:近|约|超过?|逾)?"
LIST = re.compile(rf"(?:{AND}(?:{ARABIC})个?){{1,12}}(?P<unit>{UNIT.pattern})")
# 137（其中兼职45）人: the unit of both stands behind the bracket.
INSIDE = r"[（(][^（）()0-9\n]{0,16}[0-9]+[^（）()0-9\n]?"
BRACKET = re.compile(rf"(?P<open>{INSIDE})?[）)](?P<unit>{UNIT.pattern})")
OPENED = re.compile("[0-9][（(][^（）()0-9]*$")
YEAR = re.compile("(?:19|20)[0-9]{2}")
COMPARING = ("低于", "高于", "少于", "多于", "超过", "超出")
TURNS = ("次", "期")  # 第三期 and 三期工程 are no counts, 举办三期 is
REACH = 40  # characters before a number that can tell its kind


def phrases(plain: str, mask: bytearray, policy: Policy) -> Iterator[Stated]:
    """Yield what the phrases of a plain text state, those with a masked number left out."""
    pattern, at = _pattern(policy), 0
    while match := pattern.search(plain, at):
        at = match.end()
        begin, end = match.span("number")
        if any(mask[begin:end]):
            at = end
            continue
        stated = None if _change(plain, match) else _stated(plain, match, policy)
        if stated is None and match["second"]:
            # No range: the first number counts by itself, the second is looked at in turn.
            single = pattern.match(plain, match.start(), match.start("dash"))
            stated = _stated(plain, single, policy) if single else None
            at = stated[1] if stated else end
        if stated:
            yield stated


@lru_cache(maxsize=8)
def _pattern(policy: Policy) -> re.Pattern[str]:
    words = "|".join(map(re.escape, policy.words("before"))) or "(?!)"
    tails = "|".join(re.escape(word) for word in policy.words("after") if len(word) > 1) or "(?!)"
    number = rf"(?:{PART}|{ARABIC}|{CHINESE})"
    return re.compile(
        rf"(?:(?P<word>(?:{words}){{1,2}}){LINK}?)?(?P<begin>)(?P<minus>{MINUS})?(?P<share>{SHARE})?"
        rf"(?P<number>{number})(?:(?P<first>{UNIT.pattern})?(?P<dash>{DASH})(?:{SHARE})?(?P<second>{number}))?"
        rf"(?P<plus>[+](?![0-9A-Za-z“]))?(?P<unit>{UNIT.pattern})?(?P<late>{LATE})?"
        rf"(?P<more>(?<!计)[+](?=[，。；、,;）)\n]|$))?"
        rf"(?P<tail>[（(]?含?[）)]?(?:及|或)?(?:{tails}))?"
    )


def _change(plain: str, match: re.Match[str]) -> bool:
    """Tell whether two numbers are no range: 从12个到25个, 提高200元至1200元, 扩大0.3点至2.1%."""
    if match["dash"] not in ("至", "到"):
        return False
    head = plain[max(0, match.start() - 14) : match.start()]
    first, unit = (plain_unit(match[part] or "") for part in ("first", "unit"))
    if first and (first != unit or (first not in SHARES and CUES["changed"].search(head))):
        return not plain.startswith("不等", match.end())
    # 由3万至5万元提高到10万元 begins with a range.
    return bool(CUES["from"].search(head) and not CUES["raised"].match(plain, match.end()))


def _stated(plain: str, match: re.Match[str], policy: Policy) -> Stated | None:
    """Return what a phrase states, or None where it is not one quantity."""
    word, start = _real_word(plain, match)
    said, end = match.groupdict(""), match.end()
    number, unit, share = said["number"], said["unit"], said["share"]
    more = "以上" if said["plus"] or said["more"] else ""  # 500+家, 100万+
    tail = said["late"] + (said["tail"] or more)
    if re.search("分之|[/半]", number):  # 三分之一, 2/3, 过半: a part takes no measure word
        if "半" in number and CUES["no-half"].search(plain[max(0, start - 3) : start]):
            return None
        end, unit, tail = (match.end("number"), "", "") if unit else (end, "", tail)
    elif (unit := _measure(plain, match, word, tail)) is None:
        return None
    if unit in HALVED and (half := HALF.match(plain, end)):  # 会期2天半
        number, end = number + (".5" if number[-1].isdigit() else "点五"), half.end()
    if tenths := TENTHS.fullmatch(number):  # 九成五 is 95%
        unit, number = "%", (tenths[1] + tenths[2]).translate(TENTH)
    if not word and not tail and (share or unit in SHARES):
        apart = APART.search(plain, max(0, start - 14), start)
        word = apart["word"] if apart else ""
    number = ("-" if said["minus"] else "") + number.replace("个亿", "亿")
    second = f"至{share}{said['second']}" if said["second"] else ""
    many = "多" if unit.startswith("个多") else ""  # 2个多小时, 3个多百分点
    unit, tail = unit.replace("个多", "个"), re.sub("[（(含）)及或]", "", tail)
    try:
        return start, end, read(f"{word}{share}{number}{many}{second}{unit}{tail}", policy)
    except ValueError:
        return None


def _real_word(plain: str, match: re.Match[str]) -> tuple[str, int]:
    """Return the rounding word before a number, and where the phrase begins with it."""
    word, start, number = match["word"] or "", match.start(), match["number"]
    other = word and start and CUES["no-word"].match(plain, start - 1, match.end("word"))
    if other:  # 节约, 附近: the end of another word
        rest = plain[other.end() : match.end("word")]
        return rest, other.end() if rest else match.start("begin")
    if word in COMPARING and CUES["compared"].match(plain, match.end()):
        return "", match.start("begin")  # 低于4%的规划目标: the aim itself
    if word in ONLY_BARE and not BARE.fullmatch(number.rstrip("余多来几")):
        passed = word == "破" or (word == "过" and CUES["passed"].match(plain, start - 1))
        if number[0] not in "十百千万亿半" and not (passed and number[-1] in "万亿"):
            return "", match.start("begin")
    return word, start


def _measure(plain: str, match: re.Match[str], word: str, tail: str) -> str | None:
    """Return the unit of a number ("" if none), or None where it counts nothing."""
    number, unit, share = match["number"], match["unit"] or "", match["share"]
    vague = number[-1] in "余多来几"
    if BARE.fullmatch(number.rstrip("余多来几")) and not (word or tail or vague or share):
        return None
    shared = _shared_unit(plain, match)
    if share or shared or TENTHS.fullmatch(number):
        return plain_unit(shared or unit)
    return plain_unit(unit) if _counts(plain, match, vague or bool(word), unit, tail) else None


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
    outer = BRACKET.match(plain, end)
    return outer["unit"] if outer and (outer["open"] or OPENED.search(head)) else ""


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
