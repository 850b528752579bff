"""`halfsky init`: a project of one's own, for another city and its districts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from helpers.cli.options import lang_option, text_option, verb
from helpers.cli.output import DONE, LANGS, refuse_wrong, usage

if TYPE_CHECKING:
    from helpers.data.problems import Problem

HELP = {
    "init": (
        "为另一个市建一个项目文件夹：地区、时期、领域。没有写明的，逐项询问。",
        "Make a project folder for another city: its regions, periods and areas. What the options "
        "leave open is asked for.",
    ),
    "name": ("本地中文名，例如 云河市。", "The place's Chinese name, for example 云河市."),
    "name_en": ("本地英文名。", "The place's English name."),
    "code": ("本地行政区划代码，六位。", "The place's GB/T 2260 code, six digits."),
    "districts": (
        "下级地区，写成 代码:中文名:英文名，可重复。",
        "A district as CODE:中文名:English name; repeatable.",
    ),
    "years": ("时期，例如 2020-2024 或 2024-h1。", "Periods, for example 2020-2024 or 2024-h1."),
    "areas": (
        "工作领域，可重复（默认：全部）。",
        "An area of work; repeatable (default: all).",
    ),
    "simulated": ("数据是编造的。", "The figures are made up."),
}
ASKED = {
    "name": ("本地中文名", "The place's Chinese name"),
    "name_en": ("本地英文名", "The place's English name"),
    "code": ("行政区划代码（六位）", "Its GB/T 2260 code (six digits)"),
    "districts": (
        "下级地区，写成 代码:中文名:英文名，用分号隔开（没有就直接回车）",
        "Districts as CODE:中文名:English name, by semicolons (none: press Enter)",
    ),
    "years": ("时期，例如 2020-2024", "Periods, for example 2020-2024"),
    "areas": (
        "工作领域，用逗号隔开（全部就直接回车）",
        "Areas of work, by commas (all: press Enter)",
    ),
}
NEEDED = ("name", "name_en", "code", "years")


@verb("init")
@click.argument("folder", metavar="DIR")
@text_option("--name")
@text_option("--name-en", "name_en", metavar="NAME")
@text_option("--code")
@text_option("--district", "districts", metavar="CODE:NAME:NAME", multiple=True)
@text_option("--years")
@text_option("--area", "areas", metavar="AREA", multiple=True)
@click.option("--simulated", is_flag=True)
@lang_option
def command(messages: str, /, folder: str, **given: Any) -> int:
    """Exit code 0 where the folder was made; refusals are the caller's to tell."""
    from helpers.projects.folder import Wanted, make_project, read_periods, read_place

    refuse_wrong(given)
    given = asked(given, messages) if sys.stdin.isatty() else given
    refuse_wrong({}, *missing(given))
    wanted = Wanted(
        read_place(f"{given['code']}:{given['name']}:{given['name_en']}", "--code"),
        tuple(read_place(text, "--district") for text in given["districts"]),
        read_periods(given["years"]),
        tuple(given["areas"]),
        given["simulated"],
    )
    for path in make_project(Path(folder), wanted):
        print(path)
    print(NEXT[LANGS.index(messages)].format(readme=Path(folder) / "README.md"))
    return DONE


NEXT = (
    "项目已建好；下一步见 {readme}",
    "the project is there; what to do next: {readme}",
)


def missing(given: dict[str, Any]) -> Iterator[Problem]:
    """A problem for each option that a project cannot do without."""
    for name in NEEDED:
        if not given[name]:
            option = f"--{name.replace('_', '-')}"
            zh = ("没有写明", f"加上 {option}：{HELP[name][0]}")
            en = ("is missing", f"add {option}: {HELP[name][1]}")
            yield usage(option, zh, en)


def asked(given: dict[str, Any], lang: str) -> dict[str, Any]:
    """The options, those that were not given asked for at the terminal."""
    found = dict(given)
    open_ended = all(not given[name] for name in NEEDED)  # nothing was given: ask for the rest too
    for name, words in ASKED.items():
        if given[name] or not (open_ended or name in NEEDED):
            continue
        optional = name not in NEEDED
        answer = click.prompt(
            words[LANGS.index(lang)], default="" if optional else None, show_default=False
        )
        found[name] = answer if not optional else _listed(answer)
    return found


def _listed(answer: str) -> tuple[str, ...]:
    for mark in "；，,":
        answer = answer.replace(mark, ";")
    return tuple(part.strip() for part in answer.split(";") if part.strip())
