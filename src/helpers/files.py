"""Files: a user's are read only if they are plain ones of a sane size, ours are put in place whole.

A reader sees the old file, the new one, or none: never half of one.
"""

import csv
import hashlib
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from helpers.data.problems import DataRefused

__all__ = [
    "ENDING",
    "LARGEST",
    "MAGIC",
    "deposit",
    "digest",
    "lock",
    "open_bytes",
    "publish",
    "read_bytes",
    "read_plain",
    "rows_beside",
    "write_atomic",
]

ENDING = ".part"  # of what is being written

LARGEST = 50_000_000
MAGIC = (
    (b"PK\x03\x04", "xlsx / zip"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"\xd0\xcf\x11\xe0", "xls / doc"),
    (b"%PDF", "PDF"),
    (b"PAR1", "parquet"),
    (b"\x93NUMPY", "npy"),
    (b"\x80\x04\x95", "pickle"),
    (b"\x80\x05\x95", "pickle"),
    (b"SQLite format 3", "SQLite"),
)


def rows_beside(module: str, name: str) -> list[dict[str, str]]:
    """The rows of a CSV table of the program's own, which lies beside `module`, a `__file__`."""
    with Path(module).with_name(name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def read_plain(path: Path, file: str, largest: int = LARGEST) -> bytes:
    """The content of a regular file of whatever form, called `file` in messages.

    Links, devices and pipes are not opened, and nothing larger than `largest` bytes is read.
    Raises DataRefused, for an empty file too.
    """
    try:
        state = os.lstat(path)
        if not stat.S_ISREG(state.st_mode):
            raise _refused(file, "not-a-regular-file")
        if state.st_size > largest:
            size, limit = f"{state.st_size:,}", f"{largest:,}"
            raise _refused(file, "file-too-large", size=size, limit=limit)
        with open_bytes(path) as opened:
            content = opened.read(largest + 1)[:largest]
    except FileNotFoundError:
        raise _refused(file, "file-missing") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise _refused(file, "file-unreadable", why=why) from None
    if not content:
        raise _refused(file, "file-empty")
    return content


def read_bytes(path: Path, file: str, largest: int = LARGEST) -> bytes:
    """The content of a file as `read_plain` gives it, if it may be the text of a table.

    What begins like an archive, a workbook or another binary form is refused. Raises DataRefused.
    """
    content = read_plain(path, file, largest)
    for magic, kind in MAGIC:
        if content.startswith(magic):
            raise _refused(file, "not-a-csv-file", kind=kind)
    return content


def open_bytes(path: Path) -> BinaryIO:
    """The file of that very name, opened to be read; raises OSError."""
    # The name may be swapped between the look and the opening: never follow, never wait.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    return os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb")


def _refused(file: str, rule: str, **said: object) -> "DataRefused":
    from helpers.data.problems import DataRefused, fault  # which rest on this module

    return DataRefused([fault((file, 0, "", ""), rule, **said)])


def digest(path: Path) -> str:
    """SHA-256 of a regular file, read in pieces; raises OSError for anything else."""
    found = hashlib.sha256()
    with open_bytes(path) as opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise OSError(f"not a regular file: {path}")
        while piece := opened.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


def deposit(target: Path, content: bytes) -> tuple[Path, str]:
    """Write `content` beside `target`, through to the disk; its place and SHA-256.

    The folder is made where it is missing. Nothing is left behind when writing fails.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.urandom(6).hex()}{ENDING}")
    try:
        with part.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    return part, hashlib.sha256(content).hexdigest()


def publish(part: Path, target: Path) -> None:
    """Let `part` take the place of `target` in one step, and make that step last."""
    part.replace(target)
    if os.name == "nt":  # folders cannot be flushed there; the rename is journalled
        return
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_atomic(target: Path, content: bytes) -> str:
    """Replace `target` by `content` in one step; the SHA-256 of the content."""
    part, found = deposit(target, content)
    try:
        publish(part, target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    return found


if sys.platform == "win32":
    import msvcrt

    FAR = 1 << 30  # Windows locks bytes: one that no text reaches leaves the text readable

    def lock(handle: int) -> bool:
        """Whether this process now holds the open file, until it is closed; never waits."""
        os.lseek(handle, FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(handle, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def lock(handle: int) -> bool:
        """Whether this process now holds the open file, until it is closed; never waits."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
