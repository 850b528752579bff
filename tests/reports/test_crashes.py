"""Kills and failures with real processes: slow."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from helpers.reports.fork.system import can_fork
from helpers.reports.ledger import counts
from helpers.reports.processes import MARK

pytestmark = pytest.mark.slow

HERE = Path(__file__).resolve().parent


@pytest.fixture(autouse=True)
def _own_temporary_folder(house, monkeypatch):
    (house.root / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(house.root / "tmp"))


def statuses(edition):
    found = counts(edition.entries)
    return found["built"], found["unchanged"], found["failed"], found["withheld"]


DRIVER = """
import sys
from pathlib import Path
if __name__ == "__main__":  # a worker imports this file too, and needs none of it
    sys.path.insert(0, sys.argv[1])
    import conftest
    from helpers.reports.cache import keys
    keys.code_files = lambda _package: {}
    house = conftest.House(Path(sys.argv[2]), conftest.rows(regions=["010"]))
    house.make(slots=2, engine=sys.argv[3])
"""


ENGINES = [
    "papermill",
    pytest.param("fork", marks=pytest.mark.skipif(not can_fork(), reason="for Linux")),
]
each_engine = pytest.mark.parametrize("engine", ENGINES)


def driver(house, engine):
    script = house.root / "driver.py"
    script.write_text(DRIVER, encoding="utf-8")
    return subprocess.Popen([sys.executable, str(script), str(HERE), str(house.root), engine])


def gone(house):
    """Whether all that a killed run had started, and its private folders, go by themselves."""
    for _ in range(300):
        ours = [process for process in psutil.process_iter() if at_work(process, house.root)]
        if not ours and not list((house.root / "tmp").iterdir()):
            return True
        time.sleep(0.1)
    return False


def at_work(process, root):
    try:
        return MARK in process.environ() and Path(process.cwd()).is_relative_to(root)
    except psutil.Error:
        return False


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
@each_engine
def test_a_run_killed_anywhere_and_run_again_equals_one_that_was_not(house, engine):
    for name in ("regions", "observations"):
        house.tables[name] = [row for row in house.tables[name] if row["region"] == "010"]
    assert statuses(house.make(engine=engine)) == (6, 0, 0, 0)
    whole = house.reports()
    shutil.rmtree(house.root / "reports")
    for published in (1, 4):
        process = driver(house, engine)
        while len(house.reports()) < published:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert gone(house)
        for path, content in house.reports().items():
            assert content == whole[path], path
    edition = house.make(engine=engine)
    assert statuses(edition)[2:] == (0, 0)
    assert house.reports() == whole
    assert list((house.root / "reports").rglob("*.part")) == []


@each_engine
def test_one_failing_notebook_the_others_built(house, engine):
    house.put("rights", "1 / 0")
    edition = house.make(engine=engine, langs=("zh",), regions=("010",))
    assert statuses(edition) == (2, 0, 1, 0)
    (failed,) = (entry for entry in edition.entries if entry.status == "failed")
    assert failed.reason == "cell [3] stopped with ZeroDivisionError"
    assert edition.portal.is_file()


CLI = """
import sys
from pathlib import Path
if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    import conftest
    from helpers import cli
    from helpers.reports import command, reports
    from helpers.reports.index import build as wayin
    from helpers.reports.cache import keys
    house = conftest.House(Path(sys.argv[2]))
    command.home = lambda: house.root
    keys.code_files = lambda _package: {}
    wayin._load, reports._read, wayin._portal = house.load, house.read, conftest.way_in
    sys.exit(cli.main(sys.argv[3:]))
"""


@pytest.mark.skipif(os.name == "nt", reason="signals differ there")
@each_engine
def test_ctrl_c_ends_the_run_cleanly_and_the_next_goes_on(house, engine):
    script = house.root / "command.py"
    script.write_text(CLI, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), str(HERE), str(house.root), "report", "--jobs", "1",
         "--engine", engine],
        stderr=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    while len(house.reports()) < 1:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "再运行一次" in told
    assert gone(house)
    done = len(house.reports())
    assert 1 <= done < 12
    zh, _ = house.make("overview", engine=engine, regions=("010",)).entries
    assert (zh.lang, zh.status) == ("zh", "unchanged")


def test_two_runs_from_scratch_give_the_same_bytes(house):
    wanted = {"langs": ("zh",), "regions": ("010",), "fresh": True}
    assert statuses(house.make(**wanted)) == (3, 0, 0, 0)
    before = house.reports()
    assert statuses(house.make(**wanted)) == (3, 0, 0, 0)
    assert house.reports() == before
