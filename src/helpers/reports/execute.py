"""One report, from what it is handed to its page: the function that every slot runs.

It runs in a thread of any process, here or on another machine. It publishes nothing.
"""

import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from helpers.reports import judge
from helpers.reports.judge import Failure
from helpers.reports.kernels import Batch, BatchKernel
from helpers.reports.plan import Job

__all__ = ["Handed", "Outcome", "Task", "perform", "run_here"]

TICK = 0.1  # seconds between two looks at a report under way
LOOKS_BELOW = 10  # every how many of them the memory of processes below the kernel counts too
TO_START = 60  # seconds in which a kernel must answer
TO_END = 15.0  # seconds after which a run whose kernel has ended is left to itself
OUTPUT = 32_000_000  # characters that the cells of one report may put out
GIB = 1 << 30
SLOW_AND_UNUSED = "rfc3987_syntax"  # a second to import; jsonschema goes without, if it is missing
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
    timeout: float
    memory: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """What a report is handed: its notebook, its slice, the text of an audit, all as bytes.

    `folder` is where the kernel starts; `beside` are the files to put there first where it is
    not at hand (None), because another machine does the work.
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
    seconds: float = 0.0
    page: bytes = b""
    failure: Failure | None = None
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Run:
    """A report under way, as the thread that watches it sees it."""

    kernel: BatchKernel
    cells: list[Any] = field(default_factory=list)  # those begun
    outcome: Outcome | None = None

    def put_out(self) -> int:
        """How much the cells have put out so far, in characters."""
        outputs = [output for cell in self.cells for output in tuple(cell.get("outputs", ()))]
        texts = [text for o in outputs for text in (o.get("text"), *o.get("data", {}).values())]
        return sum(len(text) for text in texts if isinstance(text, str))


def run_here(work: Iterator[tuple[Task, Handed]], batch: Batch, slots: int) -> Iterator[Outcome]:
    """The outcomes of `work`, in the order in which they come, `slots` reports at a time, each in
    a thread of this process.

    `work` is asked for a report only when a slot is about to be free, so that slices need not
    lie in memory. Whoever leaves off, or is interrupted, ends all reports under way.
    """
    stopped, running = threading.Event(), set[Future[Outcome]]()
    pool = ThreadPoolExecutor(slots, thread_name_prefix="slot")
    try:
        while True:
            # one more than there are slots: none is idle while a page is published
            while len(running) <= slots and (one := next(work, None)):
                running.add(pool.submit(perform, *one, batch, stopped.is_set))
            if not running:
                return
            done, running = wait(running, timeout=1, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        stopped.set()
        pool.shutdown(cancel_futures=True)


def perform(
    task: Task, handed: Handed, batch: Batch, stop: Callable[[], bool] = lambda: False
) -> Outcome:
    """The page of a report, or why there is none; nothing is raised, nothing is left behind.

    The kernel's time and memory are limited from outside: a hung, dead or greedy kernel is ended
    with all that it has started. What fails before its first cell ran is tried once more.
    `stop()` is asked several times a second; once true, the report ends.
    """
    start = time.monotonic()
    outcome = _attempt(task, handed, batch, stop)
    if outcome.failure and outcome.failure.transient and not stop():
        outcome = _attempt(task, handed, batch, stop)
    return replace(outcome, seconds=time.monotonic() - start)


def _attempt(task: Task, handed: Handed, batch: Batch, stop: Callable[[], bool]) -> Outcome:
    try:
        with batch.kernel(handed.folder or Path()) as kernel:
            run = _Run(kernel)
            thread = threading.Thread(target=_work, args=(task, handed, run), daemon=True)
            thread.start()
            failure = _watch(task, run, thread, stop)
        thread.join(TO_END)  # it notices that its kernel is gone; if not, it is left to itself
    except Exception as error:  # no folder, no thread to be had
        failure, run = _not_started(error), None
    if failure is None and run and run.outcome:
        return run.outcome
    return Outcome(task.job, failure=failure or Failure("it could not be ended", "无法结束"))


def _watch(
    task: Task, run: _Run, thread: threading.Thread, stop: Callable[[], bool]
) -> Failure | None:
    """Wait for a run; why it must be ended from here, or None."""
    begun, looks = 0.0, 0
    deadline = time.monotonic() + TO_START + task.timeout + TO_END  # for what needs no kernel
    while thread.is_alive():
        thread.join(TICK)
        looks += 1
        held, now = run.kernel.held(below=looks % LOOKS_BELOW == 0), time.monotonic()
        if held is not None:
            begun = begun or now
        if stop():
            return Failure("the run was stopped", "运行被中止")
        if (held is not None and now > begun + task.timeout) or now > deadline:
            return Failure(
                f"ran for more than {task.timeout:g} seconds and was ended; "
                "look for the cell that hangs, or allow more with --timeout",
                f"运行超过 {task.timeout:g} 秒，已结束；请查找停住的单元，或用 --timeout 放宽",
            )
        if held and held > task.memory:
            return Failure(
                f"held more than {task.memory / GIB:g} GiB of memory and was ended; "
                "take less data at once, or allow more with --memory",
                f"用了超过 {task.memory / GIB:g} GiB 内存，已结束；请少取数据，或用 --memory 放宽",
            )
        if run.put_out() > OUTPUT:
            limit = OUTPUT // 1_000_000
            return Failure(f"put out more than {limit} MB", f"输出超过 {limit} MB")
    return None


def _work(task: Task, handed: Handed, run: _Run) -> None:
    """Execute, judge and render; whatever goes wrong is this report's failure and no other's."""
    try:
        source = _read(handed.notebook)
        count = sum(c.cell_type == "code" and bool(c.source.strip()) for c in source.cells)
        folder = handed.folder or _folder(handed, run.kernel.place)
        nb = _execute(task, handed, source, run, folder)
        failure, warnings = judge.judge(nb, count)
        page = b""
        if failure is None:
            page = _rendered(judge.plain(nb, run.kernel.place), {**task.page, "folder": folder})
        if failure is None and not _is_whole(page):
            failure, page = Failure("the page came out incomplete", "页面不完整"), b""
        run.outcome = Outcome(task.job, 0.0, page, failure, warnings)
    except BaseException as error:  # SystemExit too: this thread is the report's own
        run.outcome = Outcome(task.job, failure=_failure(error, run))


def _read(notebook: bytes) -> Any:
    with _quick_imports():
        import nbformat

    # Read here, because papermill would take braces in a path for parameters.
    return nbformat.reads(notebook.decode("utf-8"), as_version=4)


def _execute(task: Task, handed: Handed, source: Any, run: _Run, folder: Path) -> Any:
    with _quick_imports():
        from papermill import execute_notebook

    options = run.kernel.options | {"resources": {"metadata": {"path": str(folder)}}}
    return execute_notebook(
        source,
        None,
        parameters=_parameters(task, handed, run.kernel.place),
        start_timeout=TO_START,
        on_cell_start=lambda cell, cell_index: run.cells.append(cell),  # noqa: ARG005
        **options,
    )


@contextmanager
def _quick_imports() -> Iterator[None]:
    """Import nbformat and what needs it without a module that only strangers' schemas use."""
    known = SLOW_AND_UNUSED in sys.modules
    if not known:
        sys.modules[SLOW_AND_UNUSED] = None  # to Python: there is no such module
    try:
        yield
    finally:
        if not known:
            sys.modules.pop(SLOW_AND_UNUSED, None)


def _parameters(task: Task, handed: Handed, place: Path) -> dict[str, str]:
    """The parameters, with the slice and the text where the kernel finds them."""
    given = dict(task.parameters)
    files = {"data": ("data.slice", handed.slice), "text": (task.text, handed.text)}
    for parameter, (name, content) in files.items():
        if name and content:
            (place / name).write_bytes(content)
            given[parameter] = str(place / name)
    return given


def _folder(handed: Handed, place: Path) -> Path:
    """A folder like that of the notebooks, for a kernel on another machine."""
    folder = place / "notebooks"
    for name, content in handed.beside.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    folder.mkdir(exist_ok=True)
    return folder


def _rendered(nb: Any, page: Mapping[str, Any]) -> bytes:
    from helpers.reports.page.render import render

    with _rendering:
        return render(nb, **page).encode("utf-8")


def _is_whole(page: bytes) -> bool:
    return page.lstrip()[:9].lower() == b"<!doctype" and page.rstrip().endswith(b"</html>")


def _failure(error: BaseException, run: _Run) -> Failure:
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from helpers.reports.page.refusal import PageRefused

    detail = judge.without_colours("".join(traceback.format_exception(error)))
    begun = judge.number_of(run.cells)
    if isinstance(error, PapermillExecutionError):
        return judge.cell_failure(begun, error.ename, [error.source, "", *error.traceback])
    if isinstance(error, PageRefused):
        return Failure(error.reason, error.reason_zh, error.detail)
    if isinstance(error, DeadKernelError):
        said = run.kernel.log()  # a crash in compiled code leaves its trace only there
        return Failure("the kernel died", "内核意外终止", f"{detail}\n{said}", not begun)
    if not begun:
        return _not_started(error)
    name = type(error).__name__
    return Failure(f"stopped with {name}", f"出错:{name}", detail)


def _not_started(error: BaseException) -> Failure:
    """The failure of a report of which no cell ran, by its cause: what the system said."""
    why = getattr(error, "strerror", None) or type(error).__name__
    detail = "".join(traceback.format_exception(error))
    return Failure(f"the kernel did not start ({why})", f"内核未能启动({why})", detail, True)
