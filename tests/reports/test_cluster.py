"""A Dask scheduler and two workers make what one machine makes, whatever happens to them."""

import csv
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from helpers.data.home import HOME, home
from helpers.reports.storage import Away

pytest.importorskip("distributed")
pytestmark = pytest.mark.slow

OWN = {"ledger.json", "lock", "seals", "standing"}  # of times, and of the machine itself
LONG = 300  # seconds; only a test that has gone wrong waits that long
KILL = "import os, psutil\npsutil.Process(os.getppid()).parent().kill()\nimport time\ntime.sleep(9)"
# A kind of place that only fsspec knows, for a driver and workers that are strangers to each other.
SHELF = """
from fsspec.implementations.local import LocalFileSystem

class Shelf(LocalFileSystem):
    protocol = "shelf"

    @classmethod
    def _strip_protocol(cls, path):
        return super()._strip_protocol(str(path).removeprefix("shelf://"))
"""
# What a worker may cost: two lives in company, two alone.
SETTINGS = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Cluster:
    """A scheduler and workers of one slot each; all that was started ends with `end`."""

    def __init__(self, folder, workers=2, path=None):
        self.folder, self.path, self.processes = folder, path, []
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.dask("scheduler", "--host", "127.0.0.1", "--port", self.address.rpartition(":")[2])
        for number in range(workers):
            self.worker(number)

    def dask(self, *words):
        env = {**os.environ, **SETTINGS} | ({"PYTHONPATH": str(self.path)} if self.path else {})
        command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
        log = (self.folder / f"{words[0]}-{len(self.processes)}.log").open("wb")
        done = subprocess.Popen(
            command, cwd=self.folder, env=env, stdout=log, stderr=log, start_new_session=True
        )
        self.processes.append(done)

    def worker(self, number):
        place = self.folder / f"worker-{number}"
        self.dask("worker", self.address, "--nthreads", "1", "--local-directory", str(place))

    @contextmanager
    def client(self):
        from distributed import Client

        with Client(self.address, timeout=60, set_as_default=False) as client:
            yield client

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
def shelf(tmp_path_factory):
    """The PYTHONPATH on which fsspec finds `shelf://`."""
    folder = tmp_path_factory.mktemp("shelf")
    (folder / "shelf_place.py").write_text(SHELF, encoding="utf-8")
    told = folder / "shelf_place-1.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Name: shelf-place\nVersion: 1\n", encoding="utf-8")
    points = "[fsspec.specs]\nshelf = shelf_place:Shelf\n"
    (told / "entry_points.txt").write_text(points, encoding="utf-8")
    return os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH", "")]))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory, shelf):
    made = Cluster(tmp_path_factory.mktemp("cluster"), path=shelf)
    try:
        yield made
    finally:
        made.end()


@pytest.fixture
def real(house):
    """A house with the shipped data, two real notebooks, and whatever else a test puts there."""
    shutil.copytree(home() / "data", house.root / "data", dirs_exist_ok=True)
    (house.root / "data" / "observations.csv").chmod(0o644)
    for area in ("rights", "care"):
        shutil.copy(home() / "notebooks" / f"{area}.ipynb", house.root / "notebooks")
    return house


def start(house, *words, out="reports", path=None):
    command = [sys.executable, "-m", "helpers", "report", *words, "--lang", "en"]
    command += ["--out", out if "://" in out else str(house.root / out)]
    return subprocess.Popen(
        command,
        cwd=house.root,
        env={**os.environ, HOME: str(house.root)} | ({"PYTHONPATH": path} if path else {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def run(house, *words, **more):
    """(exit code, stdout, stderr) of a command."""
    with start(house, *words, **more) as process:
        try:
            out, err = process.communicate(timeout=LONG)
        finally:
            process.kill()
    return process.returncode, out, err


def on(cluster):
    return "--scheduler", cluster.address


def edition(folder):
    """Everything in a reports folder that does not tell how long it took or when."""
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {path.name, path.parent.name} & OWN
    }
    ledger = json.loads((folder / "ledger.json").read_bytes())
    for entry in ledger["reports"]:
        del entry["seconds"]
    return found, ledger


def reports(house, out="reports"):
    """Path → entry of the ledger."""
    found = json.loads((house.root / out / "ledger.json").read_text(encoding="utf-8"))["reports"]
    return {f"{one['lang']}/{one['period']}/{one['area']}": one for one in found}


def parts(house):
    return [path.name for path in house.root.rglob(".*.part")]


def edit_row(house, column, area):
    """Change one row of the observations that only one area's reports read."""
    path = house.root / "data" / "observations.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream)
    indicators = (house.root / "data" / "indicators.csv").open(encoding="utf-8", newline="")
    with indicators:
        own = [row["indicator"] for row in csv.DictReader(indicators) if row["area"] == area]
    row = next(row for row in rows if row[0] in own and row[head.index("period")] == "congress-9")
    row[head.index(column)] += "."
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([head, *rows])


def contents(cluster):
    """What the workers hold, by content, with the time at which each was written."""
    return {path: path.stat().st_mtime_ns for path in cluster.folder.glob("worker-*/**/content/*")}


def test_many_machines_make_the_bytes_of_one_and_nothing_twice(cluster, real):
    both = ("rights", "care")
    assert run(real, *both, out="local")[0] == 0
    code, _, err = run(real, *both, *on(cluster))
    assert (code, err.count("] built ")) == (0, 2), err
    assert edition(real.root / "reports") == edition(real.root / "local")

    code, out, _ = run(real, *both, *on(cluster))
    assert (code, out.partition(",")[0]) == (0, "0 built")

    held = contents(cluster)
    edit_row(real, "note_en", "care")
    code, out, err = run(real, *both, *on(cluster))
    assert (code, out.partition(" unch")[0]) == (0, "1 built, 1"), err
    assert "care.html" in err
    assert "observations.csv" in err
    run(real, *both, out="local")
    assert edition(real.root / "reports")[0] == edition(real.root / "local")[0]
    now = contents(cluster)
    assert {path: now[path] for path in held} == held  # nothing that was there came again
    names = {path.name for path in now} - {path.name for path in held}
    assert len(names) == 3  # the table, what pages say of it, and the list of it all


@pytest.mark.parametrize(
    "words",
    [
        ("audit", "--text", "examples/text.txt", "--audience", "internal"),
        ("care", "--data", "examples/districts", "--region", "370402", "--period", "2024"),
        ("care", "--engine", "papermill"),
    ],
    ids=["a text", "other data", "papermill"],
)
def test_texts_other_data_and_real_kernels_are_carried_too(cluster, real, words):
    shutil.copy(home() / "notebooks" / "audit.ipynb", real.root / "notebooks")
    shutil.copytree(home() / "examples", real.root / "examples")
    assert run(real, *words, out="local")[0] == 0
    code, _, err = run(real, *words, *on(cluster))
    assert code == 0, err
    assert edition(real.root / "reports") == edition(real.root / "local")


def test_workers_write_to_a_url_and_the_driver_reads_there(cluster, real, shelf):
    assert run(real, "rights", out="local")[0] == 0
    out = f"shelf://{real.root / 'shelf'}"
    try:
        code, _, err = run(real, "rights", *on(cluster), out=out, path=shelf)
    finally:
        shutil.rmtree(Away(out).near, ignore_errors=True)
    assert code == 0, err
    assert edition(real.root / "shelf") == edition(real.root / "local")
    assert parts(real) == []
    try:
        code, said, _ = run(real, "rights", *on(cluster), out=out, path=shelf)
    finally:
        shutil.rmtree(Away(out).near, ignore_errors=True)
    assert (code, said.partition(",")[0]) == (0, "0 built")


def test_a_worker_that_is_killed_costs_a_retry_and_nothing_else(cluster, real):
    for area in ("overview", "rights", "care", "family", "economy", "honours"):
        real.put(area, "import time\ntime.sleep(2)\nprint(region, period, lang)")
    areas = ("overview", "rights", "care", "family", "economy", "honours")
    assert run(real, *areas, out="local")[0] == 0
    with cluster.client() as client:
        client.wait_for_workers(2, timeout=LONG)
        pid = next(iter(client.run(os.getpid).values()))
    with start(real, *areas, *on(cluster)) as process:
        try:
            process.stderr.readline()
            os.kill(pid, signal.SIGKILL)
            _, err = process.communicate(timeout=LONG)
        finally:
            process.kill()
    assert process.returncode == 0, err
    assert edition(real.root / "reports") == edition(real.root / "local")
    assert parts(real) == []


def test_a_report_that_kills_its_worker_fails_alone(cluster, real):
    real.put("care", KILL)
    for area in ("rights", "family"):
        real.put(area, "print(region)")
    code, _, err = run(real, "care", "rights", "family", *on(cluster))
    found = {name: one["status"] for name, one in reports(real).items()}
    assert code == 1
    assert found.pop("en/congress-9/care") == "failed"
    assert "the worker died each time that this was made" in err
    assert {status for status in found.values() if status != "withheld"} == {"built"}
    assert parts(real) == []


def test_a_report_that_takes_too_long_is_ended_by_its_worker(cluster, real):
    real.put("care", "import time\ntime.sleep(600)")
    real.put("rights", "print(region)")
    code, _, err = run(real, "care", "rights", "--timeout", "3", *on(cluster))
    assert code == 1
    assert "stopped after 3 seconds" in err
    assert reports(real)["en/congress-9/rights"]["status"] == "built"


def test_a_run_that_is_stopped_ends_its_reports_and_keeps_what_is_done(cluster, real):
    real.put("rights", "print(region)")
    real.put("care", "import time\ntime.sleep(600)")
    with start(real, "rights", "care", *on(cluster)) as process:
        try:
            assert "rights" in process.stderr.readline()
            process.terminate()
            _, err = process.communicate(timeout=LONG)
        finally:
            process.kill()
    assert process.returncode == 128 + signal.SIGTERM
    assert "run again to go on" in err
    assert [name for name, one in reports(real).items() if one["status"] == "built"] == [
        "en/congress-9/rights"
    ]
    assert parts(real) == []
    real.put("care", "print(region)")  # the slots are free again
    code, out, _ = run(real, "rights", "care", *on(cluster))
    assert (code, out.partition(" unch")[0]) == (0, "1 built, 1")


def test_a_place_that_workers_cannot_see_is_refused_before_anything_starts(cluster, real):
    code, _, err = run(real, "care", *on(cluster), out="memory://edition")
    assert code == 2
    assert "does not see the output folder" in err
    assert len(err.splitlines()) == 2  # a line a worker


def test_a_scheduler_that_is_not_there_is_told_and_nothing_is_started(real):
    code, _, err = run(real, "care", "--scheduler", f"tcp://127.0.0.1:{free_port()}")
    assert code == 2
    assert "this scheduler cannot be reached" in err
    assert len(err.splitlines()) == 1
    assert not (real.root / "reports" / "ledger.json").exists()


def test_a_scheduler_that_dies_leaves_a_ledger_of_what_was_done(tmp_path, real):
    cluster = Cluster(tmp_path, workers=1)
    real.put("family", "print(region)")  # the first in the plan
    for area in ("rights", "care"):
        real.put(area, "import time\ntime.sleep(30)")
    try:
        with start(real, "rights", "care", "family", *on(cluster)) as process:
            try:
                assert "family" in process.stderr.readline()
                cluster.processes[0].kill()
                _, err = process.communicate(timeout=LONG)
            finally:
                process.kill()
    finally:
        cluster.end()
    found = {name: (one["status"], one["reason"]) for name, one in reports(real).items()}
    assert process.returncode == 1
    assert found["en/congress-9/family"][0] == "built"
    assert found["en/congress-9/care"] == ("failed", "the scheduler was lost")
    assert "Traceback" not in err


def test_a_worker_with_another_program_is_refused(tmp_path, real):
    source = tmp_path / "src" / "helpers"
    shutil.copytree(home() / "src" / "helpers", source)
    with (source / "telling" / "charts.py").open("a", encoding="utf-8") as stream:
        stream.write("# another\n")
    cluster = Cluster(tmp_path, workers=1, path=source.parent)
    try:
        code, _, err = run(real, "care", *on(cluster))
    finally:
        cluster.end()
    assert code == 2
    assert "another program: telling/charts.py" in err


def test_without_dask_the_remedy_is_named(monkeypatch):
    from helpers.reports.cluster.team import connect
    from helpers.data.problems import Refused

    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Refused) as found, connect("tcp://127.0.0.1:1"):
        pass
    assert "pip install 'half-the-sky[dask]'" in found.value.problems[0].line("en")


def test_dask_is_imported_only_where_a_scheduler_is_named():
    code = "import sys, helpers.reports.command, helpers.reports.reports\n"
    code += "print([n for n in ('dask', 'distributed', 'fsspec', 'urllib.request') "
    code += "if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_page_that_cannot_be_seen_from_here_is_a_failure(tmp_path):
    from helpers.reports.cluster.crew import Made
    from helpers.reports.cluster.driver import _Run
    from helpers.reports.plan import Job
    from helpers.reports.task import Task

    job = Job("care", "010", "2023", "zh")
    task = Task(job, Path(), {}, {}, tmp_path / job.path)
    outcome = _Run(None, None, "", None)._seen(task, Made(1.0, ".care.html.0.part", "0" * 64))
    assert outcome.part is None
    assert outcome.failure.reason_zh == "工作机写出的页面在这里看不到"
