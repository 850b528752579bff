"""Looking up: the tables of a report by name and row, and what is worked out of them once.

A folder may lack a table that is optional (``targets``, ``notes``) or a column that is: whoever
looks it up gets an empty one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from helpers.data import Tables

Made = TypeVar("Made")
_made: WeakKeyDictionary[Tables, dict[Hashable, object]] = WeakKeyDictionary()


def once(tables: Tables, name: Hashable, make: Callable[[], Made]) -> Made:
    """What ``make`` makes of ``tables``, worked out the first time that ``name`` is asked for.

    What is handed out is shared: nobody may change it.
    """
    known = _made.setdefault(tables, {})
    if name not in known:
        known[name] = make()
    return known[name]


def rows(tables: Tables, table: str) -> list[dict[str, object]]:
    """The rows of a table as dicts, none where the folder has no such table."""

    def make() -> list[dict[str, object]]:
        frame = tables.frames.get(table, pd.DataFrame())
        return frame.to_dict("records")

    return once(tables, ("rows", table), make)


def by_name(tables: Tables, table: str, column: str) -> Mapping[str, dict[str, object]]:
    """value → the first row in which ``column`` has it."""

    def make() -> dict[str, dict[str, object]]:
        found: dict[str, dict[str, object]] = {}
        for row in rows(tables, table):
            found.setdefault(str(row[column]), row)
        return found

    return once(tables, ("by name", table, column), make)


def grouped(tables: Tables, table: str, *columns: str) -> Mapping[tuple[str, ...], list[dict]]:
    """The values of some columns → the rows that have them, in their order."""

    def make() -> dict[tuple[str, ...], list[dict]]:
        found: dict[tuple[str, ...], list[dict]] = {}
        for row in rows(tables, table):
            found.setdefault(tuple(str(row[column]) for column in columns), []).append(row)
        return found

    return once(tables, ("grouped", table, *columns), make)
