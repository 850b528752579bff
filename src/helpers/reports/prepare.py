"""From a request to the tasks it means, or to every reason why nothing can start."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from helpers.data.parts import Index
from helpers.data.problems import DataRefused, Problem, Refused
from helpers.reports import plan, preflight, texts
from helpers.reports.cache import keys
from helpers.reports.plan import Catalogue, Job, Wanted
from helpers.reports.publish import PRIVATE, write_atomic

__all__ = [
    "Prepared",
    "Request",
    "keep",
    "prepare",
]

PLAN = "plan.json"
PACKAGE = Path(__file__).resolve().parents[1]
TABLES = ("areas", "regions", "periods", "indicators", "observations", "programmes")


@dataclass(frozen=True, slots=True)
class Request:
    """What `halfsky report` was asked for.

    `house` is the project's root; `problems` were found while the command was read. `out` may be
    a place that is reached by a URL; with `scheduler` other machines make the reports.
    """

    house: Path
    data: Path
    out: Path
    wanted: Wanted = field(default_factory=Wanted)
    slots: int = 1
    engine: str = "papermill"
    timeout: float = 600.0
    fresh: bool = False
    audience: str = "public"
    scheduler: str = ""
    problems: tuple[Problem, ...] = ()

    def notebook(self, area: str) -> Path:
        """The notebook that tells an area."""
        return self.house / "notebooks" / f"{area}.ipynb"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that may start.

    `shared` is what its reports may depend on (data, code, versions), `plan_key` its hash,
    `code` the hash of each code file, `notebooks` that of each area's notebook. `files` are all
    of these files, `stamp` what they looked like before they were hashed. `index()` gives the
    tables, read only when they are asked for; `is_kept` says that the plan need not be kept.
    """

    plan: Catalogue
    jobs: tuple[Job, ...]
    withheld: tuple[Job, ...]
    shared: Mapping[str, Any]
    code: Mapping[str, str]
    notebooks: Mapping[str, str]
    plan_key: str
    files: tuple[Path, ...]
    stamp: list[tuple[int, ...]]
    index: Callable[[], Index]
    is_kept: bool

    def untouched(self) -> bool:
        """Whether nobody was at the inputs since they were hashed."""
        return keys.stamp(self.files) == self.stamp


def prepare(
    request: Request, read: Callable[..., Any], changed: Callable[[], None] = lambda: None
) -> Prepared:
    """Check the request against the data; writes nothing. `read` gives a folder's sheets,
    `changed()` is called as soon as it is clear that these inputs are new.

    Raises Refused with all problems of the request, DataRefused with all those of the data.
    """
    base = request.house / "data"
    places = preflight.place_problems(request.out, request.data, request.house)
    found = [*request.problems, *places]
    if any(problem.file == "--data" for problem in found):
        raise Refused(found)
    tables, modules = keys.data_files(request.data, base), keys.code_files(PACKAGE)
    notebooks = sorted((request.house / "notebooks").glob("*.ipynb"))
    audited = texts.files(request.wanted.text, PACKAGE)
    files = (*audited, *tables.values(), *modules.values(), *notebooks)
    stamp = keys.stamp(files)
    code = keys.hashes(modules)
    shared = {
        "data": keys.hashes(tables),
        "code": keys.digest(code),
        "versions": keys.versions(),
    }
    plan_key = keys.digest(shared)

    @cache
    def folder() -> Any:
        return read(request.data, base)

    kept = _kept(request.out, plan_key)
    if not kept or request.fresh:
        changed()
    catalogue = kept or _planned(folder())
    found += plan.refusals(catalogue, request.wanted)
    if found:
        raise Refused(found)
    jobs, withheld = plan.select(catalogue, request.wanted)
    notebooks = {area: keys.file_hash(request.notebook(area)) for area in {j.area for j in jobs}}
    hashes = (shared, code, notebooks, plan_key)
    index = cache(lambda: Index(folder().sheets))
    return Prepared(
        catalogue, tuple(jobs), tuple(withheld), *hashes, files, stamp, index, bool(kept)
    )


def _planned(folder: Any) -> Catalogue:
    rows = {name: folder.sheets[name].rows() for name in TABLES if name != "observations"}
    rows["indicators"] = list(rows["indicators"])
    rows["observations"] = folder.figures()
    catalogue = plan.catalogue(rows, folder.simulated)
    if problems := plan.unsafe(catalogue):
        raise DataRefused(problems)
    return catalogue


def _kept(out: Path, plan_key: str) -> Catalogue | None:
    """The catalogue of an earlier run on the same data, code and versions, if it is intact."""
    try:
        value = json.loads((out / PRIVATE / PLAN).read_text(encoding="utf-8"))
        if value["key"] == plan_key and value["sha256"] == keys.digest(value["plan"]):
            return Catalogue.from_json(value["plan"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    return None


def keep(out: Path, prepared: Prepared) -> None:
    """Keep the catalogue for the next run, which then need not read the tables to plan."""
    if prepared.is_kept:
        return
    value = prepared.plan.as_json()
    kept = {"key": prepared.plan_key, "sha256": keys.digest(value), "plan": value}
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    write_atomic(out / PRIVATE / PLAN, text.encode("utf-8"))
