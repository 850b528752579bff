"""Extraction: offsets, kinds, the words around a number, and noise in the text layer."""

import csv
from decimal import Decimal

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from helpers.audit.text.extract import extract
from helpers.audit.text.plain import TextRefused, decode, plain_layer, read_text
from helpers.data import home
from helpers.quantity import Policy

with (home() / "data" / "qualifiers.csv").open(encoding="utf-8", newline="") as _lines:
    POLICY = Policy.from_rows(csv.DictReader(_lines))
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


@pytest.mark.parametrize(
    "text",
    [
        "2023年5月10日上午9时30分",
        "“十四五”期间",
        "三八红旗手",
        "第15届二次执委会",
        "十佳好军嫂",
        "“1+2+4+N”机制",
        "一网两微三号",
        "国发〔2021〕16号",
        "拨打110或12338热线",
        "110家庭暴力报警中心",
        "四个意识",
        "（一）总体要求",
        "PM2.5治理",
        "5G网络",
        "7×24小时服务",
        "三次产业结构为9.2∶41.9∶48.9",
        "80后创业者",
        "千方百计",
        "一批举措",
        "每千人口",
        "1号会议室",
        "四级联动",
        "五年规划",
        "附近村庄",
        "支持发展",
        "2022—2025年",
        "《妇女发展纲要（2021—2030年）》",
        "",
        "。",
        "²³",
        "①②",
        "٣٤个",
    ],
)
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


@given(st.lists(st.sampled_from(list("市婦聯(lián)，。 \n１２3萬余名")), max_size=40).map("".join))
def test_the_plain_layer_knows_where_each_character_came_from(text):
    plain, origin = plain_layer(text)
    assert len(plain) == len(origin)
    assert origin == sorted(set(origin))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_every_usual_encoding_is_decoded(encoding):
    text = TEXT * 3 + "ok"
    assert decode(text.encode(encoding)) == text


def test_bytes_in_no_known_encoding_are_refused():
    with pytest.raises(TextRefused, match="save it as UTF-8"):
        decode(b"\xff\x80\x81 abc")


def test_word_and_html_files_are_read(tmp_path):
    document = Document()
    document.add_paragraph(TEXT)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text = "妇女之家"
    table.rows[0].cells[1].text = "2479个"
    document.save(str(tmp_path / "a.docx"))
    page = (
        f"<html><head><style>p{{width:9px}}</style></head><body><p>{TEXT}</p>"
        "<p>2479<b>个</b></p><p><ruby>婦<rt>fù9</rt></ruby></p>"
    )
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    (tmp_path / "a.txt").write_bytes((TEXT + "妇女之家2479个").encode("gb18030"))
    for name in ("a.docx", "a.html", "a.txt"):
        assert quotes(read_text(tmp_path / name)) == ["128个", "1.78万余名", "2479个"]


def test_a_file_that_is_no_text_is_refused_by_name(tmp_path):
    (tmp_path / "bad.docx").write_bytes(b"no zip")
    with pytest.raises(TextRefused, match=r"bad\.docx"):
        read_text(tmp_path / "bad.docx")
    with pytest.raises(TextRefused, match=r"none\.txt"):
        read_text(tmp_path / "none.txt")


def test_a_doubling_states_its_factor():
    found = extract("财政收入翻一番，总量翻了两番。", POLICY)
    assert [item.quantity.value for item in found] == [Decimal(2), Decimal(4)]
