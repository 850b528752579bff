"""The page of an audited text: its text audited anew, each mark, count and quotation compared.

What the page quotes is the text's own, so it is held against the text that the page shows
whole, and this against the hash that the page was made with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from helpers.analysis.study import UnknownNameError
from helpers.audit.findings import Case, Finding, finding
from helpers.audit.text.manuscript import Manuscript
from helpers.audit.text.marked import evidence
from helpers.audit.text.study import text_study

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.audit.shown import Marked, Shown
    from helpers.data import Tables

__all__ = ["audit_again", "check_quoted"]

COUNT = "text_claims|"
REMEDY = ("重新核对文稿：halfsky report audit --text", "audit the text again: report audit --text")


def audit_again(
    shown: Shown | None, keys: Iterable[str], tables: Tables, lang: str
) -> dict[str, tuple[Figure, ...]]:
    """KEY → the counts of the text that a page shows, audited anew; empty where it shows none."""
    place = next((key.split("|")[1:] for key in keys if key.startswith(COUNT)), None)
    if shown is None or place is None or len(place) != 2:
        return {}
    text = Manuscript(shown.name, shown.text)
    try:
        shown.study = text_study(text, tables, *place, "zh" if lang.startswith("zh") else "en")
    except UnknownNameError:
        return {}
    return {figure.key: (figure,) for figure in shown.study.counts.values()}


def check_quoted(case: Case) -> Iterator[Finding]:
    """What differs between the page's text, marks and quotations and a new audit of its text."""
    shown = case.page.shown
    if shown is None:
        return
    told = [text for path, text, _ in case.page.provenance if path and path[-1] == shown.name]
    if told and hashlib.sha256(shown.text.encode()).hexdigest() not in told:
        yield finding(
            case, (shown.line, "manuscript", shown.name), "text-differs",
            (f"页上的全文与当时核对的 {shown.name} 不同", REMEDY[0]),
            (f"the text on the page is not the {shown.name} that was audited", REMEDY[1]),
            data=told[0],
        )  # fmt: skip
    yield from _marks(case, shown)
    for words, line in shown.quotes:
        if words not in shown.text:
            yield finding(
                case, (line, "quote", words), "quote-differs",
                (f"引文“{words}”不在文稿里", REMEDY[0]),
                (f"“{words}” is quoted, but does not stand in the text", REMEDY[1]),
            )  # fmt: skip


def _marks(case: Case, shown: Shown) -> Iterator[Finding]:
    expected = dict(_expected(shown))
    for mark in shown.marks:
        quote = shown.text[mark.start : mark.end]
        verdict, told, whole = expected.pop((mark.start, mark.end), ("", "", ""))
        stands = (mark.kinds, mark.evidence, mark.spoken)
        if stands != (f"claim {verdict}", told, f"{whole}: {told}"):
            yield _claim(case, mark.line, quote, mark, told)
    for (start, end), (_, told, _) in expected.items():
        yield _claim(case, shown.line, shown.text[start:end], None, told)


def _expected(shown: Shown) -> Iterator[tuple[tuple[int, int], tuple[str, str, str]]]:
    """(start, end) → verdict, evidence and quotation of each claim, a part for each line."""
    for claim in shown.study.audit.claims if shown.study else ():
        told, at = evidence(claim, shown.study.lang), claim.found.start
        for part in claim.found.quote.split("\n"):
            yield (at, at + len(part)), (claim.verdict, told, claim.found.quote)
            at += len(part) + 1


def _claim(case: Case, line: int, quote: str, mark: Marked | None, told: str) -> Finding:
    stands = mark.evidence if mark else "—"
    return finding(
        case, (line, "claim", quote), "claim-differs",
        (f"“{quote}”：页上说“{stands}”，现在核对为“{told or '—'}”", REMEDY[0]),
        (f"“{quote}”: the page says “{stands}”, an audit now “{told or '—'}”", REMEDY[1]),
        data=told,
    )  # fmt: skip
