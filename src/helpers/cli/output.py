"""What verbs put out: exit codes, findings a line each or as one document, a file, progress.

The command's own words stand in `words.csv`. Light to import, since every verb does: what it
needs of other rooms is loaded in use.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from helpers.files import rows_beside

if TYPE_CHECKING:
    from helpers.data.problems import Problem
    from helpers.reports.ledger import Entry

__all__ = [
    "DATA_REFUSED",
    "DIFFERENT",
    "DONE",
    "FAILED",
    "HELD",
    "INTERRUPTED",
    "LANGS",
    "WRONG",
    "Progress",
    "message_language",
    "print_json",
    "refuse",
    "refuse_wrong",
    "say",
    "tell",
    "usage",
    "write_file",
    "wrong_out",
    "wrong_out_folder",
]

DONE, FAILED, WRONG, DATA_REFUSED, HELD, INTERRUPTED = 0, 1, 2, 3, 5, 130
DIFFERENT = FAILED  # a check found differences; everything was done
LANGS = ("zh", "en")


@cache
def _words() -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in rows_beside(__file__, "words.csv")}


def say(name: str, lang: str, /, **values: object) -> str:
    """The message `name` in `zh` or `en`, its braces filled with `values`."""
    return _words()[name][lang].format(**values)


def usage(name: str, place: object, rule: str = "usage", /, **values: object) -> Problem:
    """The problem `name` of a parameter or a place, its braces filled with `values`."""
    from helpers.data.problems import from_row

    row = _words()[name] | {"message": name, "rule": rule}
    return from_row((str(place), 0, "", ""), row, values, "error")


def message_language(typed: Sequence[str]) -> str:
    """The language of messages: the first `--lang` that is one, else Chinese."""
    for word, after in zip(typed, [*typed, ""][1:], strict=True):
        value = after if word == "--lang" else word.removeprefix("--lang=")
        if word.startswith("--lang") and value in LANGS:
            return value
    return "zh"


def refuse_wrong(given: Mapping[str, Any], *more: Problem) -> None:
    """Raise Refused, before anything is done, where ``--lang`` or ``--data`` among the options of
    a verb cannot be, or where there is any problem more.
    """
    from helpers.data.problems import Refused

    found, lang, data = [*more], given.get("lang"), given.get("data")
    if lang not in (None, *LANGS):
        found.insert(0, usage("no_lang", f"--lang {lang}"))
    if data and not Path(data).is_dir():
        found.append(usage("no_folder", data))
    if found:
        raise Refused(found)


def wrong_out_folder(path: Path | str | None) -> Iterator[Problem]:
    """A problem where ``--out`` is to be a folder and names something else."""
    if path and Path(path).exists() and not Path(path).is_dir():
        yield usage("not_a_folder", path)


def wrong_out(path: Path | str | None) -> Iterator[Problem]:
    """A problem where ``--out`` names a place that no file can be written to; None is no file."""
    folder = Path(path).absolute().parent if path else None
    if folder and (Path(path).is_dir() or not folder.is_dir()):
        yield usage("no_place", path)
    elif folder and not os.access(folder, os.W_OK):
        yield usage("not_writable", path)


def refuse(
    problems: Iterable[Problem], lang: str, *, as_json: bool = False, code: int = WRONG
) -> int:
    """Say why nothing was done, on stderr or as the JSON document; returns ``code``."""
    tell(problems, lang, as_json=as_json, to=sys.stderr)
    return code


def tell(
    findings: Iterable[Any], lang: str, *, as_json: bool = False, to: TextIO | None = None
) -> None:
    """Print what was found, a line each or as the JSON document on stdout.

    Findings are problems, or records with a ``problem`` and an ``as_dict`` of their own.
    """
    if as_json:
        cells = [cell for one in findings for cell in getattr(one, "each", (one,))]
        print_json({"problems": [cell.as_dict(lang) for cell in cells]})
        return
    for one in findings:
        line = getattr(one, "problem", one).line(lang)
        odd = getattr(one, "severity", "error") == "warning"
        print(say("data_warning", lang, line=line) if odd else line, file=to)


def print_json(value: object) -> None:
    """One JSON document on stdout, characters that nobody sees written as \\u escapes."""
    from helpers.data.problems import INVISIBLE

    document = json.dumps(value, ensure_ascii=False, indent=1)
    print(INVISIBLE.sub(lambda match: json.dumps(match.group())[1:-1], document))


def write_file(path: Path | str, content: str | bytes) -> None:
    """Put ``content`` in place in one step: a reader sees the old file or the new, never half.

    Text is written as UTF-8 with the line ends it has. Raises OSError that names ``path``, and
    then leaves nothing behind.
    """
    from helpers.files import write_atomic

    try:
        write_atomic(Path(path), content if isinstance(content, bytes) else content.encode("utf-8"))
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


class Progress:
    """Tells of a run a line a report, in `lang`; nothing where there is no stream."""

    def __init__(self, stream: TextIO | None, lang: str) -> None:
        self.stream, self.lang = stream, lang
        self.total = self.number = 0

    def planned(self, total: int) -> None:
        """So many reports more will be built."""
        self.total += total

    def finished(self, entry: Entry) -> None:
        """A report has come about, or has not."""
        why = ""
        if entry.status == "built" and entry.reason:
            why = f"：{entry.reason_zh}" if self.lang == "zh" else f": {entry.reason}"
        self._step(f"{entry.status}_line", entry.job.path, entry.seconds, why)

    def made(self, path: str, seconds: float, well: bool) -> None:
        """A PDF or Word file has come about, or has not."""
        self._step("built_line" if well else "failed_line", path, seconds)

    def _step(self, name: str, path: str, seconds: float, why: str = "") -> None:
        self.number += 1
        if self.stream is not None:
            at = {"number": self.number, "total": self.total, "seconds": seconds}
            print(say(name, self.lang, path=path, **at) + why, file=self.stream, flush=True)
