"""Measure words of official Chinese prose, and what must not follow them.

A measure word is often the first character of another word: 110家庭暴力 holds no 110家, 12项目标
is 12项 and 支持 no 支. `units.csv` therefore lists each with the characters that may not follow
it, in brackets those that may follow these after all: 家 is none in 家庭, but is one in 家庭园.
"""

from __future__ import annotations

import re

from helpers.audit.text.wordlists import rows

__all__ = ["BLOCKED", "COUNTED", "COUNTING", "LATIN", "STRUCTURAL", "THINGS", "UNIT", "plain_unit"]


# What follows a number and shows that it is a date, a level or an ordinal.
BLOCKED = re.compile(
    "年|月|日(?!元|内|均)|号|时(?!速)|点|级|线|路|版|代|楼|季度|季(?!节)|旬|世纪|周|岁|维|型|届|后|期间|里|"
    "国|大(?!类|项|件|学)|佳|强|等奖|等功|等残|星|者|十|个月|个季|个年|个星期|个周|个世纪|中全会|"
    "半|些|位数"
)
# Measure words that a short Chinese numeral (两, 三 ... 十) counts with; of these, the ones with
# which it mostly names the parts of a programme (三项机制, 五条路径) and counts only before a
# thing, or behind a verb of counting.
COUNTED = frozenset(row["unit"] for row in rows("units") if row["numerals"])
STRUCTURAL = frozenset(row["unit"] for row in rows("units") if row["numerals"] == "parts")
THINGS = re.compile(
    "人(?![民大文口生才均员们])|[^，。；、,;]{0,7}?(?:孩子|女儿|儿子|老人|姐妹|县|市|区|村|镇|乡|街道|社区|项目|基地|中心|站|室|家庭|单位|部门|班|队|集体|"
    "组织|园|企业|厂|店|省|学校|医院|协会|小组|支部|岗位|床位|品种|案件|课题|产品|剧目|作品|论文|提案|"
    "建议|线索|公路|线路)"
)
COUNTING = re.compile(
    "(?:新建|建成|新增|增设|设立|成立|获得?|荣获|创建|命名|表彰|举办|承办|办结|完成|出台|制定|印发|受理|"
    "查处|破获|征集|评选出?|培育|新设|落户|引进|共|共计|共有|总共|分为|涵盖|涉及|增至|达到?|等)了?$"
)

# Words that count under a condition.
CONDITIONAL = {
    # A pair is counted with 对, which is also the preposition: towards whom or what.
    "对": "对(?![于照标口应比外内手方话象策接抗此其这我他她待策]|上级|下级)",
    "年": "年(?![度级代份初底末中来间前后报])",
    "个月": "个(?:多)?月(?![份度])",
    "日": "日(?=内|以内|之内|以上)",
    "周": "周(?![年岁边围末报刊转期知密全日一二三四五六]|日)",
    "个季度": "个季度",
    "个星期": "个(?:星期|周)(?![期年])",
    "列": "列(?=[、，。；,;（(）)]|增长|以上|$)",
    "P": "(?:P|PF|PFLOPS|EFLOPS)(?![A-Za-z])",
    "方": "(?<=[万亿])方(?![面位案式便向])",
    "度": "(?<=[万亿])度",  # electricity; a plain 度 is an angle or a year's
}


def _guard(word: str, followers: list[str]) -> str:
    parts = []
    for follower in followers:
        stem, _, allowed = follower.rstrip(")").partition("(")
        parts.append(f"{stem}(?![{allowed}])" if allowed else stem)
    if word[-1].isascii() and word[-1].isalnum():
        parts.append("[A-Za-z0-9]")  # km is none in kmh
    return f"{re.escape(word)}(?!{'|'.join(parts)})" if parts else re.escape(word)


def _alternatives(words: list[dict[str, str]]) -> str:
    patterns = {row["unit"]: _guard(row["unit"], row["not_before"].split()) for row in words}
    patterns |= CONDITIONAL
    return "|".join(patterns[word] for word in sorted(patterns, key=len, reverse=True))


BASE = _alternatives(list(rows("units")))
LATIN = _alternatives([row for row in rows("units") if re.match("[A-Za-z]", row["unit"])])
# 元/吨, 吨标准煤/万元, 人/平方公里, 16.9/10万
PER = rf"(?:/(?:每?(?:10?[万亿]|[百千万亿])?(?:{BASE}|[人户天日年月周季次]))|/10?[万亿])"
UNIT = re.compile(rf"(?:{BASE})(?:[（(]次[）)]|次(?![日年要于]))?{PER}?|{PER}")
SAME = {row["unit"]: row["same_as"] for row in rows("units") if row["same_as"]}


def plain_unit(unit: str) -> str:
    """Return the unit without brackets, money as 元 and areas in words, below a stroke too."""
    bare = re.sub(r"[（()）]", "", unit)
    top, stroke, base = bare.partition("/")
    size = re.match("每?(?:10?[万亿]|[百千万亿])?", base)[0]
    below = base[len(size) :]
    return SAME.get(top, top) + stroke + size + SAME.get(below, below)
