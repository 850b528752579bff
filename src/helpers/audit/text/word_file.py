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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, TypeVar

from lxml import etree

__all__ = ["DamagedFile", "TableCell", "TooLarge", "left_out", "word_tables", "word_text"]

LARGEST = 30_000_000  # bytes of XML, inflated: a thousand pages have ten
DAMAGES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError,
    struct.error, ValueError, KeyError, IndexError, OverflowError, OSError, etree.LxmlError,
)  # fmt: skip
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
PREFIXES = {"w": W, "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006"}
# what accepting the tracked changes takes away, and the branch of a choice that nobody sees
DELETED = (
    "//w:del[not(parent::w:rPr or parent::w:trPr)] | //w:moveFrom | //w:tr[w:trPr/w:del]"
    " | //w:tc[w:tcPr/w:cellDel]/*[not(self::w:tcPr)]"
)
UNSEEN = "//mc:AlternateContent[mc:Choice]/*[position() > 1]"
SILENT = ("instrText", "delText", "delInstrText", "rt", "pPr", "rPr", "sectPr", "tblPr", "tblGrid")
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
Result = TypeVar("Result")


class DamagedFile(ValueError):  # noqa: N818 - it says what the file is
    """The file is no whole Word document."""


class TooLarge(DamagedFile):
    """The file holds more text, inflated, than a document can."""


@dataclass
class TableCell:
    """A cell of a table: its row and column from 1, how many it spans, its lines of text."""

    row: int
    column: int
    deep: int = 1
    wide: int = 1
    lines: list[str] = field(default_factory=list)
    tables: list[list[TableCell]] = field(default_factory=list)  # inside it


def word_text(content: bytes) -> tuple[str, list[Note]]:
    """Return the visible text of a .docx and what was left out, in both languages.

    A line is a paragraph or a row of a table, whose cells stand between tabs; a merged cell
    stands once, in its first place. Text boxes follow their paragraph; notes, headers and
    footers follow the text. Raises DamagedFile, TooLarge where the inflated parts exceed
    LARGEST.
    """

    def read(document: _Document) -> tuple[str, list[Note]]:
        lines = [line for block in document.everything() for line in _lines(block)]
        return "\n".join(lines), left_out(document.left, LEFT_OUT)

    return _read(content, read)


def left_out(counts: Counter[str], names: dict[str, Note]) -> list[Note]:
    """Return the lines that say what was left out and how often, in both languages."""
    return [
        (f"未读入：{zh}（{counts[name]} 处）", f"left out: {en} ({counts[name]})")
        for name, (zh, en) in names.items()
        if counts[name]
    ]


def word_tables(content: bytes) -> list[list[TableCell]]:
    """Return the cells of each table in the body of a .docx, as `word_text` reads them.

    A merged cell is one, in its first place. Raises DamagedFile, TooLarge.
    """

    def read(document: _Document) -> list[list[TableCell]]:
        return [block for block in document.blocks(document.body) if isinstance(block, list)]

    return _read(content, read)


def _read(content: bytes, take: Callable[[_Document], Result]) -> Result:
    try:
        return take(_Document(zipfile.ZipFile(BytesIO(content))))
    except DamagedFile:
        raise
    except DAMAGES as reason:
        raise DamagedFile(str(reason) or type(reason).__name__) from None


def _lines(block: str | list[TableCell]) -> Iterator[str]:
    """Yield the lines of a paragraph, or of a table the rows, each with the tables inside it."""
    if isinstance(block, str):
        yield block
        return
    width = max((cell.column + cell.wide - 1 for cell in block), default=0)
    rows: dict[int, list[TableCell]] = {}
    for cell in block:
        rows.setdefault(cell.row, []).append(cell)
    for row in range(1, max(rows, default=0) + 1):
        cells = {cell.column: BETWEEN.join(filter(None, cell.lines)) for cell in rows.get(row, ())}
        yield "\t".join(cells.get(column, "") for column in range(1, width + 1))
        for cell in rows.get(row, ()):
            for table in cell.tables:
                yield from _lines(table)


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _attribute(element: Any, name: str, default: str = "") -> str:
    return default if element is None else element.get(f"{{{W}}}{name}", element.get(name, default))


def _child(element: Any, path: str) -> Any:
    return None if element is None else element.find(path, PREFIXES)


def _on(element: Any, path: str) -> bool | None:
    """Whether a property is on; None where it is not set."""
    found = _child(element, path)
    return None if found is None else _attribute(found, "val") not in ("0", "false", "off")


class _Document:
    """A Word file's parts, each parsed when asked for, and a count of what is left out."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive, self.room, self.left = archive, LARGEST, Counter[str]()
        self.names = set(archive.namelist())
        self.main = next(iter(self.related("", "officeDocument")), "word/document.xml")
        self.hiding = self._hiding_styles()
        self.notes: list[tuple[str, str]] = []
        self.document = self.part(self.main)
        self.body = _child(self.document, "w:body")
        if self.body is None:
            raise DamagedFile("the document has no body")

    def part(self, name: str) -> Any:
        """The root of a part in its accepted version: what nobody sees is taken out and counted."""
        with self.archive.open(name) as opened:
            content = opened.read(self.room + 1)
        self.room -= len(content)
        if self.room < 0:
            raise TooLarge(name)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        root = etree.fromstring(content.replace(STRICT, W.encode()), parser)
        if root.getroottree().docinfo.doctype:
            raise DamagedFile(f"{name} declares a document type")
        self._take_out(root.xpath(UNSEEN, namespaces=PREFIXES), "")
        self._take_out(root.xpath(DELETED, namespaces=PREFIXES), "deleted")
        self._take_out([run for run in root.iter(f"{{{W}}}r") if self._hidden(run)], "hidden")
        return root

    def _take_out(self, elements: list[Any], why: str) -> None:
        for element in elements:
            texts = (_local(one) in ("t", "delText") and one.text for one in element.iter())
            self.left[why] += any(texts)
            element.getparent().remove(element)

    def related(self, name: str, kind: str) -> dict[str, str]:
        """Return part -> relationship id, for the relationships of a part of one kind."""
        folder, file = posixpath.split(name)
        listed = posixpath.join(folder, "_rels", f"{file}.rels")
        if listed not in self.names:
            if any("/header" in one or "notes.xml" in one for one in self.names):
                raise DamagedFile(f"{listed} is missing")
            return {}
        return {
            posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/"): (
                one.get("Id", "")
            )
            for one in self.part(listed)
            if one.get("Type", "").rpartition("/")[2] == kind
            and one.get("TargetMode") != "External"
        }

    def _hiding_styles(self) -> dict[str, bool]:
        """Style -> whether it hides its text, inherited from the style it is based on."""
        self.hiding: dict[str, bool] = {}
        styles = {
            _attribute(style, "styleId"): style
            for name in self.related(self.main, "styles")
            for style in self.part(name).iterfind("w:style", PREFIXES)
        }
        found = {}
        for name in styles:
            seen, at, own = set(), name, None
            while at in styles and own is None and at not in seen:
                seen.add(at)
                own = _on(styles[at], "w:rPr/w:vanish")
                at = _attribute(_child(styles[at], "w:basedOn"), "val")
            found[name] = bool(own)
        return found

    def _hidden(self, run: Any) -> bool:
        own = _on(run, "w:rPr/w:vanish")
        if own is None:
            own = self.hiding.get(_attribute(_child(run, "w:rPr/w:rStyle"), "val")) or None
        if own is None:
            paragraph = next(run.iterancestors(f"{{{W}}}p"), None)
            own = self.hiding.get(_attribute(_child(paragraph, "w:pPr/w:pStyle"), "val"), False)
        return own

    def everything(self) -> Iterator[str | list[TableCell]]:
        """Yield the blocks of the body, of the notes it refers to, of headers and footers."""
        yield from self.blocks(self.body)
        for kind in ("footnote", "endnote"):
            for name in self.related(self.main, f"{kind}s"):
                notes = {_attribute(one, "id"): one for one in self.part(name)}
                for sort, number in self.notes:
                    if sort == kind and number in notes:
                        yield from self.blocks(notes[number])
        for name in dict.fromkeys(self._headers()):
            for block in self.blocks(self.part(name)):
                if isinstance(block, list) or block.strip():
                    yield block
        for name in self.related(self.main, "comments"):
            self.left["comments"] += len(self.part(name))

    def _headers(self) -> Iterator[str]:
        """Yield the parts of the headers and footers that some page shows."""
        settings = self.related(self.main, "settings")
        even = any(_on(self.part(name), "w:evenAndOddHeaders") for name in settings)
        parts = self.related(self.main, "header") | self.related(self.main, "footer")
        named = {number: part for part, number in parts.items()}
        for section in self.document.iter(f"{{{W}}}sectPr"):
            shown = {"first": bool(_on(section, "w:titlePg")), "even": even}
            for one in section.xpath("w:headerReference | w:footerReference", namespaces=PREFIXES):
                if shown.get(_attribute(one, "type"), True):
                    yield named[next((v for k, v in one.items() if k.endswith("}id")), "")]

    def blocks(self, element: Any) -> Iterator[str | list[TableCell]]:
        """Yield paragraphs as text and tables as cells, whatever wraps them."""
        kept = ""
        for child in element:
            name = _local(child)
            if name == "p":
                boxes: list[str] = []
                kept += "".join(self._inline(child, boxes))
                if _child(child, "w:pPr/w:rPr/w:del") is None or boxes:
                    yield kept
                    yield from boxes
                    kept = ""  # a paragraph whose end is deleted runs on in the next one
            elif name == "tbl":
                yield self._table(child)
            elif name == "altChunk":
                self.left["inserted"] += 1
            elif name not in SILENT:
                yield from self.blocks(child)
        if kept:
            yield kept

    def _inline(self, element: Any, boxes: list[str]) -> Iterator[str]:
        """Yield the texts of a paragraph; the lines of its text boxes are put into ``boxes``."""
        for child in element:
            name = _local(child)
            if name == "t":
                yield child.text or ""
            elif name in BREAKS:
                yield BREAKS[name]
            elif name == "txbxContent":
                boxes += [line for block in self.blocks(child) for line in _lines(block)]
            elif name in ("footnoteReference", "endnoteReference"):
                self.notes.append((name.removesuffix("Reference"), _attribute(child, "id")))
            elif name not in SILENT:
                self.left[UNREAD.get(name, "")] += 1
                yield from self._inline(child, boxes)

    def _table(self, table: Any) -> list[TableCell]:
        cells: list[TableCell] = []
        above: dict[int, TableCell] = {}
        for number, row in enumerate(_within(table, "tr"), 1):
            column = 1 + int(_attribute(_child(row, "w:trPr/w:gridBefore"), "val", "0"))
            for element in _within(row, "tc"):
                wide = int(_attribute(_child(element, "w:tcPr/w:gridSpan"), "val", "1"))
                wide = min(max(wide, 1), 100)
                merge = _child(element, "w:tcPr/w:vMerge")
                goes_on = merge is not None and _attribute(merge, "val") in ("", "continue")
                if goes_on and column in above:
                    above[column].deep = number - above[column].row + 1
                else:
                    above[column] = self._cell(element, TableCell(number, column, 1, wide))
                    cells.append(above[column])
                column += wide
        return cells

    def _cell(self, element: Any, cell: TableCell) -> TableCell:
        for block in self.blocks(element):
            if isinstance(block, list):
                cell.tables.append(block)
            else:
                cell.lines.append(" ".join(block.split()))
        return cell


def _within(element: Any, name: str) -> Iterator[Any]:
    """Yield the rows of a table or the cells of a row, whatever wraps them."""
    for child in element:
        if _local(child) == name:
            yield child
        elif _local(child) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            yield from _within(child, name)
