"""The plain layer: noise goes, and each character left knows where it came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.audit.text.plain import hidden_characters, plain_layer

INVISIBLE = "\u200b\u200e\u200f\u061c\u202a\u202e\u2060\u2066\u2069\ufe0f\u034f\u180e\u00ad\ufeff"


@given(
    st.lists(st.sampled_from(list("市婦聯(lián)，。 \n１2３萬餘名\u200b")), max_size=40).map(
        "".join
    )
)
def test_the_plain_layer_knows_where_each_character_came_from(text):
    plain, origin = plain_layer(text)
    assert len(plain) == len(origin)
    assert origin == sorted(set(origin))


@pytest.mark.parametrize("char", INVISIBLE)
def test_an_invisible_character_hides_no_number_and_is_found(char):
    text = f"劝和1{char}4038{char}对"
    assert plain_layer(text).plain == "劝和14038对"
    assert hidden_characters(text) == [3, 8]


def test_characters_that_join_emoji_are_no_finding():
    assert hidden_characters("家庭👩\u200d👧和❤\ufe0f") == []


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("增收3，200元", "增收3,200元"),
        ("总额1，234.5亿元", "总额1,234.5亿元"),
        ("如表3，100人参加", "如表3，100人参加"),
        ("分别为12，340人和5人", "分别为12,340人和5人"),
        ("2023，120人", "2023，120人"),
        ("粉丝10W+", "粉丝10万+"),
        ("阅读量2.5w", "阅读量2.5万"),
        ("灯泡10W", "灯泡10W"),
    ],
)
def test_full_width_commas_and_letters_of_magnitude_become_plain_inside_numbers(text, plain):
    assert plain_layer(text).plain == plain
