"""The machine that measured: what matters for the numbers, and nothing that names it."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

import psutil

__all__ = ["VERSIONS", "facts"]

VERSIONS = ("papermill", "nbclient", "nbconvert", "ipykernel", "pandas", "matplotlib", "seaborn",
            "distributed", "ploomber")  # fmt: skip


def facts() -> dict[str, str]:
    """Cores, memory, system, Python and the versions of the libraries that are compared."""
    found = {
        "cores": str(_cores()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
    }
    for name in VERSIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
