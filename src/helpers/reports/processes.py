"""Ending processes for good: a worker, its kernel, and whatever a cell has started."""

from collections.abc import Iterable
from contextlib import suppress

import psutil

__all__ = ["MARK", "end_children", "end_marked", "end_tree", "kill_tree"]

MARK = "HALFSKY_WORKER"  # every process below a worker carries it in its environment
GRACE = 3.0


def end_tree(pid: int, mark: str) -> None:
    """End process `pid`, all below it, and all that carry `mark`, in whatever session."""
    with suppress(psutil.Error):
        top = psutil.Process(pid)
        _end([*top.children(recursive=True), top])
    end_marked([mark])


def kill_tree(pid: int) -> None:
    """Kill process `pid` and all below it, and leave the waiting to its parent."""
    with suppress(psutil.Error):
        top = psutil.Process(pid)
        for process in (*top.children(recursive=True), top):
            with suppress(psutil.Error):
                process.kill()


def end_children(pid: int) -> None:
    """End all processes below `pid`."""
    with suppress(psutil.Error):
        children = psutil.Process(pid).children(recursive=True)
        if children:
            _end(children)


def end_marked(marks: Iterable[str]) -> None:
    """End every process of ours that carries one of `marks`: those that left their tree."""
    marks = frozenset(marks)
    _end([process for process in psutil.process_iter() if _mark(process) in marks])


def _mark(process: psutil.Process) -> str | None:
    with suppress(psutil.Error, OSError):
        return process.environ().get(MARK)
    return None


def _end(processes: Iterable[psutil.Process]) -> None:
    processes = list(processes)
    for process in processes:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes, timeout=GRACE)
