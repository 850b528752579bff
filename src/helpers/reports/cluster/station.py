"""A worker's own press: one helper process, from which every report of the worker is forked."""

import itertools
import pickle
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from helpers.data.home import HOME
from helpers.reports.choice import FORK
from helpers.reports.fork.engine import TO_OBEY, Run, ended, note
from helpers.reports.fork.helper import Helper
from helpers.reports.fork.server import BROKEN, ENDED, READY
from helpers.reports.fork.system import can_fork
from helpers.reports.page.render import Render
from helpers.reports.queue import ATTEMPTS, TICK, TO_START, late
from helpers.reports.task import Failure, Outcome, Task

__all__ = ["Station"]

LOST = "lost"
ENDED_FROM_AFAR = Failure("the run was stopped", "运行已中止")
HELPER_LOST = Failure("the helper process died", "辅助进程意外终止", transient=True)
PORTABLE = [sys.executable, "-m", "helpers.reports.cluster.portable"]


@dataclass(slots=True)
class Line:
    """The connection to one helper: whether it is ready, or why it never will be, and the boxes
    in which what is said of each report arrives.
    """

    helper: Helper
    settled: threading.Event = field(default_factory=threading.Event)
    broken: Failure | None = None
    boxes: dict[int, SimpleQueue] = field(default_factory=dict)
    over: bool = False


class Station:
    """Runs the reports of one house; called by as many threads as the worker has slots.

    The helper is a fresh process, never a fork of the worker with its threads and its loop.
    """

    def __init__(self, house: Path, render: Render) -> None:
        self._house, self._render = house, render
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._line: Line | None = None
        self._runs: dict[int, tuple[str, Line]] = {}
        self._stopped: set[str] = set()
        self._portable: dict[int, tuple[str, subprocess.Popen]] = {}

    @property
    def busy(self) -> bool:
        """Whether a report is being made."""
        return bool(self._runs or self._portable)

    def carry_out(self, task: Task, run: str, timeout: float, engine: str) -> Outcome:
        """Make a report of the run `run`; what the machine failed is tried once more."""
        once = self._forked if engine == FORK and can_fork() else self._in_kernel
        for _ in range(ATTEMPTS):
            if run in self._stopped:
                return Outcome(task, 0.0, failure=ENDED_FROM_AFAR)
            outcome = once(task, run, timeout)
            if not (outcome.failure and outcome.failure.transient):
                break
        return outcome

    def stop(self, run: str) -> None:
        """End the reports of a run, and begin no more of them."""
        self._stopped.add(run)
        with self._lock:
            for number, (owner, line) in self._runs.items():
                if owner == run:
                    line.helper.end(number)
            for owner, process in self._portable.values():
                if owner == run:
                    process.terminate()

    def close(self) -> None:
        """Let the helper go."""
        with self._lock:
            line, self._line = self._line, None
        if line:
            line.over = True

    def _forked(self, task: Task, run: str, timeout: float) -> Outcome:
        begun = time.monotonic()
        line = self._open()
        if not line.settled.wait(TO_START):
            self._drop(line)
            return Outcome(task, time.monotonic() - begun, failure=HELPER_LOST)
        if line.broken:
            return Outcome(task, time.monotonic() - begun, failure=line.broken)
        start = time.monotonic()
        box: SimpleQueue = SimpleQueue()
        with self._lock:
            number = next(self._numbers)
            line.boxes[number] = box
            self._runs[number] = (run, line)
            if line.over:
                box.put((LOST, None))
            else:
                line.helper.start(number, task)
        try:
            return self._heard(line, number, box, Run(task, start, start + timeout), timeout)
        finally:
            with self._lock:
                self._runs.pop(number, None)
                line.boxes.pop(number, None)

    def _heard(
        self, line: Line, number: int, box: SimpleQueue, run: Run, timeout: float
    ) -> Outcome:
        while True:
            try:
                kind, what = box.get(timeout=max(0.0, run.deadline - time.monotonic()))
            except Empty:
                if run.late:  # the helper does not do what it is told
                    self._drop(line)
                    return Outcome(run.task, time.monotonic() - run.start, failure=late(timeout))
                run.late, run.deadline = True, time.monotonic() + TO_OBEY
                with self._lock:
                    line.helper.end(number)
                continue
            if kind == LOST:
                failure = late(timeout) if run.late else HELPER_LOST
                return run.outcome or Outcome(run.task, time.monotonic() - run.start, None, "",
                                              failure)  # fmt: skip
            if kind == ENDED:
                return ended(run, *what, timeout)
            note(run, what)

    def _open(self) -> Line:
        with self._lock:
            if self._line is None or self._line.over:
                self._line = Line(Helper(self._render, more={HOME: str(self._house)}))
                threading.Thread(target=_listen, args=(self._line,), daemon=True).start()
            return self._line

    def _drop(self, line: Line) -> None:
        line.over = True
        with self._lock:
            if self._line is line:
                self._line = None

    def _in_kernel(self, task: Task, run: str, timeout: float) -> Outcome:
        """A real kernel under papermill, in a process of its own: a worker that is watched over
        may not start processes by `multiprocessing`.
        """
        import os

        start = time.monotonic()
        process = subprocess.Popen(
            PORTABLE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, HOME: str(self._house)},
        )
        with self._lock:
            number = next(self._numbers)
            self._portable[number] = (run, process)
        try:
            said, _ = process.communicate(pickle.dumps((task, self._render, timeout)))
            return pickle.loads(said)
        except (OSError, EOFError, pickle.UnpicklingError):
            return Outcome(task, time.monotonic() - start, failure=HELPER_LOST)
        finally:
            with self._lock:
                self._portable.pop(number, None)


def _listen(line: Line) -> None:
    """Hand what the helper says to whom it concerns, until it is gone or let go."""
    with suppress(EOFError, OSError, ValueError):
        while not line.over:
            for kind, number, what in line.helper.events(TICK):
                _dispatch(line, kind, number, what)
    line.over = True
    for box in tuple(line.boxes.values()):
        box.put((LOST, None))
    if line.broken is None and not line.settled.is_set():
        line.broken = HELPER_LOST
    line.settled.set()
    line.helper.close()


def _dispatch(line: Line, kind: str, number: Any, what: Any) -> None:
    if kind == READY:
        line.settled.set()
    elif kind == BROKEN:
        name = number.partition(":")[0]
        en, zh = f"the fork engine could not load {name}", f"fork 引擎无法载入 {name}"
        line.broken = Failure(en, zh, what)
        line.settled.set()
    elif box := line.boxes.get(number):
        box.put((kind, what))
