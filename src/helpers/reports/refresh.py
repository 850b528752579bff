"""Refresh: runs notebooks with their defaults and stores the outputs that nbval compares.

Stored outputs change only here. Timings and other traces of one run are left out, so that a
refresh of unchanged work changes nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def refresh(path: Path) -> None:
    """Executes the notebook in its own folder and writes it back with its outputs.

    Raises nbclient's CellExecutionError where a cell fails; the file is then left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": path.parent}}
    )
    client.execute()
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        cell.metadata = {"tags": cell.metadata.get("tags", [])}
    nbformat.write(notebook, path)


def main(arguments: list[str]) -> int:
    """``python -m helpers.reports.refresh NOTEBOOK...``; 0 when all were refreshed."""
    for name in arguments:
        refresh(Path(name))
        print(f"refreshed {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
