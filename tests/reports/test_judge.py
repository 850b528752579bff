"""A character that a chart cannot draw is named, with its cell as its author counts it."""

import nbformat
import pytest

from helpers.reports.judge import judge
from helpers.telling.svg import MissingGlyphError

V4 = nbformat.v4
WARNED = "UserWarning: Glyph {} (\\N{{X}}) missing from font(s) Noto Sans SC.\n"


def ran(*outputs):
    """A notebook with papermill's cell, a cell an output, and the end."""
    cells = [V4.new_code_cell("region = '1'", metadata={"tags": ["injected-parameters"]})]
    cells += [V4.new_code_cell("draw()", outputs=[output]) for output in outputs]
    end = V4.new_output("display_data", {}, metadata={"halfsky": {"end": True}})
    cells.append(V4.new_code_cell("end()", outputs=[end]))
    for count, cell in enumerate(cells, start=1):
        cell["execution_count"] = count
    return V4.new_notebook(cells=cells), len(cells) - 1


def error() -> nbformat.NotebookNode:
    told = str(MissingGlyphError("图中文字“甲𠀀”里的 𠀀 (U+20000) 不在字库里"))
    return V4.new_output("error", ename="MissingGlyphError", evalue=told, traceback=[told])


@pytest.mark.parametrize(
    "output",
    [
        V4.new_output("stream", name="stderr", text="x" * 400 + "\n" + WARNED.format(0x20000)),
        error(),
    ],
)
def test_a_missing_character_fails_the_report_by_name_and_cell(output):
    fine = V4.new_output("stream", name="stdout", text="好")
    failure, _ = judge(*ran(fine, output))
    assert failure.reason.startswith("cell [2]: missing from the charts' font: 𠀀 (U+20000)")
    assert failure.reason_zh.startswith("单元格 [2]：图表字体缺字 𠀀 (U+20000)")
