"""A page leaves out what has no figures, with its heading, and says once what is missing."""

import nbformat

from helpers.reports.page.sections import fitted


def words(text, *tags):
    return nbformat.v4.new_markdown_cell(text, metadata={"tags": list(tags)})


def piece(text, **mark):
    output = nbformat.v4.new_output(
        "display_data", {"text/html": text, "text/plain": text}, metadata={"halfsky": mark}
    )
    return nbformat.v4.new_code_cell("", outputs=[output])


def shown(*cells, lang="zh"):
    told = []
    for cell in fitted(cells, lang):
        told += [cell.source] if cell.cell_type == "markdown" else [
            output["data"]["text/plain"] for output in cell.outputs
        ]  # fmt: skip
    return told


def test_an_empty_piece_goes_and_its_neighbours_stay():
    assert shown(words("## 甲"), piece("a"), piece("b", empty=True)) == ["## 甲", "a"]


def test_a_heading_goes_with_the_last_of_its_pieces():
    cells = [words("## 甲"), piece("a", empty=True), words("## 乙"), piece("b")]
    assert shown(*cells) == ["## 乙", "b"]


def test_what_is_missing_is_said_once_at_the_end_of_its_section():
    cells = [words("## 甲"), piece("a", empty=True, missing=["庭院", "家庭"])]
    cells += [piece("b", missing=["庭院"]), piece("c"), words("## 乙"), piece("d")]
    assert shown(*cells) == ["## 甲", "b", "c", "本期未报送：庭院、家庭。", "## 乙", "d"]
    assert "Not reported for this period: 庭院; 家庭." in shown(*cells, lang="en")


def test_words_that_are_true_without_figures_stay():
    caveats = words("## 怎样读\n\n- 一句", "caveats")
    assert shown(caveats, piece("a", empty=True)) == ["## 怎样读\n\n- 一句"]


def test_a_section_of_words_alone_stays():
    assert shown(words("## 甲\n\n一句")) == ["## 甲\n\n一句"]
