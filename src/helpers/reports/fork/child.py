"""A fork of the helper: runs one notebook, answers, and ends, whatever its cells did."""

import builtins
import faulthandler
import os
import pickle
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from helpers.data import reads
from helpers.reports.fork.notebook import Allowed, Watcher, run_notebook
from helpers.reports.fork.papers import parametrised
from helpers.reports.fork.system import adopt_orphans, die_with_parent, has_children
from helpers.reports.page.render import (
    Render,
    cell_failure,
    died,
    printed,
    stopped,
    without_colours,
)
from helpers.reports.processes import end_children
from helpers.reports.surroundings import LOG, enclose
from helpers.reports.task import Call, Failure, Outcome, Task

__all__ = ["BEGUN", "Errand", "live"]

BEGUN = b"begun"  # said once, when the first cell begins


@dataclass(frozen=True, slots=True)
class Errand:
    """A notebook to run for papermill: its JSON, where, in which environment, what may fail."""

    notebook: str
    folder: str
    environment: Mapping[str, str]
    allowed: Allowed


def live(
    work: Task | Errand | Call, render: Render, folder: Path, answer: Connection, parent: int
) -> None:
    """All that a child does. `folder` is its private place for temporary files."""
    code = 1
    try:
        die_with_parent(parent)
        _become(folder)
        say = answer.send_bytes
        if isinstance(work, Task):
            outcome = report(work, render, say)
            say(pickle.dumps(outcome))
        elif isinstance(work, Call):
            say(pickle.dumps(getattr(import_module(work.module), work.name)(*work.given)))
        else:
            say(pickle.dumps(errand(work, say)))
        code = 0
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        with suppress(BaseException):
            sys.__stderr__.flush()
        os._exit(code)


def _become(folder: Path) -> None:
    """Stop being the helper: own session, own log, own chance, no inherited handlers."""
    os.setsid()
    adopt_orphans()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder.mkdir()
    log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number in (1, 2):
        os.dup2(log, number)
    faulthandler.enable(os.fdopen(log, "w"))
    random.seed()
    import_module("numpy.random").seed()  # pandas brings it along
    builtins.__dict__.pop("_", None)


def report(task: Task, render: Render, say: Callable[[bytes], None]) -> Outcome:
    """Run a report's notebook and print its page; the outcome, whatever happens."""
    start = time.perf_counter()
    begun: list[int] = []

    def note(index: int) -> None:
        if not begun:
            say(BEGUN)
        begun.append(index)

    try:
        enclose(Path(os.environ["TMPDIR"], f"k{os.getpid()}"))
        os.chdir(task.notebook.parent)
        _look_here()
        nb = parametrised(task.notebook, task.parameters)
        reads.begin()  # what the helper read beforehand is no report's reading
        failed = run_notebook(nb, Watcher(begun=note))
        if failed is not None and (failure := _cell_failure(nb, failed)):
            return Outcome(task, time.perf_counter() - start, failure=failure)
        return printed(task, nb, render, start)
    except Exception as error:  # whatever it is, it is this report's failure and no other's
        failure = _failure(error, bool(begun))
    finally:
        with suppress(Exception):
            if has_children():
                end_children(os.getpid())
    return Outcome(task, time.perf_counter() - start, failure=failure)


def _look_here() -> None:
    """Let imports look beside the notebook, where a kernel does: after Python's own library."""
    sys.path[:] = [place for place in sys.path if place]
    app = import_module("IPython.core.shellapp").InteractiveShellApp  # ipykernel brings it along
    app.init_path(SimpleNamespace(ignore_cwd=False))


def _cell_failure(nb: Any, index: int) -> Failure | None:
    """Why the cell failed; None for a clean `sys.exit`, which the judge deals with."""
    cell = nb.cells[index]
    for output in cell.outputs:
        if output.output_type == "error":
            if output.ename == "SystemExit" and output.evalue in ("", "0"):
                return None
            trace = output.traceback
            return cell_failure(cell.execution_count, output.ename, cell.source, trace)
    return cell_failure(cell.execution_count, "CellExecutionError", cell.source, ())


def _failure(error: Exception, begun: bool) -> Failure:
    from nbclient.exceptions import DeadKernelError

    detail = without_colours("".join(traceback.format_exception(error)))
    if isinstance(error, DeadKernelError):
        return died(detail, begun)
    return stopped(error, detail, begun)


def errand(work: Errand, say: Callable[[bytes], None]) -> tuple[str, dict[str, Any], int | None]:
    """Run a notebook for papermill, telling of each cell and of what it puts out, as it comes;
    "done", its language, which cell failed.
    """
    import nbformat

    os.environ.clear()
    os.environ.update(work.environment)
    os.chdir(work.folder)
    _look_here()
    nb = nbformat.reads(work.notebook, as_version=4)

    def tell(word: str) -> Callable[..., None]:
        return lambda index, more=None: say(pickle.dumps((word, index, more)))

    def ended(index: int, passed: bool) -> None:
        tell("ended")(index, (nb.cells[index].get("execution_count"), passed))

    watcher = Watcher(tell("begun"), tell("said"), ended)
    try:
        failed = run_notebook(nb, watcher, work.allowed)
    finally:
        with suppress(Exception):
            if has_children():
                end_children(os.getpid())
    return "done", dict(nb.metadata["language_info"]), failed
