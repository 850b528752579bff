"""Typography of a Word draft: page, faces and spacing.

Chinese: GB/T 9704-2012 (margins 37, 35, 28 and 26 mm; a title in 小标宋 二号, body in 仿宋 三号 on
a fixed line of 28.5 pt, headings in 黑体, page numbers between dashes). A face that a computer
lacks is replaced by those that the font table names. English: Western faces, smaller sizes.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docx.document import Document

__all__ = ["FONT_TABLE", "add_element", "add_field", "dress", "set_page", "shade_header"]

SONG_TITLE, FANG, HEI, KAI, SONG = "方正小标宋简体", "仿宋", "黑体", "楷体", "宋体"
FALLBACKS = {
    SONG_TITLE: ("FZXiaoBiaoSong-B05S;华文中宋;STZhongsong;宋体;SimSun;Noto Serif CJK SC", "roman"),
    FANG: ("FangSong;仿宋_GB2312;STFangsong;Noto Serif CJK SC", "modern"),
    HEI: ("SimHei;STHeiti;Microsoft YaHei;Noto Sans CJK SC", "swiss"),
    KAI: ("KaiTi;楷体_GB2312;STKaiti;Noto Serif CJK SC", "modern"),
    SONG: ("SimSun;STSong;Noto Serif CJK SC", "roman"),
}
SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RED = "C00000"


@dataclass(frozen=True)
class Face:
    """How a style looks: faces, size (pt), line and what stands around a paragraph (pt)."""

    east: str
    latin: str
    size: float
    line: float = 0  # exact line height in points, 0 for single
    indent: float = 0  # first line, in characters; below 0, how far it hangs to the left
    bold: bool = False
    centred: bool = False
    before: float = 0
    after: float = 0
    color: str = "000000"
    keep: bool = False


def _face(row: Mapping[str, str]) -> Face:
    sizes = {name: float(row[name] or 0) for name in ("size", "line", "indent", "before", "after")}
    flags = {name: row[name] == "yes" for name in ("bold", "centred", "keep")}
    return Face(row["east"], row["latin"], **sizes, **flags, color=row["color"] or "000000")


def faces(lang: str) -> dict[str, Face]:
    """Style -> its look in a language, of `faces.csv`."""
    with Path(__file__).with_name("faces.csv").open(encoding="utf-8", newline="") as lines:
        return {row["style"]: _face(row) for row in csv.DictReader(lines) if row["lang"] == lang}


FONT_TABLE = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts xmlns:w="{SPACE}">'
    + "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{family}"/></w:font>'
        for name, (others, family) in FALLBACKS.items()
    )
    + "</w:fonts>"
).encode()


def dress(document: Document, lang: str) -> None:
    """Gives the document the styles of its language, faces of both scripts set in each."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn

    styles = document.styles
    language = next(styles.element.iter(qn("w:lang")))  # so that spelling and line breaks follow
    for script, code in (("val", "en-GB"), ("eastAsia", "zh-CN"), ("bidi", "ar-SA")):
        language.set(qn(f"w:{script}"), code)
    for name, face in faces(lang).items():
        if name not in [style.name for style in styles]:
            styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
        _apply(styles[name], face)


def _apply(style: Any, face: Face) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.size, style.font.bold, style.font.italic = Pt(face.size), face.bold, False
    style.font.color.rgb = RGBColor.from_string(face.color)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()  # the faces of a theme would go before
    scripts = {"ascii": face.latin, "hAnsi": face.latin, "cs": face.latin, "eastAsia": face.east}
    for script, name in scripts.items():
        fonts.set(qn(f"w:{script}"), name)
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(face.before), Pt(face.after)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY if face.line else WD_LINE_SPACING.SINGLE
    form.line_spacing = Pt(face.line) if face.line else 1.0
    form.alignment = WD_ALIGN_PARAGRAPH.CENTER if face.centred else WD_ALIGN_PARAGRAPH.LEFT
    form.keep_with_next = face.keep
    form.first_line_indent = Pt(face.indent * face.size)
    form.left_indent = Pt(max(0, -2 * face.indent * face.size))
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):  # the rule under python-docx's own title
        properties.remove(border)
    if face.indent > 0:  # in characters, as Word and WPS count it, beside the points
        properties.get_or_add_ind().set(qn("w:firstLineChars"), str(int(face.indent * 100)))


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
