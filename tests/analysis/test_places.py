"""Places beside one another: shares, rates, distances, sums, and what is out of line."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.analysis import places
from helpers.analysis.measures import figures_of

CITY, YEAR = "990100", "2024"
DISTRICTS = ("990102", "990103", "990121")


@pytest.fixture
def figure(city_tables):
    return lambda slug, region=CITY, period=YEAR: figures_of(city_tables, region, period)[slug]


def test_a_city_sees_its_districts_and_a_district_its_neighbours_in_the_offices_order(city_tables):
    assert places.around(city_tables, CITY).places == DISTRICTS
    seen = places.around(city_tables, "990121")
    assert (seen.whole, seen.places) == (CITY, DISTRICTS)


def test_there_is_nothing_to_compare_where_fewer_than_two_places_reported(tables, city_tables):
    assert places.beside(tables, "rights_venues", "370400", "congress-9") == []
    assert len(places.beside(city_tables, "cases_found", CITY, YEAR)) == 3


def test_a_place_that_did_not_report_stands_among_the_others_without_a_number(city_tables):
    found = places.beside(city_tables, "cases_found", CITY, "2023")
    assert [f.quantity is not None for f in found] == [True, True, False]


def test_the_share_of_a_place_is_that_of_the_region_above(city_tables, figure):
    share = places.share(city_tables, figure("couples_counselled", "990102", "2023"))
    assert share.value == pytest.approx(100 * 1210 / 2592)
    assert share.key == "couples_counselled.share|990102|2023"


def test_what_does_not_add_up_over_places_has_no_share(city_tables, figure):
    assert places.share(city_tables, figure("screening_awareness", "990102", "2023")) is None


def test_a_rate_is_per_ten_thousand_of_those_a_figure_is_held_against(city_tables, figure):
    rate = places.rate(city_tables, figure("women_screened", "990102", "2023"))
    assert rate.value == pytest.approx(18600 / 490000 * 10000)
    assert places.rate(city_tables, figure("screening_awareness", "990102", "2023")) is None


def test_money_has_no_rate(examples):
    assert places.rate(examples, figures_of(examples, "370402", "2023")["sum_insured"]) is None


def test_the_distance_of_a_ratio_is_in_percentage_points(city_tables, figure):
    gap = places.gap(city_tables, figure("screening_awareness", "990102", "2023"))
    assert (gap.unit, round(gap.value, 2)) == ("pp", 3.3)


def test_a_place_far_from_the_median_is_out_of_line_and_its_neighbours_are_not(examples):
    found = places.beside(examples, "insured_women", "370400", "2024")
    out = places.out_of_line(examples, found)
    assert [(figure.region, up) for figure, _, up in out] == [("370406", True)]


def test_too_few_places_are_never_out_of_line(city_tables):
    found = places.beside(city_tables, "helpline_calls", CITY, YEAR)
    assert places.out_of_line(city_tables, found) == []


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 1000), st.integers(0, 1000))
def test_a_rate_holds_whatever_figure_and_base_allow(city_tables, top, base, more, wider):
    from dataclasses import replace

    from helpers import quantity as q
    from helpers.analysis.changes import made

    one = figures_of(city_tables, "990102", "2023")["women_screened"]

    def figure(low, high):
        return replace(
            one, quantity=q.Quantity(Decimal(low), q.Interval(Decimal(low), Decimal(high)), "人")
        )

    upper, lower = figure(top, top + more), figure(base, base + wider)
    interval = (upper.interval / lower.interval).scale(places.PER)
    for a in (top, top + more):
        for b in (base, base + wider):
            exact, near = Fraction(a * 10000, b), 1 + Fraction(1, 10**30)
            assert Fraction(interval.lower) / near <= exact <= Fraction(interval.upper) * near
    assert made(upper, "rate", (upper, lower)).key == "women_screened.rate|990102|2023"


def test_tiles_are_there_only_where_every_place_has_one(city_tables):
    from helpers.data import Tables

    assert places.tiles(city_tables, CITY) == {"990102": (2, 2), "990103": (1, 2), "990121": (1, 1)}
    regions = city_tables.frames["regions"].assign(tile="")
    bare = Tables(city_tables.folder, {**city_tables.frames, "regions": regions}, {}, True)
    assert places.tiles(bare, CITY) == {}
