"""Whether a notebook that came back has really run to its end.

The notebook's own metadata is no witness: it says "completed" of cells whose kernel was killed.
What counts is that every code cell ran, in order, that none put out an error, and that the mark
of the end is there; an analyst may have added cells below it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Failure", "cell_failure", "judge", "number_of", "plain", "without_colours"]

# A character drawn as a box is a wrong report, however politely it was warned of.
BOX = re.compile(r"Glyph (\d+) .*missing from font")
SIGN = re.compile(r"\S \(U\+[0-9A-F]{4,6}\)")
INJECTED = "injected-parameters"
TRACES = ("papermill", "execution", "ExecuteTime")
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
LONG = 300  # characters of a warning that are shown


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a report did not come about.

    `reason` holds no figure and no path, since the public ledger shows it; `detail` is for the
    one who mends the notebook. `transient` marks what the machine did, not the notebook;
    `withheld` a page that was made and must not take the place of the last one.
    """

    reason: str
    reason_zh: str
    detail: str = ""
    transient: bool = False
    withheld: bool = False


def _is_injected(cell: Any) -> bool:
    return INJECTED in cell.metadata.get("tags", [])


def _code(cells: Sequence[Any]) -> list[Any]:
    """The cells that a kernel runs."""
    return [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]


def number_of(cells: Sequence[Any]) -> int:
    """The number of the last of these cells, as whoever opens the notebook sees it: the cell
    that papermill puts in is not counted.
    """
    return sum(not _is_injected(cell) for cell in _code(cells))


def judge(nb: Any, count: int) -> tuple[Failure | None, tuple[str, ...]]:
    """Why the executed notebook `nb` must not be published, or None; and its warnings.

    `count` is the number of code cells that it had before it ran, and must have after.
    """
    cells = _code(nb.cells)
    own = [cell for cell in cells if not _is_injected(cell)]
    if len(own) != count or len(cells) != count + 1:
        return Failure("the notebook lost cells while it ran", "笔记本运行后单元格数目不对"), ()
    for place, cell in enumerate(cells, start=1):
        number = number_of(cells[:place])
        if cell.execution_count != place:
            zh = f"第 {number} 个代码单元格没有运行"
            return Failure(f"code cell {number} of {count} did not run", zh), ()
        for output in cell.outputs:
            if output.output_type == "error":
                trace = [cell.source, "", *output.get("traceback", [])]
                return cell_failure(number, output.get("ename", ""), trace), ()
    if not any(_is_end(output) for cell in cells for output in cell.outputs):
        return Failure("the notebook did not reach its end", "笔记本没有运行到结尾"), ()
    for number, cell in enumerate(own, start=1):
        if codes := BOX.findall(_said(cell)):
            signs = dict.fromkeys(f"{chr(int(code))} (U+{int(code):04X})" for code in codes)
            return _boxed(number, signs, _said(cell)), ()
    return None, tuple(dict.fromkeys(_warnings(own)))


def cell_failure(number: int, name: str, trace: Sequence[str]) -> Failure:
    """The failure of the code cell `number`, which raised `name`."""
    detail = without_colours("\n".join(trace))
    if name == "MissingGlyphError" and (signs := SIGN.findall(detail)):
        return _boxed(number, dict.fromkeys(signs), detail)
    return Failure(f"cell [{number}] stopped with {name}", f"单元格 [{number}] 出错:{name}", detail)


def _boxed(number: int, signs: Iterable[str], detail: str) -> Failure:
    """The failure of a cell whose chart would show boxes in place of characters."""
    signs = list(signs)
    zh, en = "、".join(signs), ", ".join(signs)
    return Failure(
        f"cell [{number}]: missing from the charts' font: {en}; write it otherwise, or add the "
        "character to the font",
        f"单元格 [{number}]：图表字体缺字 {zh}；换一个写法，或把字加入字体",
        detail,
    )


def _said(cell: Any) -> str:
    """What a cell wrote to stderr."""
    outputs = [o for o in cell.outputs if o.output_type == "stream" and o.name == "stderr"]
    return "".join(output.text for output in outputs)


def _is_end(output: Any) -> bool:
    ours = output.get("metadata", {}).get("halfsky", {})
    return isinstance(ours, dict) and ours.get("end") is True


def _warnings(cells: list[Any]) -> Iterator[str]:
    """One text a cell: what it wrote to stderr, without what was written over (progress)."""
    for number, cell in enumerate(cells, start=1):
        lines = _said(cell).replace("\r\n", "\n").split("\n")
        said = [without_colours(line).strip() for line in lines if "\r" not in line]
        if text := " ".join(filter(None, dict.fromkeys(said))):
            yield f"[{number}] " + (text if len(text) <= LONG else text[: LONG - 1] + "…")


def plain(nb: Any, workspace: Path) -> Any:
    """`nb` without times, places and random ids, so that the same inputs give the same page.

    `workspace` is the folder that the kernel worked in: what it is called is chance.
    """
    nb.metadata = type(nb)({k: v for k, v in nb.metadata.items() if k not in TRACES})
    place = re.escape(str(workspace))
    cell_file = re.compile(rf"{place}[/\\](?:\w+[/\\])*?ipykernel_\d+[/\\]\d+\.py")
    for number, cell in enumerate(nb.cells):
        for trace in TRACES:
            cell.metadata.pop(trace, None)
        cell["id"] = INJECTED if _is_injected(cell) else cell.get("id") or f"cell-{number}"
        if _is_injected(cell):
            cell.source = re.sub(rf"{place}[/\\]*", "", cell.source)
        for output in cell.get("outputs", ()):
            if output.output_type == "stream":
                output.text = re.sub(rf"{place}[/\\]*", "", cell_file.sub("<cell>", output.text))
    return nb


def without_colours(text: str) -> str:
    """`text` without the signs by which a terminal colours it."""
    return ANSI.sub("", text)
