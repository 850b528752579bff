"""Word files to text: the accepted version, every visible word of it once, damage refused."""

import io
import random
import zipfile

import docx
import pytest
from docx.oxml import parse_xml

from helpers.audit.text import word_file
from helpers.audit.text.extract import extract
from helpers.audit.text.word_file import DamagedFile, TooLarge, word_tables, word_text

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BY = 'w:id="1" w:author="a" w:date="2024-01-01T00:00:00Z"'
RUN = "<w:r><w:t>慰问15名</w:t></w:r>"
BOX = f"<w:txbxContent><w:p>{RUN}</w:p></w:txbxContent>"
SHAPE = f'<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>{BOX}</v:textbox></v:shape>'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"


def saved(document):
    """Returns the bytes of a document."""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def with_xml(xml):
    """Returns a document of one paragraph that begins with 全县 and goes on with some XML."""
    document = docx.Document()
    paragraph = document.add_paragraph("全县")
    paragraph._p.append(parse_xml(xml.replace(" W", f" {W}", 1)))
    return saved(document)


@pytest.mark.parametrize(
    "xml",
    [
        f"<w:ins W {BY}>{RUN}</w:ins>",
        f"<w:moveTo W {BY}>{RUN}</w:moveTo>",
        f"<w:sdt W><w:sdtContent>{RUN}</w:sdtContent></w:sdt>",
        f'<w:fldSimple W w:instr="=SUM(A1)">{RUN}</w:fldSimple>',
        f'<w:smartTag W w:uri="u" w:element="e">{RUN}</w:smartTag>',
        f'<w:hyperlink W w:anchor="a">{RUN}</w:hyperlink>',
        f"<w:ins W {BY}><w:sdt><w:sdtContent>{RUN}</w:sdtContent></w:sdt></w:ins>",
        f"<w:r W><w:pict>{SHAPE}</w:pict></w:r>",
        f'<w:r W><mc:AlternateContent {MC}><mc:Choice Requires="wps"><w:drawing><wps:txbx '
        f'xmlns:wps="{WPS}">{BOX}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>{SHAPE}'
        "</w:pict></mc:Fallback></mc:AlternateContent></w:r>",
        f"<w:r W><mc:AlternateContent {MC}><mc:Fallback><w:pict>{SHAPE}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>",
        '<w:r W><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>慰问15名</w:t></w:r>',
    ],
    ids=range(11),
)
def test_visible_text_is_read_once_wherever_it_stands(xml):
    text, left_out = word_text(with_xml(xml))
    assert text.replace("\n", "") == "全县慰问15名"
    assert left_out == []


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        (f"<w:del W {BY}><w:r><w:delText>慰问15名</w:delText></w:r></w:del>", "delete"),
        (f"<w:moveFrom W {BY}>{RUN}</w:moveFrom>", "delete"),
        ("<w:r W><w:rPr><w:vanish/></w:rPr><w:t>慰问15名</w:t></w:r>", "hidden"),
    ],
)
def test_text_that_nobody_reads_is_left_out_and_said(xml, why):
    text, left_out = word_text(with_xml(xml))
    assert text == "全县"
    assert [why in english for _, english in left_out] == [True]


def test_text_hidden_by_a_style_is_left_out():
    document = docx.Document()
    base = document.styles.add_style("暗", docx.enum.style.WD_STYLE_TYPE.CHARACTER)
    base.font.hidden = True
    style = document.styles.add_style("更暗", docx.enum.style.WD_STYLE_TYPE.CHARACTER)
    style.base_style = base
    document.add_paragraph("甲").add_run("15名", style=style)
    assert word_text(saved(document))[0] == "甲"


def test_a_paragraph_whose_end_was_deleted_runs_on_in_the_next():
    document = docx.Document()
    first = document.add_paragraph("劝和14")
    mark = f"<w:pPr {W}><w:rPr><w:del {BY}/></w:rPr></w:pPr>"
    first._p.insert(0, parse_xml(mark))
    document.add_paragraph("038对")
    assert word_text(saved(document))[0] == "劝和14038对"


def test_headers_footers_and_notes_are_read_once():
    document = docx.Document()
    document.add_paragraph("正文")
    document.sections[0].header.paragraphs[0].text = "页眉28份"
    document.sections[0].footer.paragraphs[0].text = "页脚29页"
    document.sections[0].first_page_header.paragraphs[0].text = "没有首页"
    document.add_section()
    assert word_text(saved(document))[0].split("\n") == ["正文", "", "页眉28份", "页脚29页"] or (
        word_text(saved(document))[0].split("\n") == ["正文", "页眉28份", "页脚29页"]
    )


def test_merged_cells_stand_once_and_tables_in_tables_follow_their_row():
    document = docx.Document()
    table = document.add_table(3, 3)
    for row in range(3):
        for column in range(3):
            table.cell(row, column).text = f"{row}{column}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "横15名"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "竖16名"
    table.cell(2, 2).add_table(1, 2).cell(0, 1).text = "里17名"
    assert word_text(saved(document))[0].split("\n") == [
        "横15名\t\t02",
        "竖16名\t11\t12",
        "\t21\t22",
        "\t里17名",
    ]


def test_a_cell_merged_downwards_is_one_cell_and_hides_what_stands_below_it():
    document = docx.Document()
    table = document.add_table(3, 2)
    for row, merge in enumerate(('<w:vMerge W w:val="restart"/>', "<w:vMerge W/>", "")):
        table.cell(row, 0).text, table.cell(row, 1).text = f"甲{row}", f"乙{row}"
        if merge:
            cell = table.columns[0].cells[row]._tc if row == 0 else table.rows[row]._tr.tc_lst[0]
            cell.get_or_add_tcPr().append(parse_xml(merge.replace(" W", f" {W}")))
    (cells,) = word_tables(saved(document))
    told = [(one.row, one.column, one.deep, *one.lines) for one in cells]
    assert told[:2] == [(1, 1, 2, "甲0"), (1, 2, 1, "乙0")]
    assert told[2:] == [(2, 2, 1, "乙1"), (3, 1, 1, "甲2"), (3, 2, 1, "乙2")]
    assert word_text(saved(document))[0].split("\n") == ["甲0\t乙0", "\t乙1", "甲2\t乙2"]


def test_a_deleted_row_goes():
    document = docx.Document()
    table = document.add_table(2, 1)
    table.cell(0, 0).text, table.cell(1, 0).text = "甲1个", "乙2个"
    table.rows[1]._tr.insert(0, parse_xml(f"<w:trPr {W}><w:del {BY}/></w:trPr>"))
    assert word_text(saved(document))[0] == "甲1个"


def test_a_damaged_file_is_refused_or_read_as_it_was():
    document = docx.Document()
    document.add_paragraph("劝和14038对。")
    document.sections[0].header.paragraphs[0].text = "页眉28份"
    whole = saved(document)
    text, chance = word_text(whole)[0], random.Random(7)
    outcomes = set()
    for _ in range(120):
        broken = bytearray(whole)
        broken[chance.randrange(len(broken))] ^= chance.randrange(1, 256)
        if chance.random() < 0.3:
            broken = broken[: chance.randrange(len(broken))]
        try:
            outcomes.add(word_text(bytes(broken))[0] == text)
        except DamagedFile:
            outcomes.add("refused")
    assert outcomes == {True, "refused"}


def zipped(content):
    """Returns a zip file with a document of that XML."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", content)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"<w:document",
        b"",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b"<a>" * 9000 + b"</a>" * 9000,
    ],
)
def test_xml_that_is_no_document_is_refused(content):
    with pytest.raises(DamagedFile):
        word_text(zipped(content))


def test_a_file_that_inflates_beyond_measure_is_refused(monkeypatch):
    monkeypatch.setattr(word_file, "LARGEST", 100_000)
    with pytest.raises(TooLarge):
        word_text(zipped(b"<a>" + b"x" * 3_000_000))


def test_cells_of_a_table_take_their_unit_from_head_row_or_column(policy):
    document = docx.Document()
    rows = [
        ("指标", "单位", "2023年"),
        ("妇女之家", "个", "1,234"),
        ("培训妇女（人次）", "", "5678"),
    ]
    table = document.add_table(len(rows), 3)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            table.cell(row, column).text = cell
    found = extract(word_text(saved(document))[0], policy)
    assert [(one.quantity.value, one.quantity.unit) for one in found] == [
        (1234, "个"),
        (5678, "人次"),
    ]
