"""The form: made from the tables alone, and read back as it was filled in.

``FORMS=1000 pytest tests/collect/test_form.py -k anyhow`` tries as many as one likes.
"""

import io
import os
import random
import shutil
import subprocess
from decimal import Decimal
from functools import partial

import openpyxl
import pytest
from delivered import MENDED, REFUSED

from helpers.analysis.figures import policy, stated
from helpers.collect.document import read_document
from helpers.collect.form import is_form, layout, read_form
from helpers.collect.form_workbook import SIGNED, as_form
from helpers.collect.words import words
from helpers.data import home, load

REGION, PERIOD = "370402", "2024"
MANY = int(os.environ.get("FORMS", "2"))  # forms filled in at random by the long test


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
    assert (found.rule, found.remedy_zh, found.remedy_en) == (
        rule,
        *words("instruction")[instruction],
    )
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


MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Typed"
 script:language="StarBasic">
Sub Fill
  Dim options(0) As New com.sun.star.beans.PropertyValue
  options(0).Name = "Hidden" : options(0).Value = True
  book = StarDesktop.loadComponentFromURL("file://{folder}/form.xlsx", "_blank", 0, options())
{typed}
  book.calculateAll()
  options(0).Name = "FilterName" : options(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL("file://{folder}/typed.xlsx", options())
  options(0).Value = "calc_pdf_Export"
  book.storeToURL("file://{folder}/typed.pdf", options())
  book.close(True)
End Sub
</script:module>
"""
TYPED = '  book.Sheets.getByName("{}").getCellRangeByName("{}").setFormula("{}")'
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">
 <library:element library:name="Typed"/>
</library:library>
"""


def type_in(folder, content, typed):
    """The form opened in LibreOffice, filled in cell by cell as by typing, saved and printed."""
    (folder / "form.xlsx").write_bytes(content)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/home"]
    office = partial(subprocess.run, check=True, capture_output=True, timeout=240)
    office([*command, "--terminate_after_init"])  # makes its own folder first
    basic = folder / "home" / "user" / "basic" / "Standard"
    basic.mkdir(parents=True, exist_ok=True)
    lines = "\n".join(TYPED.format(*cell) for cell in typed)
    (basic / "Typed.xba").write_text(MACRO.format(folder=folder, typed=lines), encoding="utf-8")
    (basic / "script.xlb").write_text(LIBRARY, encoding="utf-8")
    office([*command, "macro:///Standard.Typed.Fill"])
    return folder / "typed.xlsx", (folder / "typed.pdf").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_form_typed_into_libreoffice_gives_what_a_script_gives_and_prints(
    form, tables, tmp_path, lang
):
    plan, content = form[0], form[1] if lang == "zh" else as_form(form[0], "en")
    values = made_up(plan, 3)
    cover = openpyxl.load_workbook(io.BytesIO(content)).sheetnames[0]
    places = {(c.indicator, c.field): (c.sheet, c.address) for c in plan.cells}
    typed = [(*places[key], value) for key, value in values.items()]
    signed = {"filled_by": "某某", "checked_by": "某某", "filled_on": "2025-01-08"}
    typed += [(cover, SIGNED[name], text) for name, text in signed.items()]
    by_office, printed = type_in(tmp_path, content, typed)
    by_script = filled((plan, content), tmp_path / "script.xlsx", values)
    told = [
        [
            (e.key, e.value, e.qualifier, e.as_written, e.locator)
            for e in reading(path, tables).entries
        ]
        for path in (by_office, by_script)
    ]
    assert told[0] == told[1]
    assert len(told[0]) == len(values) // 2
    checks = read_document(by_office).sheet({"zh": "核对", "en": "Checks"}[lang])
    states = [checks.cell(row, 3).value for row in range(5, checks.rows + 1)]
    done = {"zh": "通过", "en": "holds"}[lang]
    assert states[: len(plan.areas) + 1] == [done] * (len(plan.areas) + 1)
    assert set(states) <= {done, {"zh": "不符", "en": "does not hold"}[lang]}
    pages = printed.count(b"/Type/Page") - printed.count(b"/Type/Pages")
    assert pages == len(plan.areas) + 2  # each sheet on one


def test_checks_are_live_formulas_that_turn_green_yellow_and_red(form):
    book = openpyxl.load_workbook(io.BytesIO(form[1]))
    checks = book["核对"]
    formulas = [checks.cell(row, 3).value for row in range(5, checks.max_row + 1)]
    assert len(formulas) == 1 + len(form[0].areas) + len(form[0].checks)
    assert all(formula.startswith("=IF(") for formula in formulas)
    colours = {
        rule.formula[0]: rule.dxf.fill.bgColor.rgb[-6:]
        for area in checks.conditional_formatting
        for rule in area.rules
    }
    assert colours == {'"通过"': "D9EAD3", '"待填"': "FFF2CC", '"不符"': "F4CCCC"}


def test_each_cell_has_its_rule_its_range_and_its_choice_of_rounding_words(form, tables):
    plan, content = form
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book[plan.areas[0].name]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    words = [cell.value for cell in book["_lists"]["A"]]
    assert words == ["精确", *dict.fromkeys(q for q in tables.qualifiers["qualifier"] if q)]
    for row in plan.areas[0].rows:
        assert rules[f"E{row.row}"].type == ("whole" if row.whole else "decimal")
        assert rules[f"F{row.row}"].formula1 == f"_lists!$A$1:$A${len(words)}"
        if row.indicator["unit"] == "%":
            ends = rules[f"E{row.row}"].formula1, rules[f"E{row.row}"].formula2
            assert tuple(map(float, ends)) == (0, 100)
            assert row.high is None or row.high <= 100


def test_heads_and_visits_are_told_apart_and_last_time_has_its_period(form):
    plan, content = form
    book = openpyxl.load_workbook(io.BytesIO(content))
    for area in plan.areas:
        sheet = book[area.name]
        assert sheet["H5"].value == "上期数\n2023年"
        for row in area.rows:
            counted = sheet[f"D{row.row}"].value
            assert counted == {"person": "人头", "visit": "人次"}.get(
                row.indicator["counts"], counted
            )


def counts(tables):
    """The indicators that count something."""
    rows = tables.indicators.to_dict("records")
    return [row for row in rows if row["counts"] not in ("money", "share") and row["unit"] != "元"]


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_what_is_no_number_refuses_its_cell_and_other_writing_is_read_as_meant(
    form, tables, tmp_path, seed
):
    slugs = [str(row["indicator"]) for row in counts(tables)]
    bad = [cell for one in REFUSED.values() for cells in one.values() for cell in cells]
    good = [pair for name, pairs in MENDED.items() for pair in pairs]
    cells = {slug: (cell, None) for slug, cell in zip(slugs, bad, strict=False)}
    cells |= dict(zip(reversed(slugs), good, strict=False))
    rng = random.Random(seed)
    order = rng.sample(list(cells), len(cells))
    put = dict(zip(order, cells.values(), strict=True))
    values = {(slug, "value"): cell for slug, (cell, _) in put.items()}
    read = reading(filled(form, tmp_path / "a.xlsx", values), tables)
    at = {c.indicator: f"{c.sheet}!{c.address}" for c in form[0].cells if c.field == "value"}
    told = {f"{p.file.split('!')[-1]}!{p.column}{p.row}": p for p in read.problems}
    taken = {entry.indicator: entry.value for entry in read.entries}
    for slug, (cell, value) in put.items():
        if value is None:
            assert slug not in taken, cell
            assert (told[at[slug]].severity, told[at[slug]].value) == ("error", cell.strip())
            assert words("instruction")["number"][0] in told[at[slug]].remedy_zh
        else:
            assert taken[slug] == Decimal(value), cell


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in range(2, 2 + MANY))]
)
def test_forms_filled_in_anyhow_are_taken_whole(form, tables, tmp_path, seed):
    rng = random.Random(seed)
    kinds = {str(row["indicator"]): row for row in tables.indicators.to_dict("records")}
    values, wanted = {}, {}
    for slug, row in rng.sample(sorted(kinds.items()), rng.randint(5, len(kinds))):
        share = row["unit"] in ("%", "‰")
        value = Decimal(rng.randint(1, 999)) / 10 if share else Decimal(rng.randint(0, 5000))
        way = rng.choice([float if share else int, str, "{:,}".format, lambda v: f"{v} "])
        values[slug, "value"], wanted[slug] = way(value), value
        if not share and rng.random() < 0.2:
            values[slug, "qualifier"] = rng.choice(["余", "约", "近", "精确"])
        if rng.random() < 0.2:
            values[slug, "remark"] = "年终核定"
    read = reading(filled(form, tmp_path / "a.xlsx", values), tables)
    assert not [found for found in read.problems if found.severity == "error"]
    assert {entry.indicator: entry.value for entry in read.entries} == wanted
