"""What a page states: how many figures, and those of its own that have an address."""

import json

import pytest

from helpers.reports.index.search import elements, stated_by
from helpers.reports.plan import Job

JOB = Job("care", "010", "2024", "zh")
HERE, OTHER = "mothers|010|2024", "mothers|010|2023"


def page(figures, *numbers):
    listed = json.dumps(figures)
    body = "".join(numbers)
    return f'<p>{body}</p><script type="application/json" id="figures">{listed}</script>'


def number(key, text, name=""):
    address = f' id="{name}"' if name else ""
    return f'<data class="fig" value="1" data-figure="{key}"{address}>{text}</data>'


def test_what_has_an_address_here_and_now_is_stated_as_it_is_first_written():
    numbers = [number(OTHER, "2", "mothers.010.2023"), number(HERE, "<b>1</b> &lt;名&gt;", "mothers"),
               number(HERE, "一")]  # fmt: skip
    html = page({HERE: {"value": 1}, OTHER: {"value": 2}}, *numbers)
    assert stated_by(html, JOB)["stated"] == {"mothers": ["1", "1 <名>"]}


def test_leading_figures_are_told_as_first_written():
    html = page({HERE: {"value": 1}}, number(HERE, "1名", "mothers"), number(HERE, "一"))
    found = elements(html, [HERE, OTHER])
    assert found == {HERE: {"figure": {"value": 1}, "html": number(HERE, "1名", "mothers")}}


@pytest.mark.parametrize(
    ("values", "count"),
    [([1, 2.5, "3"], 3), ([0, "0.0", None, ""], 0), ([-1, {}, True], 1), ([], 0)],
)
def test_figures_count_where_they_are_there_and_not_zero(values, count):
    figures = {f"a{n}|010|2024": {"value": value} for n, value in enumerate(values)}
    assert stated_by(page(figures), JOB)["figures"] == count


def test_a_page_without_a_figure_list_states_none():
    for html in ("", "<html></html>", '<script type="application/json" id="figures">{</script>'):
        assert stated_by(html, JOB) == {"figures": 0, "stated": {}}
