"""A cell that should be a plain number: the reason why it is none, and what to write instead.

The commonest faults stand in `number_faults.csv`, the first that fits is told: a pattern for the
whole cell ({N} is a plain number without a sign), what is wrong in both languages, and either
the remedy or what to write: the pattern's groups, or the name of a way to work it out.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

__all__ = ["FULL_WIDTH", "PLAIN", "Fault", "number_fault"]

Fault = tuple[str, tuple[str, str], tuple[str, str]]
PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
# Full-width digits and point only: wider folding would turn 13² into 132.
FULL_WIDTH = str.maketrans("０１２３４５６７８９．", "0123456789.")
LONGEST = 60
POWERS = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8, "万亿": 12, "百万": 6, "千万": 7}


def number_fault(text: str) -> Fault:
    """Why `text` is not a plain number: (rule, (what zh, remedy zh), (what en, remedy en))."""
    for pattern, row in _faults() if len(text) <= LONGEST else ():
        match = pattern.fullmatch(text)
        if match and row["remedy_zh"]:
            zh, en = ((row[f"message_{lang}"], row[f"remedy_{lang}"]) for lang in ("zh", "en"))
            return f"not-a-number-{row['rule']}", zh, en
        if match:
            write = WAYS.get(row["write"], lambda match, row=row: match.expand(row["write"]))
            return _fault(row["rule"], row["message_zh"], row["message_en"], write(match))
    if any(unicodedata.category(c) == "Nd" and not c.isascii() for c in text):
        plain = "".join(
            str(unicodedata.digit(c)) if unicodedata.category(c) == "Nd" else c for c in text
        )
        return _fault("digits", "用了别的文字的数字", "digits of another script", plain)
    return _fault("", "不是数字", "not a number")


@cache
def _faults() -> tuple[tuple[re.Pattern[str], Mapping[str, str]], ...]:
    number = r"[0-9]+(?:\.[0-9]+)?"
    with Path(__file__).with_name("number_faults.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    spelt = (row["pattern"].replace("{N}", number) for row in rows)
    return tuple(
        (re.compile(pattern, re.IGNORECASE), row) for pattern, row in zip(spelt, rows, strict=True)
    )


def _fault(rule: str, zh: str, en: str, write: str = "") -> Fault:
    """A fault whose remedy is to write the number `write`, or an example where there is none."""
    remedy = ("只写阿拉伯数字,如 13000", "write plain digits, such as 13000")
    if write and PLAIN.fullmatch(write):
        remedy = (f"写成 {write}", f"write {write}")
    return f"not-a-number-{rule}".rstrip("-"), (zh, remedy[0]), (en, remedy[1])


def _magnitude(match: re.Match[str]) -> str:
    return _tidy(f"{Decimal(match['n'] or 1).scaleb(POWERS[match['power']]):f}")


def _scientific(match: re.Match[str]) -> str:
    value = Decimal(match[0])
    return _tidy(f"{value:f}") if abs(value.adjusted()) <= 14 else ""


def _tidy(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


WAYS: Mapping[str, Callable[[re.Match[str]], str]] = {
    "digits": lambda match: re.sub(r"[^0-9.-]", "", match[0]),
    "whole": lambda match: match[0].replace(".", ""),
    "letters": lambda match: match[0].translate(str.maketrans("OoQlI|", "000111")),
    "magnitude": _magnitude,
    "scientific": _scientific,
}
