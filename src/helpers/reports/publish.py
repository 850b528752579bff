"""What a run does to the reports folder: a page in place with its entry in the ledger, reports
that are no longer planned taken back, those that stay though nobody asked for them; and what its
figures were before and are after it. The changes that a run makes, told as `halfsky diff` tells
them, are an edition.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.files import deposit, publish
from helpers.reports.execute import Failure, Outcome, failed
from helpers.reports.index.search import Stated, stated_by
from helpers.reports.inputs import Inputs, Reason
from helpers.reports.ledger import Entry
from helpers.reports.messages import told
from helpers.reports.page import figurelist
from helpers.reports.plan import LANGS, Job
from helpers.reports.run import Run

if TYPE_CHECKING:
    from helpers.audit.diff.compare import State

__all__ = ["clear", "entered", "keep_extras", "moved", "opened", "withdraw"]

OF_THE_PAGE = ("sha256", "inputs_sha256", "path", "text", "text_sha256", "notebook")
KEPT = 200  # changes that the ledger keeps of the last edition; of earlier ones the count alone
EARLIER = 12  # editions
TALLY = {
    "zh": ("新增报告 {} 份", "撤下报告 {} 份", "；"),
    "en": ("new reports: {}", "reports withdrawn: {}", "; "),
}
Record = dict[str, Any]


def entered(run: Run, made_from: Inputs, why: Reason, outcome: Outcome) -> Entry:
    """Publish the outcome's page, if it has one; the entry that says so."""
    job, failure, target = made_from.job, outcome.failure, run.request.out / made_from.job.path
    seconds, extra = round(outcome.seconds, 2), _extra(run, job)
    if failure is None:
        page = outcome.page.decode("utf-8")
        shown = stated_by(page, job)
        failure = _shrunk(run, job, shown)
    if failure is None:
        before = _last(run, job)
        try:
            part, digest = deposit(target, outcome.page)
            publish(part, target)
        except OSError as error:
            failure = failed("unwritten", error)
        else:
            run.keys[job] = made_from
            if before and (job.lang == LANGS[0] or job.twin not in run.entries):
                moved(run.state.moved, before, page, job)
            run.state.reports[job.path] = made_from.record(digest, shown)
            good = {"sha256": digest, "inputs_sha256": made_from.key, "path": job.path, **extra}
            return Entry.of(job, "built", *why, seconds=seconds, **good)
    kept = run.entries.get(job)
    if kept and kept.sha256 and kept.sha256 == run.state.hash(job.path, target):
        extra = {name: getattr(kept, name) for name in OF_THE_PAGE}
    status = "withheld" if failure.withheld else "failed"
    return Entry.of(job, status, failure.reason, failure.reason_zh, seconds=seconds, **extra)


def _extra(run: Run, job: Job) -> dict[str, str]:
    """What the ledger says of a report beside those of the plan."""
    extra = run.request.wanted.extra
    if extra is None or extra.area != job.area:
        return {}
    if extra.notebook:
        return {"notebook": extra.name}
    return {"text": extra.name, "text_sha256": extra.sha256}


def _shrunk(run: Run, job: Job, shown: Stated) -> Failure | None:
    """Why a page must not take the place of the last one: it has lost most of its figures."""
    known = run.entries.get(job)
    if run.request.accept_shrink or known is None or not known.sha256:
        return None
    record = run.state.reports.get(job.path, {})
    if record.get("sha256") != known.sha256:
        record = stated_by(_last(run, job), job)
    before, now = record.get("figures", 0), shown["figures"]
    if now * 2 >= before:
        return None
    return Failure(*told("shrunk", before=before, lost=before - now), withheld=True)


def _last(run: Run, job: Job) -> str:
    """The page that is to be replaced; "" where there is none that can be read."""
    entry = run.entries.get(job)
    with suppress(OSError, UnicodeDecodeError):
        if entry and entry.sha256:
            return (run.request.out / job.path).read_text(encoding="utf-8")
    return ""


def clear(run: Run) -> tuple[str, ...]:
    """Enter what is withheld; take back what is no longer part of the edition.

    A run over a part of the edition looks only at that part. A file is removed only when the
    ledger has it and its content is still what was published; the others' paths are returned.
    """
    prepared, left = run.prepared, []
    if prepared.wanted.only_extra:
        return ()
    planned = {*prepared.jobs, *prepared.withheld}
    gone = [job for job in run.entries if job not in planned and prepared.wanted.covers(job)]
    for job in (*prepared.withheld, *(job for job in gone if not _stays(run, job))):
        entry = run.entries.pop(job, None)
        run.state.forget(job.path)
        if entry and entry.sha256 and not withdraw(run.request.out / job.path, entry.sha256):
            left.append(job.path)
    for job in prepared.withheld:
        run.note(Entry.of(job, "withheld", *told("no-figures")))
    return tuple(left)


def _stays(run: Run, job: Job) -> bool:
    """Whether a report is one beside the plan, of a region and period that still have figures."""
    places = {size[:2] for size in run.prepared.plan.sizes}
    return run.entries[job].extra and (job.region, job.period) in places


def keep_extras(run: Run) -> list[Job]:
    """Audits and analysts' reports of earlier runs that this run was not asked for: they stay,
    as long as their region and period have figures, and say so where they could not be made the
    same now.
    """
    if not run.prepared.wanted.everything:
        return []
    kept = [job for job in run.entries if job not in run.done and _stays(run, job)]
    for job in kept:
        entry = run.entries[job]
        if entry.status != "failed":
            record = run.state.reports.get(job.path, {})
            parts = record.get("parts", {}) if record.get("sha256") == entry.sha256 else {}
            cut, _ = run.prepared.slices.digests(job.area, job.region)
            now = {**run.prepared.shared, "slice": cut}
            same = all(parts.get(name) == digest for name, digest in now.items())
            en, zh = ("", "") if same else told("outdated")
            entry = replace(entry, status="unchanged", reason=en, reason_zh=zh)
        run.note(entry)
    return kept


def withdraw(path: Path, digest: str) -> bool:
    """Remove a report that is no longer part of the edition, and folders that it leaves empty.

    Only when its content is what we published: a file that someone changed is theirs and
    stays. True when nothing of it is left.
    """
    try:
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            return False
        path.unlink()
    except FileNotFoundError:
        return True
    with suppress(OSError):  # not empty: another report lives there
        for parent in list(path.parents)[:3]:
            parent.rmdir()
    return True


# --- what an edition changes


def moved(known: dict[str, list[Record | None]], old: str, new: str, job: Job) -> None:
    """Enter in `known` what a new page makes of the figures of the page before it, those of its
    own region and period: KEY → the figure before and after, None where it did not stand there;
    nothing where it is the same.
    """
    one, other = figurelist.read(old), figurelist.read(new)
    for key in {**one, **other}:
        pair, prior = [one.get(key), other.get(key)], known.get(key)
        if not key.endswith(f"|{job.region}|{job.period}"):
            continue
        if pair[0] == pair[1]:
            known[key] = prior if prior and all(prior) else []
        elif all(pair) or prior != []:
            first, last = prior or (None, None)
            known[key] = [first or pair[0], pair[1] or last]


def opened(run: Run) -> None:
    """Open the next edition in the ledger's history, where this run has changed anything."""
    changes = _changes(run)
    last = run.history
    # of a first edition all is new, though a run that was killed may have made a part of it
    before = {job for job, entry in run.before.entries.items() if entry.sha256 and last}
    after = {job for job, entry in run.entries.items() if entry.sha256}
    counts = (len(after - before), len(before - after))
    run.state.moved.clear()
    if last and not changes and not any(counts):
        return
    told = [{name: last[name] for name in ("number", "date", "tally")}] if last else []
    run.history = {
        "number": last.get("number", 0) + 1,
        "date": date.today().isoformat(),
        "tally": {lang: _tally(changes, counts, lang) for lang in LANGS},
        "changes": [{name: one[name] for name in ("key", *LANGS)} for one in changes[:KEPT]],
        "before": [*told, *last.get("before", [])][:EARLIER],
    }


def _tally(changes: list[Record], counts: tuple[int, int], lang: str) -> str:
    from helpers.audit.diff import words

    *texts, between = TALLY[lang]
    found = [words.tally([one["change"] for one in changes], lang)]
    found += [text.format(count) for text, count in zip(texts, counts, strict=True) if count]
    return between.join(found)


def _changes(run: Run) -> list[Record]:
    """What has changed in substance, in the order and words of `halfsky diff`."""
    pairs = {key: pair for key, pair in run.state.moved.items() if pair and any(pair)}
    pairs = {key: pair for key, pair in pairs.items() if all(pair) or not _stands(run, key, pair)}
    if not pairs:
        return []
    from helpers.audit.diff import words
    from helpers.audit.diff.compare import compare

    old, new = (_state(run, {key: pair[at] for key, pair in pairs.items()}) for at in (0, 1))
    return [
        {
            "key": change.figure,
            "change": change,
            **{lang: words.told(change, old, new, lang).line(lang) for lang in LANGS},
        }
        for change in compare(old, new)
    ]


def _stands(run: Run, key: str, pair: list[Record | None]) -> bool:
    """Whether another page states a figure that is new on one page, or gone from it."""
    slug, region, period = key.split("|")
    return any(
        slug in run.state.reports.get(job.path, {}).get("stated", {})
        for job in run.entries
        if (job.region, job.period) == (region, period) and (pair[1] is None or job not in run.keys)
    )


def _state(run: Run, figures: Mapping[str, Record | None]) -> "State":
    """One side of the comparison, with the names that the tables have now."""
    from helpers.audit.diff.compare import EDITION, State, listed

    plan = run.prepared.plan
    stems = {"areas": "title", "regions": "name", "periods": "label"}
    areas, regions, periods = (
        {
            code: tuple(str(row.get(f"{stem}_{lang}", code)) for lang in LANGS)
            for code, row in getattr(plan, table).items()
        }
        for table, stem in stems.items()
    )
    areas_of = {slug: str(row.get("area", "")) for slug, row in plan.labels.items()}
    found = {key: listed(key, one, areas_of.get(key.partition("|")[0], ""))
             for key, one in figures.items() if one}  # fmt: skip
    kept = {key: figure for key, figure in found.items() if figure is not None}
    return State(EDITION, kept, areas=areas, places={**regions, **periods})
