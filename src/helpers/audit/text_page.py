"""The page of an audited text: every claim marked by its verdict, its evidence on focus.

A verdict is told by a sign and a line as well as by colour.
"""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from helpers.audit.shell import page

if TYPE_CHECKING:
    from helpers.audit.claim import Claim
    from helpers.audit.match import Audit

__all__ = ["SIGNS", "VERDICTS", "render"]

SIGNS = {"supported": "✓", "rounded": "≈", "contradicted": "✗", "unsupported": "?", "not_data": ""}
VERDICTS = {
    "supported": ("与数据一致", "as in the data"),
    "rounded": ("不矛盾，写法不同", "agrees, written otherwise"),
    "contradicted": ("与数据矛盾", "contradicts the data"),
    "unsupported": ("数据中没有", "not in the data"),
    "not_data": ("不属于指标", "no indicator"),
}
WORDS = {
    "zh": {
        "title": "文稿核对",
        "verdicts": "核对结果",
        "text": "原文",
        "none": "没有。",
        "silent": "文中没有提到的数据",
        "findings": "文稿自身的问题",
        "odd": "与数据不符之处",
    },
    "en": {
        "title": "Audit of a text",
        "verdicts": "Verdicts",
        "text": "The text",
        "silent": "Figures the text does not mention",
        "findings": "What the text says against itself",
        "none": "None.",
        "odd": "Where text and data differ",
    },
}
CSS = """
.claim{border-bottom:2px solid;padding:0 .1em;background:none;color:inherit}
.claim.supported{border-color:#1a7f4b}
.claim.rounded{border-color:#8a6100;border-bottom-style:dashed}
.claim.contradicted{border-color:#b3261e;border-bottom-style:double;border-bottom-width:4px}
.claim.unsupported{border-color:#6a4a9c;border-bottom-style:dotted}
.claim.not_data{border-color:#8a8a8a;border-bottom-width:1px;border-bottom-style:dotted}
.claim sup{font-size:.7em;padding-left:.1em}
.claim:hover::after,.claim:focus::after{content:attr(data-evidence);position:fixed;left:0;right:0;
bottom:0;padding:.8rem 1.2rem;background:#222;color:#fff;z-index:9;font-size:.95rem}
@media print{.claim::after{display:none}}
"""


def render(audit: Audit, text: str, name: str, lang: str) -> str:
    """Return the page of an audit; `text` is the decoded text that was audited."""
    words = WORDS[lang]
    body = "\n".join(
        [
            _section(words["verdicts"], _counts(audit, lang)),
            _section(words["odd"], _odd(audit, lang) or f"<p>{words['none']}</p>"),
            _section(
                words["findings"],
                _list([item[f"message_{lang}"] for item in audit.findings])
                or f"<p>{words['none']}</p>",
            ),
            _section(words["text"], _marked(audit.claims, text, lang)),
            _section(
                words["silent"],
                _list([f"{figure.label(lang)} {figure.as_written}" for figure in audit.unmentioned])
                or f"<p>{words['none']}</p>",
            ),
        ]
    )
    return page(lang, words["title"], kicker=name, where=name, body=body, css=CSS)


def _section(title: str, body: str) -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{body}\n</section>"


def _list(items: list) -> str:
    rows = "".join(f"<li>{escape(str(item))}</li>" for item in items)
    return f"<ul>{rows}</ul>" if rows else ""


def _reason(claim: Claim, lang: str) -> str:
    return claim.reason_zh if lang == "zh" else claim.reason_en


def _counts(audit: Audit, lang: str) -> str:
    counts = Counter(claim.verdict for claim in audit.claims)
    rows = "".join(
        f'<tr><th scope="row">{SIGNS[verdict]} {texts[lang == "en"]}</th>'
        f"<td>{counts[verdict]}</td></tr>"
        for verdict, texts in VERDICTS.items()
    )
    return f'<table class="figures"><tbody>{rows}</tbody></table>'


def _odd(audit: Audit, lang: str) -> str:
    odd = [claim for claim in audit.claims if claim.verdict in ("contradicted", "unsupported")]
    return _list(
        [
            f"{claim.found.quote}：{_reason(claim, lang)}"
            if lang == "zh"
            else f"{claim.found.quote}: {_reason(claim, lang)}"
            for claim in odd
        ]
    )


def _marked(claims: tuple[Claim, ...], text: str, lang: str) -> str:
    parts, at = [], 0
    for claim in claims:
        start, end = claim.found.start, claim.found.end
        sign, verdict = SIGNS[claim.verdict], VERDICTS[claim.verdict][lang == "en"]
        evidence = escape(f"{sign} {verdict} · {_reason(claim, lang)}".strip())
        parts.append(escape(text[at:start]))
        parts.append(
            f'<span class="claim {claim.verdict}" tabindex="0" role="note" '
            f'aria-label="{escape(claim.found.quote)}: {evidence}" '
            f'data-evidence="{evidence}">{escape(claim.found.quote)}'
            + (f"<sup>{sign}</sup>" if sign else "")
            + "</span>"
        )
        at = end
    whole = "".join([*parts, escape(text[at:])])
    return "\n".join(f"<p>{line}</p>" for line in whole.split("\n") if line.strip())
