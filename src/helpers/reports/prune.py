"""Reports that a run does not build: those withheld, those no longer planned, those that stay
though nobody asked for them.
"""

from dataclasses import replace

from helpers.reports.held import withdraw
from helpers.reports.ledger import Entry
from helpers.reports.plan import Job, Wanted
from helpers.reports.run import Run

__all__ = ["clear", "keep_extras"]

NO_FIGURES = ("no figures", "没有数字")
OUTDATED = (
    "made from earlier data, notebooks or program; name its file again to make it anew",
    "生成时的数据、笔记本或程序与现在不同；再次指明文件可重新生成",
)


def clear(run: Run) -> tuple[str, ...]:
    """Enter what is withheld; take back what is no longer part of the edition.

    A run over a part of the edition looks only at that part. A file is removed only when the
    ledger has it and its content is still what was published.
    """
    prepared, out = run.prepared, run.request.out
    if prepared.wanted.only_extra:
        return ()
    gone = list(prepared.withheld)
    planned = {*prepared.jobs, *prepared.withheld}
    other = [job for job in run.entries if job not in planned and not _is_extra(run, job)]
    gone += [job for job in other if _asked(prepared.wanted, job)]
    left = []
    for job in gone:
        entry = run.entries.pop(job, None)
        run.state.forget(job.path)
        if entry and entry.sha256 and not withdraw(out / job.path, entry.sha256):
            left.append(job.path)
    for job in prepared.withheld:
        names = (job.area, job.region, job.period, job.lang)
        run.note(Entry(*names, "withheld", *NO_FIGURES))
    return tuple(left)


def _asked(wanted: Wanted, job: Job) -> bool:
    """Whether a report belongs to the part of the edition that is asked for."""
    parts = ((wanted.areas, job.area), (wanted.regions, job.region))
    parts += ((wanted.periods, job.period), (wanted.langs, job.lang))
    return all(value in asked for asked, value in parts if asked)


def _is_extra(run: Run, job: Job) -> bool:
    """Whether a report is one beside the plan, of a region and period that still have figures."""
    entry, places = run.entries[job], {size[:2] for size in run.prepared.plan.sizes}
    return bool(entry.text or entry.notebook) and (job.region, job.period) in places


def keep_extras(run: Run) -> list[Job]:
    """Audits and analysts' reports of earlier runs that this run was not asked for: they stay,
    as long as their region and period have figures, and say so where they could not be made the
    same now.
    """
    if not run.prepared.wanted.everything:
        return []
    kept = [job for job in run.entries if job not in run.done and _is_extra(run, job)]
    for job in kept:
        entry = run.entries[job]
        if entry.status != "failed":
            record = run.state.reports.get(job.path, {})
            parts = record.get("parts", {}) if record.get("sha256") == entry.sha256 else {}
            cut, _ = run.prepared.slices.digests(job.area, job.region)
            now = {**run.prepared.shared, "slice": cut}
            same = all(parts.get(name) == digest for name, digest in now.items())
            en, zh = ("", "") if same else OUTDATED
            entry = replace(entry, status="unchanged", reason=en, reason_zh=zh)
        run.note(entry)
    return kept
