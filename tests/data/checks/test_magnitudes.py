"""Figures beside their neighbours: slips of unit both ways, empty editions, lost rows."""

import pytest
from smallfolder import TABLES, found, one, write

from helpers.data.checks.magnitudes import lost_rows
from helpers.data.folder import read_folder

OBS = "observations.csv"
PERIODS = TABLES["periods.csv"] + "".join(
    f"{y},{y - 2000},{y}-01-01,{y}-12-31,{y}年,{y}\n" for y in (2024, 2025)
)
UNITS = {
    "relief_funds": "元",
    "loving_mothers": "名",
    "women_share": "%",
    "couples_counselled": "对",
}


def series(folder, indicator, *values, region="370402"):
    rows = [
        f"{indicator},{region},{year},{value},,{value}{UNITS[indicator]},A,report_2023,p8,,\n"
        for year, value in zip((2022, 2023, 2024, 2025), values, strict=False)
    ]
    sound = TABLES[OBS].replace("loving_mothers,370402,2022,130,,130名,A,report_2023,p8,,\n", "")
    write(folder, {"periods.csv": PERIODS, OBS: sound + "".join(rows)})


@pytest.mark.parametrize(
    ("indicator", "values", "severity"),
    [
        ("relief_funds", (5000, 50000000), "warning"),
        ("relief_funds", (50000000, 5000), "warning"),
        ("relief_funds", (310000, 330000, 320000, 32), "error"),
        ("relief_funds", (31, 33, 32, 320000), "error"),
        ("loving_mothers", (18000, 18), "warning"),
        ("women_share", (29.27, 0.29), "warning"),
        ("couples_counselled", (1000, 90), "warning"),
    ],
)
def test_a_slip_of_unit_is_seen_both_ways(folder, indicator, values, severity):
    series(folder, indicator, *values)
    row = 6 + len(values)
    one(folder, "jump", (OBS, row, "value"), str(values[-1]), severity)


@pytest.mark.parametrize(
    ("indicator", "values"),
    [
        ("relief_funds", (5000, 40000)),
        ("loving_mothers", (9, 90)),
        ("loving_mothers", (60, 3)),
        ("couples_counselled", (120, 0)),
        ("women_share", (3.0, 29.5)),
    ],
)
def test_small_counts_may_leap(folder, indicator, values):
    series(folder, indicator, *values)
    assert found(folder) + found(folder, "warning") == []


def test_an_edition_of_zeros_is_told(folder):
    names = ("couples_counselled", "couples_reconciled", "loving_mothers", "relief_funds")
    units = {**UNITS, "couples_reconciled": "对"}
    rows = [f"{n},370402,2023,0,,0{units[n]},A,report_2023,p8,,\n" for n in names]
    rows.append("women_share,370402,2023,0,,0%,A,report_2023,p8,,\n")
    write(folder, {OBS: TABLES[OBS] + "".join(rows)})
    one(folder, "all-zero", (OBS, 8, "value"), "0", "warning")


def test_more_people_than_there_are_is_told_of_the_region_and_of_the_one_above(folder):
    for region in ("370400", "370402"):
        row = f"couples_counselled,{region},2023,9000000,,9000000对,A,report_2023,p8,,\n"
        write(folder, {OBS: TABLES[OBS] + row})
        one(folder, "beyond-base", (OBS, 8, "value"), "9000000", "warning")
    write(folder, {OBS: TABLES[OBS] + row.replace("9000000", "3855601")})
    assert found(folder, "warning") == []


def test_what_is_wrong_in_itself_is_told_once(folder):
    series(folder, "loving_mothers", 500, 600)
    text = (folder / OBS).read_text(encoding="utf-8")
    (folder / OBS).write_text(text.replace(",600,,600名", ",60000,,600名"), encoding="utf-8")
    assert [p.rule for p in found(folder)] == ["as-written-value"]
    assert found(folder, "warning") == []


def test_parts_above_their_whole_are_refused_and_below_it_told(folder):
    whole = "loving_mothers,370400,2022,{0},,{0}名,A,report_2023,p8,,\n"
    write(folder, {OBS: TABLES[OBS] + whole.format(100)})
    one(folder, "total", (OBS, 8, "value"), "100")
    write(folder, {OBS: TABLES[OBS] + whole.format(140)})
    problem = one(folder, "total", (OBS, 8, "value"), "140", "warning")
    assert "130" in problem.message_en
    assert "7" in problem.message_en
    write(folder, {OBS: TABLES[OBS] + whole.format(130)})
    assert found(folder, "warning") == []


def test_two_sources_that_disagree_are_a_finding_and_no_error(folder):
    whole = "loving_mothers,370400,2022,100,,100名,A,report_2024,p8,,\n"
    row = "report_2024,另一来源,Another source,Somebody（某）,2024,,false,\n"
    write(folder, {OBS: TABLES[OBS] + whole, "sources.csv": TABLES["sources.csv"] + row})
    problem = one(folder, "total", (OBS, 8, "value"), "100", "warning")
    assert "130" in problem.message_en


def test_places_that_did_not_report_are_counted_in_one_line(folder):
    regions = TABLES["regions.csv"] + "370405,3,台儿庄区,Taierzhuang,370400,district\n"
    row = "loving_mothers,370403,2022,7,,7名,A,report_2023,p8,,\n"
    more = "370403,4,薛城区,Xuecheng,370400,district\n"
    write(folder, {OBS: TABLES[OBS] + row, "regions.csv": regions + more})
    (problem,) = found(folder, "warning")
    assert (problem.rule, problem.file) == ("coverage", OBS)
    assert "2 of 3 regions of 370400 reported, without 370405" in problem.message_en


def test_a_table_that_lost_rows_since_the_edition_before_is_named(folder):
    before = dict(read_folder(folder).counts)
    assert lost_rows(before, before) == []
    text = (folder / OBS).read_text(encoding="utf-8")
    (folder / OBS).write_text("".join(text.splitlines(keepends=True)[:-2]), encoding="utf-8")
    (problem,) = lost_rows(before, read_folder(folder).counts)
    assert (problem.rule, problem.file) == ("rows-lost", OBS)
    assert "6" in problem.message_en
    assert "--accept-shrink" in problem.remedy_zh
