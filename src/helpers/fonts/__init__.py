"""The charts' font, and which characters can be drawn at all."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

__all__ = ["FONT", "lacking"]

FONT = Path(__file__).resolve().parent / "NotoSansSC-Subset.ttf"


def lacking(text: str) -> list[str]:
    """The characters of `text` that no chart can draw, each once, in the order they are met.

    A chart has two fonts: ours, and DejaVu Sans, which matplotlib brings along for other
    scripts. What has no form of its own (a blank, a line end, a joiner) is never among them.
    """
    try:
        text.encode("gb2312")  # all of it is in the font, and this needs no look into it
    except UnicodeEncodeError:
        signs = (c for c in dict.fromkeys(text) if unicodedata.category(c)[0] not in "ZC")
        return [c for c in signs if ord(c) not in _drawn()]
    return []


@lru_cache(maxsize=1)
def _drawn() -> frozenset[int]:
    """The code points with a glyph in either font; matplotlib, slow to import, is only found."""
    from fontTools.ttLib import TTFont

    beside = Path(find_spec("matplotlib").origin).parent / "mpl-data/fonts/ttf/DejaVuSans.ttf"
    found: set[int] = set()
    for path in (FONT, beside):
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)
