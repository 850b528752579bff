"""Diff: two states held against each other, figure by figure.

What did not change in substance is no change: the order of rows and files, encodings, blanks
in notes, another way to write the same value and interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from helpers.audit.diff.states import Row, State, Stated
from helpers.audit.page.recount import TALLY
from helpers.quantity import NEAR

__all__ = ["KINDS", "Change", "compare"]

KINDS = ("new", "dropped", "unit", "definition", "revised", "reworded", "derived",
         "programme", "rule", "policy")  # fmt: skip
COUNTED = ("programmes(", "parts(")


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
    units, rows = list(_units(old, new)), list(_rows(old, new))
    skipped = {key for change in units for key in change.figures}
    moved: dict[str, Change] = {}
    for key in _together(old.figures, new.figures):
        change = _figure(old.figures.get(key), new.figures.get(key))
        if change is not None and key not in skipped and not TALLY.fullmatch(change.subject):
            moved[key] = change
    programmes = [row.subject for row in rows if row.kind == "programme"]
    redefined = {row.subject for row in rows if row.kind == "definition"}
    figures = [
        change if change.subject in redefined
        else _consequence(change, {*moved, *skipped}, programmes, new)
        for change in moved.values()
    ]  # fmt: skip
    return sorted([*units, *figures, *rows], key=_order(old, new))


def _together(one: Iterable, other: Iterable) -> list:
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


def _consequence(change: Change, moved: set[str], programmes: Iterable[str], new: State) -> Change:
    """A measure that moved because its operands did, its formula being the same."""
    pair = change.before, change.after
    if None in pair or any(figure.kind != "measure" for figure in pair):
        return change
    inputs = dict.fromkeys(key for figure in pair for key in figure.inputs)
    operands = [key for key in inputs if key in moved]
    formula = new.rows.get(("definition", change.subject))
    if formula and any(word in "".join(formula.fields.values()) for word in COUNTED):
        place = change.figure.partition("|")[2]
        operands += [name for name in programmes if name.partition("|")[2] == place]
    return replace(change, kind="derived", operands=tuple(operands))


def _units(old: State, new: State) -> Iterator[Change]:
    """Another unit, told once for all figures of an indicator."""
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


def _rows(old: State, new: State) -> Iterator[Change]:
    """Rows that shape figures: those that came, went or say something else."""
    for name in _together(old.rows, new.rows):
        before, after = old.rows.get(name), new.rows.get(name)
        either, (kind, key) = after or before, name
        if before and after and before.fields == after.fields:
            continue
        figures = _shaped(kind, key, old, new)
        if kind in ("definition", "policy") and not figures:
            continue  # it shapes no figure that both sides state
        if "verdict" in either.fields and (before is None or after is None):
            rule = ("rule", key.partition("|")[0])
            if old.rows.get(rule) is None or new.rows.get(rule) is None:
                continue  # the rule itself came or went
        yield Change(
            kind, figures[0] if kind == "definition" else None, key,
            new.figures[figures[0]].area if kind == "definition" else either.area,
            new.figures[figures[0]].labels if kind == "definition" else either.labels,
            _told(before, after), _told(after, before), figures=figures,
        )  # fmt: skip


def _shaped(kind: str, key: str, old: State, new: State) -> tuple[str, ...]:
    """The figures that a definition or a rounding rule is about."""
    if kind == "definition":
        return tuple(k for k in new.figures if key in (k, k.partition("|")[0]) and k in old.figures)
    word = key.partition("|")[0]
    told = {k: f for state in (old, new) for k, f in state.figures.items() if kind == "policy"}
    return tuple(k for k, f in told.items() if f.qualifier == word and f.kind != "measure")


def _told(row: Row | None, other: Row | None) -> str | None:
    """What a row says that the other does not: of one that came or went, its first field."""
    if row is None:
        return None
    if other is None:
        name = "name_zh" if "name_zh" in row.fields else next(iter(row.fields))
        return row.fields[name]
    named = row.kind == "definition"
    differ = {n: text for n, text in row.fields.items() if other.fields.get(n) != text}
    return "; ".join(f"{name}: {text}" if named else text for name, text in differ.items())


def _order(old: State, new: State) -> Callable[[Change], tuple[object, ...]]:
    def placed(names: Iterable[str]) -> Mapping[str, int]:
        return {name: at for at, name in enumerate(names)}

    areas = placed(_together(old.areas, new.areas))
    slugs = placed(key for kind, key in _together(old.rows, new.rows) if kind == "definition")
    kinds = placed(KINDS)

    def key(change: Change) -> tuple[object, ...]:
        return (areas.get(change.area, len(areas)), change.figure is None,
                slugs.get(change.subject, len(slugs)), kinds[change.kind],
                change.figure or change.subject)  # fmt: skip

    return key
