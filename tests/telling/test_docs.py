"""What notebooks meet is documented from its docstrings, with pictures."""

import importlib.util

import pytest

from helpers.data import home

DOCS = home() / "docs"


@pytest.fixture(scope="module")
def maker():
    spec = importlib.util.spec_from_file_location("make_notebooks", DOCS / "make_notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_public_name_has_a_docstring_with_an_example(maker):
    from helpers.telling.report import AreaReport

    own = {name for name in vars(AreaReport) if not name.startswith("_")}
    assert own <= set(maker.public())


def test_the_page_tells_every_public_name(maker):
    text = (DOCS / "notebooks.md").read_text(encoding="utf-8")
    for name in maker.public():
        assert f"## `here.{name}" in text, f"{name}: run python docs/make_notebooks.py"


@pytest.mark.slow
def test_the_page_and_its_pictures_are_what_the_docstrings_make(maker):
    for name, content in maker.made().items():
        stored = (DOCS / name).read_text(encoding="utf-8")
        assert stored == content, f"docs/{name}: run python docs/make_notebooks.py"
