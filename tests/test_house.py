"""The house: imports go one way, modules and functions stay small, public things are told."""

import ast
from pathlib import Path

import pytest

from helpers.paths import home

SOURCE = home() / "src" / "helpers"
MODULES = sorted(SOURCE.rglob("*.py"))
# who may know whom: a room may import from rooms to its left in this list
ORDER = [
    "quantity",
    "data",
    "analysis",
    "telling",
    "drafting",
    "audit",
    "collect",
    "export",
    "reports",
    "projects",
    "cli",
    "__main__",
]
STRANGERS = {("reports", "audit"), ("audit", "reports")}
COMPARED = "helpers.audit.diff"  # what changed since the last edition is told as diff tells it
each_module = pytest.mark.parametrize(
    "path", MODULES, ids=lambda p: p.relative_to(SOURCE).as_posix()
)


def room(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imported(path)} & set(ORDER)


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [f"{node.module}.{name.name}" for name in node.names]
        elif isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        found |= {n for n in names if n.startswith("helpers.")}
    return found


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body, its docstring not counted."""
    told = 1 if ast.get_docstring(node) else 0
    body = node.body[told:]
    return node.end_lineno - body[0].lineno + 1 if body else 0


@each_module
def test_imports_go_one_way(path):
    own = room(path)
    if own not in ORDER:
        pytest.skip("the face and the font script belong to no room")
    known = {name for name in imported(path) if not name.startswith(COMPARED)}
    strangers = {name.split(".")[1] for name in known}
    for other in imported_rooms(path):
        assert ORDER.index(other) <= ORDER.index(own), f"{own} imports {other}"
        assert (own, other) not in STRANGERS or other not in strangers, f"{own} imports {other}"


def test_the_face_gives_notebooks_nothing_of_the_reports_and_one_name_of_the_examiner():
    import helpers

    rooms = {name: where.split(".")[1] for name, where in helpers._FACE.items()}
    assert "reports" not in rooms.values()
    assert [name for name, room in rooms.items() if room == "audit"] == ["open_text"]
    assert all(f"``{name}``" in helpers.__doc__ for name in helpers.__all__)


@each_module
def test_modules_and_functions_stay_small(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert length(node) <= 40, node.name


@each_module
def test_every_module_and_public_function_has_a_docstring(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


def test_importing_the_package_loads_nothing_heavy():
    import subprocess
    import sys

    code = "import sys, helpers, helpers.cli; print(sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    for heavy in ("pandas", "matplotlib", "seaborn", "papermill", "nbconvert", "IPython"):
        assert f"'{heavy}'" not in loaded.stdout
