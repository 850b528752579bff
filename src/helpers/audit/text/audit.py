"""Audit a published text: every quantity in it held against the data.

plain text -> quantities (`extract`) -> their words (`context`), place and time (`scope`) ->
the figure that the words name (`link`, `implied`) -> a verdict (`judge`), and what the text says
against itself (`findings`).
"""

from __future__ import annotations

from dataclasses import dataclass

from helpers.analysis.figures import Figure, plain_number, policy
from helpers.analysis.observations import programmes_of
from helpers.audit.text.context import Page
from helpers.audit.text.extract import extract
from helpers.audit.text.findings import text_findings
from helpers.audit.text.implied import by_number, differences, link_moves, link_sums, moves
from helpers.audit.text.judge import Claim, Kin, judge, with_all_of_it, with_kin
from helpers.audit.text.link import Contexts, Index, link
from helpers.audit.text.manuscript import Manuscript
from helpers.audit.text.plain import plain_layer
from helpers.audit.text.scope import Records, Scopes
from helpers.audit.text.subject import find_subject
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
    home = find_subject(text, records.covered, region, period)
    own = records.covered.fullest(home.region, home.period)
    index, arounds = _index(tables, records.book(*own)), page.around()
    contexts, scopes = Contexts(page, index), list(map(Scopes(page, records, home).of, arounds))
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
        judge(item, around, linked, page.plain[around.sentence[0] : around.start])
        for item, around, linked in zip(found, arounds, links, strict=True)
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
