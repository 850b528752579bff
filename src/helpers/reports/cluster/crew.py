"""What a worker is asked to do: say who it is, take contents, make a report, stop.

These functions run in the worker; they and what they are given are all that is sent there.
"""

import json
import platform
import shutil
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.reports.cache import keys
from helpers.reports.cluster import parcel
from helpers.reports.cluster.station import Station
from helpers.reports.plan import Job
from helpers.reports.prepare import PACKAGE
from helpers.reports.page.render import Render, unwritten
from helpers.reports.sending import deposit_at
from helpers.reports.storage import place
from helpers.reports.task import Failure, Task

__all__ = ["Lacking", "Made", "Slip", "call", "deliver", "make", "program", "stop"]

UNSEEN, UNWRITABLE = "unseen", "unwritable"
_stations: dict[Path, Station] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Slip:
    """A report to make, as it travels: the rest is in the parcel that it names.

    `parameters` and `page` are the task's, without places and with None for what all share;
    `own` says that the data are the project's, `url` where the page belongs.
    """

    job: Job
    parcel: str
    parameters: Mapping[str, str]
    page: Mapping[str, Any]
    own: bool
    url: str
    run: str
    timeout: float
    engine: str
    render: Render


@dataclass(frozen=True, slots=True)
class Made:
    """What comes back: the name and hash of a page written beside its target, or a failure.

    Of the code files in `reads` only the names, and places as `house` and `data` stand for them.
    """

    seconds: float
    part: str = ""
    sha256: str = ""
    failure: Failure | None = None
    warnings: tuple[str, ...] = ()
    reads: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Lacking:
    """The worker has not been given what the report needs."""

    worker: str


def program() -> dict[str, Any]:
    """What pages are made with here: the hash of each code file, the versions."""
    examiner = {f"audit/{path.name}": path for path in sorted((PACKAGE / "audit").glob("*.py"))}
    code = {**keys.code_hashes(PACKAGE), **keys.hashes(examiner)}
    return {"code": code, "versions": keys.versions()}


def call(digests: Iterable[str], out: str, probe: str, dask_worker: Any = None) -> dict[str, Any]:
    """Who the worker is, which contents it lacks, whether it sees what the driver wrote."""
    seen = ""
    try:
        if (place(out) / probe).read_bytes() != probe.encode():
            seen = UNSEEN
    except FileNotFoundError:
        seen = UNSEEN
    except Exception as error:  # a protocol that is not installed, a password that is not there
        seen = f"{type(error).__name__}: {error}"
    return {
        **program(),
        "host": platform.node(),
        "slots": dask_worker.state.nthreads,
        "lacking": parcel.lacking(_room(dask_worker), digests),
        "out": seen,
    }


def _room(worker: Any) -> Path:
    return Path(worker.local_directory) / "halfsky"


def deliver(contents: Mapping[str, bytes], dask_worker: Any = None) -> None:
    """Keep contents by their SHA-256."""
    parcel.store(_room(dask_worker), contents)


def make(slip: Slip) -> Made | Lacking:
    """Make a report and write its page beside its target."""
    from distributed import get_worker

    worker = get_worker()
    room = _room(worker)
    house = parcel.layout(room, slip.parcel)
    if house is None:
        return Lacking(worker.address)
    target = room / "pages" / slip.run / slip.job.path
    outcome = _station(house, slip.render).carry_out(
        _task(slip, house, target), slip.run, slip.timeout, slip.engine
    )
    reads = _packed(outcome.reads, house)
    made = Made(outcome.seconds, "", "", outcome.failure, outcome.warnings, reads)
    if outcome.part is None:
        return made
    content = outcome.part.read_bytes()
    with suppress(OSError):
        outcome.part.unlink()
    try:
        part, digest = deposit_at(slip.url, content)
    except OSError as error:
        return Made(outcome.seconds, failure=unwritten(error))
    return Made(outcome.seconds, part, digest, None, outcome.warnings, reads)


def _task(slip: Slip, house: Path, target: Path) -> Task:
    shared = json.loads((house / parcel.SHARED).read_bytes())
    data = house / (parcel.DATA if slip.own else parcel.GIVEN)
    parameters = {**slip.parameters, "data": "" if slip.own else str(data)}
    if name := parameters.get("text"):
        parameters["text"] = str(house / parcel.TEXT / name)
    page = dict(slip.page)
    told = page["provenance"].items()  # in the order in which the page tells it
    page["provenance"] = {name: shared.get(name, value) for name, value in told}
    notebook = house / parcel.NOTEBOOKS / f"{slip.job.area}.ipynb"
    return Task(slip.job, notebook, parameters, page, target, data)


def _packed(reads: Mapping[str, Any] | None, house: Path) -> dict[str, Any] | None:
    if reads is None:
        return None
    files = {}
    for path, digest in reads["files"].items():
        inside = Path(path).is_relative_to(house)
        files["house/" + Path(path).relative_to(house).as_posix() if inside else path] = digest
    return {**reads, "code": list(reads["code"]), "files": files}


def _station(house: Path, render: Render) -> Station:
    with _lock:
        for other in [place for place, one in _stations.items() if place != house and not one.busy]:
            _stations.pop(other).close()
        return _stations.setdefault(house, Station(house, render))


def stop(run: str, dask_worker: Any = None) -> None:
    """End what is still made for a run, and forget what it left half written."""
    for station in tuple(_stations.values()):
        station.stop(run)
    shutil.rmtree(_room(dask_worker) / "pages" / run, ignore_errors=True)
