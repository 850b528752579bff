"""One edition: build what is not up to date, publish it, keep the ledger and the index page."""

import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from helpers.data.problems import Refused
from helpers.reports import ledger
from helpers.reports.execute import Outcome, failed, run_here
from helpers.reports.formats import files
from helpers.reports.index.build import bring_up_to_date
from helpers.reports.inputs import Inputs, Reason, handed, inputs_of, stale, task_of
from helpers.reports.kernels import Batch, environment
from helpers.reports.ledger import GOOD, read_state
from helpers.reports.messages import wrong
from helpers.reports.plan import Job, Request
from helpers.reports.prepare import approve, prepare, stamp
from helpers.reports.publish import clear, entered, keep_extras
from helpers.reports.run import Edition, Engine, Hooks, Run, Work, hold, sweep

__all__ = ["make"]


def make(request: Request, hooks: Hooks = Hooks()) -> Edition:  # noqa: B008 - it is frozen
    """Build the reports asked for.

    Raises Refused or DataRefused before anything is written, Held where another run holds the
    folder, KeyboardInterrupt where one comes before anything is built; later ones end the run,
    which says so. A report that fails is an entry, not an exception; the last good one stays.
    """
    start = time.monotonic()
    with ExitStack() as stack:
        kernels = _Kernels(stack)
        elsewhere = hooks.engine or request.scheduler
        found = read_state(request.out)
        prepared = prepare(request, found, (lambda: None) if elsewhere else kernels.start)
        approve(request, ledger.read(request.out), prepared)  # nothing is made before it may be
        with hold(request.out):
            before = ledger.read(request.out)
            approve(request, before, prepared)
            state = read_state(request.out)
            state.files |= found.files
            state.checked |= found.checked
            state.slices, state.regions = found.slices, found.regions
            run = Run(request, prepared, hooks, state, before, dict(before.entries),
                      dict(before.index), dict(before.history), dict(before.files))  # fmt: skip
            return _made(run, kernels, start)


def _made(run: Run, kernels: "_Kernels", start: float) -> Edition:
    """The edition of a request that may start. Only under the lock."""
    request, prepared = run.request, run.prepared
    came: dict[str, Any] = {}
    kept: tuple[Job, ...] = ()
    try:
        if _build(run, kernels):  # again: a page must not link to one that did not come about
            _build(run, kernels)
        kernels.complain(run.hooks)
        came["left"], kept = clear(run), tuple(keep_extras(run))
        came["unmade"] = files.bring_up_to_date(run)
        came["index_failure"] = bring_up_to_date(run)
        run.state.rows = dict(prepared.folder.counts)
    except KeyboardInterrupt:
        came["stopped"] = True
    except Refused:  # by the scheduler, before anything was begun
        raise
    except BaseException:
        run.save(force=True)  # what was published stands, whatever ends the run
        raise
    came["moved"] = _settle(run)
    run.save(force=True)
    jobs = (*prepared.jobs, *prepared.withheld, *kept)
    return Edition(
        tuple(run.done[job] for job in jobs if job in run.done),
        request.out / "index.html",
        time.monotonic() - start,
        prepared.warnings,
        files=tuple(sorted(run.files)),
        history=run.history,
        opened=run.history != run.before.history,
        simulated=prepared.plan.simulated,
        **came,
    )


def _stale(run: Run) -> dict[Job, tuple[Inputs, Reason]]:
    """The reports to build, each with the reason; those that stand are noted.

    What was built in this run is only looked at again for the link to its twin, what failed in
    it not at all.
    """
    found = {}
    request = replace(run.request, fresh=run.request.fresh and not run.done)
    jobs = set(run.prepared.jobs)
    for job in run.prepared.jobs:
        known, tried = run.entries.get(job), run.done.get(job)
        if tried and tried.status not in GOOD:
            continue
        other = run.entries.get(job.twin)  # before a first attempt, whether one is to come
        twin = job.twin in jobs if other is None else bool(other.sha256)
        of = inputs_of(request, run.prepared, job, twin)
        reason = stale(request, of, known, run.state)
        if reason is not None:
            found[job] = of, reason
        elif tried is None:
            run.note(replace(known, status="unchanged", reason="", reason_zh=""))
    return found


def _build(run: Run, kernels: "_Kernels") -> bool:
    """Build what is stale; whether anything was."""
    found = _stale(run)
    if not found:
        return False
    request, hooks = run.request, run.hooks
    sweep(request.out)
    hooks.planned(len(found))

    def work() -> Work:
        for job, (of, _) in found.items():
            try:
                given = handed(request, run.prepared, of)
            except OSError as error:
                ended(Outcome(job, failure=failed("unreadable", error)))
                continue
            yield task_of(request, run.prepared, of), given

    def ended(outcome: Outcome) -> None:
        entry = entered(run, *found[outcome.job], outcome)
        run.note(entry)
        run.save()
        hooks.finished(entry, outcome)

    with closing(_engine(run, kernels)(work())) as outcomes:
        for outcome in outcomes:
            ended(outcome)
    return True


def _engine(run: Run, kernels: "_Kernels") -> Engine:
    """What makes the reports: this machine, or those of a scheduler."""
    request = run.request
    if run.hooks.engine:
        return run.hooks.engine
    if request.scheduler:
        from helpers.reports.scheduler import run_there

        return lambda work: run_there(work, request.scheduler)
    return lambda work: run_here(work, kernels.start(), request.slots)


def _settle(run: Run) -> bool:
    """Look at what was published once more; whether someone was at the inputs meanwhile. Then
    it is not known what the pages of this run were made from: the next run builds them again.
    """
    prepared = run.prepared
    moved = bool(run.keys) and stamp(run.request, prepared.folder) != prepared.stamp
    for job in run.keys:
        entry = run.entries.get(job)
        if entry and moved:
            run.note(replace(entry, inputs_sha256=""))
        elif entry:
            run.state.hash(job.path, run.request.out / job.path)
    return moved


class _Kernels:
    """The kernels of a run, and a folder for what they keep to themselves; made when needed."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack, self.batch = stack, None

    def complain(self, hooks: Hooks) -> None:
        """Say why kernels were slow to start, if they were."""
        if self.batch is not None and (why := self.batch.cold()):
            hooks.noticed(wrong("halfsky-warm", "cold-kernels", why=why))

    def start(self) -> Any:
        """The batch; its server begins to import at once."""
        if self.batch is None:
            folder = self.stack.enter_context(tempfile.TemporaryDirectory(prefix="halfsky-"))
            self.batch = self.stack.enter_context(Batch(environment(Path(folder))))
        return self.batch
