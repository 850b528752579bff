"""A chart's axes stand where matplotlib's own layout would put them."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure

from helpers.telling.placing import place

NAMES = st.lists(st.sampled_from(["a", "A long name of a place", "x\ny"]), min_size=1)


def drawn(names, texts, title=None, count=1):
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
@settings(max_examples=25, deadline=None)
@given(
    NAMES.filter(lambda names: len(names) < 6),
    st.lists(st.tuples(st.floats(-0.5, 2), st.sampled_from(["1", "17,800–17,900"])), max_size=3),
    st.sampled_from([None, "SIMULATED DATA"]),
)
def test_the_place_is_that_of_constrained_layout(names, texts, title):
    ours, theirs = (drawn(names, texts, title) for _ in range(2))
    place(ours, renderer(ours))
    theirs.get_layout_engine().execute(theirs)
    assert places(ours) == pytest.approx(places(theirs), abs=1e-6)


def test_several_axes_are_left_to_matplotlib():
    ours, theirs = (drawn(["a", "b"], [], count=2) for _ in range(2))
    place(ours, renderer(ours))
    theirs.get_layout_engine().execute(theirs)
    assert places(ours) == pytest.approx(places(theirs), abs=1e-6)
