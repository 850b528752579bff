"""The figures that notebooks name, held against the data: a page leaves out what is not known.

That serves an office which has a part of the figures, and hides a slip of the pen. So `check`
reads the notebooks of the project that a data folder belongs to, and tells each name that nothing
in the data bears, with its cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.data.known import nearest
from helpers.data.problems import Problem, problem
from helpers.paths import project_of
from helpers.telling.names import figures_named

if TYPE_CHECKING:
    from helpers.data.folder import Folder

__all__ = ["check_notebooks"]

TABLES = (
    ("indicators", "indicator"),
    ("measures", "measure"),
    ("comparables", "indicator"),
    ("comparables", "comparable"),
    ("programmes", "programme"),
)


def check_notebooks(data: Path | None, folder: Folder) -> list[Problem]:
    """A warning for each name in a notebook's cell that the data do not know.

    Read are the notebooks of the project whose own `data` the folder is; another folder may have
    fewer figures, and its pages then leave them out.
    """
    root = project_of(data)
    if folder.path.resolve() != (root / "data").resolve():
        return []
    known = _known(folder)
    areas = set(folder.sheets["areas"].texts["area"]) if "areas" in folder.sheets else set()
    return [
        told
        for path in sorted((root / "notebooks").glob("*.ipynb"))
        if path.stem in areas
        for told in _told(path, known)
    ]


def _known(folder: Folder) -> frozenset[str]:
    sheets = folder.sheets
    return frozenset(
        name for table, column in TABLES if table in sheets for name in sheets[table].texts[column]
    )


def _told(path: Path, known: frozenset[str]) -> Iterator[Problem]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(c["source"]) if c["cell_type"] == "code" else "" for c in cells]
    except (OSError, ValueError, KeyError, TypeError):
        return  # what cannot be read is told where reports are made
    for number, source in enumerate(sources, 1):
        with suppress(SyntaxError, ValueError):  # the cell itself says so when it is run
            for name in figures_named(source):
                if name not in known:
                    yield _unknown(f"notebooks/{path.name}", number, name, known)


def _unknown(file: str, cell: int, name: str, known: frozenset[str]) -> Problem:
    near = nearest(name, known)
    zh = f"最接近的是：{near}" if near else "在数据表里加上，或改正名称"
    en = f"nearest: {near}" if near else "add it to the tables, or correct the name"
    return problem(
        (file, cell, "cell", name), "name-unknown",
        ("这一格用了数据里没有的名称，页面会略去", zh),
        ("this cell names what the data do not know; a page leaves it out", en), "warning",
    )  # fmt: skip
