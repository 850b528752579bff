"""Figures that contradict each other: in two places of a file, a total and its parts, what was
taken and the earlier figures or the rules of the office.

The checks of the data folder itself judge what was taken, so that a submission is sent back for
what would refuse the folder; their findings are told at their place in the submission.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from helpers.collect.merge import observed
from helpers.collect.take_figure import Entry, LeftAside
from helpers.collect.words import tell, words
from helpers.data.checks.magnitudes import check_magnitudes
from helpers.data.checks.rules import check_rules
from helpers.data.formulas import parse_sum
from helpers.data.problems import Problem
from helpers.data.sheets import Sheet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from helpers import quantity as q
    from helpers.collect.merge import Cells, Key
    from helpers.collect.take_figure import Work
    from helpers.data.folder import Folder

__all__ = ["contradictions", "hold_shares", "hold_subtotals", "hold_totals", "once"]

ROW = re.compile(r"observations\.csv(?: 第(\d+)行|, row (\d+))")
HEAPED = 20, Decimal("0.6")  # figures of a submission, and the share of them that end in 0 or 5
ROUNDED = Decimal("0.1")  # points by which a share may differ from its numbers


def once(work: Work) -> list[Entry]:
    """Each figure once: told where it stands twice, refused where it has two values."""
    by_key: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    for entry in work.entries:
        by_key[entry.key].append(entry)
    kept = []
    for first, *more in by_key.values():
        differ = any(entry.value != first.value for entry in more)
        for entry in more:
            told = {"at": first.locator, "other": first.as_written}
            found = tell(entry.place, "two-values" if differ else "figure-twice", **told)
            severe = differ or entry.sheet == first.sheet
            work.problems.append(replace(found, severity="error" if severe else "warning"))
        if not differ:  # what stands twice in one sheet has refused the file
            kept.append(first)
    return kept


def hold_totals(work: Work, entries: list[Entry]) -> None:
    """A total is the parent's figure where it is the sum of its parts, and refused where not.

    It is never another addend. Of indicators that do not add up (shares, heads that may be
    counted twice) the total is the parent's figure as it stands.
    """
    for total in work.totals:
        own = [e for e in entries if (e.indicator, e.period) == (total.indicator, total.period)]
        parents = {work.words.parent(entry.region) for entry in own}
        if len(parents) != 1:
            where = (total.sheet, total.address, total.as_written)
            work.aside.append(LeftAside(*where, *words("aside")["total"]))
        elif not _differs(work, total, own):
            parent = replace(total, region=parents.pop(), remark="表中合计")
            if parent.region and not any(entry.key == parent.key for entry in entries):
                entries.append(parent)


def hold_subtotals(work: Work, sheet: str) -> None:
    """A subtotal is the sum of the rows between it and the one before, or is refused."""
    last: dict[tuple[str, str, str], int] = defaultdict(int)
    for one in (e for e in work.subtotals if e.sheet == sheet):
        letters, row = one.place[2], one.place[1]
        key = (one.indicator, one.period, letters)
        own = [e for e in work.entries if e.sheet == sheet and last[key] < e.place[1] < row
               and (e.indicator, e.period, e.place[2]) == key]  # fmt: skip
        last[key] = row
        _differs(work, one, own)


def _differs(work: Work, total: Entry, parts: list[Entry]) -> bool:
    """Whether a total is not the sum of its parts where it ought to be; that is told."""
    added = sum((entry.value for entry in parts), Decimal(0))
    additive = bool(work.words.indicators[total.indicator]["additive"])
    differs = bool(parts) and additive and added != total.value
    if differs:
        told = {"added": f"{added:f}", "apart": f"{total.value - added:f}"}
        work.problems.append(tell(total.place, "total-differs", **told))
    return differs


def hold_shares(work: Work, entries: Collection[Entry]) -> None:
    """Shares that a table works out are none of its figures: told where they do not fit those."""
    values = {entry.key: entry.value for entry in entries}
    for one in work.shares:
        about = work.words.measures[one.indicator]
        sums = [parse_sum(str(about[name])) for name in ("numerator", "denominator")]
        if any(term.kind != "figure" for terms in sums for term in terms):
            continue
        worth = [[values.get((t.name, one.region, one.period)) for t in terms] for terms in sums]
        if any(None in values for values in worth):
            continue
        top, under = (sum(t.sign * value for t, value in zip(terms, own, strict=True))
                      for terms, own in zip(sums, worth, strict=True))  # fmt: skip
        fits = top / under * Decimal(str(about["scale"])) if under else one.value
        if abs(fits - one.value) > ROUNDED:
            work.problems.append(tell(one.place, "share-differs", fits=f"{fits:.1f}"))


def contradictions(
    folder: Folder, rows: Mapping[Key, Cells], entries: Collection[Entry], policy: q.Policy
) -> list[tuple[Problem, set[str]]]:
    """What is wrong with figures taken beside the others: each finding with the files that it
    speaks of."""
    taken = {entry.key: entry for entry in entries}
    sheet = _sheet(folder, rows)
    by_row = dict(zip(sheet.numbers, rows, strict=True))
    sheets = {**folder.sheets, "observations": sheet}
    found = []
    for one in (*check_magnitudes(sheets), *check_rules(sheets, policy)):
        named = [one.row, *(int(a or b) for a, b in ROW.findall(one.message_zh))]
        about = [taken[by_row[n]] for n in named if n in by_row and by_row[n] in taken]
        if about:
            found.append((_placed(one, about[0], by_row, taken), {e.file for e in about}))
    found += [(one, {one.file.split("!")[0]}) for one in _falling(folder, taken)]
    found += [(one, {one.file}) for one in _heaped(entries)]
    return found


def _sheet(folder: Folder, rows: Mapping[Key, Cells]) -> Sheet:
    """The observations as the checks read them."""
    table = observed(folder)[0].table
    texts = {name: [str(cells.get(name) or "") for cells in rows.values()] for name in table.names}
    values = [Decimal(text) if text else None for text in texts["value"]]
    columns = {**texts, "value": values}
    return Sheet(table, table.file, tuple(range(2, len(rows) + 2)), columns, texts)


def _placed(
    one: Problem, at: Entry, by_row: Mapping[int, Key], taken: Mapping[Key, Entry]
) -> Problem:
    """A finding in the observations, told where it stands in the submissions."""

    def named(match: re.Match[str], earlier: str) -> str:
        key = by_row[int(match[1] or match[2])]
        entry = taken.get(key)
        return f"{entry.file} {entry.locator}" if entry else f"{earlier} {'|'.join(key)}"

    file, row, column, _ = at.place
    return replace(
        one, file=file, row=row, column=column, value=at.as_written,
        message_zh=ROW.sub(lambda match: named(match, "已有数据"), one.message_zh),
        message_en=ROW.sub(lambda match: named(match, "earlier:"), one.message_en),
    )  # fmt: skip


def _falling(folder: Folder, taken: Mapping[Key, Entry]) -> Iterator[Problem]:
    """Flows counted from one day on that are less at a later end of the period than before."""
    flows = {row["indicator"] for row in folder.sheets["indicators"].rows()
             if row["measure_type"] == "flow" and row["additive"]}  # fmt: skip
    spans = defaultdict(list)
    for row in sorted(folder.sheets["periods"].rows(), key=lambda row: row["end"]):
        spans[row["start"]].append(row["period"])
    for indicator, region in dict.fromkeys(key[:2] for key in taken if key[0] in flows):
        for periods in spans.values():
            given = [taken[key] for period in periods if (key := (indicator, region, period))
                     in taken and not taken[key].qualifier]  # fmt: skip
            for before, after in pairwise(given):
                if after.value < before.value:
                    told = {"period": before.period, "other": before.as_written}
                    yield tell(after.place, "cumulative-falls", at=before.locator, **told)


def _heaped(entries: Collection[Entry]) -> Iterator[Problem]:
    """Submissions of which far more figures end in 0 or 5 than chance allows."""
    counts = [e for e in entries if not e.qualifier and e.value >= 10 and e.value % 1 == 0]
    for file in dict.fromkeys(entry.file for entry in counts):
        own = [entry for entry in counts if entry.file == file]
        heaped = [entry for entry in own if entry.value % 5 == 0]
        if len(own) >= HEAPED[0] and len(heaped) >= HEAPED[1] * len(own):
            yield tell((file, 0, "", ""), "figures-heaped", all=len(own), heaped=len(heaped))
