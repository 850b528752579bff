"""From an outcome to a published page and its entry in the ledger."""

from contextlib import suppress

from helpers.files import deposit, publish
from helpers.reports.editions import moved
from helpers.reports.execute import Outcome
from helpers.reports.index.stated import Stated, stated_by
from helpers.reports.judge import Failure
from helpers.reports.ledger import Entry
from helpers.reports.orders import Order, Reason
from helpers.reports.plan import LANGS, Job
from helpers.reports.run import Run

__all__ = ["entered", "unreadable", "unwritten"]


def entered(run: Run, order: Order, why: Reason, outcome: Outcome) -> Entry:
    """Publish the outcome's page, if it has one; the entry that says so."""
    job, failure, target = order.job, outcome.failure, run.request.out / order.job.path
    seconds = round(outcome.seconds, 2)
    names = (job.area, job.region, job.period, job.lang)
    if failure is None:
        page = outcome.page.decode("utf-8")
        shown = stated_by(page, job)
        failure = _shrunk(run, job, shown)
    if failure is None:
        before = _last(run, job)
        try:
            part, digest = deposit(target, outcome.page)
            publish(part, target)
        except OSError as error:
            failure = unwritten(error)
        else:
            run.keys[job] = order
            if before and (job.lang == LANGS[0] or job.twin not in run.entries):
                moved(run.state.moved, before, page, job)
            run.state.reports[job.path] = order.record(digest, shown)
            good = {"sha256": digest, "inputs_sha256": order.key, "path": job.path}
            reasons = {"reason": why[0], "reason_zh": why[1]}
            return Entry(*names, "built", seconds=seconds, **reasons, **good, **_extra(run, job))
    kept = run.entries.get(job)
    good = {}
    if kept and kept.sha256 and kept.sha256 == run.state.hash(job.path, target):
        fields = ("sha256", "inputs_sha256", "path", "text", "text_sha256", "notebook")
        good = {name: getattr(kept, name) for name in fields}
    status = "withheld" if failure.withheld else "failed"
    reasons = {"reason": failure.reason, "reason_zh": failure.reason_zh}
    return Entry(*names, status, seconds=seconds, **reasons, **(good or _extra(run, job)))


def _extra(run: Run, job: Job) -> dict[str, str]:
    """What the ledger says of a report beside those of the plan."""
    extra = run.request.wanted.extra
    if extra is None or extra.area != job.area:
        return {}
    if extra.notebook:
        return {"notebook": extra.name}
    return {"text": extra.name, "text_sha256": extra.sha256}


def unwritten(error: OSError) -> Failure:
    """The failure of a report whose page found no place, by its cause."""
    why = error.strerror or type(error).__name__
    return Failure(f"the page could not be written ({why})", f"页面无法写入({why})")


def unreadable(error: OSError) -> Failure:
    """The failure of a report whose text or rows could not be handed over, by its cause."""
    why = error.strerror or type(error).__name__
    return Failure(f"what it is made from could not be read ({why})", f"所用文件无法读取({why})")


def _shrunk(run: Run, job: Job, shown: Stated) -> Failure | None:
    """Why a page must not take the place of the last one: it has lost most of its figures."""
    known = run.entries.get(job)
    if run.request.accept_shrink or known is None or not known.sha256:
        return None
    record = run.state.reports.get(job.path, {})
    if record.get("sha256") != known.sha256:
        record = stated_by(_last(run, job), job)
    before, now = record.get("figures", 0), shown["figures"]
    if now * 2 >= before:
        return None
    en = f"{before - now} of {before} figures are gone; --accept-shrink if that is meant"
    zh = f"{before} 个数字少了 {before - now} 个;有意如此就加 --accept-shrink"
    return Failure(en, zh, withheld=True)


def _last(run: Run, job: Job) -> str:
    """The page that is to be replaced; "" where there is none that can be read."""
    entry = run.entries.get(job)
    with suppress(OSError, UnicodeDecodeError):
        if entry and entry.sha256:
            return (run.request.out / job.path).read_text(encoding="utf-8")
    return ""
