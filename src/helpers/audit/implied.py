"""Claims that a text makes without the words or without the numeral."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from helpers.analysis.figures import Figure
from helpers.audit.claim import Claim
from helpers.audit.extract import Found
from helpers.audit.judge import stand, telling
from helpers.audit.link import Link

__all__ = ["by_number", "with_implied"]

ALL_OF_IT = re.compile(r"^[^，。；,;]{0,6}?已?(?P<all>全部)(?:[达達][标標]|完成|[实實][现現])")


def by_number(
    found: Sequence[Found],
    links: Sequence[Link | None],
    book: Mapping[str, Figure],
    at_home: Sequence[bool],
) -> list[Link | None]:
    """Link a number that no words link: the very number of a figure not told elsewhere."""
    told = {one.figure.slug for one in links if one}
    silent = [
        f for f in book.values() if f.slug not in told and f.quantity and telling(f.quantity.value)
    ]
    complete = []
    for at, (item, one) in enumerate(zip(found, links, strict=True)):
        same = [
            f
            for f in silent
            if f.quantity.value == item.quantity.value
            and f.unit == item.quantity.unit
            and f.interval == item.quantity.interval
        ]
        beside = any(links[max(0, at - 2) : at + 3])
        alone = one is None and len(same) == 1 and beside and at_home[at]
        complete.append(Link(same[0], 1.0, 0.0, 0.0) if alone else one)
    return complete


def with_implied(text: str, claims: list[Claim], book: Mapping[str, Figure]) -> list[Claim]:
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
            added.append(stand(item, None, Link(figure, 1.0)))
    return sorted(added, key=lambda claim: claim.found.start)
