"""The server: imports once, then forks a kernel for each connection (python -m ... FD PATH).

A process of its own, started fresh: no thread, no event loop, no socket of a library is in it
when it forks. A connection brings a request (JSON) and two descriptors; the kernel's process id
goes back once it listens, and at its end how it ended. A connection that ends ends its kernel with
all below it; the end of standard input, or of the parent, ends the server with all kernels.
"""

from __future__ import annotations

import builtins
import ctypes
import gc
import io
import json
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from helpers.reports.kernels import LIMIT

__all__ = ["main"]

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
INLINE = "module://matplotlib_inline.backend_inline"  # what an IPython kernel draws with
LAUNCHER = ["-m", "ipykernel_launcher"]
LIBRARIES = (
    "ipykernel.kernelapp",  # first, as in a kernel: filters of warnings come in this order
    "pandas",
    "matplotlib.pyplot",
    "seaborn",
    # a kernel's start and its first cells would import these
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "PIL.features",
    "encodings.idna",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "psutil",
    "sqlite3",
    "tornado.platform.asyncio",
    "zmq.utils.garbage",
)
# What Python and its libraries read once, when they start.
AT_START = (
    "PYTHON", "HOME", "XDG_", "LANG", "LC_", "MPL", "MATPLOTLIBRC", "LD_", "MALLOC_", "OMP_",
    "OPENBLAS_", "MKL_", "BLIS_", "NUMEXPR_", "ARROW_",
)  # fmt: skip


@dataclass(slots=True)
class Kernel:
    """A fork at work: its process, a handle that becomes readable at its end, who asked for it."""

    pid: int
    handle: int
    conn: socket.socket


@dataclass(slots=True)
class Loaded:
    """What was there when the server had imported everything; `broken` says why it could not."""

    environment: dict[str, str]
    files: dict[str, tuple[int, int] | None]
    broken: str = ""


def main(listening: str, address: str) -> None:
    """Serve until the pipe that the parent holds ends, as it does with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _system(PR_SET_CHILD_SUBREAPER, 1)  # what a kernel leaves behind comes to us
    listener = socket.socket(fileno=int(listening))
    kernels: list[Kernel] = []
    try:
        _serve(listener, _load(), kernels)
    finally:
        for kernel in kernels:
            _kill(kernel.pid)
        while kernels:
            _bury(kernels.pop(), kernels)
        shutil.rmtree(Path(address).parent, ignore_errors=True)
        os._exit(0)  # at once: to take down what was imported is slow


def _load() -> Loaded:
    environment, broken = _at_start(os.environ), ""
    os.environ.setdefault("MPLBACKEND", INLINE)
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # a warning that is no kernel's
    try:
        _preload()
    except Exception as error:
        broken = f"{error}"
    return Loaded(environment, {path: _look(path) for path in _code()}, broken)


def _at_start(environment: Any) -> dict[str, str]:
    return {name: text for name, text in environment.items() if name.startswith(AT_START)}


def _code() -> list[str]:
    """Files that someone may be working on: modules outside the environment, and all of ours."""
    modules = {getattr(module, "__file__", None) or "" for module in list(sys.modules.values())}
    package = Path(__file__).parents[2]
    ours = {str(path) for path in package.rglob("*") if path.suffix not in ("", ".pyc")}
    places = (sys.prefix, sys.base_prefix)
    return sorted(path for path in modules | ours if path and not path.startswith(places))


def _look(path: str) -> tuple[int, int] | None:
    with suppress(OSError):
        found = os.stat(path)  # noqa: PTH116 - hundreds of them before each fork
        return found.st_mtime_ns, found.st_size
    return None


def _serve(listener: socket.socket, loaded: Loaded, kernels: list[Kernel]) -> None:
    while True:
        waiting = select.poll()
        ends = [end for kernel in kernels for end in (kernel.handle, kernel.conn)]
        for end in (0, listener, *ends):
            waiting.register(end, select.POLLIN)
        found = {number for number, _ in waiting.poll()}
        if 0 in found:
            return
        for kernel in [k for k in kernels if found & {k.handle, k.conn.fileno()}]:
            kernels.remove(kernel)
            _bury(kernel, kernels)
        if listener.fileno() in found:
            _accept(listener, loaded, kernels)


def _accept(listener: socket.socket, loaded: Loaded, kernels: list[Kernel]) -> None:
    conn, _ = listener.accept()
    asked, streams, _, _ = socket.recv_fds(conn, LIMIT, 2)
    if not asked:  # whoever it was has thought better of it
        conn.close()
        return
    if (pid := os.fork()) == 0:
        _live(json.loads(asked), streams, conn, loaded)
    kernels.append(Kernel(pid, os.pidfd_open(pid), conn))
    for number in streams:
        os.close(number)


def _bury(kernel: Kernel, others: list[Kernel]) -> None:
    """Kill a kernel that has ended or has no owner, and all that it started; tell its owner. What
    outlived it in a session of its own is our child by now.
    """
    import psutil

    _kill(kernel.pid)
    _, status = os.waitpid(kernel.pid, 0)
    alive = {other.pid for other in others}
    while strays := [p for p in psutil.Process().children() if p.pid not in alive]:
        for process in strays:
            with suppress(psutil.Error, ChildProcessError):
                process.kill()
                os.waitpid(process.pid, 0)
    with suppress(OSError):
        kernel.conn.send(json.dumps({"code": os.waitstatus_to_exitcode(status)}).encode())
    kernel.conn.close()
    os.close(kernel.handle)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _system(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


# --- imported once ---------------------------------------------------------------------------


def _preload() -> None:
    """Import it all once, so that no kernel has to; ImportError says what cannot be.

    A kernel must find what a fresh one finds: settings of matplotlib, fonts and namespaces are
    put back, pyplot has no drawing and no backend.
    """
    gc.disable()  # nothing that is imported here ever goes: to look for garbage costs a fifth
    # a library that finds this knows that no terminal is there: pandas would fold no columns
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)
    for name in LIBRARIES:
        _import(name)
    del builtins.get_ipython
    from xml.etree import ElementTree as ET

    import matplotlib
    from matplotlib.font_manager import fontManager

    settings, fonts = dict(matplotlib.rcParams.copy()), list(fontManager.ttflist)
    namespaces = dict(ET._namespace_map)
    face = _import("helpers")
    for name in face.__all__:  # what notebooks use of ours
        getattr(face, name)
    _draw()
    dict.update(matplotlib.rcParams, settings)
    fontManager.ttflist[:] = fonts
    fontManager._findfont_cached.cache_clear()  # it may have found a font that is gone now
    ET._namespace_map.clear()
    ET._namespace_map.update(namespaces)
    gc.collect()
    gc.freeze()  # so that a kernel's collector does not touch, and copy, what is shared
    gc.enable()


def _import(name: str) -> object:
    try:
        return import_module(name)
    except Exception as error:
        raise ImportError(f"{name}: {type(error).__name__}: {error}") from error


def _draw() -> None:
    """Draw a chart that nobody sees: what drawing makes once in a process is then made."""
    import pandas as pd
    import seaborn as sns
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(6, 2))
    ax = drawing.subplots()
    tidy = pd.DataFrame({"label": ["one", "two"], "value": [1.0, 2.0]})
    sns.barplot(tidy, x="value", y="label", errorbar=None, ax=ax)
    ax.barh(0, 1, left=1, height=0.8, facecolor="none", hatch="////")
    ax.set_title("1")
    for form in ("svg", "png"):
        drawing.savefig(io.BytesIO(), format=form, bbox_inches="tight")


# --- in the fork -----------------------------------------------------------------------------


def _live(asked: dict[str, Any], streams: list[int], conn: socket.socket, loaded: Loaded) -> None:
    """Be the kernel that the command of `asked` would have started."""
    code = 1
    try:
        os.setsid()
        _system(PR_SET_PDEATHSIG, signal.SIGKILL)  # end with the server
        _system(PR_SET_CHILD_SUBREAPER, 1)  # whatever a cell starts stays below this process
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _keep(streams, conn.fileno())
        os.chdir(asked["folder"])
        environment = asked["environment"] | {"JPY_PARENT_PID": str(os.getppid())}
        if reason := _unlike(asked, loaded):
            conn.send(json.dumps({"pid": os.getpid(), "cold": reason}).encode())
            os.execvpe(asked["command"][0], asked["command"], environment)
        _become(asked["command"], environment)
        code = _run(asked, conn)
    except BaseException:
        import_module("traceback").print_exc(file=sys.__stderr__)
    finally:
        with suppress(BaseException):
            import_module("threading")._shutdown()
            import_module("atexit")._run_exitfuncs()
            sys.__stdout__.flush()
            sys.__stderr__.flush()
        os._exit(code)


def _keep(streams: list[int], conn: int) -> None:
    """Have the three standard streams and the connection, and no other descriptor."""
    for number, stream in enumerate((os.open(os.devnull, os.O_RDWR), *streams)):
        os.dup2(stream, number)
    os.closerange(3, conn)
    os.closerange(conn + 1, 1 << 16)


def _unlike(asked: dict[str, Any], loaded: Loaded) -> str:
    """Why a fork would not be what the command starts; empty if it would."""
    command = asked["command"]
    if loaded.broken:
        return loaded.broken
    ours = os.path.normpath(sys.executable)
    if os.path.normpath(command[0]) != ours or command[1:3] != LAUNCHER:
        return f"{command[0]} is another program"
    there, wanted = loaded.environment, _at_start(asked["environment"])
    if changed := sorted(n for n in {*there, *wanted} if there.get(n) != wanted.get(n)):
        return f"{', '.join(changed)} changed since the server of warm kernels started"
    if Path("matplotlibrc").exists():
        return "matplotlibrc beside the notebook"
    if edited := [path for path, seen in loaded.files.items() if _look(path) != seen]:
        return f"{edited[0]} was edited since the server of warm kernels started"
    return ""


def _become(command: list[str], environment: dict[str, str]) -> None:
    """Have the state of a process that was started just now."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    tempfile.tempdir = None
    for name in ("random", "numpy.random"):
        import_module(name).seed()
    launcher = import_module("importlib.util").find_spec(LAUNCHER[1]).origin
    sys.argv = [launcher, *command[3:]]


def _run(asked: dict[str, Any], conn: socket.socket) -> int:
    """Start the kernel, tell its owner, and return its exit code when it has ended."""
    from ipykernel.kernelapp import IPKernelApp

    class LeanApp(IPKernelApp):
        """Without a heartbeat: whoever asked watches the process itself."""

        def init_heartbeat(self) -> None:
            self.heartbeat = None

    try:
        # 1: it ends with the server, so that it need not look whether its parent is there
        app = (LeanApp if asked["lean"] else IPKernelApp).instance(parent_handle=1)
        app.initialize(asked["command"][3:])
        # only now: a client that connects to what is not there yet waits for 200 ms
        conn.send(json.dumps({"pid": os.getpid(), "cold": ""}).encode())
        conn.close()
        app.start()
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    return 0


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]  # where the server was started is no notebook's business
    main(*sys.argv[1:])
