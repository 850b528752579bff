"""The figures as docs/benchmarks.md tells them, in both languages."""

import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from statistics import median

PACKAGES = ("papermill", "nbclient", "nbconvert", "ipykernel", "pandas", "matplotlib", "seaborn")
HEAD = """# 生成报告的耗时 / What reports cost

由 `make bench` 写出；同一轮里各种做法轮流运行，比值只在同一轮内计算，表中是中位数（最小–最大）。
Written by `make bench`; within a round all ways take turns, a ratio is taken within its round, and
the table gives the median (least–most).

{machine}

| 测量 Measured | 结果 Result |
| --- | --: |
{rows}

{notes}
"""
ROWS = (
    ("逐份运行 papermill 和 nbconvert，每份 / a shell loop of papermill and nbconvert, a report",
     "loop", 1, "s"),
    ("其中处理器时间 / processor time of it", "loop cpu", 1, "s"),
    ("`halfsky report`，20 份，两个进程位，含启动 / 20 reports in two slots, start-up included",
     "twenty", 1, "s"),
    ("其中处理器时间 / processor time of it", "twenty cpu", 1, "s"),
    ("快多少倍 / times the loop", "times", 1, "×"),
    ("一份报告，含启动 / one report, start-up included", "one report", 1, "s"),
    ("20 份以后每多一份，共 {reports:.0f} 份 / each further report, from 20 to {reports:.0f}",
     "ms a further report among many", 0, "ms"),
    ("再运行一次，无事可做 / the same again, nothing to do", "nothing to do", 2, "s"),
    ("改动一行后 / after a change of one row", "one row", 1, "s"),
    ("……重新生成的份数 / ... reports built for it", "one row built", 0, ""),
    ("再多到 {large reports:.0f} 份，每多一份 / each further report, up to {large reports:.0f}",
     "ms a further report among 2,000", 0, "ms"),
    ("……再运行一次，无事可做 / ... again, nothing to do", "large nothing to do", 2, "s"),
    ("三份报告，取自 3,000 个地区 {long rows:.1f} 百万行，首次 / "
     "three reports from 3,000 regions, {long rows:.1f} million rows, at first",
     "long first", 0, "s"),
    ("……再运行一次 / ... again", "long again", 1, "s"),
    ("……改动一个文件后 / ... after a change of one file", "long changed", 1, "s"),
    ("……首次内存最多 / ... most memory, at first", "long first memory", 0, "MiB"),
    ("……此后内存最多 / ... most memory, afterwards", "long changed memory", 0, "MiB"),
    ("JupyterLab 中预热内核就绪 / a warm kernel ready in JupyterLab", "warm kernel", 2, "s"),
    ("……第一个（预热本身）/ ... the first, which warms the server", "first warm kernel", 2, "s"),
    ("……普通内核 / ... an ordinary one", "cold kernel", 2, "s"),
    ("每个进程位独占内存 / memory of a slot, beside what is shared", "slot", 0, "MiB"),
    ("……普通内核 / ... of an ordinary kernel", "cold slot", 0, "MiB"),
)  # fmt: skip
NOTES = """\
普通循环的产物是 nbconvert 自己的网页（含代码，要联网取 MathJax），没有目录页、台账和校验。
内核就绪，指从浏览器请求它到它第一个回答；普通内核此后还要在第一个单元格里花一秒多导入各库。
What the loop makes is nbconvert's own page, code included, which fetches MathJax from outside; no
index, ledger or checks. A kernel is ready when it first answers the browser that asked for it; an
ordinary one has yet to import the libraries, in its first cell, for more than a second."""


def document(found: Mapping[str, Sequence[float]], rounds: int, failures: Sequence[str]) -> str:
    """The whole document; what could not be measured is said in it."""
    rows = "\n".join(f"| {name} | {text} |" for name, text in _rows(found))
    unmeasured = [f"未能测量 / not measured: {text.splitlines()[0]}" for text in failures]
    machine = f"轮数 / rounds: {rounds}; {_machine()}"
    return HEAD.format(machine=machine, rows=rows, notes="\n\n".join([NOTES, *unmeasured]))


def lines(found: Mapping[str, Sequence[float]]) -> str:
    """The same figures for a terminal."""
    return "\n".join(f"{text:>24}  {name}" for name, text in _rows(found))


def _rows(found: Mapping[str, Sequence[float]]) -> list[tuple[str, str]]:
    counts = {name: values[0] for name, values in found.items() if values}
    return [
        (name.format_map(counts), _figure(found[key], digits, unit))
        for name, key, digits, unit in ROWS
        if found.get(key)
    ]


def _figure(values: Sequence[float], digits: int, unit: str) -> str:
    shown = f"{median(values):,.{digits}f}"
    if len(values) > 1:
        shown += f" ({min(values):,.{digits}f}–{max(values):,.{digits}f})"
    return f"{shown} {unit}".strip()


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    busy = f"load at the end {os.getloadavg()[0]:.1f}; " if hasattr(os, "getloadavg") else ""
    packages = "; ".join(f"{name} {version(name)}" for name in PACKAGES)
    python = f"Python {platform.python_version()}"
    return f"{cores} cores; {busy}{platform.system()}; {python}; {packages}"
