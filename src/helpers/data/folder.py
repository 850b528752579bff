"""A data folder as a whole: its codebook, its tables, and those it takes from the project.

Observations may lie in a folder of one file a region, `observations/370402.csv`, read one by one:
a table of any length then takes the memory of one region, and a changed file is the only one to
be read again.
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from helpers.files import digest, read_bytes
from helpers.paths import home

from .codebook import CODEBOOK, Codebook, Table, parse_codebook, united
from .decode import decode
from .problems import DataRefused, Problem, fault, ranges
from .sheets import Sheet, read_sheet

__all__ = ["OBSERVATIONS", "Folder", "RegionFiles", "read_folder"]

OBSERVATIONS = "observations"
COLLECTED = ("mapping.csv", "submissions.csv", "reconciliation.csv")  # beside figures taken in
TOLD = ("notes", "targets")  # of figures: without those figures they say nothing
REGION = re.compile(r"([0-9]{6}(?:[0-9]{3}){0,2})\.csv")


@dataclass(slots=True)
class RegionFiles:
    """The files of a folder named after its table: `codes` are the regions that have one."""

    folder: Path
    table: Table
    codes: tuple[str, ...] = ()
    strays: tuple[str, ...] = ()  # names that are no region's code
    _digests: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, folder: Path, table: Table) -> "RegionFiles":
        """The files in `folder`, by their names alone; raises OSError where it cannot be read."""
        names = sorted(path.name for path in folder.iterdir() if path.name[0] != ".")
        found = {name: REGION.fullmatch(name) for name in names}
        codes = tuple(match[1] for match in found.values() if match)
        return cls(folder, table, codes, tuple(n for n, match in found.items() if not match))

    def file(self, region: str) -> str:
        """The name of a region's file, as messages and reports call it."""
        return f"{self.table.name}/{region}.csv"

    def digest(self, region: str) -> str:
        """SHA-256 of a region's file; empty where it cannot be read."""
        if region not in self._digests:
            try:
                self._digests[region] = digest(self.folder / f"{region}.csv")
            except OSError:
                self._digests[region] = ""
        return self._digests[region]

    def read(self, region: str) -> tuple[Sheet | None, list[Problem]]:
        """The sheet of a region and what is wrong with its form; None where it has no rows that
        could be read. Rows of another region are refused."""
        file = self.file(region)
        try:
            content = read_bytes(self.folder / f"{region}.csv", file)
        except DataRefused as refused:
            return None, list(refused.problems)
        sheet, problems = read_sheet(content, self.table, file)
        for row, said in zip(sheet.numbers, sheet.texts["region"], strict=True) if sheet else ():
            if said and said != region:
                problems.append(fault((file, row, "region", said), "other-region", region=region))
        return sheet, problems

    def reported(self, sheet: Sheet, folder: "Folder") -> list[list]:
        """Which figures a sheet has, as [indicator, source, count, periods]: one indicator stands
        for all those of its area, kind and source; periods are runs of rows of the table of
        periods, 0-11,13, each with so many figures.
        """
        about = folder.sheets["indicators"].rows() if "indicators" in folder.sheets else ()
        kinds = {row["indicator"]: (row["area"], row["measure_type"]) for row in about}
        order = {period: at for at, period in enumerate(folder.periods)}
        first: dict[tuple, str] = {}
        seen: Counter[tuple[str, str, int]] = Counter()
        columns = (sheet.texts[name] for name in ("indicator", "source", "period"))
        for name, source, period in zip(*columns, strict=True):
            if name in kinds and period in order:
                stands = first.setdefault((*kinds[name], source), name)
                seen[stands, source, order[period]] += 1
        runs: dict[tuple[str, str, int], list[int]] = {}
        for (name, source, at), count in sorted(seen.items()):
            runs.setdefault((name, source, count), []).append(at)
        return [[*key, ranges(places)] for key, places in runs.items()]


@dataclass(slots=True)
class Folder:
    """What a folder holds: sheets by table name, sha256 of each file read, problems found.

    `counts` are the rows of each file. Where the observations lie in a file for each region,
    these are `regional` and there is no sheet of them; what each reports is in `reported`
    (see `RegionFiles.reported`) once the folder is judged.
    """

    path: Path
    simulated: bool = False
    sheets: dict[str, Sheet] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    regional: RegionFiles | None = None
    counts: dict[str, int] = field(default_factory=dict)
    reported: dict[str, list[list]] = field(default_factory=dict)
    index: object | None = field(default=None, repr=False, compare=False)  # see `slices`

    @property
    def periods(self) -> list[str]:
        """The codes of the periods, in the order of their table."""
        return self.sheets["periods"].texts["period"] if "periods" in self.sheets else []

    def figures(self) -> Iterator[dict[str, Any]]:
        """Which figures there are: indicator, region, period, source, and the `count` of those
        alike that it stands for (same region, period, source, area and kind)."""
        periods = self.periods
        for region, reported in self.reported.items():
            for indicator, source, count, runs in reported:
                about = {"indicator": indicator, "region": region, "source": source}
                for first, _, last in (run.partition("-") for run in runs.split(",")):
                    for period in periods[int(first) : int(last or first) + 1]:
                        yield {**about, "period": period, "count": count}
        names = ("indicator", "region", "period", "source")
        if OBSERVATIONS in self.sheets:
            texts = self.sheets[OBSERVATIONS].texts
            for told in zip(*(texts[name] for name in names), strict=True):
                yield {**dict(zip(names, told, strict=True)), "count": 1}


def read_folder(folder: str | Path | None = None, base: str | Path | None = None) -> Folder:
    """Every table of `folder`; those that its codebook does not list come from `base`.

    `folder` None or empty means the project's own data, which is also the default of `base`.
    Each file is read once: what is hashed is what is parsed. Faults of form are in `problems`.
    """
    path = _local(folder) if folder else home() / "data"
    base_path = Path(base) if base else home() / "data"
    found = Folder(path)
    own = contract = _codebook(path, CODEBOOK, found)
    if own is None:
        return found
    if path.resolve() != base_path.resolve():
        contract = _codebook(base_path, f"{base_path.name}/{CODEBOOK}", found, note=False) or own
        own, problems = united(own, contract, CODEBOOK)
        found.problems += problems
        lying = {  # in the folder, though only the project describes them
            name: table
            for name, table in contract.tables.items()
            if name not in own.tables
            and (os.path.lexists(path / table.file) or _in_regions(name, path))
        }
        own = replace(own, tables={**own.tables, **lying})
    found.simulated = own.simulated
    for name, table in own.tables.items():
        if _in_regions(name, path):
            _take_regions(found, path, table)
        else:
            _take(found, path, table)
    for name, table in contract.tables.items():
        if name in TOLD and OBSERVATIONS in own.tables and name not in own.tables:
            found.sheets[name] = Sheet.empty(table)
        elif name not in own.tables:
            _take(found, base_path, table, inherited=True)
    if own is not contract and "sources" in own.tables and "sources" in contract.tables:
        _cite_inherited(found, base_path, contract.tables["sources"])
    listed = {*COLLECTED, *(table.file for table in own.tables.values())}
    for stray in sorted({file.name for file in path.glob("*.csv")} - listed):
        found.problems.append(fault((stray, 0, "", ""), "file-unlisted"))
    if OBSERVATIONS not in own.tables:
        found.problems.append(fault((f"{OBSERVATIONS}.csv", 0, "", ""), "file-inherited"))
    return found


def _in_regions(name: str, path: Path) -> bool:
    """Whether a table lies in a folder of one file a region."""
    return name == OBSERVATIONS and (path / name).is_dir()


def _local(folder: str | Path) -> Path:
    text = str(folder)
    path = Path(text)
    if "\0" not in text and not path.is_absolute() and not path.is_dir():
        path = home() / text  # a notebook names it from the project's root, wherever it runs
    if "://" in text or "\0" in text or not path.is_dir():
        rule = "not-a-local-folder" if "://" in text else "folder-missing"
        raise DataRefused([fault((text, 0, "", ""), rule)])
    return path


def _codebook(path: Path, file: str, found: Folder, note: bool = True) -> Codebook | None:
    try:
        content = read_bytes(path / CODEBOOK, file)
        text, _ = decode(content, file)
    except DataRefused as refused:
        found.problems += refused.problems
        return None
    if note:
        found.hashes[CODEBOOK] = hashlib.sha256(content).hexdigest()
    codebook, problems = parse_codebook(text, file)
    found.problems += problems
    return codebook


def _take(found: Folder, path: Path, table: Table, inherited: bool = False) -> None:
    label = f"{path.name}/{table.file}" if inherited else table.file
    try:
        content = read_bytes(path / table.file, label)
    except DataRefused as refused:
        found.problems += refused.problems
        return
    digest = hashlib.sha256(content).hexdigest()
    twin = next((name for name, seen in found.hashes.items() if seen == digest), None)
    if twin:
        found.problems.append(fault((label, 0, "", ""), "file-twice", twin=twin))
    found.hashes[table.file] = digest
    sheet, problems = read_sheet(content, table, label, inherited)
    found.problems += problems
    if sheet is not None:
        found.sheets[table.name] = sheet
        found.counts[label] = len(sheet)


def _take_regions(found: Folder, path: Path, table: Table) -> None:
    """Observations that lie in a folder of one file a region; none of these is read yet."""
    label = f"{table.name}/"
    place = (label, 0, "", "")
    if os.path.lexists(path / table.file):
        said = {"file": table.file, "folder": label}
        found.problems.append(fault(place, "file-and-folder", **said))
    try:
        if (path / table.name).is_symlink():
            raise OSError("a link")
        files = RegionFiles.of(path / table.name, table)
    except OSError as error:
        why = error.strerror or error
        found.problems.append(fault(place, "folder-unreadable", why=why))
        return
    found.regional = files
    found.hashes |= {files.file(region): files.digest(region) for region in files.codes}
    for stray in files.strays:
        found.problems.append(fault((f"{label}{stray}", 0, "", ""), "region-file-name"))
    if not files.codes:
        found.problems.append(fault(place, "no-region-file"))


def _cite_inherited(found: Folder, path: Path, table: Table) -> None:
    """Add the sources that inherited rows cite to the folder's own."""
    sheets = [sheet for sheet in found.sheets.values() if sheet.inherited]
    cited = {slug for sheet in sheets for slug in sheet.texts.get("source", ())}
    own = found.sheets.get("sources")
    if own is None or cited <= set(own.texts["source"]):
        return
    other, problems = read_sheet(read_bytes(path / table.file, table.file), table, table.file, True)
    found.problems += problems
    if other is not None:
        found.sheets["sources"] = own.extended(other, "source", cited)
