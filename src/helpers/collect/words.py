"""What is told, in both languages: the findings of ``problems.csv``, the words of ``words.csv``."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from helpers.data.problems import Problem, problem

__all__ = ["Both", "tell", "worded", "words"]

Both = tuple[str, str]  # Chinese and English


def tell(place: tuple[str, int, str, str], key: str, **values: object) -> Problem:
    """The finding ``key`` at a place (file, row, column, value), its braces filled; a value that
    is a pair has its Chinese and its English form."""
    row = _findings()[key]
    zh, en = (
        tuple(_filled(row[f"{part}_{lang}"], at, values) for part in ("message", "remedy"))
        for at, lang in enumerate(("zh", "en"))
    )
    return problem(place, row["rule"] or key, zh, en, row["severity"])


def worded(group: str, name: str, **values: object) -> Both:
    """A word or sentence in both languages, its braces filled."""
    zh, en = words(group)[name]
    return _filled(zh, 0, values), _filled(en, 1, values)


@cache
def words(group: str) -> dict[str, Both]:
    """The words of a group, by name."""
    rows = _rows("words.csv")
    return {row["name"]: (row["zh"], row["en"]) for row in rows if row["group"] == group}


def _filled(text: str, at: int, values: dict[str, object]) -> str:
    own = {name: one[at] if isinstance(one, tuple) else one for name, one in values.items()}
    return text.format(**own)


@cache
def _findings() -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in _rows("problems.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
