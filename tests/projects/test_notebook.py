"""A new area's notebook: on the skeleton, from the area's own rows, and it runs."""

import ast
import re
import shutil

import nbformat
import pytest

from helpers.cli import main
from helpers.data import load
from helpers.data.problems import Refused
from helpers.projects.notebook import make_notebook, new_area, notebook_of

SKELETON = ["title", "parameters", "setup", "glance", "finding", "coherence", "context",
            "programmes", "caveats", "method"]  # fmt: skip


@pytest.fixture
def own(tmp_path, city):
    """A project of the invented city, which has an area that no notebook tells."""
    shutil.copytree(city, tmp_path / "data")
    (tmp_path / "notebooks").mkdir()
    return tmp_path


@pytest.fixture(scope="session")
def made(city_tables):
    return make_notebook("screening", city_tables)


def roles(notebook):
    told = [next(tag for tag in c.metadata.tags if tag in SKELETON) for c in notebook.cells]
    return list(dict.fromkeys(told))


def test_it_stands_on_the_skeleton_with_both_languages(made):
    assert roles(made) == SKELETON
    texts = [cell.metadata.tags[1] for cell in made.cells if cell.cell_type == "markdown"]
    assert texts == ["zh", "en"] * (len(texts) // 2)
    nbformat.validate(made)


def test_it_names_every_figure_of_the_area_and_no_other(made, city_tables):
    told = {n for c in made.cells for n in re.findall(r"\{(\w+)\}", c.source)}
    own = city_tables.indicators.query("area == 'screening'")["indicator"]
    assert told == {*own, "followed_up_share"}


def test_its_cells_are_short_and_valid_python(made):
    for cell in made.cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)
            assert cell.source.count("\n") < 12
        else:
            assert not re.search(r"\d", cell.source)


def test_it_asks_three_to_six_questions(made):
    asked = [c.source for c in made.cells if c.metadata.tags == ["finding", "zh"]]
    assert 3 <= len(asked) <= 6
    assert all(text.endswith("？") for text in asked)


def test_a_quotation_mark_in_a_label_breaks_no_cell(city_tables):
    from dataclasses import replace

    frame = city_tables.indicators.copy()
    frame.loc[frame["indicator"] == "women_screened", "label_en"] = 'Women "screened" \\ twice'
    tables = replace(city_tables, frames={**city_tables.frames, "indicators": frame})
    for cell in make_notebook("screening", tables).cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)


def test_the_command_writes_it_beside_the_data_that_have_the_area(own, capsys):
    data = str(own / "data")
    assert main(["new", "screening", "--data", data, "--lang", "en"]) == 0
    path = own / "notebooks" / "screening.ipynb"
    assert str(path) in capsys.readouterr().out
    (cell,) = [c for c in nbformat.read(path, 4).cells if "parameters" in c.metadata.tags]
    assert 'data: str = "../data"' in cell.source
    assert 'region: str = "990100"' in cell.source
    assert main(["new", "screening", "--data", data]) == 2
    assert "已经有这个笔记本" in capsys.readouterr().err


@pytest.mark.parametrize(("area", "rule"), [("sports", "unknown-area"), ("care", "notebook-there")])
def test_an_area_without_rows_or_with_a_notebook_is_refused(own, city_tables, area, rule):
    (own / "notebooks" / "care.ipynb").write_text("{}")
    with pytest.raises(Refused) as refused:
        new_area(area, own, city_tables)
    assert refused.value.problems[0].rule == rule


def test_the_projects_own_notebook_is_taken_before_the_programs(own, city_tables, made):
    assert notebook_of("rights", own, city_tables).cells[0].source.startswith("# 依法维权")
    mine = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 我的")])
    nbformat.write(mine, own / "notebooks" / "rights.ipynb")
    assert notebook_of("rights", own, city_tables).cells[0].source == "# 我的"
    new = notebook_of("screening", own, city_tables)
    assert [c.source for c in new.cells] == [c.source for c in made.cells]


def test_its_cells_tell_the_figures(made, city):
    """The cells one after the other, without a kernel."""
    names = {"__name__": "cells"}
    shown = []
    for cell in made.cells:
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
    assert load(city).simulated
