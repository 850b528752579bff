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

from helpers.cli.output import DONE, FAILED, Progress, print_json, say, write_file, wrong_out
from helpers.data.known import unknown
from helpers.data.problems import DataRefused, Problem, Refused, problem
from helpers.paths import home
from helpers.reports.inputs import file_hash
from helpers.reports.messages import wrong
from helpers.reports.plan import (
    AUDIT,
    MEMORY,
    TIMEOUT,
    Catalogue,
    Extra,
    Request,
    Wanted,
    is_safe,
)

if TYPE_CHECKING:
    from helpers.reports.ledger import Entry
    from helpers.reports.run import Edition

AUDIENCES = ("public", "internal")
FORMATS = ("html", "pdf", "docx")  # the page is always built: the others are made from it
# option -> what its value must look like; what is said of one that does not is wrong-OPTION
FORMS = {
    "jobs": r"[1-9][0-9]{0,3}",
    "timeout": r"(?!0+(\.0+)?$)[0-9]{1,6}(\.[0-9]{1,3})?",
    "memory": r"[1-9][0-9]{1,6}",
    "scheduler": r"(tcp|tls|ws|wss)://[^\s/]+:[0-9]{1,5}",
    "out": r"(?s)(?!.*://).*",
}


def report(messages: str, /, **given: Any) -> int:
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
        hooks = Hooks(planned=progress.planned, finished=finished, made=progress.made,
                      noticed=noticed)  # fmt: skip
        edition = make(request, hooks)
    if given["notice"]:
        write_file(given["notice"], of_edition(edition, messages))
    for line in _complaints(request, edition, warnings, messages):
        print(line, file=sys.stderr)
    _tell(edition, warnings, messages, given)
    if edition.stopped:
        return 128 + (caught[0] if caught else signal.SIGINT)
    lost = any(entry.is_lost for entry in edition.entries)
    return FAILED if lost or edition.unmade or edition.index_failure else DONE


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


def read_request(given: Mapping[str, Any]) -> Request:
    """The request that the options amount to; what is wrong with them is in its `problems`."""
    house, found, extra = home(), list(_wrong(given)), _extra(given)
    areas = given["areas"]
    if isinstance(extra, Problem):  # the audit of a text that cannot be read is not asked for
        found.append(extra)
        areas, extra = tuple(area for area in areas if area != AUDIT), None
    standard = house / "reports" / ("internal" if given["audience"] == "internal" else "")
    numbers = {} if found else {name: float(given[name]) for name in ("jobs", "timeout", "memory")
                                if given[name]}  # fmt: skip
    return Request(
        house=house,
        data=Path(given["data"]).absolute() if given["data"] else house / "data",
        out=Path(given["out"]).absolute() if given["out"] else standard,
        wanted=Wanted(areas, given["region"], given["period"], given["langs"], extra),
        slots=int(numbers.get("jobs", _processors())),
        timeout=numbers.get("timeout", TIMEOUT),
        memory=int(numbers.get("memory", MEMORY)),
        fresh=given["fresh"],
        audience=given["audience"],
        scheduler=given["scheduler"] or "",
        accept_shrink=given["accept_shrink"],
        formats=given["formats"],
        problems=tuple(found),
    )


def _wrong(given: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with options, each by itself or with another one."""
    yield from unknown("--audience", "audience", [given["audience"]], AUDIENCES)
    yield from unknown("--format", "format", given["formats"], FORMATS)
    if "pdf" in given["formats"]:
        from helpers.reports.formats.pdf import VARIABLE, find_chromium

        if not find_chromium():
            named = os.environ.get(VARIABLE, "pdf")
            yield wrong("--format", "no-chromium", named, variable=VARIABLE)
    yield from wrong_out(given["notice"])
    for name, form in FORMS.items():
        if given[name] is not None and not re.fullmatch(form, given[name]):
            yield wrong(f"--{name}", f"wrong-{name}", given[name])
    if given["scheduler"] and given["jobs"]:
        yield wrong("--jobs", "no-jobs", given["jobs"])


def _extra(given: Mapping[str, Any]) -> Extra | Problem | None:
    """The text to audit or the notebook of one's own, or what is wrong with it."""
    named = [("--text", path) for path in given["texts"]]
    named += [("--notebook", path) for path in given["notebooks"]]
    if len(named) > 1:
        return wrong(named[1][0], "one-extra", named[1][1])
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
    if path.suffix != ".ipynb" or not path.is_file():
        return wrong("--notebook", "no-notebook", str(path))
    if not is_safe(path.stem):
        return wrong("--notebook", "unsafe-notebook", path.name)
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
        if entry.is_lost:
            kept = say("kept" if entry.sha256 else "none_kept", lang)
            name = "held_back" if entry.status == "withheld" else "failed"
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
