"""What was read: every table of a loaded folder notes which of its parts someone asked for.

A notebook has plain pandas frames and need not know of this. Whoever takes a table whole
(`tables.observations`) has read all its rows; our own modules ask for parts of it instead, or
say themselves what they used. The record of a process is what a report depends on.
"""

import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache, wraps
from importlib.util import source_from_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .parts import Index, Part

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["RECORD", "Frames", "Reader", "begin", "record", "watched"]

RECORD = "HALFSKY_RECORD"  # set in the environment of a process whose reading is to be told
PACKAGE = Path(__file__).resolve().parents[1]
_READERS: "list[Reader]" = []  # those asked since the record began
_FILES: set[str] = set()
_epoch = 0  # how many records have begun
_quiet = 0  # while our own loading opens files


class Reader:
    """The reading of one loaded folder: its index, and the parts asked for so far."""

    def __init__(self, folder: Path, index: Index) -> None:
        self.folder, self.index = folder, index
        self.parts: dict[Part, None] = {}
        self._since = 0

    def note(self, asked: Part) -> None:
        """Somebody read this part; kept only where a record has begun."""
        if not _epoch:
            return
        if self._since != _epoch:
            self._since = _epoch
            self.parts.clear()
            _READERS.append(self)
        self.parts[asked] = None

    def __reduce__(self) -> tuple[Any, ...]:
        return Reader, (self.folder, self.index)


class Frames(Mapping):
    """The frames of a folder by name; each one taken is noted as read whole."""

    def __init__(self, frames: "Mapping[str, DataFrame]", reader: Reader) -> None:
        self.plain, self._reader = frames, reader

    def __getitem__(self, name: str) -> "DataFrame":
        frame = self.plain[name]
        self._reader.note(Part(name))
        return frame

    def __iter__(self) -> Iterator[str]:
        return iter(self.plain)

    def __len__(self) -> int:
        return len(self.plain)


def begin() -> None:
    """Begin a new record: forget what was read so far, and watch which files are opened.

    To be called where a report begins. Where the environment asks for a record, a process
    begins it by itself with the first folder that it loads.
    """
    global _epoch
    _READERS.clear()
    _FILES.clear()
    if not _epoch:
        sys.addaudithook(_opened)
    _epoch += 1


def watched(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, whose opening of files is no news: what it reads is noted otherwise."""

    @wraps(function)
    def inner(*arguments: Any, **named: Any) -> Any:
        global _quiet
        if os.environ.get(RECORD) and not _epoch:
            begin()
        _quiet += 1
        try:
            return function(*arguments, **named)
        finally:
            _quiet -= 1

    return inner


def _opened(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "open" or _quiet:
        return
    path, mode, flags = arguments
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    writes = mode and any(sign in mode for sign in "wax+")
    if isinstance(path, str) and not writes and not (flags or 0) & (os.O_WRONLY | os.O_RDWR):
        _FILES.add(str(Path.cwd() / path))


def record() -> dict[str, Any]:
    """What this process has read: parts of folders with their answers, modules, other files.

    Paths of modules are inside the package. Files are those that a report opened by itself,
    with their SHA-256, empty for one that was not there; of a compiled module it is the source.
    What belongs to Python, to its packages and to the system is left out.
    """
    folders = [
        {
            "folder": str(reader.folder.resolve()),
            "parts": [
                [asked.as_json(), answer.digest, [list(row) for row in answer.rows]]
                for asked in sorted(reader.parts, key=Part.as_json)
                for answer in [reader.index.answer(asked)]
            ],
        }
        for reader in _READERS
    ]
    return {"folders": folders, "modules": modules(), "files": _files()}


def modules() -> list[str]:
    """The modules of the package that this process has imported, as paths inside it."""
    found = set()
    for name, module in tuple(sys.modules.items()):
        if name.partition(".")[0] == PACKAGE.name and getattr(module, "__file__", None):
            found.add(_inside(module.__file__))
    return sorted(found - {""})


@cache
def _inside(file: str) -> str:
    """The path inside the package of one of its files; empty for any other."""
    with suppress(ValueError):
        return Path(file).resolve().relative_to(PACKAGE).as_posix()
    return ""


def _files() -> dict[str, str]:
    temporary = (os.environ.get(name) for name in ("TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR"))
    system = ("/usr", "/lib", "/lib64", "/etc", "/proc", "/sys", "/dev", "/opt", "/bin")
    own = (sys.prefix, sys.base_prefix, str(PACKAGE), *filter(None, temporary), *system)
    own = tuple(f"{os.path.realpath(place)}{os.sep}" for place in own)
    found = {}
    for path in sorted(map(_source, _FILES)):
        real = os.path.realpath(path)
        if real.startswith(own) or path.startswith(own) or "site-packages" in real:
            continue
        with suppress(OSError):
            if Path(path).is_file():
                found[path] = hashlib.sha256(Path(path).read_bytes()).hexdigest()
            elif not Path(path).exists():
                found[path] = ""
    return found


def _source(path: str) -> str:
    """The source of a compiled module, which is what someone edits; other paths as they are."""
    if path.endswith(".pyc"):
        with suppress(ValueError, NotImplementedError):
            source = source_from_cache(path)
            return source if Path(source).is_file() else path
    return path
