"""What a page states, as far as the index page and the next edition ask."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from html import unescape
from typing import Any, TypedDict

from helpers.reports.page import figurelist
from helpers.reports.plan import Job

__all__ = ["Stated", "elements", "stated_by"]

DATA = re.compile(r'<data\b[^>]*\bdata-figure="([^"]*)"[^>]*>.*?</data>', re.DOTALL)
VALUE, NAME, TAG = (re.compile(p) for p in (r'\bvalue="([^"]*)"', r'\bid="([^"]*)"', r"<[^>]*>"))


class Stated(TypedDict):
    """`figures` is how many figures a page states that are not zero; `stated` are those of its
    own region and period that have an address: slug -> value, and how it is written.
    """

    figures: int
    stated: dict[str, list[str]]


def stated_by(page: str, job: Job) -> Stated:
    """What the page of a report states."""
    try:
        figures = figurelist.read(page)
    except ValueError:
        figures = {}
    here, found = f"|{job.region}|{job.period}", {}
    for number in DATA.finditer(page):
        slug, value = NAME.search(number[0]), VALUE.search(number[0])
        if slug and value and unescape(number[1]) == slug[1] + here and number[1] in figures:
            text = unescape(TAG.sub("", number[0]))
            found[slug[1]] = [value[1], " ".join(text.split())]
    return {"figures": sum(map(_counts, figures.values())), "stated": found}


def elements(page: str, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    """KEY -> the figure as the page's list has it, and the element that states it first."""
    figures, written = figurelist.read(page), {}
    for number in DATA.finditer(page):
        written.setdefault(unescape(number[1]), number[0])
    return {key: {"figure": figures[key], "html": written[key]}
            for key in keys if key in figures and key in written}  # fmt: skip


def _counts(figure: Mapping[str, Any]) -> bool:
    try:
        return Decimal(str(figure.get("value"))) != 0
    except (InvalidOperation, AttributeError):
        return False
