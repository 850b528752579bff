"""The others: the shell loop of papermill and nbconvert, papermill in one process, the bound."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import rmtree

from helpers.bench.clock import last_words, processor_time, run, script
from helpers.bench.record import Sample
from helpers.bench.setting import LANGS, Job, Setting

__all__ = ["Trial", "bound", "inside", "shell_loop"]

Trial = Callable[[Setting, int], Sample]


def shell_loop(setting: Setting, turn: int) -> Sample:
    """papermill and nbconvert, a process each for each report."""
    jobs = setting.jobs(setting.scale.shell, turn)
    folder = setting.fresh("shell")
    seconds = processor = 0.0
    for job in jobs:
        ran = folder / "ran.ipynb"
        given = [part for pair in job.parameters.items() for part in ("-p", *pair)]
        notebook = str(setting.notebook(job.area))
        for command in (
            [script("papermill"), notebook, str(ran), *given],
            [script("jupyter"), "nbconvert", "--to", "html", str(ran)],
        ):
            done = run(command, setting.house / "notebooks")
            if done.code:
                return Sample(failure=done.why())
            seconds += done.seconds
            processor += done.processor or 0.0
        page = ran.with_suffix(".html").read_text(encoding="utf-8")
        if wrong := setting.wrong_figures(job, page):
            return Sample(failure=wrong)
    rmtree(folder, ignore_errors=True)
    return Sample(seconds, len(jobs), processor=processor or None)


def inside(setting: Setting, turn: int) -> Sample:
    """papermill in one process, its exporter kept."""
    return _solo(setting, "papermill", [setting.jobs(setting.scale.inside, turn)])


def bound(processes: int) -> Trial:
    """The cells' code alone, in one or more warm processes."""

    def trial(setting: Setting, _turn: int) -> Sample:
        jobs = setting.jobs(len(LANGS) * setting.scale.areas)
        return _solo(setting, "bound", [jobs[at::processes] for at in range(processes)])

    return trial


def _solo(setting: Setting, kind: str, shares: Sequence[Sequence[Job]]) -> Sample:
    """Processes of `helpers.bench.solo`, one a share: all get ready, then all begin at once."""
    folder = setting.fresh(kind)
    before, begun = processor_time(), time.perf_counter()
    processes = [_started(setting, folder, kind, share) for share in shares]
    try:
        ready = [one.stdout.readline() for one in processes]
        start = time.perf_counter() - begun
        for one, word in zip(processes, ready, strict=True):
            if word:  # else it has ended already
                one.stdin.write("go\n")
                one.stdin.flush()
        said = [one.stdout.readline() for one in processes]
        work = time.perf_counter() - begun - start
        codes = [(one.communicate(), one.wait())[1] for one in processes]
    finally:
        for one in processes:
            one.kill()
            one.wait()
    seconds, after = time.perf_counter() - begun, processor_time()
    if any(codes) or said != ["done\n"] * len(processes):
        return Sample(failure=_last_words(folder))
    for job in (job for share in shares for job in share):
        page = Path(_order(setting, folder, job)["out"]).read_text(encoding="utf-8")
        if wrong := setting.wrong_figures(job, page):
            return Sample(failure=wrong)
    rmtree(folder, ignore_errors=True)
    busy = None if before is None or after is None else after - before
    return Sample(seconds, sum(map(len, shares)), start, work, busy)


def _started(
    setting: Setting, folder: Path, kind: str, share: Sequence[Job]
) -> subprocess.Popen[str]:
    name = f"{share[0].area}-{share[0].lang}"
    file = folder / f"{name}.json"
    orders = [_order(setting, folder, job) for job in share]
    file.write_text(json.dumps(orders), encoding="utf-8")
    command = [sys.executable, "-m", "helpers.bench.solo", kind, str(file)]
    with (folder / f"{name}.txt").open("wb") as log:
        return subprocess.Popen(
            command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        )


def _order(setting: Setting, folder: Path, job: Job) -> dict[str, object]:
    out = folder / f"{job.area}-{job.lang}.html"
    notebook = setting.notebook(job.area)
    return {"notebook": str(notebook), "parameters": job.parameters, "out": str(out)}


def _last_words(folder: Path) -> str:
    for log in sorted(folder.glob("*.txt")):
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        if lines:
            return last_words(lines)
    return "ended before its work was done"
