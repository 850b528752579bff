"""Where stores lie: a folder for caches, of this user alone, swept of what is old."""

import hashlib
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["TEMPORARY", "code", "keep", "places", "read", "sweep", "used"]

KEPT = 4  # stores; others go once nobody has used them for a while
VERDICTS = 40
FRESH = 3_600.0  # seconds in which a store counts as in use
ABANDONED = 86_400.0  # ... and what was left half made as abandoned
TEMPORARY = "HALFSKY_TEMPORARY"  # tells processes with a temporary folder of their own of ours
ROOMS = ("data", "quantity")  # what shapes a store and its verdict


@cache
def code() -> str:
    """One hash over the modules that read and judge tables."""
    found = hashlib.sha256()
    package = Path(__file__).resolve().parents[1]
    for room in ROOMS:
        for path in sorted((package / room).glob("*.py")):
            found.update(f"{room}/{path.name}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()


def places() -> Iterator[Path]:
    """Folders that may hold stores, the best first; those that cannot be used are left out."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    homes = [Path(named)] if named and Path(named).is_absolute() else []
    with suppress(RuntimeError):
        local = os.environ.get("LOCALAPPDATA") if os.name == "nt" else None
        homes.append(Path(local) if local else Path.home() / ".cache")
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    homes.append(Path(os.environ.get(TEMPORARY) or tempfile.gettempdir()) / f"halfsky-{user}")
    for base in homes:
        folder = base / "halfsky" / "stores"
        if _own(folder):
            yield folder


def _own(folder: Path) -> bool:
    """Whether the folder is there, this user's, and closed to others' writing."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.lstat()
    except OSError:
        return False
    if not stat.S_ISDIR(state.st_mode) or not os.access(folder, os.W_OK):
        return False
    return not hasattr(os, "getuid") or (
        state.st_uid == os.getuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )


def used(path: Path) -> None:
    """Note that a store is in use."""
    with suppress(OSError):
        os.utime(path)


def read(path: Path) -> Any:
    """What `keep` wrote, and noted as in use; None where it is missing, torn or foreign."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        if value["sha256"] != _digest(value["found"]):
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    used(path)
    return value["found"]


def keep(path: Path, found: Any) -> None:
    """Write plain values to be read back; where that cannot be, they are worked out again."""
    text = json.dumps({"sha256": _digest(found), "found": found})
    made = path.with_name(f".{path.name}.{os.getpid()}.making")
    with suppress(OSError):
        made.write_text(text, encoding="utf-8")
        made.replace(path)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def sweep(folder: Path) -> None:
    """Remove the stores and verdicts not used for long, and what was left half made."""
    now = time.time()
    for pattern, kept, fresh in (
        ("*.duckdb", KEPT, FRESH),
        ("*.json", VERDICTS, FRESH),
        (".*.making", 0, ABANDONED),
    ):
        for path, age in sorted(_ages(folder, pattern, now), key=lambda one: one[1])[kept:]:
            if age > fresh:
                with suppress(OSError):
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _ages(folder: Path, pattern: str, now: float) -> Iterator[tuple[Path, float]]:
    for path in folder.glob(pattern):
        with suppress(OSError):
            yield path, now - path.lstat().st_mtime
