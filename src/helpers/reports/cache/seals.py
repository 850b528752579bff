"""Seals: which reports were found to be up to date, so that a run with nothing to do is quick.

A seal joins the key of a run's inputs as whole files, the report's own key, what its file looked
like to the system, and what else its notebook read. All are compared with the ledger and with
the files each time; a seal that does not fit costs a closer look, never a wrong report.
"""

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path

from helpers.reports.cache.glance import SETTLED, hashed, look
from helpers.reports.publish import PRIVATE, write_atomic

__all__ = ["Seals", "look"]

NAME = "seals"
EDITION = 2
# coarse key, own key, SHA-256 of the file, what the file looked like, the files that its notebook
# read besides tables and code (path -> SHA-256)
Seal = list
STATUS = 5


class Seals:
    """The seals of a reports folder, path → seal."""

    def __init__(self, out: Path) -> None:
        self.path = out / PRIVATE / NAME
        self.known, self.at = self._read()
        self.new: dict[str, Seal] = {}
        self._hashes: dict[str, str] = {}

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
        """The coarse key under which the report with the key `own` was up to date; empty where
        something that only its notebook reads has changed since.
        """
        seal = self.known.get(path)
        return seal[0] if seal and seal[1] == own and self._others_stand(seal[4]) else ""

    def others(self, path: str) -> Mapping[str, str]:
        """What a report's notebook read besides tables and code, path -> SHA-256."""
        seal = self.new.get(path) or self.known.get(path)
        return seal[4] if seal else {}

    def _others_stand(self, files: Mapping[str, str]) -> bool:
        for path in files.keys() - self._hashes.keys():
            self._hashes[path] = hashed(path)
        return all(self._hashes[path] == digest for path, digest in files.items())

    def status(self, path: str, digest: str) -> list[int]:
        """What a report's file looked like when it had the hash `digest`; empty if not known."""
        seal = self.new.get(path) or self.known.get(path)
        return seal[3] if seal and seal[2] == digest else []

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

    def put(
        self, path: str, keys: tuple[str, str], digest: str, status: list[int],
        others: Mapping[str, str],
    ) -> None:  # fmt: skip
        """Seal a report of this run by its keys (coarse, own), its hash and `others`; `status` is
        from before its content was read.
        """
        self.new[path] = [*keys, digest, status, dict(others)]

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
