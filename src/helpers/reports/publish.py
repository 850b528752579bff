"""What a run does to the reports folder: a page in place with its entry in the ledger, reports
that are no longer planned taken back, those that stay though nobody asked for them.
"""

import hashlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from helpers.files import deposit, publish
from helpers.reports.editions import moved
from helpers.reports.execute import Outcome
from helpers.reports.index.stated import Stated, stated_by
from helpers.reports.inputs import Inputs, Reason
from helpers.reports.judge import Failure
from helpers.reports.ledger import Entry
from helpers.reports.plan import LANGS, Job, Wanted
from helpers.reports.run import Run

__all__ = ["clear", "entered", "keep_extras", "unreadable", "unwritten", "withdraw"]

NO_FIGURES = ("no figures", "没有数字")
OUTDATED = (
    "made from earlier data, notebooks or program; name its file again to make it anew",
    "生成时的数据、笔记本或程序与现在不同；再次指明文件可重新生成",
)
OF_THE_PAGE = ("sha256", "inputs_sha256", "path", "text", "text_sha256", "notebook")


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
            failure = unwritten(error)
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


def unwritten(error: OSError) -> Failure:
    """The failure of a report whose page found no place, by its cause."""
    why = error.strerror or type(error).__name__
    return Failure(f"the page could not be written ({why})", f"页面无法写入({why})")


def unreadable(error: OSError) -> Failure:
    """The failure of a report whose text or rows could not be handed over, by its cause."""
    why = error.strerror or type(error).__name__
    return Failure(f"what it is made from could not be read ({why})", f"所用文件无法读取({why})")


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
    en = f"{before - now} of {before} figures are gone; --accept-shrink if that is meant"
    zh = f"{before} 个数字少了 {before - now} 个;有意如此就加 --accept-shrink"
    return Failure(en, zh, withheld=True)


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
    other = [job for job in run.entries if job not in planned and not _is_extra(run, job)]
    for job in (*prepared.withheld, *(job for job in other if _asked(prepared.wanted, job))):
        entry = run.entries.pop(job, None)
        run.state.forget(job.path)
        if entry and entry.sha256 and not withdraw(run.request.out / job.path, entry.sha256):
            left.append(job.path)
    for job in prepared.withheld:
        run.note(Entry.of(job, "withheld", *NO_FIGURES))
    return tuple(left)


def _asked(wanted: Wanted, job: Job) -> bool:
    """Whether a report belongs to the part of the edition that is asked for."""
    parts = ((wanted.areas, job.area), (wanted.regions, job.region))
    parts += ((wanted.periods, job.period), (wanted.langs, job.lang))
    return all(value in asked for asked, value in parts if asked)


def _is_extra(run: Run, job: Job) -> bool:
    """Whether a report is one beside the plan, of a region and period that still have figures."""
    entry, places = run.entries[job], {size[:2] for size in run.prepared.plan.sizes}
    return bool(entry.text or entry.notebook) and (job.region, job.period) in places


def keep_extras(run: Run) -> list[Job]:
    """Audits and analysts' reports of earlier runs that this run was not asked for: they stay,
    as long as their region and period have figures, and say so where they could not be made the
    same now.
    """
    if not run.prepared.wanted.everything:
        return []
    kept = [job for job in run.entries if job not in run.done and _is_extra(run, job)]
    for job in kept:
        entry = run.entries[job]
        if entry.status != "failed":
            record = run.state.reports.get(job.path, {})
            parts = record.get("parts", {}) if record.get("sha256") == entry.sha256 else {}
            cut, _ = run.prepared.slices.digests(job.area, job.region)
            now = {**run.prepared.shared, "slice": cut}
            same = all(parts.get(name) == digest for name, digest in now.items())
            en, zh = ("", "") if same else OUTDATED
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
