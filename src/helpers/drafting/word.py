"""A draft as a Word file, in the manner of GB/T 9704 where it is Chinese.

The same draft gives the same bytes: no clock and no random name gets into the file.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import TYPE_CHECKING

from helpers.drafting.word_style import FONT_TABLE, dress, set_page, shade_header

if TYPE_CHECKING:
    from docx.document import Document

    from helpers.analysis.report import AreaFigures
    from helpers.drafting.draft import Draft, Section

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip archive can hold
LANGUAGE = {"zh": "zh-CN", "en": "en-GB"}
WIDTH = 156  # mm between the margins
WIDTHS = {2: (106, 50), 3: (48, 34, 74), 4: (56, 32, 32, 36), 5: (40, 27, 27, 28, 34)}


@dataclass(frozen=True)
class Picture:
    """A chart for a document: the PNG, its caption and its text for those who do not see it."""

    png: bytes
    caption: str
    alt: str


def picture(here: AreaFigures) -> Picture | None:
    """The chart of the report's area, None where no figures can stand beside each other (see
    :func:`helpers.telling.glance.picture`).
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
    return Picture(kept[0], unescape(caption), drawn.plain)


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
    drawn = picture(section.here)
    if drawn:
        document.add_paragraph(style="Picture")
        shape = document.paragraphs[-1].add_run().add_picture(io.BytesIO(drawn.png), width=Mm(148))
        shape._inline.docPr.set("descr", drawn.alt)
        shape._inline.docPr.set("name", drawn.caption)
        document.add_paragraph(drawn.caption, style="Caption")
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
