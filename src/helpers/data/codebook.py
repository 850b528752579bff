"""The codebook: what `datapackage.json` says of every table, column and key."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from .known import nearest
from .problems import Problem, problem

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


@dataclass(slots=True)
class _Findings:
    """Faults of the codebook as they are met."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, value: object, zh: str, en: str) -> None:
        place = (self.file, 0, "", value if isinstance(value, str) else "")
        remedy = (f"对照项目的 data/{CODEBOOK} 改正", f"correct it after the project's {CODEBOOK}")
        self.problems.append(problem(place, "codebook-malformed", (zh, remedy[0]), (en, remedy[1])))


def parse_codebook(text: str, file: str = CODEBOOK) -> tuple[Codebook | None, list[Problem]]:
    """The codebook in `text` (JSON) and its faults; None where nothing could be made of it."""
    found = _Findings(file)
    try:
        content = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        zh = f"不是有效的 JSON(第{error.lineno}行第{error.colno}个字符)"
        found.add("", zh, f"not valid JSON (line {error.lineno}, character {error.colno})")
        return None, found.problems
    except (ValueError, RecursionError) as error:
        found.add("", f"不是有效的 JSON:{error}", f"not valid JSON: {error}")
        return None, found.problems
    if not isinstance(content, dict) or not isinstance(content.get("resources", []), list):
        found.add("", "没有 resources 列表", "there is no list of resources")
        return None, found.problems
    for key in content:
        meant = nearest(key, OWN_KEYS)
        if meant and key != meant:
            found.add(key, f"“{key}”应为“{meant}”", f"'{key}' should be '{meant}'")
    simulated = content.get("simulated", False)
    if not isinstance(simulated, bool):
        found.add(str(simulated), "simulated 只能是 true 或 false", "simulated is true or false")
    tables: dict[str, Table] = {}
    for resource in content.get("resources", []):
        table = _table(resource, found)
        if table and table.name in tables:
            found.add(table.name, "同一张表列出了两次", "the table is listed twice")
        elif table:
            tables[table.name] = table
    for table in tables.values():
        _check_keys(table, tables, found)
    return Codebook(MappingProxyType(tables), simulated is not False), found.problems


def united(own: Codebook, base: Codebook, file: str) -> tuple[Codebook, list[Problem]]:
    """`own` held to the project's contract: a table that `base` knows keeps every column, type,
    constraint and key that it has there, and may add columns of its own."""
    found = _Findings(file)
    tables = {name: table for name, table in own.tables.items() if name not in base.tables}
    for name, table in own.tables.items():
        if name not in base.tables:
            continue
        contract = base.tables[name]
        known = {column.name: column for column in contract.columns}
        described = {column.name: column for column in table.columns}
        for column in known.values():
            mine = described.get(column.name)
            if mine is None and column.optional:
                continue
            if mine is None:
                zh = f"表 {name} 没有说明列“{column.name}”"
                found.add(column.name, zh, f"table {name} lacks the column '{column.name}'")
            elif mine.type != column.type:
                zh = f"表 {name} 的列“{column.name}”类型应为 {column.type},不是 {mine.type}"
                en = f"column '{column.name}' of {name} is {column.type}, not {mine.type}"
                found.add(mine.type, zh, en)
        extra = tuple(column for column in table.columns if column.name not in known)
        tables[name] = replace(contract, file=table.file, columns=contract.columns + extra)
    return replace(own, tables=MappingProxyType(tables)), found.problems


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"'{next(n for n in names if names.count(n) > 1)}' stands twice")
    return content


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is not a JSON value")


def _table(resource: object, found: _Findings) -> Table | None:
    if not isinstance(resource, dict) or not isinstance(resource.get("name"), str):
        found.add("", "有一项资源没有名称", "a resource has no name")
        return None
    name, path, schema = resource["name"], resource.get("path"), resource.get("schema")
    if not isinstance(path, str) or not FILE_NAME.fullmatch(path):
        zh = f"表 {name} 的 path 必须是同一文件夹内的 .csv 文件名"
        found.add(path, zh, f"the path of {name} must be the name of a .csv file in this folder")
        return None
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list) or not fields:
        found.add(name, f"表 {name} 没有列的说明", f"table {name} has no fields")
        return None
    columns = tuple(filter(None, (_column(name, entry, found) for entry in fields)))
    if len({column.name for column in columns}) < len(columns):
        found.add(name, f"表 {name} 有同名的列", f"table {name} has two columns of one name")
    keys = schema.get("foreignKeys", [])
    if not isinstance(keys, list):
        keys = [keys]
    references = [_reference(name, key, found) for key in keys]
    primary = _strings(schema.get("primaryKey", []))
    if primary is None:
        found.add(name, f"表 {name} 的主键写法不对", f"the primary key of {name} is malformed")
    references = tuple(filter(None, references))
    # a key is held against its table, which tells more than a pattern could
    keys = {name for reference in references for name in reference.columns}
    columns = tuple(replace(c, pattern="") if c.name in keys else c for c in columns)
    return Table(name, path, columns, primary or (), references)


def _column(table: str, entry: object, found: _Findings) -> Column | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        found.add(table, f"表 {table} 有一列没有名称", f"a field of {table} has no name")
        return None
    name, kind = entry["name"], entry.get("type", "string")
    rules = entry.get("constraints", {})
    if kind not in TYPES or not isinstance(rules, dict):
        zh = f"列 {table}.{name} 的类型或约束写法不对"
        found.add(str(kind), zh, f"the type or constraints of {table}.{name} are malformed")
        return None
    pattern = str(rules.get("pattern", ""))
    try:
        re.compile(pattern)
    except re.error:
        zh = f"列 {table}.{name} 的 pattern 不是正则表达式"
        found.add(pattern, zh, f"the pattern of {table}.{name} is not a regular expression")
        pattern = ""
    enum = rules.get("enum", [])
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


def _reference(table: str, key: object, found: _Findings) -> Reference | None:
    target = key.get("reference") if isinstance(key, dict) else None
    columns = _strings(key.get("fields")) if isinstance(key, dict) else None
    targets = _strings(target.get("fields")) if isinstance(target, dict) else None
    resource = target.get("resource") if isinstance(target, dict) else None
    if not columns or not targets or len(columns) != len(targets) or not isinstance(resource, str):
        found.add(table, f"表 {table} 的外键写法不对", f"a foreign key of {table} is malformed")
        return None
    return Reference(columns, resource or table, targets)


def _check_keys(table: Table, tables: Mapping[str, Table], found: _Findings) -> None:
    own = set(table.names)
    for name in (*table.primary_key, *(n for key in table.references for n in key.columns)):
        if name not in own:
            zh = f"表 {table.name} 的键用了没有说明的列“{name}”"
            found.add(name, zh, f"a key of {table.name} uses the unknown column '{name}'")
    for key in table.references:
        target = tables.get(key.table)
        for name in key.targets:
            if target is not None and name not in target.names:
                zh = f"表 {table.name} 的外键指向 {key.table} 中没有的列“{name}”"
                en = f"a foreign key of {table.name} points to '{name}', not in {key.table}"
                found.add(name, zh, en)
