"""A slice: the rows of a folder that the report of one area and region is made from.

It holds the observations, programmes and targets of the region, its parent and the regions
beside and below it, over all periods, for the indicators of the area and those that its `also`
names, with what their measures and rules need; and of the other tables the rows about these.
A report is given its slice and reads nothing else of the folder.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .folder import OBSERVATIONS
from .formulas import FormulaError, Term, braced, terms

if TYPE_CHECKING:
    from .codebook import Table
    from .folder import Folder
    from .load import Tables
    from .sheets import Sheet

__all__ = ["OVERVIEW", "SUFFIX", "Slice", "cut", "near", "read_slice"]

OVERVIEW = "overview"  # the area that takes all areas
SUFFIX = ".slice"
FORM = 1  # of the bytes; a program reads only its own
MOST_BESIDE = 100  # regions of one parent: no report compares more, and none is given more
MOST_HELD = 256  # files of regions in memory: all that one slice may need, for the next one
LINE = ""  # key of a row's encoded form beside its texts; no column is called so
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows cut for one area and region.

    `digest` is the SHA-256 of all of it, `tables` that of each table's part by file name.
    """

    area: str
    region: str
    digest: str
    tables: Mapping[str, str]
    content: bytes = field(repr=False)

    def to_bytes(self) -> bytes:
        """What `read_slice` reads: the same rows give the same bytes, wherever they lay."""
        return self.content


def cut(folder: "Folder", area: str, region: str) -> Slice:
    """The slice of one area (or `overview`) and region of a folder that was read.

    Raises LookupError for an area or region that the folder does not have. Nothing is judged
    here: cut from a folder that `check` refuses, a slice is as wrong as the folder.
    """
    return _cutter(folder).cut(area, region)


def near(folder: "Folder", region: str) -> set[str]:
    """The regions whose rows are in the slices of a region, itself among them."""
    return {region, *_cutter(folder).near(region)}


def read_slice(source: "str | Path | bytes") -> "Tables":
    """The tables in a slice: as `load` gives them, with the rows that the slice holds.

    `hashes` are those of the tables' parts. Raises ValueError for bytes that are no slice of
    this program's form, OSError for a file that cannot be read.
    """
    from .load import Tables, frame_of

    place = Path() if isinstance(source, bytes) else Path(source)
    content = source if isinstance(source, bytes) else place.read_bytes()
    try:
        held = json.loads(content)
        form, simulated, parts = held["slice"], held["simulated"], held["tables"]
        names = frozenset(held["names"])
    except (ValueError, TypeError, KeyError):
        form, simulated, parts, names = None, False, [], frozenset()
    if form != FORM:
        raise ValueError(f"不是本程序的数据切片 / not a slice of this program: {str(source)[:80]}")
    frames = {part["name"]: frame_of(part["columns"], part["rows"]) for part in parts}
    hashes = {part["file"]: _digest(_encoded(part)) for part in parts}
    files = {part["name"]: part["file"] for part in parts}
    return Tables(place, frames, hashes, simulated, (), files, names)


def _encoded(part: object) -> bytes:
    return json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _cutter(folder: "Folder") -> "_Cutter":
    if folder.index is None:
        folder.index = _Cutter(folder)
    return folder.index


class _Cutter:
    """A folder's rows, encoded once for all its slices."""

    def __init__(self, folder: "Folder") -> None:
        self.folder = folder
        self.rows = {name: _rows(sheet) for name, sheet in folder.sheets.items()}
        figures = {row["indicator"] for row in self.of("indicators")}
        self.names = sorted(figures | {row["measure"] for row in self.of("measures")})
        self._region = lru_cache(MOST_HELD)(self._region_read)

    def of(self, table: str, **where: Collection[str] | None) -> list[Row]:
        """The rows of a table that have one of some values in each column named. None allows any
        value, and so does a column that the table does not have."""
        rows = self.rows.get(table, [])
        for column, values in where.items():
            if values is not None and rows and column in rows[0]:
                rows = [row for row in rows if row[column] in values]
        return rows

    def cut(self, area: str, region: str) -> Slice:
        for table, column, name in (("areas", "area", area), ("regions", "region", region)):
            if name != OVERVIEW and not self.of(table, **{column: {name}}):
                raise LookupError(f"{table}.csv: {name}")
        sheets, lines = self.folder.sheets, self._kept(area, region)
        files = {name: sheets[name].file for name in sheets}
        tables = {name: sheets[name].table for name in sheets}
        if self.folder.regional is not None:
            files[OBSERVATIONS] = self.folder.regional.file("{region}")
            tables[OBSERVATIONS] = self.folder.regional.table
        parts = {n: _joined(tables[n], files[n], lines[n]) for n in sorted(tables)}
        digests = {files[name]: _digest(part) for name, part in parts.items()}
        head = {"slice": FORM, "simulated": self.folder.simulated, "names": self.names}
        content = _encoded(head)[:-1] + b',"tables":[' + b",\n".join(parts.values()) + b"]}\n"
        return Slice(area, region, _digest(content), MappingProxyType(digests), content)

    def _kept(self, area: str, region: str) -> dict[str, list[bytes]]:
        """table → the encoded rows to keep; all of those that are no matter of an area."""
        figures, programmes, counted = self._wanted(area, region)
        near = {region, *self.near(region)}
        every = area == OVERVIEW
        own, shared = (None, None) if every else ({area}, {area, ""})
        here = {"area": shared, "region": {region, ""}}
        kept = {
            **self.rows,
            "indicators": self.of("indicators", indicator=figures),
            "measures": self.of("measures", measure=figures),
            OBSERVATIONS: self.of(OBSERVATIONS, region=near, indicator=figures),
            "targets": self.of("targets", region=near, indicator=figures),
            "programmes": [
                row
                for row in self.of("programmes", region=near)
                if every or counted or row["area"] == area or row["programme"] in programmes
            ],
            "comparables": [  # census figures too, which any figure may be held against
                row
                for row in self.of("comparables")
                if row["indicator"] in figures
                or (row["region"] in near and row["definition"] == "base")
            ],
            "rules": self.of("rules", **here),
            "notes": self.of("notes", **here),
            "sentences": self.of("sentences", area=own),
        }
        if self.folder.regional is not None:
            rows = (row for one in sorted(near) for row in self._region(one))
            kept[OBSERVATIONS] = [row for row in rows if row["indicator"] in figures]

        def cells(column: str, *tables: str) -> set[str]:
            return {row.get(column, "") for table in tables for row in kept[table]}

        cited = cells("source", OBSERVATIONS, "programmes", "targets", "comparables")
        kept["sources"] = self.of("sources", source=cited)
        places = {*near, *self._above(region), *cells("region", "comparables")}
        kept["regions"] = self.of("regions", region=places)
        areas = {area, *cells("area", "indicators", "measures", "programmes")}
        kept["areas"] = self.of("areas", area=None if every else areas)
        return {name: [row[LINE] for row in rows] for name, rows in kept.items()}

    def _wanted(self, area: str, region: str) -> tuple[set[str], set[str], bool]:
        """What the area's indicators, measures, rules and sentences name, and its `also`: figures
        (indicators, measures, bases among the comparables), programmes, and whether programmes
        of any kind are counted."""
        own = {"area": None if area == OVERVIEW else {area}}
        figures = {row["indicator"] for row in self.of("indicators", **own)}
        figures |= {row["measure"] for row in self.of("measures", **own)}
        for row in self.of("areas", **own):
            listed = f"{row.get('leading', '')};{row.get('also', '')}"
            figures |= {name.strip() for name in listed.split(";")} - {""}
        formulas = [row["expression"] for row in self.of("rules", **own, region={"", region})]
        for table, stem in (("rules", "message"), ("sentences", "text")):
            for row in self.of(table, **own):
                formulas += braced(row[f"{stem}_zh"]) + braced(row[f"{stem}_en"])
        found = _terms(formulas)
        figures |= {term.name for term in found if term.kind == "figure"}
        programmes = figures & {row["programme"] for row in self.of("programmes")}
        sides = [[m["numerator"], m["denominator"]] for m in self.of("measures", measure=figures)]
        found |= _terms(side for pair in sides for side in pair)
        figures |= {term.name for term in found if term.kind == "figure"}
        programmes |= {term.name for term in found if term.kind == "parts"}
        return figures, programmes, any(t.kind in ("parts", "programmes") for t in found)

    def near(self, region: str) -> set[str]:
        """The region's parent, and the regions beside and below it, unless they are too many."""
        near = {row["parent"] for row in self.of("regions", region={region})} - {""}
        for parent in (*near, region):
            below = {row["region"] for row in self.of("regions", parent={parent})}
            near |= below if len(below) <= MOST_BESIDE else set()
        return near - {region}

    def _above(self, region: str) -> set[str]:
        parents = {row["region"]: row["parent"] for row in self.of("regions")}
        above: set[str] = set()
        while (region := parents.get(region, "")) and region not in above:
            above.add(region)
        return above

    def _region_read(self, region: str) -> list[Row]:
        """The rows of a region's file, with no more of each than slices need."""
        regional = self.folder.regional
        sheet = regional.read(region)[0] if region in regional.codes else None
        return _rows(sheet, ("indicator", "source")) if sheet else []


def _rows(sheet: "Sheet", names: Iterable[str] | None = None) -> list[Row]:
    """Each row's texts by column, and under LINE all of it encoded."""
    names = list(sheet.texts if names is None else names)
    lines = map(_encoded, zip(sheet.numbers, *sheet.texts.values(), strict=True))
    columns = (sheet.texts[name] for name in names)
    return [
        dict(zip((LINE, *names), row, strict=True)) for row in zip(lines, *columns, strict=True)
    ]


def _terms(formulas: Iterable[str]) -> set[Term]:
    """The terms of formulas; none of those that cannot be read, which `check` tells."""
    found: set[Term] = set()
    for formula in formulas:
        with suppress(FormulaError):
            found |= set(terms(formula))
    return found


def _joined(table: "Table", file: str, lines: Iterable[bytes]) -> bytes:
    """A table's part as JSON."""
    columns = [[column.name, column.type, column.required] for column in table.columns]
    head = _encoded({"name": table.name, "file": file, "columns": columns})[:-1]
    return head + b',"rows":[' + b",".join(lines) + b"]}"
