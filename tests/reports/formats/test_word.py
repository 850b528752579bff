"""A built report as a Word file."""

import base64
import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree, html

from helpers.reports.formats.drawing import as_picture
from helpers.reports.formats.word import as_word

PAGE = """<!DOCTYPE html><html lang="{lang}"><head><title>关爱服务 · 某市</title></head>
<body class="report{kind}"><header>{banner}<div class="masthead"><p class="kicker">某市妇联</p>
<h1>关爱服务</h1><p class="where"><span>某市</span><span>2024年</span></p></div></header>
<main id="main">{body}</main></body></html>"""
TWELVE = ('<data class="fig" value="12" data-figure="a|1|2024" data-origin="{0}">12名</data>').format(
    "甲 · 精确数 · 来源：某报告，第8段 · observations.csv 第3行"
)
PICTURE = base64.b64encode(
    as_picture(html.fragment_fromstring('<svg viewbox="0 0 40 20"><rect width="9" height="9"/></svg>'))
).decode()


def word(body, lang="zh-CN", kind="", banner=""):
    return as_word(PAGE.format(body=body, lang=lang, kind=kind, banner=banner).encode())


def opened(*args, **kwargs):
    return docx.Document(io.BytesIO(word(*args, **kwargs)))


def notes(content):
    """The footnotes of a file: number -> text."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if "word/footnotes.xml" not in packed.namelist():
            return {}
        root = etree.fromstring(packed.read("word/footnotes.xml"))
    found = {note.get(qn("w:id")): "".join(note.itertext()).strip() for note in root}
    return {number: text for number, text in found.items() if int(number) > 0}


def lines(document):
    return [(p.style.name, p.text) for p in document.paragraphs if p.text]


def test_headings_paragraphs_and_lists_have_their_styles():
    body = "<h2>概览</h2><p>一句。</p><h3>细目</h3><ul><li>甲</li></ul><ol start='3'><li>乙</li></ol>"
    assert lines(opened(body)) == [
        ("Title", "关爱服务"), ("Subtitle", "某市 · 2024年"), ("Heading 1", "概览"), ("Normal", "一句。"),
        ("Heading 2", "细目"), ("List Bullet", "甲"), ("Normal", "3. 乙"),
    ]  # fmt: skip


def test_title_language_and_page_are_those_of_an_official_document():
    document = opened("<p>一句。</p>")
    core, page = document.core_properties, document.sections[0]
    assert (core.title, core.language, core.author) == ("关爱服务 · 某市", "zh-CN", "某市妇联")
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [round(side.mm) for side in margins] == [37, 35, 28, 26]
    assert "PAGE" in page.footer.paragraphs[0]._p.xml
    fonts = document.styles["Heading 1"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "黑体"


def test_a_figure_has_its_origin_in_a_footnote_where_it_is_first_stated():
    content = word(f"<h2>{TWELVE}</h2><p>共{TWELVE}，仍是{TWELVE}。</p>")
    assert notes(content) == {"1": "甲 · 精确数 · 来源：某报告，第8段 · observations.csv 第3行"}
    paragraph = next(p for p in docx.Document(io.BytesIO(content)).paragraphs if "仍是" in p.text)
    at = [run.text for run in paragraph.runs if run._r.findall(qn("w:footnoteReference"))]
    assert len(at) == 1
    texts = [run.text for run in paragraph.runs]
    assert texts[:3] == ["共", "12名", ""]  # the mark stands behind the first of them


def test_a_table_is_native_with_a_repeated_head_a_numbered_caption_and_its_sources():
    document = opened(
        "<table><caption>人数</caption><thead><tr><th>指标</th><th>数值</th></tr></thead><tbody>"
        f'<tr><th scope="row">甲</th><td class="number">{TWELVE}</td></tr></tbody></table>'
    )
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["指标", "数值"], ["甲", "12名"]]
    assert [bool(row._tr.findall(f".//{qn('w:tblHeader')}")) for row in table.rows] == [True, False]
    assert ("Caption", "表1　人数") in lines(document)
    assert "SEQ 表" in document.element.xml
    assert ("Note", "来源：某报告，第8段") in lines(document)
    assert sum(round(column.width.mm) for column in table.columns) in range(154, 159)


def test_cells_over_several_rows_and_columns_are_merged():
    (table,) = opened(
        "<table><thead><tr><th rowspan='2'>地区</th><th colspan='2'>人数</th></tr><tr><th>女</th>"
        "<th>男</th></tr></thead><tbody><tr><td>某市</td><td>1</td><td>2</td></tr></tbody></table>"
    ).tables
    texts = [[cell.text for cell in row.cells] for row in table.rows]
    assert texts == [["地区", "人数", "人数"], ["地区", "女", "男"], ["某市", "1", "2"]]
    heads = [bool(row._tr.findall(f".//{qn('w:tblHeader')}")) for row in table.rows]
    assert heads == [True, True, False]


@pytest.mark.parametrize(("lang", "number"), [("zh-CN", "图1　甲和乙"), ("en", "Figure 1. 甲和乙")])
def test_a_chart_is_a_picture_with_its_alt_text_and_a_numbered_caption_below(lang, number):
    document = opened(
        '<figure class="chart"><figcaption><span class="title">甲和乙</span> <span class="source">'
        '来源：某报告</span></figcaption><div aria-label="甲 12名"><svg viewbox="0 0 400 100" role="img" '
        'aria-label="甲 12名"><defs><clippath id="c"><rect width="9" height="9"></rect></clippath>'
        '</defs><text x="9" y="9">甲</text></svg></div><details class="values"><p>12</p></details></figure>',
        lang=lang,
    )
    (shape,) = document.inline_shapes
    assert shape._inline.docPr.get("descr") == "甲 12名"
    assert (round(shape.width.mm), round(shape.height.mm)) == (148, 37)
    assert [text for _, text in lines(document)[2:]] == [number, "来源：某报告"]


def test_a_picture_of_a_notebook_keeps_its_size_and_words():
    document = opened(f'<p><img src="data:image/png;base64,{PICTURE}" alt="一图"></p>')
    (shape,) = document.inline_shapes
    assert shape._inline.docPr.get("descr") == "一图"
    assert shape.width.mm < 60


def test_simulated_figures_are_said_to_be_on_every_page():
    document = opened("<p>一句。</p>", kind=" simulated", banner='<p class="banner">模拟数据，非真实</p>')
    assert document.sections[0].header.paragraphs[0].text == "模拟数据"
    assert ("Banner", "模拟数据，非真实") in lines(document)
    assert opened("<p>一句。</p>").sections[0].header.paragraphs[0].text == ""


def test_leading_figures_stand_under_their_names():
    (table,) = opened(
        f'<ul class="cards"><li><span class="big">{TWELVE}</span><span class="what">甲</span>'
        '<span class="moved">比去年增加</span><svg viewbox="0 0 9 9"></svg></li></ul>'
    ).tables
    assert [row.cells[0].text for row in table.rows] == ["甲", "12名\n比去年增加"]


def test_formulas_tags_quotations_and_links_stay_readable_in_a_line():
    body = ("<p>率<math><mrow><mfrac><mi>a</mi><msup><mi>b</mi><mn>2</mn></msup></mfrac></mrow></math>"
            ' <span class="tag">项目</span><q>原文</q><a href="https://example.org">站</a>'
            "<strong>重</strong></p>")  # fmt: skip
    document = opened(body)
    assert lines(document)[2][1] == "率(a)/(b^(2)) （项目）“原文”站 https://example.org重"
    assert document.paragraphs[2].runs[-1].bold


def test_what_is_folded_away_is_written_out_and_said_once():
    body = ("<details><summary>算法</summary><p>除。</p></details><details><summary>全部</summary>"
            "<table><caption>全部</caption><tr><td>1</td></tr></table></details>")  # fmt: skip
    assert [text for _, text in lines(opened(body))[2:]] == ["算法", "除。", "表1　全部"]


def test_printed_lines_stay_lines_and_inner_items_are_smaller():
    body = "<pre>一行\n二行</pre><ul><li>外<ul><li>内</li></ul></li></ul>"
    assert lines(opened(body))[2:] == [
        ("Note", "一行"), ("Note", "二行"), ("List Bullet", "外"), ("Note", "内"),
    ]  # fmt: skip


def test_the_same_page_gives_the_same_bytes():
    body = f"<p>{TWELVE}</p><svg viewbox='0 0 400 90'><path d='M0 0L9 9'/></svg>"
    assert word(body) == word(body)
