"""What the words around a number say about it: its noun, and whether it is a target."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from helpers.quantity import Quantity

__all__ = ["after", "before", "kind_of", "threshold"]

CLAUSE = re.compile(r"[，。；！？;!?\n]|,(?![0-9]{3})")
SENTENCE = re.compile(r"[。；！？;!?\n]")
FULL_STOP = re.compile(r"[。！？!?\n]")
GOALS = re.compile(
    r"(?:主要|总体|具体|发展|预期(?!寿命)|任务)目标(?!值)(?:任务)?[:：]?(?=[\s0-9（(—:：-]|[^，。]{0,6}[:：])"
)
HEADING = re.compile(
    r"(?:策略|保障|工作|重点|主要)措施|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]"
)
DONE = re.compile(
    r"已|完成了|实现了|达到了|累计|截至|全年|去年|上年|年来|(?:[建培新]|投入|发放|帮助)[^，。；]{0,3}了"
)
FUTURE = re.compile(
    r"力争|确保|预计|计划(?![生完投已])|规划(?:到|至|期末)|目标(?:是|为|：|:)|预期(?!寿命)|"
    r"要(?:求)?(?:达到|实现|完成|建|培|开)|将(?!近)(?:达到?|实现|建|完成|培|开|新|投|争|办|打造|推出|安排|组织|举办)|拟|"
    r"争取(?:到|达|实现|使|完成|建|在)|到20[2-9][0-9]年|"
    r"(?:今年|明年|下一?年|今后)[^。；]{0,12}(?:要|力争|计划)"
)
CHANGED = re.compile(
    r"(?:增加|减少|增长|下降|提高|上升|降低|回落|提升|净增|净减|扩大|收窄|缩小|多|少|增|减|降|升|高|低|快|慢)了?$"
)
AT_LEAST = ("以上", "至少", "不少于", "不低于")
SIZES = ("元", "美元", "亩", "公顷", "平方米", "立方米", "吨", "千瓦", "兆瓦", "岁", "米")
WIDTH = 24
REACH, ZONE = 300, 3000  # characters that a word of aiming, and a heading, hold at most


def before(plain: str, start: int) -> str:
    """Return the words before a number, from the last punctuation but one."""
    head = plain[max(0, start - 2 * WIDTH) : start]
    cut = [match.end() for match in SENTENCE.finditer(head)]
    return head[cut[-1] :] if cut else head


def after(plain: str, end: int) -> str:
    """Return the words behind a number, up to the next punctuation."""
    tail = plain[end : end + WIDTH]
    match = CLAUSE.search(tail)
    return tail[: match.start()] if match else tail


class _Aims(NamedTuple):
    """Where a text speaks of what is to come, and where such talk ends; positions in order."""

    words: list[int]
    sentences: list[int]
    clauses: list[int]
    goals: list[int]
    headings: list[int]


@lru_cache(maxsize=4)
def _aims(plain: str) -> _Aims:
    return _Aims(
        *(
            [match.end() for match in pattern.finditer(plain)]
            for pattern in (FUTURE, FULL_STOP, SENTENCE, GOALS, HEADING)
        )
    )


def _aimed(plain: str, start: int) -> bool:
    """Tell whether the words before a number speak of what is to be reached.

    A word of the kind holds to the end of its sentence, through the semicolons of a list,
    until a clause says what is done; the heading 主要目标 holds to the next heading.
    """
    aims = _aims(plain)
    word, clause = _last(aims.words, start), _last(aims.clauses, start)
    if word > clause:
        return True
    if DONE.search(plain, max(clause, start - REACH), start):
        return False
    if word > max(_last(aims.sentences, start), start - REACH):
        return True
    goal = _last(aims.goals, start)
    return goal > max(_last(aims.headings, start), start - ZONE)


def _last(positions: list[int], before: int) -> int:
    """Return the last position not behind `before`, 0 where there is none."""
    at = bisect_right(positions, before)
    return positions[at - 1] if at else 0


def kind_of(plain: str, start: int, quantity: Quantity) -> str:
    """Return quantity, target or difference."""
    if _aimed(plain, start):
        return "target"
    if quantity.unit == "pp" or CHANGED.search(plain[max(0, start - 4) : start]):
        return "difference"
    return "quantity"


def threshold(plain: str, start: int, end: int, quantity: Quantity) -> bool:
    """Tell whether 以上, 至少 and the like set a bound here rather than report a success."""
    if not any(word in quantity.qualifier for word in AT_LEAST):
        return False
    if _aimed(plain, start):
        return True
    following = plain[end : end + 1]
    limit = plain[start:end].endswith("以上") and quantity.unit in SIZES
    return limit and "一" <= following <= "鿿" and following != "的"
