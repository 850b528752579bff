"""The verdict on a quantity that stands beside a figure of the data."""

from __future__ import annotations

import re
from decimal import Decimal

from helpers.audit.around import Around
from helpers.audit.claim import Claim
from helpers.audit.extract import Found
from helpers.audit.link import CLEAR, Link, agree, same_kind, unit_of
from helpers.audit.naming import NAMED

__all__ = ["judge", "nobodys", "stand", "telling"]

# A number that agrees, but whose nouns are another's: how well the rest must fit, and how well
# where the number is so small that it may agree by chance.
HINT, HINT_SMALL = 0.3, 0.55
PLANNED = re.compile(
    "力争|确保|预计|预期|今后|明年|下一?步|目标(?:是|为|：)|到20[0-9]{2}年(?:底|末)?[，,]?(?:全|力|实|建)|"
    "计划(?:新|再|建|完成|实现|培|开|用|到)|将(?:新|再|建成|达到|实现|完成|培)"
)
PARTLY = re.compile(
    "其中|新增|净增|增加|增长|增设|新建|新发展|再|又|试点|首批|第一批|部分|当天|当日|现场|[本此这]次"
)
MOVES = ("change", "growth")
MONTH = re.compile("(?<![0-9])(?:[1-9]|1[0-2])月|季度|半年|上旬|中旬|下旬|日(?:上午|下午|，|,)")


def nobodys(item: Found, zh: str = "不属于任何指标", en: str = "no indicator of the data") -> Claim:
    """The claim of a quantity that is none of the data's."""
    return Claim(item, None, "not_data", zh, en)


def telling(value: Decimal) -> bool:
    """Tell whether a number has so many digits that it is hardly another's by chance."""
    digits = "".join(map(str, value.normalize().as_tuple().digits))
    return len(digits) >= 3


def judge(item: Found, around: Around, linked: Link | None, words: str) -> Claim:
    """Return the claim of a quantity with its link; `words` are those before it in its sentence.

    What may well be something else is nobody's: a text is said to be wrong only where it clearly
    names the figure, and not of a part, of an increase, of a month or of a plan.
    """
    if linked is None:
        return nobodys(item)
    if linked.figure.form in MOVES:
        return stand(item, around, linked)
    data = linked.figure.quantity
    clear = linked.named >= NAMED and linked.told >= CLEAR
    if data is None:
        return stand(item, around, linked) if clear and linked.told >= 0.75 else nobodys(item)
    if linked.named < NAMED:
        least = HINT if telling(data.value) else HINT_SMALL
        sure = linked.fit >= least and agree(item, linked.figure)
        return stand(item, around, linked) if sure else nobodys(item)
    if not agree(item, linked.figure):
        exact = linked.told >= 1.0
        if not clear or PLANNED.search(words[-40:]):
            return nobodys(item)
        if not exact and (PARTLY.search(words[-16:]) or MONTH.search(words[-30:])):
            return nobodys(item)
        if linked.figure.kind == "measure" and linked.told < 0.75:
            return nobodys(item)
    return stand(item, around, linked)


def stand(item: Found, around: Around | None, linked: Link) -> Claim:
    """Return the claim of a quantity that stands beside a figure."""
    return Claim(item, linked.figure, *_verdict(item, around, linked))


def _verdict(item: Found, around: Around | None, linked: Link) -> tuple[str, str, str]:
    """The verdict on a claim, and its reason in both languages."""
    figure, stated, data = linked.figure, item.quantity, linked.figure.quantity
    zh, en = figure.label_zh, figure.label_en
    if data is None:
        return "unsupported", f"数据中没有{zh}的数值", f"the data have no value of {en}"
    says = figure.as_written or f"{data.value:f}{figure.unit}"
    if linked.named < NAMED:
        reason = f"the words beside the number do not name {en} (the data say {says})"
        return "unsupported", f"数字旁的词没有点明{zh}（数据为{says}）", reason
    unit = unit_of(item, around, figure)
    if not same_kind(unit, figure.unit):
        reason = f"{en}: the unit is {figure.unit_en}; the data say {says}"
        return "contradicted", f"{zh}：单位应为{figure.unit}，数据为{says}", reason
    if not agree(item, figure):
        reason = f"{en}: the text says {item.quote}, the data {says}"
        return "contradicted", f"{zh}：文中{item.quote}，数据为{says}", reason
    read = (stated.value, stated.interval, stated.qualifier, unit)
    if read == (data.value, data.interval, data.qualifier, figure.unit) or figure.kind == "measure":
        return "supported", f"{zh}：与数据一致", f"{en}: as in the data"
    reason = f"{en}: agrees with {says}, but is written otherwise"
    return "rounded", f"{zh}：与数据{says}不矛盾，但写法不同", reason
