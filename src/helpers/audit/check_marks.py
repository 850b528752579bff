"""The ``<data>`` elements of a page: value, text and line of origin, each against its figure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.audit.findings import Case, Finding, finding
from helpers.audit.known_text import numbers
from helpers.audit.recount import number, origins

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.audit.page_text import Mark

__all__ = ["check_marks"]

REMEDY = ("重新生成报告", "build the report again")


def check_marks(case: Case) -> Iterator[Finding]:
    """What is wrong with each element; at most one finding for each of its three parts."""
    for mark in case.page.marks:
        if mark.key not in case.listed:
            yield finding(
                case, (mark.line, "data-figure", mark.text.strip() or mark.value), "untraced",
                (f"数字指向 {mark.key or '（空）'}，本页的数据清单里没有", REMEDY[0]),
                (f"the number names {mark.key or 'no figure'}, which the page does not list",
                 REMEDY[1]),
                figure=mark.key or None,
            )  # fmt: skip
            continue
        yield from _value(case, mark)
        if case.figures(mark.key):
            yield from _text(case, mark)
            yield from _origin(case, mark)


def _value(case: Case, mark: Mark) -> Iterator[Finding]:
    values = [f.as_json()["value"] for f in case.figures(mark.key)]
    values = values or [case.listed[mark.key].get("value")]
    if any(number(mark.value) is not None and number(mark.value) == number(v) for v in values):
        return
    yield _differs(case, mark, "value", mark.value, str(values[0]))


def _text(case: Case, mark: Mark) -> Iterator[Finding]:
    text = mark.text.strip()
    forms = case.forms(mark.key)
    inside = text[:1].lower() + text[1:]  # a number that opens an English sentence has a capital
    if {text, inside} & forms or any(
        _reads_as(text, f, case.recount.words) for f in case.figures(mark.key)
    ):
        return
    likest = max(sorted(forms), key=lambda form: _alike(form, text))
    yield _differs(case, mark, "text", text, likest)


def _reads_as(text: str, figure: Figure, words: q.Policy) -> bool:
    """Another wording that states the same value and interval is as good as the usual ones."""
    try:
        found = q.read(text, words)
    except ValueError:
        return False
    quantity = figure.quantity
    return (found.value, found.interval) == (quantity.value, quantity.interval)


def _alike(form: str, text: str) -> tuple[bool, Decimal]:
    same = sum(a == b for a, b in zip(form, text, strict=False))
    return len(form) == len(text), Decimal(same)


def _origin(case: Case, mark: Mark) -> Iterator[Finding]:
    figure = case.chosen.get(mark.key)
    if mark.origin is None or figure is None:
        return
    if any(f.key in case.changed for f in (figure, *figure.inputs)):
        return  # it tells of numbers that are found to differ already
    told = origins(figure, case.recount.words)
    if not any(numbers(mark.origin) == numbers(line) for line in told):
        expected = told[0 if case.page.lang.startswith("zh") else 1]
        yield _differs(case, mark, "data-origin", mark.origin, expected)


def _differs(case: Case, mark: Mark, part: str, stands: str, expected: str) -> Finding:
    zh = {"value": "value 属性", "text": "写出的数字", "data-origin": "出处"}[part]
    en = {"value": "value attribute", "text": "written number", "data-origin": "origin"}[part]
    key = mark.key
    return finding(
        case, (mark.line, part, stands), f"{part.removeprefix('data-')}-differs",
        (f"{case.label(key, 'zh')}（{key}）：{zh}为“{stands}”，数据为“{expected}”", REMEDY[0]),
        (f"{case.label(key, 'en')} ({key}): {en} is “{stands}”, the data say “{expected}”",
         REMEDY[1]),
        figure=key, data=expected,
    )  # fmt: skip
