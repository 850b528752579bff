"""What must be right before anything starts: the notebooks and the places named."""

import ast
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from helpers.data.problems import Problem, problem

__all__ = ["PARAMETERS", "all_notebook_problems", "notebook_problems", "place_problems"]

PARAMETERS = ("region", "period", "lang", "data", "audience")
MORE = {"audit": ("text",)}  # what a notebook takes beside them
# Tags that would let a cell fail, or not run, without anyone noticing.
FORBIDDEN_TAGS = ("raises-exception", "skip-execution")
# A line of a parameters cell of which it is plain what papermill makes of it.
PLAIN = re.compile(r'(?P<name>[a-z]+)(: str)? = "[\w .-]*"(  # .*)?', re.ASCII)


def notebook_problems(path: Path) -> list[Problem]:
    """Why the notebook cannot be run unattended; empty when it can.

    It must have one cell tagged `parameters` that gives each of `PARAMETERS` a literal, one a
    line, in the form papermill reads, and no cell that is allowed to fail or to be skipped.
    """
    try:
        nb = json.loads(path.read_text(encoding="utf-8"))
        cells = nb["cells"]
        tagged = [(cell, cell["metadata"].get("tags", [])) for cell in cells]
    except FileNotFoundError:
        return [_refuse(path, 0, "", "notebook-missing", *_MISSING)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [_refuse(path, 0, "", "notebook-unreadable", *_UNREADABLE)]
    found = [
        _refuse(path, number, tag, "notebook-tag", *_TAG)
        for number, (_, tags) in enumerate(tagged, start=1)
        for tag in FORBIDDEN_TAGS
        if tag in tags
    ]
    ours = [
        (number, cell)
        for number, (cell, tags) in enumerate(tagged, start=1)
        if "parameters" in tags
    ]
    if len(ours) != 1:
        return [*found, _refuse(path, 0, "", "notebook-parameters", *_ONE_CELL)]
    number, cell = ours[0]
    if _is_plain(nb, "".join(cell["source"]), _wanted(path)):
        return found
    return found + _parameter_problems(path, number, cell)


def _wanted(path: Path) -> tuple[str, ...]:
    """The parameters that a notebook must take."""
    return PARAMETERS + MORE.get(path.stem, ())


def _is_plain(nb: Mapping[str, Any], source: str, wanted: Iterable[str]) -> bool:
    """Whether papermill need not be asked, since all is as JupyterLab and our own hand write it."""
    lines = [PLAIN.fullmatch(line) for line in source.splitlines()]
    try:
        kernel = nb["metadata"]["kernelspec"]
        named = kernel["name"] == "python3" and kernel["language"] == "python"
    except (KeyError, TypeError):
        return False
    names = {line["name"] for line in lines if line}
    return named and nb.get("nbformat") == 4 and all(lines) and names >= set(wanted)


def _parameter_problems(path: Path, number: int, cell: Mapping[str, Any]) -> list[Problem]:
    declared, odd = _literals("".join(cell["source"]))
    found = [_refuse(path, number, line, "notebook-parameters", *_LITERAL) for line in odd]
    try:
        seen = declared & _papermill_sees(path)
    except ValueError:  # no kernel or language named: JupyterLab writes both when it saves
        return [*found, _refuse(path, 0, "", "notebook-kernel", *_KERNEL)]
    return found + [
        _refuse(path, number, name, "parameter-undeclared", *_UNDECLARED)
        for name in _wanted(path)
        if name not in seen
    ]


def _literals(source: str) -> tuple[set[str], list[str]]:
    """The names given a literal, and the statements that do anything else."""
    names, odd = set(), []
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        return set(), [(error.text or "").strip()]
    for statement in statements:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant()):
                names.add(name)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant()):
                names.add(name)
            case _:
                odd.append(ast.unparse(statement).splitlines()[0])
    return names, odd


def _papermill_sees(path: Path) -> set[str]:
    from helpers.reports.surroundings import quick_imports  # not where there is nothing to do

    with quick_imports():
        from papermill import inspect_notebook

    # papermill formats the path with the parameters: braces in it must stay braces.
    return set(inspect_notebook(str(path).replace("{", "{{").replace("}", "}}")))


def _refuse(
    path: Path, cell: int, value: str, rule: str, zh: tuple[str, str], en: tuple[str, str]
) -> Problem:
    place = (f"notebooks/{path.name}", cell, "cell" if cell else "", value)
    return problem(place, rule, zh, en)


_MISSING = (
    ("没有这个领域的笔记本", "在 notebooks/ 中放入同名的笔记本"),
    ("there is no notebook for this area", "put one of this name into notebooks/"),
)
_UNREADABLE = (
    ("不是可读的笔记本", "用 JupyterLab 打开检查"),
    ("not a readable notebook", "open it in JupyterLab to see why"),
)
_KERNEL = (
    ("笔记本没有写明内核", "在 JupyterLab 中选好内核,再保存一次"),
    ("the notebook names no kernel", "choose one in JupyterLab and save again"),
)
_TAG = (
    ("这个标签会让出错的单元格不被发现", "去掉这个标签"),
    ("this tag would hide a failure", "remove the tag"),
)
_ONE_CELL = (
    ("需要恰好一个带 parameters 标签的单元格", "给参数单元格加上这个标签"),
    ("exactly one cell must be tagged parameters", "tag the cell that holds the parameters"),
)
_LITERAL = (
    ("参数单元格里只能有字面值", "每行一个参数,写成 name: str = 值"),
    ("the parameters cell may hold literals only", "one a line, as name: str = value"),
)
_UNDECLARED = (
    ("笔记本没有声明这个参数", "在 parameters 单元格中为它写一行"),
    ("the notebook does not declare this parameter", "give it a line in the parameters cell"),
)


def place_problems(out: Path, data: Path, house: Path) -> list[Problem]:
    """Why reports cannot be written to `out`, or the data folder cannot be read."""
    found = []
    if not data.is_dir():
        found.append(_place("--data", data, "no-such-folder", *_NO_FOLDER))
    if not isinstance(out, Path):  # a URL: `storage.reached` has looked
        return found
    if out.exists() and not out.is_dir():
        found.append(_place("--out", out, "not-a-folder", *_NOT_FOLDER))
    real = out.resolve()
    kept = [data, house / "data", house / "notebooks", house / "src", house / "examples"]
    inside = any(real.is_relative_to(folder.resolve()) for folder in kept)
    if inside or real == house.resolve() or real == Path(real.anchor):
        found.append(_place("--out", out, "out-inside-input", *_INSIDE))
    return found


def _place(option: str, path: Path, rule: str, zh: tuple[str, str], en: tuple[str, str]) -> Problem:
    return problem((option, 0, "", str(path)), rule, zh, en)


_NO_FOLDER = (
    ("没有这个文件夹", "检查路径"),
    ("there is no such folder", "check the path"),
)
_NOT_FOLDER = (
    ("这是一个文件,不是文件夹", "另选一个输出文件夹"),
    ("this is a file, not a folder", "name another output folder"),
)
_INSIDE = (
    ("报告不能写进数据、笔记本或程序所在的文件夹", "另选一个输出文件夹"),
    ("reports cannot go into a folder of data, notebooks or code", "name another output folder"),
)


def all_notebook_problems(paths: Iterable[Path]) -> list[Problem]:
    """The problems of all notebooks, in the order given."""
    return [found for path in paths for found in notebook_problems(path)]
