"""What a notebook that ran is refused for and warns of, with the cell as its author counts it."""

import nbformat
import pytest
from tqdm import tqdm

from helpers.reports.execute import judge
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


class Pieces(list):
    """A stream that keeps each write apart, as a kernel may send it."""

    write = list.append

    def flush(self):
        """Nothing is held back."""


@pytest.mark.parametrize("apart", [True, False])
def test_a_progress_bar_is_no_warning_and_what_is_said_beside_it_is_one(apart):
    bar = Pieces()
    for _ in tqdm(range(24), file=bar, mininterval=0, miniters=1):
        pass
    assert len(bar) > 24
    bar.write("careful\n")
    nb, count = ran(V4.new_output("stream", name="stdout", text="好"))
    texts = bar if apart else ["".join(bar)]
    nb.cells[1].outputs = [V4.new_output("stream", name="stderr", text=text) for text in texts]
    failure, warnings = judge(nb, count)
    assert (failure, warnings) == (None, ("[1] careful",))
