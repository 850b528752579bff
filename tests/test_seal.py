"""The seal of a page: what is changed afterwards is told, placed, and where possible restored."""

from __future__ import annotations

import base64
import quopri
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import seal
from helpers.audit.altered import places, sealing, slip
from helpers.audit.carriage import arrived
from helpers.audit.check_seal import element

LONG = "".join(f"<td>第{number}项</td>" for number in range(80))
DRAFT = f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<style>
p {{ margin: 1.2rem; }}
</style>
<meta name="seal" content="">
<meta name="seal-checks" content="">
</head>
<body>
<main>
<h2>维权</h2>
<p>辅导38784对。</p>
<table><tr>{LONG}</tr></table>
</main>
</body>
</html>
"""
PAGE = seal.sealed(DRAFT)


def test_a_page_is_sealed_with_the_hash_of_itself_without_its_seal():
    found = re.search(r'<meta name="seal" content="sha256-([0-9a-f]{64})">', PAGE)
    assert found[1] == seal.digest(PAGE)
    assert seal.sealed(PAGE) == seal.sealed(DRAFT)
    assert sealing(PAGE) == "intact"


def test_the_pieces_make_up_the_page():
    assert "".join(seal.pieces(PAGE)) == PAGE
    assert len(seal.pieces(PAGE)) > PAGE.count("\n")


def test_a_page_that_was_never_sealed_is_told_from_one_that_lost_its_seal():
    assert sealing("<html></html>") == "missing"
    assert sealing(PAGE.replace('name="seal"', 'name="seel"')) == "altered"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(PAGE) - 1), st.sampled_from("07az<>&年 \n"))
def test_any_one_sign_changed_is_told_and_placed(at, sign):
    changed = PAGE[:at] + sign + PAGE[at + 1 :]
    if changed == PAGE:
        return
    assert sealing(changed) == "altered"
    found = places(changed)
    mark = seal.SEAL.search(PAGE).start()
    if mark - 40 < at < PAGE.index("</head>"):
        return  # the seal itself
    near = [one for one in found if one.start - 1 <= at <= one.end + 1]
    assert near


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("38784", "38794"),
        ("38784", "3878"),
        ("对。", "对，"),
        ("1.2rem", "12rem"),
        ("第7项", "第1项"),
    ],
)
def test_one_sign_exchanged_put_in_or_taken_out_is_restored(old, new):
    changed = PAGE.replace(old, new, 1)
    (place,) = places(changed)
    found = slip(changed, place)
    was = changed[: found.at] + found.old + changed[found.at + len(found.new) :]
    assert was == PAGE


def test_a_line_taken_out_or_put_in_moves_no_other_place():
    shorter = PAGE.replace("<p>辅导38784对。</p>\n", "")
    assert [one.start == one.end for one in places(shorter)] == [True]
    longer = PAGE.replace("</main>", "<p>另有5人。</p>\n</main>")
    (place,) = places(longer)
    assert place.extra
    assert "另有5人" in longer[place.start : place.end]


def test_the_part_of_the_page_is_named_as_a_reader_knows_it():
    assert element(PAGE, PAGE.index("38784")) == ("“维权”一节 <p>", "the section “维权”, <p>")
    assert element(PAGE, PAGE.index("1.2rem"))[0] == "样式 <style>"
    assert element(PAGE, PAGE.index("第9项"))[1] == "a table of “维权”, <td>"


CARRIED = {
    "line-ends": PAGE.replace("\n", "\r\n").encode(),
    "bom": b"\xef\xbb\xbf" + PAGE.encode(),
    "encoding": PAGE.encode("utf-16"),
    "mail": quopri.encodestring(PAGE.encode()),
    "twice": PAGE.encode().decode("latin-1").encode(),
    "references": PAGE.encode("ascii", "xmlcharrefreplace"),
    "blanks": b"\n" + PAGE.rstrip().encode(),
}


@pytest.mark.parametrize("way", CARRIED)
def test_what_became_of_a_page_on_its_way_is_told_and_undone(way):
    page, ways = arrived(CARRIED[way])
    assert page == PAGE
    assert way in ways


def test_a_page_put_into_gb18030_with_its_charset_named_is_undone():
    told = PAGE.replace('charset="utf-8"', 'charset="gb2312"').encode("gb18030")
    assert arrived(told) == (PAGE, ("encoding",))


def test_base64_of_mail_is_undone():
    assert arrived(base64.encodebytes(PAGE.encode())) == (PAGE, ("mail",))


def test_a_page_as_it_was_made_went_no_way():
    assert arrived(PAGE.encode()) == (PAGE, ())
