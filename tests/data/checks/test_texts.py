"""Texts: nobody's number, the right language, nothing that no report could print."""

import csv
import io
import random
import re

import pytest
from smallfolder import TABLES, codebook, found, one, replace, write

from helpers.data.folder import read_folder

IDENTITY = "370402199003071234"
NUMBERS = [IDENTITY, "11010119900307123X", "13812345678", "138-1234-5678", "+86 138 1234 5678"]
NUMBERS += ["３７０４０２１９９００３０７１２３４", "370402 19900307 1234"]
PROSE = re.compile(r"label|title|question|name|definition|note|message|place|publisher|locator")


def cells():
    """Every cell of running text in the small folder: file, row, column."""
    for file, text in TABLES.items():
        for at, row in enumerate(csv.DictReader(io.StringIO(text)), 2):
            yield from ((file, at, name) for name in row if PROSE.search(name))


CELLS = random.Random(5).sample(sorted(cells()), 24)


@pytest.mark.parametrize(("file", "row", "column"), CELLS)
def test_a_personal_number_in_any_cell_is_refused_and_masked(folder, file, row, column):
    rows = list(csv.reader(io.StringIO(TABLES[file])))
    number = NUMBERS[row % len(NUMBERS)]
    at = rows[0].index(column)
    rows[row - 1][at] += f"见 {number}"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    (folder / file).write_text(out.getvalue(), encoding="utf-8")
    here = [p for p in found(folder) if (p.rule, p.row, p.column) == ("personal", row, column)]
    assert here
    for problem in found(folder):
        for said in (problem.line("zh"), problem.line("en"), str(problem.as_dict("zh"))):
            assert number not in said


@pytest.mark.parametrize(
    "said", ["12338热线", "0632-3316789", "共1234567890123456789字节", "2021-06/11/content_24673"]
)
def test_other_long_numbers_are_no_persons(folder, said):
    replace(folder, "indicators.csv", "辅导的夫妻", f"辅导的夫妻{said}")
    assert found(folder) == []


def test_a_large_figure_as_written_and_a_web_address_are_no_persons(folder):
    replace(folder, "observations.csv", "8680000,,868万元", "13812345678,,13812345678元")
    replace(folder, "sources.csv", "http://www.632news.com/x", "http://x.cn/a/13812345678.html")
    assert found(folder) == []


@pytest.mark.parametrize(
    ("file", "zh", "en"),
    [
        ("indicators.csv", "辅导夫妻", "Couples counselled"),
        ("regions.csv", "枣庄市", "Zaozhuang"),
        ("periods.csv", "九次妇代会以来", "Since the ninth congress"),
        ("rules.csv", "四个部分", "Four parts"),
        ("sources.csv", "工作报告", "Work report"),
    ],
)
def test_swapped_languages_are_told_in_both_columns(folder, file, zh, en):
    replace(folder, file, f"{zh},{en}", f"{en},{zh}")
    rules = [(p.rule, p.value) for p in found(folder, "warning")]
    assert ("language", en) in rules
    assert ("language", zh) in rules


def test_a_note_split_at_a_comma_is_told(folder):
    replace(folder, "observations.csv", "p8,累计数,Cumulative", "p8,累计数,含历年")
    one(folder, "language", ("observations.csv", 5, "note_en"), "含历年", "warning")


@pytest.mark.parametrize("unit", ["m2", "m²", "items (type 1)", "thousand people", "10 km"])
def test_a_unit_with_which_no_number_can_be_written_is_refused(folder, unit):
    replace(folder, "indicators.csv", "元,CNY,CNY", f"元,{unit},CNY")
    one(folder, "unit", ("indicators.csv", 6, "unit_en"), unit)


def test_a_character_that_no_chart_can_draw_is_named_with_its_cell(folder):
    replace(folder, "regions.csv", "市中区", "市中\U00030edd区")
    problem = one(folder, "glyph", ("regions.csv", 4, "name_zh"))
    assert "U+30EDD" in problem.message_en
    write(folder, TABLES)
    replace(folder, "observations.csv", "累计数", "㐂\U00030edd")  # a note is no label of a chart
    assert found(folder) == []


def test_two_dollars_are_text(folder):
    replace(folder, "indicators.csv", "辅导夫妻", "辅导夫妻$a$")
    assert found(folder) == []


def test_columns_of_ones_own_are_texts_too(folder):
    text = (
        TABLES["sources.csv"]
        .replace("note\n", "note,contact\n")
        .replace(",\n", ",,张 13812345678\n")
    )
    write(folder, {"sources.csv": text}, codebook({"sources.csv": text}))
    assert [p.rule for p in found(folder)] == ["personal"]
    assert "contact" in read_folder(folder).sheets["sources"].texts
