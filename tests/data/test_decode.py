"""Bytes become text under one encoding that fits the whole file, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data.decode import common_share, decode, repaired
from helpers.data.problems import DataRefused

PROSE = "妇联组织开展普法宣传活动，辅导夫妻，劝和家庭，结对留守儿童。"
common = st.text(
    st.sampled_from("妇女儿童家庭工作宣传活动辅导结对留守市区街道社区，。“”"), min_size=6
)


@given(common, st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
def test_common_prose_is_read_whatever_its_encoding(text, encoding):
    whole = f"note\n{PROSE}{text}\n"
    assert decode(whole.encode(encoding), "a.csv")[0] == whole


@given(st.text())
def test_utf8_text_is_always_itself(text):
    raw = text.encode("utf-8", "surrogatepass")
    try:
        assert decode(raw, "a.csv")[0] == raw.decode("utf-8").lstrip("\ufeff")
    except (DataRefused, UnicodeDecodeError):
        assert "\0" in text or any("\ud800" <= c <= "\udfff" for c in text)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content):
    try:
        text, encoding = decode(content, "a.csv")
    except DataRefused as refused:
        text, encoding = refused.problems[0].remedy_en, ""
    assert isinstance(text, str)
    assert encoding in ("", "utf-8", "utf-8-sig", "utf-16", "gb18030")


def test_rare_characters_of_place_names_are_kept():
    text = f"name\n{PROSE}㐂𠮷㛃䶮堃\n"
    assert decode(text.encode("gb18030"), "a.csv") == (text, "gb18030")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_unmarked_wide_encodings_are_refused(encoding):
    with pytest.raises(DataRefused):
        decode("indicator,region\n1,2\n".encode(encoding), "a.csv")


def test_an_odd_byte_of_utf16_is_refused_with_its_row():
    with pytest.raises(DataRefused) as refused:
        decode("a,b\n1,2\n3,4".encode("utf-16")[:-1], "a.csv")
    assert refused.value.problems[0].rule == "truncated-character"
    assert refused.value.problems[0].row == 3


def test_traditional_text_in_big5_is_refused():
    text = "婦女聯合會開展普法宣傳活動，輔導夫妻，結對留守兒童。"
    with pytest.raises(DataRefused) as refused:
        decode(f"note\n{text}\n".encode("big5"), "a.csv")
    assert refused.value.problems[0].rule == "encoding-big5"


def test_rows_in_utf8_are_named_where_all_can_be_read_as_gb18030():
    gb, utf8 = f"note\n{PROSE}\n".encode("gb18030"), "妇女儿童\n".encode()
    utf8.decode("gb18030")
    with pytest.raises(DataRefused) as refused:
        decode(gb + utf8, "a.csv")
    (found,) = refused.value.problems
    assert (found.rule, found.row) == ("encoding-mixed", 3)
    assert f"byte {len(gb)}" in found.message_en


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("大".encode().decode("latin-1"), "大"),
        ("妇女联合会".encode().decode("cp1252", "ignore"), None),
        ("妇女联合".encode().decode("gb18030"), "妇女联合"),
        ("锟斤拷锟斤拷", "\ufffd"),
        ("a\ufffdb", "\ufffd"),
    ],
)
def test_garbled_text_is_known(text, before):
    if before:
        assert repaired(text) == before


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "Lüliang",
        "naïve café – “quoted”",
        "Ä",
        "妇",
        "堃珺镕昇垚",
        "1.78万余名",
        "a·b",
        "São Tomé",
    ],
)
def test_sound_text_is_left_alone(text):
    assert repaired(text) == ""


@given(common)
def test_common_prose_is_never_called_garbled(text):
    assert repaired(text) == ""


def test_the_share_of_common_characters():
    assert common_share(PROSE) == 1
    assert common_share("") == 0
    assert common_share("鑱斿悎濡囧コ") < 0.6
