"""Figures beside their neighbours: earlier periods, the parts of a whole, the people there are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from helpers.quantity.interval import Interval, addends

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
    source: str


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
    where every part is reported. Where whole and parts have one source, a lesser whole is an
    error; else two sources disagree, which is for the office to clear up. Some parts reported and
    others not is a warning.

    `parts` are sheets of observations with the regions below those of `sheets`, taken one by
    one.
    """
    if any(name not in sheets for name in ("observations", "indicators", "regions")):
        return
    additive = {row["indicator"] for row in sheets["indicators"].rows() if row["additive"]}
    sheet = sheets["observations"]
    wholes = {k: v for k, v in _cells(sheet).items() if k in additive}
    below: dict[str, list[str]] = defaultdict(list)
    parents = dict(zip(*(sheets["regions"].texts[c] for c in ("region", "parent")), strict=True))
    for region, parent in parents.items():
        below[parent].append(region)
    given: dict[tuple[str, Place], dict[str, tuple[str, _Cell]]] = defaultdict(dict)
    for part in parts:
        for indicator, places in _cells(part).items():
            for (region, period), cell in places.items() if indicator in additive else ():
                named = f"{cell.row}" if part.file == sheet.file else f"{part.file}:{cell.row}"
                given[indicator, (parents.get(region, ""), period)][region] = named, cell
    for (indicator, place), told in given.items():
        whole = wholes.get(indicator, {}).get(place)
        exact = {region: pair for region, pair in told.items() if pair[1].exact}
        if whole is not None and whole.exact and exact:
            yield from _total(sheet, whole, exact, len(exact) == len(below[place[0]]))
    yield from _gaps(sheet, given, below)


def _total(
    sheet: Sheet, whole: _Cell, parts: Mapping[str, tuple[str, _Cell]], complete: bool
) -> Iterator[Problem]:
    value = sum((cell.value for _, cell in parts.values()), Decimal(0))
    if value == whole.value or (value < whole.value and not complete):
        return
    rows = [named for named, _ in parts.values()]
    sizes = {named: Interval.point(cell.value) for named, cell in parts.values()}
    explained = addends(sizes, abs(value - whole.value))[:ROWS] if complete else []
    more = "…" if len(rows) > ROWS else ""
    zh = f"各地之和 {value}(第{'、'.join(rows[:ROWS])}{more}行),相差 {value - whole.value}"
    en = (
        f"the parts add up to {value} (rows {', '.join(rows[:ROWS])}{more}), "
        f"a difference of {value - whole.value}"
    )
    if explained:
        zh += f",正好是第{'行,或第'.join('、'.join(group) for group in explained)}行的数"
        en += f", as much as row {', or '.join(' and '.join(group) for group in explained)}"
    one_source = {whole.source} == {cell.source for _, cell in parts.values()}
    severity = "error" if value > whole.value and one_source else "warning"
    place = (sheet.file, whole.row, "value", f"{whole.value:f}")
    remedies = ("核对这几行", "compare these rows")
    yield problem(place, "total", (zh, remedies[0]), (en, remedies[1]), severity)


def _gaps(
    sheet: Sheet,
    given: Mapping[tuple[str, Place], Mapping[str, object]],
    below: Mapping[str, list[str]],
) -> Iterator[Problem]:
    """How many of the places have reported where some have not, one line for figures alike."""
    alike: dict[tuple[str, str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (indicator, (parent, period)), told in given.items():
        lacking = tuple(region for region in below[parent] if region not in told)
        if parent and lacking and len(told) > 1:
            alike[period, parent, lacking].append(indicator)
    for (period, parent, lacking), names in alike.items():
        whole, listed = len(below[parent]), ", ".join(names[:ROWS])
        zh = (
            f"{period} {parent} 的{whole}个地区报了{whole - len(lacking)}个,缺 "
            f"{'、'.join(lacking)}:{listed} 等{len(names)}项",
            "补报前,其余地区之和不能当作上级的数",
        )
        en = (
            f"{period}: {whole - len(lacking)} of {whole} regions of {parent} reported, without "
            f"{', '.join(lacking)}: {listed} ({len(names)} in all)",
            "until then the sum of the others is not the figure of the region above",
        )
        yield problem((sheet.file, 0, "", ""), "coverage", zh, en, "warning")


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
    texts = (sheet.texts[name] for name in ("qualifier", "as_written", "source"))
    rows = zip(sheet.numbers, *(sheet.columns[name] for name in columns), *texts, strict=True)
    for row, indicator, region, period, value, word, said, source in rows:
        if value is not None and indicator and region and period:
            exact = not word and not any(sign in said for sign in "万亿.")
            found[indicator][region, period] = _Cell(value, row, exact, source)
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
