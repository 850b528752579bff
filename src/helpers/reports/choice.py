"""Which engine runs the notebooks: the one asked for, or the best that the system can run."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from helpers.data.known import unknown
from helpers.data.problems import Problem, problem
from helpers.reports.fork.system import can_fork

__all__ = ["FORK", "NAMES", "PAPERMILL", "chosen", "elsewhere"]

ADDRESS = re.compile(r"(tcp|tls|ws|wss)://[^\s/]+:[0-9]{1,5}")
FORK, PAPERMILL = NAMES = ("fork", "papermill")


def chosen(given: Mapping[str, Any]) -> tuple[str, list[Problem], bool]:
    """The engine for a command's options, what is wrong with the name, and whether it is a
    fall-back, which is said: the system cannot do what was asked for or is usual.
    """
    name = given["engine"]
    found = unknown("--engine", "engine", [name] if name is not None else [], NAMES)
    wanted = FORK if name is None or found else name
    if wanted == FORK and not can_fork():
        return PAPERMILL, found, True
    return wanted, found, False


def elsewhere(given: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the scheduler whose workers are to make the reports, if one is named."""
    jobs, scheduler = given["jobs"], given["scheduler"]
    if scheduler is not None and not ADDRESS.fullmatch(scheduler):
        zh = ("不是调度器的地址", "写成 tcp://主机:端口，或 tls://主机:端口")
        en = ("no address of a scheduler", "write tcp://HOST:PORT, or tls://HOST:PORT")
        yield problem(("--scheduler", 0, "", scheduler), "wrong-type", zh, en)
    if scheduler and jobs:
        zh = ("同时运行几份由各工作机的线程数决定", "去掉 --jobs，在 dask worker 上用 --nthreads")
        en = ("the workers' threads say how many run at a time",
              "leave out --jobs; use --nthreads of dask worker")  # fmt: skip
        yield problem(("--jobs", 0, "", jobs), "usage", zh, en)
