"""Which further forms of the reports there are, which are out of date, and what became of them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from helpers.files import write_atomic
from helpers.reports import inputs
from helpers.reports.execute import Failure, failed
from helpers.reports.publish import withdraw
from helpers.reports.run import Run, Unmade

__all__ = ["bring_up_to_date"]

PAGE, PDF, WORD = "html", "pdf", "docx"
HERE = Path(__file__).parent
STYLES = ("word.py", "faces.csv")  # of `drafting`: what Word files look like


@dataclass(frozen=True, slots=True)
class _File:
    """A file to be: where, from which pages (by area), the hash of what it is made from."""

    path: str
    pages: Mapping[str, str]
    made_from: str
    asked: bool


def bring_up_to_date(run: Run) -> tuple[Unmade, ...]:
    """Make the files that were asked for and do not stand; what did not come about.

    A file that stands for a page that is no longer there is taken back, so that nobody sends
    yesterday's figures: it is made again when it is asked for.
    """
    files = {file.path: file for file in _files(run)}
    for path in [path for path in run.files if path not in files]:
        _take_back(run, path)
    todo = []
    for path, file in files.items():
        record = run.files.get(path, {})
        stands = record.get("made_from") == file.made_from
        stands = stands and run.state.hash(path, run.request.out / path) == record["sha256"]
        if file.asked and (run.request.fresh or not stands):
            todo.append(file)
        elif record and not stands:
            _take_back(run, path)
    return tuple(_make(run, todo)) if todo else ()


def _take_back(run: Run, path: str) -> None:
    withdraw(run.request.out / path, run.files.pop(path)["sha256"])
    run.state.forget(path)


def _files(run: Run) -> Iterator[_File]:
    """All files there could be, of the reports that stand and of their editions."""
    formats, whole = run.request.formats, not run.request.wanted.areas
    order = {area: at for at, area in enumerate(run.prepared.plan.areas)}
    code, editions = _code(), {}
    for job in sorted(run.entries, key=lambda job: (order.get(job.area, len(order)), job)):
        entry = run.entries[job]
        if not entry.sha256:
            continue
        asked = job in run.done
        for kind in (PDF, WORD):
            path, key = job.path.removesuffix(PAGE) + kind, inputs.digest([code, entry.sha256])
            yield _File(path, {job.area: job.path}, key, asked and kind in formats)
        if not entry.text and not entry.notebook:
            edition = f"{job.lang}/{job.region}/{job.period}.{PDF}"
            editions.setdefault(edition, []).append((entry, asked and whole and PDF in formats))
    for path, found in editions.items():
        if len(found) > 1:
            pages = {entry.area: entry.job.path for entry, _ in found}
            key = inputs.digest([code, [entry.sha256 for entry, _ in found]])
            yield _File(path, pages, key, any(asked for _, asked in found))


def _code() -> str:
    """The hash of the program that shapes the files, beside what shapes the pages."""
    drafting = [inputs.PACKAGE / "drafting" / name for name in STYLES]
    found = [*(path for path in HERE.iterdir() if path.suffix in (".py", ".css")), *drafting]
    return inputs.digest({path.name: inputs.file_hash(path) for path in sorted(found)})


def _make(run: Run, todo: list[_File]) -> Iterator[Unmade]:
    """Make files side by side, enter those that came about; the others."""
    run.hooks.planned(len(todo))
    with ThreadPoolExecutor(run.request.slots) as pool:
        futures = {pool.submit(_made, run.request.out, file): file for file in todo}
        try:
            for future in as_completed(futures):
                file, (seconds, found) = futures[future], future.result()
                run.hooks.made(file.path, seconds, not isinstance(found, Failure))
                if isinstance(found, Failure):
                    if run.files.get(file.path, {}).get("made_from") not in (None, file.made_from):
                        _take_back(run, file.path)  # of an earlier page
                    yield Unmade(file.path, found.reason, found.reason_zh)
                else:
                    run.files[file.path] = {"sha256": found, "made_from": file.made_from}
                    run.save()
        finally:
            pool.shutdown(cancel_futures=True)


def _made(out: Path, file: _File) -> tuple[float, str | Failure]:
    """The seconds that a file took, and its hash or why it did not come about."""
    start = time.monotonic()
    try:
        found = write_atomic(out / file.path, _content(out, file))
    except OSError as error:
        found = failed("unwritten", error)
    except Exception as error:  # of one file: the others go on
        found = getattr(error, "failure", None) or Failure(
            *[f"{type(error).__name__}: {error}"] * 2
        )
    return time.monotonic() - start, found


def _content(out: Path, file: _File) -> bytes:
    pages = {area: (out / path).read_bytes() for area, path in file.pages.items()}
    if file.path.endswith(WORD):
        from helpers.reports.formats.word import as_word

        (page,) = pages.values()
        return as_word(page)
    from helpers.reports.formats import pdf

    chromium = pdf.find_chromium()
    if len(pages) > 1:
        return pdf.edition_as_pdf(pages, chromium)
    (page,) = pages.values()
    return pdf.as_pdf(page, chromium)
