"""Notebooks that ran, made in code, and their pages."""

from types import SimpleNamespace

import nbformat
import pytest

from helpers.reports.page import render as rendering

V4 = nbformat.v4
ABOUT = {"title": "题", "region": "370400", "period": "congress-9", "area": "rights"}


def bundle(data, metadata=None):
    return V4.new_output("display_data", data, metadata=metadata or {})


def printed(text, name="stdout"):
    return V4.new_output("stream", name=name, text=text)


def notebook(*cells):
    """Cells as outputs (a code cell), texts (Markdown) or ready; papermill's own cell among them."""
    made = [V4.new_code_cell("region = '1'", metadata={"tags": ["injected-parameters"]})]
    for cell in cells:
        if isinstance(cell, str):
            made.append(V4.new_markdown_cell(cell))
        elif cell.get("cell_type"):
            made.append(cell)
        else:
            made.append(V4.new_code_cell("show()", outputs=[cell]))
    return V4.new_notebook(cells=made)


def page(*cells, **given):
    labels = {"region": "枣庄市", "period": "某期"}
    return rendering.render(
        notebook(*cells), **{**ABOUT, "lang": "zh", "labels": labels, **given}
    )


@pytest.fixture(scope="session")
def ran():
    """`ran.page(cell, …)`, `ran.bundle(data)`, `ran.printed(text)`, `ran.refused(cell, …)`."""

    def refused(*cells, **given):
        with pytest.raises(rendering.PageRefused) as told:
            page(*cells, **given)
        return told.value

    return SimpleNamespace(
        page=page, bundle=bundle, printed=printed, refused=refused, notebook=notebook,
        cell=V4.new_code_cell, prose=V4.new_markdown_cell,
    )  # fmt: skip
