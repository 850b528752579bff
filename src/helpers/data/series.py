"""Figures beside their neighbours: earlier periods of a region, and the parts of a whole."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from statistics import median

from .problems import Problem, problem
from .sheets import Sheet

__all__ = ["check_series"]

JUMP = 10
IMPOSSIBLE_JUMP = 100
COPIED = 5


def check_series(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """Jumps of a factor of ten (a slip of unit), whole forms copied from the period before, and
    totals that their parts exceed. Periods are compared only where they are of one length.
    """
    needed = ("observations", "indicators", "periods", "regions")
    if any(name not in sheets for name in needed):
        return
    sheet = sheets["observations"]
    columns = ("indicator", "region", "period", "value")
    rows = zip(sheet.numbers, *(sheet.columns[name] for name in columns), strict=True)
    cells = {(i, r, p): (value, row) for row, i, r, p, value in rows if value is not None}
    runs = _runs(sheets["periods"])
    yield from _jumps(sheet, cells, runs)
    yield from _copies(sheet, cells, runs)
    yield from _totals(sheet, cells, sheets)


def _runs(periods: Sheet) -> list[list[str]]:
    """Periods of one length (in months), in order of their start."""
    groups: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in periods.rows():
        start, end = row["start"] or "", row["end"] or ""
        if start and end and start <= end:
            months = (int(end[:4]) - int(start[:4])) * 12 + int(end[5:7]) - int(start[5:7])
            groups[months].append((start, row["period"]))
    return [[period for _, period in sorted(group)] for group in groups.values()]


def _jumps(sheet: Sheet, cells: Mapping, runs: list[list[str]]) -> Iterator[Problem]:
    pairs = dict.fromkeys((indicator, region) for indicator, region, _ in cells)
    for run in runs if len(cells) else ():
        for indicator, region in pairs if len(run) > 1 else ():
            earlier: list[Decimal] = []
            for period in run:
                value, row = cells.get((indicator, region, period), (None, 0))
                if value is None:
                    continue
                usual = median(earlier[-3:]) if earlier else 0
                if usual >= JUMP and value >= usual * JUMP:
                    yield _jump(sheet, row, value, usual, len(earlier))
                earlier.append(value)


def _jump(sheet: Sheet, row: int, value: Decimal, usual: Decimal, before: int) -> Problem:
    times = int(value / usual)
    sure = times >= IMPOSSIBLE_JUMP and before > 1
    zh = (f"是以往中位数 {usual} 的{times}倍,单位可能写错(元/万元)", "核对单位")
    en = (f"{times} times the usual {usual}: a slip of unit?", "check the unit")
    place = (sheet.file, row, "value", f"{value:f}")
    return problem(place, "jump", zh, en, "error" if sure else "warning")


def _copies(sheet: Sheet, cells: Mapping, runs: list[list[str]]) -> Iterator[Problem]:
    forms: dict[tuple[str, str], dict[str, tuple[Decimal, int]]] = defaultdict(dict)
    for (indicator, region, period), cell in cells.items():
        forms[region, period][indicator] = cell
    for region in dict.fromkeys(region for region, _ in forms):
        for run in runs:
            for before, period in pairwise(run):
                old, new = forms.get((region, before), {}), forms.get((region, period), {})
                same = len(new) >= COPIED and {k: v[0] for k, v in old.items()} == {
                    k: v[0] for k, v in new.items()
                }
                if same:
                    row = min(row for _, row in new.values())
                    zh = (
                        f"{region} 在 {period} 的{len(new)}个数与 {before} 完全相同",
                        "核对是否照抄",
                    )
                    en = (f"all {len(new)} figures equal those of {before}", "copied by mistake?")
                    place = (sheet.file, row, "period", period)
                    yield problem(place, "copied-period", zh, en, "warning")


def _totals(sheet: Sheet, cells: Mapping, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """Additive figures: the sum of the reported parts may not exceed the whole, and equals it
    where every part is reported (else a warning: a whole may have a share of its own)."""
    additive = {row["indicator"] for row in sheets["indicators"].rows() if row["additive"]}
    rounded = sheet.texts["qualifier"], sheet.texts["as_written"]
    exact = {
        row
        for row, word, said in zip(sheet.numbers, *rounded, strict=True)
        if not word and not any(sign in said for sign in "万亿.")
    }
    children: dict[str, list[str]] = defaultdict(list)
    for region, parent in zip(
        *(sheets["regions"].texts[c] for c in ("region", "parent")), strict=True
    ):
        if parent:
            children[parent].append(region)
    for (indicator, region, period), (whole, row) in cells.items():
        if indicator not in additive or region not in children or row not in exact:
            continue
        parts = [cells.get((indicator, child, period)) for child in children[region]]
        known = [part for part in parts if part and part[1] in exact]
        total = sum(value for value, _ in known)
        complete = len(known) == len(parts)
        if total > whole or (complete and total < whole):
            rows = [number for _, number in known]
            zh = (f"各地之和 {total}(第{'、'.join(map(str, rows))}行),相差 {total - whole}", "核对")
            en = (
                f"the parts add up to {total} (rows {', '.join(map(str, rows))}), "
                f"a difference of {total - whole}",
                "compare these rows",
            )
            severity = "error" if total > whole else "warning"
            yield problem((sheet.file, row, "value", f"{whole:f}"), "total", zh, en, severity)
