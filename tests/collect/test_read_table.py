"""Delivered tables: what is taken, with which indicator, region and period, and what is not."""

from decimal import Decimal

import openpyxl
import pytest

from helpers.analysis.figures import policy
from helpers.collect.document import read_document
from helpers.collect.headings import Said, Vocabulary
from helpers.collect.read_table import read_tables
from helpers.data import home, load

VENUES, EVENTS, MOTHERS = "rights_venues", "law_popularisation_events", "loving_mothers"
SAID = (
    Said("heading", "", "阵地数", VENUES),
    Said("heading", "", "活动场次", EVENTS),
    Said("heading", "", "扶持收入（当年价）", "support_funds_secured"),
    Said("heading", "", "受众", "lecture_audience"),
    Said("symbol", "", "…", "unknown"),
)


@pytest.fixture(scope="module")
def known():
    """The simulated districts' names, and the office's rounding words."""
    tables = load(home() / "examples" / "districts")
    return Vocabulary.of(tables, SAID), policy(tables)


@pytest.fixture
def read(known, tmp_path):
    """``read(rows_or_csv, name)``: what a delivered table gives."""

    def reading(content, name="薛城报表.csv", merge=()):
        path = tmp_path / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            book = openpyxl.Workbook()
            for row in content:
                book.active.append(row)
            for area in merge:
                book.active.merge_cells(area)
            book.save(path)
        return read_tables(read_document(path), *known)

    return reading


def told(reading):
    return [(e.indicator, e.region, e.period, e.value, e.as_written) for e in reading.entries]


def rules(reading, severity="error"):
    return [p.rule for p in reading.problems if p.severity == severity]


def test_years_across_with_lines_above_and_below(read):
    found = read(
        "数据库：分区年度数据\n指标：活动场次(场)\n时间：最近3年\n地区,2025年,2024年,2023年\n"
        "市中区,,120,110\n薛城区,,,95\n滕州市,,1204.0,-3\n注：按届期统计。\n数据来源：某局\n"
    )
    assert told(found) == [
        (EVENTS, "370402", "2024", 120, "120场"),
        (EVENTS, "370402", "2023", 110, "110场"),
        (EVENTS, "370403", "2023", 95, "95场"),
        (EVENTS, "370481", "2024", 1204, "1204场"),
    ]
    (wrong,) = [p for p in found.problems if p.severity == "error"]
    assert (wrong.rule, wrong.row, wrong.column, wrong.value) == ("out-of-range", 7, "D", "-3")
    assert "period-empty" in rules(found, "warning")
    assert len([a for a in found.left_aside if a.address in ("A1", "A8", "A9")]) == 3


def test_units_in_heads_scale_and_stay_as_written(read):
    found = read(
        "区,年份,扶持收入（当年价）(万元),受众(万人)\n滕州,2023年,12.0,1.25\n薛城,2023年,9.5,\n"
    )
    assert told(found) == [
        ("support_funds_secured", "370481", "2023", 120000, "12万元"),
        ("lecture_audience", "370481", "2023", 12500, "1.25万人"),
        ("support_funds_secured", "370403", "2023", 95000, "9.5万元"),
    ]


def test_two_rows_of_heads_and_a_merged_one_counts_as_far_as_it_is_merged(read):
    rows = [["地区", "阵地数", None, "活动场次"], [None, "2023年", "2024年", "2024年"],
            ["薛城区", 5, 6, 7]]  # fmt: skip
    found = read(rows, "甲.xlsx", merge=("B1:C1",))
    assert told(found) == [
        (VENUES, "370403", "2023", 5, "5个"),
        (VENUES, "370403", "2024", 6, "6个"),
        (EVENTS, "370403", "2024", 7, "7场"),
    ]


def test_regions_across_and_labels_that_fill_down_are_told(read):
    rows = [[None, None, "薛城", "滕州"], ["阵地数", "2022", 5, 7], [None, "2023", 6, 8]]
    found = read(rows, "甲.xlsx")
    assert [(r, p, v) for _, r, p, v, _ in told(found)] == [
        ("370403", "2022", 5), ("370481", "2022", 7), ("370403", "2023", 6), ("370481", "2023", 8),
    ]  # fmt: skip
    assert rules(found, "warning") == ["label-filled-down"]


def test_a_long_table_with_a_unit_column(read):
    found = read("指标,单位,地区,年份,数值\n阵地数,个,山亭区,2024,12\n受众,万人,山亭区,2024,1.2\n")
    assert [(i, v, w) for i, _, _, v, w in told(found)] == [
        (VENUES, 12, "12个"), ("lecture_audience", 12000, "1.2万人"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["薛城区", "薛城", "薛城區", "370403", "370403000000", "Xuecheng"])
def test_a_region_is_known_by_its_names_and_codes(read, name):
    found = read(f"地区,年份,阵地数\n{name},2024,12\n")
    assert told(found) == [(VENUES, "370403", "2024", 12, "12个")]


def test_region_and_period_may_stand_in_the_title_or_the_name_of_the_file(read):
    assert told(read("填报单位：薛城区\n指标,2024年\n阵地数,12\n"))
    assert told(read("指标,数量\n阵地数,12\n", "薛城区2024年.csv"))
    found = read("指标,数量\n阵地数,12\n", "上报.csv")
    assert rules(found) == ["label-missing"]


def test_heads_are_never_taken_because_they_are_similar(read):
    found = read("地区,年份,爱心妈妈人次,阵地数\n薛城区,2024,9,12\n")
    assert [e.indicator for e in found.entries] == [VENUES]
    (question,) = found.questions
    assert (question.kind, question.shown, question.address) == ("heading", "爱心妈妈人次", "C1")
    assert MOTHERS in question.suggestions


def test_a_unit_of_another_kind_is_refused(read):
    found = read("地区,年份,受众(人次)\n薛城区,2024,9\n")
    assert rules(found) == ["other-unit"]
    assert not found.entries


@pytest.mark.parametrize(
    ("cell", "value", "written"),
    [
        ("１３０", 130, "130个"),
        ("3，200", 3200, "3200个"),
        ("1 ,", 1, "1个"),
        ("5.0", 5, "5个"),
        ("1.78万余", 17800, "1.78万余个"),
        ("约 300", 300, "约 300个"),
        ("三百", 300, "三百个"),
        ("1,205", 1205, "1205个"),
        ("300个", 300, "300个"),
    ],
)
def test_numbers_are_read_as_they_are_meant(read, cell, value, written):
    found = read([["地区", "年份", "阵地数"], ["薛城区", "2024", cell]], "甲.xlsx")
    assert told(found) == [(VENUES, "370403", "2024", Decimal(value), written)]


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("1。2", "not-a-number"), ("1.3E+02", "scientific"), ("100-130", "range"),
        ("١٣٠", "digits"), ("0x82", "program"), ("1_300", "grouped"), ("13O", "letters"),
        ("130.5", "count-not-whole"), ("(5)", "out-of-range"), ("－5", "out-of-range"),
        ("13%", "other-unit"), ("130人次", "other-unit"), ("#REF!", "excel-error"),
        ("1e999", "scientific"), ("3:2", "ratio"), ("1/2", "fraction"),
        ("100000000000000000000", "out-of-range"),
    ],
)  # fmt: skip
def test_what_is_no_plain_number_is_refused_in_its_place(read, cell, rule):
    found = read([["地区", "年份", "阵地数"], ["薛城区", "2024", cell]], "甲.xlsx")
    assert not found.entries
    (wrong,) = [p for p in found.problems if p.severity == "error"]
    assert wrong.rule.removeprefix("not-a-number-") == rule
    assert (wrong.row, wrong.column, wrong.value) == (2, "C", cell)


def test_symbols_mean_what_was_said_of_them_and_are_asked_otherwise(read):
    found = read("地区,年份,阵地数,活动场次\n薛城区,2024,…,—\n")
    assert not found.entries
    (question,) = found.questions
    assert (question.kind, question.shown) == ("symbol", "—")
    assert any("不详" in aside.zh for aside in found.left_aside)


def test_a_total_becomes_the_parent_s_figure_and_never_an_addend(read):
    found = read("地区,年份,阵地数\n薛城区,2024,5\n滕州市,2024,7\n合计,2024,12\n")
    assert told(found)[-1] == (VENUES, "370400", "2024", 12, "12个")
    found = read("地区,年份,阵地数\n薛城区,2024,5\n滕州市,2024,7\n合计,2024,13\n")
    assert rules(found) == ["total-differs"]
    (wrong,) = found.problems
    assert "12" in wrong.message("en")
    assert [e.region for e in found.entries] == ["370403", "370481"]


def test_one_figure_with_two_values_is_refused_and_with_one_told(read):
    rows = "地区,年份,阵地数\n薛城区,2024,5\n薛城区,2024,5\n"
    assert rules(read(rows)) == ["figure-twice"]
    found = read(rows.replace("5\n薛城区,2024,5", "5\n薛城区,2024,6"))
    assert rules(found) == ["two-values"]
    assert not found.entries


def test_personal_data_are_refused(read):
    assert "personal-data" in rules(read("地区,年份,姓名,阵地数\n薛城区,2024,甲,5\n"))


def test_a_sheet_without_a_head_is_told(read):
    found = read([["3.2", "3.4"], ["2.1", "2.2"]], "甲.xlsx")
    assert not found.entries
    assert rules(found) == ["no-table"]
    assert rules(found, "warning") == ["sheet-aside"]


def test_indicators_that_nobody_knows_are_asked_wherever_they_stand(known, tmp_path):
    tables = known[0]
    nobody = Vocabulary(tables.indicators, tables.regions, tables.periods, _units=tables._units)
    shapes = {
        "line": "指标：阵地数(个)\n地区,2024年,2023年\n薛城区,5,6\n",
        "row above": ",阵地数,活动场次\n,2024,2024\n薛城区,5,6\n",
        "first column": ",,薛城,滕州\n阵地数,2023,5,7\n,2024,6,8\n",
    }
    for name, content in shapes.items():
        path = tmp_path / f"{name}.csv"
        path.write_text(content, encoding="utf-8")
        found = read_tables(read_document(path), nobody, known[1])
        assert not rules(found)
        assert not found.entries
        assert "阵地数" in found.questions[0].shown
        said = Said("heading", "", found.questions[0].shown, VENUES)
        answered = Vocabulary(tables.indicators, tables.regions, tables.periods, (said,),
                              _units=tables._units)  # fmt: skip
        assert read_tables(read_document(path), answered, known[1]).entries
