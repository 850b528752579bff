"""The verdict on a quantity that stands beside a figure of the data."""

from __future__ import annotations

import re

from helpers.analysis.figures import Figure
from helpers.audit.text.claim import Claim
from helpers.audit.text.extract import Found
from helpers.audit.text.link import (
    CLEAR,
    HINTED,
    Link,
    agree,
    same_kind,
    slipped,
    telling,
    unit_of,
)
from helpers.audit.text.mention import Around, bare
from helpers.audit.text.naming import NAMED
from helpers.data.problems import one_line
from helpers.quantity import write_derived

__all__ = ["excused", "judge", "nobodys", "stand"]

# A number that agrees, but whose nouns are another's: how well the rest must fit, and how well
# where the number is so small that it may agree by chance.
HINT, HINT_SMALL = 0.3, 0.55
PLANNED = re.compile(
    "力争|确保|预计|预期|今后|明年|下一?步|目标(?:是|为|：)|到20[0-9]{2}年(?:底|末)?[，,]?(?:全|力|实|建)|"
    "计划(?:新|再|建|完成|实现|培|开|用|到)|将(?:新|再|建成|达到|实现|完成|培)"
)
PARTLY = re.compile(
    "其中|增长|再|又|试点|首批|第一批|部分|当天|当日|现场|[本此这]次|示范|新建|新发展"
)
NEW = re.compile("新(?!媒体|时代|质)")
FRESH = re.compile("新|注册|登记|成立")
MORE = re.compile("新增|净增|增加|增设")
VAGUE = 0.8  # how much of a label an open end (4000户以上) needs, which nearly anything meets
MOVES = ("change", "growth")
MONTH = re.compile("(?<![0-9])(?:[1-9]|1[0-2])月|季度|半年|上旬|中旬|下旬|日(?:上午|下午|，|,)")


def nobodys(item: Found, zh: str = "不属于任何指标", en: str = "no indicator of the data") -> Claim:
    """The claim of a quantity that is none of the data's."""
    return Claim(item, None, "not_data", zh, en)


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
    least = HINTED if slipped(item, around, linked.figure) else CLEAR
    clear = linked.named >= NAMED and linked.told >= least
    if data is None:
        return stand(item, around, linked) if clear and linked.told >= 0.75 else nobodys(item)
    if linked.named < NAMED:
        least = HINT if telling(data.value) else HINT_SMALL
        sure = linked.fit >= least and agree(item, linked.figure)
        return stand(item, around, linked) if sure else nobodys(item)
    if not item.quantity.interval.upper.is_finite() and linked.told < VAGUE:
        return nobodys(item)
    if not agree(item, linked.figure):
        if not clear or excused(around, words, linked.figure):
            return nobodys(item)
        if linked.figure.kind == "measure" and linked.told < 0.75:
            return nobodys(item)
    return stand(item, around, linked)


def excused(around: Around, words: str, figure: Figure) -> bool:
    """Tell whether a number may differ from a figure: it is a plan, a part or not the new ones."""
    if NEW.match(figure.label_zh) and not FRESH.search(around.whole):
        return True
    return bool(PLANNED.search(words[-40:])) or _partly(words, figure)


def _partly(words: str, figure: Figure) -> bool:
    """Tell whether the words make a number an increase, a month's or a part of the whole."""
    rest = bare(words)
    if rest.endswith(bare(figure.label_zh)):
        rest = rest[: -len(bare(figure.label_zh))]
    return bool(MORE.search(words) or PARTLY.search(rest[-12:]) or MONTH.search(words[-30:]))


def stand(item: Found, around: Around | None, linked: Link) -> Claim:
    """Return the claim of a quantity that stands beside a figure."""
    return Claim(item, linked.figure, *_verdict(item, around, linked))


def _verdict(item: Found, around: Around | None, linked: Link) -> tuple[str, str, str]:
    """The verdict on a claim, and its reason in both languages."""
    figure, stated, data = linked.figure, item.quantity, linked.figure.quantity
    zh, en = figure.label_zh, figure.label_en
    if data is None:
        return "unsupported", f"数据中没有{zh}的数值", f"the data have no value of {en}"
    says = figure.as_written or write_derived(data.value, data.interval, figure.unit, "zh")
    if linked.named < NAMED:
        reason = f"the words beside the number do not name {en} (the data say {says})"
        return "unsupported", f"数字旁的词没有点明{zh}（数据为{says}）", reason
    unit = unit_of(item, around, figure)
    if not same_kind(unit, figure.unit):
        reason = f"{en}: the unit is {figure.unit_en}; the data say {says}"
        return "contradicted", f"{zh}：单位应为{figure.unit}，数据为{says}", reason
    if not agree(item, figure):
        reason = f"{en}: the text says {one_line(item.quote)}, the data {says}"
        return "contradicted", f"{zh}：文中{one_line(item.quote)}，数据为{says}", reason
    read = (stated.value, stated.interval, stated.qualifier, unit)
    if read == (data.value, data.interval, data.qualifier, figure.unit) or figure.kind == "measure":
        return "supported", f"{zh}：与数据一致", f"{en}: as in the data"
    reason = f"{en}: agrees with {says}, but is written otherwise"
    return "rounded", f"{zh}：与数据{says}不矛盾，但写法不同", reason
