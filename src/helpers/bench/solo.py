"""A process that makes reports without our engines: `python -m helpers.bench.solo KIND FILE`.

KIND is `papermill` (papermill and nbconvert in one process, the exporter kept) or `bound` (the
code of the notebooks' cells as a plain warm script, and nothing else). FILE is a JSON list of
orders: notebook, parameters, out. It says `ready` when everything is imported, waits for a line,
makes the reports and says `done`.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers.reports.fork.preload import NOTEBOOKS

__all__ = ["main", "pieces"]

Order = Mapping[str, Any]
Perform = Callable[[Order], None]
BOUND = ("pandas", "matplotlib.pyplot", "seaborn", *NOTEBOOKS)


def main(arguments: Sequence[str]) -> int:
    """Carry out the orders of a file; 0 when all came about, else the exception ends it."""
    kind, file = arguments
    orders = json.loads(Path(file).read_text(encoding="utf-8"))
    perform = {"papermill": by_papermill, "bound": as_plain_code}[kind](orders)
    print("ready", flush=True)
    sys.stdin.readline()
    for order in orders:
        perform(order)
    print("done", flush=True)
    return 0


def by_papermill(_orders: Sequence[Order]) -> Perform:
    """papermill's own loop: run the notebook, export it with an exporter that is kept."""
    from nbconvert import HTMLExporter
    from papermill import execute_notebook

    exporter = HTMLExporter()

    def perform(order: Order) -> None:
        notebook, out = order["notebook"], Path(order["out"])
        ran = str(out.with_suffix(".ipynb"))
        folder = str(Path(notebook).parent)
        execute_notebook(notebook, ran, order["parameters"], cwd=folder, progress_bar=False)
        page, _ = exporter.from_filename(ran)
        out.write_text(page, encoding="utf-8")

    return perform


def as_plain_code(orders: Sequence[Order]) -> Perform:
    """The cells' code in a plain namespace: what a report cannot cost less than, in one process.

    Reading and compiling the notebooks is over before the first report, as in a script.
    """
    import importlib

    for name in BOUND:
        importlib.import_module(name)
    books = {order["notebook"]: pieces(Path(order["notebook"])) for order in orders}
    os.chdir(Path(orders[0]["notebook"]).parent)

    def perform(order: Order) -> None:
        space: dict[str, Any] = {"__name__": "__main__"}
        shown: list[str] = []
        for tags, body, last in books[order["notebook"]]:
            exec(body, space)
            value = eval(last, space) if last else None
            if value is not None:
                shown.append(_html(value))
            if "parameters" in tags:
                space |= order["parameters"]
        Path(order["out"]).write_text("\n".join(shown), encoding="utf-8")

    return perform


def pieces(notebook: Path) -> list[tuple[tuple[str, ...], Any, Any]]:
    """Tags, statements and last expression (None where there is none) of every code cell."""
    found = []
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            expression = ast.Expression(tree.body.pop().value)
            last = compile(expression, notebook.name, "eval")
        tags = tuple(cell["metadata"].get("tags", ()))
        found.append((tags, compile(tree, notebook.name, "exec"), last))
    return found


def _html(value: Any) -> str:
    """What a notebook would show of `value`, made by the value itself."""
    if hasattr(value, "_repr_mimebundle_"):
        data = value._repr_mimebundle_()
        data = data[0] if isinstance(data, tuple) else data
        return str(data.get("text/html", data.get("text/plain", "")))
    if hasattr(value, "_repr_html_"):
        return str(value._repr_html_())
    return repr(value)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
