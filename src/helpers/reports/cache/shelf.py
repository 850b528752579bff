"""Reports that a run does not build: those withheld, those no longer planned, audits that stay."""

from dataclasses import replace

from helpers.reports import orders, texts
from helpers.reports.cache import records
from helpers.reports.desk import Work
from helpers.reports.ledger import Entry
from helpers.reports.plan import Job, Wanted
from helpers.reports.publish import withdraw

__all__ = ["clear", "keep_audits"]

NO_FIGURES = ("no figures", "没有数字")


def clear(work: Work) -> tuple[str, ...]:
    """Enter what is withheld; take back what is no longer part of the edition.

    A run over a part of the edition looks only at that part. A file is removed only when the
    ledger has it and its content is still what was published.
    """
    prepared, out = work.prepared, work.request.out
    gone = list(prepared.withheld)
    planned = {*prepared.jobs, *prepared.withheld}
    other = [job for job in work.entries if job not in planned and not _audit(work, job)]
    gone += [job for job in other if _asked(work.request.wanted, job)]
    left = []
    for job in gone:
        entry = work.entries.pop(job, None)
        records.clear(out, job.path)
        if entry and entry.sha256 and not withdraw(out / job.path, entry.sha256):
            left.append(job.path)
    for job in prepared.withheld:
        names = (job.area, job.region, job.period, job.lang)
        work.note(Entry(*names, "withheld", *NO_FIGURES))
    return tuple(left)


def _asked(wanted: Wanted, job: Job) -> bool:
    """Whether a report belongs to the part of the edition that is asked for."""
    parts = ((wanted.areas, job.area), (wanted.regions, job.region))
    parts += ((wanted.periods, job.period), (wanted.langs, job.lang))
    return all(value in asked for asked, value in parts if asked)


def _audit(work: Work, job: Job) -> bool:
    """Whether a report is the audit of a text, of a region and period that still have figures."""
    places = {size[:2] for size in work.prepared.plan.sizes}
    return job.area == texts.AREA and (job.region, job.period) in places


def keep_audits(work: Work) -> list[Job]:
    """Audits of earlier runs whose text this run was not given: they stay, as long as their
    region and period have figures, and say so where they could not be made the same now.
    """
    if not work.request.wanted.everything:
        return []
    kept = [job for job in work.entries if job not in work.done and _audit(work, job)]
    for job in kept:
        entry = work.entries[job]
        en, zh = ("", "") if _same(work, job, entry) else texts.OUTDATED
        status = entry.status if entry.status == "failed" else "unchanged"
        if status == "unchanged":
            entry = replace(entry, status=status, reason=en, reason_zh=zh)
        work.note(entry)
    return kept


def _same(work: Work, job: Job, entry: Entry) -> bool:
    """Whether an audit would be made from the same inputs now, its text apart."""
    text = texts.Text("", entry.text, entry.text_sha256)
    request = replace(work.request, wanted=Wanted(text=text))
    twin = orders.twin_of(job) in work.entries
    order = orders.make_order(request, work.prepared, job, twin)
    record = records.read(request.out, job.path, entry.inputs_sha256)
    shared = {"data": work.prepared.shared["data"], "code": work.prepared.code}
    found = record and records.changes(record, order.static, shared, work.prepared.index)
    return found is not None and not any(found)
