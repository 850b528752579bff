"""A page's figure list, held against the figures that the data give."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.audit.findings import Case, Finding, finding
from helpers.audit.recount import number

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure

__all__ = ["check_figures", "matched", "read_list"]

NUMBERS = ("value", "lower", "upper", "row")
REQUIRED = ("value", "lower", "upper", "unit", "region", "period", "as_written", "source",
            "table", "row")  # fmt: skip
REMEDY = ("核对数据表与报告，再重新生成", "check the table and the report, then build it again")


class _Twice(dict):
    """A JSON object that remembers the names it was given twice."""

    repeated: tuple[str, ...] = ()


def _pairs(pairs: list[tuple[str, object]]) -> _Twice:
    made = _Twice(pairs)
    names = [name for name, _ in pairs]
    made.repeated = tuple(n for n in made if names.count(n) > 1) if len(made) < len(names) else ()
    return made


def read_list(text: str) -> tuple[dict[str, Mapping[str, object]], tuple[str, ...]]:
    """KEY → entry of a figure list, numbers as they are written, and the keys given twice.

    Raises ValueError where the text is no such list.
    """
    read = json.loads(text, object_pairs_hook=_pairs, parse_float=str, parse_int=str)
    if not isinstance(read, dict) or not all(isinstance(v, dict) for v in read.values()):
        raise ValueError("the figure list is no object of objects")
    return dict(read), read.repeated


def matched(case: Case) -> Case:
    """The case with the figures of the data that fit its list best."""
    chosen, changed = {}, set()
    for key, entry in case.listed.items():
        candidates = case.recount.candidates(key)
        if not candidates:
            continue
        chosen[key] = min(candidates, key=lambda figure: len(differing(entry, figure)))
        if differing(entry, chosen[key]):
            changed.add(key)
    return replace(case, chosen=chosen, changed=frozenset(changed))


def differing(entry: Mapping[str, object], figure: Figure) -> dict[str, tuple[object, object]]:
    """field → (page, data) of everything in which a list entry differs from its figure."""
    expected = figure.as_json()
    found = {}
    for name, value in expected.items():
        if name in entry:
            if not _same(name, entry[name], value):
                found[name] = (entry[name], value)
        elif name in REQUIRED:
            found[name] = (None, value)
    return found


def _same(name: str, stated: object, value: object) -> bool:
    if name in NUMBERS and value is not None:
        return number(stated) is not None and number(stated) == number(value)
    if isinstance(value, list):
        return isinstance(stated, list) and [str(v) for v in stated] == value
    return stated == value


def check_figures(case: Case) -> Iterator[Finding]:
    """One finding for each listed figure that the data lack or state differently."""
    for key, entry in case.listed.items():
        line = _line(case, key)
        figure = case.chosen.get(key)
        if figure is None:
            yield finding(
                case, (line, "figures", str(entry.get("value"))), "unknown-figure",
                (f"{key}：数据中没有这个数字", "用 --data 指明报告所用的数据文件夹"),
                (f"{key}: the data have no such figure",
                 "name the folder that the report was made from with --data"),
                figure=key,
            )  # fmt: skip
        elif fields := differing(entry, figure):
            yield _changed(case, key, line, fields)


def _changed(
    case: Case, key: str, line: int, fields: Mapping[str, tuple[object, object]]
) -> Finding:
    first = next(name for name in ("value", *fields) if name in fields)
    zh = "；".join(f"{name} 报告为 {_say(a)}，数据为 {_say(b)}" for name, (a, b) in fields.items())
    en = "; ".join(f"{name}: page {_say(a)}, data {_say(b)}" for name, (a, b) in fields.items())
    times = sum(mark.key == key for mark in case.page.marks)
    return finding(
        case, (line, f"figures.{first}", _say(fields[first][0])), "figure-differs",
        (f"{case.label(key, 'zh')}（{key}，本页 {times} 处）：{zh}", REMEDY[0]),
        (f"{case.label(key, 'en')} ({key}, {times} places on the page): {en}", REMEDY[1]),
        figure=key, data=_say(fields[first][1]),
    )  # fmt: skip


def _say(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(str(v) for v in value) + "]"
    return "—" if value in (None, "") else str(value)


def _line(case: Case, key: str) -> int:
    """The line of the page on which the list has the key."""
    head = case.page.figures.partition(json.dumps(key, ensure_ascii=False))[0]
    return case.page.figures_line + head.count("\n")
