"""Tables and numbers of the page of results, laid out the same every time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from helpers.bench.record import Sample, Spread

__all__ = ["FAILED", "LANGS", "NOT", "milliseconds", "seconds", "shown", "table"]

LANGS = ("zh", "en")
NOT = ("未测：", "not measured: ")
FAILED = ("失败，不计：", "failed, and does not count: ")
DASH = "–"


def table(head: str, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a Markdown table; `head` names the columns, between bars."""
    names = head.split("|")
    yield _line(names)
    yield _line(["---", *["--:"] * (len(names) - 1)])
    yield from (_line([*row, *[""] * (len(names) - len(row))]) for row in rows)
    yield ""


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def shown(value: Spread | None, times: float = 1, digits: int = 2, unit: str = "") -> str:
    """The middle of some measurements, and in brackets the least and the most where they differ."""
    if value is None:
        return DASH
    least, middle, most = (f"{times * one:.{digits}f}" for one in value)
    return f"{middle}{unit}" if least == most else f"{middle}{unit} ({least}–{most})"


def seconds(sample: Sample, at: int) -> str:
    """How long something took, or why that does not count; `at` 0 in Chinese, 1 in English."""
    return FAILED[at] + sample.failure if sample.failure else f"{sample.seconds:.2f} s"


def milliseconds(value: float | None) -> str:
    """Seconds as whole milliseconds."""
    return DASH if value is None else f"{1000 * value:.0f}"
