"""Tables and lists trace their numbers, escape their text, and say when there is nothing."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from helpers.telling.tracing import Quote


def untraced(html: str) -> str:
    """The visible text outside <data> elements and names."""
    html = re.sub(r"<data.*?</data>", "", html)
    html = re.sub(r'<span class="name[^"]*">.*?</span>', "", html)
    return re.sub(r"<[^>]+>", " ", html)


def test_all_figures_of_an_area_are_listed_and_traced(here):
    study = here("care")
    table = study.table(study.indicators, zh="关爱", en="care")
    assert len(table.figures) == 9
    assert not re.search(r"\d", untraced(table.html))


def test_a_table_has_scopes_and_a_caption(here):
    study = here()
    html = study.table(study.indicators, zh="维权", en="rights").html
    assert html.count('scope="row"') == len(study.indicators)
    assert html.count('scope="col"') == 4
    assert "<caption>维权</caption>" in html


def test_an_empty_frame_is_no_table(here):
    study = here()
    told = study.table(study.indicators.iloc[:0], zh="无", en="none")
    assert told.is_empty


def test_cells_are_escaped(here):
    frame = pd.DataFrame({"label": ["<img src=x onerror=alert(1)>"], "note": ["&"]})
    html = here().table(frame, zh="<i>", en="<i>").html
    assert "<img" not in html
    assert "<i>" not in html


def test_cards_leave_out_what_was_not_reported(here):
    assert here().cards().html.count("<li>") == 3
    assert "<li>" not in here(region="370481").cards().html


def test_definitions_cover_every_indicator_of_the_area(here):
    study = here("family")
    frame = study.definitions
    assert list(frame.index) == list(study.indicators.index)
    assert (frame["note"] != "").all()


def test_methods_give_a_formula_for_every_measure(here):
    frame = here("organization").methods
    assert (frame["formula"] != "").all()


def test_programmes_are_listed_by_name(here):
    study = here("rights")
    told = study.named()
    assert told.html.count("<li>") == 7
    assert "“幸福护航”婚姻家庭辅导行动" in told.html


def test_oddities_are_shown_with_both_numbers(here):
    told = here("organization").checks()
    assert "womens_homes|370400|congress-9" in told.figures
    assert "village_chairs|370400|congress-9" in told.figures
    assert "2479个" in told.plain
    assert "2477名" in told.plain


def test_rules_are_counted_and_the_count_is_a_figure(here):
    told = here("rights").checks()
    assert told.figures["rights_rules_tested|370400|congress-9"]["value"] == 3
    assert not re.search(r"\d", untraced(told.html))


def test_sources_end_the_report_and_leave_out_addresses_of_mirrors(here):
    told = here("care").sources()
    assert told.ends_report
    frame = here("care").tables.sources
    for address in frame.loc[frame["mirror"] & (frame["address"] != ""), "address"]:
        assert address not in told.html


def test_words_of_a_text_stand_in_a_table_as_quotations(here):
    frame = pd.DataFrame({"label": ["x"], "quote": [Quote("3个")], "passage": [[Quote("共3个")]]})
    shown = here("rights").table(frame, zh="甲", en="A")
    assert shown.html.count('<q class="quote"') == 2
    assert shown.figures == {}


def test_an_empty_table_says_what_it_is_told_to_say(here):
    frame = pd.DataFrame(columns=["label"])
    assert here("rights").table(frame, zh="甲", en="A").is_empty
    said = here("rights").table(frame, zh="甲", en="A", nothing=("没有。", "none."))
    assert said.plain == "甲：没有。"


def test_a_number_without_an_origin_is_refused(here):
    frame = pd.DataFrame({"label": ["x"], "value": [3.0]})
    with pytest.raises(ValueError, match="value"):
        here().table(frame, zh="甲", en="A")


def test_a_frame_of_figures_shows_figures_and_no_bare_numbers(here):
    report = here("rights")
    shown = report.table(report.indicators.drop(columns="form"), zh="甲", en="A")
    assert "14038对" in shown.plain
    assert "14038.0" not in shown.plain


def test_a_column_in_which_nothing_stands_goes(here):
    report = here("guidance")
    columns = ["label", "figure", "note"]
    with_notes = report.table(["lecture_audience"], columns=columns, zh="甲", en="A")
    assert "说明" in with_notes.plain
    assert "说明" not in report.table(["lectures_held"], columns=columns, zh="甲", en="A").plain


def test_a_rule_of_one_region_is_told_there_alone(tables):
    from helpers.data import Tables
    from helpers.telling.report import AreaReport

    rules = tables.rules.assign(region="370400")
    own = Tables(tables.folder, {**tables.frames, "rules": rules}, {}, False)
    judged = AreaReport(own, "rights", "370400", "congress-9", "zh", "public").judgements
    elsewhere = AreaReport(own, "rights", "370481", "congress-9", "zh", "public").judgements
    assert judged
    assert not elsewhere


def at(city_tables, **changes):
    from dataclasses import replace

    from helpers.telling.report import AreaReport

    frame = city_tables.observations
    where = (frame["indicator"] == "cases_found") & (frame["period"] == "2024")
    kept = frame[~(where & frame["region"].isin(changes.get("without", ())))]
    said = changes.get("delivery", {})
    kept = kept.assign(delivery=[said.get(r, "") for r in kept["region"]])
    tables = replace(city_tables, frames={**city_tables.frames, "observations": kept})
    lang = changes.get("lang", "zh")
    return AreaReport(tables, "screening", "990100", "2024", lang, "public")


def test_beside_a_figure_stands_how_many_places_have_reported_it(city_tables):
    said = {"990102": "late", "990103": "late;revised"}
    told = at(city_tables, delivery=said, without=["990121"]).table(["cases_found"], zh="", en="")
    assert "3个地区报了2个，2个迟报，1个修订" in told.plain
    assert not re.search(r"\d", untraced(told.html))
    english = at(city_tables, delivery=said, lang="en").table(["cases_found"], zh="", en="")
    assert "3 of 3 places, 2 late, 1 revised" in english.plain


def test_nothing_is_said_of_the_places_where_all_have_reported_in_time(city_tables):
    told = at(city_tables).table(["cases_found"], zh="", en="")
    assert "cases_found|990100|2024" in told.figures
    assert "报送地区" not in told.plain


def test_a_sum_with_a_gap_is_not_called_the_city_s(city_tables):
    told = at(city_tables, without=["990100", "990121"]).table(["cases_found"], zh="", en="")
    assert "确诊病例（已报各地之和） | 61例" in told.plain
    assert "3个地区报了2个" in told.plain
    assert "cases_found.part|990100|2024" in told.figures
    assert "cases_found|990100|2024" not in told.figures


def test_a_district_has_no_column_of_places(city_tables):
    told = at(city_tables).at(region="990102").table(["cases_found"], zh="", en="")
    assert "报送地区" not in told.plain


@pytest.mark.parametrize(("verdicts", "zh", "en"), [
    ("h", "核对1条，成立。", "1 rule was tested, and it holds."),
    ("b", "核对1条，需要留意，见下。", "1 rule was tested and calls for a look."),
    ("hhh", "核对3条，全部成立。", "All 3 rules tested hold."),
    ("hhob", "核对4条，2条成立，1条因约数不能判定，其余需要留意，见下。",
     "Of 4 rules tested, 2 can be shown to hold; rounding leaves 1 open; the others call "
     "for a look."),
    ("ob", "核对2条，1条因约数不能判定，其余需要留意，见下。",
     "Of 2 rules tested, rounding leaves 1 open; the others call for a look."),
])  # fmt: skip
def test_what_came_of_the_rules_is_said_as_a_person_would(here, verdicts, zh, en):
    names = {"h": "holds", "o": "open", "b": "broken"}
    for lang, said in (("zh", zh), ("en", en)):
        report = here("rights", lang=lang)
        one = report.judgements[0]
        report.judgements[:] = [replace(one, verdict=names[sign]) for sign in verdicts]
        assert report.checks().plain.split("\n")[0] == said


def test_the_range_of_an_exact_figure_is_not_told_beside_it(here):
    exact = here("rights").table(["couples_counselled"], zh="甲", en="A")
    assert "可确知的范围" not in exact.plain
    both = here("care").table(["loving_mothers", "relief_per_woman"], zh="甲", en="A")
    assert "17,800–17,900" in both.plain
