"""What a further slot holds in memory: a fork of the helper, beside a kernel of papermill's."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from shutil import rmtree

import psutil

from helpers.bench.clock import run, script
from helpers.bench.engines import where
from helpers.bench.memory import Held, Watch, can_measure, watching
from helpers.bench.record import Words
from helpers.bench.setting import LANGS, Job, Setting, reports_command, told

__all__ = ["Slots", "slots"]

FORK, KERNEL = "fork", "kernel"
SERVER, LAUNCHER = "helpers.reports.fork.server", "ipykernel_launcher"
NO_MEASURE = ("这个系统不提供进程的分摊内存", "this system does not tell what processes share")


@dataclass(frozen=True, slots=True)
class Slots:
    """The most that one fork and one kernel held while they made the same reports."""

    fork: Held = field(default_factory=Held)
    kernel: Held = field(default_factory=Held)
    failure: str = ""
    absent: Words | None = None


def slots(setting: Setting) -> Slots:
    """Watch the forks of a run with two slots, and the kernel of one report of each area."""
    if not can_measure():
        return Slots(absent=NO_MEASURE)
    areas = setting.areas(setting.scale.slow_areas)
    watch = Watch(_kind)
    out = setting.fresh("slots")
    command = reports_command(sys.executable, out, areas, engine="fork", **where(2))
    sample, _ = told(run(command, watch=watching(watch)), len(areas) * len(LANGS))
    failure = sample.failure
    for job in (Job(area, LANGS[0]) for area in areas):
        given = [part for pair in job.parameters.items() for part in ("-p", *pair)]
        command = [script("papermill"), str(setting.notebook(job.area)), str(out / "ran.ipynb")]
        done = run([*command, *given], setting.house / "notebooks", watching(watch))
        failure = failure or (done.why() if done.code else "")
    rmtree(out, ignore_errors=True)
    missing = [name for name in (FORK, KERNEL) if name not in watch.kinds]
    if failure or missing:
        return Slots(failure=failure or f"no {missing[0]} was seen")
    return Slots(watch.kinds[FORK], watch.kinds[KERNEL])


def _kind(process: psutil.Process) -> str:
    """A fork is a child of the helper under the helper's own command line."""
    words = " ".join(process.cmdline())
    if LAUNCHER in words:
        return KERNEL
    parent = process.parent()
    if SERVER in words and parent and SERVER in " ".join(parent.cmdline()):
        return FORK
    return ""
