"""What an audited text says against itself: hidden characters, numbers twice, broken rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.analysis.coherence import BROKEN, judge
from helpers.analysis.measures import Sources
from helpers.audit.text.plain import hidden_characters
from helpers.audit.text.relations import relations

if TYPE_CHECKING:
    from helpers.audit.text.claim import Claim
    from helpers.data import Tables

__all__ = ["text_findings"]

SHARE = re.compile(r"(?:占|比例|比重|占比|覆盖率|达标率|满意[度率]|率)[^，。；、]{0,6}$")
CHANGE = re.compile(
    r"(?:增长|下降|增加|减少|提高|上升|回落|上涨|同比|环比|相当于|完成|计划)[^，。；]{0,8}$"
)
LEAST_TWICE = 100  # smaller numbers occur twice by chance


def text_findings(
    text: str, tables: Tables, claims: Sequence[Claim], programmes: object
) -> list[dict[str, object]]:
    """Return the findings of a text: rule, message_zh, message_en, figures (KEYs), spans.

    Characters that nobody sees, the same number of two things, shares above 100, what the numbers
    say of one another (see `relations`), and the coherence rules of the data that the text's own
    numbers break.
    """
    return [
        *_hidden(text, claims),
        *_twice(claims),
        *_impossible(claims),
        *(_finding(*found) for found in relations(claims)),
        *_broken_rules(tables, claims, programmes),
    ]


def _finding(rule: str, zh: str, en: str, claims: Sequence[Claim]) -> dict[str, object]:
    return {
        "rule": rule,
        "message_zh": zh,
        "message_en": en,
        "figures": [claim.figure.key for claim in claims if claim.figure],
        "spans": [[claim.found.start, claim.found.end] for claim in claims],
    }


def _hidden(text: str, claims: Sequence[Claim]) -> list[dict[str, object]]:
    places = hidden_characters(text)
    if not places:
        return []
    names = sorted({f"U+{ord(text[at]):04X}" for at in places})
    spans = [(claim.found.start, claim.found.end) for claim in claims]
    inside = sum(any(start < at < end for start, end in spans) for at in places)
    return [
        {
            "rule": "invisible-characters",
            "message_zh": f"文中有{len(places)}个看不见的字符（{'、'.join(names)}），"
            f"其中{inside}个在数字之中；核对时已去掉",
            "message_en": f"{len(places)} characters that nobody sees ({', '.join(names)}), "
            f"{inside} of them inside numbers; they were taken out before reading",
            "figures": [],
            "spans": [[at, at + 1] for at in places],
        }
    ]


def _twice(claims: Sequence[Claim]) -> list[dict[str, object]]:
    """The same number of two different things: chance, or a slip of copying."""
    seen: dict[object, Claim] = {}
    findings = []
    for claim in claims:
        stated = claim.found.quantity
        if (
            claim.figure is None
            or claim.figure.kind != "indicator"
            or stated.unit == "%"
            or not stated.interval.exact
            or stated.value < LEAST_TWICE
        ):
            continue
        first = seen.setdefault(stated.value, claim)
        if first.figure and first.figure.slug != claim.figure.slug:
            findings.append(
                _finding(
                    "same-number-twice",
                    f"{first.figure.label_zh}与{claim.figure.label_zh}都是{claim.found.quote}",
                    f"{first.figure.label_en} and {claim.figure.label_en} are both "
                    f"{stated.value:f}",
                    [first, claim],
                )
            )
    return findings


def _impossible(claims: Sequence[Claim]) -> list[dict[str, object]]:
    return [
        _finding(
            "share-over-100",
            f"{claim.found.quote}：比例超过100%",
            f"{claim.found.quote}: a share above 100%",
            [claim],
        )
        for claim in claims
        if claim.found.quantity.unit == "%"
        and claim.found.quantity.interval.lower > 100
        and SHARE.search(claim.found.before)
        and not CHANGE.search(claim.found.before)
    ]


def _broken_rules(tables: Tables, claims: Sequence[Claim], programmes: object) -> list[dict]:
    """The coherence rules that the text's own numbers break."""
    own = {
        claim.figure.slug: replace(claim.figure, quantity=claim.found.quantity)
        for claim in claims
        if claim.figure and claim.figure.kind == "indicator"
    }
    by_slug = {claim.figure.slug: claim for claim in claims if claim.figure}
    findings = []
    for verdict in judge(tables, Sources(own, programmes)):
        if verdict.verdict == BROKEN and verdict.kind == "check" and verdict.figures:
            touched = [by_slug[f.slug] for f in verdict.figures if f.slug in by_slug]
            findings.append(
                _finding(
                    verdict.rule,
                    f"不成立：{verdict.title_zh}",
                    f"does not hold: {verdict.title_en}",
                    touched,
                )
            )
    return findings
