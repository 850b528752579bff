"""Text to rows of cells, each with the number that a spreadsheet shows for it."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from .problems import DataRefused, problem

__all__ = ["Grid", "parse"]

MOST_ROWS = 200_000
MOST_COLUMNS = 500
LONGEST_CELL = 20_000
# One cell and what ends it. Possessive, so that an unclosed quotation mark costs linear time.
CELL = re.compile(r'(?:"([^"]*+(?:""[^"]*+)*+)"|([^",\n]*+))(,|\n|\Z)')
MARKUP = re.compile(r"\s*<(?:!doctype|html|table|\?xml|head|body|meta)", re.IGNORECASE)
DELIMITERS = {";": "; (分号)", "\t": "TAB (制表符)", "|": "| (竖线)", "，": "，(全角逗号)"}


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells as they stand in the file; `numbers` are their rows in a spreadsheet."""

    rows: tuple[list[str], ...]
    numbers: tuple[int, ...]
    delimiter: str = ","


def parse(
    text: str,
    file: str,
    names: tuple[str, ...],
    optional: Collection[str] = (),
    delimiter: str = "",
) -> Grid:
    """The rows of CSV `text`; entirely empty lines are counted but not returned.

    A file whose header holds exactly `names` (but perhaps not those `optional`) once split at
    tab, semicolon or bar is read with that delimiter; `delimiter` is that of a caller who knows
    it. Raises DataRefused on markup, on another delimiter, an unclosed or stray quotation mark
    (naming the row where it opened) and beyond the limits of size.
    """
    if MARKUP.match(text):
        zh = ("是网页(HTML/XML),不是 CSV", "在来源系统中另存为 CSV")
        en = ("a web page (HTML/XML), not CSV", "export it as CSV")
        raise DataRefused([problem((file, 1, "", text.strip()[:60]), "not-a-csv-file", zh, en)])
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    delimiter = delimiter or _delimiter(text, file, names, optional)
    if delimiter != ",":
        return Grid(*_plain(text, delimiter, file), delimiter)
    rows, numbers, at, number = [], [], 0, 0
    while at < len(text):
        number += 1
        start = at
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end]
        if '"' in line:
            cells, at = _quoted(text, at, file, number)
        else:
            cells, at = line.split(","), end + 1
        if at - start > LONGEST_CELL or number > MOST_ROWS or len(cells) > MOST_COLUMNS:
            _within_limits(cells, file, number)
        if cells != [""]:
            rows.append(cells)
            numbers.append(number)
    return Grid(tuple(rows), tuple(numbers))


def _quoted(text: str, at: int, file: str, number: int) -> tuple[list[str], int]:
    cells = []
    while True:
        match = CELL.match(text, at)
        if match is None:
            raise DataRefused([_bad_quote(text, at, file, number)])
        quoted, plain, stop = match.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        at = match.end()
        if stop != "," or len(cells) > MOST_COLUMNS:
            return cells, at


def _bad_quote(text: str, at: int, file: str, number: int):
    closed = text[at] == '"' and re.compile(r'"[^"]*+(?:""[^"]*+)*+"').match(text, at)
    value = text[at : at + 60].split("\n")[0]
    if text[at] == '"' and not closed:
        zh = ("双引号没有闭合,其后的行都被吞进了这一格", "在这一行补上右引号")
        en = ("the quotation mark is never closed", "close it in this row")
        return problem((file, number, "", value), "quote-unclosed", zh, en)
    zh = (
        "双引号的位置不对:可能是这一行开的引号没有闭合",
        '整格加英文双引号,格内的双引号写两次("")',
    )
    en = (
        "a quotation mark stands where none can: one opened in this row may not be closed",
        'quote the whole cell and double the marks inside it ("")',
    )
    return problem((file, number, "", value), "quote-stray", zh, en)


def _within_limits(cells: list[str], file: str, number: int) -> None:
    if number > MOST_ROWS:
        zh, en = f"超过{MOST_ROWS}行", f"more than {MOST_ROWS} rows"
    elif len(cells) > MOST_COLUMNS:
        zh, en = f"超过{MOST_COLUMNS}列", f"more than {MOST_COLUMNS} columns"
    elif max(map(len, cells)) > LONGEST_CELL:
        zh, en = f"有一格超过{LONGEST_CELL}个字符", f"a cell of more than {LONGEST_CELL} characters"
    else:
        return
    remedy = ("确认是否放错了文件", "check that it is the right file")
    place = (file, number, "", "")
    raise DataRefused([problem(place, "file-too-large", (zh, remedy[0]), (en, remedy[1]))])


def _delimiter(text: str, file: str, names: tuple[str, ...], optional: Collection[str]) -> str:
    first = text.lstrip("\n").split("\n", 1)[0]
    if first.count(",") or len(names) < 2:
        return ","
    found = max(DELIMITERS, key=first.count)
    if not first.count(found):
        return ","
    parts = [part.strip().strip('"') for part in first.split(found)]
    lacking = set(names) - set(parts) - set(optional)
    fits = len(parts) == len(set(parts)) and set(parts) <= set(names) and not lacking
    if fits and found != "，" and '"' not in text:
        return found
    shown = DELIMITERS[found]
    zh = (f"各列不是用英文逗号分隔,而是用{shown}", "另存为 CSV(逗号分隔)")
    en = (f"the columns are not separated by commas but by {shown}", "save it as comma-separated")
    raise DataRefused([problem((file, 1, "", first[:60]), "delimiter", zh, en)])


def _plain(text: str, delimiter: str, file: str) -> tuple[tuple[list[str], ...], tuple[int, ...]]:
    rows, numbers = [], []
    for number, line in enumerate(text.split("\n"), 1):
        cells = line.split(delimiter)
        _within_limits(cells, file, number)
        if line:
            rows.append(cells)
            numbers.append(number)
    return tuple(rows), tuple(numbers)
