"""Sums over the places below a region: how many of them have reported, what they add up to,
whether that agrees with the figure that the region gives itself, and what would explain it if not.

Only indicators that add up (``additive``) have sums: shares come from their numerators and
denominators. Intervals are added, so that a sum of rounded figures stays as open as they are
(Moore, *Interval Analysis*, 1966), and a sum with a gap is never called the region's.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.analysis.changes import made
from helpers.analysis.coherence import BROKEN, HOLDS, OPEN, Judgement
from helpers.analysis.lookup import by_name
from helpers.analysis.observations import recorded
from helpers.quantity.interval import addends, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from helpers.analysis.figures import Figure
    from helpers.data import Tables

FORMS = ("sum", "part", "apart", "places", "reporting", "late", "revised")
AGREES, DIFFERS = "agrees", "differs"  # or OPEN, where rounding leaves it open
SUMMED = "summed"  # how a figure came that is the sum itself (``delivery``)


@dataclass(frozen=True)
class Sum:
    """The figures of the places below a region that have one; ``places`` are all of them."""

    places: tuple[str, ...]
    given: tuple[Figure, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The places without a figure."""
        there = {figure.region for figure in self.given}
        return tuple(place for place in self.places if place not in there)

    @cached_property
    def quantity(self) -> q.Quantity:
        """What they add up to, written as the number or as the range that it lies in."""
        value, interval = Decimal(0), q.Interval.point(0)
        for figure in self.given:
            value, interval = value + figure.quantity.value, interval + figure.interval
        unit = self.given[0].unit
        ends = dict.fromkeys((tidy(interval.lower), tidy(interval.upper)))
        return q.Quantity(tidy(value), interval, unit, "", "—".join(f"{e:f}" for e in ends) + unit)

    def explained(self, stated: Figure) -> list[tuple[str, ...]]:
        """Places, alone or in twos, as large as the difference: left out, or counted twice."""
        parts = {figure.region: figure.interval for figure in self.given}
        return addends(parts, abs(stated.quantity.value - self.quantity.value))


def below(tables: Tables, region: str) -> tuple[str, ...]:
    """The places right below a region, in the office's order."""
    rows = by_name(tables, "regions", "region").values()
    ordered = sorted(rows, key=lambda row: row["position"])
    return tuple(str(row["region"]) for row in ordered if row["parent"] == region)


def added(tables: Tables, slug: str, region: str, period: str) -> Sum | None:
    """The sum below a region; None where figures do not add up, where no place has one or where
    there is one place only."""
    row = by_name(tables, "indicators", "indicator").get(slug, {})
    places = below(tables, region) if row.get("additive") in (True, "true") else ()
    if len(places) < 2:
        return None
    found = (recorded(tables, place).get(slug, {}).get(period) for place in places)
    given = tuple(figure for figure in found if figure is not None)
    return Sum(places, given) if given else None


def agreement(of: Sum, stated: Figure) -> str:
    """Whether a sum agrees with the figure that the whole has stated: ``agrees``, ``differs``, or
    ``open`` where rounding leaves it open."""
    interval = of.quantity.interval
    if not interval.meets(stated.interval):
        return DIFFERS
    exact = interval.exact and stated.interval.exact
    return AGREES if exact or stated.interval.within(interval) else OPEN


def named(tables: Tables, figure: Figure, form: str) -> Figure | None:
    """``SLUG.sum`` of all places, ``.part`` of those that reported where some have not, ``.apart``
    how far the whole's own figure lies from the sum; ``.places`` how many there are,
    ``.reporting``, ``.late`` and ``.revised`` how many of them did so; None where there is none."""
    of = added(tables, figure.slug, figure.region, figure.period)
    if of is None:
        return None
    if form in ("places", "reporting", "late", "revised"):
        return _counted(of, figure, form)
    if (form == "part") != bool(of.missing):
        return None
    if form == "apart":
        return _apart(of, figure) if figure.quantity is not None else None
    zh, en = ("各地", "all places") if form == "sum" else ("已报各地", "the places that reported")
    return made(
        figure, form, of.given,
        quantity=of.quantity,
        label_zh=f"{figure.label_zh}（{zh}之和）",
        label_en=f"{figure.label_en}, {en} added up",
        formula_zh=f"{zh}{figure.label_zh}相加",
        formula_en=f"{figure.label_en} of {en} added up",
    )  # fmt: skip


def _counted(of: Sum, figure: Figure, form: str) -> Figure | None:
    texts = {"places": ("地区数", "places"), "reporting": ("已报地区数", "places that reported"),
             "late": ("迟报地区数", "places that were late"),
             "revised": ("修订地区数", "places that revised it")}  # fmt: skip
    told = [f for f in of.given if form == "reporting" or form in f.delivery.split(";")]
    count = len(of.places) if form == "places" else len(told)
    zh, en = texts[form]
    if not count:
        return None
    return made(
        figure, form, () if form == "places" else tuple(told),
        quantity=q.Quantity(Decimal(count), q.Interval.point(count), "个"),
        label_zh=f"{figure.label_zh}：{zh}", label_en=f"{figure.label_en}: {en}",
        unit="个", unit_en="places", unit_en_one="place", formula_zh=zh, formula_en=en,
    )  # fmt: skip


def _apart(of: Sum, figure: Figure) -> Figure:
    value = abs(figure.quantity.value - of.quantity.value)
    ends = figure.interval - of.quantity.interval
    interval = ends if figure.quantity.value >= of.quantity.value else ends.scale(-1)
    return made(
        figure, "apart", (figure, *of.given),
        quantity=q.Quantity(value, interval, figure.unit),
        label_zh=f"{figure.label_zh}与各地之和的差额",
        label_en=f"{figure.label_en}, distance from the sum of all places",
        formula_zh="本级的数与各地之和相减",
        formula_en="the region's own figure less the sum of all places",
    )  # fmt: skip


def reconciled(
    tables: Tables, slugs: Iterable[str], region: str, period: str
) -> Iterator[Judgement]:
    """The figures that a region gives itself, each held against the sum of all its places."""
    verdicts = {AGREES: HOLDS, DIFFERS: BROKEN, OPEN: OPEN}
    areas = by_name(tables, "indicators", "indicator")
    for slug in slugs:
        stated = recorded(tables, region).get(slug, {}).get(period)
        of = added(tables, slug, region, period) if stated is not None else None
        if of is None or of.missing or stated.delivery == SUMMED:
            continue
        verdict = verdicts[agreement(of, stated)]
        explained = of.explained(stated) if verdict == BROKEN else []
        texts = _texts(slug, verdict, explained[:3])
        area = str(areas[slug]["area"])
        yield Judgement(f"{slug}.sum", area, "note", "sum", verdict, *texts, (stated, *of.given))


def _texts(slug: str, verdict: str, explained: list[tuple[str, ...]]) -> tuple[str, str, str, str]:
    """Title and message in both languages, as templates of sentences."""
    zh = f"各地相加是{{{slug}.sum}}，{{region}}的数是{{{slug}}}"
    en = f"The places add up to {{{slug}.sum}}, {{region}} states {{{slug}}}"
    if verdict == BROKEN:
        zh, en = f"{zh}，相差{{{slug}.apart}}", f"{en}: {{{slug}.apart}} apart"
    if explained:
        one = len(explained[0]) == 1
        named_zh = "、".join("与".join(f"{{region@{c}}}" for c in group) for group in explained)
        named_en = ", or ".join(
            " with ".join(f"{{region@{c}}}" for c in group) for group in explained
        )
        zh += f"；正好相当于{named_zh}{'的数' if one else '两地的数'}，可能漏计或重计"
        en += f"; as much as {named_en}, perhaps left out or counted twice"
    return (f"{{{slug}:label}}：与各地之和核对", f"{{{slug}:label}}: against the sum of all places",
            f"{zh}。两个数都照列。", f"{en}. Both are shown.")  # fmt: skip
