"""Kernels of a batch of reports: a server for all, and for each report a folder and its limits.

Only the standard library is imported here: the server is to start before anything slow is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

__all__ = ["ADDRESS", "KERNEL", "MEMORY", "Batch", "BatchKernel", "Server", "can_fork", "end_tree"]

KERNEL = "halfsky-warm"
NO_SERVER = "-"
ADDRESS = "HALFSKY_KERNELS"  # the server's socket, for processes below the one that started it
GIB = 1 << 30
MEMORY = 2 * GIB  # what a report may hold; an ordinary one holds an eighth of it
TO_END = 5.0  # seconds in which a server must have ended with its kernels
LAST_WORDS = 20_000  # characters of a log
SOCKET_PATH = 80  # a socket's path may have 107 characters, its ending included
PID, ENDED, COLD, LOG = "pid", "ended", "cold.txt", "log.txt"
MEMORY_ENDED, TIME_ENDED = "memory", "time"


def can_fork() -> bool:
    """Whether the system forks safely: macOS has `fork`, yet its own libraries do not bear it."""
    return sys.platform.startswith("linux") and hasattr(os, "pidfd_open")


class Server:
    """A process that kernels are forked from; it ends with this process, at the latest.

    `environment` is that of its kernels, as far as Python and its libraries read it once; the
    server's own noise goes to `log` (a path), or else to this process's standard error.
    """

    def __init__(self, environment: Mapping[str, str], log: Path | None = None) -> None:
        import socket

        short = len(tempfile.gettempdir()) < SOCKET_PATH - 32
        # nobody else may enter it
        self._folder = tempfile.mkdtemp(prefix="halfsky-kernels-", dir=None if short else "/tmp")
        self.address = str(Path(self._folder, "server"))
        command = [sys.executable, "-m", "helpers.reports.kernels.server"]
        noise = subprocess.DEVNULL if log is None else log.open("ab")
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(self.address)
            listener.listen(socket.SOMAXCONN)
            self.process = subprocess.Popen(
                [*command, str(listener.fileno()), self.address, str(os.getpid())],
                stdin=subprocess.PIPE,
                stdout=noise,
                stderr=None if log is None else noise,
                pass_fds=[listener.fileno()],
                env=dict(environment),
                start_new_session=True,  # Ctrl-C in a terminal is no business of its
            )
        if log is not None:
            noise.close()

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


class Batch:
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

    def __enter__(self) -> Batch:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every kernel and the server. Whoever runs a notebook gets a DeadKernelError."""
        if self._server is not None:
            self._server.close(idle=next(self._numbers) == 1)
        for path in self.folder.glob(f"k*/{PID}"):
            end_tree(_pid(path))
        shutil.rmtree(self.folder, ignore_errors=True)

    def cold(self) -> str:
        """Why a kernel was an ordinary one, which takes seconds to start; empty if none was."""
        with suppress(OSError):
            return (self.folder / COLD).read_text(encoding="utf-8")
        return ""

    @contextmanager
    def kernel(
        self, folder: Path, *, seconds: float = 0, memory: int = MEMORY
    ) -> Iterator[BatchKernel]:
        """What a kernel is started with that works in `folder`, and its end.

        It is ended after `seconds` (0: never) and beyond `memory` bytes (0: no limit) of resident
        memory, it and the processes below it together. Not the address space is limited, because
        threads, arenas and mapped files reserve many times what they use, and because a limit of
        the system's counts each process alone.
        """
        place = self.folder / f"k{next(self._numbers)}"
        (place / "tmp").mkdir(parents=True)
        kernel = BatchKernel(self, place, Path(folder), seconds, memory)
        try:
            yield kernel
        finally:
            end_tree(_pid(place / PID))
            shutil.rmtree(place, ignore_errors=True)


@dataclass(frozen=True)
class BatchKernel:
    """One report's kernel: how to start it, and how it ended. `place` is its private folder."""

    batch: Batch
    place: Path
    folder: Path
    seconds: float
    memory: int

    @cached_property
    def options(self) -> dict[str, Any]:
        """Arguments of `papermill.execute_notebook`, beside notebook and parameters."""
        from helpers.reports.kernels.client import BatchManager

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
            "config": self._config(),
        }

    def _config(self) -> Any:
        from traitlets.config import Config

        temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self.place / "tmp"))
        provisioner = {
            "address": self.batch.address,
            "lean": True,
            "environment": self.batch.environment | temporary,
            "place": str(self.place),
            "seconds": self.seconds,
            "memory": self.memory,
        }
        found = Config({"WarmProvisioner": provisioner})
        if sys.platform != "win32" and len(str(self.place)) < SOCKET_PATH:
            # none to run out of, none to listen at; the key of the messages stays
            found.KernelManager.transport, found.KernelManager.ip = "ipc", str(self.place / "s")
        return found

    def ended(self) -> tuple[str, str] | None:
        """Which limit ended the kernel, in Chinese and in English; None if it was none of ours."""
        with suppress(OSError):
            if (self.place / ENDED).read_text() == MEMORY_ENDED:
                size = f"{self.memory / GIB:g}"
                return (
                    f"用了超过 {size} GiB 内存, 已结束; 请少取数据, 或用 --memory 放宽",
                    f"held more than {size} GiB of memory and was ended; "
                    "take less data at once, or allow more with --memory",
                )
            return (
                f"运行超过 {self.seconds:g} 秒, 已结束; 请查找停住的单元, 或用 --timeout 放宽",
                f"ran for more than {self.seconds:g} seconds and was ended; "
                "look for the cell that hangs, or allow more with --timeout",
            )
        return None

    def log(self) -> str:
        """The end of what the kernel said outside the notebook, such as a crash's own words."""
        with suppress(OSError):
            said = (self.place / LOG).read_text(encoding="utf-8", errors="replace")
            return said[-LAST_WORDS:]
        return ""


def _pid(path: Path) -> int:
    with suppress(OSError, ValueError):
        return int(path.read_text())
    return 0


def end_tree(pid: int) -> None:
    """Kill process `pid`, unless it is 0, and all below it."""
    if not pid:
        return
    import psutil

    with suppress(psutil.Error):
        top = psutil.Process(pid)
        for process in (*top.children(recursive=True), top):
            with suppress(psutil.Error):
                process.kill()
