"""``mapping.csv``: what people said that headings, places, times and symbols mean.

A question is a row without a meaning. Whoever answers it fills the cell in; the answer is used
the next time, for the file it was asked of or, where ``source`` is emptied, for all.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from helpers.collect.headings import ASIDE, MEANINGS, Said
from helpers.collect.reading import harmless
from helpers.data.decode import decode
from helpers.data.problems import DataRefused, Problem, problem
from helpers.files import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from helpers.collect.reading import Question
    from helpers.data import Tables

__all__ = ["FILE", "as_csv", "read_mapping"]

FILE = "mapping.csv"
COLUMNS = ("kind", "source", "shown", "meaning", "note")
KINDS = ("heading", "region", "period", "unit", "symbol")


def read_mapping(path: Path, tables: Tables) -> tuple[list[Said], list[Problem]]:
    """The answers of a ``mapping.csv`` and what is wrong with it; nothing where there is none."""
    codes = {"heading": tables.indicators["indicator"], "region": tables.regions["region"],
             "period": tables.periods["period"], "symbol": MEANINGS}  # fmt: skip
    if not path.exists():
        return [], []
    try:
        text, _ = decode(read_bytes(path, path.name), path.name)
    except DataRefused as refused:
        return [], list(refused.problems)
    rows = list(csv.DictReader(io.StringIO(text)))
    found, problems = [], []
    for number, row in enumerate(rows, 2):
        kind = str(row.get("kind") or "").strip()
        if kind not in KINDS:
            known = "、".join(KINDS)
            zh, en = ("没有这一类", f"用 {known}"), ("no such kind", f"use one of {known}")
            problems.append(problem((path.name, number, "kind", kind), "unknown-kind", zh, en))
            continue
        meaning = str(row.get("meaning") or "").strip()
        if meaning and kind != "unit" and meaning not in {*codes[kind], ASIDE}:
            some = "、".join(list(codes[kind])[:6])
            zh = ("没有这个代码，这一行没有用", f"写代码（如 {some}），或以 {ASIDE} 搁置")
            en = ("no such code: the row was not used", f"give a code ({some}), or {ASIDE}")
            place = (path.name, number, "meaning", meaning)
            problems.append(problem(place, "unknown-meaning", zh, en))
        elif meaning:
            cells = [str(row.get(name) or "").strip() for name in ("source", "shown")]
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
