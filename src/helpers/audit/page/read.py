"""A built report taken apart: its numbers, its texts, its charts, its figure list, its provenance.

Nothing is run and nothing is fetched; the page is read as any text, whoever mailed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from helpers.telling.typed import own_table

__all__ = ["Chart", "Mark", "NotAReport", "Page", "Text", "read_page", "within"]

SPOKEN = ("aria-label", "alt", "title", "aria-description")
# elements whose text is part of the text around them, unless they are of a class that is ALONE
INLINE = frozenset((
    "a", "abbr", "b", "bdi", "br", "cite", "del", "dfn", "em", "i", "ins", "kbd", "label", "mark",
    "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tspan", "u",
    "var", "wbr",
))  # fmt: skip
ALONE = ("count", "row")
# what is no statement of the report: numbers, which are held against the data by themselves,
# program text, formulas, and the words of an audited text (see `quoted`)
APART = ("data", "q", "code", "math", "script", "style", "template")
APART_KINDS = (("details", "code"), ("details", "provenance"), ("div", "manuscript"))
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "nav")


class NotAReport(ValueError):  # noqa: N818 - it says what the file is
    """The file is no page that this project built: it has no figure list."""


@dataclass(slots=True)
class Mark:
    """A ``<data>`` element: the figure it names, its value, its text, its line of origin.

    ``row`` is the table row that it stands in, None outside tables.
    """

    key: str
    value: str
    text: str
    origin: str | None
    line: int
    row: Any = None


@dataclass(slots=True)
class Text:
    """A text outside ``<data>``: that of a paragraph, a cell and the like, or an attribute that
    is read aloud. ``place`` is text, svg or the attribute, ``kind`` the class of its element.
    """

    text: str
    place: str
    line: int
    kind: str = ""
    row: Any = None
    listed: bool = False  # stands in the page's own list of figures
    heading: bool = False


@dataclass(slots=True)
class Chart:
    """A chart: what is read aloud of it, and what is drawn as text."""

    spoken: list[Text] = field(default_factory=list)
    drawn: list[Text] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """A page taken apart; ``figures`` is the text of its figure list, lines count from 1.

    ``provenance`` holds (names that lead there, text, line).
    """

    source: bytes
    root: Any
    lang: str
    figures: str
    figures_line: int
    marks: list[Mark] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    provenance: list[tuple[tuple[str, ...], str, int]] = field(default_factory=list)

    def keys_in_row(self, row: Any) -> list[str]:
        """The figures that stand in one table row."""
        return [mark.key for mark in self.marks if row is not None and mark.row is row]


def read_page(source: bytes) -> Page:
    """The parts of a built page; raises NotAReport for any other content."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    try:
        root = etree.fromstring(source, parser)
    except (etree.LxmlError, ValueError):
        root = None
    scripts = [] if root is None else root.xpath('//script[@id="figures"]')
    if not scripts:
        raise NotAReport("no figure list")
    lang = "en" if str(root.get("lang", "")).startswith("en") else "zh"
    page = Page(source, root, lang, scripts[0].text or "", scripts[0].sourceline or 0)
    charts: dict[Any, Chart] = {}
    for element in root.iter(etree.Element):
        if element.tag == "figure":
            charts[element] = Chart()
        elif element.tag == "data":
            page.marks.append(_mark(element))
        for text in _texts(element):
            _keep(page, charts, element, text)
    page.charts = list(charts.values())
    page.provenance = list(_provenance(root))
    return page


def within(element: Any, tag: str, kind: str = "") -> Any:
    """The nearest element around (or the element itself) of a tag and class, None for none."""
    while element is not None:
        if element.tag == tag and (not kind or kind in _kinds(element)):
            return element
        element = element.getparent()
    return None


def _kinds(element: Any) -> list[str]:
    return element.get("class", "").split()


def _mark(element: Any) -> Mark:
    given = element.get
    return Mark(
        given("data-figure", ""), given("value", ""), "".join(element.itertext()).strip(),
        given("data-origin"), element.sourceline or 0, within(element, "tr"),
    )  # fmt: skip


def _texts(element: Any) -> Iterator[Text]:
    """What an element says by itself: attributes that are read aloud, and its own text."""
    line, kind = element.sourceline or 0, element.get("class", "")
    for name in SPOKEN:
        if element.get(name):
            yield Text(element.get(name), name, line, kind)
    if element.tag not in APART and not _is_part(element):
        text = " ".join("".join(_own(element)).split())
        if text:
            yield Text(text, "text", line, kind)


def _is_part(element: Any) -> bool:
    return element.tag in INLINE and not set(_kinds(element)) & set(ALONE)


def _own(element: Any) -> Iterator[str]:
    """The texts of an element that stand in no other block, ``<data>`` and its like left out."""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and _is_part(child):
            yield from _own(child)
        yield child.tail or ""


def _keep(page: Page, charts: dict[Any, Chart], element: Any, text: Text) -> None:
    around = [element, *element.iterancestors()]
    tags = {one.tag for one in around}
    if any(one.get("class") == "tick" or own_table(one) for one in around) or tags & set(APART):
        return
    if any(within(element, *place) is not None for place in APART_KINDS):
        return
    text.row, text.listed = within(element, "tr"), within(element, "details", "list") is not None
    text.heading = bool(tags & set(HEADINGS))
    if text.place == "text" and "svg" in tags:
        text.place = "svg"
    figure = within(element, "figure")
    if figure is None or "figcaption" in tags:
        page.texts.append(text)
    elif text.place == "svg":
        charts[figure].drawn.append(text)
    else:
        charts[figure].spoken.append(text)


def _provenance(root: Any) -> Iterator[tuple[tuple[str, ...], str, int]]:
    for block in root.xpath('//details[@class="provenance"]'):
        for code in block.iter("code"):
            names, part = [], code
            while part is not block and part is not None:
                if part.tag == "dd":
                    head = part.getprevious()
                    names.append("" if head is None else "".join(head.itertext()).strip())
                part = part.getparent()
            yield tuple(reversed(names)), "".join(code.itertext()), code.sourceline or 0
