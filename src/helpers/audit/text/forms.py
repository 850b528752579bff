"""Quantities in forms of their own: ranks, ratios, counts out of a total, doublings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from helpers.audit.text.wordlists import UNIT, plain_unit
from helpers.quantity import NEAR, Interval, Policy, Quantity, read

__all__ = ["Stated", "special_forms"]

Stated = tuple[int, int, Quantity]  # start and end in the plain text, what stands there
RANK = "位次"
NUMBER = "(?:[0-9]{1,4}|[一二三四五六七八九十百]{1,4})"
# 全省第三, 第47位: a rank stands behind a place, or behind a verb of ranking in its clause.
PLACE = (
    "(?:全[国省市县区球州校镇]|[国省市县区]内|[省市县]直|世界|亚洲|同类|同期|系统|[东中西]部|地区|行业|"
    "[二三四五六七八九十]个?[城郊县市区]{1,2})"
)
VERB = (
    "(?:[居列占]|排名?|排[在到行]|[位名]次|[升降前跌退][至到]|移至|保持|跻身|进入|迈[入进]|跨入|闯入|挤进|"
    "位[居列于]|名列|入围|获得?|荣获|取得|夺得|蝉联|并列|综合|[指数])"
)
CLAUSE = r"[^，。；、：,:;0-9“”\n]"
SEVERAL = "(?:[在全各省市县区]{0,3}[0-9]{1,3}个?[省市县区旗乡镇]{1,3}中?)?"  # 列全市14个县区第2名
BEHIND = rf"(?:{VERB}{SEVERAL}{CLAUSE}{{0,14}}?|{PLACE}{CLAUSE}{{0,4}}?)"
AFTER = r"(?=[，。；、,;）)！!\n]|$|[的并且和与及后]|水平)"
RANKS = re.compile(
    rf"{BEHIND}(?P<rank>(?<!倒数)第(?P<number>{NUMBER})(?:位次?|名)?|首位|榜首|(?<=居)首)"
    rf"(?:{AFTER}|(?<=[位名]))"
)
# 居全国第5、第6位: the next of several ranks
NEXT_RANK = re.compile(rf"[、和及与](?P<rank>第(?P<number>{NUMBER})(?:位次?|名|(?={AFTER})))")
AMONG = re.compile(
    rf"{BEHIND}(?P<rank>前(?P<number>{NUMBER})(?:位次?|名|强)?)(?:{AFTER}|行列|方阵)"
)
# 排名前移2位: a change of ranks
MOVED = re.compile(
    "(?:(?:位次|排名|名次|排位)[^，。；、,;0-9]{0,12}(?<![第前])"
    "|(?:前进|前移|后移|提前|上升|下降|跃升|提升|跌落|退后)了?(?=[^0-9]|[0-9]+个?位(?:[，。；、,;]|$)))"
    "(?P<rank>(?P<number>[0-9]{1,3}|[一二两三四五六七八九十]{1,3})个?位)(?![数次置居于列])"
)
NOT_RANKED = re.compile("放|摆|置|坚持|作为|视为|当作|奉为|书记|生命|批|次|届")
DIGITS = r"(?:0(?=[.])|[1-9][0-9]{0,5})(?:\.[0-9]{1,6})?"  # no leading zero
# 比例为1:1.05, 收入比由2.4∶1缩小至2.3∶1; 师生比为1.05比1
COMPARED = (
    "比例?|比值|汇率|倍率|按照?|[0-9]年的|(?:缩小|收窄|扩大|降低?|升|提[高升]|调整|改善)[至到为]"
)
RATIO = re.compile(
    rf"(?:(?:{COMPARED})(?:[由从为是约达到至于缩小扩大降升提高收窄突破]|下降|上升){{0,6}}"
    rf"|(?:(?<=[为是约达到至])|(?<![0-9.:])(?={DIGITS}比1(?![0-9.])))(?={DIGITS}比))"
    rf"(?P<sign>(?P<first>{DIGITS})[比:：∶](?P<second>{DIGITS}))(?!\s*[:：∶0-9.])"
)
SCORE = re.compile("(?:比分|战胜|击败|以)$")
OUT_OF = re.compile(
    rf"(?<![0-9./])(?P<some>[1-9][0-9]{{0,4}})/(?P<all>(?P<whole>[1-9][0-9]{{0,4}})(?P<unit>{UNIT.pattern}))"
)
DOUBLED = re.compile("翻了?(?P<times>[一两二三]?)番(?P<more>多)?")
TIMES = {"": 1, "一": 1, "两": 2, "二": 2, "三": 3}


def special_forms(plain: str, named: bytearray, policy: Policy) -> Iterator[Stated]:
    """Yield what stands in forms of their own, outside names (`named` marks their characters)."""
    for form in (_ranks, _ratios, _out_of):
        for stated in form(plain, policy):
            if not any(named[stated[0] : stated[1]]):
                yield stated
    for match in DOUBLED.finditer(plain):  # 翻一番 is twice as much, 翻两番 four times
        if not any(named[match.start() : match.end()]):
            times = Decimal(2) ** TIMES[match["times"]]
            more = "多" if match["more"] and policy.knows("多") else ""
            interval = policy.rule(more).interval(times, Decimal(1), Decimal(1))
            yield *match.span(), Quantity(times, interval, "倍", more)


def _ranks(plain: str, policy: Policy) -> Iterator[Stated]:
    for match in RANKS.finditer(plain):
        if not NOT_RANKED.search(plain, match.start(), match.start("rank")):
            yield _rank(match, policy)
            while match := NEXT_RANK.match(plain, match.end()):
                yield _rank(match, policy)
    for pattern in (AMONG, MOVED):
        yield from (_rank(match, policy) for match in pattern.finditer(plain))


def _rank(match: re.Match[str], policy: Policy) -> Stated:
    number = read(match["number"], policy).value if match["number"] else Decimal(1)
    among = "前" if match["rank"][0] == "前" else ""  # among the first three
    interval = Interval(Decimal(1) if among else number, number)
    return *match.span("rank"), Quantity(number, interval, RANK, among)


def _ratios(plain: str, policy: Policy) -> Iterator[Stated]:
    for match in RATIO.finditer(plain):
        start, end = match.span("sign")
        first, second = match["first"], match["second"]
        if Decimal(second) and not SCORE.search(plain[max(0, start - 2) : start]):
            value = NEAR.divide(Decimal(first), Decimal(second))
            interval = read(first, policy).interval / read(second, policy).interval
            yield start, end, Quantity(value, interval, "比1")


def _out_of(plain: str, policy: Policy) -> Iterator[Stated]:
    # 12/15个乡镇: twelve of fifteen, two numbers of one unit.
    for match in OUT_OF.finditer(plain):
        some, whole, unit = match["some"], match["whole"], plain_unit(match["unit"])
        if int(some) <= int(whole):
            yield *match.span("some"), read(f"{some}{unit}", policy)
            yield *match.span("all"), read(f"{whole}{unit}", policy)
