"""A long file cut into pieces of whole rows, and hashed on the way."""

import hashlib
import os
import stat
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

from .files import MAGIC, open_bytes

__all__ = ["Cut", "Scan", "file_digest", "scan"]

PIECE = 4_000_000  # bytes
SETTLED = 2.0  # seconds after which a change of a file shows in its times
BOM = b"\xef\xbb\xbf"
_digests: dict[tuple[object, ...], str] = {}


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of a file: where it lies, how many rows stand above it, and a checksum."""

    offset: int
    length: int
    above: int
    crc: int


@dataclass(frozen=True, slots=True)
class Scan:
    """A file's SHA-256, its first row (the header, with its line end), and the pieces below it."""

    digest: str
    header: bytes
    cuts: tuple[Cut, ...]


def file_digest(path: Path) -> str:
    """SHA-256 of a file; remembered as long as nothing that the system tells of it changes.

    A file that was touched a moment ago is hashed again, because a second change would not show.
    """
    with path.open("rb") as stream:
        key = _look(stream.fileno(), path)
        found = _digests.get(key)
        if found is None:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
            state = os.fstat(stream.fileno())
            touched = max(state.st_mtime, state.st_ctime)
            if key == _look(stream.fileno(), path) and time.time() - touched > SETTLED:
                _digests[key] = found
    return found


def _look(handle: int, path: Path) -> tuple[object, ...]:
    state = os.fstat(handle)
    identity = (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
    return (str(path), *identity)


def scan(path: Path) -> Scan | None:
    """The file cut at line ends that lie outside quotation marks, some `PIECE` bytes each.

    None where that cannot be told for sure: a lone carriage return, a zero byte, a first row
    that is blank, a file that is not what a table is. Raises OSError.
    """
    if not stat.S_ISREG(os.lstat(path).st_mode):
        return None
    with open_bytes(path) as stream:
        cutter = _Cutter()
        while block := stream.read(PIECE):
            if not cutter.feed(block):
                return None
    return cutter.ended()


class _Cutter:
    """The state between two blocks of a file."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.header = b""
        self.cuts: list[Cut] = []
        self.inside = False  # quotation marks
        self.offset = self.length = self.crc = 0
        self.above = self.rows = self.returns = 0
        self.last = b""

    def feed(self, block: bytes) -> bool:
        """Take the next block; False where the file is none that can be cut."""
        self.digest.update(block)
        if b"\0" in block or not self._returns(block):
            return False
        if not self.header:
            block = self._headed(block)
            if not block and not self.header:
                return False
        ends, last = self._ends(block)
        if last >= 0:
            self._grow(block[: last + 1])
            self.rows += ends
            self._close()
            block = block[last + 1 :]
        self._grow(block)
        return True

    def _returns(self, block: bytes) -> bool:
        """Whether every carriage return so far stands before a line feed."""
        lone = block.count(b"\r") - block.count(b"\r\n") - block.endswith(b"\r")
        before = self.last == b"\r" and not block.startswith(b"\n")
        self.last = block[-1:]
        return not lone and not before

    def _headed(self, block: bytes) -> bytes:
        if block.startswith(tuple(magic for magic, _ in MAGIC)):
            return b""
        start = 0
        while block.startswith(BOM, start):
            start += len(BOM)
        end = block.find(b"\n", start)
        header = block[start : end + 1] if end >= 0 else b""
        if not header.strip() or header.count(b'"') % 2:
            return b""
        self.header, self.offset, self.above = header, end + 1, 1
        return block[end + 1 :]

    def _ends(self, block: bytes) -> tuple[int, int]:
        """How many rows end in the block, and where the last of them does."""
        parts = block.split(b'"')
        outside = parts[self.inside :: 2]
        count = sum(part.count(b"\n") for part in outside)
        last, at = -1, len(block)
        for number in range(len(parts) - 1, -1, -1) if count else ():
            at -= len(parts[number])
            found = parts[number].rfind(b"\n")
            if number % 2 == self.inside and found >= 0:
                last = at + found
                break
            at -= 1  # the mark before this part
        self.inside ^= not len(parts) % 2
        return count, last

    def _grow(self, piece: bytes) -> None:
        self.length += len(piece)
        self.crc = zlib.crc32(piece, self.crc)

    def _close(self) -> None:
        if self.length:
            self.cuts.append(Cut(self.offset, self.length, self.above, self.crc))
        self.offset += self.length
        self.above += self.rows
        self.length = self.crc = self.rows = 0

    def ended(self) -> Scan | None:
        """The scan of the whole file."""
        if not self.header or self.last == b"\r":
            return None
        self._close()
        return Scan(self.digest.hexdigest(), self.header, tuple(self.cuts))
