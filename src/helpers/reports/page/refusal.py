"""Why a notebook gives no page: every output that cannot stand on it, by cell, kind and remedy, and
every number that was typed (which are free: :mod:`helpers.telling.typed`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from helpers.data.problems import Problem, problem
from helpers.reports.page.clean import ALLOWED
from helpers.telling.typed import FREE, NUMBER, own_table, strays

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.html import HtmlElement
    from nbformat import NotebookNode

    from helpers.telling.typed import Known

__all__ = ["Faults", "PageRefused", "Place", "places", "untraced"]

INJECTED = "injected-parameters"
_BARE = re.compile(r"[\s\d,，.+−%％‰–~-]*\d[\s\d,，.%％‰]*")
_APART = frozenset(("data", "q", "code", "math", "script", "style"))  # free whatever it says
TOLD = Path(__file__).resolve().parent / "template" / "faults.json"


class PageRefused(ValueError):  # noqa: N818 - it says what happened to the page
    """A notebook whose outputs cannot stand on a page; `problems` holds every one of them.

    Their rows are the cells' places from the top, their columns the numbers of code cells.
    `reason` and `reason_zh` name cells, kinds and remedies without a figure, so that a ledger
    may show them; `detail` quotes what stands there.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        self.reason = " | ".join(dict.fromkeys(map(_in_english, self.problems)))
        self.reason_zh = "｜".join(dict.fromkeys(map(_in_chinese, self.problems)))
        told = (found.line(lang) for lang in ("zh", "en") for found in self.problems)
        self.detail = "\n".join(told)
        super().__init__(self.detail)


def _in_english(found: Problem) -> str:
    where = f"cell {found.column}, number {found.row}" if found.column else f"text cell {found.row}"
    where = f"{where} from the top: " if found.row else ""
    return f"{where}{found.message_en}; {found.remedy_en}"


def _in_chinese(found: Problem) -> str:
    where = f"单元格 {found.column}，" if found.column else "文字单元格，"
    where = f"{where}从上往下第 {found.row} 个：" if found.row else ""
    return f"{where}{found.message_zh}；{found.remedy_zh}"


class Place(NamedTuple):
    """Where a cell stands: its place from the top, and how JupyterLab numbers it."""

    row: int = 0
    number: str = ""


@lru_cache(maxsize=1)
def _told() -> dict[str, dict[str, list[str]]]:
    """Kind → language → what it is, and what to do."""
    return json.loads(TOLD.read_text(encoding="utf-8"))


@dataclass(slots=True)
class Faults:
    """What is found wrong with a notebook's outputs while its page is made."""

    notebook: str
    found: list[Problem] = field(default_factory=list)

    def add(self, place: Place, kind: str, value: str = "") -> None:
        """A fault of `kind` (one of `template/faults.json`) in a cell; `value` stands there."""
        told = _told()[kind]
        where = (self.notebook, place.row, place.number, value)
        self.found.append(problem(where, f"page-{kind}", tuple(told["zh"]), tuple(told["en"])))

    def check(self) -> None:
        """Raise PageRefused where anything was found."""
        if self.found:
            raise PageRefused(dict.fromkeys(self.found))


def places(cells: Sequence[NotebookNode]) -> Iterator[Place]:
    """Where each cell stands in the notebook as its author sees it, without the cell that
    papermill puts in (place 0): from the top, and as code cells are numbered by a run.
    """
    row = number = 0
    for cell in cells:
        if INJECTED in cell.metadata.get("tags", ()):
            yield Place()
            continue
        row += 1
        code = cell.cell_type == "code"
        number += code and bool(cell.source.strip())
        yield Place(row, f"[{number}]" if code else "")


# --- numbers that were typed


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
        text = "" if element.tag not in ALLOWED["blocks"] or _is_apart(element) else _own_text(element)
        if not text:
            continue
        if element.tag == "figcaption" and not strict:
            text = "".join(map(_own_text, element.find_class("title")))
        # Texts of ours come from the data; a lone number or a caption may have been typed.
        if strict or _BARE.fullmatch(text) or element.tag in ("caption", "figcaption"):
            heading = element.tag in ALLOWED["headings"]
            yield from ((place, found, text) for found in strays(text, known, heading=heading))


def _own_text(element: HtmlElement) -> str:
    """The text of a block without that of blocks inside it and of what is free."""
    parts = [element.text or ""]
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if (
            tag
            and tag not in _APART
            and tag not in ALLOWED["blocks"]
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
