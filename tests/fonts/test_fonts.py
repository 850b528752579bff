"""Which characters can be drawn: every one that names a place or a person."""

import pytest
from fontTools.ttLib import TTFont

from helpers.fonts import FONT, embed, lacking


@pytest.mark.parametrize(
    "name", ["堌", "栟茶镇", "猇亭区", "瀍河回族区", "湾沚区", "漷县镇", "圐圙", "𬭬喆㛃"]
)
def test_names_of_counties_townships_and_people_can_be_drawn(name):
    assert lacking(name) == []


def test_signs_of_units_and_other_alphabets_can_be_drawn():
    assert lacking("m² ≥ 3 ‰ ő Ж α → “é” –\t\n\u200b") == []


def test_what_cannot_be_drawn_is_named_once_in_the_order_it_is_met():
    assert lacking("A🙂B𠀀🙂") == ["🙂", "𠀀"]


def test_no_glyph_of_the_font_is_made_of_others_so_that_a_part_needs_none_but_its_own():
    with TTFont(FONT) as font:
        contours = [getattr(glyph, "data", b"")[:2] for glyph in font["glyf"].glyphs.values()]
    assert any(contours)
    assert not [first for first in contours if first[:1] >= b"\x80"]


def test_a_part_is_the_same_for_the_same_characters_and_leaves_out_what_the_font_lacks():
    one = embed.data_uri({"妇", "女", "🙂"})
    assert one == embed.data_uri({"女", "妇"})
    assert len(one) < 60_000
