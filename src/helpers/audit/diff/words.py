"""Changes in words, for the terminal and for a page, in Chinese and in English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from helpers.audit.page.recount import LANGS
from helpers.telling.wording import grouped

if TYPE_CHECKING:
    from helpers.audit.diff.compare import Change
    from helpers.audit.diff.states import State

__all__ = ["KIND_WORDS", "Told", "as_json", "by_area", "lines", "tally", "told"]

KIND_WORDS = {
    "new": ("新增", "new"),
    "dropped": ("删去", "dropped"),
    "unit": ("单位改变", "unit changed"),
    "definition": ("口径改变", "definition changed"),
    "revised": ("修订", "revised"),
    "reworded": ("改写", "reworded"),
    "derived": ("随之变动", "moved in consequence"),
    "programme": ("项目", "programme"),
    "rule": ("核对规则", "coherence rule"),
    "policy": ("约数规则", "rounding policy"),
}
# what is no figure comes, goes or changes: the programme was dropped, the rule is new
CAME = {("new", "zh"): "（新增）", ("dropped", "zh"): "（删去）",
        ("new", "en"): " (new)", ("dropped", "en"): " (dropped)"}  # fmt: skip
ELSEWHERE = ("其他", "Other")
VERDICTS = {
    "holds": ("成立", "holds"),
    "open": ("两可", "left open by rounding"),
    "broken": ("不成立", "does not hold"),
    "untested": ("无法核对", "cannot be tested"),
}
FIELDS = {
    "label_zh": ("名称：", "Chinese name: "),
    "label_en": ("英文名称：", "name: "),
    "definition_zh": ("口径：", "Chinese definition: "),
    "definition_en": ("英文口径：", "definition: "),
    "definition": ("可比性：", "comparability: "),
    "measure_type": ("性质：", "kind: "),
    "counts": ("计数对象：", "counts: "),
    "additive": ("可加：", "additive: "),
    "numerator": ("分子：", "numerator: "),
    "denominator": ("分母：", "denominator: "),
    "scale": ("倍数：", "scale: "),
}


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
    where = change.figure if change.figure and len(change.figures) < 2 else None
    if change.figure is None and change.subject.count("|") == 2:
        where = change.subject
    before, after = _sides(change, at)
    return Told(
        change.labels[at] or change.subject,
        _where(where, old, new, at) if where else "",
        KIND_WORDS[change.kind][at] + _came(change, lang),
        before,
        after,
        _remark(change, old, new, lang),
    )


def _came(change: Change, lang: str) -> str:
    if change.kind not in ("programme", "rule", "policy") or None not in (change.old, change.new):
        return ""
    return CAME["new" if change.old is None else "dropped", lang]


def _sides(change: Change, at: int) -> tuple[str, str]:
    if change.before or change.after:
        texts = [side.texts[at] or grouped(side.value) if side else ""
                 for side in (change.before, change.after)]  # fmt: skip
        return texts[0], texts[1]
    sides = [str(side) if side else "" for side in (change.old, change.new)]
    words = [VERDICTS[side][at] if side in VERDICTS else side for side in sides]
    if change.kind == "definition":
        for name, names in FIELDS.items():
            words = [re.sub(rf"(^|; ){name}: ", rf"\1{names[at]}", side) for side in words]
    return words[0], words[1]


def _where(key: str, old: State, new: State, at: int) -> str:
    _, region, period = key.split("|", 2)
    place = (new.places.get(region) or old.places.get(region) or (region, region))[at]
    when = (new.periods.get(period) or old.periods.get(period) or (period, period))[at]
    return f"{place} · {when}"


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
        if name in state.programmes:
            return state.programmes[name]["name_en" if at else "name_zh"]
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
