"""Numbers that were typed into a page, cell by cell (which are free: :mod:`helpers.telling.typed`).

Names that the page itself gives (of its region, period, area and figures) and formulas are free,
and so are the numbers of a drawing's scale; all others in it must be its figures'.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helpers.reports.page.refusal import Place
from helpers.telling.typed import FREE, NUMBER, own_table, strays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from helpers.telling.typed import Known

__all__ = ["untraced"]

_BARE = re.compile(r"[\s\d,，.+−%％‰–~-]*\d[\s\d,，.%％‰]*")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_APART = frozenset(("data", "q", "code", "math", "script", "style"))  # free whatever it says
_BLOCKS = frozenset(
    re.split(
        r"\s+",
        """article blockquote caption dd details div dt figcaption figure h1 h2 h3 h4 h5 h6 li
    p pre section summary td th""",
    )
)


def untraced(main: HtmlElement, known: Known) -> Iterator[tuple[Place, str, str]]:
    """(cell, number, where it stands) of what was typed, cell by cell, as `outputs` marks them."""
    for cell in main.iterchildren("div"):
        place = Place(int(cell.get("data-row") or 0), cell.get("data-number") or "")
        if cell.get("data-cell") == "words":
            yield from _in_part(cell, place, known, strict=True)
        for part in cell.iterdescendants("div"):
            if kind := part.get("data-part"):
                yield from _in_part(part, place, known, strict=kind != "ours")


def _in_part(
    part: HtmlElement, place: Place, known: Known, *, strict: bool
) -> Iterator[tuple[Place, str, str]]:
    for drawing in part.iter("svg"):
        # What ours says aloud is written from the data; labels in it may be wrapped in the drawing.
        aloud = "" if strict else drawing.get("aria-label") or ""
        yield from ((place, *found) for found in _in_drawing(drawing, known, aloud))
    for element in part.iter():
        if not isinstance(element.tag, str) or element.tag == "svg":
            continue
        for name in ("aria-label", "alt", "title"):
            if strict and (text := element.get(name)):
                yield from ((place, found, text) for found in strays(text, known))
        text = "" if element.tag not in _BLOCKS or _is_apart(element) else _own_text(element)
        if not text:
            continue
        if element.tag == "figcaption" and not strict:
            text = "".join(map(_own_text, element.find_class("title")))
        # Texts of ours come from the data; a lone number or a caption may have been typed.
        if strict or _BARE.fullmatch(text) or element.tag in ("caption", "figcaption"):
            heading = element.tag in _HEADINGS
            yield from ((place, found, text) for found in strays(text, known, heading=heading))


def _own_text(element: HtmlElement) -> str:
    """The text of a block without that of blocks inside it and of what is free."""
    parts = [element.text or ""]
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if (
            tag
            and tag not in _APART
            and tag not in _BLOCKS
            and tag not in ("svg", "table", "ul", "ol")
        ):
            parts.append(_own_text(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _is_apart(element: HtmlElement) -> bool:
    for around in (element, *element.iterancestors()):
        if around.tag in _APART or around.tag == "svg" or own_table(around):
            return True
        if "data-part" in around.attrib or "data-cell" in around.attrib:
            return False
        if {"manuscript", "code"} & set((around.get("class") or "").split()):
            return True
    return False


def _in_drawing(drawing: HtmlElement, known: Known, aloud: str) -> Iterator[tuple[str, str]]:
    told = {*NUMBER.findall(aloud), *known.numbers}
    for text in drawing.iter("text"):
        if any(
            around.get("class") == "tick" for around in (text, *text.iterancestors("g", "text"))
        ):
            continue
        shown = text.text_content()
        rest = FREE.sub(lambda found: " " * len(found[0]), known.without(shown))
        for found in NUMBER.finditer(rest):
            if found[0] not in told and not known.states(found[0], rest[found.end() :]):
                yield found[0], shown
