"""What a cell puts out, as a piece of a page: in the richest form that stands there by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from lxml import etree, html as lxml_html

from helpers.reports.page.clean import ALLOWED, clean, standing
from helpers.reports.page.refusal import Faults, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Sheet", "mathml", "rendered", "said", "text_cell"]

# Forms of an output, the richest first, and how large each may be in characters.
FORMS = {
    "text/html": 2_000_000,
    "image/svg+xml": 2_000_000,
    "text/markdown": 200_000,
    "text/latex": 20_000,
    "image/png": 4_000_000,
    "image/jpeg": 4_000_000,
    "image/gif": 4_000_000,
    "image/webp": 4_000_000,
    "text/plain": 200_000,
}
# What a library puts beside these is a stand-in for them, no form of its own.
PROGRAMS = re.compile(
    r"application/(?:javascript|vnd\..*|json|geo\+json|pdf)|text/javascript|video/.*"
)
_ADDRESS = re.compile(r"\bat 0x[0-9A-Fa-f]+")
_OBJECT = re.compile(r"<[A-Za-z_][^<>\n]*>|[A-Za-z_][\w.]*\(.*\)", re.DOTALL)
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PROGRESS = re.compile(r"\d+%\||\d+it \[|\d+it/s")
_KIND = re.compile(r"[a-z][a-z0-9-]*")
_TASK = re.compile(r'<input class="task-list-item-checkbox"[^>]*>')
_AROUND = re.compile(r"^\s*(\${1,2}|\\\(|\\\[)(.*?)(\${1,2}|\\\)|\\\])\s*$", re.DOTALL)
# Formulas become MathML, which browsers draw and screen readers speak without a script.
_CHILDREN = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2}


@dataclass(slots=True)
class Sheet:
    """What the pieces of one page have in common: its words, readers, pictures and faults."""

    words: Mapping[str, str]
    internal: bool
    faults: Faults
    folder: Path | None = None


def text_cell(cell: Mapping[str, object], sheet: Sheet) -> str:
    """A Markdown cell as HTML, its attachments and local pictures put in."""
    html, lost = _markdown(cell["source"], sheet, cell.get("attachments"))
    for kind, what in lost:
        sheet.faults.add(cell["place"], kind, what)
    return _marked("words", html, cell)


def said(cell: Mapping[str, object], sheet: Sheet) -> str:
    """What a code cell put out, as HTML; "" where readers have no use for it.

    Raises ValueError for an error output: a run that failed is never shown.
    """
    pieces = [_piece(output, sheet, cell["place"]) for output in _joined(cell["outputs"])]
    shown = "".join(filter(None, pieces))
    if sheet.internal:
        code = f'<pre tabindex="0"><code>{escape(cell["source"])}</code></pre>'
        shown = f"{_folded(sheet.words['code'], code)}\n{shown}"
    return _marked("code", shown, cell) if shown else ""


def _marked(kind: str, html: str, cell: Mapping[str, object]) -> str:
    """A cell's HTML in an element that says which cell it is; `arrange` takes the mark away."""
    tags = [tag for tag in cell["metadata"].get("tags", ()) if _KIND.fullmatch(tag)]
    place: Place = cell["place"]
    return (
        f'<div class="{" ".join(["cell", *tags])}" data-cell="{kind}" data-row="{place.row}"'
        f' data-number="{place.number}">\n{html}\n</div>\n'
    )


def _folded(summary: str, html: str) -> str:
    return f'<details class="code"><summary>{escape(summary)}</summary>{html}</details>'


def _part(kind: str, html: str) -> str:
    return f'<div data-part="{kind}">{html}</div>' if html else ""


def _joined(outputs: list[Mapping[str, object]]) -> Iterator[Mapping[str, object]]:
    """The outputs, printed text of one stream that was cut into several in one piece."""
    for name, found in groupby(outputs, lambda output: output.get("name")):  # of streams alone
        if name is None:
            yield from found
        else:
            text = "".join(_text(output["text"]) for output in found)
            yield {"output_type": "stream", "name": name, "text": text}


def _piece(output: Mapping[str, object], sheet: Sheet, place: Place) -> str:
    kind = output["output_type"]
    if kind == "error":
        raise ValueError(f"the notebook failed: {output.get('ename')}: {output.get('evalue')}")
    if kind == "stream":
        return _stream(output["name"], output["text"], sheet, place)
    data = output.get("data", {})
    mark = output.get("metadata", {}).get("halfsky")
    if isinstance(mark, dict) and "text/html" in data:  # our own, escaped where it was made
        return _part("ours", clean("".join(data["text/html"])))
    faults = []
    programs = [mime for mime in data if PROGRAMS.fullmatch(mime)]
    for mime in FORMS:
        if mime not in data or (mime == "text/plain" and (programs or faults)):
            continue
        html, lost = _form(mime, _text(data[mime]), output, sheet)
        if not lost:
            return _part("foreign", html)
        faults += lost
    if not faults and programs:
        faults = [(_kind(programs[0]), programs[0])]
    elif not faults and data:
        faults = [("mime", ", ".join(data))]
    faults.sort(key=lambda found: found[0] == "remote")  # what a program fetches is not the cause
    for fault, what in faults[:1]:
        sheet.faults.add(place, fault, what)
    return ""


def _kind(mime: str) -> str:
    """What kind of thing a media type stands for that only a program can show."""
    if "widget" in mime:
        return "widget"
    if re.search("plotly|vega|bokeh|holoviews", mime):
        return "interactive"
    return "javascript" if "javascript" in mime else "mime"


def _text(value: object) -> str:
    return "".join(value) if isinstance(value, str | list) else str(value)


def _form(
    mime: str, text: str, output: Mapping[str, object], sheet: Sheet
) -> tuple[str, list[tuple[str, str]]]:
    """One form of an output as HTML, and (kind, what) of all that cannot stand on the page."""
    if len(text) > FORMS[mime]:
        return "", [("large", f"{mime}: {len(text):,}")]
    if mime == "text/html":
        return standing(text, sheet.folder)
    if mime == "text/markdown":
        return _markdown(text, sheet)
    if mime == "text/latex":
        html = mathml(text)
        if not html and "$" in text:  # a text with formulas in it
            return _markdown(text, sheet)
        return (html, []) if html else ("", [("latex", text)])
    if mime == "text/plain":
        return _plain(text)
    if mime == "image/svg+xml":
        html, lost = standing(text[max(0, text.find("<svg")) :])
    else:
        packed = re.sub(r"[^A-Za-z0-9+/=]", "", text)
        html, lost = f'<img src="data:{mime};base64,{packed}">', []
    return f'<figure class="chart own">{_named(html, mime, output, sheet)}</figure>', lost


def _plain(text: str) -> tuple[str, list[tuple[str, str]]]:
    if _ADDRESS.search(text) or _OBJECT.fullmatch(text.strip()):
        return "", [("object", _ADDRESS.sub("at 0x…", text))]
    return (f'<pre class="text" tabindex="0">{escape(text)}</pre>' if text.strip() else ""), []


def _stream(name: str, text: str, sheet: Sheet, place: Place) -> str:
    """Printed text as it looks in the end: what was written over, and progress, is gone."""
    lines = [
        line.rsplit("\r", 1)[-1] for line in _ANSI.sub("", text).replace("\r\n", "\n").split("\n")
    ]
    text = "\n".join(line for line in lines if not _PROGRESS.search(line))
    if not text.strip() or (name != "stdout" and not sheet.internal):
        return ""
    if len(text) > FORMS["text/plain"]:
        sheet.faults.add(place, "large", f"{len(text):,}")
        return ""
    if name != "stdout":
        text = escape(_ADDRESS.sub("at 0x…", text))
        return _folded(sheet.words["messages"], f'<pre tabindex="0">{text}</pre>')
    if found := _ADDRESS.search(text):
        sheet.faults.add(place, "object", text[max(0, found.start() - 40) : found.start()])
        return ""
    return _part("print", f'<pre class="text" tabindex="0">{escape(text)}</pre>')


def _named(html: str, mime: str, output: Mapping[str, object], sheet: Sheet) -> str:
    """An analyst's picture with an alternative text: its metadata's, else its plain text."""
    given = output.get("metadata", {})
    spoken = _text(output["data"].get("text/plain", "")).strip("'\" \n")
    if _OBJECT.fullmatch(spoken.strip()):
        spoken = ""
    alt = given.get(mime, {}).get("alt") or given.get("alt") or spoken or sheet.words["image"]
    alt = escape(str(alt).strip())
    if mime == "image/svg+xml":
        html = re.sub(r'(<svg\b[^>]*?) (?:role|aria-label)="[^"]*"', r"\1", html, count=1)
        return html.replace("<svg", f'<svg role="img" aria-label="{alt}"', 1)
    return html.replace("<img", f'<img alt="{alt}"', 1)


def _markdown(
    source: str, sheet: Sheet, attached: Mapping[str, Mapping[str, str]] | None = None
) -> tuple[str, list[tuple[str, str]]]:
    html, formulas = rendered(source)
    html, lost = standing(html, sheet.folder, attached)
    for number, formula in enumerate(formulas):
        found = mathml(formula)
        html = html.replace(f"\ue000{number}\ue001", found or escape(formula))
        lost += [] if found else [("latex", formula)]
    return html, lost


@lru_cache(maxsize=1024)
def rendered(source: str) -> tuple[str, tuple[str, ...]]:
    """A Markdown text as HTML, with a mark in place of each of its formulas, and these."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    formulas: list[str] = []

    class Renderer(IPythonRenderer):
        def image(self, text: str, url: str, title: str | None = None) -> str:
            told = f' title="{escape(title)}"' if title else ""
            return f'<img src="{escape(url)}" alt="{escape(text)}"{told}>'

        def block_math(self, body: str) -> str:
            return self.inline_math(f"$${body}$$")

        def inline_math(self, body: str) -> str:
            formulas.append(body)
            return f"\ue000{len(formulas) - 1}\ue001"

        def latex_environment(self, name: str, body: str) -> str:
            return self.inline_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    html = MarkdownWithMath(Renderer(escape=False, exclude_anchor_links=True)).render(source)
    html = _TASK.sub(lambda found: "☑ " if "checked" in found[0][40:] else "☐ ", html)
    return html, tuple(formulas)


@lru_cache(maxsize=256)
def mathml(latex: str) -> str:
    """A formula as a ``<math>`` element; "" where it cannot be read.

    ``latex`` may stand in ``$…$``, ``\\(…\\)`` (in the line) or ``$$…$$``, ``\\[…\\]``
    (apart); a command that is not known makes it unreadable.
    """
    from latex2mathml.converter import convert

    found = _AROUND.match(latex)
    apart = bool(found and found[1] in ("$$", "\\[")) or latex.lstrip().startswith("\\begin")
    body = found[2] if found else latex
    if "$" in body.replace("\\$", ""):
        return ""  # a text with formulas in it
    safe = body.replace("<", r"\lt ").replace(">", r"\gt ")
    try:
        tree = etree.fromstring(convert(safe, display="block" if apart else "inline"))
    except Exception:  # whatever the library makes of it, it is no formula
        return ""
    for element in tree.iter():
        element.tag = etree.QName(element).localname
        wrong = "\\" in (element.text or "") and element.tag != "mtext"
        if element.tag not in ALLOWED["formula"] or wrong:
            return ""
        if len(element) != _CHILDREN.get(element.tag, len(element)):
            return ""
        for name in set(element.attrib) - ALLOWED["formula attributes"]:
            del element.attrib[name]
    etree.cleanup_namespaces(tree)
    return lxml_html.tostring(tree, encoding="unicode")
