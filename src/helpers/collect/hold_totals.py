"""What a delivered table says twice: a figure in two places, a total beside its parts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.collect.reading import Entry, LeftAside
from helpers.data.problems import Problem, problem

if TYPE_CHECKING:
    from helpers.collect.take_figure import Work

__all__ = ["hold_subtotals", "hold_totals", "once"]


def once(work: Work) -> list[Entry]:
    """Each figure once: told where it stands twice, refused where it has two values."""
    by_key: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    for entry in work.entries:
        by_key[entry.key].append(entry)
    kept = []
    for entries in by_key.values():
        first = entries[0]
        others = [entry for entry in entries[1:] if entry.value != first.value]
        for entry in entries[1:]:
            zh = (f"与 {first.locator} 重复", "只留一处")
            en = (f"stands at {first.locator} too", "keep one of them")
            if others:
                zh = (
                    f"与 {first.locator} 是同一个数，却是两个值({first.as_written})",
                    "核对是哪一个",
                )
                en = (f"another value stands at {first.locator} ({first.as_written})", "which?")
            rule = "two-values" if others else "figure-twice"
            severity = "error" if others or entry.sheet == first.sheet else "warning"
            work.problems.append(problem(entry.place, rule, zh, en, severity))
        if not others:  # what stands twice in one sheet has refused the file
            kept.append(first)
    return kept


def hold_totals(work: Work, entries: list[Entry]) -> None:
    """A total is the parent's figure where it is the sum of its parts, and refused where not.

    It is never another addend. Of indicators that do not add up (shares, heads that may be
    counted twice) the total is the parent's figure as it stands.
    """
    parts: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        parts[entry.indicator, entry.period].append(entry)
    for total in work.totals:
        own = parts[total.indicator, total.period]
        parents = {str(work.words.regions[e.region]["parent"]) for e in own}
        if len(parents) != 1:
            zh, en = "合计：没有可核对的分项", "a total without parts"
            at = (total.sheet, total.address, total.as_written)
            work.aside.append(LeftAside(*at, zh, en))
            continue
        added = sum((entry.value for entry in own), Decimal(0))
        additive = bool(work.words.indicators[total.indicator]["additive"])
        if additive and added != total.value:
            work.problems.append(_differs(total, added))
            continue
        parent = replace(total, region=parents.pop(), remark="表中合计 total of the table")
        if parent.region and not any(entry.key == parent.key for entry in entries):
            entries.append(parent)


def hold_subtotals(work: Work, sheet: str) -> None:
    """A subtotal is the sum of the rows between it and the one before, or is refused."""
    last: dict[tuple[str, str, str], int] = defaultdict(int)
    for one in (e for e in work.subtotals if e.sheet == sheet):
        letters, row = one.place[2], one.place[1]
        key = (one.indicator, one.period, letters)
        own = [e for e in work.entries if e.sheet == sheet and last[key] < e.place[1] < row
               and (e.indicator, e.period, e.place[2]) == key]  # fmt: skip
        last[key] = row
        added = sum((entry.value for entry in own), Decimal(0))
        if own and added != one.value and bool(work.words.indicators[one.indicator]["additive"]):
            work.problems.append(_differs(one, added))


def _differs(total: Entry, added: Decimal) -> Problem:
    apart = total.value - added
    zh = (f"合计与分项之和 {added:f} 相差 {apart:f}", "核对合计和各分项")
    en = (f"differs from the sum of its parts {added:f} by {apart:f}", "check both")
    return problem(total.place, "total-differs", zh, en)
