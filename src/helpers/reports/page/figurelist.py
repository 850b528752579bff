"""A page's figure list: which numbers it states, each with its value, interval and origin."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from helpers.reports.page.clean import parsed
from helpers.telling.wording import grouped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.html import HtmlElement
    from nbformat import NotebookNode

_SCRIPT = re.compile(r'<script type="application/json" id="figures">(.*?)</script>', re.DOTALL)


class UntracedNumberError(ValueError):
    """A number of the page has no figure, or another value than its figure."""


def mark_of(output: Mapping[str, Any]) -> dict[str, Any]:
    """What a piece of ours says of itself (``Fragment``); empty for any other output."""
    found = output.get("metadata", {}).get("halfsky", {})
    return found if isinstance(found, dict) else {}


def collected(nb: NotebookNode) -> dict[str, dict[str, object]]:
    """KEY → figure of all outputs, in the order of the keys."""
    found: dict[str, dict[str, object]] = {}
    for cell in nb.cells:
        for output in cell.get("outputs", ()):
            for key, figure in mark_of(output).get("figures", {}).items():
                if found.setdefault(key, figure) != figure:
                    raise UntracedNumberError(f"{key}: two outputs state it differently")
    return dict(sorted(found.items()))


def missing(nb: NotebookNode) -> set[str]:
    """What the outputs call the figures that were not reported: a label may hold a number."""
    marks = (mark_of(output) for cell in nb.cells for output in cell.get("outputs", ()))
    return {label for mark in marks for label in mark.get("missing", ())}


def as_script(figures: Mapping[str, object]) -> str:
    """The figure list as JSON, a line a figure, safe inside a script element."""
    lines = [
        f"{json.dumps(key, ensure_ascii=False)}:"
        + json.dumps(figure, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        for key, figure in sorted(figures.items())
    ]
    return safe("{" + ",\n".join(lines) + "}")


def safe(text: str) -> str:
    """JSON that may stand in a script element."""
    return text.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})


def spread(figure: Mapping[str, object], words: Mapping[str, object]) -> str:
    """The interval of a figure in the page's language; its ends as the figure list has them."""
    lower, upper = figure.get("lower"), figure.get("upper")
    if lower is None or upper is None or lower == upper:
        return str(words["exact"])
    return f"{plain(lower)}{words['to']}{plain(upper)}"


def plain(number: object) -> str:
    """A number without exponent and superfluous zeros."""
    text = f"{Decimal(str(number)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def alone(figure: Mapping[str, object]) -> str:
    """The number of a figure that is only drawn, as the list writes it."""
    return grouped(Decimal(str(figure["value"])))


def check_numbers(page: str | HtmlElement, figures: Mapping[str, Mapping[str, object]]) -> None:
    """Every ``<data>`` element states the value of its figure, or UntracedNumberError is raised."""
    wrong = []
    for number in (parsed(page) if isinstance(page, str) else page).iter("data"):
        key = number.get("data-figure", "")
        figure = figures.get(key)
        if figure is None or not _same(number.get("value"), figure.get("value")):
            wrong.append(f"{number.text_content()!r} ({key or 'no figure'})")
    if wrong:
        raise UntracedNumberError("not the number of its figure: " + "; ".join(wrong))


def _same(one: object, other: object) -> bool:
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return False


def read(html: str) -> dict[str, dict[str, object]]:
    """KEY → figure of a page made here; empty where it holds no figure list."""
    found = _SCRIPT.search(html)
    return json.loads(found[1]) if found else {}
