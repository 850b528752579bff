"""Cells of one column to typed values: exact, or refused with the place and the remedy.

What a cell that should be a plain number can be instead stands in `number_faults.csv`, the first
that fits is told: a pattern for the whole cell ({N} is a plain number without a sign), what is
wrong in both languages, and either the remedy or what to write: the pattern's groups, or the
name of a way to work it out.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from helpers.files import rows_beside
from helpers.quantity.interval import tidy

from .codebook import Column
from .decode import repaired
from .known import hints
from .problems import Problem, fault, limited, problem

__all__ = ["LARGEST", "bounds", "number_fault", "read_cells"]

Place = tuple[str, int, str, str]
Fault = tuple[str, tuple[str, str], tuple[str, str]]
Reading = tuple[str, object, list[Problem]]  # tidied text, value, what was found

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
        "小写字母开头，只含小写字母、数字和下划线，不超过64个字符",
        "a lower-case letter, then lower-case letters, digits and underscores, 64 at most",
    ),
    "^[a-z0-9]+(-[a-z0-9]+)*$": (
        "只含小写字母、数字和中间的连字符",
        "lower-case letters and digits, with hyphens between",
    ),
    "^[0-9]{6}([0-9]{3}){0,2}$": (
        "GB/T 2260 代码：6、9 或 12 位数字",
        "the GB/T 2260 code: 6, 9 or 12 digits",
    ),
    "^[\\[(].+$": ("以 [ 或 ( 开头，如 [v", "begins with [ or (, such as [v"),
    "^.+[\\])]$": ("以 ] 或 ) 结尾，如 v+s)", "ends with ] or ), such as v+s)"),
}
DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ](.*))?")
ORDER = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?()")
MINGUO = re.compile(r"[0-9]{2,3}\s*年.*|民国.*")
# A spreadsheet counts days from here (its 1900 leap day included).
EPOCH = date(1899, 12, 30)
PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
# Full-width digits and point only: wider folding would turn 13² into 132.
FULL_WIDTH = str.maketrans("０１２３４５６７８９．", "0123456789.")
LONGEST = 60
POWERS = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8, "万亿": 12, "百万": 6, "千万": 7}


def read_cells(
    column: Column, cells: Sequence[str], numbers: Sequence[int], file: str
) -> tuple[list[str], list[object], list[Problem]]:
    """Tidied texts, typed values (None where refused or empty) and problems of a column.

    Every distinct text is judged once, so a long table costs what its distinct cells cost.
    """
    readings: dict[str, Reading] = {}
    errors = 0
    for cell in dict.fromkeys(cells):
        # a hopeless column is not judged to its end: more would only cost time
        place = (file, 0, column.name, cell)
        readings[cell] = _read(cell, column, place) if errors < MOST else (cell, None, [])
        errors += any(found.severity == "error" for found in readings[cell][2])
    texts = [readings[cell][0] for cell in cells]
    values = [readings[cell][1] for cell in cells]
    told = {cell: found for cell, (_, _, found) in readings.items() if found}
    problems = (
        replace(found, row=number)
        for cell, number in zip(cells, numbers, strict=True)
        if cell in told
        for found in told[cell]
    )
    return texts, values, list(limited(problems, MOST)) if told else []


def _read(cell: str, column: Column, place: Place) -> Reading:
    text, wrong = cell.strip(" "), []
    if not text.isascii() or not text.isprintable():
        text, wrong = _tidy(cell, place)
    if wrong:
        return text, None, wrong
    found = [fault(place, "blanks")] if text != cell else []
    if text == "":
        found += [fault(place, "required", column=column.name)] if column.required else []
        return "", "" if column.type in ("string", "any") else None, found
    if text not in column.enum and (text in MISSING or ERROR.fullmatch(text)):
        numeric = column.type in ("integer", "number")
        wrong = problem(place, *number_fault(text)) if numeric else None
        return text, None, [*found, wrong or fault(place, "placeholder", text=text)]
    text, value, more = TYPED.get(column.type, _string)(text, column, place)
    return text, value, found + more


def _tidy(cell: str, place: Place) -> tuple[str, list[Problem]]:
    """The text without invisible characters, or what cannot be mended in it."""
    text = cell.strip()
    if SUSPECT.search(cell) or not text.isprintable():
        kinds = [(character, unicodedata.category(character)) for character in text]
        for character, kind in kinds:
            if _forbidden(character, kind):
                code = f"U+{ord(character):04X}"
                return text, [fault(place, "control-character", code=code)]
        text = "".join(" " if kind[0] == "Z" else c for c, kind in kinds if kind != "Cf").strip()
    before = repaired(text)
    if not before:
        return text, []
    lost = before == "\ufffd"
    return text, [fault(place, "mojibake-lost" if lost else "mojibake", before=before[:20])]


def _forbidden(character: str, kind: str) -> bool:
    """Control, private and unassigned characters, and those that turn the reading direction."""
    if kind == "Cf":
        return unicodedata.bidirectional(character) not in ("BN", "L", "R", "AL")
    return kind in ("Cc", "Cs", "Co", "Cn") and character != "\n"


def _string(text: str, column: Column, place: Place) -> Reading:
    name, found = column.name, []
    if column.enum and text not in column.enum:
        found = [fault(place, "enum", column=name, hint=hints(text, column.enum))]
    elif "\n" in text and not name.startswith(PROSE):
        found = [fault(place, "line-break")]
    elif column.pattern and not re.fullmatch(column.pattern, text):
        form = FORMS.get(column.pattern, column.pattern)
        found = [fault(place, "pattern", column=name, form=form)]
    return text, None if found else text, found


def _number(text: str, column: Column, place: Place) -> Reading:
    plain, found = text.translate(FULL_WIDTH), []
    if not PLAIN.fullmatch(plain):
        return text, None, [problem(place, *number_fault(text))]
    if plain != text:
        found.append(fault(place, "full-width", write=plain))
    value = Decimal(plain)
    wrong = bounds(place, value, column.minimum, column.maximum)
    if abs(value) >= LARGEST:
        wrong = [fault(place, "too-large")]
    elif column.type == "integer" and value % 1 and not wrong:
        wrong = [fault(place, "whole")]
    if wrong:
        return plain, None, found + wrong
    return plain, int(value) if column.type == "integer" else value, found


def bounds(place: Place, value: Decimal, low: object, high: object) -> list[Problem]:
    """Where a value is below the least or above the most allowed ("" or None: no end)."""
    if low not in ("", None) and value < Decimal(str(low)):
        return [fault(place, "below", limit=low)]
    if high not in ("", None) and value > Decimal(str(high)):
        return [fault(place, "above", limit=high)]
    return []


def _boolean(text: str, column: Column, place: Place) -> Reading:
    folded = text.casefold()
    if folded in BOOLEANS:  # spreadsheets write TRUE and FALSE back
        return folded, BOOLEANS[folded], []
    write = YES_NO.get(folded, "true / false")
    return text, None, [fault(place, "boolean", column=column.name, write=write)]


def _date(text: str, column: Column, place: Place) -> Reading:
    """Only a date of the calendar written YYYY-MM-DD."""
    match = DATE.fullmatch(text) or ORDER.fullmatch(text)
    day = _day(*match.groups()[:3]) if match else ""
    if day == text:
        return _string(text, column, place)
    if match and DATE.fullmatch(text) and not day:
        found = fault(place, "date-impossible")
    elif day:
        found = fault(place, "date-form" if match[4] in ("", None) else "date-time", write=day)
    elif re.fullmatch(r"[3-6][0-9]{4}", text):
        serial = (EPOCH + timedelta(days=int(text))).isoformat()
        found = fault(place, "date-serial", write=serial)
    elif MINGUO.fullmatch(text):
        found = fault(place, "date-era")
    else:
        found = fault(place, "date-form", write="YYYY-MM-DD")
    return text, None, [found]


def _day(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


TYPED: Mapping[str, Callable[[str, Column, Place], Reading]] = {
    "number": _number,
    "integer": _number,
    "boolean": _boolean,
    "date": _date,
}


def number_fault(text: str) -> Fault:
    """Why `text` is not a plain number: (rule, (what zh, remedy zh), (what en, remedy en))."""
    row, write = {"rule": "", "message_zh": "不是数字", "message_en": "not a number"}, ""
    for pattern, fitting in _number_faults() if len(text) <= LONGEST else ():
        match = pattern.fullmatch(text)
        if match:
            row = fitting
            way = WAYS.get(row["write"])
            write = way(match) if way else match.expand(row["write"])
            break
    else:
        if any(c.isdecimal() and not c.isascii() for c in text):
            said = {"message_zh": "用了别的文字的数字", "message_en": "digits of another script"}
            row = {"rule": "digits", **said}
            write = "".join(str(unicodedata.decimal(c, c)) for c in text)
    zh, en = "只写阿拉伯数字，如 13000", "write plain digits, such as 13000"
    if PLAIN.fullmatch(write):
        zh, en = f"写成 {write}", f"write {write}"
    rule = f"not-a-number-{row['rule']}".rstrip("-")
    remedies = row.get("remedy_zh") or zh, row.get("remedy_en") or en
    return rule, (row["message_zh"], remedies[0]), (row["message_en"], remedies[1])


@cache
def _number_faults() -> tuple[tuple[re.Pattern[str], Mapping[str, str]], ...]:
    number = r"[0-9]+(?:\.[0-9]+)?"
    return tuple(
        (re.compile(row["pattern"].replace("{N}", number), re.IGNORECASE), row)
        for row in rows_beside(__file__, "number_faults.csv")
    )


def _magnitude(match: re.Match[str]) -> str:
    return f"{tidy(Decimal(match['n'] or 1).scaleb(POWERS[match['power']])):f}"


def _scientific(match: re.Match[str]) -> str:
    value = Decimal(match[0])
    return f"{tidy(value):f}" if abs(value.adjusted()) <= 14 else ""


WAYS: Mapping[str, Callable[[re.Match[str]], str]] = {
    "digits": lambda match: re.sub(r"[^0-9.-]", "", match[0]),
    "whole": lambda match: match[0].replace(".", ""),
    "letters": lambda match: match[0].translate(str.maketrans("OoQlI|", "000111")),
    "magnitude": _magnitude,
    "scientific": _scientific,
}
