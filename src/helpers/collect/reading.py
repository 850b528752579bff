"""What a document said: the figures taken from it, what was left aside, what must be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.data.cells import LARGEST
from helpers.data.checks.figures import limits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from helpers.collect.document import Document
    from helpers.data.problems import Problem

__all__ = ["Entry", "LeftAside", "Question", "Reading", "beyond", "harmless"]


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
    status: str = "A"

    @property
    def key(self) -> tuple[str, str, str]:
        """What there can be one figure of."""
        return self.indicator, self.region, self.period

    @property
    def locator(self) -> str:
        """``2024年!B7``."""
        return f"{self.sheet}!{self.address}" if self.sheet else self.address

    @property
    def place(self) -> tuple[str, int, str, str]:
        """File with sheet, row, column letters and what stands there: where a problem points."""
        return _place(self.file, self.sheet, self.address, self.as_written)


def harmless(text: str) -> str:
    """A text of somebody else's that a spreadsheet will not take for a formula."""
    return f"'{text}" if len(text) > 1 and text[0] in "=+-@\t\r" else text


def beyond(about: Mapping[str, object], value: Decimal) -> tuple[str, str, str] | None:
    """Why an indicator cannot have a value: rule, Chinese, English; None where it can."""
    low, high, whole = limits(about)
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = "–".join("…" if end is None else f"{end:f}" for end in (low, high))
        return "out-of-range", f"超出允许的范围({bounds})", f"outside what is allowed ({bounds})"
    if abs(value) > LARGEST:
        return "out-of-range", "数字大得不可能", "a number beyond all measure"
    if whole and value != value.to_integral_value():
        return "count-not-whole", "计数不是整数", "a count that is not whole"
    return None


@dataclass(frozen=True, slots=True)
class LeftAside:
    """Cells that are no figures, and why: a title, a note, a signature, a total, a blank."""

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
    def place(self) -> tuple[str, int, str, str]:
        """Where a problem of it points."""
        return _place(self.file, self.sheet, self.address, self.shown)


def _place(file: str, sheet: str, address: str, shown: str) -> tuple[str, int, str, str]:
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
