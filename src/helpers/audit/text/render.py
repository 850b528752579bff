"""An audited text as HTML: every claim marked by its verdict, told by a sign and a line as well
as by colour; the same fragment in a notebook's report and in the page of `halfsky audit --out`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from helpers.audit.shell import page, table
from helpers.data.problems import INVISIBLE
from helpers.telling import wording
from helpers.telling.tracing import Fragment

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.audit.text.audit import Audit
    from helpers.audit.text.judge import Claim
    from helpers.audit.text.manuscript import Manuscript
    from helpers.quantity import Policy

__all__ = [
    "AGAINST",
    "SIGNS",
    "VERDICTS",
    "audit_page",
    "evidence",
    "marked",
    "result",
    "spelt",
    "written",
]

SIGNS = {"supported": "✓", "rounded": "≈", "contradicted": "✗", "unsupported": "?", "not_data": ""}
VERDICTS = {
    "supported": ("与数据一致", "as in the data"),
    "rounded": ("不矛盾，写法不同", "agrees, written otherwise"),
    "contradicted": ("与数据矛盾", "contradicts the data"),
    "unsupported": ("数据中没有", "not in the data"),
    "not_data": ("不属于指标", "no indicator"),
}
AGAINST = ("contradicted", "unsupported")  # verdicts that count as differences
WORDS = {
    "zh": {
        "title": "文稿核对", "verdicts": "核对结果", "odd": "需要核实之处",
        "findings": "文稿自身的问题", "prose": "原文", "silent": "文中没有提到的数据",
        "count": "文中共有 {all} 处数量，其中 {told} 处说的是数据中的指标；需要核实 {wrong} 处。",
        "tally": ("判断", "处数"), "heads": ("文中写作", "判断", "依据"),
        "names": ("指标", "数据写作"), "none": "没有。",
    },
    "en": {
        "title": "Audit of a text", "verdicts": "Verdicts", "odd": "To be looked into",
        "findings": "What the text says against itself", "prose": "The text",
        "silent": "Figures that the text does not mention",
        "count": "The text states {all} quantities, {told} of them of the data’s indicators; "
        "to be looked into: {wrong}.",
        "tally": ("Verdict", "Quantities"), "heads": ("As written", "Verdict", "Evidence"),
        "names": ("Figure", "In the data"), "none": "None.",
    },
}  # fmt: skip


def result(claim: Claim, lang: str) -> str:
    """The verdict on a claim in words, with its sign."""
    return f"{SIGNS[claim.verdict]} {VERDICTS[claim.verdict][lang == 'en']}".strip()


def evidence(claim: Claim, lang: str) -> str:
    """What the verdict rests on, in one line that begins with its sign."""
    return f"{SIGNS[claim.verdict]} {claim.reason(lang)}".strip()


def written(figure: Figure, lang: str, words: Policy) -> str:
    """A figure as the data have it: as the source wrote it, or as prose would where it did not."""
    if lang == "zh" and figure.as_written:
        return figure.as_written
    return wording.text(figure, lang, words=words)


def marked(text: Manuscript, claims: Iterable[Claim], lang: str) -> Fragment:
    """The whole text, a paragraph a line, with a key to the signs.

    A claim is a ``<mark>`` that can be focused and tells its evidence; signs are set beside the
    quoted words, never among them, so that the paragraphs hold the text itself. A character that
    nobody sees is spelt out, as ``<span class="invisible">U+202E</span>``.
    """
    html, plain, at = "", "", 0
    for claim in claims:
        between = text.text[at : claim.found.start]
        html += _told(between) + _mark(claim, lang)
        plain += f"{between}{claim.found.quote}[{SIGNS[claim.verdict] or '-'}]"
        at = claim.found.end
    rest, name = text.text[at:], escape(text.name)
    body = "\n".join(f"<p>{line}</p>" for line in (html + _told(rest)).split("\n"))
    key = "".join(
        f'<li><span class="claim {verdict}">{escape(words[lang == "en"])}'
        f'<sup class="sign" aria-hidden="true">{SIGNS[verdict]}</sup></span></li>'
        for verdict, words in VERDICTS.items()
    )
    box = f'<div class="manuscript" role="region" aria-label="{name}" lang="zh-CN">{body}</div>'
    return Fragment(f'<ul class="verdicts">{key}</ul>{box}', spelt(plain + rest))


def spelt(text: str) -> str:
    """The text with the characters that nobody sees spelt out, as [U+202E]."""
    return INVISIBLE.sub(lambda match: f"[U+{ord(match.group()):04X}]", text)


def _told(text: str) -> str:
    """The text as HTML, characters that nobody sees spelt out."""
    return INVISIBLE.sub(
        lambda match: f'<span class="invisible">U+{ord(match.group()):04X}</span>', escape(text)
    )


def _mark(claim: Claim, lang: str) -> str:
    told, sign = escape(evidence(claim, lang)), SIGNS[claim.verdict]
    tag = "zh-CN" if lang == "zh" else "en"
    parts = [  # a number may be broken over two lines; each part is marked
        f'<mark class="claim {claim.verdict}" tabindex="0" role="note" lang="{tag}" '
        f'aria-label="{escape(claim.shown)}: {told}" data-evidence="{told}">'
        f'<span lang="zh-CN">{_told(line)}</span>'
        for line in claim.found.quote.split("\n")
    ]
    last = f'<sup class="sign" aria-hidden="true">{sign}</sup></mark>' if sign else "</mark>"
    return "</mark>\n".join(parts) + last


def audit_page(audit: Audit, text: Manuscript, lang: str, words: Policy) -> str:
    """The page of an audit of a text; ``words`` is the rounding policy of the data."""
    told = WORDS[lang]
    findings = [str(one[f"message_{lang}"]) for one in audit.findings]
    findings += [one[lang == "en"] for one in text.left_out]
    listed = "".join(f'<li class="odd">{escape(spelt(one))}</li>' for one in findings)
    odd = [
        _row(claim.shown, result(claim, lang), claim.reason(lang))
        for claim in audit.claims
        if claim.verdict in AGAINST
    ]
    silent = [_row(one.label(lang), written(one, lang, words)) for one in audit.unmentioned]
    parts = {
        "verdicts": _summary(audit, lang),
        "odd": table(told["odd"], told["heads"], odd) if odd else f"<p>{told['none']}</p>",
        "findings": f'<ul class="rules">{listed}</ul>' if listed else "",
        "prose": marked(text, audit.claims, lang).html,
        "silent": table(told["silent"], told["names"], silent)
        if silent
        else f"<p>{told['none']}</p>",
    }
    body = "\n".join(
        f'<section class="{kind}" aria-labelledby="{kind}">\n'
        f'<h2 id="{kind}">{escape(told[kind])}</h2>\n{part}\n</section>'
        for kind, part in parts.items()
        if part
    )
    return page(lang, told["title"], where=text.name, body=body)


def _summary(audit: Audit, lang: str) -> str:
    """How many quantities there are, what is wrong, and a count for each verdict."""
    words, counts = WORDS[lang], Counter(claim.verdict for claim in audit.claims)
    whole, wrong = len(audit.claims), sum(counts[verdict] for verdict in AGAINST)
    said = words["count"].format(all=whole, told=whole - counts["not_data"], wrong=wrong)
    rows = [
        f'<tr><th scope="row">{SIGNS[verdict]} {escape(texts[lang == "en"])}</th>'
        f'<td class="number">{counts[verdict]}</td></tr>'
        for verdict, texts in VERDICTS.items()
    ]
    return f'<p class="say">{escape(said)}</p>\n{table(words["verdicts"], words["tally"], rows)}'


def _row(head: str, *cells: str) -> str:
    told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr><th scope="row">{escape(head)}</th>{told}</tr>'
