"""Copies to play with: made once, opened where asked, their words left alone."""

import shutil

import nbformat
import pytest

from helpers.data.problems import Refused
from helpers.projects.place import named, project_of
from helpers.projects.work import copy_for, with_parameters


@pytest.fixture
def own(tmp_path, city):
    shutil.copytree(city, tmp_path / "data")
    (tmp_path / "notebooks").mkdir()
    return tmp_path


def parameters(path):
    cells = nbformat.read(path, as_version=4).cells
    return next(c.source for c in cells if "parameters" in c.metadata.get("tags", []))


def test_a_copy_opens_on_what_was_asked_for(own):
    place = {"region": "990121", "period": "2024-h1", "lang": "en"}
    path = copy_for("care", own, own / "data", place)
    assert path == own / "work" / "care.ipynb"
    told = parameters(path)
    for line in ('region: str = "990121"', 'period: str = "2024-h1"', 'lang: str = "en"',
                 'data: str = "../data"'):  # fmt: skip
        assert line in told


def test_a_copy_without_a_place_opens_on_the_last_period_of_the_first_region(own):
    told = parameters(copy_for("screening", own, own / "data", {}))
    assert 'region: str = "990100"' in told
    assert 'period: str = "2024"' in told


def test_what_was_changed_in_a_copy_stays(own):
    path = copy_for("care", own, own / "data", {})
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("mine = 1"))
    nbformat.write(notebook, path)
    copy_for("care", own, own / "data", {"region": "990103"})
    assert nbformat.read(path, as_version=4).cells[-1].source == "mine = 1"
    assert 'region: str = "990103"' in parameters(path)
    assert 'period: str = "2024"' in parameters(path)


def test_a_place_that_the_data_do_not_know_is_refused_all_at_once(own):
    with pytest.raises(Refused) as refused:
        copy_for("sport", own, own / "data", {"region": "370400", "period": "1999"})
    assert [p.rule for p in refused.value.problems] == [
        "unknown-area",
        "unknown-region",
        "unknown-period",
    ]
    assert not (own / "work").exists()


def test_only_the_cell_of_parameters_is_touched():
    cells = [nbformat.v4.new_code_cell(f"lang = 'zh'  # {tag}", metadata={"tags": [tag]})
             for tag in ("parameters", "setup")]  # fmt: skip
    made = with_parameters(nbformat.v4.new_notebook(cells=cells), {"lang": "en"})
    assert [cell.source for cell in made.cells] == [
        'lang = "en"  # parameters',
        "lang = 'zh'  # setup",
    ]


def test_a_project_is_the_folder_that_has_data_and_notebooks_side_by_side(own, city):
    from helpers.paths import home

    assert project_of(own / "data") == own.resolve()
    assert project_of(city) == home()
    assert project_of(None) == home()


def test_a_data_folder_is_named_from_where_the_notebook_lies(tmp_path):
    from helpers.paths import home

    assert named(tmp_path / "data", tmp_path / "work") == "../data"
    assert named(None, tmp_path) == ""
    assert named((home() / "data").resolve(), tmp_path) == ""


def test_a_data_folder_is_found_from_the_projects_root_and_from_the_notebook(monkeypatch):
    from helpers.data import load
    from helpers.paths import home

    monkeypatch.chdir(home() / "notebooks")
    assert load("tests/city").simulated
    assert load("../tests/city").simulated
