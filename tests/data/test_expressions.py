"""The little language of measures and rules is read as written, or refused in both languages."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data.expressions import (
    ExpressionError,
    Rule,
    Term,
    names,
    parse_rule,
    parse_sum,
    terms,
)

slugs = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
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
        except ExpressionError as refused:
            told = (refused.zh, str(refused))
        assert all(told) or not any(told)


def test_a_chained_comparison_keeps_its_order():
    rule = parse_rule("0 <= share <= 100")
    assert rule.operators == ("<=", "<=")
    assert [operand[0].name for operand in rule.operands] == ["0", "share", "100"]
    assert rule.operands[2][0].number == Decimal(100)


def test_names_are_the_figures_each_once_in_order():
    assert names("b + a - b <= 3 + parts(x) + programmes(kind=award)") == ("b", "a")
    assert names("a - b") == ("a", "b")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a +",
        "a b",
        "(a)",
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
        with pytest.raises(ExpressionError) as refused:
            parse(text)
        assert re.search(r"[\u4e00-\u9fff]", refused.value.zh)
        assert re.search(r"[a-z]{2}", refused.value.en)


def test_a_sum_is_no_rule_and_a_rule_no_sum():
    with pytest.raises(ExpressionError, match="comparison"):
        parse_rule("a + b")
    with pytest.raises(ExpressionError, match="comparison"):
        parse_sum("a <= b")
