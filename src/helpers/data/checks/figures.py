"""Figures: the value, the rounding word and the words as printed must say one thing; texts of any
table: nobody's number, the language of their column, nothing that cannot be printed."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from helpers.fonts import lacking
from helpers.quantity import Interval, Policy, PolicyRefused, Quantity, read, write

from ..cells import bounds
from ..codebook import Column
from ..decode import HANZI
from ..problems import PERSONAL, Problem, fault
from ..sheets import Sheet

__all__ = [
    "check_figures",
    "check_policy",
    "check_texts",
    "check_units",
    "is_plain",
    "limits",
    "quantity_as_written",
]

FIGURES = ("observations", "comparables", "targets")  # tables of figures
INTEGER = re.compile(r"(0|[1-9][0-9]*)([^0-9.,%\s][^0-9.,%\s]*)")
NUMERAL = re.compile(r"[0-9０-９〇零一二两三四五六七八九十百千万亿]")
FRACTIONAL_UNITS = {"%", "‰", "‱", "元", "pp", "美元", "公里", "亩", "吨", "平方米", "小时"}
FRACTIONAL_COUNTS = {"money", "share", "ratio", "area", "length", "index"}
CITIZEN = re.compile(
    r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]$"
)
LONG = re.compile(r"\d[\d -]{9}")  # no identity card or mobile number is shorter
LETTERS = re.compile(r"[A-Za-z]{2}")
SAMPLE = Decimal(1234)  # any number would do
DRAWN = re.compile(r"(?:label|name|place|title)_|unit|parts")  # columns that charts draw


class Kind(NamedTuple):
    """What a figure's indicator says of its values."""

    unit: str
    whole: bool
    share: bool
    minimum: object = None
    maximum: object = None


def check_policy(sheet: Sheet) -> tuple[Policy | None, list[Problem]]:
    """The rounding policy of `qualifiers.csv`, or every cell of it that cannot be used."""
    refused = {
        (row, name)
        for name, cells in sheet.columns.items()
        for row, cell in zip(sheet.numbers, cells, strict=True)
        if cell is None
    }
    rows = [{name: value or "" for name, value in row.items()} for row in sheet.rows()]
    try:
        return Policy.from_rows(rows), []
    except PolicyRefused as faulty:
        places = {(sheet.file, w.row, w.column, w.value): w.reason for w in faulty.faults}
        return None, [
            fault(place, "qualifier-policy", why=reason)
            for place, reason in places.items()
            if place[1:3] not in refused
        ]


def check_figures(
    sheets: Mapping[str, Sheet], policy: Policy | None, only: Collection[str] = FIGURES
) -> Iterator[Problem]:
    """Every figure of the observations, comparables and targets against its indicator and words."""
    kinds = {}
    for row in sheets["measures"].rows() if "measures" in sheets else ():
        kinds[row["measure"]] = _kind({"unit": row["unit"]})
    for row in sheets["indicators"].rows() if "indicators" in sheets else ():
        kinds[row["indicator"]] = _kind(row)
    known = set(sheets["qualifiers"].texts["qualifier"]) if "qualifiers" in sheets else None
    for name in FIGURES:
        if name in sheets and name in only:
            yield from _figures(sheets[name], kinds, known, policy)


def _figures(
    sheet: Sheet, kinds: Mapping[str, Kind], known: set[str] | None, policy: Policy | None
) -> Iterator[Problem]:
    columns = ("value", "indicator", "qualifier", "as_written", "unit", "note_zh")
    texts = (sheet.texts.get(column, [""] * len(sheet)) for column in columns)
    values = sheet.columns["value"]
    sound: set[tuple[str, ...]] = set()
    for row, value, *said in zip(sheet.numbers, values, *texts, strict=True):
        _, indicator, qualifier, written, unit, note = said
        kind = _kind({"unit": unit}) if "unit" in sheet.texts else kinds.get(indicator)
        if value is None or kind is None or tuple(said) in sound:
            continue
        found = list(_bounds((sheet.file, row, "value", str(value)), value, kind))
        if known is not None and qualifier not in known:
            continue  # told as an unknown key
        judged = written or sheet.table.name != "targets"
        if judged and policy and (qualifier or not is_plain(written, value, kind.unit)):
            place = (sheet.file, row, "as_written", written)
            found += _words(place, (value, qualifier, kind.unit), note, policy)
        if written and not found:
            sound.add(tuple(said))
        yield from found


def quantity_as_written(written: str, policy: Policy) -> Quantity | None:
    """The quantity in `written`; None where it holds no numeral (empty, or a word for all).

    Raises ValueError where it holds anything but one quantity.
    """
    return read(written, policy) if NUMERAL.search(written) else None


def is_plain(written: str, value: Decimal, unit: str) -> bool:
    """Whether `written` is `value` and `unit` in the commonest form, 321名: told without the
    grammar, and exact."""
    match = INTEGER.fullmatch(written)
    return bool(match and match[2] == unit and Decimal(match[1]) == value)


def _kind(about: Mapping[str, object]) -> Kind:
    """What the row of an indicator, or a unit alone, says of values."""
    unit, counts = str(about.get("unit") or ""), about.get("counts")
    whole = bool(counts) and counts not in FRACTIONAL_COUNTS and unit not in FRACTIONAL_UNITS
    whole = whole and about.get("measure_type") != "ratio"
    ends = about.get("minimum"), about.get("maximum")
    return Kind(unit, whole, counts == "share" and unit == "%", *ends)


def limits(about: Mapping[str, object]) -> tuple[Decimal | None, Decimal | None, bool]:
    """The least and the most that a figure of an indicator may be, None where there is no end,
    and whether it must be a whole number; ``about`` is the indicator's row."""
    kind = _kind(about)
    ends = kind.minimum, kind.maximum
    low, high = (None if end in (None, "") else Decimal(str(end)) for end in ends)
    if kind.whole or kind.share:
        low = max(Decimal(0), low or Decimal(0))
    if kind.share:
        high = min(Decimal(100), Decimal(100) if high is None else high)
    return low, high, kind.whole


def _bounds(place: tuple[str, int, str, str], value: Decimal, kind: Kind) -> Iterator[Problem]:
    if kind.whole and value % 1:
        yield fault(place, "whole-count", unit=kind.unit)
    if kind.whole and value < 0:
        yield fault(place, "negative", unit=kind.unit)
    elif kind.share and not 0 <= value <= 100:
        yield fault(place, "share")
    yield from bounds(place, value, kind.minimum, kind.maximum)


def _words(
    place: tuple[str, int, str, str],
    stated: tuple[Decimal, str, str],
    note: str,
    policy: Policy,
) -> Iterator[Problem]:
    """Where value, qualifier and unit are not those of the words as printed."""
    try:
        quantity = quantity_as_written(place[3], policy)
    except ValueError as reason:
        yield fault(place, "as-written-unreadable", why=str(reason).split(": ", 1)[-1])
        return
    if quantity is None:
        if stated[1] or not note:
            yield fault(place, "as-written-no-numeral")
        return
    words = (quantity.value, quantity.qualifier, quantity.unit)
    for column, had, said in zip(("value", "qualifier", "unit"), stated, words, strict=True):
        if had != said:
            had, said = (f"{x:f}" if isinstance(x, Decimal) else x or "-" for x in (had, said))
            yield fault(place, "as-written", column=column, said=said, had=had)


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
    found = {text: list(_faults(text, column.name)) for text in set(texts) - {"", None}}
    wrong = {text: told for text, told in found.items() if told}
    for row, text in zip(sheet.numbers, texts, strict=True) if wrong else ():
        for name, said in wrong.get(text, ()):
            yield fault((sheet.file, row, column.name, text), name, **said)


def _faults(text: str, column: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Names of messages, with what they say."""
    numbers = PERSONAL.finditer(text) if LONG.search(text) else ()
    if any(_of_a_person(match, column) for match in numbers):
        yield "personal", {}
    strange = lacking(text) if DRAWN.match(column) and not text.isascii() else ()
    if strange:
        yield "glyph", {"signs": "、".join(f"{c}(U+{ord(c):04X})" for c in strange[:5])}
    if column.endswith("_zh") and LETTERS.search(text) and not HANZI.search(text):
        yield "no-chinese", {}
    elif "_en" in column and HANZI.search(text):
        yield "chinese", {}


def _of_a_person(match: re.Match[str], column: str) -> bool:
    """A figure may have eleven digits, and an address any number of them."""
    if match["mobile"]:
        return column not in ("as_written", "address")
    digits = "".join(str(unicodedata.decimal(c, c)) for c in match[0] if c not in " -")
    return column != "address" or bool(CITIZEN.search(digits[6:]))


def check_units(sheets: Mapping[str, Sheet], policy: Policy | None) -> Iterator[Problem]:
    """Units with which a number cannot be written so that it reads back."""
    for name in ("indicators", "measures", "comparables") if policy else ():
        sheet = sheets.get(name)
        for row in sheet.rows() if sheet is not None and not sheet.inherited else ():
            for column in ("unit_en", "unit_en_one"):
                unit, unit_en = row["unit"], row.get(column, "")
                lang = _unwritable(unit, unit_en, policy) if unit and unit_en else ""
                if lang:
                    yield fault(sheet.at(row, "unit" if lang == "zh" else column), "unit")


def _unwritable(unit: str, unit_en: str, policy: Policy) -> str:
    """The language in which a number cannot be written with the unit, empty where it can."""
    for lang in ("zh", "en"):
        try:
            write(Quantity(SAMPLE, Interval.point(SAMPLE), unit), lang, unit_en, policy=policy)
        except ValueError:
            return lang
    return ""
