"""Periods: their order in time, and which are about as long, so that like is compared with like.

A half-year's figure is never held against a year's while a year's is there.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.analysis.lookup import by_name, once, rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.data import Tables

ALIKE = Decimal("0.1")  # how far the lengths of two periods may differ
YEAR = Decimal("365.25")  # days


def alike(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether two periods are about as long; of two without dates nothing speaks against it."""
    first, second = days(one), days(other)
    if first is None or second is None:
        return first is second
    return abs(first - second) <= ALIKE * max(first, second)


def days(row: Mapping[str, object]) -> int | None:
    """The length of a period in days, None where its start or end is not known."""
    start, end = str(row["start"]), str(row["end"])
    if not (start and end):
        return None
    return (date.fromisoformat(end) - date.fromisoformat(start)).days + 1


def past(tables: Tables, period: str) -> list[str]:
    """The periods before a period, the last one first: by the dates of their ends, or by their
    place in ``periods.csv`` where one has no date.
    """

    def make() -> list[str]:
        own = by_name(tables, "periods", "period").get(period)
        known = [row for row in rows(tables, "periods") if own and _before(row, own)]
        known.sort(key=lambda row: (str(row["end"]), row["position"]), reverse=True)
        return [str(row["period"]) for row in known]

    return once(tables, ("past", period), make)


def like_before(tables: Tables, period: str) -> list[str]:
    """The periods before a period that are about as long, the last one first."""
    book = by_name(tables, "periods", "period")
    return [p for p in past(tables, period) if alike(book[p], book[period])]


def like(tables: Tables, period: str) -> list[str]:
    """All periods about as long as a period, itself among them, in order of time."""
    book = by_name(tables, "periods", "period")
    if period not in book:
        return []
    before = like_before(tables, period)
    after = [p for p in book if p != period and period in like_before(tables, p)]
    after.sort(key=lambda p: (str(book[p]["end"]), book[p]["position"]))
    return [*reversed(before), period, *after]


def years_between(tables: Tables, earlier: str, later: str) -> Decimal | None:
    """The time from the end of one period to that of another, None where one has no date."""
    book = by_name(tables, "periods", "period")
    ends = [str(book[p]["end"]) if p in book else "" for p in (earlier, later)]
    if not all(ends):
        return None
    first, second = (date.fromisoformat(end) + timedelta(days=1) for end in ends)
    if first.day == second.day:  # whole months, as between the ends of years and half-years
        months = 12 * (second.year - first.year) + second.month - first.month
        return Decimal(months) / 12
    return Decimal((second - first).days) / YEAR


def _before(row: Mapping[str, object], own: Mapping[str, object]) -> bool:
    ends = str(row["end"]), str(own["end"])
    if all(ends):
        return ends[0] < ends[1]
    return row["position"] < own["position"]
