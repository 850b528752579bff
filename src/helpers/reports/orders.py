"""Orders: what a report is made from, whether it stands, and the task that makes it."""

import errno
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from helpers.reports import inputs
from helpers.reports.execute import Handed, Task
from helpers.reports.ledger import Entry
from helpers.reports.plan import AUDIT, NAMED, Job
from helpers.reports.prepare import EDITION, Prepared
from helpers.reports.request import COMMON, Request
from helpers.reports.state import State

__all__ = ["Order", "Reason", "handed", "make_order", "make_task", "stale"]

Reason = tuple[str, str]  # in English and in Chinese
SHORT = 12  # characters of a hash that only serves to say what changed
ASKED = ("built anew on request", "按要求重新生成")
FIRST = ("no earlier report", "首次生成")
MISSING = ("output missing", "报告文件不见了")
ALTERED = ("output altered", "报告文件被改动过")
UNKNOWN = ("no record of what it was made from", "没有生成依据的记录")
CHANGED = {
    "slice": ("its rows changed", "所用数据行已改"),
    "notebook": ("notebook changed", "笔记本已改"),
    "text": ("text changed", "文稿已改"),
    "page": ("names or links of the page changed", "页面的名称或链接已改"),
    "program": ("program changed", "程序已改"),
    "versions": ("versions of packages changed", "软件包换了版本"),
    "others": ("a file beside the data or notebooks changed", "数据或笔记本旁的其他文件已改"),
}


@dataclass(frozen=True, slots=True)
class Order:
    """What is known of a report before it runs.

    `parts` are the hashes of all that it is made from, `key` the hash of these; `tables` the
    hashes of the parts of tables in its slice, by file. `page` is what the page says beside the
    notebook's outputs, `twin` whether it links to the other language.
    """

    job: Job
    key: str
    parts: Mapping[str, str]
    tables: Mapping[str, str]
    page: Mapping[str, Any]
    twin: bool

    def record(self, sha256: str, shown: Mapping[str, Any]) -> dict[str, Any]:
        """What is remembered of the report, once its page was published."""
        tables = {name: digest[:SHORT] for name, digest in self.tables.items()}
        return {"sha256": sha256, "parts": dict(self.parts), "tables": tables, **shown}


def make_order(request: Request, prepared: Prepared, job: Job, twin: bool) -> Order:
    """The order of a report whose page links to its twin, or does not."""
    digest, tables = prepared.slices.digests(job.area, job.region)
    page = _page(request, prepared, job, twin)
    extra = request.wanted.extra if job.area == AUDIT else None
    parts = {
        "slice": digest,
        "notebook": _notebook_hash(prepared, job),
        "page": inputs.digest(page),
        "text": inputs.digest([extra.name, extra.sha256]) if extra else "",
        **prepared.shared,
    }
    return Order(job, inputs.digest([EDITION, parts]), parts, tables, page, twin)


def make_task(request: Request, prepared: Prepared, order: Order) -> Task:
    """The task that carries out an order."""
    job, extra = order.job, request.wanted.extra
    audited = extra.name if job.area == AUDIT and extra else ""
    provenance = {
        "inputs": order.key,
        "slice": order.parts["slice"],
        "tables": dict(order.tables),
        "notebook": {request.notebook(job.area).name: order.parts["notebook"]},
        "program": order.parts["program"],
        "versions": dict(prepared.versions),
    }
    if audited:
        provenance["text"] = {audited: extra.sha256}
    wanted = request.wanted  # what was not asked for, the audit of a text finds in the text
    parameters = {
        "region": "" if audited and not wanted.regions else job.region,
        "period": "" if audited and not wanted.periods else job.period,
        "lang": job.lang,
        "data": "",
        "audience": request.audience,
    }
    if request.notebook(job.area).name == COMMON:
        parameters["area"] = job.area
    page = {**order.page, "provenance": provenance}
    return Task(job, parameters, page, request.timeout, request.memory << 20, audited)


def handed(request: Request, prepared: Prepared, order: Order) -> Handed:
    """What the report of an order is handed; OSError where its text can no longer be read, or
    someone changed its rows since they were looked at.
    """
    job, extra = order.job, request.wanted.extra
    text = extra.text.read_bytes() if job.area == AUDIT and extra else b""
    cut = prepared.slices(job.area, job.region)
    if cut.digest != order.parts["slice"]:
        raise OSError(errno.ESTALE, "the data were changed during the run")
    folder = request.notebook(job.area).parent
    return Handed(prepared.contents[job.area] or b"", cut.to_bytes(), text, folder)


def _notebook_hash(prepared: Prepared, job: Job) -> str:
    return inputs.bytes_hash(prepared.contents.get(job.area) or b"")


def _page(request: Request, prepared: Prepared, job: Job, twin: bool) -> dict[str, Any]:
    catalogue, lang, extra = prepared.plan, job.lang, request.wanted.extra
    named = catalogue.areas.get(job.area) or NAMED.get(job.area) or {}
    title = str(named.get(f"title_{lang}", job.area))
    labels = {
        "area": title,
        "region": catalogue.regions[job.region][f"name_{lang}"],
        "period": catalogue.periods[job.period][f"label_{lang}"],
        "periods": {code: row[f"label_{lang}"] for code, row in catalogue.periods.items()},
    }
    if job.area == AUDIT and extra:
        labels["text"] = extra.name
    return {
        "lang": lang,
        "title": title,
        "region": job.region,
        "period": job.period,
        "area": job.area,
        "labels": labels,
        "audience": request.audience,
        "simulated": catalogue.simulated,
        "twin": f"../../../{job.twin.path}" if twin else None,
        "home": "../../../index.html",
    }


def stale(request: Request, order: Order, entry: Entry | None, state: State) -> Reason | None:
    """Why a report must be built; None where it stands: all that it was made from is the same,
    and the file is what was published.
    """
    if request.fresh:
        return ASKED
    if entry is None or not entry.sha256:
        return FIRST
    path = order.job.path
    found = state.hash(path, request.out / path)
    if found != entry.sha256:
        return ALTERED if found else MISSING
    if entry.inputs_sha256 == order.key:
        return None
    known = state.reports.get(path, {})
    return _joined(_changes(known, order)) if known.get("sha256") == found else UNKNOWN


def _changes(known: Mapping[str, Any], order: Order) -> Iterator[Reason]:
    parts, tables = known.get("parts", {}), known.get("tables", {})
    for name, reason in CHANGED.items():
        if parts.get(name) == order.parts[name]:
            continue
        if name != "slice":
            yield reason
            continue
        now = {table: digest[:SHORT] for table, digest in order.tables.items()}
        changed = [one for one in {**tables, **now} if tables.get(one) != now.get(one)]
        yield from ((f"{one} changed", f"{one} 已改") for one in changed)
        if not changed:
            yield reason


def _joined(reasons: Iterable[Reason]) -> Reason:
    """Several reasons as one, the first four of them."""
    reasons = list(dict.fromkeys(reasons)) or [UNKNOWN]
    more = ("; …" if len(reasons) > 4 else ""), (";……" if len(reasons) > 4 else "")
    en, zh = zip(*reasons[:4], strict=True)
    return "; ".join(en) + more[0], ";".join(zh) + more[1]
