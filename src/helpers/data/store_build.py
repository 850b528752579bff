"""From a table's file to its store: cut, checked in form piece by piece, sorted by region."""

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from .codebook import Table
from .problems import Problem
from .store_form import BREAK, CELL, Form, Piece, formed
from .store_scan import Scan
from .store_worker import Failed, spread

__all__ = ["Unfit", "build", "slots"]

MEMORY = "1GB"  # that the sorting may take before it goes to disk
MOST = 1_000  # irregular rows, or findings of a column: beyond that a file is hopeless


class Unfit(Exception):  # noqa: N818 - it says what is the matter with the file
    """The file cannot be kept in a store; `problems` say why it could not be read, if so."""

    def __init__(self, problems: Sequence[Problem] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)


@dataclass(frozen=True, slots=True)
class Load:
    """What the loading process needs: the store to make, its text, and the pieces."""

    target: Path
    names: tuple[str, ...]
    meta: str
    pieces: tuple[tuple[str, int], ...]  # file, and the position of its first row


def slots() -> int:
    """How many processes may work at once."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(8, count or 1))


def build(path: Path, table: Table, file: str, scan: Scan, key: str, target: Path) -> None:
    """Make the store of a file at `target`; it appears whole or not at all.

    Raises Unfit, Failed (a process came to no result), OSError.
    """
    folder = target.with_name(f".{target.name}.{os.getpid()}.making")
    folder.mkdir(mode=0o700)
    try:
        form = Form(path, scan.header, table, file, folder)
        pieces = spread(formed, form, scan.cuts, folder, slots())
        meta = _meta(pieces, key)
        made = folder / "store.duckdb"
        files, rows = [], 0
        for piece in pieces:
            if piece.rows:
                files.append((piece.target, rows))
            rows += piece.rows
        spread(loaded, None, [Load(made, table.names, json.dumps(meta), tuple(files))], folder, 1)
        with made.open("rb") as stream:
            os.fsync(stream.fileno())
        made.replace(target)
    finally:
        with suppress(OSError):
            shutil.rmtree(folder)


def _meta(pieces: Sequence[Piece], key: str) -> dict[str, Any]:
    """What is known of the whole file once every piece was read."""
    bad = next((piece for piece in pieces if piece.refused or not piece.stages), None)
    if bad or not pieces:
        raise Unfit(bad.refused if bad else ())
    stages = [list(pieces[0].stages[0]), *([] for _ in pieces[0].stages[1:])]
    stages[1] = [_graver(found) for found in zip(*(p.stages[1] for p in pieces), strict=True)]
    for number in range(len(stages)):
        if number != 1:
            found = [p for piece in pieces for p in piece.stages[number]]
            stages[number] = list(dict.fromkeys(found)) if number == 0 else found
    problems = [found for stage in stages for found in stage]
    hopeless = any(len(stage) >= MOST for stage in stages)
    if hopeless or any(piece.rows and not piece.target for piece in pieces):
        raise Unfit(problems if any(p.severity == "error" for p in problems) else ())
    members: dict[str, set[str]] = {}
    for piece in pieces:
        for name, values in piece.members:
            members.setdefault(name, set()).update(values)
    return {
        "key": key,
        "rows": sum(piece.rows for piece in pieces),
        "problems": [astuple(found) for found in problems],
        "reported": sorted(set().union(*(piece.reported for piece in pieces))),
        "members": {name: sorted(values) for name, values in members.items()},
        "holes": sorted(set().union(*(piece.holes for piece in pieces))),
    }


def _graver(found: Sequence[Problem]) -> Problem:
    """Of one header cell judged by each piece: an empty column is none if any piece fills it."""
    return next((p for p in found if p.severity == "error"), found[0])


def loaded(_: None, load: Load) -> None:
    """Write the store: the rows sorted by region and row, and what is known of them."""
    import duckdb

    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in ("_at", "_row", *load.names))
    order = "region, " if "region" in load.names else ""
    cells = ", ".join(
        f"replace(coalesce({_quoted(name)}, ''), chr({ord(BREAK)}), chr(10)) AS {_quoted(name)}"
        for name in load.names
    )
    with duckdb.connect(str(load.target)) as base:
        base.execute(f"SET memory_limit = '{MEMORY}'")
        base.execute(f"SET threads = {slots()}")
        base.execute("SET preserve_insertion_order = false")
        base.execute("SET temp_directory = ?", [str(load.target.parent / "spill")])
        base.execute("CREATE TABLE meta (value VARCHAR)")
        base.execute("INSERT INTO meta VALUES (?)", [load.meta])
        base.execute("CREATE TEMP TABLE pieces (_name VARCHAR, _base BIGINT)")
        if load.pieces:
            base.executemany("INSERT INTO pieces VALUES (?, ?)", [list(p) for p in load.pieces])
        source = (
            f"read_csv({[name for name, _ in load.pieces]!r}, delim = '{CELL}', quote = '', "
            f"escape = '', header = false, auto_detect = false, new_line = '\\n', "
            f"columns = {{{columns}}}, filename = '_piece')"
        )
        base.execute(
            "CREATE TABLE held AS "
            f"SELECT _base + _at::BIGINT AS _at, _row::BIGINT AS _row, {cells} "
            f"FROM {source} JOIN pieces ON pieces._name = _piece ORDER BY {order}_row"
        )
        count = base.execute("SELECT count(*) FROM held").fetchone()[0]
        if count != json.loads(load.meta)["rows"]:
            raise Failed(f"{count} rows")
        base.execute("CHECKPOINT")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
