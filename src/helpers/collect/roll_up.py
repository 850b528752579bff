"""From the figures of the districts to the city's: summed where they add up, and reconciled.

Only what was taken, and what follows from it, is summed. Over time, flows are summed over the
parts of a period and stocks are those at its end; over places, additive indicators are summed,
level by level from below, and only where every place has given its figure: a sum with a gap is
not the city's (see :mod:`helpers.analysis.sums`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from helpers.analysis.lookup import by_name
from helpers.analysis.observations import from_rows
from helpers.analysis.sums import DIFFERS, SUMMED, Sum, agreement, below
from helpers.collect.words import Both, both, worded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helpers.analysis.figures import Figure
    from helpers.data import Tables
    from helpers.quantity import Quantity

__all__ = ["Key", "RolledUp", "roll_up"]

Key = tuple[str, str, str]  # indicator, region, period
Cells = dict[str, str]


@dataclass(frozen=True)
class RolledUp:
    """The sum of the places below a region, and the figure that the region gives itself."""

    indicator: str
    region: str
    period: str
    of: Sum
    own: Figure | None

    @property
    def verdict(self) -> str:
        """``gap`` where a place is missing, ``summed`` where the region gave no figure itself,
        else ``equal``, ``within`` its rounding, or ``apart``."""
        if self.of.missing or self.own is None:
            return "gap" if self.of.missing else "summed"
        if agreement(self.of, self.own) == DIFFERS:
            return "apart"
        return "within" if self.apart else "equal"

    @property
    def apart(self) -> str:
        """How far the region's own figure lies above the sum, "" where they are the same."""
        difference = self.own.quantity.value - self.of.quantity.value if self.own else 0
        return f"{difference:f}" if difference else ""

    @cached_property
    def explained(self) -> list[tuple[str, ...]]:
        """The places, alone or in twos, that would explain what is apart."""
        return self.of.explained(self.own) if self.verdict == "apart" else []

    def explanation(self, tables: Tables) -> Both | str:
        """What would explain it, in words; "" where nothing would."""
        regions = by_name(tables, "regions", "region")
        told = []
        for at, (joint, either) in enumerate((("与", "，或"), (" with ", ", or "))):
            groups = ([both(regions[code], "name")[at] for code in one] for one in self.explained)
            told.append(either.join(joint.join(names) for names in groups))
        return worded("page", "explained", names=tuple(told)) if self.explained else ""

    def count(self, how: str) -> int:
        """How many of the places were ``late``, or have ``revised``."""
        return sum(how in figure.delivery.split(";") for figure in self.of.given)


def roll_up(tables: Tables, rows: dict[Key, Cells], changed: set[Key]) -> list[RolledUp]:
    """The sums that have to do with what has ``changed``; complete ones that the region did not
    give itself are put into ``rows``, as are whole periods that follow from their parts."""
    figures = dict(zip(rows, from_rows(tables, rows.values()), strict=True))
    changed = set(changed)
    for key, cells in _over_time(tables, figures, sorted(changed)):
        figures[key] = next(from_rows(tables, [cells]))
        rows[key] = cells
        changed.add(key)
    additive = set(tables.indicators.loc[tables.indicators["additive"], "indicator"])
    found = []
    for parent in _from_below(tables):
        places = below(tables, parent)
        near = {(i, p) for i, r, p in changed if i in additive and r in (parent, *places)}
        for indicator, period in sorted(near) if len(places) > 1 else ():
            key = (indicator, parent, period)
            there = (figures.get((indicator, place, period)) for place in places)
            of = Sum(places, tuple(figure for figure in there if figure is not None))
            if not of.given:
                continue
            own = figures.get(key)
            one = RolledUp(*key, of, None if own and SUMMED in own.delivery.split(";") else own)
            found.append(one)
            if one.verdict == "summed":
                rows[key] = _sum_cells(one)
                figures[key] = next(from_rows(tables, [rows[key]]))
                changed.add(key)
    region, period, indicator = (
        {name: at for at, name in enumerate(tables.frames[f"{column}s"][column])}
        for column in ("region", "period", "indicator")
    )
    return sorted(
        found, key=lambda one: (region[one.region], period[one.period], indicator[one.indicator])
    )


def _from_below(tables: Tables) -> list[str]:
    """The regions that have others below them, the lowest first."""
    parents = dict(zip(tables.regions["region"], tables.regions["parent"], strict=True))

    def depth(region: str) -> int:
        return 1 + depth(str(parents[region])) if parents.get(region) else 0

    return sorted({str(p) for p in parents.values() if p}, key=lambda r: (-depth(r), r))


def _cells(key: Key, quantity: Quantity, note: Both, **more: str) -> Cells:
    """The row of a figure that was worked out."""
    return {
        **dict(zip(("indicator", "region", "period"), key, strict=True)),
        "value": f"{quantity.value:f}", "qualifier": quantity.qualifier,
        "as_written": quantity.written, "status": "A", "note_zh": note[0], "note_en": note[1],
        **more,
    }  # fmt: skip


def _added(of: Sum) -> Quantity:
    """A sum as a figure of its own: of a range the lower end is its value."""
    found = of.quantity
    return found if found.interval.exact else replace(found, value=found.interval.lower)


def _sum_cells(one: RolledUp) -> Cells:
    """The row of a sum that the region did not give itself."""
    given = len(one.of.given)
    counts = {"all": given, "late": one.count("late"), "revised": one.count("revised")}
    told = [worded("summed", name, count=count) for name, count in counts.items() if count]
    zh, en = ("".join(texts) for texts in zip(*told, strict=True))
    about = {"source": "districts_summed", "locator": f"{given}/{given}", "delivery": SUMMED}
    return _cells(
        (one.indicator, one.region, one.period), _added(one.of), (f"{zh}。", f"{en}."), **about
    )


def _over_time(
    tables: Tables, figures: Mapping[Key, Figure], changed: list[Key]
) -> Iterator[tuple[Key, Cells]]:
    """Rows of whole periods that were not given, from those of their parts: flows are summed, of
    stocks the last one counts."""
    about = by_name(tables, "indicators", "indicator")
    spans = {
        name: (str(row["start"] or ""), str(row["end"] or ""))
        for name, row in by_name(tables, "periods", "period").items()
    }
    tiled = {whole: parts for whole in spans if (parts := _parts(whole, spans))}
    wanted = {(i, r, whole) for i, r, part in changed for whole in tiled if part in tiled[whole]}
    for indicator, region, whole in sorted(wanted - set(figures)):
        given = [figures.get((indicator, region, part)) for part in tiled[whole]]
        kind = about[indicator]["measure_type"]
        if all(given) and (kind == "stock" or (kind == "flow" and about[indicator]["additive"])):
            last = given[-1]
            quantity = _added(Sum((), tuple(given)))
            if kind == "stock":
                quantity = replace(last.quantity, written=last.as_written)
            ways = sorted({way for one in given for way in one.delivery.split(";") if way})
            names = ("、".join(tiled[whole]), ", ".join(tiled[whole]))
            key = (indicator, region, whole)
            yield key, _cells(
                key, quantity, worded("summed", kind, parts=names),
                delivery=";".join(ways), source=last.source, locator=last.locator,
            )  # fmt: skip


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
            at = (dt.date.fromisoformat(other_end) + dt.timedelta(days=1)).isoformat()
    after = (dt.date.fromisoformat(end) + dt.timedelta(days=1)).isoformat()
    return parts if parts and at == after else []
