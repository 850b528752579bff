"""The figure that a cell of a delivered table states: read as meant, or refused.

A blank is nothing, never zero. A symbol means what ``mapping.csv`` says for the file; what nobody
has said is asked.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from helpers import quantity as q

if TYPE_CHECKING:
    from helpers.collect.document import Cell
    from helpers.collect.headings import Vocabulary

__all__ = ["MEANINGS", "Faulty", "Figure", "Symbol", "read_number"]

# what a symbol may be said to mean → (is it a zero?, why there is no figure)
MEANINGS = {
    "nothing": ("没有数据", "no figure"),
    "zero": ("零", "zero"),
    "small": ("不足本表最小单位", "too small to show"),
    "unknown": ("不详", "unknown"),
    "not_collected": ("未统计", "not collected"),
    "suppressed": ("不公布", "suppressed"),
}
GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
PLAIN = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")
ACCOUNTING = re.compile(r"\(([0-9][0-9,]*(?:\.[0-9]+)?)\)")
# two numbers in one (a range, a fraction), an exponent, letters for digits
TWISTED = re.compile(
    r"[0-9]\s*(?:[-—–~～/:]|至|到)\s*[0-9]|[0-9][eExX_][-+0-9]|[0-9][OoIl]|[OoIl][0-9]"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its rounding word, in the unit of the table, and as it was seen."""

    value: Decimal
    qualifier: str
    seen: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A text that stands in a number's place; ``meaning`` is "" where nobody has said it."""

    text: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Faulty:
    """Why a cell is refused: a rule, and message and remedy in both languages."""

    rule: str
    zh: tuple[str, str]
    en: tuple[str, str]


ASK = ("改成数字，或用汉字写明", "write the number, or say it in words")


def _faulty(rule: str, zh: str, en: str, remedy_zh: str = "", remedy_en: str = "") -> Faulty:
    return Faulty(rule, (zh, remedy_zh or ASK[0]), (en, remedy_en or ASK[1]))


def read_number(
    cell: Cell, words: q.Policy, vocabulary: Vocabulary, file: str
) -> Figure | Symbol | Faulty | None:
    """What a cell states; None for a blank one."""
    text = cell.value.strip()
    if not text:
        return None
    if cell.kind == "number":
        if cell.percent:
            return Figure(Decimal(cell.value), "", cell.shown.strip(), "%")
        return Figure(Decimal(cell.value), "", _seen(cell))
    if cell.kind == "error":
        return _faulty("spreadsheet-error", "是电子表格的错误值", "is a spreadsheet's error value",
                       "改正公式后重发", "correct the formula and send it again")  # fmt: skip
    if cell.kind in ("date", "boolean"):
        return _faulty(f"{cell.kind}-in-a-number", "应为数字，却是日期或是否",
                       "a date or a yes or no where a number belongs")  # fmt: skip
    return _from_text(text, words, vocabulary, file)


def _seen(cell: Cell) -> str:
    """A number as it was seen, without the zeros after the point that a program adds to counts."""
    shown = cell.shown.strip().replace(",", "")
    return shown.removesuffix(".0") if PLAIN.fullmatch(shown) else shown


def _from_text(
    text: str, words: q.Policy, vocabulary: Vocabulary, file: str
) -> Figure | Symbol | Faulty:
    half = "".join(
        unicodedata.normalize("NFKC", one) if "\uff01" <= one <= "\uff5e" else one for one in text
    )
    half = half.replace("−", "-").replace("–", "-").strip().rstrip(",").strip()
    if found := ACCOUNTING.fullmatch(half):
        return Figure(-Decimal(found[1].replace(",", "")), "", text)
    if GROUPED.fullmatch(half) or PLAIN.fullmatch(half):
        value = Decimal(half.replace(",", ""))
        return Figure(value, "", half.replace(",", "").removesuffix(".0"))
    if not any(one.isdigit() or one in "零一二三四五六七八九十百千万亿两" for one in half):
        return Symbol(text, vocabulary.said_of("symbol", text, file) or "")
    foreign = any(one.isdigit() and not "0" <= one <= "9" for one in half)
    if foreign or TWISTED.search(half):
        zh = "不是可以照录的数字(区间、分数、科学计数，或不是 0—9 的数字)"
        en = "no number to be taken as it is (a range, a fraction, an exponent, other digits)"
        return _faulty("not-a-number", zh, en)
    try:
        stated = q.read(half, words)
    except (ValueError, InvalidOperation):
        return _faulty("not-a-number", "不是数字", "is no number")
    return Figure(stated.value, stated.qualifier, text, stated.unit)
