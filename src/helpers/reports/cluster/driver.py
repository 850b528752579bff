"""The driver's side of a cluster: an engine whose reports are made by the workers of a scheduler.

Dask does what Dask does: it hands out the work, repeats what a lost worker was at, and gives up
on what costs one worker after the other. Here stand what reports need beside that: who may work,
what he needs, and what became of his page.
"""

import secrets
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from helpers.reports.cache import keys
from helpers.reports.cluster import crew, parcel
from helpers.reports.cluster.team import Team, connect
from helpers.reports.plan import Job
from helpers.reports.prepare import Prepared, Request
from helpers.reports.publish import ENDING, PRIVATE
from helpers.reports.queue import TICK, Queue, given_up
from helpers.reports.storage import as_url
from helpers.reports.task import Context, Engine, Failure, Outcome, Task

__all__ = ["cluster_engine"]

SHARED = ("data", "code", "versions")  # what all pages say of their making
EACH_SLOT = 4  # reports under way for each slot: a worker always has the next one at hand
AHEAD = 200
CALL = 2.0  # seconds between two looks at who is there
SCHEDULER_LOST = Failure("the scheduler was lost", "与调度器的连接中断")
NO_WORKER = Failure("no worker was left", "已没有工作机")
KILLER = Failure(
    "the worker died each time that this was made", "每次生成这份报告，工作机都意外终止"
)
UNSEEN = Failure(
    "the worker wrote its page where it cannot be seen from here",
    "工作机写出的页面在这里看不到",
)


@dataclass(slots=True)
class Flow:
    """What is under way: tasks to send, reports in the workers' hands, those that may be killers,
    and the futures that are done.
    """

    queue: Queue
    flying: dict[Any, Task] = field(default_factory=dict)
    suspects: deque[Task] = field(default_factory=deque)
    alone: set[Job] = field(default_factory=set)
    done: SimpleQueue = field(default_factory=SimpleQueue)
    lost: Failure | None = None

    @property
    def left(self) -> bool:
        """Whether anything is to be done still."""
        return bool(self.queue.tasks or self.flying or self.suspects)


def cluster_engine(request: Request, prepared: Prepared, noticed: Any) -> Engine:
    """An engine over the workers of `request.scheduler`; `noticed` is told of workers that may
    not take part.

    Raises Refused when the first outcome is asked for and nobody can work.
    """

    def run(tasks: Sequence[Task], context: Context) -> Iterator[Outcome]:
        if not tasks:
            return
        shared = {name: tasks[0].page["provenance"][name] for name in SHARED}
        packed = parcel.pack(request, {task.job.area for task in tasks}, shared)
        name = f"halfsky-{secrets.token_hex(6)}"
        probe = request.out / PRIVATE / f".{name}{ENDING}"  # swept away, should we be killed
        probe.write_text(f"{PRIVATE}/{probe.name}", encoding="utf-8")
        try:
            with connect(request.scheduler) as client:
                out = (as_url(request.out), f"{PRIVATE}/{probe.name}")
                team = Team(client, packed, prepared, out, noticed)
                yield from _Run(request, team, name, context).outcomes(tasks)
        finally:
            with suppress(OSError):
                probe.unlink()

    return run


@dataclass(slots=True)
class _Run:
    """One run over a team."""

    request: Request
    team: Team
    name: str
    context: Context
    tries: int = 0

    def outcomes(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """The outcomes as they come; what nobody is left to make fails."""
        self.team.gather(self.context.stop)
        flow = Flow(Queue.of(tasks))
        called = time.monotonic()
        try:
            while flow.left and not self.context.stop():
                self._send(flow)
                yield from self._arrived(flow)
                if time.monotonic() - called > CALL:
                    flow.lost = flow.lost or self._call()
                    called = time.monotonic()
                if flow.lost:
                    flow.queue.tasks.extend((*flow.flying.values(), *flow.suspects))
                    flow.flying.clear()
                    flow.suspects.clear()
                    yield from given_up(flow.queue, flow.lost)
        finally:
            self.team.dismiss(list(flow.flying), self.name)

    def _call(self) -> Failure | None:
        if not self.team.call():
            return SCHEDULER_LOST
        return NO_WORKER if self.team.abandoned() else None

    def _send(self, flow: Flow) -> None:
        """Keep the workers supplied; what may have killed one goes alone, when all else is done."""
        most = min(AHEAD, EACH_SLOT * self.team.slots) or 1
        tasks = flow.queue.tasks
        while tasks and len(flow.flying) < max(most, 2 * self.team.slots):
            self._submit(flow, tasks.popleft())
        if flow.suspects and not flow.flying and not tasks:
            task = flow.suspects.popleft()
            flow.alone.add(task.job)
            self._submit(flow, task)

    def _submit(self, flow: Flow, task: Task) -> None:
        self.tries += 1
        key = f"{self.name}-{self.tries}-{task.job.path}"
        try:
            future = self.team.submit(crew.make, self._slip(task), key)
        except Exception:
            flow.queue.tasks.append(task)
            flow.lost = SCHEDULER_LOST
            return
        flow.flying[future] = task
        self.context.started(task)
        future.add_done_callback(flow.done.put)

    def _slip(self, task: Task) -> crew.Slip:
        told = task.page["provenance"].items()
        provenance = {name: None if name in SHARED else value for name, value in told}
        parameters = {k: v for k, v in task.parameters.items() if k != "data"}
        if "text" in parameters:
            parameters["text"] = self.request.wanted.text.name
        return crew.Slip(
            job=task.job,
            parcel=self.team.packed.name,
            parameters=parameters,
            page={**task.page, "provenance": provenance},
            own=not task.parameters["data"],
            url=as_url(task.target),
            run=self.name,
            timeout=self.context.timeout,
            engine=self.request.engine,
            render=self.context.render,
        )

    def _arrived(self, flow: Flow) -> Iterator[Outcome]:
        """What has come within a tick, all that is there at once."""
        found = []
        with suppress(Empty):
            found.append(flow.done.get(timeout=TICK))
            while True:
                found.append(flow.done.get_nowait())
        found = [future for future in found if future in flow.flying]
        results = self.team.results(found)
        for future in found:
            task = flow.flying.pop(future)
            outcome = self._outcome(flow, task, results[future])
            if outcome is not None:
                yield outcome

    def _outcome(self, flow: Flow, task: Task, result: Any) -> Outcome | None:
        """The outcome that a result amounts to; None where the report is to be made again."""
        if isinstance(result, crew.Lacking):
            self.team.supply(result.worker)
            flow.queue.tasks.append(task)
            return None
        if isinstance(result, crew.Made):
            return self._seen(task, result)
        if result is None:  # Dask has dropped it
            flow.queue.tasks.append(task)
            flow.lost = SCHEDULER_LOST
            return None
        if type(result).__name__ == "KilledWorker":
            if task.job not in flow.alone:
                flow.suspects.append(task)
                return None
            return Outcome(task, 0.0, failure=replace(KILLER, detail=str(result)))
        name = type(result).__name__
        return Outcome(
            task, 0.0, failure=Failure(f"stopped with {name}", f"出错:{name}", str(result))
        )

    def _seen(self, task: Task, made: crew.Made) -> Outcome:
        """The outcome of a report that was made, once its page is seen from here, byte for byte."""
        if made.failure:
            return Outcome(task, made.seconds, failure=made.failure)
        part = task.target.with_name(made.part)
        if keys.file_hash(part) != made.sha256:
            detail = f"{part}: name an output folder that all machines share, or a URL (s3://...)"
            return Outcome(task, made.seconds, failure=replace(UNSEEN, detail=detail))
        reads = self._unpacked(made.reads, task)
        return Outcome(task, made.seconds, part, made.sha256, None, made.warnings, reads)

    def _unpacked(self, reads: Mapping[str, Any] | None, task: Task) -> Mapping[str, Any] | None:
        if reads is None:
            return None
        code = task.page["provenance"]["code"]
        places = {f"house/{parcel.GIVEN}": self.request.data, "house": self.request.house}
        files = {_at_home(path, places): digest for path, digest in reads["files"].items()}
        return {**reads, "code": {name: code[name] for name in reads["code"]}, "files": files}


def _at_home(path: str, places: Mapping[str, Path]) -> str:
    for start, place in places.items():
        if path.startswith(f"{start}/"):
            return str(place / path.removeprefix(f"{start}/"))
    return path
