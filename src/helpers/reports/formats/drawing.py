"""A page's drawings and pictures in a form that Word files hold."""

from __future__ import annotations

import base64
import io
import re
from copy import deepcopy
from typing import TYPE_CHECKING

from lxml import etree
from lxml import html as lxml_html

from helpers.fonts import FONT

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["as_picture", "natural_width"]

DENSITY = 3  # dots of the picture for each one of the drawing: about 300 an inch in print
# HTML knows no capitals; a drawing by itself does.
CAPITALS = {
    name.lower(): name
    for name in """clipPath linearGradient radialGradient textPath clipPathUnits gradientTransform
    gradientUnits lengthAdjust markerHeight markerUnits markerWidth maskContentUnits maskUnits
    pathLength patternContentUnits patternTransform patternUnits preserveAspectRatio refX refY
    spreadMethod startOffset textLength viewBox""".split()
}
DATA = re.compile(r"data:image/([a-z+]+);base64,(.*)", re.DOTALL)


def natural_width(element: HtmlElement) -> float:
    """The width of a drawing in its own units (1/96 inch), 0 where it does not say."""
    box = (element.get("viewbox") or element.get("viewBox") or "").split()
    return float(box[2]) if len(box) == 4 else 0.0


def as_picture(element: HtmlElement) -> bytes | None:
    """An ``<svg>`` as a PNG, an ``<img>`` as what it holds (as PNG where Word does not know it);
    None where there is nothing to see.
    """
    if element.tag == "svg":
        return _drawn(element)
    found = DATA.match(element.get("src", ""))
    if not found:
        return None
    content = base64.b64decode(found[2])
    if found[1] == "svg+xml":
        return _drawn(lxml_html.fragment_fromstring(content.decode("utf-8", "replace")))
    if found[1] != "webp":
        return content
    from PIL import Image

    out = io.BytesIO()
    Image.open(io.BytesIO(content)).save(out, "PNG")
    return out.getvalue()


def _drawn(svg: HtmlElement) -> bytes:
    from resvg_py import svg_to_bytes

    drawing = deepcopy(svg)
    drawing.tail = None
    for element in drawing.iter(etree.Element):
        element.tag = CAPITALS.get(element.tag, element.tag)
        for name in set(element.attrib) & set(CAPITALS):
            element.set(CAPITALS[name], element.attrib.pop(name))
    drawing.set("xmlns", "http://www.w3.org/2000/svg")
    text = etree.tostring(drawing, encoding="unicode")
    return bytes(svg_to_bytes(
        svg_string=text, background="#ffffff", zoom=DENSITY, skip_system_fonts=True,
        font_files=[str(FONT)], font_family="Noto Sans SC", sans_serif_family="Noto Sans SC",
    ))  # fmt: skip
