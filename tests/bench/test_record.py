"""Samples of rounds, and ratios that are paired within a round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.bench.record import Row, Sample, per_report, ratios, spread

positive = st.floats(0.01, 1000)


def row(key, *seconds, reports=1, **more):
    samples = [Sample(one, reports, **more) for one in seconds]
    return Row(key, (key, key), ("", ""), samples)


def test_a_spread_is_least_middle_and_most():
    assert spread([3, 1, 2]) == (1, 2, 3)
    assert spread([1, 4]).middle == 2.5


def test_nothing_measured_has_no_spread():
    with pytest.raises(ValueError, match="nothing"):
        spread([])


def test_a_ratio_is_taken_within_a_round_so_that_a_slow_round_changes_nothing():
    slow_second_round = row("a", 10, 100), row("b", 2, 20)
    assert ratios(*slow_second_round) == (5, 5, 5)


def test_costs_are_compared_a_report_however_many_there_were():
    assert ratios(row("a", 10, reports=2), row("b", 10, reports=10)).middle == 5


def test_a_row_that_failed_once_has_no_ratio():
    failed = Row("b", ("", ""), ("", ""), [Sample(2.0), Sample(failure="exit code 1")])
    assert not failed.counts
    assert ratios(row("a", 10, 10), failed) is None
    assert ratios(failed, row("a", 10, 10)) is None


def test_a_row_that_was_not_measured_has_no_ratio():
    assert ratios(row("a", 1), row("b")) is None


def test_a_steady_ratio_leaves_start_up_out():
    one = row("a", 10, reports=5, start=5.0, work=5.0)
    other = row("b", 10, reports=5, start=8.0, work=2.0)
    assert ratios(one, other).middle == 1
    assert ratios(one, other, steady=True).middle == 2.5


def test_a_sample_that_cannot_tell_its_start_has_no_steady_cost():
    assert per_report(Sample(4.0, 2)) == 2
    assert per_report(Sample(4.0, 2), steady=True) is None
    assert ratios(row("a", 1), row("b", 1), steady=True) is None


@given(st.lists(st.tuples(positive, positive), min_size=1, max_size=6))
def test_a_ratio_turned_round_is_its_inverse(pairs):
    one, two = row("a", *[a for a, _ in pairs]), row("b", *[b for _, b in pairs])
    there, back = ratios(one, two), ratios(two, one)
    assert there.least == pytest.approx(1 / back.most)
    assert there.most == pytest.approx(1 / back.least)
