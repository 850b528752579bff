"""The page of an audited text: every claim marked by its verdict, its evidence on focus.

A verdict is told by a sign and a line as well as by colour.
"""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from helpers.audit.shell import page, table
from helpers.telling import wording

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.audit.text.audit import Audit
    from helpers.audit.text.claim import Claim
    from helpers.quantity import Policy

__all__ = ["SIGNS", "VERDICTS", "render", "written"]

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
        "count": "文中共有 {all} 处数量，其中 {told} 处说的是数据中的指标。",
        "wrong": "需要核实 {count} 处。",
        "right": "没有与数据不符之处。",
        "odd": "需要核实之处",
        "odd_caption": "与数据矛盾或数据中没有的数量（{count} 处）",
        "findings": "文稿自身的问题",
        "text": "原文",
        "hint": "点按带线的数字，或用 Tab 键移到数字上，可见核对依据。",
        "silent": "文中没有提到的数据",
        "silent_caption": "数据中有、文中没有提到的指标（{count} 项）",
        "heads": ("文中写作", "判断", "依据"),
        "names": ("指标", "数据写作"),
        "none": "没有。",
    },
    "en": {
        "title": "Audit of a text",
        "verdicts": "Verdicts",
        "count": "The text states {all} quantities; {told} of them are of the data’s indicators.",
        "wrong": "To be looked into: {count}.",
        "right": "None is against the data.",
        "odd": "To be looked into",
        "odd_caption": "Quantities that contradict the data or are not in them ({count})",
        "findings": "What the text says against itself",
        "text": "The text",
        "hint": "Tap an underlined number, or reach it with the Tab key, to see its evidence.",
        "silent": "Figures that the text does not mention",
        "silent_caption": "Indicators that the data have and the text does not mention ({count})",
        "heads": ("As written", "Verdict", "Evidence"),
        "names": ("Figure", "In the data"),
        "none": "None.",
    },
}
AGAINST = ("contradicted", "unsupported")
CSS = """
.examined { --supported: #1a6f43; --rounded: #7a5600; --contradicted: #b3261e; --unsupported: #64429a; }
@media (prefers-color-scheme: dark) { .examined { --supported: #7fd3a5; --rounded: #e8bd62; --contradicted: #ff9d92; --unsupported: #c9adf5; } }
.supported { --own: var(--supported); }
.rounded { --own: var(--rounded); }
.contradicted { --own: var(--contradicted); }
.unsupported { --own: var(--unsupported); }
.not_data { --own: var(--soft); }
.tally { list-style: none; margin: 1.4rem 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 7.4rem), 1fr)); gap: 1rem 1.2rem; }
.tally li { padding-top: .6rem; border-top: 3px solid var(--own); line-height: 1.45; break-inside: avoid; }
.tally .rounded { border-top-style: dashed; }
.tally .contradicted { border-top-style: double; border-top-width: 5px; }
.tally .unsupported { border-top-style: dotted; }
.tally .not_data { border-top-width: 1px; border-top-style: dotted; }
.tally .big { display: block; font-size: 1.55rem; font-weight: 700; font-variant-numeric: tabular-nums; }
.tally .sign, td.verdict { color: var(--own); font-weight: 600; }
.tally .word { font-size: .92rem; color: var(--soft); }
td.verdict { white-space: nowrap; }
.prose p { font-size: 1.06rem; }
.claim { cursor: help; font-weight: 600; border-bottom: 2px solid var(--own); padding-bottom: .05em; }
.claim.rounded { border-bottom-style: dashed; }
.claim.contradicted { border-bottom: 5px double var(--own); color: var(--own); }
.claim.unsupported { border-bottom: 3px dotted var(--own); color: var(--own); }
.claim.not_data { border-bottom: 1px dotted var(--own); font-weight: 400; }
.claim sup { font-size: .7em; line-height: 0; padding-inline-start: .12em; color: var(--own); }
.claim:target { background: var(--wash); outline: 2px solid var(--own); outline-offset: 3px; }
.claim:focus { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.claim:focus::after, .claim:hover::after {
  content: attr(data-evidence); position: fixed; inset: auto 0 0 0; z-index: 10; max-height: 45vh; overflow: auto;
  padding: .85rem max(1.25rem, calc(50vw - 23rem + 1.25rem)) 1rem; font: 400 .95rem/1.7 var(--sans);
  color: var(--on-sheet); background: var(--sheet); border-top: 3px solid var(--accent); box-shadow: 0 -6px 30px rgb(0 0 0 / .18);
}
table.silent td { white-space: nowrap; }
@media screen and (max-width: 40rem) { table.odd tbody th { min-width: 4.2em; } table.odd td.verdict { white-space: normal; min-width: 5.2em; } table.odd td:last-child:not(.number):not(:nth-child(2)) { min-width: 0; } table.silent td { white-space: normal; } }
@media print {
  .examined { --supported: #1a6f43; --rounded: #7a5600; --contradicted: #b3261e; --unsupported: #64429a; }
  .claim:focus, .claim:target { outline: none; background: none; }
  .claim:focus::after, .claim:hover::after { content: none; }
  .screen { display: none; }
  section.silent { columns: 2; column-gap: 2rem; }
  section.silent h2, section.silent caption { column-span: all; }
}
"""  # noqa: E501


def render(audit: Audit, text: str, name: str, lang: str, words: Policy | None = None) -> str:
    """The page of an audit; ``text`` is the decoded text that was audited, ``words`` the
    rounding policy of the data.
    """
    told = WORDS[lang]
    findings = "".join(f"<li>{escape(str(f[f'message_{lang}']))}</li>" for f in audit.findings)
    body = [
        _section("verdicts", told["verdicts"], _summary(audit, lang)),
        _section("odd", told["odd"], _odd(audit, lang) or f"<p>{told['none']}</p>"),
    ]
    if findings:
        listed = f'<ul class="rules">{findings.replace("<li>", _ODD_ITEM)}</ul>'
        body.append(_section("findings", told["findings"], listed))
    body.append(_section("prose", told["text"], _marked(audit.claims, text, lang)))
    body.append(_section("silent", told["silent"], _silent(audit, lang, words)))
    return page(lang, told["title"], where=name, body="\n".join(body), css=CSS)


_ODD_ITEM = '<li class="odd">'


def _section(kind: str, title: str, body: str) -> str:
    return (
        f'<section class="{kind}" aria-labelledby="{kind}">\n'
        f'<h2 id="{kind}">{escape(title)}</h2>\n{body}\n</section>'
    )


def _reason(claim: Claim, lang: str) -> str:
    return claim.reason_zh if lang == "zh" else claim.reason_en


def _summary(audit: Audit, lang: str) -> str:
    """How many quantities there are, what is wrong, and a count for each verdict: the legend."""
    words, counts = WORDS[lang], Counter(claim.verdict for claim in audit.claims)
    whole = len(audit.claims)
    wrong = sum(counts[verdict] for verdict in AGAINST)
    said = words["count"].format(all=whole, told=whole - counts["not_data"])
    said += ("" if lang == "zh" else " ") + words["wrong" if wrong else "right"].format(count=wrong)
    items = "".join(
        f'<li class="{verdict}"><span class="big">{counts[verdict]}</span>'
        f'<span class="sign" aria-hidden="true">{SIGNS[verdict]}</span> '
        f'<span class="word">{escape(texts[lang == "en"])}</span></li>'
        for verdict, texts in VERDICTS.items()
    )
    return f'<p class="say">{escape(said)}</p>\n<ul class="tally">{items}</ul>'


def _odd(audit: Audit, lang: str) -> str:
    rows = [
        f'<tr><th scope="row"><a href="#c{number}">{escape(claim.found.quote)}</a></th>'
        f'<td class="verdict {claim.verdict}">{_verdict(claim, lang)}</td>'
        f"<td>{escape(_reason(claim, lang))}</td></tr>"
        for number, claim in enumerate(audit.claims, 1)
        if claim.verdict in AGAINST
    ]
    words = WORDS[lang]
    caption = words["odd_caption"].format(count=len(rows))
    return table(caption, words["heads"], rows, "odd") if rows else ""


def _verdict(claim: Claim, lang: str) -> str:
    return f"{SIGNS[claim.verdict]} {escape(VERDICTS[claim.verdict][lang == 'en'])}".strip()


def _silent(audit: Audit, lang: str, words: Policy | None) -> str:
    if not audit.unmentioned:
        return f"<p>{WORDS[lang]['none']}</p>"
    rows = [
        f'<tr><th scope="row">{escape(figure.label(lang))}</th>'
        f"<td>{escape(written(figure, lang, words))}</td></tr>"
        for figure in audit.unmentioned
    ]
    caption = WORDS[lang]["silent_caption"].format(count=len(rows))
    return table(caption, WORDS[lang]["names"], rows, "silent")


def written(figure: Figure, lang: str, words: Policy | None) -> str:
    """A figure as the data have it: as the source wrote it, or as prose would where it did not."""
    if lang == "zh" and figure.as_written:
        return figure.as_written
    return wording.text(figure, lang, words=words) if words else figure.as_written


def _marked(claims: tuple[Claim, ...], text: str, lang: str) -> str:
    parts, at = [], 0
    for number, claim in enumerate(claims, 1):
        start, end = claim.found.start, claim.found.end
        sign, quote = SIGNS[claim.verdict], escape(claim.found.quote)
        evidence = f"{_verdict(claim, lang)} · {escape(_reason(claim, lang))}"
        parts.append(escape(text[at:start]))
        parts.append(
            f'<span class="claim {claim.verdict}" id="c{number}" tabindex="0" role="note" '
            f'aria-label="{quote}: {evidence}" data-evidence="{evidence}">{quote}'
            + (f'<sup aria-hidden="true">{sign}</sup>' if sign else "")
            + "</span>"
        )
        at = end
    whole = "".join([*parts, escape(text[at:])])
    lines = "\n".join(f"<p>{line}</p>" for line in whole.split("\n") if line.strip())
    return (
        f'<p class="note screen">{escape(WORDS[lang]["hint"])}</p>\n<div lang="zh-CN">{lines}</div>'
    )
