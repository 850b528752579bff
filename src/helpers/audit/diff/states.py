"""What a data folder, or an edition of reports, says: the two things that can be compared.

A state holds figures by KEY, and of a data folder also the rows that shape them: definitions,
programmes, coherence rules with their verdicts, and the rounding policy.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.analysis.measures import elsewhere
from helpers.audit.page.read import NotAReport, read_page
from helpers.audit.page.recount import Recount, number, usual
from helpers.audit.page.verify import read_list
from helpers.data import load
from helpers.data.problems import DataRefused
from helpers.files import read_bytes
from helpers.quantity import Interval
from helpers.telling import wording

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.data import Tables

__all__ = ["EDITION", "NothingToCompare", "Row", "State", "Stated", "listed", "read_state"]

FOLDER, EDITION = "folder", "edition"
Names = Mapping[str, tuple[str, str]]  # code → name in zh and en
# kind of change → tables, their keys, and the columns that count, in the office's order
ROWS = (
    ("definition", "indicators", ("indicator",),
     ("label_zh", "label_en", "definition_zh", "definition_en", "measure_type", "counts",
      "additive")),
    ("definition", "measures", ("measure",),
     ("label_zh", "label_en", "definition_zh", "definition_en", "numerator", "denominator",
      "scale")),
    ("definition", "comparables", ("indicator", "place", "period"),
     ("definition", "definition_zh", "definition_en")),
    ("programme", "programmes", ("programme", "region", "period"),
     ("area", "kind", "name_zh", "name_en", "level", "parts")),
    ("rule", "rules", ("rule",), ("expression", "severity", "kind")),
    ("policy", "qualifiers", ("qualifier", "position"), ("lower", "upper")),
)  # fmt: skip
LABELS = ("label", "name", "title")
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
    labels: tuple[str, str] = ("", "")
    texts: tuple[str, str] = ("", "")
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
    labels: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class State:
    """Everything of one side of a comparison, in the office's order.

    ``rows`` are by (kind, key); ``areas`` and ``places`` (regions and periods) are names by code.
    """

    kind: str
    figures: Mapping[str, Stated]
    rows: Mapping[tuple[str, str], Row] = field(default_factory=dict)
    areas: Names = field(default_factory=dict)
    places: Names = field(default_factory=dict)


def read_state(path: Path) -> State:
    """The state of a data folder or of a folder of built reports.

    Raises NothingToCompare for any other path, DataRefused for data that are not fit.
    """
    if any(os.path.lexists(path / name) for name in DATA):
        return _folder(load(path))
    pages = sorted(path.rglob("*.html")) if path.is_dir() else []
    figures: dict[str, Stated] = {}
    found = False
    for page in sorted(pages, key=lambda p: (p.stem in ("overview", "index"), p)):
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
    places = filter(None, (recount.here(*pair) for pair in dict.fromkeys(pairs)))
    told = [figure for here in places for figure in here.book.values()]
    told += list(elsewhere(tables).values())
    rows = {(row.kind, row.key): row for row in (*_rows(tables), *_verdicts(recount))}
    areas = {key: row.area for (kind, key), row in rows.items() if kind == "definition"}
    figures: dict[str, Stated] = {}
    for figure in told:
        if figure.quantity is not None and figure.key not in figures:
            figures[figure.key] = _stated(figure, areas.get(figure.slug, ""), recount)
    names = {table: _names(tables, table) for table in ("areas", "regions", "periods")}
    return State(FOLDER, figures, rows, names["areas"], names["regions"] | names["periods"])


def _stated(figure: Figure, area: str, recount: Recount) -> Stated:
    quantity = figure.quantity
    return Stated(
        figure.key, quantity.value, quantity.interval, figure.unit, quantity.qualifier,
        figure.as_written, figure.kind, area, (figure.label_zh, figure.label_en),
        (usual(figure, "zh", recount.words), usual(figure, "en", recount.words)),
        tuple(f.key for f in figure.inputs),
    )  # fmt: skip


def _names(tables: Tables, table: str) -> dict[str, tuple[str, str]]:
    rows = getattr(tables, table).sort_values("position").to_dict("records")
    return {str(row[table.removesuffix("s")]): _labels(row) for row in rows}


def _labels(row: Mapping[str, object]) -> tuple[str, str]:
    if "qualifier" in row and "position" in row and "lower" in row:
        return (f"{row['qualifier'] or '—'} ({row['position']})",) * 2
    name = next((name for name in LABELS if f"{name}_zh" in row), "")
    return str(row.get(f"{name}_zh", "")), str(row.get(f"{name}_en", ""))


def _rows(tables: Tables) -> Iterator[Row]:
    for kind, table, keys, columns in ROWS:
        blank = "" if kind == "policy" else " "
        for row in getattr(tables, table).to_dict("records"):
            place = str(row.get("region") or row.get("place_en") or "")
            names = [place if name == "place" else str(row[name]) for name in keys]
            fields = {name: blank.join(str(row[name]).split()) for name in columns}
            yield Row(kind, "|".join(names), fields, str(row.get("area", "")), _labels(row))


def _verdicts(recount: Recount) -> Iterator[Row]:
    """What the coherence rules come to, those that could not be tested left out."""
    for (region, period), here in recount.found.items():
        for judged in here.judgements:
            if judged.verdict != "untested":
                key, titles = f"{judged.rule}|{region}|{period}", (judged.title_zh, judged.title_en)
                yield Row("rule", key, {"verdict": judged.verdict}, judged.area, titles)
