"""One table's file, from bytes to typed columns."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .cells import read_cells
from .codebook import Table
from .decode import decode, repaired
from .grid import Grid, parse
from .header import Header, clean, read_header
from .problems import DataRefused, Problem, problem

__all__ = ["Sheet", "read_sheet"]

MOST = 1_000  # irregular rows: beyond that a table is hopeless
FOOT = re.compile(
    r"\s*(?:合\s*计|小\s*计|总\s*计|填表人|填报人|审核人|负责人|制表人?|单位负责人|联系人|备注|说明|附?注"
    r"|(?:数据|资料)?来源|total|subtotal|notes?|source)\s*(?:[:：(（].*)?",
    re.IGNORECASE,
)


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

        A refused text is "" here; a refused or empty number, date or flag is None.
        """
        kinds = {column.name: column.type for column in self.table.columns}
        cells = [
            [value or "" for value in values]
            if kinds[name] in ("string", "any", "year")
            else values
            for name, values in self.columns.items()
        ]
        for number, *values in zip(self.numbers, *cells, strict=True):
            yield {"row": number, **dict(zip(self.columns, values, strict=True))}

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
    try:
        text, encoding = decode(content, file)
        optional = [column.name for column in table.columns if column.optional]
        grid = parse(text, file, table.names, optional)
    except DataRefused as refused:
        return None, list(refused.problems)
    unended = _unended(text, grid, file)
    if unended and len(grid.rows) > 1:  # told once: the row itself is not read
        grid = replace(grid, rows=grid.rows[:-1], numbers=grid.numbers[:-1])
    header, found = read_header(grid.rows, grid.numbers, table, file)
    problems = [*_reencoded(encoding, grid, file), *unended, *found]
    if header is None:
        return None, [*problems, *_garbled_header(grid, file)]
    kept, numbers, found = _regular(grid, header, file)
    whole = not any(told.severity == "error" for told in (*problems, *found))
    problems += found
    columns, texts = {}, {}
    for column in table.columns:
        at = header.places.get(column.name)
        cells = [""] * len(kept) if at is None else [row[at] for row in kept]
        texts[column.name], columns[column.name], found = read_cells(column, cells, numbers, file)
        problems += found
    return Sheet(table, file, tuple(numbers), columns, texts, inherited, whole), problems


def _regular(
    grid: Grid, header: Header, file: str
) -> tuple[list[list[str]], list[int], list[Problem]]:
    """The rows that have exactly the header's columns."""
    kept, numbers, problems, faults = [], [], [], 0
    names = [clean(cell) for cell in grid.rows[0]]
    for row, number in zip(grid.rows[1:], grid.numbers[1:], strict=True):
        usual = len(row) == header.width and row[0] and row[1:2] != [""] and row[0] != names[0]
        if usual and not FOOT.match(row[0]):
            kept.append(row)
            numbers.append(number)
            continue
        row, found = _irregular(row, number, names, file)
        problems += found
        faults += any(told.severity == "error" for told in found)
        if faults > MOST:
            break
        if row:
            kept.append(row)
            numbers.append(number)
    return kept, numbers, problems


def _irregular(
    row: list[str], number: int, names: list[str], file: str
) -> tuple[list[str] | None, list[Problem]]:
    width, shown = len(names), ",".join(row)
    place = (file, number, "", shown)
    if not any(cell.strip() for cell in row):
        zh, en = ("空行,已忽略", "删去空行"), ("an empty row: ignored", "delete it")
        return None, [problem(place, "row-empty", zh, en, "warning")]
    if [clean(cell) for cell in row] == names:
        zh = ("列名又出现了一次,可能是几个文件接在了一起", "删去这一行")
        en = ("the header stands here again: files joined together?", "delete this row")
        return None, [problem(place, "header-repeated", zh, en)]
    alone = row[0].strip() and not any(cell.strip() for cell in row[1:]) and width > 1
    if alone or FOOT.fullmatch(row[0]):
        zh = ("是合计行、签名行、来源行或注释行,不是数据", "删去这一行;注释写在说明列")
        en = (
            "a total, signature, source or note, not data",
            "delete it; notes have columns of their own",
        )
        return None, [problem(place, "row-footnote", zh, en)]
    if len(row) > width:
        zh = (f"有{len(row)}格,应为{width}格:可能有没加引号的逗号", "含逗号的格加英文双引号")
        en = (
            f"{len(row)} cells instead of {width}: perhaps an unquoted comma",
            "put quotation marks round the cell that holds a comma",
        )
        return None, [problem(place, "row-too-long", zh, en)]
    if len(row) < width:
        zh = (f"只有{len(row)}格,应为{width}格", "补齐缺少的格(没有内容也要留逗号)")
        en = (f"only {len(row)} cells instead of {width}", "add the missing cells, even if empty")
        return None, [problem(place, "row-too-short", zh, en)]
    return row, []


def _reencoded(encoding: str, grid: Grid, file: str) -> list[Problem]:
    problems = []
    if encoding in ("gb18030", "utf-16"):
        name = encoding.upper()
        zh = (f"按 {name} 编码读取", "最好另存为 CSV(UTF-8)")
        en = (f"read as {name}", "better save it as CSV (UTF-8)")
        problems.append(problem((file, 0, "", ""), "encoding", zh, en, "warning"))
    if grid.delimiter != ",":
        name = {"\t": "TAB"}.get(grid.delimiter, grid.delimiter)
        zh = (f"各列以 {name} 分隔,已照此读取", "最好另存为 CSV(逗号分隔)")
        en = (f"columns separated by {name}: read so", "better save it as comma-separated")
        problems.append(problem((file, 0, "", ""), "delimiter", zh, en, "warning"))
    return problems


def _unended(text: str, grid: Grid, file: str) -> list[Problem]:
    """A last row without a line end is how a file cut short looks."""
    if not grid.rows or text.endswith(("\n", "\r")):
        return []
    zh = ("最后一行没有换行,文件可能被截断", "核对最后一行;完整的话在末尾补一个换行")
    en = ("the last row has no line end: was the file cut short?", "check it, and end it")
    shown = ",".join(grid.rows[-1])
    return [problem((file, grid.numbers[-1], "", shown), "row-unended", zh, en)]


def _garbled_header(grid: Grid, file: str) -> list[Problem]:
    found = [cell for cell in (grid.rows[0] if grid.rows else []) if repaired(cell)]
    if not found:
        return []
    zh = (f"列名是乱码:原文像是“{repaired(found[0])}”", "以 UTF-8 重新导出")
    en = (f"the header is garbled: '{repaired(found[0])}' it seems", "export it again as UTF-8")
    return [problem((file, grid.numbers[0], found[0], found[0]), "mojibake", zh, en)]
