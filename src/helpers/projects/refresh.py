"""Refresh: runs a project's notebooks and stores the outputs that nbval compares.

Stored outputs change only here. Timings and other traces of one run are left out, so that a
refresh of unchanged work changes nothing.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from helpers.data import load
from helpers.data.problems import DataRefused
from helpers.paths import project_of
from helpers.projects.lab import trust
from helpers.projects.notebook import at_home
from helpers.reports.kernels import Batch

OF_THE_KERNEL = (
    "kernel_name", "kernel_manager_class", "shutdown_kernel", "resources", "config",
    "extra_arguments",
)  # fmt: skip
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def refresh(path: Path, batch: Batch, data: Path | None = None) -> None:
    """Executes the notebook in its own folder and writes it back with its outputs, signed.

    One that tells another folder than `data` is first set on it. Raises nbclient's
    CellExecutionError where a cell fails; the file is then left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    if data is not None:
        at_home(notebook, load(data), data, path.parent)
    with batch.kernel(path.parent) as kernel:
        given = {name: kernel.options[name] for name in OF_THE_KERNEL}
        NotebookClient(notebook, timeout=300, **given).execute()
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        cell.metadata = {"tags": cell.metadata.get("tags", [])}
    nbformat.write(notebook, path)
    trust([path])


def main(arguments: list[str]) -> int:
    """``python -m helpers.projects.refresh [--data DIR] [NOTEBOOK...]``: all of the project that
    the data belong to, unless some are named; 0 when they were refreshed, 3 when the data are
    refused.
    """
    parser = ArgumentParser("refresh", description="run notebooks and store their outputs")
    parser.add_argument("--data", type=Path, help="data folder of another project")
    parser.add_argument("notebooks", nargs="*", type=Path)
    given = parser.parse_args(arguments)
    every = sorted((project_of(given.data) / "notebooks").glob("*.ipynb"))
    try:
        with Batch() as batch:
            for path in given.notebooks or every:
                refresh(path, batch, given.data)
                print(f"refreshed {path}")
    except DataRefused as refused:
        print(*(problem.line("en") for problem in refused.problems), sep="\n", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
