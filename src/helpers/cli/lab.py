"""`halfsky lab`: JupyterLab, at home in the project."""

from __future__ import annotations

import click

from helpers.cli.options import lang_option, verb
from helpers.cli.output import wrong_lang

HELP = {
    "lab": (
        "在项目文件夹中打开 JupyterLab；其余参数原样交给它。",
        "Open JupyterLab at the project's root; further arguments go to it as they are.",
    ),
}


@verb("lab", context_settings={"ignore_unknown_options": True})
@lang_option
@click.argument("rest", nargs=-1, type=click.UNPROCESSED, metavar="[...]")
def command(messages: str, /, lang: str | None, rest: tuple[str, ...]) -> int:
    """The exit code of JupyterLab once it is closed."""
    from helpers.data.problems import Refused
    from helpers.reports.lab import open_lab

    if wrong := [*wrong_lang(lang)]:
        raise Refused(wrong)
    return open_lab(messages, rest)
