"""Audit a published text: every quantity in it held against the data.

plain text -> quantities (`extract`) -> their words (`context`), place and time (`scope`) ->
the figure that the words name (`link`, `implied`) -> a verdict (`judge`), and what the text says
against itself (`findings`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from helpers.analysis.figures import Figure, plain_number, policy
from helpers.analysis.measures import Sources, derived
from helpers.analysis.observations import bases, compared, observed, programmes_of
from helpers.audit.text.context import Page
from helpers.audit.text.extract import extract
from helpers.audit.text.findings import text_findings
from helpers.audit.text.implied import by_number, differences, link_moves, link_sums, moves
from helpers.audit.text.judge import Claim, Kin, judge, with_all_of_it, with_kin
from helpers.audit.text.link import Contexts, Held, Index, link
from helpers.audit.text.manuscript import Manuscript
from helpers.audit.text.plain import plain_layer
from helpers.audit.text.scope import Scope, Scopes, covered, find_subject, stem
from helpers.data import Tables

__all__ = ["Audit", "Claim", "audit"]


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
