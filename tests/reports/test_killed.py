"""The real command killed over and over, interrupted, and two of it at once: slow."""

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
from tests.reports.conftest import PERIOD, REGIONS, built_in

from helpers.paths import home

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="signals differ there"),
]


@pytest.fixture
def start(tmp_path, monkeypatch):
    """`start(out, ...)`: the command at work on a tiny house."""
    tiny = built_in(tmp_path)
    for name in ("pyproject.toml",):
        shutil.copy(home() / name, tmp_path / name)
    for area in ("overview", "rights", "care"):
        tiny.put(area, f"here = open_area({area!r}, region, period, lang, data, audience)",
                 'here.say(zh="{region}。", en="{region}.")',
                 setup="from helpers import open_area")  # fmt: skip
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("HALFSKY_HOME", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setenv("PYTHONPATH", str(home() / "src"))

    def started(out, *more):
        command = [sys.executable, "-m", "helpers", "report", "--lang", "en", "--jobs", "2"]
        command += ["--data", str(tiny.data), "--out", str(tmp_path / out), *more]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path,
            # where the tests run in the background, Ctrl-C is ignored: not here
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )  # fmt: skip

    started.house = tiny
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


def run(process, code=0):
    out, err = process.communicate(timeout=300)
    assert process.returncode == code, err.decode()
    return int(out.decode().partition(" built")[0] or 0)


def quiet(root):
    """Whether nothing is left at work some seconds after a kill."""
    for _ in range(200):
        if not any(at_work(process, root) for process in psutil.process_iter()):
            return True
        time.sleep(0.1)
    return False


def at_work(process, root):
    try:
        return process.pid != os.getpid() and process.environ()["HALFSKY_HOME"] == str(root)
    except (psutil.Error, KeyError):
        return False


def test_killed_at_a_dozen_points_and_continued_equals_a_run_that_was_not(start, tmp_path):
    assert run(start("whole")) == 6
    whole = pages(tmp_path / "whole")
    chance = random.Random(7)
    for seconds in [0.03, 0.1, 0.3, 0.8, *(chance.uniform(1, 4) for _ in range(8))]:
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
    assert quiet(tmp_path)
    assert list((tmp_path / "killed").rglob("*.part")) == []


def test_killed_between_any_two_pages_and_continued(start, tmp_path):
    run(start("whole"))
    for published in (1, 3, 5):
        process = start("killed")
        while len(pages(tmp_path / "killed")) < published:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert quiet(tmp_path)
    run(start("killed"))
    assert pages(tmp_path / "killed") == pages(tmp_path / "whole")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_request_to_end_is_obeyed_and_the_next_run_goes_on(start, tmp_path, number, code):
    process = start("ended", "--jobs", "1")
    while len(pages(tmp_path / "ended")) < 1:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert process.returncode == code
    assert "stopped; run again to go on from here" in err.decode()
    assert quiet(tmp_path)
    assert list((tmp_path / "tmp").iterdir()) == []
    done = len(pages(tmp_path / "ended"))
    assert 1 <= done < 7
    assert run(start("ended")) in (6 - done, 7 - done)  # the last may not have been entered yet


@pytest.mark.parametrize("seconds", [0.3, 0.5, 0.7, 1.0, 1.5])
def test_the_first_ctrl_c_ends_a_run_at_any_time(start, tmp_path, seconds):
    process = start("ended")
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, err = process.communicate(timeout=20)
    assert time.monotonic() - began < 10
    assert process.returncode in (130, -2), err.decode()
    assert quiet(tmp_path)


def test_two_runs_at_once_one_works_and_the_other_is_told(start, tmp_path):
    one, other = start("same"), start("same")
    told = [process.communicate(timeout=300) for process in (one, other)]
    assert sorted((one.returncode, other.returncode)) == [0, 5]
    refused = told[0] if one.returncode else told[1]
    assert "another run holds this folder" in refused[1].decode()
    run(start("alone"))
    assert pages(tmp_path / "same") == pages(tmp_path / "alone")


def test_edits_against_a_fresh_edition_byte_for_byte(start, tmp_path):
    """The index included: a row that moves and changes, one that goes, all as they were."""
    house = start.house
    run(start("kept"))
    name = "observations.csv"
    whole = (house.data / name).read_text(encoding="utf-8")
    for change in (
        lambda head, rows: [
            [*rows[3][: head.index("locator")], "p9", *rows[3][head.index("locator") + 1 :]],
            *rows[:3],
            *rows[4:],
        ],
        lambda _, rows: rows[1:],
        None,
    ):
        if change:
            house.edit(name, change)
        else:
            (house.data / name).write_text(whole, encoding="utf-8")
        run(start("kept", "--accept-shrink"))
        assert run(start("fresh", "--fresh", "--accept-shrink")) == 6
        assert pages(tmp_path / "kept") == pages(tmp_path / "fresh")


def test_a_page_that_finds_no_place_fails_alone_by_that_cause(start, tmp_path):
    where = f"en/{REGIONS[0]}/{PERIOD}"
    (tmp_path / "full" / "en" / REGIONS[0]).mkdir(parents=True)
    (tmp_path / "full" / where).write_text("a file where a folder is to be", encoding="utf-8")
    process = start("full")
    _, err = process.communicate(timeout=100)
    assert process.returncode == 1
    assert f"failed: {where}/rights.html: the page could not be written" in err.decode()
    assert len(pages(tmp_path / "full")) == 4
