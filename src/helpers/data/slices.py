"""A slice: the rows of a folder that the report of one area and region is made from.

It holds the observations, programmes and targets of the region, its parent and the regions
beside and below it, over all periods, for the indicators of the area and those that its `also`
names, with what their measures and rules need; and of the other tables the rows about these.
A report is given its slice and reads nothing else of the folder.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .check import OBSERVATIONS
from .formulas import FormulaError, braced, terms

if TYPE_CHECKING:
    from .codebook import Table
    from .folder import Folder
    from .load import Tables

__all__ = ["OVERVIEW", "SUFFIX", "Slice", "cut", "near", "read_slice"]

OVERVIEW = "overview"  # the area that takes all areas
SUFFIX = ".slice"
FORM = 1  # of the bytes; a program reads only its own
MOST_BESIDE = 100  # regions of one parent: no report compares more, and none is given more
PLACED = ("observations", "programmes", "targets")  # tables of which rows belong to a region
MOST_HELD = 300_000  # rows of long tables in memory
Rows = list[int]


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
    return {region, *_cutter(folder)._near(region)}


def read_slice(source: "str | Path | bytes") -> "Tables":
    """The tables in a slice: as `load` gives them, with the rows that the slice holds.

    `hashes` are those of the tables' parts. Raises ValueError for bytes that are no slice of
    this program's form, OSError for a file that cannot be read.
    """
    from .load import Tables, frame_of

    content = source if isinstance(source, bytes) else Path(source).read_bytes()
    try:
        held = json.loads(content)
        form, simulated, parts = held["slice"], held["simulated"], held["tables"]
        names = frozenset(held["names"])
    except (ValueError, TypeError, KeyError):
        form, simulated, parts, names = None, False, [], frozenset()
    if form != FORM:
        raise ValueError(f"不是本程序的数据切片 / not a slice of this program: {str(source)[:80]}")
    frames = {
        part["name"]: frame_of(part["columns"], [row[0] for row in part["rows"]], _texts(part))
        for part in parts
    }
    place = Path() if isinstance(source, bytes) else Path(source)
    hashes = {part["file"]: _digest(_encoded(part)) for part in parts}
    files = {part["name"]: part["file"] for part in parts}
    held = (frames, hashes, files)
    frames, hashes, files = (MappingProxyType(told) for told in held)
    return Tables(place, frames, hashes, simulated, (), files, names)


def _texts(part: Mapping[str, Any]) -> dict[str, list[str]]:
    cells = list(zip(*part["rows"], strict=True))[1:] or [()] * len(part["columns"])
    return {column[0]: list(texts) for column, texts in zip(part["columns"], cells, strict=True)}


def _encoded(part: object) -> bytes:
    return json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _cutter(folder: "Folder") -> "_Cutter":
    if folder.index is None:
        folder.index = _Cutter(folder)
    return folder.index


@dataclass
class _Wanted:
    """Names whose rows a slice holds."""

    figures: set[str]  # indicators, measures, and bases among the comparables
    programmes: set[str] = field(default_factory=set)
    counted: bool = False  # whether programmes of any kind are counted

    def take(self, expression: str) -> None:
        """The names in a formula; none where it cannot be read, which `check` tells."""
        try:
            found = terms(expression)
        except FormulaError:
            return
        for term in found:
            if term.kind == "figure":
                self.figures.add(term.name)
            elif term.kind == "parts":
                self.programmes.add(term.name)
            self.counted |= term.kind in ("parts", "programmes")


class _Cutter:
    """A folder's rows, indexed and encoded once for all its slices."""

    def __init__(self, folder: "Folder") -> None:
        self.sheets, self.simulated, self.regional = (
            folder.sheets,
            folder.simulated,
            folder.regional,
        )
        self._places: dict[tuple[str, str], dict[str, Rows]] = {}
        self._lines: dict[str, list[bytes]] = {}
        self._wanted: dict[tuple[str, str], _Wanted] = {}
        self._held: dict[str, list[tuple[str, str, bytes]]] = {}

    def cut(self, area: str, region: str) -> Slice:
        for table, column, name in (("areas", "area", area), ("regions", "region", region)):
            if name != OVERVIEW and name not in self._by(table, column):
                raise LookupError(f"{table}.csv: {name}")
        wanted, near = self._names(area, region), {region, *self._near(region)}
        lines, cited = self._lines_of(near, wanted.figures)
        kept = self._kept(area, region, wanted, near, cited)
        parts = {name: self._part(name, rows) for name, rows in kept.items()}
        files = {name: self.sheets[name].file for name in kept}
        if self.regional is not None:
            files[OBSERVATIONS] = self.regional.file("{region}")
            parts[OBSERVATIONS] = _joined(
                OBSERVATIONS, files[OBSERVATIONS], self.regional.table, lines
            )
        digests = {files[name]: _digest(part) for name, part in sorted(parts.items())}
        head = {"slice": FORM, "simulated": self.simulated, "names": self._all_names}
        content = (
            _encoded(head)[:-1]
            + b',"tables":['
            + b",\n".join(part for _, part in sorted(parts.items()))
            + b"]}\n"
        )
        return Slice(area, region, _digest(content), MappingProxyType(digests), content)

    @cached_property
    def _all_names(self) -> list[str]:
        """Every indicator and measure of the folder: a figure that a slice lacks is told apart
        from one that nobody has.
        """
        tables = (("indicators", "indicator"), ("measures", "measure"))
        return sorted(name for table, column in tables for name in self._by(table, column))

    def _kept(
        self, area: str, region: str, wanted: _Wanted, near: Collection[str], cited: set[str]
    ) -> dict[str, Iterable[int]]:
        """table → the places of the rows to keep; all of those that are no matter of an area."""
        every = area == OVERVIEW
        kept: dict[str, Iterable[int]] = {
            **{name: self._all(name) for name in self.sheets},
            "indicators": self._rows("indicators", "indicator", wanted.figures),
            "measures": self._rows("measures", "measure", wanted.figures),
            "observations": self._placed("observations", near, {"indicator": wanted.figures}),
            "targets": self._placed("targets", near, {"indicator": wanted.figures}),
        }
        own = {"area": {area}, "programme": wanted.programmes}
        own = {} if every or wanted.counted else own
        kept["programmes"] = self._placed("programmes", near, own)
        rows = self._rows("comparables", "indicator", wanted.figures)
        kept["comparables"] = {*rows, *self._bases(near)}
        for table in ("rules", "notes"):
            rows = self._all(table) if every else self._rows(table, "area", {area, ""})
            kept[table] = set(rows) & set(self._rows(table, "region", {region, ""}))
        kept["sentences"] = (
            self._all("sentences") if every else self._rows("sentences", "area", {area})
        )
        for table in (*PLACED, "comparables"):
            cited |= self._texts(table, "source", kept)
        kept["sources"] = self._rows("sources", "source", cited)
        here = {*near, *self._above(region), *self._texts("comparables", "region", kept)}
        kept["regions"] = self._rows("regions", "region", here)
        tables = ("indicators", "measures", "programmes")
        areas = {area}.union(*(self._texts(table, "area", kept) for table in tables))
        kept["areas"] = self._all("areas") if every else self._rows("areas", "area", areas)
        return {name: rows for name, rows in kept.items() if name in self.sheets}

    def _names(self, area: str, region: str) -> _Wanted:
        """What the area's indicators, measures, rules and sentences name, and its `also`."""
        rules = {"", region} & set(self._by("rules", "region"))
        key = area, region if rules - {""} else ""
        if key not in self._wanted:
            self._wanted[key] = self._worked_out(area, region)
        return self._wanted[key]

    def _worked_out(self, area: str, region: str) -> _Wanted:
        wanted = _Wanted(set())
        own = {} if area == OVERVIEW else {"area": {area}}
        for table, column in (("indicators", "indicator"), ("measures", "measure")):
            wanted.figures |= set(self._cells(table, column, own))
        for column in ("leading", "also"):
            for text in self._cells("areas", column, own):
                wanted.figures |= {name.strip() for name in text.split(";")} - {""}
        here = {"region": {"", region}}
        for text in self._cells("rules", "expression", {**own, **here}):
            wanted.take(text)
        for table, stem in (("rules", "message"), ("sentences", "text")):
            for lang in ("zh", "en"):
                for text in self._cells(table, f"{stem}_{lang}", own):
                    for name in braced(text):
                        wanted.take(name)
        programmes = self._by("programmes", "programme")
        wanted.programmes |= {name for name in wanted.figures if name in programmes}
        for side in ("numerator", "denominator"):
            for text in self._cells("measures", side, {"measure": set(wanted.figures)}):
                wanted.take(text)
        return wanted

    def _near(self, region: str) -> set[str]:
        """The region's parent, and the regions beside and below it, unless they are too many."""
        parents = self._by("regions", "parent")
        codes = self.sheets["regions"].texts["region"] if "regions" in self.sheets else []
        near = set(self._cells("regions", "parent", {"region": {region}}))
        for parent in (*near, region):
            below = [codes[at] for at in parents.get(parent, ())]
            near |= set(below) if len(below) <= MOST_BESIDE else set()
        return near - {region, ""}

    def _above(self, region: str) -> set[str]:
        above: set[str] = set()
        at = {region}
        while at:
            at = set(self._cells("regions", "parent", {"region": at})) - above - {""}
            above |= at
        return above

    def _bases(self, near: Collection[str]) -> Rows:
        """Census figures of these regions, which any figure may be held against."""
        return self._placed("comparables", near, {"definition": {"base"}})

    def _placed(
        self, table: str, near: Collection[str], own: Mapping[str, Collection[str]]
    ) -> Rows:
        """The rows of some regions that have one of the values wanted in one of the columns."""
        rows = self._rows(table, "region", near)
        if not own:
            return rows
        texts = self.sheets[table].texts if rows else {}
        columns = [(texts[name], values) for name, values in own.items() if name in texts]
        return [at for at in rows if any(cells[at] in values for cells, values in columns)]

    def _texts(self, table: str, column: str, kept: Mapping[str, Iterable[int]]) -> set[str]:
        if table not in self.sheets or column not in self.sheets[table].texts:
            return set()
        texts = self.sheets[table].texts[column]
        return {texts[at] for at in kept[table]}

    def _cells(self, table: str, column: str, where: Mapping[str, Collection[str]]) -> list[str]:
        """The texts of a column in the rows with one of the values wanted in each other."""
        if table not in self.sheets or column not in self.sheets[table].texts:
            return []
        rows = set(self._all(table))
        for name, values in where.items():
            rows &= set(self._rows(table, name, values))
        texts = self.sheets[table].texts[column]
        return [texts[at] for at in sorted(rows)]

    def _all(self, table: str) -> range:
        return range(len(self.sheets[table])) if table in self.sheets else range(0)

    def _rows(self, table: str, column: str, values: Collection[str]) -> Rows:
        """The rows with one of some values in a column; all where there is no such column."""
        if table in self.sheets and column not in self.sheets[table].texts:
            return list(self._all(table))
        found = self._by(table, column)
        return [at for value in sorted(values) for at in found.get(value, ())]

    def _by(self, table: str, column: str) -> dict[str, Rows]:
        """value of a column → the places of its rows."""
        if (table, column) not in self._places:
            found: dict[str, Rows] = defaultdict(list)
            sheet = self.sheets.get(table)
            for at, text in enumerate(sheet.texts.get(column, ()) if sheet else ()):
                found[text].append(at)
            self._places[table, column] = dict(found)
        return self._places[table, column]

    def _part(self, name: str, rows: Iterable[int]) -> bytes:
        """A table's part as JSON."""
        sheet = self.sheets[name]
        if name not in self._lines:
            cells = zip(sheet.numbers, *sheet.texts.values(), strict=True)
            self._lines[name] = [_encoded(row) for row in cells]
        lines = self._lines[name]
        return _joined(name, sheet.file, sheet.table, [lines[at] for at in sorted(set(rows))])

    def _lines_of(
        self, near: Collection[str], figures: Collection[str]
    ) -> tuple[list[bytes], set[str]]:
        """The rows about some figures in the files of some regions, and the sources they cite."""
        found: list[bytes] = []
        cited: set[str] = set()
        for region in sorted(near) if self.regional else ():
            for indicator, source, line in self._region(region):
                if indicator in figures:
                    found.append(line)
                    cited.add(source)
        return found, cited

    def _region(self, region: str) -> list[tuple[str, str, bytes]]:
        """Indicator, source and encoded row of each row of a region's file. The last ones read
        are kept, as many as memory allows: neighbours are cut one after the other."""
        held = self._held.pop(region, None)
        if held is None:
            sheet = self.regional.read(region)[0] if region in self.regional.codes else None
            texts = sheet.texts if sheet else {}
            rows = zip(sheet.numbers, *texts.values(), strict=True) if sheet else ()
            columns = (texts["indicator"], texts["source"]) if sheet else ((), ())
            held = [(*told, _encoded(row)) for *told, row in zip(*columns, rows, strict=True)]
            while self._held and sum(map(len, self._held.values())) > MOST_HELD:
                del self._held[next(iter(self._held))]
        self._held[region] = held
        return held


def _joined(name: str, file: str, table: "Table", lines: Iterable[bytes]) -> bytes:
    columns = [[column.name, column.type, column.required] for column in table.columns]
    head = _encoded({"name": name, "file": file, "columns": columns})[:-1]
    return head + b',"rows":[' + b",".join(lines) + b"]}"
