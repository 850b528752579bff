"""Every notebook stands on the one skeleton: it tells, and leaves computing to the helpers.

``HALFSKY_DATA`` names the data folder of another project, whose notebooks are then meant.
"""

import ast
import os
import re
from collections import Counter
from itertools import groupby
from pathlib import Path

import nbformat
import pytest

from helpers.data import load
from helpers.paths import home, project_of
from helpers.projects.names import figures_named

DATA = Path(os.environ.get("HALFSKY_DATA") or home() / "data")
NOTEBOOKS = sorted((project_of(DATA) / "notebooks").glob("*.ipynb"))
REFRESH = "make refresh" + (f' ARGS="--data {DATA}"' if "HALFSKY_DATA" in os.environ else "")
STALE = f"the stored outputs are older than the data: {REFRESH}"
SKELETON = ["title", "parameters", "setup", "question", "glance", "attention", "finding"]
SKELETON += ["targets", "coherence", "context", "programmes", "caveats", "method"]
# the overview has a list of the areas and their questions
WITH_AREAS = [*SKELETON[:3], *SKELETON[4:6], "areas", *SKELETON[6:]]
COMMON = "common"  # the page of an area without a notebook
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
    return next(tag for tag in cell.metadata["tags"] if tag in {*SKELETON, *WITH_AREAS, *OF_A_TEXT})


@pytest.fixture(scope="session")
def tables():
    """The data that the notebooks tell."""
    return load(DATA)


def test_a_notebook_tells_an_area_all_of_them_or_a_text(tables):
    others = {"overview", AUDIT, COMMON}
    assert {path.stem for path in NOTEBOOKS} <= {*others, *tables.areas["area"]}
    assert not others & set(tables.areas["area"])


@each_notebook
def test_sections_come_in_the_order_of_the_skeleton(path):
    kinds = {AUDIT: OF_A_TEXT, "overview": WITH_AREAS, COMMON: SKELETON[1:]}
    skeleton = kinds.get(path.stem, SKELETON)
    assert [name for name, _ in groupby(cells(path), role)] == skeleton


@each_notebook
def test_parameters_are_typed_literals_on_one_line_each(path):
    (cell,) = [c for c in code(path) if role(c) == "parameters"]
    lines = ast.parse(cell.source).body
    first = ["area"] if path.stem == COMMON else []
    more = ["text"] if path.stem == AUDIT else []
    assert [line.target.id for line in lines] == [*first, *PARAMETERS, *more]
    assert all(isinstance(line.value.value, str) for line in lines)


@each_notebook
def test_every_text_stands_in_both_languages(path):
    texts = [cell for cell in cells(path) if cell.cell_type == "markdown"]
    langs = [next(t for t in c.metadata["tags"] if t in ("zh", "en")) for c in texts]
    assert langs == ["zh", "en"] * (len(langs) // 2)
    headings = [re.match(r"#+", c.source) for c in texts]
    assert [h and h[0] for h in headings[::2]] == [h and h[0] for h in headings[1::2]]


@each_notebook
def test_there_is_one_title_in_each_language_but_the_common_page_has_that_of_its_area(path):
    heads = [c for c in cells(path) if c.cell_type == "markdown" and c.source.startswith("# ")]
    assert [role(c) for c in heads] == ([] if path.stem == COMMON else ["title", "title"])


@each_notebook
def test_every_finding_is_a_question(path):
    asked = [c.source for c in cells(path) if c.cell_type == "markdown" and role(c) == "finding"]
    assert 3 <= len(asked) / 2 <= 8
    assert all(text.rstrip().endswith(("？", "?")) for text in asked)


@each_notebook
def test_a_finding_is_a_question_and_what_answers_it(path):
    kinds = "".join(c.cell_type[0] for c in cells(path) if role(c) == "finding")
    assert re.fullmatch(r"(mmc{1,2})+", kinds)


@each_notebook
def test_a_sentence_and_a_picture_come_before_any_table(path):
    if path.stem == AUDIT:
        pytest.skip("tells a text")
    first = [c.source for c in code(path) if role(c) == "glance"]
    assert first[0].startswith(("here.say(", "here.answer("))
    assert not any("here.table(" in source for source in first)


@each_notebook
def test_a_notebook_asks_for_the_figures_of_its_area_and_those_that_also_names(path, tables):
    if path.stem in (AUDIT, COMMON):
        pytest.skip("knows no figure by name")
    named = {name for cell in code(path) for name in figures_named(cell.source)}
    kinds = (tables.indicators.set_index("indicator"), tables.measures.set_index("measure"))
    area_of = {slug: area for kind in kinds for slug, area in kind["area"].items()}
    also = dict(zip(tables.areas["area"], tables.areas["also"], strict=True)).get(path.stem, "")
    others = {slug for slug in named if area_of.get(slug, path.stem) != path.stem}
    assert path.stem == "overview" or others == set(filter(None, also.split(";")))


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
        assert cell.execution_count == number, STALE
        assert all(output.output_type != "error" for output in cell.outputs)
        assert all(output.output_type != "stream" for output in cell.outputs), cell.source


@each_notebook
def test_a_notebook_opens_its_own_area_or_its_text(path):
    source = "\n".join(cell.source for cell in code(path))
    opened = {AUDIT: "open_text(text, ", COMMON: "open_area(area, "}.get(
        path.stem, f'open_area("{path.stem}", '
    )
    assert f"{opened}region, period, lang, data, audience)" in source


@each_notebook
def test_the_last_cell_ends_the_report(path):
    outputs = code(path)[-1].outputs
    assert len(outputs) == 1, STALE
    assert outputs[0].metadata["halfsky"]["end"] is True


def stored(path: Path) -> tuple[set[str], str]:
    """The figures that the stored outputs state, and their text."""
    outputs = [output for cell in code(path) for output in cell.outputs]
    keys = {key for o in outputs for key in o.metadata.get("halfsky", {}).get("figures", {})}
    return keys, "\n".join(o.data["text/plain"] for o in outputs)


def place(path: Path) -> dict[str, str]:
    """The parameters that the notebook stands on."""
    (cell,) = [c for c in code(path) if role(c) == "parameters"]
    return {line.target.id: line.value.value for line in ast.parse(cell.source).body}


def told_here(frame, path: Path):
    """The rows of the region and period that the notebook stands on."""
    at = place(path)
    return frame[(frame["region"] == at["region"]) & (frame["period"] == at["period"])]


@each_notebook
def test_every_figure_of_an_area_stands_on_its_page(path, tables):
    own = set(tables.indicators.loc[tables.indicators["area"] == path.stem, "indicator"])
    rows = told_here(tables.observations, path)
    keys = {f"{r.indicator}|{r.region}|{r.period}" for r in rows.itertuples()}
    assert {key for key in keys if key.partition("|")[0] in own} <= stored(path)[0], STALE


@each_notebook
def test_every_programme_of_an_area_is_named_on_its_page(path, tables):
    rows = told_here(tables.programmes, path)
    text = stored(path)[1]
    named = rows.loc[rows["area"] == path.stem, "name_zh"]
    assert not [name for name in named if name not in text], STALE


@each_notebook
def test_a_cell_is_called_by_its_role_its_language_and_its_place(path):
    counted = Counter()
    for cell in cells(path):
        name = "-".join([cell.metadata["tags"][0], *set(cell.metadata["tags"]) & {"zh", "en"}])
        counted[name] += 1
        assert cell.id == f"{name}-{counted[name]}"
