"""What must be right before anything starts: the notebooks and the places named."""

import ast
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from helpers.data.problems import Problem, problem
from helpers.reports.plan import AUDIT

__all__ = ["PARAMETERS", "notebook_problems", "place_problems"]

PARAMETERS = ("region", "period", "lang", "data", "audience")
MORE = {AUDIT: ("text",), "common": ("area",)}  # what a notebook takes beside them
FORMAT = 4
# Tags that would let a cell fail, or not run, without anyone noticing.
FORBIDDEN_TAGS = ("raises-exception", "skip-execution")


def notebook_problems(path: Path, content: bytes | None) -> list[Problem]:
    """Why the notebook at `path` cannot be run unattended; empty when it can.

    It must be of nbformat 4 and of Python, with one cell tagged `parameters` that gives each of
    `PARAMETERS` a literal, one a statement, and no cell that is allowed to fail or to be skipped.
    `content` are its bytes, None where there is no such file.
    """
    if content is None:
        return [_refuse(path, 0, "", "notebook-missing", *_MISSING)]
    try:
        nb = json.loads(content.decode("utf-8"))
        if isinstance(nb.get("nbformat"), int) and nb["nbformat"] != FORMAT:
            return [_refuse(path, 0, str(nb["nbformat"]), "notebook-format", *_FORMAT)]
        if nb.get("nbformat") != FORMAT:
            return [_refuse(path, 0, "", "notebook-unreadable", *_UNREADABLE)]
        tagged = [(cell, set(cell["metadata"].get("tags") or ())) for cell in nb["cells"]]
        sources = ["".join(cell["source"]) for cell, _ in tagged]
        kernel = _kernel_problems(path, nb["metadata"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return [_refuse(path, 0, "", "notebook-unreadable", *_UNREADABLE)]
    found = kernel + [
        _refuse(path, number, tag, "notebook-tag", *_TAG)
        for number, (_, tags) in enumerate(tagged, start=1)
        for tag in FORBIDDEN_TAGS
        if tag in tags
    ]
    ours = [number for number, (_, tags) in enumerate(tagged) if "parameters" in tags]
    if len(ours) != 1:
        return [*found, _refuse(path, 0, "", "notebook-parameters", *_ONE_CELL)]
    return [*found, *_parameter_problems(path, ours[0] + 1, sources[ours[0]])]


def _kernel_problems(path: Path, metadata: Mapping[str, Any]) -> list[Problem]:
    kernel = metadata.get("kernelspec") or {}
    language = kernel.get("language") or (metadata.get("language_info") or {}).get("name")
    if not kernel.get("name"):
        return [_refuse(path, 0, "", "notebook-kernel", *_KERNEL)]
    if str(language or "python").lower() != "python":
        return [_refuse(path, 0, str(language), "notebook-language", *_LANGUAGE)]
    return []


def _parameter_problems(path: Path, number: int, source: str) -> Iterator[Problem]:
    declared, odd = _literals(source)
    for line in odd:
        yield _refuse(path, number, line, "notebook-parameters", *_LITERAL)
    for name in PARAMETERS + MORE.get(path.stem, ()):
        if name not in declared:
            yield _refuse(path, number, name, "parameter-undeclared", *_UNDECLARED)


def _literals(source: str) -> tuple[set[str], list[str]]:
    """The names given a literal, and the statements that do anything else."""
    names, odd = set(), []
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError) as error:
        return set(), [(getattr(error, "text", "") or "").strip()]
    for statement in statements:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pass
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case _:
                name, value = "", None
        if value is not None and _is_literal(value):
            names.add(name)
        else:
            odd.append(ast.unparse(statement).splitlines()[0])
    return names, odd


def _is_literal(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


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
_FORMAT = (
    ("不是第 4 版格式的笔记本", "用 JupyterLab 打开,再保存一次"),
    ("not a notebook of format 4", "open it in JupyterLab and save it again"),
)
_KERNEL = (
    ("笔记本没有写明内核", "在 JupyterLab 中选好内核,再保存一次"),
    ("the notebook names no kernel", "choose one in JupyterLab and save again"),
)
_LANGUAGE = (
    ("笔记本不是 Python 的", "报告只运行 Python 的笔记本;在 JupyterLab 中换成 Python 内核"),
    ("not a notebook of Python", "reports run Python only: choose a Python kernel in JupyterLab"),
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


def place_problems(
    out: Path, data: Path, house: Path, notebooks: Iterable[Path] = ()
) -> list[Problem]:
    """Why reports cannot be written to `out`, or the data folder cannot be read.

    `notebooks` are files of an analyst's own, in whose folders reports are not put either.
    """
    found = []
    if not data.is_dir():
        found.append(_place("--data", data, "no-such-folder", *_NO_FOLDER))
    if out.exists() and not out.is_dir():
        found.append(_place("--out", out, "not-a-folder", *_NOT_FOLDER))
    real = out.resolve()
    kept = [data, house / "data", house / "notebooks", house / "src", house / "examples"]
    inside = any(real.is_relative_to(folder.resolve()) for folder in kept)
    beside = any(real == path.resolve().parent for path in notebooks)
    if inside or beside or real == house.resolve() or real == Path(real.anchor):
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
