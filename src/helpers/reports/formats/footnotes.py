"""Footnotes, which python-docx does not write: their part of the file and what refers to it."""

from __future__ import annotations

from typing import Any

from helpers.drafting.word import SPACE, add_element

__all__ = ["Footnotes"]

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
SEPARATORS = (("-1", "separator"), ("0", "continuationSeparator"))


class Footnotes:
    """The footnotes of one document, in the order in which they are added."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def add(self, paragraph: Any, text: str) -> None:
        """A footnote at the end of what the paragraph holds so far."""
        self.texts.append(text)
        run = paragraph.add_run()
        run.font.superscript = True
        add_element(run._r, "footnoteReference", id=str(len(self.texts)))

    def put_into(self, document: Any) -> None:
        """Write the footnotes' part, once all are added; nothing where there are none."""
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from docx.oxml import OxmlElement, parse_xml

        if not self.texts:
            return
        root = parse_xml(f'<w:footnotes xmlns:w="{SPACE}"/>')
        settings = OxmlElement("w:footnotePr")
        for number, kind in SEPARATORS:
            note = add_element(root, "footnote", type=kind, id=number)
            add_element(add_element(add_element(note, "p"), "r"), kind)
            add_element(settings, "footnote", id=number)
        style = document.styles["Footnote Text"].style_id
        for number, text in enumerate(self.texts, 1):
            paragraph = add_element(add_element(root, "footnote", id=str(number)), "p")
            add_element(add_element(paragraph, "pPr"), "pStyle", val=style)
            mark = add_element(paragraph, "r")
            add_element(add_element(mark, "rPr"), "vertAlign", val="superscript")
            add_element(mark, "footnoteRef")
            written = add_element(add_element(paragraph, "r"), "t")
            written.text = f" {text}"
            written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        from lxml import etree

        content = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
        part = Part(PackURI("/word/footnotes.xml"), TYPE, content, document.part.package)
        document.part.relate_to(part, RELATION)
        document.settings.element.insert_element_before(settings, "w:endnotePr", "w:compat")
