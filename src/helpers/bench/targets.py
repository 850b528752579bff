"""The targets: what was to be reached, what was measured, and what a missed one would take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from helpers.bench import contest
from helpers.bench.findings import Findings
from helpers.bench.record import Spread, Words, per_report, ratios, spread

__all__ = ["FLAT", "Target", "targets"]

FLAT = 1.25  # times the cost at the smallest size: more is not flat
CELLS = ("cell", "seaborn", "placing", "drawing", "svg", "load", "study")  # what the bound does too


@dataclass(frozen=True, slots=True)
class Target:
    """A target: `limit` is to be reached (`more`) or not to be passed; `value` was measured.

    `takes` says what it would take where it is missed.
    """

    what: Words
    limit: float
    value: Spread | None
    unit: str = "×"
    more: bool = False
    stretch: float | None = None
    takes: Words = ("", "")
    key: str = ""  # the same in every run

    @property
    def met(self) -> bool | None:
        """Whether the middle value keeps the limit; None where nothing was measured."""
        if self.value is None:
            return None
        return self.value.middle >= self.limit if self.more else self.value.middle <= self.limit

    @property
    def gap(self) -> float:
        """How far the middle value lies on the wrong side of the limit, as a factor above 1."""
        middle = self.value.middle if self.value else 0.0
        return self.limit / middle if self.more else middle / self.limit


def targets(found: Findings) -> list[Target]:
    """Every target, judged; those without a measurement have no value."""
    if not found.rows:
        return []
    return [*_speed(found), *_edition(found), *_machine(found), *_growth(found)]


def _speed(found: Findings) -> Iterator[Target]:
    shell, two = found.row(contest.SHELL), found.row(contest.FORK_TWO)
    ceiling = ratios(shell, found.row(contest.BOUND_TWO))
    reach = f"{ceiling.middle:.1f}" if ceiling else "?"
    many = two.samples[0].reports if two.counts else 2 * found.scale.areas
    yield Target(
        (f"{many} 份报告，两槽，含启动，比 (a) 快",
         f"{many} reports, two slots, start-up included, over (a)"),
        12.0, ratios(shell, two), more=True, stretch=20.0,
        takes=(
            f"两个进程里只跑单元格、含启动，是 {reach} 倍；相差的是启动和每份的引擎开销",
            f"the bare cells in two processes, start-up included, reach {reach}×; between lie "
            "start-up, and engine for each report",
        ),
        key="over-shell",
    )  # fmt: skip
    takes = _overhead(found)
    yield Target(
        ("一槽，不含启动，与下限之比", "one slot, start-up left out, to the bound"),
        1.25, ratios(found.row(contest.FORK), found.row(contest.BOUND), steady=True),
        stretch=1.10, takes=takes,
        key="one-slot",
    )  # fmt: skip
    yield Target(
        ("两槽，不含启动，与两个下限进程之比",
         "two slots, start-up left out, to two processes of the bound"),
        1.4, ratios(two, found.row(contest.BOUND_TWO), steady=True), takes=takes,
        key="two-slots",
    )  # fmt: skip


def _overhead(found: Findings) -> Words:
    """The largest parts of a report that the bound does not have."""
    if found.anatomy is None or not found.anatomy.parts:
        return ("每份报告少做一些引擎的事", "less engine for each report")
    extra = [part for part in found.anatomy.parts if part.name.split()[0] not in CELLS]
    largest = sorted(extra, key=lambda part: -part.seconds)[:4]
    zh, en = (
        mark.join(f"{part.label[at]} {1000 * part.seconds:.0f} ms" for part in largest)
        for at, mark in ((0, "、"), (1, ", "))
    )
    whole = 1000 * sum(part.seconds for part in extra)
    return (
        f"单元格之外每份 {whole:.0f} ms，最大的是：{zh}",
        f"beyond the cells a report costs {whole:.0f} ms, most of it: {en}",
    )


def _edition(found: Findings) -> Iterator[Target]:
    idle, empty = found.idle, found.empty
    left = ""
    if idle.counts and empty.counts:
        pairs = zip(idle.samples, empty.samples, strict=True)
        left = f"{1000 * spread(a.seconds - b.seconds for a, b in pairs).middle:.0f}"
    yield Target(
        (f"无事可做的一次运行（{found.reports} 份），与 python -c pass 之比",
         f"a run with nothing to do ({found.reports} reports), to python -c pass"),
        5.0, ratios(idle, empty),
        takes=(f"空 Python 之外还有 {left} ms：少导入模块，少读少算摘要",
               f"{left} ms beyond an empty Python: fewer imports, less to read and to hash"),
        key="idle",
    )  # fmt: skip
    changes = [one for one in found.changes if not one.whole.failure]
    surplus = [max(one.rebuilt - one.readers, one.missed) for one in changes]
    yield Target(
        ("改一行后重建的报告，比显示该数的多（或漏）",
         "reports rebuilt after one changed row, beyond those that show it (or missed)"),
        0.0, spread(map(float, surplus)) if surplus else None, unit="",
        takes=("多建的读过这一行而不显示它，或缓存记得太粗；漏建的是错误",
               "those beyond have read the row without showing it, or the cache notes too "
               "coarsely; one that was missed is an error"),
        key="rebuilt",
    )  # fmt: skip
    ones = [one.one.seconds for one in found.changes if not one.one.failure]
    yield Target(
        ("改一行后重建一份，含启动", "one report after one changed row, start-up included"),
        2.0, spread(ones) if ones else None, unit=" s",
        takes=("几乎都是启动（导入各个库）：少导入，或让助手进程留在两次运行之间",
               "nearly all of it is start-up, importing pandas, matplotlib and nbconvert: less of "
               "that, or a helper that stays between runs"),
        key="one-row",
    )  # fmt: skip


def _machine(found: Findings) -> Iterator[Target]:
    yield Target(
        ("不用 fork（两槽），比 (a) 快", "without fork (two slots), over (a)"),
        3.0, ratios(found.row(contest.SHELL), found.row(contest.PORTABLE)), more=True,
        takes=("每份都要起一个内核、导入全部库：预先备好内核",
               "each report starts a kernel and imports all: kernels made ready beforehand"),
        key="portable",
    )  # fmt: skip
    slots = found.slots
    share = slots.fork.own / slots.kernel.whole if slots.kernel.whole else None
    yield Target(
        ("多一个槽所占内存，与内核峰值之比",
         "memory of a further slot (what a fork shares with nobody), to a kernel's peak"),
        0.4, None if share is None else Spread(share, share, share),
        takes=("子进程少改动与助手共享的内存页", "less that a child writes to the pages that it "
               "shares with the helper"),
        key="slot-memory",
    )  # fmt: skip


def _growth(found: Findings) -> Iterator[Target]:
    costs = [per_report(one, steady=True) for one in found.growth]
    flat = costs[-1] / costs[0] if len(costs) > 1 and all(costs) else None
    names = [one.reports for one in found.growth if not one.failure] or [0]
    yield Target(
        (f"每份费用：{names[-1]} 份与 {names[0]} 份之比",
         f"cost a report, {names[-1]} reports to {names[0]}"),
        FLAT, None if flat is None else Spread(flat, flat, flat),
        takes=("找出随份数增长的步骤", "finding the step that grows with the number of reports"),
        key="flat-reports",
    )  # fmt: skip
    good = [size for size in found.sizes if not size.failure]
    ratio = good[-1].again.seconds / good[0].again.seconds if len(good) > 1 else None
    reach = f"{good[-1].observations:,}" if good else "-"
    start = f"{good[0].observations:,}" if good else "-"
    yield Target(
        (f"每份费用：表有 {reach} 行与 {start} 行之比",
         f"cost a report, tables of {reach} rows to {start}"),
        FLAT, None if ratio is None else Spread(ratio, ratio, ratio),
        takes=("报告只读自己要的行：分区的列存", "reading only the rows that a report needs, "
               "from a partitioned column store"),
        key="flat-rows",
    )  # fmt: skip
