"""What is remembered of a reports folder beside its ledger: one small file.

It saves work and decides nothing: without it files are hashed again and data judged again, and
the same reports are found to stand. The ledger alone says what was published from what.
"""

import hashlib
import json
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.files import write_atomic
from helpers.reports.inputs import file_hash

__all__ = ["NAME", "PRIVATE", "State", "look", "read"]

PRIVATE = ".halfsky"  # the folder's own housekeeping, below the reports folder
NAME = "state.json"
EDITION = 2  # raise it when the meaning of the file changes
HEAD = b'{"sha256":"%s","state":'
# Younger than this, a file may be changed again without another time: it is not known by its stat.
SETTLED = 2_000_000_000  # nanoseconds; the coarsest clocks of file systems tick every two seconds
MOST_CHECKED = 4


@dataclass(slots=True)
class State:
    """What is remembered.

    `files`: name -> size, times and inode of a file, then its SHA-256. `reports`: path of a
    report -> what it was made from and what it shows. `rows`: file of a table -> its rows in
    the last edition. `checked`: hash of sound data and code -> the warnings about them.
    `slices`: area and region -> the hash of what their slice is cut from, and its own hashes.
    `regions`: what was found of the files of regions (see `helpers.data.check`).
    `moved`: what became of figures since the last edition (see `editions.moved`).
    """

    files: dict[str, list[Any]] = field(default_factory=dict)
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    checked: dict[str, list[Any]] = field(default_factory=dict)
    slices: dict[str, list[Any]] = field(default_factory=dict)
    regions: dict[str, Any] = field(default_factory=dict)
    moved: dict[str, Any] = field(default_factory=dict)
    written: bytes = field(default=b"", repr=False)

    def hash(self, name: str, path: Path) -> str:
        """SHA-256 of a file, empty where there is none; read only where its stat is not known.

        A file changed in place keeps neither its times nor its inode, whatever its maker does:
        the time of the last change (ctime) cannot be put back. Windows has none, so there every
        file is read.
        """
        known = self.files.pop(name, None)
        found = look(path)
        if not found:
            return ""
        if known and known[:-1] == found:
            self.files[name] = known
            return known[-1]
        digest = file_hash(path)
        if digest and sys.platform != "win32" and time.time_ns() - found[2] > SETTLED:
            self.files[name] = [*found, digest]
        return digest

    def forget(self, path: str) -> None:
        """Forget a report that is no longer part of the edition."""
        self.files.pop(path, None)
        self.reports.pop(path, None)

    def keep_checked(self, key: str, warnings: list[Any]) -> None:
        """Remember that the data of a key were found sound, with these warnings."""
        self.checked.pop(key, None)
        self.checked[key] = warnings
        while len(self.checked) > MOST_CHECKED:
            del self.checked[next(iter(self.checked))]

    def write(self, out: Path) -> None:
        """Replace the file in one step, where it would change."""
        names = ("files", "reports", "rows", "checked", "slices", "regions", "moved")
        value = {"edition": EDITION, **{name: getattr(self, name) for name in names}}
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        if body != self.written:
            head = HEAD % hashlib.sha256(body).hexdigest().encode()
            write_atomic(out / PRIVATE / NAME, head + body + b"}\n")
            self.written = body


def read(out: Path) -> State:
    """The state of a reports folder; an empty one where it is missing, torn, altered or foreign."""
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        content = (out / PRIVATE / NAME).read_bytes()
        start = len(HEAD % (b"0" * 64))
        body = content[start:-2]
        if content[:start] == HEAD % hashlib.sha256(body).hexdigest().encode():
            value = json.loads(body)
            if value.pop("edition") == EDITION and all(map(_is_table, value.values())):
                return State(**value, written=body)
    return State()


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def look(path: Path) -> list[int]:
    """Size, times and identity of a file; nothing where there is none."""
    try:
        found = path.stat()
    except OSError:
        return []
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
