"""The way in, ``index.html``: what reports there are, with their leading figures.

One page serves both languages and needs no server: the address (#zh, #en) chooses by style
sheet. A small script, listed by its hash in the page's policy, filters by region and period
where there is more than one; without it everything is there to read.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from helpers.reports.index import notices
from helpers.reports.page import clean, figurelist
from helpers.reports.page import template_page as page
from helpers.reports.plan import AUDIT, NAMED, OVERVIEW

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
MANY = 2  # more groups than this are folded, all but the first
Record = dict[str, object]


def compose(
    entries: Iterable[Record],
    *,
    areas: list[Record],
    regions: list[Record],
    periods: list[Record],
    figures: Mapping[tuple[str, str, str], list[Record]],
    sources: list[Record],
    hashes: Mapping[str, str],
    simulated: bool,
    audience: str = "public",
) -> str:
    """The page from plain records, the same bytes for the same records.

    ``entries``: area, region, period, lang, status, reason, reason_zh and path of each report.
    ``areas``, ``regions`` and ``periods``, in their order: ``code`` and the name under ``zh``
    and ``en`` (areas also a ``question`` by language). ``figures``: (area, region, period) →
    records of ``key``, ``figure`` (JSON), ``label`` and ``html`` (the ``<data>`` element), the
    last two by language. ``sources``: the title under ``zh`` and ``en``, and ``rest``.
    """
    words = page.vocabulary()
    entries = list(entries)
    areas = _areas(areas, entries, words)
    groups = _groups(entries, areas, regions, periods, figures)
    names = notices.Names(*map(notices.by_code, (areas, regions, periods)))
    listed = {f["key"]: f["figure"] for shown in figures.values() for f in shown}
    choosing = len(groups) > 1
    script = page.stylesheet("filter.js")
    title = words["zh"]["portal"]["title"]
    template = page.exporter().environment.get_template("portal.html.j2")
    html = template.render(
        words=words,
        groups=groups,
        shown=len(groups) if len(groups) <= MANY else 1,
        regions=_present(regions, groups, "region"),
        periods=_present(periods, groups, "period"),
        places=_places(groups, words),
        choosing=choosing,
        script=script,
        script_hash=_hash(script) if choosing else "",
        failed=notices.failed(entries, names, words),
        withheld=notices.withheld(entries, names),
        sources=sources,
        hashes={"hashes": dict(sorted(hashes.items()))} if hashes else {},
        simulated=simulated,
        internal=audience == "internal",
        css=page.stylesheet("page.css") + "\n" + page.stylesheet("portal.css"),
        margins=page.margins(title, words["zh"], simulated),
        figures_json=figurelist.as_script(listed),
    )
    figurelist.check_numbers(html, listed)
    return page.finished(html, "zh")


def _areas(
    areas: list[Record], entries: list[Record], words: Mapping[str, Mapping]
) -> list[Record]:
    """The areas, the overview first; then audits, and reports of analysts' own notebooks."""
    own = {lang: words[lang]["portal"] for lang in page.LANGS}
    first = {lang: own[lang]["overview"] for lang in page.LANGS}
    question = {lang: own[lang]["overview_question"] for lang in page.LANGS}
    listed = [area for area in areas if area["code"] != OVERVIEW]
    more = [dict.fromkeys(page.LANGS, name) | {"code": name} for name in _notebooks(entries)]
    audit = {lang: NAMED[AUDIT][f"title_{lang}"] for lang in page.LANGS}
    audit["question"] = {"zh": "文稿里的数字，与数据是否相符？",
                         "en": "Do the numbers in a text agree with the data?"}  # fmt: skip
    none = {"question": dict.fromkeys(page.LANGS, "")}
    return [
        {"code": OVERVIEW, **first, "question": question},
        *listed,
        {"code": AUDIT, **audit},
        *({**none, **one} for one in more),
    ]


def _notebooks(entries: list[Record]) -> list[str]:
    return sorted({str(entry["area"]) for entry in entries if entry.get("notebook")})


def _groups(
    entries: list[Record],
    areas: list[Record],
    regions: list[Record],
    periods: list[Record],
    figures: Mapping[tuple[str, str, str], list[Record]],
) -> list[Record]:
    """A group a period and region, the latest period first; its cards in the areas' order."""
    known = {(e["area"], e["region"], e["period"], e["lang"]): e for e in entries}
    groups = []
    for period in reversed(periods):
        for region in regions:
            place = (region["code"], period["code"])
            cards = [
                _card(area, found, figures.get((area["code"], *place), []))
                for area in areas
                if (found := _found(known, area["code"], *place))
            ]
            if cards:
                groups.append({"region": region, "period": period, "cards": cards})
    return groups


def _found(known: Mapping[tuple, Record], area: str, region: str, period: str) -> dict:
    """The reports of one area, region and period by language, without those that have no page."""
    both = {lang: known.get((area, region, period, lang)) for lang in page.LANGS}
    return {lang: e for lang, e in both.items() if e and (e["status"] != "withheld" or e["path"])}


def _card(area: Record, found: Mapping[str, Record], shown: list[Record]) -> Record:
    return {
        "first": area["code"] == OVERVIEW,
        "title": {lang: area[lang] for lang in page.LANGS},
        "subject": {lang: found.get(lang, {}).get("text", "") for lang in page.LANGS},
        "note": {lang: _note(found.get(lang, {}), lang) for lang in page.LANGS},
        "question": area["question"],
        "paths": {lang: entry.get("path", "") for lang, entry in found.items()},
        "failed": {lang: entry["status"] == "failed" for lang, entry in found.items()},
        "leading": {
            lang: [
                {"label": f["label"][lang], "html": clean.clean(f["html"][lang])} for f in shown
            ]
            for lang in page.LANGS
        },
    }


def _note(entry: Record, lang: str) -> str:
    """What is to be said of a report that is there; why one failed is told elsewhere."""
    field = "reason_zh" if lang == "zh" else "reason"
    return "" if entry.get("status") == "failed" else str(entry.get(field, ""))


def _present(choices: list[Record], groups: list[Record], field: str) -> list[Record]:
    here = {group[field]["code"] for group in groups}
    return [choice for choice in choices if choice["code"] in here]


def _places(groups: list[Record], words: Mapping[str, Mapping]) -> dict[str, str]:
    """The regions there are reports of, the first of them only where there are many."""
    names: dict[str, list[str]] = {lang: [] for lang in page.LANGS}
    for group in groups:
        for lang in page.LANGS:
            if group["region"][lang] not in names[lang]:
                names[lang].append(str(group["region"][lang]))
    return {lang: str(words[lang]["comma"]).join(found) for lang, found in names.items()}


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
