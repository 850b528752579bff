"""What the words around a number say about it: its noun, and whether it is a target."""

from __future__ import annotations

import re

from helpers.quantity import Quantity

__all__ = ["after", "before", "kind_of", "threshold"]

CLAUSE = re.compile(r"[，。；！？;!?\n]|,(?![0-9]{3})")
SENTENCE = re.compile(r"[。；！？;!?\n]")
FUTURE = re.compile(
    r"力争|确保|预计|计划(?![生完投已])|规划(?:到|至|期末)|目标(?:是|为|：|:)|预期|"
    r"要(?:求)?(?:达到|实现|完成|建|培|开)|将(?!近)(?:达到?|实现|建|完成|培|开|新|投|争)|拟|"
    r"争取(?:到|达|实现|使|完成|建|在)|到20[2-9][0-9]年|"
    r"(?:今年|明年|下一?年|今后)[^。；]{0,12}(?:要|力争|计划)"
)
CHANGED = re.compile(
    r"(?:增加|减少|增长|下降|提高|上升|降低|回落|提升|净增|净减|扩大|收窄|缩小|多|少|增|减|降|升|高|低|快|慢)了?$"
)
AT_LEAST = ("以上", "至少", "不少于", "不低于")
SIZES = ("元", "美元", "亩", "公顷", "平方米", "立方米", "吨", "千瓦", "兆瓦", "岁", "米")
WIDTH = 24


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


def _sentence_before(plain: str, start: int) -> str:
    head = plain[max(0, start - 80) : start]
    cut = [match.end() for match in SENTENCE.finditer(head)]
    return head[cut[-1] :] if cut else head


def kind_of(plain: str, start: int, quantity: Quantity) -> str:
    """Return quantity, target or difference."""
    if FUTURE.search(_sentence_before(plain, start)):
        return "target"
    if quantity.unit == "pp" or CHANGED.search(plain[max(0, start - 4) : start]):
        return "difference"
    return "quantity"


def threshold(plain: str, start: int, end: int, quantity: Quantity) -> bool:
    """Tell whether 以上, 至少 and the like set a bound here rather than report a success."""
    if not any(word in quantity.qualifier for word in AT_LEAST):
        return False
    if FUTURE.search(_sentence_before(plain, start)):
        return True
    following = plain[end : end + 1]
    limit = plain[start:end].endswith("以上") and quantity.unit in SIZES
    return limit and "一" <= following <= "鿿" and following != "的"
