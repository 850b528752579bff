"""A manuscript: the text of a file that is to be audited, and why a file holds none.

Line ends and control characters are made plain, so that a page that shows the text line by line
holds exactly the text that was audited; positions in the text as decoded are kept.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from helpers.audit.text.web_file import decode_page, page_text
from helpers.audit.text.word_file import DamagedFile, TooLarge, word_text
from helpers.data.decode import decode
from helpers.data.problems import DataRefused, Problem, one_line
from helpers.files import read_plain

__all__ = ["Manuscript", "NoManuscript", "manuscript", "read_manuscript"]

LINE_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
ZIP = b"PK\x03\x04"
ARCHIVED_PAGE = re.compile(rb"\s*(?:From:|MIME-Version:|Content-Type: multipart)")
MANY = 100  # one control character in so many is no text
LARGEST = 30_000_000  # bytes of a file
READ = {".txt": "text", "": "text", ".docx": "word", ".html": "page", ".htm": "page"}
Texts = tuple[str, str]  # a message and its remedy, or one message in Chinese and in English


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
        texts = [(one.message(lang), one.remedy(lang)) for lang in ("zh", "en")]
        raise NoManuscript(*texts) from None
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
        raise NoManuscript(*_unknown(refusal.problems[0])) from None
    except (UnicodeDecodeError, LookupError, ValueError) as reason:
        if isinstance(reason, NoManuscript):
            raise
        raise NoManuscript(*_UNREADABLE) from None


def _unknown(why: Problem) -> tuple[Texts, Texts]:
    """Why a text cannot be decoded, with the remedy for a text."""
    return (why.message("zh"), _KNOWN[0]), (why.message("en"), _KNOWN[1])


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
