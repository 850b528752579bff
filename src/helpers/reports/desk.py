"""The records of a run: who does its work, how it stands, and what it came to."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.data.problems import Problem
from helpers.reports import ledger
from helpers.reports.cache.seals import Seals
from helpers.reports.ledger import Entry, Ledger
from helpers.reports.plan import Job
from helpers.reports.prepare import Prepared, Request
from helpers.reports.task import Outcome, Task

__all__ = ["Desk", "Edition", "Work"]

SAVE_EVERY = 1.0  # seconds; what a crash loses of the ledger is built again, never trusted


def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Desk:
    """The hands of a run, exchangeable in tests: how to load tables, to render, and whom to tell.

    `read` gives a folder's sheets, without pandas; `load` its frames, for the way in.

    `render` and `portal` default to the page and the way in of the house. `planned(total)`,
    `started(task)` and `finished(entry, outcome)` report progress, `noticed(problem)` machines
    that may not take part; `stop()` ends the run, `closing(edition, work)` is called at its end,
    while the folder is still held.
    """

    load: Callable[..., Any] | None = None
    read: Callable[..., Any] | None = None
    render: Callable[..., str] | None = None
    portal: Callable[..., str] | None = None
    planned: Callable[[int], None] = _nothing
    started: Callable[[Task], None] = _nothing
    finished: Callable[[Entry, Outcome], None] = _nothing
    noticed: Callable[[Problem], None] = _nothing
    stop: Callable[[], bool] = field(default=lambda: False)
    closing: Callable[..., None] = _nothing


@dataclass(frozen=True, slots=True)
class Edition:
    """What a run came to: an entry for each report asked for, and where the way in is.

    `left` are reports that are no longer planned, yet were left because someone changed them.
    With `moved`, someone changed inputs during the run: the next run builds those reports anew.
    """

    entries: tuple[Entry, ...]
    portal: Path
    seconds: float
    stopped: bool = False
    left: tuple[str, ...] = ()
    portal_failure: str = ""
    moved: bool = False


@dataclass(slots=True)
class Work:
    """A run under way: what the ledger says now, and what this run has come to so far."""

    request: Request
    prepared: Prepared
    desk: Desk
    before: Ledger
    entries: dict[Job, Entry]
    portal: Mapping[str, str]
    seals: Seals
    done: dict[Job, Entry] = field(default_factory=dict)
    saved: float = 0.0
    cost: float = 0.0
    moved: bool = False

    def note(self, entry: Entry) -> None:
        """Enter what became of a report."""
        self.entries[entry.job] = self.done[entry.job] = entry

    def ledger(self) -> Ledger:
        """The ledger as it stands now."""
        audience, simulated = self.request.audience, self.prepared.plan.simulated
        return Ledger(self.entries, audience, simulated, self.portal)

    def save(self, force: bool = False) -> None:
        """Write the ledger, unless that was done a moment ago and `force` is not set."""
        now = time.monotonic()
        if force or now - self.saved > max(SAVE_EVERY, 20 * self.cost):
            whole = self.ledger()
            if whole != self.before:
                ledger.write(self.request.out, whole)
            kept = {entry.path: entry.inputs_sha256 for entry in self.entries.values()}
            self.seals.write(kept)
            self.saved = time.monotonic()
            self.cost = self.saved - now
