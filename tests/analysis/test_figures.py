"""Figures carry the interval of their written form, and their origin."""

from decimal import Decimal

import pytest

from helpers.analysis.figures import plain_number, policy, stated
from helpers.analysis.observations import compared, observed


def test_every_indicator_has_a_figure_even_where_none_was_reported(tables):
    figures = observed(tables, "370481", "congress-9")
    assert set(figures) == set(tables.indicators["indicator"])
    assert all(figure.quantity is None for figure in figures.values())


def test_all_observations_of_a_place_and_time_become_figures(tables):
    figures = observed(tables, "370400", "congress-9")
    rows = tables.observations
    own = rows.loc[(rows["region"] == "370400") & (rows["period"] == "congress-9"), "indicator"]
    assert {slug for slug, figure in figures.items() if figure.period == "congress-9"} >= {*own}
    assert all(figures[slug].quantity is not None for slug in own)


@pytest.mark.parametrize(
    ("slug", "value", "lower", "upper"),
    [
        ("loving_mothers", 17800, 17800, 17900),
        ("support_funds_secured", 20_000_000, 19_000_000, 20_000_000),
        ("new_media_posts", 10_000, 10_000, 20_000),
        ("lecture_audience", 500_000, 500_000, 600_000),
        ("cadres_trained", 20_000, 15_000, 25_000),
        ("family_activity_beneficiaries", 158_000, 157_500, 158_500),
        ("women_share_city_npc_deputies", 27.92, 27.915, 27.925),
        ("couples_reconciled", 14038, 14038, 14038),
        ("village_committees_with_women", 100, 100, 100),
    ],
)
def test_the_written_form_decides_the_interval(tables, slug, value, lower, upper):
    figure = observed(tables, "370400", "congress-9")[slug]
    ends = figure.interval
    assert (figure.value, float(ends.lower), float(ends.upper)) == (value, lower, upper)


def test_plan_targets_keep_their_own_period_in_a_later_report(tables):
    figure = observed(tables, "370400", "congress-9")["women_plan_indicators_met"]
    assert figure.key == "women_plan_indicators_met|370400|2016-2020"


def test_a_plain_number_without_a_written_form_is_exact(tables):
    words = policy(tables)
    row = {"value": Decimal(12), "qualifier": "", "as_written": "", "unit": "名"}
    assert stated(row, words).interval.exact


def test_a_qualifier_without_a_written_form_still_gives_its_interval(tables):
    row = {"value": Decimal(1300), "qualifier": "余", "as_written": "", "unit": "名"}
    found = stated(row, policy(tables))
    assert (found.interval.lower, found.interval.upper) == (1300, 1400)


def test_a_figure_tells_its_row_and_source(tables):
    told = observed(tables, "370400", "congress-9")["couples_reconciled"].as_json()
    rows = tables.observations
    one = (rows["region"] == "370400") & (rows["period"] == "congress-9")
    row = rows.loc[one & (rows["indicator"] == "couples_reconciled"), "row"].item()
    assert (told["table"], told["row"]) == ("observations.csv", row)
    assert told["as_written"] == "14038对"
    assert told["source"] in set(tables.sources["source"])


def test_keys_of_comparables_name_their_place_and_year(tables):
    keys = [figure.key for figure in compared(tables).values()]
    assert len(keys) == len(set(keys))
    assert all(key.count("|") == 2 for key in keys)


def test_whole_numbers_are_written_without_a_decimal_point():
    assert plain_number(Decimal("14038.0")) == 14038
    assert plain_number(Decimal("27.92")) == 27.92
    assert plain_number(None) is None
