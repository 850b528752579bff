"""Names in notebooks: what the data do not know is told with notebook and cell, once."""

import shutil

import nbformat
import pytest

from helpers.cli import main
from helpers.data.folder import read_folder
from helpers.paths import home
from helpers.projects.names import check_notebooks


@pytest.fixture
def own(tmp_path, city):
    shutil.copytree(city, tmp_path / "data")
    (tmp_path / "notebooks").mkdir()
    return tmp_path


def put(own, *sources, name="screening"):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), own / "notebooks" / f"{name}.ipynb")


def told(own):
    data = own / "data"
    return check_notebooks(data, read_folder(data))


def test_a_name_that_the_data_do_not_know_is_told_with_its_cell_and_the_nearest(own):
    put(own, "x = 1", 'here.say(zh="{women_screned}", en="{women_screned}")')
    (found,) = told(own)
    assert (found.file, found.row, found.column) == ("notebooks/screening.ipynb", 2, "cell")
    assert (found.value, found.severity) == ("women_screned", "warning")
    assert "women_screened" in found.remedy("zh")


@pytest.mark.parametrize(
    "name",
    ["women_screened", "followed_up_share", "female_population", "screening_week", "region",
     "women_screened.growth", "cases_found@990102", "reconciled_share@neighbour@2023",
     "period@2023"],
)  # fmt: skip
def test_figures_bases_programmes_and_their_forms_are_known(own, name):
    put(own, f'here.say(zh="{{{name}}}", en="{{{name}}}")')
    assert told(own) == []


def test_a_notebook_of_no_area_is_not_read(own):
    put(own, 'here.say(zh="{nothing_of_ours}", en="")', name="scratch")
    assert told(own) == []


def test_a_notebook_that_cannot_be_read_is_left_to_the_report(own):
    (own / "notebooks" / "screening.ipynb").write_text("{")
    assert told(own) == []


def test_the_programs_notebooks_are_not_held_against_another_citys_data(city):
    assert check_notebooks(city, read_folder(city)) == []


def test_the_shipped_notebooks_name_only_what_the_shipped_data_know():
    data = home() / "data"
    assert check_notebooks(data, read_folder(data)) == []


def test_the_command_tells_it_in_the_readers_language(own, capsys):
    put(own, 'here.over_time(["women_screned"], zh="历年", en="Years")')
    assert main(["check", "--data", str(own / "data"), "--lang", "en"]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    assert "notebooks/screening.ipynb:1:cell: 'women_screned':" in line
    assert "nearest: women_screened" in line
