"""Observations as figures in the order of the office, and the time that a period covers."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING

from helpers.analysis.lookup import by_name, rows
from helpers.analysis.observations import from_rows
from helpers.data.problems import Refused, problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.analysis.figures import Figure
    from helpers.data import Tables

__all__ = ["in_order", "number", "observations", "refuse_same_times", "time_period", "times"]


def observations(tables: Tables) -> list[Figure]:
    """Every observation of the tables, in the order of areas, indicators, regions and periods."""
    return in_order(tables, from_rows(tables, rows(tables, "observations")))


def in_order(tables: Tables, figures: Iterable[Figure]) -> list[Figure]:
    """Figures in the order of their areas, indicators or measures, regions and periods."""
    orders = [
        {name: at for at, name in enumerate(by_name(tables, f"{column}s", column))}
        for column in ("area", "indicator", "measure", "region", "period")
    ]

    def place(figure: Figure) -> list[int]:
        table = "measures" if figure.kind == "measure" else "indicators"
        area = str(by_name(tables, table, table[:-1])[figure.slug]["area"])
        named = (area, figure.slug, figure.slug, figure.region, figure.period)
        return [order.get(name, -1) for order, name in zip(orders, named, strict=True)]

    return sorted(figures, key=place)


def times(tables: Tables) -> dict[str, str]:
    """period → the time that it covers, as SDMX writes it."""
    return {str(r["period"]): time_period(r["start"], r["end"]) for r in rows(tables, "periods")}


def time_period(start: object, end: object) -> str:
    """A period in SDMX's terms: ``2024``, ``2024-S1``, ``2024-Q3``, ``2024-05``, a range
    ``2016-01-01/P5Y`` where it is longer, the day of its end where its start is unknown.

    The forms are those of SDMX 3.0's ObservationalTimePeriod (Gregorian and reporting periods,
    time ranges).
    """
    last = _day(end)
    first = _day(start)
    if first is None or last is None:
        return str(end or start or "")
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    whole = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
    if not whole:
        return f"{first.isoformat()}/P{(last - first).days + 1}D"
    if months % 12 == 0 and first.month == 1:
        return str(first.year) if months == 12 else f"{first.isoformat()}/P{months // 12}Y"
    for length, letter in ((6, "S"), (3, "Q")):
        if months == length and (first.month - 1) % length == 0:
            return f"{first.year}-{letter}{(first.month - 1) // length + 1}"
    if months == 1:
        return f"{first.year}-{first.month:02}"
    return f"{first.isoformat()}/P{months}M"


def _day(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def refuse_same_times(found: Iterable[Figure], covered: dict[str, str]) -> None:
    """Raise Refused where two periods of a figure cover the same time (``covered``): SDMX could
    not tell them apart.
    """
    seen: dict[tuple[str, str, str], str] = {}
    problems = {}
    for one in found:
        other = seen.setdefault((one.slug, one.region, covered[one.period]), one.period)
        if other != one.period:
            zh = (f"与时期 {other} 起止相同，SDMX 无法区分", "在 periods.csv 中区分两者的起止日期")
            en = (f"covers the same time as {other}", "tell their dates apart in periods.csv")
            place = ("periods.csv", 0, "period", one.period)
            problems[one.period] = problem(place, "same-time", zh, en)
    if problems:
        raise Refused(problems.values())


def number(value: object) -> str:
    """A decimal number without an exponent and without needless zeros; "" for an open end."""
    text = f"{value:f}"
    if "nfinity" in text:
        return ""
    return text.rstrip("0").rstrip(".") if "." in text else text
