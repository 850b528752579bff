"""The panel of region, period and language, and errors for a clerk; no kernel is started."""

import pytest

from helpers import open_area
from helpers.data import load
from helpers.data.problems import DataRefused
from helpers.projects.panel import Choice, assigned, reported, told


def test_a_choice_holds_until_the_cell_is_edited():
    choice = Choice()
    cell = {"region": "990100", "period": "2024", "lang": "zh"}
    assert choice.filled(cell) == cell
    choice.chosen["region"] = "990102"
    assert choice.filled(cell)["region"] == "990102"
    edited = {**cell, "period": "2023"}
    assert choice.filled(edited) == edited
    assert choice.filled(edited) == edited


def test_the_cell_of_parameters_is_known_by_what_it_sets():
    source = 'region: str = "990100"  # a\nperiod = "2024"\nlang: str\n'
    assert assigned(source) == {"region", "period"}
    assert assigned('region, period = "990100", "2024"') == {"region", "period"}
    assert assigned("if broken") == set()


def test_only_places_and_periods_with_figures_are_offered_in_both_languages(city):
    found = reported(str(city))
    assert [name for name, _ in found["zh"][0]] == ["云河市", "东山区", "西湖区", "北岭县"]
    assert [code for _, code in found["en"][1]] == ["2023", "2024-h1", "2024"]


@pytest.mark.parametrize(("lang", "word"), [("zh", "没有这个文件夹"), ("en", "no such folder")])
def test_an_error_of_the_data_is_told_in_words_without_frames(lang, word, tmp_path):
    with pytest.raises(DataRefused) as refused:
        load(tmp_path / "nowhere")
    lines = told(refused.value, lang)
    assert word in lines[0]
    assert not [line for line in lines if ".py" in line or "Traceback" in line]


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("zh", "area: 'car' 不认识；最接近的是：care"),
        ("en", "area: 'car' is unknown; nearest: care"),
    ],
)
def test_a_name_that_is_unknown_is_told_with_the_name_in_the_language_chosen(lang, line):
    with pytest.raises(LookupError) as unknown:
        open_area("car", "370400", "congress-9", lang)
    assert told(unknown.value, lang)[0] == line


def test_an_error_of_the_analysts_own_code_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError) as mine:
        exec(compile("1 / 0", "<cell>", "exec"))
    own = mine.value.with_traceback(mine.value.__traceback__.tb_next)
    assert told(own, "zh") == []
