"""Every notebook stands on the one skeleton: it tells, and leaves computing to the helpers."""

import ast
import re
from itertools import groupby
from pathlib import Path

import nbformat
import pytest

from helpers.data.home import home

NOTEBOOKS = sorted((home() / "notebooks").glob("*.ipynb"))
SKELETON = ["title", "parameters", "setup", "glance", "finding", "coherence", "context"]
SKELETON += ["programmes", "caveats", "method"]
PARAMETERS = ["region", "period", "lang", "data", "audience"]
AUDIT = "audit"  # tells a text instead of an area
OF_A_TEXT = ["title", "parameters", "setup", "glance", "finding", "coherence", "text", "caveats"]
OF_A_TEXT += ["method"]
FORBIDDEN = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try, ast.With, ast.If)
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path: Path) -> list:
    return nbformat.read(path, as_version=4).cells


def code(path: Path) -> list:
    return [cell for cell in cells(path) if cell.cell_type == "code"]


def role(cell) -> str:
    return next(tag for tag in cell.metadata["tags"] if tag in {*SKELETON, *OF_A_TEXT})


def test_there_is_a_notebook_for_every_area_and_the_overview_and_one_for_texts(tables):
    assert {path.stem for path in NOTEBOOKS} >= {"overview", AUDIT, *tables.areas["area"]}
    assert AUDIT not in set(tables.areas["area"])


@each_notebook
def test_sections_come_in_the_order_of_the_skeleton(path):
    skeleton = OF_A_TEXT if path.stem == AUDIT else SKELETON
    assert [name for name, _ in groupby(cells(path), role)] == skeleton


@each_notebook
def test_parameters_are_typed_literals_on_one_line_each(path):
    (cell,) = [c for c in code(path) if role(c) == "parameters"]
    lines = ast.parse(cell.source).body
    more = ["text"] if path.stem == AUDIT else []
    assert [line.target.id for line in lines] == [*PARAMETERS, *more]
    assert all(isinstance(line.value.value, str) for line in lines)


@each_notebook
def test_every_text_stands_in_both_languages(path):
    texts = [cell for cell in cells(path) if cell.cell_type == "markdown"]
    langs = [next(t for t in c.metadata["tags"] if t in ("zh", "en")) for c in texts]
    assert langs == ["zh", "en"] * (len(langs) // 2)
    headings = [re.match(r"#+", c.source) for c in texts]
    assert [h and h[0] for h in headings[::2]] == [h and h[0] for h in headings[1::2]]


@each_notebook
def test_there_is_one_title_in_each_language(path):
    heads = [c for c in cells(path) if c.cell_type == "markdown" and c.source.startswith("# ")]
    assert [role(c) for c in heads] == ["title", "title"]


@each_notebook
def test_a_notebook_has_three_to_six_findings_each_a_question(path):
    asked = [c.source for c in cells(path) if c.cell_type == "markdown" and role(c) == "finding"]
    assert 3 <= len(asked) / 2 <= 6
    assert all(text.rstrip().endswith(("？", "?")) for text in asked)


@each_notebook
def test_a_finding_is_a_question_a_sentence_and_one_chart_or_table(path):
    kinds = "".join(c.cell_type[0] for c in cells(path) if role(c) == "finding")
    assert re.fullmatch(r"(mmcc)+", kinds)
    told = [c.source for c in code(path) if role(c) == "finding"]
    assert all(source.startswith("here.say(") for source in told[::2])


@each_notebook
def test_code_cells_are_short_and_hold_no_logic(path):
    for cell in code(path):
        assert cell.source.count("\n") < 12, cell.source
        tree = ast.parse(cell.source)
        assert not [n for n in ast.walk(tree) if isinstance(n, FORBIDDEN)], cell.source
        assert not re.search(r"read_csv|pathlib|\bopen\(|\bos\.|color|fontsize", cell.source)


@each_notebook
def test_markdown_holds_no_digits(path):
    for cell in cells(path):
        if cell.cell_type == "markdown":
            assert not re.search(r"\d", cell.source), cell.source


@each_notebook
def test_a_notebook_meets_the_helpers_only_through_their_face(path):
    import helpers

    for cell in code(path):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.ImportFrom):
                assert node.module == "helpers"
                assert {name.name for name in node.names} <= set(helpers.__all__)
            if isinstance(node, ast.Import):
                assert {name.name for name in node.names} <= {"seaborn", "pandas"}


@each_notebook
def test_stored_outputs_are_complete_and_without_errors(path):
    for number, cell in enumerate(code(path), start=1):
        assert cell.execution_count == number
        assert all(output.output_type != "error" for output in cell.outputs)
        assert all(output.output_type != "stream" for output in cell.outputs), cell.source


@each_notebook
def test_a_notebook_opens_its_own_area_or_its_text(path):
    source = "\n".join(cell.source for cell in code(path))
    opened = f'open_area("{path.stem}", ' if path.stem != AUDIT else "open_text(text, "
    assert f"{opened}region, period, lang, data, audience)" in source


@each_notebook
def test_the_last_cell_ends_the_report(path):
    (output,) = code(path)[-1].outputs
    assert output.metadata["halfsky"]["end"] is True


def stored(path: Path) -> tuple[set[str], str]:
    """The figures that the stored outputs state, and their text."""
    outputs = [output for cell in code(path) for output in cell.outputs]
    keys = {key for o in outputs for key in o.metadata.get("halfsky", {}).get("figures", {})}
    return keys, "\n".join(o.data["text/plain"] for o in outputs)


def test_every_figure_stands_on_the_page_of_its_own_area(tables):
    areas = dict(zip(tables.indicators["indicator"], tables.indicators["area"], strict=True))
    told = {area: stored(home() / "notebooks" / f"{area}.ipynb")[0] for area in set(areas.values())}
    rows = tables.observations.loc[tables.observations["region"] == "370400"].to_dict("records")
    assert len(rows) >= 58
    for row in rows:
        key = f"{row['indicator']}|{row['region']}|{row['period']}"
        assert key in told[areas[row["indicator"]]]


def test_every_programme_is_named_on_the_page_of_its_own_area(tables):
    for row in tables.programmes.to_dict("records"):
        assert row["name_zh"] in stored(home() / "notebooks" / f"{row['area']}.ipynb")[1]
