"""A data folder as typed tables, or not at all."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from helpers.files import digest

from .check import examine
from .frames import sheet_frame
from .home import home
from .parts import ROWS, Index, Part, part
from .problems import DataRefused, Problem, capped
from .reads import Frames, Reader, watched

if TYPE_CHECKING:
    from pandas import DataFrame

    from .folder import Folder

__all__ = ["Tables", "load", "sound"]


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables of a data folder, each a DataFrame by name: `tables.observations`.

    Text columns are str ("" where empty), numbers Decimal or int, flags bool (None where an
    optional number or flag is empty); `row` is the row that a spreadsheet shows. `hashes` maps
    file names to the sha256 of what was read; `warnings` are the findings that did not stop
    the loading. A table taken whole is noted as read whole (see `data.reads`); `part` is for
    those who read less, `unnoted` for those who note themselves what they use.
    """

    folder: Path
    frames: "Mapping[str, DataFrame]"
    hashes: Mapping[str, str]
    simulated: bool
    warnings: tuple[Problem, ...] = ()
    reader: Reader | None = None

    def __getattr__(self, name: str) -> "DataFrame":
        frames = self.__dict__.get("frames", {})
        if name in frames:
            return frames[name]
        raise AttributeError(f"no table '{name}'; there are {', '.join(frames)}")

    def __reduce__(self) -> tuple[Any, ...]:
        frames = dict(self.unnoted.frames)
        rest = (dict(self.hashes), self.simulated, self.warnings, self.reader)
        return _restored, (self.folder, frames, *rest)

    def note(self, *parts: Part) -> None:
        """Somebody read these parts."""
        if self.reader is not None:
            for asked in parts:
                self.reader.note(asked)

    @property
    def unnoted(self) -> "Tables":
        """The same tables without a reader: whoever takes rows from them must `note` the parts
        that matter to the tables themselves.
        """
        plain = self.frames.plain if isinstance(self.frames, Frames) else self.frames
        return Tables(self.folder, plain, self.hashes, self.simulated, self.warnings)

    def part(self, table: str, kind: str = ROWS, /, **where: str | Iterable[str]) -> "DataFrame":
        """The rows of a table where each column named has the value, or one of the values,
        given; only these are noted as read. `kind` says what counts of them (`data.parts`).
        """
        asked, frames = part(table, kind, **where), self.unnoted.frames
        self.note(asked)
        frame = frames[table]
        for name, values in asked.where:
            frame = frame[frame[name].isin(values)]
        return frame

    def counts(self, table: str, *columns: str) -> "list[tuple[Any, ...]]":
        """How many rows have the same texts in some columns, in order of the first of them;
        noted as read whole.
        """
        self.note(Part(table))
        frames = self.unnoted.frames
        seen = Counter(zip(*(frames[table][name] for name in columns), strict=True))
        return [(*texts, count) for texts, count in seen.items()]


def _restored(
    folder: Path, frames: "Mapping[str, DataFrame]", hashes: Any, simulated: bool, warnings: Any,
    reader: Reader | None,
) -> Tables:  # fmt: skip
    plain = MappingProxyType(frames)
    shown = plain if reader is None else Frames(plain, reader)
    return Tables(folder, shown, MappingProxyType(hashes), simulated, warnings, reader)


def sound(folder: str | Path | None = None, base: str | Path | None = None) -> "Folder":
    """The folder read and judged, as sheets, without pandas; refused as `load` refuses it."""
    found = examine(folder, base)
    if any(problem.severity == "error" for problem in found.problems):
        raise DataRefused(capped(found.problems))
    return found


@watched
def load(folder: str | Path | None = None, base: str | Path | None = None) -> Tables:
    """The tables of `folder` (None or "": the project's own data), checked and typed.

    A table that the folder's codebook does not list is taken from `base` (the project's own
    data). Raises DataRefused with all problems at once, warnings included, if any is an error.

    What was read before is not read again as long as the bytes of all files are the same;
    every caller gets frames of its own, and a reader of its own that notes what is taken.
    """
    places = (Path(folder) if folder else home() / "data", Path(base) if base else home() / "data")
    content = contents(places)
    key = (str(folder or ""), str(base or ""), content)
    found, index = _read.get(key) or _loaded(folder, base)
    # Kept only if what was parsed is what was hashed, and all of it was.
    if set(found.hashes.items()) <= {(name, digest) for _, name, digest in content}:
        _read[key] = found, index
        while len(_read) > KEPT:
            del _read[next(iter(_read))]
    frames = _copied(found.frames)
    reader = Reader(found.folder, index)
    hashes = dict(found.hashes)
    return _restored(found.folder, frames, hashes, found.simulated, found.warnings, reader)


KEPT = 2  # folders whose tables stay in memory
_read: dict[tuple[Any, ...], tuple[Tables, Index]] = {}


def contents(places: Iterable[Path]) -> tuple[tuple[str, str, str], ...]:
    """Folder, file name and sha256 of every table and codebook that lies in `places`."""
    found = []
    for place in dict.fromkeys(places):
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            if path.suffix in (".csv", ".json"):
                with suppress(OSError):
                    found.append((str(place), path.name, digest(path)))
    return tuple(found)


def _copied(frames: "Mapping[str, DataFrame]") -> "Mapping[str, DataFrame]":
    """Frames of one's own, as long as nothing but cells is changed in place."""
    return {name: frame.copy(deep=False) for name, frame in frames.items()}


def _loaded(folder: str | Path | None, base: str | Path | None) -> tuple[Tables, Index]:
    found = sound(folder, base)
    frames = {name: sheet_frame(sheet) for name, sheet in found.sheets.items()}
    warnings = tuple(capped(found.problems))
    plain = Tables(found.path, frames, dict(found.hashes), found.simulated, warnings)
    return plain, Index(found.sheets)
