"""One cell of a delivered table, taken as a figure or refused; and the state of the reading.

A figure is taken only with its indicator, region and period, in a unit that is the indicator's
own or a multiple of it. A number is read as meant, or refused with the reason that the checks of
the data give; a blank is nothing, never zero; a symbol means what ``mapping.csv`` says, and what
nobody has said is asked.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.collect.document import column_letter, finding
from helpers.collect.headings import MEANINGS, plain_text, unit_factor
from helpers.collect.reading import Entry, LeftAside, Question, beyond
from helpers.data.cells import number_fault
from helpers.quantity.interval import tidy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.collect.document import Cell, Document
    from helpers.collect.headings import Vocabulary
    from helpers.data.problems import Problem

__all__ = ["ASKED", "SUBTOTAL", "TOTAL", "Figure", "Told", "Work", "mended", "read_figure", "take"]

ASKED = "?"  # an indicator that somebody has to name
TOTAL, SUBTOTAL = "total", "subtotal"  # the region of a row or column that sums the others
NUMBER = re.compile(r"[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
ACCOUNTING = re.compile(r"\(([0-9][0-9,]*(?:\.[0-9]+)?)\)")
SIGN = re.compile(r"[^\w\s∞]+|[xX×.]|无|未统计|未上报|未报|缺|不详|暂无|没有|空")
WORDED = ("qualified", "magnitude", "chinese", "unit", "percent", "of-which")  # may be quantities
ASK = ("改成数字，或用汉字写明", "write the number, or say it in words")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its rounding word, in the unit of the table, and as it was seen; ``mended``
    where it was not written as numbers are."""

    value: Decimal
    qualifier: str
    seen: str
    unit: str = ""
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Symbol:
    """A text that stands in a number's place; ``meaning`` is "" where nobody has said it."""

    meaning: str


@dataclass(frozen=True, slots=True)
class Faulty:
    """Why a cell is refused: a rule, and message and remedy in both languages."""

    rule: str
    zh: tuple[str, str]
    en: tuple[str, str]


@dataclass(slots=True)
class Told:
    """What one cell of a head or a label says of a figure; "" for what it does not say."""

    indicator: str = ""
    region: str = ""
    period: str = ""
    unit: str = ""

    @property
    def text(self) -> str:
        """All that is said, on one line."""
        return " ".join(filter(None, (getattr(self, name) for name in self.__slots__))) or "-"

    def with_(self, other: Told) -> Told:
        """Both together, this one's word before the other's."""
        return Told(*(getattr(self, n) or getattr(other, n) for n in self.__slots__))


@dataclass(slots=True)
class Work:
    """One sheet being read: what is found is put here."""

    document: Document
    words: Vocabulary
    policy: q.Policy
    entries: list[Entry] = field(default_factory=list)
    totals: list[Entry] = field(default_factory=list)
    subtotals: list[Entry] = field(default_factory=list)
    shares: list[Entry] = field(default_factory=list)  # worked out in the table
    aside: list[LeftAside] = field(default_factory=list)
    questions: dict[tuple[str, str], Question] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    explained: list[tuple[str, str]] = field(default_factory=list)
    signed: dict[str, str] = field(default_factory=dict)  # who filled it in, and when
    heads: str = ""  # of the table being read
    file_unit: str = ""  # what only the file's name says
    refused: set[tuple[str, int, str]] = field(default_factory=set)  # cells, when the file was read

    def __post_init__(self) -> None:
        wrong = (found for found in self.document.problems if found.severity == "error")
        self.refused |= {(found.file, found.row, found.column) for found in wrong}

    @property
    def file(self) -> str:
        """The file's name as delivered."""
        return self.document.file

    def ask(self, kind: str, cell: Cell) -> None:
        """Ask once what a text means."""
        key = (kind, plain_text(cell.shown))
        if key not in self.questions:
            near = self.words.suggestions(kind, cell.shown)
            at = (self.file, cell.sheet, cell.address, cell.shown)
            self.questions[key] = Question(kind, *at, near)

    def leave(self, cell: Cell, zh: str, en: str) -> None:
        """Say why a cell is no figure."""
        self.aside.append(LeftAside(cell.sheet, cell.address, cell.shown, zh, en))

    def refuse(self, cell: Cell, rule: str, zh: tuple[str, str], en: tuple[str, str]) -> None:
        """Refuse a cell."""
        self.problems.append(finding(self.file, cell, rule, zh, en))

    def period(self, cell: Cell, fault: tuple[str, tuple[str, str], tuple[str, str]]) -> None:
        """Refuse a time that is no period, or leave aside one before the first."""
        rule, zh, en = fault
        severity = "warning" if rule == "period-before" else "error"
        self.problems.append(finding(self.file, cell, rule, zh, en, severity))

    def warn(self, cell: Cell, rule: str, zh: tuple[str, str], en: tuple[str, str]) -> None:
        """Tell something that does not stop."""
        self.problems.append(finding(self.file, cell, rule, zh, en, "warning"))


def take(work: Work, cell: Cell, told: Told) -> None:
    """Take a cell as a figure, or say why it is none."""
    named = f"{work.file}!{cell.sheet}" if cell.sheet else work.file
    said = work.words.said_of("symbol", cell.value, work.file) if cell.kind == "text" else None
    read = read_figure(cell, work.policy, said)
    if read is None or (named, cell.row, column_letter(cell.column)) in work.refused:
        return
    if isinstance(read, Faulty):
        work.refuse(cell, read.rule, read.zh, read.en)
        return
    if isinstance(read, Symbol):
        _symbol(work, cell, read)
        return
    if told.indicator == ASKED:
        work.leave(cell, "指标待问", "which indicator it is is to be asked")
        return
    missing = [name for name in ("indicator", "region", "period") if not getattr(told, name)]
    if missing:
        _missing(work, cell, missing)
        return
    entry = _entry(work, cell, told, read)
    if entry is None:
        return
    if read.mended:
        work.problems.append(mended(work.file, cell, read.value))
    if told.indicator in work.words.measures:
        work.leave(cell, "比率：按表中的数核对，不计入", "a share: checked, never taken")
        work.shares.append(entry)
    elif told.region == SUBTOTAL:
        work.leave(cell, "小计：只作核对，不计入", "a subtotal: a check, never an addend")
        work.subtotals.append(entry)
    else:
        (work.totals if told.region == TOTAL else work.entries).append(entry)


def mended(file: str, cell: Cell, value: Decimal) -> Problem:
    """A number that was not written as numbers are was read as it is meant."""
    zh = ("不是规范的数字写法，按其意读取", f"核对：读作 {value:f}")
    en = ("not written as numbers are, read as it is meant", f"check: read as {value:f}")
    return finding(file, cell, "read-as", zh, en, "warning")


def read_figure(
    cell: Cell, policy: q.Policy, said: str | None = None
) -> Figure | Symbol | Faulty | None:
    """What a cell states, None for a blank one; ``said`` is what somebody said that it means."""
    text = cell.value.strip()
    if not text:
        return None
    if cell.kind == "number":
        unit = "%" if cell.percent else ""
        return Figure(Decimal(cell.value), "", cell.shown.strip() if unit else _seen(cell), unit)
    if cell.kind in ("date", "boolean"):
        zh, en = "应为数字，却是日期或是否", "a date or a yes or no where a number belongs"
        return Faulty(f"{cell.kind}-in-a-number", (zh, ASK[0]), (en, ASK[1]))
    if said is not None:
        return Figure(Decimal(0), "", "0") if said == "zero" else Symbol(said)
    return _from_text(text, policy)


def _seen(cell: Cell) -> str:
    """A number as it was seen, without the zeros after the point that a program adds to counts."""
    shown = cell.shown.strip().replace(",", "")
    return shown.removesuffix(".0") if NUMBER.fullmatch(shown) else shown


def _from_text(text: str, policy: q.Policy) -> Figure | Symbol | Faulty:
    half = "".join(
        unicodedata.normalize("NFKC", one) if "\uff01" <= one <= "\uff5e" else one for one in text
    )
    half = half.replace("−", "-").replace("–", "-").strip().rstrip(",").strip()
    if found := ACCOUNTING.fullmatch(half):
        return Figure(-Decimal(found[1].replace(",", "")), "", text, mended=True)
    if NUMBER.fullmatch(half):
        plain = half.replace(",", "")
        mended = half != text or plain[:1] == "+" or (plain[:1] == "0" and plain[1:2].isdigit())
        return Figure(Decimal(plain), "", plain.removesuffix(".0"), mended=mended)
    if SIGN.fullmatch(half):
        return Symbol("")
    rule, zh, en = number_fault(half)
    kind = rule.removeprefix("not-a-number").removeprefix("-")
    if not kind or kind in WORDED:
        try:
            stated = q.read(half, policy)
            mended = not stated.qualifier and kind in ("magnitude", "chinese")
            return Figure(stated.value, stated.qualifier, text, stated.unit, mended)
        except (ValueError, InvalidOperation):
            pass
    if kind == "qualified":
        zh, en = (zh[0], ASK[0]), (en[0], ASK[1])
    return Faulty(rule, zh, en)


def _symbol(work: Work, cell: Cell, read: Symbol) -> None:
    if not read.meaning:
        work.ask("symbol", cell)
        work.leave(cell, "符号的含义待问", "what the symbol means is to be asked")
    else:
        zh, en = MEANINGS[read.meaning]
        work.leave(cell, f"符号：{zh}", f"symbol: {en}")


def _missing(work: Work, cell: Cell, names: list[str]) -> None:
    words = {"indicator": ("指标", "indicator"), "region": ("地区", "region"),
             "period": ("时期", "period")}  # fmt: skip
    zh = (f"不知道是哪个{'、'.join(words[n][0] for n in names)}（表头有：{work.heads}）",
          "在表头、行名或表上方写明")  # fmt: skip
    en = (f"says no {', '.join(words[n][1] for n in names)} (the heads are: {work.heads})",
          "name it in the head or the row")  # fmt: skip
    work.refuse(cell, "label-missing", zh, en)


def _entry(work: Work, cell: Cell, told: Told, read: Figure) -> Entry | None:
    words = work.words
    about = words.indicators.get(told.indicator) or words.measures[told.indicator]
    base = str(about["unit"])
    of_file = "" if read.unit or told.unit else work.file_unit
    of_file = of_file if unit_factor(of_file, base) is not None else ""
    unit = read.unit or told.unit or of_file or base
    factor = unit_factor(unit, base)
    if factor is None:
        zh = (f"单位是“{unit}”，指标的单位是“{base}”", "核对表头的单位；人与人次不能混用")
        en = (f"the unit is {unit}, the indicator's is {base}", "check the unit in the head")
        work.refuse(cell, "other-unit", zh, en)
        return None
    value = tidy(read.value * factor)
    if not _judged(work, cell, about, value):
        return None
    if of_file and not work.words.is_usual(told.indicator, told.region, value):
        zh = (f"单位“{of_file}”只写在文件名中，与以前的数据对不上", "在表头写明单位")
        en = (f"the unit {of_file} stands in the file's name alone and does not fit earlier "
              "figures", "give the unit in the head")  # fmt: skip
        work.refuse(cell, "unit-of-the-file-name", zh, en)
        return None
    seen = read.seen if read.seen.endswith(unit) else f"{read.seen}{unit}"
    return Entry(
        indicator=told.indicator,
        region=told.region,
        period=told.period,
        value=value,
        qualifier=read.qualifier,
        as_written=seen,
        file=work.file,
        sheet=cell.sheet,
        address=cell.address,
        remark="公式计算" if cell.computed else "",
    )


def _judged(work: Work, cell: Cell, about: Mapping[str, object], value: Decimal) -> bool:
    """Whether an indicator may have a value."""
    found = beyond(about, value)
    if found is not None:
        rule, zh, en = found
        work.refuse(cell, rule, (zh, "核对数字、单位和小数点"), (en, "check number and unit"))
    return found is None
