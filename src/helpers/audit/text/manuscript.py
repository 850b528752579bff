"""A manuscript: the text of a file that is to be audited, and why a file holds none.

Line ends and control characters are made plain, so that a page that shows the text line by line
holds exactly the text that was audited.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from helpers.audit.text.plain import TextRefused, read_text
from helpers.data.problems import Problem, problem

__all__ = ["Manuscript", "NoManuscript", "manuscript", "read_manuscript", "told"]

LINE_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
OTHER_FORMATS = (
    b"%PDF-",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"{\\rtf",
)
ZIP = b"PK\x03\x04"
MANY = 100  # one control character in so many is no text


class NoManuscript(ValueError):  # noqa: N818 - it says what the file is
    """The file holds no text to audit: what is wrong and what to do, in both languages."""

    def __init__(self, zh: tuple[str, str], en: tuple[str, str]) -> None:
        self.zh, self.en = zh, en
        super().__init__(en[0])


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The decoded text of a file and the file's name, without the folders that lead to it."""

    name: str
    text: str

    @property
    def sha256(self) -> str:
        """The hash of the text, whatever its file's format and encoding."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()


def manuscript(name: str, text: str) -> Manuscript:
    """The manuscript of a decoded text, its line ends and control characters made plain."""
    plain = CONTROLS.sub(" ", LINE_ENDS.sub("\n", text))
    return Manuscript("".join(c if c.isprintable() else "\ufffd" for c in name), plain)


def read_manuscript(path: str | Path) -> Manuscript:
    """The manuscript in a .txt, .docx or .html file; NoManuscript where there is none."""
    file = Path(path)
    if not file.is_file():
        raise NoManuscript(*_MISSING)
    try:
        with file.open("rb") as stream:
            head = stream.read(8)
        zipped = file.suffix.lower() == ".docx"
        if head.startswith(OTHER_FORMATS) or head.startswith(ZIP) != zipped:
            raise NoManuscript(*_FORMAT)
        text = read_text(file)
    except (OSError, TextRefused):
        raise NoManuscript(*_UNREADABLE) from None
    found = manuscript(file.name, text)
    if len(CONTROLS.findall(text)) * MANY > len(text):
        raise NoManuscript(*_UNREADABLE)
    if not found.text.strip("\ufeff \n\t\u3000"):
        raise NoManuscript(*_EMPTY)
    return found


def told(path: Path) -> tuple[str, str] | Problem:
    """The name and the hash of the text in a file, or why it cannot be audited."""
    try:
        found = read_manuscript(path)
    except NoManuscript as reason:
        return problem(("--text", 0, "", str(path)), "no-text", reason.zh, reason.en)
    return found.name, found.sha256


_KNOWN = "另存为 .txt（UTF-8）、.docx 或 .html", "save it as .txt (UTF-8), .docx or .html"
_MISSING = ("没有这个文件", "检查路径"), ("there is no such file", "check the path")
_FORMAT = (
    ("不是能读的文稿格式", _KNOWN[0]),
    ("is no format that can be read", _KNOWN[1]),
)
_UNREADABLE = (
    ("读不出文字，文件已损坏或编码不明", _KNOWN[0]),
    ("no text can be read: the file is damaged or its encoding unknown", _KNOWN[1]),
)
_EMPTY = ("文稿里没有文字", "检查文件内容"), ("the file holds no text", "check what is in it")
