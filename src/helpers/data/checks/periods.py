"""Periods: their dates, their names and the order in which they are told."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date

from ..problems import Problem, problem
from ..sheets import Sheet

__all__ = ["check_periods", "runs"]

YEARS = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?")
CORRECT = ("核对后改正", "correct it")
EARLIEST = "1949"


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
        yield from _dates(sheet, row, used, now)
    yield from _order(sheet)


def _dates(sheet: Sheet, row: Mapping, used: Collection[str], now: str) -> Iterator[Problem]:
    start, end = row["start"] or "", row["end"] or ""
    if start and end and start > end:
        zh = (f"开始({start})晚于结束({end})", CORRECT[0])
        en = (f"starts ({start}) after it ends ({end})", CORRECT[1])
        yield problem((sheet.file, row["row"], "start", start), "period-order", zh, en)
    elif start > now and row["period"] in used:
        zh = ("时期还没有开始,却已有数据", "核对时期")
        en = ("this period has not begun, yet has figures", "correct the period")
        yield problem((sheet.file, row["row"], "start", start), "period-future", zh, en)
    years = YEARS.fullmatch(row["period"])
    if years and start and end and (start[:4], end[:4]) != (years[1], years[2] or years[1]):
        zh = (f"时期名称与起止日期({start} 至 {end})不符", CORRECT[0])
        en = (f"its name does not fit its dates ({start} to {end})", CORRECT[1])
        yield problem((sheet.file, row["row"], "period", row["period"]), "period-name", zh, en)
    for column, day in (("start", start), ("end", end)):
        if day and day < EARLIEST:
            zh = ("早于 1949 年", "核对年份"), ("before 1949", "check the year")
            yield problem((sheet.file, row["row"], column, day), "period-early", *zh, "warning")


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
        other = others[0]
        place = (sheet.file, worst["row"], "position", str(worst["position"]))
        zh = (
            f"次序与日期矛盾:{worst['period']} 的次序是 {worst['position']},"
            f"{other['period']} 的是 {other['position']}",
            "按日期先后编次序",
        )
        en = (
            f"contradicts the dates: {worst['period']} has position {worst['position']}, "
            f"{other['period']} has {other['position']}",
            "number the periods in the order of their dates",
        )
        yield problem(place, "period-position", zh, en)


def _contradict(one: Mapping, other: Mapping) -> bool:
    first, second = sorted((one, other), key=lambda row: row["position"])
    if first["position"] == second["position"]:
        return False
    if first["start"] and second["end"] < first["start"]:
        return True
    alike = months(first) == months(second) is not None
    return alike and second["start"] < first["start"]


def months(row: Mapping) -> int | None:
    """The length of a period in months; None where its dates do not say it."""
    start, end = row["start"] or "", row["end"] or ""
    if not start or not end or start > end:
        return None
    return (int(end[:4]) - int(start[:4])) * 12 + int(end[5:7]) - int(start[5:7]) + 1


def runs(sheet: Sheet) -> list[list[str]]:
    """Periods of one length in order of their start, a list for each length."""
    groups: dict[int, list[tuple[str, str]]] = {}
    for row in sheet.rows():
        length = months(row)
        if length is not None:
            groups.setdefault(length, []).append((row["start"], row["period"]))
    return [[period for _, period in sorted(group)] for group in groups.values()]
