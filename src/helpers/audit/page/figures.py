"""The figure list and the ``<data>`` elements of a page, each against the figures of the data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.audit.page.case import REBUILD, Case, Finding, finding, number, usual
from helpers.audit.page.texts import numbers
from helpers.telling import tracing

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.audit.page.read import Mark

__all__ = ["check_figures", "check_marks", "matched", "read_list"]

NUMBERS = ("value", "lower", "upper", "row")
REQUIRED = ("value", "lower", "upper", "unit", "region", "period", "as_written", "source",
            "table", "row")  # fmt: skip
REMEDY = ("核对数据表与报告，再重新生成", "check the table and the report, then build it again")
PARTS = {
    "value": ("value 属性", "value attribute"),
    "text": ("写出的数字", "written number"),
    "origin": ("出处", "origin"),
}


def read_list(text: str) -> dict[str, Mapping[str, object]]:
    """KEY → entry of a figure list, numbers as they are written.

    Raises ValueError where the text is no such list, or names a figure twice.
    """
    try:
        read = json.loads(
            text, object_pairs_hook=_once, parse_float=str, parse_int=str, parse_constant=str
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(read, dict) or not all(isinstance(v, dict) for v in read.values()):
        raise ValueError("no object of objects")
    return read


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(n for n in made if names.count(n) > 1)} stands there twice")
    return made


def matched(case: Case) -> Case:
    """The case with the figures of the data that fit its list best."""
    figures, changed = {}, set()
    for key, entry in case.listed.items():
        candidates = case.recount.candidates(key)
        if candidates:
            figures[key] = min(candidates, key=lambda figure: len(_differing(entry, figure)))
            if _differing(entry, figures[key]):
                changed.add(key)
    return replace(case, figures=figures, changed=frozenset(changed))


def _differing(entry: Mapping[str, object], figure: Figure) -> dict[str, tuple[object, object]]:
    """field → (page, data) of everything in which a list entry differs from its figure."""
    found = {}
    for name, value in figure.as_json().items():
        if name in entry:
            if not _same(name, entry[name], value):
                found[name] = (entry[name], value)
        elif name in REQUIRED:
            found[name] = (None, value)
    return found


def _same(name: str, stated: object, value: object) -> bool:
    if name in NUMBERS and value is not None:
        return number(stated) is not None and number(stated) == number(value)
    return stated == value


def check_figures(case: Case) -> Iterator[Finding]:
    """One finding for each listed figure that the data lack or state differently."""
    lines = case.page.figures.split("\n")
    for key, entry in case.listed.items():
        name = json.dumps(key, ensure_ascii=False)
        ahead = next((at for at, line in enumerate(lines) if name in line), 0)
        line, figure = case.page.figures_line + ahead, case.figures.get(key)
        if figure is None:
            yield finding(
                case, (line, "figures", str(entry.get("value"))), "unknown-figure",
                f"{key}：数据中没有这个数字", f"{key}: the data have no such figure",
                ("用 --data 指明报告所用的数据文件夹",
                 "name the folder that the report was made from with --data"),
                figure=key,
            )  # fmt: skip
        elif fields := _differing(entry, figure):
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
        f"{case.label(key, 'zh')}（{key}，本页 {times} 处）：{zh}",
        f"{case.label(key, 'en')} ({key}, {times} places on the page): {en}",
        REMEDY, figure=key, data=_say(fields[first][1]),
    )  # fmt: skip


def _say(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return "—" if value in (None, "") else text[:200]


def check_marks(case: Case) -> Iterator[Finding]:
    """What is wrong with each element; at most one finding for each of its three parts."""
    for mark in case.page.marks:
        key = mark.key
        if key not in case.listed:
            yield finding(
                case, (mark.line, "data-figure", mark.text or mark.value), "untraced",
                f"数字指向 {key or '（空）'}，本页的数据清单里没有",
                f"the number names {key or 'no figure'}, which the page does not list",
                figure=key or None,
            )  # fmt: skip
            continue
        figure = case.figures.get(key)
        value = figure.as_json()["value"] if figure else case.listed[key].get("value")
        right = [number(value), *([number(case.listed[key].get("value"))] * (key in case.changed))]
        if number(mark.value) is None or number(mark.value) not in right:
            yield _differs(case, mark, "value", mark.value, str(value))
        if figure is not None:
            yield from _text(case, mark, figure)
            yield from _origin(case, mark, figure)


def _text(case: Case, mark: Mark, figure: Figure) -> Iterator[Finding]:
    text, right = mark.text, case.forms(mark.key)
    inside = text[:1].lower() + text[1:]  # a number that opens an English sentence has a capital
    words = case.recount.words
    if not {text, inside} & right and not _reads_as(text, figure, words):
        yield _differs(case, mark, "text", text, usual(figure, case.page.lang, words))


def _reads_as(text: str, figure: Figure, words: q.Policy) -> bool:
    """Another wording that states the same value and interval is as good as the usual ones."""
    try:
        found = q.read(text, words)
    except ValueError:
        return False
    quantity = figure.quantity
    return (found.value, found.interval) == (quantity.value, quantity.interval)


def _origin(case: Case, mark: Mark, figure: Figure) -> Iterator[Finding]:
    if mark.origin is None or case.changed & {f.key for f in (figure, *figure.inputs)}:
        return  # it tells of numbers that are found to differ already
    told = [tracing.origin(figure, lang, case.recount.words) for lang in ("zh", "en")]
    if not any(numbers(mark.origin) == numbers(line) for line in told):
        yield _differs(case, mark, "origin", mark.origin, told[case.page.lang == "en"])


def _differs(case: Case, mark: Mark, part: str, stands: str, expected: str) -> Finding:
    key, (zh, en) = mark.key, PARTS[part]
    return finding(
        case, (mark.line, part, stands), f"{part}-differs",
        f"{case.label(key, 'zh')}（{key}）：{zh}为“{stands}”，数据为“{expected}”",
        f"{case.label(key, 'en')} ({key}): {en} is “{stands}”, the data say “{expected}”",
        REBUILD, figure=key, data=expected,
    )  # fmt: skip
