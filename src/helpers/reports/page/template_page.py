"""A report as a page for readers: from an executed notebook to one self-contained HTML file.

nbconvert walks the cells with our template (``template/report``); what the cells put out goes
through the allow-list, headings become sections with a contents list, and the figures that
the outputs carry become the page's figure list. Nothing in a page is fetched and nothing runs.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import seal
from helpers.reports.page import figurelist, outputs
from helpers.reports.page.figurelist import UntracedNumberError
from helpers.telling import pagefont

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

TEMPLATE = Path(__file__).resolve().parent / "template"
HIDDEN = {"parameters", "injected-parameters", "setup"}  # cells that no reader needs
LANGS = ("zh", "en")
__all__ = ["UntracedNumberError", "render", "warm"]
_SECTION = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)
_TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")
_SHOWN = (
    "include_code", "include_markdown", "include_raw", "include_unknown", "include_input",
    "include_output", "include_output_stdin", "include_input_prompt", "include_output_prompt",
)  # fmt: skip


def render(
    nb: NotebookNode,
    *,
    lang: str,
    title: str,
    region: str,
    period: str,
    area: str,
    labels: Mapping[str, object],
    audience: str = "public",
    simulated: bool = False,
    provenance: Mapping[str, object] | None = None,
    twin: str | None = None,
    home: str = "",
) -> str:
    """The page of an executed notebook, as HTML text; the same input gives the same bytes.

    ``region``, ``period`` and ``area`` are codes; ``labels`` gives the names to show in ``lang``
    under the keys region, period, area and (if wanted) federation and text (the file that the
    page speaks of), and under ``periods`` the
    names of all periods. ``title`` stands where the notebook has no first-level heading.
    ``audience`` is public (no code) or internal (code folded away). ``twin`` and ``home`` are
    relative addresses of the other language's page and of the way in.

    Raises ValueError for an unknown language or audience and for a notebook with an error
    among its outputs, UntracedNumberError where a number and its figure disagree.
    """
    if lang not in LANGS or audience not in ("public", "internal"):
        raise ValueError(f"{lang!r}, {audience!r}: the languages are zh and en, "
                         "the audiences public and internal")  # fmt: skip
    kept = _kept(nb, lang)
    figures = figurelist.collected(kept)
    names = {"region": region, "period": period, "area": area, **labels}
    where = f"{names['region']} · {names['period']}"
    words = vocabulary()[lang]
    subject = str(names.get("text", ""))
    headed = f"{title} · {subject}" if subject else title
    values = {
        "lang": lang,
        "tag": words["tag"],
        "words": words,
        "title": title,
        "subject": subject,
        "head_title": f"{headed} · {where}",
        "kicker": str(names.get("federation") or words["kicker"]),
        "region": names["region"],
        "period": names["period"],
        "simulated": simulated,
        "internal": audience == "internal",
        "provenance": {k: v for k, v in (provenance or {}).items() if k != "reads"},
        "reads_json": figurelist.as_safe((provenance or {}).get("reads")),
        "twin": twin,
        "home": f"{home}#{lang}" if home else "",
        "css": stylesheet("page.css"),
        "margins": margins(f"{headed} · {where}", words, simulated),
        "figures": [(key, _shown(f, names)) for key, f in figures.items()],
        "figures_json": figurelist.as_script(figures),
    }
    html = _convert(kept, values)
    figurelist.check_numbers(html, figures)
    return finished(html, lang)


def _kept(nb: NotebookNode, lang: str) -> NotebookNode:
    """The notebook with only the cells that this language's readers see."""
    import nbformat

    other = set(LANGS) - {lang}
    cells = []
    for cell in nb.cells:
        tags = set(cell.metadata.get("tags", ()))
        if tags & HIDDEN or (cell.cell_type == "markdown" and tags & other and lang not in tags):
            continue
        cells.append(_copy(cell))
    return nbformat.NotebookNode(cells=cells, metadata={}, nbformat=4, nbformat_minor=5)


def _copy(cell: NotebookNode) -> NotebookNode:
    """A cell whose outputs may be changed (joined) without changing the notebook."""
    kept = type(cell)(cell)
    if "outputs" in cell:
        kept["outputs"] = [type(output)(output) for output in cell.outputs]
    return kept


def _shown(figure: Mapping[str, object], names: Mapping[str, object]) -> dict[str, object]:
    periods = names.get("periods")
    known = dict(periods) if isinstance(periods, dict) else {}
    code = figure.get("period", "")
    return {**figure, "shown_period": known.get(code, code)}


def arrange(html: str) -> dict[str, object]:
    """The cells' HTML with sections, their contents list, the title, and figures' texts by KEY.

    The first level-one heading is taken out as the title, any other becomes a section.
    """
    first = _TITLE.search(html)
    title = first[1] if first else ""
    if first:
        html = html[: first.start()] + html[first.end() :]
    html = _TITLE.sub(r"<h2>\1</h2>", html)
    contents = []
    pieces = _SECTION.split(html)
    body = [pieces[0]]
    for number, (heading, rest) in enumerate(zip(pieces[1::2], pieces[2::2], strict=True), 1):
        anchor = f"s{number}"
        contents.append((anchor, _TAGS.sub("", heading)))
        top = f'<section aria-labelledby="{anchor}">\n<h2 id="{anchor}">{heading}</h2>'
        body.append(f"{top}{rest}</section>\n")
    return {
        "title": title,
        "contents": contents,
        "body": "".join(body),
        "texts": figurelist.texts(html),
    }


def margins(running: str, words: Mapping[str, str], simulated: bool) -> str:
    """The print margins' running texts: the report, and the mark of made-up data."""
    mark = css_text(words["simulated_short"]) if simulated else '""'
    return f"\n@page{{@top-left{{content:{css_text(running)}}}@top-right{{content:{mark}}}}}"


def css_text(text: str) -> str:
    """A CSS string; all but letters, digits and blanks written as code points."""
    signs = (c if c.isalnum() or c == " " else f"\\{ord(c):06x}" for c in text)
    return '"' + "".join(signs) + '"'


def finished(html: str, lang: str) -> str:
    """The page with its font, under its seal; nothing may change it afterwards."""
    return seal.sealed(pagefont.embedded(html, lang))


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, dict[str, str]]:
    """The frame's own words in both languages."""
    return json.loads((TEMPLATE / "words.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=4)
def stylesheet(name: str) -> str:
    """A style sheet of the template folder, its comments and indents left out."""
    text = (TEMPLATE / name).read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", text).strip()


@lru_cache(maxsize=1)
def exporter():
    """nbconvert's exporter with our template and filters, made once in a process."""
    from nbconvert import HTMLExporter

    made = HTMLExporter(
        template_name="report",
        extra_template_basedirs=[str(TEMPLATE)],
        optimistic_validation=True,  # once a page, not once a preprocessor
    )
    for name, function in {
        "arrange": arrange,
        "highlight_code": escape,  # the base template names it, though no block of ours calls it
        "kinds": outputs.kinds,
        "markdown_cell": outputs.markdown,
        "spread": figurelist.spread,
    }.items():
        made.register_filter(name, function)
    return made


def warm() -> None:
    """Have in memory what every page needs, for a process that is about to be forked."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    shown = [
        new_output("display_data", {"text/html": "<p>.</p>", "text/plain": "."}),
        new_output("display_data", {"text/markdown": "."}),
        new_output("stream", name="stdout", text="."),
    ]
    cells = [new_markdown_cell("# .\n\n## ."), new_code_cell("1", outputs=shown)]
    about = {"title": ".", "region": ".", "period": ".", "area": ".", "labels": {}}
    for lang in LANGS:
        render(new_notebook(cells=cells), lang=lang, **about)


def _convert(nb: NotebookNode, values: dict[str, object]) -> str:
    """The notebook through the exporter's template, with streams in one piece.

    What the exporter does besides is left out: it copies the notebook four times, checks it
    again after nbclient did, looks for style sheets, and parses the page once more.
    """
    from nbconvert.preprocessors import CoalesceStreamsPreprocessor

    house = exporter()
    words, internal = values["words"], bool(values["internal"])
    house.register_filter("piece", lambda output: outputs.piece(output, words, internal))
    resources = {"page": values, "global_content_filter": dict.fromkeys(_SHOWN, True)}
    nb, _ = CoalesceStreamsPreprocessor().preprocess(nb, resources)
    return house.template.render(nb=nb, resources=resources).lstrip("\r\n")
