"""A table that lies in a store, asked for parts: the database is opened by who asks, and only
then, because its threads would not outlive a fork.
"""

import json
import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from .cells import read_cells
from .codebook import Table
from .problems import Problem
from .sheets import Sheet

__all__ = ["Stored", "Torn", "shut"]

PARTS = 8  # regions' rows that stay in memory
SORTED_BY = "region"
SETTINGS = {"threads": "1", "memory_limit": "512MB"}
_BASES: dict[tuple[int, str], Any] = {}  # (process, store) -> its connection

Where = Mapping[str, Iterable[str]]


class Torn(Exception):  # noqa: N818 - it says what became of the store
    """A store cannot be read."""


@dataclass(eq=False)
class Stored:
    """A table in a store, to be used like a `Sheet`: taken whole it is read whole.

    `part`, `counts` and `members` answer from the store without that.
    """

    table: Table
    file: str
    path: Path
    key: str
    inherited: bool
    source: Path
    digest: str  # SHA-256 of the source
    _parts: "OrderedDict[tuple[str, ...], tuple[Sheet, tuple[int, ...]]]" = field(
        default_factory=OrderedDict
    )

    def __post_init__(self) -> None:
        self.meta: Mapping[str, Any] = self._meta()

    def _meta(self) -> dict[str, Any]:
        try:
            meta = json.loads(self._ask("SELECT value FROM meta")[0][0])
            if meta["key"] != self.key:
                raise ValueError("a store of something else")
            [count] = self._ask("SELECT count(*) FROM held")[0]
            if count != meta["rows"]:
                raise ValueError("rows are missing")
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise Torn(str(error)) from error
        return meta

    def __len__(self) -> int:
        return int(self.meta["rows"])

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the form of the file."""
        return [Problem(*fields) for fields in self.meta["problems"]]

    @property
    def holes(self) -> frozenset[str]:
        """Columns in which a cell is empty or was refused."""
        return frozenset(self.meta["holes"])

    def members(self, column: str) -> list[str]:
        """The distinct texts of a column, sorted."""
        if column in self.meta["members"]:
            return list(self.meta["members"][column])
        name = _quoted(column)
        return [text for (text,) in self._ask(f"SELECT DISTINCT {name} FROM held ORDER BY 1")]

    def counts(self, *columns: str) -> list[tuple[Any, ...]]:
        """How many rows have the same texts in some columns, in order of the first of them."""
        names = ", ".join(map(_quoted, columns))
        query = f"SELECT {names}, count(*) FROM held GROUP BY {names} ORDER BY min(_row)"
        return self._ask(query)

    def regions(self) -> dict[str, tuple[int, str]]:
        """region → how many rows it has, and a digest of what they say, in whatever order."""
        cells = ", ".join(map(_quoted, self.table.names))
        query = f"""SELECT region, count(*), sum(md5_number_lower(concat_ws(chr(31), {cells})))
            FROM held GROUP BY region"""
        return {region: (count, str(digest)) for region, count, digest in self._ask(query)}

    def told(self, alike: Mapping[str, Any]) -> Iterator[dict]:
        """As of a Sheet: a row with its `count` for each region, period and kind of indicator."""
        kinds: dict[Any, str] = {}
        first = {name: kinds.setdefault(kind, name) for name, kind in alike.items()}
        pairs = ", ".join("(?, ?)" for _ in first) or "(NULL, NULL)"
        query = f"""SELECT kind, region, period, count(*)
            FROM held JOIN (VALUES {pairs}) AS alike (name, kind) ON indicator = name
            GROUP BY ALL ORDER BY ALL"""
        names = [name for pair in first.items() for name in pair]
        for kind, region, period, count in self._answers(query, names):
            yield {"indicator": kind, "region": region, "period": period, "count": count}

    def part(self, where: Where) -> tuple[Sheet, tuple[int, ...]]:
        """The rows that have one of the values given in each column named, and their positions."""
        where = {name: tuple(values) for name, values in where.items()}
        where = {name: values for name, values in where.items() if name in self.table.names}
        regions = tuple(sorted(set(where.get("region", ()))))
        if not regions or len(regions) > PARTS:
            return self._sheet(where)
        if regions not in self._parts:
            self._parts[regions] = self._sheet({"region": regions})
            while len(self._parts) > PARTS:
                self._parts.popitem(last=False)
        self._parts.move_to_end(regions)
        sheet, places = self._parts[regions]
        return _narrowed(sheet, places, where)

    def _sheet(self, where: Mapping[str, Sequence[str]]) -> tuple[Sheet, tuple[int, ...]]:
        names = self.table.names
        tests = [f"{_quoted(n)} IN ({', '.join('?' * len(v)) or 'NULL'})" for n, v in where.items()]
        query = f"SELECT _at, _row, {', '.join(map(_quoted, names))} FROM held"
        query += f" WHERE {' AND '.join(tests)}" if tests else ""
        rows = self._ask(f"{query} ORDER BY _row", [v for vs in where.values() for v in vs])
        at, numbers, *cells = zip(*rows, strict=True) if rows else ((),) * (len(names) + 2)
        texts, columns = {}, {}
        for column, values in zip(self.table.columns, cells, strict=True):
            # tidied already: what is said of them was said when the store was made
            texts[column.name], columns[column.name], _ = read_cells(column, values, numbers, "")
        return Sheet(self.table, self.file, numbers, columns, texts, self.inherited), at

    @cached_property
    def _whole(self) -> Sheet:
        return self._sheet({})[0]

    @property
    def numbers(self) -> tuple[int, ...]:
        """As of a Sheet; reads the table whole."""
        return self._whole.numbers

    @property
    def columns(self) -> Mapping[str, list]:
        """As of a Sheet; reads the table whole."""
        return self._whole.columns

    @property
    def texts(self) -> Mapping[str, list[str]]:
        """As of a Sheet; reads the table whole."""
        return self._whole.texts

    def rows(self) -> Iterator[dict]:
        """As of a Sheet; reads the table whole."""
        return self._whole.rows()

    def outline(self) -> Sheet:
        """A sheet without rows that still knows which periods and sources there are."""
        empty: dict[str, list] = {name: [] for name in self.table.names}
        texts = {**empty, **{name: self.members(name) for name in self.meta["members"]}}
        return Sheet(self.table, self.file, (), empty, texts, self.inherited)

    def _answers(self, query: str, values: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """The rows of a long answer, some at a time."""
        self._ask("SELECT 1 FROM held LIMIT 1")  # in its place and whole
        answer = _base(self.path).execute(query, list(values))
        while rows := answer.fetchmany(10_000):
            yield from rows

    def _ask(self, query: str, values: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        """The rows of an answer; a store that broke since it was opened is made again, once."""
        import duckdb

        try:
            return _base(self.path).execute(query, list(values)).fetchall()
        except (duckdb.Error, OSError) as error:
            _forget(self.path)
            if "meta" not in self.__dict__:
                raise Torn(str(error)) from error
        from .store import opened

        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        again = opened(self.source, self.table, self.file, self.inherited, self.digest)
        self.path = again.path
        return _base(self.path).execute(query, list(values)).fetchall()

    def __reduce__(self) -> tuple[Any, ...]:
        given = (self.table, self.file, self.path, self.key, self.inherited)
        return Stored, (*given, self.source, self.digest)


def _narrowed(
    sheet: Sheet, places: tuple[int, ...], where: Mapping[str, Sequence[str]]
) -> tuple[Sheet, tuple[int, ...]]:
    kept = list(range(len(sheet)))
    for name, values in where.items():
        if name != SORTED_BY:
            texts, wanted = sheet.texts[name], set(values)
            kept = [at for at in kept if texts[at] in wanted]
    if len(kept) == len(sheet):
        return sheet, places
    return sheet.rows_at(kept), tuple(places[at] for at in kept)


def _base(path: Path) -> Any:
    """The connection of this process; one that came over a fork is never touched."""
    import duckdb

    key = (os.getpid(), str(path))
    if key not in _BASES:
        _BASES[key] = duckdb.connect(str(path), read_only=True, config=SETTINGS)
    return _BASES[key]


def shut() -> None:
    """Close what this process has open: no thread of the library is left, so that it may fork."""
    for process, path in tuple(_BASES):
        if process == os.getpid():
            _forget(Path(path))


def _forget(path: Path) -> None:
    connection = _BASES.pop((os.getpid(), str(path)), None)
    if connection is not None:
        connection.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
