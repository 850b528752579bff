"""Charts trace what they draw, tell it in words, and refuse boxes."""

import re
from xml.etree import ElementTree as ET

import matplotlib.pyplot as plt
import pytest
import seaborn as sns

from helpers import charts, forms
from helpers.telling.svg import MissingGlyphError, svg


def drawn(html: str) -> str:
    return re.search(r"<svg.*</svg>", html, re.S)[0]


def bars(study, slugs):
    frame = study.figures.loc[slugs]
    ax = sns.barplot(frame, x="lower", y="label", errorbar=None)
    return charts.finish(study, ax, frame, zh="图", en="chart")


def test_every_bar_is_labelled_with_its_written_form(here):
    chart = bars(here("guidance"), ["jinguo_volunteers", "jinguo_merit_pacesetters"])
    texts = ET.fromstring(drawn(chart.html)).itertext()
    assert {"1万余名", "458名"} <= set(texts)


def test_the_alternative_text_tells_the_same_figures(here):
    chart = bars(here("guidance"), ["jinguo_volunteers", "jinguo_merit_pacesetters"])
    label = re.search(r'aria-label="([^"]+)"', chart.html)[1]
    assert "巾帼志愿者 1万余名" in label
    assert len(chart.figures) == 2


def test_rounded_figures_are_drawn_with_their_open_part(here):
    study = here("guidance")
    assert "<pattern" in bars(study, ["jinguo_volunteers"]).html
    assert "<pattern" not in bars(study, ["jinguo_merit_pacesetters"]).html


def test_the_same_figures_give_the_same_bytes(here):
    slugs = ["jinguo_volunteers", "jinguo_merit_pacesetters"]
    assert bars(here("guidance"), slugs).html == bars(here("guidance"), slugs).html


def test_a_drawing_is_closed_so_that_it_is_shown_once(here):
    bars(here("guidance"), ["jinguo_merit_pacesetters"])
    assert plt.get_fignums() == []


def test_nothing_reported_is_a_note_and_no_chart(here):
    told = bars(here("guidance", region="370481"), ["jinguo_volunteers", "lectures_held"])
    assert told.html.startswith('<p class="note">')
    assert plt.get_fignums() == []


def test_simulated_data_are_marked_on_every_chart(examples):
    from helpers.analysis.study import study

    opened = study(examples, "rights", "370481", "2024", "zh", "public")
    assert "模拟数据" in bars(opened, ["couples_counselled"]).html


def test_a_character_without_a_glyph_is_an_error():
    figure, ax = plt.subplots()
    ax.set_title("\U000f0000")
    with pytest.raises(MissingGlyphError):
        svg(figure, "x")
    plt.close(figure)


def test_a_drawing_has_no_generated_ids_styles_or_scripts(here):
    chart = drawn(bars(here("guidance"), ["jinguo_volunteers"]).html)
    assert "style=" not in chart
    assert "<style" not in chart
    assert not re.search(r'\bid="(?!c[0-9a-f]{8}-)', chart)


def test_a_part_is_drawn_inside_its_whole(here):
    study = here("rights")
    figures = study.figures
    chart = forms.nested(
        study,
        figures.loc[["couples_reconciled"]],
        figures.loc[["couples_counselled"]],
        zh="劝和",
        en="reconciled",
    )
    assert len(chart.figures) == 2
    assert "14038对" in chart.html


def test_only_figures_of_the_same_definition_share_an_axis(here):
    study = here("outcomes")
    slug = "women_share_city_npc_deputies"
    others = study.comparables.loc[lambda c: c.index == slug]
    chart = forms.dots(study, study.figures.loc[[slug]], others, zh="比例", en="share")
    drawn_keys = {key for key in chart.figures if not key.startswith(f"{slug}|370400")}
    same = others.loc[others["definition"] == "same", "figure"]
    assert drawn_keys == {figure.key for figure in same}


@pytest.mark.parametrize("form", [forms.pyramid, forms.facing, forms.tiles])
def test_the_other_forms_trace_all_their_figures(here, form):
    study = here("overview")
    frame = study.everything.loc[["awards_national", "awards_municipal"]]
    assert len(form(study, frame, zh="图", en="chart").figures) == 2
