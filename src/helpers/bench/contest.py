"""The contest: ways of making the same reports, each with its turn in every round."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from helpers.bench.engines import engine
from helpers.bench.record import Row
from helpers.bench.rivals import Trial, bound, inside, shell_loop
from helpers.bench.setting import Setting

__all__ = ["BOUND", "BOUND_TWO", "FORK", "FORK_TWO", "PORTABLE", "SHELL", "contest", "entries"]

SHELL, INSIDE, PORTABLE_ONE, PORTABLE = "shell", "inside", "papermill-1", "papermill-2"
FORK, FORK_TWO, BOUND, BOUND_TWO = "fork-1", "fork-2", "bound-1", "bound-2"
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
        (BOUND_TWO, "下限，两个进程", "the bound, two processes", NO_PAGE, bound(2)),
    ]  # fmt: skip
    made = [(Row(key, (zh, en or zh), out), trial) for key, zh, en, out, trial in rows]
    for row, _ in made:
        if row.key in (FORK, FORK_TWO) and not forks:
            row.absent = NO_FORK
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
