"""What a verb puts out: its exit code, its findings a line each or as one document, its file.

Light to import, since every verb does: what it needs of other rooms is loaded in use.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.cli.messages import say

if TYPE_CHECKING:
    from helpers.data.problems import Problem

__all__ = [
    "DATA_REFUSED",
    "DIFFERENT",
    "DONE",
    "FAILED",
    "HELD",
    "INTERRUPTED",
    "LANGS",
    "WRONG",
    "message_language",
    "print_json",
    "refuse",
    "tell",
    "usage",
    "write_file",
    "wrong_folder",
    "wrong_lang",
    "wrong_out",
]

DONE, FAILED, WRONG, DATA_REFUSED, HELD, INTERRUPTED = 0, 1, 2, 3, 5, 130
DIFFERENT = FAILED  # a check found differences; everything was done
LANGS = ("zh", "en")


def message_language(typed: Sequence[str]) -> str:
    """The language of messages: the first `--lang` that is one, else Chinese."""
    for word, after in zip(typed, [*typed, ""][1:], strict=True):
        value = after if word == "--lang" else word.removeprefix("--lang=")
        if word.startswith("--lang") and value in LANGS:
            return value
    return "zh"


def usage(place: object, zh: tuple[str, str], en: tuple[str, str]) -> Problem:
    """What is wrong with a parameter or a place; ``zh`` and ``en`` are (message, remedy)."""
    from helpers.data.problems import problem

    return problem((str(place), 0, "", ""), "usage", zh, en)


def wrong_lang(lang: str | None) -> Iterator[Problem]:
    """A problem where ``--lang`` is no language of ours."""
    if lang not in (None, *LANGS):
        yield usage(f"--lang {lang}", ("没有这种语言", "用 zh 或 en"),
                    ("there is no such language", "use zh or en"))  # fmt: skip


def wrong_folder(folder: Path | str | None) -> Iterator[Problem]:
    """A problem where a data folder was named that is none; None is the project's own."""
    if folder and not Path(folder).is_dir():
        yield usage(folder, ("没有这个文件夹", "用 --data 指明数据文件夹"),
                    ("there is no such folder", "name the data folder with --data"))  # fmt: skip


def wrong_out(path: Path | str | None) -> Iterator[Problem]:
    """A problem where ``--out`` names a place that no file can be written to; None is no file."""
    if not path:
        return
    folder = Path(path).absolute().parent
    if Path(path).is_dir() or not folder.is_dir():
        yield usage(path, ("写不到这里", "指明已有文件夹里的一个文件名"),
                    ("cannot be written here", "name a file in a folder that exists"))  # fmt: skip
    elif not os.access(folder, os.W_OK):
        yield usage(path, ("没有权限写到这里", "换一个可以写入的文件夹"),
                    ("may not be written to", "name a folder that you can write to"))  # fmt: skip


def refuse(
    problems: Iterable[Problem], lang: str, *, as_json: bool = False, code: int = WRONG
) -> int:
    """Say why nothing was done, on stderr or as the JSON document; returns ``code``."""
    if as_json:
        print_json({"problems": [cell.as_dict(lang) for one in problems for cell in one.each]})
    else:
        for one in problems:
            print(one.line(lang), file=sys.stderr)
    return code


def tell(findings: Iterable[Any], lang: str, *, as_json: bool = False) -> None:
    """Print what was found, a line each or as the JSON document.

    Findings are problems, or records with a ``problem`` and an ``as_dict`` of their own.
    """
    if as_json:
        cells = [cell for one in findings for cell in getattr(one, "each", (one,))]
        print_json({"problems": [cell.as_dict(lang) for cell in cells]})
        return
    for one in findings:
        line = getattr(one, "problem", one).line(lang)
        odd = getattr(one, "severity", "error") == "warning"
        print(say("data_warning", lang, line=line) if odd else line)


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
