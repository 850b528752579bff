"""A project's own notebooks: refreshed over its data, then tested against these outputs."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from helpers.paths import home
from helpers.projects.refresh import main as refresh


@pytest.mark.slow
def test_a_project_is_refreshed_and_tested_over_its_own_data(tmp_path, city):
    """A copy of the program's notebook; a figure changed since is a failure."""
    shutil.copytree(city, tmp_path / "data")
    (tmp_path / "notebooks").mkdir()
    data = str(tmp_path / "data")
    shutil.copy(home() / "notebooks" / "rights.ipynb", tmp_path / "notebooks")
    assert refresh(["--data", data]) == 0
    text = nbformat.writes(nbformat.read(tmp_path / "notebooks" / "rights.ipynb", as_version=4))
    assert "云河市" in text
    assert "枣庄" not in text
    assert outcome_of(data) == (0, "")

    table = tmp_path / "data" / "observations.csv"
    before = table.read_text(encoding="utf-8")
    table.write_text(before.replace("12550", "12560"), encoding="utf-8")
    code, said = outcome_of(data)
    assert code == 1
    assert f'make refresh ARGS="--data {data}"' in said


def outcome_of(data):
    """Exit code and remedy of `run.py test --data`, in this environment."""
    program = "import sys, run; run.VENV = __import__('pathlib').Path(sys.prefix)\n"
    program += "sys.exit(run.test(sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", program, "--data", data], cwd=home(),
                          capture_output=True, text=True, env=dict(os.environ))  # fmt: skip
    said = [line for line in done.stdout.splitlines() if "make refresh" in line]
    return done.returncode, said[-1] if said else "" if not done.returncode else done.stdout


def test_data_that_are_refused_are_told_and_nothing_is_run(tmp_path, city, capsys):
    shutil.copytree(city, tmp_path / "data")
    (tmp_path / "notebooks").mkdir()
    shutil.copy(home() / "notebooks" / "care.ipynb", tmp_path / "notebooks")
    (tmp_path / "data" / "observations.csv").write_text("indicator\n")
    assert refresh(["--data", str(tmp_path / "data")]) == 3
    assert capsys.readouterr().err.startswith("observations.csv:")
