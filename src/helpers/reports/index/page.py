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
Record = dict[str, Any]
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
    sources: Sequence[Record] = (),
    hashes: Mapping[str, str],
    simulated: bool,
    audience: str = "public",
    history: Record | None = None,
    parents: Sequence[Record] = (),
    up: str = "",
    files: Sequence[str] = (),
) -> str:
    """The page from plain records, the same bytes for the same records.

    ``entries``: area, region, period, lang, status, reason, reason_zh and path of each report.
    ``areas``, ``regions`` and ``periods``, in their order: ``code`` and the name under ``zh``
    and ``en`` (areas also a ``question`` by language). ``leading``: (area, region, period) →
    records of ``key``, ``figure`` (JSON) and ``html`` (the ``<data>`` element by language).
    ``labels`` and ``stated``: see `search.searchable`. ``sources``: the title under ``zh`` and
    ``en``, and ``rest``. ``history``: see `editions.history`. ``parents``: pages of the regions
    below another one, each with ``zh``, ``en``, ``page`` and ``count``; ``up`` is the page above.
    ``files``: the paths of reports and editions in other formats.
    """
    words, entries = page.vocabulary(), list(entries)
    areas = _areas(areas, entries, words)
    groups = _groups(entries, areas, regions, periods, leading, labels)
    listed = {f["key"]: f["figure"] for shown in leading.values() for f in shown}
    found = searchable(stated, areas=areas, regions=regions, periods=periods, labels=labels)
    found["words"] = [{name: words[lang]["edition"][name] for name in ("none", "some", "more")}
                      for lang in LANGS]  # fmt: skip
    script = page.stylesheet("edition.js")
    names = {name: _names(of) for name, of in
             (("area", areas), ("region", regions), ("period", periods))}  # fmt: skip
    html = page.exporter().environment.get_template("edition.html.j2").render(
        words=words,
        groups=groups,
        shown=len(groups) if len(groups) <= MANY else 1,
        by_region=_by_region(groups),
        places={lang: _places(groups, lang, words) for lang in LANGS},
        parents=parents,
        up=up,
        files=files,
        script=script,
        script_hash=_hash(script),
        search_json=figurelist.safe(json.dumps(found, ensure_ascii=False, separators=(",", ":"))),
        failed=_failed(entries, names, words),
        withheld=_withheld(entries, names),
        history=history and _history(history, stated, labels),
        sources=sources,
        hashes={"hashes": dict(sorted(hashes.items()))} if hashes else {},
        simulated=simulated,
        internal=audience == "internal",
        css=page.stylesheet("page.css") + "\n" + page.stylesheet("edition.css"),
        margins=page.margins(words["zh"]["edition"]["title"], words["zh"], simulated),
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
    own = {lang: words[lang]["edition"] for lang in LANGS}
    audit = {lang: NAMED[AUDIT][f"title_{lang}"] for lang in LANGS}
    asked = {"zh": "文稿里的数字，与数据是否相符？",
             "en": "Do the numbers in a text agree with the data?"}  # fmt: skip
    notebooks = sorted({str(entry["area"]) for entry in entries if entry.get("notebook")})
    return [
        {
            "code": OVERVIEW,
            **{lang: own[lang]["overview"] for lang in LANGS},
            "question": {lang: own[lang]["overview_question"] for lang in LANGS},
        },
        *(area for area in areas if area["code"] != OVERVIEW),
        {"code": AUDIT, **audit, "question": asked},
        *({"code": n, "zh": n, "en": n, "question": {"zh": "", "en": ""}} for n in notebooks),
    ]


def _groups(
    entries: list[Record],
    areas: list[Record],
    regions: Iterable[Record],
    periods: Sequence[Record],
    leading: Mapping[tuple[str, str, str], Sequence[Record]],
    labels: Mapping[str, Record],
) -> list[Record]:
    """A group a period and region, the latest period first; its cards in the areas' order."""
    known: dict[Place, dict[str, dict[str, Record]]] = {}
    for entry in entries:
        if entry["status"] != "withheld" or entry["path"]:
            place = known.setdefault((entry["region"], entry["period"]), {})
            place.setdefault(entry["area"], {})[entry["lang"]] = entry
    groups = []
    for period in reversed(periods):
        for region in regions:
            place = (region["code"], period["code"])
            there = known.get(place, {})
            cards = [
                _card(area, there[code], leading.get((code, *place), ()), labels)
                for area in areas
                if (code := area["code"]) in there
            ]
            if cards:
                groups.append({"region": region, "period": period, "cards": cards})
    return groups


def _by_region(groups: list[Record]) -> list[tuple[Record, list[Record]]]:
    found: dict[str, tuple[Record, list[Record]]] = {}
    for group in groups:
        region = group["region"]
        found.setdefault(region["code"], (region, []))[1].append(group)
    return list(found.values())


def _card(
    area: Record,
    found: Mapping[str, Record],
    shown: Sequence[Record],
    labels: Mapping[str, Record],
) -> Record:
    def label(key: str, lang: str) -> str:
        return str(labels.get(key.partition("|")[0], {}).get(f"label_{lang}", ""))

    return {
        "first": area["code"] == OVERVIEW,
        "title": {lang: area[lang] for lang in LANGS},
        "subject": {lang: found.get(lang, {}).get("text", "") for lang in LANGS},
        "note": {lang: _note(found.get(lang, {}), lang) for lang in LANGS},
        "question": area["question"],
        "paths": {lang: entry.get("path", "") for lang, entry in found.items()},
        "failed": {lang: entry["status"] == "failed" for lang, entry in found.items()},
        "leading": {
            lang: [
                {"label": label(f["key"], lang), "html": clean.clean(f["html"][lang])}
                for f in shown
            ]
            for lang in LANGS
        },
    }


def _note(entry: Record, lang: str) -> str:
    """What is to be said of a report that is there; why one failed is told elsewhere."""
    return "" if entry.get("status") == "failed" else _reason(entry)[lang]


def _places(groups: list[Record], lang: str, words: Mapping[str, Mapping]) -> str:
    """The regions that there are reports of."""
    names = dict.fromkeys(str(group["region"][lang]) for group in groups)
    if len(names) > NAMED_AT_ONCE:
        return words[lang]["edition"]["places"].replace("#", str(len(names)))
    return str(words[lang]["comma"]).join(names)


def _names(records: Iterable[Record]) -> dict[str, Record]:
    return {one["code"]: one for one in records}


def _where(entry: Record, names: Mapping[str, Mapping[str, Record]]) -> dict[str, str]:
    """The reference area and period of a report, by language."""
    return {lang: " · ".join(_called(names, n, entry, lang) for n in ("region", "period"))
            for lang in LANGS}  # fmt: skip


def _called(names: Mapping[str, Mapping[str, Record]], name: str, entry: Record, lang: str) -> str:
    return str(names[name].get(entry[name], {}).get(lang, entry[name]))


def _reason(entry: Record) -> dict[str, str]:
    en = str(entry.get("reason", ""))
    return {"zh": str(entry.get("reason_zh") or en), "en": en}


def _failed(entries: Iterable[Record], names: Mapping, words: Mapping) -> list[Record]:
    """Failed reports: title, place, language and reason, each in both languages."""
    return [
        {
            "title": {lang: _called(names, "area", entry, lang) for lang in LANGS},
            "where": _where(entry, names),
            "language": {
                lang: words[lang]["edition"]["languages"].get(entry["lang"], entry["lang"])
                for lang in LANGS
            },
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
        titles = {lang: [_called(names, "area", e, lang) for e in told] for lang in LANGS}
        where, reason = _where(told[0], names), _reason(told[0])
        found.append({"where": where, "titles": titles, "reason": reason})
    return found


def _history(
    history: Record, stated: Mapping[tuple[str, str, str, str], Mapping], labels: Mapping
) -> Record:
    """The history as it is shown: the first changes, each with the address of its figure."""
    changes = []
    for one in history["changes"][:LISTED]:
        slug, _, place = one["key"].partition("|")
        region, _, period = place.partition("|")
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
