"""What may stand in a page: an allow-list (`allowed.json`) through which all HTML of a notebook
passes. The fragments of :mod:`helpers.telling` are escaped where they are made; an analyst's own
cell may put out anything. So every piece of HTML and Markdown is parsed and written anew with only
the elements, attributes and style properties that a report needs. What is not listed is not
there: scripts, handlers, forms, frames, addresses that fetch. What an analyst would miss is
told: :func:`standing` gives its kind, and brings style sheets and local pictures along.
"""

from __future__ import annotations

import base64
import json
import mimetypes
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import html as lxml_html

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.html import HtmlElement

__all__ = ["ALLOWED", "clean", "parsed", "renumbered", "standing", "written"]

_LISTS = json.loads(Path(__file__).with_name("allowed.json").read_text(encoding="utf-8"))
_OF_TAGS = _LISTS.pop("attributes")
ALLOWED = {name: frozenset(words.split()) for name, words in _LISTS.items()}
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
_LOCAL = re.compile(r"""url\(\s*['"]?#([\w.-]+)['"]?\s*\)""")
_ADDRESS = re.compile(r"(?:https?://|mailto:|#)\S*", re.IGNORECASE)
_DATA = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]+")
_FORMS = {
    "class": re.compile(r"[A-Za-z][A-Za-z0-9_-]*( [A-Za-z][A-Za-z0-9_-]*)*"),
    "id": re.compile(r"[A-Za-z][\w.-]*"),
    "href": re.compile(r"#[\w.-]+"),  # of a drawing's own parts
    "src": _DATA,
    "tabindex": re.compile(r"0|-1"),
    "role": re.compile(r"img|region|group|note|list|listitem|presentation"),
}
# Elements that show nothing without a program, another page or someone's answer, and their kind.
_LIVE = {
    "script": "script",
    **dict.fromkeys(("iframe", "frame", "frameset", "object", "embed", "applet"), "frame"),
    **dict.fromkeys(("button", "form", "input", "select", "textarea"), "form"),
    **dict.fromkeys(("audio", "canvas", "video"), "media"),
    "foreignobject": "script",  # a page inside a drawing, as mermaid makes it
}
_SHOWN = frozenset(("data", "hr", "img", "svg", "table"))  # is something to see, even without a text
_SCALE = re.compile(r"(?:^|[\s_-])[xy]?tick|axis-label")


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The value an attribute may have; None takes the attribute away."""
    if name not in ("data-origin", "data-evidence") and "url(" in _LOCAL.sub("", value).lower():
        return None
    form = _FORMS.get(name)
    if name == "href":
        form = {"a": _ADDRESS, "image": _DATA}.get(tag, form)
    return value if form is None or form.fullmatch(value) else None


@lru_cache(maxsize=1)
def _cleaner():
    import nh3

    of_html, of_drawings = ALLOWED["text"] | ALLOWED["boxes"], ALLOWED["drawing"]
    drawn = ALLOWED["paint"] | ALLOWED["drawing attributes"]
    allowed = {tag: {"class", "style"} for tag in of_html}
    allowed |= {tag: {"class", "style", *drawn} for tag in of_drawings}
    allowed |= {tag: set() for tag in ALLOWED["headings"]}  # their ids are the page's to give
    for tag, names in _OF_TAGS.items():
        allowed[tag] |= set(names.split())
    return nh3.Cleaner(
        tags=set(of_html | of_drawings | ALLOWED["headings"]),
        clean_content_tags=set(ALLOWED["dropped whole"]),
        attributes={**allowed, "*": set(ALLOWED["anywhere"])},
        attribute_filter=_attribute,
        filter_style_properties=set(ALLOWED["paint"] | ALLOWED["styles"]),
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer",
    )


def clean(html: str) -> str:
    """``html`` with only what a report may hold, well-formed whatever it was before."""
    return _cleaner().clean(html)


def parsed(html: str) -> HtmlElement:
    """A piece of HTML as a tree, under a `body` of its own."""
    parser = lxml_html.HTMLParser(huge_tree=True, encoding="utf-8")
    whole = f"<html><body>{html}</body></html>".encode("utf-8", "replace")
    body = lxml_html.document_fromstring(whole, parser=parser).find("body")
    return lxml_html.Element("body") if body is None else body


def written(tree: HtmlElement) -> str:
    """What stands in an element, without the element itself."""
    whole = lxml_html.tostring(tree, encoding="unicode", with_tail=False)
    return whole[whole.index(">") + 1 : whole.rindex("</")]


def standing(
    html: str, folder: Path | None = None, attached: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[str, list[tuple[str, str]]]:
    """An analyst's HTML as it can stand on a page, and (kind, what) of all that cannot.

    Style sheets become styles of the elements they are about; pictures of `folder` and those
    `attached` to the cell (name → media type → base64) are put in.
    """
    if "<style" in html.lower():
        html = _inlined(html)
    tree = parsed(html)
    lost = [*_lost(tree), *_pictures(tree, folder, attached or {})]
    for number, drawing in enumerate(tree.iter("svg")):
        for element in drawing.iter(lxml_html.etree.Element):
            if _SCALE.search(f"{element.get('class', '')} {element.get('id', '')}"):
                element.set("class", "tick")
        renumbered(drawing, f"d{number}")
    cleaned = clean(written(tree))
    if html.strip() and not lost and not _shows(parsed(cleaned)):
        lost.append(("empty", html))
    return cleaned, lost


def _inlined(html: str) -> str:
    """Style sheets as styles of the elements they are about; those of a drawing among them."""
    import css_inline

    sheets = re.findall(r"<style\b[^>]*>.*?</style\s*>", html, re.DOTALL | re.IGNORECASE)
    html = "".join(sheets) + re.sub(r"(?is)<style\b[^>]*>.*?</style\s*>", "", html)
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
    return inliner.inline_fragment(html, "")


def _lost(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    for element in tree.iter(lxml_html.etree.Element):
        tag = element.tag
        inside = next(element.iterancestors("svg"), None) is not None
        if tag in _LIVE and not (inside and tag == "script"):  # a drawing is there without it
            yield _LIVE[tag], f"<{tag}>"
        if "url(" in _LOCAL.sub("", element.get("style", "")).lower():
            yield "remote", element.get("style", "")


def _pictures(
    tree: HtmlElement, folder: Path | None, attached: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    """Put pictures in; (kind, address) of those that cannot be."""
    for element in tree.iter("img", "image", "use"):
        name = "src" if element.tag == "img" else "href"
        address = (element.get(name) or element.attrib.pop("xlink:href", "") or "").strip()
        found = None
        if (address.startswith("#") and element.tag != "img") or _DATA.fullmatch(address):
            found = address
        elif re.match(r"(?:[a-z]+:)?//", address, re.IGNORECASE):
            yield "remote", address
            continue
        elif address.startswith("attachment:"):
            media = attached.get(address.removeprefix("attachment:"), {})
            kind = next((kind for kind in PICTURES if kind in media), None)
            found = kind and f"data:{kind};base64,{''.join(media[kind]).strip()}"
        elif folder is not None and ":" not in address:
            found = _embedded(folder, address)
        if found:
            element.set(name, found)
        elif element.tag == "img":
            yield "picture", address or "<img>"


def _embedded(folder: Path, name: str) -> str | None:
    """A picture file of `folder` as a data address; None where there is none such inside it."""
    from urllib.parse import unquote

    path = (folder / unquote(name)).resolve()
    kind = mimetypes.guess_type(path.name)[0]
    if kind not in PICTURES or not path.is_relative_to(folder.resolve()) or not path.is_file():
        return None
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"


def renumbered(drawing: HtmlElement, prefix: str) -> None:
    """Give the parts of a drawing ids that no other drawing has, whatever they were."""
    names: dict[str, str] = {}
    elements = list(drawing.iter(lxml_html.etree.Element))
    for element in elements:
        if name := element.get("id"):
            element.set("id", names.setdefault(name, f"{prefix}-{len(names)}"))
    for element in elements:
        for name, value in element.attrib.items():
            if name in ("href", "xlink:href") and value.startswith("#"):
                del element.attrib[name]
                element.set("href", "#" + names.get(value[1:], value[1:]))
            elif "url(" in value:
                element.set(name, _LOCAL.sub(lambda m: f"url(#{names.get(m[1], m[1])})", value))


def _shows(tree: HtmlElement) -> bool:
    return bool(tree.text_content().strip()) or any(e.tag in _SHOWN for e in tree.iter())
