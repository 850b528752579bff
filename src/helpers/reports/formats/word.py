"""A built report as a Word file: headings by style, native tables, charts as pictures with their
alt text, numbered captions, and each figure's origin in a footnote where it is first stated.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any


from helpers.drafting.word import add_field, dress, packed, set_page, shade_header
from helpers.reports.formats import pages
from helpers.reports.formats.drawing import as_picture, natural_width
from helpers.reports.formats.footnotes import Footnotes
from helpers.reports.page.render import vocabulary

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph
    from lxml.html import HtmlElement

__all__ = ["as_word"]

WIDTH, TALLEST = 156, 190  # mm between the margins; of a picture
SMALL = 300  # a drawing of fewer units is not blown up to the width of the page
NOTED = ("Normal", "ListBullet")  # styles of running text, which has footnotes
WORD = re.compile(r"[\u2e80-\uffff]|[^\s\u2e80-\uffff]+")  # what is not broken in a line
LATIN, CHINESE, PADDING = 2.3, 3.75, 5.5  # mm of a letter in a table, and around its cells' texts
SHORT = 22  # mm of a text in a table that is not broken
BLOCKS = frozenset(
    """address article blockquote caption dd details div dl dt figcaption figure footer h1 h2 h3 h4
    h5 h6 header hr li main ol p pre section summary table ul svg img""".split()
)
HEADINGS = {"h2": "Heading 1", "h3": "Heading 2"}
FACES = {"strong": "bold", "b": "bold", "th": "bold", "em": "italic", "i": "italic",
         "sub": "subscript", "sup": "superscript"}  # fmt: skip
WORDS = {
    "zh": {"figure": "图", "table": "表", "source": "来源：", "comma": "，", "and": "、", "between": "；",
           "brackets": "（）", "quotes": "“”"},
    "en": {"figure": "Figure ", "table": "Table ", "source": "source: ", "comma": ", ",
           "and": ", ", "between": "; ", "brackets": "()", "quotes": "“”"},
}  # fmt: skip


def as_word(page: bytes) -> bytes:
    """A built page as a .docx; the same page gives the same bytes."""
    import docx

    tree = pages.parsed(page)
    lang = "zh" if tree.get("lang", "").startswith("zh") else "en"
    simulated = "simulated" in tree.body.get("class", "")
    document = docx.Document()
    dress(document, lang)
    set_page(document, lang, vocabulary()[lang]["simulated_short"] if simulated else "")
    title = pages.text(tree.find(".//title"))
    core = document.core_properties
    core.title, core.language = title, tree.get("lang")
    core.author = pages.text(tree.find_class("kicker")[0])
    core.comments = core.last_modified_by = ""
    writer = _Writer(document, lang)
    writer.paragraph(tree.find(".//h1"), "Title")
    where = " · ".join(map(pages.text, tree.find_class("where")[0]))
    writer.new("Subtitle").add_run(where)
    for banner in tree.find_class("banner"):
        writer.paragraph(banner, "Banner")
    writer.flow(tree.find(".//main"), "Normal")
    writer.notes.put_into(document)
    return packed(document)


class _Writer:
    """Puts the elements of a page into a document, one after the other."""

    def __init__(self, document: Any, lang: str) -> None:
        self.document, self.lang, self.words = document, lang, WORDS[lang]
        self.styles = {style.name: style.style_id for style in document.styles}
        self.notes = Footnotes()
        self.told: set[str] = set()  # figures whose origin stands in a footnote
        self.count = Counter()  # captions by kind

    def new(self, style: str) -> Paragraph:
        """An empty paragraph at the end of the document."""
        return self._styled(self.document.add_paragraph(), style)

    def _styled(self, paragraph: Paragraph, style: str) -> Paragraph:
        paragraph._p.style = self.styles[style]  # by name, python-docx would search all styles
        return paragraph

    def flow(self, element: HtmlElement, style: str) -> None:
        """What an element holds: blocks as such, the texts between them as paragraphs."""
        paragraph = None
        for part in _parts(element):
            if isinstance(part, str):
                if not part.strip() and paragraph is None:
                    continue
            elif part.tag in BLOCKS:
                self.block(part, style)
                paragraph = None
                continue
            paragraph = paragraph or self.new(style)
            self.inline(paragraph, part, {})

    def block(self, element: HtmlElement, style: str) -> None:
        """An element that stands by itself."""
        kind, classes = element.tag, element.get("class", "").split()
        if kind in ("svg", "img"):
            self._draw(self.new("Picture"), element)
        elif kind == "table":
            self.table(element)
        elif kind == "figure":
            self.figure(element)
        elif kind == "summary" and element.getparent().find(".//caption") is not None:
            return  # the table says it again
        elif kind in HEADINGS or kind in ("h4", "h5", "h6"):
            self.paragraph(element, HEADINGS.get(kind, "Heading 2"))
        elif "cards" in classes:
            self.cards(element)
        elif kind == "li":
            self.item(element)
        elif kind == "pre":
            for line in element.text_content().splitlines():
                self.new("Note").add_run(line)
        else:
            self.flow(element, "Note" if kind == "dd" else style)

    def item(self, element: HtmlElement) -> None:
        """An item of a list; numbers are written out, since Word would count on."""
        parent = element.getparent()
        if parent.tag != "ol":
            inner = parent.xpath("boolean(ancestor::li)")
            return self.flow(element, "Note" if inner else "List Bullet")
        number = int(parent.get("start", "1")) + parent.findall("li").index(element)
        element.text = f"{number}. {element.text or ''}"
        return self.flow(element, "Normal")

    def paragraph(self, element: HtmlElement, style: str) -> Paragraph:
        """An element of text alone as one paragraph."""
        paragraph = self.new(style)
        for part in _parts(element):
            self.inline(paragraph, part, {})
        return paragraph

    def inline(self, paragraph: Paragraph, part: HtmlElement | str, face: dict[str, bool]) -> None:
        """A piece of text, with its figures' origins as footnotes at their first mention."""
        if isinstance(part, str):
            text = re.sub(r"\s+", " ", part)
            text = text if paragraph.runs else text.lstrip()
            if text:
                run = paragraph.add_run(text)
                for name, on in face.items():
                    setattr(run.font, name, on)
            return
        kind, classes = part.tag, part.get("class", "").split()
        around = self.words["brackets" if "tag" in classes else "quotes"]
        marked = "tag" in classes or kind == "q"
        if kind in ("svg", "img"):
            return self._draw(paragraph, part)
        if kind == "br" or "moved" in classes:
            paragraph.add_run().add_break()
        if kind == "math":
            paragraph.add_run(_formula(part))
            return None
        inner = {**face, FACES[kind]: True} if kind in FACES else face
        for child in [around[0], *_parts(part), around[1]] if marked else _parts(part):
            self.inline(paragraph, child, inner)
        if kind == "data":
            self._note(paragraph, part)
        address = part.get("href", "") if kind == "a" else ""
        if address.startswith("http") and address not in part.text_content():
            paragraph.add_run(f" {address}")
        return None

    def _note(self, paragraph: Paragraph, number: HtmlElement) -> None:
        key, origin = number.get("data-figure"), number.get("data-origin")
        if origin and key not in self.told and paragraph._p.style in NOTED:
            self.told.add(key)
            self.notes.add(paragraph, origin)

    def figure(self, element: HtmlElement) -> None:
        """A chart: the picture, then its number and title, then what its caption says besides."""
        caption = element.find("figcaption")
        if caption is not None:
            caption.drop_tree()
        self.flow(element, "Picture")
        if caption is None:
            return
        title = next(iter(caption.find_class("title")), caption)
        self.caption("figure", title)
        for source in caption.find_class("source"):
            self.paragraph(source, "Note")

    def caption(self, kind: str, title: HtmlElement | str) -> Paragraph:
        """A caption with a number that Word counts: 图1, Table 2."""
        paragraph = self.new("Caption")
        word = self.words[kind]
        paragraph.add_run(word)
        self.count[kind] += 1
        add_field(paragraph.add_run(), f"SEQ {word.strip()} \\* ARABIC", self.count[kind])
        paragraph.add_run("　" if self.lang == "zh" else ". ")
        for part in _parts(title):
            self.inline(paragraph, part, {})
        return paragraph

    def _draw(self, paragraph: Paragraph, element: HtmlElement) -> None:
        from docx.shared import Mm

        content = as_picture(element)
        if content is None:
            return
        shape = paragraph.add_run().add_picture(io.BytesIO(content))
        wide = element.tag == "svg" and natural_width(element) > SMALL
        across = Mm(WIDTH - 8) if wide else min(Mm(WIDTH - 8), shape.width)
        across = min(across, round(shape.width * Mm(TALLEST) / shape.height))
        shape.width, shape.height = across, round(shape.height * across / shape.width)
        around = element.xpath("ancestor-or-self::*[@aria-label][1]/@aria-label")
        shape._inline.docPr.set("descr", element.get("alt") or "".join(around[:1]))

    def cards(self, element: HtmlElement) -> None:
        """The leading figures: what each is over how much it is."""
        items = element.findall("li")
        named = [item.find_class("what") for item in items]
        for part in element.xpath(".//svg | .//*[@class='what']"):
            part.drop_tree()
        self.new("Gap")
        table, cells = self._new_table(2, [WIDTH / len(items)] * len(items))
        for at, (item, what) in enumerate(zip(items, named, strict=True)):
            self._fill(cells[0][at], what, "Table head")
            self._fill(cells[1][at], [item], "Table head")
        shade_header(table)

    def table(self, element: HtmlElement) -> None:
        """A table as one of Word, its head repeated on every page, its sources below it."""
        caption = element.find("caption")
        if caption is not None:
            self.caption("table", caption).paragraph_format.keep_with_next = True
        grid = _grid(element)
        table, cells = self._new_table(len(grid), _widths(grid))
        for number, row in enumerate(grid):
            for at, wide, tall, cell in row:
                place = cells[number][at]
                if (wide, tall) != (1, 1):
                    last = min(number + tall, len(grid)) - 1
                    place = place.merge(cells[last][at + wide - 1])
                head = cell.getparent().getparent().tag == "thead"
                paragraph = self._fill(place, [cell], "Table head" if head else "Table text")
                if "number" in cell.get("class", "").split() and not head:
                    paragraph.alignment = 2  # right
        shade_header(table, len(element.xpath("./thead/tr")))
        pieces = (one for origin in element.xpath(".//@data-origin") for one in origin.split(" · "))
        start, places = self.words["source"], {}
        for piece in (p.removeprefix(start) for p in pieces if p.startswith(start)):
            source, comma, place = piece.rpartition(self.words["comma"])
            places.setdefault(source + comma, {})[place] = None
        told = self.words["between"].join(s + self.words["and"].join(p) for s, p in places.items())
        self.new("Note" if told else "Gap").add_run(start.capitalize() + told if told else "")

    def _new_table(self, rows: int, widths: list[float]) -> tuple[Any, list[Any]]:
        """A table whose columns have these widths (mm), and its cells by row."""
        from docx.shared import Mm

        table = self.document.add_table(rows=rows, cols=len(widths), style="Table Grid")
        table.autofit = False
        cells = [row.cells for row in table.rows]
        for column, width, *below in zip(table.columns, widths, *cells, strict=True):
            for one in (column, *below):
                one.width = Mm(width)
        return table, cells

    def _fill(self, cell: Any, elements: list[HtmlElement], style: str) -> Paragraph:
        paragraph = self._styled(cell.paragraphs[0], style)
        for element in elements:
            for part in _parts(element):
                self.inline(paragraph, part, {})
        return paragraph


def _parts(element: HtmlElement) -> Iterator[HtmlElement | str]:
    """What an element holds, in order: texts and elements."""
    if element.text:
        yield element.text
    for child in element:
        if isinstance(child.tag, str):
            yield child
        if child.tail:
            yield child.tail


def _grid(table: HtmlElement) -> list[list[tuple[int, int, int, HtmlElement]]]:
    """The rows of a table, of each cell: its column, how many columns and rows it spans, itself."""
    taken: set[tuple[int, int]] = set()
    grid = []
    for number, row in enumerate(table.iter("tr")):
        at, cells = 0, []
        for cell in row.xpath("./th | ./td"):
            while (number, at) in taken:
                at += 1
            wide, tall = (int(cell.get(name) or 1) for name in ("colspan", "rowspan"))
            taken |= {(number + down, at + right) for down in range(tall) for right in range(wide)}
            cells.append((at, wide, tall, cell))
        grid.append(cells)
    return grid


def _widths(grid: list[list[tuple[int, int, int, HtmlElement]]]) -> list[float]:
    """Widths of columns in mm that fill the page: each at least that of its longest word or
    number, and of what is left the more, the longer its texts.
    """
    across = max(at + wide for row in grid for at, wide, _, _ in row)
    least, most = [PADDING] * across, [PADDING] * across
    for at, wide, _, cell in (one for row in grid for one in row):
        text = pages.text(cell)
        words = [text] if _length(text) < SHORT else WORD.findall(text)
        for sizes, length in ((least, max(map(_length, words), default=0)), (most, _length(text))):
            sizes[at] = max(sizes[at], PADDING + length / wide)
    room = WIDTH - sum(least)
    if room <= 0:
        return [WIDTH * width / sum(least) for width in least]
    wished = [(more - less) ** 0.8 for more, less in zip(most, least, strict=True)]
    if not any(wished):
        wished = least
    shares = zip(least, wished, strict=True)
    return [width + room * wish / sum(wished) for width, wish in shares]


def _length(text: str) -> float:
    """How long a text of a table is, in mm."""
    return sum(CHINESE if ord(sign) > 0x2E7F else LATIN for sign in text)


def _formula(element: HtmlElement) -> str:
    """A formula in one line: what stands above and below a stroke, powers and roots in brackets."""
    inner = [_formula(child) for child in element]
    match element.tag, inner:
        case "mfrac", [above, below]:
            return f"({above})/({below})"
        case "msup", [base, power]:
            return f"{base}^({power})"
        case "msub", [base, index]:
            return f"{base}_({index})"
        case "msqrt", _:
            return f"√({''.join(inner)})"
    return "".join(inner) if inner else " ".join((element.text or "").split())
