"""Options that several verbs have, and how a verb is declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

__all__ = ["data_option", "json_option", "lang_option", "out_option", "text_option", "verb"]


def verb(name: str, **settings: Any) -> Callable[[Callable[..., int]], click.Command]:
    """The command ``halfsky NAME`` of a function, with ``--help``.

    The function gets the language of messages first, then its options by name, and returns the
    exit code.
    """

    def made(function: Callable[..., int]) -> click.Command:
        return click.command(name, **settings)(click.help_option("-h", "--help")(
            click.pass_obj(function)
        ))  # fmt: skip

    return made


def text_option(*names: str, **settings: Any) -> Callable[..., Any]:
    """An option whose value stays the text that was typed; whoever uses it judges it."""
    return click.option(*names, **{"metavar": names[0].lstrip("-").upper(), **settings})


lang_option = text_option("--lang")
data_option = text_option("--data", metavar="DIR")
out_option = text_option("--out", metavar="FILE")
json_option = click.option("--json", "as_json", is_flag=True)
