"""The group of verbs: which there are, their help in two languages, their exit codes.

To add a verb: its rows in `verbs.csv` (options with a value, flags without one, arguments without
a name on the command line, texts that several verbs share under `*`), a function of its name that
gets the language of messages, then what was given by name, and returns the exit code; and its
module in `VERBS`. A verb imports what does the work inside its function, so that no verb pays for
another.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import click

from helpers.cli.output import (
    DATA_REFUSED,
    DONE,
    FAILED,
    HELD,
    INTERRUPTED,
    WRONG,
    message_language,
    refuse,
    say,
    usage,
)
from helpers.files import rows_beside

if TYPE_CHECKING:
    from helpers.data.problems import Problem

__all__ = ["VERBS", "halfsky", "main"]

VERBS = {  # verb -> its module, in the order in which they are used
    "report": "report", "check": "checks", "form": "form", "collect": "collect", "audit": "texts",
    "draft": "texts", "verify": "checks", "diff": "checks", "export": "checks",
    "init": "projects", "new": "projects", "lab": "projects",
}  # fmt: skip
CAUSES = {errno.ENOSPC: "disk_full", errno.EDQUOT: "disk_full",
          errno.EACCES: "not_permitted", errno.EPERM: "not_permitted"}  # fmt: skip


@cache
def _help() -> dict[tuple[str, str], dict[str, str]]:
    """Verb and the name of an option or "" -> its row."""
    return {(row["verb"], row["name"]): row for row in rows_beside(__file__, "verbs.csv")}


class Verbs(click.Group):
    """Finds a verb's function in its module, its options and texts in the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The verbs in the order in which they are used."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of a verb; None where there is none of that name."""
        if name not in VERBS:
            return None
        lang = ctx.obj or "zh"
        function = getattr(import_module(f"helpers.cli.{VERBS[name]}"), name)
        rows = [row for (verb, option), row in _help().items() if verb == name and option]
        return localised(
            click.Command(
                name,
                callback=click.pass_obj(function),
                params=[_parameter(row, lang) for row in rows],
                context_settings={"ignore_unknown_options": name == "lab"},
            ),
            lang,
        )


def _parameter(row: dict[str, str], lang: str) -> click.Parameter:
    """An option or an argument whose value stays the text that was typed."""
    many, metavar = row["many"] == "yes", row["value"]
    if not row["option"]:
        return click.Argument([row["name"]], metavar=metavar, required=metavar[0] != "[",
                              nargs=-1 if many else 1, type=click.UNPROCESSED)  # fmt: skip
    text = row[lang] or _help()["*", row["name"]][lang]
    names = [row["option"], row["name"]]
    if not metavar:
        return click.Option(names, is_flag=True, help=text)
    return click.Option(names, metavar=metavar, multiple=many, default=row["default"] or None,
                        help=text)  # fmt: skip


def localised(command: click.Command, lang: str) -> click.Command:
    """The command with its help, headings and usage line in one language."""

    class Formatter(click.HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:  # noqa: ARG002
            super().write_usage(prog, args, say("usage", lang))

        def write_heading(self, heading: str) -> None:
            super().write_heading(say(heading.lower(), lang))

    class Context(click.Context):
        formatter_class = Formatter

    command.context_class = Context
    command.help = _help()[command.name, ""][lang]
    names = ("-h", "--help")
    return click.help_option(*names, help=_help()["*", "help"][lang])(command)


def group(lang: str) -> click.Command:
    """The command with its texts in a language."""
    made = Verbs("halfsky", context_settings={"max_content_width": 100})
    text = _help()["*", "lang"][lang]
    made.params = [click.Option(["--lang"], metavar="LANG", help=text, expose_value=False)]
    return localised(made, lang)


halfsky = group("zh")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code (0 done, 1 some failed, 2 wrong, 3 data refused, 5 held)."""
    _ready_streams()
    typed = list(sys.argv[1:] if arguments is None else arguments)
    lang = message_language(typed)
    as_json = "--json" in typed
    try:
        return group(lang).main(typed, "halfsky", obj=lang, standalone_mode=False) or DONE
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
    lost = isinstance(error, ConnectionError)
    cause = "connection_broke" if lost else CAUSES.get(error.errno, "system_refused")
    reason = error.strerror or str(error) or type(error).__name__
    return usage(cause, error.filename or "halfsky", "system", reason=reason)


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
            owner = {name: error.owner.get(name, "?") for name in ("pid", "host", "start")}
            return [usage("held", error.folder, "held", **owner)], HELD
    return None


def _usage(error: click.ClickException) -> Problem:
    """What click found wrong, as a problem in both languages."""
    from helpers.data.known import unknown

    reason, context = error.format_message().rstrip("."), getattr(error, "ctx", None)
    match error:
        case click.NoSuchOption():
            known = [name for one in context.command.params for name in one.opts] if context else []
            return unknown(error.option_name, "option", [error.option_name], known)[0]
        case click.exceptions.NoSuchCommand():
            return unknown("halfsky", "verb", [error.command_name], [*VERBS])[0]
        case click.BadOptionUsage():
            name = "value_wanted" if "requires" in reason else "no_value_wanted"
            return usage(name, error.option_name, reason=reason)
        case click.MissingParameter():
            return usage("missing", "halfsky", name=error.param.make_metavar(context))
    words = reason.partition("(")[2].rstrip(")")
    return usage("extra" if words else "wrong_usage", "halfsky", reason=reason, words=words)
