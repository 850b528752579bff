"""Texts of any table: nobody's number, the language of their column, nothing that cannot be
printed."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal

from helpers.fonts import lacking
from helpers.quantity import Interval, Policy, Quantity, write

from ..codebook import Column
from ..decode import HANZI
from ..problems import PERSONAL, Problem, problem
from ..sheets import Sheet

__all__ = ["check_texts", "check_units"]

LETTERS = re.compile(r"[A-Za-z]{2}")
CITIZEN = re.compile(
    r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]$"
)
LONG = re.compile(r"\d[\d -]{9}")  # no identity card or mobile number is shorter
SAMPLE = Decimal(1234)  # any number would do
DRAWN = re.compile(r"(?:label|name|place|title)_|unit|parts")  # columns that charts draw


def check_texts(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """Identity card and mobile numbers (errors), characters that no chart can draw (errors), a
    Chinese column without Chinese and an English one with it (warnings).

    Every distinct text of a column is looked at once.
    """
    for sheet in sheets.values():
        for column in sheet.table.columns if not sheet.inherited else ():
            if column.type in ("string", "any") and not column.enum:
                yield from _column(sheet, column)


def _column(sheet: Sheet, column: Column) -> Iterator[Problem]:
    texts = sheet.columns[column.name]  # None where the cell was refused
    found = {}
    for text in dict.fromkeys(texts):
        if text:
            told = list(_findings(text, column.name))
            if told:
                found[text] = told
    for row, text in zip(sheet.numbers, texts, strict=True) if found else ():
        for rule, zh, en, severity in found.get(text, ()):
            yield problem((sheet.file, row, column.name, text), rule, zh, en, severity)


def _findings(text: str, column: str) -> Iterator[tuple]:
    numbers = PERSONAL.finditer(text) if LONG.search(text) else ()
    if any(_of_a_person(match, column) for match in numbers):
        zh = ("像是身份证号码或手机号码,汇总数据中不得出现", "删去号码")
        en = ("looks like an identity card or mobile number", "delete the number")
        yield "personal", zh, en, "error"
    strange = lacking(text) if DRAWN.match(column) and not text.isascii() else ()
    if strange:
        said = "、".join(f"{sign}(U+{ord(sign):04X})" for sign in strange[:5])
        zh = (f"字体里没有 {said},报告印不出来", "换用通用规范汉字,或删去这个字符")
        en = (f"the font lacks {said}: no report can print it", "write it another way")
        yield "glyph", zh, en, "error"
    if column.endswith("_zh") and LETTERS.search(text) and not HANZI.search(text):
        zh = ("中文列里没有中文,两列可能写反了", "核对中英文两列")
        en = ("no Chinese in the Chinese column: swapped?", "compare the two columns")
        yield "language", zh, en, "warning"
    elif "_en" in column and HANZI.search(text):
        zh = ("英文列里有中文,可能与中文列写反,或有没加引号的逗号", "核对中英文两列")
        en = ("Chinese in the English column: swapped, or an unquoted comma?", "compare the two")
        yield "language", zh, en, "warning"


def _of_a_person(match: re.Match[str], column: str) -> bool:
    """A figure may have eleven digits, and an address any number of them."""
    if match["mobile"]:
        return column not in ("as_written", "address")
    digits = re.sub(r"[ -]", "", match[0])
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in digits)
    return column != "address" or bool(CITIZEN.search(digits[6:]))


def check_units(sheets: Mapping[str, Sheet], policy: Policy | None) -> Iterator[Problem]:
    """Units with which a number cannot be written so that it reads back."""
    for name in ("indicators", "measures", "comparables"):
        sheet = sheets.get(name)
        if sheet is None or sheet.inherited or policy is None:
            continue
        seen: set[tuple[str, str]] = set()
        for row in sheet.rows():
            for column in ("unit_en", "unit_en_one"):
                unit, unit_en = row["unit"], row.get(column, "")
                if not unit or not unit_en:
                    continue
                reason = "" if (unit, unit_en) in seen else _unwritable(unit, unit_en, policy)
                if reason:
                    yield _unit(sheet, row, column, reason)
                else:
                    seen.add((unit, unit_en))


def _unit(sheet: Sheet, row: Mapping, column: str, lang: str) -> Problem:
    column = "unit" if lang == "zh" else column
    zh = ("用这个单位写不出能读回的数", "单位只写名称,不含数字、括号和 thousand、万等数量词")
    en = ("no number can be written with this unit", "a name without digits, brackets, magnitudes")
    return problem((sheet.file, row["row"], column, row[column]), "unit", zh, en)


def _unwritable(unit: str, unit_en: str, policy: Policy) -> str:
    """The language in which a number cannot be written with the unit, empty where it can."""
    for lang in ("zh", "en"):
        try:
            write(Quantity(SAMPLE, Interval.point(SAMPLE), unit), lang, unit_en, policy=policy)
        except ValueError:
            return lang
    return ""
