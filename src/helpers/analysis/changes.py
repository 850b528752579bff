"""Changes: the figures of a period beside those of the period before.

The earlier figure of an indicator is its observation in the last period before (by the order
of ``periods.csv``) that has one for the same reference area. Flows and plan targets add up
over their period, so these are compared only between periods of about the same length. What
was rounded stays an interval: whether a figure rose is for its interval to decide.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.analysis.measures import Sources, derived
from helpers.analysis.observations import observed
from helpers.analysis.study import programmes_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from helpers.analysis.figures import Figure
    from helpers.data import Tables

CHANGE, GROWTH = "change", "growth"
UP, DOWN, SAME, OPEN = "up", "down", "same", "open"
ADDS_UP = ("flow", "target")  # measure types that grow with the length of their period
ALIKE = Decimal("0.1")  # how far the lengths of two periods may differ
UNIT = {"%": ("pp", "percentage points", "percentage point")}


def changes(tables: Tables, region: str, period: str) -> dict[str, Figure]:
    """The earlier figures of a reference area, and what has changed since, by name.

    ``SLUG@EARLIERPERIOD`` is the earlier figure itself (an observation, or a share derived for
    that period), ``SLUG.change`` the difference, signed, in the figure's unit (percentage
    points, unit ``pp``, for shares and ratios), ``SLUG.growth`` the signed growth in percent,
    which ratios and figures that may have been zero do not have. The derived ones are measures
    of form ``change`` and ``growth`` whose inputs are the later and the earlier figure.
    """
    now = observed(tables, region, period)
    past = _earlier(tables, [figure for figure in now.values() if figure.quantity], region)
    books = {at: observed(tables, region, at) for at in sorted(set(past.values()) - {""})}
    pairs = {slug: (now[slug], books[at][slug]) for slug, at in past.items() if at}
    pairs |= _shares(tables, now, books, pairs)
    names = dict(zip(tables.periods["period"], _labels(tables), strict=True))
    told: dict[str, Figure] = {}
    for slug, (later, earlier) in pairs.items():
        told[f"{slug}@{earlier.period}"] = earlier
        told[f"{slug}.{CHANGE}"] = _change(later, earlier, names[earlier.period])
        if growth := _growth(later, earlier, names[earlier.period]):
            told[f"{slug}.{GROWTH}"] = growth
    return told


def direction(change: Figure) -> str:
    """``up``, ``down`` or ``same`` where the interval of a change decides it, else ``open``."""
    interval = change.interval
    if interval is None:
        return OPEN
    if interval.exact and not interval.lower:
        return SAME
    if interval.lower > 0 or (not interval.lower and not interval.lower_closed):
        return UP
    below = interval.upper < 0 or (not interval.upper and not interval.upper_closed)
    return DOWN if below else OPEN


def _labels(tables: Tables) -> list[tuple[str, str]]:
    frame = tables.periods
    return list(zip(frame["label_zh"], frame["label_en"], strict=True))


def _earlier(tables: Tables, figures: Sequence[Figure], region: str) -> dict[str, str]:
    """slug → the last period before the figure's own in which it was reported, "" for none."""
    frame = tables.part("observations", region=region)
    reported: dict[str, list[str]] = {}
    for slug, period in frame[["indicator", "period"]].to_numpy():
        reported.setdefault(str(slug), []).append(str(period))
    rows = {str(row["period"]): row for row in tables.periods.to_dict("records")}
    found = {}
    for figure in figures:
        own = rows[figure.period]
        past = [rows[p] for p in reported[figure.slug] if rows[p]["position"] < own["position"]]
        last = max(past, key=lambda row: row["position"], default=None)
        comparable = last and (figure.form not in ADDS_UP or _alike(own, last))
        found[figure.slug] = str(last["period"]) if comparable else ""
    return found


def _alike(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether two periods are about as long; of two without dates nothing speaks against it."""
    days = [_days(row) for row in (one, other)]
    if None in days:
        return days == [None, None]
    return abs(days[0] - days[1]) <= ALIKE * max(days)


def _days(row: Mapping[str, object]) -> int | None:
    start, end = str(row["start"]), str(row["end"])
    if not (start and end):
        return None
    return (date.fromisoformat(end) - date.fromisoformat(start)).days + 1


def _shares(
    tables: Tables,
    now: Mapping[str, Figure],
    books: Mapping[str, Mapping[str, Figure]],
    pairs: Mapping[str, tuple[Figure, Figure]],
) -> dict[str, tuple[Figure, Figure]]:
    """Derived shares of both periods, where all that they are made of has one earlier period."""
    if not pairs:
        return {}
    region, period = next((f.region, f.period) for f, _ in pairs.values())
    made = {at: _derived(tables, books[at], region, at) for at in books}
    found = {}
    for slug, later in _derived(tables, now, region, period).items():
        past = {pairs[f.slug][1].period if f.slug in pairs else "" for f in later.inputs}
        at = past.pop() if len(past) == 1 else ""
        if later.form == "share" and at and made[at][slug].quantity:
            found[slug] = (later, made[at][slug])
    return found


def _derived(
    tables: Tables, book: Mapping[str, Figure], region: str, period: str
) -> dict[str, Figure]:
    return derived(tables, Sources(book, programmes_of(tables, region, period)), region, period)


def _change(later: Figure, earlier: Figure, since: tuple[str, str]) -> Figure:
    value = later.quantity.value - earlier.quantity.value
    unit, unit_en, one = UNIT.get(later.unit, (later.unit, later.unit_en, later.unit_en_one))
    return _made(
        later,
        earlier,
        CHANGE,
        quantity=q.Quantity(value, later.interval - earlier.interval, unit),
        label_zh=f"{later.label_zh}比{since[0]}的增减",
        label_en=f"{later.label_en}, change from {since[1]}",
        unit=unit,
        unit_en=unit_en,
        unit_en_one=one,
        formula_zh=f"{later.label_zh} − {since[0]}的同一指标",
        formula_en=f"{later.label_en} − the same in {since[1]}",
    )


def _growth(later: Figure, earlier: Figure, since: tuple[str, str]) -> Figure | None:
    """The growth in percent, None for ratios and where the earlier figure may have been zero."""
    if later.unit in UNIT or not earlier.interval.lower > 0:
        return None
    interval = (later.interval / earlier.interval).scale(100) - q.Interval.point(100)
    if not (interval.lower.is_finite() and interval.upper.is_finite()):
        return None
    ratio = q.NEAR.divide(later.quantity.value, earlier.quantity.value)
    value = interval.lower if interval.exact else ratio * 100 - 100
    return _made(
        later,
        earlier,
        GROWTH,
        quantity=q.Quantity(value, interval, "%"),
        label_zh=f"{later.label_zh}比{since[0]}的增幅",
        label_en=f"{later.label_en}, growth from {since[1]}",
        unit="%",
        unit_en="%",
        unit_en_one="%",
        formula_zh=f"{later.label_zh} ÷ {since[0]}的同一指标 × 100 − 100",
        formula_en=f"{later.label_en} ÷ the same in {since[1]} × 100 − 100",
    )


def _made(later: Figure, earlier: Figure, form: str, **fields: object) -> Figure:
    return replace(
        later,
        slug=f"{later.slug}.{form}",
        kind="measure",
        form=form,
        as_written="",
        note_zh="",
        note_en="",
        inputs=(later, earlier),
        **fields,
    )
