"""What a cell puts out, as a piece of a page: HTML and Markdown cleaned, pictures described."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from helpers.reports.page.allowlist import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

# The first of these that an output has is shown. Scripts and widgets are not among them.
ORDER = (
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/plain",
)
_IMAGE = re.compile(r"<img\b[^>]*>")
_SCROLLED = re.compile(r'(<figure class="chart">.*?)(<svg\b.*?</svg>)', re.DOTALL)
_HEADING = re.compile(r"</?h([1-6])>")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^>]*>")
_VOID = ("br", "col", "hr", "img", "wbr")
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_KIND = re.compile(r"[a-z][a-z0-9-]*")


def kinds(cell: Mapping[str, object]) -> str:
    """The classes of a cell: ``cell`` and those of its tags that can be class names."""
    tags = cell["metadata"].get("tags", ())
    return " ".join(["cell", *(tag for tag in tags if _KIND.fullmatch(tag))])


@lru_cache(maxsize=1024)
def markdown(source: str) -> str:
    """A Markdown text as HTML that only holds what a report may hold."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    html = clean(MarkdownWithMath(renderer=renderer).render(source))
    return _described(_inner_lowered(html), "")


def piece(output: Mapping[str, object], words: Mapping[str, str], internal: bool) -> str:
    """One output as HTML; "" for what readers have no use for.

    Raises ValueError for an error output: a run that failed is never shown.
    """
    kind = output["output_type"]
    if kind == "error":
        raise ValueError(f"the notebook failed: {output.get('ename')}: {output.get('evalue')}")
    if kind == "stream":
        return _stream(output, words, internal)
    data = output.get("data", {})
    mime = next((mime for mime in ORDER if mime in data), None)
    if mime is None:
        return ""
    text = "".join(data[mime])
    if mime == "text/html":
        return _lowered(_framed(_described(clean(text), words["image"])))
    if mime == "text/markdown":
        return _lowered(markdown(text))
    if mime == "image/svg+xml":
        return _picture(output, mime, clean(text), words)
    if mime.startswith("image/"):
        packed = re.sub(r"[^A-Za-z0-9+/=]", "", text)
        return _picture(output, mime, f'<img src="data:{mime};base64,{packed}" alt="@alt@">', words)
    return f'<pre class="text" tabindex="0">{escape(text)}</pre>' if text.strip() else ""


def _stream(output: Mapping[str, object], words: Mapping[str, str], internal: bool) -> str:
    text = escape(_ANSI.sub("", "".join(output["text"])))
    if not text.strip():
        return ""
    if output["name"] == "stdout":
        return f'<pre class="text" tabindex="0">{text}</pre>'
    if not internal:
        return ""
    folded = f'<summary>{escape(words["messages"])}</summary><pre tabindex="0">{text}</pre>'
    return f'<details class="code">{folded}</details>'


def _picture(output: Mapping[str, object], mime: str, html: str, words: Mapping[str, str]) -> str:
    """An analyst's own chart with an alternative text: its metadata's, else its plain text."""
    given = output.get("metadata", {})
    spoken = "".join(output["data"].get("text/plain", ""))
    fallback = words["image"] if spoken.startswith("<") else spoken
    alt = given.get(mime, {}).get("alt") or given.get("alt") or fallback or words["image"]
    alt = escape(str(alt).strip("'\" \n"))
    if mime == "image/svg+xml":
        html = re.sub(r' (?:role|aria-label)="[^"]*"', "", html, count=2)
        html = html[html.find("<svg") :].replace("<svg", f'<svg role="img" aria-label="{alt}"', 1)
    return f'<figure class="chart own">{html.replace("@alt@", alt)}</figure>'


def _described(html: str, fallback: str) -> str:
    """Pictures without a source go, those without an alternative text get one."""

    def mend(found: re.Match[str]) -> str:
        tag = found[0]
        if " src=" not in tag:
            return ""
        return tag if " alt=" in tag else tag.replace("<img", f'<img alt="{escape(fallback)}"', 1)

    return _IMAGE.sub(mend, html)


def _framed(html: str) -> str:
    """Charts in a region of their own, which a narrow window scrolls."""

    def frame(found: re.Match[str]) -> str:
        name = re.search(r'aria-label="([^"]*)"', found[2])
        label = f' aria-label="{name[1]}"' if name else ""
        drawn = found[2].replace("<svg", f'<svg style="min-width:{_narrowest(found[2])}px"', 1)
        return f'{found[1]}<div class="scroll" tabindex="0" role="group"{label}>{drawn}</div>'

    return _SCROLLED.sub(frame, html)


def _narrowest(svg: str) -> int:
    """The width in pixels below which a drawing's text would be too small to read."""
    box = re.search(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) [\d.]+"', svg)
    return round(0.8 * float(box[1])) if box else 0


def _inner_lowered(html: str) -> str:
    """Headings inside other elements (a quotation, a list) open no section of the page."""
    depth, low = 0, False

    def turn(found: re.Match[str]) -> str:
        nonlocal depth, low
        closing, name = found[1] == "/", found[2]
        if name in _VOID:
            return found[0]
        depth += -1 if closing else 1
        if name not in ("h1", "h2"):
            return found[0]
        low = low if closing else depth > 1
        return f"<{found[1]}h3>" if low else found[0]

    return _TAG.sub(turn, html)


def _lowered(html: str) -> str:
    """Headings inside an output stand below the sections: level one and two become three."""
    return _HEADING.sub(lambda m: m[0].replace(f"h{m[1]}", f"h{max(3, int(m[1]))}"), html)
