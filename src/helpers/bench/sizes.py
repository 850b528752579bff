"""Shared tables of growing size: what the reports of one county cost in time and memory."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import rmtree

from helpers.bench.clock import run
from helpers.bench.memory import Watch, can_measure, watching
from helpers.bench.record import Sample
from helpers.bench.setting import Setting, reports_command, told

__all__ = ["ALONE", "LARGE", "Size", "sizes"]

LARGE = 10_000_000
ALONE = 2_000_000  # from here on once is enough
LIMIT = 3_600.0  # seconds


@dataclass(frozen=True, slots=True)
class Size:
    """What a county's reports cost over a table of so many rows, and where it stopped if it did.

    `first` is a run on tables that were never seen; `again` builds the same reports anew, with
    what was kept from before; `nothing` finds them up to date. `memory` is the most bytes that
    the first run and the later one held, all their processes together (0: not measured).
    """

    observations: int
    regions: int
    quarters: int
    first: Sample = field(default_factory=Sample)
    again: Sample = field(default_factory=Sample)
    nothing: Sample = field(default_factory=Sample)
    memory: tuple[int, int] = (0, 0)

    @property
    def failure(self) -> str:
        """Why it does not count; empty where all was right."""
        return next((s.failure for s in (self.first, self.again, self.nothing) if s.failure), "")


def sizes(setting: Setting, observations: int) -> Size:
    """Make a folder with so many observations, and the reports of its first county from it."""
    from helpers.bench.simulate import write_folder

    folder, out, kept = (setting.fresh(name) for name in ("tables", "county", "kept"))
    shape = write_folder(folder, observations)
    size = Size(observations, len(shape.regions), len(shape.periods))
    rounds = 1 if observations >= ALONE else min(2, setting.scale.rounds)
    places = {"region": shape.regions[1], "period": shape.periods[-1], "lang": "zh"}
    command = reports_command(sys.executable, out, data=folder, jobs=2, **places)
    try:
        return _measured(size, command, _Runs(kept, len(setting.known()), rounds))
    finally:
        for each in (folder, out, kept):
            rmtree(each, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Runs:
    """How to run: with a cache of our own, since another run may have left its own of the same
    tables; how many reports there are to be; how often."""

    kept: Path
    expected: int
    rounds: int

    def once(self, command: list[str], status: str = "built", watch: Watch | None = None) -> Sample:
        look = watching(watch) if watch and can_measure() else None
        done = run(command, watch=look, extra={"XDG_CACHE_HOME": str(self.kept)}, limit=LIMIT)
        return told(done, self.expected, status)[0]

    def often(self, command: list[str], status: str = "built") -> Sample:
        """The middle one, or one that failed."""
        runs = [self.once(command, status) for _ in range(self.rounds)]
        failed = [one for one in runs if one.failure]
        return failed[0] if failed else sorted(runs, key=lambda r: r.seconds)[len(runs) // 2]


def _measured(size: Size, command: list[str], runs: _Runs) -> Size:
    first, later = Watch(), Watch()
    size = replace(size, first=runs.once(command, watch=first))
    if size.first.failure:
        return size
    anew = [*command, "--fresh"]
    again = runs.often(anew)
    runs.once(anew, watch=later)
    nothing = runs.often(command, "unchanged")
    return replace(size, again=again, nothing=nothing, memory=(first.most, later.most))
