"""What an audited text says against itself: hidden characters, numbers twice, broken rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.analysis.coherence import BROKEN, judge
from helpers.analysis.measures import Sources
from helpers.audit.text.link import same_kind
from helpers.audit.text.plain import hidden_characters
from helpers.audit.text.wordlists import CUES
from helpers.quantity import Interval

if TYPE_CHECKING:
    from helpers.audit.text.judge import Claim
    from helpers.data import Tables

__all__ = ["TITLES", "text_findings"]

TITLES = {  # of findings that break no rule of the data
    "invisible-characters": ("看不见的字符", "Characters that nobody sees"),
    "same-number-twice": ("同一个数用在两处", "One number for two things"),
    "share-over-100": ("比例超过百分之百", "A share above one hundred percent"),
    "part-over-whole": ("部分大于总数", "A part larger than its whole"),
    "sum-differs": ("各项相加不等于合计", "Parts that do not add up to their sum"),
    "counts-differ": ("“分别”前后的项数不同", "As many things as numbers are not listed"),
}
LEAST_TWICE = 100  # smaller numbers occur twice by chance
FEW = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
LISTED = re.compile(r"^[、和与及]?$")
SHARES = ("%", "pp", "‰")
Finding = tuple[str, str, str, list]  # rule, message in Chinese, in English, claims


def text_findings(
    text: str, tables: Tables, claims: Sequence[Claim], programmes: object
) -> list[dict[str, object]]:
    """Return the findings of a text: rule, message_zh, message_en, figures (KEYs), spans.

    Characters that nobody sees, the same number of two things, shares above 100, what the numbers
    say of one another (a part, a sum, 分别), and the coherence rules of the data that the text's
    own numbers break.
    """
    found = [*_twice(claims), *_impossible(claims), *_related(claims)]
    found += _broken_rules(tables, claims, programmes)
    return [
        *_hidden(text, claims),
        *(
            {
                "rule": rule,
                "message_zh": zh,
                "message_en": en,
                "figures": [claim.figure.key for claim in about if claim.figure],
                "spans": [[claim.found.start, claim.found.end] for claim in about],
            }
            for rule, zh, en, about in found
        ),
    ]


def _hidden(text: str, claims: Sequence[Claim]) -> Iterator[dict[str, object]]:
    places = hidden_characters(text)
    if not places:
        return
    names = sorted({f"U+{ord(text[at]):04X}" for at in places})
    inside = sum(any(c.found.start < at < c.found.end for c in claims) for at in places)
    yield {
        "rule": "invisible-characters",
        "message_zh": f"文中有{len(places)}个看不见的字符（{'、'.join(names)}），"
        f"其中{inside}个在数字之中；核对时已去掉",
        "message_en": f"{len(places)} characters that nobody sees ({', '.join(names)}), "
        f"{inside} of them inside numbers; they were taken out before reading",
        "figures": [],
        "spans": [[at, at + 1] for at in places],
    }


def _twice(claims: Sequence[Claim]) -> Iterator[Finding]:
    """The same number of two different things: chance, or a slip of copying."""
    seen: dict[object, Claim] = {}
    for claim in claims:
        stated, figure = claim.found.quantity, claim.figure
        counted = figure and figure.kind == "indicator" and stated.unit != "%"
        if not counted or not stated.interval.exact or stated.value < LEAST_TWICE:
            continue
        first = seen.setdefault(stated.value, claim)
        if first.figure.slug != figure.slug:
            zh = f"{first.figure.label_zh}与{figure.label_zh}都是{claim.found.quote}"
            en = f"{first.figure.label_en} and {figure.label_en} are both {stated.value:f}"
            yield "same-number-twice", zh, en, [first, claim]


def _impossible(claims: Sequence[Claim]) -> Iterator[Finding]:
    for claim in claims:
        stated, words = claim.found.quantity, claim.found.before
        share = CUES["share"].search(words) and not CUES["change"].search(words)
        if stated.unit == "%" and stated.interval.lower > 100 and share:
            quote = claim.found.quote
            zh, en = f"{quote}：比例超过100%", f"{quote}: a share above 100%"
            yield "share-over-100", zh, en, [claim]


def _broken_rules(tables: Tables, claims: Sequence[Claim], programmes: object) -> Iterator[Finding]:
    """The coherence rules that the text's own numbers break."""
    linked = {claim.figure.slug: claim for claim in claims if claim.figure}
    own = {
        slug: replace(claim.figure, quantity=claim.found.quantity)
        for slug, claim in linked.items()
        if claim.figure.kind == "indicator"
    }
    for verdict in judge(tables, Sources(own, programmes)):
        if verdict.verdict == BROKEN and verdict.kind == "check" and verdict.figures:
            about = [linked[figure.slug] for figure in verdict.figures if figure.slug in linked]
            zh, en = f"不成立：{verdict.title_zh}", f"does not hold: {verdict.title_en}"
            yield verdict.rule, zh, en, about


def _related(claims: Sequence[Claim]) -> Iterator[Finding]:
    """Yield what cannot hold of a part and its whole, a sum, the things behind 分别."""
    for at, claim in enumerate(claims):
        # the claims before it in its sentence, as far back as its words reach
        begin = claim.found.start - len(claim.found.before)
        former = [other for other in claims[max(0, at - 8) : at] if other.found.start >= begin]
        yield from _part(claim, former)
        yield from _sum(claim, former)
        yield from _each(claims[at:])


def _part(part: Claim, former: Sequence[Claim]) -> Iterator[Finding]:
    mark, stated = CUES["part"].search(part.found.before), part.found.quantity
    if mark is None or stated.unit in SHARES:
        return
    said = part.found.start - len(mark.group()) + 1  # where 其中 stands, or a little behind
    wholes = [
        claim
        for claim in former
        if claim.found.end <= said and same_kind(claim.found.quantity.unit, stated.unit)
    ]
    if wholes and stated.interval.lower > max(c.found.quantity.interval.upper for c in wholes):
        quote, whole = part.found.quote, wholes[-1].found.quote
        zh, en = (
            f"其中{quote}大于总数{whole}",
            f"the part {quote} is larger than the whole {whole}",
        )
        yield "part-over-whole", zh, en, [wholes[-1], part]


def _sum(total: Claim, former: Sequence[Claim]) -> Iterator[Finding]:
    mark = CUES["sum"].search(total.found.before)
    if mark is None:
        return
    few = FEW.get(mark["few"], 0)
    parts = former[-few:] if few else former
    alike = all(part.found.quantity.unit == total.found.quantity.unit for part in parts)
    whole = any("其中" in part.found.before for part in parts)
    if len(parts) < max(2, few) or not alike or whole:
        return
    added = sum((part.found.quantity.interval for part in parts), Interval.point(0))
    if not added.meets(total.found.quantity.interval):
        quotes, quote = [part.found.quote for part in parts], total.found.quote
        zh = f"{'、'.join(quotes)}相加不等于{quote}"
        yield "sum-differs", zh, f"{', '.join(quotes)} do not add up to {quote}", [*parts, total]


def _each(claims: Sequence[Claim]) -> Iterator[Finding]:
    mark = CUES["each-of"].search(claims[0].found.before)
    if mark is None or "和" in mark["things"] or "与" in mark["things"]:
        return
    listed = [claims[0]]
    for claim in claims[1:]:
        gap = claim.found.start - listed[-1].found.end
        if gap > 1 or not LISTED.match(claim.found.before[-gap:] if gap else ""):
            break
        listed.append(claim)
    things, numbers = len(re.split("[、及]", mark["things"])), len(listed)
    if min(things, numbers) > 1 and things % numbers and numbers % things:
        zh = f"“分别”前列出{things}项，后面有{numbers}个数"
        en = f"{things} things are listed before 分别, but {numbers} numbers behind it"
        yield "counts-differ", zh, en, listed
