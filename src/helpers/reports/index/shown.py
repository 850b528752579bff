"""What a page shows, as far as the index and the next edition ask."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from html import unescape
from typing import Any, TypedDict

from helpers.reports.page import figurelist
from helpers.reports.plan import Catalogue, Job

__all__ = ["Shown", "shown_by"]

DATA = re.compile(r'<data\b[^>]*\bdata-figure="([^"]*)"[^>]*>.*?</data>', re.DOTALL)


class Shown(TypedDict):
    """`figures` is how many figures a page states that are not zero; `leading` are the area's
    leading ones among them: `key`, `figure` as the page's list has it, `html` as it is written.
    """

    figures: int
    leading: list[dict[str, Any]]


def shown_by(page: str, plan: Catalogue, job: Job) -> Shown:
    """What the page of a report shows."""
    try:
        figures = figurelist.read(page)
    except ValueError:
        figures = {}
    slugs = str(plan.areas.get(job.area, {}).get("leading", "")).split(";")
    keys = [f"{slug.strip()}|{job.region}|{job.period}" for slug in slugs]
    written: dict[str, str] = {}
    for found in DATA.finditer(page):
        written.setdefault(unescape(found[1]), found[0])
    leading = [
        {"key": key, "figure": figures[key], "html": written[key]}
        for key in keys
        if key in figures and key in written
    ]
    return {"figures": sum(map(_counts, figures.values())), "leading": leading}


def _counts(figure: Mapping[str, Any]) -> bool:
    try:
        return Decimal(str(figure.get("value"))) != 0
    except (InvalidOperation, AttributeError):
        return False
