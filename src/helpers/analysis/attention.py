"""Attention: what of a report's figures deserves to be looked at first.

Rules broken, targets missed or out of reach at the present pace, places that stopped reporting,
places out of line, sums that do not agree, large changes, figures missing: in this order, each as a
sentence in both languages (names of figures in braces) with the figures that are its evidence.
Nothing is claimed that rounding leaves open; where there is nothing, there is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from helpers.analysis import changes, coherence, places, targets
from helpers.analysis.measures import figures_of
from helpers.analysis.periods import like, like_before
from helpers.files import rows_beside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from helpers.analysis.coherence import Judgement
    from helpers.analysis.figures import Figure
    from helpers.data import Tables

LARGE = Decimal(25)  # percent: a change beyond a quarter is large
LARGE_POINTS = Decimal(5)  # percentage points, for ratios
MOST_OF_A_KIND = 3
MOST_NAMED = 6  # labels in one sentence
MOST_SHOWN = 4  # figures of a place that has gone silent


@cache
def _sentences() -> dict[str, tuple[str, str]]:
    """Name → the sentence in both languages, {0 in it standing for the name of its figure."""
    rows = rows_beside(__file__, "attention.csv")
    return {row["sentence"]: (row["zh"], row["en"]) for row in rows}


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
    first, at most three of a kind.
    """
    at = (tables, region, period, slugs)
    kinds = (
        _rules(judgements),
        _targets(*at),
        _silent(*at),
        _places(*at),
        _sums(judgements),
        _changes(*at),
        _missing(*at),
    )
    return [item for found in kinds for item in islice(found, MOST_OF_A_KIND)]


def about(sentence: str, name: str) -> tuple[str, ...]:
    """A sentence of ``attention.csv`` in both languages, about the figure ``name``."""
    return tuple(text.replace("{0", f"{{{name}") for text in _sentences()[sentence])


def _rules(judgements: Sequence[Judgement]) -> Iterator[Item]:
    """Checks that fail; oddities stand where the checks are told."""
    order = ("error", "warning")
    broken = [j for j in judgements if j.verdict == coherence.BROKEN and j.severity in order]
    for judged in sorted(broken, key=lambda j: order.index(j.severity)):
        yield Item("rule", judged.message_zh, judged.message_en, judged.figures)


def _targets(tables: Tables, region: str, period: str, slugs: Sequence[str]) -> Iterator[Item]:
    judged = targets.judged(tables, region, period, slugs)
    for found in sorted(judged, key=lambda one: not one.is_due):
        evidence = _series(tables, found.slug, region, period)
        if found.verdict == targets.MISSED and found.is_due:
            told = "missed" if found.bound == targets.AT_LEAST else "over"
            yield Item("target", *about(told, found.slug), evidence)
        elif found.suffices == targets.TOO_SLOW:
            told = "too slow" if found.bound == targets.AT_LEAST else "too slow down"
            yield Item("target", *about(told, found.slug), evidence)


def _places(tables: Tables, region: str, period: str, slugs: Sequence[str]) -> list[Item]:
    seen: list[tuple[Decimal, Item]] = []
    for slug in slugs:
        own = figures_of(tables, region, period)[slug]
        if own.kind == "measure" and own.form != "share":
            continue  # what it is made of is looked at itself
        found = places.beside(tables, slug, region, period)
        for figure, far, above in places.out_of_line(tables, found):
            if places.around(tables, region).whole != region != figure.region:
                continue  # a district's page tells what is strange about itself
            level = places.comparable(figure)
            name = f"{slug}@{figure.region}" if level else f"{slug}.rate@{figure.region}"
            rates = [f if level else places.rate(tables, f) for f in found if f.quantity]
            evidence = tuple(r for r in rates if r is not None)
            item = Item("place", *about("above" if above else "below", name), evidence)
            seen.append((far, item))
    seen.sort(key=lambda pair: -pair[0])
    return [item for _, item in seen]


def _sums(judgements: Sequence[Judgement]) -> Iterator[Item]:
    """Sums of places that certainly differ from the region's own figure."""
    for judged in judgements:
        if judged.kind == "sum" and judged.verdict == coherence.BROKEN:
            label = f"{{{judged.rule.removesuffix('.sum')}:label}}"
            texts = f"{label}：{judged.message_zh}", f"{label}: {judged.message_en}"
            yield Item("sum", *texts, judged.figures)


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
        up = size.quantity.value > 0
        told = ("rose" if up else "fell") if ratio else ("grew" if up else "shrank")
        found.append((abs(size.quantity.value) / line, slug, told))
    found.sort(reverse=True)
    return [
        Item("change", *about(told, slug), _series(tables, slug, region, period))
        for _, slug, told in found
    ]


def _beyond(size: Figure, line: Decimal) -> bool:
    return size.interval.lower > line or size.interval.upper < -line


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
        if told and not any(f.quantity and f.period == period for f in now.values()):
            zh, en = (text.replace("@0", f"@{place}") for text in _sentences()["silent"])
            yield Item("missing", zh, en, tuple(told[:MOST_SHOWN]))
