"""A draft as a Word file, and the typography of Word files.

Chinese: GB/T 9704-2012 (margins 37, 35, 28 and 26 mm; a title in 小标宋 二号, body in 仿宋 三号 on
a fixed line of 28.5 pt, headings in 黑体, page numbers between dashes). A face that a computer
lacks is replaced by those that the font table names. English: Western faces, smaller sizes.

The same draft gives the same bytes: no clock and no random name gets into the file.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime
from html import unescape
from typing import TYPE_CHECKING, Any

from helpers.files import rows_beside

if TYPE_CHECKING:
    from docx.document import Document

    from helpers.analysis.report import AreaFigures
    from helpers.drafting.draft import Draft, Section

__all__ = ["add_element", "add_field", "as_word", "dress", "packed", "set_page", "shade_header"]

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip archive can hold
LANGUAGE = {"zh": "zh-CN", "en": "en-GB"}
WIDTH = 156  # mm between the margins
WIDTHS = {2: (106, 50), 3: (48, 34, 74), 4: (56, 32, 32, 36), 5: (40, 27, 27, 28, 34)}


SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# face → those that may stand in for it, its family
FACES = {
    "方正小标宋简体": (
        "FZXiaoBiaoSong-B05S;华文中宋;STZhongsong;宋体;SimSun;Noto Serif CJK SC", "roman",
    ),
    "仿宋": ("FangSong;仿宋_GB2312;STFangsong;Noto Serif CJK SC", "modern"),
    "黑体": ("SimHei;STHeiti;Microsoft YaHei;Noto Sans CJK SC", "swiss"),
    "楷体": ("KaiTi;楷体_GB2312;STKaiti;Noto Serif CJK SC", "modern"),
    "宋体": ("SimSun;STSong;Noto Serif CJK SC", "roman"),
}  # fmt: skip
FONT_TABLE = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts xmlns:w="{SPACE}">'
    + "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{family}"/></w:font>'
        for name, (others, family) in FACES.items()
    )
    + "</w:fonts>"
).encode()


def _picture(here: AreaFigures) -> tuple[bytes, str, str] | None:
    """The chart of the report's area as PNG, its caption, its text for those who do not see it;
    None where no figures can stand beside each other (see :func:`helpers.telling.glance.picture`).
    """
    import matplotlib as mpl

    from helpers.telling import drawing, glance

    drawing.theme()
    faces = ["DejaVu Sans", "Noto Sans SC"] if here.lang == "en" else ["Noto Sans SC"]
    with mpl.rc_context({"font.family": faces}), drawing.printing() as kept:
        drawn = glance.picture(here)
    if not kept:
        return None
    caption = re.search(r'<span class="title">(.*?)</span>', drawn.html)[1]
    return kept[0], unescape(caption), drawn.plain


def as_word(draft: Draft) -> bytes:
    """The draft as a .docx: prose, a table and (where one makes sense) a chart for each area."""
    import docx

    document = docx.Document()
    dress(document, draft.lang)
    marked = {"zh": "模拟数据", "en": "SIMULATED DATA"}[draft.lang] if draft.banner else ""
    set_page(document, draft.lang, marked)
    _properties(document, draft)
    document.add_paragraph(draft.title, style="Title")
    document.add_paragraph(draft.subtitle, style="Subtitle")
    if draft.banner:
        document.add_paragraph(draft.banner, style="Banner")
    for section in draft.sections:
        _add(document, section)
    document.add_heading(draft.notes_heading, level=1)
    for number, note in enumerate(draft.notes, start=1):
        document.add_paragraph(f"{number}. {note}", style="Note")
    return packed(document)


def _add(document: Document, section: Section) -> None:
    from docx.shared import Mm

    document.add_heading(section.heading, level=1)
    for paragraph in section.paragraphs:
        document.add_paragraph(paragraph, style="Normal")
    if drawn := _picture(section.here):
        png, caption, alt = drawn
        document.add_paragraph(style="Picture")
        shape = document.paragraphs[-1].add_run().add_picture(io.BytesIO(png), width=Mm(148))
        shape._inline.docPr.set("descr", alt)
        shape._inline.docPr.set("name", caption)
        document.add_paragraph(caption, style="Caption")
    if section.rows:
        _add_table(document, section)


def _add_table(document: Document, section: Section) -> None:
    from docx.shared import Mm

    caption = document.add_paragraph(section.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = document.add_table(rows=0, cols=len(section.heads), style="Table Grid")
    table.autofit = False
    has_note = "说明" in section.heads or "Note" in section.heads
    widths = WIDTHS[3 if has_note and len(section.heads) == 3 else len(section.heads)]
    for at, column in enumerate(table.columns):
        column.width = Mm(widths[at])
    for number, row in enumerate([section.heads, *section.rows]):
        cells = table.add_row().cells
        for at, (cell, text) in enumerate(zip(cells, row, strict=True)):
            cell.width = Mm(widths[at])
            cell.paragraphs[0].style = "Table text" if number else "Table head"
            cell.paragraphs[0].add_run(text)
    shade_header(table)
    document.add_paragraph(style="Gap")


def _properties(document: Document, draft: Draft) -> None:
    day = datetime.fromisoformat(draft.date or "2000-01-01")
    core = document.core_properties
    core.title, core.language = draft.title, LANGUAGE[draft.lang]
    core.author = core.last_modified_by = draft.author
    core.subject, core.keywords, core.comments = draft.subtitle, "", draft.banner
    core.created = core.modified = core.last_printed = day
    core.revision = 1


def dress(document: Document, lang: str) -> None:
    """Gives the document the styles of its language, faces of both scripts set in each."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn

    styles = document.styles
    language = next(styles.element.iter(qn("w:lang")))  # so that spelling and line breaks follow
    for script, code in (("val", "en-GB"), ("eastAsia", "zh-CN"), ("bidi", "ar-SA")):
        language.set(qn(f"w:{script}"), code)
    faces = [row for row in rows_beside(__file__, "faces.csv") if row["lang"] == lang]
    for face in faces:
        if face["style"] not in [style.name for style in styles]:
            styles.add_style(face["style"], WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
        _apply(styles[face["style"]], face)


def _apply(style: Any, face: Mapping[str, str]) -> None:
    """Give a style the look of a row of `faces.csv`: sizes in points, the first line's indent in
    characters, below 0 how far it hangs to the left.
    """
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    numbers = ("size", "line", "indent", "before", "after")
    size, line, indent, before, after = (float(face[name] or 0) for name in numbers)
    style.font.size, style.font.bold, style.font.italic = Pt(size), face["bold"] == "yes", False
    style.font.color.rgb = RGBColor.from_string(face["color"] or "000000")
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()  # the faces of a theme would go before
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), face["east" if script == "eastAsia" else "latin"])
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY if line else WD_LINE_SPACING.SINGLE
    form.line_spacing = Pt(line) if line else 1.0
    centred = face["centred"] == "yes"
    form.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    form.keep_with_next = face["keep"] == "yes"
    form.first_line_indent = Pt(indent * size)
    form.left_indent = Pt(max(0, -2 * indent * size))
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):  # the rule under python-docx's own title
        properties.remove(border)
    if indent > 0:  # in characters, as Word and WPS count it, beside the points
        properties.get_or_add_ind().set(qn("w:firstLineChars"), str(int(indent * 100)))


def set_page(document: Document, lang: str, banner: str) -> None:
    """A4 with the margins of an official document, a page number, ``banner`` on every page."""
    from docx.shared import Mm

    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(37), Mm(35)
    page.left_margin, page.right_margin = Mm(28), Mm(26)
    page.header_distance, page.footer_distance = Mm(20), Mm(25)
    footer = page.footer.paragraphs[0]
    footer.style = document.styles["Footer"]
    dashes = ("— ", " —") if lang == "zh" else ("", "")
    footer.add_run(dashes[0])
    add_field(footer.add_run(), "PAGE", 1)
    footer.add_run(dashes[1])
    if banner:
        header = page.header.paragraphs[0]
        header.style = document.styles["Header"]
        header.add_run(banner)


def add_field(run: Any, instruction: str, shown: object) -> None:
    """Put a field into a run, with what it shows until a word processor counts anew."""
    for kind in ("begin", "separate", "end"):
        add_element(run._r, "fldChar", fldCharType=kind)
        if kind == "begin":
            add_element(run._r, "instrText").text = instruction
        elif kind == "separate":
            add_element(run._r, "t").text = str(shown)


def add_element(parent: Any, tag: str, **attributes: str) -> Any:
    """A new element of WordprocessingML at the end of another, its attributes by local name."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)
    return element


def shade_header(table: Any, heads: int = 1) -> None:
    """Repeats the first rows on every page, shades them, and keeps rows in one piece."""
    for number, row in enumerate(table.rows):
        add_element(row._tr.get_or_add_trPr(), "cantSplit")
        if number < heads:
            add_element(row._tr.get_or_add_trPr(), "tblHeader")
            for cell in row.cells:
                add_element(
                    cell._tc.get_or_add_tcPr(), "shd", val="clear", color="auto", fill="EDEDED"
                )


def packed(document: Document) -> bytes:
    """The document's file, every part with the same date: equal documents are equal bytes."""
    saved, out = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = FONT_TABLE if name == "word/fontTable.xml" else old.read(name)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, content)
    return out.getvalue()
