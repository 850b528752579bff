"""The helper process: imports everything once, then forks a child for each piece of work.

A process of its own, started fresh: no thread, no event loop, no socket of a library is in it
when it forks. It talks to its parent over one connection; when that ends, so does everything.
"""

import os
import pickle
import shutil
import signal
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import Any

from helpers.reports.fork.system import adopt_orphans, has_children
from helpers.reports.processes import end_children, kill_tree
from helpers.reports.surroundings import LOG

__all__ = ["BROKEN", "END", "ENDED", "READY", "SAID", "START", "main"]

READY, BROKEN, SAID, ENDED = "ready", "broken", "said", "ended"
START, END = "start", "end"


@dataclass(slots=True)
class Child:
    """A fork at work: its number, its process, what it says, its private folder."""

    number: int
    pid: int
    handle: int
    answer: Connection
    folder: Path


def main() -> None:
    """Serve the parent over the descriptor named last on the command line."""
    conn = Connection(int(sys.argv[-1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    workspace = Path.cwd()
    try:
        with suppress(EOFError, OSError):  # the parent is gone
            _work(conn, workspace)
    finally:
        with suppress(Exception):
            end_children(os.getpid())
        shutil.rmtree(workspace, ignore_errors=True)
        sys.stderr.flush()
        os._exit(0)  # at once: to take down what was imported is slow


def _work(conn: Connection, workspace: Path) -> None:
    render = _named(*conn.recv())
    adopt_orphans()
    try:
        from helpers.reports.fork.preload import preload

        preload()
    except BaseException as error:
        conn.send((BROKEN, f"{error}", traceback.format_exc()))
        return
    conn.send((READY, "", ""))
    _serve(conn, render, workspace)


def _named(module: str, name: str) -> Any:
    """The function that renders, found by name; None for work without pages."""
    return getattr(import_module(module), name) if module else None


def _serve(conn: Connection, render: Any, workspace: Path) -> None:
    children: dict[int, Child] = {}
    with suppress(EOFError, OSError):
        while True:
            waited = [conn, *(c.handle for c in children.values())]
            speaking = {c.answer: c for c in children.values() if not c.answer.closed}
            found = wait([*waited, *speaking])
            for answer in set(found) & set(speaking):
                _hear(conn, speaking[answer])
            for child in [c for c in children.values() if c.handle in found]:
                del children[child.number]
                _bury(conn, child, children)
            if conn in found:
                order, number, work = conn.recv()
                if order == START:
                    children[number] = _fork(conn, number, work, render, workspace, children)
                elif number in children:
                    kill_tree(children[number].pid)


def _fork(
    conn: Connection,
    number: int,
    work: Any,
    render: Any,
    workspace: Path,
    others: dict[int, Child],
) -> Child:
    from helpers.reports.fork.child import live
    from helpers.reports.fork.tables import warm

    warm(work)
    answer, told = Pipe(duplex=False)
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        for other in (conn, answer, *(c.answer for c in others.values())):
            other.close()
        live(work, render, workspace / f"k{os.getpid()}", told, parent)
    told.close()
    return Child(number, pid, os.pidfd_open(pid), answer, workspace / f"k{pid}")


def _hear(conn: Connection, child: Child) -> None:
    """Pass on what a child says, unread."""
    try:
        conn.send((SAID, child.number, child.answer.recv_bytes()))
    except (EOFError, pickle.PickleError):
        child.answer.close()


def _bury(conn: Connection, child: Child, others: dict[int, Child]) -> None:
    """After a child's end: its last words, its status, and nothing left of it."""
    _, status = os.waitpid(child.pid, 0)
    with suppress(OSError):
        while not child.answer.closed and child.answer.poll():
            _hear(conn, child)
    child.answer.close()
    os.close(child.handle)
    _end_strays(others)
    said = ""
    with suppress(OSError):
        said = (child.folder / LOG).read_text(encoding="utf-8", errors="replace")[-20000:]
    shutil.rmtree(child.folder, ignore_errors=True)
    conn.send((ENDED, child.number, (os.waitstatus_to_exitcode(status), said)))


def _end_strays(others: dict[int, Child]) -> None:
    """End what a child left behind: it has come to us, because we adopt orphans."""
    if not others and not has_children():
        return
    import psutil

    ours = {child.pid for child in others.values()}
    for process in psutil.Process().children():
        if process.pid not in ours:
            kill_tree(process.pid)
            with suppress(OSError):
                os.waitpid(process.pid, os.WNOHANG)
