"""The real command on the real notebooks, killed over and over, and two of it at once: slow."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest

from helpers.data import home
from helpers.reports.fork.system import can_fork
from helpers.reports.processes import MARK

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not can_fork(), reason="the fork engine is for Linux"),
]
WANTED = ("rights", "support", "honours", "--region", "370400")


@pytest.fixture
def start(tmp_path, monkeypatch):
    """`start(out, ...)`: the command at work on a copy of the data."""
    shutil.copytree(home() / "data", tmp_path / "data")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setenv("PYTHONPATH", str(home() / "src"))

    def started(out, *more):
        command = [sys.executable, "-m", "helpers", "report", *WANTED, *more]
        return subprocess.Popen(
            [*command, "--data", tmp_path / "data", "--out", tmp_path / out],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path,
        )  # fmt: skip

    return started


def pages(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.html")
    }


def book(folder):
    value = json.loads((folder / "ledger.json").read_text(encoding="utf-8"))
    for one in value["reports"]:
        for name in ("seconds", "status", "reason", "reason_zh"):
            del one[name]
    return value


def run(process):
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    return int(out.decode().removeprefix("已生成 ").partition("，")[0])


def quiet(folder):
    """Whether nothing is left at work, and no temporary folder, some seconds after a kill."""
    for _ in range(200):
        if not list(folder.iterdir()) and not any(map(marked, psutil.process_iter())):
            return True
        time.sleep(0.1)
    return False


def marked(process):
    try:
        return MARK in process.environ() and process.environ()["TMPDIR"].startswith(TMP[0])
    except (psutil.Error, KeyError):
        return False


TMP = [""]


def test_killed_at_a_dozen_points_and_continued_equals_a_run_that_was_not(start, tmp_path):
    TMP[0] = str(tmp_path)
    assert run(start("whole")) == 6
    whole = pages(tmp_path / "whole")
    chance = random.Random(7)
    for seconds in [0.03, 0.1, 0.3, 0.8, *(chance.uniform(1, 3.5) for _ in range(10))]:
        process = start("killed")
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        for path, content in pages(tmp_path / "killed").items():
            if path != "index.html":
                assert content == whole[path], path
    run(start("killed"))
    assert pages(tmp_path / "killed") == whole
    assert book(tmp_path / "killed") == book(tmp_path / "whole")
    assert run(start("killed")) == 0
    assert quiet(tmp_path / "tmp")
    assert list((tmp_path / "killed").rglob("*.part")) == []


def test_two_runs_at_once_one_works_and_the_other_is_told(start, tmp_path):
    one, other = start("same"), start("same")
    told = [process.communicate(timeout=300) for process in (one, other)]
    assert sorted((one.returncode, other.returncode)) == [0, 5]
    refused = told[0] if one.returncode else told[1]
    assert "另一次运行正在使用这个文件夹" in refused[1].decode()
    run(start("alone"))
    assert pages(tmp_path / "same") == pages(tmp_path / "alone")


def test_one_row_that_moves_up_and_one_that_changes(start, tmp_path):
    """Against a fresh edition of the same data, byte for byte, the way in included."""
    run(start("kept"))
    table = tmp_path / "data" / "observations.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if line.startswith("couples_counselled,"))
    for edited in (
        [*lines[:1], lines[at], *lines[1:at], *lines[at + 1 :]],
        [*lines[:at], lines[at].replace("38784", "38785"), *lines[at + 1 :]],
        lines[:at] + lines[at + 1 :],
        lines,
    ):
        table.write_text("".join(edited), encoding="utf-8")
        process = start("kept")
        process.communicate(timeout=300)
        if process.returncode == 3:  # the checker refuses such data: all stays as it was
            continue
        assert process.returncode == 0
        assert run(start("fresh", "--fresh")) == 6
        assert pages(tmp_path / "kept") == pages(tmp_path / "fresh")


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may write")
def test_a_folder_that_may_only_be_read_is_left_alone_and_said(start, tmp_path):
    run(start("fixed"))
    before = pages(tmp_path / "fixed")
    for path in (tmp_path / "fixed", *(tmp_path / "fixed").rglob("*")):
        path.chmod(0o500 if path.is_dir() else 0o400)
    process = start("fixed")
    _, err = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "无法写入" in err.decode()
    assert pages(tmp_path / "fixed") == before
