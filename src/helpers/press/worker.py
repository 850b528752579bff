"""One worker process: runs notebooks through papermill, judges them, writes their pages."""

import multiprocessing
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from helpers.data.reads import RECORD
from helpers.press.processes import MARK, end_children
from helpers.press.publish import deposit
from helpers.press.task import Failure, Outcome, Task
from helpers.press.told import made_from, provenance
from helpers.press.verdict import judge, plain

__all__ = ["READY", "serve"]

READY = "ready"
LOG = "log.txt"
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
IPC_LIMIT = 60  # a socket's path may have about 100 characters, sockets' endings included
Render = Callable[..., str]


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
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        folder = workspace / name.lower()
        folder.mkdir()
        os.environ[name] = str(folder)
    tempfile.tempdir = str(workspace)
    for name in ("TMPDIR", "TEMP", "TMP"):
        os.environ[name] = str(workspace)
    os.environ["MPLCONFIGDIR"] = str(_chart_folder(workspace))
    for name in ("JUPYTER_PATH", "PYTHONSTARTUP", "MATPLOTLIBRC", "MPLBACKEND"):
        os.environ.pop(name, None)
    os.environ |= {
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        MARK: mark,
        RECORD: "1",
    }


def _chart_folder(workspace: Path) -> Path:
    """Where matplotlib keeps its list of fonts (a second to make) and looks for settings: a
    folder of our own, kept between runs where the home folder allows.
    """
    try:
        folder = Path.home() / ".cache" / "halfsky" / "matplotlib"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return workspace
    return folder if os.access(folder, os.W_OK) else workspace


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
        failure, warnings = judge(nb)
        if failure is None:
            record = made_from(nb, task)
            said = {**task.page, "provenance": provenance(task, record)}
            page = render(plain(nb), **said)
            failure = _unfinished(page)
        if failure is None:
            return replace(_deposited(task, page, start, warnings), reads=record)
    except Exception as error:  # whatever it is, it is this report's failure and no other's
        failure = _failure(error, begun, workspace / LOG)
    finally:
        with suppress(Exception):
            end_children(os.getpid())
    return Outcome(task, time.perf_counter() - start, failure=failure)


def _deposited(task: Task, page: str, start: float, warnings: tuple[str, ...]) -> Outcome:
    try:
        part, digest = deposit(task.target, page.encode("utf-8"))
    except OSError as error:
        en, zh = "the page could not be written", "页面无法写入"
        failure = Failure(f"{en} ({error.strerror})", f"{zh}({error.strerror})")
        return Outcome(task, time.perf_counter() - start, failure=failure)
    return Outcome(task, time.perf_counter() - start, part, digest, warnings=warnings)


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


def _unfinished(page: str) -> Failure | None:
    if page.lstrip()[:9].lower() == "<!doctype" and page.rstrip().endswith("</html>"):
        return None
    return Failure("the page came out incomplete", "页面不完整")


def _failure(error: Exception, begun: list[int], log: Path) -> Failure:
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    detail = ANSI.sub("", "".join(traceback.format_exception(error)))
    if isinstance(error, PapermillExecutionError):
        detail = ANSI.sub("", "\n".join((error.source, "", *error.traceback)))
        where = f"[{error.exec_count}]"
        return Failure(
            f"cell {where} stopped with {error.ename}", f"单元格 {where} 出错:{error.ename}", detail
        )
    if isinstance(error, DeadKernelError):
        said = _end_of(log)  # a crash in compiled code leaves its trace only there
        return Failure("the kernel died", "内核意外终止", detail + said, transient=not begun)
    name = type(error).__name__
    if not begun:
        return Failure(f"the kernel did not start ({name})", f"内核未能启动({name})", detail, True)
    return Failure(f"stopped with {name}", f"出错:{name}", detail)
