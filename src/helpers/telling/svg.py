"""SVG: a matplotlib drawing as a small, stable, accessible piece of a page.

matplotlib's SVG holds generated ids, a style sheet, a date and six decimals; a page needs none
of them. Coordinates are rounded to a hundredth of a point, so that the same figures give the
same text on other machines too; styles become presentation attributes, so that a strict
Content-Security-Policy does not switch them off; text inherits the page's font.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.text import Text

from helpers.fonts import lacking
from helpers.telling.placing import place

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_MARK = "\ue000"  # stands before the names of parts until the content is known
_NUMBER = re.compile(r"-?\d+\.\d{2,}(?:e-?\d+)?")
_FONT = re.compile(r"(?:(?P<weight>bold|\d{3}) )?(?P<size>[\d.]+)px")
_TICK = re.compile(r"[xy]tick_\d+")
_DIGIT = re.compile(r"\d")
POINTS = 72  # to an inch
INK = "#0b0c0c"  # drawn as the reader's text colour, so that dark pages stay readable


class MissingGlyphError(ValueError):
    """A character of a chart is in no font that the project brings along."""


def _without_glyph(drawing: Drawing, otherwise: str) -> str:
    """Which characters of which words have no glyph, and what to do, in both languages."""
    words = [found.get_text() for found in drawing.findobj(Text)]
    signs = [f"{sign} (U+{ord(sign):04X})" for sign in lacking("".join(words))]
    if not signs:
        return otherwise
    named = next(word for word in words if lacking(word))
    zh, en = "、".join(signs), ", ".join(signs)
    return (
        f"图中文字“{named}”里的 {zh} 不在字库里：换一个写法，或按 fonts/README.md 把字加入字库。"
        f"In the chart's text “{named}”, {en} is in no font: write it otherwise, or add the "
        "character as fonts/README.md says."
    )


def svg(drawing: Drawing, alt: str) -> str:
    """The drawing as an ``<svg role="img">`` whose alternative text is ``alt``.

    Raises MissingGlyphError where a character would be drawn as a box.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        try:
            root = ET.fromstring(_drawn(drawing))
        except UserWarning as problem:
            raise MissingGlyphError(_without_glyph(drawing, str(problem))) from problem
    _clean(root)
    _rename(root)
    root.set("role", "img")
    root.set("aria-label", alt)
    root.set("stroke-linejoin", "round")
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    ET.register_namespace("", _SVG)
    text = re.sub(r"\s*\n\s*", "", ET.tostring(root, encoding="unicode"))
    salt = hashlib.sha256(text.encode()).hexdigest()[:8]
    return text.replace(_MARK, f"c{salt}-").replace(INK, "currentColor")


def _drawn(drawing: Drawing) -> str:
    """matplotlib's SVG of a drawing, which is not drawn once before to find its layout."""
    buffer = io.StringIO()
    drawing.dpi = POINTS
    drawing.set_facecolor("none")
    width, height = drawing.get_size_inches()
    nothing = {"Date": None, "Creator": None}
    renderer = RendererSVG(
        width * POINTS, height * POINTS, buffer, image_dpi=POINTS, metadata=nothing
    )
    place(drawing, renderer)
    drawing.draw(renderer)
    renderer.finalize()
    return buffer.getvalue()


def _tag(element: ET.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _clean(element: ET.Element) -> None:
    for child in list(element):
        if _tag(child) in ("metadata", "style") or (_tag(child) == "defs" and not _useful(child)):
            element.remove(child)
            continue
        _clean(child)
        _plain_attributes(child)


def _useful(defs: ET.Element) -> bool:
    return any(_tag(child) != "style" for child in defs)


def _plain_attributes(element: ET.Element) -> None:
    style = element.attrib.pop("style", "")
    element.attrib.pop("font-family", None)
    for declaration in filter(None, (part.strip() for part in style.split(";"))):
        name, _, value = declaration.partition(":")
        if name == "font":
            font = _FONT.search(value)
            element.set("font-size", font["size"])
            if font["weight"]:
                element.set("font-weight", font["weight"])
        elif name.strip() != "font-family":
            element.set(name.strip(), value.strip())
    if element.attrib.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    for name in ("d", "x", "y", "transform", "points", "width", "height", "stroke-width"):
        if name in element.attrib:
            element.set(name, _NUMBER.sub(lambda m: f"{float(m[0]):.2f}", element.attrib[name]))


def _rename(root: ET.Element) -> None:
    """Keeps only ids that something refers to, as a mark and their place in the drawing."""
    names: dict[str, str] = {}
    for element in root.iter():
        for attribute, value in list(element.attrib.items()):
            if attribute == _XLINK:  # plain href: the page is HTML and knows no prefix
                del element.attrib[attribute]
                element.set("href", f"#{_numbered(names, value[1:])}")
            elif value.startswith("url(#"):
                element.set(attribute, f"url(#{_numbered(names, value[5:-1])})")
    for element in root.iter():
        name = element.attrib.get("id")
        if name and _TICK.fullmatch(name) and _DIGIT.search("".join(element.itertext())):
            element.set("class", "tick")  # numbers of a scale are no figures of the data
        if name in names:
            element.set("id", names[name])
        elif name is not None:
            del element.attrib["id"]


def _numbered(names: dict[str, str], name: str) -> str:
    return names.setdefault(name, f"{_MARK}{len(names)}")
