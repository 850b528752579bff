"""`halfsky report`: from options to a request, from an edition to words."""

import io
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TextIO

import click

from helpers.cli.messages import say
from helpers.cli.options import data_option, json_option, text_option, verb
from helpers.cli.output import DONE, FAILED, print_json
from helpers.cli.progress import Progress
from helpers.data.home import home
from helpers.data.known import unknown
from helpers.data.problems import Problem, Refused, problem
from helpers.reports.cache import notes
from helpers.reports.choice import chosen, elsewhere
from helpers.reports.desk import Desk, Edition, Work
from helpers.reports.ledger import Entry, counts
from helpers.reports.plan import Wanted
from helpers.reports.prepare import Request
from helpers.reports.publish import PRIVATE
from helpers.reports.storage import is_url, place, reached
from helpers.reports.task import Outcome
from helpers.reports.texts import AREA, Text

__all__ = ["HELP", "command"]

AUDIENCES = ("public", "internal")
WHOLE = re.compile(r"[1-9][0-9]{0,3}")
SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")
LIMIT = 600.0
HELP = {
    "report": (
        "生成报告。不写工作领域，就是全部。",
        "Build reports; all areas of work where none is named.",
    ),
    "region": (
        "地区代码，可重复。",
        "Region code; repeatable.",
    ),
    "period": (
        "时期代码，可重复。",
        "Period id; repeatable.",
    ),
    "langs": (
        "报告语言 zh 或 en，可重复；提示用第一种。",
        "Report language, zh or en; repeatable; the first is also that of messages.",
    ),
    "texts": (
        "另外核对这篇文稿（.txt、.docx、.html），生成 audit.html；不写地区和时期，就用数字最多的。",
        "Audit this text too (.txt, .docx, .html), as audit.html; region and period default to "
        "those with most figures.",
    ),
    "out": (
        "输出文件夹或网址（默认：项目的 reports/；内部版为 reports/internal/）。",
        "Output folder or URL (default: the project's reports/, internal ones reports/internal/).",
    ),
    "jobs": (
        "同时运行几份（默认：处理器个数）。",
        "How many at a time (default: the number of processors).",
    ),
    "engine": (
        "运行引擎：fork（Linux，默认）或 papermill（其他系统，或需要完整内核的笔记本）。",
        "Engine: fork (Linux, the default) or papermill (other systems, or a notebook that needs "
        "a full kernel).",
    ),
    "scheduler": (
        "由这个 Dask 调度器的工作机来生成，例如 tcp://10.0.0.1:8786。",
        "Let the workers of this Dask scheduler build, for example tcp://10.0.0.1:8786.",
    ),
    "timeout": (
        "每份报告最多几秒（默认 600）。",
        "Most seconds a report may take (default 600).",
    ),
    "fresh": (
        "全部重新生成，不用上次的结果。",
        "Build everything anew.",
    ),
    "audience": (
        "读者：public 对外（默认），internal 内部（可展开代码）。",
        "Readers: public (default) or internal (code folded away).",
    ),
    "quiet": (
        "不显示进度。",
        "No progress.",
    ),
}
Read = Callable[[Path], tuple[str, str] | Problem]  # a text's name and hash, or what is wrong


@verb("report")
@click.argument("areas", nargs=-1, metavar="[AREA]...")
@text_option("--region", multiple=True)
@text_option("--period", multiple=True)
@text_option("--lang", "langs", multiple=True)
@text_option("--text", "texts", metavar="FILE", multiple=True)
@data_option
@text_option("--out", metavar="DIR")
@text_option("--jobs", metavar="N")
@text_option("--engine")
@text_option("--scheduler", metavar="ADDRESS")
@text_option("--timeout", metavar="SECONDS")
@text_option("--audience", default="public")
@click.option("--fresh", is_flag=True)
@click.option("--quiet", is_flag=True)
@json_option
def command(messages: str, /, areas: tuple[str, ...], **given: Any) -> int:
    """Exit code 0 where all was built, 1 where some failed; refusals are the caller's to tell."""
    from helpers.audit.text.manuscript import told

    wanted = Wanted(areas, given["region"], given["period"], given["langs"])
    return report(messages, wanted, given, told)


def report(lang: str, wanted: Wanted, given: Mapping[str, Any], read: Read | None = None) -> int:
    """Carry out `halfsky report`; its exit code. `read` reads a text that is to be audited.

    Raises Refused, DataRefused and Held.
    """
    from helpers.reports.reports import make

    request = read_request(wanted, given, read)
    stream = sys.stderr
    fallen_back = chosen(given)[2] and not request.scheduler
    beforehand = say("no_fork", lang) + "\n" if fallen_back else ""
    print(beforehand, end="", file=stream)
    progress = Progress(stream, lang) if not given["quiet"] else None
    warnings: list[tuple[str, str]] = []

    def finished(entry: Entry, outcome: Outcome) -> None:
        warnings.extend((entry.path, text) for text in outcome.warnings)
        if progress:
            progress.finished(entry)
        if outcome.failure and outcome.failure.detail:
            _write_down(request.out, entry, outcome.failure.detail)

    def noticed(found: Problem) -> None:
        print(found.line(lang), file=stream, flush=True)

    def closing(edition: Edition, work: Work) -> None:
        if command := notes.options(wanted, given):
            notes.leave(command, work, edition, lambda later: _said(later, lang, given, beforehand))

    with signals() as caught:
        desk = Desk(finished=finished, noticed=noticed, stop=lambda: bool(caught), closing=closing)
        if progress:
            desk = replace(desk, planned=progress.planned, started=progress.started)
        try:
            edition = make(request, desk)
        finally:
            if progress:
                progress.close()
    _tell(edition, warnings, lang, given)
    if edition.stopped:
        return 128 + caught[0]
    failed = any(entry.status == "failed" for entry in edition.entries)
    return FAILED if failed or edition.portal_failure else DONE


def read_request(wanted: Wanted, given: Mapping[str, Any], read: Read | None = None) -> Request:
    """The request that the options amount to; what is wrong with them is in its `problems`."""
    house = home()
    found = [
        *unknown("--audience", "audience", [given["audience"]], AUDIENCES),
        *_numbers(given),
        *elsewhere(given),
    ]
    try:
        wanted = replace(wanted, text=_text(given.get("texts", ()), read))
    except Refused as refusal:
        found += refusal.problems
        wanted = replace(wanted, areas=tuple(a for a in wanted.areas if a != AREA))
    engine, problems, _ = chosen(given)
    found += problems
    if given["out"] and is_url(given["out"]):
        found += reached(place(given["out"]))
    standard = house / "reports"
    if given["audience"] == "internal":
        standard /= "internal"
    return Request(
        house=house,
        data=Path(given["data"]).absolute() if given["data"] else house / "data",
        out=place(given["out"]) if given["out"] else standard,
        wanted=wanted,
        slots=_processors() if found or given["jobs"] is None else int(given["jobs"]),
        engine=engine,
        timeout=LIMIT if found or given["timeout"] is None else float(given["timeout"]),
        fresh=given["fresh"],
        audience=given["audience"],
        scheduler=given["scheduler"] or "",
        problems=tuple(found),
    )


def _numbers(given: Mapping[str, Any]) -> Iterator[Problem]:
    jobs, timeout = given["jobs"], given["timeout"]
    if jobs is not None and not WHOLE.fullmatch(jobs):
        zh = ("要一个从 1 起的整数", "例如 2")
        en = ("must be a whole number from 1 up", "for example 2")
        yield problem(("--jobs", 0, "", jobs), "wrong-type", zh, en)
    if timeout is not None and not (SECONDS.fullmatch(timeout) and float(timeout) > 0):
        zh = ("要一个大于 0 的秒数", "例如 600")
        en = ("must be a number of seconds above 0", "for example 600")
        yield problem(("--timeout", 0, "", timeout), "wrong-type", zh, en)


def _text(paths: Sequence[str], read: Read | None) -> Text | None:
    """The text named, read; Refused where there are several, or one that cannot be read."""
    if len(paths) > 1:
        zh = ("一次只能核对一篇文稿", "每篇文稿各运行一次，用 --out 分开存放")
        en = ("one text at a time", "run once for each, with --out to keep them apart")
        raise Refused([problem(("--text", 0, "", path), "usage", zh, en) for path in paths[1:]])
    if not paths or read is None:
        return None
    path = Path(paths[0]).absolute()
    found = read(path)
    if isinstance(found, Problem):
        raise Refused([found])
    return Text(str(path), *found)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):  # a container may be allowed fewer than there are
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def signals() -> Iterator[list[int]]:
    """The signals that asked the run to stop, as they come; a second one ends it at once."""
    caught: list[int] = []
    names = [signal.SIGINT, signal.SIGTERM]
    before = {name: signal.getsignal(name) for name in names}

    def note(number: int, _frame: object) -> None:
        caught.append(number)
        signal.signal(number, before[number])

    for name in names:
        signal.signal(name, note)
    try:
        yield caught
    finally:
        for name in names:
            signal.signal(name, before[name])


def _write_down(out: Path, entry: Entry, detail: str) -> None:
    """Keep the traceback for whoever mends the notebook; it is not part of the edition."""
    path = log_path(out, entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(detail + "\n", encoding="utf-8")


def log_path(out: Path, entry: Entry) -> Path:
    """Where the traceback of a failed report is kept."""
    return out / PRIVATE / "failed" / (entry.job.path.replace("/", "-") + ".txt")


def _said(
    edition: Edition, lang: str, given: Mapping[str, Any], beforehand: str
) -> tuple[str, str]:
    """What a run that comes to `edition` says on stdout and stderr."""
    out, err = io.StringIO(), io.StringIO(beforehand)
    err.seek(0, io.SEEK_END)
    with redirect_stdout(out), redirect_stderr(err):
        _tell(edition, (), lang, given)
    return out.getvalue(), err.getvalue()


def _tell(
    edition: Edition, warnings: Sequence[tuple[str, str]], lang: str, given: Mapping[str, Any]
) -> None:
    """The findings on stdout (as JSON if asked for), what is wrong on stderr."""
    if given["as_json"]:
        value = {
            "reports": [asdict(entry) for entry in edition.entries],
            "portal": str(edition.portal),
            "seconds": round(edition.seconds, 2),
            "stopped": edition.stopped,
            "left": list(edition.left),
            "moved": edition.moved,
            "warnings": [{"path": path, "text": text} for path, text in warnings],
            "problems": [],
        }
        print_json(value)
    _complain(edition, warnings, lang, sys.stderr)
    if given["quiet"] or given["as_json"]:
        return
    print(say("counts", lang, seconds=edition.seconds, **counts(edition.entries)))
    if edition.portal.is_file():
        print(say("way_in", lang, path=edition.portal))


def _complain(
    edition: Edition, warnings: Sequence[tuple[str, str]], lang: str, stream: TextIO
) -> None:
    lines = [
        say("warned", lang, path=path, text=" ".join(text.split())[:200]) for path, text in warnings
    ]
    for entry in edition.entries:
        if entry.status == "failed":
            log = log_path(edition.portal.parent, entry)
            reason = entry.reason_zh if lang == "zh" else entry.reason
            kept = say("kept" if entry.sha256 else "none_kept", lang)
            lines.append(say("failed", lang, path=entry.job.path, reason=reason, remedy=kept))
            if log.is_file():
                lines.append(say("log", lang, path=log))
    kept = [entry for entry in edition.entries if entry.status == "unchanged" and entry.reason]
    reasons = [entry.reason_zh if lang == "zh" else entry.reason for entry in kept]
    lines += [f"{one.path}: {why}" for one, why in zip(kept, reasons, strict=True)]
    lines += [say("left", lang, path=path) for path in edition.left]
    if edition.portal_failure:
        lines.append(say("portal_failed", lang, reason=edition.portal_failure))
    if edition.moved:
        lines.append(say("moved", lang))
    if edition.stopped:
        lines.append(say("stopped", lang))
    for line in lines:
        print(line, file=stream)
