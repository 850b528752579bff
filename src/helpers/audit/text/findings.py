"""What an audited text says against itself: hidden characters, numbers twice, broken rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.analysis.coherence import BROKEN, judge
from helpers.analysis.measures import Sources
from helpers.audit.text.link import same_kind
from helpers.audit.text.plain import hidden_characters
from helpers.quantity import Interval

if TYPE_CHECKING:
    from helpers.audit.text.claim import Claim
    from helpers.data import Tables

__all__ = ["text_findings"]

SHARE = re.compile(r"(?:占|比例|比重|占比|覆盖率|达标率|满意[度率]|率)[^，。；、]{0,6}$")
CHANGE = re.compile(
    r"(?:增长|下降|增加|减少|提高|上升|回落|上涨|同比|环比|相当于|完成|计划)[^，。；]{0,8}$"
)
LEAST_TWICE = 100  # smaller numbers occur twice by chance
PART = re.compile(r"其中[^。；，、,;0-9]{0,14}$")
SUM = re.compile(
    r"(?:(?P<few>[两二三四五六])[项类者种个]?)?(?:合计|总计|相加|加起来)[为达是共]{0,2}$"
)
FEW = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
EACH = re.compile(r"(?P<things>[^。；，,;0-9]{2,40}?)分别[^。；，、,;0-9]{0,8}$")
LISTED = re.compile(r"^[、和与及]?$")
SHARES = ("%", "pp", "‰")
Relation = tuple[str, str, str, list]  # rule, message in Chinese, in English, claims


def text_findings(
    text: str, tables: Tables, claims: Sequence[Claim], programmes: object
) -> list[dict[str, object]]:
    """Return the findings of a text: rule, message_zh, message_en, figures (KEYs), spans.

    Characters that nobody sees, the same number of two things, shares above 100, what the numbers
    say of one another (a part, a sum, 分别), and the coherence rules of the data that the text's
    own numbers break.
    """
    return [
        *_hidden(text, claims),
        *_twice(claims),
        *_impossible(claims),
        *(_finding(*found) for found in _relations(claims)),
        *_broken_rules(tables, claims, programmes),
    ]


def _finding(rule: str, zh: str, en: str, claims: Sequence[Claim]) -> dict[str, object]:
    return {
        "rule": rule,
        "message_zh": zh,
        "message_en": en,
        "figures": [claim.figure.key for claim in claims if claim.figure],
        "spans": [[claim.found.start, claim.found.end] for claim in claims],
    }


def _hidden(text: str, claims: Sequence[Claim]) -> list[dict[str, object]]:
    places = hidden_characters(text)
    if not places:
        return []
    names = sorted({f"U+{ord(text[at]):04X}" for at in places})
    spans = [(claim.found.start, claim.found.end) for claim in claims]
    inside = sum(any(start < at < end for start, end in spans) for at in places)
    return [
        {
            "rule": "invisible-characters",
            "message_zh": f"文中有{len(places)}个看不见的字符（{'、'.join(names)}），"
            f"其中{inside}个在数字之中；核对时已去掉",
            "message_en": f"{len(places)} characters that nobody sees ({', '.join(names)}), "
            f"{inside} of them inside numbers; they were taken out before reading",
            "figures": [],
            "spans": [[at, at + 1] for at in places],
        }
    ]


def _twice(claims: Sequence[Claim]) -> list[dict[str, object]]:
    """The same number of two different things: chance, or a slip of copying."""
    seen: dict[object, Claim] = {}
    findings = []
    for claim in claims:
        stated = claim.found.quantity
        if (
            claim.figure is None
            or claim.figure.kind != "indicator"
            or stated.unit == "%"
            or not stated.interval.exact
            or stated.value < LEAST_TWICE
        ):
            continue
        first = seen.setdefault(stated.value, claim)
        if first.figure and first.figure.slug != claim.figure.slug:
            findings.append(
                _finding(
                    "same-number-twice",
                    f"{first.figure.label_zh}与{claim.figure.label_zh}都是{claim.found.quote}",
                    f"{first.figure.label_en} and {claim.figure.label_en} are both "
                    f"{stated.value:f}",
                    [first, claim],
                )
            )
    return findings


def _impossible(claims: Sequence[Claim]) -> list[dict[str, object]]:
    return [
        _finding(
            "share-over-100",
            f"{claim.found.quote}：比例超过100%",
            f"{claim.found.quote}: a share above 100%",
            [claim],
        )
        for claim in claims
        if claim.found.quantity.unit == "%"
        and claim.found.quantity.interval.lower > 100
        and SHARE.search(claim.found.before)
        and not CHANGE.search(claim.found.before)
    ]


def _broken_rules(tables: Tables, claims: Sequence[Claim], programmes: object) -> list[dict]:
    """The coherence rules that the text's own numbers break."""
    own = {
        claim.figure.slug: replace(claim.figure, quantity=claim.found.quantity)
        for claim in claims
        if claim.figure and claim.figure.kind == "indicator"
    }
    by_slug = {claim.figure.slug: claim for claim in claims if claim.figure}
    findings = []
    for verdict in judge(tables, Sources(own, programmes)):
        if verdict.verdict == BROKEN and verdict.kind == "check" and verdict.figures:
            touched = [by_slug[f.slug] for f in verdict.figures if f.slug in by_slug]
            findings.append(
                _finding(
                    verdict.rule,
                    f"不成立：{verdict.title_zh}",
                    f"does not hold: {verdict.title_en}",
                    touched,
                )
            )
    return findings


def _relations(claims: Sequence[Claim]) -> Iterator[Relation]:
    """Yield what cannot hold of a part and its whole, a sum, the things behind 分别."""
    for at, claim in enumerate(claims):
        former = _former(claims, at)
        yield from _part(claim, former)
        yield from _sum(claim, former)
        yield from _each(claims, at)


def _former(claims: Sequence[Claim], at: int) -> list[Claim]:
    """The claims before one in its sentence, as far back as its words reach."""
    claim = claims[at]
    begin = claim.found.start - len(claim.found.before)
    return [other for other in claims[max(0, at - 8) : at] if other.found.start >= begin]


def _part(part: Claim, former: Sequence[Claim]) -> Iterator[Relation]:
    mark, stated = PART.search(part.found.before), part.found.quantity
    if mark is None or stated.unit in SHARES:
        return
    said = part.found.start - len(mark.group()) + 1  # where 其中 stands, or a little behind
    wholes = [
        claim
        for claim in former
        if claim.found.end <= said and same_kind(claim.found.quantity.unit, stated.unit)
    ]
    if wholes and stated.interval.lower > max(c.found.quantity.interval.upper for c in wholes):
        whole = wholes[-1]
        yield (
            "part-over-whole",
            f"其中{part.found.quote}大于总数{whole.found.quote}",
            f"the part {part.found.quote} is larger than the whole {whole.found.quote}",
            [whole, part],
        )


def _sum(total: Claim, former: Sequence[Claim]) -> Iterator[Relation]:
    mark = SUM.search(total.found.before)
    if mark is None:
        return
    parts = former[-FEW[mark["few"]] :] if mark["few"] else former
    alike = all(part.found.quantity.unit == total.found.quantity.unit for part in parts)
    whole = any("其中" in part.found.before for part in parts)
    if len(parts) < 2 or (mark["few"] and len(parts) < FEW[mark["few"]]) or not alike or whole:
        return
    added = Interval.point(0)
    for part in parts:
        added = added + part.found.quantity.interval
    if not added.meets(total.found.quantity.interval):
        listed = "、".join(part.found.quote for part in parts)
        yield (
            "sum-differs",
            f"{listed}相加不等于{total.found.quote}",
            f"{', '.join(part.found.quote for part in parts)} do not add up to {total.found.quote}",
            [*parts, total],
        )


def _each(claims: Sequence[Claim], at: int) -> Iterator[Relation]:
    first = claims[at]
    mark = EACH.search(first.found.before)
    if mark is None:
        return
    listed = [first]
    for claim in claims[at + 1 :]:
        gap = claim.found.start - listed[-1].found.end
        if gap > 1 or not LISTED.match(claim.found.before[-gap:] if gap else ""):
            break
        listed.append(claim)
    things = re.split("[、和与及]", mark["things"])
    if len(listed) < 2 or len(things) < 2 or "和" in mark["things"] or "与" in mark["things"]:
        return
    if len(things) % len(listed) and len(listed) % len(things):
        yield (
            "counts-differ",
            f"“分别”前列出{len(things)}项，后面有{len(listed)}个数",
            f"{len(things)} things are listed before 分别, but {len(listed)} numbers behind it",
            listed,
        )
