"""From the figures of the districts to the city's: summed where they add up, and reconciled.

Only additive indicators are summed, and only where every district has given its figure: a sum
with a gap is not the city's. Shares come from their numerators and denominators (measures), and
are never averaged. Over time, flows are summed over the parts of a period and stocks are those at
its end. Intervals are added, so that a sum of rounded figures stays as open as they are.
(Interval sums: Moore, *Interval Analysis*, 1966.)
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.analysis.figures import stated
from helpers.quantity.interval import tidy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from helpers.data import Tables

__all__ = ["Reconciled", "RolledUp", "Stated", "over_time", "reconcile", "roll_up"]

Key = tuple[str, str, str]  # indicator, region, period


@dataclass(frozen=True, slots=True)
class Stated:
    """One figure with its interval; ``parts`` are those that it was summed from."""

    indicator: str
    region: str
    period: str
    quantity: q.Quantity
    as_written: str
    source: str
    locator: str = ""
    parts: tuple[Stated, ...] = ()

    @property
    def key(self) -> Key:
        """What there can be one figure of."""
        return self.indicator, self.region, self.period


@dataclass(frozen=True, slots=True)
class RolledUp:
    """The sum of the districts' figures, and which of them gave one."""

    indicator: str
    region: str
    period: str
    given: tuple[Stated, ...]
    missing: tuple[str, ...]
    value: Decimal
    interval: q.Interval

    @property
    def complete(self) -> bool:
        """Whether every district gave its figure."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The city's own figure held against the sum: ``equal``, ``within`` rounding, or ``apart``.

    ``explained`` are districts, alone or in twos, whose figures are as large as the difference.
    """

    own: Stated
    rolled: RolledUp
    verdict: str
    apart: Decimal
    explained: tuple[tuple[str, ...], ...] = ()


def observed(tables: Tables, policy: q.Policy) -> list[Stated]:
    """The observations of a folder as figures with intervals."""
    units = dict(zip(tables.indicators["indicator"], tables.indicators["unit"], strict=True))
    found = []
    for row in tables.observations.to_dict("records"):
        quantity = stated({**row, "unit": units[row["indicator"]]}, policy)
        names = ("as_written", "source", "locator")
        key = (str(row["indicator"]), str(row["region"]), str(row["period"]))
        found.append(Stated(*key, quantity, *(str(row[name]) for name in names)))
    return found


def over_time(tables: Tables, figures: Iterable[Stated]) -> list[Stated]:
    """Figures of whole periods from those of their parts, where the whole was not given."""
    there = {figure.key: figure for figure in figures}
    kinds = dict(
        zip(tables.indicators["indicator"], tables.indicators["measure_type"], strict=True)
    )
    additive = dict(zip(tables.indicators["indicator"], tables.indicators["additive"], strict=True))
    spans = {
        str(row["period"]): (str(row["start"] or ""), str(row["end"] or ""))
        for row in tables.periods.to_dict("records")
    }
    tiled = {whole: parts for whole in spans if (parts := _parts(whole, spans))}
    found = []
    for indicator, region in dict.fromkeys((i, r) for i, r, _ in there):
        for whole, parts in tiled.items():
            given = [there.get((indicator, region, part)) for part in parts]
            if (indicator, region, whole) in there or not all(given):
                continue
            if kinds[indicator] == "stock":
                found.append(replace(given[-1], period=whole, parts=(given[-1],)))
            elif kinds[indicator] == "flow" and additive[indicator]:
                found.append(_summed(indicator, region, whole, given))
    return found


def _parts(whole: str, spans: Mapping[str, tuple[str, str]]) -> list[str]:
    """The periods that lie one after the other and fill a whole one; empty where none do."""
    start, end = spans[whole]
    if not start or not end:
        return []
    inside = sorted(
        (other_start, other_end, name)
        for name, (other_start, other_end) in spans.items()
        if name != whole and other_start and start <= other_start and other_end <= end
    )
    parts, at = [], start
    for other_start, other_end, name in inside:
        if other_start == at and (other_start, other_end) != (start, end):
            parts.append(name)
            at = _next_day(other_end)
    return parts if parts and at == _next_day(end) else []


def _next_day(day: str) -> str:
    import datetime as dt

    return (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()


def _summed(indicator: str, region: str, period: str, parts: Sequence[Stated]) -> Stated:
    value, interval = _sum(parts)
    unit = parts[0].quantity.unit
    text = written(value, interval, unit)
    quantity = q.Quantity(value, interval, unit, "", text)
    return Stated(indicator, region, period, quantity, text, "", "", tuple(parts))


def _sum(parts: Iterable[Stated]) -> tuple[Decimal, q.Interval]:
    value, interval = Decimal(0), q.Interval.point(Decimal(0))
    for part in parts:
        value += part.quantity.value
        interval = interval + part.quantity.interval
    return tidy(value), interval


def written(value: Decimal, interval: q.Interval, unit: str) -> str:
    """A sum as it is written: the number where it is exact, else from where to where it lies."""
    if interval.exact:
        return f"{tidy(value):f}{unit}"
    return f"{tidy(interval.lower):f}—{tidy(interval.upper):f}{unit}"


def roll_up(tables: Tables, figures: Iterable[Stated]) -> Iterator[RolledUp]:
    """The sums of districts for each additive indicator, parent region and period that at least
    one district has given."""
    additive = set(tables.indicators.loc[tables.indicators["additive"], "indicator"])
    parents = dict(zip(tables.regions["region"], tables.regions["parent"], strict=True))
    children: dict[str, list[str]] = defaultdict(list)
    for region, parent in parents.items():
        if parent:
            children[str(parent)].append(str(region))
    given: dict[Key, dict[str, Stated]] = defaultdict(dict)
    for figure in figures:
        parent = str(parents.get(figure.region) or "")
        if parent and figure.indicator in additive:
            given[figure.indicator, parent, figure.period][figure.region] = figure
    for (indicator, parent, period), by_region in given.items():
        if len(children[parent]) < 2:
            continue
        parts = tuple(by_region[one] for one in children[parent] if one in by_region)
        missing = tuple(one for one in children[parent] if one not in by_region)
        yield RolledUp(indicator, parent, period, parts, missing, *_sum(parts))


def reconcile(rolled: Iterable[RolledUp], own: Mapping[Key, Stated]) -> list[Reconciled]:
    """The city's own figures held against complete sums, in the sums' order."""
    found = []
    for one in rolled:
        stated_ = own.get((one.indicator, one.region, one.period))
        if stated_ is None or not one.complete:
            continue
        apart = tidy(stated_.quantity.value - one.value)
        meets = stated_.quantity.interval.meets(one.interval)
        verdict = "equal" if not apart and meets else "within" if meets else "apart"
        explained = tuple(_explaining(one.given, abs(apart))) if verdict == "apart" else ()
        found.append(Reconciled(stated_, one, verdict, apart, explained))
    return found


def _explaining(given: Sequence[Stated], apart: Decimal) -> Iterator[tuple[str, ...]]:
    """Districts, alone or in twos, as large as the difference: left out, or counted twice."""
    alone = [(part.region,) for part in given if part.quantity.interval.contains(apart)]
    yield from alone
    if alone:
        return
    for one, other in combinations(given, 2):
        if (one.quantity.interval + other.quantity.interval).contains(apart):
            yield one.region, other.region
