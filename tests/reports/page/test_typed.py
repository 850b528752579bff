"""Numbers that were typed: a page has none, and the refusal names the cell."""

import pytest

from helpers.telling.typed import Known, strays

NONE = Known((), {})
FIGURE = {
    "value": 17800, "lower": 17800, "upper": 17900, "label_zh": "爱心妈妈", "label_en": "Loving Mothers",
    "region": "370400", "period": "congress-9", "indicator": "loving_mothers", "table": "o.csv",
}  # fmt: skip
KEY = "loving_mothers|370400|congress-9"

TYPED = [
    "共有 12345 人", "共有１２３４５人", "达到 36.2%", "约 1.78 万名", "共有 2024 人参加", "2024余场活动",
    "12 个家庭", "there were 12,345 cases", "some 2024 women came", "In 350 villages", "RMB 5000", "增长3倍",
    "3", "-5", "the rate is 36.2 per cent", "up 5 points in 2024", "第3届共 650 名代表",
]  # fmt: skip
FREE = [
    "截至2023年5月8日", "2021–2025年", "2021-25", "2023-05-08", "2024/1", "5月8日", "12月底", "since 2023",
    "8 May 2023", "May 8, 2023", "in March 2024", "between 2021 and 2025", "见第3节和第 12 条", "表2、图 3-1",
    "Table 2 and Figure 3.1", "see section 4", "the 9th congress", "[1]", "拨打 12338", "12338 热线", "hotline 110",
    "按 GB/T 2260 编码", "A4 纸", "PM2.5", "H5N1", "上午9:30", "文化路 12 号", "原文“共有12345人”", "《2030纲要》",
    "https://a.example/12345", "w12@a.example", "1. 说明", "（2）办法", "3、小结", "国发〔2021〕16号", "无数字",
]  # fmt: skip


@pytest.mark.parametrize("text", TYPED)
def test_a_number_of_something_is_found(text):
    assert strays(text, NONE)


@pytest.mark.parametrize("text", FREE)
def test_dates_names_addresses_and_quotations_are_free(text):
    assert strays(text, NONE) == []


def test_a_heading_may_be_numbered_and_a_sentence_not():
    assert strays("1.2 家庭", NONE, heading=True) == []
    assert strays("12 个家庭", NONE)


def test_the_pages_own_names_are_free_whatever_digits_they_have():
    known = Known(["第12期（2021—2023）", "120团"], {KEY: {**FIGURE, "label_zh": "0—3岁托位"}})
    assert strays("120团的0—3岁托位，第12期（2021—2023）", known) == []


@pytest.mark.parametrize(
    ("text", "place"), [("共有 12345 人", (1, "")), ("一\n\n| 甲 |\n|--|\n| 3 |", (1, ""))]
)
def test_a_number_typed_into_a_text_is_refused_by_its_cell(ran, text, place):
    (found,) = ran.refused(text).problems
    assert found.rule == "page-untraced"
    assert (found.row, found.column) == place
    assert "here.say" in found.remedy_en


@pytest.mark.parametrize(
    "output",
    [
        {"text/html": "<p>共有 12345 人</p>"},
        {"text/html": "<div>共有 <b>12345</b> 人</div>"},
        {"text/html": '<div aria-label="共有 12345 人">甲</div>'},
        {"text/html": "<table><tr><td>12345</td></tr></table>"},
        {"text/markdown": "共有 12345 人"},
        {"text/plain": "12345"},
        {"image/svg+xml": "<svg viewBox='0 0 9 9'><text>共 <tspan>12345</tspan> 人</text></svg>"},
    ],
)
def test_a_number_typed_into_an_output_is_refused_by_its_cell(ran, output):
    (found,) = ran.refused("一", ran.bundle({"text/plain": "一"}), ran.bundle(output)).problems
    assert found.rule == "page-untraced"
    assert (found.row, found.column) == (3, "[2]")
    assert "12345" in found.value


def test_a_printed_number_is_refused(ran):
    assert ran.refused(ran.printed("共有 12345 人\n")).problems[0].rule == "page-untraced"


def ours(ran, html, **figures):
    return ran.bundle({"text/html": html}, {"halfsky": {"figures": figures}})


def test_texts_of_the_data_may_hold_numbers_and_what_is_typed_beside_them_not(ran):
    told = '<p class="note">凡14周岁以下的儿童</p>'
    assert "14周岁" in ran.page(ours(ran, told))
    for typed in (
        "<table><caption>前 12345 名</caption><tr><td>甲</td></tr></table>",
        "<table><tr><td>甲</td><td>12,345</td></tr></table>",
        '<figure class="chart"><figcaption><span class="title">12345人</span></figcaption></figure>',
    ):
        assert ran.refused(ours(ran, typed)).problems[0].rule == "page-untraced"


@pytest.mark.parametrize(
    "text", ["爱心妈妈 1.78万余名", "17,800–17,900", "over 17,800", "2023年", "0.0178 million"]
)
def test_a_drawing_may_state_its_figures_in_any_form(ran, text):
    drawn = f'<figure class="chart"><svg viewBox="0 0 9 9"><text>{text}</text></svg></figure>'
    assert text in ran.page(ours(ran, drawn, **{KEY: FIGURE}))


def test_a_label_with_digits_may_be_wrapped_in_a_drawing(ran):
    lines = "<text>凡0—</text><text>3岁托位120个乡</text>"
    drawn = '<figure class="chart"><svg viewBox="0 0 9 9" aria-label="{}">{}</svg></figure>'
    assert "3岁" in ran.page(ours(ran, drawn.format("凡0—3岁托位120个乡", lines), **{KEY: FIGURE}))
    assert ran.refused(ours(ran, drawn.format("图", lines), **{KEY: FIGURE}))


@pytest.mark.parametrize("text", ["17801", "1.79", "178人", "12345"])
def test_a_number_in_a_drawing_that_no_figure_has_is_refused(ran, text):
    drawn = f'<figure class="chart"><svg viewBox="0 0 9 9"><text>{text}</text></svg></figure>'
    assert ran.refused(ours(ran, drawn, **{KEY: FIGURE})).problems[0].rule == "page-untraced"


def test_the_numbers_of_a_scale_are_free(ran):
    scale = '<svg viewBox="0 0 9 9"><g id="xtick_1"><text>5000</text></g><text>题</text></svg>'
    assert "5000" in ran.page(ran.bundle({"image/svg+xml": scale}))


def test_an_internal_page_tells_typed_numbers_instead(ran):
    html = ran.page("共有 12345 人", audience="internal")
    assert '<p class="note typed">' in html
    assert "1 12345" in html
