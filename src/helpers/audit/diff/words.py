"""Changes in words, for the terminal and for a page, in Chinese and in English."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from helpers.analysis.figures import plain_number
from helpers.audit.diff.compare import KINDS
from helpers.audit.shell import page, table
from helpers.telling.wording import grouped

if TYPE_CHECKING:
    from helpers.audit.diff.compare import Change, State, Stated

__all__ = ["Told", "as_json", "lines", "render", "tally", "told"]

HERE = Path(__file__).resolve().parent
WORDS = json.loads((HERE / "words.json").read_text(encoding="utf-8"))
NAMED = re.compile(rf"(^|; )({'|'.join(sorted(WORDS['en']['fields'], key=len, reverse=True))}): ")


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
        w = WORDS[lang]
        place = w["where"].format(self.where) if self.where else ""
        moved = " → ".join(filter(None, (self.old, self.new)))
        tail = f"{w['comma']}{self.remark}" if self.remark else ""
        return f"{self.kind} · {self.what}{place}{w['colon']}{moved}{tail}"


def told(change: Change, old: State, new: State, lang: str) -> Told:
    """A change in words."""
    w, at = WORDS[lang], lang == "en"
    key = change.figure if len(change.figures) < 2 else None
    if change.figure is None and change.subject.count("|") == 2:
        key = change.subject
    names = {**old.places, **new.places} if key else {}
    where = [names.get(code, (code, code))[at] for code in key.split("|")[1:]] if key else ()
    came = ""
    if change.figure is None and None in (change.old, change.new):
        came = w["new" if change.old is None else "dropped"]
    sides = ((change.before, change.old), (change.after, change.new))
    return Told(
        change.labels[at] or change.subject, " · ".join(where), w["kinds"][change.kind] + came,
        *(_side(change, *side, lang) for side in sides), _remark(change, old, new, lang),
    )  # fmt: skip


def _side(change: Change, stated: Stated | None, text: object, lang: str) -> str:
    w = WORDS[lang]
    if change.before or change.after:
        return (stated.texts[lang == "en"] or grouped(stated.value)) if stated else ""
    words = w["verdicts"].get(str(text), str(text or ""))
    return NAMED.sub(lambda m: f"{m[1]}{w['fields'][m[2]]}{w['colon']}", words)


def _remark(change: Change, old: State, new: State, lang: str) -> str:
    w, parts = WORDS[lang], []
    if change.difference is not None:
        parts.append(_moved(change, lang))
    if change.meets is not None and change.kind in ("revised", "derived"):
        parts.append(w["meets" if change.meets else "apart"])
    if change.operands:
        known = {**old.figures, **new.figures}
        names = (known[k].labels[lang == "en"] if k in known else k for k in change.operands)
        parts.append(w["because"].format(w["list"].join(names)))
    if len(change.figures) > 1:
        parts.append(w["many"].format(len(change.figures)))
    return w["comma"].join(parts)


def _moved(change: Change, lang: str) -> str:
    w, difference, percent = WORDS[lang], change.difference, change.percent
    if not difference:
        return w["same"]
    if change.after.unit == "%":
        return w["points"].format(_signed(difference))
    if percent is None:
        return _signed(difference)
    return w["signed"].format(_signed(difference), _signed(percent))


def _signed(number: Decimal) -> str:
    """A difference with its sign, never rounded away to nothing."""
    size = abs(number)
    shown = grouped(size) if size >= Decimal("0.1") else f"{float(f'{float(size):.2g}'):f}"
    return f"{'+' if number > 0 else '−'}{shown.rstrip('0').rstrip('.') if '.' in shown else shown}"


def tally(changes: Sequence[Change], lang: str) -> str:
    """How many changes of each kind, in one line."""
    w, counts = WORDS[lang], Counter(change.kind for change in changes)
    if not changes:
        return w["nothing"]
    whole = w["one" if len(changes) == 1 else "all"].format(len(changes))
    each = (f"{w['kinds'][kind]} {counts[kind]}" for kind in KINDS if counts[kind])
    return f"{whole}{w['colon']}{w['comma'].join(each)}"


def _by_area(
    changes: Iterable[Change], old: State, new: State, lang: str
) -> tuple[str, dict[str, list[tuple[Change, Told]]]]:
    """The reference area and period that all changes share ("" where they do not), and under the
    title of each area its changes in words, without what they share.
    """
    areas, groups = {**old.areas, **new.areas}, {}
    pairs = [(change, told(change, old, new, lang)) for change in changes]
    places = {words.where for _, words in pairs} - {""}
    shared = places.pop() if len(places) == 1 and len(pairs) > 1 else ""
    for change, words in pairs:
        names = areas.get(change.area, (WORDS["zh"]["elsewhere"], WORDS["en"]["elsewhere"]))
        short = words._replace(where="") if shared else words
        groups.setdefault(names[lang == "en"], []).append((change, short))
    return shared, groups


def lines(changes: Sequence[Change], old: State, new: State, lang: str) -> list[str]:
    """The changes for a terminal: a heading an area, a line a change, a closing count.

    The reference area and period stand once at the top where several changes share them.
    """
    shared, groups = _by_area(changes, old, new, lang)
    found = [shared] if shared else []
    for title, group in groups.items():
        found += [title, *(f"  {words.line(lang)}" for _, words in group)]
    return [*found, tally(changes, lang)]


def as_json(change: Change, old: State, new: State, lang: str) -> dict[str, object]:
    """The object that ``--json`` prints: figure, kind, old, new, and what is known of them."""
    found: dict[str, object] = {
        "figure": change.figure, "kind": change.kind,
        "old": _number(change.old), "new": _number(change.new),
        "subject": change.subject, "area": change.area,
        "label": told(change, old, new, lang).what,
    }  # fmt: skip
    for name, side in (("old", change.before), ("new", change.after)):
        if side is not None:
            found[f"{name}_written"] = side.written or side.texts[lang == "en"]
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
        return plain_number(value) if value.is_finite() else None
    return value


def render(
    changes: Sequence[Change], old: State, new: State, lang: str, names: tuple[str, str]
) -> str:
    """The page of a comparison; ``names`` are what the two states are called."""
    w, body = WORDS[lang], [f'<p class="say">{escape(tally(changes, lang))}</p>']
    shared, groups = _by_area(changes, old, new, lang)
    if shared:
        body.append(f'<p class="note">{escape(shared)}</p>')
    for number, (title, group) in enumerate(groups.items(), 1):
        caption = w["caption"].format(title=title, count=len(group))
        listed = table(caption, w["heads"], (_row(*pair) for pair in group), "changes")
        head = f'<h2 id="s{number}">{escape(title)}</h2>'
        body.append(f'<section aria-labelledby="s{number}">\n{head}\n{listed}\n</section>')
    body.append(f'<p class="note">{escape(w["none"])}</p>')
    css = (HERE / "diff.css").read_text(encoding="utf-8").strip()
    return page(lang, w["title"], where=" → ".join(names), body="\n".join(body), css=css)


def _row(change: Change, words: Told) -> str:
    apart = " apart" if change.meets is False else ""
    where = f'<span class="at">{escape(words.where)}</span>' if words.where else ""
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
