"""A Dask scheduler and two workers make what one machine makes, whatever happens to them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

import psutil
import pytest
from tests.reports.conftest import REGIONS, built_in
from tests.reports.test_build import statuses

from helpers.data.problems import Refused
from helpers.reports import inputs, ledger
from helpers.reports.plan import Extra

pytest.importorskip("distributed")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="signals differ there")]

HERE = REGIONS[0]
SAY = "from helpers import open_area\n"
SAY += 'open_area("{area}", region, period, lang, data, audience); None'
# a worker may die twice before its report is given up
SETTINGS = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Cluster:
    """A scheduler and workers of one slot each; all that was started ends with `end`."""

    def __init__(self, folder, workers=2, path=""):
        self.folder, self.path, self.processes = folder, path, []
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.dask("scheduler", "--host", "127.0.0.1", "--port", self.address.rpartition(":")[2])
        for number in range(workers):
            place = str(folder / f"worker-{number}")
            self.dask("worker", self.address, "--nthreads", "1", "--local-directory", place)
        from distributed import Client

        with Client(self.address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=120)
            self.pids = list(client.run(os.getpid).values())

    def dask(self, *words):
        env = {**os.environ, **SETTINGS} | ({"PYTHONPATH": self.path} if self.path else {})
        command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
        log = (self.folder / f"{words[0]}-{len(self.processes)}.log").open("wb")
        done = subprocess.Popen(command, cwd=self.folder, env=env, stdout=log, stderr=log,
                                start_new_session=True)  # fmt: skip
        self.processes.append(done)

    def end(self):
        for process in self.processes:
            below = []
            with suppress(psutil.Error):
                below = psutil.Process(process.pid).children(recursive=True)
            for one in (process, *below):
                with suppress(psutil.Error, OSError):
                    one.kill()
            process.wait(30)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        yield made
    finally:
        made.end()


@pytest.fixture
def house(tmp_path):
    """A tiny house with the project's own program."""
    tiny = built_in(tmp_path)
    for area in ("overview", "rights", "care"):
        tiny.put(area, SAY.replace("{area}", area))
    return tiny


def made(house, *areas, out="reports", **settings):
    settings = {"hooks": {"engine": None}, "langs": ("zh",), **settings}
    return house.make(*areas, out=house.root / out, **settings)


def edition(folder):
    """Every page and the ledger without what a run was like."""
    pages = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.html")}
    entries = ledger.read(folder).entries.values()
    return pages, [(e.path, e.sha256, e.inputs_sha256) for e in entries]


def test_many_machines_make_the_bytes_of_one_and_nothing_twice(cluster, house):
    (house.root / "notebooks" / "beside.py").write_text("known = 1", encoding="utf-8")
    house.put("care", "import beside")
    text = house.root / "letter.txt"
    text.write_text("甲。", encoding="utf-8")
    house.put("audit", "assert open(text, encoding='utf-8').read() == '甲。'",
              parameters=house_parameters())  # fmt: skip
    extra = Extra("audit", text.name, inputs.file_hash(text), text=text)
    assert statuses(made(house, out="local", extra=extra)) == (7, 0, 0, 0)
    there = {"scheduler": cluster.address, "extra": extra}
    assert statuses(made(house, **there)) == (7, 0, 0, 0)
    assert edition(house.out) == edition(house.root / "local")
    assert statuses(made(house, **there)) == (0, 7, 0, 0)


def house_parameters():
    from tests.reports.conftest import PARAMETERS

    return PARAMETERS + '\ntext: str = ""'


def test_a_worker_that_is_killed_costs_a_retry_and_nothing_else(cluster, house):
    for area in ("overview", "rights", "care"):
        house.put(area, "import time; time.sleep(1.5)")
    assert statuses(made(house, out="local")) == (6, 0, 0, 0)
    killed = []

    def kill_one(*_):
        if not killed:
            killed.append(cluster.pids[0])
            os.kill(cluster.pids[0], signal.SIGKILL)

    hooks = {"engine": None, "finished": kill_one}
    assert statuses(made(house, scheduler=cluster.address, hooks=hooks)) == (6, 0, 0, 0)
    assert killed
    assert edition(house.out) == edition(house.root / "local")


def test_reports_that_fail_fail_alone_and_by_their_own_reason(cluster, house):
    house.put("care", "1 / 0")
    house.put("overview", "import time; time.sleep(600)")
    found = made(house, scheduler=cluster.address, timeout=4, regions=(HERE,))
    reasons = {e.area: e.reason.partition(";")[0] for e in found.entries}
    assert reasons["rights"] == "no earlier report"
    assert reasons["care"] == "cell [2] stopped with ZeroDivisionError"
    assert "4 seconds" in reasons["overview"]


def test_a_run_that_is_stopped_ends_its_reports_and_keeps_what_is_done(cluster, house):
    house.put("care", "import time; time.sleep(600)")

    def interrupted(entry, _outcome):
        if entry.area == "rights":
            raise KeyboardInterrupt

    hooks = {"engine": None, "finished": interrupted}
    stopped = made(house, "rights", "care", scheduler=cluster.address, regions=(HERE,), hooks=hooks)
    assert stopped.stopped
    assert statuses(stopped) == (1, 0, 0, 0)
    house.put("care", SAY.replace("{area}", "care"))  # the slots are free again
    again = made(house, "rights", "care", scheduler=cluster.address, regions=(HERE,))
    assert statuses(again) == (1, 1, 0, 0)


def test_a_scheduler_that_is_not_there_is_told_and_nothing_is_built(house, monkeypatch):
    monkeypatch.setattr("helpers.reports.scheduler.TO_ANSWER", 1)
    with pytest.raises(Refused) as refused:
        made(house, scheduler=f"tcp://127.0.0.1:{free_port()}")
    assert [found.rule for found in refused.value.problems] == ["no-scheduler"]
    assert not (house.out / "ledger.json").exists()


def test_a_worker_with_another_program_is_refused(tmp_path, house):
    other = tmp_path / "other"
    shutil.copytree(inputs.PACKAGE, other / "helpers")
    (other / "helpers" / "telling" / "more.py").write_text('"""More."""\n', encoding="utf-8")
    cluster = Cluster(tmp_path, workers=1, path=str(other))
    try:
        with pytest.raises(Refused) as refused:
            made(house, scheduler=cluster.address)
    finally:
        cluster.end()
    assert [found.rule for found in refused.value.problems] == ["other-program"]


def test_a_scheduler_that_dies_ends_the_run_and_leaves_a_ledger_of_what_was_done(tmp_path, house):
    cluster = Cluster(tmp_path, workers=1)
    house.put("care", "import time; time.sleep(600)")

    def kill(*_):
        threading.Thread(target=cluster.end).start()
        time.sleep(1)

    hooks = {"engine": None, "finished": kill}
    with pytest.raises(ConnectionError):
        made(house, "rights", "care", scheduler=cluster.address, regions=(HERE,), hooks=hooks)
    done = ledger.read(house.out).entries.values()
    assert [(entry.area, entry.status) for entry in done] == [("rights", "built")]


def test_dask_is_imported_only_where_a_scheduler_is_named():
    code = "import sys, helpers.reports.build, helpers.reports.scheduler, helpers.cli.report\n"
    code += "print(sorted({'dask', 'distributed'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
