"""How kernels of a batch live and end: whatever a cell does, nothing of it stays."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from contextlib import suppress
from pathlib import Path

import papermill
import psutil
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from tests.reports.kernels.conftest import ended, notebook, run

from helpers.reports.kernels import Batch

pytestmark = pytest.mark.slow
STRAYS = """
import os, subprocess, sys
sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
below = [subprocess.Popen(sleep, start_new_session=apart).pid for apart in (False, True)]
if not os.fork():  # a daemon: two forks and a session
    os.setsid()
    if not os.fork():
        os.execv(sleep[0], sleep)
    os._exit(0)
with open("pids.txt", "w") as file:
    print(os.getpid(), *below, file=file)
"""


def with_path(*places):
    """This process's environment, with `places` first among those that Python looks in."""
    found = [*map(str, places), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(found)}


def gone(pids, seconds=10.0):
    """Whether all of `pids` have ended, or do so in a while."""
    end = time.monotonic() + seconds
    while alive := [pid for pid in pids if _lives(pid)]:
        if time.monotonic() > end:
            return alive
        time.sleep(0.05)
    return True


def _lives(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def pids(folder, seconds=60.0):
    """The process ids that a notebook has noted, with those of all below them."""
    end, note = time.monotonic() + seconds, Path(folder, "pids.txt")
    while not note.exists() or not note.read_text().endswith("\n"):
        assert time.monotonic() < end
        time.sleep(0.05)
    noted = [int(word) for word in note.read_text().split()]
    below = [p.pid for pid in noted if _lives(pid) for p in psutil.Process(pid).children(True)]
    return sorted({*noted, *below})


@pytest.mark.parametrize("code", ["os._exit(7)", "os.kill(os.getpid(), 9)", "os.abort()"])
def test_a_kernel_that_dies_in_a_cell_is_a_dead_kernel(warm, tmp_path, code):
    ended(warm, tmp_path, f"import os; {code}", "1")


def test_a_crash_in_compiled_code_leaves_its_words_in_the_log(warm, tmp_path):
    crash = "import ctypes, faulthandler; faulthandler.enable(); ctypes.string_at(0)"
    assert "Segmentation fault" in ended(warm, tmp_path, crash, "1")


def test_leaving_by_sys_exit_ends_the_notebook_and_not_the_batch(warm, tmp_path):
    first, second = run(warm, tmp_path, "import sys; sys.exit(0)", "'next'")
    assert (first[0], second) == ("SystemExit", [])
    assert run(warm, tmp_path, "1") == [["1"]]


def test_a_cell_beyond_its_time_is_named(warm, tmp_path):
    book = notebook("import time; time.sleep(60)")
    with warm.kernel(tmp_path) as kernel, pytest.raises(CellTimeoutError, match="sleep"):
        papermill.execute_notebook(book, None, execution_timeout=1, **kernel.options)


def test_what_a_kernel_holds_counts_what_is_below_it(warm, tmp_path):
    below = "[sys.executable, '-c', 'held = bytearray(300 << 20); import time; time.sleep(60)']"
    program = f"import subprocess, sys; subprocess.Popen({below}); open('up', 'w').close(); input()"
    found = []
    with warm.kernel(tmp_path) as kernel:
        assert kernel.held(below=True) is None
        book = notebook("import time", program.replace("input()", "time.sleep(60)"))
        thread = threading.Thread(target=_until_dead, args=(book, kernel.options))
        thread.start()
        while max(found, default=0) < 300 << 20:
            assert thread.is_alive()
            found.append(kernel.held(below=True) or 0)
            time.sleep(0.05)
        assert kernel.held(below=False) < 300 << 20
        kernel.end()
        thread.join(20)
        assert kernel.held(below=True) is None


def _until_dead(book, options):
    with suppress(DeadKernelError):
        papermill.execute_notebook(book, None, **options)


def test_a_long_way_to_temporary_files_costs_no_warm_kernel_and_leaves_no_folder(
    tmp_path, monkeypatch
):
    long = tmp_path / ("far" * 30)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with Batch() as batch:
        assert run(batch, tmp_path, "import sys; 'pandas' in sys.modules") == [["True"]]
        assert not batch.cold()
    assert list(long.iterdir()) == []


def test_whatever_a_cell_leaves_running_ends_with_its_kernel(warm, tmp_path):
    run(warm, tmp_path, STRAYS)
    assert gone(pids(tmp_path)) is True


def test_leaving_the_block_ends_a_kernel_that_nobody_shut_down(warm, tmp_path):
    async def started(kernel):
        manager = kernel.options["kernel_manager_class"](config=kernel.options["config"])
        await manager.start_kernel(cwd=str(tmp_path))
        return manager

    with warm.kernel(tmp_path) as kernel:
        manager = asyncio.run(started(kernel))
        pid = int((kernel.place / "pid").read_text())
        assert psutil.pid_exists(pid)
    assert gone([pid]) is True
    del manager  # until now it held the connection, whose end would end the kernel


def test_a_kernel_that_ends_takes_nothing_of_another_along(warm, tmp_path):
    said = []

    def work():
        wait = "import pathlib, time\nwhile not pathlib.Path('over').exists(): time.sleep(0.05)"
        alive = "import psutil; len(psutil.Process().children(recursive=True))"
        said.extend(run(warm, tmp_path, STRAYS, wait, alive))

    thread = threading.Thread(target=work)
    thread.start()
    pids(tmp_path)
    (tmp_path / "other").mkdir()
    run(warm, tmp_path / "other", STRAYS)
    (tmp_path / "over").touch()
    thread.join()
    assert said[2] == ["4"]  # two programs, a daemon and who began it


def test_nothing_of_one_kernel_is_found_by_the_next(warm, tmp_path):
    spoil = """
import builtins, os, random, sys, pandas as pd, numpy as np, matplotlib.pyplot as plt
builtins.spoiled = pd.spoiled = 1
os.environ["SPOILED"] = "1"
os.chdir("/")
sys.path.insert(0, "/spoiled")
pd.options.display.max_rows = 7
plt.rcParams["figure.dpi"] = 7
random.random(), np.random.rand(), os.getpid()
"""
    look = """
import builtins, os, random, sys, pandas as pd, numpy as np, matplotlib.pyplot as plt
print(hasattr(builtins, "spoiled"), hasattr(pd, "spoiled"), "SPOILED" in os.environ)
print(os.getcwd(), "/spoiled" in sys.path, pd.options.display.max_rows, plt.rcParams["figure.dpi"])
"""
    draw = "import random, numpy as np; print(random.random()); print(np.random.rand())"
    first = run(warm, tmp_path, spoil, look)
    second, third = (run(warm, tmp_path, look, draw) for _ in range(2))
    assert first[1] != second[0]
    assert second[0] == [f"False False False\n{tmp_path} False 60 100.0\n"]
    drawn = [said[1][0].split() for said in (second, third)]
    assert drawn[0][0] != drawn[1][0]
    assert drawn[0][1] != drawn[1][1]


def test_a_killed_server_ends_its_kernels_and_the_next_ones_start_cold(tmp_path):
    with Batch() as batch:
        server = batch._server.process
        run(batch, tmp_path, "1")
        threading.Thread(target=lambda: (pids(tmp_path), server.kill())).start()
        ended(batch, tmp_path, STRAYS + "import time; time.sleep(60)", "1")
        assert gone(pids(tmp_path)[:1]) is True
        said = run(batch, tmp_path, "import os; os.getppid()")
        assert batch.cold()
    assert said == [[f"{os.getpid()}"]]


def test_closing_a_batch_ends_its_kernels(tmp_path):
    batch, failures = Batch(), []

    def work():
        try:
            run(batch, tmp_path, STRAYS + "import time; time.sleep(60)", "1")
        except DeadKernelError as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    found = pids(tmp_path)
    batch.close()
    assert gone(found) is True
    thread.join(10)
    assert len(failures) == 1
    assert not batch.folder.exists()


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_a_killed_parent(tmp_path, sent):
    program = f"""
        from pathlib import Path
        from helpers.reports.kernels import Batch
        from tests.reports.kernels.conftest import run
        batch = Batch()
        Path("server.txt").write_text(f"{{batch._server.process.pid}} {{batch.address}}")
        run(batch, Path.cwd(), {STRAYS!r} + "import time; time.sleep(600)")
    """
    environment = with_path(Path.cwd())
    command = [sys.executable, "-c", textwrap.dedent(program)]
    with subprocess.Popen(command, cwd=tmp_path, env=environment) as parent:
        found = pids(tmp_path)
        server, address = (tmp_path / "server.txt").read_text().split()
        parent.send_signal(sent)
    assert gone([*found, int(server)]) is True
    assert not Path(address).parent.exists()


@pytest.mark.parametrize(
    ("name", "value"), [("PYTHONOPTIMIZE", "1"), ("MPLBACKEND", "agg"), ("LC_ALL", "C")]
)
def test_a_changed_environment_gets_an_ordinary_kernel_and_is_named(warm, tmp_path, name, value):
    warm.environment[name] = value
    cells = (f"import os, sys; os.environ['{name}']", "'pandas' in sys.modules")
    said = [run(warm, tmp_path, *cells) for _ in range(2)]
    assert said == [[[f"'{value}'"], ["False"]]] * 2
    assert warm.cold().startswith(f"{name} changed")


def test_settings_of_matplotlib_beside_the_notebook_get_an_ordinary_kernel(warm, tmp_path):
    (tmp_path / "matplotlibrc").write_text("figure.dpi: 7\n")
    look = "import matplotlib as m; m.rcParams['figure.dpi']"
    assert run(warm, tmp_path, "import sys; 'pandas' in sys.modules", look) == [["False"], ["7.0"]]


def test_an_edited_module_is_found_as_it_is_now(tmp_path):
    package = tmp_path / "edited"
    package.mkdir()
    (package / "sitecustomize.py").write_text("import fresh\n")
    (package / "fresh.py").write_text("value = 1\n")
    environment = with_path(package)
    with Batch(environment) as batch:
        look = "import fresh, sys; fresh.value, 'pandas' in sys.modules"
        assert run(batch, tmp_path, look) == [["(1, True)"]]
        (package / "fresh.py").write_text("value = 22\n")
        assert run(batch, tmp_path, look) == [["(22, False)"]]
        assert "fresh.py was edited" in batch.cold()


def test_what_cannot_be_imported_is_said_and_kernels_start_cold(tmp_path):
    (tmp_path / "seaborn.py").write_text("1 / 0\n")
    environment = with_path(tmp_path)
    with Batch(environment) as batch:
        assert run(batch, tmp_path, "import sys; 'pandas' in sys.modules") == [["False"]]
        assert "seaborn: ZeroDivisionError" in batch.cold()
