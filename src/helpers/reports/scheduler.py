"""Reports made by the workers of a Dask scheduler: the very function that a slot here runs.

What a report is handed travels with it; pages come back as bytes and are published from here. A
worker must have the same program and packages.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.data.problems import Problem, Refused, problem
from helpers.reports import inputs
from helpers.reports.execute import Handed, Outcome, Task, perform
from helpers.reports.judge import Failure
from helpers.reports.kernels import Batch, environment
from helpers.reports.plan import Job

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["run_there"]

TO_ANSWER = 10  # seconds in which a scheduler must answer
AHEAD = 2  # reports for each thread of the workers that are handed over before they are needed
LOST = Failure("each worker that made it died", "生成它的工作机都意外退出")
OTHER = (
    ("这台工作机的程序或软件包与本机不同", "在那里装上同一版本"),
    ("this worker has another program or other packages", "install the same version there"),
)


def run_there(work: Iterator[tuple[Task, Handed]], address: str) -> Iterator[Outcome]:
    """The outcomes of `work`, made by the workers of the scheduler at `address`.

    A report whose worker dies is made by another. Raises Refused where there is no scheduler, no
    worker, or one that differs; ConnectionError where the scheduler goes in the middle. Whoever
    leaves off takes back what was not begun, and ends what a worker is at.
    """
    client, mark = _connected(address), os.urandom(8).hex()
    under_way: dict[Future, Job] = {}
    try:
        _alike(client, address)
        yield from _outcomes(client, mark, work, under_way)
    except OSError as error:
        raise ConnectionError(f"the scheduler at {address} has gone") from error
    finally:
        if under_way:
            with suppress(Exception):  # it may have gone
                client.cancel(list(under_way))
                client.run(_stop, mark, on_error="ignore")
        client.close()


def _outcomes(
    client: "Client",
    mark: str,
    work: Iterator[tuple[Task, Handed]],
    under_way: "dict[Future, Job]",
) -> Iterator[Outcome]:
    from distributed import as_completed

    completed, ours = as_completed(loop=client.loop), _program()
    while True:
        slots = max(1, sum(client.nthreads().values()))  # while none is there, one may come back
        for task, handed in islice(work, max(0, AHEAD * slots - len(under_way))):
            given = _portable(handed)
            future = client.submit(_there, mark, ours, task, given, retries=1, pure=False)
            under_way[future] = task.job
            completed.add(future)
        if not under_way:
            return
        future = next(completed)
        if client.status != "running":
            raise ConnectionError
        yield _outcome(under_way.pop(future), future)


def _outcome(job: Job, future: "Future") -> Outcome:
    from distributed import KilledWorker

    try:
        return future.result()
    except (KilledWorker, CancelledError):
        return Outcome(job, failure=LOST)
    except Exception as error:  # what Dask could not do with it
        name = type(error).__name__
        zh, en = f"工作机未能完成({name})", f"the workers did not make it ({name})"
        return Outcome(job, failure=Failure(en, zh, str(error)))


def _connected(address: str) -> "Client":
    try:
        from distributed import Client
    except ImportError:
        zh = ("没有安装 dask", "运行 pip install 'half-the-sky[dask]'")
        en = ("dask is not installed", "run pip install 'half-the-sky[dask]'")
        raise Refused([_problem(address, "not-installed", zh, en)]) from None
    try:
        return Client(address, timeout=TO_ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        zh = (f"连不上调度器({type(error).__name__})", "检查地址,并确认 dask scheduler 正在运行")
        en = (f"the scheduler does not answer ({type(error).__name__})",
              "check the address, and that dask scheduler is running")  # fmt: skip
        raise Refused([_problem(address, "no-scheduler", zh, en)]) from error


def _alike(client: "Client", address: str) -> None:
    """Refuse where there is no worker, or one whose program or packages are not ours."""
    found, ours = client.run(_program, on_error="return"), _program()
    if not found:
        zh = ("没有可用的工作机", "启动 dask worker,装上与本机相同的程序")
        en = ("there is no worker to do the work", "start dask worker with the same program")
        raise Refused([_problem(address, "no-worker", zh, en)])
    if wrong := sorted(worker for worker, program in found.items() if program != ours):
        raise Refused(_problem(worker, "other-program", *OTHER) for worker in wrong)
    try:
        client.get_versions(check=True)  # of what Dask itself rests on
    except ValueError as error:
        told = " ".join(str(error).split())[:300]
        zh = (f"软件包版本不一致:{told}", "在各台机器上装同样的版本")
        en = (f"other versions of packages: {told}", "install the same versions on all machines")
        raise Refused([_problem(address, "versions", zh, en)]) from error


def _problem(value: str, rule: str, zh: tuple[str, str], en: tuple[str, str]) -> Problem:
    return problem(("--scheduler", 0, "", value), rule, zh, en)


def _program() -> str:
    """One hash of our program and of the packages that shape a page, wherever it is asked."""
    return inputs.digest(inputs.program())


def _portable(handed: Handed) -> Handed:
    """What is handed, with the files beside the notebook in place of their folder's name."""
    return replace(handed, folder=None, beside=_beside(handed.folder)) if handed.folder else handed


@cache
def _beside(folder: Path) -> Mapping[str, bytes]:
    """Name -> content of the files beside the notebooks, which these may read or import."""
    found = inputs.other_files(folder, (), folder)
    return {
        name.removeprefix("notebooks/"): path.read_bytes()
        for name, path in found.items()
        if name.startswith("notebooks/")
    }


# --- on a worker


_stopped: set[str] = set()  # runs whose reports are no longer wanted


def _stop(mark: str) -> None:
    _stopped.add(mark)


def _there(mark: str, program: str, task: Task, handed: Handed) -> Outcome:
    if _ours() != program:  # it came after the others were asked
        (zh, _), (en, _) = OTHER
        return Outcome(task.job, failure=Failure(en, zh))
    return perform(task, handed, _batch(), lambda: mark in _stopped)


_ours = cache(_program)


@cache
def _batch() -> Batch:
    """The kernels of this worker, as long as it lives."""
    import atexit

    folder = tempfile.TemporaryDirectory(prefix="halfsky-")
    batch = Batch(environment(Path(folder.name)))
    atexit.register(folder.cleanup)
    atexit.register(batch.close)
    return batch
