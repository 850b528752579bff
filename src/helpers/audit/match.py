"""Audit a published text: every quantity in it held against the data.

Verdicts: supported (the data say the same), rounded (the written forms can both be true),
contradicted (they cannot), unsupported (the words name a figure that the data lack),
not_data (nobody's indicator).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from helpers.analysis.figures import Figure, plain_number, policy
from helpers.analysis.measures import Sources, derived
from helpers.analysis.observations import bases, compared, observed
from helpers.analysis.study import programmes_of
from helpers.audit.claim import Claim
from helpers.audit.extract import Found, extract
from helpers.audit.link import SURE, Link, link, same_kind
from helpers.audit.text_findings import text_findings
from helpers.audit.textlayer import plain_layer
from helpers.data import Tables

__all__ = ["Audit", "Claim", "audit"]

TELLING = 50  # a number this large is hardly another's by chance
NAMED = 0.5  # below it the words beside a number name something else
ALL_OF_IT = re.compile(r"^[^，。；,;]{0,6}?已?(?P<all>全部)(?:[达達][标標]|完成|[实實][现現])")


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found: claims in order, figures never mentioned, and findings."""

    claims: tuple[Claim, ...]
    unmentioned: tuple[Figure, ...]
    findings: tuple[dict[str, object], ...]

    def as_json(self, name: str, lang: str = "zh") -> dict[str, object]:
        """The document that `audit --json` prints."""
        return {
            "text": name,
            "claims": [claim.as_json(lang) for claim in self.claims],
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
                    "spans": item["spans"],
                }
                for item in self.findings
            ],
        }


def audit(text: str, tables: Tables, region: str = "", period: str = "") -> Audit:
    """Hold a decoded text against the figures of one reference area and period.

    By default the area and period with the most observations are taken.
    """
    region, period = _where(tables, region, period)
    words = policy(tables)
    book = observed(tables, region, period)
    others = compared(tables)
    known = {**bases(others.values(), region), **book}
    programmes = programmes_of(tables, region, period)
    measures = derived(tables, Sources(known, programmes), region, period)
    figures = [*book.values(), *measures.values()]
    found = extract(text, words)
    rows = tables.indicators.to_dict("records")
    definitions = {str(row["indicator"]): str(row["definition_zh"]) for row in rows}
    links = link(found, _paragraphs(text, found), figures, definitions, _brands(tables))
    links = _by_number(found, links, book)
    claims = [_judge(item, linked) for item, linked in zip(found, links, strict=True)]
    claims = _with_implied(text, claims, book)
    told = {claim.figure.key for claim in claims if claim.figure}
    silent = [figure for figure in book.values() if figure.quantity and figure.key not in told]
    findings = text_findings(tables, claims, programmes)
    return Audit(tuple(claims), tuple(silent), tuple(findings))


def _where(tables: Tables, region: str, period: str) -> tuple[str, str]:
    frame = tables.observations
    if region:
        frame = frame[frame["region"] == region]
    if period:
        frame = frame[frame["period"] == period]
    counts = frame.groupby(["region", "period"]).size()
    best = counts.idxmax() if len(counts) else ("", "")
    return region or str(best[0]), period or str(best[1])


def _brands(tables: Tables) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in tables.programmes.to_dict("records"):
        for slug in str(row["indicators"]).split(";"):
            names[slug] = f"{names.get(slug, '')}。{row['name_zh']}"
    return names


def _paragraphs(text: str, found: Sequence[Found]) -> list[str]:
    # The words from the paragraph's beginning to a little behind the number, simplified.
    spans = []
    for item in found:
        begin = text.rfind("\n", 0, item.start) + 1
        spans.append(plain_layer(text[max(begin, item.start - 300) : item.end + 20]).plain)
    return spans


def _by_number(
    found: Sequence[Found], links: Sequence[Link | None], book: Mapping[str, Figure]
) -> list[Link | None]:
    # Another noun put before a figure's number: the very number of a figure not told elsewhere.
    told = {one.figure.slug for one in links if one}
    silent = [f for f in book.values() if f.slug not in told and f.quantity and f.value >= TELLING]
    complete = []
    for item, one in zip(found, links, strict=True):
        same = [
            f
            for f in silent
            if f.quantity.value == item.quantity.value
            and f.unit == item.quantity.unit
            and f.interval == item.quantity.interval
        ]
        complete.append(Link(same[0], 0.0, 0.0) if one is None and len(same) == 1 else one)
    return complete


def _judge(item: Found, linked: Link | None) -> Claim:
    foreign = Claim(item, None, "not_data", "不属于任何指标", "no indicator of the data")
    if linked is None:
        return foreign
    data = linked.figure.quantity
    meets = data is not None and item.quantity.interval.meets(data.interval)
    if data is not None and linked.named < NAMED and not meets and linked.fit < SURE:
        return foreign
    return Claim(item, linked.figure, *_verdict(item, linked, meets=meets))


def _verdict(item: Found, linked: Link, *, meets: bool) -> tuple[str, str, str]:
    """The verdict on a claim that stands beside a figure, and its reason in both languages."""
    figure, stated, data = linked.figure, item.quantity, linked.figure.quantity
    zh, en = figure.label_zh, figure.label_en
    if data is None:
        return "unsupported", f"数据中没有{zh}的数值", f"the data have no value of {en}"
    says = figure.as_written or f"{data.value:f}{figure.unit}"
    if linked.named < NAMED:
        reason = f"the words beside the number do not name {en} (the data say {says})"
        return "unsupported", f"数字旁的词没有点明{zh}（数据为{says}）", reason
    if not same_kind(stated.unit, figure.unit):
        reason = f"{en}: the unit is {figure.unit_en}; the data say {says}"
        return "contradicted", f"{zh}：单位应为{figure.unit}，数据为{says}", reason
    if not meets:
        reason = f"{en}: the text says {item.quote}, the data {says}"
        return "contradicted", f"{zh}：文中{item.quote}，数据为{says}", reason
    read = (stated.value, stated.interval, stated.qualifier, stated.unit)
    if read == (data.value, data.interval, data.qualifier, figure.unit) or figure.kind == "measure":
        return "supported", f"{zh}：与数据一致", f"{en}: as in the data"
    reason = f"{en}: agrees with {says}, but is written otherwise"
    return "rounded", f"{zh}：与数据{says}不矛盾，但写法不同", reason


def _with_implied(text: str, claims: list[Claim], book: Mapping[str, Figure]) -> list[Claim]:
    """Add claims that 全部 makes without a numeral: 60项指标已全部达标."""
    told = {claim.figure.slug for claim in claims if claim.figure}
    silent = [f for f in book.values() if f.quantity and not f.as_written and f.slug not in told]
    added = list(claims)
    for claim in claims:
        match = ALL_OF_IT.match(text[claim.found.end : claim.found.end + 16])
        if not match or claim.figure is None:
            continue
        stem = claim.figure.label_zh[:4]
        figure = next((f for f in silent if f.label_zh.startswith(stem)), None)
        if figure:
            start, end = (claim.found.end + at for at in match.span("all"))
            item = replace(
                claim.found,
                start=start,
                end=end,
                quote=text[start:end],
                quantity=replace(claim.found.quantity, qualifier=""),
            )
            added.append(_judge(item, Link(figure, 1.0)))
    return sorted(added, key=lambda claim: claim.found.start)
