"""A report as a page for readers: from an executed notebook to one self-contained HTML file.

nbconvert's exporter walks the cells with our template (``template/report``); what the cells put
out goes through the allow-list, headings become sections with a contents list, and the figures
that the outputs carry become the page's figure list. Nothing in a page is fetched and nothing
runs. An output that cannot stand there, and a number that was typed, refuse the whole page.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import seal
from helpers.reports.page import arrange, clean, figurelist, outputs
from helpers.reports.page.figurelist import UntracedNumberError
from helpers.reports.page.refusal import Faults, PageRefused, Place, places, untraced
from helpers.fonts import embed
from helpers.telling.typed import Known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

TEMPLATE = Path(__file__).resolve().parent / "template"
HIDDEN = {"parameters", "injected-parameters", "setup"}  # cells that no reader needs
LANGS = ("zh", "en")
LARGEST = 8_000_000  # characters of a page, its font included
__all__ = ["PageRefused", "UntracedNumberError", "render"]
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
    folder: Path | None = None,
) -> str:
    """The page of an executed notebook, as HTML text; the same input gives the same bytes.

    ``region``, ``period`` and ``area`` are codes; ``labels`` gives the names to show in ``lang``
    under the keys region, period, area and (if wanted) federation and text (the file that the
    page speaks of), and under ``periods`` the names of all periods. ``title``, the area's name in the data, heads the page; of
    a notebook that is no area's (its ``title`` is ``area``) its own first heading does.
    ``audience`` is public (no code) or internal (code folded away). ``twin`` and ``home`` are
    relative addresses of the other language's page and of the way in. ``folder`` is where the
    notebook's pictures lie.

    Raises PageRefused where an output cannot stand on the page or a number was typed (on an
    internal page that is told at its foot), ValueError for an unknown language or audience and
    for a notebook with an error among its outputs, UntracedNumberError where a number and its
    figure disagree.
    """
    if lang not in LANGS or audience not in ("public", "internal"):
        raise ValueError(f"{lang!r} is no language, or {audience!r} no audience of ours")
    kept = _kept(nb, lang)
    figures = figurelist.collected(kept)
    names = {"region": region, "period": period, "area": area, **labels}
    periods = dict(names.pop("periods", None) or {})
    words, subject = vocabulary()[lang], str(names.get("text", ""))
    headed = " · ".join(filter(None, [title, subject, names["region"], names["period"]]))
    said = {title, *names.values(), *periods.values(), *figurelist.missing(kept)}
    faults = Faults(f"{area}.ipynb")
    values = {
        "lang": lang,
        "words": words,
        "title": title,
        "named": title != area,
        "subject": subject,
        "head_title": headed,
        "kicker": str(names.get("federation") or words["kicker"]),
        "region": names["region"],
        "period": names["period"],
        "simulated": simulated,
        "internal": audience == "internal",
        "about": f"{area}|{region}|{period}",
        "provenance": provenance or {},
        "twin": twin,
        "home": f"{home}#{lang}" if home else "",
        "css": stylesheet("page.css"),
        "margins": margins(headed, words, simulated),
        "periods": periods,
        "figures_json": figurelist.as_script(figures),
        "known": Known(said, figures),
        "sheet": outputs.Sheet(words, audience == "internal", faults, folder),
        "place": arrange.Page(words, f"|{region}|{period}", f"{area}-{region}-{period}"),
        "figures": figures,
    }
    html = finished(_convert(kept, values), lang)
    if len(html) > LARGEST:
        faults.add(Place(), "page", f"{len(html):,}")
    faults.check()
    return html


def _kept(nb: NotebookNode, lang: str) -> NotebookNode:
    """The notebook with only the cells that this language's readers see, each with its place."""
    import nbformat

    other = set(LANGS) - {lang}
    cells = []
    for cell, place in zip(nb.cells, places(nb.cells), strict=True):
        tags = set(cell.metadata.get("tags", ()))
        if tags & HIDDEN or (cell.cell_type == "markdown" and tags & other and lang not in tags):
            continue
        kept = type(cell)(cell)
        kept["place"] = place
        cells.append(kept)
    fit = arrange.fitted(cells, lang)
    return nbformat.NotebookNode(cells=fit, metadata={}, nbformat=4, nbformat_minor=5)


def arranged(html: str, page: Mapping[str, object]) -> dict[str, object]:
    """The cells' HTML as the page's text, once nothing in it refuses the page.

    Beside what `arrange.arrange` gives: ``typed``, the typed numbers of an internal page.
    """
    main = clean.parsed(html)
    figurelist.check_numbers(main, page["figures"])
    sheet, told = page["sheet"], []
    for place, number, where in untraced(main, page["known"]):
        if sheet.internal:
            told.append(f"{place.number or place.row} {number}")
        else:
            said = f"{number} … {where}" if where != number else number
            sheet.faults.add(place, "untraced", said)
    sheet.faults.check()
    return {**asdict(arrange.arrange(main, page["place"])), "typed": list(dict.fromkeys(told))}


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
    return seal.sealed(embed.embedded(html, lang))


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, dict[str, str]]:
    """The frame's own words in both languages."""
    return json.loads((TEMPLATE / "words.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=4)
def stylesheet(name: str) -> str:
    """A style sheet of the template folder, its comments and indents left out."""
    text = (TEMPLATE / name).read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"(?<=[:;{])[ ]+|[ ]+(?=[{}])", "", text)).strip()


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
        "arranged": arranged,
        "highlight_code": escape,  # the base template names it, though no block of ours calls it
        "said": outputs.said,
        "alone": figurelist.alone,
        "spread": figurelist.spread,
        "text_cell": outputs.text_cell,
    }.items():
        made.register_filter(name, function)
    return made


def _convert(nb: NotebookNode, values: dict[str, object]) -> str:
    """The notebook through the exporter's template.

    What the exporter does besides is left out: it copies the notebook four times, checks it
    again after nbclient did, looks for style sheets, and parses the page once more.
    """
    resources = {"page": values, "global_content_filter": dict.fromkeys(_SHOWN, True)}
    return exporter().template.render(nb=nb, resources=resources).lstrip("\r\n")
