"""Coherence: do the figures of a reference area and period agree with one another?

A rule compares sums of figures. Because a rounded figure is an interval, there are three
answers: it certainly holds, it certainly does not, or the written forms leave it open.
Oddities are shown with both numbers and never corrected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.analysis.lookup import rows
from helpers.analysis.measures import Sources, Sum, total
from helpers.data.expressions import parse_rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.analysis.figures import Figure
    from helpers.data import Tables

HOLDS, OPEN, BROKEN, UNTESTED = "holds", "open", "broken", "untested"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One rule judged on one region and period."""

    rule: str
    area: str
    severity: str
    kind: str
    verdict: str
    title_zh: str
    title_en: str
    message_zh: str
    message_en: str
    figures: tuple[Figure, ...] = ()


def compare(left: Sum, operator: str, right: Sum) -> str:
    """``holds``, ``broken`` or ``open``: one comparison of two sums with intervals."""
    a, b = left.interval, right.interval
    if operator in (">", ">="):
        return compare(right, {">": "<", ">=": "<="}[operator], left)
    if operator in ("==", "!="):
        if a.exact and b.exact:
            same = a.lower == b.lower
            return HOLDS if same == (operator == "==") else BROKEN
        if not a.meets(b):
            return BROKEN if operator == "==" else HOLDS
        return OPEN
    below = a.upper < b.lower or (a.upper == b.lower and _may_touch(a, b, operator))
    above = a.lower > b.upper or (a.lower == b.upper and not _both_reach(a, b, operator))
    return HOLDS if below else BROKEN if above else OPEN


def _may_touch(a, b, operator: str) -> bool:
    """Equal ends satisfy <=; they satisfy < only if one of them is not reached."""
    return operator == "<=" or not (a.upper_closed and b.lower_closed)


def _both_reach(a, b, operator: str) -> bool:
    """Can a <= b still hold when a's lower end equals b's upper end?"""
    return operator == "<=" and a.lower_closed and b.upper_closed


def _judge(row: Mapping[str, object], sources: Sources) -> Judgement:
    parsed = parse_rule(str(row["expression"]))
    operands, operators = parsed.operands, parsed.operators
    sums = [total(terms, sources) for terms in operands]
    figures = tuple(f for part in sums if part is not None for f in part.inputs)
    if any(part is None for part in sums):
        verdict = UNTESTED
    else:
        answers = {compare(sums[i], operator, sums[i + 1]) for i, operator in enumerate(operators)}
        verdict = next(v for v in (BROKEN, OPEN, HOLDS) if v in answers)
    texts = ("rule", "area", "severity", "kind", "title_zh", "title_en", "message_zh", "message_en")
    return Judgement(**{k: str(row[k]) for k in texts}, verdict=verdict, figures=figures)


def judge(
    tables: Tables, sources: Sources, area: str | None = None, region: str = ""
) -> list[Judgement]:
    """Every rule of an area (all where ``area`` is None), judged, in the order of ``rules.csv``.

    A rule with a region of its own is judged there alone.
    """
    wanted = [
        row
        for row in rows(tables, "rules")
        if area in (None, row["area"]) and str(row.get("region", "") or "") in ("", region)
    ]
    return [_judge(row, sources) for row in wanted]
