"""The front door: verbs, their options, exit codes. What a verb does is done elsewhere.

To add a verb: a function here that hands over to the module that does the work, and its help
in `messages.HELP`. Imports stay inside the functions, so that no verb pays for another.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from helpers.answers import DATA_REFUSED, DONE, LANGS, WRONG, refuse, spoken, tell, tell_waits
from helpers.audit.command import verbs
from helpers.bench.command import bench_verb
from helpers.drafting.command import draft_verb
from helpers.messages import HELP, WORDS, say

if TYPE_CHECKING:
    from helpers.data.problems import Problem
    from helpers.reports.publish import Held

__all__ = ["main"]

FAILED, HELD, INTERRUPTED = 1, 5, 130


def text_option(*names: str, **settings: Any) -> Callable[..., Any]:
    """An option whose value stays the text that was typed; whoever uses it judges it."""
    metavar = names[0].lstrip("-").upper()
    return click.option(*names, **{"metavar": metavar, **settings})


def verb(name: str, **settings: Any) -> Callable[..., Any]:
    """A command under `halfsky`, with `--help`."""

    def add(function: Callable[..., Any]) -> click.Command:
        return halfsky.command(name, **settings)(click.help_option("-h", "--help")(function))

    return add


@click.group("halfsky", context_settings={"max_content_width": 100})
@text_option("--lang")
@click.help_option("-h", "--help")
def halfsky(lang: str | None) -> None:
    """Every help text is in `messages.HELP`; `_speak` puts it in."""


as_json = click.option("--json", "as_json", is_flag=True)


@verb("report")
@click.argument("areas", nargs=-1, metavar="[AREA]...")
@text_option("--region", multiple=True)
@text_option("--period", multiple=True)
@text_option("--lang", "langs", multiple=True)
@text_option("--text", "texts", metavar="FILE", multiple=True)
@text_option("--data", metavar="DIR")
@text_option("--out", metavar="DIR")
@text_option("--jobs", metavar="N")
@text_option("--engine")
@text_option("--scheduler", metavar="ADDRESS")
@text_option("--timeout", metavar="SECONDS")
@text_option("--audience", default="public")
@click.option("--fresh", is_flag=True)
@click.option("--quiet", is_flag=True)
@as_json
@click.pass_obj
def report(lang: str, /, areas: tuple[str, ...], **given: Any) -> int:
    """Build reports."""
    from helpers.reports import command
    from helpers.reports.plan import Wanted

    examiner = "helpers.audit.text.manuscript"  # only a text to audit needs it
    wanted = Wanted(areas, given["region"], given["period"], given["langs"])
    return command.report(lang, wanted, given, lambda path: import_module(examiner).told(path))


@verb("check")
@text_option("--data", metavar="DIR")
@text_option("--lang")
@as_json
@click.pass_obj
def check(obj: str, /, data: str | None, lang: str | None, as_json: bool) -> int:
    """Validate a data folder."""
    _refuse_lang(lang)
    from pathlib import Path

    from helpers.data import check as examine
    from helpers.data import home

    folder = Path(data) if data else home() / "data"
    if not folder.is_dir():
        from helpers.reports.preflight import place_problems
        from helpers.reports.prepare import Refused

        raise Refused(place_problems(folder.absolute() / "reports", folder, home()))
    found = examine(folder)
    tell(found, obj, as_json=as_json)
    if not found and not as_json:
        print(say("sound", obj, folder=folder))
    refused = any(problem.severity == "error" for problem in found)
    return DATA_REFUSED if refused else DONE


@verb("lab", context_settings={"ignore_unknown_options": True})
@text_option("--lang")
@click.argument("rest", nargs=-1, type=click.UNPROCESSED, metavar="[...]")
@click.pass_obj
def lab(obj: str, /, lang: str | None, rest: tuple[str, ...]) -> int:
    """Open JupyterLab."""
    _refuse_lang(lang)
    from helpers.reports.lab import open_lab

    return open_lab(obj, rest)


def _program() -> dict[str, object]:
    """What the press records of the program that makes a page."""
    from pathlib import Path

    from helpers.reports.cache import keys

    return keys.program(Path(__file__).resolve().parent)


for command in (*verbs(_program), draft_verb(), bench_verb()):
    halfsky.add_command(command)


def _refuse_lang(lang: str | None) -> None:
    if lang is not None and lang not in LANGS:
        from helpers.data.known import unknown
        from helpers.reports.prepare import Refused

        raise Refused(unknown("--lang", "lang", [lang], LANGS))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code (0 done, 1 some failed, 2 wrong, 3 data refused, 5 held)."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # not a real stream, as in some tests
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    typed = list(sys.argv[1:] if arguments is None else arguments)
    lang = spoken(typed)
    _speak(lang)
    tell_waits(lang)
    as_json = "--json" in typed
    try:
        return halfsky.main(typed, "halfsky", obj=lang, standalone_mode=False) or DONE
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        return WRONG
    except click.ClickException as error:
        return refuse([_usage(error)], lang, as_json=as_json)
    except (click.Abort, KeyboardInterrupt):
        print(say("stopped", lang), file=sys.stderr)
        return INTERRUPTED
    except FileNotFoundError as error:
        print(str(error), file=sys.stderr)
        return WRONG
    except OSError as error:
        print(say("unwritable", lang, path=error.filename, reason=error.strerror), file=sys.stderr)
        return FAILED
    except Exception as error:
        if (told := _refused(error)) is None:
            raise
        return refuse(told[0], lang, as_json=as_json, code=told[1])


def _refused(error: Exception) -> tuple[Iterable[Problem], int] | None:
    """The problems that a refusal carries and its exit code, None for any other exception."""
    from helpers.data.problems import DataRefused
    from helpers.reports.prepare import Refused
    from helpers.reports.publish import Held

    match error:
        case Refused():
            return error.problems, WRONG
        case DataRefused():
            return error.problems, DATA_REFUSED
        case Held():
            return [_held(error)], HELD
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
        return unknown("halfsky", "verb", [error.command_name], list(halfsky.commands))[0]
    where, zh, en = "halfsky", "命令的写法不对", error.format_message()
    if isinstance(error, click.BadOptionUsage):
        where = error.option_name
        zh = "这个选项后面要有值" if "requires" in en else "这个选项后面不能有值"
    elif "extra argument" in en:
        zh = "多余的参数:" + en.partition("(")[2].rstrip(").")
    help_zh, help_en = WORDS["see_help"]
    return problem((where, 0, "", ""), "usage", (zh, help_zh), (en.rstrip("."), help_en))


def _held(error: Held) -> Problem:
    from helpers.data.problems import problem

    owner = {name: error.owner.get(name, "?") for name in ("pid", "host", "start")}
    zh, en = (WORDS["held"][at].format(**owner) for at in (0, 1))
    wait_zh, wait_en = WORDS["wait"]
    return problem((str(error.folder), 0, "", ""), "held", (zh, wait_zh), (en, wait_en))


def _speak(lang: str) -> None:
    """Put help texts and headings of one language into all commands."""
    at = LANGS.index(lang)

    class Formatter(click.HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:  # noqa: ARG002
            super().write_usage(prog, args, WORDS["usage"][at])

        def write_heading(self, heading: str) -> None:
            super().write_heading(WORDS.get(heading.lower(), (heading, heading))[at])

    class Context(click.Context):
        formatter_class = Formatter

    for command in (halfsky, *halfsky.commands.values()):
        command.context_class = Context
        command.help = HELP[command.name][at]
        for parameter in command.params:
            text = HELP.get(f"{command.name}.{parameter.name}") or HELP.get(parameter.name)
            if text and isinstance(parameter, click.Option):
                parameter.help = text[at]
