"""A drawing as a piece of a page: what it must not lose, what it must say, where its axes stand."""

import io
from xml.etree import ElementTree as ET

import matplotlib.pyplot as plt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure

from helpers.telling.drawing import theme
from helpers.telling.svg import MissingGlyphError, place, svg

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


NAMES = st.lists(st.sampled_from(["a", "A long name of a place", "x\ny"]), min_size=1)


def named_rows(names, texts, title=None, count=1):
    figure = Figure(figsize=(6.2, 0.42 * len(names) + 0.6), layout="constrained", dpi=72)
    FigureCanvasSVG(figure)  # both measure text as an SVG has it
    ax = figure.subplots(1, count, squeeze=False)[0][0]
    ax.barh(range(len(names)), [1] * len(names))
    ax.set_yticks(range(len(names)), names, family="sans-serif")
    for y, (x, text) in enumerate(texts):
        ax.text(x, y, text, va="center")
    if title:
        figure.suptitle(title, x=0.99, ha="right", size=11)
    return figure


def renderer(figure):
    width, height = figure.get_size_inches() * 72
    return RendererSVG(width, height, io.StringIO(), image_dpi=72)


def places(figure):
    found = [value for ax in figure.axes for value in ax.get_position(original=True).extents]
    title = figure._suptitle
    return [*found, *(title.get_position() if title else ())]


@pytest.mark.filterwarnings("ignore:constrained_layout not applied")
@settings(max_examples=8, deadline=None)
@given(
    NAMES.filter(lambda names: len(names) < 6),
    st.lists(st.tuples(st.floats(-0.5, 2), st.sampled_from(["1", "17,800–17,900"])), max_size=3),
    st.sampled_from([None, "SIMULATED DATA"]),
)
def test_the_place_is_that_of_constrained_layout(names, texts, title):
    ours, theirs = (named_rows(names, texts, title) for _ in range(2))
    place(ours, renderer(ours))
    theirs.get_layout_engine().execute(theirs)
    assert places(ours) == pytest.approx(places(theirs), abs=1e-6)


def test_several_axes_are_left_to_matplotlib():
    ours, theirs = (named_rows(["a", "b"], [], count=2) for _ in range(2))
    place(ours, renderer(ours))
    theirs.get_layout_engine().execute(theirs)
    assert places(ours) == pytest.approx(places(theirs), abs=1e-6)
