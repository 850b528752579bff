"""What a notebook finds around it: an environment in which no home folder shapes a report."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from helpers.reports.processes import MARK

__all__ = ["environment", "quick_imports", "steady"]

PRIVATE = ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
TEMPORARY = ("TMPDIR", "TEMP", "TMP")
# pytest's name switches off that a kernel captures what other programs print.
UNWANTED = (
    "JUPYTER_PATH", "PYTHONSTARTUP", "MATPLOTLIBRC", "MPLBACKEND", "PYTEST_CURRENT_TEST",
)  # fmt: skip
SLOW_AND_UNUSED = "rfc3987_syntax"  # a second to import; jsonschema goes without, if it is missing


def steady(found: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment that all reports of a run share: what Python reads when it starts."""
    kept = {name: text for name, text in found.items() if name not in UNWANTED}
    if "PYTHONPATH" in kept:  # its places are meant from here, wherever a kernel starts
        places = kept["PYTHONPATH"].split(os.pathsep)
        kept["PYTHONPATH"] = os.pathsep.join(str(Path.cwd() / place) for place in places)
    kept |= {"JUPYTER_PREFER_ENV_PATH": "1", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
    if folder := _chart_folder():
        kept["MPLCONFIGDIR"] = str(folder)
    return kept


def environment(workspace: Path, mark: str) -> dict[str, str]:
    """The environment of a kernel that works in `workspace`; its Jupyter folders are made."""
    found = steady()
    for name in PRIVATE:
        folder = workspace / name.lower()
        folder.mkdir(exist_ok=True)
        found[name] = str(folder)
    found.setdefault("MPLCONFIGDIR", str(workspace))
    return found | dict.fromkeys(TEMPORARY, str(workspace)) | {MARK: mark}


def _chart_folder() -> Path | None:
    """Where matplotlib keeps its list of fonts (a second to make) and looks for settings: a
    folder of our own, kept between runs where the home folder allows.
    """
    try:
        folder = Path.home() / ".cache" / "halfsky" / "matplotlib"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return None
    return folder if os.access(folder, os.W_OK) else None


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
