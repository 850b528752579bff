"""The figures that notebooks name, held against the data: a page leaves out what is not known.

That serves an office which has a part of the figures, and hides a slip of the pen. So `check`
reads the notebooks of the project that a data folder belongs to, and tells each name that nothing
in the data bears, with its cell.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.data.known import nearest
from helpers.data.problems import Problem, problem
from helpers.paths import project_of
from helpers.telling.sentences import in_braces

if TYPE_CHECKING:
    from helpers.data.folder import Folder

__all__ = ["check_notebooks", "figures_named"]

TEXTS = ("zh", "en", "alt_zh", "alt_en")
SLUG = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z]+)?(?:@\w+)*")
NOT_FIGURES = ("region", "period")
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


def figures_named(source: str) -> list[str]:
    """The names of figures in a code cell, without what is derived of them (``slug.growth``) or
    where (``slug@370402``), each once, in order; programmes are among them.

    Raises SyntaxError for a cell that is no Python, ValueError for braces that do not close.

    >>> figures_named('here.bars(["womens_homes"], zh="{village_chairs.growth}", en="Homes")')
    ['womens_homes', 'village_chairs']
    """
    tree = ast.parse(source)
    lists: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    lists.setdefault(target.id, []).append(node.value)
    found: list[str] = []
    for call in ast.walk(tree):
        if isinstance(call, ast.Subscript) and getattr(call.value, "attr", "") == "loc":
            rows = call.slice.elts[0] if isinstance(call.slice, ast.Tuple) else call.slice
            found += _slugs(rows, lists)
        if not (isinstance(call, ast.Call) and _is_of_here(call.func)):
            continue
        for argument in call.args:
            found += _slugs(argument, lists)
        for keyword in call.keywords:
            if keyword.arg in TEXTS:
                found += [name for text in _strings(keyword.value) for name in in_braces(text)]
    plain = (name.partition("@")[0].partition(".")[0] for name in found)
    return [name for name in dict.fromkeys(plain) if name and name not in NOT_FIGURES]


def _is_of_here(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "here"
    )


def _slugs(node: ast.expr, lists: dict[str, list[ast.expr]]) -> Iterator[str]:
    """The slugs that stand in an argument itself, in a list, or in a list with a name."""
    if isinstance(node, ast.Name) and node.id in lists:
        for value in lists[node.id]:
            yield from _slugs(value, {})
    elif isinstance(node, ast.List | ast.Tuple):
        for one in node.elts:
            yield from _slugs(one, lists)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        if SLUG.fullmatch(node.value):
            yield node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in ("reindex", "loc"):
            for one in node.args:
                yield from _slugs(one, lists)
        else:
            yield from _slugs(node.func.value, lists)


def _strings(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
