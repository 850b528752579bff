"""Changes: the period before, the difference and the growth, with what rounding leaves open."""

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.analysis.changes import changes, direction
from helpers.data import Tables

YEARS = {"2021": (1, "2021-01-01", "2021-12-31"), "2022": (2, "2022-01-01", "2022-12-31")}
YEARS["2023"] = (3, "2023-01-01", "2023-12-31")
LONG = {"2016-2020": (0, "2016-01-01", "2020-12-31")}


def observation(indicator, period, written, value, mark="", row=2):
    return {
        "indicator": indicator, "region": "370400", "period": period, "value": Decimal(value),
        "qualifier": mark, "as_written": written, "status": "A", "source": "", "locator": "",
        "note_zh": "", "note_en": "", "row": row,
    }  # fmt: skip


@pytest.fixture(scope="module")
def told(tables):
    """``told([rows], at)``: the changes of made-up observations of the shipped indicators."""

    def find(rows, at="2023", periods=None, status="A"):
        known = periods or YEARS
        made = [
            {"period": p, "position": n, "start": a, "end": b, "label_zh": f"{p}年", "label_en": p}
            for p, (n, a, b) in known.items()
        ]
        frames = {
            **tables.frames,
            "observations": pd.DataFrame([observation(*row) for row in rows]).assign(status=status),
            "periods": pd.DataFrame(made),
            "programmes": tables.programmes.iloc[:0],
        }
        return changes(Tables(tables.folder, frames, {}, True), "370400", at)

    return find


def test_the_earlier_figure_is_that_of_the_last_period_reported(told):
    rows = [("rights_venues", "2021", "100个", 100), ("rights_venues", "2023", "130个", 130)]
    found = told(rows)
    assert list(found) == ["rights_venues@2021", "rights_venues.change", "rights_venues.growth"]
    assert found["rights_venues@2021"].key == "rights_venues|370400|2021"
    assert found["rights_venues.change"].value == 30
    assert found["rights_venues.growth"].value == 30
    assert found["rights_venues.growth"].is_exact
    assert [f.period for f in found["rights_venues.change"].inputs] == ["2023", "2021"]


def test_a_ratio_changes_by_percentage_points_and_has_no_growth(told):
    slug = "women_share_city_npc_deputies"
    found = told([(slug, "2022", "27.50%", "27.50"), (slug, "2023", "27.92%", "27.92")])
    assert set(found) == {f"{slug}@2022", f"{slug}.change"}
    change = found[f"{slug}.change"]
    assert (change.unit, change.quantity.value) == ("pp", Decimal("0.42"))
    assert direction(change) == "up"


def test_a_derived_share_is_compared_with_that_of_the_period_before(told):
    rows = [
        ("couples_counselled", "2022", "200对", 200), ("couples_reconciled", "2022", "50对", 50),
        ("couples_counselled", "2023", "200对", 200), ("couples_reconciled", "2023", "60对", 60),
    ]  # fmt: skip
    found = told(rows)
    assert found["reconciled_share@2022"].value == 25
    assert found["reconciled_share.change"].value == 5
    assert "reconciled_share.growth" not in found
    assert direction(found["couples_counselled.change"]) == "same"


def test_rounding_can_leave_the_direction_open(told):
    rows = [("loving_mothers", "2022", "1.7万余名", 17000, "余")]
    found = told([*rows, ("loving_mothers", "2023", "1.78万余名", 17800, "余")])
    assert direction(found["loving_mothers.change"]) == "open"
    found = told([*rows, ("loving_mothers", "2023", "1.8万余名", 18000, "余")])
    assert direction(found["loving_mothers.change"]) == "up"


def test_flows_of_periods_of_another_length_are_not_compared(told):
    periods = LONG | YEARS
    rows = [("lectures_held", "2016-2020", "900场", 900), ("lectures_held", "2023", "200场", 200)]
    rows += [("rights_venues", "2016-2020", "90个", 90), ("rights_venues", "2023", "95个", 95)]
    found = told(rows, periods=periods)
    assert "rights_venues.change" in found
    assert "lectures_held.change" not in found


def test_nothing_is_compared_with_zero_in_percent(told):
    rows = [("rights_venues", "2022", "0个", 0), ("rights_venues", "2023", "95个", 95)]
    assert set(told(rows)) == {"rights_venues@2022", "rights_venues.change"}


def test_the_first_period_has_nothing_to_compare(told):
    assert told([("rights_venues", "2021", "100个", 100)], "2021") == {}


def test_the_examples_compare_every_year_with_the_year_before(examples):
    found = changes(examples, "370402", "2023")
    earlier = [figure for name, figure in found.items() if "@" in name]
    assert {figure.period for figure in earlier} == {"2022"}
    assert len(earlier) > len(found) / 4


@given(
    st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from(["", "余", "近"]),
    st.sampled_from(["", "余", "近"]),
)  # fmt: skip
def test_intervals_hold_whatever_the_written_forms_allow(told, now, past, mark, other):
    def written(value, word):
        return f"{word}{value}个" if word == "近" else f"{value}{word}个"

    rows = [("rights_venues", "2022", written(past, other), past, other)]
    found = told([*rows, ("rights_venues", "2023", written(now, mark), now, mark)])
    change = found["rights_venues.change"]
    later, earlier = change.inputs
    for a in (later.interval.lower, later.interval.upper):
        for b in (earlier.interval.lower, earlier.interval.upper):
            assert change.interval.lower <= a - b <= change.interval.upper
            if "rights_venues.growth" in found:
                growth = found["rights_venues.growth"].interval
                assert growth.lower <= (a / b - 1) * 100 + Decimal("1e-20")
                assert (a / b - 1) * 100 - Decimal("1e-20") <= growth.upper


HALVES = {"2024H1": (5, "2024-01-01", "2024-06-30"), "2024": (4, "2024-01-01", "2024-12-31")}


@pytest.mark.parametrize("slug", ["lectures_held", "rights_venues"])
def test_a_half_years_figure_does_not_displace_that_of_the_year_before(told, slug):
    rows = [(slug, "2023", "100个", 100), (slug, "2024", "130个", 130)]
    year = told(rows, "2024", YEARS | HALVES)
    with_half = told([*rows, (slug, "2024H1", "60个", 60)], "2024", YEARS | HALVES)
    assert year[f"{slug}.change"].value == 30
    assert with_half[f"{slug}.change"].value == 30
    assert f"{slug}@2023" in with_half


def test_the_year_before_is_found_by_dates_and_not_by_its_place_in_the_table(told):
    periods = {**YEARS, "2022": (9, "2022-01-01", "2022-12-31")}
    rows = [("rights_venues", year, f"{n}个", n) for year, n in (("2021", 1), ("2022", 2))]
    found = told([*rows, ("rights_venues", "2023", "3个", 3)], "2023", periods)
    assert "rights_venues@2022" in found


def test_nothing_is_compared_across_a_break_of_its_series(told):
    rows = [("rights_venues", "2022", "100个", 100), ("rights_venues", "2023", "130个", 130)]
    assert "rights_venues.change" in told(rows)
    assert "rights_venues.change" not in told(rows, status="B")
