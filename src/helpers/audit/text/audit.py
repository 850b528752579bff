"""Audit a published text: every quantity in it held against the data.

Verdicts: supported (the data say the same), rounded (the written forms can both be true),
contradicted (they cannot), unsupported (the words name a figure that the data lack),
not_data (nobody's indicator).
"""

from __future__ import annotations

from dataclasses import dataclass

from helpers.analysis.figures import Figure, plain_number, policy
from helpers.analysis.observations import programmes_of
from helpers.audit.text.claim import Claim
from helpers.audit.text.claimed_changes import link_moves, moves
from helpers.audit.text.extract import Found, extract
from helpers.audit.text.findings import text_findings
from helpers.audit.text.implied import by_number, differences, with_implied
from helpers.audit.text.index import Contexts, Index
from helpers.audit.text.judge import judge
from helpers.audit.text.link import Link, link
from helpers.audit.text.manuscript import Manuscript
from helpers.audit.text.mention import Around, Page
from helpers.audit.text.neighbours import Kin, with_kin
from helpers.audit.text.plain import plain_layer
from helpers.audit.text.scope import Records, Scopes, figures_of, places_of
from helpers.audit.text.subject import Scope, find_subject
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


def audit(text: str, tables: Tables, region: str = "", period: str = "") -> Audit:
    """Hold a decoded text against the figures of a reference area and period.

    What is left open is what the text is of (see `subject`). A quantity said of another place,
    year or period is held against the figures of that one, where the data have them.
    """
    records, found = Records(tables), extract(text, policy(tables))
    page = Page(plain_layer(text), found)
    marks = places_of(page, records)
    home = find_subject(text, records.covered, region, period)
    own = records.covered.fullest(home.region, home.period)
    index, arounds = _index(tables, records.book(*own)), page.around()
    scopes = list(map(Scopes(page, records, marks, home).of, arounds))
    contexts = Contexts(page, index)
    links = _links((found, arounds), (records, contexts), scopes, home)
    book = {f.slug: f for f in records.book(*own) if f.kind == "indicator"}
    claims = [
        judge(item, around, linked, page.plain[around.sentence[0] : around.start])
        for item, around, linked in zip(found, arounds, links, strict=True)
    ]
    known = (home.region, home.period) in records.covered.sizes
    levels = [index.figures if known and scope == home else None for scope in scopes]
    kin = Kin(index.figures, tables)
    claims = with_kin(claims, arounds, contexts, levels, kin)
    claims = with_implied(text, claims, book)
    told = {claim.figure.key for claim in claims if claim.figure}
    silent = [figure for figure in book.values() if figure.quantity and figure.key not in told]
    findings = text_findings(text, tables, claims, programmes_of(tables, *own))
    return Audit(tuple(claims), tuple(silent), tuple(findings))


def _links(
    said: tuple[list[Found], list[Around]],
    known: tuple[Records, Contexts],
    scopes: list[Scope],
    home: Scope,
) -> list[Link | None]:
    """The figure of every quantity: by its words, as a rise or fall, by its number alone."""
    (found, arounds), (records, contexts), index = said, known, known[1].index
    held = [
        None if moves(item) else figures_of(records, index.figures, scope, home)
        for item, scope in zip(found, scopes, strict=True)
    ]
    links = link(found, arounds, contexts, held)
    links = link_moves(found, arounds, links, records.tables, index)
    book = {
        figure.slug: (figure, names)
        for figure, names in zip(index.figures, index.names, strict=True)
        if figure.kind == "indicator"
    }
    links = by_number(found, arounds, links, book, [scope == home for scope in scopes])
    return differences(found, links, index.figures)


def _index(tables: Tables, figures: list[Figure]) -> Index:
    rows = tables.indicators.to_dict("records")
    definitions = {str(row["indicator"]): str(row["definition_zh"]) for row in rows}
    return Index(figures, definitions, _brands(tables))


def _brands(tables: Tables) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in tables.programmes.to_dict("records"):
        for slug in str(row["indicators"]).split(";"):
            names[slug] = f"{names.get(slug, '')}。{row['name_zh']}"
    return names
