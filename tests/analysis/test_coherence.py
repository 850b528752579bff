"""Rules hold, do not hold, or are left open by rounding."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import quantity as q
from helpers.analysis.coherence import BROKEN, HOLDS, OPEN, UNTESTED, compare
from helpers.analysis.measures import Sum


def about(lower: int, upper: int, **ends: bool) -> Sum:
    return Sum(Decimal(lower), q.Interval(Decimal(lower), Decimal(upper), **ends), ())


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


def test_the_oddities_of_the_report_are_found(here):
    verdicts = {j.rule: j.verdict for j in here("overview").judgements}
    assert verdicts["one_home_per_village"] == BROKEN
    assert verdicts["trained_within_executives"] == OPEN
    assert verdicts["posts_and_teams_differ"] == BROKEN
    assert verdicts["reconciled_within_counselled"] == HOLDS
    assert verdicts["platforms_add_up"] == HOLDS


def test_no_rule_of_severity_error_fails_on_the_shipped_data(here):
    judged = here("overview").judgements
    assert not [j.rule for j in judged if j.severity == "error" and j.verdict == BROKEN]


def test_a_rule_without_figures_is_not_tested(here):
    judged = here("rights", region="370481").judgements
    assert {j.verdict for j in judged} == {UNTESTED}
