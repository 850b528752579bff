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
NOT_FIGURES = ("", "region", "period")
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
    root, sheets = project_of(data), folder.sheets
    if folder.path.resolve() != (root / "data").resolve() or "areas" not in sheets:
        return []
    texts = (sheets[table].texts[column] for table, column in TABLES if table in sheets)
    known = frozenset(name for column in texts for name in column)
    paths = (root / "notebooks" / f"{area}.ipynb" for area in sorted(sheets["areas"].texts["area"]))
    return [_unknown(path, *found, known) for path in paths for found in _named(path)
            if found[1] not in known]  # fmt: skip


def _named(path: Path) -> Iterator[tuple[int, str]]:
    """The names in a notebook, each with the number of its cell; none of what cannot be read,
    which is told where reports are made.
    """
    with suppress(OSError, ValueError, KeyError, TypeError):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for number, cell in enumerate(cells, 1):
            if cell["cell_type"] == "code":
                with suppress(SyntaxError, ValueError):  # the cell itself says so when it is run
                    names = figures_named("".join(cell["source"]))
                    yield from ((number, name) for name in names)


def _unknown(path: Path, cell: int, name: str, known: frozenset[str]) -> Problem:
    near = nearest(name, known)
    zh = f"最接近的是：{near}" if near else "在数据表里加上，或改正名称"
    en = f"nearest: {near}" if near else "add it to the tables, or correct the name"
    return problem(
        (f"notebooks/{path.name}", cell, "cell", name), "name-unknown",
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
    plain = (name.partition("@")[0].partition(".")[0] for name in _names(ast.parse(source), False))
    return [name for name in dict.fromkeys(plain) if name not in NOT_FIGURES]


def _names(node: ast.AST, listed: bool) -> Iterator[str]:
    """The slugs in a part of a cell; ``listed`` where a text by itself is one: in a list, or given
    to a method of ``here`` or to ``reindex``.
    """
    match node:
        case ast.Constant(value=str(text)):
            yield from [text] if listed and SLUG.fullmatch(text) else ()
        case ast.keyword(arg=name, value=ast.Constant(value=str(text))) if name in TEXTS:
            yield from in_braces(text)
        case ast.keyword():
            return
        case ast.Subscript(value=ast.Attribute(attr="loc") as frame, slice=rows):
            yield from _names(frame.value, False)
            yield from _names(rows.elts[0] if isinstance(rows, ast.Tuple) else rows, True)
        case ast.Subscript(value=frame):
            yield from _names(frame, False)
        case ast.Call(func=ast.Attribute(value=of, attr=method), args=given, keywords=more):
            yield from _names(of, False)
            if method == "reindex" or (isinstance(of, ast.Name) and of.id == "here"):
                for part in (*given, *more):
                    yield from _names(part, True)
        case _:
            for part in ast.iter_child_nodes(node):
                yield from _names(part, listed or isinstance(node, ast.List | ast.Tuple))
