"""A data folder as typed tables, or not at all."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .check import OBSERVATIONS, examine
from .problems import DataRefused, Problem, capped

if TYPE_CHECKING:
    from pandas import DataFrame

    from .folder import Folder
    from .sheets import Sheet

__all__ = ["Tables", "frame_of", "load", "sound", "typed"]

TYPED: Mapping[str, tuple[Callable[[str], Any], Any]] = {
    "number": (Decimal, object),
    "integer": (int, "int64"),
    "boolean": ("true".__eq__, bool),
}


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables of a data folder, each a DataFrame by name: `tables.observations`.

    Text columns are str ("" where empty), numbers Decimal or int, flags bool (None where an
    optional number or flag is empty); `row` is the row that a spreadsheet shows. `hashes` maps
    file names to the sha256 of what was read; `warnings` are the findings that did not stop
    the loading; of a slice, `names` are all indicators and measures of the folder it is cut from.
    """

    folder: Path
    frames: "Mapping[str, DataFrame]"
    hashes: Mapping[str, str]
    simulated: bool
    warnings: tuple[Problem, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()

    def __getattr__(self, name: str) -> "DataFrame":
        frames = self.__dict__.get("frames", {})
        if name in frames:
            return frames[name]
        raise AttributeError(f"no table '{name}'; there are {', '.join(frames)}")

    def __post_init__(self) -> None:
        for name in ("frames", "hashes", "files"):  # not to be exchanged
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __reduce__(self) -> tuple[Any, ...]:
        held = vars(self).values()
        return Tables, tuple(dict(v) if isinstance(v, MappingProxyType) else v for v in held)

    def part(self, table: str, **where: Any) -> "DataFrame":
        """The rows of a table where each column named has one of the values given."""
        frame = self.frames[table]
        for name, values in where.items():
            frame = frame[frame[name].isin([values] if isinstance(values, str) else list(values))]
        return frame

    def counts(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """How many rows have the same texts in some columns, in order of the first of them."""
        seen = Counter(zip(*(self.frames[table][name] for name in columns), strict=True))
        return [(*texts, count) for texts, count in seen.items()]

    def file(self, table: str, region: str = "") -> str:
        """The name of the file that a table's rows stand in, or those of a region."""
        return self.files.get(table, f"{table}.csv").replace("{region}", region)


def sound(
    folder: str | Path | None = None, base: str | Path | None = None, *, unfilled: bool = False
) -> "Folder":
    """The folder read and judged, as sheets, without pandas; refused as `load` refuses it."""
    found = examine(folder, base)
    if unfilled:
        blank = ("table-empty", f"{OBSERVATIONS}.csv")
        found.problems = [p for p in found.problems if (p.rule, p.file) != blank]
    if any(problem.severity == "error" for problem in found.problems):
        raise DataRefused(capped(found.problems))
    return found


def load(
    folder: str | Path | None = None, base: str | Path | None = None, *, unfilled: bool = False
) -> Tables:
    """The tables of `folder` (None or "": the project's own data), checked and typed.

    A table that the folder does not have is taken from `base` (the project's own data). Raises
    DataRefused with all problems at once, warnings included, if any is an error. `unfilled` is
    for forms and notebooks of an office that has no figure yet: that alone is then no error.
    """
    return typed(sound(folder, base, unfilled=unfilled))


def typed(found: "Folder") -> Tables:
    """The tables of a folder that was read and judged and in which nothing was refused."""
    frames = {name: _frame(sheet) for name, sheet in found.sheets.items()}
    files = {name: sheet.file for name, sheet in found.sheets.items()}
    if found.regional is not None:
        import pandas as pd

        sheets = (found.regional.read(region)[0] for region in found.regional.codes)
        parts = [_frame(sheet) for sheet in sheets if sheet is not None]
        frames[OBSERVATIONS] = pd.concat(parts, ignore_index=True)
        files[OBSERVATIONS] = found.regional.file("{region}")
    warnings = tuple(capped(found.problems))
    return Tables(found.path, frames, found.hashes, found.simulated, warnings, files)


def _frame(sheet: "Sheet") -> "DataFrame":
    """The frame of a sheet in which nothing was refused."""
    columns = [(column.name, column.type, column.required) for column in sheet.table.columns]
    texts = (sheet.texts[name] for name, _, _ in columns)
    return frame_of(columns, list(zip(sheet.numbers, *texts, strict=True)))


def frame_of(
    columns: Sequence[tuple[str, str, bool]], rows: Sequence[Sequence[Any]]
) -> "DataFrame":
    """The frame of tidied cells: `columns` are name, type and whether a cell must be filled in,
    `rows` the number that a spreadsheet shows, which becomes the column `row`, and the texts.

    Texts are str; numbers Decimal, whole numbers and flags int64 and bool where every cell must
    be filled in, else objects with None for an empty cell.
    """
    import pandas as pd

    made: dict[str, Any] = {}
    numbers, *texts = zip(*rows, strict=True) if rows else [()] * (len(columns) + 1)
    for (name, kind, required), cells in zip(columns, texts, strict=True):
        convert, dtype = TYPED.get(kind, (None, "str"))
        if convert is not None:
            cells = [convert(text) if text else None for text in cells]
            dtype = dtype if required else object
        made[name] = pd.Series(list(cells), dtype=dtype)
    made["row"] = pd.Series(list(numbers), dtype="int64")
    return pd.DataFrame(made)
