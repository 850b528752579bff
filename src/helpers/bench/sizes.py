"""Shared tables of growing size: what the reports of one county cost in time and memory."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import rmtree
from statistics import median

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

    folder, out = setting.fresh("tables"), setting.fresh("county")
    shape = write_folder(folder, observations)
    size = Size(observations, len(shape.regions), len(shape.periods))
    rounds = 1 if observations >= ALONE else min(2, setting.scale.rounds)
    try:
        return _measured(setting, size, _command(folder, out, shape.regions[1]), rounds)
    finally:
        for each in (folder, out):
            rmtree(each, ignore_errors=True)


def _command(folder: Path, out: Path, region: str) -> list[str]:
    places = {"region": region, "period": "2025-q4", "lang": "zh"}
    return reports_command(sys.executable, out, data=folder, jobs=2, **places)


def _measured(setting: Setting, size: Size, command: list[str], rounds: int) -> Size:
    expected = len(setting.known())
    watches = [Watch(), Watch()]
    look = [watching(watch) if can_measure() else None for watch in watches]
    first, _ = told(run(command, watch=look[0], limit=LIMIT), expected)
    size = replace(size, first=first)
    if first.failure:
        return size
    anew = [*command, "--fresh"]
    runs = [told(run(anew, limit=LIMIT), expected)[0] for _ in range(rounds)]
    failed = [one for one in runs if one.failure]
    middle = sorted(runs, key=lambda one: one.seconds)[len(runs) // 2]
    run(anew, watch=look[1], limit=LIMIT)
    idle = [told(run(command, limit=LIMIT), expected, "unchanged")[0] for _ in range(rounds)]
    wrong = [one for one in idle if one.failure]
    nothing = wrong[0] if wrong else Sample(median(one.seconds for one in idle))
    memory = (watches[0].most, watches[1].most)
    return replace(size, again=(failed or [middle])[0], nothing=nothing, memory=memory)
