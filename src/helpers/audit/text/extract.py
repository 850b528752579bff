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
from helpers.audit.text.phrases import phrases
from helpers.audit.text.plain import plain_layer
from helpers.audit.text.wordlists import CUES, NO_QUANTITIES, plain_unit
from helpers.quantity import JOINT, Policy, Quantity, read

__all__ = ["Found", "extract"]

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
    stated += [_unbounded(plain, *one, policy) for one in phrases(plain, mask, policy)]
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


def _unbounded(plain: str, start: int, end: int, quantity: Quantity, policy: Policy) -> Stated:
    """Take off the upper end where 以上, 至少 and the like set a bound: 力争100个以上."""
    rules = [policy.rule(word, "threshold") for word in quantity.qualifier.split(JOINT)]
    rule = next((rule for rule in rules if rule.position == "threshold"), None)
    size = quantity.unit in SIZES and plain[start:end].endswith("以上")
    limit = size and re.match("[一-鿿]", plain[end : end + 1].replace("的", ""))
    if rule and (limit or _aimed(plain, start)):
        bound = rule.interval(quantity.value, Decimal(0), Decimal(0))
        quantity = replace(quantity, interval=quantity.interval.union(bound))
    return start, end, quantity


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
