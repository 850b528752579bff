"""The font a page carries for machines without a Chinese one: only the glyphs that it uses.

The font file of the charts is read once in a process; its outlines are handed on as they lie
there, so that a page's part takes milliseconds, where fontTools' subsetter takes a second.
Layout features are left out: Chinese horizontal text needs none.
"""

from __future__ import annotations

import base64
import io
import re
from copy import copy
from functools import lru_cache
from typing import TYPE_CHECKING

from helpers.fonts import FONT

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

_UNSHOWN = re.compile(r"<script(?![^>]* id=\"search\").*?</script>|<title.*?</title>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*?(?:\b(data-(?:origin|evidence)=\"[^\"]*\")[^<>]*)?>")
WIDE_SIGNS = "‘’“”…—–·"
ALWAYS = "".join(map(chr, range(0x20, 0x7F)))  # Latin text in the same design as the Chinese
SAME = ("head", "hhea", "maxp", "OS/2", "glyf")  # tables that a part begins with as they are


def embedded(page: str, lang: str) -> str:
    """The page with a font that has the glyphs of its text, in place of the mark ``@@FONT@@``.

    Quotation marks and dashes are full-width in it, so English pages take them from elsewhere.
    """
    shown = _TAG.sub(lambda tag: tag[1] or "", _UNSHOWN.sub("", page))
    address = data_uri(set(shown) - (set(WIDE_SIGNS) if lang == "en" else set()))
    rule = f'@font-face{{font-family:"Page Sans";src:url({address}) format("woff")}}\n'
    return page.replace("@@FONT@@", rule, 1)


def data_uri(signs: set[str]) -> str:
    """A ``data:`` address of a WOFF font with these characters; the same ones, the same address."""
    return f"data:font/woff;base64,{base64.b64encode(_woff(signs)).decode('ascii')}"


@lru_cache(maxsize=1)
def _whole() -> TTFont:
    from fontTools.ttLib import TTFont

    font = TTFont(FONT)
    for table in (*SAME, "cmap", "hmtx"):  # read now: pages are made side by side
        font[table]
    return font


def _woff(signs: set[str]) -> bytes:
    """The part of the font that has these characters and Latin; what it lacks is left out."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.ttLib import TTFont, newTable

    whole = _whole()
    known = whole.getBestCmap()
    codes = {code: known[code] for code in sorted(map(ord, signs | set(ALWAYS))) if code in known}
    names = list(dict.fromkeys([".notdef", *codes.values()]))
    part = TTFont(recalcBBoxes=False, recalcTimestamp=False)
    part.flavor = "woff"
    for table in SAME:
        part[table] = copy(whole[table])
    made = FontBuilder(font=part)
    made.setupGlyphOrder(names)
    made.setupCharacterMap(codes)
    # outlines as they lie in the file: none of them is made of others
    part["glyf"].glyphs = {name: whole["glyf"].glyphs[name] for name in names}
    part["glyf"].setGlyphOrder(names)
    part["loca"] = newTable("loca")
    made.setupHorizontalMetrics({name: whole["hmtx"][name] for name in names})
    made.setupNameTable({"familyName": "Page Sans", "styleName": "Regular"})  # browsers ask for one
    made.setupPost(keepGlyphNames=False)
    packed = io.BytesIO()
    part.save(packed)
    return packed.getvalue()
