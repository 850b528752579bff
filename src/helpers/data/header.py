"""The header row: columns found by name, in any order."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from .codebook import Table
from .known import hints, nearest
from .problems import Problem, problem

__all__ = ["Header", "read_header"]

PERSONAL = re.compile(
    r"姓名|身份证|证件号|电话|手机|住址|地址簿|出生日期|微信|银行卡|"
    r"\b(?:full_?name|person_?name|id_?card|id_?number|phone|mobile|birth(?:day|date)?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Header:
    """Where each known column stands, how many columns there are, and where the rows begin."""

    places: Mapping[str, int]
    width: int
    first: int


def read_header(
    rows: tuple[list[str], ...], numbers: tuple[int, ...], table: Table, file: str
) -> tuple[Header | None, list[Problem]]:
    """The header of `rows` held against `table`; None where the rows cannot be read by it."""
    if not rows:
        zh = ("没有任何行", "第1行应为列名")
        en = ("there are no rows", "row 1 holds the column names")
        return None, [problem((file, 1, "", ""), "header-missing", zh, en)]
    cells = [clean(cell) for cell in rows[0]]
    known = table.names
    if not set(cells) & set(known) or numbers[0] > 1:
        elsewhere = _elsewhere(rows, {c.name for c in table.columns if not c.optional})
        if elsewhere is not None:
            return None, [_misplaced(file, numbers[elsewhere], rows[0])]
        likely = [cell for cell in cells if cell and _meant(cell, table)]
        if len(likely) * 3 < len(known):
            return None, [_absent(file, numbers[0], rows[0], known)]
    problems: list[Problem] = []
    places: dict[str, int] = {}
    for at, cell in enumerate(cells):
        place = (file, numbers[0], cell, rows[0][at])
        if cell in known and cell not in places:
            places[cell] = at
            problems += _tidied(place) if cell != rows[0][at] else []
        else:
            problems += _odd(place, at, cells, rows, table)
    optional = {column.name for column in table.columns if column.optional}
    missing = [name for name in known if name not in places and name not in optional]
    problems += [_missing(file, numbers[0], name, cells, table) for name in missing]
    return (None if missing else Header(places, len(cells), 1)), problems


def clean(text: str) -> str:
    """`text` without invisible characters and outer blanks of any width."""
    if text.isascii():
        return text.strip()
    return "".join(c for c in text if unicodedata.category(c) != "Cf").strip()


def _elsewhere(rows: tuple[list[str], ...], needed: set[str]) -> int | None:
    for at, row in enumerate(rows[:20]):
        if {clean(cell) for cell in row} >= needed:
            return at
    return None


def _meant(cell: str, table: Table) -> str:
    """The column that a wrong header cell stands for: by its title, or by a likeness."""
    folded = re.sub(r"[\s_-]", "", cell).casefold()
    for column in table.columns:
        titles = re.split(r"[/|;()()]", column.title)
        if folded in {re.sub(r"[\s_-]", "", t).casefold() for t in (column.name, *titles)}:
            return column.name
    return nearest(cell, table.names)


def _odd(
    place: tuple[str, int, str, str],
    at: int,
    cells: list[str],
    rows: tuple[list[str], ...],
    table: Table,
) -> list[Problem]:
    cell = cells[at]
    if not cell:
        return _unnamed(place, at, rows)
    if cell in table.names:
        zh = (f"列“{cell}”出现了两次", "只保留一列")
        en = (f"the column '{cell}' stands twice", "keep one of them")
        return [problem(place, "header-duplicate", zh, en)]
    if PERSONAL.search(cell):
        zh = ("这一列像是个人信息,汇总数据中不得出现", "删去整列后再提交")
        en = ("this column looks personal and has no place here", "delete the whole column")
        return [problem(place, "header-personal", zh, en)]
    meant = _meant(cell, table)
    if meant and meant not in cells:
        zh = (f"列名不对:“{cell}”", f"写成“{meant}”")
        en = (f"no such column: '{cell}'", f"write '{meant}'")
        return [problem(place, "header-misspelt", zh, en)]
    zh = (f"编码本中没有列“{cell}”,已忽略", "不需要时删去")
    en = (f"the codebook has no column '{cell}': ignored", "delete it if it is not needed")
    return [problem(place, "header-unknown", zh, en, "warning")]


def _unnamed(
    place: tuple[str, int, str, str], at: int, rows: tuple[list[str], ...]
) -> list[Problem]:
    if any(len(row) > at and row[at].strip() for row in rows[1:]):
        zh = (f"第{at + 1}列有内容却没有列名", "补上列名或删去这一列")
        en = (f"column {at + 1} has cells but no name", "name it or delete it")
        return [problem(place, "header-unnamed", zh, en)]
    zh = (f"第{at + 1}列是空列,已忽略", "删去空列")
    en = (f"column {at + 1} is empty: ignored", "delete it")
    return [problem(place, "header-empty", zh, en, "warning")]


def _tidied(place: tuple[str, int, str, str]) -> list[Problem]:
    zh = ("列名带有空格或看不见的字符,已去掉", "在来源表中改正")
    en = ("blanks or invisible characters around the name: removed", "correct it at the source")
    return [problem(place, "header-blanks", zh, en, "warning")]


def _missing(file: str, row: int, name: str, cells: list[str], table: Table) -> Problem:
    spare = [cell for cell in cells if cell not in table.names and _meant(cell, table) == name]
    found = "、".join(filter(None, cells))
    zh_hint, en_hint = f"找到的列:{found}", f"columns found: {found.replace('、', ', ')}"
    if spare:
        zh_hint, en_hint = f"把“{spare[0]}”改成“{name}”", f"rename '{spare[0]}' to '{name}'"
    zh = (f"缺少列“{name}”", zh_hint)
    en = (f"the column '{name}' is missing", en_hint)
    return problem((file, row, name, ""), "header-missing-column", zh, en)


def _misplaced(file: str, row: int, first: list[str]) -> Problem:
    zh = (f"列名应在第1行,却在第{row}行", "删去列名上方的各行")
    en = (f"header expected on row 1, found on row {row}", "delete the rows above it")
    return problem((file, row, "", ",".join(first)), "header-misplaced", zh, en)


def _absent(file: str, row: int, first: list[str], known: tuple[str, ...]) -> Problem:
    zh_hint, en_hint = hints("", known)
    zh = ("第1行不是列名(或编码不对、列名写法不对)", f"第1行应写列名;{zh_hint}")
    en = ("row 1 is not a header (or its encoding is wrong)", f"row 1 holds the names; {en_hint}")
    return problem((file, row, "", ",".join(first)), "header-missing", zh, en)
