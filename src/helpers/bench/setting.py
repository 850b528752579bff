"""What a benchmark works on: which reports, how many of them, where, and what is right."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from typing import Any

from helpers.bench.record import Sample

__all__ = ["Job", "Scale", "Setting", "figures_in", "reports_command", "reports_of", "told"]

REGION, PERIOD = "370400", "congress-9"  # the shipped data's main edition
LANGS = ("zh", "en")
STRIDE = 11  # has no divisor in common with twice the number of areas: takes every report once
KEY = re.compile(r'data-figure="([^"]+)"')
# As `halfsky report` tells of a report.
LINE = re.compile(r"^\[(\d+)/\d+\].*[(（]([\d.]+) (?:s|秒)[)）]")


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: rounds, reports of each way of working, sizes of tables."""

    rounds: int = 3
    areas: int = 10  # of the engines and the bound, each in both languages
    slow_areas: int = 4  # of the papermill engine
    shell: int = 5  # reports of the shell loop
    inside: int = 5  # reports of papermill in one process
    slots: int = 2  # where an edition grows
    growth: tuple[tuple[int, int], ...] = ((1, 1), (5, 1), (7, 3))  # regions, periods
    whole: bool = True  # whether the last edition is brought to all there is
    sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    quick: bool = False  # whether it is too little to be quoted
    repeats: int = 5  # of what takes less than a second


@dataclass(frozen=True, slots=True)
class Job:
    """A report of the shipped data."""

    area: str
    lang: str

    @property
    def path(self) -> str:
        """Where `halfsky report` puts it below its folder."""
        return f"{self.lang}/{REGION}/{PERIOD}/{self.area}.html"

    @property
    def parameters(self) -> dict[str, str]:
        """The notebook's parameters."""
        return {"region": REGION, "period": PERIOD, "lang": self.lang}


@dataclass(slots=True)
class Setting:
    """The project's root, a folder to work in, and what reports must come out as.

    `pages` maps a report's path to the hash of its page, `figures` to the keys it shows: those
    of the reference edition, which is built before anything is timed.
    """

    house: Path
    folder: Path
    scale: Scale
    pages: dict[str, str] = field(default_factory=dict)
    figures: dict[str, frozenset[str]] = field(default_factory=dict)

    def known(self) -> list[str]:
        """Every area of the shipped data, the overview first."""
        with (self.house / "data" / "areas.csv").open(encoding="utf-8", newline="") as stream:
            return ["overview", *(row["area"] for row in csv.DictReader(stream))]

    def areas(self, count: int, turn: int = 0) -> list[str]:
        """`count` areas of those in the contest, others in every round."""
        every = self.known()[: self.scale.areas]
        return [every[(turn * count + at) % len(every)] for at in range(min(count, len(every)))]

    def jobs(self, count: int, turn: int = 0) -> list[Job]:
        """`count` reports of those that the engines make, others in every round."""
        every = [Job(area, lang) for area in self.areas(self.scale.areas) for lang in LANGS]
        taken = range(turn * count, turn * count + min(count, len(every)))
        return [every[at * STRIDE % len(every)] for at in taken]

    def notebook(self, area: str) -> Path:
        """The notebook of an area."""
        return self.house / "notebooks" / f"{area}.ipynb"

    def fresh(self, name: str) -> Path:
        """An empty folder of this name to work in."""
        folder = self.folder / name
        rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def wrong_figures(self, job: Job, page: str) -> str:
        """What speaks against a page that was made without our engines; empty if nothing does."""
        expected = self.figures.get(job.path)
        if expected is None or figures_in(page) == expected:
            return ""
        return f"{job.area}, {job.lang}: other figures than in the reference edition"


def figures_in(page: str) -> frozenset[str]:
    """The keys of the figures that a page or a fragment shows."""
    return frozenset(KEY.findall(page))


def reports_command(python: str, out: Path, areas: Sequence[str] = (), **options: Any) -> list[str]:
    """The real command: `halfsky report AREA... --out OUT`, and options as words."""
    command = [python, "-m", "helpers", "report", *areas, "--out", str(out), "--json"]
    for name, value in options.items():
        for one in value if isinstance(value, tuple) else (value,):
            command += [f"--{name}"] if one is True else [f"--{name}", str(one)]
    return command


def reports_of(done: Any) -> list[dict[str, Any]]:
    """The reports that a run told of; none where it failed."""
    try:
        return json.loads(done.out)["reports"] if done.code == 0 else []
    except (ValueError, KeyError):
        return []


def told(done: Any, expected: int, status: str = "built") -> tuple[Sample, list[dict[str, Any]]]:
    """The sample of a run of `halfsky report`, and its reports.

    It counts where the exit code is 0 and exactly `expected` reports have this status, all
    others being unchanged or withheld. Its start-up ends where the first report began.
    """
    reports = reports_of(done)
    found = [one["status"] for one in reports]
    if done.code or not reports:
        return Sample(failure=_why(done)), []
    if found.count(status) != expected or "failed" in found:
        why = f"{found.count(status)} reports {status}, {expected} expected"
        return Sample(failure=why), reports
    times = [(at, float(match[2])) for at, text in done.lines if (match := LINE.match(text))]
    start = min((at - took for at, took in times[:2]), default=None)
    work = None if start is None else max(at for at, _ in times) - start
    sample = Sample(done.seconds, max(expected, 1), start, work, done.processor)
    return sample, reports


def _why(done: Any) -> str:
    """Why a run of `halfsky report` failed: the first problem that it told of, if it told."""
    try:
        first = json.loads(done.out)["problems"][0]
    except (ValueError, LookupError, TypeError):
        return done.why()
    return f"exit code {done.code}: {Path(first['file']).name}: {first['rule']}"
