"""Putting files in place so that a reader sees the old one, the new one, or none: never half.

Also the lock that keeps two runs out of one folder.
"""

import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = [
    "ENDING",
    "PRIVATE",
    "Held",
    "deposit",
    "hold",
    "publish",
    "sweep",
    "withdraw",
    "write_atomic",
]

PRIVATE = ".halfsky"  # the folder's own housekeeping, below the reports folder
LOCK = "lock"
ENDING = ".part"
FAR = 1 << 30  # Windows locks bytes: one that no text reaches leaves the text readable


class Held(Exception):  # noqa: N818 - a state, not a mistake
    """Another run holds `folder`; `owner` says which (pid, host, start)."""

    def __init__(self, folder: Path, owner: dict[str, str]) -> None:
        self.folder, self.owner = folder, owner
        super().__init__(folder, owner)


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
    _settle(target.parent)


def write_atomic(target: Path, content: bytes) -> str:
    """Replace `target` by `content` in one step; the SHA-256 of the content."""
    part, digest = deposit(target, content)
    try:
        publish(part, target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    return digest


def _settle(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be flushed there; the rename is journalled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove what a killed run left half written, by our own pattern. Only under the lock."""
    for place, names in (("*/*/*/", "html"), ("", "html|json"), (f"{PRIVATE}/", "json")):
        ours = re.compile(rf"\.[^/]+\.({names})\.[0-9a-f]{{12}}{ENDING}")
        for part in folder.glob(f"{place}.*{ENDING}"):
            if ours.fullmatch(part.name):
                with suppress(OSError):
                    part.unlink()


def withdraw(path: Path, digest: str) -> bool:
    """Remove a report that is no longer part of the edition, and folders that it leaves empty.

    Only when its content is what we published: a file that someone changed is theirs and
    stays. True when nothing of it is left.
    """
    try:
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            return False
        path.unlink()
    except FileNotFoundError:
        return True
    with suppress(OSError):  # not empty: another report lives there
        for parent in list(path.parents)[:3]:
            parent.rmdir()
    return True


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Hold the reports folder for this process; raises `Held` where another run has it.

    What a run that was killed left half written is swept away.

    The system lets go when the process ends, however it ends, so a dead run's lock is taken
    over without asking; the file itself stays and means nothing by itself.
    """
    path = folder / PRIVATE / LOCK
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as stream:
        if not _lock(stream.fileno()):
            stream.seek(0)
            raise Held(folder, _owner(stream.read(1000)))
        stream.seek(0)
        if stream.read(1):  # the run before did not come to its end
            sweep(folder)
        stream.truncate(0)
        owner = {
            "pid": str(os.getpid()),
            "host": os.uname().nodename
            if hasattr(os, "uname")
            else os.environ.get("COMPUTERNAME", ""),
            "start": time.strftime("%Y-%m-%d %H:%M:%S"),
        }
        stream.write(json.dumps(owner).encode("utf-8"))
        stream.flush()
        yield
        stream.truncate(0)


def _owner(text: bytes) -> dict[str, str]:
    with suppress(ValueError, AttributeError):
        return {str(name): str(value) for name, value in json.loads(text).items()}
    return {}


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        os.lseek(handle, FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(handle, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
