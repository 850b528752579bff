"""Whether a notebook that came back has really run to its end.

The notebook's own metadata is no witness: it says "completed" of cells whose kernel was killed.
What counts is that every code cell ran, in order, that none put out an error, and that the
last one left the mark of the end.
"""

import re
from collections.abc import Iterator
from typing import Any

from helpers.reports.task import Failure

__all__ = ["judge", "plain"]

# A character drawn as a box is a wrong report, however politely it was warned of.
BOXES = re.compile(r"Glyph \d+ .*missing from font")
INJECTED = "injected-parameters"
TRACES = ("papermill", "execution", "ExecuteTime")


def judge(nb: Any) -> tuple[Failure | None, tuple[str, ...]]:
    """Why the executed notebook `nb` must not be published, or None; and its warnings."""
    cells = [cell for cell in nb.cells if cell.cell_type == "code" and cell.source.strip()]
    for number, cell in enumerate(cells, start=1):
        if cell.execution_count != number:
            zh = f"第 {number} 个代码单元格没有运行"
            return Failure(f"code cell {number} of {len(cells)} did not run", zh), ()
        for output in cell.outputs:
            if output.output_type == "error":
                name = output.get("ename", "")
                zh = f"单元格 [{number}] 出错:{name}"
                trace = "\n".join(output.get("traceback", []))
                return Failure(f"cell [{number}] stopped with {name}", zh, trace), ()
    if not cells or not any(map(_is_end, cells[-1].outputs)):
        return Failure("the notebook did not reach its end", "笔记本没有运行到结尾"), ()
    warnings = tuple(dict.fromkeys(_warnings(cells)))
    if any(map(BOXES.search, warnings)):
        return Failure("a character is missing from the font", "字体缺字", "\n".join(warnings)), ()
    return None, warnings


def _is_end(output: Any) -> bool:
    ours = output.get("metadata", {}).get("halfsky", {})
    return isinstance(ours, dict) and ours.get("end") is True


def _warnings(cells: list[Any]) -> Iterator[str]:
    for cell in cells:
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                yield output.text.strip()


def plain(nb: Any) -> Any:
    """`nb` without times, places and random ids, so that the same inputs give the same page."""
    for trace in TRACES:
        nb.metadata.pop(trace, None)
    for number, cell in enumerate(nb.cells):
        for trace in TRACES:
            cell.metadata.pop(trace, None)
        injected = INJECTED in cell.metadata.get("tags", [])
        cell["id"] = INJECTED if injected else cell.get("id") or f"cell-{number}"
    return nb
