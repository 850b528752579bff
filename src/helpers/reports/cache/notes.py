"""Leaves the note by which the next run knows that there is nothing to do (`press.standing`)."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from helpers.reports import ledger
from helpers.reports.cache import glance, keys, standing
from helpers.reports.cache.standing import Note, Output
from helpers.reports.desk import Edition, Work
from helpers.reports.ledger import Entry
from helpers.reports.plan import Wanted

__all__ = ["leave", "options"]

GOOD = ("built", "unchanged", "withheld")
KNOWN = {"region", "period", "langs", "texts", "data", "out", "jobs", "engine", "timeout"}
KNOWN |= {"audience", "fresh", "quiet", "as_json"}
Said = Callable[[Edition], tuple[str, str]]


def options(wanted: Wanted, given: Mapping[str, Any]) -> standing.Command | None:
    """The command as `standing.asked` sees it, `--fresh` apart; None where it is no such one."""
    if given.get("texts") or any(given[name] for name in given.keys() - KNOWN):
        return None
    found = {
        "": wanted.areas,
        "--region": wanted.regions,
        "--period": wanted.periods,
        "--lang": wanted.langs,
        "--quiet": ("",) if given["quiet"] else (),
        "--json": ("",) if given["as_json"] else (),
    }
    for name in standing.ONE:
        value = given[name.removeprefix("--")]
        found[name] = () if value is None else (value,)
    return {name: tuple(values) for name, values in found.items() if values}


def leave(command: standing.Command, work: Work, edition: Edition, said: Said) -> None:
    """Leave a note after a run that left nothing to do; nothing where anything is to be told of.

    `said(edition)` is what the command prints for an edition. Only under the lock.
    """
    doubts = edition.stopped or edition.moved or edition.left or edition.portal_failure
    if doubts or any(entry.status not in GOOD for entry in edition.entries):
        return
    later = {entry.job: _later(entry) for entry in edition.entries}
    if any(entry.status == "unchanged" and entry.reason for entry in later.values()):
        return
    with suppress(ValueError, OSError):  # no note then, and the next run looks for itself
        house, out, place = standing.place(command)
        given = _given(work, house)
        inputs, known = glance.inputs(house, given)
        where = Path(house), Path(out)
        if where != (work.request.house, work.request.out) or not _the_same(work, known):
            return
        whole = work.ledger()
        after = ledger.text(replace(whole, entries={**whole.entries, **later}))
        before = ledger.text(whole)
        outputs = [
            *_outputs(work, later.values()),
            (ledger.NAME, sha256(before.encode()).hexdigest(), ()),
        ]
        told = said(replace(edition, entries=tuple(later.values()), seconds=standing.SECONDS))
        if told[0].count(str(standing.SECONDS)) > 1:
            return
        following = "" if after == before else after
        standing.write(place, Note(given, inputs, outputs, told, following, time.time()))


def _later(entry: Entry) -> Entry:
    """The entry as it will be when the report is found to be up to date."""
    if entry.status != "built":
        return entry
    return replace(entry, status="unchanged", reason="", reason_zh="")


def _given(work: Work, house: str) -> list[str]:
    """The inputs beside the house's own files: tables, and what notebooks read besides."""
    own = set(glance.files(house))
    read = (path for job in work.done for path in work.seals.others(job.path))
    return sorted({*map(str, work.prepared.files), *read} - own)


def _the_same(work: Work, known: Mapping[str, str]) -> bool:
    """Whether all inputs still are what this run has read."""
    request, prepared = work.request, work.prepared
    tables = keys.data_files(request.data, request.house / "data")
    read = {str(path): prepared.shared["data"].get(name) for name, path in tables.items()}
    read |= {f"{glance.PACKAGE}/{name}": digest for name, digest in prepared.code.items()}
    read |= {str(request.notebook(area)): sha for area, sha in prepared.notebooks.items()}
    for job in work.done:
        read |= work.seals.others(job.path)
    return all(known.get(path) == digest for path, digest in read.items())


def _outputs(work: Work, entries: Any) -> list[Output]:
    found: list[Output] = [("index.html", work.portal["sha256"], ())]
    for entry in entries:
        if entry.sha256:
            status = work.seals.status(entry.path, entry.sha256)
            found.append((entry.path, entry.sha256, tuple(status)))
    return found
