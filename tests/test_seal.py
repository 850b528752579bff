"""The seal of a page: what is changed afterwards is told, with the part."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import seal

DRAFT = """<!DOCTYPE html>
<head>
<meta name="seal" content="">
</head>
<h2>维权</h2>
<p>辅导38784对。</p>
<h2>关爱</h2>
"""
PAGE = seal.sealed(DRAFT)


def test_a_sealed_page_is_as_it_was_made_and_is_sealed_only_once():
    assert seal.altered(PAGE.encode()) == []
    assert seal.sealed(PAGE) == PAGE
    assert seal.altered(DRAFT.encode()) is None
    assert seal.sealed("<p>no place</p>") == "<p>no place</p>"


@settings(max_examples=50, deadline=None)
@given(st.integers(0, len(PAGE) - 1), st.sampled_from("07az<>&年 \n"))
def test_any_one_sign_changed_is_told_with_its_part(at, sign):
    changed = PAGE[:at] + sign + PAGE[at + 1 :]
    if changed == PAGE:
        return
    told = seal.altered(changed.encode())
    assert told != []
    if PAGE.index("</head>") < at and PAGE[at - 3 : at + 3].find("<h2") < 0:
        part = PAGE[:at].rindex("<h2") if "<h2" in PAGE[:at] else 0
        assert told == [len(PAGE[:part].encode())]


@settings(max_examples=25)
@given(st.binary(max_size=200))
def test_no_content_is_too_odd_to_be_judged(content):
    assert seal.altered(content) is None
    assert seal.altered(b'<meta name="seal" content="' + content + b'">') != []
