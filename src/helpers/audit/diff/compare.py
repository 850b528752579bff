"""Diff: two states, of data folders or of editions of reports, held against each other.

A state holds figures by KEY, and of a data folder also the rows that shape them: definitions,
programmes, coherence rules with their verdicts, and the rounding policy. What did not change in
substance is no change: the order of rows and files, encodings, blanks in notes, another way to
write the same value and interval.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.analysis.measures import elsewhere
from helpers.audit.page.read import NotAReport, read_page
from helpers.audit.page.recount import TALLY, Recount, number, usual
from helpers.audit.page.verify import read_list
from helpers.data import load
from helpers.data.problems import DataRefused
from helpers.files import read_bytes
from helpers.quantity import NEAR, Interval
from helpers.telling import wording

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.data import Tables

__all__ = ["EDITION", "KINDS", "Change", "NothingToCompare", "Row", "State", "Stated", "compare",
           "listed", "read_state"]  # fmt: skip

FOLDER, EDITION = "folder", "edition"
KINDS = ("new", "dropped", "unit", "definition", "revised", "reworded", "derived",
         "programme", "rule", "policy")  # fmt: skip
Pair = tuple[str, str]  # in zh and en
# kind of change → tables, their keys, the stem of their labels, and the columns that count
ROWS = (
    ("definition", "indicators", ("indicator",), "label",
     ("label_zh", "label_en", "definition_zh", "definition_en", "measure_type", "counts",
      "additive")),
    ("definition", "measures", ("measure",), "label",
     ("label_zh", "label_en", "definition_zh", "definition_en", "numerator", "denominator",
      "scale")),
    ("definition", "comparables", ("indicator", "region", "period"), "label",
     ("definition", "definition_zh", "definition_en")),
    ("programme", "programmes", ("programme", "region", "period"), "name",
     ("area", "kind", "name_zh", "name_en", "level", "parts")),
    ("rule", "rules", ("rule",), "title", ("expression", "severity", "kind")),
    ("policy", "qualifiers", ("qualifier", "position"), "", ("lower", "upper")),
)  # fmt: skip
DATA = ("datapackage.json", "observations.csv", "observations")  # of which data have one


class NothingToCompare(ValueError):  # noqa: N818 - it says what the path is
    """The path is neither a data folder nor an edition of reports."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure as one state has it; ``inputs`` are the keys of its operands."""

    key: str
    value: Decimal
    interval: Interval
    unit: str = ""
    qualifier: str = ""
    written: str = ""
    kind: str = "indicator"
    area: str = ""
    labels: Pair = ("", "")
    texts: Pair = ("", "")
    inputs: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The indicator or measure."""
        return self.key.partition("|")[0]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that shapes figures: of a table, or the verdict of a rule on one place and period."""

    kind: str
    key: str
    fields: Mapping[str, str]
    area: str = ""
    labels: Pair = ("", "")


@dataclass(frozen=True)
class State:
    """Everything of one side of a comparison, in the office's order.

    ``rows`` are by (kind, key); ``areas`` and ``places`` (regions and periods) are names by code.
    """

    kind: str
    figures: Mapping[str, Stated]
    rows: Mapping[tuple[str, str], Row] = field(default_factory=dict)
    areas: Mapping[str, Pair] = field(default_factory=dict)
    places: Mapping[str, Pair] = field(default_factory=dict)


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
    labels: Pair = ("", "")
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


def read_state(path: Path) -> State:
    """The state of a data folder or of a folder of built reports.

    Raises NothingToCompare for any other path, DataRefused for data that are not fit.
    """
    if any(os.path.lexists(path / name) for name in DATA):
        return _folder(load(path))
    figures: dict[str, Stated] = {}
    found = False
    for page in sorted(path.rglob("*.html"), key=lambda p: (p.stem in ("overview", "index"), p)):
        try:
            entries = read_list(read_page(read_bytes(page, page.name)).figures)
        except (NotAReport, ValueError, DataRefused):
            continue
        found = True
        area = "" if page.stem in ("overview", "index") else page.stem
        told = (listed(key, entry, area) for key, entry in entries.items())
        figures = {one.key: one for one in told if one is not None} | figures
    if not found:
        raise NothingToCompare(str(path))
    return State(EDITION, figures, areas={f.area: (f.area,) * 2 for f in figures.values()})


def listed(key: str, entry: Mapping[str, object], area: str) -> Stated | None:
    """A figure of a page's list, None where the list is damaged there."""
    value, lower, upper = (number(entry.get(name)) for name in ("value", "lower", "upper"))
    if value is None or lower is None or upper is None or lower > upper:
        return None
    told = {name: str(text) for name, text in entry.items()}
    interval = Interval.point(lower) if lower == upper else Interval(lower, upper, True, False)
    unit, ends = told.get("unit", ""), [wording.grouped(e) for e in dict.fromkeys((lower, upper))]
    zh = told.get("as_written") or f"{'至'.join(ends)}{unit}".replace(",", "")
    inputs = entry.get("inputs", ())
    return Stated(
        key, value, interval, unit, told.get("qualifier", ""), told.get("as_written", ""),
        "measure" if "measure" in told else "indicator", area,
        (told.get("label_zh", key), told.get("label_en", key)),
        (zh, f"{' to '.join(ends)} {told.get('unit_en', unit)}".strip()),
        tuple(map(str, inputs)) if isinstance(inputs, list) else (),
    )  # fmt: skip


def _folder(tables: Tables) -> State:
    recount = Recount(tables)
    frames = (tables.observations, tables.programmes)
    pairs = (pair for f in frames for pair in zip(f["region"], f["period"], strict=True))
    places = list(filter(None, (recount.here(*pair) for pair in dict.fromkeys(pairs))))
    told = [figure for here in places for figure in here.book.values()]
    told += elsewhere(tables).values()
    rows = list(_table_rows(tables))
    for here in places:  # what the rules come to, those that could not be tested left out
        for judged in here.judgements:
            key = f"{judged.rule}|{here.region}|{here.period}"
            if judged.verdict != "untested":
                titles = judged.title_zh, judged.title_en
                rows.append(Row("rule", key, {"verdict": judged.verdict}, judged.area, titles))
    areas = {row.key: row.area for row in rows if row.kind == "definition"}
    figures: dict[str, Stated] = {}
    for figure in told:
        if figure.quantity is not None and figure.key not in figures:
            figures[figure.key] = _stated(figure, areas.get(figure.slug, ""), recount)
    names = {
        table: {str(row[table[:-1]]): _labels(row, stem) for row in _records(tables, table)}
        for table, stem in (("areas", "title"), ("regions", "name"), ("periods", "label"))
    }
    known = {(row.kind, row.key): row for row in rows}
    return State(FOLDER, figures, known, names["areas"], names["regions"] | names["periods"])


def _stated(figure: Figure, area: str, recount: Recount) -> Stated:
    quantity = figure.quantity
    return Stated(
        figure.key, quantity.value, quantity.interval, figure.unit, quantity.qualifier,
        figure.as_written, figure.kind, area, (figure.label_zh, figure.label_en),
        (usual(figure, "zh", recount.words), usual(figure, "en", recount.words)),
        tuple(f.key for f in figure.inputs),
    )  # fmt: skip


def _records(tables: Tables, table: str) -> list[dict[str, object]]:
    return getattr(tables, table).sort_values("position").to_dict("records")


def _labels(row: Mapping[str, object], stem: str) -> Pair:
    return str(row.get(f"{stem}_zh", "")), str(row.get(f"{stem}_en", ""))


def _table_rows(tables: Tables) -> Iterator[Row]:
    for kind, table, keys, stem, columns in ROWS:
        blank = "" if kind == "policy" else " "
        for row in getattr(tables, table).to_dict("records"):
            row["region"] = row.get("region") or row.get("place_en") or ""
            key = "|".join(str(row[name]) for name in keys)
            labels = _labels(row, stem) if stem else (key.strip("|").replace("|", " "),) * 2
            fields = {name: blank.join(str(row[name]).split()) for name in columns}
            yield Row(kind, key, fields, str(row.get("area", "")), labels)


def compare(old: State, new: State) -> list[Change]:
    """Every change of substance, in the office's order of areas and figures."""
    units, rows = list(_units(old, new)), list(_rows(old, new))
    skipped = {key for change in units for key in change.figures}
    moved: dict[str, Change] = {}
    for key in {**new.figures, **old.figures}:
        change = _figure(old.figures.get(key), new.figures.get(key))
        if change is not None and key not in skipped and not TALLY.fullmatch(change.subject):
            moved[key] = change
    redefined = {row.subject for row in rows if row.kind == "definition"}
    for key, change in moved.items():
        pair = change.before, change.after
        if all(one and one.kind == "measure" for one in pair) and change.subject not in redefined:
            inputs = dict.fromkeys(name for one in pair for name in one.inputs)
            operands = tuple(name for name in inputs if name in moved or name in skipped)
            moved[key] = replace(change, kind="derived", operands=operands)
    return sorted([*units, *moved.values(), *rows], key=_order(old, new))


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


def _units(old: State, new: State) -> Iterator[Change]:
    """Another unit, told once for all figures of an indicator."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for key, after in new.figures.items():
        before = old.figures.get(key)
        if before is not None and before.unit != after.unit:
            groups.setdefault((after.slug, before.unit, after.unit), []).append(key)
    for (slug, unit, other), keys in groups.items():
        before, after = old.figures[keys[0]], new.figures[keys[0]]
        yield Change("unit", keys[0], slug, after.area, after.labels, unit, other, before, after,
                     figures=tuple(keys))  # fmt: skip


def _rows(old: State, new: State) -> Iterator[Change]:
    """Rows that shape figures: those that came, went or say something else."""
    for kind, key in {**new.rows, **old.rows}:
        before, after = old.rows.get((kind, key)), new.rows.get((kind, key))
        either, rule = after or before, ("rule", key.partition("|")[0])
        if before and after and before.fields == after.fields:
            continue
        if "verdict" in either.fields and not (rule in old.rows and rule in new.rows):
            continue  # the rule itself came or went
        figures, first = _shaped(kind, key, old, new), None
        if kind in ("definition", "policy") and not figures:
            continue  # it shapes no figure that both sides state
        if kind == "definition":
            first = new.figures[figures[0]]
        yield Change(
            kind, first and first.key, key, (first or either).area, (first or either).labels,
            _told(before, after), _told(after, before), figures=figures,
        )  # fmt: skip


def _shaped(kind: str, key: str, old: State, new: State) -> tuple[str, ...]:
    """The figures that both sides state and a definition or a rounding rule is about."""
    word = key.partition("|")[0]
    if kind == "definition":
        return tuple(k for k in new.figures if key in (k, k.partition("|")[0]) and k in old.figures)
    told = {**old.figures, **new.figures} if kind == "policy" else {}
    return tuple(k for k, f in told.items() if f.qualifier == word and f.kind != "measure")


def _told(row: Row | None, other: Row | None) -> str | None:
    """What a row says that the other does not: of one that came or went, its first field."""
    if row is None:
        return None
    if other is None:
        return row.fields.get("name_zh") or next(iter(row.fields.values()))
    differ = {n: text for n, text in row.fields.items() if other.fields.get(n) != text}
    named = row.kind == "definition"
    return "; ".join(f"{name}: {text}" if named else text for name, text in differ.items())


def _order(old: State, new: State) -> Callable[[Change], tuple[object, ...]]:
    def placed(names: Iterable[str]) -> Mapping[str, int]:
        return {name: at for at, name in enumerate(dict.fromkeys(names))}

    areas, kinds = placed([*new.areas, *old.areas]), placed(KINDS)
    slugs = placed(key for kind, key in (*new.rows, *old.rows) if kind == "definition")

    def key(change: Change) -> tuple[object, ...]:
        return (areas.get(change.area, len(areas)), change.figure is None,
                slugs.get(change.subject, len(slugs)), kinds[change.kind],
                change.figure or change.subject)  # fmt: skip

    return key
