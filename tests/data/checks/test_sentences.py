"""Sentences and notes: names that the tables know, no typed number, a figure in each sentence."""

import pytest
from smallfolder import one, write

HEAD = "sentence,area,position,text_zh,text_en\n"
NOTE = "area,region,period,position,text_zh,text_en\n"


@pytest.mark.parametrize(
    ("zh", "en", "rule", "column"),
    [
        ("只说话。", "Words alone.", "sentence-figure", "text_zh"),
        ("{safe_home}。", "{safe_home}.", "sentence-figure", "text_zh"),
        ("{region}{period}。", "{region} {period}.", "sentence-figure", "text_zh"),
        ("有{relief_funds}和5个。", "{relief_funds} and 5.", "sentence-digit", "text_zh"),
        ("有{relief_fund}。", "{relief_fund}.", "unknown-name", "text_zh"),
        ("有{relief_funds。", "{relief_funds}.", "sentence-braces", "text_zh"),
        ("有{relief_funds:x}。", "{relief_funds:x}.", "sentence-form", "text_zh"),
        ("有{relief_funds}。", "{women_share}.", "sentence-languages", "text_en"),
    ],
)
def test_a_sentence_that_no_draft_could_use_is_refused(folder, zh, en, rule, column):
    write(folder, {"sentences.csv": f"{HEAD}one,care,1,{zh},{en}\n"})
    from smallfolder import found

    assert (rule, 2, column) in {(p.rule, p.row, p.column) for p in found(folder)}


def test_a_sentence_with_a_figure_and_a_note_of_a_year_are_sound(folder):
    from helpers.data import check

    sentences = (
        f"{HEAD}one,care,1,{{safe_home}}有{{relief_funds}}。,{{safe_home}} {{relief_funds}}.\n"
    )
    notes = f"{NOTE}care,370400,congress-9,1,截至2023年公布。,As published in 2023.\n"
    write(folder, {"sentences.csv": sentences, "notes.csv": notes})
    assert check(folder) == []


def test_a_figure_typed_into_a_note_is_refused(folder):
    write(folder, {"notes.csv": f"{NOTE}care,370400,,1,只有120人。,Only {{relief_funds}}.\n"})
    one_of = {"sentence-digit", "sentence-languages"}
    from smallfolder import found

    assert {p.rule for p in found(folder)} == one_of


def test_a_note_points_at_places_that_there_are(folder):
    write(folder, {"notes.csv": f"{NOTE}care,370499,,1,说明。,Note.\n"})
    one(folder, "unknown-key", ("notes.csv", 2, "region"), "370499")


def test_a_note_may_be_about_the_overview(folder):
    from helpers.data import check

    write(folder, {"notes.csv": f"{NOTE}overview,370400,,1,说明。,A note.\n"})
    assert check(folder) == []
