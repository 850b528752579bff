"""One edition: build what is not up to date, publish it, keep the ledger and the way in."""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from helpers.data.problems import problem
from helpers.press import keys, ledger, preflight, prepare, texts
from helpers.press.desk import Desk, Edition, Work
from helpers.press.ledger import Entry, Ledger
from helpers.press.plan import Job, Wanted
from helpers.press.prepare import Prepared, Refused, Request
from helpers.press.publish import hold, publish, sweep, withdraw, write_atomic
from helpers.press.task import Context, Failure, Outcome, Task

__all__ = ["make"]

PORTAL = "index.html"
NO_FIGURES = ("no figures", "没有数字")
OTHER_EDITION = (
    ("这个文件夹里是另一种报告(读者范围不同,或真实与模拟之别)", "用 --out 另选一个输出文件夹"),
    (
        "this folder holds another kind of edition (other readers, or simulated against true)",
        "name another output folder with --out",
    ),
)


def make(request: Request, desk: Desk) -> Edition:
    """Build the reports asked for.

    Raises Refused or DataRefused before anything is started, Held where another run holds the
    folder. A report that fails is an entry, not an exception; the last good one stays.
    """
    start = time.monotonic()
    prepared = prepare.prepare(request, desk.load or _load)
    before = ledger.read(request.out)
    _approve(request, before, _stale(request, prepared, before)[0], prepared.plan.simulated)
    with hold(request.out):
        before = ledger.read(request.out)  # the run that just let go may have changed it
        stale, fresh = _stale(request, prepared, before)
        _approve(request, before, stale, prepared.plan.simulated)
        prepare.keep(request.out, prepared)
        work = Work(request, prepared, desk, dict(before.entries), before.portal)
        for job in fresh:
            work.note(replace(work.entries[job], status="unchanged", reason="", reason_zh=""))
        if stale:
            _build(work, stale)
        stopped = desk.stop()
        left = () if stopped else _clear(work)
        kept = () if stopped else _keep_audits(work)
        work.save(force=True)
        failure = "" if stopped else _way_in(work)
    entries = [
        work.done[job] for job in (*prepared.jobs, *prepared.withheld, *kept) if job in work.done
    ]
    portal = request.out / PORTAL
    seconds = time.monotonic() - start
    return Edition(tuple(entries), portal, seconds, stopped, left, failure, work.moved)


Stale = dict[Job, tuple[Task, str]]


def _stale(request: Request, prepared: Prepared, before: Ledger) -> tuple[Stale, list[Job]]:
    """What must be built (job -> task and key), and what is up to date.

    Up to date means: built from the same inputs, and the file is, byte for byte, what was
    published. A page links to its twin only when this run or an earlier one has one.
    """
    planned = set(prepared.jobs)

    def has_twin(job: Job) -> bool:
        known = before.entries.get(job)
        return job in planned or bool(known and known.sha256)

    stale, fresh = {}, []
    for job in prepared.jobs:
        task, key = prepare.make_task(request, prepared, job, has_twin)
        entry = before.entries.get(job)
        same = not request.fresh and entry is not None and entry.inputs_sha256 == key
        if same and entry.sha256 == keys.file_hash(task.target):
            fresh.append(job)
        else:
            stale[job] = task, key
    return stale, fresh


def _approve(request: Request, before: Ledger, stale: Stale, simulated: bool) -> None:
    """Refuse notebooks that cannot be trusted, and a folder that holds another edition."""
    areas = dict.fromkeys(job.area for job in stale)
    found = preflight.all_notebook_problems(map(request.notebook, areas))
    kind = (request.audience, simulated)
    if before.entries and (before.audience, before.simulated) != kind:
        place = ("--out", 0, "", str(request.out))
        found.append(problem(place, "other-edition", *OTHER_EDITION))
    if found:
        raise Refused(found)


def _build(work: Work, stale: Stale) -> None:
    from helpers.press.engine import ENGINES

    request, desk = work.request, work.desk
    sweep(request.out)
    desk.planned(len(stale))
    context = Context(
        render=desk.render or _render,
        slots=request.slots,
        timeout=request.timeout,
        started=desk.started,
        stop=desk.stop,
    )
    tasks = [task for task, _ in stale.values()]
    for outcome in ENGINES[request.engine](tasks, context):
        entry = _published(work, outcome, stale[outcome.task.job][1])
        work.note(entry)
        work.save()
        desk.finished(entry, outcome)
    sweep(request.out)


def _published(work: Work, outcome: Outcome, key: str) -> Entry:
    """Publish the outcome's page, if it has one; the entry that says so."""
    job, seconds = outcome.task.job, round(outcome.seconds, 2)
    failure = outcome.failure
    if outcome.part is not None:
        try:
            publish(outcome.part, outcome.task.target)
        except OSError as error:
            zh, en = "页面无法放入文件夹", "the page could not be put in place"
            failure = Failure(f"{en} ({error.strerror})", f"{zh}({error.strerror})")
        else:
            if not work.prepared.untouched():  # then it is not known what the report has read
                work.moved, key = True, ""
            good = {"sha256": outcome.sha256, "inputs_sha256": key, "path": job.path}
            text = work.request.wanted.text if job.area == texts.AREA else None
            good |= {"text": text.name, "text_sha256": text.sha256} if text else {}
            return Entry(*_names(job), "built", seconds=seconds, **good)
    kept = work.entries.get(job)
    good = {}
    if kept and kept.sha256 and kept.sha256 == keys.file_hash(outcome.task.target):
        names = ("sha256", "inputs_sha256", "path", "text", "text_sha256")
        good = {name: getattr(kept, name) for name in names}
    reasons = {"reason": failure.reason, "reason_zh": failure.reason_zh}
    return Entry(*_names(job), "failed", seconds=seconds, **reasons, **good)


def _names(job: Job) -> tuple[str, str, str, str]:
    return job.area, job.region, job.period, job.lang


def _clear(work: Work) -> tuple[str, ...]:
    """Enter what is withheld; take back what is no longer part of the edition.

    Only a run over everything knows what is no longer planned. A file is removed only when the
    ledger has it and its content is still what was published.
    """
    prepared, out = work.prepared, work.request.out
    gone = list(prepared.withheld)
    if work.request.wanted.everything:
        planned = {*prepared.jobs, *prepared.withheld}
        gone += [job for job in work.entries if job not in planned and not _audit(work, job)]
    left = []
    for job in gone:
        entry = work.entries.pop(job, None)
        if entry and entry.sha256 and not withdraw(out / job.path, entry.sha256):
            left.append(job.path)
    for job in prepared.withheld:
        work.note(Entry(*_names(job), "withheld", *NO_FIGURES))
    return tuple(left)


def _audit(work: Work, job: Job) -> bool:
    """Whether a report is the audit of a text, of a region and period that still have figures."""
    places = {size[:2] for size in work.prepared.plan.sizes}
    return job.area == texts.AREA and (job.region, job.period) in places


def _keep_audits(work: Work) -> list[Job]:
    """Audits of earlier runs whose text this run was not given: they stay, as long as their
    region and period have figures, and say so where they could not be made the same now.
    """
    if not work.request.wanted.everything:
        return []
    kept = [job for job in work.entries if job not in work.done and _audit(work, job)]
    for job in kept:
        entry = work.entries[job]
        text = texts.Text("", entry.text, entry.text_sha256)
        request = replace(work.request, wanted=Wanted(text=text))
        key = prepare.make_task(request, work.prepared, job, lambda twin: twin in work.entries)[1]
        en, zh = ("", "") if key == entry.inputs_sha256 else texts.OUTDATED
        status = entry.status if entry.status == "failed" else "unchanged"
        if status == "unchanged":
            entry = replace(entry, status=status, reason=en, reason_zh=zh)
        work.note(entry)
    return kept


def _way_in(work: Work) -> str:
    """Bring the portal up to date; why that failed, or nothing."""
    request, path = work.request, work.request.out / PORTAL
    # What a run was like (seconds, built or unchanged) must not change the way in.
    entries = {
        job: replace(entry, status="built" if entry.sha256 else entry.status, seconds=0.0)
        if entry.status in ("built", "unchanged")
        else replace(entry, seconds=0.0)
        for job, entry in work.entries.items()
    }
    shown = Ledger(entries, request.audience, work.prepared.plan.simulated).as_json()
    key = keys.digest([work.prepared.plan_key, shown])
    known = (work.portal.get("inputs_sha256"), work.portal.get("sha256"))
    if not request.fresh and known == (key, keys.file_hash(path)):
        return ""
    try:
        tables = (work.desk.load or _load)(request.data, request.house / "data")
        page = (work.desk.portal or _portal)(shown, tables, request.audience)
        digest = write_atomic(path, page.encode("utf-8"))
    except Exception as error:  # the reports stand, whatever the portal lacks
        return f"{type(error).__name__}: {error}"
    work.portal = {"sha256": digest, "inputs_sha256": "" if work.moved else key}
    work.save(force=True)
    return ""


def _load(folder: Path, base: Path) -> Any:
    from helpers.data import load

    return load(folder, base)


def _render(nb: Any, **page: Any) -> str:
    from helpers.press.page import render

    return render(nb, **page)


def _portal(shown: Mapping[str, Any], tables: Any, audience: str) -> str:
    from helpers.press import portal

    return portal.render(shown, tables, audience=audience)
