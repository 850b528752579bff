"""Hostile files: too much in too few bytes, formulas and links; refused, or read and harmless."""

import csv
import io
import subprocess
import sys
import zipfile

import openpyxl
import pytest

from helpers.collect.collect import collect, write
from helpers.collect.document import read_document
from helpers.collect.headings import as_csv, harmless, read_mapping
from helpers.collect.take_figure import Question
from helpers.data import load

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{0}'
    "<sheetData>{1}</sheetData>{2}</worksheet>"
)
ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="a">{}</table:table></office:spreadsheet>'
    "</office:body></office:document-content>"
)


def workbook(path, columns="", rows=ONE, after=""):
    """A workbook whose first sheet is the XML given."""
    made = io.BytesIO()
    openpyxl.Workbook().save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(path, "w", 8) as out:
        for name in source.namelist():
            sheet = name.endswith("sheet1.xml")
            out.writestr(name, SHEET.format(columns, rows, after) if sheet else source.read(name))
    return path


@pytest.mark.parametrize(
    ("rows", "after", "rule"),
    [
        (f'{ONE}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "", "sheet-too-large"),
        (f'{ONE}<row r="2"><c r="XFD2000"><v>1</v></c></row>', "", "sheet-too-large"),
        (ONE, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>', "sheet-too-large"),
        (f'{ONE}<row r="4000000000"/>', "", "sheet-too-large"),
        (f'{ONE}<row r="&#50;"/>', "", "damaged-file"),
        ('<row r="1"><c r="ZZZZZ1"><v>1</v></c></row>', "", "damaged-file"),
        ("<row>" + "<c><v>1</v></c>" * 1_000_000 + "</row>", "", "inflates-too-far"),
    ],
)
def test_a_sheet_that_asks_for_more_room_than_there_is_is_refused_unread(
    tmp_path, rows, after, rule
):
    found = read_document(workbook(tmp_path / "a.xlsx", rows=rows, after=after))
    assert [problem.rule for problem in found.problems] == [rule]
    assert not found.sheets


def test_columns_declared_hidden_without_end_cost_nothing(tmp_path):
    columns = '<cols><col min="1" max="2000000000" hidden="1"/></cols>'
    (sheet,) = read_document(workbook(tmp_path / "a.xlsx", columns=columns)).sheets
    assert sheet.cell(1, 1).value == "1"


@pytest.mark.parametrize(("times", "refused"), [(2_000_000_000, True), (3, False)])
def test_repeated_cells_of_an_ods_file_count_as_many(tmp_path, times, refused):
    row = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type='
        f'"float" office:value="1" table:number-columns-repeated="{times}"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
        "</table:table-row>"
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as out:
        out.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        out.writestr("content.xml", ODS.format(row))
    rules = {problem.rule for problem in read_document(tmp_path / "a.ods").problems}
    assert ("sheet-too-large" in rules) == refused


def test_formulas_that_would_start_a_program_are_text_or_refused_and_leave_as_text(city, tmp_path):
    command = "=cmd|' /C calc'!A0"
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    rows = [["地区", "年份", "爱心妈妈", command], ["东山区", 2024, 800, 1]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active["D1"].data_type = "s"
    book.save(inbox / f"{command.replace('/', '')}.xlsx")
    book.active["C2"] = '=DDE("cmd";"/C calc";"x")'
    book.save(inbox / "b.xlsx")
    write(collect(inbox, city, out), out)
    states = {row["file"][:2]: row["status"] for row in table(out / "submissions.csv")}
    assert states == {"'=": "open", "b.": "refused"}
    for path in out.glob("*.csv"):
        for row in table(path):
            assert not [text for text in row.values() if text and text[0] in "=@" and text[1:]]
    asked = {row["shown"] for row in table(out / "mapping.csv") if "cmd" in row["shown"]}
    assert asked == {f"'{command}"}


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_guarded_text_in_mapping_csv_means_the_text_that_was_asked_about(tmp_path):
    asked = Question("heading", "a.xlsx", "", "A1", "=1+1")
    text = as_csv([], [asked]).decode("utf-8-sig").replace("'=1+1,,", "'=1+1,loving_mothers,")
    (tmp_path / "mapping.csv").write_text(text, encoding="utf-8")
    (said,), _ = read_mapping(tmp_path / "mapping.csv", load())
    assert (said.shown, said.meaning) == ("=1+1", "loving_mothers")
    assert [harmless(one) for one in ("-", "—", "800", "-5")] == ["-", "—", "800", "'-5"]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("\n", []),
        ("kind,source,shown,meaning\n", []),
        (f"kind,source,shown,meaning\nheading,,{'数' * 200_000},-\n", ["file-too-large"]),
        ('kind,source,shown,meaning\nheading,,"阵地数,-\n', ["quote-unclosed"]),
        ("kind,source,shown,meaning\nheading,,阵地数\n", []),
    ],
)
def test_a_mapping_csv_that_cannot_be_read_is_told_and_answers_nothing(tmp_path, text, rules):
    (tmp_path / "mapping.csv").write_text(text, encoding="utf-8")
    said, problems = read_mapping(tmp_path / "mapping.csv", load())
    assert not said
    assert [one.rule for one in problems] == rules


@pytest.mark.slow
def test_three_hundred_files_and_a_table_of_twenty_thousand_rows_stay_in_bounds(tmp_path):
    resource = pytest.importorskip("resource")
    script = tmp_path / "many.py"
    script.write_text(MANY, encoding="utf-8")
    limit = 700 * 2**20  # bytes of memory
    told = subprocess.run(
        [sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, timeout=900,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)),
    )  # fmt: skip
    assert told.returncode == 0, told.stderr[-2000:]
    assert told.stdout.split() == ["300", "taken", "20598", "figures"]


MANY = """
import shutil, sys
from pathlib import Path
from helpers.collect.collect import collect
from helpers.data import home, load
place = Path(sys.argv[1])
data, inbox = place / "data", place / "inbox"
shutil.copytree(home() / "examples" / "districts", data)
shutil.copy(home() / "data" / "regions.csv", data)
inbox.mkdir()
labels = list(load(data).indicators.query("counts == 'person'")["label_zh"])
labels = [label for label in labels if "," not in label][:10]
towns = [(f"37040{2 + at % 5}{at // 5 + 1:03}", f"第{at + 1}镇") for at in range(400)]
with (data / "regions.csv").open("a", encoding="utf-8") as file:
    for at, (code, name) in enumerate(towns):
        file.write(f"{code},{100 + at},{name},Town {at + 1},{code[:6]},town,\\n")
years = ("2020", "2021", "2022", "2023", "2024")
rows = [f"{label},{name},{year}年,{100 + at % 50}" for at, label in enumerate(labels)
        for _, name in towns for year in years]
head = "指标,地区,时期,数值"
(inbox / "all.csv").write_text("\\n".join([head, *rows, ""]), encoding="utf-8")
for at in range(299):
    text = f"地区,时期,{labels[0]},{labels[1]}\\n第{at + 1}镇,2025年,{at + 100},{at + 200}\\n"
    (inbox / f"{at}.csv").write_text(text, encoding="utf-8")
found = collect(inbox, data, place / "out")
taken = sum(one.status == "taken" for one in found.taken.submissions)
print(taken, "taken", len(found.taken.entries), "figures")
"""
