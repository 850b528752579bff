"""The visible text of a page, as a browser shows it."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree

__all__ = ["decode_page", "page_text"]

META = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,30})", re.IGNORECASE
)
DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.-]{1,30})")
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}  # what such pages really use
UNSEEN = ("script", "style", "template", "head", "rt", "rp", "select", "textarea", "object", "xml")
BLOCKS = re.compile(
    "p|div|li|section|article|[uod]l|d[td]|header|footer|main|nav|aside|blockquote|figcaption|"
    "figure|caption|h[1-6]|pre|address|form|fieldset|hr|body|center|table|t[rdh]"
)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
BETWEEN = "  "  # blocks of one cell: two blanks, which never join two numbers into one
LEFT_OUT = {
    "deleted": ("标为删除的文字", "text marked as deleted"),
    "hidden": ("隐藏的文字", "hidden text"),
}
Note = tuple[str, str]


def decode_page(content: bytes) -> str | None:
    """Decode a page as its byte-order mark or its head says, None where it says nothing.

    Raises UnicodeDecodeError where the bytes do not fit, LookupError for an unknown name.
    """
    for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                       (codecs.BOM_UTF16_BE, "utf-16")):  # fmt: skip
        if content.startswith(mark):
            return content.decode(name)
    told = DECLARED.match(content[:300]) or META.search(content[:8000])
    if told is None:
        return None
    name = codecs.lookup(told[1].decode("ascii")).name
    return content.decode(WIDER.get(name, name))


def page_text(html: str) -> tuple[str, list[Note]]:
    """Return the visible text of a page and what was left out, in both languages.

    A line is a block or a row of a table, whose cells stand between tabs; a merged cell stands
    once, in its first place. Raises ValueError where there is nothing to read.
    """
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", html), parser)
    if root is None:
        return "", []
    left: Counter[str] = Counter()
    text = "".join(_walk(root, left))
    lines = (re.sub(r"[ \r\f\v]*\n[ \r\f\v]*", "\n", text)).strip("\n ")
    notes = [
        (f"未读入：{zh}（{left[name]} 处）", f"left out: {en} ({left[name]})")
        for name, (zh, en) in LEFT_OUT.items()
        if left[name]
    ]
    return re.sub(r"\n{2,}", "\n", lines), notes


def _unseen(element: Any, left: Counter[str]) -> bool:
    if element.tag in UNSEEN:
        return True
    hidden = "hidden" in element.attrib or HIDDEN.search(element.get("style", ""))
    why = "deleted" if element.tag == "del" else "hidden" if hidden else ""
    if why and "".join(element.itertext()).strip():
        left[why] += 1
    return bool(why)


def _walk(element: Any, left: Counter[str]) -> Iterator[str]:
    """Yield the texts of an element, a line end on either side of a block."""
    if not isinstance(element.tag, str):
        return
    if element.tag == "table" and not _is_layout(element):
        yield "\n" + "\n".join(_rows(element, left)) + "\n"
        return
    around = "\n" if BLOCKS.fullmatch(element.tag) else ""
    yield around
    yield _spaced(element, element.text)
    for child in element:
        if child.tag == "br":
            yield "\n"
        elif isinstance(child.tag, str) and not _unseen(child, left):
            yield from _walk(child, left)
        yield _spaced(element, child.tail)
    yield around


def _spaced(element: Any, text: str | None) -> str:
    """Source text as shown: line ends are blanks, but in preformatted text."""
    if not text or element.tag == "pre":
        return text or ""
    return re.sub(r"[ \t\r\n\f]+", " ", text)


def _is_layout(table: Any) -> bool:
    """Tell whether a table only arranges blocks: one that holds tables, or one column."""
    if next(table.iter("table"), None) is not table or table.xpath(".//table"):
        return True
    widths = [len(row.xpath("./td|./th")) for row in table.iter("tr")]
    return not widths or max(widths) < 2


def _rows(table: Any, left: Counter[str]) -> Iterator[str]:
    """Yield the rows of a table, a merged cell in its first place only."""
    held: dict[int, int] = {}  # column -> rows that a cell above still reaches into
    for caption in table.iter("caption"):
        yield " ".join("".join(_walk(caption, left)).split())
    for row in table.iter("tr"):
        cells: list[str] = []
        for cell in row.xpath("./td|./th"):
            while held.get(len(cells), 0) > 0:
                cells.append("")
            text = BETWEEN.join("".join(_walk(cell, left)).split("\n")).strip()
            text = BETWEEN.join(part for part in re.split(r" {2,}", text) if part)
            wide, deep = (_span(cell, name) for name in ("colspan", "rowspan"))
            for column in range(len(cells), len(cells) + wide):
                held[column] = deep
            cells += [text if not _unseen(cell, left) else "", *[""] * (wide - 1)]
        while held.get(len(cells), 0) > 0:
            cells.append("")
        held = {column: rows - 1 for column, rows in held.items() if rows > 1}
        yield "\t".join(cells)


def _span(cell: Any, name: str) -> int:
    value = cell.get(name, "")
    return min(int(value), 200) if value.isdigit() and int(value) > 0 else 1
