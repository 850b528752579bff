"""Memory while a command runs: the sum over its processes, or the most that one of them held.

The measure is the proportional set size: what processes share is divided among them, so that
the sum over all is what the machine has given. Linux alone tells it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil

__all__ = ["Held", "Watch", "can_measure", "watching"]

PAUSE = 0.03  # seconds between two looks


@dataclass(frozen=True, slots=True)
class Held:
    """The most bytes that a process held at any look: its proportional share, what no other had
    a part in, and all that it had in memory, shared or not.
    """

    share: int = 0
    own: int = 0
    whole: int = 0

    def and_also(self, other: Held) -> Held:
        """The greater of each."""
        pairs = ((self.share, other.share), (self.own, other.own), (self.whole, other.whole))
        return Held(*map(max, pairs))


@dataclass(slots=True)
class Watch:
    """The most that was held, all processes together and each by what it was; `kind(process)`
    names what a process is, or is empty for one that is of no interest by itself.
    """

    kind: Callable[[psutil.Process], str] = field(default=lambda _process: "")
    most: int = 0
    kinds: dict[str, Held] = field(default_factory=dict)

    def look(self, processes: Iterable[psutil.Process]) -> None:
        """Take note of what `processes` hold now."""
        total = 0
        for process in processes:
            with suppress(psutil.Error):
                name, held = self.kind(process), _held(process)
                total += held.share
                if name:
                    self.kinds[name] = self.kinds.get(name, Held()).and_also(held)
        self.most = max(self.most, total)


def can_measure() -> bool:
    """Whether the system tells what a process shares with others."""
    return hasattr(psutil.Process().memory_full_info(), "pss")


def watching(watch: Watch) -> Callable[[int], object]:
    """For `clock.run`: has `watch` look at the command and all below it until it ends."""

    @contextmanager
    def over(pid: int) -> Iterator[None]:
        ended = threading.Event()

        def work() -> None:
            while not ended.wait(PAUSE):
                with suppress(psutil.Error):
                    top = psutil.Process(pid)
                    watch.look([top, *top.children(recursive=True)])

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    return over


def _held(process: psutil.Process) -> Held:
    full = process.memory_full_info()
    return Held(full.pss, full.uss, full.rss)
