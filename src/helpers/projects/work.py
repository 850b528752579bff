"""Copies of notebooks to play with: `work/`, bound by no rule, kept out of the repository."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import nbformat

from helpers.data import load
from helpers.data.known import unknown
from helpers.data.problems import Refused
from helpers.projects.notebook import notebook_of
from helpers.projects.place import named

__all__ = ["copy_for", "with_parameters"]

OVERVIEW = "overview"


def copy_for(area: str, root: Path, data: Path | None, place: Mapping[str, str]) -> Path:
    """The copy of an area's notebook in `work/`, made if need be, with `place` as parameters.

    `place` has region, period and lang, as far as they were named. A copy that is there stays as
    it is but for these. Where nothing is named a new copy opens on the last period of the first
    region that has figures. Raises Refused for what the data do not know, DataRefused.
    """
    tables = load(data, unfilled=True)
    areas = [OVERVIEW, *tables.areas["area"]]
    found = unknown("AREA", "area", [area], areas)
    for name in ("region", "period"):
        known = list(tables.frames[f"{name}s"][name])
        found += unknown(f"--{name}", name, [place[name]] if name in place else [], known)
    if found:
        raise Refused(found)
    path = root / "work" / f"{area}.ipynb"
    is_new = not path.exists()
    notebook = nbformat.read(path, as_version=4) if not is_new else notebook_of(area, root, tables)
    values = dict(place)
    if is_new:
        values = {**_default(tables), **values}
        values["data"] = named(data, path.parent)
    path.parent.mkdir(exist_ok=True)
    nbformat.write(with_parameters(notebook, values), path)
    return path


def _default(tables: object) -> dict[str, str]:
    """The region and period to open on: the first region with figures, its last period."""
    used = tables.observations
    regions = [
        r for r in tables.regions.sort_values("position")["region"] if r in {*used["region"]}
    ]
    if not regions:
        return {}
    told = {*used.loc[used["region"] == regions[0], "period"]}
    periods = [p for p in tables.periods.sort_values("position")["period"] if p in told]
    return {"region": regions[0], "period": periods[-1]}


def with_parameters(
    notebook: nbformat.NotebookNode, values: Mapping[str, str]
) -> nbformat.NotebookNode:
    """The notebook with these values in its cell tagged `parameters`.

    Outputs that tell of other values go, and JupyterLab is to make them anew when it opens the
    notebook (`metadata.halfsky.run`); the rest is untouched.
    """
    before = [cell.source for cell in notebook.cells]
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            for name, value in values.items():
                line = re.compile(rf"^({name}\b[^=\n]*=\s*)([\"'][^\"'\n]*[\"'])", re.MULTILINE)
                cell.source = line.sub(lambda m, v=value: f'{m[1]}"{v}"', cell.source)
    if before != [cell.source for cell in notebook.cells]:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        notebook.metadata["halfsky"] = {"run": True}
    return notebook
