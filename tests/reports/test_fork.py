"""The fork engine's own traps: what a fork may lose, keep, share, or leave behind. Slow."""

import json
import os
import re
import signal
import time

import psutil
import pytest

from helpers.reports import choice
from helpers.reports.engine import ENGINES
from helpers.reports.fork.system import can_fork
from helpers.reports.plan import Job
from helpers.reports.reports import _render
from helpers.reports.task import Context, Task

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not can_fork(), reason="the fork engine is for Linux"),
]


@pytest.fixture
def build(house, monkeypatch):
    """Area -> source of its one cell: the outcomes, run one after the other by default."""
    (house.root / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(house.root / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)

    def run(sources, **settings):
        tasks = []
        for area, source in sources.items():
            path = house.put(area, source)
            job = Job(area, "010", "2023", "zh")
            names = dict.fromkeys(("region", "period", "lang", "data", "audience"), "x")
            page = {"lang": "zh", "title": area, "region": "010", "period": "2023"}
            page |= {"area": area, "labels": {}}
            page["provenance"] = {"inputs": "", "data": {}, "code": {}}
            tasks.append(Task(job, path, names, page, house.root / "reports" / job.path))
        context = Context(_render, **{"timeout": 60, **settings})
        return {outcome.task.job.area: outcome for outcome in ENGINES["fork"](tasks, context)}

    yield run
    assert list((house.root / "tmp").iterdir()) == [], "something temporary is left"


def page(outcome):
    assert outcome.failure is None, outcome.failure
    return outcome.part.read_text(encoding="utf-8")


def test_a_helper_that_cannot_import_says_so_instead_of_being_slow(build, house, monkeypatch):
    (house.root / "lib").mkdir()
    (house.root / "lib" / "seaborn.py").write_text("import no_such_thing", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{house.root / 'lib'}{os.pathsep}{os.getenv('PYTHONPATH')}")
    found = build({"a": "1", "b": "2"})
    for outcome in found.values():
        assert outcome.failure.reason == "the fork engine could not load seaborn"
        assert "no_such_thing" in outcome.failure.detail


def test_a_report_finds_everything_imported_but_nothing_set(build):
    check = """
import sys, os
needed = {"pandas", "seaborn", "matplotlib.pyplot", "nbconvert", "helpers.telling.charts"}
assert needed <= set(sys.modules), needed - set(sys.modules)
assert "matplotlib_inline.backend_inline" not in sys.modules
import matplotlib, threading
assert matplotlib.rcParams["svg.hashsalt"] is None and not threading.active_count() > 2
assert not [f for f in matplotlib.font_manager.fontManager.ttflist if "helpers" in f.fname]
from helpers import charts
assert matplotlib.rcParams["svg.hashsalt"] == "half-the-sky"
"""
    assert build({"a": check})["a"].failure is None


def test_a_chart_without_any_magic_is_a_picture(build):
    draw = "import seaborn as sns\nax = sns.barplot(x=[1, 2], y=[3, 4])"
    assert '"data:image/png;base64,' in page(build({"a": draw})["a"])


def test_every_report_has_a_process_and_a_shell_of_its_own(build):
    tell = "import os; print(f'pid={os.getpid()}=', get_ipython().execution_count)"
    found = build({"a": tell, "b": tell, "c": tell})
    told = [re.search(r"pid=(\d+)= (\d+)", page(outcome)).groups() for outcome in found.values()]
    assert len({pid for pid, _ in told}) == 3
    assert len({count for _, count in told}) == 1


def test_a_second_shell_in_one_process_is_refused(monkeypatch):
    from helpers.reports.fork.shell import Shell

    monkeypatch.setattr(Shell, "started", True)
    with pytest.raises(RuntimeError, match="a notebook already"):
        Shell(print)


def test_nothing_leaks_from_one_report_to_the_next(build):
    spoil = """
import builtins, os, sys, pandas as pd, matplotlib as mpl, warnings, tempfile, decimal, json
pd.set_option("display.max_rows", 3); mpl.rcParams["lines.linewidth"] = 99
os.environ["SPOILT"] = "1"; sys.modules["spoilt"] = sys; os.chdir("/"); builtins.spoilt = 1
pd.DataFrame.spoilt = 1; sys.path.insert(0, "/spoilt"); warnings.simplefilter("error")
decimal.getcontext().prec = 3; json.dumps = None; os.umask(0o777); here = 1
"""
    check = """
import builtins, os, sys, pandas as pd, matplotlib as mpl, warnings, decimal, json
assert pd.get_option("display.max_rows") == 60 and mpl.rcParams["lines.linewidth"] == 1.5
assert "SPOILT" not in os.environ and "spoilt" not in sys.modules and os.getcwd() != "/"
assert not hasattr(builtins, "spoilt") and not hasattr(pd.DataFrame, "spoilt")
assert "/spoilt" not in sys.path and decimal.getcontext().prec == 28 and json.dumps
assert "here" not in globals() and os.umask(0o022) != 0o777
warnings.warn("only a warning")
"""
    found = build({"a": spoil, "b": check})
    assert found["b"].failure is None, found["b"].failure


def test_chance_is_not_the_same_in_two_reports(build):
    draw = """
import random, uuid, tempfile, numpy as np
print("|", random.random(), "|", np.random.random(), "|", uuid.uuid4(), "|",
      next(tempfile._get_candidate_names()), "|", random.getrandbits(64), "|")
"""
    one, other = (page(found).split("|")[1:6] for found in build({"a": draw, "b": draw}).values())
    assert all(left != right for left, right in zip(one, other, strict=True))


def test_a_crash_in_compiled_code_ends_one_report_and_is_told(build):
    found = build({"a": "import ctypes; ctypes.string_at(0)", "b": "1"}, slots=2)
    assert found["a"].failure.reason == "the kernel died"
    assert "Segmentation fault" in found["a"].failure.detail
    assert found["b"].failure is None


def test_a_helper_that_is_killed_costs_its_reports_a_second_try(build, house):
    once = house.root / "once"
    kill = f"""
import os, pathlib
if not pathlib.Path({str(once)!r}).exists():
    pathlib.Path({str(once)!r}).touch(); os.kill(os.getppid(), {int(signal.SIGKILL)})
    import time; time.sleep(60)
"""
    found = build({"a": kill, "b": "import time; time.sleep(0.5)", "c": "1"}, slots=2)
    assert [outcome.failure for outcome in found.values()] == [None, None, None]
    assert once.exists()


def test_a_daemon_made_by_two_forks_ends_with_its_report(build, house):
    for area, end in {"a": "pass", "b": "os._exit(1)", "c": "time.sleep(600)"}.items():
        place = house.root / f"pid-{area}"
        daemon = f"""
import os, time, pathlib
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        pathlib.Path({str(place)!r}).write_text(str(os.getpid())); time.sleep(600)
    os._exit(0)
while not pathlib.Path({str(place)!r}).exists() or not place.read_text():
    time.sleep(0.01)
{end}
""".replace("place.read_text", f"pathlib.Path({str(place)!r}).read_text")
        build({area: daemon}, timeout=4)
        assert not psutil.pid_exists(int(place.read_text()))


def test_a_wish_to_stop_is_heeded_and_leaves_nothing(build):
    begun = []
    found = build(
        {"a": "import time; time.sleep(600)", "b": "1"},
        started=lambda task: begun.append(task), stop=lambda: bool(begun),
    )  # fmt: skip
    assert found == {}
    assert len(begun) == 1
    below = psutil.Process().children(recursive=True)
    assert [process for process in below if "fork.server" in " ".join(process.cmdline())] == []


def test_much_output_and_much_at_once_is_all_there(build):
    write = "import os\nfor _ in range(300): os.write(1, b'x' * 1000)\nprint('y' * 200000)"
    text = page(build({"a": write})["a"])
    assert text.count("x" * 1000) == 300
    assert "y" * 200000 in text


def test_a_module_beside_the_notebook_can_be_imported(build, house):
    (house.root / "notebooks" / "beside.py").write_text("there = 1", encoding="utf-8")
    assert build({"a": "from beside import there"})["a"].failure is None


def test_on_other_systems_papermill_takes_over_and_that_is_said(monkeypatch):
    assert choice.chosen({"engine": None}) == ("fork", [], False)
    assert choice.chosen({"engine": "papermill"}) == ("papermill", [], False)
    monkeypatch.setattr(choice, "can_fork", lambda: False)
    assert choice.chosen({"engine": None}) == ("papermill", [], True)
    assert choice.chosen({"engine": "fork"}) == ("papermill", [], True)
    assert choice.chosen({"engine": "papermill"}) == ("papermill", [], False)
    (problem,) = choice.chosen({"engine": "spoon"})[1]
    assert "fork" in json.dumps(problem.as_dict("en"))


def test_time_spent_waiting_for_the_helper_is_not_a_reports(build):
    start = time.monotonic()
    outcome = build({"a": "1"}, timeout=1.5)["a"]
    assert outcome.failure is None
    assert outcome.seconds < time.monotonic() - start
