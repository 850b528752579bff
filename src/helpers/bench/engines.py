"""Our own engines, through the real command, start-up included."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from shutil import rmtree
from typing import Any

from helpers.bench.clock import run
from helpers.bench.record import Sample
from helpers.bench.rivals import Trial
from helpers.bench.setting import LANGS, PERIOD, REGION, Setting, figures_in, reports_command, told

__all__ = ["engine", "reference", "where", "wrong_pages"]


def reference(setting: Setting) -> str:
    """Build the edition that all others are held against, untimed; why that failed, or nothing."""
    out = setting.folder / "reference"
    areas = setting.areas(setting.scale.areas)
    done = run(reports_command(sys.executable, out, areas, **where(2)))
    sample, reports = told(done, len(areas) * len(LANGS))
    for one in reports:
        page = (out / one["path"]).read_text(encoding="utf-8") if one["path"] else ""
        setting.pages[one["path"]] = hashlib.sha256(page.encode("utf-8")).hexdigest()
        setting.figures[one["path"]] = figures_in(page)
    rmtree(out, ignore_errors=True)
    return sample.failure


def engine(name: str, slots: int) -> Trial:
    """One of our engines, through the real command."""

    def trial(setting: Setting, turn: int) -> Sample:
        many = setting.scale.areas if name == "fork" else setting.scale.slow_areas
        areas = setting.areas(many, turn)
        out = setting.fresh(name)
        done = run(reports_command(sys.executable, out, areas, engine=name, **where(slots)))
        sample, reports = told(done, len(areas) * len(LANGS))
        rmtree(out, ignore_errors=True)
        wrong = wrong_pages(setting, reports)
        return Sample(failure=wrong) if wrong and not sample.failure else sample

    return trial


def wrong_pages(setting: Setting, reports: Sequence[Mapping[str, Any]]) -> str:
    """Which of `reports` is not, byte for byte, that of the reference edition; empty if none."""
    for one in reports:
        if setting.pages.get(one["path"]) != one["sha256"]:
            return f"{one['path']}: other bytes than in the reference edition"
    return ""


def where(slots: int = 0) -> dict[str, object]:
    """The options for the reports of the contest, so many at a time (0: not said)."""
    places: dict[str, object] = {"region": REGION, "period": PERIOD}
    return {**places, "jobs": slots} if slots else places
