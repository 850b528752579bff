"""Over the years and over the places: drawn from figures, and nothing where there is one."""

import re

import pytest

from helpers.data import Tables
from helpers.telling.report import AreaReport

TITLE = {"zh": "图", "en": "chart"}
FORMS = ("bars", "rates", "shares", "change", "heat", "table")


@pytest.fixture
def report(city_tables):
    return AreaReport(city_tables, "care", "990100", "2024", "zh", "public")


@pytest.fixture
def district(examples):
    return AreaReport(examples, "care", "370402", "2024", "en", "public")


def joined(fragment):
    """How many points each line of a drawing joins."""
    lines = re.findall(r'<path d="([^"]*)"[^>]*stroke-width="1.50?"', fragment.drawing)
    return [len(re.findall("[ML]", line)) for line in lines]


def periods(fragment):
    return {key.split("|")[2] for key in fragment.figures}


def test_like_periods_alone_stand_on_one_line(report):
    assert periods(report.over_time("loving_mothers", **TITLE)) == {"2023", "2024"}
    half = AreaReport(report.tables, "care", "990100", "2024-h1", "zh", "public")
    assert half.over_time("loving_mothers", **TITLE).is_empty


@pytest.mark.parametrize("form", ["lines", "multiples", "slopes"])
def test_every_form_traces_what_it_draws(district, form):
    chart = district.over_time(["loving_mothers", "paired_children"], form=form, **TITLE)
    assert {key.split("|")[0] for key in chart.figures} == {"loving_mothers", "paired_children"}
    assert "SIMULATED DATA" in chart.html


def test_one_period_is_no_line_and_one_place_no_comparison(here):
    alone = here("rights")
    assert alone.over_time("rights_venues", **TITLE).is_empty
    assert alone.map("rights_venues", **TITLE).is_empty
    assert all(alone.places("rights_venues", form=form, **TITLE).is_empty for form in FORMS)


def test_a_break_in_the_definition_is_marked_and_not_crossed(examples):
    rows = examples.observations
    at = (rows["indicator"] == "loving_mothers") & (rows["period"] == "2023")
    status = rows["status"].mask(at, "B")
    frames = {**examples.frames, "observations": rows.assign(status=status)}
    broken = AreaReport(Tables(examples.folder, frames, {}, True), "care", "370400", "2024",
                        "zh", "public")  # fmt: skip
    assert "口径变化" in broken.over_time("loving_mothers", **TITLE).html
    assert joined(broken.over_time("loving_mothers", **TITLE)) == [3, 2]
    whole = AreaReport(examples, "care", "370400", "2024", "zh", "public")
    assert "口径变化" not in whole.over_time("loving_mothers", **TITLE).html
    assert joined(whole.over_time("loving_mothers", **TITLE)) == [5]


@pytest.mark.parametrize("form", FORMS)
def test_districts_are_told_in_the_offices_order(district, form):
    told = district.places("loving_mothers", form=form, **TITLE).plain
    names = ["Shizhong", "Xuecheng", "Yicheng", "Shanting", "Tengzhou"]
    assert [told.index(name) for name in names] == sorted(told.index(name) for name in names)


def test_a_district_that_did_not_report_is_missing_by_name(district):
    told = district.places("loving_mothers", **TITLE)
    assert told.missing == ("Taierzhuang: Loving Mothers",)
    assert not any("|370405|" in key for key in told.figures)


@pytest.mark.parametrize(("form", "title"), [
    ("rates", "chart (per ten thousand children)"),
    ("heat", "chart (per ten thousand children)"),
    ("bars", "chart"),
])  # fmt: skip
def test_a_title_says_what_rates_are_held_against_where_rates_are_drawn(district, form, title):
    told = district.places("paired_children", form=form, **TITLE)
    assert re.search('class="title">([^<]+)', told.html)[1] == title


def test_the_own_district_stands_out(district):
    assert "#d55e00" in re.search(r"<svg.*", district.map("loving_mothers", **TITLE).html)[0]


def test_sums_that_do_not_agree_are_shown_with_both_numbers(report):
    told = report.places("two_cancer_relief_women", **TITLE)
    assert "两者不一致" in told.plain
    assert "two_cancer_relief_women.sum|990100|2024" in told.figures
    assert "两者不一致" not in report.places("loving_mothers", **TITLE).plain


def test_an_unknown_form_is_refused_with_those_there_are(report):
    with pytest.raises(ValueError, match="heat"):
        report.places("loving_mothers", form="pie", **TITLE)
    with pytest.raises(ValueError, match="slopes"):
        report.over_time("loving_mothers", form="pie", **TITLE)


def test_cards_tell_the_change_and_draw_the_years(district):
    cards = district.cards()
    assert cards.html.count('class="moved"') == cards.html.count("<li>")
    assert cards.html.count('class="spark"') >= 1


def test_no_direction_is_claimed_that_rounding_leaves_open(city_tables):
    report = AreaReport(city_tables, "care", "990100", "2024", "zh", "public")
    assert report.say(zh="{loving_mothers:moved}", en="x").plain == "增加130名"
    rows = city_tables.observations
    at = (rows["indicator"] == "loving_mothers") & (rows["period"] == "2024")
    frames = {**city_tables.frames, "observations": rows.assign(
        as_written=rows["as_written"].mask(at, "约1800名"),
        value=rows["value"].mask(at, rows["value"][0] * 0 + 1800),
    )}  # fmt: skip
    rounded = AreaReport(Tables(city_tables.folder, frames, {}, True), "care", "990100", "2024",
                         "zh", "public")  # fmt: skip
    assert rounded.say(zh="{loving_mothers:moved}", en="x").plain == "增减因约数未定"


def test_notes_follow_the_sentence_they_are_about_and_the_others_end_the_page(here):
    report = here("rights")
    said = report.say(zh="{law_popularisation_events}{events_per_venue}", en="x")
    assert said.plain.endswith("来源没有说明活动是否都在阵地内举办。")
    assert "是否都在阵地内" not in report.notes().plain
    assert "来源没有分列" in report.notes().plain
    assert here("rights", region="370481").notes().is_empty


def test_a_note_of_another_area_or_period_is_not_told(city_tables):
    where = ("990100", "2024", "zh", "public")
    assert not AreaReport(city_tables, "care", *where).notes().is_empty
    assert AreaReport(city_tables, "rights", *where).notes().is_empty
