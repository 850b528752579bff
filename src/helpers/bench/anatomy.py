"""The anatomy of one report: where its milliseconds go."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from helpers.bench.clock import run
from helpers.bench.record import Words
from helpers.bench.setting import Setting

__all__ = ["Anatomy", "Part", "anatomy", "parts_of"]

# Part of the stopwatch -> what it is called; in the order of a report's life.
NAMES: Mapping[str, Words] = {
    "fork": ("fork、进程结束及其余", "fork, the end of its process, and the rest"),
    "rest": ("准备子进程", "making the child ready"),
    "parameters": ("读入笔记本，注入参数", "reading the notebook, injecting parameters"),
    "shell": ("IPython 环境", "the IPython shell"),
    "load": ("数据表", "the tables"),
    "study": ("研究：数、比例、规则", "the study: figures, measures, rules"),
    "cell": ("单元格", "cells"),
    "seaborn": ("seaborn 作图", "seaborn, before drawing"),
    "placing": ("图的布局", "laying out the drawing"),
    "drawing": ("matplotlib 绘制", "matplotlib, drawing"),
    "svg": ("整理 SVG", "tidying the SVG"),
    "judge": ("判定是否跑完", "judging whether it ran to its end"),
    "reads": ("记下读过的行", "noting the rows that were read"),
    "export": ("nbconvert 导出", "nbconvert, the export"),
    "numbers": ("核对页面上的数", "checking the page's numbers"),
    "page": ("页面的其余", "the page, all else"),
    "font": ("内嵌字体", "the font that goes with the page"),
    "seal": ("封印", "the seal"),
    "writing": ("写入文件", "writing the file"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a report's cost: the middle of several times, in seconds; how often it ran."""

    name: str
    label: Words
    seconds: float
    count: int = 1


@dataclass(frozen=True, slots=True)
class Anatomy:
    """The parts of one report of an area, and what the whole took."""

    area: str
    parts: tuple[Part, ...] = ()
    whole: float = 0.0
    times: int = 0
    failure: str = ""

    def share(self, *names: str) -> float:
        """The part of the whole that the parts of these names take."""
        return sum(p.seconds for p in self.parts if p.name.split()[0] in names) / self.whole


def anatomy(setting: Setting, area: str) -> Anatomy:
    """Take one report of `area` apart, several times over."""
    times = 2 * setting.scale.repeats - 1
    folder = setting.fresh("anatomy")
    module = "helpers.bench.dissect"
    done = run([sys.executable, "-m", module, area, str(times), str(folder / "out")])
    if done.code:
        return Anatomy(area, failure=done.why())
    found = json.loads(done.out)
    whole = median(one["whole"] for one in found)
    return Anatomy(area, tuple(parts_of(found)), whole, len(found))


def parts_of(found: Sequence[Mapping[str, Any]]) -> list[Part]:
    """The parts of several times, each the median, in the order of a report's life."""
    names = {name: None for one in found for name in one["parts"]}
    seconds = {n: median(one["parts"].get(n, 0.0) for one in found) for n in names}
    counts = {n: max(one["counts"].get(n, 0) for one in found) for n in names}
    rest = [one["whole"] - sum(one["parts"].values()) for one in found]
    seconds["fork"], counts["fork"] = median(rest), 1
    order = list(NAMES)
    ranked = sorted(seconds, key=lambda name: order.index(name.split()[0]))
    return [Part(name, _label(name), seconds[name], counts[name]) for name in ranked]


def _label(name: str) -> Words:
    kind, _, tag = name.partition(" ")
    zh, en = NAMES[kind]
    return (f"{zh}：{tag}", f"{en}: {tag}") if tag else (zh, en)
