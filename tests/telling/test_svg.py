"""A drawing as a piece of a page: what it must not lose, and what it must say."""

from xml.etree import ElementTree as ET

import matplotlib.pyplot as plt
import pytest

from helpers.telling.drawing import theme
from helpers.telling.svg import MissingGlyphError, svg

theme()


def drawn(text: str):
    _, ax = plt.subplots(figsize=(3, 1))
    ax.set_title(text)
    ax.plot([0, 1], [0, 1])
    return ax.figure


def test_a_missing_character_is_named_with_its_words_in_both_languages():
    with pytest.raises(
        MissingGlyphError, match=r"“甲🀄𠀀”里的 🀄 \(U\+1F004\)、𠀀 \(U\+20000\)"
    ) as told:
        svg(drawn("甲🀄𠀀"), "图")
    assert "is in no font" in str(told.value)


def test_the_numbers_of_a_scale_are_marked_as_such_and_titles_are_not():
    root = ET.fromstring(svg(drawn("共 12345"), "图"))
    scale = ["".join(part.itertext()) for part in root.iter() if part.get("class") == "tick"]
    assert scale
    assert not any("12345" in text for text in scale)
