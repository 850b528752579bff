"""What is still to do in a run, and when a task is tried again: the same for every engine."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from helpers.reports.plan import Job
from helpers.reports.task import Failure, Outcome, Task

__all__ = ["BREAKS", "TICK", "TO_START", "Queue", "given_up", "late"]

TICK = 0.25  # seconds between two looks at the clock and at the wish to stop
TO_START = 120.0  # seconds in which a process must have imported what it needs
ATTEMPTS = 2  # only for what the machine did
BREAKS = 3  # processes in a row that may break before their first task
COULD_NOT_START = Failure("the worker processes could not start", "工作进程无法启动")


@dataclass(slots=True)
class Queue:
    """Tasks to do, how often each was tried, and how many processes broke before they began."""

    tasks: deque[Task]
    tried: Counter[Job] = field(default_factory=Counter)
    broken: int = 0
    reason: Failure = COULD_NOT_START

    @classmethod
    def of(cls, tasks: Sequence[Task]) -> "Queue":
        """A queue of `tasks`, none of them tried yet."""
        return cls(deque(tasks))

    def take(self) -> Task:
        """The next task, which counts as tried."""
        task = self.tasks.popleft()
        self.tried[task.job] += 1
        return task

    def again(self, outcome: Outcome) -> bool:
        """Whether the task is put back, because the machine failed it and not the notebook."""
        failure, task = outcome.failure, outcome.task
        if failure and failure.transient and self.tried[task.job] < ATTEMPTS:
            self.tasks.append(task)
            return True
        return False


def late(timeout: float) -> Failure:
    """The failure of a report that took longer than `timeout` seconds."""
    limit = f"{timeout:g}"
    return Failure(f"stopped after {limit} seconds", f"超过 {limit} 秒,已中止")


def given_up(queue: Queue, failure: Failure) -> Iterator[Outcome]:
    """The outcomes of all tasks left, when no process can be got to work."""
    while queue.tasks:
        yield Outcome(queue.tasks.popleft(), 0.0, failure=failure)
