"""The visible text of a Word file: the accepted version, every word of it once.

Read from the parts of the package themselves, since a document's text stands in many places that
a list of its paragraphs leaves out: tracked insertions, content controls, simple fields, text
boxes, tables in tables, notes, headers and footers.
"""

from __future__ import annotations

import lzma
import posixpath
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from lxml import etree

__all__ = ["DamagedFile", "TooLarge", "word_text"]

LARGEST = 30_000_000  # bytes of XML, inflated: a thousand pages have ten
DAMAGES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError,
    struct.error, ValueError, KeyError, IndexError, OverflowError, OSError, etree.LxmlError,
)  # fmt: skip
WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
GONE = ("del", "moveFrom", "cellDel")  # what accepting the changes takes away
SILENT = ("instrText", "delText", "delInstrText", "rt", "Fallback", "pPr", "rPr", "sectPr", "tblPr")
BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
UNREAD = {
    "chart": "charts", "relIds": "diagrams", "OLEObject": "objects", "altChunk": "inserted",
    "blip": "pictures", "imagedata": "pictures",
}  # fmt: skip
BETWEEN = "  "  # paragraphs of one cell: two blanks, which never join two numbers into one
LEFT_OUT = {
    "deleted": ("修订中删除的文字", "text that tracked changes delete"),
    "hidden": ("隐藏文字", "hidden text"),
    "comments": ("批注", "comments"),
    "charts": ("图表里的文字", "text inside charts"),
    "diagrams": ("智能图形里的文字", "text inside diagrams"),
    "objects": ("嵌入的对象", "embedded objects"),
    "inserted": ("插入的其他文件", "inserted files"),
    "pictures": ("图片（其中的文字不读）", "pictures (words in them are not read)"),
}
Note = tuple[str, str]


class DamagedFile(ValueError):  # noqa: N818 - it says what the file is
    """The file is no whole Word document."""


class TooLarge(DamagedFile):
    """The file holds more text, inflated, than a document can."""


def word_text(content: bytes) -> tuple[str, list[Note]]:
    """Return the visible text of a .docx and what was left out, in both languages.

    A line is a paragraph or a row of a table, whose cells stand between tabs; a merged cell
    stands once, in its first place. Text boxes follow their paragraph; notes, headers and
    footers follow the text. Raises DamagedFile, TooLarge where the inflated parts exceed
    LARGEST.
    """
    try:
        package = _Package(zipfile.ZipFile(BytesIO(content)))
        body = _Body(package)
        lines = body.lines()
        left = [
            (f"未读入：{zh}（{body.left[name]} 处）", f"left out: {en} ({body.left[name]})")
            for name, (zh, en) in LEFT_OUT.items()
            if body.left[name]
        ]
    except DamagedFile:
        raise
    except DAMAGES as reason:
        raise DamagedFile(str(reason) or type(reason).__name__) from None
    return "\n".join(lines), left


class _Package:
    """The XML parts of a .docx, each parsed when asked for, all together within LARGEST."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive, self.room = archive, LARGEST
        self.names = set(archive.namelist())

    def part(self, name: str) -> Any:
        with self.archive.open(name) as opened:
            content = opened.read(self.room + 1)
        self.room -= len(content)
        if self.room < 0:
            raise TooLarge(name)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        root = etree.fromstring(content, parser)
        if root.getroottree().docinfo.doctype:
            raise DamagedFile(f"{name} declares a document type")
        return root

    def related(self, name: str, kind: str) -> dict[str, str]:
        """Return relationship id -> part, for the relationships of a part of one kind."""
        folder, file = posixpath.split(name)
        listed = posixpath.join(folder, "_rels", f"{file}.rels")
        if listed not in self.names:
            if any("/header" in one or "notes.xml" in one for one in self.names):
                raise DamagedFile(f"{listed} is missing")
            return {}
        return {
            one.get("Id", ""): posixpath.normpath(
                posixpath.join("/", folder, one.get("Target", ""))
            ).lstrip("/")
            for one in self.part(listed)
            if one.get("Type", "").rpartition("/")[2] == kind
            and one.get("TargetMode") != "External"
        }


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _attribute(element: Any, name: str) -> str:
    for space in WORD:
        if (value := element.get(f"{{{space}}}{name}")) is not None:
            return value
    return element.get(name, "")


def _child(element: Any, *names: str) -> Any:
    for name in names:
        element = next((one for one in element if _local(one) == name), None)
        if element is None:
            return None
    return element


def _on(element: Any, name: str) -> bool | None:
    """Whether a property is on; None where it is not set."""
    found = _child(element, name) if element is not None else None
    return None if found is None else _attribute(found, "val") not in ("0", "false", "off")


@dataclass
class _Cell:
    lines: list[str] = field(default_factory=list)
    inner: list[str] = field(default_factory=list)  # rows of tables inside it


class _Body:
    """The lines of a document's parts, and a count of what is left out of them."""

    def __init__(self, package: _Package) -> None:
        self.package, self.left = package, Counter[str]()
        self.main = next(iter(package.related("", "officeDocument").values()), "word/document.xml")
        self.hiding = self._hiding_styles()
        self.notes: list[tuple[str, str]] = []

    def lines(self) -> list[str]:
        document = self.package.part(self.main)
        body = _child(document, "body")
        if body is None:
            raise DamagedFile("the document has no body")
        lines = list(self.blocks(body))
        lines += self._noted()
        lines += self._headed(document)
        comments = self.package.related(self.main, "comments").values()
        self.left["comments"] += sum(len(self.package.part(name)) for name in comments)
        return lines

    def _hiding_styles(self) -> dict[str, bool]:
        """Style -> whether it hides its text, inherited from the style it is based on."""
        styles, based = {}, {}
        for name in self.package.related(self.main, "styles").values():
            for style in self.package.part(name):
                if _local(style) == "style":
                    own = _attribute(style, "styleId")
                    styles[own] = _on(_child(style, "rPr"), "vanish")
                    parent = _child(style, "basedOn")
                    based[own] = "" if parent is None else _attribute(parent, "val")
        for name in list(styles):
            seen, at = set(), name
            while at in styles and styles[at] is None and at not in seen:
                seen.add(at)
                at = based[at]
            styles[name] = bool(styles.get(at))
        return styles

    def _noted(self) -> Iterator[str]:
        """Yield the footnotes and endnotes that the text refers to, in its order."""
        for kind in ("footnote", "endnote"):
            for name in self.package.related(self.main, f"{kind}s").values():
                notes = {_attribute(one, "id"): one for one in self.package.part(name)}
                for sort, number in self.notes:
                    if sort == kind and number in notes:
                        yield from self.blocks(notes[number])

    def _headed(self, document: Any) -> Iterator[str]:
        """Yield the headers and footers that some page shows, each once."""
        settings = self.package.related(self.main, "settings").values()
        even = any(_on(self.package.part(name), "evenAndOddHeaders") for name in settings)
        shown: dict[str, None] = {}
        for section in document.iter("{*}sectPr"):
            first = bool(_on(section, "titlePg"))
            for reference in section:
                sort = _attribute(reference, "type") or "default"
                seen = {"first": first, "even": even}.get(sort, True)
                if _local(reference) in ("headerReference", "footerReference") and seen:
                    shown[next((v for k, v in reference.items() if k.endswith("}id")), "")] = None
        parts = self.package.related(self.main, "header")
        parts |= self.package.related(self.main, "footer")
        for name in dict.fromkeys(parts[one] for one in shown):
            yield from (line for line in self.blocks(self.package.part(name)) if line.strip())

    def blocks(self, element: Any) -> Iterator[str]:
        """Yield the lines of paragraphs and tables, whatever wraps them."""
        kept = ""
        for child in element:
            name = _local(child)
            if name == "p":
                text, boxes = self._paragraph(child)
                if self._mark_deleted(child) and not boxes:  # it runs on in the next paragraph
                    kept += text
                    continue
                yield kept + text
                yield from boxes
                kept = ""
            elif name == "tbl":
                yield from self._table(child)
            elif name in GONE:
                self._drop("deleted", child)
            elif name == "altChunk":
                self.left["inserted"] += 1
            elif name == "AlternateContent":
                yield from self.blocks(self._chosen(child))
            elif name not in SILENT:
                yield from self.blocks(child)
        if kept:
            yield kept

    def _mark_deleted(self, paragraph: Any) -> bool:
        mark = _child(paragraph, "pPr", "rPr")
        return mark is not None and _child(mark, "del") is not None

    def _drop(self, why: str, element: Any) -> None:
        if any(_local(one) in ("t", "delText") and one.text for one in element.iter()):
            self.left[why] += 1

    def _chosen(self, alternates: Any) -> Any:
        """The branch of alternative content to read: the first choice, else the fallback."""
        first, other = _child(alternates, "Choice"), _child(alternates, "Fallback")
        return first if first is not None else other if other is not None else ()

    def _paragraph(self, paragraph: Any) -> tuple[str, list[str]]:
        """The text of a paragraph, and the lines of the text boxes that hang on it."""
        style = _child(paragraph, "pPr", "pStyle")
        hidden = style is not None and self.hiding.get(_attribute(style, "val"), False)
        boxes: list[str] = []
        return "".join(self._inline(paragraph, hidden, boxes)), boxes

    def _inline(self, element: Any, hidden: bool, boxes: list[str]) -> Iterator[str]:
        for child in element:
            name = _local(child)
            if name == "r":
                if self._hidden(child, hidden):
                    self._drop("hidden", child)
                else:
                    yield from self._inline(child, hidden, boxes)
            elif name == "t":
                yield child.text or ""
            elif name in BREAKS:
                yield BREAKS[name]
            elif name == "txbxContent":
                boxes += self.blocks(child)
            elif name in GONE:
                self._drop("deleted", child)
            elif name in ("footnoteReference", "endnoteReference"):
                self.notes.append((name.removesuffix("Reference"), _attribute(child, "id")))
            elif name == "AlternateContent":
                yield from self._inline(self._chosen(child), hidden, boxes)
            elif name not in SILENT:
                self.left[UNREAD.get(name, "")] += 1
                yield from self._inline(child, hidden, boxes)

    def _hidden(self, run: Any, by_paragraph: bool) -> bool:
        properties = _child(run, "rPr")
        own = _on(properties, "vanish")
        style = _child(properties, "rStyle") if properties is not None else None
        if own is None and style is not None:
            own = self.hiding.get(_attribute(style, "val")) or None
        return by_paragraph if own is None else own

    def _table(self, table: Any) -> Iterator[str]:
        for row in self._within(table, "tr"):
            if _child(row, "trPr", "del") is not None:
                self._drop("deleted", row)
                continue
            cells: list[str] = []
            inner: list[str] = []
            before = _child(row, "trPr", "gridBefore")
            cells += [""] * (int(_attribute(before, "val") or 0) if before is not None else 0)
            for cell in self._within(row, "tc"):
                properties = _child(cell, "tcPr")
                span, merged = self._merged(properties)
                read = _Cell() if merged else self._cell(cell)
                cells += [BETWEEN.join(filter(None, read.lines)), *[""] * (span - 1)]
                inner += read.inner
            yield "\t".join(cells)
            yield from inner

    def _merged(self, properties: Any) -> tuple[int, bool]:
        """How many columns a cell spans, and whether it goes on one merged with those above."""
        if properties is None:
            return 1, False
        span, merge = _child(properties, "gridSpan"), _child(properties, "vMerge")
        if _child(properties, "cellDel") is not None:
            return 1, True
        width = int(_attribute(span, "val") or 1) if span is not None else 1
        goes_on = merge is not None and _attribute(merge, "val") in ("", "continue")
        return min(max(width, 1), 100), goes_on

    def _within(self, element: Any, name: str) -> Iterator[Any]:
        """Yield the rows of a table or the cells of a row, whatever wraps them."""
        for child in element:
            local = _local(child)
            if local == name:
                yield child
            elif local in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
                yield from self._within(child, name)

    def _cell(self, cell: Any) -> _Cell:
        read = _Cell()
        for child in cell:
            if _local(child) == "tbl":
                read.inner += self._table(child)
            elif _local(child) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
                more = self._cell(child)
                read.lines += more.lines
                read.inner += more.inner
            elif _local(child) == "p":
                text, boxes = self._paragraph(child)
                read.lines += [" ".join(part.split()) for part in (text, *boxes)]
        return read
