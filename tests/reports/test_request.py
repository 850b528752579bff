"""Which notebook tells an area: the project's own, the program's, or the common page's."""

from pathlib import Path

import pytest

from helpers.reports.plan import COMMON, Request


@pytest.fixture
def request_of(tmp_path):
    """A program and another office's project, each with notebooks of its own."""
    for folder in ("house/notebooks", "house/data", "own/notebooks", "own/data", "loose"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("house/notebooks/rights", "house/notebooks/care", "own/notebooks/care"):
        (tmp_path / f"{name}.ipynb").write_text("{}")

    def made(data: str) -> Request:
        return Request(tmp_path / "house", tmp_path / data, tmp_path / "out")

    return made


def where(path: Path) -> str:
    return "/".join(path.parts[-3:])


def test_the_notebook_beside_the_data_is_taken_before_the_programs(request_of):
    own = request_of("own/data")
    assert where(own.notebook("care")) == "own/notebooks/care.ipynb"
    assert where(own.notebook("rights")) == "house/notebooks/rights.ipynb"


def test_a_data_folder_of_another_name_has_no_notebooks_of_its_own(request_of):
    assert where(request_of("loose").notebook("care")) == "house/notebooks/care.ipynb"


def test_an_area_without_a_notebook_gets_the_common_page(request_of):
    assert where(request_of("own/data").notebook("screening")) == f"house/notebooks/{COMMON}"
