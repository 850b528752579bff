"""What the fork engine asks of Linux beyond Python's own calls."""

import os
import sys

__all__ = ["adopt_orphans", "can_fork", "die_with_parent", "has_children"]

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, SIGKILL = 1, 36, 9


def can_fork() -> bool:
    """Whether the system forks safely: macOS has `fork`, yet its own libraries do not bear it."""
    return sys.platform.startswith("linux") and hasattr(os, "pidfd_open")


def die_with_parent(parent: int) -> None:
    """End this process when its parent ends; at once, if `parent` is gone already."""
    _prctl(PR_SET_PDEATHSIG, SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of every process below this one that loses its own.

    So that nothing that a cell starts gets out of reach, even with two forks and a session.
    """
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def has_children() -> bool:
    """Whether this process has any, ended ones that nobody asked after included."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _prctl(option: int, value: int) -> None:
    import ctypes  # not on the way of a run with nothing to do

    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(option, value, 0, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
