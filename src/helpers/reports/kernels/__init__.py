"""Warm kernels: ordinary ipykernels, forked from a process that has imported everything already.

The kernelspec ``halfsky-warm`` names the provisioner of this room, so that papermill, nbclient,
nbconvert, nbval and JupyterLab start such kernels by that name. Where a fork will not do, the
ordinary kernel starts, and a warning says once why. A batch of reports, its slots being threads::

    with Batch(environment(workspace)) as batch:   # the server begins to import at once
        ...                                        # plan, meanwhile
        with batch.kernel(folder) as kernel:       # in any thread, one a report
            nb = papermill.execute_notebook(nb, None, parameters=..., **kernel.options)

``folder`` is where the notebook works. Leaving the inner block ends the kernel with all that it
started; leaving the outer one ends all. Only the standard library is imported here: the server is
to start before anything slow is.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

__all__ = ["ADDRESS", "Batch", "BatchKernel", "Server", "can_fork", "environment"]

KERNEL = "halfsky-warm"
NO_SERVER = "-"
ADDRESS = "HALFSKY_KERNELS"  # the server's socket, for processes below the one that started it
TO_END = 5.0  # seconds in which a server must have ended with its kernels
LIMIT = 1 << 18  # bytes of a message to the server; the system's own limit is less
LAST_WORDS = 20_000  # characters of a log
SOCKET_PATH = 80  # a socket's path may have 107 characters, its ending included
PID, COLD, LOG = "pid", "cold.txt", "log.txt"
PRIVATE = ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
# pytest's name switches off that a kernel captures what other programs print.
UNWANTED = (
    "JUPYTER_PATH", "PYTHONSTARTUP", "MATPLOTLIBRC", "MPLBACKEND", "PYTEST_CURRENT_TEST",
)  # fmt: skip


def can_fork() -> bool:
    """Whether the system forks safely: macOS has `fork`, yet its own libraries do not bear it."""
    return sys.platform.startswith("linux") and hasattr(os, "pidfd_open")


def environment(workspace: Path) -> dict[str, str]:
    """An environment in which no home folder shapes a report; `workspace` has its folders."""
    found = {name: text for name, text in os.environ.items() if name not in UNWANTED}
    if "PYTHONPATH" in found:  # its places are meant from here, wherever a kernel starts
        places = found["PYTHONPATH"].split(os.pathsep)
        found["PYTHONPATH"] = os.pathsep.join(str(Path.cwd() / place) for place in places)
    for name in PRIVATE:
        (workspace / name.lower()).mkdir(exist_ok=True)
        found[name] = str(workspace / name.lower())
    return found | {
        "MPLCONFIGDIR": str(_chart_folder(workspace)),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
    }


def _chart_folder(workspace: Path) -> Path:
    """Where matplotlib keeps its list of fonts (a second to make) and looks for settings: a
    folder of our own, kept between runs where the home folder allows.
    """
    try:
        folder = Path.home() / ".cache" / "halfsky" / "matplotlib"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return workspace
    return folder if os.access(folder, os.W_OK) else workspace


class Server:
    """A process that kernels are forked from; it ends with this process, at the latest.

    `environment` is that of its kernels, as far as Python and its libraries read it once; the
    server's own noise goes to `log` (a path), or else to this process's standard error.
    """

    def __init__(self, environment: Mapping[str, str], log: Path | None = None) -> None:
        short = len(tempfile.gettempdir()) < SOCKET_PATH
        # nobody else may enter it
        self._folder = tempfile.mkdtemp(prefix="halfsky-kernels-", dir=None if short else "/tmp")
        self.address = str(Path(self._folder, "server"))
        command = [sys.executable, "-m", "helpers.reports.kernels.server"]
        try:
            with (
                Path(log or os.devnull).open("ab") as noise,
                socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener,
            ):
                listener.bind(self.address)
                listener.listen(socket.SOMAXCONN)
                self.process = subprocess.Popen(
                    [*command, str(listener.fileno()), self.address],
                    stdin=subprocess.PIPE,
                    stdout=noise,
                    stderr=noise if log else None,
                    pass_fds=[listener.fileno()],
                    env=dict(environment),
                    start_new_session=True,  # Ctrl-C in a terminal is no business of its
                )
        except OSError:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def close(self, *, idle: bool = False) -> None:
        """End the server and its kernels; returns when they have ended."""
        with suppress(OSError):
            self.process.stdin.close()
        if idle:  # it has no kernels to end, and may still be busy with its imports
            self.process.kill()
        try:
            self.process.wait(TO_END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


class Batch(AbstractContextManager):
    """Kernels for many reports, in threads of this process; a context manager.

    `environment` is what the kernels find (default: this process's own), but for the folders of
    temporary files, which each kernel has for itself. `warm=False` asks for ordinary kernels.
    """

    def __init__(self, environment: Mapping[str, str] | None = None, *, warm: bool = True) -> None:
        self.environment = dict(os.environ if environment is None else environment)
        self.folder = Path(tempfile.mkdtemp(prefix="halfsky-"))
        self._numbers = count(1)
        self._server = None
        if warm and can_fork():
            with suppress(OSError):  # no process to be had: the kernels will say so themselves
                self._server = Server(self.environment, self.folder / LOG)

    @property
    def address(self) -> str:
        """The server's socket; "-" where there is none and kernels start as ever."""
        return self._server.address if self._server else NO_SERVER

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every kernel and the server. Whoever runs a notebook gets a DeadKernelError."""
        if self._server is not None:
            self._server.close(idle=next(self._numbers) == 1)
        for place in self.folder.glob("k*"):
            BatchKernel(self, place, place).end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def cold(self) -> str:
        """Why a kernel was an ordinary one, which takes seconds to start; empty if none was."""
        return _content(self.folder / COLD)

    @contextmanager
    def kernel(self, folder: Path) -> Iterator[BatchKernel]:
        """What a kernel is started with that works in `folder`, and its end."""
        place = self.folder / f"k{next(self._numbers)}"
        (place / "tmp").mkdir(parents=True)
        kernel = BatchKernel(self, place, Path(folder))
        try:
            yield kernel
        finally:
            kernel.end()
            shutil.rmtree(place, ignore_errors=True)


@dataclass(frozen=True)
class BatchKernel:
    """One report's kernel: how to start it, what it holds, its end. `place` is its own folder."""

    batch: Batch
    place: Path
    folder: Path

    @property
    def options(self) -> dict[str, Any]:
        """Arguments of `papermill.execute_notebook`, beside notebook and parameters."""
        from traitlets.config import Config

        from helpers.reports.kernels.provisioner import BatchManager

        temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self.place / "tmp"))
        provisioner = {
            "address": self.batch.address,
            "environment": self.batch.environment | temporary,
            "place": str(self.place),
        }
        config = Config({"WarmProvisioner": provisioner})
        # beside the kernel's own files, where it goes with them however a run ends
        config.KernelManager.connection_file = str(self.place / "connection.json")
        if sys.platform != "win32" and len(str(self.place)) < SOCKET_PATH:
            # none to run out of, none to listen at; the key of the messages stays
            config.KernelManager.transport, config.KernelManager.ip = "ipc", str(self.place / "s")
        return {
            "kernel_name": KERNEL,
            "kernel_manager_class": BatchManager,
            "language": "python",
            "progress_bar": False,
            "request_save_on_cell_execute": False,
            "autosave_cell_every": 0,
            "shutdown_kernel": "immediate",
            "extra_arguments": ["--HistoryManager.enabled=False"],
            # not papermill's `cwd`, which changes the folder of the whole process
            "resources": {"metadata": {"path": str(self.folder)}},
            "config": config,
        }

    def _processes(self, below: bool) -> list[Any]:
        """The kernel's process and, with `below`, all below it; none where there is none."""
        import psutil

        with suppress(ValueError, psutil.Error):
            top = psutil.Process(int(_content(self.place / PID)))
            return [top, *(top.children(recursive=True) if below else ())]
        return []

    def held(self, *, below: bool) -> int | None:
        """Resident bytes of the kernel, and with `below` of all below it; None before its start
        and after its end. Not the address space counts, because threads, arenas and mapped files
        reserve many times what they use.
        """
        import psutil

        found = []
        for process in self._processes(below):
            with suppress(psutil.Error):
                found.append(process.memory_info().rss)
        return sum(found) if found else None

    def end(self) -> None:
        """Kill the kernel, if there is one, and all below it."""
        import psutil

        for process in reversed(self._processes(below=True)):
            with suppress(psutil.Error):
                process.kill()

    def log(self) -> str:
        """The end of what the kernel said outside the notebook, such as a crash's own words."""
        return _content(self.place / LOG)[-LAST_WORDS:]


def _content(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""
