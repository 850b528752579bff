"""Which figures a notebook names: in the braces of its sentences, and as slugs of its charts and
tables. Nothing is run; a cell is only read.
"""

from __future__ import annotations

import ast
import re
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["figures_named", "in_braces"]

TEXTS = ("zh", "en", "alt_zh", "alt_en")
SLUG = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z]+)?(?:@\w+)*")
NOT_FIGURES = ("region", "period")


def in_braces(template: str) -> list[str]:
    """The names in the braces of a template, without their forms, in order.

    >>> in_braces("{couples_counselled}[, {reconciled_share:range}]")
    ['couples_counselled', 'reconciled_share']
    """
    parsed = string.Formatter().parse(template)
    return [name for _, name, _, _ in parsed if name is not None]


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
