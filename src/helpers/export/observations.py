"""Observations with the interval of their written form and the time that their period covers."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.analysis.figures import policy, stated
from helpers.data.problems import Refused, problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers import quantity as q
    from helpers.data import Tables

__all__ = ["Observation", "number", "observations", "refuse_same_times", "time_period"]

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Observation:
    """One row of ``observations.csv``: its cells, its indicator's, its quantity and its time."""

    row: Mapping[str, object]
    indicator: Mapping[str, object]
    quantity: q.Quantity
    time: str

    def cell(self, name: str) -> str:
        """A text cell of the row, "" where the table has no such column."""
        return str(self.row.get(name, "") or "")


def observations(tables: Tables) -> list[Observation]:
    """Every observation of the tables, in the order of areas, indicators, regions and periods."""
    words = policy(tables)
    order = {
        table: {name: at for at, name in enumerate(tables.frames[table][table[:-1]])}
        for table in ("areas", "indicators", "regions", "periods")
    }
    indicators = {str(row["indicator"]): row for row in tables.indicators.to_dict("records")}
    times = {
        str(row["period"]): time_period(row["start"], row["end"])
        for row in tables.periods.to_dict("records")
    }
    found = []
    for row in tables.observations.to_dict("records"):
        indicator = indicators[str(row["indicator"])]
        quantity = stated({**row, "unit": indicator["unit"]}, words)
        found.append(Observation(row, indicator, quantity, times[str(row["period"])]))
    return sorted(
        found,
        key=lambda one: (
            order["areas"].get(str(one.indicator["area"]), 0),
            order["indicators"][str(one.row["indicator"])],
            order["regions"][str(one.row["region"])],
            order["periods"][str(one.row["period"])],
        ),
    )


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


def refuse_same_times(found: list[Observation]) -> None:
    """Raise Refused where two periods cover the same time: SDMX could not tell them apart."""
    seen: dict[tuple[str, str, str], str] = {}
    problems = {}
    for one in found:
        key = (one.cell("indicator"), one.cell("region"), one.time)
        period = one.cell("period")
        other = seen.setdefault(key, period)
        if other != period:
            zh = (f"与时期 {other} 起止相同，SDMX 无法区分", "在 periods.csv 中区分两者的起止日期")
            en = (f"covers the same time as {other}", "tell their dates apart in periods.csv")
            place = ("periods.csv", 0, "period", period)
            problems[period] = problem(place, "same-time", zh, en)
    if problems:
        raise Refused(problems.values())


def number(value: object) -> str:
    """A decimal number without an exponent and without needless zeros; "" for an open end."""
    text = f"{value:f}"
    if "nfinity" in text:
        return ""
    return text.rstrip("0").rstrip(".") if "." in text else text
