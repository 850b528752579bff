"""Diff: two states held against each other, figure by figure.

What did not change in substance is no change: the order of rows and files, encodings, blanks
in notes, another way to write the same value and interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from helpers.audit.diff.states import State, Stated
from helpers.audit.page.recount import TALLY
from helpers.quantity import NEAR

__all__ = ["KINDS", "Change", "compare"]

KINDS = ("new", "dropped", "unit", "definition", "revised", "reworded", "derived",
         "programme", "rule", "policy")  # fmt: skip
COUNTED = ("programmes(", "parts(")
Known = dict[str, "Change"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change; ``before`` and ``after`` are figures, ``old`` and ``new`` what changed.

    ``figure`` is a KEY, None for what is no figure (a programme, a rule, the policy). ``meets``
    tells whether the intervals still meet, ``operands`` what a derived figure moved with,
    ``figures`` every KEY that a change of definition, unit or policy is about.
    """

    kind: str
    figure: str | None = None
    subject: str = ""
    area: str = ""
    labels: tuple[str, str] = ("", "")
    old: str | Decimal | None = None
    new: str | Decimal | None = None
    before: Stated | None = None
    after: Stated | None = None
    meets: bool | None = None
    operands: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()

    @property
    def difference(self) -> Decimal | None:
        """New less old value, None where there is no such difference."""
        if self.before is None or self.after is None or self.kind == "unit":
            return None
        return self.after.value - self.before.value

    @property
    def percent(self) -> Decimal | None:
        """The difference in percent of the old value, None where that is zero."""
        if self.difference is None or not self.before.value:
            return None
        return NEAR.divide(self.difference * 100, self.before.value)


def compare(old: State, new: State) -> list[Change]:
    """Every change of substance, in the office's order of areas and figures."""
    units = list(_units(old, new))
    moved: Known = {}
    skipped = {key for change in units for key in change.figures}
    redefined = list(_definitions(old, new))
    formulas = {change.subject for change in redefined}
    for key in _together(old.figures, new.figures):
        change = _figure(old.figures.get(key), new.figures.get(key))
        if change is not None and key not in skipped and not TALLY.fullmatch(key.split("|")[0]):
            moved[key] = change
    programmes = list(_programmes(old, new))
    touched = {**moved, **{key: change for change in units for key in change.figures}}
    figures = [_consequence(c, touched, programmes, formulas, new) for c in moved.values()]
    found = [*units, *redefined, *figures, *programmes, *_rules(old, new), *_policy(old, new)]
    return sorted(found, key=_order(old, new))


def _together(one: Iterable[str], other: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*other, *one]))


def _figure(before: Stated | None, after: Stated | None) -> Change | None:
    """What became of one figure, None where nothing of substance did."""
    either = after or before
    told = {
        "figure": either.key, "subject": either.slug, "area": either.area,
        "labels": either.labels, "before": before, "after": after,
        "old": before and before.value, "new": after and after.value,
    }  # fmt: skip
    if before is None or after is None:
        return Change("new" if before is None else "dropped", **told)
    same = (before.value, before.qualifier) == (after.value, after.qualifier)
    if same and before.interval == after.interval:
        return None
    meets = before.interval.meets(after.interval)
    if same and before.written == after.written and before.kind != "measure":
        return Change("policy", **told, meets=meets)  # the same words, read by another rule
    inside = before.interval.contains(after.value) or after.interval.contains(before.value)
    return Change("reworded" if meets and inside else "revised", **told, meets=meets)


def _consequence(
    change: Change, moved: Known, programmes: list[Change], formulas: set[str], new: State
) -> Change:
    """A measure that moved because its operands did, its formula being the same."""
    pair = change.before, change.after
    measured = None not in pair and all(f.kind == "measure" for f in pair)
    if not measured or change.subject in formulas:
        return change
    inputs = dict.fromkeys(key for figure in pair for key in figure.inputs)
    operands = [key for key in inputs if key in moved]
    text = "".join(new.definitions.get(change.subject, {}).values())
    if any(word in text for word in COUNTED):
        place = change.figure.partition("|")[2]
        operands += [c.subject for c in programmes if c.subject.partition("|")[2] == place]
    return replace(change, kind="derived", operands=tuple(operands))


def _units(old: State, new: State) -> Iterator[Change]:
    groups: dict[tuple[str, str, str], list[str]] = {}
    for key, after in new.figures.items():
        before = old.figures.get(key)
        if before is not None and before.unit != after.unit:
            groups.setdefault((after.slug, before.unit, after.unit), []).append(key)
    for (slug, unit, other), keys in groups.items():
        after = new.figures[keys[0]]
        yield Change(
            "unit", keys[0], slug, after.area, after.labels, unit, other,
            old.figures[keys[0]], after, figures=tuple(keys),
        )  # fmt: skip


def _definitions(old: State, new: State) -> Iterator[Change]:
    for slug in _together(old.definitions, new.definitions):
        before, after = old.definitions.get(slug), new.definitions.get(slug)
        if before is None or after is None or before == after:
            continue
        names = [name for name in after if before.get(name) != after[name]]
        keys = [k for k in new.figures if slug in (k, k.partition("|")[0]) and k in old.figures]
        if not keys:
            continue  # no figure of it stands on both sides
        stated = new.figures[keys[0]]
        yield Change(
            "definition", keys[0], slug, stated.area, stated.labels,
            "; ".join(f"{name}: {before.get(name, '')}" for name in names),
            "; ".join(f"{name}: {after[name]}" for name in names), figures=tuple(keys),
        )  # fmt: skip


def _programmes(old: State, new: State) -> Iterator[Change]:
    for name in _together(old.programmes, new.programmes):
        before, after = old.programmes.get(name), new.programmes.get(name)
        if before == after:
            continue
        either = after or before
        differ = [f for f in either if before is None or after is None or before[f] != after[f]]
        shown = ["name_zh"] if before is None or after is None else differ
        texts = [side and "; ".join(side[f] for f in shown) for side in (before, after)]
        labels = (either["name_zh"], either["name_en"])
        yield Change("programme", None, name, either["area"], labels, *texts)


def _rules(old: State, new: State) -> Iterator[Change]:
    """Rules that are other rules now, and rules that now come to another verdict."""

    def titles(rule: str) -> tuple[str, str]:
        return new.titles.get(rule) or old.titles.get(rule) or (rule, rule)

    for rule in _together(old.rules, new.rules):
        before, after = old.rules.get(rule), new.rules.get(rule)
        either = after or before
        if before != after:
            differ = [f for f in either if before is None or after is None or before[f] != after[f]]
            shown = ["expression"] if before is None or after is None else differ
            texts = [side and " · ".join(side[f] for f in shown) for side in (before, after)]
            yield Change("rule", None, rule, either["area"], titles(rule), *texts)
    for name in _together(old.verdicts, new.verdicts):
        rule = name.partition("|")[0]
        before, after = old.verdicts.get(name), new.verdicts.get(name)
        same_rule = old.rules.get(rule) == new.rules.get(rule)
        if before != after and same_rule and not {before, after} <= {"untested", None}:
            area = new.rules[rule]["area"]
            yield Change("rule", None, name, area, titles(rule), before, after)


def _policy(old: State, new: State) -> Iterator[Change]:
    """Rounding rules that read otherwise now, of words that figures use."""
    for word, position in _together(old.policy, new.policy):
        before, after = old.policy.get((word, position)), new.policy.get((word, position))
        keys = [k for state in (new, old) for k, f in state.figures.items()
                if f.qualifier == word and f.kind != "measure"]  # fmt: skip
        if before != after and keys:
            name = f"{word or '—'} ({position})"
            told = tuple(dict.fromkeys(keys))
            yield Change("policy", None, name, "", (name, name), before, after, figures=told)


def _order(old: State, new: State) -> Callable[[Change], tuple[object, ...]]:
    areas = {area: at for at, area in enumerate(_together(old.areas, new.areas))}
    slugs = {slug: at for at, slug in enumerate(_together(old.definitions, new.definitions))}
    kinds = {kind: at for at, kind in enumerate(KINDS)}

    def key(change: Change) -> tuple[object, ...]:
        area = areas.get(change.area, len(areas))
        alone = change.figure is None
        return (area, alone, slugs.get(change.subject, len(slugs)), kinds[change.kind],
                change.figure or change.subject)  # fmt: skip

    return key
