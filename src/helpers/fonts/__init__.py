"""The charts' font, and which characters can be drawn at all."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

__all__ = ["FONT", "lacking"]

FONT = Path(__file__).resolve().parent / "NotoSansSC-Subset.ttf"
MORE = FONT.with_name("more_characters.txt")


def lacking(text: str) -> list[str]:
    """The characters of `text` that no chart can draw, each once, in the order they are met.

    A chart has two fonts: ours, and DejaVu Sans, which matplotlib brings along for other
    scripts. What has no form of its own (a blank, a line end, a joiner) is never among them.
    """
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        rare = [c for c in dict.fromkeys(text) if not _usual(c)]
    else:
        return []
    return [c for c in rare if ord(c) not in _drawn()] if rare else []


def _usual(sign: str) -> bool:
    """Is it surely in the font, as all of GB 2312 is, or nothing that is drawn?"""
    if sign.isascii() or unicodedata.category(sign)[0] in "ZC" or sign in _more():
        return True
    try:
        return bool(sign.encode("gb2312"))
    except UnicodeEncodeError:
        return False


@lru_cache(maxsize=1)
def _more() -> frozenset[str]:
    """The characters beyond GB 2312 that the font was made with."""
    lines = MORE.read_text(encoding="utf-8").splitlines() if MORE.is_file() else []
    return frozenset("".join(line for line in lines if not line.startswith("#")))


@lru_cache(maxsize=1)
def _drawn() -> frozenset[int]:
    """The code points with a glyph in either font."""
    from fontTools.ttLib import TTFont

    found: set[int] = set()
    for path in (FONT, _beside()):
        if path.is_file():
            with TTFont(path, lazy=True) as font:
                found.update(font.getBestCmap())
    return frozenset(found)


def _beside() -> Path:
    """matplotlib's own font; found without importing it, which takes half a second."""
    spec = find_spec("matplotlib")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    return folder / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
