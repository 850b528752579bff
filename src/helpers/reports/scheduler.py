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

from helpers.data.problems import Refused
from helpers.reports import inputs
from helpers.reports.execute import Failure, Handed, Outcome, Task, failed, perform
from helpers.reports.kernels import Batch, environment
from helpers.reports.messages import told, wrong
from helpers.reports.plan import Job

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["run_there"]

TO_ANSWER = 10  # seconds in which a scheduler must answer
AHEAD = 2  # reports for each thread of the workers that are handed over before they are needed


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
        return Outcome(job, failure=Failure(*told("workers-died")))
    except Exception as error:  # what Dask could not do with it
        return Outcome(job, failure=failed("worker-failed", error, str(error)))


def _connected(address: str) -> "Client":
    try:
        from distributed import Client

        return Client(address, timeout=TO_ANSWER, set_as_default=False)
    except ImportError:
        raise Refused([wrong("--scheduler", "not-installed", address)]) from None
    except (OSError, ValueError) as error:
        why = type(error).__name__
        raise Refused([wrong("--scheduler", "no-scheduler", address, why=why)]) from error


def _alike(client: "Client", address: str) -> None:
    """Refuse where there is no worker, or one whose program or packages are not ours."""
    found, ours = client.run(_program, on_error="return"), _program()
    if not found:
        raise Refused([wrong("--scheduler", "no-worker", address)])
    if others := sorted(worker for worker, program in found.items() if program != ours):
        raise Refused(wrong("--scheduler", "other-program", worker) for worker in others)
    try:
        client.get_versions(check=True)  # of what Dask itself rests on
    except ValueError as error:
        why = " ".join(str(error).split())[:300]
        raise Refused([wrong("--scheduler", "versions", address, why=why)]) from error


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
        return Outcome(task.job, failure=Failure(*told("other-program")))
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
