"""Keeps the index pages up to date: each is made anew where what it shows has changed, or its
file. Of many regions, those below one another have pages of their own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from helpers.files import write_atomic
from helpers.reports import inputs
from helpers.reports.index.search import elements, stated_by
from helpers.reports.ledger import GOOD, Entry
from helpers.reports.plan import LANGS, Job
from helpers.reports.publish import opened, withdraw

if TYPE_CHECKING:
    from helpers.reports.run import Run

__all__ = ["INDEX", "bring_up_to_date", "split"]

INDEX = "index.html"
ONE_PAGE = 100  # regions and periods that one page tells of
FEW = 20  # ... and that the first one tells of though they have a page of their own
OF_AN_ENTRY = ("area", "region", "period", "lang", "path", "text", "notebook")
Record = dict[str, Any]


def bring_up_to_date(run: "Run") -> str:
    """Bring the index pages up to date; why that failed, or nothing."""
    try:
        opened(run)
        shared = _shared(run)
        places = {(job.region, job.period) for job in run.entries}
        pages = split(shared["regions"], places)
        for name, page in pages.items():
            _page(run, name, shared, page)
        for name in set(run.index) - set(pages):
            withdraw(run.request.out / name, run.index.pop(name).partition(" ")[2])
    except Exception as error:  # the reports stand, whatever the index lacks
        return getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
    return ""


def split(regions: Sequence[Record], places: set[tuple[str, str]]) -> dict[str, Record]:
    """File name -> what an index page tells of: its `regions` (of which those told elsewhere name
    their `page`), those that it has reports of (`own`), the `parents` that have pages of their
    own, and the page above it (`up`).
    """
    here = {region for region, _ in places}
    told = [region for region in regions if region["code"] in here]
    if len(places) <= ONE_PAGE:
        return {INDEX: {"regions": told, "own": here, "parents": [], "up": ""}}
    known = {region["code"]: region for region in regions}
    below: dict[str, list[Record]] = {}
    for region in told:
        if region.get("parent") in known:
            below.setdefault(region["parent"], []).append(region)
    names = {code: f"index-{code}.html" for code in known if code in below}
    parents = [{**known[code], "page": name, "count": len(below[code])}
               for code, name in names.items()]  # fmt: skip
    roots = {region["code"] for region in told if region.get("parent") not in known}
    if sum(region in roots for region, _ in places) > FEW:
        roots -= names.keys()
    away = [
        {**one, "page": names.get(one["code"]) or names.get(one.get("parent"), "")}
        for one in regions
        if one["code"] in {*here, *names}
    ]
    pages = {INDEX: {"regions": away, "own": roots, "parents": parents, "up": ""}}
    for code, name in names.items():
        pages[name] = {
            "regions": [known[code], *below[code]],
            "own": {code, *(region["code"] for region in below[code])},
            "parents": [p for p in parents if p.get("parent") == code],
            "up": names.get(known[code].get("parent"), INDEX),
        }
    return pages


def _page(run: "Run", name: str, shared: Record, page: Record) -> None:
    """One index page, written where it is not there as it should be."""
    path, own = run.request.out / name, page["own"]
    entries = {job: entry for job, entry in sorted(run.entries.items()) if job.region in own}
    contents = {
        **shared,
        **({} if name == INDEX else {"history": None, "sources": (), "hashes": {}}),  # said once
        "entries": list(map(_told, entries.values())),
        "regions": page["regions"],
        "parents": page["parents"],
        "up": page["up"],
        "files": [path for path in sorted(run.files) if path.split("/")[1] in own],
    }
    files = {job.path: entry.sha256 for job, entry in entries.items()}
    key = inputs.digest([contents, files, run.prepared.shared["program"]])
    if not run.request.fresh and run.index.get(name) == f"{key} {run.state.hash(name, path)}":
        return
    from helpers.reports.index.page import compose, foremost

    told = {job: _record(run, entry) for job, entry in entries.items() if entry.sha256}
    shown = foremost(contents["entries"], contents["regions"], contents["periods"])
    html = compose(
        **contents,
        stated={(j.area, j.region, j.period, j.lang): one["stated"] for j, one in told.items()},
        leading=dict(_leading(run, told, shown)),
    )
    run.index[name] = f"{key} {write_atomic(path, html.encode('utf-8'))}"


def _shared(run: "Run") -> Record:
    """The arguments of `index.page.compose` that all index pages have in common."""
    plan = run.prepared.plan
    labels = ("area", "label_zh", "label_en")
    return {
        "areas": [_named(code, row, "title") for code, row in plan.areas.items()],
        "regions": [_named(code, row, "name") for code, row in plan.regions.items()],
        "periods": [_named(code, row, "label") for code, row in plan.periods.items()],
        "labels": {code: {name: str(row.get(name, "")) for name in labels}
                   for code, row in plan.labels.items()},
        "sources": [
            {
                "zh": row["title_zh"],
                "en": row["title_en"],
                "rest": " · ".join(str(row[c]) for c in ("publisher", "date") if row.get(c)),
            }
            for row in plan.sources
        ],
        "hashes": _hashes(run.prepared.folder.hashes),
        "simulated": plan.simulated,
        "internal": run.request.audience == "internal",
        "history": run.history or None,
    }  # fmt: skip


def _named(code: str, row: Mapping[str, Any], stem: str) -> Record:
    """The record of an area, a region or a period; an area's has its question."""
    named = {"code": code, **{lang: str(row.get(f"{stem}_{lang}", code)) for lang in LANGS}}
    if stem == "title":
        named["question"] = {lang: str(row.get(f"question_{lang}", "")) for lang in LANGS}
    return named | ({"parent": str(row["parent"])} if row.get("parent") else {})


def _hashes(hashes: Mapping[str, str]) -> dict[str, str]:
    """The hashes of the tables' files; a folder of one file a region has one."""
    found: dict[str, Any] = {}
    for name, digest in hashes.items():
        folder, inside, _ = name.partition("/")
        if inside:
            found.setdefault(f"{folder}/", {})[name] = digest
        else:
            found[name] = digest
    return {n: one if isinstance(one, str) else inputs.digest(one) for n, one in found.items()}


def _told(entry: Entry) -> Record:
    """An entry without what a run was like (seconds, built or unchanged, why): that must not
    change the page. A report that stands may have to say that it is outdated.
    """
    good = entry.status in GOOD
    silent = entry.status == "built" or (good and not entry.extra)
    reasons = ("", "") if silent else (entry.reason, entry.reason_zh)
    told = {name: getattr(entry, name) for name in OF_AN_ENTRY}
    told |= {"status": "built" if good else entry.status}
    return told | dict(zip(("reason", "reason_zh"), reasons, strict=True))


def _record(run: "Run", entry: Entry) -> Mapping[str, Any]:
    """What is remembered of a page that is there; read from it where it is not known."""
    path = entry.job.path
    known = run.state.reports.get(path, {})
    if known.get("sha256") != entry.sha256 or "stated" not in known:
        known = {**known, "sha256": entry.sha256, **stated_by(_text(run, path), entry.job)}
        run.state.reports[path] = known
    return known


def _text(run: "Run", path: str) -> str:
    with suppress(OSError, UnicodeDecodeError):
        return (run.request.out / path).read_text(encoding="utf-8")
    return ""


def _leading(
    run: "Run", told: Mapping[Job, Any], shown: Sequence[tuple[str, str]]
) -> Iterator[tuple[tuple[str, str, str], list[Record]]]:
    """((area, region, period), the leading figures as its pages state them) of some places."""
    for job in told:
        if (job.region, job.period) not in shown or (job.lang != LANGS[0] and job.twin in told):
            continue
        slugs = re.split(r"[;\s]+", str(run.prepared.plan.areas.get(job.area, {}).get("leading")))
        keys = [f"{slug}|{job.region}|{job.period}" for slug in slugs if slug]
        one = elements(_text(run, job.path), keys)
        other = elements(_text(run, job.twin.path), keys) if job.twin in told else {}
        yield (job.area, job.region, job.period), [
            {
                "key": key,
                "figure": found["figure"],
                "html": {job.lang: found["html"],
                         job.twin.lang: other.get(key, found)["html"]},
            }
            for key, found in one.items()
        ]  # fmt: skip
