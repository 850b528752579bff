"""One report, from what it is handed to its page: the function that every slot runs.

It runs in a thread of any process, here or on another machine. It publishes nothing. Whether a
notebook has really run to its end is judged here: its own metadata is no witness, and says
"completed" of cells whose kernel was killed.
"""

import json
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from helpers.reports.kernels import Batch, BatchKernel
from helpers.reports.messages import told
from helpers.reports.plan import Job

__all__ = ["Failure", "Handed", "Outcome", "Task", "failed", "judge", "perform", "run_here"]

TICK = 0.1  # seconds between two looks at a report under way
LOOKS_BELOW = 10  # every how many of them the memory of processes below the kernel counts too
TO_START = 60  # seconds in which a kernel must answer
TO_END = 15.0  # seconds after which a run whose kernel has ended is left to itself
OUTPUT = 32_000_000  # characters that the cells of one report may put out
GIB = 1 << 30
SLOW_AND_UNUSED = "rfc3987_syntax"  # a second to import; jsonschema goes without, if it is missing
# A character drawn as a box is a wrong report, however politely it was warned of.
BOX = re.compile(r"Glyph (\d+) .*missing from font")
SIGN = re.compile(r"\S \(U\+[0-9A-F]{4,6}\)")
INJECTED = "injected-parameters"
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
LONG = 300  # characters of a warning that are shown
_rendering = threading.Lock()  # the exporter is one for the process, and keeps things


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a report did not come about.

    `reason` holds no figure and no path, since the public ledger shows it; `detail` is for the
    one who mends the notebook. `transient` marks what the machine did, not the notebook;
    `withheld` a page that was made and must not take the place of the last one.
    """

    reason: str
    reason_zh: str
    detail: str = ""
    transient: bool = False
    withheld: bool = False


def failed(name: str, error: BaseException, *more: Any) -> Failure:
    """The failure called `name` in `messages.csv`, by its cause: what the system said."""
    why = getattr(error, "strerror", None) or type(error).__name__
    return Failure(*told(name, why=why), *more)


@dataclass(frozen=True, slots=True)
class Task:
    """A report to build: its parameters, what its page says beside the outputs, its limits in
    seconds and bytes, the name of the text that an audit reads.
    """

    job: Job
    parameters: Mapping[str, str]
    page: Mapping[str, Any]
    timeout: float
    memory: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """What a report is handed: its notebook, its slice, the text of an audit, all as bytes; the
    `folder` where the kernel starts, or, for another machine, the files `beside` the notebook.
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
    a thread of this process. `work` is asked for a report only when a slot is about to be free.
    Whoever leaves off, or is interrupted, ends all reports under way.
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
    return Outcome(task.job, failure=failure or Failure(*told("not-ended")))


def _watch(
    task: Task, run: _Run, thread: threading.Thread, stop: Callable[[], bool]
) -> Failure | None:
    """Wait for a run; why it must be ended from here, or None."""
    begun, looks, reason = 0.0, 0, None
    deadline = time.monotonic() + TO_START + task.timeout + TO_END  # for what needs no kernel
    while thread.is_alive() and reason is None:
        thread.join(TICK)
        looks += 1
        held, now = run.kernel.held(below=looks % LOOKS_BELOW == 0), time.monotonic()
        if held is not None:
            begun = begun or now
        if stop():
            reason = told("stopped")
        elif (held is not None and now > begun + task.timeout) or now > deadline:
            reason = told("timed-out", limit=task.timeout)
        elif held and held > task.memory:
            reason = told("too-much-memory", limit=task.memory / GIB)
        elif run.put_out() > OUTPUT:
            reason = told("too-much-output", limit=OUTPUT // 1_000_000)
    return reason and Failure(*reason)


def _work(task: Task, handed: Handed, run: _Run) -> None:
    """Execute, judge and render; whatever goes wrong is this report's failure and no other's."""
    try:
        source = _source(handed.notebook)
        count = len(_code(source.cells))
        folder = handed.folder or run.kernel.place / "notebooks"
        folder.mkdir(exist_ok=True)
        for name, content in handed.beside.items():  # on another machine
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        nb = _execute(task, handed, source, run, folder)
        failure, warnings = judge(nb, count)
        page = b""
        if failure is None:
            page = _rendered(_plain(nb, run.kernel.place), {**task.page, "folder": folder})
            if page[:9].lower() != b"<!doctype" or not page.rstrip().endswith(b"</html>"):
                failure, page = Failure(*told("half-a-page")), b""
        run.outcome = Outcome(task.job, 0.0, page, failure, warnings)
    except BaseException as error:  # SystemExit too: this thread is the report's own
        run.outcome = Outcome(task.job, failure=_failure(error, run))


def _source(notebook: bytes) -> Any:
    """The notebook without its stored outputs, which papermill would copy and write many times.

    It is read here, because papermill would take braces in a path for parameters.
    """
    with _quick_imports():
        import nbformat

    value = json.loads(notebook)
    for cell in value["cells"]:
        cell |= {"outputs": []} if cell.get("outputs") else {}
    return nbformat.reads(json.dumps(value), as_version=4)


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


def _rendered(nb: Any, page: Mapping[str, Any]) -> bytes:
    from helpers.reports.page.render import render

    with _rendering:
        return render(nb, **page).encode("utf-8")


def _failure(error: BaseException, run: _Run) -> Failure:
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from helpers.reports.page.refusal import PageRefused

    detail = ANSI.sub("", "".join(traceback.format_exception(error)))
    begun = _number_of(run.cells)
    if isinstance(error, PapermillExecutionError):
        return _cell_failure(begun, error.ename, [error.source, "", *error.traceback])
    if isinstance(error, PageRefused):
        return Failure(error.reason, error.reason_zh, error.detail)
    if isinstance(error, DeadKernelError):
        said = run.kernel.log()  # a crash in compiled code leaves its trace only there
        return Failure(*told("kernel-died"), f"{detail}\n{said}", not begun)
    if not begun:
        return _not_started(error)
    return Failure(*told("stopped-with", name=type(error).__name__), detail)


def _not_started(error: BaseException) -> Failure:
    """The failure of a report of which no cell ran."""
    return failed("not-started", error, "".join(traceback.format_exception(error)), True)


# --- whether it ran to its end


def judge(nb: Any, count: int) -> tuple[Failure | None, tuple[str, ...]]:
    """Why the executed notebook `nb` must not be published, or None; and its warnings.

    What counts is that every code cell ran, in order, that none put out an error, and that the
    mark of the end is there; an analyst may have added cells below it. `count` is the number of
    code cells that it had before it ran, and must have after.
    """
    cells = _code(nb.cells)
    own = [cell for cell in cells if not _is_injected(cell)]
    if len(own) != count or len(cells) != count + 1:
        return Failure(*told("lost-cells")), ()
    for place, cell in enumerate(cells, start=1):
        number = _number_of(cells[:place])
        if cell.execution_count != place:
            return Failure(*told("cell-not-run", number=number, count=count)), ()
        for output in cell.outputs:
            if output.output_type == "error":
                trace = [cell.source, "", *output.get("traceback", [])]
                return _cell_failure(number, output.get("ename", ""), trace), ()
    marks = [o.get("metadata", {}).get("halfsky") for cell in cells for o in cell.outputs]
    if not any(isinstance(mark, dict) and mark.get("end") is True for mark in marks):
        return Failure(*told("no-end")), ()
    for number, cell in enumerate(own, start=1):
        if codes := BOX.findall(_said(cell)):
            signs = [f"{chr(int(code))} (U+{int(code):04X})" for code in codes]
            return _boxed(number, signs, _said(cell)), ()
    return None, tuple(dict.fromkeys(_warnings(own)))


def _is_injected(cell: Any) -> bool:
    return INJECTED in cell.metadata.get("tags", [])


def _code(cells: Sequence[Any]) -> list[Any]:
    """The cells that a kernel runs."""
    return [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]


def _number_of(cells: Sequence[Any]) -> int:
    """The number of the last of these cells, as whoever opens the notebook sees it: the cell
    that papermill puts in is not counted.
    """
    return sum(not _is_injected(cell) for cell in _code(cells))


def _cell_failure(number: int, name: str, trace: Sequence[str]) -> Failure:
    """The failure of the code cell `number`, which raised `name`."""
    detail = ANSI.sub("", "\n".join(trace))
    if name == "MissingGlyphError" and (signs := SIGN.findall(detail)):
        return _boxed(number, signs, detail)
    return Failure(*told("cell-stopped", number=number, name=name), detail)


def _boxed(number: int, signs: Sequence[str], detail: str) -> Failure:
    """The failure of a cell whose chart would show boxes in place of characters."""
    signs = list(dict.fromkeys(signs))
    return Failure(*told("boxed", number=number, zh="、".join(signs), en=", ".join(signs)), detail)


def _said(cell: Any) -> str:
    """What a cell wrote to stderr."""
    outputs = [o for o in cell.outputs if o.output_type == "stream" and o.name == "stderr"]
    return "".join(output.text for output in outputs)


def _warnings(cells: list[Any]) -> Iterator[str]:
    """One text a cell: what it wrote to stderr, without what was written over (progress)."""
    for number, cell in enumerate(cells, start=1):
        lines = _said(cell).replace("\r\n", "\n").split("\n")
        said = [ANSI.sub("", line).strip() for line in lines if "\r" not in line]
        if text := " ".join(filter(None, dict.fromkeys(said))):
            yield f"[{number}] " + (text if len(text) <= LONG else text[: LONG - 1] + "…")


def _plain(nb: Any, workspace: Path) -> Any:
    """`nb` without the place of its kernel, whose name is chance, in what its cells printed."""
    place = re.escape(str(workspace))
    cell_file = re.compile(rf"{place}[/\\](?:\w+[/\\])*?ipykernel_\d+[/\\]\d+\.py")
    for output in (output for cell in nb.cells for output in cell.get("outputs", ())):
        if output.output_type == "stream":
            output.text = re.sub(rf"{place}[/\\]*", "", cell_file.sub("<cell>", output.text))
    return nb
