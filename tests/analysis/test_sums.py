"""Sums over places: coverage, the sum and the region's own figure, what would explain a gap."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import quantity as q
from helpers.analysis import sums
from helpers.analysis.coherence import BROKEN, HOLDS, OPEN
from helpers.analysis.named import named
from helpers.analysis.observations import recorded
from helpers.quantity.interval import addends

CITY, YEAR = "990100", "2024"
DISTRICTS = ("990102", "990103", "990121")


@pytest.fixture
def figure(city_tables):
    return lambda slug, region=CITY, period=YEAR: recorded(city_tables, region)[slug][period]


def test_a_sum_that_disagrees_with_the_stated_total_is_known_as_such(city_tables, figure):
    added = sums.added(city_tables, "two_cancer_relief_women", CITY, YEAR)
    stated = figure("two_cancer_relief_women")
    assert (added.quantity.value, stated.value) == (110, 112)
    assert sums.agreement(added, stated) == sums.DIFFERS
    assert named(city_tables, "two_cancer_relief_women.apart", CITY, YEAR).value == 2
    added = sums.added(city_tables, "couples_counselled", CITY, YEAR)
    assert sums.agreement(added, figure("couples_counselled")) == sums.AGREES


def test_rounded_parts_can_leave_it_open_whether_they_add_up(city_tables, figure):
    added = sums.added(city_tables, "carers_trained", CITY, YEAR)
    assert sums.agreement(added, figure("carers_trained")) in (sums.AGREES, OPEN)


def test_where_a_place_is_missing_the_sum_is_that_of_those_that_reported(city_tables):
    assert named(city_tables, "cases_found.sum", CITY, "2023").quantity is None
    part = named(city_tables, "cases_found.part", CITY, "2023")
    assert [f.region for f in part.inputs] == list(DISTRICTS[:2])
    assert part.value == sum(f.value for f in part.inputs)
    assert "已报各地" in part.label_zh
    counts = [named(city_tables, f"cases_found.{form}", CITY, "2023").value
              for form in ("reporting", "places")]  # fmt: skip
    assert counts == [2, 3]


def test_what_does_not_add_up_over_places_has_no_sum(city_tables):
    assert sums.added(city_tables, "screening_awareness", CITY, YEAR) is None


def test_a_figure_that_is_the_sum_itself_is_not_held_against_it(city_tables):
    slugs = ["two_cancer_relief_women", "couples_counselled"]
    told = {j.rule: j.verdict for j in sums.reconciled(city_tables, slugs, CITY, YEAR)}
    assert told == {"two_cancer_relief_women.sum": BROKEN, "couples_counselled.sum": HOLDS}
    frame = city_tables.observations.assign(delivery="summed")
    same = replace(city_tables, frames={**city_tables.frames, "observations": frame})
    assert not list(sums.reconciled(same, slugs, CITY, YEAR))


def test_the_place_left_out_explains_the_difference(city_tables, figure):
    added = sums.added(city_tables, "couples_counselled", CITY, YEAR)
    one, other, third = added.given
    short = replace(figure("couples_counselled"), quantity=one.quantity)
    assert added.explained(short) == [(other.region, third.region)]
    pair = one.quantity.value + other.quantity.value
    short = replace(short, quantity=replace(one.quantity, value=pair))
    assert added.explained(short) == [(third.region,)]


@given(st.lists(st.integers(1, 999), min_size=2, max_size=7), st.data())
def test_whichever_place_is_left_out_is_among_the_explanations(values, data):
    parts = {str(at): q.Interval.point(value) for at, value in enumerate(values)}
    gone = data.draw(st.sampled_from(sorted(parts)))
    found = addends(parts, parts[gone].lower)
    assert (gone,) in found
    assert all(len(group) == 1 for group in found)
