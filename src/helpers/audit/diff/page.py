"""A comparison as a page fit to send: a section an area, a table row a change."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from helpers.analysis.figures import plain_number
from helpers.audit.diff.words import Told, by_area, tally, told
from helpers.audit.shell import page, table

if TYPE_CHECKING:
    from helpers.audit.diff.compare import Change
    from helpers.audit.diff.states import State, Stated

__all__ = ["render"]

WORDS = {
    "zh": {
        "title": "两版数据的差异",
        "heads": ("指标", "变化", "原为", "现为", "说明"),
        "caption": "{title}：{count}处变化",
        "none": "行序、文件编码和空白的差别不算变化。",
    },
    "en": {
        "title": "What changed in the figures",
        "heads": ("Figure", "Change", "Before", "After", "Remark"),
        "caption": "{title}: {count} changed",
        "none": "The order of rows, encodings and blanks are no change.",
    },
}
# A change is told by a word and a mark as well as by colour.
STYLE = """.examined .columns, .examined .masthead { max-width: 62rem; }
.examined td.kind { white-space: nowrap; font-weight: 600; }
.examined tr.dropped td.kind::before { content: "− "; }
.examined tr.new td.kind::before { content: "+ "; }
.examined tr.apart td.kind { color: var(--odd); }
.examined .at { display: block; color: var(--soft); font-size: .85em; font-weight: 400; }
.examined td.side { min-width: 7em; overflow-wrap: anywhere; }
@media screen and (max-width: 40rem) {
  .changes, .changes tbody, .changes caption { display: block; }
  .changes thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .changes tr { display: grid; grid-template-columns: auto auto 1fr; gap: .1rem .8rem; padding: .7rem 0; border-top: 1px solid var(--line); }
  .changes tr > * { border: 0 !important; padding: 0; min-width: 0 !important; }
  .changes th, .changes td.kind, .changes td.remark { grid-column: 1 / -1; }
  .changes th { font-weight: 600; }
  .changes td.after::before { content: "→ "; color: var(--soft); }
  .changes td.remark { color: var(--soft); font-size: .95em; }
}
@media print { .examined .columns, .examined .masthead { max-width: none; } }"""  # noqa: E501


def render(
    changes: Sequence[Change], old: State, new: State, lang: str, names: tuple[str, str]
) -> str:
    """The page of a comparison; ``names`` are what the two states are called."""
    words = WORDS[lang]
    body = [f'<p class="say">{escape(tally(changes, lang))}</p>']
    places = {told(change, old, new, lang).where for change in changes} - {""}
    if len(places) == 1:  # said once, not in every row
        body.append(f'<p class="note">{escape(places.pop())}</p>')
        places = set()
    for number, (title, group) in enumerate(by_area(changes, old, new, lang), 1):
        rows = [_row(change, told(change, old, new, lang), bool(places)) for change in group]
        body.append(_section(f"s{number}", title, rows, words))
    body.append(f'<p class="note">{escape(words["none"])}</p>')
    where = f"{names[0]} → {names[1]}"
    text = "\n".join(body)
    return page(lang, words["title"], where=where, body=text, css=STYLE)


def _section(anchor: str, title: str, rows: list[str], words: dict[str, object]) -> str:
    caption = words["caption"].format(title=title, count=len(rows))
    listed = table(caption, words["heads"], rows, "changes")
    return (
        f'<section aria-labelledby="{anchor}">\n<h2 id="{anchor}">{escape(title)}</h2>\n'
        f"{listed}\n</section>"
    )


def _row(change: Change, words: Told, placed: bool) -> str:
    apart = " apart" if change.meets is False else ""
    where = f'<span class="at">{escape(words.where)}</span>' if placed and words.where else ""
    cells = [  # with roles, since narrow windows lay rows out as blocks
        f'<th scope="row" role="rowheader">{escape(words.what)}{where}</th>',
        f'<td role="cell" class="kind">{escape(words.kind)}</td>',
        f'<td role="cell" class="side">{_side(change.before, words.old)}</td>',
        f'<td role="cell" class="side after">{_side(change.after, words.new)}</td>',
        f'<td role="cell" class="remark">{escape(words.remark)}</td>',
    ]
    return f'<tr role="row" class="{change.kind}{apart}">{"".join(cells)}</tr>'


def _side(stated: Stated | None, text: str) -> str:
    if stated is None:
        return escape(text or "–")
    value = plain_number(stated.value)
    return f'<data value="{value}" data-figure="{escape(stated.key)}">{escape(text)}</data>'
