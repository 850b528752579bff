"""Bring a published text into plain simplified characters, with a map back to the original.

Published copies are noisy: traditional characters, pinyin in brackets, full-width digits, line
breaks and blanks inside a number. `plain_layer` takes the noise out and keeps, for each
character left, its position in the decoded text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from helpers.data.problems import INVISIBLE

__all__ = ["Layer", "hidden_characters", "plain_layer"]

TONES = "āáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜɡńňǹḿ\u0300-\u030c"
SYLLABLES = rf"[a-zA-Z{TONES}]+(?:\r?\n[a-z{TONES}]+)?|[a-z{TONES}]+(?:[ '’][a-z{TONES}]+){{1,3}}"
PINYIN = re.compile(rf"(?:[(（](?:{SYLLABLES})[)）])+")
# Frequent characters that only traditional texts have: one is enough to convert the whole.
TRADITIONAL = frozenset(
    "們國會這個為婦聯數萬億戶場對項條輛兩餘幾達過與學業發產區縣鎮鄉單實務開關歲齡團員時間師資書習讓聽說"
    "話讀認識語請調課議論設計記訂證評許護變負財貨責費貸賽質購車轉載較農遠邊還進運選銀錢長門陽際隨難電"
    "頁預頭題額願類風飛飯館馬驗體麗點黨愛歷廣應據檢權歡氣漢滿濟無熱營獎獨環療監禮種稅積穩筆節簡糧紀約"
    "級組結給統經綜綠維網線練縮總績織續職聲腦臺興舉藝藥處號術裝補規視覺親觀訪賣買爾歐"
)
WIDE = str.maketrans(
    {0xFF10 + digit: str(digit) for digit in range(10)}
    | dict(zip("．％﹪＋／－～〜∼", ".%%+/-~~~", strict=True))
    | dict.fromkeys("﹣−‐‑", "-")
    | dict.fromkeys("–―─", "—")
    | dict.fromkeys(
        "\u3000\xa0\u1680\u202f\u205f\t" + "".join(map(chr, range(0x2000, 0x200B))), " "
    )
)
# 3，200元, １，２３６件: three digits behind a full-width comma, then what is counted.
THOUSANDS = re.compile(
    r"(?<![0-9０-９.．，,第表图附号月年])[1-9１-９][0-9０-９]{0,2}(?:，[0-9０-９]{3})+"
    r"(?=[ 　]?(?:[.．][0-9０-９]|[%％‰+＋㎡㎢a-zA-Z]|[一-鿿]))"
)
# 10W+, 3.2w人次, 5K+: letters for magnitudes, where a plus, a rounding word or a measure word
# shows that they are no watts and no kilometres.
LETTERS = re.compile(
    r"(?<=[0-9０-９])(?:[Ww](?=[+＋余多人次元个名户件篇]|[ 　]?粉)|[Kk](?=[+＋]))"
    r"|(?:粉丝|[读放览光击问]量|人[气次])[^0-9，。；\n]{0,4}[0-9.]{1,8}[Ww](?![A-Za-z])"
)
LARGE = dict(zip("WwKk", "万万千千", strict=True))
BLANKS = re.compile(r"[ \r\n\v\f\u2028]+")
HARD_WRAP = 20  # a line this long may break inside a number; shorter ones are headings and cells
SENTENCE_ENDS = "。！？；;!?：:"
COMMAS = frozenset("，、；,。")  # a line with such is prose, whatever its length
HEADED = re.compile(r"(?:附件|附[图表]|^[图表]|专栏|第)\s*[0-9]+$|(?:19|20)[0-9]{2}$|^[^一-鿿]*$")
SYMBOL = re.compile("[\u2600-\u27bf\U0001f000-\U0001ffff\ufe0f\u200d]")  # emoji are joined by such


class Layer(NamedTuple):
    """A plain text and, for each of its characters, the position in the decoded original."""

    plain: str
    origin: list[int]


@lru_cache(maxsize=8)  # finding and linking both ask for that of the text at hand
def plain_layer(text: str) -> Layer:
    """Return the text without noise, and the way back.

    Invisible characters and pinyin in brackets go, traditional characters become simplified,
    full-width digits and signs become plain, and blanks and line breaks inside a line of prose
    go. Tabs stay between the cells of a table, whose rows keep their line ends.
    """
    origin: Sequence[int] = range(len(text))
    if INVISIBLE.search(text):
        origin = [at for at, char in enumerate(text) if not INVISIBLE.match(char)]
        text = "".join(text[at] for at in origin)
    chars = THOUSANDS.sub(lambda match: match.group().replace("，", ","), text)
    chars = LETTERS.sub(lambda match: match.group()[:-1] + LARGE[match.group()[-1]], chars)
    chars = chars.translate(WIDE)
    if len(chars) != len(text):
        raise AssertionError("characters are replaced one for one")
    if TRADITIONAL & set(chars):
        chars = "".join(map(_simplified, chars))
    cells = rows(text)
    if any(cells):
        marked = zip(chars, text, cells, strict=False)
        chars = "".join("\t" if old == "\t" and cell else char for char, old, cell in marked)
    keep = bytearray(b"\x01") * len(chars)
    for match in PINYIN.finditer(chars):
        if match.start() and not chars[match.start() - 1].isascii():
            keep[match.start() : match.end()] = bytes(match.end() - match.start())
    for match in BLANKS.finditer(chars):
        start, end = match.span()
        end_of_row = "\n" in match.group() and (cells[start] or cells[end - 1])
        if not end_of_row and _joins(chars, start, end):
            keep[start:end] = bytes(end - start)
    left = [at for at, kept in enumerate(keep) if kept]
    return Layer("".join(chars[at] for at in left), [origin[at] for at in left])


def hidden_characters(text: str) -> list[int]:
    """Return where a text has characters that nobody sees, those that join emoji left out."""
    return [
        match.start()
        for match in INVISIBLE.finditer(text)
        if not SYMBOL.match(text, max(0, match.start() - 1)) or not match.start()
    ]


def rows(text: str) -> bytearray:
    """Mark the lines of a text, their ends included, that are rows of a table.

    A row has a tab between words, as the line above it or below it has.
    """
    marks, at, former = bytearray(len(text) + 1), 0, (0, 0, 0)
    for line in text.split("\n"):
        now = (line.strip().count("\t"), at, at + len(line) + 1)
        if now[0] and now[0] == former[0]:
            marks[max(0, former[1] - 1) : now[2]] = b"\x01" * (now[2] - max(0, former[1] - 1))
        at, former = now[2], now
    return marks


def _joins(chars: str, start: int, end: int) -> bool:
    """Tell whether a blank inside prose can be left out."""
    before, after = chars[start - 1 : start], chars[end : end + 1]
    broken = "\n" in chars[start:end] or "\r" in chars[start:end]
    ratio = before == ":" and chars[start - 2 : start - 1].isdigit() and after.isdigit()
    if not before or not after or (before in SENTENCE_ENDS and broken and not ratio):
        return False
    if before.isascii() and before.isalpha() and after.isascii() and after.isalpha():
        return False
    if before.isdigit() and after.isdigit():
        return _same_number(chars, start, end, broken)
    if broken and chars[start:end].count("\n") > 1:
        return False
    return not broken or len(chars[chars.rfind("\n", 0, start) + 1 : start].strip()) >= 2


def _same_number(chars: str, start: int, end: int, broken: bool) -> bool:
    if broken:
        line = chars[chars.rfind("\n", 0, start) + 1 : start].strip()
        if len(line) >= HARD_WRAP or chars[end] == "0" or COMMAS & set(line):
            return True
        # A short line is a heading or a cell, unless prose goes on behind the number.
        stop = chars.find("\n", end)
        following = chars[end : stop if stop >= 0 else end + 200]
        return bool(COMMAS & set(following)) and not HEADED.search(line)
    head = re.search(r"(?<![0-9.,])[0-9]{1,3}(?: [0-9]{3})*$", chars[max(0, start - 16) : start])
    tail = re.match(r"(?:[0-9][\r\n]*){3}(?![0-9])", chars[end : end + 9])
    return end - start == 1 and head is not None and tail is not None


@lru_cache(maxsize=30_000)
def _simplified(char: str) -> str:
    simple = _converter().convert(char)
    return simple if len(simple) == 1 else char


@lru_cache(maxsize=1)
def _converter() -> object:
    from opencc import OpenCC

    return OpenCC("t2s")
