"""What a heading, a place, a time or a symbol in a delivered table means.

A text means what the codebook calls by exactly this name, or what a person said once in
``mapping.csv``. Nothing is taken because it is similar: near names are suggestions. A question is
a row of ``mapping.csv`` without a meaning; the answer filled in is used the next time, for the
file that it was asked of or, where ``source`` is emptied, for all.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import io
import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from helpers.collect.words import tell, words
from helpers.data.decode import decode, parse
from helpers.data.problems import INVISIBLE, DataRefused, Problem
from helpers.files import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from helpers.collect.take_figure import Question
    from helpers.data import Tables

    Rows = Mapping[str, Mapping[str, object]]

__all__ = [
    "ASIDE",
    "FILE",
    "HALF_FORMS",
    "Heading",
    "Said",
    "Vocabulary",
    "as_csv",
    "as_day",
    "harmless",
    "plain_text",
    "read_mapping",
    "unit_factor",
]

ASIDE = "-"  # in mapping.csv: leave aside what has this heading
FILE = "mapping.csv"
COLUMNS = ("kind", "source", "shown", "meaning", "note")
KINDS = ("heading", "region", "period", "unit", "symbol")
BRACKETS = re.compile(r"[（(\[【]([^（()）\[\]【】]*)[）)\]】]")
# full-width letters, digits and signs → half-width ones; not NFKC, which turns 13² into 132
HALF_FORMS = {0x3000: " ", **{wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}}
MAGNITUDES = {
    "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7,
    "亿": 10**8, "万亿": 10**12,
}  # fmt: skip
ALIKE = (  # measure words that count the same things
    {"人", "名", "位"}, {"个", "家", "所", "处", "支"}, {"场", "场次"}, {"户", "家庭"},
    {"元", "人民币元"}, {"%", "百分比"}, {"件", "件次"}, {"期", "班次"},
)  # fmt: skip
YEAR = re.compile(r"((?:19|20)\d\d)\s*(?:年度|年)?")
HALF = re.compile(r"((?:19|20)\d\d)\s*年?\s*(上|下)半年")
DAY = re.compile(r"((?:19|20)\d\d)[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?")
MOMENT = re.compile(r"(?:19|20)\d\d[-/]\d\d?[-/]\d\d?[t ]?\d\d?:\d\d.*")
SERIAL = re.compile(r"[2-6]\d{4}(?:\.0+)?")  # days since 1900, as spreadsheets count
REIGN = re.compile(
    r"(?:(?:中华)?民[国國]|(?=1\d\d年))(\d{2,3})(?:年度?)?|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年"
)
REGION_ENDS = ("自治县", "自治州", "地区", "新区", "区", "县", "市", "旗", "省")
TOTALS = re.compile(
    r"(?:合\s*计|总\s*计|全\s*市|全\s*县|全\s*区|全\s*省|total)\s*[:：]?", re.IGNORECASE
)
SUBTOTALS = re.compile(r"(?:小\s*计|subtotal)\s*[:：]?", re.IGNORECASE)
OF_WHICH = re.compile(r"(?:[#＃]|其中|内)\s*[:：]?\s*")
PERSONAL = re.compile(r"姓名|身份证|证件号|手机|电话|住址|生日|出生日期")


class Heading(NamedTuple):
    """A heading taken apart: ``地区生产总值（当年价）(亿元)`` is name, basis and unit."""

    name: str
    basis: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One row of ``mapping.csv``: what somebody said that a text means."""

    kind: str  # heading | region | period | symbol
    source: str  # the file it holds for; "" for all
    shown: str
    meaning: str


@lru_cache(maxsize=50_000)
def plain_text(text: str) -> str:
    """A text as it is compared: invisible characters and blanks out, full-width forms in half."""
    return re.sub(r"\s+", "", INVISIBLE.sub("", text).translate(HALF_FORMS)).casefold()


def as_day(text: str) -> str:
    """The day that a text names, as YYYY-MM-DD; "" where it names none."""
    found = DAY.match(plain_text(text))
    try:
        return dt.date(*map(int, found.groups())).isoformat() if found and found[3] else ""
    except ValueError:
        return ""


def unit_factor(unit: str, base: str) -> Decimal | None:
    """By how much a figure in ``unit`` is multiplied to be in ``base``; None where it is another
    kind of unit (人次 is not 人)."""
    unit, base = plain_text(unit), plain_text(base)
    for prefix, factor in sorted(MAGNITUDES.items(), key=lambda pair: -len(pair[0])):
        rest = unit.removeprefix(prefix)
        if rest != unit and (_alike(rest, base) or not rest):
            return Decimal(factor)
    return Decimal(1) if _alike(unit, base) else None


def _alike(one: str, other: str) -> bool:
    return one == other or any(one in group and other in group for group in ALIKE)


@dataclass(frozen=True)
class Vocabulary:
    """All names that a data folder knows, and what was said in ``mapping.csv``."""

    indicators: Mapping[str, Mapping[str, object]]
    regions: Mapping[str, Mapping[str, object]]
    periods: Mapping[str, Mapping[str, object]]
    said: tuple[Said, ...] = ()
    measures: Mapping[str, Mapping[str, object]] = field(default_factory=dict)  # shares
    earlier: Mapping[tuple[str, str], list[Decimal]] = field(default_factory=dict)
    _units: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, tables: Tables, said: Iterable[Said] = ()) -> Vocabulary:
        """The vocabulary of a folder's tables."""
        rows = {
            name: {str(row[name[:-1]]): row for row in tables.frames[name].to_dict("records")}
            for name in ("indicators", "regions", "periods", "measures")
        }
        shares = {k: row for k, row in rows["measures"].items() if row["kind"] == "share"}
        rows["measures"] = shares
        units = {plain_text(str(row["unit"])) for row in rows["indicators"].values()}
        units |= {word for group in ALIKE for word in group} | {"人次", "次", "‰", "亩", "吨"}
        earlier = defaultdict(list)
        figures = tables.frames["observations"]
        columns = (figures[name] for name in ("indicator", "region", "value"))
        for indicator, region, value in zip(*columns, strict=True):
            earlier[str(indicator), str(region)].append(value)
        return cls(**rows, said=tuple(said), earlier=earlier, _units=units)

    @cached_property
    def _indicator_names(self) -> dict[str, list[str]]:
        return _names({**self.measures, **self.indicators}, ("label_zh", "label_en"))

    @cached_property
    def _region_names(self) -> dict[str, list[str]]:
        found = _names(self.regions, ("name_zh", "name_en"))
        for code, row in self.regions.items():
            name = plain_text(str(row["name_zh"]))
            short = next((name.removesuffix(e) for e in REGION_ENDS if name.endswith(e)), name)
            forms = {short if len(short) > 1 else name, code[:2] if code[2:] == "0000" else code}
            forms |= {code + "000000", code[:4] if code[4:] == "00" else code}
            for form in forms - {""}:
                if code not in found.setdefault(form, []):
                    found[form].append(code)
        return found

    @cached_property
    def _period_names(self) -> dict[str, list[str]]:
        return _names(self.periods, ("label_zh", "label_en"))

    @cached_property
    def _meanings(self) -> dict[tuple[str, str, str], str]:
        return {(one.kind, one.source, plain_text(one.shown)): one.meaning for one in self.said}

    def said_of(self, kind: str, text: str, source: str) -> str | None:
        """What somebody said that a text means, for this file or for all; None where nobody did."""
        if not self.said:
            return None
        wanted = plain_text(text)
        of_file = self._meanings.get((kind, source, wanted))
        return of_file if of_file is not None else self._meanings.get((kind, "", wanted))

    def heading(self, text: str) -> Heading:
        """A heading taken apart by its brackets, of both kinds."""
        inside = BRACKETS.findall(text)
        name = BRACKETS.sub("", text)
        units = [part for part in inside if self.is_unit(part)]
        rest = [part for part in inside if part not in units]
        unit = re.sub(r"^\s*(?:计量)?单位\s*[:：]?\s*", "", units[-1]) if units else ""
        return Heading(plain_text(name), "；".join(rest), unit)

    def is_unit(self, text: str) -> bool:
        """Whether a text is a unit, with or without a magnitude before it."""
        text = plain_text(text).removeprefix("计量").removeprefix("单位").removeprefix(":")
        for prefix in ("", *MAGNITUDES):
            if text.startswith(prefix) and text[len(prefix) :] in self._units:
                return True
        return False

    def indicator(self, text: str, source: str) -> str | None:
        """The indicator that a heading names, `ASIDE` where it was said to be left aside."""
        heading = self.heading(text)
        basis = f"({heading.basis})" if heading.basis else ""
        for form in (text, f"{heading.name}{basis}"):
            if (said := self.said_of("heading", form, source)) is not None:
                return said
        names = self._indicator_names
        bare = BRACKETS.sub(lambda found: "" if self.is_unit(found[1]) else found[0], text)
        for form in (plain_text(text), plain_text(bare), heading.name if not heading.basis else ""):
            if form and len(codes := names.get(form, [])) == 1:
                return codes[0]
        return None

    def region(self, text: str, source: str) -> list[str]:
        """The codes of the regions that a text may name: none, one, or several to choose from."""
        if (said := self.said_of("region", text, source)) is not None:
            return [said]
        wanted = plain_text(text)
        return self._region_names.get(wanted) or self._region_names.get(_simplified(wanted), [])

    def unit(self, text: str, source: str) -> str:
        """The unit that a text is, or was said to be; "" for none."""
        return self.said_of("unit", text, source) or (text if self.is_unit(text) else "")

    def parent(self, region: str) -> str:
        """The region that a region belongs to, "" for none."""
        return str(self.regions[region]["parent"]) if region in self.regions else ""

    def period(self, text: str, source: str) -> str | None:
        """The period that a text names: its code or label, a whole year, a half of one."""
        if (said := self.said_of("period", text, source)) is not None:
            return said
        wanted = plain_text(text)
        if len(codes := self._period_names.get(wanted, [])) == 1:
            return codes[0]
        if half := HALF.fullmatch(wanted):
            ends = ("01-01", "06-30") if half[2] == "上" else ("07-01", "12-31")
        elif year := YEAR.fullmatch(wanted):
            half, ends = year, ("01-01", "12-31")
        else:
            return None
        span = tuple(f"{half[1]}-{end}" for end in ends)
        codes = [c for c, r in self.periods.items() if (str(r["start"]), str(r["end"])) == span]
        return codes[0] if len(codes) == 1 else None

    def period_fault(self, text: str) -> tuple[str, dict[str, object]] | None:
        """Why a text that says a time names no period of the folder: the finding and what it
        names; None for a text that says no time or one that may be asked about."""
        wanted = plain_text(text)
        if MOMENT.fullmatch(wanted):
            return "period-moment", {"year": 2024}
        if SERIAL.fullmatch(wanted):
            day = dt.date(1899, 12, 30) + dt.timedelta(days=int(wanted[:5]))
            return "period-serial", {"year": day.year}
        if reign := REIGN.fullmatch(wanted):
            return "period-reign", {"year": int(reign[1]) + 1911 if reign[1] else 2024}
        if day := DAY.fullmatch(wanted):
            try:
                start = end = dt.date(int(day[1]), int(day[2]), int(day[3] or 1)).isoformat()
            except ValueError:
                return "period-no-date", {"year": day[1]}
            if day[3]:
                return "period-day", {"year": day[1]}
        elif year := YEAR.fullmatch(wanted) or HALF.fullmatch(wanted):
            start, end = f"{year[1]}-01-01", f"{year[1]}-12-31"
        else:
            return None
        first = min(str(row["start"]) for row in self.periods.values())
        last = max(str(row["end"]) for row in self.periods.values())
        if start > last or end < first:
            return f"period-{'ahead' if start > last else 'before'}", {"first": first, "last": last}
        return None

    def is_usual(self, indicator: str, region: str, value: Decimal) -> bool:
        """Whether a figure has the magnitude of those that the folder has of its kind."""
        known = self.earlier.get((indicator, region), ())
        return any(abs(old) < abs(value) * 10 and abs(value) < abs(old) * 10 for old in known)

    def looks_like_period(self, text: str) -> bool:
        """Whether a text names a year or half a year, in this folder or not."""
        wanted = plain_text(text)
        return bool(YEAR.fullmatch(wanted) or HALF.fullmatch(wanted))

    def dimension(self, text: str) -> str:
        """Which dimension a heading announces (地区, 年份, 指标, 单位 …); "" for none."""
        name = self.heading(text).name or plain_text(text)
        return _dimensions().get(name) or _dimensions().get(_simplified(name), "")

    def suggestions(self, kind: str, text: str) -> tuple[str, ...]:
        """The codes of names most like a text, never taken by themselves."""
        names = {"heading": self._indicator_names, "region": self._region_names,
                 "period": self._period_names}.get(kind, {})  # fmt: skip
        wanted = _simplified(self.heading(text).name or plain_text(text))[:60]
        near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.5)
        return tuple(dict.fromkeys(code for name in near for code in names[name]))[:3]


@cache
def _dimensions() -> dict[str, str]:
    return {
        form: kind
        for kind, forms in words("dimension").items()
        for form in "|".join(forms).split("|")
    }


def _names(
    rows: Mapping[str, Mapping[str, object]], columns: Iterable[str]
) -> dict[str, list[str]]:
    """name → the codes that have it, a code being a name of its own."""
    found: dict[str, list[str]] = {}
    for code, row in rows.items():
        for name in {code, *(str(row[column] or "") for column in columns)}:
            if plain := plain_text(name):
                found.setdefault(plain, []).append(code)
    return found


@lru_cache(maxsize=10_000)
def _simplified(text: str) -> str:
    return text if text.isascii() else _converter().convert(text)


@cache
def _converter() -> object:
    from opencc import OpenCC

    return OpenCC("t2s")


# --- mapping.csv ----------------------------------------------------------------------------


def harmless(text: str) -> str:
    """A text of somebody else's that a spreadsheet will not take for a formula."""
    return f"'{text}" if len(text) > 1 and text[0] in "=+-@\t\r" else text


def read_mapping(path: Path, tables: Tables) -> tuple[list[Said], list[Problem]]:
    """The answers of a ``mapping.csv`` and what is wrong with it; nothing where there is none."""
    codes = {"heading": tables.indicators["indicator"], "region": tables.regions["region"],
             "period": tables.periods["period"], "symbol": words("meaning")}  # fmt: skip
    if not path.exists():
        return [], []
    try:
        text, _ = decode(read_bytes(path, path.name), path.name)
        lines, _ = parse(text, path.name, COLUMNS)
    except DataRefused as refused:
        return [], list(refused.problems)
    heads, *rows = lines.values() or ([],)
    found, problems = [], []
    for number, cells in zip([*lines][1:], rows, strict=True):
        row = {name.strip(): cell for name, cell in zip(heads, cells, strict=False)}
        kind = row.get("kind", "").strip()
        if kind not in KINDS:
            place = (path.name, number, "kind", kind)
            problems.append(tell(place, "unknown-kind", known=", ".join(KINDS)))
            continue
        meaning = row.get("meaning", "").strip()
        if meaning and kind != "unit" and meaning not in {*codes[kind], ASIDE}:
            place = (path.name, number, "meaning", meaning)
            some = ", ".join(list(codes[kind])[:6])
            problems.append(tell(place, "unknown-meaning", some=some))
        elif meaning:
            cells = [row.get(name, "").strip() for name in ("source", "shown")]
            cells = [text[1:] if harmless(text[1:]) == text else text for text in cells]
            found.append(Said(kind, *cells, meaning))
    return found, problems


def as_csv(said: Iterable[Said], questions: Iterable[Question]) -> bytes:
    """What was said, and what is to be asked, as a ``mapping.csv``; sorted, each row once."""
    rows = {(one.kind, one.source, one.shown, one.meaning, "") for one in said}
    for question in questions:
        near = "；".join(question.suggestions)
        place = f"{question.sheet}!{question.address}".lstrip("!")
        note = f"{place} 待答 to be answered" + (f"：{near}?" if near else "")
        rows.add((question.kind, question.file, question.shown, "", note))
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(COLUMNS)
    lines.writerows([harmless(text) for text in row] for row in sorted(rows))
    return text.getvalue().encode("utf-8-sig")
