"""Notebooks of a few cells, run in kernels of a batch."""

from collections.abc import Iterator

import papermill
import pytest
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

from helpers.reports.kernels import Batch

SPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}


def notebook(*sources: str):
    """A notebook of code cells."""
    cells = [new_code_cell(source, id=f"cell-{n}") for n, source in enumerate(sources)]
    return new_notebook(cells=cells, metadata={"kernelspec": SPEC})


def outputs(nb) -> list:
    """What each cell put out: texts of streams and results, names of errors."""
    return [
        [
            o.get("text") or o.get("ename") or o.get("data", {}).get("text/plain")
            for o in cell.outputs
        ]
        for cell in nb.cells
    ]


def run(batch, folder, *sources) -> list:
    """The outputs of a notebook of `sources`, run by papermill in a kernel of `batch`."""
    with batch.kernel(folder) as kernel:
        return outputs(papermill.execute_notebook(notebook(*sources), None, **kernel.options))


def ended(batch, folder, *sources) -> str:
    """The log of a kernel that dies while it runs `sources`."""
    with batch.kernel(folder) as kernel:
        with pytest.raises(DeadKernelError):
            papermill.execute_notebook(notebook(*sources), None, **kernel.options)
        return kernel.log()


@pytest.fixture(scope="session")
def server() -> Iterator[Batch]:
    """One server for all tests of a process."""
    with Batch() as batch:
        yield batch


@pytest.fixture
def warm(server) -> Iterator[Batch]:
    """The server, without what a test may leave in it: the order of tests is nobody's promise."""
    before = dict(server.environment)
    yield server
    server.environment.clear()
    server.environment.update(before)
    (server.folder / "cold.txt").unlink(missing_ok=True)
