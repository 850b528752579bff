"""Audit a published text: every quantity in it held against the data.

plain text -> quantities (`extract`) -> their words (`context`), place and time (`scope`) ->
the figure that the words name (`link`, `implied`) -> a verdict (`judge`), and what the text says
against itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from helpers.analysis import coherence
from helpers.analysis.figures import Figure, plain_number, policy
from helpers.analysis.measures import Sources, derived
from helpers.analysis.observations import bases, compared, observed, programmes_of
from helpers.audit.text.context import Page
from helpers.audit.text.extract import extract
from helpers.audit.text.implied import by_number, differences, link_moves, link_sums, moves
from helpers.audit.text.judge import Claim, Kin, judge, with_all_of_it, with_kin
from helpers.audit.text.link import Contexts, Held, Index, link, same_kind
from helpers.audit.text.manuscript import Manuscript
from helpers.audit.text.plain import hidden_characters, plain_layer
from helpers.audit.text.scope import Scope, Scopes, covered, find_subject, stem
from helpers.audit.text.wordlists import CUES
from helpers.data import Tables
from helpers.quantity import Interval

__all__ = ["TITLES", "Audit", "Claim", "audit"]


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


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found: claims in order, figures never mentioned, and findings."""

    claims: tuple[Claim, ...]
    unmentioned: tuple[Figure, ...]
    findings: tuple[dict[str, object], ...]

    def as_json(self, text: Manuscript, lang: str = "zh") -> dict[str, object]:
        """The document that `audit --json` prints; its positions are those of the decoded text."""
        return {
            "text": text.name,
            "claims": [claim.as_json(text, lang) for claim in self.claims],
            "unmentioned": [
                {
                    "figure": figure.key,
                    "label": figure.label(lang),
                    "as_written": figure.as_written,
                    "value": plain_number(figure.quantity.value) if figure.quantity else None,
                }
                for figure in self.unmentioned
            ],
            "findings": [
                {
                    "rule": item["rule"],
                    "message": item[f"message_{lang}"],
                    "figures": item["figures"],
                    "spans": [[text.place(at) for at in span] for span in item["spans"]],
                }
                for item in self.findings
            ],
        }


class Records:
    """The figures of every region and period of a data folder, made when asked for."""

    def __init__(self, tables: Tables) -> None:
        self.tables, self.covered = tables, covered(tables)
        self.books: dict[tuple[str, str], list[Figure]] = {}

    @cached_property
    def others(self) -> list[Figure]:
        """The comparables."""
        return list(compared(self.tables).values())

    @cached_property
    def places(self) -> dict[str, str]:
        """Stem of the Chinese name of a comparable's place, by its region or English name."""
        rows = self.tables.comparables.to_dict("records")
        return {
            str(row["region"] or row["place_en"]): stem(re.sub("（.*", "", str(row["place_zh"])))
            for row in rows
        }

    def book(self, region: str, period: str) -> list[Figure]:
        """Every indicator and measure of a region and period, always in the same order."""
        if (region, period) not in self.books:
            figures = observed(self.tables, region, period)
            known = {**bases(self.others, region), **figures}
            sources = Sources(known, programmes_of(self.tables, region, period))
            measures = derived(self.tables, sources, region, period)
            self.books[region, period] = [*figures.values(), *measures.values()]
        return self.books[region, period]

    def held(self, index: Sequence[Figure], scope: Scope, home: Scope) -> Held:
        """Return the figures that a quantity of a scope is held against, in the index's order."""
        if scope.region and (scope.region, scope.period) in self.covered.sizes:
            book = self.book(scope.region, scope.period)
            own = scope[:2] == home[:2]
            return Held([figure if own or figure.quantity else None for figure in book])
        row = self.covered.regions.get(scope.region or home.region, {})
        place = scope.place or stem(str(row.get("name_zh", "")))
        start, end = self.covered.years(scope.period)
        year = scope.year or (start if start == end else "")
        by_slug: dict[str, list[Figure]] = {}
        for figure in self.others:
            there = figure.form != "base" and self.places.get(figure.region) == place
            if there and (not year or figure.period[:4] == year[:4]):
                by_slug.setdefault(figure.slug, []).append(figure)
        return Held([by_slug.get(figure.slug) for figure in index], sure=bool(year))


def audit(text: str, tables: Tables, region: str = "", period: str = "") -> Audit:
    """Hold a decoded text against the figures of a reference area and period.

    What is left open is what the text is of (see `scope`). A quantity said of another place,
    year or period is held against the figures of that one, where the data have them.
    """
    records, found = Records(tables), extract(text, policy(tables))
    page = Page(plain_layer(text), found)
    home = find_subject(text, records.covered, region, period)
    own = records.covered.fullest(home.region, home.period)
    index, arounds = _index(tables, records.book(*own)), page.around()
    contexts = Contexts(page, index)
    scopes = list(map(Scopes(page, records.covered, home).of, arounds))
    at_home, risen = [scope == home for scope in scopes], list(map(moves, found))
    held = [
        None if rise else records.held(index.figures, scope, home)
        for rise, scope in zip(risen, scopes, strict=True)
    ]
    links = link(found, arounds, contexts, held)
    links = link_moves(found, arounds, links, tables, index)
    links = link_sums(arounds, links, tables, index)
    links = by_number(found, arounds, links, index, at_home)
    links = differences(found, links, index.figures)
    claims = [
        judge(item, around, one, page.plain[around.sentence[0] : around.start], scope)
        for item, around, one, scope in zip(found, arounds, links, scopes, strict=True)
    ]
    known = (home.region, home.period) in records.covered.sizes
    levels = [known and here and not rise for here, rise in zip(at_home, risen, strict=True)]
    claims = with_kin(claims, arounds, contexts, levels, Kin(index.figures, tables))
    book = {f.slug: f for f in index.figures if f.kind == "indicator"}
    claims = with_all_of_it(text, claims, book)
    told = {claim.figure.key for claim in claims if claim.figure}
    silent = [figure for figure in book.values() if figure.quantity and figure.key not in told]
    findings = text_findings(text, tables, claims, programmes_of(tables, *own))
    return Audit(tuple(claims), tuple(silent), tuple(findings))


def _index(tables: Tables, figures: list[Figure]) -> Index:
    rows = tables.indicators
    definitions = dict(zip(rows["indicator"], rows["definition_zh"].map(str), strict=True))
    brands: dict[str, str] = {}
    for listed, name in zip(
        tables.programmes["indicators"], tables.programmes["name_zh"], strict=True
    ):
        for slug in str(listed).split(";"):
            brands[slug] = f"{brands.get(slug, '')}。{name}"
    return Index(figures, definitions, brands)


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
    for verdict in coherence.judge(tables, Sources(own, programmes)):
        if verdict.verdict == coherence.BROKEN and verdict.kind == "check" and verdict.figures:
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
