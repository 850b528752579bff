"""Notebooks read once for a batch; papermill's own rules give them a report's parameters."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpers.reports.page.outputs import rendered

__all__ = ["keep", "parametrised"]

KEPT = 16  # notebooks in memory
Stamp = tuple[int, ...]
_told: dict[Path, Stamp] = {}  # notebooks whose texts are in memory


def keep(path: Path) -> None:
    """Have a notebook and its texts in memory, for the processes that are forked from here."""
    stamp = _stamp(path)
    if _told.get(path) != stamp:
        _told[path] = stamp
        for cell in _loaded(path, stamp).cells:
            if cell.cell_type == "markdown":
                rendered(cell.source)


def parametrised(path: Path, parameters: Mapping[str, Any]) -> Any:
    """The notebook as papermill would hand it to a kernel.

    Only for a process that asks once: it gets the notebook itself, not a copy.
    """
    from papermill.execute import prepare_notebook_metadata, remove_error_markers
    from papermill.parameterize import parameterize_notebook

    nb = _loaded(path, _stamp(path))
    given = dict(parameters)
    nb = parameterize_notebook(nb, given, kernel_name="python3", language="python")
    return remove_error_markers(prepare_notebook_metadata(nb, None, None))


def _stamp(path: Path) -> Stamp:
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino


@lru_cache(maxsize=KEPT)
def _loaded(path: Path, stamp: Stamp) -> Any:  # noqa: ARG001 - another stamp, another notebook
    import nbformat
    from papermill.iorw import load_notebook_node

    nb = nbformat.read(path, as_version=4)
    for cell in nb.cells:  # before papermill reads on what is stored
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, []
    # Handed over as a notebook, because papermill would take braces in a path for parameters.
    return load_notebook_node(nb)
