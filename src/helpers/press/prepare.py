"""From a request to the tasks it means, or to every reason why nothing can start."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.data.problems import DataRefused, Problem
from helpers.press import keys, plan, preflight, texts
from helpers.press.plan import LANGS, Catalogue, Job, Wanted
from helpers.press.publish import PRIVATE, write_atomic
from helpers.press.task import Task

__all__ = ["Prepared", "Refused", "Request", "keep", "make_task", "prepare"]

PLAN = "plan.json"
PACKAGE = Path(__file__).resolve().parents[1]
TABLES = ("areas", "regions", "periods", "indicators", "observations", "programmes")


class Refused(Exception):  # noqa: N818 - it says what happened to the request
    """The command or a parameter is wrong; `problems` holds every reason. Nothing was started."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)


@dataclass(frozen=True, slots=True)
class Request:
    """What `halfsky report` was asked for.

    `house` is the project's root; `problems` were found while the command was read.
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
    problems: tuple[Problem, ...] = ()

    def notebook(self, area: str) -> Path:
        """The notebook that tells an area."""
        return self.house / "notebooks" / f"{area}.ipynb"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that may start.

    `shared` is what all its reports depend on (data, code, versions), `plan_key` its hash,
    `notebooks` the hash of each area's notebook. `files` are all of these files, `stamp` what
    they looked like before they were hashed.
    """

    plan: Catalogue
    jobs: tuple[Job, ...]
    withheld: tuple[Job, ...]
    shared: Mapping[str, Any]
    notebooks: Mapping[str, str]
    plan_key: str
    files: tuple[Path, ...]
    stamp: list[tuple[int, ...]]

    def untouched(self) -> bool:
        """Whether nobody was at the inputs since they were hashed."""
        return keys.stamp(self.files) == self.stamp


def prepare(request: Request, load: Callable[..., Any]) -> Prepared:
    """Check the request against the data; writes nothing.

    Raises Refused with all problems of the request, DataRefused with all those of the data.
    """
    base = request.house / "data"
    places = preflight.place_problems(request.out, request.data, request.house)
    found = [*request.problems, *places]
    if any(problem.file == "--data" for problem in found):
        raise Refused(found)
    files = (
        *texts.files(request.wanted.text, PACKAGE),
        *keys.data_files(request.data, base).values(),
        *keys.code_files(PACKAGE).values(),
        *sorted((request.house / "notebooks").glob("*.ipynb")),
    )
    stamp = keys.stamp(files)
    shared = {
        "data": keys.data(request.data, base),
        "code": keys.code(PACKAGE),
        "versions": keys.versions(),
    }
    plan_key = keys.digest(shared)
    catalogue = _kept(request.out, plan_key) or _planned(request, load)
    found += plan.refusals(catalogue, request.wanted)
    if found:
        raise Refused(found)
    jobs, withheld = map(tuple, plan.select(catalogue, request.wanted))
    notebooks = {area: keys.file_hash(request.notebook(area)) for area in {j.area for j in jobs}}
    return Prepared(catalogue, jobs, withheld, shared, notebooks, plan_key, files, stamp)


def _planned(request: Request, load: Callable[..., Any]) -> Catalogue:
    tables = load(request.data, request.house / "data")
    rows = {name: tables.frames[name].to_dict("records") for name in TABLES}
    catalogue = plan.catalogue(rows, tables.simulated)
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
    value = prepared.plan.as_json()
    kept = {"key": prepared.plan_key, "sha256": keys.digest(value), "plan": value}
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    path = out / PRIVATE / PLAN
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_atomic(path, text.encode("utf-8"))


def make_task(
    request: Request, prepared: Prepared, job: Job, has_twin: Callable[[Job], bool]
) -> tuple[Task, str]:
    """The task of a job and the key of its inputs.

    What an audit depends on beside the rest is its text, by content and name, not by place.
    """
    own = request.data.resolve() == (request.house / "data").resolve()
    parameters = {
        "region": job.region,
        "period": job.period,
        "lang": job.lang,
        "data": "" if own else str(request.data.resolve()),
        "audience": request.audience,
    }
    page = _page(request, prepared, job, has_twin)
    notebook = prepared.notebooks.get(job.area) or keys.file_hash(request.notebook(job.area))
    text = request.wanted.text if job.area == texts.AREA else None
    told = texts.told(text, PACKAGE) if text else {}
    key = keys.job_key(prepared.plan_key, notebook, {**parameters, **told}, page)
    page["provenance"] = {
        "inputs": key,
        "notebook": {f"{job.area}.ipynb": notebook},
        **prepared.shared,
    }
    if text:
        page["labels"]["text"] = text.name
        page["provenance"]["text"] = {text.name: text.sha256}
        parameters["text"] = text.path
    task = Task(job, request.notebook(job.area), parameters, page, request.out / job.path)
    return task, key


def _page(
    request: Request, prepared: Prepared, job: Job, has_twin: Callable[[Job], bool]
) -> dict[str, Any]:
    catalogue, lang = prepared.plan, job.lang
    title = catalogue.areas[job.area][f"title_{lang}"]
    (other,) = (twin for twin in LANGS if twin != lang)
    twin = Job(job.area, job.region, job.period, other)
    return {
        "lang": lang,
        "title": title,
        "region": job.region,
        "period": job.period,
        "area": job.area,
        "labels": {
            "area": title,
            "region": catalogue.regions[job.region][f"name_{lang}"],
            "period": catalogue.periods[job.period][f"label_{lang}"],
            "periods": {k: names[f"label_{lang}"] for k, names in catalogue.periods.items()},
        },
        "audience": request.audience,
        "simulated": catalogue.simulated,
        "twin": f"../../../{twin.path}" if has_twin(twin) else None,
        "home": "../../../index.html",
    }
