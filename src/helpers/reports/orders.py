"""Orders: what is known of a report before it runs, and the task that makes it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from helpers.reports import texts
from helpers.reports.cache import keys
from helpers.reports.cache.records import CODEBOOK
from helpers.reports.plan import LANGS, Job
from helpers.reports.prepare import PACKAGE, Prepared, Request
from helpers.reports.task import Task

__all__ = ["Order", "coarse_key", "make_order", "make_task", "twin_of"]


@dataclass(frozen=True, slots=True)
class Order:
    """A report to make, as far as it is known before it runs.

    `static` is what it depends on whatever it reads (notebook, parameters, names, versions),
    `coarse` the key of that and of all data and code as whole files, `page` what the page says
    beside the notebook's outputs.
    """

    job: Job
    static: Mapping[str, Any]
    coarse: str
    page: Mapping[str, Any]


def twin_of(job: Job) -> Job:
    """The same report in the other language."""
    (other,) = (lang for lang in LANGS if lang != job.lang)
    return Job(job.area, job.region, job.period, other)


def coarse_key(request: Request, prepared: Prepared, job: Job, twin: bool) -> str:
    """The key of a report's inputs as whole files: names and labels are the tables' own."""
    made = (prepared.plan_key, _notebook(request, prepared, job), _text(request, job))
    told = (job.path, *made, request.audience, request.data, twin)
    return hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest()


def _notebook(request: Request, prepared: Prepared, job: Job) -> str:
    return prepared.notebooks.get(job.area) or keys.file_hash(request.notebook(job.area))


def _text(request: Request, job: Job) -> dict[str, str]:
    """What an audit depends on beside the rest: its text by content and name, not by place."""
    text = request.wanted.text if job.area == texts.AREA else None
    return texts.told(text, PACKAGE) if text else {}


def make_order(request: Request, prepared: Prepared, job: Job, twin: bool) -> Order:
    """What is known of a report before it runs; `twin` says whether its page links to one."""
    own = request.data == request.house / "data"
    parameters = {
        "region": job.region,
        "period": job.period,
        "lang": job.lang,
        "data": "" if own else str(request.data),
        "audience": request.audience,
    }
    page = _page(request, prepared, job, twin)
    # The names of other periods count by the rows that the report reads of them.
    shown = {**page, "labels": {**page["labels"], "periods": {}}}
    static = {
        "notebook": _notebook(request, prepared, job),
        "text": _text(request, job),
        "parameters": parameters,
        "codebook": {n: h for n, h in prepared.shared["data"].items() if n.endswith(CODEBOOK)},
        "page": shown,
        "versions": prepared.shared["versions"],
    }
    return Order(job, static, coarse_key(request, prepared, job, twin), page)


def make_task(request: Request, prepared: Prepared, order: Order) -> Task:
    """The task that carries out an order."""
    job, page = order.job, dict(order.page)
    page["provenance"] = {
        "inputs": keys.digest(order.static),
        "notebook": {f"{job.area}.ipynb": order.static["notebook"]},
        "data": prepared.shared["data"],
        "code": prepared.code,
        "versions": prepared.shared["versions"],
    }
    parameters = dict(order.static["parameters"])
    text = request.wanted.text if job.area == texts.AREA else None
    if text:
        page["labels"] = {**page["labels"], "text": text.name}
        page["provenance"]["text"] = {text.name: text.sha256}
        parameters["text"] = text.path
    target = request.out / job.path
    return Task(job, request.notebook(job.area), parameters, page, target, request.data)


def _page(request: Request, prepared: Prepared, job: Job, twin: bool) -> dict[str, Any]:
    catalogue, lang = prepared.plan, job.lang
    title = catalogue.areas[job.area][f"title_{lang}"]
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
        "twin": f"../../../{twin_of(job).path}" if twin else None,
        "home": "../../../index.html",
    }
