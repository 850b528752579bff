"""Identifiers: plain enough to become file names, on any computer."""

import re
from collections.abc import Iterator, Mapping

from .problems import Problem, problem
from .sheets import Sheet

__all__ = ["check_slugs"]

PLAIN = r"[a-z][a-z0-9_]{0,63}"
SLUGS: Mapping[tuple[str, str], str] = {
    ("areas", "area"): PLAIN,
    ("indicators", "indicator"): PLAIN,
    ("measures", "measure"): PLAIN,
    ("rules", "rule"): PLAIN,
    ("sentences", "sentence"): PLAIN,
    ("programmes", "programme"): PLAIN,
    ("sources", "source"): r"[a-z0-9][a-z0-9_-]{0,63}",
    ("regions", "region"): r"[0-9]{6}(?:[0-9]{3}){0,2}",
    ("periods", "period"): r"[a-z0-9][a-z0-9_-]{0,63}",
}
FORMS = {
    PLAIN: ("小写字母开头,只含小写字母、数字和下划线", "lower-case letters, digits, underscores"),
    SLUGS["sources", "source"]: (
        "只含小写字母、数字、连字符和下划线",
        "lower-case letters, digits, hyphens and underscores",
    ),
    SLUGS["regions", "region"]: (
        "GB/T 2260 代码:6、9 或 12 位数字",
        "the GB/T 2260 code: 6, 9 or 12 digits",
    ),
}
RESERVED = {"con", "prn", "aux", "nul", "clock"} | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)
}
# An area of this name would take the place of the overview's own report.
TAKEN = {("areas", "area"): {"overview", "index", "ledger"}}


def check_slugs(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """Identifiers that are no plain slug, a name Windows keeps for itself, or taken already."""
    for (table, column), form in SLUGS.items():
        sheet = sheets.get(table)
        for number, slug in zip(sheet.numbers, sheet.texts[column], strict=True) if sheet else ():
            place = (sheet.file, number, column, slug)
            if slug and not re.fullmatch(form, slug):
                zh, en = FORMS[form]
                yield problem(
                    place,
                    "slug",
                    ("标识写法不对,它要用作文件名", zh),
                    ("not a plain identifier, which becomes a file name", en),
                )
            elif slug in RESERVED or slug in TAKEN.get((table, column), ()):
                zh = ("这个标识是保留的名称,不能用作文件名", "换一个名称")
                en = ("a reserved name that cannot become a file name", "choose another")
                yield problem(place, "slug-reserved", zh, en)
