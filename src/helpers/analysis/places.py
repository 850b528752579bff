"""Places: the districts of a city beside one another, and each beside its city.

The places compared are those below the reference area, or, where it has none, those beside it
under the same parent; the whole is what holds them. They stand in the order of ``regions.csv``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

from helpers.analysis.changes import worked_out
from helpers.analysis.lookup import by_name, once, rows
from helpers.analysis.measures import elsewhere, figures_of
from helpers.analysis.observations import bases

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.analysis.figures import Figure
    from helpers.data import Tables

PER = Decimal(10_000)  # women or households to which a rate is given
OUT = Decimal(5)  # median absolute deviations from the median: further out is out of line
FEWEST = 5  # places without which a median deviation tells nothing
NOT_COUNTED = ("money", "share", "indicator")
BASES = {
    "female_population": ("每万名妇女", "per ten thousand women"),
    "family_households": ("每万户家庭", "per ten thousand households"),
    "resident_population": ("每万名居民", "per ten thousand residents"),
    "children_0_14": ("每万名儿童", "per ten thousand children"),
}


@dataclass(frozen=True, slots=True)
class Around:
    """The places that stand beside one another, and the region that holds them ("" for none)."""

    whole: str
    places: tuple[str, ...]


def around(tables: Tables, region: str) -> Around:
    """The places to compare from a region's point of view; none where no other is known."""

    def make() -> Around:
        book = by_name(tables, "regions", "region")
        ordered = sorted(book.values(), key=lambda row: row["position"])
        below = [str(row["region"]) for row in ordered if row["parent"] == region]
        parent = str(book.get(region, {}).get("parent", "") or "")
        beside = [str(row["region"]) for row in ordered if parent and row["parent"] == parent]
        if any(_observed(tables, place) for place in below):
            return Around(region, tuple(below))
        return Around(parent, tuple(beside))

    return once(tables, ("around", region), make)


def _observed(tables: Tables, region: str) -> bool:
    return any(str(row["region"]) == region for row in rows(tables, "observations"))


def beside(tables: Tables, slug: str, region: str, period: str) -> list[Figure]:
    """The figure of each place in the office's order, without quantity where none was reported;
    empty unless at least two places have one.
    """
    places = around(tables, region).places
    found = [figures_of(tables, place, period).get(slug) for place in places]
    own = [f if f.period == period else replace(f, quantity=None) for f in found if f is not None]
    return own if sum(f.quantity is not None for f in own) > 1 else []


def base_of(tables: Tables, figure: Figure) -> Figure | None:
    """The census figure of a figure's region that it is held against: the one that a coverage
    measure of it names, else households for households and women for all else that is counted.
    """
    if figure.kind != "indicator" or figure.form == "ratio" or figure.counts in NOT_COUNTED:
        return None
    own = bases(elsewhere(tables).values(), figure.region)
    named = [
        str(row["denominator"])
        for row in rows(tables, "measures")
        if row["kind"] == "coverage" and row["numerator"] == figure.slug
    ]
    usual = ["family_households"] if figure.counts == "household" else []
    wanted = [*named, *usual, "female_population", "resident_population"]
    return next((own[name] for name in wanted if name in own), None)


def rate(tables: Tables, figure: Figure) -> Figure | None:
    """``SLUG.rate``: a figure per ten thousand women, households or what else it is held against
    (unit as the figure); None where it is no count or no base is known.
    """
    base = base_of(tables, figure)
    if figure.quantity is None or base is None or not base.interval.lower > 0:
        return None
    interval = (figure.interval / base.interval).scale(PER)
    value = interval.lower if interval.exact else figure.quantity.value * PER / base.quantity.value
    zh, en = BASES.get(
        base.slug, (f"每万{base.unit}{base.label_zh}", f"per ten thousand, {base.label_en}")
    )
    return worked_out(
        figure, "rate", (figure, base), (value, interval), "own",
        (f"{figure.label_zh}（{zh}）", f"{figure.label_zh} ÷ {base.label_zh} × 10000"),
        (f"{figure.label_en} {en}", f"{figure.label_en} ÷ {base.label_en} × 10,000"),
    )  # fmt: skip


def share(tables: Tables, figure: Figure) -> Figure | None:
    """``SLUG.share``: a place's figure in percent of its parent's, for what adds up over places."""
    whole = parent_figure(tables, figure)
    if not adds_up(tables, figure.slug) or whole is None or not whole.interval.lower > 0:
        return None
    interval = (figure.interval / whole.interval).scale(100)
    ratio = figure.quantity.value * 100 / whole.quantity.value
    name_zh, name_en = names(tables, whole.region)
    return worked_out(
        figure, "share", (figure, whole), (interval.lower if interval.exact else ratio, interval),
        "%",
        (f"{figure.label_zh}占{name_zh}的比重",
         f"本地{figure.label_zh} ÷ {name_zh}的同一指标 × 100"),
        (f"{figure.label_en}, share of {name_en}",
         f"{figure.label_en} here ÷ the same of {name_en} × 100"),
    )  # fmt: skip


def parent_figure(tables: Tables, figure: Figure) -> Figure | None:
    """The same figure of the region above, None where that has none for the period."""
    parent = str(
        by_name(tables, "regions", "region").get(figure.region, {}).get("parent", "") or ""
    )
    if not parent or figure.quantity is None:
        return None
    found = figures_of(tables, parent, figure.period).get(figure.slug)
    return found if found and found.quantity and found.period == figure.period else None


def gap(tables: Tables, figure: Figure) -> Figure | None:
    """``SLUG.gap``: how far a place's rate, or its ratio, lies from that of the region above."""
    whole = parent_figure(tables, figure)
    own = figure if comparable(figure) else rate(tables, figure)
    other = whole if whole is None or comparable(whole) else rate(tables, whole)
    if own is None or other is None:
        return None
    name_zh, name_en = names(tables, other.region)
    number = own.quantity.value - other.quantity.value, own.interval - other.interval
    return worked_out(
        figure, "gap", (own, other), number, "difference",
        (f"{own.label_zh}与{name_zh}之差", f"本地{own.label_zh} − {name_zh}的同一数"),
        (f"{own.label_en}, distance from {name_en}",
         f"{own.label_en} here − the same of {name_en}"),
    )  # fmt: skip


def comparable(figure: Figure) -> bool:
    """Whether places of different size may be held against one another by the figure itself."""
    return figure.form in ("ratio", "share", "mean", "coverage")


def adds_up(tables: Tables, slug: str) -> bool:
    """Whether the figures of parts add up to that of the whole (``additive``)."""
    row = by_name(tables, "indicators", "indicator").get(slug, {})
    return row.get("additive") in (True, "true")


def out_of_line(tables: Tables, found: list[Figure]) -> list[tuple[Figure, Decimal, bool]]:
    """The places whose rate or ratio lies further from the median of all than five times the
    median absolute deviation, furthest first, with that multiple and whether it lies above; the
    interval as a whole must.

    The median deviation is a robust measure of spread (Hampel, 1974): one strange place does
    not widen it, as it would a standard deviation.
    """
    levels = [(f, f if comparable(f) else rate(tables, f)) for f in found if f.quantity]
    known = [(figure, level) for figure, level in levels if level is not None]
    if len(known) < FEWEST:
        return []
    middle = median(level.quantity.value for _, level in known)
    spread = median(abs(level.quantity.value - middle) for _, level in known)
    if not spread:
        return []
    low, high = middle - OUT * spread, middle + OUT * spread
    found_out = [(f, level, True) for f, level in known if level.interval.lower > high]
    found_out += [(f, level, False) for f, level in known if level.interval.upper < low]
    found_out.sort(key=lambda told: -abs(told[1].quantity.value - middle))
    return [(f, abs(level.quantity.value - middle) / spread, up) for f, level, up in found_out]


def names(tables: Tables, region: str) -> tuple[str, str]:
    """The name of a region in Chinese and in English."""
    row = by_name(tables, "regions", "region").get(region, {})
    return str(row.get("name_zh", region)), str(row.get("name_en", region))


def tiles(tables: Tables, region: str) -> Mapping[str, tuple[int, int]]:
    """region → column and row on a small map of the places around; empty unless all have one."""
    book = by_name(tables, "regions", "region")
    found = {}
    for place in around(tables, region).places:
        parts = str(book[place].get("tile", "") or "").replace(";", " ").replace(",", " ").split()
        if len(parts) != 2 or not all(part.isdigit() for part in parts):
            return {}
        found[place] = (int(parts[0]), int(parts[1]))
    return found
