"""A warm kernel is the cold one, sooner: the same cells put out the same."""

import os
import re

import pytest
from nbclient import NotebookClient
from tests.reports.kernels.conftest import notebook

from helpers.reports.kernels import Batch

AWKWARD = {
    "program": "import os, sys, time\nprint(sys.argv[0], len(sys.argv), sys.executable, __name__)",
    "places": "print(os.getcwd(), '' in sys.path, [p for p in sys.path if p][:3])",
    "main": "sys.modules['__main__'].__dict__ is globals()",
    "environment": "print(os.environ.get('MPLBACKEND'), 'JPY_PARENT_PID' in os.environ)",
    "variables": "print(sorted(v for v in os.environ if not v.startswith('PYDEVD_')))",
    "descriptor 1": "os.write(1, b'one\\n'); time.sleep(0.3)",
    "descriptor 2": "os.write(2, b'two\\n'); time.sleep(0.3)",
    "program below": "import subprocess; subprocess.run(['echo', 'below']); time.sleep(0.3)",
    "os.system": "os.system('echo system'); time.sleep(0.3)",
    "bang": "!echo bang",
    "bang kept": "kept = !echo kept\nprint(kept)",
    "C": "import ctypes; c = ctypes.CDLL(None); c.puts(b'from C'); c.fflush(None); time.sleep(0.3)",
    "bash": "%%bash\necho out; echo err >&2",
    "await": "import asyncio\nawait asyncio.sleep(0.01)\n'awaited'",
    "task": "async def f():\n    print('task')\nt = asyncio.create_task(f())\nawait t",
    "thread": "import threading\nth = threading.Thread(target=print, args=('thread',))\n"
    "th.start(); th.join()",
    "main thread": "threading.current_thread() is threading.main_thread()",
    "signal": "import signal\nsignal.signal(signal.SIGUSR1, lambda *_: print('usr1'))\n"
    "os.kill(os.getpid(), signal.SIGUSR1)",
    "interrupt": "try:\n    os.kill(os.getpid(), signal.SIGINT); time.sleep(5)\n"
    "except KeyboardInterrupt: print('interrupted')",
    "handlers": "print([signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGCHLD)])",
    "display": "from IPython.display import HTML, display, clear_output\n"
    "shown = display('first', display_id='x')",
    "update": "shown.update('second')",
    "clear": "print('a'); clear_output(); print('b')",
    "html": "HTML('<b>x</b>')",
    "comm": "from comm import create_comm\ncreate_comm(target_name='t').comm_id is not None",
    "input": "input('name? ')",
    "stdin": "print(sys.stdout.isatty(), sys.stdout.encoding, sys.stdin.encoding)",
    "fork": "p = os.fork()\nif not p:\n    print('fork', flush=True); os._exit(0)\n"
    "_ = os.waitpid(p, 0)",
    "pool": "import multiprocessing as mp\nwith mp.get_context('fork').Pool(2) as pool:\n"
    "    print(pool.map(abs, [-1, -2]))",
    "spawned pool": "with mp.get_context('spawn').Pool(1) as pool:\n    print(pool.map(abs, [-1]))",
    "executor": "from concurrent.futures import ThreadPoolExecutor\n"
    "with ThreadPoolExecutor(2) as e: print(list(e.map(abs, [-3])))",
    "chart without a magic": "import matplotlib.pyplot as plt\nplt.plot([1, 2])",
    "backend": "print(plt.get_backend(), plt.isinteractive(), plt.get_fignums())",
    "chart with a magic": "%matplotlib inline\nplt.plot([1, 2]); None",
    "svg": "from matplotlib_inline.backend_inline import set_matplotlib_formats\n"
    "set_matplotlib_formats('svg')\nplt.rcParams['svg.hashsalt'] = 'x'\n"
    "plt.plot([1, 2]); plt.show()",
    "settings": "from matplotlib import rcParamsDefault\n"
    "{k: v for k, v in plt.rcParams.items() if rcParamsDefault[k] != v}",
    "fonts": "from matplotlib.font_manager import fontManager\nlen(fontManager.ttflist)",
    "house chart": "from helpers import open_area\nplt.rcParams['font.family']",
    "pandas": "import pandas as pd; pd.DataFrame({'a': [1]})",
    "options": "pd.get_option('display.max_columns'), pd.options.mode.copy_on_write",
    "seaborn": "import seaborn as sns\nsns.lineplot(x=[1, 2, 3], y=[1, 3, 2]); None",
    "warning": "import warnings; warnings.warn('careful')",
    "deprecation": "warnings.warn('old', DeprecationWarning)",
    "filters": "sorted({repr(f[:3]) for f in warnings.filters})",
    "logging": "import logging; logging.warning('logged'); logging.root.handlers",
    "error": "1 / 0",
    "syntax": "1 +",
    "history": "print(In[1][:10], _i[:5], sorted(Out)[:3])",
    "who": "%who_ls int",
    "debugger": "import pdb; pdb.Pdb.__module__",
    "shell": "get_ipython().__class__.__name__, get_ipython().kernel.__class__.__name__",
    "extension": "%load_ext autoreload",
    "much": "print('x' * 3_000_000)",
    "many": "for i in range(2000): print(i)",
    "in turn": "print('o'); print('e', file=sys.stderr)",
    "faults": "import faulthandler; faulthandler.is_enabled()",
    "collector": "import gc; gc.isenabled(), gc.get_threshold()",
    "recursion": "sys.getrecursionlimit(), threading.stack_size()",
    "locale": "import locale; locale.setlocale(locale.LC_ALL), time.tzname",
    "hash": "hash('a') if os.environ.get('PYTHONHASHSEED') == '0' else None",
    "widget": "import ipywidgets as w\ns = w.IntSlider(3)\ns.value = 5\ns",
    "captured": "out = w.Output()\nwith out: print('inside')\nout.outputs",
}


@pytest.mark.slow
def test_the_cells_of_an_awkward_notebook_put_out_the_same_in_both_kernels(tmp_path):
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    environment.pop("PYTEST_CURRENT_TEST", None)  # ipykernel would not capture descriptors
    cold, warm = (_run(environment, tmp_path, warm=warm) for warm in (False, True))
    assert {k: (cold[k], warm[k]) for k in AWKWARD if cold[k] != warm[k]} == {}
    assert len(set(cold.values())) > len(AWKWARD) / 2


def _run(environment, folder, *, warm):
    client = ("kernel_name", "kernel_manager_class", "shutdown_kernel", "resources", "config")
    with Batch(environment, warm=warm) as batch, batch.kernel(folder) as kernel:
        given = {name: kernel.options[name] for name in (*client, "extra_arguments")}
        nb = notebook(*AWKWARD.values())
        done = NotebookClient(nb, allow_errors=True, timeout=60, **given).execute()
        place = str(kernel.place)
    assert (batch.address == "-") != warm
    return dict(zip(AWKWARD, (_shown(cell, place) for cell in done.cells), strict=True))


def _shown(cell, place):
    """A cell's outputs without what differs between any two kernels: addresses, numbers, times."""
    kept = []
    for output in cell.outputs:
        if output.output_type == "stream":
            if kept and kept[-1][0] == output.name:  # whether it came at once is chance
                output.text = kept.pop()[1] + output.text
            kept.append((output.name, output.text))
        elif output.output_type == "error":
            kept.append((output.ename, output.evalue, "".join(output.traceback)))
        else:
            kept.append((output.output_type, dict(output.data), dict(output.metadata)))
    text = repr(kept).replace(place, "")
    for pattern, put in (
        (r"0x[0-9a-f]+", "0x"),
        (r"ipykernel_\d+/\d+\.py", "cell.py"),
        (r"\b[0-9a-f]{32}\b", "id"),
        (r"(<dc:date>|<dc:title>).*?(</dc)", r"\1\2"),
        (r"\d{4}-\d\d-\d\dT[\d:.]+", "date"),
        (r"pid=\d+", "pid"),
    ):
        text = re.sub(pattern, put, text)
    return text
