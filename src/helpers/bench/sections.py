"""The sections of the page on what has no rival: nothing twice, growth, memory, parts."""

from __future__ import annotations

from collections.abc import Iterator

from helpers.bench.anatomy import Anatomy
from helpers.bench.edition import Change
from helpers.bench.findings import Findings
from helpers.bench.layout import FAILED, NOT, milliseconds, seconds, shown, table
from helpers.bench.record import per_report, spread
from helpers.bench.sizes import Size

__all__ = ["anatomy_lines", "once"]

MIB = 2**20


def once(found: Findings, at: int) -> Iterator[str]:
    """The lines of these sections, in Chinese (`at` 0) or in English (1)."""
    yield from _edition(found, at)
    yield from _growth(found, at)
    yield from _sizes(found, at)
    yield from _memory(found, at)
    if found.anatomy is not None:
        yield from anatomy_lines(found.anatomy, at)


def _edition(found: Findings, at: int) -> Iterator[str]:
    yield ("## 什么也不做两遍", "## Nothing twice")[at] + "\n"
    rows = []
    for label, row in (
        ((f"无事可做，{found.reports} 份", f"nothing to do, {found.reports} reports"), found.idle),
        (("python -c pass", "python -c pass"), found.empty),
    ):
        if row.counts:
            rows.append([label[at], shown(spread(s.seconds for s in row.samples), 1000, 0, " ms")])
        elif row.failure:
            rows.append([label[at], FAILED[at] + row.failure])
    for change in found.changes:
        rows.append([_told(change, at), seconds(change.whole, at)])
        rows.append([("改一行，只要一份报告", "one changed row, one report asked for")[at],
                     seconds(change.one, at)])  # fmt: skip
    yield from table(("运行|用时", "run|time")[at], rows)
    yield (
        "无事可做：核对每份报告的输入和页面，不导入 pandas；不含真正的改动。改一行：含启动、"
        "核对全部报告、重建和入口页。",
        "With nothing to do, the inputs and the page of every report are looked at, pandas is not "
        "imported. One changed row: start-up, a look at all reports, what is rebuilt, the portal.",
    )[at] + "\n"


def _told(change: Change, at: int) -> str:
    portal = (("入口页已更新", "portal renewed"), ("入口页未动", "portal untouched"))
    new = portal[0 if change.portal else 1][at]
    return (
        f"改一行：{change.planned} 份中重建 {change.rebuilt} 份（{change.readers} 份显示该数，"
        f"漏 {change.missed} 份；{new}）",
        f"one changed row: {change.rebuilt} of {change.planned} reports rebuilt "
        f"({change.readers} show the figure, {change.missed} missed; {new})",
    )[at]


def _growth(found: Findings, at: int) -> Iterator[str]:
    yield ("## 规模", "## Growth")[at] + "\n"
    rows = []
    for one in found.growth:
        costs = [milliseconds(per_report(one)), milliseconds(per_report(one, True))]
        told = [str(one.reports), seconds(one, at), *costs]
        rows.append(["–", FAILED[at] + one.failure] if one.failure else told)
    yield from table(
        ("份数|用时|每份 ms|不含启动", "reports|time|ms a report|start-up left out")[at], rows
    )
    yield (
        "模拟的六区和全市，从无到有，两槽。含启动和入口页；不含安装。目标说的是两千份，这里没有测到。",
        "Simulated districts and their city, from nothing, with two slots. Start-up and portal are "
        "in it, installing is not. The target speaks of 2,000 reports, which were not measured.",
    )[at] + "\n"


def _sizes(found: Findings, at: int) -> Iterator[str]:
    head = (
        "表的行数|地区 × 季度|第一次（十份）|再建十份|无事可做 ms|内存峰值 MiB（第一次／再建）",
        "rows of the table|regions × quarters|first run (ten reports)|ten reports anew|"
        "nothing to do, ms|peak memory, MiB (first / anew)",
    )[at]
    yield from table(head, [_size(one, at) for one in found.sizes])
    yield (
        "一个县十份报告，两槽，含启动；第一次含读表、核对和转存。内存是所有进程之和，共享的只算一次。"
        "造表的时间不在内；一千万行要加 `--large` 才测。",
        "Ten reports of one county, two slots, start-up included; the first run reads, checks and "
        "converts the tables. Memory is the sum over all processes, shared pages counted once. "
        "Making the tables is not in it; ten million rows are measured with `--large` only.",
    )[at] + "\n"


def _size(one: Size, at: int) -> list[str]:
    named = [f"{one.observations:,}", f"{one.regions:,} × {one.quarters}"]
    if one.failure:
        return [*named, FAILED[at] + one.failure]
    memory = " / ".join(f"{held / MIB:.0f}" if held else "–" for held in one.memory)
    times = [seconds(one.first, at), seconds(one.again, at)]
    return [*named, *times, milliseconds(one.nothing.seconds), memory]


def _memory(found: Findings, at: int) -> Iterator[str]:
    yield ("## 一个槽的内存", "## Memory of a slot")[at] + "\n"
    slots = found.slots
    if slots.failure or slots.absent:
        yield (FAILED[at] + slots.failure if slots.failure else NOT[at] + slots.absent[at]) + "\n"
        return
    rows = [
        [name[at], *(f"{held / MIB:.0f}" for held in (one.own, one.share, one.whole))]
        for name, one in (
            (("助手的子进程", "a fork of the helper"), slots.fork),
            (("papermill 的内核", "a kernel of papermill's"), slots.kernel),
        )
    ]
    head = ("进程|独占 MiB|分摊 MiB|全部 MiB",
            "process|its own, MiB|its share, MiB|all that it has in memory, MiB")[at]  # fmt: skip
    yield from table(head, rows)
    yield (
        "峰值，每隔约 30 毫秒看一次，短于此的峰值看不到；多一个槽多占的是“独占”。",
        "Peaks, looked at every 30 ms or so: a shorter one is not seen. A further slot costs what "
        "a fork has for its own.",
    )[at] + "\n"


def anatomy_lines(anatomy: Anatomy, at: int) -> Iterator[str]:
    """The lines of the table of one report's milliseconds."""
    title = ("## 一份报告的毫秒用在哪里", "## Where the milliseconds of one report go")
    yield f"{title[at]}: `{anatomy.area}`\n"
    if anatomy.failure:
        yield FAILED[at] + anatomy.failure + "\n"
        return
    rows = [
        [one.label[at], str(one.count), f"{1000 * one.seconds:.1f}",
         f"{100 * one.seconds / anatomy.whole:.0f} %"]
        for one in anatomy.parts
    ]  # fmt: skip
    whole = ("全部", "the whole")[at]
    rows.append([whole, "", f"{1000 * anatomy.whole:.1f}", "100 %"])
    yield from table(("部分|次数|ms|占比", "part|times|ms|share")[at], rows)
    yield (
        f"fork 引擎里的一份报告，{anatomy.times} 次的中位数；每一部分只计自己的时间，不计它调用的"
        "其他部分。不含助手进程的启动、计划、发布和入口页。",
        f"One report in the fork engine, the median of {anatomy.times} times; every part has its "
        "own time without that of the other parts that it calls. The helper's start, the plan, "
        "publishing and the portal are not in it.",
    )[at] + "\n"
