"""One table's file, from bytes to typed columns: found by name, in any order."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from .cells import read_cells
from .codebook import Table
from .decode import decode, parse, repaired
from .known import hints, nearest
from .problems import DataRefused, Problem, fault

__all__ = ["Sheet", "read_sheet"]

MOST = 1_000  # irregular rows: beyond that a table is hopeless
LOOKED_AT = 20  # rows in which a header is sought
FOOT = re.compile(
    r"\s*(?:合\s*计|小\s*计|总\s*计|填表人|填报人|审核人|负责人|制表人?|单位负责人|联系人|备注|说明|附?注"
    r"|(?:数据|资料)?来源|total|subtotal|notes?|source)\s*(?:[:：(（].*)?",
    re.IGNORECASE,
)
PERSONAL = re.compile(
    r"姓名|身份证|证件号|电话|手机|住址|地址簿|出生日期|微信|银行卡|"
    r"\b(?:full_?name|person_?name|id_?card|id_?number|phone|mobile|birth(?:day|date)?)\b",
    re.IGNORECASE,
)
Rows = dict[int, list[str]]  # by the number that a spreadsheet shows


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as read: `columns` hold typed values (None where refused or empty), `texts` the
    tidied cells, `numbers` the rows of a spreadsheet."""

    table: Table
    file: str
    numbers: tuple[int, ...]
    columns: Mapping[str, list]
    texts: Mapping[str, list[str]]
    inherited: bool = False
    whole: bool = True  # no row was refused

    def __len__(self) -> int:
        return len(self.numbers)

    @classmethod
    def empty(cls, table: Table) -> "Sheet":
        """A table that a folder need not have, without rows."""
        none: dict[str, list] = {name: [] for name in table.names}
        return cls(table, table.file, (), none, none, inherited=True)

    def rows(self) -> Iterable[dict]:
        """The rows as dicts of typed values, with their spreadsheet number under `row`.

        A refused text or date is "" here; a refused or empty number or flag is None.
        """
        kinds = {column.name: column.type for column in self.table.columns}
        cells = [
            [value or "" for value in values]
            if kinds[name] in ("string", "any", "year", "date")
            else values
            for name, values in self.columns.items()
        ]
        for number, *values in zip(self.numbers, *cells, strict=True):
            yield {"row": number, **dict(zip(self.columns, values, strict=True))}

    def at(self, row: Mapping, column: str, value: object = None) -> tuple[str, int, str, str]:
        """The place of a cell of one of the `rows`, for a problem."""
        value = row[column] if value is None else value
        return self.file, row["row"], column, "" if value is None else str(value)

    def extended(self, other: "Sheet", key: str, wanted: set[str]) -> "Sheet":
        """This sheet and the rows of `other` whose `key` is wanted and not here yet."""
        here = set(self.texts[key])
        at = [n for n, slug in enumerate(other.texts[key]) if slug in wanted - here]

        def joined(mine: Mapping[str, list], theirs: Mapping[str, list]) -> dict[str, list]:
            blank = [""] * len(other)
            return {
                name: [*cells, *(theirs.get(name, blank)[n] for n in at)]
                for name, cells in mine.items()
            }

        numbers = (*self.numbers, *(other.numbers[n] for n in at))
        columns, texts = joined(self.columns, other.columns), joined(self.texts, other.texts)
        return replace(self, numbers=numbers, columns=columns, texts=texts)


def read_sheet(
    content: bytes, table: Table, file: str, inherited: bool = False
) -> tuple[Sheet | None, list[Problem]]:
    """The sheet in `content` and everything wrong with its form; None where it has no rows that
    could be read. Keys and meaning are not looked at here."""
    optional = [column.name for column in table.columns if column.optional]
    try:
        text, encoding = decode(content, file)
        rows, delimiter = parse(text, file, table.names, optional)
    except DataRefused as refused:
        return None, list(refused.problems)
    problems = []
    if encoding in ("gb18030", "utf-16"):
        problems.append(fault((file, 0, "", ""), "encoding", name=encoding.upper()))
    if delimiter != ",":
        mark = delimiter.replace("\t", "TAB")
        problems.append(fault((file, 0, "", ""), "delimiter-read", mark=mark))
    if rows and not text.endswith(("\n", "\r")):  # how a file cut short looks
        last = max(rows)
        problems.append(fault((file, last, "", ",".join(rows[last])), "row-unended"))
        if len(rows) > 1:  # told once: the row itself is not read
            del rows[last]
    places, found = _header(rows, table, optional, file)
    problems += found
    if places is None:
        return None, problems
    kept, found = _regular(rows, file)
    whole = not any(told.severity == "error" for told in (*problems, *found))
    problems += found
    columns, texts = {}, {}
    for column in table.columns:
        at = places.get(column.name)
        cells = [""] * len(kept) if at is None else [row[at] for row in kept.values()]
        read = read_cells(column, cells, tuple(kept), file)
        texts[column.name], columns[column.name], found = read
        problems += found
    return Sheet(table, file, tuple(kept), columns, texts, inherited, whole), problems


def _clean(row: list[str]) -> list[str]:
    """The cells of a header without invisible characters and outer blanks of any width."""
    return ["".join(c for c in cell if unicodedata.category(c) != "Cf").strip() for cell in row]


def _header(
    rows: Rows, table: Table, optional: list[str], file: str
) -> tuple[dict[str, int] | None, list[Problem]]:
    """The place of each known column, None where the rows cannot be read by the first of them;
    and what is wrong with it."""
    if not rows:
        return None, [fault((file, 1, "", ""), "header-none")]
    number, first = next(iter(rows.items()))
    cells, needed = _clean(first), set(table.names) - set(optional)
    problems: list[Problem] = []
    garbled = next((cell for cell in first if repaired(cell)), "")
    if garbled:
        place = (file, number, garbled, garbled)
        problems.append(fault(place, "mojibake-header", before=repaired(garbled)))
    if number > 1 or not set(cells) & set(table.names):
        place = (file, number, "", ",".join(first))
        for at, row in islice(rows.items(), LOOKED_AT):
            if needed <= set(_clean(row)):
                place = (file, at, "", place[3])
                return None, [*problems, fault(place, "header-misplaced", row=at)]
        if sum(bool(cell and _meant(cell, table)) for cell in cells) * 3 < len(table.names):
            hint = hints("", table.names)
            return None, [*problems, fault(place, "header-missing", hint=hint)]
    places: dict[str, int] = {}
    for at, cell in enumerate(cells):
        place = (file, number, cell, first[at])
        if cell in table.names and cell not in places:
            places[cell] = at
            problems += [fault(place, "header-blanks")] if cell != first[at] else []
        else:
            filled = any(
                at < len(row) and row[at].strip() for row in islice(rows.values(), 1, None)
            )
            problems.append(_odd(place, at, cells, filled, table))
    said = ("、".join(f"“{c}”" for c in cells if c), ", ".join(f"'{c}'" for c in cells if c))
    missing = [name for name in table.names if name in needed and name not in places]
    for name in missing:
        place = (file, number, name, "")
        problems.append(fault(place, "header-missing-column", name=name, found=said))
    return None if missing else places, problems


def _odd(
    place: tuple[str, int, str, str], at: int, cells: list[str], filled: bool, table: Table
) -> Problem:
    """What is wrong with a cell of the header that names no column, or one named already."""
    name = cells[at]
    if not name:
        return fault(place, "header-unnamed" if filled else "header-empty", at=at + 1)
    if name in table.names:
        return fault(place, "header-duplicate", name=name)
    if PERSONAL.search(name):
        return fault(place, "header-personal")
    meant = _meant(name, table)
    if meant and meant not in cells:
        return fault(place, "header-misspelt", name=name, meant=meant)
    return fault(place, "header-unknown", name=name)


def _meant(cell: str, table: Table) -> str:
    """The column that a wrong header cell stands for: by its title, or by a likeness."""

    def folded(text: str) -> str:
        return re.sub(r"[\s_-]", "", text).casefold()

    for column in table.columns:
        titles = re.split(r"[/|;()（）]", column.title)
        if folded(cell) in map(folded, (column.name, *titles)):
            return column.name
    return nearest(cell, table.names)


def _regular(rows: Rows, file: str) -> tuple[Rows, list[Problem]]:
    """The rows that have exactly the header's columns, and what is wrong with the others."""
    kept, problems, faults = {}, [], 0
    first, *others = rows.items()
    names, width = _clean(first[1]), len(first[1])
    for number, row in others:
        usual = len(row) == width and row[0] and row[1:2] != [""] and row[0] != names[0]
        found = None if usual and not FOOT.match(row[0]) else _irregular(row, names)
        if found is None:
            kept[number] = row
            continue
        place = (file, number, "", ",".join(row))
        problems.append(fault(place, found, found=len(row), width=width))
        faults += problems[-1].severity == "error"
        if faults > MOST:
            break
    return kept, problems


def _irregular(row: list[str], names: list[str]) -> str | None:
    """Why a row is no data, None where it is."""
    if not any(cell.strip() for cell in row):
        return "row-empty"
    if _clean(row) == names:
        return "header-repeated"
    alone = row[0].strip() and not any(cell.strip() for cell in row[1:]) and len(names) > 1
    if alone or FOOT.fullmatch(row[0]):
        return "row-footnote"
    if len(row) == len(names):
        return None
    return "row-too-long" if len(row) > len(names) else "row-too-short"
