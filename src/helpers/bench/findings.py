"""The whole benchmark: what is measured in which order, and all that was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from helpers.bench import edition
from helpers.bench.anatomy import Anatomy, anatomy
from helpers.bench.contest import NO_FORK, contest, entries
from helpers.bench.edition import Change
from helpers.bench.engines import reference
from helpers.bench.machine import facts
from helpers.bench.record import Row, Sample
from helpers.bench.setting import Scale, Setting
from helpers.bench.sizes import Size, sizes
from helpers.bench.slots import Slots, slots

__all__ = ["Findings", "measure"]

AREA = "rights"  # the report that is taken apart: two charts, two tables, rules, comparisons
Say = Callable[[str], None]


@dataclass(slots=True)
class Findings:
    """Everything that a run of the benchmark found.

    `rows` are the contest; `idle` and `empty` a run with nothing to do over `reports` reports and
    a Python that does nothing; `growth` a sample for each size of an edition.
    """

    scale: Scale
    facts: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    idle: Row = field(default_factory=lambda: Row("idle", ("", ""), ("", "")))
    empty: Row = field(default_factory=lambda: Row("empty", ("", ""), ("", "")))
    reports: int = 0
    changes: list[Change] = field(default_factory=list)
    growth: list[Sample] = field(default_factory=list)
    sizes: list[Size] = field(default_factory=list)
    slots: Slots = field(default_factory=Slots)
    anatomy: Anatomy | None = None
    before: dict[str, float] = field(default_factory=dict)  # targets' values of the run before
    failure: str = ""  # why the reference edition could not be built; nothing else was done then

    def row(self, key: str) -> Row:
        """The row of the contest with this key."""
        return next(row for row in self.rows if row.key == key)

    @property
    def failures(self) -> list[str]:
        """Everything that was to be measured and could not be."""
        found = [self.failure, self.slots.failure, self.anatomy.failure if self.anatomy else ""]
        found += [one.failure for one in (*self.rows, self.idle, *self.growth, *self.sizes)]
        found += [s.failure for change in self.changes for s in (change.whole, change.one)]
        return [one for one in found if one]


def measure(setting: Setting, say: Say, forks: bool) -> Findings:
    """Run it all; what fails is noted and the rest goes on."""
    scale = setting.scale
    found = Findings(scale, facts())
    say("reference")
    found.failure = reference(setting)
    if found.failure:
        return found
    rows = entries(forks)
    found.rows = [row for row, _ in rows]
    contest(setting, rows, lambda turn, row: say(f"{turn + 1}/{scale.rounds} {row.key}"))
    _edition(setting, found, say)
    for observations in scale.sizes:
        say(f"{observations:,}")
        found.sizes.append(sizes(setting, observations))
    say("memory")
    found.slots = slots(setting) if forks else Slots(absent=NO_FORK)
    say("anatomy")
    found.anatomy = anatomy(setting, AREA) if forks else None
    return found


def _edition(setting: Setting, found: Findings, say: Say) -> None:
    """Let an edition grow, find it up to date, and change a row of its data."""
    say("growth")
    found.growth, whole = edition.grow(setting)
    if whole is None:
        found.idle.samples.append(Sample(failure="its edition did not come about"))
        return
    found.reports = whole.reports
    for turn in range(setting.scale.rounds):
        say(f"{turn + 1}/{setting.scale.rounds} idle")
        idle, empty = edition.nothing_to_do(setting, whole)
        found.idle.samples.append(idle)
        found.empty.samples.append(empty)
        say(f"{turn + 1}/{setting.scale.rounds} row")
        found.changes.append(edition.changed_row(setting, whole, turn))
        if idle.failure or found.changes[-1].whole.failure:
            return
