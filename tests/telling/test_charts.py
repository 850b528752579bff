"""Charts trace what they draw, tell it in words, tie each mark to its figure, and refuse boxes."""

import re
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree as ET

import matplotlib.pyplot as plt
import pandas as pd
import pytest
import seaborn as sns

from helpers import quantity as q
from helpers.telling import charts
from helpers.telling.report import AreaReport
from helpers.telling.svg import MissingGlyphError, svg

TWO = ["jinguo_volunteers", "jinguo_merit_pacesetters"]
TITLE = {"zh": "图", "en": "chart"}


def drawn(html: str) -> str:
    return re.search(r"<svg.*</svg>", html, re.S)[0]


def written(html: str) -> list[str]:
    return [text for text in ET.fromstring(drawn(html)).itertext() if text.strip()]


def bars_of(monkeypatch, report, rows, **more):
    """The end of each bar's certain part, and the text beside it, from the top."""
    seen = {}

    def keep(_here, ax, _figures, **_):
        ends = {round(bar.get_y() + bar.get_height() / 2): bar.get_width()
                for group in ax.containers for bar in group if bar.get_facecolor()[3]}  # fmt: skip
        texts = {round(t.xy[1]): t.get_text() for t in ax.texts}
        seen.update({y: (ends[y], texts[y]) for y in texts})
        plt.close(ax.figure)

    monkeypatch.setattr(charts, "published", keep)
    report.bars(rows, **TITLE, **more)
    return [seen[y] for y in sorted(seen)]


def test_every_bar_is_labelled_with_its_written_form(here):
    chart = here("guidance").bars(TWO, **TITLE)
    assert {"1万余名", "458名"} <= set(written(chart.html))


def test_the_alternative_text_tells_the_same_figures(here):
    chart = here("guidance").bars(TWO, **TITLE)
    label = re.search(r'aria-label="([^"]+)"', chart.html)[1]
    assert "巾帼志愿者 1万余名" in label
    assert len(chart.figures) == 2


def test_a_bar_keeps_its_number_in_whatever_order_the_frame_stands(here, monkeypatch):
    report = here("organization")
    frame = report.frame(["micro_homes", "womens_homes", "women_children_homes"])
    for rows in (frame, frame[::-1], frame.sample(frac=1, random_state=3)):
        for end, text in bars_of(monkeypatch, report, rows):
            assert text == f"{end:.0f}个"


def test_a_figure_that_was_not_reported_moves_no_other_bars_number(here, monkeypatch):
    report = here("organization")
    frame = report.frame(["micro_homes", "womens_homes", "women_children_homes"])
    gone = replace(frame["figure"].iloc[0], quantity=None)
    frame.iloc[0, frame.columns.get_loc("figure")] = gone
    frame.iloc[0, frame.columns.get_loc("lower")] = float("nan")
    assert bars_of(monkeypatch, report, frame) == [(2479, "2479个"), (106, "106个")]


def test_several_figures_under_one_label_are_bars_of_their_own(examples, monkeypatch):
    report = AreaReport(examples, "rights", "370400", "2024", "zh", "public")
    frame = report.panel.query("slug == 'rights_venues' and period == '2024'")
    told = bars_of(monkeypatch, report, frame)
    assert len(told) == len(frame) > 3
    assert all(text == f"{end:.0f}个" for end, text in told)


def test_the_largest_comes_first_where_asked_for(here, monkeypatch):
    told = bars_of(monkeypatch, here("guidance"), TWO[::-1], largest_first=True)
    assert [text for _, text in told] == ["1万余名", "458名"]


def test_numbers_of_ones_own_have_no_figure_and_are_refused_as_bars(here):
    own = pd.DataFrame({"label": ["x"], "value": [3.0]})
    with pytest.raises(ValueError, match="no column"):
        here().bars(own, **TITLE)


@pytest.mark.parametrize("draw", [
    lambda frame: sns.barplot(frame, x="label", y="value", hue="period"),
    lambda frame: sns.lineplot(frame, x="period", y="value"),
    lambda frame: sns.catplot(frame, x="label", y="value", height=2),
    lambda frame: frame.plot.scatter(x="lower", y="upper"),
])  # fmt: skip
def test_any_axes_are_published_as_drawn_without_numbers_of_ours(here, draw):
    report = here()
    chart = report.chart(draw(report.indicators), **TITLE, alt_zh="向上", alt_en="upward")
    assert chart.figures == {}
    assert 'aria-label="向上"' in chart.html
    assert plt.get_fignums() == []


def test_the_alternative_text_of_an_own_chart_takes_its_numbers_from_the_data(here):
    report = here()
    _, ax = plt.subplots()
    chart = report.chart(ax, **TITLE, alt_zh="劝和{couples_reconciled}", alt_en="x")
    assert 'aria-label="劝和14038对"' in chart.html


def test_rounded_figures_are_drawn_with_their_open_part(here):
    report = here("guidance")
    assert "<pattern" in report.bars(TWO[:1], **TITLE).html
    assert "<pattern" not in report.bars(TWO[1:], **TITLE).html


def test_the_same_figures_give_the_same_bytes(here):
    assert here("guidance").bars(TWO, **TITLE).html == here("guidance").bars(TWO, **TITLE).html


def test_a_chart_carries_its_drawing_as_a_picture_too(here):
    data, _ = here("guidance").bars(TWO, **TITLE)._repr_mimebundle_()
    assert set(data) == {"text/html", "text/plain", "image/svg+xml"}
    assert "currentColor" not in data["image/svg+xml"]


def test_a_drawing_is_closed_so_that_it_is_shown_once(here):
    here("guidance").bars(TWO, **TITLE)
    assert plt.get_fignums() == []


def test_what_the_office_never_had_is_no_chart(here):
    told = here("guidance", region="370481", period="2016-2020").bars(["nobody_knows"], **TITLE)
    assert told.is_empty
    assert told.missing == ()


def test_one_figure_that_is_left_of_several_is_no_chart_but_one_asked_for_alone_is(here):
    report = here("organization")
    rows = report.frame(["micro_homes", "womens_homes"])
    rows["figure"] = [rows["figure"].iloc[0], replace(rows["figure"].iloc[1], quantity=None)]
    assert report.bars(rows, **TITLE).is_empty
    assert report.pyramid(rows, **TITLE).is_empty
    assert not report.bars("micro_homes", **TITLE).is_empty


def test_simulated_data_are_marked_on_every_chart(examples):
    report = AreaReport(examples, "rights", "370481", "2024", "zh", "public")
    _, ax = plt.subplots()
    assert "模拟数据" in report.bars(["couples_counselled"], **TITLE).html
    assert "模拟数据" in report.chart(ax, **TITLE).html


def test_a_character_without_a_glyph_is_an_error():
    figure, ax = plt.subplots()
    ax.set_title("\U000f0000")
    with pytest.raises(MissingGlyphError):
        svg(figure, "x")
    plt.close(figure)


def test_a_drawing_has_no_generated_ids_styles_or_scripts(here):
    chart = drawn(here("guidance").bars(TWO[:1], **TITLE).html)
    assert "style=" not in chart
    assert "<style" not in chart
    assert not re.search(r'\bid="(?!c[0-9a-f]{8}-)', chart)


def test_a_part_is_drawn_inside_its_whole(here):
    chart = here().parts("couples_reconciled", "couples_counselled", **TITLE)
    assert len(chart.figures) == 2
    assert "14038对" in chart.html


def figure(here, lower, upper, **ends):
    quantity = q.Quantity(Decimal(lower), q.Interval(Decimal(lower), Decimal(upper), **ends), "个")
    return replace(here.book["rights_venues"], quantity=quantity)


@pytest.mark.parametrize(("part", "whole", "share"), [
    ((458, 458), (10000, 20000), (0.0229, 0.0458)),
    ((400, 500), (1000, 1000), (0.4, 0.5)),
    ((90, 110), (100, 120), (0.75, 1.0)),
    ((1, 1), (4, 4), (0.25, 0.25)),
    ((3, 3), (0, 10), (0.0, 1.0)),
])  # fmt: skip
def test_a_part_of_a_rounded_whole_is_a_range_of_shares(here, part, whole, share):
    found = charts.inside(figure(here(), *part), figure(here(), *whole))
    assert found == pytest.approx(share)


def test_only_figures_of_the_same_definition_share_an_axis(here):
    report = here("outcomes")
    slug = "women_share_city_npc_deputies"
    others = report.comparables.loc[lambda c: c.index == slug]
    chart = report.dots(slug, **TITLE)
    drawn_keys = {key for key in chart.figures if not key.startswith(f"{slug}|370400")}
    same = others.loc[others["definition"] == "same", "figure"]
    assert drawn_keys == {figure.key for figure in same}


@pytest.mark.parametrize("form", ["pyramid", "facing", "squares"])
def test_the_other_forms_trace_all_their_figures(here, form):
    report = here("overview")
    draw = getattr(report, form)
    assert len(draw(["awards_national", "awards_municipal"], **TITLE).figures) == 2


def test_a_charts_figures_stand_below_it_as_a_table(here):
    chart = here("guidance").bars(TWO, **TITLE)
    table = re.search(r'<details class="values">.*</details>', chart.html, re.S)[0]
    rows = re.findall(r'<th scope="row">(.*?)</th>.*?data-figure="(.*?)".*?>(.*?)</data>', table)
    assert [(row[0], row[2]) for row in rows] == [
        ("巾帼志愿者", "1万余名"),
        ("巾帼建功标兵", "458名"),
    ]
    assert {row[1] for row in rows} == set(chart.figures)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_form_of_ours_fits_a_phone_with_text_of_the_size_that_is_read_there(examples, lang):
    here = AreaReport(examples, "overview", "370402", "2024", lang, "public")
    several = ["loving_mothers", "paired_children", "two_cancer_relief_women"]
    forms = ("bars", "rates", "shares", "change", "heat")
    drawn = [here.places("loving_mothers", form=form, **TITLE) for form in forms]
    drawn += [here.over_time(several, form=f, **TITLE) for f in ("lines", "multiples", "slopes")]
    drawn += [here.bars(several, **TITLE), here.facing(several[:2], **TITLE)]
    drawn += [here.parts(several[0], several[1], **TITLE), here.map("rights_venues", **TITLE)]
    drawn += [here.pyramid(several, **TITLE), here.dots("reconciled_share", **TITLE)]
    for chart in drawn:
        root = ET.fromstring(chart.drawing)
        assert float(root.get("viewBox").split()[2]) <= 350
        sizes = [element.get("font-size") for element in root.iter() if element.get("font-size")]
        assert sizes
        assert all(float(size.removesuffix("px")) >= 11 for size in sizes)


def test_labels_that_would_lie_on_one_another_are_moved_apart_and_led_to_their_ends(examples):
    here = AreaReport(examples, "family", "370400", "2024", "zh", "public")
    slugs = ["guidance_centres_sites", "family_education_team", "outstanding_families"]
    root = ET.fromstring(here.over_time(slugs, form="slopes", **TITLE).drawing)
    texts = [e for e in root.iter() if e.tag.endswith("text") and "→" in "".join(e.itertext())]
    leaders = [e for e in root.iter() if e.get("stroke-width") == "0.7"]
    assert len(texts) == len(leaders) == len(slugs)


def test_a_chart_of_a_theme_of_its_own_has_the_face_that_knows_chinese(here):
    with sns.axes_style("darkgrid", rc={"font.family": "DejaVu Sans"}):
        _, ax = plt.subplots()
        ax.set_title("劝和")
    assert "劝和" in here().chart(ax, **TITLE).html
