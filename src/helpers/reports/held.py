"""A reports folder: held by one run at a time, swept of what a killed one left, tidied of reports
that are no longer planned.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from helpers.files import ENDING, lock

__all__ = ["PRIVATE", "Held", "hold", "sweep", "withdraw"]

PRIVATE = ".halfsky"  # the folder's own housekeeping, below the reports folder
LOCK = "lock"


class Held(Exception):  # noqa: N818 - a state, not a mistake
    """Another run holds `folder`; `owner` says which (pid, host, start)."""

    def __init__(self, folder: Path, owner: dict[str, str]) -> None:
        self.folder, self.owner = folder, owner
        super().__init__(folder, owner)


def sweep(folder: Path) -> None:
    """Remove what a killed run left half written, by our own pattern. Only under the lock."""
    for place, names in (("*/*/*/", "html|pdf|docx"), ("*/*/", "pdf"), ("", "html|json"), (f"{PRIVATE}/", "json")):
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
        if not lock(stream.fileno()):
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
