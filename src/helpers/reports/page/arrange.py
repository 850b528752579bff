"""The cells' HTML as a report: sections with a contents list, tables and charts that can be
scrolled and taken away, and an address for every figure. Before that, sections are fitted to the
figures: pieces, headings and prose of what the office never had go, and what it has not given for
this period is said once, at the end of its section (outputs tell, in their metadata under
``halfsky``, whether they are ``empty`` and which figures are ``missing``).
"""

from __future__ import annotations

import base64
import csv
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import etree
from lxml import html as lxml_html

from helpers.reports.page.clean import renumbered, written
from helpers.reports.page.figurelist import mark_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml.html import HtmlElement

__all__ = ["Arranged", "arrange", "fitted"]

LONG = 15  # ems from which on a number with its unit may be broken
PHONE = 350  # points that a phone's column shows in the size of its text
LARGEST = 1.6  # times as large as on a phone a drawing may be shown
SUMMARY = 160  # characters of the page's description
_RESERVED = re.compile(r"s\d+|d\d+-\d+|main|figures|zh|en")
_BOX = re.compile(r"[-\d.]+ [-\d.]+ ([\d.]+) [\d.]+")
_LENGTH = re.compile(r"([\d.]+)(?:px|pt)?")
_NUMBER = re.compile(r"\d[\d,.]*")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run
STAYS = ("title", "caveats", "text")  # their words are true without any figure
MISSING = {"zh": "本期未报送：{}。", "en": "Not reported for this period: {}."}


@dataclass(slots=True)
class Arranged:
    """A page's text: its title, its sections (address, heading), its body, all as HTML; the
    first written form of each figure by its KEY, the figures whose number tells its origin, and
    a plain summary.
    """

    title: str
    contents: list[tuple[str, str]]
    body: str
    texts: dict[str, str]
    traced: set[str]
    summary: str


@dataclass(slots=True)
class Page:
    """What arranging needs to know of a page: words, its place, and names for files."""

    words: Mapping[str, str]
    here: str  # "|REGION|PERIOD": the end of the keys of the page's own figures
    stem: str  # files that are taken away are named STEM-1.csv ...
    taken: list[str] = field(default_factory=list)


def arrange(main: HtmlElement, page: Page) -> Arranged:
    """The tree of all cells, as `outputs` made them, as a page's text; the tree is used up."""
    for part in list(main.iterdescendants("div")):
        if "data-part" in part.attrib:
            part.drop_tag()
    _pictures(main, page)
    for table in list(main.iter("table")):
        _table(table, page)
    for number, drawing in enumerate(list(main.iter("svg")), 1):
        _drawing(drawing, number)
    numbers = list(main.iter("data"))
    traced = _addresses(numbers, page.here)
    texts: dict[str, str] = {}
    for number in numbers:
        texts.setdefault(number.get("data-figure", ""), written(number))
    summary = _summary(main)
    return Arranged(_title(main), *_sections(main), texts, traced, summary)


def _title(main: HtmlElement) -> str:
    """The first level-one heading of a text cell, taken out; others of these cells open sections,
    and all further ones stand below them.
    """
    title = None
    for heading in list(main.iter("h1", "h2")):
        cell = heading.getparent()
        if cell.getparent() is not main or cell.get("data-cell") != "words":
            heading.tag = "h3"
        elif heading.tag == "h1" and title is None:
            title = written(heading)
            heading.drop_tree()
        else:
            heading.tag = "h2"
    return title or ""


def _sections(main: HtmlElement) -> tuple[list[tuple[str, str]], str]:
    for cell in list(main):
        if cell.get("data-cell") == "words":
            cell.drop_tag()
    etree.strip_attributes(main, "data-cell", "data-row", "data-number")
    contents: list[tuple[str, str]] = []
    body = main.text or ""
    for element in main:
        if element.tag == "h2":
            body += "</section>\n" if contents else ""
            anchor = f"s{len(contents) + 1}"
            contents.append((anchor, element.text_content()))
            element.set("id", anchor)
            body += f'<section aria-labelledby="{anchor}">\n'
        body += lxml_html.tostring(element, encoding="unicode")
    return contents, body + ("</section>\n" if contents else "")


def _pictures(main: HtmlElement, page: Page) -> None:
    for picture in list(main.iter("img")):
        if not picture.get("src"):
            picture.drop_tree()
        elif picture.get("alt") is None:
            picture.set("alt", page.words["image"])


def _table(table: HtmlElement, page: Page) -> None:
    """A table in a region that scrolls, its heads told, with an address to take it away."""
    rows = [list(row.iterchildren("th", "td")) for row in table.iter("tr")]
    if not any(rows):
        return
    _heads(table)
    caption = table.find("caption")
    name = caption.text_content().strip() if caption is not None else ""
    name = name or f"{page.words['table']} {len(page.taken) + 1}"
    box = table.getparent()
    if "scroll" not in (box.get("class") or "").split():
        box = _around(
            table,
            "div",
            {"class": "scroll own", "tabindex": "0", "role": "region", "aria-label": name},
        )
        note = lxml_html.Element("p", {"class": "note"})
        note.text = page.words["own_table"]
        box.addnext(note)
    box.set("class", f"{box.get('class')} wide")  # where it needs more room than the text has
    page.taken.append(name)
    box.addnext(_taken(_records(rows), name, page))


def _around(element: HtmlElement, tag: str, attributes: dict[str, str]) -> HtmlElement:
    around = lxml_html.Element(tag, attributes)
    element.getparent().replace(element, around)
    around.tail, element.tail = element.tail, None
    around.append(element)
    return around


def _heads(table: HtmlElement) -> None:
    """Every head says what it is the head of; an empty one is none."""
    for head in table.iter("th"):
        if not head.text_content().strip() and len(head) == 0:
            head.tag = "td"
        elif not head.get("scope"):
            above = next(head.iterancestors("thead"), None) is not None
            head.set("scope", "col" if above else "row")


def _ems(text: str) -> float:
    """About how wide a text is, in widths of a Chinese character."""
    return sum(1 if sign > "\u2e80" else 0.55 for sign in text[:99])


def _records(rows: Sequence[Sequence[HtmlElement]]) -> list[list[str]]:
    """A table's cells as texts; a figure's cell gives its number, and beside it the words."""
    columns = max(map(len, rows))
    held = [[row[at] for row in rows if at < len(row)] for at in range(columns)]
    numeric = {at for at, cells in enumerate(held) if _is_numeric(cells)}
    records = []
    for row in rows:
        record = []
        for at, cell in enumerate(row):
            text = " ".join(cell.text_content().split())
            if at in numeric:
                record.append(_value(cell) or ("" if cell.tag == "td" else text))
            record.append(f"'{text}" if text.startswith(_FORMULA) else text)
        records.append(record)
    return records


def _is_numeric(cells: Sequence[HtmlElement]) -> bool:
    """Whether each cell of a column that states figures states one number."""
    stating = [cell for cell in cells if cell.find(".//data") is not None]
    return bool(stating) and all(_value(cell) is not None for cell in stating)


def _value(cell: HtmlElement) -> str | None:
    """The number of a cell that holds one figure and nothing else."""
    inside = list(cell)
    if len(inside) != 1 or inside[0].tag != "data" or (cell.text or "").strip():
        return None
    one = len(_NUMBER.findall(inside[0].text_content())) == 1
    return inside[0].get("value") if one and not (inside[0].tail or "").strip() else None


def _taken(records: Sequence[Sequence[str]], name: str, page: Page) -> HtmlElement:
    """A link that holds a table as CSV, as spreadsheets open it: UTF-8 with its mark."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(records)
    packed = base64.b64encode(text.getvalue().encode("utf-8-sig")).decode("ascii")
    file = f"{page.stem}-{len(page.taken)}.csv"
    link = lxml_html.Element("a", {"class": "take", "download": file})
    link.set("href", f"data:text/csv;charset=utf-8;base64,{packed}")
    link.set("aria-label", f"CSV · {name}")
    link.text = "CSV"
    return link


def _drawing(drawing: HtmlElement, number: int) -> None:
    """A drawing with ids of its own on the page, in a region that a narrow window scrolls."""
    renumbered(drawing, f"d{number}")
    chart = drawing.getparent()
    if chart.tag != "figure" or "chart" not in (chart.get("class") or "").split():
        return
    size = [_LENGTH.fullmatch(drawing.get(side) or "") for side in ("width", "height")]
    if all(size) and not drawing.get("viewbox"):
        drawing.set("viewbox", f"0 0 {size[0][1]} {size[1][1]}")  # so that it can be made smaller
    box = {"class": "scroll", "tabindex": "0", "role": "group"}
    box |= {"aria-label": drawing.get("aria-label")} if drawing.get("aria-label") else {}
    if view := _BOX.fullmatch(drawing.get("viewbox") or ""):
        # Our own are as wide as a phone; the text of wider ones would be too small to read there.
        wide = float(view[1])
        least = f"min-width:{round(wide)}px;" if wide > PHONE else ""
        drawing.set("style", f"{least}max-width:{round(LARGEST * wide)}px")
    _around(drawing, "div", box)


def _addresses(numbers: Sequence[HtmlElement], here: str) -> set[str]:
    """The first place of a figure of the page's own region and period is where its slug in an
    address leads. Returned are the figures whose number tells its origin.
    """
    met: set[str] = set()
    for number in numbers:
        if _ems(number.text_content()) > LONG:
            number.set("class", f"{number.get('class', '')} long".strip())
        key = number.get("data-figure", "")
        if key in met or not number.get("data-origin"):
            continue
        met.add(key)
        name = key.removesuffix(here)
        if re.fullmatch(r"[A-Za-z][\w-]*", name) and not _RESERVED.fullmatch(name):
            number.set("id", name)
    return met


def _summary(main: HtmlElement) -> str:
    """What the page says first, in a line: its first sentence with a number."""
    for said in main.find_class("say"):
        if said.find(".//data") is not None:
            text = " ".join(said.text_content().split())
            return text if len(text) <= SUMMARY else text[: SUMMARY - 1] + "…"
    return ""


def fitted(cells: Sequence[Any], lang: str) -> list[Any]:
    """The cells without empty pieces and without the sections that have nothing else, a line at
    the end of each section that says what is missing.
    """
    kept: list[Any] = []
    for section in _by_heading(cells):
        kept += _fitted(section, lang)
    return kept


def _by_heading(cells: Sequence[Any]) -> list[list[Any]]:
    found: list[list[Any]] = [[]]
    for cell in cells:
        if cell.cell_type == "markdown" and str(cell.source).lstrip().startswith(("# ", "## ")):
            found.append([])
        found[-1].append(cell)
    return found


def _fitted(section: list[Any], lang: str) -> list[Any]:
    code = [cell for cell in section if cell.cell_type == "code"]
    outputs = [output for cell in code for output in cell.get("outputs", ())]
    left = [output for output in outputs if not mark_of(output).get("empty")]
    missing = list(dict.fromkeys(name for o in outputs for name in mark_of(o).get("missing", ())))
    stays = any(set(cell.metadata.get("tags", ())) & set(STAYS) for cell in section)
    if outputs and not (left or missing or stays):
        return []
    kept = []
    for cell in section:
        if cell.cell_type == "code" and any(mark_of(o).get("empty") for o in cell["outputs"]):
            cell = type(cell)(cell)  # the notebook stays as it is
            cell["outputs"] = [o for o in cell["outputs"] if not mark_of(o).get("empty")]
        kept.append(cell)
    if missing and code:
        kept.append(_line(code[-1], missing, lang))
    return kept


def _line(like: Any, missing: Sequence[str], lang: str) -> Any:
    """A cell that says what is missing, in the place of the section's last one."""
    import nbformat

    text = MISSING[lang].format(("、" if lang == "zh" else "; ").join(missing))
    cell = type(like)(like)
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    data = {"text/html": f'<p class="note missing">{escaped}</p>', "text/plain": text}
    cell["outputs"] = [nbformat.v4.new_output("display_data", data)]
    return cell
