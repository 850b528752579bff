"""Reports made by the workers of a Dask scheduler: the very function that a slot here runs.

Slices, notebooks and the files beside these travel by content, once to each worker; pages come
back as bytes and are published from here. A worker must have the same program and packages.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.data.problems import Problem, Refused, problem
from helpers.reports import inputs
from helpers.reports.execute import Handed, Outcome, Task, perform
from helpers.reports.judge import Failure

if TYPE_CHECKING:
    from distributed import Client, Future

    from helpers.reports.kernels import Batch

__all__ = ["run_there"]

TO_ANSWER = 10  # seconds in which a scheduler must answer
AHEAD = 2  # reports for each thread of the workers that are handed over before they are needed
LOST = Failure("each worker that made it died", "生成它的工作机都意外退出")
TO_COME_BACK = 60  # seconds in which a worker that died must be there again
KEPT = 64  # slices that are kept on the workers
INSTALL = ("运行 pip install 'half-the-sky[dask]'", "run pip install 'half-the-sky[dask]'")


def run_there(
    work: Iterator[tuple[Task, Handed]], address: str, noticed: Callable[[Problem], None]
) -> Iterator[Outcome]:
    """The outcomes of `work`, made by the workers of the scheduler at `address`.

    `noticed` is told of workers that may not take part. Raises Refused where there is no
    scheduler, or no worker that may; ConnectionError where the scheduler goes in the middle.
    Whoever leaves off takes back what was not begun, and ends what a worker is at.
    """
    from distributed import as_completed

    client, mark = _connected(address), os.urandom(8).hex()
    under_way: dict[str, tuple[Task, Handed, Future]] = {}
    again: list[tuple[Task, Handed]] = []  # what was lost with a worker, once
    lost: set[Any] = set()
    try:
        crew = _Workers(client, noticed)
        completed = as_completed(loop=client.loop)
        while True:
            crew.look()
            room = max(0, crew.slots - len(under_way))
            for task, handed in chain(again, islice(work, room)):
                future = crew.begin(mark, task, handed)
                under_way[future.key] = task, handed, future
                completed.add(future)
            again = []
            if not under_way:
                return
            future = next(completed)
            task, handed, _ = under_way.pop(future.key)
            if client.status != "running":
                raise ConnectionError(f"the scheduler at {address} has gone")
            outcome = _outcome(task.job, future)
            if outcome is None and task.job not in lost:
                lost.add(task.job)
                again = [(task, handed)]
            else:
                yield outcome or Outcome(task.job, failure=LOST)
    except OSError as error:
        if isinstance(error, ConnectionError):
            raise
        raise ConnectionError(f"the scheduler at {address} has gone") from error
    finally:
        if under_way:
            with suppress(Exception):  # it may have gone
                client.cancel([future for *_, future in under_way.values()])
                client.run(_stop, mark, on_error="ignore")
        client.close()


def _connected(address: str) -> "Client":
    try:
        from distributed import Client
    except ImportError:
        zh = ("没有安装 dask", INSTALL[0])
        en = ("dask is not installed", INSTALL[1])
        raise Refused([problem(("--scheduler", 0, "", address), "not-installed", zh, en)]) from None
    try:
        return Client(address, timeout=TO_ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        zh = (f"连不上调度器({type(error).__name__})", "检查地址,并确认 dask scheduler 正在运行")
        en = (f"the scheduler does not answer ({type(error).__name__})",
              "check the address, and that dask scheduler is running")  # fmt: skip
        raise Refused([problem(("--scheduler", 0, "", address), "no-scheduler", zh, en)]) from error


def _same_versions(client: "Client", address: str) -> None:
    """Refuse where client, scheduler and workers differ in what Dask itself rests on."""
    try:
        client.get_versions(check=True)
    except ValueError as error:
        told = " ".join(str(error).split())[:300]
        zh = (f"软件包版本不一致:{told}", "在各台机器上装同样的版本")
        en = (f"other versions of packages: {told}", "install the same versions on all machines")
        raise Refused([problem(("--scheduler", 0, "", address), "versions", zh, en)]) from error


def _program() -> str:
    """One hash of our program and of the packages that shape a page, wherever it is asked."""
    return inputs.digest(inputs.program())


class _Workers:
    """The workers that have our program and packages, and what was sent to them, by content."""

    def __init__(self, client: "Client", noticed: Callable[[Problem], None]) -> None:
        self.client, self.noticed = client, noticed
        self.seen: set[str] = set()
        self.threads: dict[str, int] = {}
        self.sent: dict[str, Future] = {}

    @property
    def slots(self) -> int:
        """How many reports are handed over at a time: a few are there before they are needed."""
        return AHEAD * sum(self.threads.values())

    def look(self) -> None:
        """Take note of workers that came or went. Raises Refused where none may take part."""
        threads = self.client.nthreads()
        if self.threads and set(threads) == self.seen:
            return
        if self.threads and not threads:  # all died at once; they are started again
            self.client.wait_for_workers(1, timeout=TO_COME_BACK)
            threads = self.client.nthreads()
        address, ours = self.client.scheduler.address, _program()
        found = self.client.run(_program, on_error="return")
        self.threads = {w: threads[w] for w in found if found[w] == ours and w in threads}
        wrong = [_refused(w) for w in sorted(set(found) - set(self.threads) - self.seen)]
        if not self.threads:
            zh = ("没有可用的工作机", "启动 dask worker,装上与本机相同的程序")
            en = ("there is no worker to do the work", "start dask worker with the same program")
            none = problem(("--scheduler", 0, "", address), "no-worker", zh, en)
            raise Refused([*wrong, none])
        for one in wrong:
            self.noticed(one)
        if not self.seen and not wrong:
            _same_versions(self.client, address)
        self.seen, self.sent = set(threads), {}

    def begin(self, mark: str, task: Task, handed: Handed) -> "Future":
        """Let a worker make a report; another one where that one dies."""
        beside = _beside(handed.folder) if handed.folder else handed.beside
        given = [self._scattered(c) for c in (handed.notebook, handed.slice, handed.text, beside)]
        where = {"workers": list(self.threads), "retries": 1, "pure": False}
        (future,) = self.client.map(_there, *([one] for one in (mark, task, *given)), **where)
        return future

    def _scattered(self, content: Any) -> Any:
        if not content:
            return content
        plain = content if isinstance(content, bytes) else repr(sorted(content.items())).encode()
        key = inputs.bytes_hash(plain)
        future = self.sent.pop(key, None)
        for _ in range(3):
            if future is not None:
                break
            try:
                workers = {"workers": list(self.threads), "broadcast": True, "hash": True}
                (future,) = self.client.scatter([content], **workers)
            except (KeyError, ValueError, OSError):  # a worker went at this moment
                self.look()
        self.sent[key] = future
        while len(self.sent) > KEPT:
            del self.sent[next(iter(self.sent))]
        return content if future is None else future


def _refused(worker: str) -> Problem:
    zh = ("这台工作机的程序或软件包与本机不同,不参加", "在那里装上同一版本")
    en = (
        "this worker has another program or other packages and takes no part",
        "install the same version there",
    )
    return problem(("--scheduler", 0, "", worker), "other-program", zh, en)


@cache
def _beside(folder: Path) -> Mapping[str, bytes]:
    """Name -> content of the files beside the notebooks, which these may read or import."""
    found = inputs.other_files(folder, (), folder)
    return {
        name.removeprefix("notebooks/"): path.read_bytes()
        for name, path in found.items()
        if name.startswith("notebooks/")
    }


def _outcome(job: Any, future: "Future") -> Outcome | None:
    """What came back; None where it was lost with the worker that had it."""
    from distributed import KilledWorker

    try:
        return future.result()
    except KilledWorker:
        return Outcome(job, failure=LOST)
    except CancelledError:
        return None
    except Exception as error:  # what Dask could not do with it
        name = type(error).__name__
        zh, en = f"工作机未能完成({name})", f"the workers did not make it ({name})"
        return Outcome(job, failure=Failure(en, zh, str(error)))


# --- on a worker


_stopped: set[str] = set()  # runs whose reports are no longer wanted


def _stop(mark: str) -> None:
    _stopped.add(mark)


def _there(
    mark: str, task: Task, notebook: bytes, cut: bytes, text: bytes, beside: Mapping[str, bytes]
) -> Outcome:
    given = Handed(notebook, cut, text, None, beside)
    return perform(task, given, _batch(), lambda: mark in _stopped)


@cache
def _batch() -> "Batch":
    """The kernels of this worker, as long as it lives."""
    import atexit

    from helpers.reports.environment import environment
    from helpers.reports.kernels import Batch

    folder = tempfile.TemporaryDirectory(prefix="halfsky-")
    batch = Batch(environment(Path(folder.name)))
    atexit.register(folder.cleanup)
    atexit.register(batch.close)
    return batch
