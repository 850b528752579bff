"""A delivered file in its neutral form: what was seen, what it means, what is wrong with it."""

import os
import random
import zipfile

import docx
import openpyxl
import pytest
import xlsxwriter
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from helpers.collect.document import column_letter, read_document


def rules(document):
    return {found.rule for found in document.problems}


def written(path, rows, **formats):
    """A workbook of one sheet; ``formats`` maps addresses to display formats."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for address, code in formats.items():
        book.active[address].number_format = code
    book.save(path)
    return path


def test_columns_are_called_as_a_spreadsheet_calls_them():
    assert [column_letter(n) for n in (1, 26, 27, 703)] == ["A", "Z", "AA", "AAA"]


def test_what_was_seen_and_what_it_means_are_kept_apart(tmp_path):
    rows = [["阵地数", 13000, 0.05, 5, 123, 1.0]]
    formats = {"B1": '0!.0,"万"', "C1": "0%", "D1": "0\\%", "E1": "0000000"}
    (sheet,) = read_document(written(tmp_path / "a.xlsx", rows, **formats)).sheets
    told = [(cell.shown, cell.value, cell.percent) for cell in sheet.row(1)]
    assert told == [
        ("阵地数", "阵地数", False), ("1.3万", "13000", False), ("5%", "5", True),
        ("5%", "5", False), ("0000123", "123", False), ("1", "1", False),
    ]  # fmt: skip
    assert (sheet.cell(1, 2).sheet, sheet.cell(1, 2).address) == ("Sheet", "B1")


def test_long_codes_keep_their_digits_and_codes_as_text_their_zeros(tmp_path):
    rows = [[999032320001885, "010", "370402000000"]]
    (sheet,) = read_document(written(tmp_path / "a.xlsx", rows)).sheets
    assert [cell.value for cell in sheet.row(1)] == ["999032320001885", "010", "370402000000"]


def test_a_formula_gives_its_stored_result_and_without_one_is_refused(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_formula("A1", "=B1*2", value=10)
        sheet.write("B1", 5)
    (sheet,) = read_document(tmp_path / "a.xlsx").sheets
    assert (sheet.cell(1, 1).value, sheet.cell(1, 1).computed) == ("10", True)
    document = read_document(written(tmp_path / "b.xlsx", [["=B1*2", 5]]))
    (found,) = document.problems
    assert (found.rule, found.row, found.column) == ("formula-without-result", 1, "A")
    assert (found.file, found.value) == ("b.xlsx!Sheet", "=B1*2")


def test_only_the_first_cell_of_a_merged_area_counts_and_the_rest_is_told(tmp_path):
    path = written(tmp_path / "a.xlsx", [["甲", "乙"], [7, 8], [9, 10]])
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A2:A3")
    book.save(path)
    with zipfile.ZipFile(path) as archive:  # what lies under a merge survives in other programs
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    text = parts[name].decode()
    parts[name] = text.replace('<row r="3">', '<row r="3"><c r="A3"><v>9</v></c>').encode()
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    document = read_document(path)
    (sheet,) = document.sheets
    assert sheet.cell(3, 1).kind == "blank"
    assert [(area.top, area.bottom) for area in sheet.merged] == [(2, 3)]
    assert [(one.rule, one.row, one.column, one.value) for one in document.problems] == [
        ("under-a-merge", 3, "A", "9")
    ]


def test_more_columns_than_a_table_can_have_are_refused_and_a_far_stray_cell_is_not(tmp_path):
    path = written(tmp_path / "a.xlsx", [[f"数{n}" for n in range(501)]])
    assert rules(read_document(path)) == {"too-many-columns"}
    path = written(tmp_path / "b.xlsx", [[*range(3), *[None] * 16_000, 7]])
    assert not read_document(path).problems


def test_hidden_rows_columns_and_sheets_are_read_and_told(tmp_path):
    path = written(tmp_path / "a.xlsx", [["甲", "乙"], [7, 8]])
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[2].hidden = True
    other = book.create_sheet("旧数")
    other.append([1])
    other.sheet_state = "hidden"
    book.save(path)
    document = read_document(path)
    assert {"hidden-rows", "hidden-sheet"} <= rules(document)
    assert not [found for found in document.problems if found.severity == "error"]
    assert document.sheets[0].cell(2, 1).value == "7"
    assert document.sheets[1].cell(1, 1).value == "1"


def test_two_readers_that_disagree_about_a_cell_refuse_it(tmp_path, monkeypatch):
    from helpers.collect import read_workbook

    path = written(tmp_path / "a.xlsx", [["甲", 7]])
    honest = read_workbook._stored

    def other(content, file):
        found = honest(content, file)
        (name, about), *_ = found.items()
        values = {**about.values, (1, 2): 8.0}
        return {name: read_workbook.Stored(values)}

    monkeypatch.setattr(read_workbook, "_stored", other)
    (found,) = read_document(path).problems
    assert (found.rule, found.row, found.column) == ("readers-disagree", 1, "B")
    assert "7" in found.message("en")
    assert "8" in found.message("en")


def test_a_csv_file_has_the_rows_of_a_spreadsheet(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes('指标,数\r\n"妇女\r\n之家",49\r\n\r\n微家,12\r\n'.encode("gb18030"))
    (sheet,) = read_document(path).sheets
    assert (sheet.cell(2, 1).value, sheet.cell(4, 2).value) == ("妇女\n之家", "12")


def test_the_tables_of_a_word_file_hold_what_tracked_changes_put_in(tmp_path):
    document = docx.Document()
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "妇女之家"
    table.cell(1, 0).text = "滕州市"
    table.cell(1, 1).paragraphs[0]._p.append(
        parse_xml(f'<w:ins {nsdecls("w")} w:id="1"><w:r><w:t>49</w:t></w:r></w:ins>')
    )
    document.save(tmp_path / "a.docx")
    (sheet,) = read_document(tmp_path / "a.docx").sheets
    assert [cell.shown for cell in sheet.cells.values()] == ["妇女之家", "滕州市", "49"]
    assert sheet.merged[0].holds(1, 2)


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a.pdf", b"%PDF-1.4", "unknown-format"),
        ("a.xlsx", b"PK\x03\x04 cut", "damaged-file"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"x" * 600, "encrypted"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"x" * 600, "damaged-file"),
        ("a.xlsx", b"<html></html>", "damaged-file"),
        ("a.csv", b"a,b\n\xff\xfe\xff", "encoding-mixed"),
        ("a.docx", b"PK\x03\x04 cut", "damaged-file"),
        ("a.csv", b"", "file-empty"),
    ],
)
def test_what_cannot_be_read_is_a_problem_of_the_file(tmp_path, name, content, rule):
    (tmp_path / name).write_bytes(content)
    document = read_document(tmp_path / name)
    assert rules(document) == {rule}
    assert all(found.file == name for found in document.problems)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipes_and_links_are_not_opened(tmp_path):
    os.mkfifo(tmp_path / "a.xlsx")
    (tmp_path / "b.csv").write_text("a,b\n", encoding="utf-8")
    (tmp_path / "c.csv").symlink_to(tmp_path / "b.csv")
    for name in ("a.xlsx", "c.csv"):
        assert rules(read_document(tmp_path / name)) == {"not-a-regular-file"}


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    assert rules(read_document(tmp_path / "a.xlsx")) == {"inflates-too-far"}


def test_macros_and_links_to_other_files_are_harmless_and_told(tmp_path):
    path = written(tmp_path / "a.xlsx", [["甲", 7]])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
        archive.writestr("xl/externalLinks/externalLink1.xml", b"<x/>")
    document = read_document(path)
    assert rules(document) == {"macros", "external-links"}
    assert document.sheets[0].cell(1, 2).value == "7"


def cut(content, seed):
    rng = random.Random(seed)
    return content[: rng.randrange(len(content))]


@pytest.mark.parametrize("seed", range(12))
def test_a_workbook_cut_anywhere_is_refused_or_read_the_same(tmp_path, seed):
    whole = written(tmp_path / "a.xlsx", [["甲", 7], ["乙", 8]]).read_bytes()
    path = tmp_path / "b.xlsx"
    path.write_bytes(cut(whole, seed))
    document = read_document(path)
    assert [found for found in document.problems if found.severity == "error"]
