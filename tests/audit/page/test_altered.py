"""A page that was altered after it was made: told, with the part of the page."""

from __future__ import annotations

import pytest

from helpers.audit.page.read import read_page
from helpers.audit.page.verify import hold


def told(html: str, recount) -> list[str]:
    """What the seal says of a page."""
    found = hold("page.html", read_page(html.encode()), recount).found
    return [f.problem.line("en") for f in found if f.problem.rule in ("altered", "no-seal")]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("line-height", "line-weight", "in the style sheet"),
        ('charset="utf-8"', 'charset="utf-9"', "in the head"),
        ("</h2>", "。</h2>", "in the section “一。”"),
        (' y="', ' y="9', "in the section “二”"),
        ("<h1>题", "<h1>問", "in the head"),
        ('"label_zh":', '"label_zH":', "in the figure list"),
        ("<code>", "<code> ", "in the figures and provenance"),
        ("</body>", "<script>alert(1)</script></body>", "in the figure list"),
    ],
)
def test_a_change_that_no_number_tells_is_told_with_its_part(pages, recount, old, new, where):
    html = pages["zh"].replace(old, new, 1)
    (line,) = told(html, recount)
    at = html[: html.index(new)].count("\n") + 1
    assert int(line.split(":")[1]) <= at
    assert where in line


def test_of_parts_put_in_or_taken_out_the_first_is_told(pages, recount):
    html = pages["en"]
    more = html.replace("<h2", "<h2>一</h2><h2", 1)
    less = html[: html.index("<h2")] + html[html.index("<h2", html.index("<h2") + 1) :]
    for changed, where in ((more, "in the section “一”"), (less, "in the section “二”")):
        (line,) = told(changed, recount)
        assert where in line


def test_two_parts_that_were_altered_are_both_told(pages, recount):
    html = pages["zh"].replace("line-height", "line-weight", 1).replace("<code>", "<code> ", 1)
    assert len(told(html, recount)) == 2


def test_a_page_with_other_line_ends_is_another_file(pages, recount):
    assert told(pages["zh"].replace("\n", "\r\n"), recount)


def test_a_page_whose_seal_was_taken_out_is_said_to_have_none(pages, recount):
    (line,) = told(pages["zh"].replace('name="seal"', 'name="seel"'), recount)
    assert "no seal" in line


@pytest.mark.parametrize("at", [0, 9, 75])
def test_a_change_of_the_seal_alone_is_told(pages, recount, at):
    html = pages["zh"]
    at += html.index("sha256-")
    other = "1" if html[at] == "0" else "0"
    (line,) = told(html[:at] + other + html[at + 1 :], recount)
    assert "in its seal" in line
