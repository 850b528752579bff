"""Both engines give the same notebooks and the same pages: real kernels, slow."""

import copy
import hashlib
import io
import json
import re
from contextlib import suppress

import nbformat
import pytest
from nbclient.exceptions import CellTimeoutError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill import PapermillExecutionError, execute_notebook
from papermill.engines import papermill_engines

from helpers.data.home import home
from helpers.reports.desk import Desk
from helpers.reports.fork.system import can_fork
from helpers.reports.plan import Wanted
from helpers.reports.prepare import Request
from helpers.reports.reports import make
from helpers.reports.texts import AREA, Text
from helpers.reports.page.validate import plain

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not can_fork(), reason="the fork engine is for Linux"),
]
NOTEBOOKS = sorted((home() / "notebooks").glob("*.ipynb"))
ADDRESS = re.compile(r"0x[0-9a-f]{6,}|ipykernel_\d+|/tmp/[^\s/]+(?=/ipykernel)")

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}

FEATURES = """\
print("region", region); region
---
from IPython.display import display, clear_output, HTML, Markdown, update_display
handle = display("first", display_id="one"); display("again", display_id="one")
---
handle.update("changed later"); update_display(HTML("<b>and once more</b>"), display_id="one")
---
print("gone"); clear_output(); print("kept")
---
print("kept until"); clear_output(wait=True); display("this comes")
---
import subprocess, sys, os
said = "import sys, time; print('from a child', flush=True); time.sleep(0.4); "
said += "print('e', file=sys.stderr)"
subprocess.run([sys.executable, "-c", said], check=True)
import time; time.sleep(0.4)
---
os.write(1, b"straight to one\\n"); time.sleep(0.4)
---
os.write(2, b"straight to two\\n"); time.sleep(0.4)
---
!echo from the shell
---
%%bash
echo from bash; echo wrong >&2
---
import warnings; warnings.warn("take care"); warnings.warn("old", DeprecationWarning)
---
import logging; logging.warning("logged"); logging.getLogger("mine").error("also logged")
---
import threading
t = threading.Thread(target=lambda: print("from a thread")); t.start(); t.join()
---
import asyncio
async def later(x):
    await asyncio.sleep(0.01); return x
await later("awaited")
---
print(asyncio.get_running_loop().is_running()); asyncio.ensure_future(later(1)).done()
---
import sys; print("out"); print("err", file=sys.stderr); print("out again")
---
about = {"mine": {"a": (1, 2)}}
display({"text/plain": "raw", "text/html": "<i>raw</i>"}, raw=True, metadata=about)
---
class Rich:
    def _repr_html_(self): return "<p>rich</p>"
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/markdown": "**rich**"}, {"x": 1}
Rich()
---
import pandas as pd; frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}); frame
---
frame.a
---
import seaborn as sns; sns.set_theme(); ax = sns.barplot(frame, x="b", y="a", errorbar=None)
---
import matplotlib.pyplot as plt; plt.plot([1, 2, 3]); plt.show(); print("after the chart")
---
%matplotlib inline
plt.plot([3, 1])
---
%config InlineBackend.figure_format = "svg"
plt.rcParams["svg.hashsalt"] = "same"; plt.rcParams["svg.fonttype"] = "none"
---
%config InlineBackend.figure_format = "png"
plt.figure(figsize=(1, 1)); plt.plot([1, 2]);
---
%matplotlib nothing
---
import matplotlib; matplotlib.get_backend(), plt.isinteractive()
---
from IPython.display import SVG; SVG('<svg xmlns="http://www.w3.org/2000/svg"/>')
---
get_ipython().run_line_magic("lsmagic", "") is not None
---
In[1], len(Out) > 3, _ , __name__, type(get_ipython()).__name__
---
#expect
1 / 0
---
#expect
this is not python
---
#expect
input("?")
---
#expect
def deep(n): return deep(n - 1) if n else {}["missing"]
deep(3)
---
#expect
raise ValueError("两种文字 both")
---
#expect
sys.exit(0)
---
#expect
class Bad:
    def _repr_html_(self): raise RuntimeError("in the display")
Bad()
---
#expect
await later(1) + "text"
---
from multiprocessing import get_context
p = get_context("fork").Process(target=print, args=("from a fork",)); p.start(); p.join()
time.sleep(0.4)
---
{"nested": [1, 2, {"é": None}]}
---
;
---
plt.rcParams["figure.dpi"], pd.get_option("display.max_rows"), os.environ["MPLBACKEND"]
---
os.path.basename(os.getcwd()), sys.path, sorted(k for k in os.environ if "COLOR" in k)
"""


def awkward():
    """A notebook of awkward features; `#expect` marks a cell that may fail."""
    cells = [new_markdown_cell("# title"), new_code_cell('region: str = "?"', id="first")]
    cells[1].metadata["tags"] = ["parameters"]
    for number, source in enumerate(FEATURES.strip("\n").split("\n---\n")):
        cell = new_code_cell(source.removeprefix("#expect\n"), id=f"cell-{number}")
        if source.startswith("#expect"):
            cell.metadata["tags"] = ["raises-exception"]
        cells.append(cell)
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


@pytest.fixture
def executed(tmp_path, monkeypatch):
    """Engine, notebook, parameters -> the executed notebook, ids and timings taken out."""
    from helpers.reports.fork.papermill_engine import HalfSkyEngine

    monkeypatch.setitem(papermill_engines._engines, "halfsky", HalfSkyEngine)
    (tmp_path / "run").mkdir()

    def run(engine, nb, parameters):
        out = tmp_path / f"{engine}.ipynb"
        monkeypatch.delenv("PYTEST_CURRENT_TEST", False)  # it keeps kernels from descriptors
        with suppress(PapermillExecutionError):  # papermill tells of every error, allowed or not
            execute_notebook(
                copy.deepcopy(nb), str(out), parameters, engine_name=engine, progress_bar=False,
                kernel_name="python3", language="python", cwd=tmp_path / "run",
            )  # fmt: skip
        found = plain(nbformat.read(out, as_version=4))
        return [normal(cell) for cell in found.cells], found.metadata

    yield run
    HalfSkyEngine.close()


def normal(cell):
    """A cell without what no two runs share; a kernel's clock may cut a stream in two."""
    joined = []
    for output in cell.get("outputs", ()):
        last = joined[-1] if joined else {}
        if output.output_type == "stream" == last.get("output_type") and output.name == last.name:
            last["text"] += output.text
        else:
            joined.append(output)
    if cell.cell_type == "code":
        cell["outputs"] = joined
    if "papermill-error-cell-tag" in cell.metadata.get("tags", []):
        cell["id"] = "papermill's"
    text = ADDRESS.sub("ADDRESS", json.dumps(cell, sort_keys=True))
    return json.loads(text)


def assert_same(fork, papermill):
    pairs = zip(*(cells for cells, _ in (fork, papermill)), strict=True)
    assert [pair for pair in pairs if pair[0] != pair[1]] == []
    assert fork[1] == papermill[1]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_both_engines_execute_a_notebook_of_the_suite_alike(path, executed):
    nb = nbformat.read(path, as_version=4)
    where = {"region": "370400", "period": "congress-9", "lang": "en"}
    assert_same(executed("halfsky", nb, where), executed(None, nb, where))


def test_both_engines_execute_awkward_cells_alike(executed):
    nb = awkward()
    assert_same(executed("halfsky", nb, {"region": "枣庄"}), executed(None, nb, {"region": "枣庄"}))


def test_what_cells_put_out_is_logged_as_it_comes_and_stays_when_one_is_ended(
    tmp_path, caplog, monkeypatch
):
    from helpers.reports.fork.papermill_engine import HalfSkyEngine

    monkeypatch.setitem(papermill_engines._engines, "halfsky", HalfSkyEngine)
    sources = ("print('one'); 2", "print('begun', flush=True); import time; time.sleep(600)")
    cells = [new_code_cell(source) for source in sources]
    nb = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    out, said = tmp_path / "out.ipynb", io.StringIO()
    nbformat.write(nb, tmp_path / "in.ipynb")
    with caplog.at_level("INFO", "papermill"), pytest.raises(CellTimeoutError):
        execute_notebook(
            tmp_path / "in.ipynb", out, engine_name="halfsky", progress_bar=False,
            log_output=True, stdout_file=said, execution_timeout=3,
        )  # fmt: skip
    assert {"one\n", "2", "begun\n"} <= set(caplog.messages)
    assert said.getvalue() == "one\nbegun\n"
    assert "begun" in nbformat.read(out, as_version=4).cells[-1].outputs[0].text


def test_both_engines_take_a_relative_python_path_from_where_papermill_stands(
    tmp_path, executed, monkeypatch
):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "ours.py").write_text("known = 1", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "run")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path.parent}:../lib")
    cells = [new_code_cell("import os, ours; ours.known, os.environ['PYTHONPATH']")]
    nb = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    found = executed("halfsky", nb, {})
    assert "(1, " in str(found[0])
    assert_same(found, executed(None, nb, {}))


def test_the_engine_is_registered_with_papermill_by_name():
    (entry,) = [
        line for line in (home() / "pyproject.toml").read_text(encoding="utf-8").splitlines()
        if line.startswith("halfsky =") and "HalfSkyEngine" in line
    ]  # fmt: skip
    assert entry == 'halfsky = "helpers.reports.fork.papermill_engine:HalfSkyEngine"'


def test_both_engines_print_the_same_pages_byte_for_byte(tmp_path):
    """Two notebooks and the audit of a text, in both languages, and the way in."""
    text = home() / "examples" / "text.txt"
    read = Text(str(text), text.name, hashlib.sha256(text.read_bytes()).hexdigest())
    wanted = Wanted(("rights", "overview", AREA), ("370400",), ("congress-9",), text=read)
    pages = {}
    for engine in ("fork", "papermill"):
        out = tmp_path / engine
        request = Request(home(), home() / "data", out, wanted, slots=2, engine=engine)
        edition = make(request, Desk())
        assert {entry.status for entry in edition.entries} == {"built"}
        pages[engine] = {p.relative_to(out): p.read_bytes() for p in out.rglob("*.html")}
    assert len(pages["fork"]) == 7
    assert pages["fork"] == pages["papermill"]
