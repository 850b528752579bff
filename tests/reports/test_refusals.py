"""Notebooks and places that are refused before anything starts."""

import json

import nbformat
import pytest

from helpers.reports import prepare
from helpers.reports.prepare import place_problems


def notebook_problems(path):
    return prepare.notebook_problems(path, path.read_bytes() if path.exists() else None)


def rules(path):
    return [problem.rule for problem in notebook_problems(path)]


def test_a_notebook_with_its_five_parameters_is_fine(house):
    assert notebook_problems(house.put("care", "print(1)")) == []


def test_a_missing_notebook_is_named(house):
    (found,) = notebook_problems(house.root / "notebooks" / "family.ipynb")
    assert (found.file, found.rule) == ("notebooks/family.ipynb", "notebook-missing")


def test_a_file_that_is_no_notebook_is_refused(house):
    path = house.put("care")
    path.write_text("[1, 2", encoding="utf-8")
    assert rules(path) == ["notebook-unreadable"]


def test_a_notebook_without_parameters_cell_is_refused(house):
    path = house.put("care")
    nb = nbformat.read(path, 4)
    nb.cells[1].metadata["tags"] = []
    nbformat.write(nb, path)
    assert rules(path) == ["notebook-parameters"]


def test_a_misspelt_parameter_is_named(house):
    parameters = 'region = ""\nperoid = ""\nlang = ""\ndata = ""\naudience = ""'
    (found,) = notebook_problems(house.put("care", parameters=parameters))
    assert (found.rule, found.value) == ("parameter-undeclared", "period")


def test_a_parameter_that_papermill_cannot_read_counts_as_undeclared(house):
    parameters = 'region = period = ""\nlang = ""\ndata = ""\naudience = ""'
    found = notebook_problems(house.put("care", parameters=parameters))
    assert {"region", "period"} <= {problem.value for problem in found}


@pytest.mark.parametrize("line", ["import os", 'data = open("x").read()', "sum = lambda: 1"])
def test_only_literals_stand_in_the_parameters_cell(house, line):
    parameters = 'region = ""\nperiod = ""\nlang = ""\ndata = ""\naudience = ""\n' + line
    assert rules(house.put("care", parameters=parameters)) == ["notebook-parameters"]


@pytest.mark.parametrize("tag", ["raises-exception", "skip-execution"])
def test_a_cell_that_may_fail_or_be_skipped_is_refused(house, tag):
    (found,) = notebook_problems(house.put("care", "1 / 0", tags=[tag]))
    assert (found.rule, found.row, found.value) == ("notebook-tag", 3, tag)


@pytest.mark.parametrize(
    "line", ["more: int = -3", "years = [2021, 2022]", "both: dict = {'a': (1, None)}", "z = 1+2j"]
)
def test_literals_are_what_python_reads_as_such(house, line):
    parameters = 'region = ""\nperiod = ""\nlang = ""\ndata = ""\naudience = ""\n' + line
    assert rules(house.put("care", parameters=parameters)) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"metadata": {}}, "notebook-kernel"),
        ({"metadata": {"kernelspec": None}}, "notebook-kernel"),
        ({"metadata": {"kernelspec": {"name": "ir", "language": "R"}}}, "notebook-language"),
        (
            {"metadata": {"kernelspec": {"name": "ir"}, "language_info": {"name": "R"}}},
            "notebook-language",
        ),
        ({"metadata": None}, "notebook-unreadable"),
        ({"nbformat": None}, "notebook-unreadable"),
        ({"nbformat": 3}, "notebook-format"),
        ({"nbformat": "4"}, "notebook-unreadable"),
        ({"cells": None}, "notebook-unreadable"),
        ({"cells": [{"source": "1"}]}, "notebook-unreadable"),
    ],
)
def test_what_no_kernel_of_ours_could_run_is_refused_and_never_a_traceback(house, change, rule):
    path = house.put("care")
    value = {**json.loads(path.read_text(encoding="utf-8")), **change}
    value = {name: one for name, one in value.items() if name != "nbformat" or one is not None}
    path.write_text(json.dumps(value), encoding="utf-8")
    assert rules(path) == [rule]


@pytest.mark.parametrize("inside", ["data", "data/out", "notebooks", "src/x", ".", "data/../data"])
def test_reports_do_not_go_where_the_inputs_are(house, inside):
    (found,) = place_problems(house.root / inside, house.root / "data", house.root)
    assert found.rule == "out-inside-input"


def test_a_link_into_the_data_folder_is_seen_through(house):
    link = house.root / "link"
    link.symlink_to(house.root / "data", target_is_directory=True)
    assert [p.rule for p in place_problems(link / "x", house.root / "data", house.root)] == [
        "out-inside-input"
    ]


def test_missing_data_and_an_output_that_is_a_file_are_named_together(house):
    (house.root / "taken").write_text("", encoding="utf-8")
    found = place_problems(house.root / "taken", house.root / "nowhere", house.root)
    assert [problem.rule for problem in found] == ["no-such-folder", "not-a-folder"]


def test_a_folder_of_its_own_is_fine(house):
    assert place_problems(house.root / "reports", house.root / "data", house.root) == []
