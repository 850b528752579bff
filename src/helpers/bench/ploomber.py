"""ploomber, where someone has installed it: the same notebooks as a pipeline of tasks."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from shutil import rmtree

from helpers.bench.clock import run
from helpers.bench.record import Sample, Words
from helpers.bench.setting import Job, Setting

__all__ = ["by_ploomber", "no_ploomber"]


def no_ploomber() -> Words | None:
    """Why it cannot be measured, None where it can."""
    if Path(sys.executable).with_name("ploomber").exists():
        return None
    return "没有安装 ploomber", "ploomber is not installed"


def by_ploomber(setting: Setting, turn: int) -> Sample:
    """A pipeline with a task for each report, from nothing to pages."""
    jobs = setting.jobs(setting.scale.inside, turn)
    folder = setting.fresh("ploomber")
    pipeline = {
        "meta": {"extract_upstream": False, "extract_product": False},
        "tasks": [_task(setting, job) for job in jobs],
    }
    # YAML reads JSON too
    (folder / "pipeline.yaml").write_text(json.dumps(pipeline), encoding="utf-8")
    program = str(Path(sys.executable).with_name("ploomber"))
    done = run([program, "build"], folder, extra={"PLOOMBER_STATS_ENABLED": "false"})
    if done.code:
        return Sample(failure=done.why())
    for job in jobs:
        page = (folder / _name(job)).read_text(encoding="utf-8")
        if wrong := setting.wrong_figures(job, page):
            return Sample(failure=wrong)
    rmtree(folder, ignore_errors=True)
    return Sample(done.seconds, len(jobs), processor=done.processor)


def _task(setting: Setting, job: Job) -> dict[str, object]:
    return {
        "source": str(setting.notebook(job.area)),
        "name": f"{job.area}-{job.lang}",
        "product": {"nb": _name(job)},
        "params": job.parameters,
        "static_analysis": "disable",
        "papermill_params": {"cwd": str(setting.notebook(job.area).parent)},
    }


def _name(job: Job) -> str:
    return f"{job.area}-{job.lang}.html"
