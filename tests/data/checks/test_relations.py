"""Rows of different tables hang together, and one cause is told once."""

import pytest
from smallfolder import TABLES, found, one, replace, write


@pytest.mark.parametrize("name", ["areas", "indicators", "regions", "periods", "observations"])
def test_a_table_with_a_header_alone_is_refused_where_reports_need_it(folder, name):
    file = f"{name}.csv"
    write(folder, {file: TABLES[file].splitlines()[0] + "\n"})
    assert "table-empty" in {p.rule for p in found(folder) if p.file == file}


def test_comparables_without_rows_are_named_themselves_where_a_rule_needs_them(folder):
    write(folder, {"comparables.csv": TABLES["comparables.csv"].splitlines()[0] + "\n"})
    problem = one(folder, "base-missing", ("comparables.csv", 0, ""), "residents")
    assert "rules.csv" in problem.message_zh


@pytest.mark.parametrize("column", ["leading", "also"])
def test_an_area_names_only_figures_that_there_are(folder, column):
    text = TABLES["areas.csv"].replace("question_en,leading", "question_en,leading,also")
    cells = {"leading": "woman_share,", "also": "women_share,woman_share"}[column]
    text = text.replace("couples_counselled;reconciled_share", cells)
    text = text.replace("loving_mothers;relief_funds", "loving_mothers,")
    write(folder, {"areas.csv": text})
    one(folder, "unknown-key", ("areas.csv", 2, column), "woman_share")


@pytest.mark.parametrize("word", ["2012年", "2021", "2024"])
def test_another_year_is_never_suggested(folder, word):
    replace(folder, "observations.csv", "370402,2022,130", f"370402,{word},130")
    problem = one(folder, "unknown-key", ("observations.csv", 7, "period"), word)
    assert problem.remedy_en == "known: congress-9, 2022, 2023"


def test_an_unknown_name_in_many_rows_is_one_line(folder):
    text = TABLES["observations.csv"].replace("370400", "370499")
    write(folder, {"observations.csv": text})
    problem = one(folder, "unknown-key", ("observations.csv", 2, "region"), "370499")
    assert problem.line("en").startswith("observations.csv:2-6:region: '370499'")


def test_a_row_that_was_refused_makes_no_key_unknown(folder):
    replace(folder, "indicators.csv", "women_share,rights", "women_share,rights,more")
    assert [p.rule for p in found(folder)] == ["row-too-long"]


@pytest.mark.parametrize("line", ["来源：市统计局", "数据来源: 统计局", "注：含驻枣单位", "王某"])
@pytest.mark.parametrize("commas", ["", ",,,,,,,,,,"])
def test_a_line_below_the_table_costs_one_message(folder, line, commas):
    (folder / "observations.csv").write_text(
        f"{TABLES['observations.csv']}{line}{commas}\n", encoding="utf-8"
    )
    assert one(folder, "row-footnote", ("observations.csv", 8, "")).value.startswith(line)


@pytest.mark.parametrize("name", ["period", "region", "in", "programmes"])
def test_a_name_that_means_something_else_is_refused(folder, name):
    for file in ("indicators.csv", "observations.csv"):
        replace(folder, file, "women_share", name)
    one(folder, "slug-reserved", ("indicators.csv", 4, "indicator"), name)


@pytest.mark.parametrize("name", ["relief_funds", "couples_left"])
def test_a_programme_bears_no_name_of_a_figure(folder, name):
    replace(folder, "programmes.csv", "safe_home", name)
    one(folder, "name-twice", ("programmes.csv", 3, "programme"), name)
