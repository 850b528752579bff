"""What must be built, and why; what is up to date."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from helpers.reports.cache import keys, records
from helpers.reports.cache.records import Reason
from helpers.reports.cache.seals import Seals, look
from helpers.reports.ledger import Entry, Ledger
from helpers.reports.orders import Order, coarse_key, make_order, twin_of
from helpers.reports.plan import Job
from helpers.reports.prepare import Prepared, Request

__all__ = ["Stale", "examined", "joined"]

ASKED = ("built anew on request", "按要求重新生成")
FIRST = ("no earlier report", "首次生成")
MISSING = ("output missing", "报告文件不见了")
ALTERED = ("output altered", "报告文件被改动过")
UNKNOWN = ("no record of what it was made from", "没有生成依据的记录")


@dataclass(frozen=True, slots=True)
class Stale:
    """What an examination came to: orders to carry out with the reason for each, reports that
    stand, and the seals of the latter.
    """

    orders: dict[Job, tuple[Order, Reason]] = field(default_factory=dict)
    fresh: tuple[Job, ...] = ()
    seals: Seals | None = None


def examined(request: Request, prepared: Prepared, before: Ledger) -> Stale:
    """Hold every report planned against what it was made from.

    Up to date means: all that it was made from is the same, and the file is what was
    published. A page links to its twin only when this run or an earlier one has one.
    """
    planned = set(prepared.jobs)

    def has_twin(job: Job) -> bool:
        known = before.entries.get(job)
        return job in planned or bool(known and known.sha256)

    seals, orders, fresh = Seals(request.out), {}, []
    for job in prepared.jobs:
        twin = has_twin(twin_of(job))
        entry, coarse = before.entries.get(job), coarse_key(request, prepared, job, twin)
        if not request.fresh and entry and _sealed(request, job, entry, coarse, seals):
            fresh.append(job)
            continue
        order = make_order(request, prepared, job, twin)
        reason = _reason(request, prepared, order, entry, seals)
        if reason is None:
            fresh.append(job)
        else:
            orders[job] = order, reason
    return Stale(orders, tuple(fresh), seals)


def _sealed(request: Request, job: Job, entry: Entry, coarse: str, seals: Seals) -> bool:
    """Whether nothing at all has changed since the report was found to be up to date."""
    return (
        bool(entry.sha256)
        and seals.inputs(entry.path, entry.inputs_sha256) == coarse
        and seals.unchanged(entry.path, look(f"{request.out}/{job.path}"), entry.sha256)
    )


def _reason(
    request: Request, prepared: Prepared, order: Order, entry: Entry | None, seals: Seals
) -> Reason | None:
    """Why a report must be built; None where it stands, which is then sealed."""
    if request.fresh:
        return ASKED
    if entry is None or not entry.sha256:
        return FIRST
    path = order.job.path
    target = request.out / path
    status, found = look(str(target)), keys.file_hash(target)
    record = None
    if found != entry.sha256:
        return ALTERED if found else MISSING
    if seals.inputs(path, entry.inputs_sha256) != order.coarse:
        record = records.read(request.out, path, entry.inputs_sha256)
        if record is None:
            return UNKNOWN
        shared = {"data": prepared.shared["data"], "code": prepared.code}
        try:
            changed = list(records.changes(record, order.static, shared, prepared.index))
        except (KeyError, TypeError, ValueError, AttributeError):  # whole, but of another shape
            return UNKNOWN
        if changed:
            return joined(changed)
    others = seals.others(path) if record is None else record["files"]
    seals.put(path, (order.coarse, entry.inputs_sha256), entry.sha256, status, others)
    return None


def joined(reasons: Iterable[Reason]) -> Reason:
    """Several reasons as one, the first four of them."""
    reasons = list(dict.fromkeys(reasons))
    more = ("; …" if len(reasons) > 4 else ""), (";……" if len(reasons) > 4 else "")
    en, zh = zip(*reasons[:4], strict=True)
    return "; ".join(en) + more[0], ";".join(zh) + more[1]
