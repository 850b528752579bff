"""Figures beside their neighbours: earlier periods, the parts of a whole, the people there are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from ..problems import Problem, problem
from ..sheets import Sheet
from .periods import runs

__all__ = ["check_magnitudes", "check_totals", "lost_rows"]

JUMP = 10
IMPOSSIBLE_JUMP = 100
COPIED = 5  # figures of one form
ROWS = 6  # that a message names
PEOPLE = ("person", "couple", "unspecified")  # counts that cannot exceed the residents
Place = tuple[str, str]  # region, period


class _Cell(NamedTuple):
    value: Decimal
    row: int
    exact: bool


Cells = dict[str, dict[Place, _Cell]]  # by indicator


def check_magnitudes(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """Jumps and falls by a factor of ten (a slip of unit), forms copied from the period before
    or zero throughout, and more people or households than there are.

    Periods are compared only where they are of one length.
    """
    if any(name not in sheets for name in ("observations", "indicators", "periods", "regions")):
        return
    sheet = sheets["observations"]
    cells, lengths = _cells(sheet), runs(sheets["periods"])
    yield from _jumps(sheet, cells, lengths)
    yield from _forms(sheet, cells, lengths)
    yield from _beyond(sheet, cells, sheets)


def check_totals(sheets: Mapping[str, Sheet], parts: Iterable[Sheet]) -> Iterator[Problem]:
    """Additive figures: the sum of the reported parts may not exceed the whole, and equals it
    where every part is reported (else a warning: a whole may have a share of its own).

    `parts` are sheets of observations with the regions below those of `sheets`, taken one by
    one.
    """
    if any(name not in sheets for name in ("observations", "indicators", "regions")):
        return
    additive = {row["indicator"] for row in sheets["indicators"].rows() if row["additive"]}
    sheet = sheets["observations"]
    wholes = {k: v for k, v in _cells(sheet).items() if k in additive}
    parents = dict(zip(*(sheets["regions"].texts[c] for c in ("region", "parent")), strict=True))
    below: dict[str, int] = defaultdict(int)
    for parent in parents.values():
        below[parent] += 1
    sums: dict[tuple[str, Place], tuple[Decimal, list[str]]] = {}
    for part in parts:
        for indicator, places in _cells(part).items():
            for (region, period), cell in places.items():
                whole = (parents.get(region, ""), period)
                if cell.exact and whole in wholes.get(indicator, ()):
                    value, rows = sums.get((indicator, whole), (Decimal(0), []))
                    named = f"{cell.row}" if part.file == sheet.file else f"{part.file}:{cell.row}"
                    sums[indicator, whole] = value + cell.value, [*rows, named]
    for (indicator, place), (value, rows) in sums.items():
        cell = wholes[indicator][place]
        if cell.exact and (value > cell.value or (len(rows) == below[place[0]] != 0)):
            yield from _total(sheet, cell, value, rows)


def _total(sheet: Sheet, whole: _Cell, value: Decimal, rows: Sequence[str]) -> Iterator[Problem]:
    if value == whole.value:
        return
    more = "…" if len(rows) > ROWS else ""
    zh = (
        f"各地之和 {value}(第{'、'.join(rows[:ROWS])}{more}行),相差 {value - whole.value}",
        "核对这几行",
    )
    en = (
        f"the parts add up to {value} (rows {', '.join(rows[:ROWS])}{more}), "
        f"a difference of {value - whole.value}",
        "compare these rows",
    )
    severity = "error" if value > whole.value else "warning"
    place = (sheet.file, whole.row, "value", f"{whole.value:f}")
    yield problem(place, "total", zh, en, severity)


def lost_rows(before: Mapping[str, int], now: Mapping[str, int]) -> list[Problem]:
    """Tables that have fewer rows than in the edition before: perhaps cut off.

    Both map the name of a file to its number of rows (`Folder.counts`).
    """
    problems = []
    for file, count in before.items():
        left = now.get(file, 0)
        if left < count:
            zh = (
                f"上一版有{count}行,现在只有{left}行,可能被截断",
                "补全;确要减少的,加 --accept-shrink",
            )
            en = (
                f"{count} rows in the edition before, {left} now: cut off?",
                "restore them, or add --accept-shrink if they are meant to go",
            )
            problems.append(problem((file, 0, "", ""), "rows-lost", zh, en))
    return problems


def _cells(sheet: Sheet) -> Cells:
    found: Cells = defaultdict(dict)
    columns = ("indicator", "region", "period", "value")
    rounded = sheet.texts["qualifier"], sheet.texts["as_written"]
    rows = zip(sheet.numbers, *(sheet.columns[name] for name in columns), *rounded, strict=True)
    for row, indicator, region, period, value, word, said in rows:
        if value is not None and indicator and region and period:
            exact = not word and not any(sign in said for sign in "万亿.")
            found[indicator][region, period] = _Cell(value, row, exact)
    return found


def _jumps(sheet: Sheet, cells: Cells, lengths: list[list[str]]) -> Iterator[Problem]:
    for places in cells.values():
        regions = dict.fromkeys(region for region, _ in places)
        for run in lengths if len(places) > 1 else ():
            for region in regions:
                earlier: list[Decimal] = []
                for period in run:
                    cell = places.get((region, period))
                    if cell is None:
                        continue
                    usual = median(earlier[-3:]) if earlier else Decimal(0)
                    yield from _jump(sheet, cell, usual, len(earlier))
                    earlier.append(cell.value)


def _jump(sheet: Sheet, cell: _Cell, usual: Decimal, before: int) -> Iterator[Problem]:
    """A value ten times the usual, or a tenth of it. Small counts leap by themselves."""
    value = cell.value
    rise = usual >= JUMP and value >= usual * JUMP
    small = JUMP if value != value.to_integral_value() else JUMP * JUMP  # a share, a count
    fall = usual >= small and 0 < value * JUMP <= usual
    if not rise and not fall:
        return
    times = int(value / usual if rise else usual / value)
    sure = times >= IMPOSSIBLE_JUMP and before > 1 and value >= JUMP
    zh = (
        f"是以往中位数 {usual} 的{f'{times}倍' if rise else f'{times}分之一'}",
        "单位可能写错(元/万元),向来源核对",
    )
    en = (
        f"{times} times the usual {usual}" if rise else f"the usual {usual} divided by {times}",
        "a slip of unit? Look it up at its source",
    )
    place = (sheet.file, cell.row, "value", f"{value:f}")
    yield problem(place, "jump", zh, en, "error" if sure else "warning")


def _forms(sheet: Sheet, cells: Cells, lengths: list[list[str]]) -> Iterator[Problem]:
    """All that a region reported in a period: the same as in the one before, or nothing but 0."""
    forms: dict[Place, dict[str, _Cell]] = defaultdict(dict)
    for indicator, places in cells.items():
        for place, cell in places.items():
            forms[place][indicator] = cell
    for (region, period), form in forms.items():
        if len(form) >= COPIED and not any(cell.value for cell in form.values()):
            row = min(cell.row for cell in form.values())
            zh = (f"{region} 在 {period} 的{len(form)}个数全是 0", "没有上报的整行不写,不要填 0")
            en = (
                f"all {len(form)} figures of {region} in {period} are 0",
                "leave out what was not reported",
            )
            yield problem((sheet.file, row, "value", "0"), "all-zero", zh, en, "warning")
    for region in dict.fromkeys(region for region, _ in forms):
        for run in lengths:
            for before, period in pairwise(run):
                old, new = forms.get((region, before), {}), forms.get((region, period), {})
                values = [{k: c.value for k, c in form.items()} for form in (old, new)]
                if len(new) < COPIED or values[0] != values[1] or not any(values[1].values()):
                    continue
                row = min(cell.row for cell in new.values())
                zh = (f"{region} 在 {period} 的{len(new)}个数与 {before} 完全相同", "核对是否照抄")
                en = (f"all {len(new)} figures equal those of {before}", "copied by mistake?")
                yield problem(
                    (sheet.file, row, "period", period), "copied-period", zh, en, "warning"
                )


def _beyond(sheet: Sheet, cells: Cells, sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """Counts of people or households beyond those of the region, or of the one above it."""
    if "comparables" not in sheets:
        return
    most = _most(sheets["comparables"])
    parents = dict(zip(*(sheets["regions"].texts[c] for c in ("region", "parent")), strict=True))
    kinds = {row["indicator"]: row for row in sheets["indicators"].rows()}
    for indicator, places in cells.items():
        kind = kinds.get(indicator, {})
        counts = kind.get("counts", "")
        unit = "户" if counts == "household" else "人" if counts in PEOPLE else ""
        if not unit or (counts == "unspecified" and kind.get("measure_type") == "flow"):
            continue  # attendances may well exceed the people
        for (region, _), cell in places.items():
            at, seen = region, set()
            while at and at not in seen and (at, unit) not in most:
                seen.add(at)
                at = parents.get(at, "")
            limit = most.get((at, unit))
            if limit is not None and cell.value > limit[0]:
                zh = (f"超过{limit[1]} {limit[0]}", "单位可能写错(元/万元、人/人次),向来源核对")
                en = (f"more than the {limit[0]} of {limit[2]}", "a slip of unit? Look it up")
                place = (sheet.file, cell.row, "value", f"{cell.value:f}")
                yield problem(place, "beyond-base", zh, en, "warning")


def _most(sheet: Sheet) -> dict[tuple[str, str], tuple[Decimal, str, str]]:
    """The largest base of each region and unit, with its labels."""
    found: dict[tuple[str, str], tuple[Decimal, str, str]] = {}
    for row in sheet.rows():
        key = (row["region"], row["unit"])
        larger = row["value"] is not None and row["value"] > found.get(key, (Decimal(0),))[0]
        if row["definition"] == "base" and row["region"] and larger:
            found[key] = (row["value"], row["label_zh"], row["label_en"].lower())
    return found
