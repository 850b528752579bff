"""A cell is read for the figures that it names; nothing is run."""

import pytest

from helpers.projects.names import figures_named


@pytest.mark.parametrize(("source", "names"), [
    ('here.bars(["a", "b"], zh="甲", en="A")', ["a", "b"]),
    ('here.parts("a", "b", zh="{c:period}", en="{c}")', ["a", "b", "c"]),
    ('here.say(zh="{a}[，{b.growth}]", en="{a@370402}{region}")', ["a", "b"]),
    ('x = ["a"]\nx += ["b"]\nhere.table(x, columns=["label", "figure"], zh="", en="")', ["a", "b"]),
    ('here.table(here.methods.reindex(["a"]).dropna(), zh="", en="")', ["a"]),
    ('here.named(here.programmes.query("kind == \'law\'"))', []),
    ('here.table(here.comparables[["place", "figure"]], zh="", en="")', []),
    ('figures.loc[["a", "b"], "value"]', ["a", "b"]),
    ('other.bars(["a"])', []),
])  # fmt: skip
def test_names_in_braces_and_in_calls(source, names):
    assert figures_named(source) == names


def test_a_cell_that_is_no_python_is_an_error():
    with pytest.raises(SyntaxError):
        figures_named("here.bars([")
