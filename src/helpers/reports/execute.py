"""One report, from what it is handed to its page: the function that every slot runs.

It runs in a thread of any process, here or on another machine. It publishes nothing.
"""

import os
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from helpers.reports import judge
from helpers.reports.environment import environment, quick_imports
from helpers.reports.judge import Failure
from helpers.reports.plan import Job
from helpers.reports.processes import end, weight

__all__ = ["Handed", "Outcome", "Task", "perform"]

TICK = 0.1  # seconds between two looks at the limits
WEIGH = 0.5  # seconds between two looks at the memory
TO_START = 60  # seconds in which a kernel must answer
TO_END = 15.0  # seconds after which a run whose kernel was ended is left to itself
OUTPUT = 32_000_000  # characters that the cells of one report may put out
IPC_LIMIT = 60  # a socket's path may have about 100 characters, sockets' endings included
_rendering = threading.Lock()  # the exporter is one for the process, and keeps things


@dataclass(frozen=True, slots=True)
class Task:
    """A report to build: its parameters, what its page says beside the outputs, its limits.

    `timeout` is in seconds, `memory` in bytes. `text` is the name of the text that an audit
    reads.
    """

    job: Job
    parameters: Mapping[str, str]
    page: Mapping[str, Any]
    timeout: float = 600.0
    memory: int = 2 << 30
    text: str = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """What a report is handed: its notebook, its slice, the text of an audit, all as bytes.

    `folder` is where the kernel starts; `beside` are files to put there first, where the folder
    is not at hand (None) because another machine does the work.
    """

    notebook: bytes
    slice: bytes
    text: bytes = b""
    folder: Path | None = None
    beside: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task: a page, or a failure."""

    job: Job
    seconds: float
    page: bytes = b""
    failure: Failure | None = None
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Run:
    """A report under way, as the thread that watches it sees it."""

    mark: str
    workspace: Path
    pid: int | None = None
    begun: bool = False
    cells: list[Any] = field(default_factory=list)
    outcome: Outcome | None = None

    def put_out(self) -> int:
        """How much the cells have put out so far, in characters."""
        outputs = [output for cell in self.cells for output in tuple(cell.get("outputs", ()))]
        texts = [o.get("text", "") for o in outputs]
        texts += [d for o in outputs for d in o.get("data", {}).values() if isinstance(d, str)]
        return sum(map(len, texts))


def perform(
    task: Task, handed: Handed, stop: Callable[[], bool] = lambda: False
) -> Outcome:
    """The page of a report, or why there is none; nothing is raised, nothing is left behind.

    The clock and the memory are kept here, by the wall and from outside the kernel: a hung, dead
    or greedy kernel is ended with all that it has started. What fails before its first cell ran
    is tried once more. `stop()` is asked several times a second; once true, the report ends.
    """
    start = time.monotonic()
    outcome = _attempt(task, handed, stop)
    if outcome.failure and outcome.failure.transient and not stop():
        outcome = _attempt(task, handed, stop)
    return replace(outcome, seconds=time.monotonic() - start)


def _attempt(task: Task, handed: Handed, stop: Callable[[], bool]) -> Outcome:
    try:
        workspace = Path(tempfile.mkdtemp(prefix="halfsky-"))
    except OSError as error:
        return Outcome(task.job, 0.0, failure=_unwritten("a temporary folder", error))
    run = _Run(os.urandom(8).hex(), workspace)
    thread = threading.Thread(target=_work, args=(task, handed, run), daemon=True)
    try:
        thread.start()
        failure = _watch(task, run, thread, stop)
    finally:
        end(run.pid, run.mark)
        thread.join(TO_END)  # it notices that its kernel is gone; if not, it is left to itself
        shutil.rmtree(workspace, ignore_errors=True)
    if failure is None and run.outcome is not None:
        return run.outcome
    return Outcome(task.job, 0.0, failure=failure or Failure("stopped", "已中止"))


def _watch(
    task: Task, run: _Run, thread: threading.Thread, stop: Callable[[], bool]
) -> Failure | None:
    """Wait for a run; why it was ended from here, or None."""
    deadline = time.monotonic() + task.timeout
    weighed = 0.0
    while thread.is_alive():
        thread.join(TICK)
        now = time.monotonic()
        if stop():
            return Failure("the run was stopped", "运行被中止")
        if now > deadline:
            limit = f"{task.timeout:g}"
            return Failure(f"stopped after {limit} seconds", f"超过 {limit} 秒,已中止")
        if run.put_out() > OUTPUT:
            limit = OUTPUT // 1_000_000
            return Failure(f"put out more than {limit} MB", f"输出超过 {limit} MB")
        if run.pid and now > weighed + WEIGH:
            weighed = now
            if weight(run.pid) > task.memory:
                limit = task.memory >> 20
                return Failure(f"used more than {limit} MB of memory", f"占用内存超过 {limit} MB")
    return None


def _work(task: Task, handed: Handed, run: _Run) -> None:
    """Execute, judge and render; whatever goes wrong is this report's failure and no other's."""
    try:
        source = _read(handed.notebook)
        count = sum(c.cell_type == "code" and bool(c.source.strip()) for c in source.cells)
        nb = _execute(task, handed, source, run)
        failure, warnings = judge.judge(nb, count)
        page = b"" if failure else _rendered(judge.plain(nb, run.workspace), task.page)
        if not failure and not _is_whole(page):
            failure = Failure("the page came out incomplete", "页面不完整")
        run.outcome = Outcome(task.job, 0.0, page if not failure else b"", failure, warnings)
    except BaseException as error:  # SystemExit too: this thread is the report's own
        run.outcome = Outcome(task.job, 0.0, failure=_failure(error, run))


def _read(notebook: bytes) -> Any:
    with quick_imports():
        import nbformat

    # Read here, because papermill would take braces in a path for parameters.
    return nbformat.reads(notebook.decode("utf-8"), as_version=4)


def _execute(task: Task, handed: Handed, source: Any, run: _Run) -> Any:
    with quick_imports():
        from papermill import execute_notebook
    from traitlets.config import Config

    def begun(cell: Any, cell_index: int) -> None:  # noqa: ARG001 - nbclient names them
        run.begun = True
        run.cells.append(cell)

    return execute_notebook(
        source,
        None,
        parameters=_parameters(task, handed, run.workspace),
        kernel_name="python3",
        language="python",
        progress_bar=False,
        request_save_on_cell_execute=False,
        start_timeout=TO_START,
        resources={"metadata": {"path": str(_folder(handed, run.workspace))}},
        config=Config({"KernelManager": _connection(run.workspace)}),
        kernel_manager_class=_manager(run),
        shutdown_kernel="immediate",
        on_cell_start=begun,
    )


def _parameters(task: Task, handed: Handed, workspace: Path) -> dict[str, str]:
    """The parameters, with the slice and the text where the kernel finds them."""
    given = dict(task.parameters)
    if handed.slice:
        place = workspace / "data.slice"
        place.write_bytes(handed.slice)
        given["data"] = str(place)
    if task.text:
        place = workspace / task.text
        place.write_bytes(handed.text)
        given["text"] = str(place)
    return given


def _folder(handed: Handed, workspace: Path) -> Path:
    """The folder that the kernel starts in: that of the notebooks, or one like it."""
    if handed.folder is not None:
        return handed.folder
    folder = workspace / "notebooks"
    folder.mkdir()
    for name, content in handed.beside.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder


def _connection(workspace: Path) -> dict[str, str]:
    """Unix sockets instead of ports where they exist: none to run out of, none to listen at."""
    found = {"connection_file": str(workspace / "kernel.json")}
    sockets = str(workspace / "k")
    if sys.platform != "win32" and len(sockets) <= IPC_LIMIT:
        found |= {"transport": "ipc", "ip": sockets}
    return found


def _manager(run: _Run) -> type:
    """A manager of one kernel, which gives it the run's environment and tells its process id.

    Only the kernels of this environment are known to it, none of a home folder.
    """
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    folders = [str(Path(sys.prefix, "share", "jupyter", "kernels"))]

    class Kernel(AsyncKernelManager):
        def _kernel_spec_manager_default(self) -> KernelSpecManager:
            return KernelSpecManager(parent=self, kernel_dirs=folders)

        async def _async_pre_start_kernel(self, **given: Any) -> Any:
            given["env"] = environment(run.workspace, run.mark)
            return await super()._async_pre_start_kernel(**given)

        async def _async_post_start_kernel(self, **given: Any) -> None:
            run.pid = self.provisioner.pid
            await super()._async_post_start_kernel(**given)

    return Kernel


def _rendered(nb: Any, page: Mapping[str, Any]) -> bytes:
    from helpers.reports.page.template_page import render

    with _rendering:
        return render(nb, **page).encode("utf-8")


def _is_whole(page: bytes) -> bool:
    return page.lstrip()[:9].lower() == b"<!doctype" and page.rstrip().endswith(b"</html>")


def _failure(error: BaseException, run: _Run) -> Failure:
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    detail = judge.without_colours("".join(traceback.format_exception(error)))
    if isinstance(error, PapermillExecutionError):
        number = sum(not judge.is_injected(cell) for cell in run.cells)
        return judge.cell_failure(number, error.ename, [error.source, "", *error.traceback])
    if isinstance(error, DeadKernelError):
        return Failure("the kernel died", "内核意外终止", detail, transient=not run.begun)
    name = type(error).__name__
    if run.begun:
        return Failure(f"stopped with {name}", f"出错:{name}", detail)
    return Failure(f"the kernel did not start ({name})", f"内核未能启动({name})", detail, True)


def _unwritten(what: str, error: OSError) -> Failure:
    why = error.strerror or type(error).__name__
    return Failure(f"{what} could not be written ({why})", f"无法写入({why})")
