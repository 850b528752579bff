"""The page of an audited text: its text audited anew, each mark, count and quotation compared.

What the page quotes is the text's own, so it is held against the text that the page shows
whole, and this against the hash that the page was made with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from helpers.analysis.report import UnknownNameError
from helpers.audit.page.case import Case, Finding, finding
from helpers.audit.page.read import Page, within
from helpers.audit.text.manuscript import Manuscript
from helpers.audit.text.render import evidence, spelt
from helpers.audit.text.study import TextStudy, text_study

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.data import Tables

__all__ = ["Shown", "check_quoted", "shown"]

COUNT = "text_claims|"
REMEDY = ("重新核对文稿：halfsky report audit --text", "audit the text again: report audit --text")


@dataclass(slots=True)
class Shown:
    """A text as a page shows it whole, its marks (start, end, element), and the words of it that
    the page quotes elsewhere (words, line); ``study`` is the text audited anew.
    """

    name: str
    line: int
    text: str = ""
    marks: list[tuple[int, int, Any]] = field(default_factory=list)
    quotes: list[tuple[str, int]] = field(default_factory=list)
    study: TextStudy | None = None

    def counted(
        self, keys: Iterable[str], tables: Tables, lang: str
    ) -> dict[str, tuple[Figure, ...]]:
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
        return {figure.key: (figure,) for figure in self.study.counts.values()}


def shown(page: Page) -> Shown | None:
    """The text that a page shows whole, None where it shows none."""
    boxes = page.root.xpath('//div[@class="manuscript"]')
    if not boxes:
        return None
    found = Shown(boxes[0].get("aria-label", ""), boxes[0].sourceline or 0)
    for number, line in enumerate(boxes[0].iter("p")):
        found.text += "\n" if number else ""
        _add(found, line)
    found.quotes = [
        ("".join(quote.itertext()), quote.sourceline or 0)
        for quote in page.root.xpath('//q[@class="quote"]')
    ]
    return found


def _add(found: Shown, element: Any) -> None:
    """The texts of a line, without the signs beside its marks."""
    start = len(found.text)
    found.text += element.text or ""
    for child in element:
        if within(child, "span", "invisible") is child:  # spelt out: U+202E
            found.text += _character(child.text or "")
        elif within(child, "sup", "sign") is not child and isinstance(child.tag, str):
            _add(found, child)
        found.text += child.tail or ""
    if element.tag == "mark":
        found.marks.append((start, len(found.text), element))


def _character(spelt: str) -> str:
    try:
        return chr(int(spelt.removeprefix("U+"), 16))
    except (ValueError, OverflowError):
        return spelt


def check_quoted(case: Case, text: Shown) -> Iterator[Finding]:
    """What differs between the page's text, marks and quotations and a new audit of its text."""
    told = [sha for names, sha, _ in case.page.provenance if names and names[-1] == text.name]
    if told and hashlib.sha256(text.text.encode()).hexdigest() not in told:
        yield finding(
            case, (text.line, "manuscript", text.name), "text-differs",
            f"页上的全文与当时核对的 {text.name} 不同",
            f"the text on the page is not the {text.name} that was audited",
            REMEDY, data=told[0],
        )  # fmt: skip
    yield from _marks(case, text)
    whole = spelt(text.text)
    for words, line in text.quotes:
        if words not in whole:
            yield finding(
                case, (line, "quote", words), "quote-differs",
                f"引文“{words}”不在文稿里", f"“{words}” is quoted, but does not stand in the text",
                REMEDY,
            )  # fmt: skip


def _marks(case: Case, text: Shown) -> Iterator[Finding]:
    expected = dict(_expected(text))
    for start, end, mark in text.marks:
        verdict, told, whole = expected.pop((start, end), ("", "", ""))
        stands = tuple(mark.get(name, "") for name in ("class", "data-evidence", "aria-label"))
        if stands != (f"claim {verdict}", told, f"{whole}: {told}"):
            quote = text.text[start:end]
            yield _claim(case, mark.sourceline or 0, quote, stands[1], told)
    for (start, end), (_, told, _) in expected.items():
        yield _claim(case, text.line, text.text[start:end], "—", told)


def _expected(text: Shown) -> Iterator[tuple[tuple[int, int], tuple[str, str, str]]]:
    """(start, end) → verdict, evidence and quotation of each claim, a part for each line."""
    for claim in text.study.audit.claims if text.study else ():
        told, at = evidence(claim, text.study.lang), claim.found.start
        for part in claim.found.quote.split("\n"):
            yield (at, at + len(part)), (claim.verdict, told, claim.shown)
            at += len(part) + 1


def _claim(case: Case, line: int, quote: str, stands: str, told: str) -> Finding:
    return finding(
        case, (line, "claim", quote), "claim-differs",
        f"“{quote}”：页上说“{stands}”，现在核对为“{told or '—'}”",
        f"“{quote}”: the page says “{stands}”, an audit now “{told or '—'}”",
        REMEDY, data=told,
    )  # fmt: skip
