"""A page that was altered after it was made: told, with the line and the part of the page."""

from __future__ import annotations

import pytest

from helpers.audit.page.read import read_page
from helpers.audit.page.verify import hold


def told(html: str, recount) -> list[str]:
    """What the seal says of a page."""
    found = hold("page.html", read_page(html.encode()), recount)[1]
    return [f.problem.line("en") for f in found if f.problem.rule in ("altered", "no-seal")]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("line-height", "line-weight", "the style sheet"),
        ('charset="utf-8"', 'charset="utf-9"', "the head"),
        ("</h2>", "。</h2>", "line"),
        (' y="', ' y="9', "“二”"),
        ('"label_zh":', '"label_zH":', "the figure list"),
    ],
)
def test_a_change_that_no_number_tells_is_told_with_its_place(pages, recount, old, new, where):
    html = pages["zh"].replace(old, new, 1)
    (line,) = told(html, recount)
    at = html[: html.index(new)].count("\n") + 1
    assert line.startswith(f"page.html:{at}:")
    assert where in line


def test_lines_put_in_or_taken_out_are_told_by_where_they_begin(pages, recount):
    html = pages["en"]
    line = next(row for row in html.split("\n") if row.startswith('<p class="say">'))
    at = html.split("\n").index(line) + 1
    for changed in (html.replace(line, f"<p>more</p>\n{line}", 1), html.replace(f"{line}\n", "")):
        (found,) = told(changed, recount)
        assert found.startswith(f"page.html:{at}:")


def test_a_page_with_other_line_ends_is_another_file(pages, recount):
    assert told(pages["zh"].replace("\n", "\r\n"), recount)


def test_a_page_whose_seal_was_taken_out_is_said_to_have_none(pages, recount):
    (line,) = told(pages["zh"].replace('name="seal"', 'name="seel"'), recount)
    assert "no seal" in line


def test_a_change_of_the_seal_alone_is_told(pages, recount):
    html = pages["zh"].replace('content="sha256-', 'content="sha256-0', 1)
    assert "no seal" in told(html, recount)[0]
    at = pages["zh"].index("sha256-") + 9
    other = "1" if pages["zh"][at] == "0" else "0"
    assert "in its seal" in told(pages["zh"][:at] + other + pages["zh"][at + 1 :], recount)[0]
