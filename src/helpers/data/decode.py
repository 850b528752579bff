"""Bytes to text, without a guess: one encoding must fit the whole file."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_LE

from .problems import DataRefused, problem

__all__ = ["HANZI", "common_share", "decode", "repaired"]

# A share of common characters below which a two-byte decoding is called implausible.
PLAUSIBLE = 0.6
HANZI = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
UTF8_HANZI = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")
# UTF-8 read as Latin-1 or Windows-1252 and saved again: runs that begin with a lead byte.
LATIN_RUN = re.compile(r"[\u00c2-\u00f4][\u0080-\u00ff\u0152-\u02dc\u2013-\u2122]{1,}")
REMEDY = ("另存为 CSV(UTF-8)", "save it as CSV (UTF-8)")


def decode(content: bytes, file: str) -> tuple[str, str]:
    """The text of `content` and the name of its encoding.

    Tried in order: UTF-8 with a byte order mark, UTF-16 with one, strict UTF-8, strict GB18030
    where its characters are plausible Chinese. Anything else raises DataRefused: text of two
    encodings, Big5 (never told from GB18030 by guessing), a character cut short.
    """
    if content.startswith(BOM_UTF8):
        while content.startswith(BOM_UTF8):
            content = content[len(BOM_UTF8) :]
        return _utf8(content, file), "utf-8-sig"
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) and not content.startswith(BOM_UTF32_LE):
        return _utf16(content, file), "utf-16"
    if content[:400].count(0) * 4 > len(content[:400]):
        zh = "像是没有标记的 UTF-16 或 UTF-32 编码"
        raise _refused(file, 0, "encoding-unknown", zh, "looks like UTF-16 or UTF-32, unmarked")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        return _two_byte(content, file, error), "gb18030"


def _utf8(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _undecodable(content, file, error) from None


def _utf16(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-16")
    except UnicodeDecodeError as error:
        zh = f"UTF-16 文本在第{error.start}字节处不完整"
        en = f"the UTF-16 text is broken at byte {error.start}"
        row = content[: error.start].decode("utf-16", "ignore").count("\n") + 1
        raise _refused(file, row, "truncated-character", zh, en) from None


def _two_byte(content: bytes, file: str, error: UnicodeDecodeError) -> str:
    if len(UTF8_HANZI.findall(content[: error.start])) >= 2:
        raise _undecodable(content, file, error)
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError as second:
        if _big5(content) >= PLAUSIBLE:
            raise _is_big5(file) from None
        raise _undecodable(content, file, second) from None
    mixed = _utf8_line(content)
    if mixed is not None:
        zh = f"第{mixed[0]}行起换了编码(第{mixed[1]}字节):前面是 GB18030,这里是 UTF-8"
        en = f"the encoding changes at byte {mixed[1]}: GB18030 before, UTF-8 here"
        raise _refused(file, mixed[0], "encoding-mixed", zh, en)
    if common_share(text) >= PLAUSIBLE:
        return text
    if _big5(content) >= PLAUSIBLE:
        raise _is_big5(file)
    raise _undecodable(content, file, error)


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
    try:
        text = content.decode("big5")
    except UnicodeDecodeError:
        return 0.0
    kept = "".join(HANZI.findall(text)).encode("big5", "ignore")
    common = sum(0xA4 <= lead <= 0xC6 for lead in kept[::2])
    return common / (len(kept) / 2) if kept else 0.0


def _utf8_line(content: bytes) -> tuple[int, int] | None:
    """The first line (and its offset) of a GB18030 file that is beyond doubt UTF-8."""
    at = 0
    for number, line in enumerate(content.split(b"\n"), 1):
        if len(UTF8_HANZI.findall(line)) >= 3:
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                pass
            else:
                return number, at
        at += len(line) + 1
    return None


def repaired(text: str) -> str:
    """What `text` was before it was decoded wrongly and saved again; empty where it is sound."""
    if "\ufffd" in text or "锟斤拷" in text:
        return "\ufffd"
    match = LATIN_RUN.search(text)
    if match:
        for wrong in ("cp1252", "latin-1"):
            try:
                back = text.encode(wrong).decode("utf-8")
            except UnicodeError:
                continue
            if HANZI.search(back):
                return back
    return _from_gbk(text)


def _from_gbk(text: str) -> str:
    """The UTF-8 text that was read as GB18030; its last character may be lost."""
    try:
        raw = text.encode("gb18030")
    except UnicodeError:
        return ""
    back = ""
    for cut in range(3):
        try:
            back = raw[: len(raw) - cut].decode("utf-8")
            break
        except UnicodeDecodeError:
            continue
    enough = len(HANZI.findall(text)) >= 3 and len(HANZI.findall(back)) >= 2
    return back if enough and common_share(back) > max(0.5, common_share(text)) else ""


def _is_big5(file: str) -> DataRefused:
    zh = "像是 Big5(繁体)编码,与 GB18030 无法可靠区分"
    en = "looks like Big5 (traditional), which cannot be told from GB18030 with certainty"
    return _refused(file, 0, "encoding-big5", zh, en)


def _undecodable(content: bytes, file: str, error: UnicodeDecodeError) -> DataRefused:
    row = _row_at(content, error.start)
    bad = content[error.start : error.start + 4].hex(" ")
    if error.start >= len(content) - 4 and error.reason in (
        "unexpected end of data",
        "incomplete multibyte sequence",
    ):
        zh = f"文件在第{error.start}字节处的一个字中间断了"
        en = f"the file is cut inside a character at byte {error.start}"
        return _refused(file, row, "truncated-character", zh, en)
    zh = f"第{error.start}字节处({bad})既不是 UTF-8,也不能与全文一起按 GB18030 读"
    en = f"byte {error.start} ({bad}) is not UTF-8, nor is the whole file GB18030"
    return _refused(file, row, "encoding-mixed", zh, en)


def _row_at(content: bytes, at: int) -> int:
    before = content[:at].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    row, quoted = 1, False
    for line in before.split(b"\n")[:-1]:
        quoted ^= line.count(b'"') % 2 == 1
        row += not quoted
    return row


def _refused(file: str, row: int, rule: str, zh: str, en: str) -> DataRefused:
    return DataRefused([problem((file, row, "", ""), rule, (zh, REMEDY[0]), (en, REMEDY[1]))])
