"""Which characters can be drawn: every one that names a place or a person."""

import pytest

from helpers.fonts import lacking


@pytest.mark.parametrize(
    "name", ["堌", "栟茶镇", "猇亭区", "瀍河回族区", "湾沚区", "漷县镇", "圐圙", "𬭬喆㛃"]
)
def test_names_of_counties_townships_and_people_can_be_drawn(name):
    assert lacking(name) == []


def test_signs_of_units_and_other_alphabets_can_be_drawn():
    assert lacking("m² ≥ 3 ‰ ő Ж α → “é” –\t\n\u200b") == []


def test_what_cannot_be_drawn_is_named_once_in_the_order_it_is_met():
    assert lacking("A🙂B𠀀🙂") == ["🙂", "𠀀"]
