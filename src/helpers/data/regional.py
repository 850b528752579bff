"""Observations in a folder of one file a region, `observations/370402.csv`: read one by one.

A table of any length then takes the memory of one region, and a changed file is the only one
to be read again.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.files import digest, read_bytes

from .codebook import Table
from .problems import DataRefused, Problem, problem, ranges
from .sheets import Sheet, read_sheet

if TYPE_CHECKING:
    from .folder import Folder

__all__ = ["RegionFiles"]

NAME = re.compile(r"([0-9]{6}(?:[0-9]{3}){0,2})\.csv")


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
        found = {name: NAME.fullmatch(name) for name in names}
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
                zh = (f"这个文件只放 {region} 的数据", "把这一行移到它自己的文件")
                en = (f"this file is for {region} alone", "move the row to a file of its own")
                problems.append(problem((file, row, "region", said), "other-region", zh, en))
        return sheet, problems

    def reported(self, sheet: Sheet, folder: "Folder") -> list[list]:
        """Which figures a sheet has, as [indicator, source, count, periods]: one indicator stands
        for all those of its area, kind and source; periods are runs of rows of the table of
        periods, 0-11,13, each with so many figures.
        """
        kinds: dict[str, tuple[str, str]] = {}
        if "indicators" in folder.sheets:
            texts = folder.sheets["indicators"].texts
            columns = (texts["indicator"], texts["area"], texts["measure_type"])
            kinds = {name: (area, kind) for name, area, kind in zip(*columns, strict=True)}
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
