"""What a notebook finds around it: an environment in which no home folder shapes a report."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["environment", "quick_imports"]

PRIVATE = ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
# pytest's name switches off that a kernel captures what other programs print.
UNWANTED = (
    "JUPYTER_PATH", "PYTHONSTARTUP", "MATPLOTLIBRC", "MPLBACKEND", "PYTEST_CURRENT_TEST",
)  # fmt: skip
SLOW_AND_UNUSED = "rfc3987_syntax"  # a second to import; jsonschema goes without, if it is missing


def environment(workspace: Path) -> dict[str, str]:
    """The environment of a run's kernels; their Jupyter folders are made in `workspace`."""
    found = {name: text for name, text in os.environ.items() if name not in UNWANTED}
    if "PYTHONPATH" in found:  # its places are meant from here, wherever a kernel starts
        places = found["PYTHONPATH"].split(os.pathsep)
        found["PYTHONPATH"] = os.pathsep.join(str(Path.cwd() / place) for place in places)
    for name in PRIVATE:
        folder = workspace / name.lower()
        folder.mkdir(exist_ok=True)
        found[name] = str(folder)
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
