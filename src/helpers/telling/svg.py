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

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+\.\d{2,}(?:e-?\d+)?")
_FONT = re.compile(r"(?:(?P<weight>bold|\d{3}) )?(?P<size>[\d.]+)px")
INK = "#0b0c0c"  # drawn as the reader's text colour, so that dark pages stay readable


class MissingGlyphError(ValueError):
    """A character of a chart is in no font that the project brings along."""


def svg(drawing: Drawing, alt: str) -> str:
    """The drawing as an ``<svg role="img">`` whose alternative text is ``alt``.

    Raises MissingGlyphError where a character would be drawn as a box.
    """
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        try:
            drawing.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        except UserWarning as problem:
            raise MissingGlyphError(str(problem)) from problem
    root = ET.fromstring(buffer.getvalue())
    _clean(root)
    _rename(root)
    root.set("role", "img")
    root.set("aria-label", alt)
    root.set("stroke-linejoin", "round")
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    ET.register_namespace("", _SVG)
    text = ET.tostring(root, encoding="unicode")
    return re.sub(r"\s*\n\s*", "", text).replace(INK, "currentColor")


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
    """Keeps only ids that something refers to, made unique by the drawing's content."""
    whole = ET.tostring(root, encoding="unicode")
    referred = set(re.findall(r"url\(#([^)]+)\)", whole)) | {
        e.attrib[_XLINK][1:] for e in root.iter() if _XLINK in e.attrib
    }
    salt = hashlib.sha256(whole.encode()).hexdigest()[:8]
    names = {name: f"c{salt}-{i}" for i, name in enumerate(sorted(referred))}
    for element in root.iter():
        name = element.attrib.get("id")
        if name in names:
            element.set("id", names[name])
        elif name is not None:
            del element.attrib["id"]
        for attribute, value in list(element.attrib.items()):
            if attribute == _XLINK:  # plain href: the page is HTML and knows no prefix
                del element.attrib[attribute]
                element.set("href", f"#{names[value[1:]]}")
            elif value.startswith("url(#"):
                element.set(attribute, f"url(#{names[value[5:-1]]})")
