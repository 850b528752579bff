"""Figures are written as official prose writes them, with no digit that they do not support."""

from dataclasses import replace
from decimal import Decimal

import pytest

from helpers import quantity as q
from helpers.telling import wording

CASES = {
    "loving_mothers": ("1.78万余名", "over 17,800 mothers"),
    "support_funds_secured": ("近2000万元", "nearly CNY 20 million"),
    "lecture_audience": ("50余万人", "over 500,000 people"),
    "sum_insured": ("3.9亿元", "about CNY 390 million"),
    "girls_relief_funds": ("84.08万元", "about CNY 840,800"),
    "new_media_posts": ("逾万篇", "more than 10,000 items"),
    "reconciled_share": ("36.20%", "36.20%"),
    "relief_per_woman": ("约5220元", "about CNY 5,220"),
    "sum_insured_per_woman": ("约3万元", "about CNY 30,000"),
    "womens_homes_per_village": ("1.001个", "1.001 homes"),
    "village_committees_with_women": ("100%", "100%"),
}


@pytest.mark.parametrize("slug", CASES)
def test_written_forms_in_both_languages(here, slug):
    study = here("overview")
    zh, en = CASES[slug]
    figure = study.book[slug]
    assert wording.text(figure, "zh", words=study.words) == zh
    assert wording.text(figure, "en", words=study.words) == en


def test_what_was_printed_is_what_is_written(here):
    study = here("overview")
    printed = [f for f in study.indicators["figure"] if f.as_written]
    assert printed
    for figure in printed:
        assert wording.text(figure, "zh", words=study.words) == figure.as_written


def test_the_interval_is_spelled_in_base_units(here):
    book = here("care").book
    assert wording.span(book["loving_mothers"]) == "17,800–17,900"
    assert wording.span(book["two_cancer_relief_women"]) == "1,663"


def test_beside_an_english_label_the_noun_is_left_out_but_money_is_not(here):
    study = here("care", "en")
    book = study.book
    assert wording.beside_label(book["loving_mothers"], "en", words=study.words) == "over 17,800"
    assert wording.beside_label(book["relief_per_woman"], "en", words=study.words) == (
        "about CNY 5,220"
    )


def test_the_reading_of_a_figure_names_its_rounding_word(here):
    book = here("care").book
    assert wording.tolerance(book["loving_mothers"], "zh") == "“余”数值区间 [17,800, 17,900)"
    assert wording.tolerance(book["two_cancer_relief_women"], "en") == "exact"


def test_rates_of_one_column_have_one_number_of_decimals(examples):
    from helpers.telling.report import AreaReport

    here = AreaReport(examples, "care", "370400", "2024", "zh", "public")

    def written(*values):
        rate = here.find("loving_mothers.rate")
        exact = [Decimal(value) for value in values]
        figures = [replace(rate, quantity=q.Quantity(v, q.Interval.point(v), "名")) for v in exact]
        return wording.column(figures, "zh", words=here.words)

    assert written("164.8", "185.333") == ["164.80名", "185.33名"]
    assert written("1074.2", "988.88") == ["1074名", "989名"]
    assert written("1200", "3.21") == ["1200.0名", "3.2名"]
    assert written("17", "12") == ["17名", "12名"]
