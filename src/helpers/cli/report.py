"""`halfsky report`: from options to a request, from an edition to words."""

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from helpers.cli.messages import say
from helpers.cli.options import data_option, json_option, text_option, verb
from helpers.cli.output import DONE, FAILED, print_json
from helpers.cli.progress import Progress
from helpers.data.known import unknown
from helpers.data.problems import Problem, problem
from helpers.paths import home
from helpers.reports.plan import AUDIT, Catalogue, Extra, Wanted
from helpers.reports.request import MEMORY, TIMEOUT, Request

if TYPE_CHECKING:
    from helpers.reports.ledger import Entry
    from helpers.reports.run import Edition

__all__ = ["HELP", "command"]

AUDIENCES = ("public", "internal")
WHOLE = re.compile(r"[1-9][0-9]{0,3}")
SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")
MEGABYTES = re.compile(r"[1-9][0-9]{1,6}")
ADDRESS = re.compile(r"(tcp|tls|ws|wss)://[^\s/]+:[0-9]{1,5}")
HELP = {
    "report": (
        "生成报告。不写工作领域，就是全部。",
        "Build reports; all areas of work where none is named.",
    ),
    "region": (
        "地区的代码或名称，可重复。",
        "Region, by code or name; repeatable.",
    ),
    "period": (
        "时期的代码或名称，可重复。",
        "Period, by code or name; repeatable.",
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
        "输出文件夹（默认：项目的 reports/；内部版为 reports/internal/）。",
        "Output folder (default: the project's reports/, internal ones reports/internal/).",
    ),
    "jobs": (
        "同时运行几份（默认：处理器个数）。",
        "How many at a time (default: the number of processors).",
    ),
    "scheduler": (
        "由这个 Dask 调度器的工作机来生成，例如 tcp://10.0.0.1:8786。",
        "Let the workers of this Dask scheduler build, for example tcp://10.0.0.1:8786.",
    ),
    "timeout": (
        "每份报告最多几秒（默认 600）。",
        "Most seconds a report may take (default 600).",
    ),
    "memory": (
        "每份报告最多占用多少 MB 内存（默认 2048）。",
        "Most megabytes of memory a report may take (default 2048).",
    ),
    "accept_shrink": (
        "数据行数或报告中的数字比上一次少，也照常生成。",
        "Go on though tables or pages have lost rows or figures since the last edition.",
    ),
    "notebooks": (
        "把这个自己的笔记本生成报告；不写地区和时期，就用数字最多的。",
        "Build this notebook of your own as a report; region and period default to those with "
        "most figures.",
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
@text_option("--notebook", "notebooks", metavar="FILE", multiple=True)
@data_option
@text_option("--out", metavar="DIR")
@text_option("--jobs", metavar="N")
@text_option("--scheduler", metavar="ADDRESS")
@text_option("--timeout", metavar="SECONDS")
@text_option("--memory", metavar="MB")
@text_option("--audience", default="public")
@click.option("--fresh", is_flag=True)
@click.option("--accept-shrink", is_flag=True)
@click.option("--quiet", is_flag=True)
@json_option
def command(messages: str, /, areas: tuple[str, ...], **given: Any) -> int:
    """Exit code 0 where all was built, 1 where some failed; refusals are the caller's to tell."""
    from helpers.reports.build import make
    from helpers.reports.run import Hooks

    wanted = Wanted(areas, given["region"], given["period"], given["langs"])
    request = read_request(wanted, given)
    progress = Progress(sys.stderr, messages) if not given["quiet"] else None
    warnings: list[tuple[str, str]] = []

    def finished(entry: "Entry", outcome: Any) -> None:
        warnings.extend((entry.path, text) for text in outcome.warnings)
        if progress:
            progress.finished(entry)
        if outcome.failure and outcome.failure.detail:
            _write_down(log_path(request, entry), outcome.failure.detail)

    def noticed(found: Problem) -> None:
        print(found.line(messages), file=sys.stderr, flush=True)

    with ended_by_signals() as caught:
        hooks = Hooks(finished=finished, noticed=noticed)
        if progress:
            hooks = Hooks(progress.planned, progress.started, finished, noticed)
        try:
            edition = make(request, hooks)
        finally:
            if progress:
                progress.close()
    _tell(request, edition, warnings, messages, given)
    if edition.stopped:
        return 128 + (caught[0] if caught else signal.SIGINT)
    return DONE if all(map(_is_well, edition.entries)) and not edition.index_failure else FAILED


def _is_well(entry: "Entry") -> bool:
    """Whether a report is there as it was asked for, or there is nothing to report."""
    return entry.status != "failed" and not _is_held_back(entry)


def _is_held_back(entry: "Entry") -> bool:
    """Whether a page was made and is withheld, because it has lost most of its figures."""
    return entry.status == "withheld" and bool(entry.sha256)


def read_request(wanted: Wanted, given: Mapping[str, Any]) -> Request:
    """The request that the options amount to; what is wrong with them is in its `problems`."""
    house = home()
    found = [*unknown("--audience", "audience", [given["audience"]], AUDIENCES), *_wrong(given)]
    extra = _extra(given)
    if isinstance(extra, Problem):
        found.append(extra)
        wanted = Wanted(*_without_audit(wanted))
    elif extra is not None:
        wanted = Wanted(wanted.areas, wanted.regions, wanted.periods, wanted.langs, extra)
    standard = house / "reports"
    if given["audience"] == "internal":
        standard /= "internal"
    return Request(
        house=house,
        data=Path(given["data"]).absolute() if given["data"] else house / "data",
        out=Path(given["out"]).absolute() if given["out"] else standard,
        wanted=wanted,
        slots=_processors() if found or given["jobs"] is None else int(given["jobs"]),
        timeout=TIMEOUT if found or given["timeout"] is None else float(given["timeout"]),
        memory=MEMORY if found or given["memory"] is None else int(given["memory"]),
        fresh=given["fresh"],
        audience=given["audience"],
        scheduler=given["scheduler"] or "",
        accept_shrink=given["accept_shrink"],
        problems=tuple(found),
    )


def _without_audit(wanted: Wanted) -> Iterator[tuple[str, ...]]:
    """What is asked for, without the audit of a text that cannot be read."""
    yield tuple(area for area in wanted.areas if area != AUDIT)
    yield from (wanted.regions, wanted.periods, wanted.langs)


def _wrong(given: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with options, each by itself or with another one."""
    jobs, timeout, memory = given["jobs"], given["timeout"], given["memory"]
    if jobs is not None and not WHOLE.fullmatch(jobs):
        zh = ("要一个从 1 起的整数", "例如 2")
        en = ("must be a whole number from 1 up", "for example 2")
        yield problem(("--jobs", 0, "", jobs), "wrong-type", zh, en)
    if timeout is not None and not (SECONDS.fullmatch(timeout) and float(timeout) > 0):
        zh = ("要一个大于 0 的秒数", "例如 600")
        en = ("must be a number of seconds above 0", "for example 600")
        yield problem(("--timeout", 0, "", timeout), "wrong-type", zh, en)
    if memory is not None and not MEGABYTES.fullmatch(memory):
        zh = ("要一个从 10 起的整数，单位 MB", "例如 2048")
        en = ("must be a whole number of megabytes from 10 up", "for example 2048")
        yield problem(("--memory", 0, "", memory), "wrong-type", zh, en)
    if given["out"] and "://" in given["out"]:
        zh = ("只能写到本机的文件夹", "先写到文件夹，再用 rclone sync 之类的工具发布")
        en = ("reports go to a folder", "build into one, then publish it, with rclone sync say")
        yield problem(("--out", 0, "", given["out"]), "not-a-folder", zh, en)
    scheduler = given["scheduler"]
    if scheduler is not None and not ADDRESS.fullmatch(scheduler):
        zh = ("不是调度器的地址", "写成 tcp://主机:端口，或 tls://主机:端口")
        en = ("no address of a scheduler", "write tcp://HOST:PORT, or tls://HOST:PORT")
        yield problem(("--scheduler", 0, "", scheduler), "wrong-type", zh, en)
    if scheduler and jobs:
        zh = ("同时运行几份由各工作机的线程数决定", "去掉 --jobs，在 dask worker 上用 --nthreads")
        en = (
            "the workers' threads say how many run at a time",
            "leave out --jobs; use --nthreads of dask worker",
        )
        yield problem(("--jobs", 0, "", jobs), "usage", zh, en)


def _extra(given: Mapping[str, Any]) -> Extra | Problem | None:
    """The text to audit or the notebook of one's own, or what is wrong with it."""
    named = [("--text", path) for path in given["texts"]]
    named += [("--notebook", path) for path in given["notebooks"]]
    if len(named) > 1:
        zh = ("一次只能有一篇文稿或一个笔记本", "各运行一次，用 --out 分开存放")
        en = ("one text or notebook at a time", "run once for each, with --out to keep them apart")
        return problem((named[1][0], 0, "", named[1][1]), "usage", zh, en)
    if not named:
        return None
    option, path = named[0][0], Path(named[0][1]).absolute()
    if option == "--notebook":
        return _notebook(path)
    return _text(path)


def _text(path: Path) -> Extra | Problem:
    from helpers.audit.text.manuscript import NoManuscript, read_manuscript
    from helpers.audit.text.subject import Covered, find_subject

    try:
        text = read_manuscript(path)
    except NoManuscript as reason:
        return problem(("--text", 0, "", str(path)), "no-text", reason.zh, reason.en)

    def where(plan: Catalogue, region: str, period: str) -> tuple[str, str]:
        sizes = {(one, other): count for one, other, count in plan.sizes}
        data = Covered(plan.regions, plan.periods, sizes, plan.others)
        home = find_subject(text.text, data, region, period)
        return data.fullest(home.region, home.period)

    return Extra(AUDIT, text.name, text.sha256, text=path, where=where)


def _notebook(path: Path) -> Extra | Problem:
    from helpers.reports.inputs import file_hash
    from helpers.reports.plan import is_safe

    if path.suffix != ".ipynb" or not path.is_file():
        zh, en = ("没有这个笔记本", "检查路径"), ("there is no such notebook", "check the path")
        return problem(("--notebook", 0, "", str(path)), "no-notebook", zh, en)
    if not is_safe(path.stem):
        zh = ("这个名字不能用作报告的文件名", "只用字母、数字、汉字、连字符和下划线")
        en = ("this name cannot be that of a report", "use letters, digits, hyphens, underscores")
        return problem(("--notebook", 0, "", path.name), "unsafe-code", zh, en)
    # a copy to play with has the name of an area: its page stands beside the area's own
    name = f"work-{path.stem}" if path.absolute().parent.name == "work" else path.stem
    return Extra(name, path.name, file_hash(path), notebook=path)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):  # a container may be allowed fewer than there are
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def ended_by_signals() -> Iterator[list[int]]:
    """Let a request to end (SIGTERM) do what Ctrl-C does; the signals that came."""
    caught: list[int] = []

    def interrupt(number: int, _frame: object) -> None:
        caught.append(number)
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, interrupt)
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def log_path(request: Request, entry: "Entry") -> Path:
    """Where the traceback of a failed report is kept: with the project, not with the reports."""
    return request.house / ".halfsky" / "failed" / (entry.job.path.replace("/", "-") + ".txt")


def _write_down(path: Path, detail: str) -> None:
    """Keep a traceback for whoever mends the notebook; a project may be there to read only."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(detail + "\n", encoding="utf-8")


def _tell(
    request: Request,
    edition: "Edition",
    warnings: Sequence[tuple[str, str]],
    lang: str,
    given: Mapping[str, Any],
) -> None:
    """The findings on stdout (as JSON if asked for), what is wrong on stderr."""
    from helpers.reports.ledger import counts

    for line in _complaints(request, edition, warnings, lang):
        print(line, file=sys.stderr)
    if given["as_json"]:
        value = {
            "reports": [asdict(entry) for entry in edition.entries],
            "index": str(edition.index),
            "seconds": round(edition.seconds, 2),
            "stopped": edition.stopped,
            "left": list(edition.left),
            "moved": edition.moved,
            "warnings": [{"path": path, "text": text} for path, text in warnings],
            "problems": [cell.as_dict(lang) for one in edition.warnings for cell in one.each],
        }
        print_json(value)
    elif not given["quiet"]:
        print(say("counts", lang, seconds=edition.seconds, **counts(edition.entries)))
        if edition.index.is_file():
            print(say("way_in", lang, path=edition.index))


def _complaints(
    request: Request, edition: "Edition", warnings: Sequence[tuple[str, str]], lang: str
) -> Iterator[str]:
    """What is wrong, a line each: about the data, about reports, about the run."""
    yield from (say("data_warning", lang, line=found.line(lang)) for found in edition.warnings)
    for path, text in warnings:
        yield say("warned", lang, path=path, text=" ".join(text.split()))
    for entry in edition.entries:
        reason = entry.reason_zh if lang == "zh" else entry.reason
        if not _is_well(entry):
            kept = say("kept" if entry.sha256 else "none_kept", lang)
            name = "held_back" if _is_held_back(entry) else "failed"
            yield say(name, lang, path=entry.job.path, reason=reason, remedy=kept)
            if entry.status == "failed" and (log := log_path(request, entry)).is_file():
                yield say("log", lang, path=log)
        elif entry.status == "unchanged" and entry.reason:
            yield f"{entry.path}: {reason}"
    yield from (say("left", lang, path=path) for path in edition.left)
    if edition.index_failure:
        yield say("index_failed", lang, reason=edition.index_failure)
    if edition.moved:
        yield say("moved", lang)
    if edition.stopped:
        yield say("stopped", lang)
