"""Find every quantity in a Chinese official text.

The text is brought into plain characters (`plain`), the cells of tables (`columns`) and what has
a form of its own (`forms`) are read, what is no quantity is masked (`masks`), and each phrase
left (`phrases`) is read with the rounding policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal

from helpers.audit.text.columns import Columns
from helpers.audit.text.forms import Stated, special_forms
from helpers.audit.text.kind import after, before, kind_of, threshold
from helpers.audit.text.masks import masked, named
from helpers.audit.text.phrases import TENTHS, Candidate, candidates
from helpers.audit.text.plain import plain_layer
from helpers.audit.text.units import plain_unit
from helpers.quantity import JOINT, Policy, Quantity, read

__all__ = ["Found", "extract"]

ONES = "零一二三四五六七八九"
# 约占总数的70%: the rounding word stands apart from its share.
APART = re.compile(
    "(?<![节签预契合集制])(?P<word>大约|约)占(?![地据领])[^，。；、：:;,0-9\n]{0,10}$"
)
SHARES = ("%", "‰", "成")
ODD_UNITS = {"个多百分点": ("多", "个百分点")}


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
    mask = masked(plain)
    stated = [*_cells(plain, policy), *special_forms(plain, named(plain), policy)]
    for start, end, _ in stated:
        mask[start:end] = b"\x01" * (end - start)
    stated += [
        (item.start, item.end, quantity)
        for item in candidates(plain, mask, policy)
        if (quantity := _state(plain, item, policy))
    ]
    return [
        _found((text, plain, origin), *each)
        for each in sorted(stated, key=lambda one: (one[0], one[1]))
    ]


def _found(texts: tuple[str, str, list[int]], at: int, stop: int, quantity: Quantity) -> Found:
    text, plain, origin = texts
    start, end = origin[at], origin[stop - 1] + 1
    kind = kind_of(plain, at, quantity)
    return Found(start, end, text[start:end], quantity, kind, before(plain, at), after(plain, stop))


def _cells(plain: str, policy: Policy) -> Iterator[Stated]:
    for cell in Columns(plain).cells():
        with suppress(ValueError):
            yield cell.start, cell.end, read(cell.number + plain_unit(cell.unit), policy)


def _state(plain: str, item: Candidate, policy: Policy) -> Quantity | None:
    """Return what a candidate states, or None where it is not one quantity."""
    unit, number = plain_unit(item.unit), item.number
    if tenths := TENTHS.fullmatch(number):  # 九成五 is 95%
        unit, number = "%", str(10 * ONES.index(tenths[1]) + ONES.index(tenths[2]))
    mark, unit = ODD_UNITS.get(unit, ("", unit))
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
    if threshold(plain, item.start, item.end, quantity):
        return _unbounded(quantity, policy)
    return quantity


def _unbounded(quantity: Quantity, policy: Policy) -> Quantity:
    # A target or a limit (力争100个以上) has no upper end.
    for word in quantity.qualifier.split(JOINT):
        rule = policy.rule(word, "threshold")
        if rule.position == "threshold":
            bound = rule.interval(quantity.value, Decimal(0), Decimal(0))
            return replace(quantity, interval=quantity.interval.union(bound))
    return quantity
