"""What is told, in both languages: the findings of ``messages.csv``, the words of ``words.csv``."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from helpers.data.problems import Problem, from_row
from helpers.files import rows_beside

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Both", "both", "tell", "worded", "words"]

Both = tuple[str, str]  # Chinese and English


def tell(place: tuple[str, int, str, str], message: str, **said: object) -> Problem:
    """The finding ``message`` at a place (file, row, column, value), its braces filled; what is
    said as a pair has its Chinese and its English form."""
    return from_row(place, _messages()[message], said)


def worded(group: str, name: str, /, **said: object) -> Both:
    """A word or sentence in both languages, its braces filled."""
    zh, en = (
        text.format(**{k: one[at] if isinstance(one, tuple) else one for k, one in said.items()})
        for at, text in enumerate(words(group)[name])
    )
    return zh, en


@cache
def words(group: str) -> dict[str, Both]:
    """The words of a group, by name."""
    rows = rows_beside(__file__, "words.csv")
    return {row["name"]: (row["zh"], row["en"]) for row in rows if row["group"] == group}


def both(row: Mapping[str, object], column: str) -> Both:
    """The two cells of a row that say one thing, as ``label_zh`` and ``label_en``."""
    return str(row[f"{column}_zh"]), str(row[f"{column}_en"])


@cache
def _messages() -> dict[str, dict[str, str]]:
    return {row["message"]: row for row in rows_beside(__file__, "messages.csv")}
