"""Sentences take every number from the data and refuse a typed one."""

import re

import pytest

from helpers.analysis.report import UnknownNameError
from helpers.telling.report import AreaReport
from helpers.telling.sentences import TypedNumberError


def test_a_sentence_puts_in_number_unit_and_rounding_word(here):
    zh, en = "爱心妈妈{loving_mothers}。", "{loving_mothers:n} mothers take part."
    assert here("care").say(zh=zh, en=en).plain == "爱心妈妈1.78万余名。"
    assert here("care", "en").say(zh=zh, en=en).plain == "Over 17,800 mothers take part."


def test_every_number_of_a_sentence_is_traced(here):
    told = here().say(zh="{couples_counselled}，{reconciled_share}", en="{couples_counselled}")
    outside = re.sub(r"<data.*?</data>", "", told.html)
    assert not re.search(r"\d", outside)
    assert set(told.figures) == {
        "couples_counselled|370400|congress-9",
        "reconciled_share|370400|congress-9",
    }


@pytest.mark.parametrize("typed", ["共3家", "共３家", "x²", "Ⅷ", "five 5"])
def test_a_typed_digit_is_refused_in_either_language(here, typed):
    with pytest.raises(TypedNumberError, match="braces"):
        here().say(zh=typed, en="none")
    with pytest.raises(TypedNumberError, match="braces"):
        here().say(zh="无", en=typed)


def test_a_sentence_about_what_the_office_never_had_is_not_there(here):
    told = here().say(zh="有{nobody_knows}。", en="{nobody_knows}.")
    assert told.is_empty
    assert told.missing == ()
    assert "nobody_knows" in told.plain  # where the analyst sees it; a page leaves it out


def test_a_clause_falls_away_with_its_figure(here):
    text = "劝和{couples_reconciled}[，占{reconciled_share}][，来电{helpline_calls}]。"
    told = here().say(zh=text, en="{couples_reconciled}[, {helpline_calls}].")
    assert told.plain == "劝和14038对，占36.20%。"
    english = here(lang="en").say(zh=text, en="{couples_reconciled}[, {helpline_calls}].")
    assert english.plain == "14,038 couples."


def test_a_typed_digit_is_refused_in_a_clause_that_falls_away(here):
    with pytest.raises(TypedNumberError):
        here().say(zh="{region}[，{nobody_knows}共3家]", en="x")


def test_a_figure_outside_of_the_reports_data_is_an_error_that_says_what_to_do(city):
    from helpers.data.folder import read_folder
    from helpers.data.slices import cut, read_slice

    held = read_slice(cut(read_folder(city), "care", "990100").to_bytes())
    report = AreaReport(held, "care", "990100", "2024", "zh", "public")
    title = {"zh": "甲", "en": "A"}
    for ask in (
        lambda: report.say(zh="{helpline_calls}", en="x"),
        lambda: report.bars(["loving_mothers", "helpline_calls"], **title),
        lambda: report.table(["helpline_calls"], **title),
        lambda: report.over_time("helpline_calls", **title),
        lambda: report.places("helpline_calls", **title),
        lambda: report.figure("helpline_calls"),
    ):
        with pytest.raises(UnknownNameError, match="also"):
            ask()
    assert report.say(zh="{nobody_knows}", en="x").is_empty


def test_an_unknown_form_is_refused(here):
    with pytest.raises(ValueError, match="number alone"):
        here().say(zh="{couples_reconciled:words}", en="x")


def test_a_figure_that_others_reported_is_missing_and_one_that_nobody_had_is_not(here):
    elsewhere = here("rights", region="370481")
    told = elsewhere.say(zh="{couples_counselled}", en="{couples_counselled}")
    assert told.is_empty
    assert told.missing == ("接受辅导的拟离婚夫妻",)
    assert told.figures == {}


def test_names_of_programmes_region_and_period_come_from_the_data(here):
    told = here().say(zh="{region}{mechanism_1_1_1}", en="{region}")
    assert told.plain == "枣庄市“1+1+1”维权服务机制"
    assert 'class="name"' in told.html


def test_labels_can_be_said(here):
    assert here().say(zh="{couples_reconciled:label}", en="x").plain == "劝和夫妻"


def test_markup_in_a_template_is_text(here):
    assert "&lt;b&gt;" in here().say(zh="<b>{region}</b>", en="x").html


def test_a_figure_takes_precedence_over_a_programme_of_its_name(tables):
    from helpers.data import Tables

    programmes = tables.programmes.assign(programme="couples_reconciled", name_zh="某项目")
    own = Tables(tables.folder, {**tables.frames, "programmes": programmes}, {}, False)
    report = AreaReport(own, "rights", "370400", "congress-9", "zh", "public")
    assert report.say(zh="{couples_reconciled}", en="x").plain == "14038对"


def test_a_figure_named_like_a_word_of_the_language_is_printed_as_a_number(tables):
    from helpers.data import Tables

    frames = {
        name: frame.replace("rights_venues", "period") for name, frame in tables.frames.items()
    }
    report = AreaReport(Tables(tables.folder, frames, {}, False), "rights", "370400",
                        "congress-9", "zh", "public")  # fmt: skip
    assert report.say(zh="{period}", en="x").plain == "2921个"


def test_changes_targets_and_places_are_said_by_the_name_of_the_figure(examples):
    report = AreaReport(examples, "care", "370400", "2024", "en", "public")
    told = report.say(zh="x", en="{loving_mothers.before} → {loving_mothers}")
    assert set(told.figures) == {"loving_mothers|370400|2023", "loving_mothers|370400|2024"}
    told = report.say(zh="x", en="{loving_mothers@370402:region}: {loving_mothers.share@370402}")
    assert told.plain.startswith("Shizhong: ")
    assert list(told.figures) == ["loving_mothers.share|370402|2024"]


def test_an_english_change_does_not_say_its_noun_again(city_tables):
    report = AreaReport(city_tables, "care", "990100", "2024", "en", "public")
    said = report.say(zh="x", en="{loving_mothers}, {loving_mothers:moved}.").plain
    assert said == "1,900 mothers, up 130."


def test_a_range_is_not_said_again_where_the_figure_is_one_already_or_exact(here):
    text = "{slug}[（可确知的范围：{slug:range}）]。"
    said = {
        slug: here("overview").say(zh=text.replace("slug", slug), en="x").plain
        for slug in ("loving_mothers", "couples_reconciled", "two_cancer_relief_funds")
    }
    assert said["loving_mothers"] == "1.78万余名（可确知的范围：1.78万至1.79万名）。"
    assert said["couples_reconciled"] == "14038对。"
