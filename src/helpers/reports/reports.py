"""One edition: build what is not up to date, publish it, keep the ledger and the way in."""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from helpers.data.problems import problem
from helpers.reports import ledger, preflight, prepare, texts
from helpers.reports.cache import keys, records
from helpers.reports.cache.records import Reason
from helpers.reports.cache.seals import look
from helpers.reports.cache.shelf import clear, keep_audits
from helpers.reports.cache.stale import Stale, examined
from helpers.reports.choice import FORK
from helpers.reports.desk import Desk, Edition, Work
from helpers.reports.ledger import Entry, Ledger
from helpers.reports.orders import Order, make_task
from helpers.reports.plan import Job
from helpers.reports.prepare import Prepared, Request
from helpers.data.problems import Refused
from helpers.reports.publish import PRIVATE, hold, publish, sweep
from helpers.reports.page.rendering import render as _render
from helpers.reports.task import Context, Do, Engine, Failure, Outcome
from helpers.reports.index.build import PORTAL, way_in

__all__ = ["make"]

Ending = tuple[tuple[str, ...], tuple[Job, ...], str]  # left, audits kept, failure of the way in
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
    try:
        prepared = prepare.prepare(request, desk.read or _read, lambda: _call_in(request, desk))
        if not (request.out / PRIVATE).is_dir():  # nothing is made before it may be
            empty = Ledger()
            found = examined(request, prepared, empty)
            _approve(request, empty, found, prepared.plan.simulated)
        with hold(request.out):
            return _made(request, desk, prepared, start)
    finally:
        _dismiss()


def _made(request: Request, desk: Desk, prepared: Prepared, start: float) -> Edition:
    """The edition of a request that may start. Only under the lock."""
    before = ledger.read(request.out)
    found = examined(request, prepared, before)
    _approve(request, before, found, prepared.plan.simulated)
    prepare.keep(request.out, prepared)
    work = Work(request, prepared, desk, before, dict(before.entries), before.portal, found.seals)
    for job in found.fresh:
        work.note(_unchanged(work.entries[job]))
    ends: list[Ending] = []

    def end(do: Do | None = None) -> None:
        if not ends and not desk.stop():
            ends.append(_ended(work, do))

    if found.orders or not prepared.is_kept:
        _build(work, found.orders, end)
    stopped = desk.stop() and not ends
    end()
    work.save(force=True)
    left, kept, failure = ends[0] if ends else ((), (), "")
    jobs = (*prepared.jobs, *prepared.withheld, *kept)
    entries = tuple(work.done[job] for job in jobs if job in work.done)
    seconds = time.monotonic() - start
    edition = Edition(entries, request.out / PORTAL, seconds, stopped, left, failure, work.moved)
    desk.closing(edition, work)
    return edition


def _ended(work: Work, do: Do | None) -> Ending:
    """What is left to do once all reports are there: take back what is gone, renew the way in."""
    left, kept = clear(work), tuple(keep_audits(work))
    work.save(force=True)
    return left, kept, way_in(work, do)


def _call_in(request: Request, desk: Desk) -> None:
    """Let the engine's helper begin to import: there will be something to do."""
    if request.engine == FORK and not (desk.render or request.scheduler):
        from helpers.reports.fork.early import call_in

        call_in(_render)


def _dismiss() -> None:
    if early := sys.modules.get("helpers.reports.fork.early"):
        early.dismiss()


def _approve(request: Request, before: Ledger, found: Stale, simulated: bool) -> None:
    """Refuse notebooks that cannot be trusted, and a folder that holds another edition."""
    areas = dict.fromkeys(job.area for job in found.orders)
    found = preflight.all_notebook_problems(map(request.notebook, areas))
    kind = (request.audience, simulated)
    if before.entries and (before.audience, before.simulated) != kind:
        place = ("--out", 0, "", str(request.out))
        found.append(problem(place, "other-edition", *OTHER_EDITION))
    if found:
        raise Refused(found)


def _build(work: Work, orders: dict[Job, tuple[Order, Reason]], end: Callable[[Do], None]) -> None:
    request, desk = work.request, work.desk
    sweep(request.out)
    if orders:
        desk.planned(len(orders))
    context = Context(
        render=desk.render or _render,
        slots=request.slots,
        timeout=request.timeout,
        started=desk.started,
        stop=desk.stop,
        closing=end,
    )
    tasks = [make_task(request, work.prepared, order) for order, _ in orders.values()]
    for outcome in _engine(work)(tasks, context):
        entry = _published(work, outcome, *orders[outcome.task.job])
        work.note(entry)
        work.save()
        desk.finished(entry, outcome)
    sweep(request.out)


def _engine(work: Work) -> Engine:
    """What makes the reports: this machine, or those of a scheduler."""
    request = work.request
    if request.scheduler:
        from helpers.reports.cluster.driver import cluster_engine

        return cluster_engine(request, work.prepared, work.desk.noticed)
    from helpers.reports.engine import ENGINES

    if isinstance(request.out, Path):
        return ENGINES[request.engine]
    from helpers.reports.sending import sent_away

    return sent_away(ENGINES[request.engine])


def _published(work: Work, outcome: Outcome, order: Order, why: Reason) -> Entry:
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
            good = {"sha256": outcome.sha256, "path": job.path}
            good["inputs_sha256"] = _recorded(work, outcome, order)
            text = work.request.wanted.text if job.area == texts.AREA else None
            good |= {"text": text.name, "text_sha256": text.sha256} if text else {}
            reasons = {"reason": why[0], "reason_zh": why[1]}
            return Entry(*_names(job), "built", seconds=seconds, **reasons, **good)
    kept = work.entries.get(job)
    good = {}
    if kept and kept.sha256 and kept.sha256 == keys.file_hash(outcome.task.target):
        names = ("sha256", "inputs_sha256", "path", "text", "text_sha256")
        good = {name: getattr(kept, name) for name in names}
    reasons = {"reason": failure.reason, "reason_zh": failure.reason_zh}
    return Entry(*_names(job), "failed", seconds=seconds, **reasons, **good)


def _recorded(work: Work, outcome: Outcome, order: Order) -> str:
    """Keep what the report was made from; the key of that, or nothing where it is not known."""
    prepared, out, path = work.prepared, work.request.out, order.job.path
    work.seals.drop(path)
    if not prepared.untouched():
        work.moved = True
        return ""
    shared = {"data": prepared.shared["data"], "code": prepared.code}
    record = outcome.reads or records.usable(None, work.request.data, shared)
    key = records.key(keys.digest(order.static), record)
    records.write(out, path, order.static, record)
    status = look(f"{out}/{path}")
    work.seals.put(path, (order.coarse, key), outcome.sha256, status, record["files"])
    return key


def _names(job: Job) -> tuple[str, str, str, str]:
    return job.area, job.region, job.period, job.lang


def _unchanged(entry: Entry) -> Entry:
    if entry.status == "unchanged" and not entry.reason:
        return entry
    return replace(entry, status="unchanged", reason="", reason_zh="")


def _read(folder: Path, base: Path) -> Any:
    from helpers.data.load import sound

    return sound(folder, base)
