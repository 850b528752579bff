"""A new area's notebook, on the common page and of its own rows; copies to play with."""

import ast
import re
import shutil
from dataclasses import replace

import nbformat
import pytest

from helpers.cli import main
from helpers.data import load
from helpers.data.problems import Refused
from helpers.paths import home, project_of
from helpers.projects.notebook import (
    at_home,
    copy_for,
    make_notebook,
    named,
    new_area,
    with_parameters,
)


@pytest.fixture
def own(tmp_path, city):
    """A project of the invented city, which has an area that no notebook tells."""
    shutil.copytree(city, tmp_path / "data")
    (tmp_path / "notebooks").mkdir()
    return tmp_path


@pytest.fixture(scope="session")
def made(city_tables):
    return make_notebook("screening", city_tables)


def parameters(notebook):
    if not isinstance(notebook, nbformat.NotebookNode):
        notebook = nbformat.read(notebook, as_version=4)
    return next(c.source for c in notebook.cells if "parameters" in c.metadata.get("tags", []))


def test_it_is_the_common_page_with_a_title_of_its_own(made):
    common = nbformat.read(home() / "notebooks" / "common.ipynb", as_version=4)
    shared = [(c.id, c.metadata) for c in common.cells]
    assert [(c.id, c.metadata) for c in made.cells[2:]] == shared
    assert made.cells[0].source == "# 健康筛查"
    assert made.cells[1].source == "# Health screening"
    assert not [c for c in made.cells if c.get("outputs")]
    nbformat.validate(made)


def test_it_names_figures_of_the_area_and_looks_none_up(made, city_tables):
    source = "\n".join(cell.source for cell in made.cells)
    told = {*re.findall(r"\{(\w+)[:}]", source)}
    assert told == {"women_screened", "cases_found"}
    assert told <= {*city_tables.indicators.query("area == 'screening'")["indicator"]}
    assert not re.search(r"here\.(answer|main)\b|indicators\.index|\barea\b: str", source)


def test_its_cells_are_short_and_valid_python_even_of_an_area_with_one_figure(city_tables):
    frame = city_tables.indicators
    one = frame[(frame["area"] != "screening") | (frame["indicator"] == "cases_found")]
    tables = replace(city_tables, frames={**city_tables.frames, "indicators": one})
    for cell in make_notebook("screening", tables).cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)
            assert cell.source.count("\n") < 12
        else:
            assert not re.search(r"\d", cell.source)


def test_the_command_writes_it_beside_the_data_that_have_the_area(own, capsys):
    data = str(own / "data")
    assert main(["new", "screening", "--data", data, "--lang", "en"]) == 0
    path = own / "notebooks" / "screening.ipynb"
    told = capsys.readouterr().out
    assert str(path) in told
    assert f'make refresh ARGS="--data {data}"' in told
    assert 'data: str = "../data"' in parameters(path)
    assert 'region: str = "990100"' in parameters(path)
    assert main(["new", "screening", "--data", data]) == 2
    assert "已经有这个笔记本" in capsys.readouterr().err


@pytest.mark.parametrize(("area", "rule"), [("sports", "unknown-area"), ("care", "notebook-there")])
def test_an_area_without_rows_or_with_a_notebook_is_refused(own, city_tables, area, rule):
    (own / "notebooks" / "care.ipynb").write_text("{}")
    with pytest.raises(Refused) as refused:
        new_area(area, own, city_tables)
    assert refused.value.problems[0].rule == rule


def test_its_cells_tell_the_figures(own, city):
    """The cells one after the other, without a kernel."""
    path = new_area("screening", own, load(city), own / "data")
    names = {"__name__": "cells"}
    shown = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            *before, last = ast.parse(cell.source).body
            exec(compile(ast.Module(before, []), "cell", "exec"), names)
            if isinstance(last, ast.Expr):
                shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
            else:
                exec(compile(ast.Module([last], []), "cell", "exec"), names)
        if "parameters" in cell.metadata.tags:
            names["data"] = str(city)
    text = "\n".join(part.plain for part in shown)
    assert "接受筛查的妇女43400人" in text


def test_a_copy_opens_on_what_was_asked_for(own):
    place = {"region": "990121", "period": "2024-h1", "lang": "en"}
    path = copy_for("care", own, own / "data", place)
    assert path == own / "work" / "care.ipynb"
    told = parameters(path)
    for line in ('region: str = "990121"', 'period: str = "2024-h1"', 'lang: str = "en"',
                 'data: str = "../data"'):  # fmt: skip
        assert line in told
    notebook = nbformat.read(path, as_version=4)
    assert notebook.metadata["halfsky"] == {"run": True}
    assert not [cell for cell in notebook.cells if cell.get("outputs")]


def test_a_copy_without_a_place_opens_on_the_last_period_of_the_first_region(own):
    told = parameters(copy_for("screening", own, own / "data", {}))
    assert 'region: str = "990100"' in told
    assert 'period: str = "2024"' in told


def test_a_copy_of_a_new_notebook_that_has_no_outputs_yet_is_run_when_it_opens(own, city):
    new_area("screening", own, load(city), own / "data")
    path = copy_for("screening", own, own / "data", {})
    assert nbformat.read(path, as_version=4).metadata["halfsky"] == {"run": True}


def test_what_was_changed_in_a_copy_stays(own):
    path = copy_for("care", own, own / "data", {})
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("mine = 1"))
    nbformat.write(notebook, path)
    copy_for("care", own, own / "data", {"region": "990103"})
    assert nbformat.read(path, as_version=4).cells[-1].source == "mine = 1"
    assert 'region: str = "990103"' in parameters(path)
    assert 'period: str = "2024"' in parameters(path)


def test_a_copy_is_of_the_projects_own_notebook_before_the_programs(own):
    assert "维权阵地" in nbformat.writes(
        nbformat.read(copy_for("rights", own, own / "data", {}), 4)
    )
    mine = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 我的")])
    nbformat.write(mine, own / "notebooks" / "care.ipynb")
    copied = nbformat.read(copy_for("care", own, own / "data", {}), as_version=4)
    assert [cell.source for cell in copied.cells] == ["# 我的"]


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
    made = nbformat.v4.new_notebook(cells=cells)
    assert with_parameters(made, {"lang": "en"})
    assert not with_parameters(made, {"lang": "en"})
    assert [cell.source for cell in made.cells] == [
        'lang = "en"  # parameters',
        "lang = 'zh'  # setup",
    ]


def test_a_notebook_that_tells_other_data_is_set_on_the_projects_own_and_then_left_alone(own, city):
    notebook = nbformat.read(home() / "notebooks" / "care.ipynb", as_version=4)
    tables = load(city)
    set_on = parameters(at_home(notebook, tables, own / "data", own / "notebooks"))
    for line in ('region: str = "990100"', 'period: str = "2024"', 'data: str = "../data"'):
        assert line in set_on
    with_parameters(notebook, {"period": "2023"})
    again = at_home(notebook, tables, own / "data", own / "notebooks")
    assert 'period: str = "2023"' in parameters(again)


def test_a_project_is_the_folder_that_has_data_and_notebooks_side_by_side(own, city):
    assert project_of(own / "data") == own.resolve()
    assert project_of(city) == home()
    assert project_of(None) == home()


def test_a_data_folder_is_named_from_where_the_notebook_lies(tmp_path):
    assert named(tmp_path / "data", tmp_path / "work") == "../data"
    assert named(None, tmp_path) == ""
    assert named((home() / "data").resolve(), tmp_path) == ""


def test_a_data_folder_is_found_from_the_projects_root_and_from_the_notebook(monkeypatch):
    monkeypatch.chdir(home() / "notebooks")
    assert load("tests/city").simulated
    assert load("../tests/city").simulated
