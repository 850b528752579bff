"""The project's own notebooks run in this process, without kernels and without drawing."""

import ast
import csv
import io
import json
from pathlib import Path

import nbformat

from helpers.data import reads
from helpers.data.folder import read_folder
from helpers.data.frames import frame_of
from helpers.data.load import _restored
from helpers.data.parts import Index
from helpers.reports.cache.told import made_from
from helpers.reports.publish import deposit
from helpers.reports.task import Failure, Outcome


def unjudged(folder, base=None):
    """The folder's tables without any judgement of what they mean, so that any edit will do."""
    found = read_folder(folder, base)
    frames = {name: frame_of(sheet) for name, sheet in found.sheets.items()}
    reader = reads.Reader(found.path, Index(found.sheets))
    return _restored(found.path, frames, found.hashes, found.simulated, (), reader)


def without_drawing(patch):
    """Take the drawings out of the charts; all they say stays in their alt texts."""
    from helpers.telling import charts, forms

    patch.setattr(charts, "svg", lambda _figure, alt: f"<svg aria-label='{alt}'></svg>")
    patch.setattr(charts, "open_ends", lambda *_: None)
    patch.setattr(charts.sns, "barplot", lambda frame, **_: _axes(list(frame["lower"])))
    patch.setattr(charts, "_write", lambda *_: None)
    patch.setattr(charts, "_one_colour", lambda *_: None)
    for module in (charts, forms):
        patch.setattr(module.plt, "subplots", lambda *_, **__: (None, _axes()))
        patch.setattr(module.plt, "close", lambda _figure: None)
    for name in ("despine", "stripplot", "pointplot", "scatterplot"):
        patch.setattr(charts.sns, name, lambda *_, **__: _axes())


class _axes:  # noqa: N801 - stands for matplotlib's
    """Axes that take every call and draw nothing."""

    def __init__(self, *_, **__):
        self.figure = self

    def __getattr__(self, _name):
        return _axes

    def __iter__(self):
        return iter(())

    def get_legend(self):
        return None


def run(task):
    """The page's text and the record of one task, or the error that stopped it."""
    nb = nbformat.read(task.notebook, as_version=4)
    reads.begin()
    names = {"__name__": "__main__"}
    try:
        for cell in nb.cells:
            if cell.cell_type != "code":
                continue
            cell.outputs = []
            shown = _shown(cell.source, names)
            if "parameters" in cell.metadata.get("tags", ()):
                names |= dict(task.parameters)
            if hasattr(shown, "_repr_mimebundle_"):
                data, metadata = shown._repr_mimebundle_()
                output = nbformat.v4.new_output("execute_result", data, metadata=metadata)
                cell.outputs.append(output)
    except Exception as error:
        return f"{type(error).__name__}: {error}", None
    record = made_from(nb, task)
    outputs = [o for cell in nb.cells if cell.cell_type == "code" for o in cell.outputs]
    page = {"said": [o["data"] for o in outputs], "marks": [o["metadata"] for o in outputs]}
    named = {k: v for k, v in task.page.items() if k != "provenance"}
    named["labels"] = {k: v for k, v in named["labels"].items() if k != "periods"}
    used = {f["period"] for o in outputs for f in o["metadata"]["halfsky"]["figures"].values()}
    periods = {p: n for p, n in task.page["labels"]["periods"].items() if p in used}
    return json.dumps([page, named, periods], ensure_ascii=False, sort_keys=True), record


def _shown(source, names):
    """Execute a cell; the value of its last line, as a notebook would show it."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last else None


def engine(done=None):
    """An engine that runs notebooks here; with `done` it takes (page, record) of a job there."""

    def work(tasks, context):
        for task in tasks:
            context.started(task)
            page, record = done[task.job] if done else run(task)
            if record is None:
                yield Outcome(task, 0.0, failure=Failure(page, page))
                continue
            text = f"<!doctype html>{page}</html>"
            part, digest = deposit(task.target, text.encode("utf-8"))
            yield Outcome(task, 0.0, part, digest, reads=record)

    return work


def rows(path: Path):
    """The header and the rows of a table's file."""
    head, *body = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
    return head, body


def put(path: Path, head, body):
    """Write a table's file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([head, *body])
