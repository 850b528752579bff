"""Which engine runs the notebooks: the one asked for, or the best that the system can run."""

from collections.abc import Mapping
from typing import Any

from helpers.data.problems import Problem
from helpers.press.fork.system import can_fork
from helpers.press.known import unknown

__all__ = ["FORK", "NAMES", "PAPERMILL", "chosen"]

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
