"""The audited text that a page shows: read back from the page, with its marks and quotations."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.audit.text.study import TextStudy

__all__ = ["Marked", "Shown", "shown"]

VOID = frozenset(("br", "hr", "img", "wbr"))


@dataclass(slots=True)
class Marked:
    """A claim as the page marks it: where in the text, its class, its evidence, what is read."""

    start: int
    end: int
    kinds: str
    evidence: str
    spoken: str
    line: int  # of the page


@dataclass(slots=True)
class Shown:
    """A text as a page shows it whole, and the words of it that the page quotes elsewhere.

    ``study`` is the text audited anew, once someone has done so.
    """

    name: str = ""
    text: str = ""
    line: int = 0
    marks: list[Marked] = field(default_factory=list)
    quotes: list[tuple[str, int]] = field(default_factory=list)
    study: TextStudy | None = None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: Shown | None = None
        self.stack: list[tuple[str, str]] = []
        self.lines: list[str] = []
        self.quotes: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        line, kind = self.getpos()[0], given.get("class", "")
        if tag == "div" and kind == "manuscript" and self.shown is None:
            self.shown = Shown(given.get("aria-label", ""), line=line)
        if self._inside("manuscript"):
            if tag == "p":
                self.lines.append("")
            elif tag == "mark":
                spoken, told = given.get("aria-label", ""), given.get("data-evidence", "")
                at = self._at()
                self.shown.marks.append(Marked(at, at, kind, told, spoken, line))
        elif tag == "q" and kind == "quote":
            self.quotes.append(("", line))
        if tag not in VOID:
            self.stack.append((tag, kind))

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark" and self.shown and self.shown.marks:
            self.shown.marks[-1].end = self._at()
        while any(name == tag for name, _ in self.stack):
            if self.stack.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if self._inside("manuscript"):
            if ("p", "") in self.stack and not self._inside("sign"):
                self.lines[-1] += data
        elif self._inside("quote") and self.quotes:
            words, line = self.quotes[-1]
            self.quotes[-1] = words + data, line

    def _inside(self, kind: str) -> bool:
        return any(one == kind for _, one in self.stack)

    def _at(self) -> int:
        return sum(len(one) + 1 for one in self.lines[:-1]) + len(
            self.lines[-1] if self.lines else ""
        )


def shown(html: str) -> Shown | None:
    """The text that a page shows whole, None where it shows none."""
    if '<div class="manuscript"' not in html:
        return None
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.shown is not None:
        reader.shown.text, reader.shown.quotes = "\n".join(reader.lines), reader.quotes
    return reader.shown
