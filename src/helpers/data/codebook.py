"""The codebook: what `datapackage.json` says of every table, column and key."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from .known import nearest
from .problems import Problem, fault

__all__ = ["CODEBOOK", "Codebook", "Column", "Reference", "Table", "parse_codebook", "united"]

CODEBOOK = "datapackage.json"
OWN_KEYS = ("resources", "simulated")  # what is read of a folder itself
TYPES = ("string", "integer", "number", "boolean", "date", "year", "any")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.csv")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type and what a cell may hold."""

    name: str
    type: str = "string"
    required: bool = False
    unique: bool = False
    enum: tuple[str, ...] = ()
    pattern: str = ""
    minimum: str = ""
    maximum: str = ""
    title: str = ""
    optional: bool = False  # a file may lack it: all its cells are empty then


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: `columns` must be found among `targets` of `table`."""

    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its file, columns in order, and keys."""

    name: str
    file: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class Codebook:
    """The tables of a folder; `simulated` is true where the figures are made up."""

    tables: Mapping[str, Table]
    simulated: bool = False


class _Faults(list[Problem]):
    """Faults of the codebook as they are met."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file

    def add(self, what: str, value: object = "", **said: object) -> None:
        place = (self.file, 0, "", value if isinstance(value, str) else "")
        self.append(fault(place, f"codebook-{what}", value=value, **said))


def parse_codebook(text: str, file: str = CODEBOOK) -> tuple[Codebook | None, list[Problem]]:
    """The codebook in `text` (JSON) and its faults; None where nothing could be made of it."""
    found = _Faults(file)
    try:
        content = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", "")
        why = (f"第{line}行", f"line {line}") if line else str(error)
        found.add("json", why=why)
        return None, found
    if not isinstance(content, dict) or not isinstance(content.get("resources", []), list):
        found.add("resources")
        return None, found
    for key in content:
        meant = nearest(key, OWN_KEYS)
        if meant and key != meant:
            found.add("key", key, meant=meant)
    simulated = content.get("simulated", False)
    if not isinstance(simulated, bool):
        found.add("simulated", str(simulated))
    tables: dict[str, Table] = {}
    for resource in content.get("resources", []):
        table = _table(resource, found)
        if table and table.name in tables:
            found.add("table-twice", table.name)
        elif table:
            tables[table.name] = table
    for table in tables.values():
        _check_keys(table, tables, found)
    return Codebook(MappingProxyType(tables), simulated is not False), found


def united(own: Codebook, base: Codebook, file: str) -> tuple[Codebook, list[Problem]]:
    """`own` held to the project's contract: a table that `base` knows keeps every column, type,
    constraint and key that it has there, and may add columns of its own."""
    found = _Faults(file)
    tables = dict(own.tables)
    for name, table in own.tables.items():
        contract = base.tables.get(name)
        if contract is None:
            continue
        described = {column.name: column for column in table.columns}
        for column in contract.columns:
            mine = described.pop(column.name, None)
            if mine is None and not column.optional:
                found.add("column-missing", column.name, table=name)
            elif mine is not None and mine.type != column.type:
                at = f"{name}.{column.name}"
                found.add("column-type", mine.type, column=at, type=column.type)
        columns = (*contract.columns, *described.values())
        tables[name] = replace(contract, file=table.file, columns=columns)
    return replace(own, tables=MappingProxyType(tables)), found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"'{next(n for n in names if names.count(n) > 1)}' stands twice")
    return content


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is not a JSON value")


def _table(resource: object, found: _Faults) -> Table | None:
    resource = resource if isinstance(resource, dict) else {}
    name, path, schema = (resource.get(key) for key in ("name", "path", "schema"))
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(name, str):
        found.add("resource")
    elif not isinstance(path, str) or not FILE_NAME.fullmatch(path):
        found.add("path", path, table=name)
    elif not isinstance(fields, list) or not fields:
        found.add("fields", name)
    else:
        return _described(name, path, schema, found)
    return None


def _described(name: str, path: str, schema: Mapping[str, Any], found: _Faults) -> Table:
    columns = [c for c in (_column(name, entry, found) for entry in schema["fields"]) if c]
    if len({column.name for column in columns}) < len(columns):
        found.add("columns-twice", name)
    keys = schema.get("foreignKeys", [])
    keys = keys if isinstance(keys, list) else [keys]
    references = tuple(filter(None, (_reference(name, key, found) for key in keys)))
    primary = _strings(schema.get("primaryKey", []))
    if primary is None:
        found.add("primary-key", name)
    # a key is held against its table, which tells more than a pattern could
    held = {column for reference in references for column in reference.columns}
    columns = [replace(c, pattern="") if c.name in held else c for c in columns]
    return Table(name, path, tuple(columns), primary or (), references)


def _column(table: str, entry: object, found: _Faults) -> Column | None:
    entry = entry if isinstance(entry, dict) else {}
    name, kind = entry.get("name"), entry.get("type", "string")
    rules = entry.get("constraints", {})
    if not isinstance(name, str) or kind not in TYPES or not isinstance(rules, dict):
        found.add("column", table, column=str(name))
        return None
    pattern, enum = str(rules.get("pattern", "")), rules.get("enum", [])
    try:
        re.compile(pattern)
    except re.error:
        found.add("column", pattern, column=f"{table}.{name}")
        pattern = ""
    return Column(
        name,
        kind,
        rules.get("required") is True,
        rules.get("unique") is True,
        tuple(map(_plain, enum)) if isinstance(enum, list) else (),
        pattern,
        str(rules.get("minimum", "")),
        str(rules.get("maximum", "")),
        str(entry.get("title", "")),
        entry.get("optional") is True,
    )


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _strings(value: object) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None


def _reference(table: str, key: object, found: _Faults) -> Reference | None:
    key = key if isinstance(key, dict) else {}
    target = key.get("reference")
    target = target if isinstance(target, dict) else {}
    columns, targets = _strings(key.get("fields")), _strings(target.get("fields"))
    resource = target.get("resource")
    if not columns or not targets or len(columns) != len(targets) or not isinstance(resource, str):
        found.add("foreign-key", table)
        return None
    return Reference(columns, resource or table, targets)


def _check_keys(table: Table, tables: Mapping[str, Table], found: _Faults) -> None:
    keys = [(table, table.primary_key)]
    for reference in table.references:
        keys.append((table, reference.columns))
        if reference.table in tables:
            keys.append((tables[reference.table], reference.targets))
    for other, names in keys:
        for name in set(names) - set(other.names):
            found.add("key-column", name, table=table.name, other=other.name)
