"""Find every quantity in a Chinese official text.

The text is brought into plain characters (`plain`), the cells of tables (`columns`) and what has
a form of its own (`forms`) are read, what is no quantity is masked (`no_quantities.csv`), and
each phrase left (`phrases`) is read with the rounding policy.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from helpers.audit.text.columns import Columns
from helpers.audit.text.forms import Stated, special_forms
from helpers.audit.text.phrases import TENTHS, Candidate, candidates
from helpers.audit.text.plain import plain_layer
from helpers.audit.text.wordlists import CUES, NO_QUANTITIES, plain_unit
from helpers.quantity import JOINT, Policy, Quantity, read

__all__ = ["Found", "extract"]

ONES = "零一二三四五六七八九"
# 约占总数的70%: the rounding word stands apart from its share.
APART = re.compile(
    "(?<![节签预契合集制])(?P<word>大约|约)占(?![地据领])[^，。；、：:;,0-9\n]{0,10}$"
)
SHARES = ("%", "‰", "成")
NAMES = re.compile(
    "《[^《》]{1,80}》|〈[^〈〉]{1,60}〉"
    "|(?P<quoted>“[^“”]{1,24}”|「[^「」]{1,24}」|『[^『』]{1,24}』|‘[^‘’]{1,24}’)"
)
# A quoted phrase with such a number is speech or emphasis, not a name.
STRONG = re.compile(
    r"[0-9]+(?:\.[0-9]+)?[余多]?(?:[万亿%‰余]|/10?[万亿]|/万)"
    r"|[0-9]{2,}(?:\.[0-9]+)?[余多]?(?:[名人户场件亩元]|家(?!庭))"
)
CLAUSE = re.compile(r"[，。；！？;!?\n]|,(?![0-9]{3})")
SENTENCE = re.compile(r"[。；！？;!?\n]")
FULL_STOP = re.compile(r"[。！？!?\n]")
SIZES = ("元", "美元", "亩", "公顷", "平方米", "立方米", "吨", "千瓦", "兆瓦", "岁", "米")
WIDTH = 24
REACH, ZONE = 300, 3000  # characters that a word of aiming, and a heading, hold at most


@dataclass(frozen=True, slots=True)
class Found:
    """A quantity found in a text.

    start, end: character offsets in the decoded text; quote: that stretch of it; quantity: what
    it states; kind: quantity, target or difference; before, after: the words around it in its
    sentence, simplified and without noise.
    """

    start: int
    end: int
    quote: str
    quantity: Quantity
    kind: str
    before: str
    after: str


def extract(text: str, policy: Policy) -> list[Found]:
    """Return every quantity of a decoded text, in order, under a rounding policy."""
    plain, origin = plain_layer(text)
    names = (
        match.span() for match in NAMES.finditer(plain) if not STRONG.search(match["quoted"] or "")
    )
    named = _mark(bytearray(len(plain)), names)
    others = (match.span() for pattern in NO_QUANTITIES for match in pattern.finditer(plain))
    stated = [*_cells(plain, policy), *special_forms(plain, named, policy)]
    mask = _mark(_mark(named, others), ((start, end) for start, end, _ in stated))
    stated += [
        (item.start, item.end, quantity)
        for item in candidates(plain, mask, policy)
        if (quantity := _state(plain, item, policy))
    ]
    found = []
    for at, stop, quantity in sorted(stated, key=lambda one: one[:2]):
        start, end = origin[at], origin[stop - 1] + 1
        before = SENTENCE.split(plain[max(0, at - 2 * WIDTH) : at])[-1]
        after = CLAUSE.split(plain[stop : stop + WIDTH], 1)[0]
        kind = _kind(plain, at, quantity)
        found.append(Found(start, end, text[start:end], quantity, kind, before, after))
    return found


def _mark(mask: bytearray, spans: Iterable[tuple[int, int]]) -> bytearray:
    """Put ones over some stretches of a mask that has a byte for each character."""
    for start, end in spans:
        mask[start:end] = b"\x01" * (end - start)
    return mask


def _cells(plain: str, policy: Policy) -> Iterator[Stated]:
    for cell in Columns(plain).cells():
        with suppress(ValueError):
            yield cell.start, cell.end, read(cell.number + plain_unit(cell.unit), policy)


def _state(plain: str, item: Candidate, policy: Policy) -> Quantity | None:
    """Return what a candidate states, or None where it is not one quantity."""
    unit, number = plain_unit(item.unit), item.number
    if tenths := TENTHS.fullmatch(number):  # 九成五 is 95%
        ones = 5 if tenths[2] == "半" else ONES.index(tenths[2])
        unit, number = "%", str(10 * ONES.index(tenths[1]) + ones)
    mark = "多" if unit.startswith("个多") else ""  # 2个多小时, 3个多百分点
    unit = unit.replace("个多", "个")
    number = number.replace("个亿", "亿")
    second = f"至{item.share}{item.second}" if item.second else ""
    tail = re.sub("[（(含）)及或]", "", item.tail)
    word = item.word
    if not word and not tail and (item.share or unit in SHARES):
        apart = APART.search(plain, max(0, item.start - 14), item.start)
        word = apart["word"] if apart else ""
    try:
        quantity = read(f"{word}{item.share}{number}{mark}{second}{unit}{tail}", policy)
    except ValueError:
        return None
    return _unbounded(plain, item, quantity, policy)


def _unbounded(plain: str, item: Candidate, quantity: Quantity, policy: Policy) -> Quantity:
    """Take off the upper end where 以上, 至少 and the like set a bound: 力争100个以上."""
    rules = [policy.rule(word, "threshold") for word in quantity.qualifier.split(JOINT)]
    rule = next((rule for rule in rules if rule.position == "threshold"), None)
    size = quantity.unit in SIZES and plain[item.start : item.end].endswith("以上")
    limit = size and re.match("[一-鿿]", plain[item.end : item.end + 1].replace("的", ""))
    if rule is None or not (limit or _aimed(plain, item.start)):
        return quantity
    bound = rule.interval(quantity.value, Decimal(0), Decimal(0))
    return replace(quantity, interval=quantity.interval.union(bound))


def _kind(plain: str, start: int, quantity: Quantity) -> str:
    if _aimed(plain, start):
        return "target"
    if quantity.unit == "pp" or CUES["changed"].search(plain[max(0, start - 4) : start]):
        return "difference"
    return "quantity"


@lru_cache(maxsize=4)
def _aims(plain: str) -> dict[str, list[int]]:
    """Where a text speaks of what is to come, and where such talk ends; positions in order."""
    patterns = {"sentence": FULL_STOP, "clause": SENTENCE}
    patterns |= {name: CUES[name] for name in ("future", "goals", "heading")}
    return {name: [m.end() for m in one.finditer(plain)] for name, one in patterns.items()}


def _aimed(plain: str, start: int) -> bool:
    """Tell whether the words before a number speak of what is to be reached.

    A word of the kind holds to the end of its sentence, through the semicolons of a list,
    until a clause says what is done; the heading 主要目标 holds to the next heading.
    """
    last = {
        name: places[at - 1] if (at := bisect_right(places, start)) else 0
        for name, places in _aims(plain).items()
    }
    if last["future"] > last["clause"]:
        return True
    if CUES["done"].search(plain, max(last["clause"], start - REACH), start):
        return False
    if last["future"] > max(last["sentence"], start - REACH):
        return True
    return last["goals"] > max(last["heading"], start - ZONE)
