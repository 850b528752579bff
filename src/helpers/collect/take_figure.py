"""One cell of a delivered table, taken as a figure or refused; and the state of the reading.

A figure is taken only with its indicator, region and period, in a unit that is the indicator's
own or a multiple of it. A number is read as meant, or refused with the reason that the checks of
the data give; a blank is nothing, never zero; a symbol means what ``mapping.csv`` says, and what
nobody has said is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.collect.document import at
from helpers.collect.headings import HALF_FORMS, plain_text, unit_factor
from helpers.collect.words import tell, worded, words
from helpers.data.cells import LARGEST, number_fault
from helpers.data.checks.figures import limits
from helpers.data.problems import Problem, problem
from helpers.quantity.interval import tidy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.collect.document import Cell, Document
    from helpers.collect.headings import Vocabulary

__all__ = [
    "ASKED",
    "SUBTOTAL",
    "TOTAL",
    "Entry",
    "Figure",
    "LeftAside",
    "Question",
    "Reading",
    "Told",
    "Work",
    "beyond",
    "read_figure",
    "take",
]

ASKED = "?"  # an indicator that somebody has to name
TOTAL, SUBTOTAL = "total", "subtotal"  # the region of a row or column that sums the others
NUMBER = re.compile(r"[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
ACCOUNTING = re.compile(r"\(([0-9][0-9,]*(?:\.[0-9]+)?)\)")
SIGN = re.compile(r"[^\w\s∞]+|[xX×.]|无|未统计|未上报|未报|缺|不详|暂无|没有|空")
WORDED = ("qualified", "magnitude", "chinese", "unit", "percent", "of-which")  # may be quantities
ASK = ("改成数字，或用汉字写明", "write the number, or say it in words")
Place = tuple[str, int, str, str]  # file with sheet, row, column letters, what stands there


# --- what a document said --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure as delivered; ``value`` is in the indicator's base unit."""

    indicator: str
    region: str
    period: str
    value: Decimal
    qualifier: str
    as_written: str
    file: str
    sheet: str
    address: str
    remark: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What there can be one figure of."""
        return self.indicator, self.region, self.period

    @property
    def locator(self) -> str:
        """``2024年!B7``."""
        return f"{self.sheet}!{self.address}" if self.sheet else self.address

    @property
    def place(self) -> Place:
        """Where a problem points."""
        return _place(self.file, self.sheet, self.address, self.as_written)


@dataclass(frozen=True, slots=True)
class LeftAside:
    """A cell that is no figure, and why: a title, a note, a signature, a total, a blank."""

    sheet: str
    address: str
    shown: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Question:
    """A heading or symbol that must be answered once, by a row of ``mapping.csv``."""

    kind: str  # heading | region | period | symbol | unit
    file: str
    sheet: str
    address: str
    shown: str
    suggestions: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        """Where a problem of it points."""
        return _place(self.file, self.sheet, self.address, self.shown)


def _place(file: str, sheet: str, address: str, shown: str) -> Place:
    letters = address.rstrip("0123456789")
    return f"{file}!{sheet}" if sheet else file, int(address[len(letters) :]), letters, shown


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one document gave; ``explained`` has the lines of ``--explain``, zh and en."""

    document: Document
    entries: tuple[Entry, ...] = ()
    left_aside: tuple[LeftAside, ...] = ()
    questions: tuple[Question, ...] = ()
    problems: tuple[Problem, ...] = ()
    explained: tuple[tuple[str, str], ...] = ()
    form: str = ""  # the id of a form of ours
    filled_by: str = ""
    filled_on: str = ""  # the day, YYYY-MM-DD, where it says one

    @property
    def refused(self) -> bool:
        """Whether an error stands against the document or a cell of it."""
        return any(found.severity == "error" for found in self.problems)


# --- a document being read -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
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
    """A document being read: what is found is put here."""

    document: Document
    words: Vocabulary
    policy: q.Policy
    problems: list[Problem]
    refused: set[tuple[str, int, str]]  # cells, when the file was read
    entries: list[Entry] = field(default_factory=list)
    totals: list[Entry] = field(default_factory=list)
    subtotals: list[Entry] = field(default_factory=list)
    shares: list[Entry] = field(default_factory=list)  # worked out in the table
    aside: list[LeftAside] = field(default_factory=list)
    questions: dict[tuple[str, str], Question] = field(default_factory=dict)
    explained: list[tuple[str, str]] = field(default_factory=list)
    signed: dict[str, str] = field(default_factory=dict)  # who filled it in, and when
    heads: str = ""  # of the table being read
    file_unit: str = ""  # what only the file's name says

    @property
    def file(self) -> str:
        """The file's name as delivered."""
        return self.document.file

    def ask(self, kind: str, cell: Cell) -> None:
        """Ask once what a text means."""
        key = (kind, plain_text(cell.shown))
        if key not in self.questions:
            near = self.words.suggestions(kind, cell.shown)
            where = (self.file, cell.sheet, cell.address, cell.shown)
            self.questions[key] = Question(kind, *where, near)

    def leave(self, cell: Cell, why: str, **values: object) -> None:
        """Say why a cell is no figure."""
        zh, en = worded("aside", why, **values)
        self.aside.append(LeftAside(cell.sheet, cell.address, cell.shown, zh, en))

    def tell(self, cell: Cell, key: str, **values: object) -> None:
        """A finding about a cell."""
        self.problems.append(tell(at(self.file, cell), key, **values))


# --- a cell, a figure ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its rounding word, in the unit of the table, and as it was seen; ``mended``
    where it was not written as numbers are."""

    value: Decimal
    qualifier: str
    seen: str
    unit: str = ""
    mended: bool = False


def take(work: Work, cell: Cell, told: Told) -> None:
    """Take a cell as a figure, or say why it is none."""
    place = at(work.file, cell)
    said = work.words.said_of("symbol", cell.value, work.file) if cell.kind == "text" else None
    read = read_figure(cell, work.policy, place, said)
    if read is None or place[:3] in work.refused:
        return
    missing = [name for name in ("indicator", "region", "period") if not getattr(told, name)]
    if isinstance(read, Problem):
        work.problems.append(read)
    elif isinstance(read, str) and read:
        work.leave(cell, "symbol", meaning=words("meaning")[read])
    elif isinstance(read, str):
        work.ask("symbol", cell)
        work.leave(cell, "symbol_asked")
    elif told.indicator == ASKED:
        work.leave(cell, "indicator_asked")
    elif missing:
        names = [words("kind")[name] for name in missing]
        what = ("、".join(zh for zh, _ in names), ", ".join(en for _, en in names))
        work.tell(cell, "label-missing", what=what, heads=work.heads)
    else:
        _put(work, cell, told, read)


def _put(work: Work, cell: Cell, told: Told, read: Figure) -> None:
    entry = _entry(work, cell, told, read)
    if entry is None:
        return
    if read.mended:
        work.tell(cell, "read-as", value=f"{read.value:f}")
    if told.indicator in work.words.measures:
        work.leave(cell, "share")
        work.shares.append(entry)
    elif told.region == SUBTOTAL:
        work.leave(cell, "subtotal")
        work.subtotals.append(entry)
    else:
        (work.totals if told.region == TOTAL else work.entries).append(entry)


def _entry(work: Work, cell: Cell, told: Told, read: Figure) -> Entry | None:
    """The figure in its indicator's unit; None for what the indicator cannot have, which is
    told."""
    about = work.words.indicators.get(told.indicator) or work.words.measures[told.indicator]
    base = str(about["unit"])
    of_file = "" if read.unit or told.unit else work.file_unit
    of_file = of_file if unit_factor(of_file, base) is not None else ""
    unit = read.unit or told.unit or of_file or base
    factor = unit_factor(unit, base)
    if factor is None:
        return work.tell(cell, "other-unit", unit=unit, base=base)
    value = tidy(read.value * factor)
    if wrong := beyond(about, value):
        return work.tell(cell, wrong[0], **wrong[1], remedy=words("remedy")["value"])
    if of_file and not work.words.is_usual(told.indicator, told.region, value):
        return work.tell(cell, "unit-of-the-file-name", unit=of_file)
    seen = read.seen if read.seen.endswith(unit) else f"{read.seen}{unit}"
    remark = "公式计算" if cell.computed else ""
    where = (work.file, cell.sheet, cell.address)
    return Entry(
        told.indicator, told.region, told.period, value, read.qualifier, seen, *where, remark
    )


def beyond(about: Mapping[str, object], value: Decimal) -> tuple[str, dict[str, str]] | None:
    """Why an indicator cannot have a value, as a finding and what it names; None where it can."""
    low, high, whole = limits(about)
    low, high = (-LARGEST if low is None else low), (LARGEST if high is None else high)
    if not low <= value <= high or abs(value) >= LARGEST:
        return "out-of-range", {"bounds": f"{low:f}–{high:f}"}
    return ("count-not-whole", {}) if whole and value != value.to_integral_value() else None


def read_figure(
    cell: Cell, policy: q.Policy, place: Place, said: str | None = None
) -> Figure | str | Problem | None:
    """What a cell states: a figure; for a symbol what it means, ``said`` by somebody, "" where
    nobody did; what is wrong with it; None for a blank one."""
    text = cell.value.strip()
    if not text:
        return None
    if cell.kind == "number":
        unit, shown = "%" * cell.percent, cell.shown.strip()
        if not unit:  # without the zeros after the point that a program adds to counts
            shown = shown.replace(",", "")
            shown = shown.removesuffix(".0") if NUMBER.fullmatch(shown) else shown
        return Figure(Decimal(cell.value), "", shown, unit)
    if cell.kind in ("date", "boolean"):
        return tell(place, f"{cell.kind}-in-a-number")
    if said is not None:
        return Figure(Decimal(0), "", "0") if said == "zero" else said
    return _from_text(text, policy, place)


def _from_text(text: str, policy: q.Policy, place: Place) -> Figure | str | Problem:
    half = text.translate(HALF_FORMS).replace("−", "-").replace("–", "-").strip()
    half = half.rstrip(",").strip()
    if found := ACCOUNTING.fullmatch(half):
        return Figure(-Decimal(found[1].replace(",", "")), "", text, mended=True)
    if NUMBER.fullmatch(half):
        plain = half.replace(",", "")
        mended = half != text or plain[:1] == "+" or (plain[:1] == "0" and plain[1:2].isdigit())
        return Figure(Decimal(plain), "", plain.removesuffix(".0"), mended=mended)
    if SIGN.fullmatch(half):
        return ""
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
    return problem(place, rule, zh, en)
