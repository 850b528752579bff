"""Extraction: offsets, kinds, the words around a number, and noise in the text layer."""

import csv
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.audit.text.extract import extract
from helpers.data import home
from helpers.quantity import Policy

with (home() / "data" / "qualifiers.csv").open(encoding="utf-8", newline="") as _lines:
    POLICY = Policy.from_rows(csv.DictReader(_lines))
with files("helpers.audit.text").joinpath("no_quantities.csv").open(encoding="utf-8") as _lines:
    EXAMPLES = [row["example"] for row in csv.DictReader(_lines)]
TEXT = "全区建成示范站128个，培训妇女1.78万余名。"


def quotes(text):
    """Returns the phrases found in a text."""
    return [found.quote for found in extract(text, POLICY)]


def test_offsets_point_into_the_original_text():
    text = (
        "市婦聯(lián)開展(zhǎn)活動(dòng)3400余場，\r\n覆蓋家長萬\r\n余人、營業執照 １２３９ 戶。"
    )
    found = extract(text, POLICY)
    assert [text[item.start : item.end] for item in found] == [item.quote for item in found]
    assert [item.quote for item in found] == ["3400余場", "萬\r\n余人", "１２３９ 戶"]
    assert [item.quantity.value for item in found] == [3400, 10000, 1239]
    assert [item.quantity.unit for item in found] == ["场", "人", "户"]


def test_the_words_around_a_number_are_kept_simplified():
    found = extract("共評選「三八」紅旗手321名，發放手冊。", POLICY)[0]
    assert found.before.endswith("红旗手")
    assert found.after == ""


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("力争新建基地30个。", "target"),
        ("计划到2027年培训妇女2万人次以上。", "target"),
        ("比上年增加30个。", "difference"),
        ("占比提高2.3个百分点。", "difference"),
        ("新建基地30个。", "quantity"),
        ("争取资金30万元。", "quantity"),
        ("“春蕾计划”资助女童30名。", "quantity"),
    ],
)
def test_targets_and_differences_are_told_apart(sentence, kind):
    assert extract(sentence, POLICY)[-1].kind == kind


def test_a_target_of_at_least_has_no_upper_end():
    reached, aimed = (
        extract(text, POLICY)[0].quantity
        for text in ("培训妇女2万人次以上。", "力争培训妇女2万人次以上。")
    )
    assert str(reached.interval) == "[20000, 30000)"
    assert str(aimed.interval) == "[20000, Infinity)"


LEFT_ALONE = [
    "2023年5月10日上午9时30分", "“十四五”期间", "三八红旗手", "十佳好军嫂", "“1+2+4+N”机制",
    "110家庭暴力报警中心", "（一）总体要求", "80后创业者", "一批举措", "1号会议室", "四级联动",
    "五年规划", "附近村庄", "支持发展", "《妇女发展纲要（2021—2030年）》", "", "。", "²³", "①②",
    "٣٤个",
]  # fmt: skip


@pytest.mark.parametrize("text", [*LEFT_ALONE, *EXAMPLES])
def test_what_is_no_quantity_is_left_alone(text):
    assert quotes(text) == []


def test_a_heading_of_goals_makes_bounds_of_what_stands_below_it():
    found = extract(
        "（一）主要目标：1.筛查率达到80%以上。2.新建站点30个以上。（二）工作成效：建站30个以上。",
        POLICY,
    )
    assert [str(item.quantity.interval) for item in found] == [
        "[80, Infinity)",
        "[30, Infinity)",
        "[30, 40)",
    ]
    assert [item.kind for item in found] == ["target", "target", "quantity"]


def test_a_target_holds_through_semicolons_until_something_is_done():
    found = extract("力争新建30个以上；覆盖90%以上；已建成20个以上。", POLICY)
    assert [item.quantity.interval.upper.is_finite() for item in found] == [False, False, True]


def test_a_verb_may_stand_between_a_rounding_word_and_its_number():
    found = extract("约为7亿元，约占62%，超过了900个，签约为3家，突破了五百名。", POLICY)
    words = [item.quantity.qualifier for item in found]
    assert words == ["约", "约", "超过", "", "突破"]
    assert [item.quote for item in found][0::3] == ["约为7亿元", "3家"]


def test_a_rounding_word_is_not_the_end_of_another_word():
    found = extract("节约300万元，附近3个村，线上56场，人数百分之五，预约500人次。", POLICY)
    assert [item.quantity.qualifier for item in found] == [""] * 5


def test_a_change_is_two_quantities_and_a_range_one():
    assert quotes("由3家到5家，从12%到15%") == ["3家", "5家", "12%", "15%"]
    assert quotes("培训3到5家企业，增长12%到15%") == ["3到5家", "12%到15%"]


def test_numbers_of_a_list_share_the_unit_behind_the_last():
    found = extract("占比分别提高15、22个百分点。", POLICY)
    assert [(item.quantity.value, item.quantity.unit) for item in found] == [(15, "pp"), (22, "pp")]


def test_a_heading_that_ends_in_a_number_does_not_swallow_the_next_line():
    assert quotes("附件1\n3名代表") == ["3名"]
    assert quotes("优秀集体12\n30个单位") == ["30个"]
    assert quotes("建成示范岗38\n784对，") == ["38\n784对"]


ALPHABET = "市妇联共建成0123456789.,，。、%万亿余近个名人家 \n“”（）()《》年月—至"


@given(st.lists(st.sampled_from(ALPHABET), max_size=60).map("".join))
def test_any_text_gives_quotes_that_stand_at_their_offsets(text):
    for found in extract(text, POLICY):
        assert text[found.start : found.end] == found.quote
        assert found.quantity.interval.lower <= found.quantity.interval.upper


def test_a_doubling_states_its_factor():
    found = extract("财政收入翻一番，总量翻了两番。", POLICY)
    assert [item.quantity.value for item in found] == [Decimal(2), Decimal(4)]


def test_a_sentence_without_an_end_is_cut_at_its_commas():
    from helpers.audit.text.context import LONG, Page
    from helpers.audit.text.plain import plain_layer

    text = "妇女之家12个，" * 500
    page = Page(plain_layer(text), extract(text, POLICY))
    around = page.around()
    assert max(one.sentence[1] - one.sentence[0] for one in around) <= LONG
    ends = {one.sentence[1] for one in around} - {len(page.plain)}
    assert {page.plain[at] for at in ends} == {"，"}
