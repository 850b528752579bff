"""Quantities: reading, writing, intervals and the rounding policy."""

import csv
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data import home
from helpers.quantity import (
    NEAR,
    Interval,
    Policy,
    PolicyRefused,
    Quantity,
    read,
    supported_place,
    write,
    write_derived,
)

ROWS = """qualifier,position,lower,upper,word_en
,exact,[v,v],
,rounded,[v-r/2,v+r/2),
余,after,[v,v+s),over
余,inside,[v,v+s),over
多,after,[v,v + s),upwards of
来,inside,[v-s/2,v+s/2),some
逾,before,(v,v+s),more than
超,before,(v,v+s),exceeding
以上,after,[v,v+s),at least
以上,threshold,[v,inf),
至少,before,[v,v+s),not less than
近,before,[v - s/10,v),nearly
不足,before,(v-s,v),fewer than
以内,after,(0,v],within
约,before,[v-s/2,v+s/2),about
左右,after,[v-s/2,v+s/2),around
上,before,[v,2*v),a good
数,before,[2*v,10*v),several times
几,before,[2*v,10*v),a few times
几,inside,[v+s/10,v+s),somewhat over
"""
POLICY = Policy.from_rows(csv.DictReader(ROWS.splitlines()))
SHIPPED = home() / "data" / "qualifiers.csv"

# phrase, value, interval, unit, rounding word
READINGS = """
55项|55|[55, 55]|项|
1.78万余名|17800|[17800, 17900)|名|余
50余万人|500000|[500000, 600000)|人|余
150万余元|1500000|[1500000, 1600000)|元|余
150余万元|1500000|[1500000, 1600000)|元|余
1000多万元|10000000|[10000000, 20000000)|元|多
三百余万元|3000000|[3000000, 4000000)|元|余
十来个|10|[5, 15)|个|来
近2000万元|20000000|[19000000, 20000000)|元|近
逾万篇|10000|(10000, 20000)|篇|逾
万余人|10000|[10000, 20000)|人|余
近百场次|100|[90, 100)|场次|近
27.92%|27.92|[27.915, 27.925)|%|
100%|100|[100, 100]|%|
百分之十二点五|12.5|[12.45, 12.55)|%|
2.3个百分点|2.3|[2.25, 2.35)|pp|
16.9/10万|16.9|[16.85, 16.95)|/10万|
5.02‰|5.02|[5.015, 5.025)|‰|
四成|40|[35, 45)|%|
超四成|40|(40, 50)|%|超
五至六成|50|[50, 60]|%|
3.9亿元|390000000|[385000000, 395000000)|元|
1.2万亿元|1200000000000|[1150000000000, 1250000000000)|元|
3亿5000万元|350000000|[349995000, 350005000)|元|
2万名|20000|[15000, 25000)|名|
20万元|200000|[195000, 205000)|元|
15.8万人|158000|[157500, 158500)|人|
3—5万人|30000|[30000, 50000]|人|
5%—6%|5|[5, 6]|%|
5至6个百分点|5|[5, 6]|pp|
约3至5万人|30000|[25000, 55000)|人|约
七八万人|70000|[70000, 80000]|人|
十七八个|17|[17, 18]|个|
十几个|11|[11, 20)|个|几
十几万人|110000|[110000, 200000)|人|几
数百名|200|[200, 1000)|名|数
几十万元|200000|[200000, 1000000)|元|几
上百人|100|[100, 200)|人|上
三家|3|[3, 3]|家|
一万三千人|13000|[12500, 13500)|人|
一万三|13000|[12500, 13500)||
两千三百零五户|2305|[2305, 2305]|户|
6%左右|6|[5.5, 6.5)|%|左右
95%以上|95|[95, 96)|%|以上
30天以内|30|(0, 30]|天|以内
近200人左右|200|[150, 250)|人|近…左右
至少1000万元以上|10000000|[10000000, 20000000)|元|至少…以上
10 678名|10678|[10678, 10678]|名|
1 300余人|1300|[1300, 1400)|人|余
10,678名|10678|[10678, 10678]|名|
１２３名|123|[123, 123]|名|
累计1.3万人次|13000|[12500, 13500)|人次|
5万千瓦|50000|[45000, 55000)|千瓦|
3千米|3|[3, 3]|千米|
-3.5%|-3.5|[-3.55, -3.45)|%|
over 17,800 mothers|17800|[17800, 17900)|mothers|余
nearly CNY 20 million|20000000|[19000000, 20000000)|CNY|近
about 20,000|20000|[15000, 25000)||约
4.5 percentage points|4.5|[4.45, 4.55)|pp|
0.20 million|200000|[195000, 205000)||
30,000 to 50,000 people|30000|[30000, 50000]|people|
""".strip().splitlines()


@pytest.mark.parametrize("line", READINGS)
def test_a_phrase_is_read_with_value_interval_unit_and_word(line):
    phrase, value, interval, unit, word = line.split("|")
    found = read(phrase, POLICY)
    assert (found.value, str(found.interval)) == (Decimal(value), interval)
    assert (found.unit, found.qualifier, found.written) == (unit, word, phrase)


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "名",
        "近",
        "几个",
        "²",
        "3²个",
        "١٣٠人",
        "①",
        "1.²",
        "0130",
        "1,23人",
        "12,34",
        "1..2",
        "12 34",
        "1e5",
        "1_300",
        "5-3",
        "一二三",
        "1+1+1",
        "2023年5月",
        "3个4个",
        "NaN",
        "inf",
        "0x82",
        "约近超300人",
        "三十三百",
        "1.",
        "-近5%",
        "about",
        "50 to 40 people",
        "about -5%",
    ],
)
def test_what_is_not_one_quantity_is_refused_with_a_reason(phrase):
    with pytest.raises(ValueError, match=r"is not one quantity: ."):
        read(phrase, POLICY)


def test_a_rounding_word_that_the_policy_lacks_is_refused():
    poorer = Policy(tuple(rule for rule in POLICY.rules if rule.qualifier != "余"))
    with pytest.raises(ValueError, match="余"):
        read("200余人", poorer)


@pytest.mark.parametrize(
    ("phrase", "unit_en", "zh", "en"),
    [
        ("1.78万余名", "mothers", "1.78万余名", "over 17,800 mothers"),
        ("近2000万元", "", "近2000万元", "nearly CNY 20 million"),
        ("逾万篇", "posts", "逾万篇", "more than 10,000 posts"),
        ("84.08万元", "CNY", "84.08万元", "about CNY 840,800"),
        ("2万名", "persons", "2万名", "about 20,000 persons"),
        ("20万名", "persons", "20万名", "0.20 million persons"),
        ("50余万人", "people", "50余万人", "over 500,000 people"),
        ("1万余名", "volunteers", "1万余名", "over 10,000 volunteers"),
        ("3.9亿元", "CNY", "3.9亿元", "about CNY 390 million"),
        ("27.92%", "", "27.92%", "27.92%"),
        ("2.3个百分点", "", "2.3个百分点", "2.3 percentage points"),
        ("101277户", "households", "101277户", "101,277 households"),
        ("十几个", "rooms", "十几个", "11 to under 20 rooms"),
        ("四成", "", "四成", "about 40%"),
        ("七八万人", "people", "7至8万人", "70,000 to 80,000 people"),
        ("近200人左右", "people", "近200人左右", "about 200 people"),
    ],
)
def test_a_quantity_is_written_in_both_languages(phrase, unit_en, zh, en):
    quantity = read(phrase, POLICY)
    assert write(quantity, "zh", policy=POLICY) == zh
    assert write(quantity, "en", unit_en, policy=POLICY) == en


def test_a_quantity_that_no_form_states_is_refused():
    odd = Quantity(Decimal(7), Interval(Decimal(3), Decimal("9.5")), "名", "约")
    with pytest.raises(ValueError, match="none of"):
        write(odd, "zh", policy=POLICY)
    with pytest.raises(ValueError, match="not one of zh, en"):
        write(odd, "fr", policy=POLICY)


@pytest.mark.parametrize(
    ("above", "below", "unit", "unit_en", "zh", "en"),
    [
        ("868万元", "1663人", "元", "CNY", "约5220元", "about CNY 5,220"),
        ("3.9亿元", "1.3万余名", "元", "CNY", "约3万元", "about CNY 30,000"),
        ("50余万人", "1500余场", "人", "persons", "312至400人", "312 to 400 persons"),
        ("14038对", "38784对", "%", "%", "36.20%", "36.20%"),
        ("5396名", "2477名", "名", "", "2.18名", "2.18"),
        ("1.56万余名", "1.78万余名", "名", "", "约0.9名", "about 0.9"),
    ],
)
def test_a_derived_figure_keeps_to_its_interval(above, below, unit, unit_en, zh, en):
    scale = 100 if unit == "%" else 1
    one, other = read(above, POLICY), read(below, POLICY)
    interval = (one.interval / other.interval).scale(scale)
    value = one.value / other.value * scale
    assert write_derived(value, interval, unit, "zh") == zh
    assert write_derived(value, interval, unit, "en", unit_en) == en


def test_an_end_without_bound_is_said_so():
    open_end = Interval(Decimal(60), Decimal("Infinity"), True, False)
    assert write_derived(Decimal(60), open_end, "人", "zh") == "不少于60人"
    assert write_derived(Decimal(60), open_end, "人", "en", "people") == "at least 60 people"


def test_every_fault_of_a_policy_is_named_at_once():
    bad = (
        ROWS.replace("余,inside,[v,v+s)", "余,inside,v,v+s)")
        .replace("逾,before,(v,v+s)", "逾,before,(v,__import__('os')+v)")
        .replace("约,before", "约,somewhere")
        .replace("上,before,[v,2*v)", "上,before,[v,v/s)")
    )
    with pytest.raises(PolicyRefused) as refused:
        Policy.from_rows(csv.DictReader(bad.splitlines()))
    assert [(fault.row, fault.column) for fault in refused.value.faults] == [
        (5, "lower"),
        (8, "upper"),
        (16, "position"),
        (18, "upper"),
    ]


@pytest.mark.parametrize(
    "cell", ["[", "[v+", "[v**2", "[v(", "[(v", "[w", "[v/0", "[²", "[v 3", "[" + "v+" * 60 + "v"]
)
def test_an_expression_outside_the_little_language_is_refused(cell):
    row = {"qualifier": "余", "position": "after", "lower": cell, "upper": "v+s)"}
    with pytest.raises(PolicyRefused, match="row 2: lower"):
        Policy.from_rows([row])


def test_equal_policies_are_one_key():
    twin = Policy.from_rows(csv.DictReader(ROWS.splitlines()))
    assert twin == POLICY
    assert len({twin, POLICY}) == 1


def test_the_shipped_policy_covers_the_grammar():
    with SHIPPED.open(encoding="utf-8", newline="") as lines:
        shipped = Policy.from_rows(csv.DictReader(lines))
    for line in READINGS:
        phrase, value, interval, _, _ = line.split("|")
        found = read(phrase, shipped)
        assert (found.value, str(found.interval)) == (Decimal(value), interval)


# Properties

whole = st.integers(1, 10**7)
decimal = st.decimals(min_value="0.01", max_value="9999", places=2, allow_nan=False)
digits = st.one_of(
    whole.map(str),
    decimal.map(lambda number: f"{number:f}"),
    whole.map(lambda number: f"{number:,}"),
)
words = st.sampled_from(
    [
        ("", "", ""),
        ("近", "", ""),
        ("逾", "", ""),
        ("约", "", ""),
        ("", "余", ""),
        ("", "多", ""),
        ("", "", "左右"),
        ("", "", "以上"),
        ("约", "", "左右"),
        ("至少", "", "以上"),
        ("不足", "", ""),
    ]
)
phrases = st.one_of(
    st.builds(
        lambda number, size, unit, word: f"{word[0]}{number}{size}{word[1]}{unit}{word[2]}",
        digits,
        st.sampled_from(["", "万", "亿"]),
        st.sampled_from(["名", "元", "人次", ""]),
        words,
    ),
    st.builds(
        lambda number, word: f"{word[0]}{number}{word[1]}%{word[2]}".replace("多", ""),
        digits,
        words,
    ),
    st.builds(
        lambda low, more, size: f"{low}—{low + more}{size}人",
        st.integers(1, 900),
        st.integers(1, 90),
        st.sampled_from(["", "万", "亿"]),
    ),
    st.builds(
        lambda word, size: f"{word}{size}人",
        st.sampled_from("数几"),
        st.sampled_from(["十", "百", "千", "万", "十万", "百万"]),
    ),
    st.builds(
        lambda size, unit: f"{size}几{unit}人",
        st.sampled_from(["十", "二十", "九十"]),
        st.sampled_from(["", "万"]),
    ),
)


@given(phrases)
def test_what_is_written_in_chinese_reads_back_the_same(phrase):
    quantity = read(phrase, POLICY)
    assert read(write(quantity, "zh", policy=POLICY), POLICY) == quantity


@given(phrases)
def test_what_is_written_in_english_keeps_value_and_interval(phrase):
    quantity = read(phrase, POLICY)
    again = read(write(quantity, "en", "people", policy=POLICY), POLICY)
    assert (again.value, again.interval) == (quantity.value, quantity.interval)


numbers = st.decimals(min_value=-1000, max_value=1000, places=2, allow_nan=False)
positive = st.decimals(min_value="0.01", max_value=1000, places=2, allow_nan=False)


def intervals(ends):
    """Draws intervals with every kind of ends."""
    return st.builds(
        lambda one, other, low, high: Interval(
            min(one, other), max(one, other), low or one == other, high or one == other
        ),
        ends,
        ends,
        st.booleans(),
        st.booleans(),
    )


@st.composite
def with_member(draw, ends):
    """Draws an interval and a number inside it."""
    interval = draw(intervals(ends))
    part = draw(st.sampled_from([Decimal(0), Decimal("0.25"), Decimal("0.5"), Decimal(1)]))
    member = interval.lower + (interval.upper - interval.lower) * part
    return interval, member if interval.contains(member) else (interval.lower + interval.upper) / 2


@given(with_member(numbers), with_member(numbers), with_member(positive))
def test_a_result_holds_what_its_members_give(first, second, divisor):
    (one, a), (other, b), (below, c) = first, second, divisor
    assert (one + other).contains(a + b)
    assert (one - other).contains(a - b)
    assert (one * other).contains(a * b)
    assert (one / below).contains(NEAR.divide(a, c))
    assert one.scale(100).contains(a * 100)
    assert one.union(other).contains(a)


@given(intervals(numbers), intervals(numbers), intervals(positive), numbers)
def test_wider_operands_give_wider_results(one, other, below, more):
    wider = one.union(Interval.point(more))
    assert one.within(wider)
    assert (one + other).within(wider + other)
    assert (one - other).within(wider - other)
    assert (one * other).within(wider * other)
    if not one.exact or not below.exact:
        assert (one / below).within(wider / below)


@given(intervals(positive), intervals(positive))
def test_intervals_meet_when_some_number_lies_in_both(one, other):
    low, high = max(one.lower, other.lower), min(one.upper, other.upper)
    if low > high:
        assert not one.meets(other)
    else:
        middle = (low + high) / 2
        assert one.meets(other) == (one.contains(middle) and other.contains(middle))


@given(intervals(positive), st.sampled_from(["zh", "en"]))
def test_a_derived_phrase_claims_no_more_than_its_interval(interval, lang):
    middle = (interval.lower + interval.upper) / 2
    if interval.exact or supported_place(middle, interval) is None:
        return
    phrase = write_derived(middle, interval, "人", lang, "people")
    assert interval.within(read(phrase, POLICY).interval)


def test_an_interval_that_holds_nothing_is_refused():
    with pytest.raises(ValueError, match="holds no number"):
        Interval(Decimal(2), Decimal(1))
    with pytest.raises(ValueError, match="holds no number"):
        Interval(Decimal(1), Decimal(1), True, False)


def test_a_divisor_that_can_be_zero_is_refused():
    with pytest.raises(ZeroDivisionError, match="can be zero"):
        Interval.point(1) / Interval(Decimal(0), Decimal(5))
    open_zero = Interval(Decimal(0), Decimal(5), False, True)
    assert str(Interval.point(1) / open_zero) == "[0.2, Infinity)"
