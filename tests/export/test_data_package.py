"""The Data Package: whole, valid, equal to the folder that it was made of."""

import csv
import io
import json

import pytest

from helpers.data import home
from helpers.data.folder import read_folder
from helpers.export.data_package import as_data_package

FOLDERS = ["data", "examples/districts", "tests/city"]


@pytest.fixture(params=FOLDERS)
def folder(request):
    """Each data folder of the project, read."""
    return read_folder(home() / request.param)


def test_it_holds_every_row_of_every_table(folder):
    files = as_data_package(folder)
    for name, sheet in folder.sheets.items():
        if f"{name}.csv" in files:
            rows = list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode())))
            assert len(rows) == len(sheet)
            assert [row[sheet.table.names[0]] for row in rows] == sheet.texts[sheet.table.names[0]]


def test_frictionless_finds_nothing_wrong(folder, tmp_path):
    from frictionless import validate

    for name, content in as_data_package(folder).items():
        (tmp_path / name).write_bytes(content)
    report = validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])


def test_simulated_data_stay_marked(folder):
    package = json.loads(as_data_package(folder)["datapackage.json"])
    assert package["simulated"] is folder.simulated
