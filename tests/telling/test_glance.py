"""The top of a page: its question, an answer in a sentence, and a picture."""

import pytest

from helpers.telling.report import AreaReport


@pytest.fixture
def screening(city_tables):
    """The report of an area that has no notebook."""
    return AreaReport(city_tables, "screening", "990100", "2024", "zh", "public")


def test_the_common_page_asks_the_areas_own_question(screening):
    assert screening.question().plain == "多少妇女接受了两癌筛查，查出多少，随访了多少？"
    assert screening.at(area="overview").question().is_empty


def test_its_answer_says_the_leading_figures_and_how_they_moved(screening):
    said = screening.answer()
    assert "接受筛查的妇女43400人，比2023年增加2200人" in said.plain
    assert {"women_screened|990100|2024", "women_screened.change|990100|2024"} <= set(said.figures)


def test_every_area_with_two_periods_or_places_has_a_picture(city_tables, examples):
    for area in city_tables.areas["area"]:
        assert AreaReport(city_tables, area, "990100", "2024", "zh", "public").picture().drawing
    for area in ("rights", "care", "family", "economy", "guidance", "organization", "outcomes"):
        assert AreaReport(examples, area, "370402", "2024", "en", "public").picture().drawing


def test_a_picture_is_of_the_figures_asked_for_where_two_are_there_and_else_of_others(city_tables):
    here = AreaReport(city_tables, "overview", "990100", "2024", "zh", "public")
    words = {"zh": "图", "en": "Chart"}
    chosen = here.picture(["loving_mothers", "paired_children"], **words)
    assert {key.split("|")[0] for key in chosen.figures} == {"loving_mothers", "paired_children"}
    other = here.picture(["loving_mothers", "rights_venues"], **words)
    assert other.drawing
    assert "loving_mothers|990100|2024" not in other.figures
    assert "各领域：" in other.html
    assert "overview" not in other.html
