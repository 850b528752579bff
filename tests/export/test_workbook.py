"""The workbook: one table a sheet, numbers as numbers, nothing that runs.

The points of "Making spreadsheets accessible: a brief checklist of the basics" (Government
Analysis Function) that a program can check are named in the tests that check them.
"""

import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from helpers.analysis.measures import figures_of
from helpers.export.workbook import as_workbook

FRONT = {"zh": ["封面", "目录", "说明"], "en": ["Cover", "Contents", "Notes"]}


@pytest.fixture(
    scope="module", params=[("city", "zh"), ("city", "en"), ("shipped", "zh")], ids=" ".join
)
def case(request, city_tables, tables):
    """Tables and a language: the city's, and the shipped ones, full of rounded figures."""
    name, lang = request.param
    return {"city": city_tables, "shipped": tables}[name], lang


@pytest.fixture(scope="module")
def source(case):
    return case[0]


@pytest.fixture(scope="module")
def lang(case):
    return case[1]


@pytest.fixture(scope="module")
def book(lang, source):
    """The data as a workbook, opened again."""
    return openpyxl.load_workbook(io.BytesIO(as_workbook(source, lang)))


def table(sheet):
    """The heads of a sheet's table, and its rows as dicts."""
    (one,) = sheet.tables.values()
    heads, *rows = [[cell.value for cell in row] for row in sheet[one.ref]]
    return heads, [dict(zip(heads, row, strict=True)) for row in rows]


def test_cover_contents_and_notes_come_first_then_a_sheet_for_each_area(book, lang, source):
    """Structure 1 and 2: sheets have names of their own, none is blank."""
    assert book.sheetnames[:3] == FRONT[lang]
    told = source.areas["area"].isin(source.indicators["area"])
    assert set(source.areas.loc[told, f"title_{lang}"]) <= set(book.sheetnames)
    assert all(sheet["A1"].value for sheet in book.worksheets)


def test_each_sheet_has_one_table_with_a_name_at_the_left_edge_and_nothing_below_it(book):
    """Tables 1 and 2, structure 3 to 6."""
    names = []
    for sheet in book.worksheets[1:]:
        (one,) = sheet.tables.values()
        names.append(one.name)
        start, end = one.ref.split(":")
        assert start.startswith("A")
        assert end == sheet.dimensions.split(":")[1]
    assert len({name.casefold() for name in names}) == len(names)
    assert "table_measures" in names


def test_heads_are_one_row_of_texts_that_differ(book):
    """Tables 5."""
    for sheet in book.worksheets[1:]:
        heads, _ = table(sheet)
        assert all(isinstance(head, str) and head for head in heads)
        assert len({head.casefold() for head in heads}) == len(heads)


def test_no_cells_are_merged_no_rows_or_columns_empty_or_hidden_nothing_frozen_or_filtered(book):
    """Tables 3, 4, 7 and 9."""
    for sheet in book.worksheets:
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes is None
        assert not sheet.auto_filter.ref
        hidden = [*sheet.row_dimensions.values(), *sheet.column_dimensions.values()]
        assert not [one for one in hidden if one.hidden]
        for one in sheet.tables.values():
            assert one.autoFilter is None
            cells = [[cell.value or "" for cell in row] for row in sheet[one.ref]]
            assert all(any(cell != "" for cell in row) for row in cells)
            assert all(
                any(cell != "" for cell in column[1:]) for column in zip(*cells, strict=True)
            )


def test_empty_cells_are_explained_above_the_table(book, lang):
    """Tables 8."""
    told = {"zh": "空白单元格", "en": "An empty cell"}[lang]
    for sheet in book.worksheets[1:]:
        (one,) = sheet.tables.values()
        gap = any(not cell.value and cell.value != 0 for row in sheet[one.ref] for cell in row)
        above = [sheet.cell(row, 1).value or "" for row in range(1, sheet[one.ref][0][0].row)]
        assert any(line.startswith(told) for line in above) == gap, sheet.title


def test_texts_are_wrapped_large_plain_and_without_fills_pictures_heads_and_feet(book):
    """Tables 6, formatting: size, no fill, no italics, no images, nothing around the page."""
    for sheet in book.worksheets:
        assert not sheet._images
        assert not sheet._charts
        assert not sheet.oddHeader.center.text
        assert not sheet.oddFooter.center.text
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    assert cell.font.size >= 12
                    assert not cell.font.italic
                    assert cell.fill.patternType is None
                    assert cell.font.name in ("微软雅黑", "Arial")
        for one in sheet.tables.values():
            body = [cell for row in sheet[one.ref] for cell in row if isinstance(cell.value, str)]
            assert all(cell.alignment.wrap_text for cell in body if not cell.hyperlink)


def test_the_file_says_what_it_is_and_opens_on_its_cover(book, lang):
    """Before publishing: document information, cursor in A1 of the first sheet."""
    assert book.properties.title == book.worksheets[0]["A1"].value
    assert book.properties.subject
    assert book.active.title == FRONT[lang][0]


def test_numbers_are_numbers_and_their_ends_stand_beside_them(book, lang, source):
    label, value, lower, upper, written = {
        "zh": ("指标", "数值", "下限", "上限", "原文写法"),
        "en": ("Indicator", "Value", "Lower end", "Upper end", "As written"),
    }[lang]
    title = dict(zip(source.areas["area"], source.areas[f"title_{lang}"], strict=True))
    _, rows = table(book[title["care"]])
    here = source.observations
    known = here[here["indicator"] == "loving_mothers"]
    told = source.indicators.set_index("indicator").loc["loving_mothers", f"label_{lang}"]
    found = {row[written]: row for row in rows if row[label] == told}
    assert set(found) == set(known["as_written"])
    for at, row in known.set_index("as_written").iterrows():
        assert found[at][value] == row["value"]
        assert found[at][lower] <= found[at][value] <= found[at][upper]
    if "1.78万余名" in found:
        assert [found["1.78万余名"][name] for name in (lower, value, upper)] == [
            17800,
            17800,
            17900,
        ]


def test_every_derived_figure_is_there_with_its_interval_and_formula(book, lang, source):
    label, region, period, value, lower, upper, formula = {
        "zh": ("指标", "地区", "时期", "数值", "下限", "上限", "算法"),
        "en": ("Indicator", "Region", "Period", "Value", "Lower end", "Upper end",
               "How it is derived"),
    }[lang]  # fmt: skip
    _, rows = table(book[{"zh": "推算数据", "en": "Derived figures"}[lang]])
    places = source.observations[["region", "period"]].drop_duplicates()
    every = (one for place in places.itertuples(index=False)
             for one in figures_of(source, *place).values())  # fmt: skip
    made = {one.key: one for one in every if one.kind == "measure" and one.quantity is not None}
    assert len(rows) == len(made)
    regions = source.regions.set_index("region")[f"name_{lang}"]
    periods = source.periods.set_index("period")[f"label_{lang}"]
    told = {(row[label], row[region], row[period]): row for row in rows}
    for one in made.values():
        row = told[one.label(lang), regions[one.region], periods[one.period]]
        assert row[value] == pytest.approx(float(one.quantity.value))
        ends = {lower: one.interval.lower, upper: one.interval.upper}
        assert all(row[name] == pytest.approx(float(end)) for name, end in ends.items())
        assert row[formula] == (one.formula_zh if lang == "zh" else one.formula_en)


def test_every_link_of_the_contents_leads_to_a_sheet(book):
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.hyperlink and cell.hyperlink.location:
                    assert cell.hyperlink.location.split("!")[0].strip("'") in book.sheetnames


def test_no_text_becomes_a_formula_or_a_link(city_tables):
    sources = city_tables.sources.assign(
        title_zh="=cmd|' /C calc'!A0", title_en="+1", address="http://a.example/"
    )
    changed = replace(city_tables, frames={**city_tables.frames, "sources": sources})
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(changed, "zh")))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if cell.hyperlink and cell.hyperlink.target]
    assert any(cell.value == "=cmd|' /C calc'!A0" for cell in cells)


def test_a_number_that_a_spreadsheet_would_round_and_an_open_end_are_texts():
    from helpers.export.workbook import _number

    assert _number(Decimal(2**53 + 1), "zh") == "9007199254740993"
    assert _number(Decimal("Infinity"), "en") == "no upper end"
    assert (_number(Decimal(3), "zh"), _number(Decimal("0.5"), "zh")) == (3, 0.5)


def test_the_same_tables_give_the_same_bytes(city_tables):
    assert as_workbook(city_tables, "zh") == as_workbook(city_tables, "zh")
