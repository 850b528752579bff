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
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text

from helpers.fonts import lacking
from helpers.telling.drawing import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from matplotlib.figure import Figure as Drawing

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_MARK = "\ue000"  # stands before the names of parts until the content is known
_NUMBER = re.compile(r"-?\d+\.\d{2,}(?:e-?\d+)?")
_FONT = re.compile(r"(?:(?P<weight>bold|\d{3}) )?(?P<size>[\d.]+)px")
_TICK = re.compile(r"[xy]tick_\d+")
_DIGIT = re.compile(r"\d")
POINTS = 72  # to an inch
PASSES = 2  # of placing axes: what is written beside a mark moves with them, and keeps its size


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
    _flatten(root)
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
        if _tag(child) == "path" and child.get("fill") == "none" and not child.get("stroke"):
            element.remove(child)  # a background that nobody sees


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


def _flatten(element: ET.Element) -> None:
    """Takes away groups that say nothing of what they hold."""
    kept: list[ET.Element] = []
    for child in element:
        _flatten(child)
        kept += child if _tag(child) == "g" and not child.attrib else [child]
    element[:] = kept


def _numbered(names: dict[str, str], name: str) -> str:
    return names.setdefault(name, f"{_MARK}{len(names)}")


def place(drawing: Drawing, renderer: RendererBase) -> None:
    """Give the axes their place and switch the drawing's own layout off.

    The outcome is that of constrained layout, which solves this for any number of axes and draws
    everything once more to do so: the margins of a single pair follow from its text alone.
    """
    layout = drawing.get_layout_engine()
    axes = drawing.axes
    if not isinstance(layout, ConstrainedLayoutEngine):
        return
    if len(axes) == 1 and axes[0].get_subplotspec() is not None and not drawing.legends:
        _fit(drawing, axes[0], renderer, layout.get())
    else:
        layout.execute(drawing)
    drawing.set_layout_engine("none")


def _fit(drawing: Drawing, ax: Axes, renderer: RendererBase, pads: dict[str, float]) -> None:
    width, height = drawing.get_size_inches()
    across, along = pads["w_pad"] / width, pads["h_pad"] / height
    above = _title(drawing, renderer, along)
    for _ in range(PASSES):
        room = _beyond(drawing, ax, renderer)
        left, right = (max(0, room[side] + across) for side in (0, 2))
        bottom, top = (max(0, room[side] + along) for side in (1, 3))
        inner = (left, bottom, 1 - left - right, 1 - bottom - top - above)
        if inner[2] <= 0 or inner[3] <= 0:
            return  # no room for the axes: they stay where they are
        ax._set_position(inner, which="original")


def _beyond(drawing: Drawing, ax: Axes, renderer: RendererBase) -> tuple[float, ...]:
    """How far the axes' text reaches beyond them on each side, in shares of the drawing."""
    place = ax.get_position(original=True)
    box = ax.get_tightbbox(renderer, for_layout_only=True)
    box = box.transformed(drawing.transFigure.inverted())
    return place.x0 - box.x0, place.y0 - box.y0, box.x1 - place.x1, box.y1 - place.y1


def _title(drawing: Drawing, renderer: RendererBase, pad: float) -> float:
    """The height that the drawing's own title takes, which is put in its place."""
    title = drawing._suptitle
    if title is None or not title.get_in_layout():
        return 0.0
    title.set_y(1 - pad)
    box = title.get_window_extent(renderer).transformed(drawing.transFigure.inverted())
    return box.height + 2 * pad
