"""Attention: what of a report's figures deserves to be looked at first.

Rules broken, targets missed or out of reach at the present pace, places out of line, sums that
do not agree, large changes, figures and places that stopped reporting: in this order, each as a
sentence in both languages (names of figures in braces) with the figures that are its evidence.
Nothing is claimed that rounding leaves open; where there is nothing, there is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.analysis import changes, coherence, places, targets
from helpers.analysis.measures import figures_of
from helpers.analysis.periods import like, like_before

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from helpers.analysis.coherence import Judgement
    from helpers.analysis.figures import Figure
    from helpers.data import Tables

LARGE = Decimal(25)  # percent: a change beyond a quarter is large
LARGE_POINTS = Decimal(5)  # percentage points, for ratios
MOST_CHANGES = 3
MOST_NAMED = 6  # labels in one sentence


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at: its sentence, and the figures that prove it."""

    kind: str  # rule | target | place | sum | change | missing
    zh: str
    en: str
    evidence: tuple[Figure, ...]


def attention(
    tables: Tables,
    region: str,
    period: str,
    slugs: Sequence[str],
    judgements: Sequence[Judgement],
) -> list[Item]:
    """What deserves attention among the figures ``slugs`` of a place and period, first things
    first.
    """
    return [
        *_rules(judgements),
        *_targets(tables, region, period, slugs),
        *_places(tables, region, period, slugs),
        *_sums(tables, region, period, slugs),
        *_changes(tables, region, period, slugs),
        *_missing(tables, region, period, slugs),
        *_silent(tables, region, period, slugs),
    ]


def _rules(judgements: Sequence[Judgement]) -> Iterator[Item]:
    """Checks that fail; oddities stand where the checks are told."""
    order = ("error", "warning")
    broken = [j for j in judgements if j.verdict == coherence.BROKEN and j.severity in order]
    for judged in sorted(broken, key=lambda j: order.index(j.severity)):
        yield Item("rule", judged.message_zh, judged.message_en, judged.figures)


def _targets(
    tables: Tables, region: str, period: str, slugs: Sequence[str]
) -> Iterator[Item]:
    for found in targets.judged(tables, region, period, slugs):
        name = found.slug
        beside = (found.figure, found.target, found.short, found.pace, found.needed)
        evidence = tuple(figure for figure in beside if figure is not None)
        if found.verdict == targets.MISSED and found.is_due:
            zh = f"{{{name}:label}}{{{name}}}，没有达到目标{{{name}.target}}，还差{{{name}.short}}。"
            en = (
                f"{{{name}:label}}: {{{name}}}, short of the target of {{{name}.target}} by "
                f"{{{name}.short}}."
            )
        elif found.suffices == targets.TOO_SLOW:
            zh = (
                f"{{{name}:label}}{{{name}}}，照目前的进展到{{{name}.target:period}}达不到目标"
                f"{{{name}.target}}：每年还需{{{name}.needed}}，目前每年{{{name}.pace}}。"
            )
            en = (
                f"{{{name}:label}}: {{{name}}}. At the present pace the target of {{{name}.target}} "
                f"will not be reached by {{{name}.target:period}}: {{{name}.needed}} a year are "
                f"needed, {{{name}.pace}} are being made."
            )
        else:
            continue
        yield Item("target", zh, en, evidence)


def _places(tables: Tables, region: str, period: str, slugs: Sequence[str]) -> Iterator[Item]:
    for slug in slugs:
        own = figures_of(tables, region, period)[slug]
        if own.kind == "measure" and own.form != "share":
            continue  # what it is made of is looked at itself
        found = places.beside(tables, slug, region, period)
        for figure, above in places.out_of_line(tables, found):
            level = places.comparable(figure)
            name = f"{slug}@{figure.region}" if level else f"{slug}.rate@{figure.region}"
            zh = (
                f"{{{name}:region}}的{{{name}:label}}是{{{name}}}，明显{'高于' if above else '低于'}"
                "各地：与中位数相差超过绝对中位差的五倍。"
            )
            en = (
                f"{{{name}:region}} stands out: {{{name}:label}} {{{name}}}, "
                f"{'above' if above else 'below'} the median of all places by more than five "
                "median absolute deviations."
            )
            rates = [f if level else places.rate(tables, f) for f in found if f.quantity]
            yield Item("place", zh, en, tuple(r for r in rates if r is not None))


def _sums(tables: Tables, region: str, period: str, slugs: Sequence[str]) -> Iterator[Item]:
    for slug in slugs:
        stated = figures_of(tables, region, period)[slug]
        added = places.total(tables, slug, region, period)
        if added is None or stated.quantity is None or stated.period != period:
            continue
        if places.agreement(added, stated) == places.DIFFERS:
            zh = f"{{{slug}:label}}：各地相加是{{{slug}.sum}}，{{region}}的数是{{{slug}}}，两者不一致。"
            en = (
                f"{{{slug}:label}}: the places add up to {{{slug}.sum}}, {{region}} states "
                f"{{{slug}}}: the two do not agree."
            )
            yield Item("sum", zh, en, (stated, added, *added.inputs))


def _changes(tables: Tables, region: str, period: str, slugs: Sequence[str]) -> list[Item]:
    found = []
    for slug in slugs:
        later = figures_of(tables, region, period)[slug]
        earlier = changes.before(tables, later)
        if earlier is None or (later.kind == "measure" and later.form != "share"):
            continue
        moved = changes.change(tables, later, earlier)
        grown = changes.growth(tables, later, earlier)
        size = grown or moved
        line = LARGE if grown else LARGE_POINTS
        ratio = not grown and later.unit == "%"
        if not (grown or ratio) or not _beyond(size, line):
            continue
        found.append((abs(size.quantity.value) / line, slug, size.quantity.value > 0, ratio))
    found.sort(reverse=True)
    return [
        Item("change", *_moved(slug, up, ratio), _series(tables, slug, region, period))
        for _, slug, up, ratio in found[:MOST_CHANGES]
    ]


def _beyond(size: Figure, line: Decimal) -> bool:
    return size.interval.lower > line or size.interval.upper < -line


def _moved(slug: str, up: bool, ratio: bool) -> tuple[str, str]:
    form = ("change" if up else "fall") if ratio else ("growth" if up else "decline")
    zh = "上升" if ratio and up else "增长" if up else "下降"
    en = "rose by" if up else "fell by"
    return (
        f"{{{slug}:label}}比{{{slug}.before:period}}{zh}{{{slug}.{form}}}："
        f"由{{{slug}.before}}到{{{slug}}}。",
        f"{{{slug}:label}} {en} {{{slug}.{form}}} since {{{slug}.before:period}}, from "
        f"{{{slug}.before}} to {{{slug}}}.",
    )


def _series(tables: Tables, slug: str, region: str, period: str) -> tuple[Figure, ...]:
    found = [figures_of(tables, region, p).get(slug) for p in like(tables, period)]
    return tuple(f for f in found if f is not None and f.quantity is not None)


def _missing(tables: Tables, region: str, period: str, slugs: Sequence[str]) -> Iterator[Item]:
    """Indicators that the last like period has and this one has not."""
    now = figures_of(tables, region, period)
    last = next(iter(like_before(tables, period)), None)
    if last is None:
        return
    then = figures_of(tables, region, last)
    gone = [
        slug
        for slug in slugs
        if now[slug].kind == "indicator" and now[slug].quantity is None and then[slug].quantity
    ]
    if not gone or all(figure.quantity is None for figure in now.values()):
        return
    named = [f"{{{slug}:label}}" for slug in gone[:MOST_NAMED]]
    more = ("等", " and others") if len(gone) > MOST_NAMED else ("", "")
    zh = f"上一期有、本期未报送：{'、'.join(named)}{more[0]}。"
    en = f"Reported for the period before and not for this one: {'; '.join(named)}{more[1]}."
    yield Item("missing", zh, en, tuple(then[slug] for slug in gone))


def _silent(tables: Tables, region: str, period: str, slugs: Sequence[str]) -> Iterator[Item]:
    """Places below that had figures in the last like period, and have none at all now."""
    last = next(iter(like_before(tables, period)), None)
    seen = places.around(tables, region)
    if last is None or seen.whole != region:
        return
    for place in seen.places:
        now, then = (figures_of(tables, place, p) for p in (period, last))
        told = [then[slug] for slug in slugs if then[slug].kind == "indicator"]
        told = [figure for figure in told if figure.quantity and figure.period == last]
        if told and not any(now[f.slug].quantity for f in told):
            zh = f"{{region@{place}}}上一期有数，本期一项也没有报送。"
            en = f"{{region@{place}}} reported for the period before, and nothing for this one."
            yield Item("missing", zh, en, tuple(told))
