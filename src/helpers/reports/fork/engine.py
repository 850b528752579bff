"""The fork engine: tasks in, outcomes out, every report in a process of its own."""

import pickle
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from helpers.reports.fork.child import BEGUN
from helpers.reports.fork.early import taken
from helpers.reports.fork.helper import Helper
from helpers.reports.fork.server import BROKEN, ENDED, READY, SAID
from helpers.reports.page.render import died
from helpers.reports.queue import BREAKS, TICK, TO_START, Queue, given_up, late
from helpers.reports.task import Call, Context, Failure, Outcome, Task

__all__ = ["TO_OBEY", "Run", "ended", "note", "run_fork"]

TO_OBEY = 10.0  # seconds in which a helper must have ended a child


@dataclass(slots=True)
class Run:
    """A report under way: since when and until when, whether a cell began, how it came out."""

    task: Task
    start: float
    deadline: float
    begun: bool = False
    late: bool = False
    outcome: Outcome | None = None


@dataclass(slots=True)
class Shift:
    """The life of one helper: what it is at, and whether it can be given work."""

    helper: Helper
    deadline: float
    ready: bool = False
    runs: dict[int, Run] = field(default_factory=dict)
    count: int = 0


def run_fork(tasks: Sequence[Task], context: Context) -> Iterator[Outcome]:
    """Forks of a helper that has imported everything, `context.slots` at a time.

    A report that exceeds `context.timeout` seconds is ended with all that it started. What fails
    before its first cell ran, or because the helper was lost, is tried once more. A helper that
    cannot import what reports need is no reason to be slow in silence: every report says so.
    """
    queue = Queue.of(tasks)
    shift: Shift | None = None
    try:
        while not context.stop() and (queue.tasks or (shift and shift.runs)):
            if queue.broken > BREAKS:
                yield from given_up(queue, queue.reason)
                continue
            if shift is None:
                shift = _shift(context)
            _assign(shift, queue, context)
            alive, outcomes = _hear(shift, queue, context)
            yield from outcomes
            if not (alive and _on_time(shift)):
                shift.helper.close()
                yield from _lost(shift, queue)
                shift = None

        def do(call: Call) -> Any:
            nonlocal shift
            shift = shift or _shift(context)
            return _done(shift, call, context)

        if not context.stop():
            context.closing(do)
    finally:
        if shift:
            shift.helper.close()


def _shift(context: Context) -> Shift:
    return Shift(taken(context.render), time.monotonic() + TO_START)


def _done(shift: Shift, call: Call, context: Context) -> Any:
    """The value of a call, made in a fork; ChildProcessError if it does not come."""
    end, started, said = time.monotonic() + TO_START + context.timeout, False, None
    try:
        while time.monotonic() < end and not context.stop():
            if shift.ready and not started:
                started = True
                shift.helper.start(0, call)
            for kind, _, what in shift.helper.events(TICK):
                shift.ready = shift.ready or kind == READY
                if kind == SAID:
                    said = what
                elif kind == BROKEN or (kind == ENDED and said is None):
                    raise ChildProcessError(what)
                elif kind == ENDED:
                    return pickle.loads(said)
    except EOFError as error:
        raise ChildProcessError(call.name) from error
    raise ChildProcessError(call.name)


def _assign(shift: Shift, queue: Queue, context: Context) -> None:
    while shift.ready and queue.tasks and len(shift.runs) < context.slots:
        task = queue.take()
        now = time.monotonic()
        shift.count += 1
        shift.runs[shift.count] = Run(task, now, now + context.timeout)
        context.started(task)
        shift.helper.start(shift.count, task)


def _hear(shift: Shift, queue: Queue, context: Context) -> tuple[bool, list[Outcome]]:
    """Whether the helper lives, and the outcomes that have come."""
    outcomes = []
    try:
        for kind, number, what in shift.helper.events(TICK):
            if kind == READY:
                shift.ready = True
            elif kind == BROKEN:
                en = f"the fork engine could not load {number.partition(':')[0]}"
                zh = f"fork 引擎无法载入 {number.partition(':')[0]}"
                queue.broken, queue.reason = BREAKS + 1, Failure(en, zh, what)
                return False, outcomes
            elif kind == SAID:
                note(shift.runs[number], what)
            elif kind == ENDED:
                outcome = ended(shift.runs.pop(number), *what, context.timeout)
                queue.broken = 0
                if not queue.again(outcome):
                    outcomes.append(outcome)
    except EOFError:
        return False, outcomes
    return True, outcomes


def note(run: Run, said: bytes) -> None:
    """Enter what a report's process said: that its first cell began, or how it came out."""
    if said == BEGUN:
        run.begun = True
    else:
        run.outcome = pickle.loads(said)


def ended(run: Run, code: int, said: str, timeout: float) -> Outcome:
    """The outcome of a report whose process has ended with `code`, and `said` on its terminal."""
    if run.outcome:
        return run.outcome
    seconds = time.monotonic() - run.start
    if run.late:
        return Outcome(run.task, seconds, failure=late(timeout))
    failure = died(f"the report's process ended with {code}\n{said}", run.begun)
    return Outcome(run.task, seconds, failure=failure)


def _on_time(shift: Shift) -> bool:
    """End the reports that are late; whether the helper itself does what it is told."""
    now = time.monotonic()
    if not shift.ready:
        return now < shift.deadline
    for number, run in shift.runs.items():
        if now > run.deadline and not run.late:
            run.late = True
            shift.helper.end(number)
    return not any(now > run.deadline + TO_OBEY for run in shift.runs.values())


def _lost(shift: Shift, queue: Queue) -> Iterator[Outcome]:
    """What becomes of the reports whose helper was lost: tried again, or failed."""
    if not shift.runs:
        queue.broken += 1
    for run in shift.runs.values():
        failure = Failure("the helper process died", "辅助进程意外终止", transient=True)
        seconds = time.monotonic() - run.start
        outcome = run.outcome or Outcome(run.task, seconds, failure=failure)
        if not queue.again(outcome):
            yield outcome
