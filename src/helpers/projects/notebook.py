"""A project's own notebooks: one for a new area, a copy to play with, their parameters.

The notebook of a new area is the common page's, with the area's title, question and figures in
place of what that page looks up: a beginning, for somebody who knows the work to put into words.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbformat.v4 import new_markdown_cell

from helpers.data import load
from helpers.data.known import unknown
from helpers.data.problems import Refused, problem
from helpers.paths import home

if TYPE_CHECKING:
    from helpers.data import Tables

__all__ = ["at_home", "copy_for", "make_notebook", "named", "new_area", "with_parameters"]

OVERVIEW = "overview"
FEW = 3  # figures that a new notebook names; its sentence has two
PARAMETER = r"^({name}\b[^=\n]*=\s*)([\"'][^\"'\n]*[\"'])"


def new_area(area: str, root: Path, tables: Tables, data: Path | None = None) -> Path:
    """Write the notebook of an area that has none into the project's `notebooks/`; its path.

    Raises Refused where the tables have no such area, or no indicator of it, or where there is a
    notebook already.
    """
    path = root / "notebooks" / f"{area}.ipynb"
    found = unknown("AREA", "area", [area], tables.areas["area"])
    if not found and not (tables.indicators["area"] == area).any():
        zh = ("这个领域还没有指标", "先在 indicators.csv 加行")
        en = ("has no indicator yet", "add rows to indicators.csv first")
        found.append(problem(("indicators.csv", 0, "area", area), "area-empty", zh, en))
    elif not found and path.exists():
        zh = ("已经有这个笔记本", "直接改它，或先移走")
        en = ("is there already", "edit it, or move it away first")
        found.append(problem((str(path), 0, "", ""), "notebook-there", zh, en))
    if found:
        raise Refused(found)
    path.parent.mkdir(parents=True, exist_ok=True)
    notebook = make_notebook(area, tables)
    if data is not None:
        at_home(notebook, tables, data, path.parent)
    nbformat.write(notebook, path)
    return path


def make_notebook(area: str, tables: Tables) -> nbformat.NotebookNode:
    """The notebook of an area on the common page, from its rows; without outputs."""
    row = next(r for r in tables.areas.to_dict("records") if r["area"] == area)
    own = tables.indicators.sort_values("position").query("area == @area")["indicator"]
    leading = [slug for slug in str(row["leading"]).split(";") if slug in {*own}]
    slugs = list(dict.fromkeys([*leading, *own]))[:FEW]
    lines = "\n".join(f'        "{slug}",' for slug in slugs)
    texts = {
        "open_area(area, ": f'open_area("{area}", ',
        "here.answer()": _sentence(slugs[:2]),
        "here.indicators.index,": f"[\n{lines}\n    ],",
        "here.main": f'"{slugs[0]}"',
    }
    notebook = nbformat.read(home() / "notebooks" / "common.ipynb", as_version=4)
    titles = [
        new_markdown_cell(
            f"# {row[f'title_{lang}']}", id=f"title-{lang}-1", metadata={"tags": ["title", lang]}
        )
        for lang in ("zh", "en")
    ]
    notebook.cells = [*titles, *notebook.cells]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = re.sub(r"^area: .*\n", "", cell.source)
            for old, new in texts.items():
                cell.source = cell.source.replace(old, new)
    return emptied(notebook)


def _sentence(slugs: Sequence[str]) -> str:
    """A sentence of figures, each with how it has moved; a clause of a missing one falls away."""
    forms = {
        "zh": ("{S:label}{S}", "[，比{S.before:period}{S:moved}]", "；", "。"),
        "en": ("{S:label}: {S}", "[, {S:moved} from {S.before:period}]", "; ", "."),
    }
    texts = []
    for level, change, between, end in forms.values():
        parts = [level, change, *([f"[{between}{level}]", change] * (len(slugs) - 1))]
        parts = [part.replace("S", slugs[at // 2]) for at, part in enumerate(parts)]
        parts[-1] += end
        texts.append("\n    ".join(f'"{part}"' for part in parts))
    return f"here.say(\n    zh={texts[0]},\n    en={texts[1]},\n)"


def copy_for(area: str, root: Path, data: Path | None, place: Mapping[str, str]) -> Path:
    """The copy of an area's notebook in `work/`, made if need be, with `place` as parameters.

    `place` has region, period and lang, as far as they were named. A copy that is there stays as
    it is but for these. Where nothing is named a new copy opens on the last period of the first
    region that has figures. Raises Refused for what the data do not know, DataRefused.
    """
    tables = load(data, unfilled=True)
    found = unknown("AREA", "area", [area], [OVERVIEW, *tables.areas["area"]])
    for name in ("region", "period"):
        known = list(tables.frames[f"{name}s"][name])
        found += unknown(f"--{name}", name, [place[name]] if name in place else [], known)
    if found:
        raise Refused(found)
    path = root / "work" / f"{area}.ipynb"
    folders = (root / "notebooks", home() / "notebooks")
    there = [p for p in (path, *(f / path.name for f in folders)) if p.is_file()]
    notebook = nbformat.read(there[0], 4) if there else make_notebook(area, tables)
    if path not in there:
        place = {**default_place(tables), "data": named(data, path.parent), **place}
    path.parent.mkdir(exist_ok=True)
    stored = any(cell.get("outputs") for cell in notebook.cells)
    if with_parameters(notebook, place) or not stored:
        emptied(notebook).metadata["halfsky"] = {"run": True}  # JupyterLab runs it when it opens
    nbformat.write(notebook, path)
    return path


def default_place(tables: Tables) -> dict[str, str]:
    """The region and period to open on: the first region with figures, its last period."""
    used, found = tables.observations, {}
    for name, at in (("region", 0), ("period", -1)):
        ordered = tables.frames[f"{name}s"].sort_values("position")[name]
        if told := [code for code in ordered if code in {*used[name]}]:
            found[name] = told[at]
            used = used[used[name] == told[at]]
    return found


def named(data: Path | None, folder: Path) -> str:
    """The data folder as a notebook in `folder` is to name it; empty for the program's own."""
    if data is None or data.resolve() == (home() / "data").resolve():
        return ""
    return Path(os.path.relpath(data, folder)).as_posix()


def at_home(
    notebook: nbformat.NotebookNode, tables: Tables, data: Path, folder: Path
) -> nbformat.NotebookNode:
    """The notebook, set on the project's data and their default place if it tells other data."""
    if with_parameters(notebook, {"data": named(data, folder)}):
        with_parameters(notebook, default_place(tables))
    return notebook


def with_parameters(notebook: nbformat.NotebookNode, values: Mapping[str, str]) -> bool:
    """Put these values into the notebook's cell tagged `parameters`, and touch nothing else;
    whether any was another before.
    """
    before = nbformat.writes(notebook)
    for cell in notebook.cells:
        for name, value in values.items() if "parameters" in cell.metadata.get("tags", []) else ():
            line = re.compile(PARAMETER.format(name=name), re.MULTILINE)
            text = json.dumps(value, ensure_ascii=False)
            cell.source = line.sub(lambda found, text=text: found[1] + text, cell.source)
    return nbformat.writes(notebook) != before


def emptied(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook without its outputs."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook
