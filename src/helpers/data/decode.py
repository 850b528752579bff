"""Bytes to text, without a guess: one encoding must fit the whole file. Text to rows of cells."""

import csv
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_LE, utf_8_decode
from collections.abc import Collection
from io import StringIO

from .problems import DataRefused, fault

__all__ = ["DELIMITERS", "HANZI", "MOST_COLUMNS", "common_share", "decode", "parse", "repaired"]

# A share of common characters below which a two-byte decoding is called implausible.
PLAUSIBLE = 0.6
HANZI = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
UTF8_HANZI = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")
# UTF-8 read as Latin-1 or Windows-1252 and saved again: runs that begin with a lead byte.
LATIN_RUN = re.compile(r"[\u00c2-\u00f4][\u0080-\u00ff\u0152-\u02dc\u2013-\u2122]{1,}")
CUT = ("unexpected end of data", "incomplete multibyte sequence", "truncated data")
MOST_COLUMNS = 500
LIMITS = {"rows": 200_000, "columns": MOST_COLUMNS, "cell": 20_000}
MARKUP = re.compile(r"\s*<(?:!doctype|html|table|\?xml|head|body|meta)", re.IGNORECASE)
DELIMITERS = {";": "; (分号)", "\t": "TAB (制表符)", "|": "| (竖线)", "，": "，(全角逗号)"}


def decode(content: bytes, file: str) -> tuple[str, str]:
    """The text of `content` and the name of its encoding.

    Tried in order: UTF-8 with a byte order mark, UTF-16 with one, strict UTF-8, strict GB18030
    where its characters are plausible Chinese. Anything else raises DataRefused: text of two
    encodings, Big5 (never told from GB18030 by guessing), a character cut short.
    """
    name = "utf-8-sig" if content.startswith(BOM_UTF8) else "utf-8"
    while content.startswith(BOM_UTF8):
        content = content[len(BOM_UTF8) :]
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) and not content.startswith(BOM_UTF32_LE):
        name = "utf-16"
    elif content[:400].count(0) * 4 > len(content[:400]):
        raise _refused(file, 0, "encoding-unknown")
    try:
        return content.decode(name.removesuffix("-sig")), name
    except UnicodeDecodeError as error:
        plainly_utf8 = len(UTF8_HANZI.findall(content[: error.start])) >= 2
        if name != "utf-8" or plainly_utf8:
            raise _undecodable(content, file, error) from None
        return _gb18030(content, file, error), "gb18030"


def _gb18030(content: bytes, file: str, error: UnicodeDecodeError) -> str:
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError as second:
        text, error = "", second
    at = 0
    for row, line in enumerate(content.split(b"\n") if text else (), 1):
        if len(UTF8_HANZI.findall(line)) >= 3 and _is_utf8(line):
            raise _refused(file, row, "encoding-changes", at=at)
        at += len(line) + 1
    if text and common_share(text) >= PLAUSIBLE:
        return text
    if _big5(content) >= PLAUSIBLE:
        raise _refused(file, 0, "encoding-big5")
    raise _undecodable(content, file, error)


def _is_utf8(line: bytes) -> bool:
    try:
        return bool(line.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def common_share(text: str) -> float:
    """The share of the Chinese characters of `text` that are among the 3,755 most common."""
    hanzi = HANZI.findall(text)
    kept = "".join(hanzi).encode("gb2312", "ignore")
    common = sum(0xB0 <= lead <= 0xD7 for lead in kept[::2])
    other = len(re.findall(r"[\u00a1-\uffff]", text)) - len(hanzi)
    punctuation = len(re.findall(r"[\u2010-\u2026\u3000-\u303f\uff01-\uff5e·×]", text))
    strange = max(0, other - punctuation)
    return common / (len(hanzi) + strange) if hanzi or strange else 0.0


def _big5(content: bytes) -> float:
    """The share of common characters in Big5; 0 where it is not that."""
    try:
        text = content.decode("big5")
    except UnicodeDecodeError:
        return 0.0
    kept = "".join(HANZI.findall(text)).encode("big5", "ignore")
    common = sum(0xA4 <= lead <= 0xC6 for lead in kept[::2])
    return common / (len(kept) / 2) if kept else 0.0


def repaired(text: str) -> str:
    """What `text` was before it was decoded wrongly and saved again; empty where it is sound."""
    if "\ufffd" in text or "锟斤拷" in text:
        return "\ufffd"
    for wrong in ("cp1252", "latin-1") if LATIN_RUN.search(text) else ():
        try:
            back = text.encode(wrong).decode("utf-8")
        except UnicodeError:
            continue
        if HANZI.search(back):
            return back
    try:  # UTF-8 that was read as GB18030; its last character may be lost
        back = utf_8_decode(text.encode("gb18030"))[0]
    except UnicodeError:
        return ""
    enough = len(HANZI.findall(text)) >= 3 and len(HANZI.findall(back)) >= 2
    return back if enough and common_share(back) > max(0.5, common_share(text)) else ""


def _undecodable(content: bytes, file: str, error: UnicodeDecodeError) -> DataRefused:
    before = content[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    row, quoted = 1, False
    for line in before.split(b"\n")[:-1]:
        quoted ^= line.count(b'"') % 2 == 1
        row += not quoted
    cut = error.start >= len(content) - 4 and error.reason in CUT
    bad = content[error.start : error.start + 4].hex(" ")
    rule = "truncated-character" if cut else "encoding-mixed"
    return _refused(file, row, rule, at=error.start, bytes=bad)


def _refused(file: str, row: int, rule: str, value: str = "", **said: object) -> DataRefused:
    return DataRefused([fault((file, row, "", value[:60]), rule, **said)])


def parse(
    text: str,
    file: str,
    names: tuple[str, ...] = (),
    optional: Collection[str] = (),
    delimiter: str = "",
) -> tuple[dict[int, list[str]], str]:
    """The rows of CSV `text` by the number that a spreadsheet shows, and what separates cells.

    Entirely empty lines are counted but not returned. A file whose header holds exactly `names`
    (but perhaps not those `optional`) once split at tab, semicolon or bar is read with that
    delimiter; `delimiter` is that of a caller who knows it. Raises DataRefused on markup, on
    another delimiter, an unclosed or stray quotation mark (naming the row where it opened) and
    beyond the limits of size.
    """
    if MARKUP.match(text):
        raise _refused(file, 1, "not-a-csv-page", text.strip())
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    delimiter = delimiter or _delimiter(text, file, names, optional)
    mark = re.escape(delimiter)
    quoted = re.compile(rf'(?:\A|(?<={mark}))"[^"]*+(?:""[^"]*+)*+"(?={mark}|\Z)')
    lines = text.split("\n")
    reader = csv.reader(StringIO(text), delimiter=delimiter, strict=True)
    rows, at, number = {}, 0, 0
    while at < len(lines):
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            unclosed = "unexpected end" in str(error)
            rule = "quote-unclosed" if unclosed else "quote-stray"
            rule = rule if '"' in lines[at] else "table-too-large"
            raise _refused(file, number, rule, lines[at], **LIMITS) from None
        if cells is None:
            break
        record = "\n".join(lines[at : reader.line_num])
        if '"' in record and '"' in quoted.sub("", record):
            raise _refused(file, number, "quote-stray", lines[at])
        sizes = (number, len(cells), max(map(len, cells), default=0))
        if any(size > limit for size, limit in zip(sizes, LIMITS.values(), strict=True)):
            raise _refused(file, number, "table-too-large", **LIMITS)
        if cells not in ([], [""]):
            rows[number] = cells
        at = reader.line_num
    return rows, delimiter


def _delimiter(text: str, file: str, names: tuple[str, ...], optional: Collection[str]) -> str:
    first = text.lstrip("\n").split("\n", 1)[0]
    found = max(DELIMITERS, key=first.count)
    if "," in first or len(names) < 2 or found not in first:
        return ","
    parts = [part.strip().strip('"') for part in first.split(found)]
    lacking = set(names) - set(parts) - set(optional)
    if len(parts) == len(set(parts)) and set(parts) <= set(names) and not lacking and found != "，":
        return found
    raise _refused(file, 1, "delimiter", first, mark=DELIMITERS[found])
