"""The way in, ``index.html``: what reports there are, with their leading figures.

One page serves both languages and needs no server: the address (#zh, #en) chooses by style
sheet. A small script, listed by its hash in the page's policy, filters by region and period
where there is more than one; without it everything is there to read.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from helpers.reports.page import clean, figurelist, template_page as page
from helpers.reports.index import notices
from helpers.reports import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from helpers.data import Tables

OVERVIEW = "overview"
MANY = 2  # more groups than this are folded, all but the first
Record = dict[str, object]


def render(ledger: Mapping[str, object], tables: Tables, audience: str = "public") -> str:
    """The way in to the reports of a ledger (its JSON form), as HTML text.

    Areas, regions and periods are named and ordered as in ``tables``, whose hashes and sources
    the page tells. Leading figures are those of areas.csv (:mod:`helpers.reports.index.leading`).
    """
    from helpers.reports.index.leading import leading

    entries = [entry for entry in ledger["reports"] if isinstance(entry, dict)]
    reported = [e for e in entries if e["status"] != "withheld"]
    places = sorted({(e["region"], e["period"]) for e in reported})
    return compose(
        entries,
        areas=_named(tables.areas, "area", "title", "question"),
        regions=_named(tables.regions, "region", "name"),
        periods=_named(tables.periods, "period", "label"),
        figures=leading(tables, places, audience),
        sources=_sources(tables),
        hashes=dict(tables.hashes),
        simulated=bool(tables.simulated),
        audience=audience,
    )


def of_folder(
    ledger: Mapping[str, object], folder: str | None, base: Path | None, audience: str
) -> str:
    """The way in to the reports of a ledger; `data.load` finds the tables."""
    from helpers.data import load

    return render(ledger, load(folder, base), audience)


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
    entries, areas = list(entries), _with_others(areas, words)
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


def _named(frame, column: str, name: str, *more: str) -> list[Record]:
    rows = sorted(frame.to_dict("records"), key=lambda row: row["position"])
    return [
        {
            "code": row[column],
            "zh": row[f"{name}_zh"],
            "en": row[f"{name}_en"],
            **{field: {"zh": row[f"{field}_zh"], "en": row[f"{field}_en"]} for field in more},
        }
        for row in rows
    ]


def _sources(tables: Tables) -> list[Record]:
    """The sources that the observations name, with publisher and date."""
    used = {source for source, _ in tables.counts("observations", "source")}
    return [
        {
            "zh": row["title_zh"],
            "en": row["title_en"],
            "rest": " · ".join(str(row[c]) for c in ("publisher", "date") if row[c]),
        }
        for row in tables.sources.to_dict("records")
        if row["source"] in used
    ]


def _with_others(areas: list[Record], words: Mapping[str, Mapping]) -> list[Record]:
    own = {lang: words[lang]["portal"] for lang in page.LANGS}
    first = {lang: own[lang]["overview"] for lang in page.LANGS}
    question = {lang: own[lang]["overview_question"] for lang in page.LANGS}
    audit = {"code": texts.AREA}
    audit |= {lang: texts.ROW[f"title_{lang}"] for lang in page.LANGS}
    audit["question"] = {lang: texts.ROW[f"question_{lang}"] for lang in page.LANGS}
    return [{"code": OVERVIEW, **first, "question": question}, *areas, audit]


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
    """The reports of one area, region and period by language, without those withheld."""
    both = {lang: known.get((area, region, period, lang)) for lang in page.LANGS}
    return {lang: e for lang, e in both.items() if e and e["status"] != "withheld"}


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
