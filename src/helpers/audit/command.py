"""The verbs `halfsky verify` and `halfsky diff`: from words to findings, from findings to words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from helpers import answers
from helpers.audit.text_command import text_verb
from helpers.messages import HELP

if TYPE_CHECKING:
    from helpers.data.problems import Problem

__all__ = ["verbs"]

Program = Callable[[], Mapping[str, object]]
HELP.update({
    "verify": (
        "不运行笔记本，用数据重新核对一份已生成的报告里的每个数字。",
        "Recompute every number of a built report from the data; no kernel is needed.",
    ),
    "diff": (
        "两个数据文件夹（或两版报告）之间，逐个数字有什么变化。",
        "What changed between two data folders or two editions, figure by figure.",
    ),
    "diff.out": ("另存为一个网页。", "Write the comparison as a page."),
})  # fmt: skip


def verbs(program: Program) -> list[click.Command]:
    """The commands of the examiner; ``program`` gives the present versions of the press."""

    @click.command("verify")
    @click.argument("report", metavar="REPORT.html")
    @click.option("--data", metavar="DIR")
    @answers.language_and_json
    @click.pass_obj
    def verify(obj: str, /, report: str, **given: Any) -> int:
        return _verify(obj, Path(report), given, program)

    @click.command("diff")
    @click.argument("old", metavar="OLD")
    @click.argument("new", metavar="NEW")
    @click.option("--out", metavar="FILE")
    @answers.language_and_json
    @click.pass_obj
    def diff(obj: str, /, old: str, new: str, **given: Any) -> int:
        return _diff(obj, Path(old), Path(new), given)

    return [verify, diff, text_verb()]


def _opened(path: Path) -> tuple[Any, list[Problem]]:
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
    return None, [answers.usage(path, zh, en)]


def _verify(lang: str, path: Path, given: Mapping[str, Any], program: Program) -> int:
    from helpers.audit.page import verify as work
    from helpers.data import home
    from helpers.data.problems import DataRefused

    as_json = given["as_json"]
    folder = Path(given["data"]) if given["data"] else home() / "data"
    page, wrong = _opened(path)
    wrong += [*answers.wrong_lang(given["lang"]), *answers.wrong_folder(folder)]
    if wrong:
        return answers.refuse(wrong, lang, as_json=as_json)
    try:
        verdict = work.verify(path, page, folder, program)
    except DataRefused as refusal:
        return answers.refuse(refusal.problems, lang, as_json=as_json, code=answers.DATA_REFUSED)
    answers.tell(verdict.findings, lang, as_json=as_json)
    if not as_json:
        print(_summary(verdict, lang))
    return answers.DONE if verdict.clean else answers.DIFFERENT


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


def _states(old: Path, new: Path) -> tuple[list[Any], list[Problem]]:
    """What the two folders hold, and what is wrong with them."""
    from helpers.audit.diff.states import NothingToCompare, read_state

    found, states = [], []
    for path in (old, new):
        try:
            states.append(read_state(path))
        except NothingToCompare:
            remedy_zh = "指明含 datapackage.json 的文件夹或 reports/ 文件夹"
            zh = ("既不是数据文件夹，也不是一版报告", remedy_zh)
            remedy_en = "name a folder with a datapackage.json, or a reports/ folder"
            en = ("is neither a data folder nor an edition", remedy_en)
            found.append(answers.usage(path, zh, en))
    if not found and states[0].kind != states[1].kind:
        zh = ("一个是数据文件夹，一个是报告，不能相比", "两边用同一种；报告与数据相核用 verify")
        remedy_en = "name two of one kind; verify holds a report against data"
        found.append(answers.usage(new, zh, ("one is a data folder, one an edition", remedy_en)))
    return states, found


def _diff(lang: str, old: Path, new: Path, given: Mapping[str, Any]) -> int:
    from helpers.audit.diff import words as diff_words
    from helpers.audit.diff.compare import compare

    states, wrong = _states(old, new)
    wrong += [*answers.wrong_lang(given["lang"]), *answers.wrong_out(given["out"])]
    if wrong:
        return answers.refuse(wrong, lang, as_json=given["as_json"])
    changes = compare(*states)
    if given["out"]:
        from helpers.audit.diff.page import render

        answers.write_file(given["out"], render(changes, *states, lang, _names(old, new)))
    if given["as_json"]:
        told = [diff_words.as_json(change, *states, lang) for change in changes]
        answers.print_json({"changes": told})
    else:
        for line in diff_words.lines(changes, *states, lang):
            print(line)
    return answers.DIFFERENT if changes else answers.DONE


def _names(old: Path, new: Path) -> tuple[str, str]:
    """What to call the two sides: their folders' names, with the one above where these agree."""
    one, other = old.resolve(), new.resolve()
    if one.name != other.name:
        return one.name, other.name
    return f"{one.parent.name}/{one.name}", f"{other.parent.name}/{other.name}"
