"""`halfsky diff`: what changed between two data folders or two editions, figure by figure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from helpers.cli.options import json_option, lang_option, out_option, verb
from helpers.cli.output import (
    DIFFERENT,
    DONE,
    print_json,
    refuse_wrong,
    usage,
    write_file,
    wrong_out,
)

HELP = {
    "diff": (
        "两个数据文件夹（或两版报告）之间，逐个数字有什么变化。",
        "What changed between two data folders or two editions, figure by figure.",
    ),
    "out": ("另存为一个网页。", "Write the comparison as a page."),
}


@verb("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@out_option
@lang_option
@json_option
def command(messages: str, /, old: str, new: str, **given: Any) -> int:
    """Exit code 0 where nothing changed, 1 where something did."""
    from helpers.audit.diff import words
    from helpers.audit.diff.compare import compare

    states, wrong = _states(Path(old), Path(new))
    refuse_wrong(given, *wrong, *wrong_out(given["out"]))
    changes = compare(*states)
    if given["out"]:
        from helpers.audit.diff.words import render

        names = _names(Path(old), Path(new))
        write_file(given["out"], render(changes, *states, messages, names))
    if given["as_json"]:
        told = [words.as_json(change, *states, messages) for change in changes]
        print_json({"changes": told})
    else:
        for line in words.lines(changes, *states, messages):
            print(line)
    return DIFFERENT if changes else DONE


def _states(old: Path, new: Path) -> tuple[list[Any], list[Any]]:
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
            found.append(usage(path, zh, en))
    if not found and states[0].kind != states[1].kind:
        zh = ("一个是数据文件夹，一个是报告，不能相比", "两边用同一种；报告与数据相核用 verify")
        remedy_en = "name two of one kind; verify holds a report against data"
        found.append(usage(new, zh, ("one is a data folder, one an edition", remedy_en)))
    return states, found


def _names(old: Path, new: Path) -> tuple[str, str]:
    """What to call the two sides: their folders' names, with the one above where these agree."""
    one, other = old.resolve(), new.resolve()
    if one.name != other.name:
        return one.name, other.name
    return f"{one.parent.name}/{one.name}", f"{other.parent.name}/{other.name}"
