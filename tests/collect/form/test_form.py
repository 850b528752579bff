"""The form: made from the tables alone, and read back as it was filled in."""

import io
import random
import shutil
import subprocess
from decimal import Decimal

import openpyxl
import pytest

from helpers.analysis.figures import policy, stated
from helpers.collect.document import read_document
from helpers.collect.form.layout import layout
from helpers.collect.form.read_form import is_form, read_form
from helpers.collect.form.words import INSTRUCTIONS
from helpers.collect.form.workbook import SIGNED, as_form
from helpers.data import home, load

REGION, PERIOD = "370402", "2024"


@pytest.fixture(scope="module")
def tables():
    """The simulated districts."""
    return load(home() / "examples" / "districts")


@pytest.fixture(scope="module")
def form(tables):
    """The layout and the bytes of one form."""
    plan = layout(tables, REGION, PERIOD)
    return plan, as_form(plan, "zh")


def filled(form, path, values, signed=True):
    """The form with values put in by (indicator, field), as a program would."""
    book = openpyxl.load_workbook(io.BytesIO(form[1]))
    places = {
        (row[0].value, row[1].value): (row[2].value, row[3].value)
        for row in book["_cells"].iter_rows(min_row=2)
    }
    for key, value in values.items():
        sheet, address = places[key]
        book[sheet][address].value = value
    if signed:
        for name, value in (
            ("filled_by", "某某"),
            ("checked_by", "某某"),
            ("filled_on", "2025-01-08"),
        ):
            book[book.sheetnames[0]][SIGNED[name]].value = value
    book.save(path)
    return path


def reading(path, tables):
    document = read_document(path)
    assert is_form(document)
    return read_form(document, tables, policy(tables))


def test_every_indicator_has_its_row_with_unit_definition_and_last_figure(form, tables):
    plan, content = form
    book = openpyxl.load_workbook(io.BytesIO(content))
    slugs = {cell.indicator for cell in plan.cells}
    assert slugs == set(tables.indicators["indicator"])
    here = tables.observations.query("region == @REGION and period == '2023'")
    last = dict(zip(here["indicator"], here["as_written"], strict=True))
    for area in plan.areas:
        sheet = book[area.name]
        for row in area.rows:
            told = [cell.value for cell in sheet[row.row]]
            assert told[1:3] == [row.indicator["label_zh"], row.indicator["unit"]]
            assert (told[7] or "") == last.get(row.indicator["indicator"], "")
            assert told[9] == row.indicator["definition_zh"]


def test_only_the_cells_to_be_filled_in_are_unlocked(form):
    plan, content = form
    book = openpyxl.load_workbook(io.BytesIO(content))
    entries = {(cell.sheet, cell.address) for cell in plan.cells}
    entries |= {(book.sheetnames[0], address) for address in SIGNED.values()}
    for sheet in book.worksheets:
        assert sheet.protection.sheet
        for row in sheet.iter_rows():
            for cell in row:
                is_open = not cell.protection.locked
                assert is_open == ((sheet.title, cell.coordinate) in entries), cell


def test_the_form_says_twice_what_it_is_and_where_its_cells_are(form):
    plan, content = form
    book = openpyxl.load_workbook(io.BytesIO(content))
    about = {row[0].value: row[1].value for row in book["_form"].iter_rows()}
    assert (about["region"], about["period"], about["form"]) == (REGION, PERIOD, plan.form)
    for row in book["_cells"].iter_rows(min_row=2, values_only=True):
        slug, field, sheet, address = row
        if field == "value":
            target = book.defined_names[f"value_{slug}"].attr_text.replace("$", "").replace("'", "")
            assert target == f"{sheet}!{address}"


def test_the_same_tables_give_the_same_bytes(form, tables):
    assert as_form(layout(tables, REGION, PERIOD), "zh") == form[1]


def test_the_english_form_has_the_same_cells(form, tables):
    plan = layout(tables, REGION, PERIOD)
    book = openpyxl.load_workbook(io.BytesIO(as_form(plan, "en")))
    places = [tuple(row) for row in book["_cells"].iter_rows(min_row=2, values_only=True)]
    assert places == [(c.indicator, c.field, c.sheet, c.address) for c in form[0].cells]


def test_what_was_filled_in_is_read_back_with_its_place(form, tables, tmp_path):
    values = {
        ("loving_mothers", "value"): 1780,
        ("loving_mothers", "qualifier"): "余",
        ("rights_venues", "value"): 290,
        ("rights_venues", "remark"): "含调解室",
    }
    read = reading(filled(form, tmp_path / "a.xlsx", values), tables)
    assert not read.problems
    told = {entry.indicator: entry for entry in read.entries}
    mothers, venues = told["loving_mothers"], told["rights_venues"]
    assert (mothers.value, mothers.qualifier) == (1780, "余")
    assert mothers.as_written == "1780余名"
    assert venues.remark == "含调解室"
    (cell,) = [c for c in form[0].cells if (c.indicator, c.field) == ("rights_venues", "value")]
    assert venues.locator == f"{cell.sheet}!{cell.address}"
    assert (venues.region, venues.period, read.form) == (REGION, PERIOD, form[0].form)


def test_a_blank_is_not_a_zero_and_a_zero_is_a_figure(form, tables, tmp_path):
    values = {("rights_venues", "value"): 0, ("loving_mothers", "remark"): "未统计"}
    read = reading(filled(form, tmp_path / "a.xlsx", values), tables)
    assert [(entry.indicator, entry.value) for entry in read.entries] == [("rights_venues", 0)]
    assert any("未统计" in aside.zh for aside in read.left_aside)


def test_a_number_with_its_word_typed_into_the_cell_is_read_as_meant(form, tables, tmp_path):
    values = {("loving_mothers", "value"): "1.78万余名"}
    (entry,) = reading(filled(form, tmp_path / "a.xlsx", values), tables).entries
    assert (entry.value, entry.qualifier, entry.as_written) == (17800, "余", "1.78万余名")


@pytest.mark.parametrize(
    ("values", "rule", "instruction"),
    [
        ({("rights_venues", "value"): "很多"}, "not-a-number", "number"),
        ({("rights_venues", "value"): "1。2"}, "not-a-number", "number"),
        ({("rights_venues", "value"): -3}, "out-of-range", "number"),
        ({("rights_venues", "value"): 3, ("rights_venues", "qualifier"): "大概"},
         "unknown-qualifier", "qualifier"),
        ({("rights_venues", "value"): 3.5}, "count-not-whole", "number"),
        ({("women_share_city_npc_deputies", "value"): 130}, "out-of-range", "number"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_refused_alone_with_the_instruction_of_the_form(
    form, tables, tmp_path, values, rule, instruction
):
    values = {**values, ("loving_mothers", "value"): 5}
    read = reading(filled(form, tmp_path / "a.xlsx", values), tables)
    (found,) = read.problems
    assert (found.rule, found.remedy_zh, found.remedy_en) == (rule, *INSTRUCTIONS[instruction])
    assert found.file.startswith("a.xlsx!")
    assert found.row > 0
    assert [entry.indicator for entry in read.entries] == ["loving_mothers"]


def test_a_percentage_cell_in_a_count_is_refused(form, tables, tmp_path):
    path = filled(form, tmp_path / "a.xlsx", {("rights_venues", "value"): 0.05})
    book = openpyxl.load_workbook(path)
    (cell,) = [c for c in form[0].cells if (c.indicator, c.field) == ("rights_venues", "value")]
    book[cell.sheet][cell.address].number_format = "0%"
    book.save(path)
    assert [found.rule for found in reading(path, tables).problems] == ["percent-in-a-count"]


def test_a_person_s_number_in_a_remark_is_refused_and_not_passed_on(form, tables, tmp_path):
    values = {("rights_venues", "value"): 3, ("rights_venues", "remark"): "电话 13812345678"}
    (found,) = reading(filled(form, tmp_path / "a.xlsx", values), tables).problems
    assert found.rule == "personal-data"
    assert "13812345678" not in found.line("zh")


def test_who_filled_it_in_is_asked_for(form, tables, tmp_path):
    read = reading(filled(form, tmp_path / "a.xlsx", {}, signed=False), tables)
    assert [(found.rule, found.severity) for found in read.problems] == [("not-signed", "warning")]


def test_another_version_another_region_and_a_renamed_sheet_refuse_the_form(form, tables, tmp_path):
    for change in ("version", "region", "sheet"):
        path = filled(form, tmp_path / f"{change}.xlsx", {("rights_venues", "value"): 3})
        book = openpyxl.load_workbook(path)
        if change == "sheet":
            book.worksheets[1].title = "改了名"
        for row in book["_form"].iter_rows():
            if row[0].value == change:
                row[1].value = "99"
        book.save(path)
        read = reading(path, tables)
        assert read.refused
        assert not read.entries


def made_up(plan, seed):
    """Random values that the form allows, for all its indicators."""
    rng = random.Random(seed)
    values = {}
    for area in plan.areas:
        for row in area.rows:
            slug = row.indicator["indicator"]
            share = row.indicator["unit"] == "%"
            value = rng.randrange(10_000) / 100 if share else rng.randrange(10**6)
            values[slug, "value"] = value
            values[slug, "qualifier"] = rng.choice(["精确", "余", "近"]) if value else "精确"
    return values


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_random_forms_are_never_refused_and_their_figures_state_what_was_entered(
    form, tables, tmp_path, seed
):
    values = made_up(form[0], seed)
    read = reading(filled(form, tmp_path / "a.xlsx", values), tables)
    assert not read.problems
    assert len(read.entries) == len(values) // 2
    units = dict(zip(tables.indicators["indicator"], tables.indicators["unit"], strict=True))
    words = policy(tables)
    for entry in read.entries:
        assert entry.value == Decimal(str(values[entry.indicator, "value"]))
        row = {"value": entry.value, "qualifier": entry.qualifier, "unit": units[entry.indicator]}
        told = stated({**row, "as_written": entry.as_written}, words)
        assert told.value == entry.value
        assert told.qualifier == entry.qualifier


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_calculates_and_saves_the_form(form, tables, tmp_path):
    values = made_up(form[0], 3)
    (tmp_path / "in").mkdir()
    path = filled(form, tmp_path / "in" / "a.xlsx", values)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/home"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    by_office, by_script = reading(tmp_path / "a.xlsx", tables), reading(path, tables)
    told = [(e.key, e.value, e.qualifier, e.as_written, e.locator) for e in by_office.entries]
    assert told == [
        (e.key, e.value, e.qualifier, e.as_written, e.locator) for e in by_script.entries
    ]
    checks = read_document(tmp_path / "a.xlsx").sheet("核对")
    states = {checks.cell(row, 3).value for row in range(5, checks.rows + 1)}
    assert states <= {"通过", "不符", "待填"}
    assert "通过" in states
