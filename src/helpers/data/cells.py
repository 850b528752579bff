"""Cells of one column to typed values: exact, or refused with the place and the remedy."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .codebook import Column
from .decode import repaired
from .known import hints
from .numbers import FULL_WIDTH, PLAIN, Fault, number_fault
from .problems import Problem, limited, problem

__all__ = ["LARGEST", "Reading", "read_cells"]

# Fifteen digits is what a spreadsheet keeps; no figure of this work comes near.
LARGEST = Decimal(10) ** 15
SUSPECT = re.compile(
    r"[^\x20-\x7e\u00b7\u2010-\u201f\u2026\u3001-\u303f\u4e00-\u9fa5\uff01-\uff5e]"
)
MISSING = {"NA", "N/A", "NaN", "nan", "None", "none", "NULL", "null"}
ERROR = re.compile(r"#(?:n/a|ref!|value!|div/0!|name\?|num!|null!|spill!|calc!)", re.IGNORECASE)
# Only columns of running text may hold line breaks.
PROSE = ("definition", "note", "message", "question")
MOST = 1_000
BOOLEANS = {"true": True, "false": False}
YES_NO = {"是": "true", "否": "false", "yes": "true", "no": "false", "1": "true", "0": "false"}
# What the codebook's commonest patterns ask for, in words.
FORMS = {
    "^[a-z][a-z0-9_]{0,63}$": (
        "小写字母开头,只含小写字母、数字和下划线,不超过64个字符",
        "a lower-case letter, then lower-case letters, digits and underscores, 64 at most",
    ),
    "^[a-z0-9]+(-[a-z0-9]+)*$": (
        "只含小写字母、数字和中间的连字符",
        "lower-case letters and digits, with hyphens between",
    ),
    "^[0-9]{6}([0-9]{3}){0,2}$": (
        "GB/T 2260 代码:6、9 或 12 位数字",
        "the GB/T 2260 code: 6, 9 or 12 digits",
    ),
    "^[\\[(].+$": ("以 [ 或 ( 开头,如 [v", "begins with [ or (, such as [v"),
    "^.+[\\])]$": ("以 ] 或 ) 结尾,如 v+s)", "ends with ] or ), such as v+s)"),
}
DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
ORDER = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
MINGUO = re.compile(r"(?:民国)?\s*([0-9]{2,3})\s*年.*|民国.*")
# A spreadsheet counts days from here (its 1900 leap day included).
EPOCH = date(1899, 12, 30)
LOOK = ("向来源核对日期", "look the date up at its source")
Finding = tuple[str, tuple[str, str], tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one distinct cell text became: its tidied text, its value and what was found."""

    text: str
    value: object
    findings: tuple[Finding, ...] = ()


def read_cells(
    column: Column, cells: Sequence[str], numbers: Sequence[int], file: str
) -> tuple[list[str], list[object], list[Problem]]:
    """Tidied texts, typed values (None where refused or empty) and problems of a column.

    Every distinct text is judged once, so a long table costs what its distinct cells cost.
    """
    readings, faults = {}, 0
    for text in dict.fromkeys(cells):
        # a hopeless column is not judged to its end: more would only cost time
        readings[text] = _read(text, column) if faults < MOST else Reading(text, None)
        faults += any(finding[3] == "error" for finding in readings[text].findings)
    texts = [readings[cell].text for cell in cells]
    values = [readings[cell].value for cell in cells]
    problems = []
    if any(reading.findings for reading in readings.values()):
        problems = list(limited(_told(column, cells, numbers, file, readings), MOST))
    return texts, values, problems


def _told(
    column: Column,
    cells: Sequence[str],
    numbers: Sequence[int],
    file: str,
    readings: Mapping[str, Reading],
) -> Iterator[Problem]:
    for cell, number in zip(cells, numbers, strict=True):
        for rule, zh, en, severity in readings[cell].findings:
            yield problem((file, number, column.name, cell), rule, zh, en, severity)


def _read(cell: str, column: Column) -> Reading:
    findings: list[Finding] = []
    text = cell.strip(" ")
    if not text.isascii() or not text.isprintable():
        text, found = _tidy(cell)
        findings += found
    elif text != cell:
        findings.append(_trimmed())
    if any(finding[3] == "error" for finding in findings):
        return Reading(text, None, tuple(findings))
    if text == "":
        if column.required:
            findings.append(_blank(column))
        return Reading("", None if column.type not in ("string", "any") else "", tuple(findings))
    if text not in column.enum and (text in MISSING or ERROR.fullmatch(text)):
        findings.append(_placeholder(text, column))
        return Reading(text, None, tuple(findings))
    text, value, found = TYPED.get(column.type, _string)(text, column)
    return Reading(text, value, (*findings, *found))


def _tidy(cell: str) -> tuple[str, list[Finding]]:
    tidied = cell.strip()
    if SUSPECT.search(cell) or not tidied.isprintable():
        kept = []
        for character in tidied:
            category = unicodedata.category(character)
            if _forbidden(character, category):
                return tidied, [_control(character)]
            if category != "Cf":
                kept.append(" " if category in ("Zs", "Zl", "Zp") else character)
        tidied = "".join(kept).strip()
    before = repaired(tidied)
    if before:
        return tidied, [_mojibake(before)]
    return tidied, [_trimmed()] if tidied != cell else []


def _forbidden(character: str, category: str) -> bool:
    """Control, private and unassigned characters, and those that turn the reading direction."""
    if category == "Cf":
        return unicodedata.bidirectional(character) not in ("BN", "L", "R", "AL")
    return category in ("Cc", "Cs", "Co", "Cn") and character != "\n"


def _string(text: str, column: Column) -> tuple[str, object, list[Finding]]:
    if column.enum and text not in column.enum:
        zh, en = hints(text, column.enum)
        what = (f"“{column.name}”不能是这个值", zh), (f"not a value of {column.name}", en)
        return text, None, [("enum", *what, "error")]
    if "\n" in text and not column.name.startswith(PROSE):
        zh, en = ("格内有换行", "删去换行"), ("a line break inside", "take it out")
        return text, None, [("line-break", zh, en, "error")]
    if column.pattern and not re.fullmatch(column.pattern, text):
        say_zh, say_en = FORMS.get(
            column.pattern, (f"应符合 {column.pattern}", f"it must match {column.pattern}")
        )
        zh = (f"“{column.name}”写法不合规定", say_zh)
        en = (f"not written as {column.name} must be", say_en)
        return text, None, [("pattern", zh, en, "error")]
    return text, text, []


def _number(text: str, column: Column) -> tuple[str, object, list[Finding]]:
    found: list[Finding] = []
    plain = text.translate(FULL_WIDTH)
    if plain != text and PLAIN.fullmatch(plain):
        zh = ("全角数字,已读作半角", f"写成 {plain}")
        found.append(("full-width", zh, ("full-width digits: read", f"write {plain}"), "warning"))
        text = plain
    if not PLAIN.fullmatch(text):
        return text, None, [(*number_fault(text), "error")]
    value = Decimal(text)
    bound = _bound(value, column)
    if bound:
        return text, None, [*found, bound]
    return text, value, found


def _integer(text: str, column: Column) -> tuple[str, object, list[Finding]]:
    text, value, found = _number(text, column)
    if isinstance(value, Decimal):
        if value != value.to_integral_value():
            zh = ("应为整数", "向来源核对原数")
            en = ("must be a whole number", "look it up at its source")
            return text, None, [*found, ("whole", zh, en, "error")]
        value = int(value)
    return text, value, found


def _bound(value: Decimal, column: Column) -> Finding | None:
    if abs(value) >= LARGEST:
        zh = ("大于 999999999999999,表格软件已丢失末位数字", "向来源核对原数")
        en = ("beyond 999999999999999: a spreadsheet has lost digits", "look it up at its source")
        return "too-large", zh, en, "error"
    for limit, wrong, zh, en in (
        (column.minimum, column.minimum and value < Decimal(column.minimum), "小于", "below"),
        (column.maximum, column.maximum and value > Decimal(column.maximum), "大于", "above"),
    ):
        if wrong:
            what = (f"{zh}允许的 {limit}", "向来源核对原数")
            return "range", what, (f"{en} the {limit} allowed", "look it up"), "error"
    return None


def _boolean(text: str, column: Column) -> tuple[str, object, list[Finding]]:
    folded = text.casefold()
    if folded in BOOLEANS:  # spreadsheets write TRUE and FALSE back
        return folded, BOOLEANS[folded], []
    write = YES_NO.get(folded, "true / false")
    zh = ("应为 true 或 false", f"写成 {write}")
    en = (f"{column.name} is true or false", f"write {write}")
    return text, None, [("boolean", zh, en, "error")]


def _date(text: str, column: Column) -> tuple[str, object, list[Finding]]:
    fault = _date_fault(text)
    if fault:
        return text, None, [(*fault, "error")]
    return _string(text, column)


def _date_fault(text: str) -> Fault | None:
    """None for a date of the calendar written YYYY-MM-DD, else why not and what to write."""
    match = DATE.fullmatch(text)
    if match:
        if _iso(*match.groups()):
            return None
        return "date-impossible", ("日历上没有这一天", LOOK[0]), ("no such day", LOOK[1])
    match = ORDER.fullmatch(text)
    if match and _iso(*match.groups()):
        return _dated("date-form", "日期写法不对", "not written YYYY-MM-DD", _iso(*match.groups()))
    if re.fullmatch(r"[3-6][0-9]{4}", text):
        day = (EPOCH + timedelta(days=int(text))).isoformat()
        return _dated("date-serial", "是表格软件的日期序号", "a spreadsheet's day number", day)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*", text) and not _date_fault(text[:10]):
        return _dated("date-time", "带有时刻", "has a time of day", text[:10])
    match = MINGUO.fullmatch(text)
    if match:
        year = str(int(match[1]) + 1911) if match[1] else ""
        zh = ("不是公历纪年", f"民国{match[1]}年是{year}年,写成 YYYY-MM-DD" if year else LOOK[0])
        en = ("not a year of the common era", f"that year is {year}: write YYYY-MM-DD")
        return "date-era", zh, en
    return _dated("date-form", "不是日期", "not a date", "YYYY-MM-DD")


def _iso(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _dated(rule: str, zh: str, en: str, write: str) -> Fault:
    return rule, (zh, f"写成 {write}"), (en, f"write {write}")


def _trimmed() -> Finding:
    zh = ("多余的空格或看不见的字符,已去掉", "在来源表中改正")
    en = ("blanks or invisible characters: removed", "correct it at the source")
    return "blanks", zh, en, "warning"


def _control(character: str) -> Finding:
    name = f"U+{ord(character):04X}"
    zh = (f"含有控制字符或方向符 {name}", "删去这个字符")
    en = (f"holds the control or direction character {name}", "delete it")
    return "control-character", zh, en, "error"


def _mojibake(before: str) -> Finding:
    lost = before == "\ufffd"
    shown = before[:20]
    zh = ("文字已成乱码,原字已丢失" if lost else f"乱码:原文像是“{shown}”", "以 UTF-8 重新导出")
    en = (
        "garbled: characters are lost" if lost else f"garbled: it seems to have been '{shown}'",
        "export it again as UTF-8",
    )
    return "mojibake", zh, en, "error"


def _blank(column: Column) -> Finding:
    zh = (f"“{column.name}”不能空", "补上;合并单元格要先拆开并逐行填写")
    en = (f"{column.name} must not be empty", "fill it in; split merged cells and fill every row")
    return "required", zh, en, "error"


def _placeholder(text: str, column: Column) -> Finding:
    if column.type in ("integer", "number"):
        return (*number_fault(text), "error")
    zh = (f"“{text}”不是内容", "没有内容就留空,公式错误先改正公式")
    en = (f"'{text}' is not content", "leave the cell empty, or mend the formula")
    return "placeholder", zh, en, "error"


TYPED: dict[str, Callable[[str, Column], tuple[str, object, list[Finding]]]] = {
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
}
