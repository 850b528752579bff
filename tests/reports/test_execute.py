"""One report by a real kernel: notebooks that end in every wrong way, and one in the right one."""

import os
import time

import psutil
import pytest
from tests.reports.conftest import notebook

from helpers.reports.execute import Handed, Task, perform, run_here
from helpers.reports.kernels import Batch, environment
from helpers.reports.plan import Job

import nbformat
import pytest
from tqdm import tqdm

from helpers.reports.execute import judge
from helpers.telling.svg import MissingGlyphError

GIB = 1 << 30
PAGE = {
    "lang": "zh", "title": "关爱", "region": "010", "period": "2024", "area": "care", "labels": {},
}  # fmt: skip
GIVEN = {"region": "010", "period": "2024", "lang": "zh", "data": "", "audience": "public"}
STRAY = (
    "import os, subprocess, sys\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)  # {mark}'],"
    " start_new_session=True); None"
)
EAT = "held = [b'']\nwhile True: held.append(b'x' * (1 << 20))"
BELOW = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {EAT!r}])"
HANG = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(600)"


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """The kernels of these tests; they are cold, which is the same but for the time."""
    with Batch(environment(tmp_path_factory.mktemp("kept"))) as made:
        yield made


def task(area="care", **more):
    given = {"timeout": 60.0, "memory": GIB, **more}
    return Task(Job(area, "010", "2024", "zh"), GIVEN, PAGE, **given)


def handed(folder, *sources, **settings):
    import nbformat

    content = nbformat.writes(notebook(*sources, **settings)).encode("utf-8")
    return Handed(content, b"", folder=folder)


@pytest.fixture
def run(batch, tmp_path):
    """Sources -> the outcome of a notebook of these cells."""

    def done(*sources, limits=None, **settings):
        return perform(task(**(limits or {})), handed(tmp_path, *sources, **settings), batch)

    return done


def living(mark):
    return [
        p.pid for p in psutil.process_iter(["cmdline"]) if mark in " ".join(p.info["cmdline"] or ())
    ]


def test_a_notebook_that_ran_to_its_end_is_a_page(run):
    outcome = run("assert (region, period, lang) == ('010', '2024', 'zh')\nprint(audience)")
    assert outcome.failure is None
    assert outcome.page.lower().startswith(b"<!doctype html>")
    assert outcome.seconds > 0


WRONG = {
    "raises": ("1 / 0", "cell [2] stopped with ZeroDivisionError"),
    "exits": ("import sys; sys.exit(0)", None),
    "killed": ("import os; os.kill(os.getpid(), 9)", "the kernel died"),
    "quits": ("import os; os._exit(0)", "the kernel died"),
    "asks": ("input()", "cell [2] stopped with StdinNotImplementedError"),
    "boxes": (
        "import warnings; warnings.warn('Glyph 22919 (X) missing from font(s) DejaVu Sans.')",
        "cell [2]: missing from the charts' font: 妇 (U+5987); write it otherwise, or add the "
        "character to the font",
    ),
    "widget": ("import ipywidgets\nipywidgets.IntSlider()", None),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", WRONG)
def test_only_a_notebook_that_ran_to_its_end_counts_as_done(run, way):
    source, reason = WRONG[way]
    outcome = run(source, "print('later')")
    assert outcome.failure is not None
    assert outcome.page == b""
    assert reason in (None, outcome.failure.reason)


@pytest.mark.slow
def test_a_notebook_without_the_mark_of_the_end_is_not_done(run):
    for end in ("print('no mark')", "1", 'display({"text/plain": "end"}, raw=True)'):
        assert run(end=end).failure.reason == "the notebook did not reach its end"
    assert run("print(1)", end="").failure is not None


@pytest.mark.slow
def test_a_page_that_came_out_by_half_is_none(run, monkeypatch):
    monkeypatch.setattr("helpers.reports.execute._rendered", lambda *_: b"<!doctype html><p>a")
    outcome = run("1")
    assert (outcome.page, outcome.failure.reason) == (b"", "the page came out incomplete")


@pytest.mark.slow
@pytest.mark.parametrize("warm", [True, False])
def test_a_report_past_its_time_is_ended_with_all_that_it_started(tmp_path, warm):
    mark = f"stray-{time.time_ns()}"
    given = handed(tmp_path, STRAY.replace("{mark}", mark), HANG)
    with Batch(environment(tmp_path), warm=warm) as own:
        outcome = perform(task(timeout=5.0), given, own)
    assert "more than 5 seconds" in outcome.failure.reason
    assert outcome.seconds < 20
    assert living(mark) == []


@pytest.mark.slow
def test_what_a_cell_leaves_running_ends_with_its_report(run):
    mark = f"stray-{time.time_ns()}"
    assert run(STRAY.replace("{mark}", mark)).failure is None
    assert living(mark) == []


@pytest.mark.slow
@pytest.mark.parametrize("source", [EAT, BELOW], ids=["itself", "by a process below it"])
def test_a_report_that_takes_too_much_memory_is_ended_by_name(run, source):
    outcome = run(source, "import time; time.sleep(60)", limits={"memory": 600 << 20})
    assert "memory" in outcome.failure.reason
    assert "--memory" in outcome.failure.reason


@pytest.mark.slow
def test_a_report_that_puts_out_too_much_is_ended_by_name(run):
    line = "print('x' * 1_000_000)"
    outcome = run(f"import time\nfor _ in range(40): {line}\ntime.sleep(30)")
    assert outcome.failure.reason == "put out more than 32 MB"


@pytest.mark.slow
def test_a_wish_to_stop_ends_a_report_at_once(batch, tmp_path):
    start, mark = time.monotonic(), f"stray-{time.time_ns()}"
    given = handed(tmp_path, STRAY.replace("{mark}", mark), HANG)
    outcome = perform(task(), given, batch, lambda: time.monotonic() > start + 4)
    assert outcome.failure.reason == "the run was stopped"
    assert time.monotonic() - start < 15
    assert living(mark) == []


@pytest.mark.slow
def test_a_kernel_that_dies_at_its_start_is_tried_once_more_and_no_cell_is(tmp_path):
    once, lib = tmp_path / "once", tmp_path / "lib"
    lib.mkdir()
    (lib / "sitecustomize.py").write_text(
        "import os, sys\n"
        f"once = {str(once)!r}\n"
        "if 'ipykernel_launcher' in ' '.join(sys.orig_argv) and not os.path.exists(once):\n"
        "    open(once, 'w').close(); os._exit(1)\n",
        encoding="utf-8",
    )
    given = environment(tmp_path) | {"PYTHONPATH": str(lib)}
    with Batch(given, warm=False) as cold:
        assert perform(task(), handed(tmp_path), cold).failure is None
        assert once.exists()
        count = tmp_path / "count"
        source = f"open({str(count)!r}, 'a').write('x')\nimport os; os._exit(0)"
        assert perform(task(), handed(tmp_path, source), cold).failure is not None
        assert count.read_text() == "x"


@pytest.mark.slow
def test_a_home_with_start_up_files_shapes_no_report(tmp_path, monkeypatch):
    home = tmp_path / "somebody"
    startup = home / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("planted = 1", encoding="utf-8")
    kernels = home / ".local" / "share" / "jupyter" / "kernels" / "halfsky-warm"
    kernels.mkdir(parents=True)
    (kernels / "kernel.json").write_text('{"argv": ["false"]}', encoding="utf-8")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("IPYTHONDIR", str(home / ".ipython"))
    monkeypatch.delenv("JUPYTER_DATA_DIR", raising=False)
    with Batch(environment(tmp_path)) as own:
        given = handed(tmp_path, "assert 'planted' not in dir()")
        assert perform(task(), given, own).failure is None


@pytest.mark.slow
def test_a_relative_python_path_is_meant_from_where_the_command_stands(tmp_path, monkeypatch):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "ours.py").write_text("known = 1", encoding="utf-8")
    (tmp_path / "beside.py").write_text("here = 1", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["lib", os.environ.get("PYTHONPATH", "")]))
    with Batch(environment(tmp_path)) as own:
        given = handed(tmp_path, "import ours, beside")
        assert perform(task(), given, own).failure is None


@pytest.mark.slow
def test_the_same_inputs_give_the_same_bytes_and_name_no_temporary_place(batch, tmp_path):
    internal = {**PAGE, "audience": "internal"}
    source = "import sys, warnings\nprint(data)\nwarnings.warn('odd')\nprint(1, file=sys.stderr)"
    asked = Task(Job("care", "010", "2024", "zh"), GIVEN, internal, 60.0, GIB)
    given = handed(tmp_path, source)
    sliced = Handed(given.notebook, b"a slice", folder=tmp_path)
    pages = {perform(asked, sliced, batch).page for _ in range(2)}
    (page,) = pages
    assert b"halfsky-" not in page
    assert str(batch.folder).encode() not in page


@pytest.mark.slow
def test_a_path_with_braces_blanks_and_chinese_is_only_a_path(batch, tmp_path):
    folder = tmp_path / "数 据 {region} {x}"
    folder.mkdir()
    given = handed(folder, "import os; assert '{region}' in os.getcwd()")
    assert perform(task(), given, batch).failure is None


@pytest.mark.slow
def test_an_unwritable_folder_for_temporary_files_is_the_cause_that_is_told(batch, tmp_path):
    batch_folder, batch.folder = batch.folder, tmp_path / "file"
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    try:
        outcome = perform(task(), handed(tmp_path), batch)
    finally:
        batch.folder = batch_folder
    assert outcome.failure.reason == "the kernel did not start (Not a directory)"


@pytest.mark.slow
def test_many_slots_and_much_output_block_nobody(batch, tmp_path):
    sources = ["print('x' * 30_000)\nprint('y')"]
    work = [(task(f"area-{n}"), handed(tmp_path, *sources)) for n in range(70)]
    found = list(run_here(iter(work), batch, 70))
    assert sorted(o.job.area for o in found) == sorted(t.job.area for t, _ in work)
    assert {o.failure for o in found} == {None}


@pytest.mark.slow
def test_leaving_off_ends_all_reports_under_way(batch, tmp_path):
    mark = f"stray-{time.time_ns()}"
    hung = handed(tmp_path, STRAY.replace("{mark}", mark), HANG)
    work = [(task("quick"), handed(tmp_path)), *((task(f"hung-{n}"), hung) for n in range(3))]
    outcomes = run_here(iter(work), batch, 3)
    assert next(outcomes).job.area == "quick"
    start = time.monotonic()
    outcomes.close()
    assert time.monotonic() - start < 15
    assert living(mark) == []


@pytest.mark.slow
def test_one_report_that_fails_costs_the_others_nothing(batch, tmp_path):
    work = [(task(name), handed(tmp_path, source)) for name, (source, _) in WRONG.items()]
    work.append((task("good"), handed(tmp_path, "print('a')")))
    found = {o.job.area: o for o in run_here(iter(work), batch, 2)}
    assert [area for area, outcome in found.items() if outcome.failure is None] == ["good"]


V4 = nbformat.v4
WARNED = "UserWarning: Glyph {} (\\N{{X}}) missing from font(s) Noto Sans SC.\n"


def ran(*outputs):
    """A notebook with papermill's cell, a cell an output, and the end."""
    cells = [V4.new_code_cell("region = '1'", metadata={"tags": ["injected-parameters"]})]
    cells += [V4.new_code_cell("draw()", outputs=[output]) for output in outputs]
    end = V4.new_output("display_data", {}, metadata={"halfsky": {"end": True}})
    cells.append(V4.new_code_cell("end()", outputs=[end]))
    for count, cell in enumerate(cells, start=1):
        cell["execution_count"] = count
    return V4.new_notebook(cells=cells), len(cells) - 1


def error() -> nbformat.NotebookNode:
    told = str(MissingGlyphError("图中文字“甲𠀀”里的 𠀀 (U+20000) 不在字库里"))
    return V4.new_output("error", ename="MissingGlyphError", evalue=told, traceback=[told])


@pytest.mark.parametrize(
    "output",
    [
        V4.new_output("stream", name="stderr", text="x" * 400 + "\n" + WARNED.format(0x20000)),
        error(),
    ],
)
def test_a_missing_character_fails_the_report_by_name_and_cell(output):
    fine = V4.new_output("stream", name="stdout", text="好")
    failure, _ = judge(*ran(fine, output))
    assert failure.reason.startswith("cell [2]: missing from the charts' font: 𠀀 (U+20000)")
    assert failure.reason_zh.startswith("单元格 [2]：图表字体缺字 𠀀 (U+20000)")


class Pieces(list):
    """A stream that keeps each write apart, as a kernel may send it."""

    write = list.append

    def flush(self):
        """Nothing is held back."""


@pytest.mark.parametrize("apart", [True, False])
def test_a_progress_bar_is_no_warning_and_what_is_said_beside_it_is_one(apart):
    bar = Pieces()
    for _ in tqdm(range(24), file=bar, mininterval=0, miniters=1):
        pass
    assert len(bar) > 24
    bar.write("careful\n")
    nb, count = ran(V4.new_output("stream", name="stdout", text="好"))
    texts = bar if apart else ["".join(bar)]
    nb.cells[1].outputs = [V4.new_output("stream", name="stderr", text=text) for text in texts]
    failure, warnings = judge(nb, count)
    assert (failure, warnings) == (None, ("[1] careful",))


def test_a_notebook_that_has_fewer_cells_than_before_is_refused():
    nb, count = ran(V4.new_output("stream", name="stdout", text="好"))
    assert judge(nb, count)[0] is None
    assert judge(nb, count + 1)[0].reason == "the notebook lost cells while it ran"
