"""A built report taken apart: its numbers, its texts, its charts, its figure list, its provenance.

Nothing is run and nothing is fetched; the page is read as any text, whoever mailed it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from helpers.audit.shown import Shown, shown

__all__ = ["Chart", "Mark", "NotAReport", "Page", "Piece", "take_apart"]

VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta",
                  "source", "track", "wbr"))  # fmt: skip
SPOKEN = ("aria-label", "alt", "title", "aria-description")
SCRIPT = "figures"


class NotAReport(ValueError):  # noqa: N818 - it says what the file is
    """The file is no page that this project built: it has no figure list."""


@dataclass(slots=True)
class Mark:
    """A ``<data>`` element: the figure it names, its value attribute, its text, its origin line."""

    key: str
    value: str
    origin: str | None
    line: int
    row: int = 0  # the table row it stands in, 0 outside tables
    listed: bool = False  # stands in the page's own list of figures
    text: str = ""


@dataclass(slots=True)
class Piece:
    """A text outside ``<data>``: a text node, or an attribute that is read aloud."""

    text: str
    place: str  # text | aria-label | alt | title | provenance | head
    line: int
    kind: str = ""  # the class of the element it stands in
    row: int = 0
    cell: int = 0
    listed: bool = False


@dataclass(slots=True)
class Chart:
    """A chart: what is read aloud, what is drawn as text, the figures that its title states."""

    line: int
    spoken: list[Piece] = field(default_factory=list)
    drawn: list[Piece] = field(default_factory=list)
    titled: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """A page taken apart; ``figures`` is the text of its figure list, lines count from 1.

    ``source`` is the page as a text, where its seal is to be looked at, ``ways`` what was undone
    to get at it (names of `carriage.WAYS`).
    """

    source: str = ""
    ways: tuple[str, ...] = ()
    lang: str = ""
    figures: str = ""
    figures_line: int = 0
    reads: str = ""  # which parts of tables and which modules the page was made from
    style: str = ""
    style_line: int = 0
    marks: list[Mark] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    links: list[tuple[str, int]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    provenance: list[tuple[tuple[str, ...], str, int]] = field(default_factory=list)
    shown: Shown | None = None  # the audited text that the page shows

    def keys_in_row(self, row: int) -> list[str]:
        """The figures that stand in one table row."""
        return [mark.key for mark in self.marks if row and mark.row == row]


@dataclass(slots=True)
class _Open:
    tag: str
    kinds: tuple[str, ...]
    id: str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.stack: list[_Open] = []
        self.mark: Mark | None = None
        self.chart: Chart | None = None
        self.rows = self.cells = 0
        self.path: list[str] = []  # names of the provenance block that lead to here
        self.found = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        line = self.getpos()[0]
        self._note(tag, given, line)
        if tag == "data":
            self.mark = Mark(
                given.get("data-figure", ""), given.get("value", ""), given.get("data-origin"),
                line, self.rows if self._inside("tr") else 0, self._in_list(),
            )  # fmt: skip
            self.page.marks.append(self.mark)
            if self.chart and self._inside("figcaption"):
                self.chart.titled.append(self.mark.key)
        elif tag == "figure":
            self.chart = Chart(line)
            self.page.charts.append(self.chart)
        elif tag == "tr":
            self.rows, self.cells = self.rows + 1, 0
        elif tag in ("td", "th"):
            self.cells += 1
        for name in SPOKEN:
            if given.get(name):
                self._keep(Piece(given[name], name, line))
        if tag not in VOID:
            kinds = tuple(given.get("class", "").split())
            self.stack.append(_Open(tag, kinds, given.get("id", "")))

    def _note(self, tag: str, given: dict[str, str], line: int) -> None:
        if tag == "html":
            self.page.lang = given.get("lang", "")
        elif tag == "style":
            self.page.style_line = line
        elif tag == "script" and given.get("id") == SCRIPT:
            self.found, self.page.figures_line = True, line
        if given.get("id"):
            self.page.ids.add(given["id"])
        if given.get("href") and tag == "a":
            self.page.links.append((given["href"], line))
        if given.get("aria-labelledby"):
            self.page.links.append((f"#{given['aria-labelledby']}", line))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and any(open_.tag == tag for open_ in self.stack):
            if self.stack.pop().tag == tag:
                break
        if tag == "data":
            self.mark = None
        elif tag == "figure":
            self.chart = None
        elif tag == "dd" and self._inside("details", "provenance") and self.path:
            self.path.pop()

    def handle_data(self, data: str) -> None:
        tags = [open_.tag for open_ in self.stack]
        last = self.stack[-1] if self.stack else _Open("", (), "")
        if last.tag == "script":
            if last.id == SCRIPT:
                self.page.figures += data
            elif last.id == "reads":
                self.page.reads += data
        elif last.tag == "style":
            self.page.style += data
        elif self.mark is not None:
            self.mark.text += data
        elif data.strip():
            self._text(data, tags, last)

    def _text(self, data: str, tags: list[str], last: _Open) -> None:
        line = self.getpos()[0]
        if self._inside("details", "provenance") and "summary" not in tags:
            self._provenance(data.strip(), last.tag, line)
            return
        if self._inside("details", "code"):
            return  # a program's text, folded away in internal editions
        place = "head" if "head" in tags else "svg" if "svg" in tags else "text"
        line += len(data[: len(data) - len(data.lstrip())].split("\n")) - 1
        at = (self.rows, self.cells) if "tr" in tags else (0, 0)
        self._keep(Piece(data.strip(), place, line, " ".join(last.kinds), *at, self._in_list()))

    def _provenance(self, text: str, tag: str, line: int) -> None:
        if tag == "dt":
            self.path.append(text)
        else:
            self.page.provenance.append((tuple(self.path), text, line))

    def _keep(self, piece: Piece) -> None:
        if self._inside("div", "manuscript") or self._inside("q", "quote"):
            return  # words of an audited text, see check_quoted
        if self.chart is None or self._inside("figcaption"):
            self.page.pieces.append(piece)
        elif piece.place == "svg":
            self.chart.drawn.append(piece)
        elif piece.place == "aria-label":
            self.chart.spoken.append(piece)
        else:
            self.page.pieces.append(piece)

    def _inside(self, tag: str, kind: str = "") -> bool:
        return any(o.tag == tag and (not kind or kind in o.kinds) for o in self.stack)

    def _in_list(self) -> bool:
        return self._inside("details", "list")


def take_apart(html: str, *, report: bool = False) -> Page:
    """The parts of a built page; NotAReport for any other file, unless it is known for one.

    Numbers of lines count from 1, as an editor shows them.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if not reader.found and not report:
        raise NotAReport("no figure list")
    reader.page.shown = shown(html)
    return reader.page


def running_title(style: str) -> str | None:
    """The title that the print margins repeat, None where a page has none."""
    found = re.search(r'@top-left\{content:"([^"]*)"\}', style)
    if not found:
        return None
    return re.sub(r"\\([0-9a-fA-F]{6})", lambda m: chr(int(m[1], 16)), found[1])
