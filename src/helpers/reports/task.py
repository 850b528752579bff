"""What goes to a worker and what comes back: the one thing all engines agree on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.reports.plan import Job

__all__ = ["Call", "Context", "Do", "Engine", "Failure", "Outcome", "Task"]


@dataclass(frozen=True, slots=True)
class Task:
    """A report to build: its notebook, its parameters, what its page says beside the outputs.

    `data` is the folder that it reads. `page["provenance"]` has the hashes of all that it may
    read; what it did read takes their place before the page is printed. `target` is where the
    report will be published; a worker writes beside it and leaves the last step to the parent.
    """

    job: Job
    notebook: Path
    parameters: Mapping[str, str]
    page: Mapping[str, Any]
    target: Path
    data: Path = Path()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a report did not come about.

    `reason` holds no figure and no path, since the public ledger shows it; `detail` is for the
    one who mends the notebook. `transient` marks what the machine did, not the notebook.
    """

    reason: str
    reason_zh: str
    detail: str = ""
    transient: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task: a written `part` with its SHA-256, or a failure.

    `reads` is the record of what the report was made from, None where that is not known: it
    then depends on everything.
    """

    task: Task
    seconds: float
    part: Path | None = None
    sha256: str = ""
    failure: Failure | None = None
    warnings: tuple[str, ...] = ()
    reads: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A function by its module and name, and what it is given: work that is no report."""

    module: str
    name: str
    given: tuple[Any, ...]


Do = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class Context:
    """How to work: slots, seconds a report, the renderer, and whom to tell.

    `render(nb, **task.page)` must be importable by name, because other processes call it.
    `stop()` is asked several times a second; once true, no more outcomes come. `closing(do)` is
    called after the last outcome by an engine that can have a call done where everything is
    imported already; `do` raises ChildProcessError where it was not done.
    """

    render: Callable[..., str]
    slots: int = 1
    timeout: float = 600.0
    started: Callable[[Task], None] = field(default=lambda _task: None)
    stop: Callable[[], bool] = field(default=lambda: False)
    closing: Callable[[Do], None] = field(default=lambda _do: None)


Engine = Callable[[Sequence[Task], Context], Iterator[Outcome]]
