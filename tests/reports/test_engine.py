"""Both engines against notebooks that end in every wrong way. Real kernels: slow."""

import os
import time

import nbformat
import psutil
import pytest

from helpers.reports.engine import ENGINES
from helpers.reports.fork.system import can_fork
from helpers.reports.plan import Job
from helpers.reports.reports import _render
from helpers.reports.task import Context, Task

pytestmark = pytest.mark.slow

STRAY = (
    "import os, subprocess, sys\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)  # {mark}'],"
    " start_new_session=True)"
)
HANG = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(600)"


@pytest.fixture
def task_of(house):
    """Area -> its task, for the tiny house."""

    def task(area):
        job = Job(area, "010", "2023", "zh")
        names = {"region": "010", "period": "2023", "lang": "zh", "data": "", "audience": "public"}
        page = {
            "lang": "zh",
            "title": area,
            "region": "010",
            "period": "2023",
            "area": area,
            "labels": {},
            "provenance": {"inputs": "", "data": {}, "code": {}},
        }
        path = house.root / "notebooks" / f"{area}.ipynb"
        return Task(job, path, names, page, house.root / "reports" / job.path)

    return task


@pytest.fixture(params=["fork", "papermill"])
def run(request):
    """Tasks -> area -> outcome, with each engine in turn."""
    if request.param == "fork" and not can_fork():
        pytest.skip("the fork engine is for Linux")

    def working(tasks, **settings):
        context = Context(_render, **{"slots": 2, "timeout": 60, **settings})
        outcomes = ENGINES[request.param](tasks, context)
        return {outcome.task.job.area: outcome for outcome in outcomes}

    return working


def living(mark):
    return [
        p.pid for p in psutil.process_iter(["cmdline"]) if mark in " ".join(p.info["cmdline"] or ())
    ]


def test_only_a_notebook_that_ran_to_its_end_counts_as_done(house, task_of, run):
    bad = {
        "raises": ("1 / 0", "cell [3] stopped with ZeroDivisionError"),
        "exits": ("import sys; sys.exit(0)", None),
        "killed": ("import os; os.kill(os.getpid(), 9)", "the kernel died"),
        "quits": ("import os; os._exit(0)", "the kernel died"),
        "asks": ("input()", "cell [3] stopped with StdinNotImplementedError"),
        "boxes": (
            "import warnings; warnings.warn('Glyph 22919 (X) missing from font(s) DejaVu Sans.')",
            "a character is missing from the font",
        ),
    }
    for area, (source, _) in bad.items():
        house.put(area, source, "print('later')")
    house.put("unfinished", "print('ran')", end="print('no sign of the end')")
    found = run([task_of(area) for area in (*bad, "unfinished", "care")])
    assert found["care"].failure is None
    for area, (_, reason) in bad.items():
        assert found[area].failure is not None, area
        assert found[area].part is None
        assert reason in (None, found[area].failure.reason), area
    assert found["unfinished"].failure.reason == "the notebook did not reach its end"


def test_a_report_past_its_time_is_ended_with_all_that_it_started(house, task_of, run):
    mark = f"stray-{time.time_ns()}"
    house.put("hangs", STRAY.replace("{mark}", mark), HANG)
    found = run([task_of("hangs"), task_of("care"), task_of("rights")], timeout=6)
    assert found["hangs"].failure.reason == "stopped after 6 seconds"
    assert found["care"].failure is None
    assert found["rights"].failure is None
    assert living(mark) == []


def test_what_a_cell_leaves_running_ends_with_its_report(house, task_of, run):
    mark = f"stray-{time.time_ns()}"
    house.put("leaves", STRAY.replace("{mark}", mark))
    assert run([task_of("leaves")])["leaves"].failure is None
    assert living(mark) == []


def test_a_kernel_that_dies_at_its_start_is_tried_once_more(house, task_of, monkeypatch):
    # The kernel imports this module at its start; the first time it ends itself.
    once = house.root / "once"
    (house.root / "lib").mkdir()
    (house.root / "lib" / "sitecustomize.py").write_text(
        "import os, sys\n"
        f"once = {str(once)!r}\n"
        "if 'ipykernel_launcher' in ' '.join(sys.orig_argv) and not os.path.exists(once):\n"
        "    open(once, 'w').close(); os._exit(1)\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(house.root / "lib"))
    context = Context(_render, timeout=60)
    (outcome,) = ENGINES["papermill"]([task_of("care")], context)
    assert outcome.failure is None
    assert once.exists()


def test_a_relative_python_path_is_meant_from_where_the_command_stands(
    house, task_of, monkeypatch, run
):
    (house.root / "lib").mkdir()
    (house.root / "lib" / "ours.py").write_text("known = 1", encoding="utf-8")
    house.put("care", "import ours")
    monkeypatch.chdir(house.root)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["lib", os.environ.get("PYTHONPATH", "")]))
    assert run([task_of("care")])["care"].failure is None


def test_the_same_inputs_give_the_same_bytes(task_of, run):
    tasks = [task_of("care")]
    pages = []
    for slots in (1, 2):
        (outcome,) = run(tasks, slots=slots).values()
        pages.append(outcome.part.read_bytes())
    assert pages[0] == pages[1]


def test_a_home_with_start_up_files_shapes_no_report(house, task_of, monkeypatch, run):
    home = house.root / "somebody"
    startup = home / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("print('from the home folder'); planted = 1", encoding="utf-8")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("IPYTHONDIR", str(home / ".ipython"))
    house.put("clean", "assert 'planted' not in dir()")
    assert run([task_of("clean")])["clean"].failure is None


def test_parameters_reach_the_notebook_as_text(house, task_of, run):
    house.put("text", "assert (region, period, lang) == ('010', '2023', 'zh'), region")
    assert run([task_of("text")])["text"].failure is None


def test_a_path_with_braces_blanks_and_chinese_is_only_a_path(house, task_of, run):
    task = task_of("care")
    odd = house.root / "笔 记 {region}"
    odd.mkdir()
    moved = Task(task.job, odd / "care.ipynb", task.parameters, task.page, odd / "out" / "x.html")
    nbformat.write(nbformat.read(task.notebook, 4), moved.notebook)
    assert run([moved])["care"].part.parent == odd / "out"
