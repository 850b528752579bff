"""One worker process: runs notebooks through papermill, judges them, writes their pages."""

import multiprocessing
import os
import shutil
import signal
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from helpers.reports.page.render import Render, cell_failure, died, printed, stopped, without_colours
from helpers.reports.processes import end_children
from helpers.reports.surroundings import LOG, enclose, quick_imports, surroundings
from helpers.reports.task import Failure, Outcome, Task

__all__ = ["READY", "serve"]

READY = "ready"
IPC_LIMIT = 60  # a socket's path may have about 100 characters, sockets' endings included


def serve(conn: Connection, render: Render, mark: str, workspace: Path) -> None:
    """Work off the tasks that come over `conn` until None comes; each answered by an Outcome.

    The process leads its own session, cannot outlive its parent, and keeps its terminal noise,
    its Jupyter and IPython folders in `workspace`, so that nothing in a home folder shapes a
    report.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setsid"):
        with suppress(OSError):  # already a leader
            os.setsid()
    _keep_apart(workspace, mark)
    threading.Thread(target=_die_with_parent, args=(workspace,), daemon=True).start()
    try:
        _work_off(conn, render, workspace)
    except OSError:  # the parent is gone
        end_children(os.getpid())
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


def _work_off(conn: Connection, render: Render, workspace: Path) -> None:
    with quick_imports():
        import papermill  # noqa: F401 - the first report should not pay for it

    conn.send(READY)
    count = 0
    with suppress(EOFError):
        while (task := conn.recv()) is not None:
            count += 1
            conn.send(_perform(task, render, workspace, count))


def _keep_apart(workspace: Path, mark: str) -> None:
    log = os.open(workspace / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    wanted = surroundings(workspace, mark)
    for name in set(os.environ) - set(wanted):
        del os.environ[name]
    os.environ |= wanted
    enclose(workspace)


def _die_with_parent(workspace: Path) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        end_children(os.getpid())
        shutil.rmtree(workspace, ignore_errors=True)
        os._exit(1)


def _perform(task: Task, render: Render, workspace: Path, count: int) -> Outcome:
    start = time.perf_counter()
    begun: list[int] = []
    try:
        nb = _execute(task, _ipc(workspace, count), begun)
        return printed(task, nb, render, start)
    except Exception as error:  # whatever it is, it is this report's failure and no other's
        failure = _failure(error, begun, workspace / LOG)
    finally:
        with suppress(Exception):
            end_children(os.getpid())
    return Outcome(task, time.perf_counter() - start, failure=failure)


def _ipc(workspace: Path, count: int) -> Mapping[str, Any]:
    """Unix sockets instead of ports where they exist: none to run out of, none to listen at."""
    place = str(workspace / f"k{count}")
    if sys.platform == "win32" or len(place) > IPC_LIMIT:
        return {}
    return {"KernelManager": {"transport": "ipc", "ip": place}}


def _execute(task: Task, config: Mapping[str, Any], begun: list[int]) -> Any:
    import nbformat
    from papermill import execute_notebook
    from traitlets.config import Config

    # Read here, because papermill would take braces in a path for parameters.
    source = nbformat.read(task.notebook, as_version=4)
    return execute_notebook(
        source,
        None,
        parameters=dict(task.parameters),
        kernel_name="python3",
        language="python",
        progress_bar=False,
        request_save_on_cell_execute=False,
        cwd=task.notebook.parent,
        config=Config(config),
        shutdown_kernel="immediate",
        on_cell_start=lambda cell, cell_index: begun.append(cell_index),  # noqa: ARG005
    )


def _end_of(log: Path) -> str:
    with suppress(OSError):
        return "\n" + log.read_text(encoding="utf-8", errors="replace")[-4000:]
    return ""


def _failure(error: Exception, begun: list[int], log: Path) -> Failure:
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    detail = without_colours("".join(traceback.format_exception(error)))
    if isinstance(error, PapermillExecutionError):
        return cell_failure(error.exec_count, error.ename, error.source, error.traceback)
    if isinstance(error, DeadKernelError):
        said = _end_of(log)  # a crash in compiled code leaves its trace only there
        return died(detail + said, bool(begun))
    return stopped(error, detail, bool(begun))
