"""The page of results: Markdown tables in Chinese and English, laid out the same every time."""

from __future__ import annotations

from collections.abc import Iterator

from helpers.bench import contest
from helpers.bench.findings import Findings
from helpers.bench.layout import FAILED, LANGS, NOT, shown, table
from helpers.bench.record import Row, per_report, ratios, spread
from helpers.bench.sections import once
from helpers.bench.targets import Target, targets

__all__ = ["page"]


def page(found: Findings, lang: str, chart: str = "") -> str:
    """The whole page in one language; `chart` is the address of the drawing, none without."""
    at = LANGS.index(lang)
    parts = [_head(found, at)]
    if found.failure:
        return "\n".join([*parts, FAILED[at] + found.failure, ""])
    parts += [*_contest(found, at)]
    if chart:
        alt = ("每种方式比 (a) 快多少", "How much faster than (a) each way is")[at]
        parts += [f"![{alt}]({chart})", ""]
    parts += [*_targets(found, at), *once(found, at)]
    return "\n".join(parts).rstrip() + "\n"


def _head(found: Findings, at: int) -> str:
    rounds = found.scale.rounds
    named = {"cores": ("核数", "cores"), "memory": ("内存", "memory"), "system": ("系统", "system")}
    facts = [f"{named.get(n, (n, n))[at]} {value}" for n, value in found.facts.items()]
    title = ("# 性能", "# Benchmarks")[at]
    told = (
        "由 `make bench`（`halfsky bench`）在一台机器上一次测得并写成；数字随机器而变，比值变得少。"
        f"各种方式轮流进行，共 {rounds} 轮，比值在同一轮内相除，再取中位数（最小–最大）。"
        "结果先核对再计数：退出码、报告数、页面上的数字；失败的不给数字。",
        "Measured on one machine in one run and written by `make bench` (`halfsky bench`); times "
        f"change with the machine, ratios less so. All ways take turns, rounds: {rounds}; a ratio "
        "is taken within a round, then the median (least–most) over the rounds. An outcome was "
        "checked before it counted: exit code, number of reports, figures on the pages; what "
        "failed has no number.",
    )[at]
    if found.scale.quick:
        told += (
            "\n\n**这是 `--quick` 的一次：报告太少，数字不可引用。**",
            "\n\n**This was a `--quick` run: too few reports for numbers to be quoted.**",
        )[at]
    return f"{title}\n\n{told}\n\n{'; '.join(facts)}\n"


def _contest(found: Findings, at: int) -> Iterator[str]:
    shell, bound = found.row(contest.SHELL), found.row(contest.BOUND)
    yield ("## 同样的报告，不同的做法", "## The same reports, made in different ways")[at] + "\n"
    yield from table(
        ("方式|每轮份数|每份 ms|启动 s|处理器 ms|比 (a) 快|与下限之比",
         "way|reports a round|ms a report|start-up s|processor ms|times (a)|to the bound")[at],
        [_cells(row, shell, bound, at) for row in found.rows],
    )  # fmt: skip
    yield (
        "每份 ms 含启动；与下限之比两边都不含启动。下限只有单元格里的代码。"
        "慢的做法每轮只做几份（各轮不同），按份折算。各行没有算进去的：",
        "Milliseconds a report include start-up; the ratio to the bound leaves it out on both "
        "sides. The bound is the code of the cells and nothing else. Slow ways make only some of "
        "the reports in a round, others in each, and are counted by the report. What each row "
        "leaves out:",
    )[at] + "\n"
    yield from (f"- {row.label[at]}: {row.leaves_out[at]}" for row in found.rows)
    yield ""


def _cells(row: Row, shell: Row, bound: Row, at: int) -> list[str]:
    if not row.counts:
        why = NOT[at] + row.absent[at] if row.absent else FAILED[at] + row.failure
        return [row.label[at], why, *[""] * 5]
    reports = sorted({one.reports for one in row.samples})
    starts = [one.start for one in row.samples if one.start is not None]
    busy = [one.processor / one.reports for one in row.samples if one.processor is not None]
    steady = ratios(row, bound, steady=True)
    return [
        row.label[at],
        "–".join(map(str, reports)),
        shown(spread(filter(None, map(per_report, row.samples))), 1000, 0),
        shown(spread(starts), 1, 1) if starts else "–",
        shown(spread(busy), 1000, 0) if busy else "–",
        shown(ratios(shell, row), 1, 2),
        shown(steady, 1, 2),
    ]


def _targets(found: Findings, at: int) -> Iterator[str]:
    yield ("## 目标", "## Targets")[at] + "\n"
    judged = targets(found)
    yield from table(
        ("目标|应为（最好）|测得|上一次|结果",
         "target|is to be (at best)|measured|the run before|verdict")[at],
        [[one.what[at], _limit(one), shown(one.value, 1, 2, one.unit),
          _before(found.before.get(one.key), one.unit), _verdict(one, at)] for one in judged],
    )  # fmt: skip
    missed = [one for one in judged if one.met is False]
    if missed:
        yield ("没有达到的，要做什么：", "What a missed one would take:")[at] + "\n"
        yield from (f"- {one.what[at]}: {one.takes[at]}" for one in missed)
        yield ""


def _before(value: float | None, unit: str) -> str:
    return "–" if value is None else f"{value:.2f}{unit}"


def _limit(one: Target) -> str:
    sign = "≥" if one.more else "≤"
    stretch = "" if one.stretch is None else f" ({sign} {one.stretch:g})"
    return f"{sign} {one.limit:g}{one.unit}{stretch}"


def _verdict(one: Target, at: int) -> str:
    if one.met is None:
        return ("未测", "not measured")[at]
    if one.met:
        return ("达到", "met")[at]
    far = f" {one.gap:.2f}×" if one.limit else ""
    return (f"未达到，差{far}", f"missed, by{far}" if far else "missed")[at]
