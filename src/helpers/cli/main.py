"""The group of verbs: which there are, their help in two languages, their exit codes.

To add a verb: a module of its name here with a click command ``command`` and its texts ``HELP``
(see :mod:`helpers.cli.options`), and the name in `VERBS`. A verb's module imports what does the
work inside its function, so that no verb pays for another.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import click

from helpers.cli.output import (
    DATA_REFUSED,
    DONE,
    FAILED,
    HELD,
    HELP,
    INTERRUPTED,
    LANGS,
    WORDS,
    WRONG,
    message_language,
    refuse,
    say,
)

if TYPE_CHECKING:
    from helpers.data.problems import Problem

__all__ = ["VERBS", "halfsky", "main"]

VERBS = (
    "report", "check", "form", "collect", "audit", "draft", "verify", "diff", "export",
    "init", "new", "lab",
)  # fmt: skip


class Verbs(click.Group):
    """Finds a verb's command in the module of its name, its texts in the language asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The verbs in the order in which they are used."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of a verb; None where there is none of that name."""
        if name not in VERBS:
            return None
        module = import_module(f"helpers.cli.{name}")
        return localised(module.command, module.HELP, ctx.obj or "zh")


@click.command("halfsky", cls=Verbs, context_settings={"max_content_width": 100})
@click.option("--lang", metavar="LANG")
@click.help_option("-h", "--help")
def halfsky(lang: str | None) -> None:
    """Its help text is in `output.HELP`."""


def localised(
    command: click.Command, texts: dict[str, tuple[str, str]], lang: str
) -> click.Command:
    """The command with its help texts, headings and usage line in one language.

    ``texts`` has the verb's help under its name and an option's under the option's; options that
    several verbs share stand in `output.HELP`.
    """
    at = LANGS.index(lang)

    class Formatter(click.HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:  # noqa: ARG002
            super().write_usage(prog, args, WORDS["usage"][at])

        def write_heading(self, heading: str) -> None:
            super().write_heading(WORDS.get(heading.lower(), (heading, heading))[at])

    class Context(click.Context):
        formatter_class = Formatter

    command.context_class = Context
    command.help = texts[command.name][at]
    for parameter in command.params:
        text = texts.get(parameter.name) or HELP.get(parameter.name)
        if text and isinstance(parameter, click.Option):
            parameter.help = text[at]
    return command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code (0 done, 1 some failed, 2 wrong, 3 data refused, 5 held)."""
    _ready_streams()
    typed = list(sys.argv[1:] if arguments is None else arguments)
    lang = message_language(typed)
    as_json = "--json" in typed
    try:
        group = localised(halfsky, HELP, lang)
        return group.main(typed, "halfsky", obj=lang, standalone_mode=False) or DONE
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        return WRONG
    except click.ClickException as error:
        return refuse([_usage(error)], lang, as_json=as_json)
    except (click.Abort, KeyboardInterrupt):
        print(say("stopped", lang), file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - until exit
        return FAILED
    except OSError as error:
        return refuse([_system(error)], lang, as_json=as_json, code=FAILED)
    except Exception as error:
        if (told := _refused(error)) is None:
            raise
        return refuse(told[0], lang, as_json=as_json, code=told[1])


def _ready_streams() -> None:
    """Streams that take Chinese whatever the locale says, and are there where none was given."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the shell: what is said goes nowhere, what is done is done
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        with contextlib.suppress(AttributeError):  # not a real stream, as in some tests
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _system(error: OSError) -> Problem:
    """What the system refused, by its real cause: a full disk, a lost connection, a permission."""
    from helpers.data.problems import problem

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        cause = "disk_full"
    elif isinstance(error, PermissionError):
        cause = "not_permitted"
    else:
        cause = "connection_broke" if isinstance(error, ConnectionError) else "system_refused"
    reason = error.strerror or str(error) or type(error).__name__
    zh, en = (say(cause, lang, reason=reason) for lang in LANGS)
    place = (str(error.filename or "halfsky"), 0, "", "")
    again_zh, again_en = WORDS["run_again"]
    return problem(place, "system", (zh, again_zh), (en, again_en))


def _refused(error: Exception) -> tuple[Sequence[Problem], int] | None:
    """The problems that a refusal carries and its exit code, None for any other exception."""
    from helpers.data.problems import DataRefused, Refused
    from helpers.reports.run import Held

    match error:
        case Refused():
            return error.problems, WRONG
        case DataRefused():
            return error.problems, DATA_REFUSED
        case Held():
            return [_held(error.folder, error.owner)], HELD
    return None


def _usage(error: click.ClickException) -> Problem:
    """What click found wrong, as a problem in both languages."""
    from helpers.data.known import unknown
    from helpers.data.problems import problem

    if isinstance(error, click.NoSuchOption):
        context = getattr(error, "ctx", None)
        known = [name for one in context.command.params for name in one.opts] if context else []
        return unknown(error.option_name, "option", [error.option_name], known)[0]
    if isinstance(error, click.exceptions.NoSuchCommand):
        return unknown("halfsky", "verb", [error.command_name], VERBS)[0]
    where, zh, en = "halfsky", "命令的写法不对", error.format_message()
    if isinstance(error, click.BadOptionUsage):
        where = error.option_name
        zh = "这个选项后面要有值" if "requires" in en else "这个选项后面不能有值"
    elif isinstance(error, click.MissingParameter) and error.param is not None:
        name = error.param.make_metavar(error.ctx or click.Context(click.Command("halfsky")))
        zh, en = f"缺少 {name}", f"{name} is missing"
    elif "extra argument" in en:
        zh = "多余的参数:" + en.partition("(")[2].rstrip(").")
    help_zh, help_en = WORDS["see_help"]
    return problem((where, 0, "", ""), "usage", (zh, help_zh), (en.rstrip("."), help_en))


def _held(folder: object, owner: dict[str, str]) -> Problem:
    from helpers.data.problems import problem

    named = {name: owner.get(name, "?") for name in ("pid", "host", "start")}
    zh, en = (WORDS["held"][at].format(**named) for at in (0, 1))
    wait_zh, wait_en = WORDS["wait"]
    return problem((str(folder), 0, "", ""), "held", (zh, wait_zh), (en, wait_en))
