"""What the numbers of a text say of one another, where the words leave no doubt.

A part (其中) larger than its whole, a stated sum that differs from the numbers it adds up, as
many numbers behind 分别 as things before it. A rounded number is an interval: only what cannot
hold is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from helpers.audit.text.link import same_kind
from helpers.quantity import Interval

if TYPE_CHECKING:
    from helpers.audit.text.claim import Claim

__all__ = ["Finding", "relations"]

Finding = tuple[str, str, str, list]  # rule, message in Chinese, in English, claims
PART = re.compile(r"其中[^。；，、,;0-9]{0,14}$")
SUM = re.compile(
    r"(?:(?P<few>[两二三四五六])[项类者种个]?)?(?:合计|总计|相加|加起来)[为达是共]{0,2}$"
)
FEW = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
EACH = re.compile(r"(?P<things>[^。；，,;0-9]{2,40}?)分别[^。；，、,;0-9]{0,8}$")
LISTED = re.compile(r"^[、和与及]?$")
SHARES = ("%", "pp", "‰")


def relations(claims: Sequence[Claim]) -> Iterator[Finding]:
    """Yield the findings of a text's claims, in their order."""
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


def _part(part: Claim, former: Sequence[Claim]) -> Iterator[Finding]:
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


def _sum(total: Claim, former: Sequence[Claim]) -> Iterator[Finding]:
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


def _each(claims: Sequence[Claim], at: int) -> Iterator[Finding]:
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
