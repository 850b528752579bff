"""Sentences take every number from the data and refuse a typed one."""

import re

import pytest

from helpers import say
from helpers.analysis.study import UnknownNameError
from helpers.telling.sentences import TypedNumberError


def test_a_sentence_puts_in_number_unit_and_rounding_word(here):
    zh, en = "爱心妈妈{loving_mothers}。", "{loving_mothers:n} mothers take part."
    assert say(here("care"), zh=zh, en=en).plain == "爱心妈妈1.78万余名。"
    assert say(here("care", "en"), zh=zh, en=en).plain == "Over 17,800 mothers take part."


def test_every_number_of_a_sentence_is_traced(here):
    told = say(here(), zh="{couples_counselled}，{reconciled_share}", en="{couples_counselled}")
    outside = re.sub(r"<data.*?</data>", "", told.html)
    assert not re.search(r"\d", outside)
    assert set(told.figures) == {
        "couples_counselled|370400|congress-9",
        "reconciled_share|370400|congress-9",
    }


@pytest.mark.parametrize("typed", ["共3家", "共３家", "x²", "Ⅷ", "five 5"])
def test_a_typed_digit_is_refused_in_either_language(here, typed):
    with pytest.raises(TypedNumberError, match="braces"):
        say(here(), zh=typed, en="none")
    with pytest.raises(TypedNumberError, match="braces"):
        say(here(), zh="无", en=typed)


def test_an_unknown_name_is_refused_with_the_nearest(here):
    with pytest.raises(UnknownNameError, match="couples_reconciled"):
        say(here(), zh="{couples_reconcile}", en="x")


def test_an_unknown_form_is_refused(here):
    with pytest.raises(ValueError, match="number alone"):
        say(here(), zh="{couples_reconciled:words}", en="x")


def test_a_figure_that_was_not_reported_is_said_to_be_missing(here):
    elsewhere = here("rights", region="370481")
    told = say(elsewhere, zh="{couples_counselled}", en="{couples_counselled}")
    assert told.plain == "本期未报送：接受辅导的拟离婚夫妻。"
    assert told.figures == {}


def test_names_of_programmes_region_and_period_come_from_the_data(here):
    told = say(here(), zh="{region}{mechanism_1_1_1}", en="{region}")
    assert told.plain == "枣庄市“1+1+1”维权服务机制"
    assert 'class="name"' in told.html


def test_labels_can_be_said(here):
    assert say(here(), zh="{couples_reconciled:label}", en="x").plain == "劝和夫妻"


def test_markup_in_a_template_is_text(here):
    assert "&lt;b&gt;" in say(here(), zh="<b>{region}</b>", en="x").html
