"""Ending a kernel for good, with whatever its cells have started, and weighing it."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil

__all__ = ["MARK", "end", "weight"]

MARK = "HALFSKY_REPORT"  # every process below a kernel carries it in its environment
GRACE = 3.0


def end(pid: int | None, mark: str) -> None:
    """End the kernel `pid`, its process group, all below it, and all that carry `mark`."""
    found: list[psutil.Process] = []
    if pid is not None:
        with suppress(psutil.Error):
            kernel = psutil.Process(pid)
            found = [*kernel.children(recursive=True), kernel]
        if hasattr(os, "killpg"):
            with suppress(OSError):  # it is gone; never the group that we are in ourselves
                if os.getpgid(pid) == pid:
                    os.killpg(pid, 9)
    _kill(found)
    _kill(_marked(mark))  # those that left the group and the tree


def weight(pid: int) -> int:
    """Bytes of memory that a kernel and all below it hold."""
    held = 0
    with suppress(psutil.Error):
        kernel = psutil.Process(pid)
        for process in (kernel, *kernel.children(recursive=True)):
            with suppress(psutil.Error):
                held += process.memory_info().rss
    return held


def _marked(mark: str) -> Iterator[psutil.Process]:
    wanted = f"{MARK}={mark}".encode()
    if not sys.platform.startswith("linux"):
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if process.environ().get(MARK) == mark:
                    yield process
        return
    for folder in Path("/proc").iterdir():  # a tenth of what psutil takes
        if folder.name.isdigit():
            with suppress(OSError, psutil.Error):
                if wanted in (folder / "environ").read_bytes().split(b"\0"):
                    yield psutil.Process(int(folder.name))


def _kill(processes: Iterable[psutil.Process]) -> None:
    processes = list(processes)
    for process in processes:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes, timeout=GRACE)
