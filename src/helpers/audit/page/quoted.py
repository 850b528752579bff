"""The page of an audited text: its text audited anew, marks, counts and quotations compared.

What the page quotes is the text's own, so it is held against the text that the page shows
whole, and this against the hash that the page was made with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import etree

from helpers.analysis.report import UnknownNameError
from helpers.audit.page.read import Page
from helpers.audit.page.recount import Held
from helpers.audit.text.manuscript import Manuscript
from helpers.audit.text.render import evidence, spelt
from helpers.audit.text.study import TextStudy, text_study

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.data import Tables

__all__ = ["Shown", "check_quoted", "shown"]

COUNT = "text_claims|"


@dataclass(slots=True)
class Shown:
    """A text as a page shows it whole, and its marks: (start, end) → element; ``study`` is the
    text audited anew.
    """

    name: str
    line: int
    text: str = ""
    marks: dict[tuple[int, int], Any] = field(default_factory=dict)
    study: TextStudy | None = None

    def counted(self, keys: Iterable[str], tables: Tables, lang: str) -> dict[str, Figure]:
        """KEY → the counts of the text, audited anew for the place and period that keys name."""
        place = next((key.split("|")[1:] for key in keys if key.startswith(COUNT)), ())
        if len(place) != 2:
            return {}
        text = Manuscript(self.name, self.text)
        try:
            self.study = text_study(text, tables, "", "", lang)
            if (self.study.region, self.study.period) != tuple(place):  # it was asked for
                self.study = text_study(text, tables, *place, lang)
        except UnknownNameError:
            return {}
        return {figure.key: figure for figure in self.study.counts.values()}


def shown(page: Page) -> Shown | None:
    """The text that a page shows whole, without the signs beside its marks; None for none."""
    box = next(iter(page.root.xpath('//div[@class="manuscript"]')), None)
    if box is None:
        return None
    found = Shown(box.get("aria-label", ""), box.sourceline or 0)
    for sign in box.xpath('.//sup[@class="sign"]'):
        sign.text = ""
    for span in box.xpath('.//span[@class="invisible"]'):  # spelt out: U+202E
        with suppress(ValueError, OverflowError):
            span.text = chr(int((span.text or "").removeprefix("U+"), 16))
    starts: list[int] = []
    for number, line in enumerate(box.iter("p")):
        found.text += "\n" if number else ""
        for event, element in etree.iterwalk(line, events=("start", "end")):
            if event == "start":
                starts.append(len(found.text))
                found.text += element.text or ""
                continue
            start = starts.pop()
            if element.tag == "mark":
                found.marks[start, len(found.text)] = element
            found.text += (element.tail or "") if element is not line else ""
    return found


def check_quoted(held: Held, text: Shown) -> None:
    """What differs between the page's text, marks and quotations and a new audit of its text."""
    told = [sha for names, sha, _ in held.page.provenance if names and names[-1] == text.name]
    if told and hashlib.sha256(text.text.encode()).hexdigest() not in told:
        held.tell("manuscript-differs", (text.line, "manuscript", text.name), text.name,
                  data=told[0])  # fmt: skip
    expected = _expected(text)
    for start, end in sorted({*expected, *text.marks}):
        mark, right = text.marks.get((start, end)), expected.get((start, end), ("", "—", ""))
        names = ("class", "data-evidence", "aria-label")
        stands = ("", "—", "") if mark is None else tuple(mark.get(name, "") for name in names)
        if stands != right:
            quote, line = text.text[start:end], text.line if mark is None else mark.sourceline or 0
            told = quote, stands[1], right[1]
            held.tell("claim-differs", (line, "claim", quote), *told, data=right[1])
    whole = spelt(text.text)
    for quote in held.page.root.xpath('//q[@class="quote"]'):
        words = "".join(quote.itertext())
        if words not in whole:
            held.tell("quote-differs", (quote.sourceline or 0, "quote", words), words)


def _expected(text: Shown) -> dict[tuple[int, int], tuple[str, str, str]]:
    """(start, end) → class, evidence and label of each mark, one for each line of a claim."""
    found = {}
    for claim in text.study.audit.claims if text.study else ():
        told, at = evidence(claim, text.study.lang), claim.found.start
        for part in claim.found.quote.split("\n"):
            place = (at, at + len(part))
            found[place] = (f"claim {claim.verdict}", told, f"{claim.shown}: {told}")
            at += len(part) + 1
    return found
