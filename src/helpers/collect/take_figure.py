"""One cell of a delivered table, taken as a figure or refused; and the state of the reading.

A figure is taken only with its indicator, region and period, in a unit that is the indicator's
own or a multiple of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.collect.document import column_letter, finding
from helpers.collect.headings import plain_text, unit_factor
from helpers.collect.read_number import MEANINGS, Faulty, Figure, Symbol, read_number
from helpers.collect.reading import Entry, LeftAside, Question
from helpers.quantity.interval import tidy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers import quantity as q
    from helpers.collect.document import Cell, Document
    from helpers.collect.headings import Vocabulary
    from helpers.data.problems import Problem

__all__ = ["TOTAL", "Told", "Work", "take"]

MOST = Decimal(10) ** 15
TOTAL = "total"  # the region of a row or column that sums the others
ENDS = ("minimum", "maximum")
PARTS = ("%", "‰", "元", "亩", "吨", "公里", "平方米")  # units that may have decimals


@dataclass(slots=True)
class Told:
    """What one cell of a head or a label says of a figure; "" for what it does not say."""

    indicator: str = ""
    region: str = ""
    period: str = ""
    unit: str = ""

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
    aside: list[LeftAside] = field(default_factory=list)
    questions: dict[tuple[str, str], Question] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    explained: list[tuple[str, str]] = field(default_factory=list)

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

    def warn(self, cell: Cell, rule: str, zh: tuple[str, str], en: tuple[str, str]) -> None:
        """Tell something that does not stop."""
        self.problems.append(finding(self.file, cell, rule, zh, en, "warning"))


def take(work: Work, cell: Cell, told: Told) -> None:
    """Take a cell as a figure, or say why it is none."""
    read = read_number(cell, work.policy, work.words, work.file)
    if read is None:
        return
    if any(f.row == cell.row and f.column == column_letter(cell.column) and f.severity == "error"
           and f.file.endswith(f"!{cell.sheet}") for f in work.document.problems):  # fmt: skip
        return  # told already when the file was read
    if isinstance(read, Faulty):
        work.refuse(cell, read.rule, read.zh, read.en)
        return
    if isinstance(read, Symbol):
        _symbol(work, cell, read)
        return
    missing = [name for name in ("indicator", "region", "period") if not getattr(told, name)]
    if missing:
        _missing(work, cell, missing)
        return
    if told.region == "subtotal":
        work.leave(cell, "小计：只作核对，不计入", "a subtotal: a check, never an addend")
        return
    entry = _entry(work, cell, told, read)
    if entry is not None:
        (work.totals if told.region == TOTAL else work.entries).append(entry)


def _symbol(work: Work, cell: Cell, read: Symbol) -> None:
    if not read.meaning:
        work.ask("symbol", cell)
        work.leave(cell, "符号的含义待问", "what the symbol means is to be asked")
    elif read.meaning not in MEANINGS:
        known = "、".join(MEANINGS)
        zh = (f"mapping.csv 中这个符号的含义“{read.meaning}”无效", f"用其中之一：{known}")
        en = (f"mapping.csv gives it an unknown meaning '{read.meaning}'", f"use one of: {known}")
        work.refuse(cell, "unknown-meaning", zh, en)
    else:
        zh, en = MEANINGS[read.meaning]
        work.leave(cell, f"符号：{zh}", f"symbol: {en}")


def _missing(work: Work, cell: Cell, names: list[str]) -> None:
    words = {"indicator": ("指标", "indicator"), "region": ("地区", "region"),
             "period": ("时期", "period")}  # fmt: skip
    zh = ("不知道是哪个" + "、".join(words[n][0] for n in names), "在表头、行名或表上方写明")
    en = ("says no " + ", ".join(words[n][1] for n in names), "name it in the head or the row")
    work.refuse(cell, "label-missing", zh, en)


def _entry(work: Work, cell: Cell, told: Told, read: Figure) -> Entry | None:
    about = work.words.indicators.get(told.indicator)
    if about is None:
        zh = (f"编码本中没有指标 {told.indicator}", "改正 mapping.csv")
        en = (f"the codebook has no indicator {told.indicator}", "correct mapping.csv")
        work.refuse(cell, "unknown-indicator", zh, en)
        return None
    base = str(about["unit"])
    unit = read.unit or told.unit or base
    if read.unit == "%" and base == "%":
        unit = "%"
    factor = unit_factor(unit, base)
    if factor is None:
        zh = (f"单位是“{unit}”，指标的单位是“{base}”", "核对表头的单位；人与人次不能混用")
        en = (f"the unit is {unit}, the indicator's is {base}", "check the unit in the head")
        work.refuse(cell, "other-unit", zh, en)
        return None
    value = tidy(read.value * factor)
    if not _judged(work, cell, about, value):
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
        remark="公式计算 computed" if cell.computed else "",
    )


def _judged(work: Work, cell: Cell, about: Mapping[str, object], value: Decimal) -> bool:
    """Whether an indicator may have a value."""
    ends = [None if about[n] in (None, "") else Decimal(str(about[n])) for n in ENDS]
    low, high = ends
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = "–".join("…" if end is None else f"{end:f}" for end in ends)
        zh, en = (
            (f"超出允许的范围({bounds})", "核对"),
            (f"outside what is allowed ({bounds})", "check"),
        )
        work.refuse(cell, "out-of-range", zh, en)
        return False
    if abs(value) > MOST:
        zh, en = ("数字大得不可能", "核对单位和位数"), ("a number beyond all measure", "check it")
        work.refuse(cell, "out-of-range", zh, en)
        return False
    whole = str(about["counts"]) not in ("money", "share") and str(about["unit"]) not in PARTS
    if whole and value != value.to_integral_value():
        zh, en = (
            ("计数不是整数", "核对单位和小数点"),
            ("a count that is not whole", "check the unit"),
        )
        work.refuse(cell, "count-not-whole", zh, en)
        return False
    return True
