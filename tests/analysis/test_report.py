"""A report opens one area, region and period as plain frames."""

import pytest

from helpers.analysis.report import UnknownNameError
from helpers.telling.report import AreaReport, open_area


def test_each_area_has_its_figures_and_programmes_and_the_overview_those_of_all(here, tables):
    rows = tables.observations
    rows = rows[(rows["region"] == "370400") & rows["period"].isin(["congress-9", "2016-2020"])]
    area_of = dict(zip(tables.indicators["indicator"], tables.indicators["area"], strict=True))
    figures, named = [], []
    for area in tables.areas["area"]:
        opened = here(area)
        own = {slug for slug in rows["indicator"] if area_of[slug] == area}
        assert {*opened.indicators.dropna(subset=["value"]).index} == own
        figures += [*opened.indicators.index]
        named += [*opened.programmes.index]
    overview = here("overview")
    assert sorted(overview.indicators.index) == sorted(figures)
    assert sorted(overview.programmes.index) == sorted(named)


def test_a_frame_is_indexed_by_slug_and_has_numbers(here):
    figures = here("rights").indicators
    assert figures.loc["couples_reconciled", "value"] == 14038
    assert str(figures.dtypes["lower"]) == "float64"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("area", "right"),
        ("region", "370499"),
        ("period", "congress"),
        ("lang", "fr"),
        ("audience", "all"),
    ],
)
def test_an_unknown_parameter_is_refused_with_the_nearest_names(tables, name, value):
    where = {"area": "rights", "region": "370400", "period": "congress-9", "lang": "zh"}
    where |= {"audience": "public", name: value}
    with pytest.raises(UnknownNameError, match="is unknown"):
        AreaReport(tables, **where)


def test_leading_figures_are_known_in_every_area(here, tables):
    for area in tables.areas["area"]:
        assert 1 <= len(here(area).leading) <= 3


def test_comparables_say_place_year_and_definition(here):
    frame = here("outcomes").comparables
    assert not frame.empty
    assert set(frame["definition"]) <= {"same", "differs"}
    assert (frame["place"] != "").all()
    assert (frame["note"] != "").all()


def test_parts_published_elsewhere_become_the_measure_to_compare_with(here):
    frame = here("rights").comparables
    tengzhou = frame[(frame["place"] == "滕州市") & (frame.index == "reconciled_share")]
    assert tengzhou["value"].round(1).tolist() == [40.1]


def test_a_notebook_opens_the_shipped_data_by_default(here):
    opened = open_area("rights", "370400", "congress-9")
    assert opened.indicators["value"].equals(here("rights").indicators["value"])


def test_a_notebook_meets_the_same_figures_in_a_folder_as_in_its_slice(city):
    opened = open_area("care", "990100", "2024", data=str(city))
    assert "loving_mothers" in opened.book
    with pytest.raises(UnknownNameError, match="also"):
        opened.figure("helpline_calls")
    with pytest.raises(UnknownNameError, match="nearest"):
        open_area("cares", "990100", "2024", data=str(city))


def test_the_panel_is_tidy_and_in_floats(city):
    frame = open_area("care", "990100", "2024", data=str(city)).panel
    assert not frame.duplicated(["slug", "region", "period"]).any()
    assert [str(frame.dtypes[name]) for name in ("value", "lower", "upper")] == ["float64"] * 3
    assert set(frame["period"]) == {"2023", "2024-h1", "2024"}
    assert set(frame["region_name"]) == {"云河市", "东山区", "西湖区", "北岭县"}
    assert frame["value"].notna().all()


def test_what_the_office_never_had_is_in_no_frame(here):
    elsewhere = here("rights", region="370481", period="2016-2020")
    assert "rights_venues" in elsewhere.indicators.index  # the city has it
    assert elsewhere.frame(["rights_venues", "nobody_knows"]).index.tolist() == ["rights_venues"]


def test_the_report_shows_itself_as_a_small_table(here):
    told = here("rights")._repr_html_()
    assert "rights_venues" in told
    assert "枣庄市" in told


def test_the_same_report_of_another_place_is_at_hand(here):
    assert here("rights").at(region="370481").region_name == "滕州市"
