"""The verbs `halfsky verify` and `halfsky diff`: from words to findings, from findings to words."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from helpers.audit.text_command import text_verb
from helpers.data.problems import DataRefused, Problem, problem
from helpers.messages import HELP

__all__ = ["verbs"]

DONE, DIFFERENT, WRONG, DATA_REFUSED = 0, 1, 2, 3
LANGS = ("zh", "en")
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
    @click.option("--lang", metavar="LANG")
    @click.option("--json", "as_json", is_flag=True)
    @click.help_option("-h", "--help")
    @click.pass_obj
    def verify(obj: str, /, report: str, **given: Any) -> int:
        return _verify(obj, Path(report), given, program)

    @click.command("diff")
    @click.argument("old", metavar="OLD")
    @click.argument("new", metavar="NEW")
    @click.option("--out", metavar="FILE")
    @click.option("--lang", metavar="LANG")
    @click.option("--json", "as_json", is_flag=True)
    @click.help_option("-h", "--help")
    @click.pass_obj
    def diff(obj: str, /, old: str, new: str, **given: Any) -> int:
        return _diff(obj, Path(old), Path(new), given)

    return [verify, diff, text_verb()]


def _page_and_folder(path: Path, folder: Path) -> tuple[Any, list[Problem]]:
    """The report as read, None where it cannot be, and what is wrong with the two places."""
    from helpers.audit import verify as work

    page, found = None, []
    try:
        page = work.open_page(path)
    except work.NotAReport:
        zh, en = "不是本项目生成的报告", "is no report of this project"
        remedy = ("选一个 reports/ 里的 .html 文件", "name an .html file of reports/")
        found.append(_wrong(path, zh, en, *remedy))
    except OSError:
        remedy = ("检查文件名", "check the name of the file")
        found.append(_wrong(path, "打不开这个文件", "cannot be opened", *remedy))
    if not folder.is_dir():
        remedy = ("用 --data 指明数据文件夹", "name the data folder with --data")
        found.append(_wrong(folder, "没有这个文件夹", "there is no such folder", *remedy))
    return page, found


def _verify(lang: str, path: Path, given: Mapping[str, Any], program: Program) -> int:
    from helpers.audit import verify as work
    from helpers.data import home

    folder = Path(given["data"]) if given["data"] else home() / "data"
    page, wrong = _page_and_folder(path, folder)
    found = [*_wrong_lang(given), *wrong]
    if found:
        return _refuse(found, given, lang)
    try:
        verdict = work.verify(path, page, folder, program)
    except DataRefused as refusal:
        stored = work.compared_as_stored(path, page, folder)
        _tell([*refusal.problems, *stored], given, lang)
        return DATA_REFUSED
    _tell(verdict.findings, given, lang)
    if not given["as_json"]:
        print(_summary(verdict, lang))
    return DONE if verdict.clean else DIFFERENT


def _summary(verdict: Any, lang: str) -> str:
    wrong = sum(f.problem.severity == "error" for f in verdict.findings)
    others = len(verdict.findings) - wrong
    if lang == "en":
        text = f"{verdict.figures} figures, {verdict.numbers} numbers checked: "
        text += f"{wrong} differences" if wrong else "all agree"
        return text + (f"; {others} other versions" if others else "")
    text = f"核对 {verdict.figures} 项数据、{verdict.numbers} 处数字："
    text += f"{wrong} 处不一致" if wrong else "全部一致"
    return text + (f"；{others} 处版本不同" if others else "")


def _states(old: Path, new: Path, out: Path | None) -> tuple[list[Any], list[Problem]]:
    """What the two folders hold, and what is wrong with them or with the page's place."""
    from helpers.audit.states import NothingToCompare, read_state

    found, states = [], []
    for path in (old, new):
        try:
            states.append(read_state(path))
        except NothingToCompare:
            zh, en = "既不是数据文件夹，也不是一版报告", "is neither a data folder nor an edition"
            remedy_zh = "指明含 datapackage.json 的文件夹或 reports/ 文件夹"
            remedy_en = "name a folder with a datapackage.json, or a reports/ folder"
            found.append(_wrong(path, zh, en, remedy_zh, remedy_en))
    if not found and states[0].kind != states[1].kind:
        zh, en = "一个是数据文件夹，一个是报告，不能相比", "one is a data folder, one an edition"
        remedy_en = "name two of one kind; verify holds a report against data"
        found.append(_wrong(new, zh, en, "两边用同一种；报告与数据相核用 verify", remedy_en))
    if out is not None and (out.is_dir() or not out.absolute().parent.is_dir()):
        remedy = ("指明已有文件夹里的一个文件名", "name a file in a folder that exists")
        found.append(_wrong(out, "写不到这里", "cannot be written here", *remedy))
    return states, found


def _diff(lang: str, old: Path, new: Path, given: Mapping[str, Any]) -> int:
    from helpers.audit import diff_words
    from helpers.audit.diff import compare

    out = Path(given["out"]) if given["out"] else None
    states, wrong = _states(old, new, out)
    found = [*_wrong_lang(given), *wrong]
    if found:
        return _refuse(found, given, lang)
    changes = compare(*states)
    if out is not None:
        from helpers.audit.diff_page import render

        names = _names(old, new)
        out.write_text(render(changes, *states, lang, names), encoding="utf-8", newline="\n")
    if given["as_json"]:
        _print_json({"changes": [diff_words.as_json(c, *states, lang) for c in changes]})
    else:
        for line in diff_words.lines(changes, *states, lang):
            print(line)
    return DIFFERENT if changes else DONE


def _names(old: Path, new: Path) -> tuple[str, str]:
    """What to call the two sides: their folders' names, with the one above where these agree."""
    one, other = old.resolve(), new.resolve()
    if one.name != other.name:
        return one.name, other.name
    return f"{one.parent.name}/{one.name}", f"{other.parent.name}/{other.name}"


def _wrong_lang(given: Mapping[str, Any]) -> Iterable[Problem]:
    if given["lang"] not in (None, *LANGS):
        yield problem(("--lang", 0, "", given["lang"]), "unknown",
                      ("没有这种语言", "用 zh 或 en"), ("is unknown", "use zh or en"))  # fmt: skip


def _wrong(place: Path, zh: str, en: str, do_zh: str, do_en: str) -> Problem:
    return problem((str(place), 0, "", ""), "usage", (zh, do_zh), (en, do_en))


def _refuse(found: Iterable[Problem], given: Mapping[str, Any], lang: str) -> int:
    if given["as_json"]:
        _tell(found, given, lang)
    else:
        for one in found:
            print(one.line(lang), file=sys.stderr)
    return WRONG


def _tell(found: Iterable[Any], given: Mapping[str, Any], lang: str) -> None:
    """Problems, or findings that hold one: a line each, or one JSON document."""
    if given["as_json"]:
        _print_json({"problems": [one.as_dict(lang) for one in found]})
        return
    for one in found:
        print(getattr(one, "problem", one).line(lang))


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))
