"""What a notebook finds around it: an environment in which no home folder shapes a report.

Both engines make it, so that a report is the same whoever runs it.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from helpers.data.reads import RECORD
from helpers.reports.processes import MARK

__all__ = ["INLINE", "LOG", "enclose", "quick_imports", "rooted", "surroundings"]

LOG = "log.txt"
INLINE = "module://matplotlib_inline.backend_inline"  # what an IPython kernel draws with
JUPYTER = ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
TEMPORARY = ("TMPDIR", "TEMP", "TMP")
# pytest's name switches off that a kernel captures what other programs print.
UNWANTED = (
    "JUPYTER_PATH", "PYTHONSTARTUP", "MATPLOTLIBRC", "MPLBACKEND", "PYTEST_CURRENT_TEST",
)  # fmt: skip
SLOW_AND_UNUSED = "rfc3987_syntax"  # a second to import; jsonschema goes without, if it is missing


def surroundings(workspace: Path, mark: str) -> dict[str, str]:
    """The environment of a process that works in `workspace`; its Jupyter folders are made."""
    found = rooted({name: text for name, text in os.environ.items() if name not in UNWANTED})
    for name in JUPYTER:
        folder = workspace / name.lower()
        folder.mkdir(exist_ok=True)
        found[name] = str(folder)
    return found | {
        **dict.fromkeys(TEMPORARY, str(workspace)),
        "MPLCONFIGDIR": str(_chart_folder(workspace)),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        MARK: mark,
        RECORD: "1",
    }


def rooted(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment for a process that starts in another folder: the places of `PYTHONPATH`
    are meant from here.
    """
    if "PYTHONPATH" not in environment:
        return dict(environment)
    places = environment["PYTHONPATH"].split(os.pathsep)
    path = os.pathsep.join(str(Path.cwd() / place) for place in places)
    return {**environment, "PYTHONPATH": path}


def enclose(folder: Path) -> None:
    """Let this process, and what it starts, keep temporary files in `folder`."""
    tempfile.tempdir = str(folder)
    os.environ |= dict.fromkeys(TEMPORARY, str(folder))


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


@contextmanager
def quick_imports() -> Iterator[None]:
    """Import nbformat and what needs it without a module that only strangers' schemas use."""
    if SLOW_AND_UNUSED in sys.modules:
        yield
        return
    sys.modules[SLOW_AND_UNUSED] = None  # to Python: there is no such module
    try:
        yield
    finally:
        sys.modules.pop(SLOW_AND_UNUSED, None)
