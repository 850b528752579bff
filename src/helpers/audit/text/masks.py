"""Numerals that are not quantities: dates, ordinals, numbers of documents, formulas, names.

`masked` marks their characters, so that the extractor leaves them alone. What stands directly
behind a number (年, 号, 届 ...) is told in `units.BLOCKED`.
"""

from __future__ import annotations

import re

from helpers.audit.text.units import LATIN, UNIT

__all__ = ["masked", "named"]

HAN = "零〇一二两三四五六七八九十百千万亿"
YEAR = "(?:19|20)[0-9]{2}"
# Runs are bounded, so that a page full of digits takes no longer than a page of prose.
RUN, NUMBER = "[0-9]{1,12}", r"[0-9]{1,12}(?:\.[0-9]{1,8})?"
PARTS = (  # 2/3以上, 占1/3: no date and no pages
    "(?:[1-9]/[2-9](?=的|以上|以下|左右|强|多)|(?<=[占约近超过达为到足])[1-9]/[2-9](?=[，。；、）]))"
)
HOTLINES = (
    "11[0-9]|12[0-2]|12110|123(?:0[159]|1[2-8]|2[0789]|3[38]|4[58]|5[015-8]|6[1369]|7[0178]|"
    "8[0589]|9[35])"
)

DATES = [
    rf"{YEAR}\s*[—\-~至到、/]+\s*(?:{YEAR}|[0-9]{{2}}(?![0-9]))(?:学?年度?)?",
    rf"{YEAR}[.\-/—][0-9]{{1,2}}[.\-/—][0-9]{{1,2}}(?![0-9.])",
    rf"{YEAR}[.\-/][0-9]{{1,2}}(?![0-9.%‰一-鿿])",
    rf"(?<![0-9.]){YEAR}(?=[年（(〔\[届级版]|[—\-~至](?:今|{YEAR}(?![0-9])))",
    r"[0-9]{1,2}[·•][0-9]{1,2}",
]
ORDINALS = [
    # 第三方, 第15届, 第七次人口普查, 十届三次执委会
    rf"第\s*(?:[0-9]+(?:[—\-~至、][0-9]+)*|[{HAN}]+(?:[—\-~至、][{HAN}]+)*)"
    r"[^\W\d_]?(?:[次届批期轮])?",
    rf"[{HAN}]{{1,6}}次(?=全体|全会|会议|代表|党代会|妇代会|妇女|执委|常委|理事|人大|大会|峰会|普查)",
    r"[一二三四五六七八九十]{1,4}届",
    rf"(?<![目当此之以年日月学提空])前(?:[0-9]+|[{HAN}]+)(?=[名位强列茅，。；、,;]|个(?!百分)|$)",
]
NUMBERS_OF_THINGS = [
    # documents, notes, phones, hot lines, models, addresses on the net
    rf"[〔\[（(【]\s*{YEAR}\s*[〕\]）)】]\s*第?\s*[0-9]+\s*号?",
    r"\[[0-9]{1,3}\]|〔[0-9]{1,3}〕|［[0-9]{1,3}］",
    r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])|(?<![0-9])0[0-9]{2,3}-?[0-9]{7,8}(?![0-9])",
    r"(?<![0-9])[48]00-?[0-9]{3}-?[0-9]{4}(?![0-9])",
    r"(?:热线|电话|拨打|专线|客服|邮编|邮政编码|编号|账号|统一代码|公众号|短信)"
    r"(?:为|是|号码|：|:|“|”|（|\(|、|和|及|[0-9]|\s)*[0-9]{3,}(?:[、和][0-9]{3,})*",
    rf"(?<![0-9.])(?:{HOTLINES})(?![0-9.余多]|[万亿千百]|至[0-9]|{UNIT.pattern})",
    rf"(?<![0-9.])(?:{HOTLINES})(?=对(?![夫新婚男青伴双母父，。；、]))",
    r"(?<![A-Za-z])[A-Za-z]+[-—]?[0-9]+(?:\.[0-9]+)?(?![0-9.]*(?:%|个|亿|万|元|家))",
    rf"{NUMBER}(?!{LATIN}|P(?![A-Za-z])|PF)[A-Za-z]{{1,20}}(?![A-Za-z])",
    r"(?:480|720|1080|2160)P(?![A-Za-z])",
    r"(?:https?://|www\.)[!-~]+",
    r"[0-9]{1,4}(?:号楼|号院|单元|栋)(?:[0-9]{1,4}(?:单元|层|楼|室|号))+",
]
FORMULAS = [
    # 1+1+1, 3+X, 7×24小时, 8.1:38.9:53.0, 9:30, 2/3
    r"[0-9A-Za-z一-鿿“”]{1,2}(?:[+][0-9A-Za-z]+)+(?![0-9.]*[%‰])|(?<=[A-Za-z0-9][+])[0-9]+",
    r"(?<![0-9.])[0-9](?=[+])|[0-9]{1,12}(?=[+][0-9A-Za-z“])",
    r"[0-9.]{1,12}\s*[×xX*✕]\s*[0-9.]+[^\W\d_]{0,2}",
    rf"{NUMBER}(?:\s*[:：∶]\s*{NUMBER})+",
    rf"(?<![0-9])(?:{RUN}/{RUN}/{RUN}|(?!{PARTS}|[0-9]{{1,6}}/[0-9]{{1,6}}{UNIT.pattern}){RUN}/{RUN}(?![0-9万]))",
]
HEADINGS = [
    r"(?m:^)\s*[（(]?[0-9]{1,2}(?:[）)]|[.、](?![0-9]))",
    r"(?<=[。；;：:\s])[（(]?[0-9]{1,2}(?:[）)]|[.](?![0-9]))",
    rf"(?m:^)\s*[（(]?[{HAN}]{{1,3}}[）)、.]|[（(][{HAN}]{{1,3}}[）)]",
    rf"(?:附件|附表|专栏)\s*[0-9{HAN}]+(?![0-9])|(?m:^)\s*[图表]\s*[0-9]{{1,2}}",
]
NAMES = [
    r"[一二两三四五六七八九]网[一二两三四五六七八九]微\w{0,4}|一法一条例|[三四五六七八]位一体",
    r"百千万|十百千万?|十分(?!之)|三四轮|三大|五级书记|两学一做|三会一课|四议两公开|双学双比",
    r"两个(?:维护|确立|一百年|毫不动摇|先行区|务必|大局|健康|根本|巩固|屏障|百年|文明|全覆盖|轮子)",
    r"三个(?:代表|面向|有利于|务必|区分|注重|离不开|转变|结合|必须|体系|全面|第一|一批|聚焦)",
    r"四个(?:意识|自信|全面|服从|伟大|铁一般|最严|革命|坚持|着力|到位|重大|一批|方面|不摘|维度)",
    r"[五六七八九十]个(?:文明|必由之路|认同|一|坚持|必须|全面|方面|不准|严禁|更加|环节|统筹)",
    r"八项规定|三项制度|四项基本原则|四项监督|千方百计|千家万户|万众一心|万无一失|百花齐放",
    r"成千上万|成百上千|千千万万|数以[十百千万亿]+计|千言万语|百姓|一百年|百分百|零距离|零容忍",
    r"[（(]以[^（）()]{1,10}为100[^（）()]{0,16}[）)]",
    # a base is no quantity: 每千人口, 每50公斤; nor what points back: 这三项
    rf"(?:每|逐|这|那|哪)(?:[0-9]+|[{HAN}]+)[余多]?"
    r"(?=[个位名项家户人千百万件次种类场条亩处年天座所期批支斤吨]|平方|公里|公斤)",
]
MASKS = [
    re.compile(pattern)
    for pattern in DATES + ORDINALS + NUMBERS_OF_THINGS + FORMULAS + HEADINGS + NAMES
]
TITLES = re.compile(r"《[^《》]{1,80}》|〈[^〈〉]{1,60}〉")
QUOTED = re.compile(r"“[^“”]{1,24}”|「[^「」]{1,24}」|『[^『』]{1,24}』|‘[^‘’]{1,24}’")
# A quoted phrase with such a number is speech or emphasis, not a name.
STRONG = re.compile(
    r"[0-9]+(?:\.[0-9]+)?[余多]?[万亿%余]"
    r"|[0-9]{2,}(?:\.[0-9]+)?[余多]?(?:[名人户场件亩元]|家(?!庭))"
)


def named(text: str) -> bytearray:
    """Return a byte for each character, 1 where it belongs to a title or a name in quotes."""
    mask = bytearray(len(text))
    for match in (*TITLES.finditer(text), *QUOTED.finditer(text)):
        if match.group()[0] in "《〈" or not STRONG.search(match.group()):
            _mark(mask, match)
    return mask


def masked(text: str) -> bytearray:
    """Return a byte for each character, 1 where it belongs to something that is no quantity."""
    mask = named(text)
    for pattern in MASKS:
        for match in pattern.finditer(text):
            _mark(mask, match)
    return mask


def _mark(mask: bytearray, match: re.Match[str]) -> None:
    mask[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
