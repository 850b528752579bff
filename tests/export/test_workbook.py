"""The workbook: one table a sheet, numbers as numbers, nothing that runs."""

import io

import openpyxl
import pytest

from helpers.export.workbook import as_workbook


@pytest.fixture(params=["zh", "en"])
def book(request, tables):
    """The shipped data as a workbook, opened again."""
    return openpyxl.load_workbook(io.BytesIO(as_workbook(tables, request.param)))


def test_cover_contents_and_notes_come_first_and_then_a_sheet_for_each_area(book, tables):
    names = book.sheetnames
    assert names[:3] in (["封面", "目录", "说明"], ["Cover", "Contents", "Notes"])
    column = "title_zh" if names[0] == "封面" else "title_en"
    told = tables.areas["area"].isin(tables.indicators["area"])
    assert set(tables.areas.loc[told, column]) <= set(names)


def test_each_sheet_has_one_table_under_its_title_and_no_merged_cells(book):
    for sheet in book.worksheets[1:]:
        assert len(sheet.tables) == 1
        assert not sheet.merged_cells.ranges
        assert isinstance(sheet["A1"].value, str)
        (area,) = (table.ref for table in sheet.tables.values())
        assert all(cell.value is not None for cell in sheet[area][0])


def test_numbers_are_numbers_and_their_ends_stand_beside_them(book):
    name = "关爱服务" if "封面" in book.sheetnames else "Care"
    rows = [[cell.value for cell in row] for row in book[name].iter_rows(min_row=5)]
    (mothers,) = [row for row in rows if row[7] == "1.78万余名"]
    assert mothers[3:6] == [17800, 17800, 17900]


def test_every_link_of_the_contents_leads_to_a_sheet(book):
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.hyperlink and cell.hyperlink.location:
                    assert cell.hyperlink.location.split("!")[0].strip("'") in book.sheetnames


def test_no_text_becomes_a_formula_or_a_link(tables):
    from dataclasses import replace

    sources = tables.sources.assign(
        title_zh="=cmd|' /C calc'!A0", title_en="+1", address="http://a.example/"
    )
    changed = replace(tables, frames={**tables.frames, "sources": sources})
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(changed, "zh")))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if cell.hyperlink and cell.hyperlink.target]
    assert any(cell.value == "=cmd|' /C calc'!A0" for cell in cells)


def test_the_same_tables_give_the_same_bytes(tables):
    assert as_workbook(tables, "zh") == as_workbook(tables, "zh")
