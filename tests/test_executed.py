"""Notebooks executed by papermill for a second region and language stand up to nbval too."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import papermill
import pytest

from helpers.paths import home

NOTEBOOKS = sorted((home() / "notebooks").glob("*.ipynb"))
ELSEWHERE = {"region": "370481", "period": "2024", "lang": "en"}


def executed(notebook: Path, folder: Path, data: Path) -> Path:
    """The notebook run for a district, in English, with its outputs stored in ``folder``."""
    out = folder / notebook.name
    parameters = {**ELSEWHERE, "data": str(data)}
    papermill.execute_notebook(
        notebook,
        out,
        parameters,
        cwd=folder,
        progress_bar=False,
        log_output=False,
        request_save_on_cell_execute=False,
    )
    return out


def nbval(*paths: Path) -> subprocess.CompletedProcess[str]:
    """A plain run of nbval, which runs every cell again and compares the outputs."""
    options = ["-q", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env", "-c", "/dev/null"]
    command = [sys.executable, "-m", "pytest", *options, f"--rootdir={paths[0].parent}"]
    return subprocess.run(
        [*command, *map(str, paths)], capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture(scope="module")
def districts(tmp_path_factory) -> Path:
    """A copy of the simulated districts that a test may change."""
    folder = tmp_path_factory.mktemp("data") / "districts"
    shutil.copytree(home() / "examples" / "districts", folder)
    return folder


@pytest.fixture(scope="module")
def rights(tmp_path_factory, districts) -> Path:
    """The notebook on rights, executed once for the tests that alter it."""
    folder = tmp_path_factory.mktemp("rights")
    return executed(home() / "notebooks" / "rights.ipynb", folder, districts)


def test_every_notebook_passes_nbval_for_a_second_region_and_language(tmp_path, districts):
    outs = [executed(notebook, tmp_path, districts) for notebook in NOTEBOOKS]
    found = nbval(*outs)
    assert found.returncode == 0, found.stdout[-3000:]
    assert re.search(r"\b[1-9]\d* passed", found.stdout)


def test_one_number_changed_in_a_stored_output_is_noticed(tmp_path, rights):
    text = rights.read_text(encoding="utf-8")
    number = re.search(r">([\d,]+)</data>", text)[1]
    other = number[:-1] + str((int(number[-1]) + 1) % 10)
    altered = tmp_path / rights.name
    altered.write_text(text.replace(f">{number}</data>", f">{other}</data>", 1), encoding="utf-8")
    found = nbval(altered)
    assert found.returncode == 1
    assert other in found.stdout


def test_one_number_changed_in_a_table_is_noticed(rights, districts):
    table = districts / "observations.csv"
    before = table.read_text(encoding="utf-8")
    row = re.search(r"^couples_reconciled,370481,2024,(\d+),,(\d+)对.*$", before, re.M)
    changed = row[0].replace(f",{row[1]},,{row[2]}对", f",{int(row[1]) - 1},,{int(row[1]) - 1}对")
    try:
        table.write_text(before.replace(row[0], changed), encoding="utf-8")
        found = nbval(rights)
    finally:
        table.write_text(before, encoding="utf-8")
    assert found.returncode == 1
    assert f"{int(row[1]) - 1:,}" in found.stdout
