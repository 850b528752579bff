"""The same passage in other letters and with noise in it states the same quantities."""

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from helpers.audit.text.extract import extract
from helpers.data import home
from helpers.quantity import Policy

with (home() / "data" / "qualifiers.csv").open(encoding="utf-8", newline="") as _lines:
    POLICY = Policy.from_rows(csv.DictReader(_lines))
PASSAGES = [
    re.sub("⟦([^⟧=]+)(?:=[^⟧]+)?⟧", r"\1", block)
    for file in sorted((home() / "tests" / "golden").glob("*.txt"))
    for block in re.split(r"\n\s*\n", file.read_text(encoding="utf-8"))
    if block.strip() and not block.startswith("# ") and "\n" not in block and "(" not in block
]
PARTS = re.findall(
    "[^ ]+",
    "12 3.5 １２ 万 亿 余 近 约 至 — 、 ， 和 分别 名 个 对 年 成 % 百分之 三 十 九成五 "
    "( ) 以上 左右 主要目标 力争 已 ； 。 第 “ ” + /10万",
)
WIDE = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
TRADITIONAL = OpenCC("s2t")
PAGE = 20_000


def stated(text):
    """Returns what a text states: value, interval, unit and rounding word of each quantity."""
    found = extract(text, POLICY)
    assert all(text[item.start : item.end] == item.quote for item in found)
    return [
        (item.quantity.value, item.quantity.interval, item.quantity.unit, item.quantity.qualifier)
        for item in found
    ]


def traditional(text):
    """Returns the text in traditional characters, one for one."""
    return "".join(TRADITIONAL.convert(char)[:1] for char in text)


def full_width(text):
    """Returns the text with full-width digits and signs."""
    return text.translate(WIDE)


def with_pinyin(text):
    """Returns the text with pinyin in brackets behind every third Chinese character."""
    return re.sub("(?<=[一-鿿]{2})([一-鿿])", r"\1(zhǐ)", text)


def hard_wrapped(text, width=36, ending="\n"):
    """Returns the text with its lines broken wherever the width is full."""
    return ending.join(
        line[at : at + width]
        for line in text.splitlines()
        for at in range(0, max(len(line), 1), width)
    )


def wrapped_by_windows(text):
    """Returns the text broken at another width, with the line ends of Windows."""
    return hard_wrapped(text, 41, "\r\n")


def broken(text):
    """Returns the text with a line break inside its longer numbers, the first words left whole."""
    return re.sub("(?<=[^\\n]{6}[0-9])([0-9][万亿余]?[名个户件])", r"\n\1", text)


@pytest.mark.parametrize(
    "change",
    [traditional, full_width, with_pinyin, hard_wrapped, wrapped_by_windows, broken],
    ids=lambda change: change.__name__,
)
def test_other_letters_and_noise_change_no_quantity(change):
    differing = [text for text in PASSAGES if stated(change(text)) != stated(text)]
    assert not differing


@given(
    st.text(
        alphabet="市妇联1²٣Ⅳ九万余%‰.，,:-+/()“《\n\t\u200b\u202e\ud800\U0001f600a\x00", max_size=60
    )
)
def test_no_text_whatever_is_refused(text):
    stated(text)


@pytest.mark.slow
@given(st.text(max_size=80))
def test_no_text_of_any_script_is_refused(text):
    stated(text)


@given(st.lists(st.sampled_from([*PARTS, "\n", " "]), max_size=30).map("".join))
def test_no_order_of_the_parts_of_a_quantity_is_refused(text):
    for _value, interval, _unit, _word in stated(text):
        assert interval.lower <= interval.upper


@pytest.mark.parametrize(
    "piece",
    [
        "1234567890",
        "1.",
        "1,",
        "1、",
        "1-",
        "1 ",
        "1\n",
        "十",
        "万",
        "由1至",
        "“",
        "（",
        "市(a)",
        "+1",
    ],
)
def test_a_page_of_one_thing_over_and_over_is_read_to_its_end(piece):
    stated((piece * PAGE)[:PAGE])
