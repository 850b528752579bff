"""Editions of a reports folder: what the figures of its pages were before a run and are after it.

While pages are replaced, the figures of their own region and period are held against those of
the page before. The changes that a run makes, told as `halfsky diff` tells them, are an edition.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from helpers.reports.page import figurelist
from helpers.reports.plan import LANGS, Job

if TYPE_CHECKING:
    from helpers.audit.diff.states import State
    from helpers.reports.run import Run

__all__ = ["moved", "opened"]

KEPT = 200  # changes that the ledger keeps of the last edition; of earlier ones the count alone
EARLIER = 12  # editions
TOLD = {
    "zh": ("新增报告 {} 份", "撤下报告 {} 份", "；"),
    "en": ("new reports: {}", "reports withdrawn: {}", "; "),
}
Record = dict[str, Any]
Moved = dict[str, list[Record | None]]


def moved(known: Moved, old: str, new: str, job: Job) -> None:
    """Enter in `known` what a new page makes of the figures of the page before it: KEY → the
    figure before and after, None where it did not stand there; nothing where it is the same.
    """
    here = f"|{job.region}|{job.period}"
    one, other = figurelist.read(old), figurelist.read(new)
    for key in {**one, **other}:
        pair, prior = [one.get(key), other.get(key)], known.get(key)
        if not key.endswith(here):
            continue
        if pair[0] == pair[1]:
            known[key] = prior if prior and all(prior) else []
        elif all(pair) or prior != []:
            first, last = prior or (None, None)
            known[key] = [first or pair[0], pair[1] or last]


def opened(run: "Run") -> None:
    """Open the next edition in the ledger's history, where this run has changed anything."""
    changes = _changes(run)
    before = {job for job, entry in run.before.entries.items() if entry.sha256}
    after = {job for job, entry in run.entries.items() if entry.sha256}
    counts = (len(after - before), len(before - after))
    run.state.moved.clear()
    if run.history and not changes and not any(counts):
        return
    last = {name: run.history[name] for name in ("number", "date", "tally") if run.history}
    earlier = [last, *run.history.get("before", [])] if run.history else []
    run.history = {
        "number": run.history.get("number", 0) + 1,
        "date": date.today().isoformat(),
        "tally": {lang: _tally(changes, counts, lang) for lang in LANGS},
        "changes": [{name: one[name] for name in ("key", *LANGS)} for one in changes[:KEPT]],
        "before": earlier[:EARLIER],
    }


def _tally(changes: list[Record], counts: Iterable[int], lang: str) -> str:
    from helpers.audit.diff import words

    *told, between = TOLD[lang]
    found = [words.tally([one["change"] for one in changes], lang)]
    found += [text.format(count) for text, count in zip(told, counts, strict=True) if count]
    return between.join(found)


def _changes(run: "Run") -> list[Record]:
    """What has changed in substance, in the order and words of `halfsky diff`."""
    pairs = {key: pair for key, pair in run.state.moved.items() if pair and any(pair)}
    pairs = {key: pair for key, pair in pairs.items() if all(pair) or not _stands(run, key, pair)}
    if not pairs:
        return []
    from helpers.audit.diff import words
    from helpers.audit.diff.compare import compare

    old, new = (_state(run, {key: pair[at] for key, pair in pairs.items()}) for at in (0, 1))
    return [
        {
            "key": change.figure,
            "change": change,
            **{lang: words.told(change, old, new, lang).line(lang) for lang in LANGS},
        }
        for change in compare(old, new)
    ]


def _stands(run: "Run", key: str, pair: list[Record | None]) -> bool:
    """Whether another page states a figure that is new on one page, or gone from it."""
    slug, region, period = key.split("|")
    return any(
        slug in run.state.reports.get(job.path, {}).get("stated", {})
        for job in run.entries
        if (job.region, job.period) == (region, period) and (pair[1] is None or job not in run.keys)
    )


def _state(run: "Run", figures: Mapping[str, Record | None]) -> "State":
    """One side of the comparison, with the names that the tables have now."""
    from helpers.audit.diff.states import EDITION, State, listed

    plan = run.prepared.plan

    def area(key: str) -> str:
        return str(plan.labels.get(key.partition("|")[0], {}).get("area", ""))

    told = {key: listed(key, one, area(key)) for key, one in figures.items() if one}
    places = {**_named(plan.regions, "name"), **_named(plan.periods, "label")}
    kept = {key: figure for key, figure in told.items() if figure is not None}
    return State(EDITION, kept, areas=_named(plan.areas, "title"), places=places)


def _named(rows: Mapping[str, Mapping[str, Any]], stem: str) -> dict[str, tuple[str, str]]:
    return {
        code: (str(row.get(f"{stem}_zh", code)), str(row.get(f"{stem}_en", code)))
        for code, row in rows.items()
    }
