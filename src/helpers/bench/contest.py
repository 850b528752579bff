"""The contest: ways of making the same reports, each with its turn in every round."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from helpers.bench.cluster import no_cluster, on_dask
from helpers.bench.engines import engine
from helpers.bench.ploomber import by_ploomber, no_ploomber
from helpers.bench.record import Row
from helpers.bench.rivals import Trial, bound, inside, shell_loop
from helpers.bench.setting import Setting

__all__ = ["NO_FORK", "contest", "entries"]

SHELL, INSIDE, PORTABLE_ONE, PORTABLE = "shell", "inside", "papermill-1", "papermill-2"
FORK, FORK_TWO, BOUND, BOUND_TWO = "fork-1", "fork-2", "bound-1", "bound-2"
DASK, PLOOMBER = "dask-2", "ploomber"
NO_FORK = ("这个系统不能用 fork 引擎", "this system cannot run the fork engine")
PORTAL = (
    "含启动、计划、发布、总账和入口页；已安装，字体目录已建。",
    "Start-up, plan, publishing, ledger and portal are in it; installing, and matplotlib's list "
    "of fonts, are not.",
)
NO_PAGE = (
    "没有页面：不排版、不内嵌字体、不封印、不发布、各报告之间不隔离；读取并编译笔记本算在启动里。",
    "No page comes of it: no layout, font, seal or publishing, nothing that keeps reports apart; "
    "reading and compiling the notebooks counts as start-up.",
)
NO_CLUSTER = (
    "不含调度器和 worker 的启动；两个 worker 和调度器在同一台机器上，没有网络。",
    "Starting the scheduler and its workers is left out; they are on one machine, so that there "
    "is no network.",
)
OTHER_PAGE = (
    "出来的是 nbconvert 自己的页面：代码在内，要联网取 MathJax；没有入口页、总账、检查和封印。",
    "What comes out is nbconvert's own page, code included, which fetches MathJax from outside; "
    "no portal, ledger, checks or seal.",
)


def entries(forks: bool) -> list[tuple[Row, Trial]]:
    """Every row of the contest with what it does, in the order of a round."""
    rows = [
        (SHELL, "(a) papermill + nbconvert，命令行逐份", "(a) papermill, then nbconvert: a process "
         "each for each report", OTHER_PAGE, shell_loop),
        (INSIDE, "(b) 同一进程内的 papermill，导出器重用", "(b) papermill in one process, its "
         "exporter kept", OTHER_PAGE, inside),
        (PORTABLE_ONE, "--engine papermill --jobs 1", "", PORTAL, engine("papermill", 1)),
        (FORK, "--engine fork --jobs 1", "", PORTAL, engine("fork", 1)),
        (BOUND, "下限：同样的单元格，热脚本，一个进程", "the bound: the same cells as a warm "
         "plain script, one process", NO_PAGE, bound(1)),
        (PORTABLE, "--engine papermill --jobs 2", "", PORTAL, engine("papermill", 2)),
        (FORK_TWO, "--engine fork --jobs 2", "", PORTAL, engine("fork", 2)),
        (DASK, "--scheduler，本机两个 Dask worker", "--scheduler, two Dask workers on this machine",
         NO_CLUSTER, on_dask),
        (PLOOMBER, "ploomber，逐份", "ploomber, one report after the other", OTHER_PAGE,
         by_ploomber),
        (BOUND_TWO, "下限，两个进程", "the bound, two processes", NO_PAGE, bound(2)),
    ]  # fmt: skip
    made = [(Row(key, (zh, en or zh), out), trial) for key, zh, en, out, trial in rows]
    absent = {FORK: NO_FORK, FORK_TWO: NO_FORK} if not forks else {}
    absent |= {DASK: no_cluster(), PLOOMBER: no_ploomber()}
    for row, _ in made:
        row.absent = absent.get(row.key)
    return made


def contest(
    setting: Setting, rows: Sequence[tuple[Row, Trial]], say: Callable[[int, Row], None]
) -> None:
    """Let every row have its turn in every round; a row that fails is not tried again."""
    for turn in range(setting.scale.rounds):
        for row, trial in rows:
            if row.absent is None and not row.failure:
                say(turn, row)
                row.samples.append(trial(setting, turn))
