"""What became of a page on its way: line ends, encodings, wrappings of mail, told and undone.

Only what can be undone without doubt is: the seal of the page must fit afterwards.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Callable
from html import unescape

from helpers import seal

__all__ = ["WAYS", "arrived", "fits"]

# what happened → how it is told
WAYS = {
    "mail": ("存成了邮件编码", "was left in the wrapping of mail"),
    "encoding": ("转换了字符编码", "was put into another encoding"),
    "twice": ("被当成另一种编码又转换了一次", "was read in a wrong encoding and written again"),
    "bom": ("文件开头加了编码标记", "was given a byte order mark"),
    "line-ends": ("换行符被转换", "had its line ends converted"),
    "references": ("文字被写成了字符编号", "had characters replaced by numeric references"),
    "blanks": ("首尾或行末的空白被改动", "had blanks at its ends or at line ends changed"),
}
REFERENCE = re.compile(r"&#(?:\d{3,7}|[xX][0-9a-fA-F]{2,6});")
CHARSET = re.compile(r'(?<=<meta charset=")[\w-]+(?=">)')


def fits(page: str) -> bool:
    """Does the page's seal fit it?"""
    found = seal.SEAL.search(page)
    return found is not None and found[0] == f"sha256-{seal.digest(page)}"


def arrived(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a page as it was made, and what happened to it on its way (names of WAYS).

    Where the seal does not fit whatever is undone, the text is as it arrived but for its
    encoding. Raises UnicodeDecodeError where it is no text.
    """
    text, ways = _text(raw)
    if fits(text):
        return text, ways
    tried, more = text, list(ways)
    for way, undo in UNDO:
        undone = undo(tried)
        if undone != tried:
            tried, more = undone, [*more, way]
            if fits(tried):
                return tried, tuple(dict.fromkeys(more))
    plain = _lines(text)
    return plain, (*ways, "line-ends") if plain != text else ways


def _text(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """The file as text, and what had to be undone for that."""
    ways = []
    if b"<" not in raw and (decoded := _base64(raw)):
        raw, ways = decoded, ["mail"]
    elif b"charset=3D" in raw:
        raw, ways = quopri.decodestring(raw), ["mail"]
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return raw.decode(encoding), (*ways, "encoding")
    if raw.startswith(b"\xef\xbb\xbf"):
        raw, ways = raw[3:], [*ways, "bom"]
    try:
        return raw.decode("utf-8"), tuple(ways)
    except UnicodeDecodeError:
        return raw.decode("gb18030"), (*ways, "encoding")


def _base64(raw: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(raw.split()), validate=True)
    except binascii.Error:
        return b""


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _twice(text: str) -> str:
    for wrong in ("cp1252", "latin-1", "gb18030"):
        try:
            return text.encode(wrong).decode("utf-8")
        except UnicodeError:
            continue
    return text


def _charset(text: str) -> str:
    found = CHARSET.search(text)
    try:
        named = found and codecs.lookup(found[0]).name
    except LookupError:  # nobody's encoding: not what a mail program writes
        return text
    return CHARSET.sub("utf-8", text, count=1) if named else text


def _references(text: str) -> str:
    def plain(found: re.Match[str]) -> str:
        sign = unescape(found[0])
        return sign if len(sign) == 1 and ord(sign) > 127 else found[0]

    return REFERENCE.sub(plain, text)


def _blanks(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n")) + "\n"


UNDO: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("line-ends", _lines),
    ("twice", _twice),
    ("encoding", _charset),
    ("references", _references),
    ("blanks", _blanks),
)
