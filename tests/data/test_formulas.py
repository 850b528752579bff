"""The little language of measures and rules is read as written, or refused in both languages."""

import re
from decimal import Decimal
from keyword import kwlist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data.formulas import (
    BROKEN,
    HOLDS,
    OPEN,
    UNTESTED,
    Amount,
    FormulaError,
    Rule,
    Term,
    compare,
    counted,
    judge,
    parse_rule,
    parse_sum,
    quotient,
    terms,
    total,
)
from helpers.quantity import Interval

slugs = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True).filter(lambda s: s not in kwlist)
signs = st.sampled_from([1, -1])
filters = st.dictionaries(st.sampled_from(["kind", "level", "area"]), slugs).map(
    lambda chosen: tuple(chosen.items())
)
one_term = st.one_of(
    st.builds(Term, signs, st.just("figure"), slugs),
    st.builds(Term, signs, st.just("parts"), slugs),
    st.builds(Term, signs, st.just("programmes"), st.just(""), filters),
    st.builds(Term, signs, st.just("number"), st.decimals(0, 10**9, places=2).map(str)),
)
sums = st.lists(one_term, min_size=1, max_size=5).map(tuple)


def written(members) -> str:
    text = ""
    for term in members:
        inside = ", ".join(f"{name}={value}" for name, value in term.filters)
        forms = {"parts": f"parts({term.name})", "programmes": f"programmes({inside})"}
        text += (" - " if term.sign < 0 else " + ") + forms.get(term.kind, term.name)
    return text


@given(sums)
def test_a_sum_reads_back_as_it_was_written(members):
    assert parse_sum(written(members)) == members
    assert terms(written(members)) == members


@given(st.lists(sums, min_size=2, max_size=4), st.data())
def test_a_rule_reads_back_as_it_was_written(operands, data):
    operators = [
        data.draw(st.sampled_from(["<=", ">=", "==", "!=", "<", ">"])) for _ in operands[1:]
    ]
    text = written(operands[0])
    for operator, operand in zip(operators, operands[1:], strict=True):
        text += operator + written(operand)
    assert parse_rule(text) == Rule(tuple(operands), tuple(operators))


@given(st.text(max_size=60))
def test_any_other_text_is_refused_and_never_a_traceback(text):
    for parse in (parse_sum, parse_rule):
        told = ("", "")
        try:
            parse(text)
        except FormulaError as refused:
            told = (refused.zh, str(refused))
        assert all(told) or not any(told)


def test_a_chained_comparison_keeps_its_order():
    rule = parse_rule("0 <= share <= 100")
    assert rule.operators == ("<=", "<=")
    assert [operand[0].name for operand in rule.operands] == ["0", "share", "100"]
    assert rule.operands[2][0].number == Decimal(100)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a +",
        "a b",
        "a * b",
        "a / b",
        "1e3",
        "1_000",
        "３",
        "A",
        "a.b",
        "a == ",
        "a <= <= b",
        "sum(a)",
        "parts()",
        "parts(a",
        "parts(3)",
        "parts(_x)",
        "programmes(kind=_x)",
        "programmes(**kind)",
        "programmes(kind)",
        "programmes(kind=)",
        "programmes(name=award)",
        "programmes(kind=a, kind=b)",
        "programmes(kind=award level=national)",
        "__import__('os')",
        "a + " * 400 + "a",
    ],
)
def test_what_the_language_does_not_know_is_refused(text):
    for parse in (parse_sum, parse_rule, terms):
        with pytest.raises(FormulaError) as refused:
            parse(text)
        assert re.search(r"[\u4e00-\u9fff]", refused.value.zh)
        assert re.search(r"[a-z]{2}", refused.value.en)


def test_a_sum_is_no_rule_and_a_rule_no_sum():
    with pytest.raises(FormulaError, match="comparison"):
        parse_rule("a + b")
    with pytest.raises(FormulaError, match="comparison"):
        parse_sum("a <= b")


# What formulas are worth


def about(lower: int, upper: int, **ends: bool) -> Interval:
    return Interval(Decimal(lower), Decimal(upper), **ends)


@pytest.mark.parametrize(
    ("left", "operator", "right", "verdict"),
    [
        (about(3, 3), "<=", about(3, 3), HOLDS),
        (about(3, 3), "<", about(3, 3), BROKEN),
        (about(3, 3), "==", about(3, 3), HOLDS),
        (about(3, 3), "!=", about(3, 3), BROKEN),
        (about(2479, 2479), "==", about(2477, 2477), BROKEN),
        (about(15000, 25000, upper_closed=False), "<=", about(17700, 17700), OPEN),
        (about(18000, 25000), "<=", about(17700, 17700), BROKEN),
        (about(17700, 17700), ">=", about(18000, 25000), BROKEN),
        (about(1, 5), "==", about(5, 9), OPEN),
        (about(1, 5), "!=", about(6, 9), HOLDS),
    ],
)
def test_a_comparison_of_intervals(left, operator, right, verdict):
    assert compare(left, operator, right) == verdict


@given(*[st.integers(-50, 50)] * 4, st.sampled_from(["<=", "<", "==", "!="]))
def test_a_verdict_agrees_with_every_pair_of_values(a, b, c, d, operator):
    left, right = about(min(a, b), max(a, b)), about(min(c, d), max(c, d))
    holds = {"<=": int.__le__, "<": int.__lt__, "==": int.__eq__, "!=": int.__ne__}[operator]
    pairs = [
        holds(x, y)
        for x in range(min(a, b), max(a, b) + 1)
        for y in range(min(c, d), max(c, d) + 1)
    ]
    verdict = compare(left, operator, right)
    if verdict == HOLDS:
        assert all(pairs)
    if verdict == BROKEN:
        assert not any(pairs)


def worth(**figures):
    """A source of figures by name, exact or (lower, upper); anything else was not reported."""

    def of(term):
        if term.kind != "figure":
            return counted(term, PROGRAMMES)
        ends = figures.get(term.name)
        if ends is None:
            return None
        low, high = ends if isinstance(ends, tuple) else (ends, ends)
        return Amount(Decimal(low), about(low, high), (term.name,))

    return of


PROGRAMMES = [
    {"programme": "a", "kind": "award", "level": "national", "area": "x", "parts": "", "row": 2},
    {"programme": "b", "kind": "plan", "level": "", "area": "x", "parts": "甲;乙; ", "row": 5},
]


@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        ("part <= whole", HOLDS),
        ("whole <= part", BROKEN),
        ("around <= whole", OPEN),
        ("part <= missing", UNTESTED),
        ("whole <= part <= missing", BROKEN),  # broken whatever the missing one was
        ("part <= whole <= missing", UNTESTED),
        ("whole - (part - 4) == 10", HOLDS),
        ("programmes(kind=award) == 1", HOLDS),
        ("programmes(kind=law) == 0", HOLDS),
        ("parts(b) == 2", HOLDS),
        ("parts(c) == 0", UNTESTED),
    ],
)
def test_a_rule_has_three_answers_and_is_untested_where_a_figure_lacks(rule, answer):
    source = worth(part=4, whole=10, around=(8, 12))
    assert judge(parse_rule(rule), source)[0] == answer


def test_nothing_is_counted_where_no_programme_is_recorded():
    (term,) = parse_sum("programmes(kind=award)")
    assert counted(term, []) is None
    assert counted(term, PROGRAMMES).rows == (2,)


def test_a_quotient_keeps_both_ends_and_says_nothing_of_a_share_of_nothing():
    a, b = parse_sum("a"), parse_sum("b")
    found = quotient(a, b, Decimal(100), worth(a=458, b=(10000, 20000)))
    assert (found.interval.lower, found.interval.upper) == (Decimal("2.29"), Decimal("4.58"))
    assert found.inputs == ("a", "b")
    assert quotient(a, b, Decimal(1), worth(a=1, b=(0, 3))) is None
    assert quotient(a, b, Decimal(1), worth(a=1)) is None


def test_numbers_are_read_from_the_text_not_through_a_float():
    (term,) = parse_sum("0.1234567890123456789012345")
    assert total([term], worth()).value == Decimal("0.1234567890123456789012345")
