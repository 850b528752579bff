"""A whole edition of simulated districts: growing, with nothing to do, after one changed row."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree
from statistics import median
from typing import Any

from helpers.bench.clock import run
from helpers.bench.record import Sample
from helpers.bench.setting import Setting, figures_in, reports_command, reports_of, told

__all__ = ["Change", "Edition", "changed_row", "grow", "nothing_to_do"]

INDICATOR = "women_share_city_npc_deputies"  # a share: no total depends on it
AREA = "outcomes"


@dataclass(frozen=True, slots=True)
class Edition:
    """A built edition: its data and folder, the places asked for (none means all), its size."""

    data: Path
    out: Path
    places: Mapping[str, tuple[str, ...]]
    reports: int = 0

    def command(self, areas: Sequence[str] = (), **options: Any) -> list[str]:
        """`halfsky report` on it."""
        given = {**self.places, **options}
        return reports_command(sys.executable, self.out, areas, data=self.data, **given)


@dataclass(frozen=True, slots=True)
class Change:
    """What one changed row of observations.csv came to.

    `whole` is the run over the whole edition, `one` over a single report that shows the figure;
    `rebuilt` reports were built of `planned`, `readers` are those whose page shows the figure,
    `missed` those among them that were not rebuilt; `portal` tells whether the way in is new.
    """

    whole: Sample
    one: Sample
    planned: int = 0
    rebuilt: int = 0
    readers: int = 0
    missed: int = 0
    portal: bool = False
    reasons: tuple[str, ...] = ()


def grow(setting: Setting) -> tuple[list[Sample], Edition | None]:
    """Editions of growing size, each from nothing, and the last one brought to its full size.

    Returns a sample an edition, and the last edition, or None where one did not come about.
    """
    data = setting.fresh("districts") / "data"
    copytree(setting.house / "examples" / "districts", data)
    regions, periods = _places(data)
    areas = len(setting.known())
    samples: list[Sample] = []
    for width, length in setting.scale.growth:
        places = {"region": regions[:width], "period": periods[-length:], "lang": ("zh",)}
        edition = Edition(data, setting.fresh("edition"), places, areas * width * length)
        done = run(edition.command(jobs=setting.scale.slots))
        sample, _ = told(done, edition.reports)
        samples.append(sample)
        if sample.failure:
            return samples, None
    if not setting.scale.whole:
        return samples, edition
    edition = Edition(data, edition.out, {})
    reports = reports_of(run(edition.command(jobs=setting.scale.slots)))
    good = bool(reports) and {one["status"] for one in reports} <= {"built", "unchanged"}
    return samples, replace(edition, reports=len(reports)) if good else None


def nothing_to_do(setting: Setting, edition: Edition) -> tuple[Sample, Sample]:
    """A run of a finished edition and an empty Python, in turn; the middle one of each."""
    runs, empty = [], []
    for _ in range(setting.scale.repeats):
        sample, _ = told(run(edition.command()), edition.reports, "unchanged")
        if sample.failure:
            return sample, Sample()
        runs.append(sample.seconds)
        empty.append(run([sys.executable, "-c", "pass"]).seconds)
    return Sample(median(runs)), Sample(median(empty))


def changed_row(setting: Setting, edition: Edition, turn: int) -> Change:
    """Change one figure and build one report that shows it; change it again and build them all."""
    region = (edition.places.get("region") or _places(edition.data)[0])[0]
    period = (edition.places.get("period") or _places(edition.data)[1])[-1]
    readers = _readers(edition, f"{INDICATOR}|{region}|{period}")
    one = {"region": (region,), "period": (period,), "lang": ("zh",)}
    _change(edition.data, region, period, 2 * turn + 1)
    single, _ = told(run(edition.command([AREA], **one)), 1)
    _change(edition.data, region, period, 2 * turn + 2)
    portal = _moment(edition)
    done = run(edition.command(jobs=setting.scale.slots))
    reports = reports_of(done)
    built = {r["path"]: r["reason"] for r in reports if r["status"] == "built"}
    whole, _ = told(done, len(built))
    if not whole.failure and not built:
        whole = Sample(failure="nothing was rebuilt")
    return Change(
        whole, single, len(reports), len(built), len(readers), len(readers - set(built)),
        _moment(edition) != portal, tuple(sorted(set(built.values()))),
    )  # fmt: skip


def _places(data: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Regions and periods that have figures."""
    with (data / "observations.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    regions, periods = (dict.fromkeys(row[name] for row in rows) for name in ("region", "period"))
    return tuple(regions), tuple(periods)


def _readers(edition: Edition, key: str) -> set[str]:
    """The pages that show a figure."""
    pages = edition.out.glob("*/*/*/*.html")
    return {
        page.relative_to(edition.out).as_posix()
        for page in pages
        if key in figures_in(page.read_text(encoding="utf-8"))
    }


def _change(data: Path, region: str, period: str, step: int) -> None:
    """Give the indicator another value, and the words for it: a share of so many hundredths."""
    path = data / "observations.csv"
    head = f"{INDICATOR},{region},{period},"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for at, line in enumerate(lines):
        if line.startswith(head):
            cells = line.split(",")
            cells[3] = f"{20 + step / 100:.2f}"
            cells[5] = f"{cells[3]}%"
            lines[at] = ",".join(cells)
    path.write_text("".join(lines), encoding="utf-8", newline="")


def _moment(edition: Edition) -> int:
    """When the way in was written."""
    return (edition.out / "index.html").stat().st_mtime_ns
