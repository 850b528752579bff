"""One edition: build what is not up to date, publish it, keep the ledger and the way in."""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from helpers.data.problems import problem
from helpers.press import keys, ledger, preflight, prepare, records, texts
from helpers.press.desk import Desk, Edition, Work
from helpers.press.ledger import Entry, Ledger
from helpers.press.orders import Order, make_task
from helpers.press.plan import Job
from helpers.press.prepare import Refused, Request
from helpers.press.publish import PRIVATE, hold, publish, sweep, write_atomic
from helpers.press.records import Reason
from helpers.press.seals import look
from helpers.press.shelf import clear, keep_audits
from helpers.press.stale import Stale, examined
from helpers.press.task import Context, Engine, Failure, Outcome

__all__ = ["make"]

PORTAL = "index.html"
GOOD = ("built", "unchanged")
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
    prepared = prepare.prepare(request, desk.read or _read)
    if not (request.out / PRIVATE).is_dir():  # nothing is made before it may be
        empty = Ledger()
        _approve(request, empty, examined(request, prepared, empty), prepared.plan.simulated)
    with hold(request.out):
        before = ledger.read(request.out)
        found = examined(request, prepared, before)
        _approve(request, before, found, prepared.plan.simulated)
        prepare.keep(request.out, prepared)
        entries = dict(before.entries)
        work = Work(request, prepared, desk, before, entries, before.portal, found.seals)
        for job in found.fresh:
            work.note(_unchanged(entries[job]))
        if found.orders:
            _build(work, found.orders)
        stopped = desk.stop()
        left = () if stopped else clear(work)
        kept = () if stopped else keep_audits(work)
        work.save(force=True)
        failure = "" if stopped else _way_in(work)
    entries = [
        work.done[job] for job in (*prepared.jobs, *prepared.withheld, *kept) if job in work.done
    ]
    portal = request.out / PORTAL
    seconds = time.monotonic() - start
    return Edition(tuple(entries), portal, seconds, stopped, left, failure, work.moved)


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


def _build(work: Work, orders: dict[Job, tuple[Order, Reason]]) -> None:
    request, desk = work.request, work.desk
    sweep(request.out)
    desk.planned(len(orders))
    context = Context(
        render=desk.render or _render,
        slots=request.slots,
        timeout=request.timeout,
        started=desk.started,
        stop=desk.stop,
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
        from helpers.press.cluster.driver import cluster_engine

        return cluster_engine(request, work.prepared, work.desk.noticed)
    from helpers.press.engine import ENGINES

    if isinstance(request.out, Path):
        return ENGINES[request.engine]
    from helpers.press.sending import sent_away

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
    work.seals.put(path, order.coarse, key, outcome.sha256, look(out / path))
    return key


def _names(job: Job) -> tuple[str, str, str, str]:
    return job.area, job.region, job.period, job.lang


def _way_in(work: Work) -> str:
    """Bring the portal up to date; why that failed, or nothing."""
    request, path = work.request, work.request.out / PORTAL
    told = [
        [*_names(job), entry.path, entry.sha256]
        + ([] if entry.status in GOOD else [entry.status, entry.reason, entry.reason_zh])
        for job, entry in sorted(work.entries.items())
    ]
    simulated = work.prepared.plan.simulated
    key = keys.digest([work.prepared.plan_key, told, request.audience, simulated])
    known = (work.portal.get("inputs_sha256"), work.portal.get("sha256"))
    if not request.fresh and known == (key, keys.file_hash(path)):
        return ""
    try:
        tables = (work.desk.load or _load)(request.data, request.house / "data")
        page = (work.desk.portal or _portal)(_shown(work), tables, request.audience)
        digest = write_atomic(path, page.encode("utf-8"))
    except Exception as error:  # the reports stand, whatever the portal lacks
        return f"{type(error).__name__}: {error}"
    work.portal = {"sha256": digest, "inputs_sha256": "" if work.moved else key}
    work.save(force=True)
    return ""


def _shown(work: Work) -> dict[str, Any]:
    """The ledger without what a run was like (seconds, built or unchanged, why): that must not
    change the way in.
    """
    entries = {
        job: replace(entry, status="built", reason="", reason_zh="", seconds=0.0)
        if entry.status in GOOD
        else replace(entry, seconds=0.0)
        for job, entry in work.entries.items()
    }
    return Ledger(entries, work.request.audience, work.prepared.plan.simulated).as_json()


def _unchanged(entry: Entry) -> Entry:
    if entry.status == "unchanged" and not entry.reason:
        return entry
    return replace(entry, status="unchanged", reason="", reason_zh="")


def _read(folder: Path, base: Path) -> Any:
    from helpers.data.load import sound

    return sound(folder, base)


def _load(folder: Path, base: Path) -> Any:
    from helpers.data import load

    return load(folder, base)


def _render(nb: Any, **page: Any) -> str:
    from helpers.press.page import render

    return render(nb, **page)


def _portal(shown: Mapping[str, Any], tables: Any, audience: str) -> str:
    from helpers.press import portal

    return portal.render(shown, tables, audience=audience)
