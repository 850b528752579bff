"""What a data folder, or an edition of reports, says: the two things that can be compared.

A state holds figures by KEY, and of a data folder also what shapes them: definitions,
programmes, coherence rules with their verdicts, and the rounding policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.audit.page.figures import read_list
from helpers.audit.page.read import NotAReport, read_page
from helpers.audit.page.recount import Recount, number, places_and_periods
from helpers.quantity import Interval
from helpers.telling import wording

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.data import Tables

__all__ = ["NothingToCompare", "State", "Stated", "read_state"]

FOLDER, EDITION = "folder", "edition"
Names = Mapping[str, tuple[str, str]]  # code → name in zh and en
Fields = Mapping[str, str]
DEFINED = {
    "indicators": ("indicator", ("label_zh", "label_en", "definition_zh", "definition_en",
                                 "measure_type", "counts", "additive")),
    "measures": ("measure", ("label_zh", "label_en", "definition_zh", "definition_en",
                             "numerator", "denominator", "scale")),
}  # fmt: skip
PROGRAMME = ("area", "kind", "name_zh", "name_en", "level", "parts")
RULE = ("expression", "severity", "kind")


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


@dataclass(frozen=True)
class State:
    """Everything of one side of a comparison, in the office's order."""

    kind: str
    figures: Mapping[str, Stated]
    areas: Names = field(default_factory=dict)
    places: Names = field(default_factory=dict)
    periods: Names = field(default_factory=dict)
    definitions: Mapping[str, Fields] = field(default_factory=dict)  # slug → its fields
    programmes: Mapping[str, Fields] = field(default_factory=dict)
    rules: Mapping[str, Fields] = field(default_factory=dict)
    verdicts: Mapping[str, str] = field(default_factory=dict)  # RULE|REGION|PERIOD → verdict
    policy: Mapping[tuple[str, str], str] = field(default_factory=dict)
    titles: Names = field(default_factory=dict)  # rule → what it checks


def read_state(path: Path) -> State:
    """The state of a data folder or of a folder of built reports.

    Raises NothingToCompare for any other path, DataRefused for data that are not fit.
    """
    if (path / "datapackage.json").is_file():
        from helpers.data import load

        return _folder(load(path))
    from helpers.data.files import read_bytes
    from helpers.data.problems import DataRefused

    pages = sorted(path.rglob("*.html")) if path.is_dir() else []
    figures: dict[str, Stated] = {}
    found = False
    for page in sorted(pages, key=lambda p: (p.stem in ("overview", "index"), p)):
        try:
            listed = read_list(read_page(read_bytes(page, page.name)).figures)
        except (NotAReport, ValueError, DataRefused):
            continue
        found = True
        area = "" if page.stem in ("overview", "index") else page.stem
        for key, entry in listed.items():
            stated = _listed(key, entry, area)
            if stated is not None:
                figures.setdefault(key, stated)
    if not found:
        raise NothingToCompare(str(path))
    areas = {f.area: (f.area, f.area) for f in figures.values() if f.area}
    return State(EDITION, figures, areas)


def _listed(key: str, entry: Mapping[str, object], area: str) -> Stated | None:
    """A figure of a page's list, None where the list is damaged there."""
    value, lower, upper = (number(entry.get(name)) for name in ("value", "lower", "upper"))
    if value is None or lower is None or upper is None or lower > upper:
        return None
    interval = Interval.point(lower) if lower == upper else Interval(lower, upper, True, False)
    unit, written = str(entry.get("unit", "")), str(entry.get("as_written", ""))
    ends = [wording.grouped(end) for end in dict.fromkeys((lower, upper))]
    return Stated(
        key, value, interval, unit, str(entry.get("qualifier", "")), written,
        "measure" if "measure" in entry else "indicator", area,
        (str(entry.get("label_zh", key)), str(entry.get("label_en", key))),
        (written or f"{'至'.join(ends)}{unit}".replace(",", ""),
         f"{' to '.join(ends)} {entry.get('unit_en', unit)}".strip()),
        tuple(str(name) for name in entry.get("inputs", ())),
    )  # fmt: skip


def _folder(tables: Tables) -> State:
    recount, areas = Recount(tables), _areas(tables)
    places = [recount.here(*place) for place in places_and_periods(tables)]
    told = [figure for here in places for figure in here.book.values()]
    told += [figure for figures in recount.others.values() for figure in figures]
    figures: dict[str, Stated] = {}
    for figure in told:
        if figure.quantity is not None and figure.key not in figures:
            figures[figure.key] = _stated(figure, areas.get(figure.slug, ""), recount)
    return State(
        FOLDER,
        figures,
        _names(tables, "areas", "area", "title"),
        _names(tables, "regions", "region", "name"),
        _names(tables, "periods", "period", "label"),
        _definitions(tables),
        {f"{r['programme']}|{r['region']}|{r['period']}": _fields(r, PROGRAMME)
         for r in tables.programmes.to_dict("records")},
        {str(r["rule"]): {**_fields(r, RULE), "area": str(r["area"])}
         for r in tables.rules.to_dict("records")},
        dict(_verdicts(recount)),
        {(str(r["qualifier"]), str(r["position"])): f"{_tight(r['lower'])}, {_tight(r['upper'])}"
         for r in tables.qualifiers.to_dict("records")},
        {str(r["rule"]): (str(r["title_zh"]), str(r["title_en"]))
         for r in tables.rules.to_dict("records")},
    )  # fmt: skip


def _stated(figure: Figure, area: str, recount: Recount) -> Stated:
    quantity = figure.quantity
    texts = tuple(wording.text(figure, lang, words=recount.words) for lang in ("zh", "en"))
    return Stated(
        figure.key, quantity.value, quantity.interval, figure.unit, quantity.qualifier,
        figure.as_written, figure.kind, area, (figure.label_zh, figure.label_en), texts,
        tuple(f.key for f in figure.inputs),
    )  # fmt: skip


def _areas(tables: Tables) -> dict[str, str]:
    """Indicator or measure → its area."""
    found = {}
    for table, (column, _) in DEFINED.items():
        frame = getattr(tables, table)
        found |= dict(zip(frame[column], frame["area"], strict=True))
    return found


def _names(tables: Tables, table: str, column: str, name: str) -> dict[str, tuple[str, str]]:
    rows = getattr(tables, table).sort_values("position").to_dict("records")
    return {str(r[column]): (str(r[f"{name}_zh"]), str(r[f"{name}_en"])) for r in rows}


def _definitions(tables: Tables) -> dict[str, Fields]:
    """Slug → what defines it; a comparable is defined by the note beside it, under its key."""
    found: dict[str, Fields] = {}
    for table, (column, fields) in DEFINED.items():
        rows = getattr(tables, table).sort_values(["area", "position"]).to_dict("records")
        found |= {str(row[column]): _fields(row, fields) for row in rows}
    for row in tables.comparables.to_dict("records"):
        key = f"{row['indicator']}|{row['region'] or row['place_en']}|{row['period']}"
        found[key] = _fields(row, ("definition", "definition_zh", "definition_en"))
    return found


def _fields(row: Mapping[str, object], names: Iterable[str]) -> dict[str, str]:
    """The cells as texts, without differences of blanks, which say nothing."""
    return {name: " ".join(str(row[name]).split()) for name in names}


def _tight(text: object) -> str:
    return "".join(str(text).split())


def _verdicts(recount: Recount) -> Iterator[tuple[str, str]]:
    for (region, period), here in recount.found.items():
        for judgement in here.judgements:
            yield f"{judgement.rule}|{region}|{period}", judgement.verdict
