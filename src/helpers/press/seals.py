"""Seals: which reports were found to be up to date, so that a run with nothing to do is quick.

A seal joins the key of a run's inputs as whole files, the report's own key, and what its file
looked like to the system. All are compared with the ledger and with the file each time; a seal
that does not fit costs a closer look, never a wrong report.
"""

import hashlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path

from helpers.press.publish import PRIVATE, write_atomic

__all__ = ["Seals", "look"]

NAME = "seals"
EDITION = 1
SETTLED = 2.0  # seconds: a file may change twice within one tick of a file system's clock
Seal = list  # coarse key, own key, SHA-256 of the file, what the file looked like
STATUS = 5


def look(path: Path | str) -> list[int]:
    """What a file looks like without reading it: size, times of content and of change, identity.

    Empty where there is no such file, and on Windows, which keeps no time of change: there
    every file is read.
    """
    if os.name == "nt":
        return []
    try:
        at = os.stat(str(path))  # noqa: PTH116 - no Path objects on the fast path
    except OSError:
        return []
    return [at.st_size, at.st_mtime_ns, at.st_ctime_ns, at.st_ino, at.st_dev]


class Seals:
    """The seals of a reports folder, path → seal."""

    def __init__(self, out: Path) -> None:
        self.path = out / PRIVATE / NAME
        self.known, self.at = self._read()
        self.new: dict[str, Seal] = {}

    def _read(self) -> tuple[Mapping[str, Seal], float]:
        try:
            digest, _, content = self.path.read_bytes().partition(b"\n")
            if digest.decode("ascii") == hashlib.sha256(content).hexdigest():
                value = json.loads(content)
                if value["edition"] == EDITION:
                    return value["seals"], float(value["at"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            pass
        return {}, 0.0

    def inputs(self, path: str, own: str) -> str:
        """The coarse key under which the report with the key `own` was up to date."""
        seal = self.known.get(path)
        return seal[0] if seal and seal[1] == own else ""

    def unchanged(self, path: str, status: list[int], digest: str) -> bool:
        """Whether a file that looks like `status` looked so when it had the hash `digest`.

        A file that had changed a moment before it was sealed is not vouched for: it may have
        changed again without looking different.
        """
        seal = self.known.get(path)
        if not seal or seal[2] != digest or len(seal[3]) != STATUS:
            return False
        settled = seal[3][2] / 1e9 < self.at - SETTLED
        return settled and status == seal[3]

    def put(self, path: str, coarse: str, own: str, digest: str, status: list[int]) -> None:
        """Seal a report of this run; `status` is from before its content was read."""
        self.new[path] = [coarse, own, digest, status]

    def drop(self, path: str) -> None:
        """Break a report's seal."""
        self.new.pop(path, None)

    def write(self, kept: Mapping[str, str]) -> None:
        """Write the seals of reports in `kept` (path → own key); nothing where none is new."""
        seals = {**self.known, **self.new}
        seals = {path: seals[path] for path, own in kept.items() if path in seals}
        seals = {path: seal for path, seal in seals.items() if seal[1] == kept[path]}
        old = self.known
        settled = all(seal[3] and seal[3][2] / 1e9 < self.at - SETTLED for seal in seals.values())
        if seals == old and settled:
            return
        value = {"edition": EDITION, "at": time.time(), "seals": seals}
        content = json.dumps(value).encode("utf-8")
        digest = hashlib.sha256(content).hexdigest().encode("ascii")
        write_atomic(self.path, digest + b"\n" + content)
