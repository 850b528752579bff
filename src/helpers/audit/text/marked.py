"""A text with every claim marked by its verdict: told by a sign and a line, not by colour alone."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from helpers.audit.text.page import SIGNS, VERDICTS
from helpers.telling.tracing import Fragment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from helpers.audit.text.claim import Claim
    from helpers.audit.text.manuscript import Manuscript

__all__ = ["evidence", "marked", "result"]


def result(claim: Claim, lang: str) -> str:
    """The verdict on a claim in words, with its sign."""
    return f"{SIGNS[claim.verdict]} {VERDICTS[claim.verdict][lang == 'en']}".strip()


def evidence(claim: Claim, lang: str) -> str:
    """What the verdict rests on, in one line that begins with its sign."""
    reason = claim.reason_zh if lang == "zh" else claim.reason_en
    return f"{SIGNS[claim.verdict]} {reason}".strip()


def marked(text: Manuscript, claims: Iterable[Claim], lang: str) -> Fragment:
    """The whole text, a paragraph a line, with a key to the signs.

    A claim is a ``<mark>`` that can be focused and tells its evidence; signs are set beside the
    quoted words, never among them, so that the paragraphs hold the text itself.
    """
    html, plain, at = [], [], 0
    for claim in claims:
        between = text.text[at : claim.found.start]
        sign = SIGNS[claim.verdict]
        html += [escape(between), _mark(claim, lang)]
        plain += [between, f"{claim.found.quote}[{sign or '-'}]"]
        at = claim.found.end
    rest = text.text[at:]
    lines = "".join([*html, escape(rest)]).split("\n")
    body = "\n".join(f"<p>{line}</p>" for line in lines)
    name = escape(text.name)
    box = f'<div class="manuscript" role="region" aria-label="{name}" lang="zh-CN">{body}</div>'
    return Fragment(f"{_key(lang)}{box}", "".join([*plain, rest]))


def _mark(claim: Claim, lang: str) -> str:
    told, sign, quote = escape(evidence(claim, lang)), SIGNS[claim.verdict], claim.found.quote
    lines = quote.split("\n")  # a number may be broken over two lines; each part is marked
    parts = [
        f'<mark class="claim {claim.verdict}" tabindex="0" role="note" lang="{_tag(lang)}" '
        f'aria-label="{escape(quote)}: {told}" data-evidence="{told}">'
        f'<span lang="zh-CN">{escape(line)}</span>'
        for line in lines
    ]
    last = f'<sup class="sign" aria-hidden="true">{sign}</sup></mark>' if sign else "</mark>"
    return "</mark>\n".join(parts) + last


def _tag(lang: str) -> str:
    return "zh-CN" if lang == "zh" else "en"


def _key(lang: str) -> str:
    items = "".join(_items(lang))
    return f'<ul class="verdicts">{items}</ul>'


def _items(lang: str) -> Iterator[str]:
    for verdict, words in VERDICTS.items():
        sign = f'<sup class="sign" aria-hidden="true">{SIGNS[verdict]}</sup>'
        yield f'<li><span class="claim {verdict}">{escape(words[lang == "en"])}{sign}</span></li>'
