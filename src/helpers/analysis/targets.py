"""Targets: was what a plan set out to reach reached, how far is it, and does the pace suffice?

The judgement is that of the plans' monitoring reports (达标判断): indicator, target, figure, met
or not. Where rounding leaves it open, it stays open. The pace is the mean change a year since
the first period of the same length, taken from the last break of the series.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.analysis.changes import ADDS_UP, BREAK, made, worked_out
from helpers.analysis.figures import Figure, policy, stated
from helpers.analysis.lookup import by_name, rows
from helpers.analysis.measures import figures_of
from helpers.analysis.periods import alike, like_before, years_between

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from helpers.data import Tables

MET, MISSED, OPEN = "met", "missed", "open"
ENOUGH, TOO_SLOW = "enough", "too slow"
AT_LEAST = "at_least"
WINDOW = 5  # like periods before, over which a pace is measured


@dataclass(frozen=True, slots=True)
class Judged:
    """One target of a reference area, judged by the figure of a period."""

    slug: str
    bound: str
    figure: Figure
    target: Figure
    verdict: str  # met | missed | open
    is_due: bool  # its time has come
    short: Figure | None = None  # what was wanting, where it was not met
    pace: Figure | None = None  # mean change a year, towards the target
    needed: Figure | None = None  # what a year must bring from now on
    suffices: str = ""  # enough | too slow | open; "" where no pace is known or needed


def judged(tables: Tables, region: str, period: str, slugs: Sequence[str]) -> list[Judged]:
    """The targets of a reference area that were not due before a period, in the order of
    ``slugs``, each judged by the figure of the period; none without a figure.
    """
    figures = figures_of(tables, region, period)
    found = []
    for slug in slugs:
        figure = figures.get(slug)
        if figure is None or figure.quantity is None:
            continue
        for row in _rows(tables, figure):
            found.append(_judged(tables, figure, row))
    return found


def _rows(tables: Tables, figure: Figure) -> list[Mapping[str, object]]:
    """The targets of a figure that are due in or after its period, the next one first.

    What is counted over a period is held only against a target for as long a one: a half-year
    cannot be short of what a year is to bring.
    """
    book = by_name(tables, "periods", "period")
    own = book.get(figure.period, {"start": "", "end": ""})
    wanted = []
    for row in rows(tables, "targets"):
        due = book.get(str(row["by"]), {"start": "", "end": ""})
        of_it = (str(row["indicator"]), str(row["region"])) == (figure.slug, figure.region)
        comparable = figure.form not in ADDS_UP or alike(due, own)
        if of_it and comparable and str(due["end"]) >= str(own["end"]):
            wanted.append((str(due["end"]), row))
    return [row for _, row in sorted(wanted, key=lambda pair: pair[0])]


def target(tables: Tables, figure: Figure) -> Figure | None:
    """``SLUG.target``: the next target of a figure, None where there is none."""
    found = _rows(tables, figure)
    return _target(tables, figure, found[0]) if found else None


def _target(tables: Tables, figure: Figure, row: Mapping[str, object]) -> Figure:
    source = by_name(tables, "sources", "source").get(str(row["source"]), {})
    least = row["bound"] == AT_LEAST
    return made(
        figure, "target", (),
        period=str(row["by"]),
        quantity=stated({**row, "unit": figure.unit, "qualifier": ""}, policy(tables)),
        as_written=str(row["as_written"]),
        label_zh=f"{figure.label_zh}的目标（{'不低于' if least else '不高于'}）",
        label_en=f"{figure.label_en}, target ({'at least' if least else 'at most'})",
        source=str(row["source"]),
        source_zh=str(source.get("title_zh", "")),
        source_en=str(source.get("title_en", "")),
        table="targets.csv",
        row=int(row["row"]),
        locator="",
    )  # fmt: skip


def _judged(tables: Tables, figure: Figure, row: Mapping[str, object]) -> Judged:
    wanted = _target(tables, figure, row)
    bound = str(row["bound"])
    gap = short(figure, wanted, bound)
    verdict = MET if _reached(gap) else OPEN if _may_be(gap) else MISSED
    is_due = wanted.period == figure.period or not years_between(
        tables, figure.period, wanted.period
    )
    if verdict == MET:
        return Judged(figure.slug, bound, figure, wanted, verdict, is_due)
    if is_due:
        return Judged(figure.slug, bound, figure, wanted, verdict, is_due, gap)
    going, needed = pace(tables, figure, bound), _needed(tables, gap, figure, wanted)
    enough = _enough(going, needed) if going and needed else ""
    return Judged(figure.slug, bound, figure, wanted, verdict, is_due, gap, going, needed, enough)


def _reached(gap: Figure) -> bool:
    return gap.interval.upper <= 0


def _may_be(gap: Figure) -> bool:
    low = gap.interval.lower
    return low < 0 or (not low and gap.interval.lower_closed)


def short(figure: Figure, wanted: Figure, bound: str) -> Figure:
    """``SLUG.short``: how much is wanting to a target (negative: it is passed), in the figure's
    unit, in percentage points for percentages.
    """
    sign = 1 if bound == AT_LEAST else -1
    number = (
        (wanted.quantity.value - figure.quantity.value) * sign,
        (wanted.interval - figure.interval).scale(sign),
    )
    return worked_out(
        figure, "short", (figure, wanted), number, "difference",
        (f"{figure.label_zh}与目标的差距", "目标 − 本期数" if sign > 0 else "本期数 − 目标"),
        (f"{figure.label_en}, distance to the target",
         "target − figure" if sign > 0 else "figure − target"),
    )  # fmt: skip


def pace(tables: Tables, figure: Figure, bound: str) -> Figure | None:
    """``SLUG.pace``: the mean change a year towards the target, over the like periods before."""
    first = _first(tables, figure)
    years = years_between(tables, first.period, figure.period) if first else None
    if first is None or not years:
        return None
    sign, per = 1 if bound == AT_LEAST else -1, q.Interval.point(years)
    value = (figure.quantity.value - first.quantity.value) * sign / years
    zh, en = ("本期数 − 最早一期", "figure − first")
    if sign < 0:
        zh, en = ("最早一期 − 本期数", "first − figure")
    return worked_out(
        figure, "pace", (figure, first),
        (value, (figure.interval - first.interval).scale(sign) / per), "difference",
        (f"{figure.label_zh}的年均进展", f"（{zh}）÷ 年数"),
        (f"{figure.label_en}, mean change a year", f"({en}) ÷ years"),
    )  # fmt: skip


def _first(tables: Tables, figure: Figure) -> Figure | None:
    """The earliest like figure of the window, not across a break of the series."""
    found = None
    later = figure
    for period in like_before(tables, figure.period)[:WINDOW]:
        if later.status == BREAK:
            break
        known = figures_of(tables, figure.region, period).get(figure.slug)
        if known is not None and known.quantity is not None and known.period == period:
            found = later = known
    return found


def _needed(tables: Tables, gap: Figure, figure: Figure, wanted: Figure) -> Figure | None:
    years = years_between(tables, figure.period, wanted.period)
    if not years or years < 0:
        return None
    number = gap.quantity.value / years, gap.interval / q.Interval.point(years)
    return worked_out(
        figure, "needed", (gap,), number, "difference",
        (f"{figure.label_zh}每年还需的进展", "差距 ÷ 剩余年数"),
        (f"{figure.label_en}, change needed a year", "distance ÷ years left"),
    )  # fmt: skip


def _enough(going: Figure, needed: Figure) -> str:
    if going.interval.lower >= needed.interval.upper:
        return ENOUGH
    return TOO_SLOW if going.interval.upper < needed.interval.lower else OPEN


def named(tables: Tables, figure: Figure, form: str) -> Figure | None:
    """The figure that stands beside a figure's next target: short, pace or needed."""
    found = _rows(tables, figure)
    if not found or figure.quantity is None:
        return None
    bound, wanted = str(found[0]["bound"]), _target(tables, figure, found[0])
    made_here = {
        "short": lambda: short(figure, wanted, bound),
        "pace": lambda: pace(tables, figure, bound),
        "needed": lambda: _needed(tables, short(figure, wanted, bound), figure, wanted),
    }
    return made_here[form]()
