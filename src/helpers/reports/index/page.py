"""The index page of an edition, ``index.html``: one search field over every figure, the reports
with their leading figures, what changed since the edition before, and what is missing.

One page serves both languages and needs no server: the address (#zh, #en) chooses by style
sheet. Its one script, listed by its hash in the page's policy, searches; without it everything
is there to read as a list.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

from helpers.reports.index.search import searchable
from helpers.reports.page import clean, figurelist
from helpers.reports.page import render as page
from helpers.reports.plan import AUDIT, LANGS, NAMED, OVERVIEW

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["compose", "foremost"]

MANY = 2  # of more regions and periods only the first one's leading figures are shown
NAMED_AT_ONCE = 12  # regions in the page's head
LISTED = 40  # changes that are told one by one
ASKED = {"zh": "文稿里的数字，与数据是否相符？", "en": "Do the numbers in a text agree with the data?"}
Record = dict[str, Any]
Both = dict[str, Any]  # in each language
Place = tuple[str, str]  # region, period


def compose(
    entries: Iterable[Record],
    *,
    areas: Sequence[Record],
    regions: Sequence[Record],
    periods: Sequence[Record],
    labels: Mapping[str, Record],
    leading: Mapping[tuple[str, str, str], Sequence[Record]],
    stated: Mapping[tuple[str, str, str, str], Mapping[str, Sequence[str]]],
    hashes: Mapping[str, str],
    history: Record | None = None,
    **frame: Any,
) -> str:
    """The page from plain records, the same bytes for the same records.

    ``entries``: area, region, period, lang, status, reason, reason_zh and path of each report.
    ``areas``, ``regions`` and ``periods``, in their order: ``code`` and the name under ``zh``
    and ``en`` (areas also a ``question`` by language). ``leading``: (area, region, period) →
    records of ``key``, ``figure`` (JSON) and ``html`` (the ``<data>`` element by language).
    ``labels`` and ``stated``: see `search.searchable`. ``history``: see `publish.opened`.

    ``frame`` has ``simulated``, ``internal``, ``sources`` (the title under ``zh`` and ``en``, and
    ``rest``), ``parents`` (pages of the regions below another one: ``zh``, ``en``, ``page``,
    ``count``), ``up`` (the page above) and ``files`` (paths of reports in other formats).
    """
    words, entries = page.vocabulary(), list(entries)
    areas = _areas(areas, entries, words)
    names = {"area": _by_code(areas), "region": _by_code(regions), "period": _by_code(periods)}
    groups = _groups(entries, names, leading, labels)
    listed = {f["key"]: f["figure"] for shown in leading.values() for f in shown}
    found = searchable(stated, areas=areas, regions=regions, periods=periods, labels=labels)
    found["words"] = [{name: words[lang]["edition"][name] for name in ("none", "some", "more")}
                      for lang in LANGS]  # fmt: skip
    script = page.stylesheet("edition.js")
    by_region: dict[str, list[Record]] = {}
    for group in groups:
        by_region.setdefault(group["region"]["code"], []).append(group)
    html = page.exporter().environment.get_template("edition.html.j2").render(
        {"sources": (), "parents": (), "up": "", "files": (), **frame},
        words=words,
        groups=groups,
        shown=len(groups) if len(groups) <= MANY else 1,
        by_region=[(told[0]["region"], told) for told in by_region.values()],
        places={lang: _places(groups, lang, words) for lang in LANGS},
        script=script,
        script_hash=_hash(script),
        search_json=figurelist.safe(json.dumps(found, ensure_ascii=False, separators=(",", ":"))),
        failed=_failed(entries, names, words),
        withheld=_withheld(entries, names),
        history=history and _history(history, stated, labels),
        hashes={"hashes": dict(sorted(hashes.items()))} if hashes else {},
        css=page.stylesheet("page.css") + "\n" + page.stylesheet("edition.css"),
        margins=page.margins(words["zh"]["edition"]["title"], words["zh"], frame["simulated"]),
        leading_shown=bool(listed),
        figures_json=figurelist.as_script(listed),
    )  # fmt: skip
    figurelist.check_numbers(html, listed)
    return page.finished(html, "zh")


def foremost(
    entries: Iterable[Record], regions: Iterable[Record], periods: Sequence[Record]
) -> list[Place]:
    """The (region, period) whose leading figures the page shows: the first few."""
    told = {(entry["region"], entry["period"]) for entry in entries if entry["path"]}
    order = [(r["code"], p["code"]) for p in reversed(periods) for r in regions]
    found = [place for place in order if place in told]
    return found if len(found) <= MANY else found[:1]


def _areas(
    areas: Sequence[Record], entries: list[Record], words: Mapping[str, Mapping]
) -> list[Record]:
    """The areas, the overview first; then audits, and reports of analysts' own notebooks."""

    def area(code: str, title: Both, question: Both) -> Record:
        return {"code": code, **title, "question": question}

    title, asks = ({lang: words[lang]["edition"][name] for lang in LANGS}
                   for name in ("overview", "overview_question"))  # fmt: skip
    audit = {lang: NAMED[AUDIT][f"title_{lang}"] for lang in LANGS}
    own = sorted({str(entry["area"]) for entry in entries if entry.get("notebook")})
    return [
        area(OVERVIEW, title, asks),
        *(area for area in areas if area["code"] != OVERVIEW),
        area(AUDIT, audit, ASKED),
        *(area(name, dict.fromkeys(LANGS, name), dict.fromkeys(LANGS, "")) for name in own),
    ]


def _groups(
    entries: list[Record],
    names: Mapping[str, Mapping[str, Record]],
    leading: Mapping[tuple[str, str, str], Sequence[Record]],
    labels: Mapping[str, Record],
) -> list[Record]:
    """A group a period and region, the latest period first; its cards in the areas' order."""
    known: dict[tuple[str, str, str], dict[str, Record]] = {}
    for entry in entries:
        if entry["status"] != "withheld" or entry["path"]:
            key = (entry["region"], entry["period"], entry["area"])
            known.setdefault(key, {})[entry["lang"]] = entry
    groups = []
    for period in reversed(names["period"].values()):
        for region in names["region"].values():
            place = (region["code"], period["code"])
            cards = [
                _card(area, known[*place, code], leading.get((code, *place), ()), labels)
                for code, area in names["area"].items()
                if (*place, code) in known
            ]
            if cards:
                groups.append({"region": region, "period": period, "cards": cards})
    return groups


def _card(
    area: Record,
    found: Mapping[str, Record],
    shown: Sequence[Record],
    labels: Mapping[str, Record],
) -> Record:
    """What a card shows: of a failure why is told elsewhere, of what stands what is to be said."""
    said = {lang: found.get(lang, {}) for lang in LANGS}
    about = [labels.get(one["key"].partition("|")[0], {}) for one in shown]
    return {
        "first": area["code"] == OVERVIEW,
        "title": {lang: area[lang] for lang in LANGS},
        "subject": {lang: entry.get("text", "") for lang, entry in said.items()},
        "note": {lang: "" if entry.get("status") == "failed" else _reason(entry)[lang]
                 for lang, entry in said.items()},
        "question": area["question"],
        "paths": {lang: entry.get("path", "") for lang, entry in found.items()},
        "failed": {lang: entry["status"] == "failed" for lang, entry in found.items()},
        "leading": {
            lang: [{"label": str(row.get(f"label_{lang}", "")),
                    "html": clean.clean(one["html"][lang])}
                   for one, row in zip(shown, about, strict=True)]
            for lang in LANGS
        },
    }  # fmt: skip


def _places(groups: list[Record], lang: str, words: Mapping[str, Mapping]) -> str:
    """The regions that there are reports of."""
    names = dict.fromkeys(str(group["region"][lang]) for group in groups)
    if len(names) > NAMED_AT_ONCE:
        return words[lang]["edition"]["places"].replace("#", str(len(names)))
    return str(words[lang]["comma"]).join(names)


def _by_code(records: Iterable[Record]) -> dict[str, Record]:
    return {one["code"]: one for one in records}


def _called(names: Mapping[str, Mapping[str, Record]], entry: Record, *parts: str) -> Both:
    """The names of parts of an entry (area, region, period); their codes where they have none."""
    return {
        lang: " · ".join(str(names[p].get(entry[p], {}).get(lang, entry[p])) for p in parts)
        for lang in LANGS
    }


def _reason(entry: Record) -> Both:
    en = str(entry.get("reason", ""))
    return {"zh": str(entry.get("reason_zh") or en), "en": en}


def _failed(entries: Iterable[Record], names: Mapping, words: Mapping) -> list[Record]:
    """Failed reports: title, place, language and reason, each in both languages."""
    said = {lang: words[lang]["edition"]["languages"] for lang in LANGS}
    return [
        {
            "title": _called(names, entry, "area"),
            "where": _called(names, entry, "region", "period"),
            "language": {lang: said[lang].get(entry["lang"], entry["lang"]) for lang in LANGS},
            "reason": _reason(entry),
        }
        for entry in entries
        if entry["status"] == "failed"
    ]


def _withheld(entries: Iterable[Record], names: Mapping) -> list[Record]:
    """Withheld reports, a line for each place and reason, its areas in their order."""
    lines: dict[tuple[str, ...], dict[str, Record]] = {}
    for entry in entries:
        if entry["status"] == "withheld":
            place = tuple(str(entry.get(f, "")) for f in ("region", "period", "reason"))
            lines.setdefault(place, {})[str(entry["area"])] = entry
    order = {area: at for at, area in enumerate(names["area"])}
    found = []
    for _, by_area in sorted(lines.items()):
        told = sorted(by_area.values(), key=lambda e: order.get(e["area"], len(order)))
        titles = [_called(names, entry, "area") for entry in told]
        found.append({
            "where": _called(names, told[0], "region", "period"),
            "titles": {lang: [title[lang] for title in titles] for lang in LANGS},
            "reason": _reason(told[0]),
        })  # fmt: skip
    return found


def _history(
    history: Record, stated: Mapping[tuple[str, str, str, str], Mapping], labels: Mapping
) -> Record:
    """The history as it is shown: the first changes, each with the address of its figure."""
    changes = []
    for one in history["changes"][:LISTED]:
        slug, region, period = one["key"].split("|")
        pages = [labels.get(slug, {}).get("area", ""), OVERVIEW]
        href = {
            lang: next((f"{lang}/{region}/{period}/{area}.html#{slug}" for area in pages
                        if slug in stated.get((area, region, period, lang), ())), "")
            for lang in LANGS
        }  # fmt: skip
        changes.append({**one, "href": href})
    return {**history, "changes": changes, "rest": len(history["changes"]) - len(changes)}


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
