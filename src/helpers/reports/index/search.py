"""What the search field of an index page looks through: names, reports, and every figure that a
report of its own region and period states, with the address of the very number.

Names are found by any part, in Chinese or English, and by the initials of their pinyin.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from html import unescape
from typing import TYPE_CHECKING, Any, TypedDict

from helpers.files import rows_beside
from helpers.reports.page import figurelist
from helpers.reports.plan import LANGS, OVERVIEW, Job

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["MOST", "Stated", "elements", "initials", "searchable", "stated_by"]

MOST = 6000  # figures that one page can search; of more, those of the latest periods
DATA = re.compile(r'<data\b[^>]*\bdata-figure="([^"]*)"[^>]*>.*?</data>', re.DOTALL)
VALUE, NAME, TAG = (re.compile(p) for p in (r'\bvalue="([^"]*)"', r'\bid="([^"]*)"', r"<[^>]*>"))
Record = dict[str, Any]
Place = tuple[str, str]  # region, period


@lru_cache(maxsize=1)
def _pinyin() -> Any:
    """The package, made to know our readings; imported by no one but a page that is written."""
    import pypinyin

    # all at once: after each call the package trains itself anew on all its words
    rows = rows_beside(__file__, "readings.csv")  # place names that its dictionary reads as words
    pypinyin.load_phrases_dict({r["name"]: [[s] for s in r["reading"].split()] for r in rows})
    return pypinyin


@cache
def initials(name: str) -> str:
    """The first letters of a name's pinyin, with its Latin letters and digits: 枣庄市 → zzs."""
    if name.isascii():
        return ""
    package = _pinyin()
    found = package.lazy_pinyin(name, style=package.Style.FIRST_LETTER)
    return "".join(sign for part in found for sign in part if sign.isalnum()).lower()


def searchable(
    stated: Mapping[tuple[str, str, str, str], Mapping[str, Sequence[str]]],
    *,
    areas: Sequence[Record],
    regions: Sequence[Record],
    periods: Sequence[Record],
    labels: Mapping[str, Record],
) -> Record:
    """The data of the search, as short as it can be: names once, everything else by their place.

    ``stated``: (area, region, period, language) of each report → indicator or measure → its
    value and how it is written. ``areas``, ``regions``, ``periods``: ``code`` and the name
    under ``zh`` and ``en``; a region may name the ``page`` that tells of it. ``labels``: code of
    an indicator or measure → ``area``, ``label_zh``, ``label_en``.

    ``reports`` are [region, period, areas in Chinese, areas in English]; ``figures`` [region,
    period, then for each figure area, label, value, how it is written in Chinese, in English].
    """
    names = [*map(_named, areas)], [*map(_named, regions)], [*map(_named, periods)]
    order, at_region, at_period = ({one[0]: at for at, one in enumerate(all_)} for all_ in names)
    told = {(region, period) for _, region, period, _ in stated}
    places = [(r, p) for p in reversed(at_period) for r in at_region if (r, p) in told]
    figures, met, left = [], {}, MOST
    for place in places:
        found = _figures(stated, place, order, labels)
        if not found or len(found) > left:
            continue
        left -= len(found)
        row: list[Any] = [at_region[place[0]], at_period[place[1]]]
        for slug, (area, value, texts) in found.items():
            row += [area, met.setdefault(slug, len(met)), value, *texts]
        figures.append(row)
    pages = [str(region.get("page", "")) for region in regions]
    return {
        "areas": names[0],
        "regions": [[*name, page] for name, page in zip(names[1], pages, strict=True)],
        "periods": names[2],
        "labels": [_label(slug, labels[slug]) for slug in met],
        "reports": [
            [
                at_region[region],
                at_period[period],
                *([at for a, at in order.items() if (a, region, period, lang) in stated]
                  for lang in LANGS),
            ]
            for region, period in places
        ],
        "figures": figures,
    }  # fmt: skip


def _figures(
    stated: Mapping[tuple[str, str, str, str], Mapping[str, Sequence[str]]],
    place: Place,
    order: Mapping[str, int],
    labels: Mapping[str, Record],
) -> dict[str, tuple[int, str, list[str]]]:
    """The figures of one place, each once: on the page of its own area where it stands there,
    else on the first other one, the overview last.
    """
    found: dict[str, tuple[int, str, list[str]]] = {}
    for area in sorted(order, key=lambda one: (one == OVERVIEW, order[one])):
        said = [stated.get((area, *place, lang), {}) for lang in LANGS]
        for slug in {**said[0], **said[1]}:
            if slug not in labels or (slug in found and labels[slug].get("area") != area):
                continue
            value, *_ = said[0].get(slug) or said[1][slug]
            found[slug] = (order[area], value, [one.get(slug, ("", ""))[1] for one in said])
    return found


def _named(one: Record) -> list[str]:
    return [one["code"], one["zh"], one["en"], initials(one["zh"])]


def _label(slug: str, row: Record) -> list[str]:
    return _named({"code": slug, **{lang: str(row[f"label_{lang}"]) for lang in LANGS}})


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
