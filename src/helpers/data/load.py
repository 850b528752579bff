"""A data folder as typed tables, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .check import examine
from .problems import DataRefused, Problem, capped
from .sheets import Sheet

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Tables", "load"]


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables of a data folder, each a DataFrame by name: `tables.observations`.

    Text columns are str ("" where empty), numbers Decimal or int, flags bool (None where an
    optional number or flag is empty); `row` is the row that a spreadsheet shows. `hashes` maps
    file names to the sha256 of what was read; `warnings` are the findings that did not stop
    the loading.
    """

    folder: Path
    frames: "Mapping[str, DataFrame]"
    hashes: Mapping[str, str]
    simulated: bool
    warnings: tuple[Problem, ...] = ()

    def __getattr__(self, name: str) -> "DataFrame":
        frames = self.__dict__.get("frames", {})
        if name in frames:
            return frames[name]
        raise AttributeError(f"no table '{name}'; there are {', '.join(frames)}")

    def __reduce__(self) -> tuple[Any, ...]:
        plain = (self.folder, dict(self.frames), dict(self.hashes), self.simulated, self.warnings)
        return Tables, plain


def load(folder: str | Path | None = None, base: str | Path | None = None) -> Tables:
    """The tables of `folder` (None or "": the project's own data), checked and typed.

    A table that the folder's codebook does not list is taken from `base` (the project's own
    data). Raises DataRefused with all problems at once, warnings included, if any is an error.
    """
    found = examine(folder, base)
    if any(problem.severity == "error" for problem in found.problems):
        raise DataRefused(capped(found.problems))
    frames = {name: _frame(sheet) for name, sheet in found.sheets.items()}
    return Tables(
        found.path,
        MappingProxyType(frames),
        MappingProxyType(dict(found.hashes)),
        found.simulated,
        tuple(capped(found.problems)),
    )


def _frame(sheet: Sheet) -> "DataFrame":
    import pandas as pd

    types = {column.name: column.type for column in sheet.table.columns}
    columns: dict[str, Any] = {}
    for name, values in sheet.columns.items():
        if types[name] == "boolean" and None not in values:
            columns[name] = pd.Series(values, dtype=bool)
        elif types[name] == "integer" and None not in values:
            columns[name] = pd.Series(values, dtype="int64")
        elif types[name] in ("boolean", "integer", "number"):
            columns[name] = pd.Series(values, dtype=object)
        else:
            columns[name] = pd.Series(sheet.texts[name], dtype="str")
    columns["row"] = pd.Series(sheet.numbers, dtype="int64")
    return pd.DataFrame(columns)
