"""Observations for other systems: the time that a period covers, numbers as text."""

from dataclasses import replace
from decimal import Decimal

import pytest

from helpers.data.problems import Refused
from helpers.export import observations
from helpers.export.sdmx import number, refuse_same_times, time_period, times


@pytest.mark.parametrize(
    ("start", "end", "time"),
    [
        ("2024-01-01", "2024-12-31", "2024"),
        ("2024-01-01", "2024-06-30", "2024-S1"),
        ("2024-07-01", "2024-12-31", "2024-S2"),
        ("2024-10-01", "2024-12-31", "2024-Q4"),
        ("2024-02-01", "2024-02-29", "2024-02"),
        ("2016-01-01", "2020-12-31", "2016-01-01/P5Y"),
        ("2024-02-01", "2024-07-31", "2024-02-01/P6M"),
        ("2024-03-08", "2024-06-01", "2024-03-08/P86D"),
        ("", "2023-05-10", "2023-05-10"),
    ],
)
def test_a_period_is_written_as_sdmx_writes_times(start, end, time):
    assert time_period(start, end) == time


@pytest.mark.parametrize(
    ("value", "text"),
    [("1.780E+4", "17800"), ("0.50", "0.5"), ("0", "0"), ("-3", "-3"), ("Infinity", "")],
)
def test_numbers_are_plain_decimals_and_an_open_end_is_empty(value, text):
    assert number(Decimal(value)) == text


def test_every_observation_comes_once_in_the_order_of_the_office(examples):
    found = observations(examples)
    assert len(found) == len(examples.observations)
    regions = list(dict.fromkeys(one.region for one in found))
    fixed = [r for r in examples.regions["region"] if r in regions]
    assert regions == fixed


def test_two_periods_of_one_time_are_refused_by_name(examples):
    found, covered = observations(examples), times(examples)
    refuse_same_times(found, covered)
    twin = replace(found[0], period="other")
    with pytest.raises(Refused) as refusal:
        refuse_same_times([*found, twin], {**covered, "other": covered[found[0].period]})
    (problem,) = refusal.value.problems
    assert (problem.file, problem.value) == ("periods.csv", "other")
