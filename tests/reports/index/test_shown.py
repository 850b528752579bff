"""What a page shows: how many figures, and the leading ones as they are written there."""

import json

import pytest

from helpers.reports.index.shown import shown_by
from helpers.reports.plan import Catalogue, Job

JOB = Job("care", "010", "2024", "zh")
PLAN = Catalogue({"care": {"leading": "mothers; children;none"}}, {}, {}, (), ())


def page(figures, *numbers):
    listed = json.dumps(figures)
    body = "".join(numbers)
    return f'<p>{body}</p><script type="application/json" id="figures">{listed}</script>'


def number(key, text):
    return f'<data class="fig" value="1" data-figure="{key}">{text}</data>'


def test_leading_figures_are_those_of_the_area_here_and_now_as_first_written():
    here, other = "mothers|010|2024", "mothers|010|2023"
    first = number(here, "<b>1</b>名")
    numbers = [number(other, "2"), first, number(here, "一")]
    html = page({here: {"value": 1}, other: {"value": 2}}, *numbers)
    assert shown_by(html, PLAN, JOB)["leading"] == [
        {"key": here, "figure": {"value": 1}, "html": first}
    ]


@pytest.mark.parametrize(
    ("values", "count"),
    [([1, 2.5, "3"], 3), ([0, "0.0", None, ""], 0), ([-1, {}, True], 1), ([], 0)],
)
def test_figures_count_where_they_are_there_and_not_zero(values, count):
    figures = {f"a{n}|010|2024": {"value": value} for n, value in enumerate(values)}
    assert shown_by(page(figures), PLAN, JOB)["figures"] == count


def test_a_page_without_a_figure_list_shows_none():
    for html in ("", "<html></html>", '<script type="application/json" id="figures">{</script>'):
        assert shown_by(html, PLAN, JOB) == {"figures": 0, "leading": []}
