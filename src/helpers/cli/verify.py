"""`halfsky verify`: every number of a built report, recomputed from the data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from helpers.cli.options import data_option, json_option, lang_option, verb
from helpers.cli.output import DIFFERENT, DONE, refuse_wrong, tell, usage

HELP = {
    "verify": (
        "不运行笔记本，用数据重新核对一份已生成的报告里的每个数字。",
        "Recompute every number of a built report from the data; no kernel is needed.",
    ),
}


@verb("verify")
@click.argument("report", metavar="REPORT.html")
@data_option
@lang_option
@json_option
def command(messages: str, /, report: str, **given: Any) -> int:
    """Exit code 0 where all agrees, 1 where something does not, 3 where the data are refused."""
    from helpers.audit.page import verify as work
    from helpers.data import home

    path, as_json = Path(report), given["as_json"]
    folder = Path(given["data"]) if given["data"] else home() / "data"
    page, wrong = _opened(path)
    refuse_wrong(given, *wrong)
    verdict = work.verify(path, page, folder, _program)
    tell(verdict.findings, messages, as_json=as_json)
    if not as_json:
        print(_summary(verdict, messages))
    return DONE if verdict.clean else DIFFERENT


def _program() -> dict[str, object]:
    """What a page records of the program that made it."""
    from helpers.reports.inputs import program

    return program()


def _opened(path: Path) -> tuple[Any, list[Any]]:
    """The report as read, None where it cannot be, and what is wrong with the file."""
    from helpers.audit.page import verify as work
    from helpers.data.problems import DataRefused

    try:
        return work.open_page(path), []
    except DataRefused as refusal:
        return None, list(refusal.problems)
    except work.NotAReport:
        zh = ("不是本项目生成的报告", "选一个 reports/ 里的 .html 文件")
        en = ("is no report of this project", "name an .html file of reports/")
    return None, [usage(path, zh, en)]


def _summary(verdict: Any, lang: str) -> str:
    wrong = sum(f.problem.severity == "error" for f in verdict.findings)
    others = sum(f.problem.rule.startswith("other-") for f in verdict.findings)
    if lang == "en":
        text = f"{verdict.figures} figures, {verdict.numbers} numbers checked: "
        text += f"{wrong} differences" if wrong else "all agree"
        return text + (f"; {others} other versions" if others else "")
    text = f"核对 {verdict.figures} 项数据、{verdict.numbers} 处数字："
    text += f"{wrong} 处不一致" if wrong else "全部一致"
    return text + (f"；{others} 处版本不同" if others else "")
