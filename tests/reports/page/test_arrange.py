"""The cells' HTML as a report: tables to take away, addresses of figures, a summary; what
has no figures left out with its heading, and what is missing said once."""

import base64
import csv
import io

import nbformat
from lxml import html as lxml_html

from helpers.reports.page.arrange import Page, arrange, fitted
from helpers.reports.page.clean import parsed

WORDS = {"table": "表", "own_table": "未溯源", "image": "图"}
HERE = "|370400|congress-9"


def number(slug, value, text, region="370400"):
    return (
        f'<data class="fig" value="{value}" data-figure="{slug}|{region}|congress-9"'
        f' data-origin="出处" tabindex="0">{text}</data>'
    )


def arranged(*cells):
    html = "".join(f'<div class="cell" data-cell="code">{cell}</div>' for cell in cells)
    return arrange(parsed(html), Page(WORDS, HERE, "rights-370400-congress-9"))


def body(*cells):
    return lxml_html.fromstring(f"<main>{arranged(*cells).body}</main>")


def taken(*cells):
    """The rows of the first table as a spreadsheet gets them."""
    address = body(*cells).find_class("take")[0].get("href")
    raw = base64.b64decode(address.removeprefix("data:text/csv;charset=utf-8;base64,"))
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


def rows(*cells):
    return "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in cells)


def test_a_figures_column_is_taken_away_as_numbers_and_as_written():
    table = rows(["劝和", number("a", 14038, "14038对")], ["辅导", number("b", 38784, "38784对")])
    assert taken(f"<table>{table}</table>") == [
        ["劝和", "14038", "14038对"],
        ["辅导", "38784", "38784对"],
    ]


def test_a_column_of_ranges_is_taken_away_as_written():
    table = rows(["甲", number("a", 17800, "17,800–17,900")], ["乙", number("b", 485, "485")])
    assert taken(f"<table>{table}</table>") == [["甲", "17,800–17,900"], ["乙", "485"]]


def test_nothing_that_is_taken_away_runs_in_a_spreadsheet():
    assert taken(f"<table>{rows(['=1+1', '@x', '甲'])}</table>") == [["'=1+1", "'@x", "甲"]]


def test_each_table_is_taken_away_under_a_name_of_its_own():
    table = "<table><caption>题</caption><tr><td>甲</td></tr></table>"
    links = body(table, table).find_class("take")
    assert [link.get("download") for link in links] == [
        f"rights-370400-congress-9-{at}.csv" for at in (1, 2)
    ]
    assert {link.get("aria-label") for link in links} == {"CSV · 题"}


def test_an_address_leads_to_the_first_place_of_each_figure_of_the_pages_own():
    cells = ["".join((number("a", 1, "一"), number("a", 1, "一"), number("a", 2, "二", "370402")))]
    cells += [
        number("main", 3, "三"),
        number("s1", 4, "四"),
        '<data value="1" data-figure="b">五</data>',
    ]
    found = [(e.get("id"), e.text) for e in body(*cells).iter("data")]
    assert found == [
        ("a", "一"), (None, "一"), (None, "二"), (None, "三"), (None, "四"), (None, "五"),
    ]  # fmt: skip


def test_the_summary_is_the_first_sentence_with_a_number():
    said = (
        f'<p class="say">本市有{number("a", 14038, "14038对")}，<span class="name">甲</span>。</p>'
    )
    assert arranged('<p class="say">没有数字。</p>', said).summary == "本市有14038对，甲。"
    long = f'<p class="say">{number("a", 1, "一")}{"长" * 300}</p>'
    assert len(arranged(long).summary) == 160


def test_heads_say_what_they_are_heads_of():
    table = "<table><thead><tr><th></th><th>甲</th></tr></thead><tbody><tr><th>乙</th><td>一</td></tr></tbody></table>"
    found = [(e.tag, e.get("scope"), e.text) for e in body(table).iter("th", "td")]
    assert found == [
        ("td", None, None),
        ("th", "col", "甲"),
        ("th", "row", "乙"),
        ("td", None, "一"),
    ]


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
