"""Figures beside their neighbours: earlier periods, the parts of a whole, the people there are;
and the periods themselves: their dates, their names and the order in which they are told."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from helpers.quantity.interval import Interval, addends

from ..problems import Problem, fault
from ..sheets import Sheet

__all__ = ["check_magnitudes", "check_periods", "check_totals", "lost_rows"]

JUMP = 10
IMPOSSIBLE_JUMP = 100
COPIED = 5  # figures of one form
ROWS = 6  # that a message names
PEOPLE = ("person", "couple", "unspecified")  # counts that cannot exceed the residents
YEARS = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?")
EARLIEST = "1949"
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
    cells = _cells(sheet)
    runs: dict[int, list[str]] = defaultdict(list)
    for row in sorted(sheets["periods"].rows(), key=lambda row: row["start"]):
        if (length := _months(row)) is not None:
            runs[length].append(row["period"])
    for run in runs.values():
        yield from _jumps(sheet, cells, run)
    yield from _forms(sheet, cells, runs.values())
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
    apart = value - whole.value
    groups = addends(sizes, abs(apart))[:ROWS] if complete else []
    alike = (
        f"，正好是第{'行，或第'.join('、'.join(group) for group in groups)}行的数" * bool(groups),
        f", as much as row {', or '.join(' and '.join(g) for g in groups)}" * bool(groups),
    )
    one_source = {whole.source} == {cell.source for _, cell in parts.values()}
    severity = "error" if value > whole.value and one_source else "warning"
    more = "…" if len(rows) > ROWS else ""
    said = {"sum": value, "apart": apart, "rows": ", ".join(rows[:ROWS]) + more, "alike": alike}
    place = (sheet.file, whole.row, "value", f"{whole.value:f}")
    yield fault(place, "total", severity, **said)


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
        whole, said = len(below[parent]), {"period": period, "parent": parent, "all": len(names)}
        said |= {"whole": whole, "told": whole - len(lacking), "lacking": ", ".join(lacking)}
        place = (sheet.file, 0, "", "")
        yield fault(place, "coverage", names=", ".join(names[:ROWS]), **said)


def lost_rows(before: Mapping[str, int], now: Mapping[str, int]) -> list[Problem]:
    """Tables that have fewer rows than in the edition before: perhaps cut off.

    Both map the name of a file to its number of rows (`Folder.counts`).
    """
    return [
        fault((file, 0, "", ""), "rows-lost", before=count, now=now.get(file, 0))
        for file, count in before.items()
        if now.get(file, 0) < count
    ]


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


def _jumps(sheet: Sheet, cells: Cells, run: list[str]) -> Iterator[Problem]:
    """Values ten times the usual, or a tenth of it. Small counts leap by themselves."""
    for places in cells.values():
        for region in dict.fromkeys(region for region, _ in places if len(places) > 1):
            earlier: list[Decimal] = []
            for cell in (places[region, period] for period in run if (region, period) in places):
                value, usual = cell.value, median(earlier[-3:]) if earlier else Decimal(0)
                rise = usual >= JUMP and value >= usual * JUMP
                least = JUMP if value % 1 else JUMP * JUMP  # a share, a count
                fall = usual >= least and 0 < value * JUMP <= usual
                if rise or fall:
                    times = int(value / usual if rise else usual / value)
                    sure = times >= IMPOSSIBLE_JUMP and len(earlier) > 1 and value >= JUMP
                    place = (sheet.file, cell.row, "value", f"{value:f}")
                    severity = "error" if sure else "warning"
                    yield fault(
                        place, "jump" if rise else "fall", severity, times=times, usual=usual
                    )
                earlier.append(value)


def _forms(sheet: Sheet, cells: Cells, runs: Iterable[list[str]]) -> Iterator[Problem]:
    """All that a region reported in a period: the same as in the one before, or nothing but 0."""
    forms: dict[Place, dict[str, Decimal]] = defaultdict(dict)
    first: dict[Place, int] = {}
    for indicator, places in cells.items():
        for place, cell in places.items():
            forms[place][indicator] = cell.value
            first[place] = min(cell.row, first.get(place, cell.row))
    before = {later: earlier for run in runs for earlier, later in pairwise(run)}
    for (region, period), form in forms.items():
        row, said = first[region, period], {"region": region, "count": len(form), "period": period}
        if len(form) < COPIED:
            continue
        if not any(form.values()):
            yield fault((sheet.file, row, "value", "0"), "all-zero", **said)
        elif form == forms.get((region, before.get(period, ""))):
            place = (sheet.file, row, "period", period)
            yield fault(place, "copied-period", before=before[period], **said)


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
                place = (sheet.file, cell.row, "value", f"{cell.value:f}")
                yield fault(place, "beyond-base", limit=limit[0], base=limit[1:])


def _most(sheet: Sheet) -> dict[tuple[str, str], tuple[Decimal, str, str]]:
    """The largest base of each region and unit, with its labels."""
    found: dict[tuple[str, str], tuple[Decimal, str, str]] = {}
    for row in sheet.rows():
        key = (row["region"], row["unit"])
        larger = row["value"] is not None and row["value"] > found.get(key, (Decimal(0),))[0]
        if row["definition"] == "base" and row["region"] and larger:
            found[key] = (row["value"], row["label_zh"], row["label_en"].lower())
    return found


def check_periods(
    sheets: Mapping[str, Sheet], used: Collection[str], today: date | None = None
) -> Iterator[Problem]:
    """Dates that are out of order, impossible or do not fit the period's name, and positions
    that contradict them; `used` are the periods with figures, `today` decides what lies ahead.
    """
    sheet = sheets.get("periods")
    if sheet is None or sheet.inherited:
        return
    now = (today or date.today()).isoformat()
    for row in sheet.rows():
        start, end = row["start"], row["end"]
        if start and end and start > end:
            yield fault(sheet.at(row, "start"), "period-order", start=start, end=end)
        elif start > now and row["period"] in used:
            yield fault(sheet.at(row, "start"), "period-future")
        years = YEARS.fullmatch(row["period"])
        if years and start and end and (start[:4], end[:4]) != (years[1], years[2] or years[1]):
            yield fault(sheet.at(row, "period"), "period-name", start=start, end=end)
        for column in ("start", "end"):
            if row[column] and row[column] < EARLIEST:
                yield fault(sheet.at(row, column), "period-early")
    yield from _order(sheet)


def _order(sheet: Sheet) -> Iterator[Problem]:
    """The fewest periods whose position contradicts their dates: what comes wholly before, or
    begins earlier and is as long, is told before."""
    dated = [row for row in sheet.rows() if row["position"] is not None and row["end"]]
    left = sorted(dated, key=lambda row: row["position"])
    while left:
        wrong = {row["row"]: [other for other in left if _contradict(row, other)] for row in left}
        worst = max(reversed(left), key=lambda row: len(wrong[row["row"]]))
        others = wrong[worst["row"]]
        if not others:
            return
        left.remove(worst)
        other = {"other": others[0]["period"], "at": others[0]["position"]}
        said = {"period": worst["period"], "position": worst["position"], **other}
        yield fault(sheet.at(worst, "position"), "period-position", **said)


def _contradict(one: Mapping, other: Mapping) -> bool:
    first, second = sorted((one, other), key=lambda row: row["position"])
    if first["position"] == second["position"]:
        return False
    if first["start"] and second["end"] < first["start"]:
        return True
    alike = _months(first) == _months(second) is not None
    return alike and second["start"] < first["start"]


def _months(row: Mapping) -> int | None:
    """The length of a period in months; None where its dates do not say it."""
    start, end = row["start"], row["end"]
    if not start or not end or start > end:
        return None
    return (int(end[:4]) - int(start[:4])) * 12 + int(end[5:7]) - int(start[5:7]) + 1
