"""A cell that should be a date, YYYY-MM-DD: the reason why it is not."""

import re
from datetime import date, timedelta

from .numbers import Fault

__all__ = ["date_fault"]

DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
ORDER = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
MINGUO = re.compile(r"(?:民国)?\s*([0-9]{2,3})\s*年.*|民国.*")
# A spreadsheet counts days from here (its 1900 leap day included).
EPOCH = date(1899, 12, 30)
LOOK = ("向来源核对日期", "look the date up at its source")


def date_fault(text: str) -> Fault | None:
    """None for a date of the calendar written YYYY-MM-DD, else why not and what to write."""
    match = DATE.fullmatch(text)
    if match:
        if _iso(*match.groups()):
            return None
        return "date-impossible", ("日历上没有这一天", LOOK[0]), ("no such day", LOOK[1])
    match = ORDER.fullmatch(text)
    if match and _iso(*match.groups()):
        return _fault("date-form", "日期写法不对", "not written YYYY-MM-DD", _iso(*match.groups()))
    if re.fullmatch(r"[3-6][0-9]{4}", text):
        day = (EPOCH + timedelta(days=int(text))).isoformat()
        return _fault("date-serial", "是表格软件的日期序号", "a spreadsheet's day number", day)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*", text) and not date_fault(text[:10]):
        return _fault("date-time", "带有时刻", "has a time of day", text[:10])
    match = MINGUO.fullmatch(text)
    if match:
        year = str(int(match[1]) + 1911) if match[1] else ""
        zh = ("不是公历纪年", f"民国{match[1]}年是{year}年,写成 YYYY-MM-DD" if year else LOOK[0])
        en = ("not a year of the common era", f"that year is {year}: write YYYY-MM-DD")
        return "date-era", zh, en
    return _fault("date-form", "不是日期", "not a date", "YYYY-MM-DD")


def _iso(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _fault(rule: str, zh: str, en: str, write: str) -> Fault:
    return rule, (zh, f"写成 {write}"), (en, f"write {write}")
