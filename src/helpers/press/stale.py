"""What must be built, and why; what is up to date."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from helpers.press import keys, prepare, records
from helpers.press.ledger import Entry, Ledger
from helpers.press.plan import Job
from helpers.press.prepare import Order, Prepared, Request
from helpers.press.records import Reason
from helpers.press.seals import Seals, look

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
        order = prepare.make_order(request, prepared, job, has_twin)
        reason = _reason(request, prepared, order, before.entries.get(job), seals)
        if reason is None:
            fresh.append(job)
        else:
            orders[job] = order, reason
    return Stale(orders, tuple(fresh), seals)


def _reason(
    request: Request, prepared: Prepared, order: Order, entry: Entry | None, seals: Seals
) -> Reason | None:
    """Why a report must be built; None where it stands, which is then sealed."""
    if request.fresh:
        return ASKED
    if entry is None or not entry.sha256:
        return FIRST
    path = order.job.path
    target = f"{request.out}/{path}"
    sealed = seals.inputs(path, entry.inputs_sha256) == order.coarse
    status = look(target)
    if sealed and seals.unchanged(path, target, entry.sha256):
        return None
    found = keys.file_hash(Path(target))
    if found != entry.sha256:
        return ALTERED if found else MISSING
    if not sealed:
        record = records.read(request.out, path, entry.inputs_sha256)
        if record is None:
            return UNKNOWN
        shared = {"data": prepared.shared["data"], "code": prepared.code}
        found = list(records.changes(record, order.static, shared, prepared.index))
        if found:
            return joined(found)
    seals.put(path, order.coarse, entry.inputs_sha256, entry.sha256, status)
    return None


def joined(reasons: Iterable[Reason]) -> Reason:
    """Several reasons as one, the first four of them."""
    reasons = list(dict.fromkeys(reasons))
    more = ("; …" if len(reasons) > 4 else ""), (";……" if len(reasons) > 4 else "")
    en, zh = zip(*reasons[:4], strict=True)
    return "; ".join(en) + more[0], ";".join(zh) + more[1]
