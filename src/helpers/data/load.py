"""A data folder as typed tables, or not at all."""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .check import examine
from .home import home
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

    What was read before is not read again as long as the bytes of all files are the same;
    every caller gets frames of its own.
    """
    places = (Path(folder) if folder else home() / "data", Path(base) if base else home() / "data")
    content = contents(places)
    key = (str(folder or ""), str(base or ""), content)
    tables = _read.get(key)
    if tables is None:
        tables = _loaded(folder, base)
        # Kept only if what was parsed is what was hashed, and all of it was.
        if set(tables.hashes.items()) <= {(name, digest) for _, name, digest in content}:
            _read[key] = tables
            while len(_read) > KEPT:
                del _read[next(iter(_read))]
    frames = {name: frame.copy(deep=False) for name, frame in tables.frames.items()}
    return replace(tables, frames=MappingProxyType(frames))


KEPT = 2  # folders whose tables stay in memory
_read: dict[tuple[Any, ...], Tables] = {}


def contents(places: Iterable[Path]) -> tuple[tuple[str, str, str], ...]:
    """Folder, file name and sha256 of every table and codebook that lies in `places`."""
    found = []
    for place in dict.fromkeys(places):
        with suppress(OSError):
            for path in sorted(place.iterdir()):
                if path.suffix in (".csv", ".json"):
                    with path.open("rb") as stream:
                        digest = hashlib.file_digest(stream, "sha256").hexdigest()
                    found.append((str(place), path.name, digest))
    return tuple(found)


def _loaded(folder: str | Path | None, base: str | Path | None) -> Tables:
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
