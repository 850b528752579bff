"""The verb `halfsky bench`: measures, prints the tables, writes the page with its chart."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from helpers import answers
from helpers.messages import HELP, WORDS, say

if TYPE_CHECKING:
    from helpers.bench.findings import Findings
    from helpers.bench.setting import Scale
    from helpers.data.problems import Problem

__all__ = ["bench_verb"]

ROUNDS = re.compile(r"[1-9][0-9]?")
NAMES = {"en": ("benchmarks.md", "benchmarks.svg"),
         "zh": ("benchmarks.zh-CN.md", "benchmarks.zh-CN.svg")}  # fmt: skip
HELP.update({
    "bench": (
        "测量性能：与逐份运行 papermill 和 nbconvert 相比，与下限相比；写成 benchmarks.md 和图。",
        "Measure what reports cost, beside a shell loop of papermill and nbconvert and beside the "
        "bound; write benchmarks.md with a chart.",
    ),
    "bench.out": (
        "写到哪个文件夹（默认：项目的 docs/；--quick 默认不写）。",
        "Folder to write to (default: the project's docs/; with --quick none).",
    ),
    "bench.rounds": ("每种方式测几轮（默认 3）。", "Rounds of each way (default 3)."),
    "bench.quick": (
        "少量报告，只测一轮，约两分钟；数字不可引用。",
        "A few reports in one round, about two minutes; not for quoting.",
    ),
    "bench.large": (
        "也测一千万行的表，另需几分钟。",
        "Measure tables of ten million rows too: some minutes more.",
    ),
    "bench.profile": (
        "只看一份报告的毫秒用在哪里（例如 rights），不写文件。",
        "Only tell where the milliseconds of one report of this area go; writes no file.",
    ),
})  # fmt: skip
WORDS.update(
    {
        "bench_step": (
            "性能测试，{seconds:4.0f} 秒：{step}",
            "benchmark, {seconds:4.0f} s: {step}",
        ),
        "bench_written": ("已写入：{path}", "written: {path}"),
    }
)


def bench_verb() -> click.Command:
    """The command `bench`: exit 0 when all was measured, 1 when something failed, 2 for a wrong
    parameter."""

    @click.command("bench")
    @click.option("--out", metavar="DIR")
    @click.option("--rounds", metavar="N")
    @click.option("--quick", is_flag=True)
    @click.option("--large", is_flag=True)
    @click.option("--profile", metavar="AREA")
    @click.option("--lang", metavar="LANG")
    @click.help_option("-h", "--help")
    @click.pass_obj
    def bench(obj: str, /, **given: Any) -> int:
        return _bench(given["lang"] or obj or "zh", given)

    return bench


def _bench(lang: str, given: Mapping[str, Any]) -> int:
    if wrong := list(_wrong(given)):
        return answers.refuse(wrong, answers.LANGS[lang == "en"])
    import tempfile

    from helpers.bench.setting import Setting
    from helpers.data.home import home

    with tempfile.TemporaryDirectory(prefix="halfsky-bench-") as folder:
        setting = Setting(home(), Path(folder), _scale(given))
        if given["profile"]:
            return _profile(setting, given["profile"], lang)
        out = given["out"] or (None if given["quick"] else setting.house / "docs")
        return _whole(setting, Path(out) if out else None, lang)


def _whole(setting: Any, out: Path | None, lang: str) -> int:
    from helpers.bench.findings import measure
    from helpers.bench.history import recall
    from helpers.bench.pages import page
    from helpers.reports.fork.system import can_fork

    begun = time.monotonic()

    def step(name: str) -> None:
        line = say("bench_step", lang, seconds=time.monotonic() - begun, step=name)
        print(line, file=sys.stderr, flush=True)

    found = measure(setting, step, can_fork())
    if out:
        found.before = recall(out, found.facts)
    print(page(found, lang))
    for path in _written(found, out) if out else ():
        print(say("bench_written", lang, path=path), file=sys.stderr)
    return answers.DIFFERENT if found.failures else answers.DONE


def _written(found: Findings, out: Path) -> Iterator[Path]:
    """Write the page in both languages, each with its chart."""
    from helpers.bench.chart import chart
    from helpers.bench.history import keep
    from helpers.bench.pages import page

    out.mkdir(parents=True, exist_ok=True)
    for lang, (text, drawing) in NAMES.items():
        drawn = "" if found.failure else chart(found, lang)
        if drawn:
            answers.write_file(out / drawing, drawn)
        answers.write_file(out / text, page(found, lang, drawing if drawn else ""))
        yield out / text
    if not (found.failure or found.scale.quick):
        keep(out, found)


def _profile(setting: Any, area: str, lang: str) -> int:
    from helpers.bench.anatomy import anatomy
    from helpers.bench.sections import anatomy_lines

    found = anatomy(setting, area)
    print("\n".join(anatomy_lines(found, lang == "en")))
    return answers.DIFFERENT if found.failure else answers.DONE


def _scale(given: Mapping[str, Any]) -> Scale:
    from dataclasses import replace

    from helpers.bench.setting import Scale
    from helpers.bench.sizes import LARGE

    scale = Scale()
    if given["quick"]:
        scale = Scale(
            rounds=1, areas=2, slow_areas=1, shell=2, inside=2, growth=((1, 1), (2, 1)),
            whole=False, sizes=(10_000,), repeats=3, quick=True,
        )  # fmt: skip
    if given["rounds"]:
        scale = replace(scale, rounds=int(given["rounds"]))
    return replace(scale, sizes=(*scale.sizes, LARGE)) if given["large"] else scale


def _wrong(given: Mapping[str, Any]) -> Iterator[Problem]:
    yield from answers.wrong_lang(given["lang"])
    if given["rounds"] and not ROUNDS.fullmatch(given["rounds"]):
        yield answers.usage(f"--rounds {given['rounds']}", ("要一个 1 到 99 的整数", "例如 3"),
                            ("must be a whole number from 1 to 99", "for example 3"))  # fmt: skip
    yield from _wrong_area(given["profile"])
    yield from _wrong_out(given["out"])


def _wrong_out(out: str | None) -> Iterator[Problem]:
    """A folder that cannot be written to, told before ten minutes have gone by."""
    if not out:
        return
    place = Path(out).absolute()
    while not (place.exists() or place == place.parent):
        place = place.parent
    if not place.is_dir():
        yield answers.usage(out, ("这是文件，不是文件夹", "指明一个文件夹"),
                            ("a file, not a folder", "name a folder"))  # fmt: skip
    elif not os.access(place, os.W_OK):
        yield answers.usage(out, ("没有权限写到这里", "换一个可以写入的文件夹"),
                            ("may not be written to", "name another folder"))  # fmt: skip


def _wrong_area(area: str | None) -> Iterator[Problem]:
    if area is None:
        return
    from helpers.data.home import home
    from helpers.data.known import unknown

    known = sorted(path.stem for path in (home() / "notebooks").glob("*.ipynb"))
    known.remove("audit")
    yield from unknown("--profile", "area", [area], known)
