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

from matplotlib.text import Text

from helpers.fonts import lacking
from helpers.telling.drawing import INK

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_MARK = "\ue000"  # stands before the names of parts until the content is known
_NUMBER = re.compile(r"-?\d+\.\d{2,}(?:e-?\d+)?")
_ROUNDED = ("d", "x", "y", "transform", "points", "width", "height", "stroke-width")
_FONT = re.compile(r"(?:(?P<weight>bold|\d{3}) )?(?P<size>[\d.]+)px")
_TICK = re.compile(r"[xy]tick_\d+")
POINTS = 72  # to an inch


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
    buffer = io.BytesIO()
    drawing.dpi = POINTS  # text is measured as it will be drawn
    drawing.set_facecolor("none")
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        try:
            drawing.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        except UserWarning as problem:
            raise MissingGlyphError(_without_glyph(drawing, str(problem))) from problem
    root = ET.fromstring(buffer.getvalue())
    for element in root.iter():
        _plain_attributes(element)
    _rename(root)
    _prune(root)
    root.attrib.update({"role": "img", "aria-label": alt, "stroke-linejoin": "round"})
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    ET.register_namespace("", _SVG)
    text = re.sub(r"\s*\n\s*", "", ET.tostring(root, encoding="unicode"))
    salt = hashlib.sha256(text.encode()).hexdigest()[:8]
    return text.replace(_MARK, f"c{salt}-").replace(INK, "currentColor")


def _plain_attributes(element: ET.Element) -> None:
    """Styles as attributes of their own, numbers rounded."""
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
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    for name in element.attrib.keys() & _ROUNDED:
        element.set(name, _NUMBER.sub(lambda m: f"{float(m[0]):.2f}", element.attrib[name]))


def _rename(root: ET.Element) -> None:
    """Keeps only ids that something refers to, as a mark and their place in the drawing."""
    names: dict[str, str] = {}
    for element in root.iter():
        if _XLINK in element.attrib:  # plain href: the page is HTML and knows no prefix
            name = element.attrib.pop(_XLINK)[1:]
            element.set("href", f"#{names.setdefault(name, f'{_MARK}{len(names)}')}")
        for attribute, value in element.attrib.items():
            if value.startswith("url(#"):
                name = names.setdefault(value[5:-1], f"{_MARK}{len(names)}")
                element.set(attribute, f"url(#{name})")
    for element in root.iter():
        name = element.get("id", "")
        if _TICK.fullmatch(name) and re.search(r"\d", "".join(element.itertext())):
            element.set("class", "tick")  # numbers of a scale are no figures of the data
        if name in names:
            element.set("id", names[name])
        else:
            element.attrib.pop("id", None)


def _prune(element: ET.Element) -> None:
    """Takes away what nobody sees, and groups that say nothing of what they hold."""
    kept: list[ET.Element] = []
    for child in element:
        _prune(child)
        tag = child.tag.rsplit("}", 1)[-1]
        empty = tag == "defs" and not len(child)
        unseen = tag == "path" and child.get("fill") == "none" and not child.get("stroke")
        if tag not in ("metadata", "style") and not empty and not unseen:
            kept += child if tag == "g" and not child.attrib else [child]
    element[:] = kept
