"""A built report taken apart: its numbers, its texts, its charts, its figure list, its provenance.

Nothing is run and nothing is fetched; the page is read as any text, whoever mailed it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from helpers.telling.typed import own_table

__all__ = ["Chart", "Mark", "NotAReport", "Page", "Text", "read_page"]

SPOKEN = ("aria-label", "alt", "title", "aria-description")
# elements whose text is part of the text around them
INLINE = frozenset((
    "a", "abbr", "b", "bdi", "br", "cite", "del", "dfn", "em", "i", "ins", "kbd", "label", "mark",
    "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tspan", "u",
    "var", "wbr",
))  # fmt: skip
# what is no statement of the report: numbers, which are held against the data by themselves,
# program text, formulas, a chart's scale, and the words of an audited text (see `quoted`)
APART = ("data", "q", "code", "math", "script", "style", "template")
APART_KINDS = {"details": ("code", "provenance"), "div": ("manuscript",)}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "nav")


class NotAReport(ValueError):  # noqa: N818 - it says what the file is
    """The file is no page that this project built: it has no figure list."""


@dataclass(slots=True)
class Mark:
    """A ``<data>`` element: the figure it names, its value, its text, its line of origin."""

    key: str
    value: str
    text: str
    origin: str | None
    line: int


@dataclass(slots=True)
class Text:
    """A text outside ``<data>``: that of a paragraph, a cell and the like, or an attribute that
    is read aloud. ``place`` is text, svg or the attribute; ``row`` holds the keys of the figures
    in the same row of a table, None outside tables; ``listed`` tells the page's list of figures.
    """

    text: str
    place: str
    line: int
    row: list[str] | None
    listed: bool
    heading: bool


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


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a place of the page."""

    words: list[str] = field(default_factory=list)  # of the nearest block, as they are read
    row: list[str] | None = None
    chart: Chart | None = None
    drawn: bool = False
    apart: bool = False
    listed: bool = False
    heading: bool = False


def read_page(source: bytes) -> Page:
    """The parts of a built page; raises NotAReport for any other content."""
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.LxmlError, ValueError):
        root = None
    scripts = [] if root is None else root.xpath('//script[@id="figures"]')
    if not scripts:
        raise NotAReport("no figure list")
    lang = "en" if str(root.get("lang", "")).startswith("en") else "zh"
    page = Page(source, root, lang, scripts[0].text or "", scripts[0].sourceline or 0)
    around = [Around()]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            around.append(_inside(page, element, around[-1]))
            around[-1].words.append(element.text or "")
        else:
            here = around.pop()
            if here.words is not around[-1].words:
                _keep(page, here, element, "text", " ".join("".join(here.words).split()))
            around[-1].words.append(element.tail or "")
    for code in root.xpath('//details[@class="provenance"]//code'):
        steps = reversed(list(code.iterancestors("dd")))
        names = tuple("".join(dd.xpath("preceding-sibling::dt[1]//text()")) for dd in steps)
        page.provenance.append((names, "".join(code.itertext()), code.sourceline or 0))
    return page


def _inside(page: Page, element: Any, around: Around) -> Around:
    """What stands around the content of an element; its number and spoken texts are kept."""
    tag, kinds = element.tag, element.get("class", "").split()
    here = replace(
        around,
        words=around.words if tag in INLINE else [],
        row=[] if tag == "tr" else around.row,
        chart=Chart() if tag == "figure" else None if tag == "figcaption" else around.chart,
        drawn=around.drawn or tag == "svg",
        apart=around.apart or tag in APART or kinds == ["tick"] or own_table(element)
        or bool({*kinds} & {*APART_KINDS.get(tag, ())}),
        listed=around.listed or (tag == "details" and "list" in kinds),
        heading=around.heading or tag in HEADINGS,
    )  # fmt: skip
    if tag == "figure":
        page.charts.append(here.chart)
    if tag == "data":
        told = element.get("data-figure", ""), element.get("value", "")
        text, origin = "".join(element.itertext()).strip(), element.get("data-origin")
        page.marks.append(Mark(*told, text, origin, element.sourceline or 0))
        if here.row is not None:
            here.row.append(told[0])
    for name in SPOKEN:
        _keep(page, here, element, name, element.get(name, ""))
    return here


def _keep(page: Page, here: Around, element: Any, place: str, text: str) -> None:
    if here.apart or not text:
        return
    where = "svg" if place == "text" and here.drawn else place
    told = Text(text, where, element.sourceline or 0, here.row, here.listed, here.heading)
    if here.chart is None:
        page.texts.append(told)
    else:
        (here.chart.drawn if where == "svg" else here.chart.spoken).append(told)
