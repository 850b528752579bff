"""Keeps the way in up to date: printed anew where what it shows has changed, or its file."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from helpers.reports.cache import keys
from helpers.reports.desk import Work
from helpers.reports.ledger import Ledger
from helpers.reports.publish import write_atomic
from helpers.reports.task import Call, Do

__all__ = ["GOOD", "PORTAL", "way_in"]

PORTAL = "index.html"
GOOD = ("built", "unchanged")


def way_in(work: Work, do: Do | None) -> str:
    """Bring the portal up to date; why that failed, or nothing. `do` has it printed where
    everything is imported already.
    """
    request, path = work.request, work.request.out / PORTAL
    told = [
        [job.area, job.region, job.period, job.lang, entry.path, entry.sha256]
        + ([] if entry.status in GOOD else [entry.status, entry.reason, entry.reason_zh])
        for job, entry in sorted(work.entries.items())
    ]
    simulated = work.prepared.plan.simulated
    key = keys.digest([work.prepared.plan_key, told, request.audience, simulated])
    known = (work.portal.get("inputs_sha256"), work.portal.get("sha256"))
    if not request.fresh and known == (key, keys.file_hash(path)):
        return ""
    try:
        page = _printed(work, do)
        digest = write_atomic(path, page.encode("utf-8"))
    except Exception as error:  # the reports stand, whatever the portal lacks
        return f"{type(error).__name__}: {error}"
    work.moved = work.moved or not work.prepared.untouched()
    work.portal = {"sha256": digest, "inputs_sha256": "" if work.moved else key}
    work.save(force=True)
    return ""


def _printed(work: Work, do: Do | None) -> str:
    request, desk = work.request, work.desk
    base = request.house / "data"
    if do and not (desk.load or desk.portal):
        # named as notebooks name it, so that the tables that they read need not be read again
        place = (None, None) if request.data == base else (str(request.data), None)
        with suppress(ChildProcessError):
            given = (_shown(work), *place, request.audience)
            return do(Call("helpers.reports.index.page", "of_folder", given))
    tables = (desk.load or _load)(request.data, base)
    return (desk.portal or _portal)(_shown(work), tables, request.audience)


def _shown(work: Work) -> dict[str, Any]:
    """The ledger without what a run was like (seconds, built or unchanged, why): that must not
    change the way in.
    """
    entries = {
        job: replace(entry, status="built", reason="", reason_zh="", seconds=0.0)
        if entry.status in GOOD
        else replace(entry, seconds=0.0)
        for job, entry in work.entries.items()
    }
    return Ledger(entries, work.request.audience, work.prepared.plan.simulated).as_json()


def _load(folder: Path, base: Path) -> Any:
    from helpers.data import load

    return load(folder, base)


def _portal(shown: Mapping[str, Any], tables: Any, audience: str) -> str:
    from helpers.reports.index import page as portal

    return portal.render(shown, tables, audience=audience)
