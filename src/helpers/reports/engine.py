"""The engines: functions that turn tasks into outcomes. The parent keeps the clock.

An engine is `run(tasks, context)`, an iterator of outcomes in the order in which they end.
It publishes nothing and knows no ledger, so that engines can be exchanged freely.
"""

import multiprocessing
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from helpers.reports.choice import FORK, PAPERMILL
from helpers.reports.processes import end_marked, end_tree
from helpers.reports.queue import BREAKS, TICK, TO_START, Queue, given_up, late
from helpers.reports.task import Context, Engine, Failure, Outcome, Task
from helpers.reports.worker import READY, serve

__all__ = ["ENGINES", "run_papermill"]

TO_END = 5.0  # seconds in which an idle worker must have left


LATE, LOST = "late", "lost"


@dataclass(slots=True)
class Slot:
    """One worker process and what it is at; `task` is None while it starts or waits.

    `workspace` is its private folder, removed from here, because a worker may not live to.
    """

    process: BaseProcess
    conn: Connection
    mark: str
    workspace: Path
    deadline: float
    begun: float = 0.0
    ready: bool = False
    task: Task | None = None


def run_papermill(tasks: Sequence[Task], context: Context) -> Iterator[Outcome]:
    """Real kernels through papermill, in a pool of warm processes.

    A report that exceeds `context.timeout` seconds is ended from here, with its kernel and all
    that its cells started, because a hung kernel cannot be trusted to end itself. What fails
    before its first cell ran is tried once more.
    """
    queue = Queue.of(tasks)
    slots: list[Slot] = []
    try:
        while not context.stop() and (queue.tasks or any(slot.task for slot in slots)):
            if queue.broken > BREAKS:
                yield from given_up(queue, queue.reason)
                continue
            while len(slots) < context.slots and sum(not s.task for s in slots) < len(queue.tasks):
                slots.append(_open(context))
            for slot in slots:
                if slot.ready and slot.task is None and queue.tasks:
                    _assign(slot, queue, context)
            wait([slot.conn for slot in slots], timeout=TICK)
            for slot in tuple(slots):
                event = _event(slot)
                if event in (LATE, LOST):
                    slots.remove(slot)
                    _end(slot)
                outcome = _outcome(slot, event, queue, context)
                if outcome is not None:
                    yield outcome
    finally:
        _close(slots)


def _open(context: Context) -> Slot:
    spawn = multiprocessing.get_context("spawn")  # the same on every system
    ours, theirs = spawn.Pipe()
    mark = secrets.token_hex(8)
    workspace = Path(tempfile.mkdtemp(prefix="halfsky-"))
    given = (theirs, context.render, mark, workspace)
    process = spawn.Process(target=serve, args=given, daemon=True)
    process.start()
    theirs.close()
    return Slot(process, ours, mark, workspace, deadline=time.monotonic() + TO_START)


def _assign(slot: Slot, queue: Queue, context: Context) -> None:
    slot.task = queue.take()
    slot.begun = time.monotonic()
    slot.deadline = slot.begun + context.timeout
    context.started(slot.task)
    with suppress(OSError):  # a worker that is gone will be seen as lost
        slot.conn.send(slot.task)


def _event(slot: Slot) -> Outcome | str | None:
    """What happened to the slot since the last look; None if nothing did."""
    try:
        if slot.conn.poll():
            return slot.conn.recv()
    except (EOFError, OSError):
        return LOST
    if not slot.process.is_alive():
        return LOST
    if time.monotonic() > slot.deadline and not (slot.ready and slot.task is None):
        return LATE
    return None


def _outcome(
    slot: Slot, event: Outcome | str | None, queue: Queue, context: Context
) -> Outcome | None:
    """The outcome that an event amounts to; None if there is none, or the task is tried again."""
    task = slot.task
    if event is None:
        return None
    if event == READY:
        slot.ready = True
        return None
    if task is None:
        queue.broken += 1
        return None
    slot.task = None
    if isinstance(event, Outcome):
        outcome, queue.broken = event, 0
    else:
        seconds = time.monotonic() - slot.begun
        outcome = Outcome(task, seconds, failure=_ended(slot, event, context))
    return None if queue.again(outcome) else outcome


def _ended(slot: Slot, event: str, context: Context) -> Failure:
    if event == LATE:
        return late(context.timeout)
    code = slot.process.exitcode
    return Failure(f"the worker process died ({code})", f"工作进程意外终止({code})")


def _close(slots: Sequence[Slot]) -> None:
    """Let idle workers go, end the others; nothing of them stays, not even what cells left."""
    for slot in slots:
        if slot.ready and slot.task is None:
            with suppress(OSError):
                slot.conn.send(None)
    for slot in slots:
        if slot.ready and slot.task is None:
            slot.process.join(TO_END)
        _end(slot)


def _end(slot: Slot) -> None:
    if slot.process.is_alive():
        end_tree(slot.process.pid, slot.mark)
    else:
        end_marked([slot.mark])
    slot.process.join(1)
    slot.conn.close()
    shutil.rmtree(slot.workspace, ignore_errors=True)


def _run_fork(tasks: Sequence[Task], context: Context) -> Iterator[Outcome]:
    from helpers.reports.fork.engine import run_fork

    return run_fork(tasks, context)


# By name, in order of preference. A function here is all that a further engine needs.
ENGINES: dict[str, Engine] = {FORK: _run_fork, PAPERMILL: run_papermill}
