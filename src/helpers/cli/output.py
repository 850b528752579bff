"""What verbs put out: exit codes, findings a line each or as one document, a file, progress; and
the command's own words in both languages.

Light to import, since every verb does: what it needs of other rooms is loaded in use.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from helpers.data.problems import Problem
    from helpers.reports.ledger import Entry
    from helpers.reports.plan import Job

__all__ = [
    "DATA_REFUSED",
    "DIFFERENT",
    "DONE",
    "FAILED",
    "HELD",
    "HELP",
    "INTERRUPTED",
    "LANGS",
    "WORDS",
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
    "wrong_folder",
    "wrong_lang",
    "wrong_out",
    "wrong_out_folder",
]

DONE, FAILED, WRONG, DATA_REFUSED, HELD, INTERRUPTED = 0, 1, 2, 3, 5, 130
DIFFERENT = FAILED  # a check found differences; everything was done
LANGS = ("zh", "en")

WORDS: dict[str, tuple[str, str]] = {
    "usage": ("用法：", "Usage: "),
    "options": ("选项", "Options"),
    "commands": ("命令", "Commands"),
    "building": ("生成报告", "reports"),
    "counts": (
        "已生成 {built}，未变 {unchanged}，失败 {failed}，无数字未出 {withheld}；"
        "用时 {seconds:.1f} 秒",
        "{built} built, {unchanged} unchanged, {failed} failed, {withheld} withheld; "
        "{seconds:.1f} s",
    ),
    "way_in": ("入口：{path}", "the way in: {path}"),
    "index_failed": ("入口页未能更新：{reason}", "the way in was not updated: {reason}"),
    "failed": ("失败：{path}：{reason}；{remedy}", "failed: {path}: {reason}; {remedy}"),
    "held_back": (
        "暂不更换：{path}：{reason}；{remedy}",
        "withheld: {path}: {reason}; {remedy}",
    ),
    "data_warning": ("提醒：{line}", "warning: {line}"),
    "log": ("  详情：{path}", "  details: {path}"),
    "kept": ("上一次的好报告仍在", "the last good report stays"),
    "page_kept": ("网页已生成", "its page is there"),
    "none_kept": ("没有可用的旧报告", "there is no earlier report"),
    "left": (
        "{path}：已不在计划之内，但内容被人改过，保留未删",
        "{path}: no longer planned, but someone changed it, so it was left",
    ),
    "warned": ("{path}：笔记本给出警告：{text}", "{path}: the notebook warned: {text}"),
    "built_line": (
        "[{number}/{total}] 已生成 {path}（{seconds:.1f} 秒）",
        "[{number}/{total}] built {path} ({seconds:.1f} s)",
    ),
    "withheld_line": ("[{number}/{total}] 暂不更换 {path}", "[{number}/{total}] withheld {path}"),
    "failed_line": ("[{number}/{total}] 失败 {path}", "[{number}/{total}] failed {path}"),
    "moved": (
        "运行期间有人改动了数据、笔记本或程序；请再运行一次",
        "data, notebooks or code were changed during the run; run again",
    ),
    "stopped": (
        "已中止；再运行一次即可从中断处继续",
        "stopped; run again to go on from here",
    ),
    "held": (
        "另一次运行正在使用这个文件夹(进程 {pid},主机 {host},开始于 {start})",
        "another run holds this folder (pid {pid}, host {host}, since {start})",
    ),
    "wait": ("等它结束再运行", "wait until it ends"),
    "disk_full": ("磁盘已满({reason})", "the disk is full ({reason})"),
    "not_permitted": ("没有权限({reason})", "not permitted ({reason})"),
    "connection_broke": ("连接中断({reason})", "the connection broke ({reason})"),
    "system_refused": ("系统没有做到({reason})", "the system could not do it ({reason})"),
    "run_again": ("排除原因后再运行一次", "remove the cause, then run again"),
    "see_help": ("用 --help 查看用法", "see --help"),
    "sound": ("{folder}：数据没有问题", "{folder}: no problems found"),
}

# the help of options that several verbs have; a verb's own texts stand in its module
HELP: dict[str, tuple[str, str]] = {
    "halfsky": (
        "妇联工作报告：从数据表到可以对外的网页。",
        "Reports of a women's federation's work: from data tables to pages that can leave the "
        "office.",
    ),
    "help": ("显示这份说明。", "Show this help."),
    "lang": ("说明和提示所用的语言：zh 或 en。", "Language of help and messages: zh or en."),
    "as_json": ("在标准输出只打印一份 JSON。", "Print one JSON document and nothing else."),
    "data": ("数据文件夹（默认：项目的 data/）。", "Data folder (default: the project's data/)."),
}


def say(name: str, lang: str, **values: object) -> str:
    """The message `name` in `zh` or `en`, its braces filled with `values`."""
    zh, en = WORDS[name]
    return (en if lang == "en" else zh).format(**values)


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


def refuse_wrong(given: Mapping[str, Any], *more: Problem) -> None:
    """Raise Refused, before anything is done, where ``--lang`` or ``--data`` among the options of
    a verb cannot be, or where there is any problem more.
    """
    from helpers.data.problems import Refused

    found = [*wrong_lang(given.get("lang")), *wrong_folder(given.get("data")), *more]
    if found:
        raise Refused(found)


def wrong_folder(folder: Path | str | None) -> Iterator[Problem]:
    """A problem where a data folder was named that is none; None is the project's own."""
    if folder and not Path(folder).is_dir():
        yield usage(folder, ("没有这个文件夹", "用 --data 指明数据文件夹"),
                    ("there is no such folder", "name the data folder with --data"))  # fmt: skip


def wrong_out_folder(path: Path | str | None) -> Iterator[Problem]:
    """A problem where ``--out`` is to be a folder and names something else."""
    if path and Path(path).exists() and not Path(path).is_dir():
        yield usage(path, ("不是文件夹", "用 --out 指明一个文件夹"),
                    ("is no folder", "name a folder with --out"))  # fmt: skip


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


class Progress:
    """Shows a run: a bar where someone watches, plain lines where a log is kept, nothing where
    there is no stream; `lang` is that of its words.
    """

    def __init__(self, stream: TextIO | None, lang: str) -> None:
        self.stream, self.lang = stream, lang
        self.total = self.number = 0
        self.running: dict[Job, str] = {}
        self.bar: Any = None

    def planned(self, total: int) -> None:
        """So many reports more will be built."""
        self.total += total
        if self.bar is not None:
            self.bar.total = self.total
        elif self.stream and self.stream.isatty():
            from tqdm import tqdm

            words = say("building", self.lang)
            self.bar = tqdm(total=total, desc=words, file=self.stream, leave=False, unit="")

    def started(self, job: Job) -> None:
        """A report is being built."""
        self.running[job] = job.path
        self._show()

    def finished(self, entry: Entry) -> None:
        """A report has come about, or has not."""
        self.running.pop(entry.job, None)
        why = ""
        if entry.status == "built" and entry.reason:
            why = f"：{entry.reason_zh}" if self.lang == "zh" else f": {entry.reason}"
        self._step(f"{entry.status}_line", entry.job.path, entry.seconds, why)

    def made(self, path: str, seconds: float, well: bool) -> None:
        """A PDF or Word file has come about, or has not."""
        self._step("built_line" if well else "failed_line", path, seconds)

    def _step(self, name: str, path: str, seconds: float, why: str = "") -> None:
        self.number += 1
        if self.bar is not None:
            self.bar.update()
            self._show()
        elif self.stream is not None:
            at = {"number": self.number, "total": self.total, "seconds": seconds}
            print(say(name, self.lang, path=path, **at) + why, file=self.stream, flush=True)

    def close(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.close()

    def _show(self) -> None:
        if self.bar is not None:
            self.bar.set_postfix_str("; ".join(self.running.values()))
