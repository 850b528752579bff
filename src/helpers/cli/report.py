"""`halfsky report`: from options to a request, from an edition to words."""

import os
import re
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from helpers.cli.options import data_option, json_option, text_option, verb
from helpers.cli.output import DONE, FAILED, Progress, print_json, say, write_file, wrong_out
from helpers.data.known import unknown
from helpers.data.problems import DataRefused, Problem, Refused, problem
from helpers.paths import home
from helpers.reports.plan import AUDIT, MEMORY, TIMEOUT, Catalogue, Extra, Request, Wanted

if TYPE_CHECKING:
    from helpers.reports.ledger import Entry
    from helpers.reports.run import Edition

__all__ = ["HELP", "command"]

AUDIENCES = ("public", "internal")
FORMATS = ("html", "pdf", "docx")  # the page is always built: the others are made from it
HELP = {
    "report": ("生成报告。不写工作领域，就是全部。",
               "Build reports; all areas of work where none is named."),
    "region": ("地区的代码或名称，可重复。", "Region, by code or name; repeatable."),
    "period": ("时期的代码或名称，可重复。", "Period, by code or name; repeatable."),
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
    "jobs": ("同时运行几份（默认：处理器个数）。",
             "How many at a time (default: the number of processors)."),
    "scheduler": (
        "由这个 Dask 调度器的工作机来生成，例如 tcp://10.0.0.1:8786。",
        "Let the workers of this Dask scheduler build, for example tcp://10.0.0.1:8786.",
    ),
    "timeout": ("每份报告最多几秒（默认 600）。", "Most seconds a report may take (default 600)."),
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
    "formats": (
        "另出 pdf 或 docx（网页 html 总是生成），可重复；不写工作领域时，pdf 另出全册。",
        "pdf or docx beside the page (html), which is always built; repeatable. Without areas, "
        "pdf is also that of the whole edition.",
    ),
    "fresh": ("全部重新生成，不用上次的结果。", "Build everything anew."),
    "audience": (
        "读者：public 对外（默认），internal 内部（可展开代码）。",
        "Readers: public (default) or internal (code folded away).",
    ),
    "notice": ("把这次运行的结果另写成一段短文：生成了什么，失败了什么，与上一版相比变了什么。",
               "Write what came of it as a short text too: what was built, failed and changed."),
    "quiet": ("不显示进度。", "No progress."),
}  # fmt: skip
# option -> what its value must look like, and what is said of one that does not
FORMS = {
    "jobs": (r"[1-9][0-9]{0,3}", ("要一个从 1 起的整数", "例如 2"),
             ("must be a whole number from 1 up", "for example 2")),
    "timeout": (r"(?!0+(\.0+)?$)[0-9]{1,6}(\.[0-9]{1,3})?", ("要一个大于 0 的秒数", "例如 600"),
                ("must be a number of seconds above 0", "for example 600")),
    "memory": (r"[1-9][0-9]{1,6}", ("要一个从 10 起的整数，单位 MB", "例如 2048"),
               ("must be a whole number of megabytes from 10 up", "for example 2048")),
    "scheduler": (r"(tcp|tls|ws|wss)://[^\s/]+:[0-9]{1,5}",
                  ("不是调度器的地址", "写成 tcp://主机:端口，或 tls://主机:端口"),
                  ("no address of a scheduler", "write tcp://HOST:PORT, or tls://HOST:PORT")),
    "out": (r"(?s)(?!.*://).*",
            ("只能写到本机的文件夹", "先写到文件夹，再用 rclone sync 之类的工具发布"),
            ("reports go to a folder", "build into one, then publish it, with rclone sync say")),
}  # fmt: skip


@verb("report")
@click.argument("areas", nargs=-1, metavar="[AREA]...")
@text_option("--region", multiple=True)
@text_option("--period", multiple=True)
@text_option("--lang", "langs", multiple=True)
@text_option("--text", "texts", metavar="FILE", multiple=True)
@text_option("--notebook", "notebooks", metavar="FILE", multiple=True)
@data_option
@text_option("--out", metavar="DIR")
@text_option("--format", "formats", multiple=True)
@text_option("--jobs", metavar="N")
@text_option("--scheduler", metavar="ADDRESS")
@text_option("--timeout", metavar="SECONDS")
@text_option("--memory", metavar="MB")
@text_option("--audience", default="public")
@text_option("--notice", metavar="FILE")
@click.option("--fresh", is_flag=True)
@click.option("--accept-shrink", is_flag=True)
@click.option("--quiet", is_flag=True)
@json_option
def command(messages: str, /, **given: Any) -> int:
    """Exit code 0 where all was built, 1 where some failed; refusals are the caller's to tell."""
    from helpers.reports.build import make
    from helpers.reports.notice import of_edition
    from helpers.reports.run import Hooks

    request = read_request(given)
    progress = Progress(None if given["quiet"] else sys.stderr, messages)
    warnings: list[tuple[str, str]] = []

    def finished(entry: "Entry", outcome: Any) -> None:
        warnings.extend((entry.path, text) for text in outcome.warnings)
        progress.finished(entry)
        if outcome.failure and outcome.failure.detail:
            _write_down(log_path(request, entry), outcome.failure.detail)

    def noticed(found: Problem) -> None:
        print(found.line(messages), file=sys.stderr, flush=True)

    with ended_by_signals() as caught, _refusals_noticed(given["notice"], messages):
        try:
            edition = make(request, Hooks(progress.planned, progress.started, finished,
                                          progress.made, noticed))  # fmt: skip
        finally:
            progress.close()
    if given["notice"]:
        write_file(given["notice"], of_edition(edition, messages))
    for line in _complaints(request, edition, warnings, messages):
        print(line, file=sys.stderr)
    _tell(edition, warnings, messages, given)
    if edition.stopped:
        return 128 + (caught[0] if caught else signal.SIGINT)
    well = all(map(_is_well, edition.entries)) and not edition.unmade
    return DONE if well and not edition.index_failure else FAILED


@contextmanager
def _refusals_noticed(path: str | None, lang: str) -> Iterator[None]:
    """Say in the notice, too, why nothing is built."""
    try:
        yield
    except (Refused, DataRefused) as refused:
        if path and not any(wrong_out(path)):
            from helpers.reports.notice import of_refusal

            write_file(path, of_refusal(refused.problems, lang))
        raise


def _is_well(entry: "Entry") -> bool:
    """Whether a report is there as it was asked for, or there is nothing to report."""
    return entry.status != "failed" and not _is_held_back(entry)


def _is_held_back(entry: "Entry") -> bool:
    """Whether a page was made and is withheld, because it has lost most of its figures."""
    return entry.status == "withheld" and bool(entry.sha256)


def read_request(given: Mapping[str, Any]) -> Request:
    """The request that the options amount to; what is wrong with them is in its `problems`."""
    house, found, extra = home(), list(_wrong(given)), _extra(given)
    areas = given["areas"]
    if isinstance(extra, Problem):  # the audit of a text that cannot be read is not asked for
        found.append(extra)
        areas, extra = tuple(area for area in areas if area != AUDIT), None
    standard = house / "reports" / ("internal" if given["audience"] == "internal" else "")
    numbers = {"slots": ("jobs", int, _processors()), "timeout": ("timeout", float, TIMEOUT),
               "memory": ("memory", int, MEMORY)}  # fmt: skip
    return Request(
        house=house,
        data=Path(given["data"]).absolute() if given["data"] else house / "data",
        out=Path(given["out"]).absolute() if given["out"] else standard,
        wanted=Wanted(areas, given["region"], given["period"], given["langs"], extra),
        fresh=given["fresh"],
        audience=given["audience"],
        scheduler=given["scheduler"] or "",
        accept_shrink=given["accept_shrink"],
        formats=given["formats"],
        problems=tuple(found),
        **{name: standard if found or given[option] is None else kind(given[option])
           for name, (option, kind, standard) in numbers.items()},
    )  # fmt: skip


def _wrong(given: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with options, each by itself or with another one."""
    yield from unknown("--audience", "audience", [given["audience"]], AUDIENCES)
    yield from unknown("--format", "format", given["formats"], FORMATS)
    if "pdf" in given["formats"]:
        from helpers.reports.formats.pdf import VARIABLE, find_chromium

        if not find_chromium():
            zh = (
                "没有找到 Chromium、Chrome 或 Edge，无法生成 PDF",
                f"装一个，或把 {VARIABLE} 设为它的命令；也可在浏览器中打开报告，打印成 PDF",
            )
            en = (
                "no Chromium, Chrome or Edge was found, which prints the PDF",
                f"install one, or set {VARIABLE} to its command; a page also prints from a browser",
            )
            value = os.environ.get(VARIABLE, "pdf")
            yield problem(("--format", 0, "", value), "no-chromium", zh, en)
    yield from wrong_out(given["notice"])
    for name, (form, zh, en) in FORMS.items():
        value = given[name]
        if value is not None and not re.fullmatch(form, value):
            yield problem((f"--{name}", 0, "", value), "wrong-type", zh, en)
    if given["scheduler"] and given["jobs"]:
        zh = ("同时运行几份由各工作机的线程数决定", "去掉 --jobs，在 dask worker 上用 --nthreads")
        en = ("the workers' threads say how many run at a time",
              "leave out --jobs; use --nthreads of dask worker")  # fmt: skip
        yield problem(("--jobs", 0, "", given["jobs"]), "usage", zh, en)


def _extra(given: Mapping[str, Any]) -> Extra | Problem | None:
    """The text to audit or the notebook of one's own, or what is wrong with it."""
    named = [("--text", path) for path in given["texts"]]
    named += [("--notebook", path) for path in given["notebooks"]]
    if len(named) > 1:
        zh = ("一次只能有一篇文稿或一个笔记本", "各运行一次，用 --out 分开存放")
        en = ("one text or notebook at a time", "run once for each, with --out to keep them apart")
        return problem((named[1][0], 0, "", named[1][1]), "usage", zh, en)
    for option, path in named:
        return (_notebook if option == "--notebook" else _text)(Path(path).absolute())
    return None


def _text(path: Path) -> Extra | Problem:
    from helpers.audit.text.manuscript import NoManuscript, read_manuscript
    from helpers.audit.text.scope import Covered, find_subject

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
    name = f"work-{path.stem}" if path.parent.name == "work" else path.stem
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

    before = {n: signal.signal(n, interrupt) for n in (signal.SIGINT, signal.SIGTERM)}
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
    edition: "Edition", warnings: Sequence[tuple[str, str]], lang: str, given: Mapping[str, Any]
) -> None:
    """The findings on stdout, as JSON if asked for."""
    from helpers.reports.ledger import counts

    if given["as_json"]:
        print_json({
            "reports": [asdict(entry) for entry in edition.entries],
            "files": list(edition.files),
            "unmade": [asdict(one) for one in edition.unmade],
            "index": str(edition.index),
            "seconds": round(edition.seconds, 2),
            "stopped": edition.stopped,
            "left": list(edition.left),
            "moved": edition.moved,
            "warnings": [{"path": path, "text": text} for path, text in warnings],
            "problems": [cell.as_dict(lang) for one in edition.warnings for cell in one.each],
        })  # fmt: skip
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
    for one in edition.unmade:
        reason = one.reason_zh if lang == "zh" else one.reason
        yield say("failed", lang, path=one.path, reason=reason, remedy=say("page_kept", lang))
    yield from (say("left", lang, path=path) for path in edition.left)
    if edition.index_failure:
        yield say("index_failed", lang, reason=edition.index_failure)
    yield from (say(name, lang) for name in ("moved", "stopped") if getattr(edition, name))
