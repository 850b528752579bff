"""What an analyst's cell puts out: shown as it can stand on an offline page, or refused by name."""

import base64
import re

import pandas as pd
import pytest
from lxml import html as lxml_html

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mP8z8BQz0AEYBxVSF+FABJADveWkH6oAAAA"
    "AElFTkSuQmCC"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40">{}</svg>'
SCRIPTED = '<div id="v"></div><script>draw()</script>'
VIEW = "application/vnd.jupyter.widget-view+json"
PLOTLY = "application/vnd.plotly.v1+json"

REFUSED = {
    "script": {"text/html": SCRIPTED, "text/plain": "<Chart>"},
    "frame": {"text/html": '<iframe srcdoc="<p>map</p>"></iframe>', "text/plain": "<folium.Map>"},
    "widget": {VIEW: {"model_id": "x"}, "text/plain": "  0%|   | 0/500"},
    "interactive": {PLOTLY: {"data": []}, "text/html": SCRIPTED, "text/plain": "Figure({})"},
    "javascript": {"application/javascript": "alert()", "text/plain": "<Javascript object>"},
    "mime": {"application/geo+json": {}, "text/plain": "<GeoJSON object>"},
    "form": {"text/html": '<p>甲</p><input type="range"><button>乙</button>'},
    "media": {"text/html": '<video src="a.mp4" controls></video>'},
    "object": {"text/plain": "<__main__.F at 0x7f3a5c0d1e50>"},
    "empty": {"text/html": '<div id="v" class="chart"> </div>'},
    "remote": {"text/html": '<img src="https://maps.example/1.png">'},
    "picture": {"text/html": '<p>图<img src="missing.png"></p>'},
    "latex": {"text/latex": r"$\frac{a$"},
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_stand_is_refused_by_cell_kind_and_remedy(ran, kind):
    refused = ran.refused("文", ran.bundle({"text/plain": "一"}), ran.bundle(REFUSED[kind]))
    (found,) = refused.problems
    assert found.rule in (f"page-{kind}", "page-script")  # plotly's page form needs a script
    assert (found.file, found.row, found.column) == ("rights.ipynb", 3, "[2]")
    assert found.remedy_zh
    assert found.remedy_en
    assert f"cell [2], number 3 from the top: {found.message_en}" in refused.reason
    assert f"单元格 [2]，从上往下第 3 个：{found.message_zh}" in refused.reason_zh


def test_every_fault_is_told_at_once_and_texts_by_their_place(ran):
    refused = ran.refused("![x](https://a.example/x.png)", *map(ran.bundle, REFUSED.values()))
    assert len(refused.problems) == 1 + len(REFUSED)
    assert "text cell 1 from the top" in refused.reason


def test_neither_an_address_in_memory_nor_what_stands_there_reaches_the_ledger(ran):
    refused = ran.refused(
        ran.bundle(REFUSED["object"]), ran.bundle({"text/html": "<p>共 12345 人</p>"})
    )
    assert "7f3a5c0d1e50" not in refused.detail
    assert "12345" in refused.detail
    assert "12345" not in refused.reason + refused.reason_zh


@pytest.mark.parametrize(
    "text",
    [
        "<Axes: xlabel='x'>",
        "[<matplotlib.lines.Line2D at 0x7f00>]",
        "Text(0.5, 1.0, '题')",
        "HBox()",
    ],
)
def test_what_python_calls_an_object_is_no_text_for_readers(ran, text):
    assert ran.refused(ran.bundle({"text/plain": text})).problems[0].rule == "page-object"


def test_a_printed_address_is_refused(ran):
    assert ran.refused(ran.printed("图 <F at 0x7f00aa>\n")).problems[0].rule == "page-object"


@pytest.mark.parametrize("rich", [{PLOTLY: {"data": []}}, {"text/html": SCRIPTED}, {VIEW: {}}])
def test_a_static_form_beside_a_program_is_shown(ran, rich):
    assert PNG in ran.page(ran.bundle({**rich, "image/png": PNG, "text/plain": "Figure({})"}))
    html = ran.page(ran.bundle({**rich, "image/svg+xml": SVG.format('<circle r="9"></circle>')}))
    assert '<circle r="9">' in html


def test_formulas_are_mathml_wherever_they_stand(ran):
    for cell in (
        ran.bundle({"text/latex": r"$\displaystyle \frac{a}{b}$", "text/plain": "<Math object>"}),
        r"其中 $\frac{a}{b}$ 为比率",
        "\\begin{equation}\n\\frac{a}{b}\n\\end{equation}",
        ran.bundle({"text/latex": r"比率 $\frac{a}{b}$"}),
    ):
        html = ran.page(cell)
        assert "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>" in html
        assert "\\frac" not in html


def test_a_formula_brings_no_element_or_address_along(ran):
    html = ran.page(
        ran.bundle({"text/latex": r"$\text{<script>x</script>}\href{javascript:x}{y}$"})
    )
    assert "<script>x" not in html
    assert "javascript" not in html


def test_a_stylers_colours_and_bars_are_kept(ran):
    frame = pd.DataFrame({"甲": [1, -2], "乙": [3, 9]})
    styled = frame.style.map(lambda v: "color: red" if v < 0 else "").bar(subset=["乙"])
    styled = styled.set_table_styles([{"selector": "th", "props": "font-weight: normal"}])
    html = ran.page(ran.bundle({"text/html": styled.to_html()}))
    cells = {c.text_content().strip(): c for c in lxml_html.fromstring(html).iter("td")}
    assert "color:red" in cells["-2"].get("style").replace(" ", "")
    assert "linear-gradient" in cells["9"].get("style")
    assert "本表由分析者计算" in html


def test_a_frame_of_any_width_scrolls_in_its_own_region_and_is_said_to_be_untraced(ran):
    frame = pd.DataFrame([range(25)] * 70, columns=[f"列{n}" for n in range(25)])
    for lang in ("zh", "en"):
        html = ran.page(ran.bundle({"text/html": frame._repr_html_()}), lang=lang)
        table = lxml_html.fromstring(html).find(".//main//table")
        assert "scroll" in table.getparent().get("class")
        assert table.getparent().get("tabindex") == "0"
        assert len(table.findall(".//td")) > 25  # the empty corner is no head
    assert "not traced" in html


def test_pictures_attached_and_local_are_embedded(ran, tmp_path):
    (tmp_path / "图 1.png").write_bytes(base64.b64decode(PNG))
    attached = ran.prose("![甲](attachment:a.png)", attachments={"a.png": {"image/png": PNG}})
    named = [
        attached,
        "![乙](图%201.png)",
        ran.bundle({"text/html": '<img src="图 1.png" alt="丙">'}),
    ]
    html = ran.page(*named, folder=tmp_path)
    pictures = lxml_html.fromstring(html).findall(".//main//img")
    assert [p.get("alt") for p in pictures] == ["甲", "乙", "丙"]
    assert {p.get("src") for p in pictures} == {f"data:image/png;base64,{PNG}"}


@pytest.mark.parametrize("name", ["../out.png", "no.png", "a.html", "attachment:gone.png", ""])
def test_a_picture_that_is_not_there_or_outside_is_refused_by_its_cell(ran, tmp_path, name):
    (tmp_path / "out.png").write_bytes(base64.b64decode(PNG))
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / "a.html").write_text("<script></script>", encoding="utf-8")
    refused = ran.refused("一", f"![x]({name})", folder=folder)
    assert [(p.row, p.rule) for p in refused.problems] == [(2, "page-picture")]


def test_two_drawings_keep_their_own_ids_symbols_and_gradients(ran):
    inner = (
        '<defs><clipPath id="1c"><rect width="{}" height="40"/></clipPath><symbol id="s"><circle r="3"/>'
        '</symbol><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>'
        '<rect clip-path="url(#1c)" fill="url(#g)" width="100" height="40"/><use xlink:href="#s"/>'
    )
    cells = [ran.bundle({"image/svg+xml": SVG.format(inner.format(width))}) for width in (20, 90)]
    html = ran.page(*cells)
    ids = re.findall(r'\bid="(d\d[^"]*)"', html)
    assert len(ids) == len(set(ids)) == 6
    referred = re.findall(r'url\(#([^)]*)\)|href="#(d[^"]*)"', html)
    assert {a or b for a, b in referred} == set(ids)
    assert html.count("<symbol") == html.count("<lineargradient") == 2


def test_a_drawings_style_sheet_becomes_its_elements_styles(ran):
    drawn = SVG.format(
        '<defs><style>.a{fill:#c00}</style></defs><rect class="a" width="9" height="9"/>'
    )
    html = ran.page(ran.bundle({"image/svg+xml": drawn}))
    assert re.search(r'<rect[^>]*style="fill:\s*#c00', html)


def test_progress_and_what_was_written_over_leave_no_trace(ran):
    bar = "\r".join(f"{n}%|##   | {n}/100 [00:01<00:00, 9.9it/s]" for n in range(0, 101, 25))
    html = ran.page(ran.printed(f"开始\r读取\n{bar}\n完成\n"), ran.printed(bar, "stderr"))
    assert "读取\n完成" in html
    assert "开始" not in html
    assert "%|" not in html


@pytest.mark.parametrize(
    "output",
    [
        {"text/plain": "长" * 300_000},
        {"image/png": "A" * 5_000_000},
        {"text/html": "<p>" + "长" * 3_000_000 + "</p>"},
    ],
)
def test_what_is_too_large_is_refused_by_its_cell(ran, output):
    assert ran.refused(ran.bundle(output)).problems[0].rule == "page-large"


def test_a_long_print_and_a_large_page_are_refused(ran):
    assert ran.refused(ran.printed("行\n" * 200_000)).problems[0].rule == "page-large"
    picture = ran.bundle({"image/png": "A" * 3_000_000})
    assert "page is too large" in ran.refused(picture, picture, picture).reason


def test_an_internal_page_shows_warnings_without_addresses(ran):
    warned = ran.printed("UserWarning: 类型混合 <F at 0x7f00aa>", "stderr")
    html = ran.page(warned, audience="internal")
    assert "UserWarning: 类型混合" in html
    assert "7f00aa" not in html
    assert "UserWarning" not in ran.page(warned)


def test_task_lists_and_styles_of_an_analysts_text_stay(ran):
    html = ran.page(
        "- [x] 已办\n- [ ] 未办", ran.bundle({"text/html": '<p style="color:#a00">红</p>'})
    )
    assert "☑ 已办" in html
    assert "☐ 未办" in html
    assert re.search(r'style="color:\s*#a00', html)
