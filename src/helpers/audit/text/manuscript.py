"""A manuscript: the text of a file that is to be audited, and why a file holds none.

Line ends and control characters are made plain, so that a page that shows the text line by line
holds exactly the text that was audited; positions in the text as decoded are kept.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree

from helpers.audit.text.word_file import BETWEEN, DamagedFile, TooLarge, left_out, word_text
from helpers.data.decode import decode
from helpers.data.problems import DataRefused, one_line
from helpers.files import read_plain

__all__ = [
    "Manuscript", "NoManuscript", "decode_page", "manuscript", "page_text", "read_manuscript",
]  # fmt: skip

LINE_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
LANGS = ("zh", "en")
ZIP = b"PK\x03\x04"
ARCHIVED_PAGE = re.compile(rb"\s*(?:From:|MIME-Version:|Content-Type: multipart)")
MANY = 100  # one control character in so many is no text
LARGEST = 30_000_000  # bytes of a file
READ = {".txt": "text", "": "text", ".docx": "word", ".html": "page", ".htm": "page"}
META = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,30})", re.IGNORECASE
)
DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.-]{1,30})")
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}  # what such pages really use
UNSEEN = ("script", "style", "template", "head", "rt", "rp", "select", "textarea", "object", "xml")
BLOCKS = re.compile(
    "p|div|li|section|article|[uod]l|d[td]|header|footer|main|nav|aside|blockquote|figcaption|"
    "figure|caption|h[1-6]|pre|address|form|fieldset|hr|body|center|table|t[rdh]"
)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
UNREAD = {
    "deleted": ("标为删除的文字", "text marked as deleted"),
    "hidden": ("隐藏的文字", "hidden text"),
}
Texts = tuple[str, str]  # a message and its remedy, or one message in Chinese and in English


OTHER_FORMATS = (
    b"%PDF-",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"{\\rtf",
)
_KNOWN = "另存为 .txt（UTF-8）、.docx 或 .html", "save it as .txt (UTF-8), .docx or .html"
_FORMAT = (
    ("不是能读的文稿格式", _KNOWN[0]),
    ("is no format that can be read", _KNOWN[1]),
)
_UNREADABLE = (
    ("读不出文字，文件已损坏或编码不明", _KNOWN[0]),
    ("no text can be read: the file is damaged or its encoding unknown", _KNOWN[1]),
)
_DAMAGED = (
    ("Word 文件已损坏，读不完整", "用 Word 打开并另存一份"),
    ("the Word file is damaged and cannot be read whole", "open it in Word and save it anew"),
)
_LARGE = (
    ("文件解压后过大，不像一篇文稿", "确认是否放错了文件"),
    ("inflated, the file is too large for a text", "check that it is the right file"),
)
_EMPTY = ("文稿里没有文字", "检查文件内容"), ("the file holds no text", "check what is in it")


class NoManuscript(ValueError):  # noqa: N818 - it says what the file is
    """The file holds no text to audit: what is wrong and what to do, in both languages."""

    def __init__(self, zh: Texts, en: Texts) -> None:
        self.zh, self.en = zh, en
        super().__init__(en[0])


@dataclass(frozen=True)
class Manuscript:
    """The text of a file, its line ends made plain, and the file's name without its folders.

    decoded: the text before that; left_out: what of the file was not read, a Chinese and an
    English line each.
    """

    name: str
    text: str
    decoded: str = ""
    left_out: tuple[Texts, ...] = ()

    @property
    def sha256(self) -> str:
        """The hash of the text, whatever its file's format and encoding."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @cached_property
    def _shortened(self) -> list[int]:
        # Positions in the text of the line ends that stand for two characters.
        found = enumerate(re.finditer("\r\n", self.decoded))
        return [match.start() - before for before, match in found]

    def place(self, at: int) -> int:
        """Return the position in the text as decoded of a position in the text."""
        return at + bisect_left(self._shortened, at)


def manuscript(name: str, decoded: str, left_out: tuple[Texts, ...] = ()) -> Manuscript:
    """The manuscript of a decoded text, its line ends and control characters made plain."""
    plain = CONTROLS.sub(" ", LINE_ENDS.sub("\n", decoded))
    return Manuscript(one_line(name), plain, decoded, left_out)


def read_manuscript(path: str | Path) -> Manuscript:
    """The manuscript in a .txt, .docx or .html file; NoManuscript where there is none."""
    file = Path(path)
    kind = READ.get(file.suffix.lower())
    if kind is None:
        raise NoManuscript(*_FORMAT)
    try:
        content = read_plain(file, file.name, LARGEST)
    except DataRefused as refusal:
        one = refusal.problems[0]
        raise NoManuscript(*((one.message(lang), one.remedy(lang)) for lang in LANGS)) from None
    decoded, left_out = _read(kind, content, file.name)
    found = manuscript(file.name, decoded, tuple(left_out))
    if len(CONTROLS.findall(decoded)) * MANY > len(decoded):
        raise NoManuscript(*_UNREADABLE)
    if not found.text.strip("\ufeff \n\t\u3000"):
        raise NoManuscript(*_EMPTY)
    return found


def _read(kind: str, content: bytes, name: str) -> tuple[str, list[Texts]]:
    if content.startswith(OTHER_FORMATS) or content.startswith(ZIP) != (kind == "word"):
        raise NoManuscript(*_FORMAT)
    try:
        if kind == "word":
            return word_text(content)
        if kind == "text":
            return decode(content, name)[0], []
        if ARCHIVED_PAGE.match(content):
            raise NoManuscript(*_FORMAT)
        html = decode_page(content)
        return page_text(decode(content, name)[0] if html is None else html)
    except TooLarge:
        raise NoManuscript(*_LARGE) from None
    except DamagedFile:
        raise NoManuscript(*_DAMAGED) from None
    except DataRefused as refusal:
        why = refusal.problems[0]
        raise NoManuscript(*((why.message(lang), _KNOWN[lang == "en"]) for lang in LANGS)) from None
    except (UnicodeDecodeError, LookupError, ValueError) as reason:
        if isinstance(reason, NoManuscript):
            raise
        raise NoManuscript(*_UNREADABLE) from None


def decode_page(content: bytes) -> str | None:
    """Decode a page as its byte-order mark or its head says, None where it says nothing.

    Raises UnicodeDecodeError where the bytes do not fit, LookupError for an unknown name.
    """
    for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                       (codecs.BOM_UTF16_BE, "utf-16")):  # fmt: skip
        if content.startswith(mark):
            return content.decode(name)
    told = DECLARED.match(content[:300]) or META.search(content[:8000])
    if told is None:
        return None
    name = codecs.lookup(told[1].decode("ascii")).name
    return content.decode(WIDER.get(name, name))


def page_text(html: str) -> tuple[str, list[Texts]]:
    """Return the visible text of a page and what was left out, in both languages.

    A line is a block or a row of a table, whose cells stand between tabs; a merged cell stands
    once, in its first place. Raises ValueError where there is nothing to read.
    """
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", html), parser)
    if root is None:
        return "", []
    left: Counter[str] = Counter()
    text = "".join(_walk(root, left))
    lines = (re.sub(r"[ \r\f\v]*\n[ \r\f\v]*", "\n", text)).strip("\n ")
    return re.sub(r"\n{2,}", "\n", lines), left_out(left, UNREAD)


def _unseen(element: Any, left: Counter[str]) -> bool:
    if element.tag in UNSEEN:
        return True
    hidden = "hidden" in element.attrib or HIDDEN.search(element.get("style", ""))
    why = "deleted" if element.tag == "del" else "hidden" if hidden else ""
    if why and "".join(element.itertext()).strip():
        left[why] += 1
    return bool(why)


def _walk(element: Any, left: Counter[str]) -> Iterator[str]:
    """Yield the texts of an element, a line end on either side of a block."""
    if not isinstance(element.tag, str):
        return
    if element.tag == "table" and not _is_layout(element):
        yield "\n" + "\n".join(_rows(element, left)) + "\n"
        return
    around = "\n" if BLOCKS.fullmatch(element.tag) else ""
    yield around
    yield _spaced(element, element.text)
    for child in element:
        if child.tag == "br":
            yield "\n"
        elif isinstance(child.tag, str) and not _unseen(child, left):
            yield from _walk(child, left)
        yield _spaced(element, child.tail)
    yield around


def _spaced(element: Any, text: str | None) -> str:
    """Source text as shown: line ends are blanks, but in preformatted text."""
    if not text or element.tag == "pre":
        return text or ""
    return re.sub(r"[ \t\r\n\f]+", " ", text)


def _is_layout(table: Any) -> bool:
    """Tell whether a table only arranges blocks: one that holds tables, or one column."""
    if next(table.iter("table"), None) is not table or table.xpath(".//table"):
        return True
    widths = [len(row.xpath("./td|./th")) for row in table.iter("tr")]
    return not widths or max(widths) < 2


def _rows(table: Any, left: Counter[str]) -> Iterator[str]:
    """Yield the rows of a table, a merged cell in its first place only."""
    held: dict[int, int] = {}  # column -> rows that a cell above still reaches into
    for caption in table.iter("caption"):
        yield " ".join("".join(_walk(caption, left)).split())
    for row in table.iter("tr"):
        cells: list[str] = []
        for cell in row.xpath("./td|./th"):
            while held.get(len(cells), 0) > 0:
                cells.append("")
            text = BETWEEN.join("".join(_walk(cell, left)).split("\n")).strip()
            text = BETWEEN.join(part for part in re.split(r" {2,}", text) if part)
            wide, deep = (_span(cell, name) for name in ("colspan", "rowspan"))
            for column in range(len(cells), len(cells) + wide):
                held[column] = deep
            cells += [text if not _unseen(cell, left) else "", *[""] * (wide - 1)]
        while held.get(len(cells), 0) > 0:
            cells.append("")
        held = {column: rows - 1 for column, rows in held.items() if rows > 1}
        yield "\t".join(cells)


def _span(cell: Any, name: str) -> int:
    value = cell.get(name, "")
    return min(int(value), 200) if value.isdigit() and int(value) > 0 else 1
