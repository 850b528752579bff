"""Built pages made ready for paper: one report, or the reports of a place and time in one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from pathlib import Path

from lxml import html as lxml_html
from lxml.html import HtmlElement

from helpers.reports.page.render import css_text, stylesheet, vocabulary
from helpers.fonts import embed

__all__ = ["edition", "headings", "parsed", "single", "text"]

# What a page offers its reader on a screen, and paper cannot or need not.
SCREEN = (
    "//script | //link | //nav | //a[contains(@class,'skip') or contains(@class,'take')]"
    " | //p[@class='hint'] | //footer[contains(@class,'foot')]"
    " | //details[contains(@class,'values') or contains(@class,'code')] | //ul[@class='evidence']"
)
NAMING = ("aria-labelledby", "aria-describedby", "headers", "for")
WEB = re.compile(r"https?://|mailto:", re.IGNORECASE)


def parsed(page: bytes) -> HtmlElement:
    """A built page as a tree: without what only a screen has, with what is folded away opened.

    Links that lead out of the page stay where they lead to the web.
    """
    tree = lxml_html.document_fromstring(page, parser=lxml_html.HTMLParser(encoding="utf-8"))
    for element in tree.xpath(SCREEN):
        element.drop_tree()
    for details in tree.iter("details"):
        details.set("open", "open")
    for link in tree.xpath("//a[@href]"):
        if not link.get("href").startswith("#") and not WEB.match(link.get("href")):
            del link.attrib["href"]
    for marked in tree.xpath("//*[@tabindex]"):
        del marked.attrib["tabindex"]
    return tree


def text(element: HtmlElement) -> str:
    """What an element says, in one line."""
    return " ".join(element.text_content().split())


def headings(html: str) -> frozenset[str]:
    """The texts of all headings of a page."""
    tree = lxml_html.document_fromstring(html)
    return frozenset(text(heading) for heading in tree.iter("h1", "h2", "h3", "h4", "h5", "h6"))


def single(page: bytes) -> str:
    """One report for paper, as HTML."""
    tree = parsed(page)
    style = tree.find("head/style")
    style.text = f"{style.text}\n{_paper()}"
    return _written(tree)


def edition(pages: Mapping[str, bytes], numbers: Mapping[str, int]) -> str:
    """Reports of one place and time, by area, with cover and contents, as one page.

    ``numbers`` are the pages on which the reports begin, by area; those not known yet are shown
    as 0. The parts of a report whose area is ``care`` have names that begin with ``care.``.
    """
    trees = {area: parsed(page) for area, page in pages.items()}
    first = next(iter(trees.values()))
    lang = "zh" if first.get("lang", "").startswith("zh") else "en"
    words = vocabulary()[lang]
    where = [text(span) for span in first.find_class("where")[0]]
    title = " · ".join([words["kicker"], *where])
    simulated = "simulated" in first.body.get("class", "")
    bodies, contents, rules = [], [], [_margin("", title, simulated and words["simulated_short"])]
    for at, (area, tree) in enumerate(trees.items()):
        _rename(tree, f"{area}.")
        name = text(tree.find(".//h1"))
        rules.append(_margin(f"r{at}", " · ".join([name, *where]), ""))
        head = f'<article id="{area}" style="page:r{at}">'
        bodies.append(head + "".join(map(_written, tree.body)) + "</article>")
        contents.append(
            f'<li><a href="#{area}"><span>{escape(name)}</span><span class="dots"></span>'
            f'<span class="number">{numbers.get(area, 0)}</span></a></li>'
        )
    banner = f'<p class="banner">{escape(words["simulated"])}</p>' if simulated else ""
    issuer = text(first.find_class("kicker")[0])
    cover = [f"<h1>{escape(words['kicker'])}</h1>", *(f"<p>{escape(line)}</p>" for line in where)]
    if issuer != words["kicker"]:
        cover.append(f"<p>{escape(issuer)}</p>")
    style = "\n".join([stylesheet("page.css"), *rules, _paper()])
    html = (
        f'<!DOCTYPE html><html lang="{words["tag"]}"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "img-src data:; style-src 'unsafe-inline'; font-src data:\">"
        f"<title>{escape(title)}</title><style>@@FONT@@{style}</style></head>"
        f'<body class="report whole"><section class="cover">{banner}{"".join(cover)}</section>'
        f'<section class="toc"><h1>{escape(words["contents"])}</h1><ol>{"".join(contents)}</ol>'
        f"</section>{''.join(bodies)}</body></html>"
    )
    return embed.embedded(html, lang)


def _margin(name: str, running: str, mark: str | bool) -> str:
    """The running texts of the pages of one report, or of all."""
    right = f"@top-right{{content:{css_text(mark)}}}" if mark else ""
    return f"@page {name}{{@top-left{{content:{css_text(running)}}}{right}}}"


def _rename(tree: HtmlElement, prefix: str) -> None:
    """Give everything with a name in a page a name of its own among several pages."""
    for element in tree.xpath("//*"):
        for name, value in element.items():
            if name == "id":
                element.set(name, prefix + value)
            elif name in NAMING:
                element.set(name, " ".join(prefix + part for part in value.split()))
            elif name.endswith("href") and value.startswith("#"):
                element.set(name, f"#{prefix}{value[1:]}")
            elif "url(#" in value:
                element.set(name, value.replace("url(#", f"url(#{prefix}"))


def _written(tree: HtmlElement) -> str:
    doctype = "<!DOCTYPE html>" if tree.tag == "html" else None
    return lxml_html.tostring(tree, encoding="unicode", doctype=doctype, with_tail=False)


@lru_cache(maxsize=1)
def _paper() -> str:
    return Path(__file__).with_name("paper.css").read_text(encoding="utf-8")
