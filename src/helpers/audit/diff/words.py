"""Changes in words, for the terminal and for a page, in Chinese and in English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from helpers.analysis.figures import plain_number
from helpers.audit.diff.compare import KINDS
from helpers.audit.shell import page, table
from helpers.telling.wording import grouped

if TYPE_CHECKING:
    from helpers.audit.diff.compare import Change
    from helpers.audit.diff.states import State, Stated

__all__ = ["Told", "as_json", "by_area", "lines", "render", "tally", "told"]

LANGS = ("zh", "en")
KIND_WORDS = dict(zip(KINDS, (
    ("新增", "new"), ("删去", "dropped"), ("单位改变", "unit changed"),
    ("口径改变", "definition changed"), ("修订", "revised"), ("改写", "reworded"),
    ("随之变动", "moved in consequence"), ("项目", "programme"), ("核对规则", "coherence rule"),
    ("约数规则", "rounding policy"),
), strict=True))  # fmt: skip
CAME = {
    (True, 0): "（新增）",
    (False, 0): "（删去）",
    (True, 1): " (new)",
    (False, 1): " (dropped)",
}
ELSEWHERE = ("其他", "Other")
# what stands in cells → in words
VERDICTS = {
    "holds": ("成立", "holds"),
    "open": ("两可", "left open by rounding"),
    "broken": ("不成立", "does not hold"),
}
FIELDS = {
    "label_zh": ("名称", "Chinese name"),
    "label_en": ("英文名称", "name"),
    "definition_zh": ("口径", "Chinese definition"),
    "definition_en": ("英文口径", "definition"),
    "definition": ("可比性", "comparability"),
    "measure_type": ("性质", "kind"),
    "counts": ("计数对象", "counts"),
    "additive": ("可加", "additive"),
    "numerator": ("分子", "numerator"),
    "denominator": ("分母", "denominator"),
    "scale": ("倍数", "scale"),
}
NAMED = re.compile(rf"(^|; )({'|'.join(sorted(FIELDS, key=len, reverse=True))}): ")


class Told(NamedTuple):
    """A change in words; ``where`` is the reference area and period, "" where there is none."""

    what: str
    where: str
    kind: str
    old: str
    new: str
    remark: str

    def line(self, lang: str) -> str:
        """The change on one line of a terminal."""
        place = f"（{self.where}）" if lang == "zh" else f" ({self.where})"
        colon, comma = ("：", "，") if lang == "zh" else (": ", ", ")
        moved = f"{self.old} → {self.new}" if self.old and self.new else self.old or self.new
        tail = f"{comma}{self.remark}" if self.remark else ""
        return f"{self.kind} · {self.what}{place if self.where else ''}{colon}{moved}{tail}"


def by_area(
    changes: Iterable[Change], old: State, new: State, lang: str
) -> list[tuple[str, list[Change]]]:
    """The changes under their areas' titles, in the order they come."""
    at = LANGS.index(lang)
    groups: dict[str, list[Change]] = {}
    for change in changes:
        names = new.areas.get(change.area) or old.areas.get(change.area) or ELSEWHERE
        groups.setdefault(names[at], []).append(change)
    return list(groups.items())


def told(change: Change, old: State, new: State, lang: str) -> Told:
    """A change in words."""
    at = LANGS.index(lang)
    key = change.figure if len(change.figures) < 2 else None
    if change.figure is None and change.subject.count("|") == 2:
        key = change.subject
    names = new.places | old.places if key else {}
    where = [names.get(code, (code, code))[at] for code in key.split("|")[1:]] if key else ()
    came = ""
    if change.figure is None and None in (change.old, change.new):
        came = CAME[change.old is None, at]
    return Told(
        change.labels[at] or change.subject, " · ".join(where), KIND_WORDS[change.kind][at] + came,
        _side(change, change.before, change.old, at), _side(change, change.after, change.new, at),
        _remark(change, old, new, lang),
    )  # fmt: skip


def _side(change: Change, stated: Stated | None, text: object, at: int) -> str:
    if change.before or change.after:
        return (stated.texts[at] or grouped(stated.value)) if stated else ""
    words = VERDICTS.get(str(text), (str(text or ""),) * 2)[at]
    return NAMED.sub(lambda m: f"{m[1]}{FIELDS[m[2]][at]}{'：' if not at else ': '}", words)


def _remark(change: Change, old: State, new: State, lang: str) -> str:
    zh = lang == "zh"
    parts = []
    if change.difference is not None:
        parts.append(_moved(change, zh))
    if change.meets is not None and change.kind in ("revised", "derived"):
        still = ("区间仍相交", "the intervals still meet")
        apart = ("区间不再相交", "the intervals no longer meet")
        parts.append((still if change.meets else apart)[not zh])
    if change.operands:
        names = [_operand(name, old, new, LANGS.index(lang)) for name in change.operands]
        parts.append(f"因为{'、'.join(names)}变了" if zh else f"because of {', '.join(names)}")
    if len(change.figures) > 1:
        count = len(change.figures)
        parts.append(f"涉及{count}个数字" if zh else f"{count} figures")
    return ("，" if zh else ", ").join(filter(None, parts))


def _moved(change: Change, zh: bool) -> str:
    difference, percent = change.difference, change.percent
    if not difference:
        return "数值未变" if zh else "same value"
    if (change.after or change.before).unit == "%":
        return f"{_signed(difference)}{'个百分点' if zh else ' percentage points'}"
    if percent is None:
        return _signed(difference)
    signed, share = _signed(difference), f"{_signed(percent)}%"
    return f"{signed}（{share}）" if zh else f"{signed} ({share})"


def _signed(number: Decimal) -> str:
    """A difference with its sign, never rounded away to nothing."""
    size = abs(number)
    shown = grouped(size) if size >= Decimal("0.1") else f"{float(f'{float(size):.2g}'):f}"
    return f"{'+' if number > 0 else '−'}{shown.rstrip('0').rstrip('.') if '.' in shown else shown}"


def _operand(name: str, old: State, new: State, at: int) -> str:
    for state in (new, old):
        if name in state.figures:
            return state.figures[name].labels[at]
        if ("programme", name) in state.rows:
            return state.rows["programme", name].labels[at]
    return name


def tally(changes: Sequence[Change], lang: str) -> str:
    """How many changes of each kind, in one line."""
    at = LANGS.index(lang)
    if not changes:
        return ("没有实质性变化", "nothing changed in substance")[at]
    counts = Counter(change.kind for change in changes)
    listed = [f"{KIND_WORDS[kind][at]} {counts[kind]}" for kind in KIND_WORDS if counts[kind]]
    whole = (
        f"共 {len(changes)} 处变化",
        f"{len(changes)} change{'s' if len(changes) > 1 else ''}",
    )[at]
    return f"{whole}{('：', ': ')[at]}{('，', ', ')[at].join(listed)}"


def lines(changes: Sequence[Change], old: State, new: State, lang: str) -> list[str]:
    """The changes for a terminal: a heading an area, a line a change, a closing count.

    The reference area and period stand once at the top where several changes share them.
    """
    groups = [
        (title, [told(change, old, new, lang) for change in group])
        for title, group in by_area(changes, old, new, lang)
    ]
    places = {one.where for _, group in groups for one in group} - {""}
    shared = len(places) == 1 and len(changes) > 1
    found = list(places) if shared else []
    for title, group in groups:
        found.append(title)
        for one in group:
            short = one._replace(where="") if shared else one
            found.append(f"  {short.line(lang)}")
    return [*found, tally(changes, lang)]


def as_json(change: Change, old: State, new: State, lang: str) -> dict[str, object]:
    """The object that ``--json`` prints: figure, kind, old, new, and what is known of them."""
    words = told(change, old, new, lang)
    found: dict[str, object] = {
        "figure": change.figure, "kind": change.kind,
        "old": _number(change.old), "new": _number(change.new),
        "subject": change.subject, "area": change.area, "label": words.what,
    }  # fmt: skip
    for name, side in (("old", change.before), ("new", change.after)):
        if side is not None:
            found[f"{name}_written"] = side.written or side.texts[LANGS.index(lang)]
            found[f"{name}_lower"] = _number(side.interval.lower)
            found[f"{name}_upper"] = _number(side.interval.upper)
            found[f"{name}_unit"] = side.unit
    if change.difference is not None:
        found |= {"difference": _number(change.difference), "percent": _number(change.percent)}
    if change.meets is not None:
        found["meets"] = change.meets
    if change.kind == "derived":
        found["operands"] = list(change.operands)
    if change.figures:
        found["figures"] = list(change.figures)
    return found


def _number(value: object) -> object:
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        return int(value) if value == value.to_integral_value() else float(value)
    return value


PAGE = {
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
    words = PAGE[lang]
    body = [f'<p class="say">{escape(tally(changes, lang))}</p>']
    places = {told(change, old, new, lang).where for change in changes} - {""}
    if len(places) == 1:  # said once, not in every row
        body.append(f'<p class="note">{escape(places.pop())}</p>')
        places = set()
    for number, (title, group) in enumerate(by_area(changes, old, new, lang), 1):
        rows = [_row(change, told(change, old, new, lang), bool(places)) for change in group]
        caption = words["caption"].format(title=title, count=len(rows))
        listed = table(caption, words["heads"], rows, "changes")
        head = f'<h2 id="s{number}">{escape(title)}</h2>'
        body.append(f'<section aria-labelledby="s{number}">\n{head}\n{listed}\n</section>')
    body.append(f'<p class="note">{escape(words["none"])}</p>')
    where = f"{names[0]} → {names[1]}"
    text = "\n".join(body)
    return page(lang, words["title"], where=where, body=text, css=STYLE)


def _row(change: Change, words: Told, placed: bool) -> str:
    apart = " apart" if change.meets is False else ""
    where = f'<span class="at">{escape(words.where)}</span>' if placed and words.where else ""
    cells = [  # with roles, since narrow windows lay rows out as blocks
        f'<th scope="row" role="rowheader">{escape(words.what)}{where}</th>',
        f'<td role="cell" class="kind">{escape(words.kind)}</td>',
        f'<td role="cell" class="side">{_cell(change.before, words.old)}</td>',
        f'<td role="cell" class="side after">{_cell(change.after, words.new)}</td>',
        f'<td role="cell" class="remark">{escape(words.remark)}</td>',
    ]
    return f'<tr role="row" class="{change.kind}{apart}">{"".join(cells)}</tr>'


def _cell(stated: Stated | None, text: str) -> str:
    if stated is None:
        return escape(text or "–")
    value = plain_number(stated.value)
    return f'<data value="{value}" data-figure="{escape(stated.key)}">{escape(text)}</data>'
