"""Long tables in a column store: converted once, then asked for parts.

A store belongs to the content of one file, read by one version of this code. It is made in a
folder for caches and never trusted further than its checksums go: what is torn, foreign or gone
is made again, and where no store can be had the table is read whole, as short ones are.
"""

import hashlib
import json
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ..codebook import Table
from . import listeners
from .build import Unfit, build
from .place import code, places, sweep, used
from .scan import file_digest, scan
from .table import Stored, Torn, shut
from .worker import Failed

__all__ = ["LARGE", "Stored", "Unfit", "fit", "is_large", "opened", "shut", "stored"]

LARGE = 4_000_000  # bytes from which a table is worth a store: some fifty thousand rows
TABLES = {"observations"}  # those that can be judged a few regions at a time
EDITION = 1  # raise it when the meaning of a store changes


def fit(table: Table, tables: Mapping[str, Table]) -> bool:
    """Whether all that is checked of a table can be checked a few regions at a time."""
    key = table.primary_key
    pointed = any(r.table == table.name for other in tables.values() for r in other.references)
    unique = any(column.unique for column in table.columns)
    sorted_by = "region" in table.names and (not key or "region" in key)
    return table.name in TABLES and sorted_by and not unique and not pointed


def is_large(path: Path) -> bool:
    """Whether a file is long enough for a store."""
    with suppress(OSError, ValueError):
        state = path.lstat()
        return stat.S_ISREG(state.st_mode) and state.st_size >= LARGE
    return False


def stored(path: Path, table: Table, file: str, inherited: bool) -> tuple[Stored, str]:
    """The store of a file, made if it is not there, and the file's SHA-256.

    Raises Unfit where the file cannot be kept in one, or none can be made.
    """
    try:
        sheet = opened(path, table, file, inherited, file_digest(path))
    except OSError as error:
        raise Unfit from error
    return sheet, sheet.digest


def opened(path: Path, table: Table, file: str, inherited: bool, digest: str) -> Stored:
    """The store of a file with that SHA-256, made where there is none or it is torn."""
    key = store_key(digest, table, file)
    for folder in places():
        target = folder / f"{key}.duckdb"
        for attempt in range(2):
            try:
                if attempt or not target.exists():
                    found = scan(path)
                    if found is None or found.digest != digest:  # or changed under our hands
                        raise Unfit
                    for listener in listeners:
                        listener(file, path.stat().st_size)
                    build(path, table, file, found, key, target)
                    sweep(folder)
                sheet = Stored(table, file, target, key, inherited, path, digest)
                used(target)
                return sheet
            except Torn:
                continue
            except (Failed, OSError):
                break  # a full disk, a folder that forbids it: try the next place
    raise Unfit


def store_key(digest: str, table: Table, file: str) -> str:
    """The name of a store: content, codebook, code and library. Raises Unfit without the latter."""
    try:
        import duckdb
    except ImportError:
        raise Unfit from None

    told = [EDITION, digest, repr(table), file, code(), duckdb.__version__]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:40]
