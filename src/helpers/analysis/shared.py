"""What follows from the tables alone: worked out once for tables of one content, and shared.

The reports of a batch are forked from a process that has worked it out before; in a notebook
the second study of the same tables costs little. What is shared must not be changed: callers
hand out copies of what can be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from helpers.data import Tables

Made = TypeVar("Made")
FOLDERS, KEPT = 2, 64  # contents kept at a time, and things kept of each
_known: dict[Hashable, dict[Hashable, object]] = {}


def once(tables: Tables, name: Hashable, make: Callable[[], Made]) -> Made:
    """What ``make`` makes of ``tables``, made before where their content is the same.

    Tables that were put together by hand have no hashes to be known by: theirs is made anew.
    """
    if not tables.hashes:
        return make()
    content = (str(tables.folder), *sorted(tables.hashes.items()))
    known = _known.pop(content, {})
    _known[content] = known  # the last one asked for goes last
    while len(_known) > FOLDERS:
        del _known[next(iter(_known))]
    if name not in known:
        known[name] = make()
        while len(known) > KEPT:
            del known[next(iter(known))]
    return known[name]


def rows(tables: Tables, table: str, column: str) -> Mapping[str, dict[str, object]]:
    """value → the first row in which ``column`` has it."""

    def make() -> dict[str, dict[str, object]]:
        found: dict[str, dict[str, object]] = {}
        for row in tables.frames[table].to_dict("records"):
            found.setdefault(str(row[column]), row)
        return found

    return once(tables, ("rows", table, column), make)
