"""Keeps the index page up to date: made anew where what it shows has changed, or its file."""

from typing import TYPE_CHECKING, Any

from helpers.reports import inputs
from helpers.reports.index.shown import shown_by
from helpers.reports.ledger import GOOD, Entry
from helpers.reports.plan import LANGS, Job
from helpers.files import write_atomic

if TYPE_CHECKING:
    from helpers.reports.run import Run

__all__ = ["INDEX", "bring_up_to_date"]

INDEX = "index.html"
Record = dict[str, Any]


def bring_up_to_date(run: "Run") -> str:
    """Bring the index page up to date; why that failed, or nothing."""
    path = run.request.out / INDEX
    contents = _contents(run)
    key = inputs.digest([contents, run.prepared.shared["program"]])
    known = (run.index.get("inputs_sha256"), run.index.get("sha256"))
    if not run.request.fresh and known == (key, run.state.hash(INDEX, path)):
        return ""
    try:
        from helpers.reports.index.page import compose

        figures = {tuple(place): shown for place, shown in contents.pop("figures")}
        digest = write_atomic(path, compose(**contents, figures=figures).encode("utf-8"))
    except Exception as error:  # the reports stand, whatever the index lacks
        return getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
    run.index = {"sha256": digest, "inputs_sha256": key}
    return ""


def _contents(run: "Run") -> Record:
    """The arguments of `index.page.compose`, as plain records."""
    plan = run.prepared.plan
    entries = [_told(entry) for _, entry in sorted(run.entries.items())]
    return {
        "entries": entries,
        "areas": _named(plan.areas, "title", "question"),
        "regions": _named(plan.regions, "name"),
        "periods": _named(plan.periods, "label"),
        "figures": _leading(run),
        "sources": [
            {
                "zh": row["title_zh"],
                "en": row["title_en"],
                "rest": " · ".join(str(row[c]) for c in ("publisher", "date") if row.get(c)),
            }
            for row in plan.sources
        ],
        "hashes": dict(run.prepared.folder.hashes),
        "simulated": plan.simulated,
        "audience": run.request.audience,
    }


def _told(entry: Entry) -> Record:
    """An entry without what a run was like (seconds, built or unchanged, why): that must not
    change the page.
    """
    good = entry.status in GOOD
    said = () if good and not _is_note(entry) else (entry.reason, entry.reason_zh)
    return {
        "area": entry.area,
        "region": entry.region,
        "period": entry.period,
        "lang": entry.lang,
        "status": "built" if good else entry.status,
        "reason": said[0] if said else "",
        "reason_zh": said[1] if said else "",
        "path": entry.path,
        "text": entry.text,
        "notebook": entry.notebook,
    }


def _is_note(entry: Entry) -> bool:
    """Whether a report that stands has something to say of itself: that it is outdated."""
    return entry.status == "unchanged" and bool(entry.text or entry.notebook)


def _named(names: Any, stem: str, *more: str) -> list[Record]:
    return [
        {
            "code": code,
            "zh": str(row.get(f"{stem}_zh", code)),
            "en": str(row.get(f"{stem}_en", code)),
            **{name: {lang: str(row.get(f"{name}_{lang}", "")) for lang in LANGS} for name in more},
        }
        for code, row in names.items()
    ]


def _leading(run: "Run") -> list[Any]:
    """[(area, region, period), the leading figures that its pages state, in both languages]."""
    found = []
    for job in sorted({job for job, entry in run.entries.items() if entry.sha256}):
        if job.lang != LANGS[0] and Job(*_place(job), LANGS[0]) in run.entries:
            continue
        shown = _shown(run, job)
        twin = {one["key"]: one for one in _shown(run, job.twin)}
        figures = []
        for one in shown:
            other = twin.get(one["key"], one)
            html = {job.lang: one["html"], job.twin.lang: other["html"]}
            named = run.prepared.plan.labels.get(one["key"].partition("|")[0], {})
            label = {lang: str(named.get(f"label_{lang}", "")) for lang in LANGS}
            figures.append({"key": one["key"], "figure": one["figure"], "label": label,
                            "html": html})  # fmt: skip
        if figures:
            found.append([_place(job), figures])
    return found


def _place(job: Job) -> tuple[str, str, str]:
    return job.area, job.region, job.period


def _shown(run: "Run", job: Job) -> list[Record]:
    """The leading figures of a page that is there; read from it where they are not known."""
    entry = run.entries.get(job)
    if entry is None or not entry.sha256:
        return []
    known = run.state.reports.get(job.path, {})
    if known.get("sha256") == entry.sha256 and "leading" in known:
        return known["leading"]
    try:
        page = (run.request.out / job.path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    shown = shown_by(page, run.prepared.plan, job)
    run.state.reports[job.path] = {**known, "sha256": entry.sha256, **shown}
    return shown["leading"]
