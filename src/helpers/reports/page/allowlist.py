"""What may stand in a page: an allow-list through which all HTML of a notebook passes.

The fragments of :mod:`helpers.telling` are escaped where they are made; an analyst's own cell
may put out anything. So every piece of HTML and Markdown is parsed and written anew with only
the elements, attributes and style properties that a report needs. What is not listed is not
there: scripts, handlers, forms, frames, addresses that fetch.
"""

from __future__ import annotations

import re
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HEADINGS = _words("h1 h2 h3 h4 h5 h6")
_TEXT = _words(
    """a abbr b blockquote br cite code data dd del dfn div dl dt em hr i ins kbd li mark ol p pre
    q rp rt ruby s samp small span strong sub sup time ul var wbr"""
)
_BOXES = _words(
    """caption col colgroup details figcaption figure img section summary table tbody td tfoot th
    thead tr"""
)
_SVG = _words(
    """circle clipPath defs desc ellipse g line path pattern polygon polyline rect svg text tspan
    use"""
)
_DROPPED_WHOLE = _words(
    """applet button embed foreignObject form iframe math metadata noscript object option script
    select style template textarea title"""
)
_ANYWHERE = _words("lang dir role aria-label aria-hidden tabindex")
_STYLES = _words(
    """fill fill-opacity stroke stroke-width stroke-opacity stroke-dasharray stroke-dashoffset
    stroke-linecap stroke-linejoin stroke-miterlimit opacity text-anchor text-align font-size
    font-weight font-style"""
)
_DRAWING = _STYLES | _words(
    """fill-rule clip-rule clip-path transform dominant-baseline x y x1 x2 y1 y2 cx cy r rx ry d
    dx dy points width height viewBox preserveAspectRatio patternUnits patternTransform
    patternContentUnits clipPathUnits id href"""
)
_LOCAL = re.compile(r"""url\(\s*['"]?#[\w.-]+['"]?\s*\)""")
_ADDRESS = re.compile(r"(?:https?://|mailto:|#)\S*", re.IGNORECASE)
_FORMS = {
    "class": re.compile(r"[a-z][a-z0-9_-]*( [a-z][a-z0-9_-]*)*"),
    "id": re.compile(r"[A-Za-z][\w.-]*"),
    "href": re.compile(r"#[\w.-]+"),  # of a drawing's own parts
    "src": re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+"),
    "tabindex": re.compile(r"0|-1"),
    "role": re.compile(r"img|region|group|note|list|listitem|presentation"),
}


def _attributes() -> dict[str, set[str]]:
    allowed = {tag: {"class", "style"} for tag in _TEXT | _BOXES}
    allowed |= {tag: {"class", "style", *_DRAWING} for tag in _SVG}
    allowed |= {tag: set() for tag in _HEADINGS}  # their ids are the page's to give
    allowed["data"] |= {"value", "data-figure", "data-origin"}
    allowed["mark"] |= {"data-evidence"}
    allowed["time"] |= {"datetime"}
    allowed["a"] |= {"href"}
    allowed["abbr"] |= {"title"}
    allowed["img"] |= {"src", "alt", "width", "height"}
    allowed["details"] |= {"open"}
    allowed["ol"] |= {"start", "reversed"}
    allowed["td"] |= {"colspan", "rowspan", "headers"}
    allowed["th"] |= {"colspan", "rowspan", "headers", "scope", "abbr"}
    allowed["*"] = set(_ANYWHERE)
    return allowed


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The value an attribute may have; None takes the attribute away."""
    if name not in ("data-origin", "data-evidence") and "url(" in _LOCAL.sub("", value).lower():
        return None
    form = _ADDRESS if (tag, name) == ("a", "href") else _FORMS.get(name)
    return value if form is None or form.fullmatch(value) else None


@lru_cache(maxsize=1)
def _cleaner():
    import nh3

    return nh3.Cleaner(
        tags=set(_TEXT | _BOXES | _SVG | _HEADINGS),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes=_attributes(),
        attribute_filter=_attribute,
        filter_style_properties=set(_STYLES),
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer",
    )


def clean(html: str) -> str:
    """``html`` with only what a report may hold, well-formed whatever it was before."""
    return _cleaner().clean(html)
