"""A run: the folder that it alone holds, whom to tell of it, how it stands, what it came to."""

import json
import os
import platform
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.data.problems import Problem
from helpers.files import ENDING, lock
from helpers.reports import ledger
from helpers.reports.execute import Handed, Outcome, Task
from helpers.reports.inputs import Inputs
from helpers.reports.ledger import PRIVATE, Entry, Ledger, State
from helpers.reports.plan import Job, Request
from helpers.reports.prepare import Prepared

__all__ = ["Edition", "Engine", "Held", "Hooks", "Run", "Unmade", "Work", "hold", "sweep"]

LOCK = "lock"
SAVE_EVERY = 1.0  # seconds; what a crash loses of the ledger is built again, never trusted
Work = Iterator[tuple[Task, Handed]]
Engine = Callable[[Work], Iterator[Outcome]]


def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Hooks:
    """Whom to tell of a run: `planned(total)`, `finished(entry, outcome)` as reports are made,
    `made(path, seconds, well)` of a PDF or Word file, `noticed(problem)` of what slows them.
    `engine`, where it is given, makes the reports in place of this machine or the scheduler's.
    """

    planned: Callable[[int], None] = _nothing
    finished: Callable[[Entry, Outcome], None] = _nothing
    made: Callable[[str, float, bool], None] = _nothing
    noticed: Callable[[Problem], None] = _nothing
    engine: Engine | None = None


@dataclass(frozen=True, slots=True)
class Unmade:
    """A PDF or Word file that did not come about, and why in both languages; its page stands."""

    path: str
    reason: str
    reason_zh: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What a run came to: an entry for each report asked for, and where the index page is.

    `warnings` are about the data. `left` are reports that are no longer planned, yet were left
    because someone changed them. `index_failure` says why there is no new index page. With
    `moved`, someone changed program or files during the run: the next one builds those reports
    anew. `files` are the PDF and Word files that stand, by path, `unmade` those that failed.
    `history` is that of the ledger, `opened` whether this run opened its last edition.
    """

    entries: tuple[Entry, ...]
    index: Path
    seconds: float
    warnings: tuple[Problem, ...] = ()
    stopped: bool = False
    left: tuple[str, ...] = ()
    index_failure: str = ""
    moved: bool = False
    files: tuple[str, ...] = ()
    unmade: tuple[Unmade, ...] = ()
    history: Mapping[str, Any] = field(default_factory=dict)
    opened: bool = False
    simulated: bool = False


@dataclass(slots=True)
class Run:
    """A run under way: what the ledger said `before` and says now, and what this run has come to
    so far (`done`, and the `keys` of the pages that it built).
    """

    request: Request
    prepared: Prepared
    hooks: Hooks
    state: State
    before: Ledger
    entries: dict[Job, Entry]
    index: dict[str, str]
    history: dict[str, Any]
    files: dict[str, dict[str, str]]
    done: dict[Job, Entry] = field(default_factory=dict)
    keys: dict[Job, Inputs] = field(default_factory=dict)
    saved: float = 0.0
    cost: float = 0.0

    def note(self, entry: Entry) -> None:
        """Enter what became of a report."""
        self.entries[entry.job] = self.done[entry.job] = entry

    def save(self, force: bool = False) -> None:
        """Write ledger and state, unless that was done a moment ago and `force` is not set."""
        now = time.monotonic()
        if force or now - self.saved > max(SAVE_EVERY, 20 * self.cost):
            kind = self.request.audience, self.prepared.plan.simulated
            now_so = Ledger(self.entries, *kind, self.index, self.history, self.files)
            ledger.write(self.request.out, now_so)
            self.state.write(self.request.out)
            self.saved = time.monotonic()
            self.cost = self.saved - now


class Held(Exception):  # noqa: N818 - a state, not a mistake
    """Another run holds `folder`; `owner` says which (pid, host, start)."""

    def __init__(self, folder: Path, owner: dict[str, str]) -> None:
        self.folder, self.owner = folder, owner
        super().__init__(folder, owner)


def sweep(folder: Path) -> None:
    """Remove what a killed run left half written, by our own pattern. Only under the lock."""
    places = {"*/*/*/": "html|pdf|docx", "*/*/": "pdf", "": "html|json", f"{PRIVATE}/": "json"}
    for place, names in places.items():
        ours = re.compile(rf"\.[^/]+\.({names})\.[0-9a-f]{{12}}{ENDING}")
        for part in folder.glob(f"{place}.*{ENDING}"):
            if ours.fullmatch(part.name):
                with suppress(OSError):
                    part.unlink()


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Hold the reports folder for this process; raises `Held` where another run has it.

    What a run that was killed left half written is swept away. The system lets go when the
    process ends, however it ends, so a dead run's lock is taken over without asking; the file
    itself stays and means nothing by itself.
    """
    path = folder / PRIVATE / LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as stream:
        free = lock(stream.fileno())
        stream.seek(0)
        found = stream.read(1000)
        if not free:
            raise Held(folder, _owner(found))
        if found:  # the run before did not come to its end
            sweep(folder)
        stream.truncate(0)
        owner = {"pid": str(os.getpid()), "host": platform.node()}
        owner["start"] = time.strftime("%Y-%m-%d %H:%M:%S")
        stream.write(json.dumps(owner).encode("utf-8"))
        stream.flush()
        yield
        stream.truncate(0)


def _owner(text: bytes) -> dict[str, str]:
    with suppress(ValueError, AttributeError):
        return {str(name): str(value) for name, value in json.loads(text).items()}
    return {}
