"""One mutation of a small sound folder for every kind of fault: place, value, both languages."""
# ruff: noqa: E501 - a row of a table stays on one line

import csv
import io
import os
import re
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from smallfolder import (
    CONGRESS,
    PLACE,
    TABLES,
    codebook,
    found,
    one,
    replace,
    tells,
    write,
)

from helpers.data import DataRefused, check, home, load
from helpers.data.check import examine


def test_a_sound_folder_has_no_problems(folder):
    assert check(folder) == []


# Numbers that are none. (cell, rule, what to write)
NOT_NUMBERS = [
    ("١٣٠", "not-a-number-digits", "130"),
    ("1 300", "not-a-number-grouped", "1300"),
    ("1'300", "not-a-number-grouped", "1300"),
    ('"1,205"', "not-a-number-grouped", "1205"),
    ("1_300", "not-a-number-grouped", "1300"),
    ("1.3万", "not-a-number-magnitude", "13000"),
    ("3.9亿", "not-a-number-magnitude", "390000000"),
    ("约130", "not-a-number-qualified", None),
    ("近130", "not-a-number-qualified", None),
    ("130余", "not-a-number-qualified", None),
    ("130+", "not-a-number-qualified", None),
    ("130人", "not-a-number-unit", "130"),
    ("130户", "not-a-number-unit", "130"),
    ("100-130", "not-a-number-range", None),
    ("100～130", "not-a-number-range", None),
    ("13%", "not-a-number-percent", "13"),
    ("1/2", "not-a-number-fraction", None),
    ("3:2", "not-a-number-ratio", None),
    ("1.3E+02", "not-a-number-scientific", "130"),
    ("1.30101E+17", "not-a-number-scientific", None),
    ("－5", "not-a-number-minus", "-5"),
    ("–5", "not-a-number-minus", "-5"),
    ("−5", "not-a-number-minus", "-5"),
    ("(5)", "not-a-number-accounting", "-5"),
    ("13O", "not-a-number-letters", "130"),
    ("l30", "not-a-number-letters", "130"),
    ("0x82", "not-a-number-program", None),
    ("0b1", "not-a-number-program", None),
    ("inf", "not-a-number-infinite", None),
    ("-inf", "not-a-number-infinite", None),
    ("1e999", "not-a-number-scientific", None),
    ("NaN", "not-a-number-missing", None),
    ("nan", "not-a-number-missing", None),
    ("-", "not-a-number-missing", None),
    ("—", "not-a-number-missing", None),
    ("…", "not-a-number-missing", None),
    ("无", "not-a-number-missing", None),
    ("未统计", "not-a-number-missing", None),
    ("?", "not-a-number-missing", None),
    ("#", "not-a-number-of-which", None),
    ("#N/A", "not-a-number-excel-error", None),
    ("#REF!", "not-a-number-excel-error", None),
    ("#VALUE!", "not-a-number-excel-error", None),
    ("#DIV/0!", "not-a-number-excel-error", None),
    ("TRUE", "not-a-number-boolean", None),
    ("是", "not-a-number-boolean", None),
    ("0130", "not-a-number-leading-zero", "130"),
    ("1月30日", "not-a-number-date", None),
    ("Jan-30", "not-a-number-date", None),
    ("2025/3/4", "not-a-number-date", None),
    ("三百", "not-a-number-chinese", None),
    ("13²", "not-a-number", None),
    ("=1+1", "not-a-number-formula", None),
    ("38784.", "not-a-number-point", "38784"),
    ("x" * 300, "not-a-number", None),
    ("1000000000000000", "too-large", None),
    ("110105199003077777", "too-large", None),
    ("99999999999999999999", "too-large", None),
]


@pytest.mark.parametrize(("cell", "rule", "write"), NOT_NUMBERS)
def test_a_cell_that_is_no_plain_number_is_refused(folder, cell, rule, write):
    replace(folder, "observations.csv", ",38784,", f",{cell},")
    problem = one(folder, rule, PLACE, cell.strip('"'))
    if write:
        assert problem.remedy_en == f"write {write}"
        assert problem.remedy_zh == f"写成 {write}"


def test_the_sign_of_yearbooks_for_a_part_is_called_that_and_no_error_of_a_spreadsheet(folder):
    replace(folder, "observations.csv", ",38784,", ",#,")
    problem = one(folder, "not-a-number-of-which", PLACE, "#")
    assert "年鉴" in problem.message_zh
    assert "yearbooks" in problem.message_en
    assert "spreadsheet" not in problem.message_en


@pytest.mark.parametrize(
    "cell", ["３８７８４", " 38784", "38784 ", "\u00a038784", "38784\t", "\u300038784"]
)
def test_full_width_digits_and_outer_blanks_are_mended_with_a_warning(folder, cell):
    replace(folder, "observations.csv", ",38784,", f",{cell},")
    assert found(folder) == []
    rule = "full-width" if "８" in cell else "blanks"
    one(folder, rule, PLACE, cell, "warning")
    assert load(folder).observations["value"][0] == 38784


# (file, old, new, rule, row, column, value)
OBS, IND = "observations.csv", "indicators.csv"
CELLS = [
    # figures against their indicator
    (OBS, ",38784,,38784对", ",130.5,,130.5对", "whole", 2, "value", "130.5"),
    (OBS, ",130,,130名", ",-5,,-5名", "negative", 7, "value", "-5"),
    (OBS, "27.92,,27.92%", "127.92,,127.92%", "share", 4, "value", "127.92"),
    (OBS, "17800,余,1.78万余名", "178000,余,17.8万余名", "range", 5, "value", "178000"),
    # figures against their words
    (OBS, "868万元", "878万元", "as-written-value", 6, "as_written", "878万元"),
    (OBS, "868万元", "868万余元", "as-written-qualifier", 6, "as_written", "868万余元"),
    (OBS, "1.78万余名", "1.78万名", "as-written-qualifier", 5, "as_written", "1.78万名"),
    (OBS, "868万元", "868万人", "as-written-unit", 6, "as_written", "868万人"),
    (OBS, "868万元", "868万元又3元", "as-written-unreadable", 6, "as_written", "868万元又3元"),
    (OBS, "38784对", "全部", "as-written-no-numeral", 2, "as_written", "全部"),
    (OBS, "17800,余", "17800,徐", "unknown-key", 5, "qualifier", "徐"),
    # required cells, placeholders, enums
    (OBS, "women_share,370400", "women_share,", "required", 4, "region", ""),
    (OBS, ",38784,", ",,", "required", 2, "value", ""),
    (OBS, "women_share,370400", "women_share,NA", "placeholder", 4, "region", "NA"),
    (OBS, "women_share,370400", "women_share,None", "placeholder", 4, "region", "None"),
    (IND, "辅导夫妻", "#REF!", "placeholder", 2, "label_zh", "#REF!"),
    (IND, "true,people,0,99999", "true,persons,0,99999", "enum", 5, "sensitivity", "persons"),
    (IND, "couple,true", "couple,是", "boolean", 2, "additive", "是"),
    ("areas.csv", "care,2", "care,2.5", "whole", 3, "position", "2.5"),
    # keys
    (
        OBS,
        "women_share,370400",
        "women_share,３７０４００",
        "unknown-key",
        4,
        "region",
        "３７０４００",
    ),
    (OBS, "women_share,370400", "women_share,370400.0", "unknown-key", 4, "region", "370400.0"),
    (OBS, "women_share,370400", "women_share,枣庄", "unknown-key", 4, "region", "枣庄"),
    (
        OBS,
        "women_share,370400,congress-9",
        "women_share,370400,congress9",
        "unknown-key",
        4,
        "period",
        "congress9",
    ),
    (OBS, "women_share", "woman_share", "unknown-key", 4, "indicator", "woman_share"),
    (OBS, "A,report_2023,p3", "A,report,p3", "unknown-key", 4, "source", "report"),
    ("regions.csv", "Shizhong,370400", "Shizhong,370499", "unknown-key", 4, "parent", "370499"),
    ("regions.csv", "Shandong,", "Shandong,370000", "parent-circle", 2, "parent", "370000"),
    (
        "programmes.csv",
        "care,relief_funds",
        "care,relief_found",
        "unknown-key",
        2,
        "indicators",
        "relief_found",
    ),
    (
        "areas.csv",
        "loving_mothers;",
        "loving_mother;",
        "unknown-key",
        3,
        "leading",
        "loving_mother;relief_funds",
    ),
    (
        "areas.csv",
        "loving_mothers;",
        "loving_mothers; ",
        "list",
        3,
        "leading",
        "loving_mothers; relief_funds",
    ),
    (
        "comparables.csv",
        "2019,reconciled_share,",
        "2019,reconciled_shares,",
        "comparable-slug",
        3,
        "comparable",
        None,
    ),
    ("comparables.csv", ",Lanzhou,", ",Lan|zhou,", "key-separator", 3, "place_en", "Lan|zhou"),
    # invisible and hostile characters
    (OBS, "累计数", "累计\u202e数", "control-character", 5, "note_zh", "累计\u202e数"),
    (OBS, "累计数", "累计\x00数", "control-character", 5, "note_zh", "累计\x00数"),
    (OBS, "累计数", "累计\x1b[2K数", "control-character", 5, "note_zh", "累计\x1b[2K数"),
    (OBS, "累计数", "ç´¯è®¡", "mojibake", 5, "note_zh", "ç´¯è®¡"),
    (OBS, "累计数", "累\ufffd数", "mojibake", 5, "note_zh", "累\ufffd数"),
    (
        OBS,
        "累计数",
        "妇女联合会".encode().decode("gb18030", "ignore"),
        "mojibake",
        5,
        "note_zh",
        None,
    ),
    # identifiers that become file names
    ("areas.csv", "rights,1", "../rights,1", "pattern", 2, "area", "../rights"),
    ("regions.csv", "370402", "C:\\x", "pattern", 4, "region", "C:\\x"),
    ("periods.csv", "2023,3", "20 23,3", "pattern", 4, "period", "20 23"),
    ("periods.csv", "2023,3", "nul,3", "slug-reserved", 4, "period", "nul"),
    ("periods.csv", "2023,3", "Nul,3", "pattern", 4, "period", "Nul"),
    ("sources.csv", "report_2023,工", "%2e%2e,工", "pattern", 2, "source", "%2e%2e"),
    # dates
    ("periods.csv", "2023-12-31", "2023-02-30", "date-impossible", 4, "end", "2023-02-30"),
    ("periods.csv", "2023-12-31", "2023-13-01", "date-impossible", 4, "end", "2023-13-01"),
    ("periods.csv", "2023-12-31", "2023/12/31", "date-form", 4, "end", "2023/12/31"),
    ("periods.csv", "2023-12-31", "45291", "date-serial", 4, "end", "45291"),
    ("periods.csv", "2023-12-31", "2023-12-31T23:00Z", "date-time", 4, "end", "2023-12-31T23:00Z"),
    ("periods.csv", "2023-12-31", "114年", "date-era", 4, "end", "114年"),
    ("periods.csv", "2023-12-31", "2022-12-31", "period-order", 4, "start", "2023-01-01"),
    # formulas
    (
        "measures.csv",
        "couples_counselled - ",
        "couples_counselled * ",
        "expression",
        3,
        "numerator",
        None,
    ),
    (
        "measures.csv",
        "couples_counselled - ",
        "couple_counselled - ",
        "unknown-name",
        3,
        "numerator",
        None,
    ),
    ("measures.csv", "kind=award", "kind=awards", "unknown-name", 4, "numerator", None),
    (
        "measures.csv",
        "couples_counselled,100,%",
        ",100,%",
        "expression-missing",
        2,
        "denominator",
        "",
    ),
    (
        "measures.csv",
        "couples_counselled,100,%",
        "couples_counselled,1,%",
        "scale",
        2,
        "scale",
        "1",
    ),
    (
        "rules.csv",
        "parts(four_in_one) == 4",
        "parts(four_in_two) == 4",
        "unknown-name",
        2,
        "expression",
        None,
    ),
    (
        "rules.csv",
        "parts(four_in_one) == 4",
        "parts(four_in_one) = 4",
        "expression",
        2,
        "expression",
        None,
    ),
    (
        "rules.csv",
        "loving_mothers <= residents",
        "loving_mothers <= resident",
        "unknown-name",
        3,
        "expression",
        None,
    ),
    ("rules.csv", "部分不是四个", "部分不是4个", "message-digit", 2, "message_zh", "部分不是4个"),
    (
        "rules.csv",
        "{loving_mothers}超过",
        "{loving_mother}超过",
        "unknown-name",
        3,
        "message_zh",
        "{loving_mother}",
    ),
    (
        "rules.csv",
        "{loving_mothers}超过",
        "{loving_mothers}}超过",
        "message-braces",
        3,
        "message_zh",
        None,
    ),
    ("qualifiers.csv", "[v-s/10", "v-s/10", "pattern", 6, "lower", "v-s/10"),
    (
        "qualifiers.csv",
        "v+s),over,余\n余,inside",
        "v+q),over,余\n余,inside",
        "qualifier-policy",
        4,
        "upper",
        "v+q)",
    ),
    # what the figures contradict
    (OBS, ",14038,,14038对", ",48038,,48038对", "numerator-above-denominator", 3, "value", "48038"),
    (
        "programmes.csv",
        "筛查;救助;保险;关爱,screening;relief;",
        "筛查;救助;保险,screening;relief;",
        "parts-differ",
        2,
        "parts_en",
        None,
    ),
    ("comparables.csv", "370400,枣庄市", "370402,枣庄市", "code-and-name", 2, "place_zh", "枣庄市"),
    ("periods.csv", "2022,2", "2021,2", "period-name", 3, "period", "2021"),
    (IND, "辅导夫妻", '"辅导\n夫妻"', "line-break", 2, "label_zh", "辅导\n夫妻"),
    ("measures.csv", "1,share", "1,shares", "enum", 2, "kind", "shares"),
    ("rules.csv", "error,check", "eror,check", "enum", 2, "severity", "eror"),
    (IND, "0,99999", "5,4", "range", 5, "maximum", "4"),
    (
        "areas.csv",
        "loving_mothers;relief_funds",
        "relief_funds;relief_funds",
        "list",
        3,
        "leading",
        None,
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "rule", "row", "column", "value"), CELLS)
def test_a_wrong_cell_is_refused_at_its_place(folder, file, old, new, rule, row, column, value):
    replace(folder, file, old, new)
    problems = found(folder)
    here = [p for p in problems if (p.rule, p.file, p.row, p.column) == (rule, file, row, column)]
    assert here, "\n".join(problem.line("en") for problem in problems)
    tells(here[0])
    if value is not None:
        assert here[0].value == value
    with pytest.raises(DataRefused) as refused:
        load(folder)
    assert here[0] in refused.value.problems


# Keys


def test_an_exact_duplicate_names_both_rows(folder):
    text = (folder / OBS).read_text(encoding="utf-8")
    (folder / OBS).write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    problem = one(folder, "duplicate-row", (OBS, 8, "indicator"))
    assert problem.value == "couples_counselled|370400|congress-9"
    assert "第2行" in problem.message_zh
    assert "row 2" in problem.message_en


def test_one_key_with_two_values_names_both_rows_and_both_values(folder):
    again = "couples_counselled,370400,congress-9,38785,,38785对,A,report_2023,p7,,\n"
    with (folder / OBS).open("a", encoding="utf-8") as file:
        file.write(again)
    problem = one(folder, "duplicate-key", (OBS, 8, "indicator"))
    for part in ("2", "8", "38784", "38785"):
        assert part in problem.message_zh
        assert part in problem.message_en


def test_unknown_keys_suggest_the_nearest_and_names_their_code(folder):
    replace(folder, OBS, "women_share,370400", "women_share,枣庄")
    problem = one(folder, "unknown-key", (OBS, 4, "region"))
    assert "370400" in problem.remedy_zh
    replace(folder, OBS, "women_share,枣庄", "women_share,３７０４０２")
    assert "370402" in one(folder, "unknown-key", (OBS, 4, "region")).remedy_en
    replace(folder, OBS, "women_share,３７０４０２", "woman_share,370400")
    assert "women_share" in one(folder, "unknown-key", (OBS, 4, "indicator")).remedy_en


def test_a_key_of_any_width_with_blanks_is_mended(folder):
    replace(folder, OBS, "women_share,370400", "women_share\u200b,\u3000370400 ")
    assert found(folder) == []
    assert [p.rule for p in found(folder, "warning")] == ["blanks", "blanks"]
    assert load(folder).observations["region"][2] == "370400"


# Header


def header(folder, new, file=OBS):
    replace(folder, file, TABLES[file].splitlines()[0], new)


HEAD = TABLES["observations.csv"].splitlines()[0]


def test_columns_may_come_in_any_order(folder):
    rows = list(csv.reader(io.StringIO(TABLES[OBS])))
    turned = io.StringIO()
    csv.writer(turned).writerows(row[::-1] for row in rows)
    (folder / OBS).write_text(turned.getvalue(), encoding="utf-8", newline="")
    assert check(folder) == []
    assert load(folder).observations["value"][0] == 38784


@pytest.mark.parametrize(
    ("new", "rule", "column"),
    [
        (HEAD.replace("value", "valeu"), "header-misspelt", "valeu"),
        (HEAD.replace("value", "Value"), "header-misspelt", "Value"),
        (HEAD.replace("value", "va lue"), "header-misspelt", "va lue"),
        (HEAD.replace("value", "金额(万元)"), "header-missing-column", "value"),
        (HEAD.replace("value", "indicator"), "header-duplicate", "indicator"),
        (HEAD.replace("value", ""), "header-unnamed", ""),
        (HEAD.replace("value", "联系电话"), "header-personal", "联系电话"),
    ],
)
def test_a_wrong_header_cell_is_refused(folder, new, rule, column):
    header(folder, new)
    here = [p for p in found(folder) if (p.rule, p.row, p.column) == (rule, 1, column)]
    assert here
    tells(here[0])
    assert {p.column for p in found(folder) if p.rule == "header-missing-column"} == {"value"}


def test_a_misspelt_column_says_how_to_write_it(folder):
    header(folder, HEAD.replace("value", "valeu"))
    assert found(folder)[0].remedy_en == "write 'value'"
    assert "“valeu”" in found(folder)[1].remedy_zh


def test_titles_of_the_codebook_point_to_the_column(folder):
    header(folder, HEAD.replace("value", "数值"))
    assert found(folder)[0].remedy_zh == "写成“value”"


def test_a_missing_column_lists_those_found(folder):
    rows = [row[:3] + row[4:] for row in csv.reader(io.StringIO(TABLES[OBS]))]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    (folder / OBS).write_text(out.getvalue(), encoding="utf-8")
    problem = one(folder, "header-missing-column", (OBS, 1, "value"))
    assert "as_written" in problem.remedy_zh


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u00a0", "\u3000", " "])
def test_invisible_characters_in_the_header_are_dropped(folder, mark):
    header(folder, HEAD.replace("value", f"{mark}value{mark}"))
    assert found(folder) == []
    one(folder, "header-blanks", (OBS, 1, "value"), severity="warning")


@pytest.mark.parametrize("above", ["一张表\n", "标题\n\n,,\n", "a,b\nc\nd,e,f\n"])
def test_rows_above_the_header_are_named(folder, above):
    text = above + TABLES[OBS]
    (folder / OBS).write_text(text, encoding="utf-8")
    problem = one(folder, "header-misplaced", (OBS, above.count("\n") + 1, ""))
    assert f"row {above.count(chr(10)) + 1}" in problem.message_en


def test_no_header_at_all_is_refused(folder):
    (folder / OBS).write_text(TABLES[OBS].split("\n", 1)[1], encoding="utf-8")
    one(folder, "header-missing", (OBS, 1, ""))


def test_unknown_and_empty_columns_are_ignored_with_a_warning(folder):
    rows = [
        [*row, "" if at else "remark", ""]
        for at, row in enumerate(csv.reader(io.StringIO(TABLES[OBS])))
    ]
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    (folder / OBS).write_text(out.getvalue(), encoding="utf-8", newline="")
    assert found(folder) == []
    assert [p.rule for p in found(folder, "warning")] == ["header-unknown", "header-empty"]
    assert "remark" not in load(folder).observations


# Rows


ROWS = [
    (HEAD, "header-repeated"),
    ("合计,,,52822,,,,,,,", "row-footnote"),
    ("填表人:王某,,,,,,,,,,", "row-footnote"),
    ("审核人:李某", "row-footnote"),
    ("relief_funds,370402,2022,1,205,,1205元,A,report_2023,p8,,", "row-too-long"),
    ("relief_funds,370402,2022,1205,,1205元", "row-too-short"),
    (",,,,,,,,,,x", "required"),
]


@pytest.mark.parametrize(("row", "rule"), ROWS)
def test_a_row_that_is_no_data_is_refused(folder, row, rule):
    (folder / OBS).write_text(TABLES[OBS] + row + "\n", encoding="utf-8")
    problems = found(folder)
    assert {problem.row for problem in problems} == {8}
    assert rule in {problem.rule for problem in problems}
    tells(problems[0])


def test_rows_are_counted_as_a_spreadsheet_shows_them(folder):
    text = (
        TABLES[OBS]
        .replace("累计数", '"累计\n数\n\n"')
        .replace("loving_mothers,370402", "\n\nloving_mother,370402")
    )
    (folder / OBS).write_text(text, encoding="utf-8")
    one(folder, "unknown-key", (OBS, 9, "indicator"), "loving_mother")


@pytest.mark.parametrize("newline", ["\r\n", "\r", "mixed"])
def test_any_line_end_is_read(folder, newline):
    text = TABLES[OBS].replace("women_share,", "woman_share,")
    if newline == "mixed":
        head, first, rest = text.split("\n", 2)
        text = f"{head}\r\n{first}\r{rest}"
    else:
        text = text.replace("\n", newline)
    (folder / OBS).write_bytes(text.encode())
    one(folder, "unknown-key", (OBS, 4, "indicator"), "woman_share")


def test_empty_rows_at_the_end_are_ignored(folder):
    (folder / OBS).write_text(TABLES[OBS] + ",,,,,,,,,,\n\n", encoding="utf-8")
    one(folder, "row-empty", (OBS, 8, ""), severity="warning")


@pytest.mark.parametrize(
    ("old", "new", "rule", "row"),
    [
        ("累计数,Cumulative\n", '"累计数,Cumulative\n', "quote-stray", 5),
        (",130,,130名", ',130,,"130名', "quote-unclosed", 7),
        ("累计数", '累"计数', "quote-stray", 5),
    ],
)
def test_an_unclosed_quotation_mark_is_named_where_it_opened(folder, old, new, rule, row):
    replace(folder, OBS, old, new)
    one(folder, rule, (OBS, row, ""))


# Encodings


GB = TABLES[OBS].replace("累计数", "累计人数，含历年结对的爱心妈妈")


def test_utf8_with_a_byte_order_mark_is_read(folder):
    for marks in (1, 2):
        (folder / OBS).write_bytes(b"\xef\xbb\xbf" * marks + TABLES[OBS].encode())
        assert check(folder) == []


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_gb18030_and_utf16_are_read_with_a_warning(folder, encoding):
    text = GB.replace("爱心妈妈\n", "爱心妈妈\n").replace("结对", "㐂𠮷结对")
    (folder / OBS).write_bytes(text.encode(encoding))
    one(folder, "encoding", (OBS, 0, ""), severity="warning")
    assert "㐂𠮷" in load(folder).observations["note_zh"][3]


def test_a_row_in_another_encoding_is_named_with_its_byte(folder):
    extra = "relief_funds,370402,2022,5,,5元,A,report_2023,p8,救助资金,\n".encode("gb18030")
    (folder / OBS).write_bytes(TABLES[OBS].encode() + extra)
    problem = one(folder, "encoding-mixed", (OBS, 8, ""))
    assert str(len(TABLES[OBS].encode())) not in ("", problem.message_en[:5])
    assert re.search(r"byte \d+", problem.message_en)


def test_utf8_rows_after_gb18030_rows_are_named(folder):
    extra = "relief_funds,370402,2022,5,,5元,A,report_2023,p8,救助资金说明,\n".encode()
    (folder / OBS).write_bytes(GB.encode("gb18030") + extra)
    one(folder, "encoding-mixed", (OBS, 8, ""))


def test_big5_is_never_guessed(folder):
    text = GB.replace("累计人数，含历年结对的爱心妈妈", "累計人數，含歷年結對的愛心媽媽").replace(
        "余", "餘"
    )
    text = (
        text.replace("万", "萬")
        .replace("对", "對")
        .replace("元", "元")
        .replace("与", "與")
        .replace("号", "號")
        .replace("逗", "逗")
        .replace("“引號”", "引號")
    )
    (folder / OBS).write_bytes(text.encode("big5"))
    assert one(folder, "encoding-big5", (OBS, 0, "")).remedy_en


def test_a_file_cut_inside_a_character_is_refused(folder):
    data = TABLES[OBS].encode() + "relief_funds,370402,2022,5,,5元".encode()
    (folder / OBS).write_bytes(data[:-1])
    one(folder, "truncated-character", (OBS, 8, ""))


@pytest.mark.parametrize(
    "head", [b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\x00", b"\x80\x04\x95"]
)
def test_compressed_and_binary_files_are_never_opened(folder, head):
    (folder / OBS).write_bytes(head + b"x" * 50)
    one(folder, "not-a-csv-file", (OBS, 0, ""))


def test_a_web_page_named_csv_is_refused(folder):
    (folder / OBS).write_text("<html><table><tr><td>1</td></tr></table></html>", encoding="utf-8")
    one(folder, "not-a-csv-file", (OBS, 1, ""))


def test_an_empty_file_is_refused(folder):
    (folder / OBS).write_bytes(b"")
    one(folder, "file-empty", (OBS, 0, ""))
    (folder / OBS).write_bytes(b"\n\n")
    one(folder, "header-missing", (OBS, 1, ""))


def test_a_garbled_header_is_named(folder):
    header(folder, HEAD.replace("value", "数值".encode().decode("latin-1")))
    assert {"mojibake", "header-missing-column"} <= {p.rule for p in found(folder)}


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_another_delimiter_is_read_where_the_header_fits(folder, delimiter):
    table = TABLES["regions.csv"].replace(",", delimiter)
    (folder / "regions.csv").write_text(table, encoding="utf-8")
    one(folder, "delimiter", ("regions.csv", 0, ""), severity="warning")
    assert len(load(folder).regions) == 3


@pytest.mark.parametrize(("delimiter", "name"), [(";", ";"), ("，", "，")])
def test_another_delimiter_is_named_where_it_does_not(folder, delimiter, name):
    table = TABLES["regions.csv"].replace(",", delimiter).replace("parent", "parents")
    (folder / "regions.csv").write_text(table, encoding="utf-8")
    assert name in one(folder, "delimiter", ("regions.csv", 1, "")).message_en


# Files


def test_a_listed_but_missing_file_is_refused(folder):
    write(folder, {}, codebook({OBS: TABLES[OBS]}))
    (folder / OBS).unlink()
    one(folder, "file-missing", (OBS, 0, ""))


def test_links_pipes_and_folders_are_not_read(folder):
    (folder / OBS).rename(folder / "real.txt")
    (folder / OBS).symlink_to(folder / "real.txt")
    one(folder, "not-a-regular-file", (OBS, 0, ""))
    (folder / OBS).unlink()
    os.mkfifo(folder / OBS)
    one(folder, "not-a-regular-file", (OBS, 0, ""))


def test_a_huge_file_is_refused_unread(folder):
    with (folder / OBS).open("wb") as file:
        file.truncate(1_000_000_000)
    one(folder, "file-too-large", (OBS, 0, ""))


def test_an_endless_cell_and_endless_columns_are_refused(folder):
    replace(folder, OBS, "累计数", "长" * 30_000)
    one(folder, "file-too-large", (OBS, 5, ""))
    (folder / OBS).write_text(HEAD + "," * 1000 + "\n", encoding="utf-8")
    one(folder, "file-too-large", (OBS, 1, ""))


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/data", "s3://bucket/data", "file:///etc"])
def test_an_address_is_no_folder(address):
    assert [p.rule for p in check(address, address)] == ["not-a-local-folder"]
    with pytest.raises(DataRefused):
        load(address)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    assert [p.rule for p in check(tmp_path / "no", tmp_path)] == ["folder-missing"]
    assert [p.rule for p in check(tmp_path, tmp_path)] == ["file-missing"]


def test_one_file_delivered_twice_is_named(folder):
    (folder / "areas.csv").write_bytes((folder / "sources.csv").read_bytes())
    assert "file-twice" in [problem.rule for problem in found(folder)]


def test_a_file_that_the_codebook_does_not_list_is_a_warning(folder):
    (folder / "visits.csv").write_text("a,b\n", encoding="utf-8")
    one(folder, "file-unlisted", ("visits.csv", 0, ""), severity="warning")


# Codebook


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"name": "small"', '"name": small'),
        ('"name": "small"', '"name": "small", "name": "twice"'),
        ('"resources"', '"recources"'),
        ('"path": "areas.csv"', '"path": "../areas.csv"'),
        ('"path": "areas.csv"', '"path": "http://x/areas.csv"'),
        ('"path": "areas.csv"', '"path": ["areas.csv"]'),
        ('"name": "areas"', '"name": "rules"'),
        ('"type": "integer"', '"type": "whole"'),
        ('"type": "integer"', '"type": "string"'),
        ('"name": "areas"', '"title": "areas"'),
        ('"fields": [', '"fields": [{"name": "area"}, '),
        ('"constraints": {"required": true}', '"constraints": {"pattern": "["}'),
        ('"resources": [', '"simulated": "yes", "resources": ['),
        ('"schema": {', '"schema": {"primaryKey": 3, '),
        ('"schema": {', '"schema": {"primaryKey": "code", '),
        ('"schema": {', '"schema": {"foreignKeys": [{"fields": "area"}], '),
        ('"schema": {', '"schema": {"foreignKeys": "area", '),
        ('"fields": [', '"fields": [3, '),
        ('"schema": {"fields"', '"schema": {"columns"'),
    ],
)
def test_a_malformed_codebook_is_refused(folder, old, new):
    write(folder, {}, codebook())
    replace(folder, "datapackage.json", old, new)
    here = [p for p in found(folder) if p.file == "datapackage.json"]
    assert here
    assert here[0].rule == "codebook-malformed"
    tells(here[0])


def test_simulated_data_say_so(folder):
    assert load(folder).simulated is False
    write(folder, {}, '{"name": "small", "simulated": true}')
    assert load(folder).simulated is True


def test_tables_that_a_folder_lacks_are_inherited(tmp_path):
    row = "rights_venues,370402,congress-9,7,,7个,A,made_up,甲,,\n"
    (tmp_path / OBS).write_text(f"{HEAD}\n{row}", encoding="utf-8")
    sources = TABLES["sources.csv"].replace("report_2023", "made_up")
    write(tmp_path, {"sources.csv": sources}, '{"name": "own", "simulated": true}')
    assert check(tmp_path) == []
    held = load(tmp_path)
    assert held.simulated
    assert "rights" in set(held.areas["area"])
    assert {"made_up", "zaozhuang_report_2023"} <= set(held.sources["source"])
    assert len(held.notes) == len(held.targets) == 0, "of figures that are not here"


def test_a_folder_without_figures_says_whose_it_has(folder):
    for file in TABLES:
        (folder / file).unlink()
    one(folder, "file-inherited", (OBS, 0, ""), severity="warning")


def test_a_codebook_may_add_columns_but_keeps_the_contract(folder):
    text = TABLES["sources.csv"].replace("note\n", "note,extra\n").replace(",\n", ",,x\n")
    write(folder, {"sources.csv": text}, codebook({"sources.csv": text}))
    assert check(folder) == []
    assert load(folder).sources["extra"][0] == "x"
    write(folder, {}, codebook({"sources.csv": text.replace("mirror", "mirrored")}))
    assert "codebook-malformed" in {p.rule for p in found(folder)}


def test_what_is_hashed_is_what_was_read(folder):
    import hashlib

    held = load(folder)
    replace(folder, OBS, "38784,,38784对", "38785,,38785对")
    again = load(folder)
    assert held.hashes[OBS] != again.hashes[OBS]
    assert again.hashes[OBS] == hashlib.sha256((folder / OBS).read_bytes()).hexdigest()
    assert {file for file in held.hashes if held.hashes[file] != again.hashes[file]} == {OBS}


def test_a_share_written_as_a_fraction_does_not_fit_its_words(folder):
    replace(folder, OBS, "27.92,,27.92%", "0.2792,,27.92%")
    one(folder, "as-written-value", (OBS, 4, "as_written"), "27.92%")


# Meaning over several rows


def test_a_period_that_has_not_begun_is_refused(folder):
    year = date.today().year + 2
    replace(folder, "periods.csv", "2022,2,2022-01-01,2022-12-31", f"{year},2,{year}-01-01,")
    replace(folder, OBS, ",2022,", f",{year},")
    one(folder, "period-future", ("periods.csv", 3, "start"), f"{year}-01-01")


def test_a_rule_that_certainly_fails_names_its_figures(folder):
    replace(folder, "comparables.csv", "3855601,人,persons,,3855601人", "17900,人,persons,,17900人")
    assert found(folder) == []
    replace(folder, "comparables.csv", "17900,人,persons,,17900人", "17799,人,persons,,17799人")
    problem = one(folder, "rule-broken", (OBS, 5, "value"), "17800")
    assert "residents = 17799 (comparables.csv, row 2)" in problem.message_en
    assert "loving_mothers = 17800" in problem.message_zh


def test_a_rounding_word_may_save_a_rule_but_not_below_its_lower_end(folder):
    replace(folder, OBS, "370402,2022,130,,130名", "370402,2022,17800,余,1.78万余名")
    replace(folder, "rules.csv", "loving_mothers <= residents", "loving_mothers == 17850")
    assert found(folder) == []
    replace(folder, "rules.csv", "loving_mothers == 17850", "loving_mothers == 17900")
    assert [(p.rule, p.row) for p in found(folder)] == [("rule-broken", 5), ("rule-broken", 7)]


def test_oddities_and_notes_do_not_refuse(folder):
    replace(folder, "rules.csv", "residents,error,check", "residents,note,oddity")
    replace(folder, "rules.csv", "loving_mothers <= residents", "loving_mothers == 1")
    assert check(folder) == []


def test_a_form_copied_from_the_period_before_is_a_warning(folder):
    said = {"couples_counselled": "70对", "couples_reconciled": "60对", "women_share": "30%"}
    said |= {"loving_mothers": "50名", "relief_funds": "900元"}
    rows = [
        f"{name},370400,{year},{text[:-1]},,{text},A,report_2023,p8,,"
        for year in (2022, 2023)
        for name, text in said.items()
    ]
    text = TABLES[OBS].replace("loving_mothers,370402,2022,130,,130名,A,report_2023,p8,,\n", "")
    (folder / OBS).write_text(text + "\n".join(rows) + "\n", encoding="utf-8")
    one(folder, "copied-period", (OBS, 12, "period"), "2023", "warning")


def test_a_period_before_1949_is_a_warning(folder):
    replace(folder, "periods.csv", "2022,2,2022-01-01,2022-12-31", "old,2,1922-01-01,")
    replace(folder, OBS, ",2022,", ",old,")
    one(folder, "period-early", ("periods.csv", 3, "start"), "1922-01-01", "warning")


# All at once


def test_all_problems_of_all_tables_are_told_at_once(folder):
    replace(folder, OBS, ",38784,", ",1.3万,")
    replace(folder, "periods.csv", "2023-12-31", "2023-02-30")
    replace(folder, "rules.csv", "部分不是四个", "部分不是4个")
    assert {p.file for p in found(folder)} == {OBS, "periods.csv", "rules.csv"}


def test_more_than_200_problems_of_a_file_are_counted(folder):
    row = "couples_counselled,370400,congress-9,{0},,{0}对,A,report_2023,p8,,\n"
    rows = "".join(row.format(n) for n in range(500))
    (folder / OBS).write_text(TABLES[OBS] + rows, encoding="utf-8")
    problems = found(folder)
    assert len(problems) == 201
    assert problems[-1].rule == "more-problems"
    tells(problems[-1])


def test_many_cells_with_one_fault_are_one_line_with_their_range(folder):
    row = "loving_mothers,370402,{0},x,,130名,A,report_2023,p8,,\n"
    rows = "".join(row.format(p) for p in (2023, CONGRESS))
    (folder / OBS).write_text(TABLES[OBS] + rows, encoding="utf-8")
    (problem,) = found(folder)
    assert problem.line("zh").startswith("observations.csv:8-9:value: 'x': ")
    assert problem.line("en").endswith("2 cells")
    assert [(p.row, p.value, p.others) for p in problem.each] == [(8, "x", ()), (9, "x", ())]


def test_a_hostile_value_stays_on_one_line_and_is_masked(folder):
    replace(folder, OBS, "累计数", '"好\nOK: 全部通过\t"')
    replace(folder, OBS, "p8,,\n", "p8,370402199003071234\u202e,\n")
    lines = [problem.line("zh") for problem in found(folder)]
    assert all("\n" not in line and "\u202e" not in line for line in lines)
    assert not any("19900307" in line for line in lines)


# Properties


names = st.text(st.sampled_from("妇女儿童家庭工作站abc ,\"'()“”"), min_size=1, max_size=12).map(
    lambda text: f"名{text.strip()}称"
)


@st.composite
def sound_rows(draw):
    rows = []
    for region in ("370400", "370402"):
        for at, period in enumerate((CONGRESS, "2022", "2023")):
            whole = (
                draw(st.integers(1000, 9000)) if region == "370400" else draw(st.integers(20, 90))
            )
            part = draw(st.integers(100 if whole > 90 else 0, whole))
            word = draw(st.sampled_from(["", "余"]))
            mothers = draw(st.integers(1, 9)) * (1000 if region == "370400" else 100)
            share = draw(st.decimals(0, 100, places=2))
            note = draw(names)
            head = f"{region},{period}"
            rows += [
                [f"couples_counselled,{head}", whole, "", f"{whole}对", note],
                [f"couples_reconciled,{head}", part, "", f"{part}对", note],
                [f"women_share,{head}", share, "", f"{share}%", ""],
                [f"loving_mothers,{head}", mothers, word, f"{mothers}{word}名", f"{at}"],
            ]
    return draw(st.permutations(rows))


@given(
    sound_rows(),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_sound_folders_are_never_refused(tmp_path_factory, rows, encoding, newline):
    folder = tmp_path_factory.mktemp("sound")
    write(folder, TABLES)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=newline)
    writer.writerow(HEAD.split(","))
    for key, value, word, written, note in rows:
        writer.writerow(
            [*key.split(","), value, word, written, "A", "report_2023", "p1", note, note]
        )
    (folder / OBS).write_bytes(out.getvalue().encode(encoding))
    assert found(folder) == []
    assert list(map(str, load(folder).observations["value"])) == [str(r[1]) for r in rows]


def total(folder):
    """Rows and sum of every table, and whether anything at all was said of the folder."""
    held = examine(folder)
    if any(problem.severity == "error" for problem in held.problems):
        return None, True
    sums = {
        name: (len(sheet), sum(sheet.columns["value"]) if "value" in sheet.columns else 0)
        for name, sheet in held.sheets.items()
    }
    return sums, False


@pytest.mark.parametrize("file", sorted(TABLES))
def test_a_table_cut_anywhere_inside_a_row_is_refused(folder, file):
    """A cut between two rows shows in the number of rows alone."""
    content = TABLES[file].encode()
    for at in range(7, len(content), len(content) // 5):
        if content[at - 1 : at] != b"\n":
            (folder / file).write_bytes(content[:at])
            assert [p.file for p in found(folder) if p.file == file], at


@pytest.mark.parametrize("cut", [1, 3])
def test_a_last_line_without_its_end_is_refused_and_told_once(folder, cut):
    (folder / "regions.csv").write_text(TABLES["regions.csv"][:-cut], encoding="utf-8")
    one(folder, "row-unended", ("regions.csv", 4, ""))


def slowly(*values):
    return [pytest.param(*value, marks=pytest.mark.slow) for value in values]


@pytest.mark.parametrize(
    ("encoding", "step"),
    [("utf-8", 61), *slowly(("utf-8", 3), ("gb18030", 5), ("utf-16-le", 7))],
)
def test_a_damaged_file_is_refused_or_read_the_same(folder, encoding, step):
    """Cut off or flipped at every so many bytes: never a traceback, never another total in
    silence. A file cut between two rows is whole as far as anyone can tell; that it has fewer
    rows than before is told elsewhere."""
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    sound = (mark + GB).encode(encoding)
    ends = {len((mark + GB[: at + 1]).encode(encoding)) for at, c in enumerate(GB) if c == "\n"}
    expected, _ = total(folder)
    for at in range(0, len(sound), step):
        flipped = sound[:at] + bytes([sound[at] ^ (1 << at % 8)]) + sound[at + 1 :]
        for damaged in (sound[:at], flipped):
            (folder / OBS).write_bytes(damaged)
            result, said = total(folder)
            between_rows = damaged == sound[:at] and at in ends
            assert result == expected or said or between_rows, at


def many_rows(folder, count, start=100):
    """`count` sound rows of one indicator, a region each; their values run from `start` up."""
    regions = [f"370{n:03d}" for n in range(500, 500 + count)]
    if count > 400:
        regions = [f"{n:06d}" for n in range(500_000, 500_000 + count)]
    with (folder / "regions.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{r},{n},区{n},R{n},370000,county\n" for n, r in enumerate(regions, 9))
    return [
        f"relief_funds,{region},2022,{n},,{n}元,A,report_2023,p1,,\n"
        for n, region in enumerate(regions, start)
    ]


@given(st.integers(0, 299), st.sampled_from(NOT_NUMBERS), st.integers(0, 3))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_row_is_right_wherever_the_fault_lies(tmp_path_factory, at, fault, blank):
    folder = tmp_path_factory.mktemp("row")
    write(folder, TABLES)
    rows = many_rows(folder, 300)
    rows[at] = rows[at].replace(f",{100 + at},", f",{fault[0]},", 1)
    rows.insert(at // 2, "\n" * blank)
    (folder / OBS).write_text(TABLES[OBS] + "".join(rows), encoding="utf-8")
    one(folder, fault[1], (OBS, 8 + at + blank, "value"), fault[0].strip('"'))


def test_thousands_of_warnings_hide_no_error_and_lose_no_row(folder):
    rows = many_rows(folder, 1200, 3000)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    rows = [
        row.replace(f",{n},", f",{str(n).translate(wide)},") for n, row in enumerate(rows, 3000)
    ]
    (folder / OBS).write_text(TABLES[OBS] + "".join(rows) + ",,,,,,,,,,\n" * 1100, encoding="utf-8")
    assert found(folder) == []
    values = load(folder).observations["value"]
    assert list(values[6:]) == list(range(3000, 4200))
    late = rows[-1].replace(",４１９９,", ",x,")
    (folder / OBS).write_text(TABLES[OBS] + "".join(rows[:-1]) + late, encoding="utf-8")
    one(folder, "not-a-number", (OBS, 1207, "value"), "x")


@pytest.mark.parametrize("file", sorted(TABLES))
def test_a_refused_cell_of_any_column_is_told_and_never_a_traceback(folder, file):
    rows = list(csv.reader(io.StringIO(TABLES[file])))
    for at, column in enumerate(rows[0]):
        broken = [rows[0], [*rows[1][:at], "\u202e", *rows[1][at + 1 :]], *rows[2:]]
        out = io.StringIO()
        csv.writer(out).writerows(broken)
        (folder / file).write_text(out.getvalue(), encoding="utf-8", newline="")
        here = [(p.rule, p.file, p.row, p.column) for p in found(folder)]
        assert ("control-character", file, 2, column) in here


@pytest.mark.slow
def test_twenty_thousand_rows_are_read_whole(folder):
    regions = [f"3704{n:02d}" for n in range(10, 70)]
    months = [date(2000, 1, 1) + timedelta(days=31 * n) for n in range(84)]
    with (folder / "regions.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{r},{n},区{n},R{n},370000,county\n" for n, r in enumerate(regions, 9))
    replace(folder, "periods.csv", "congress-9,1", "congress-9,901")
    replace(folder, "periods.csv", "2022,2", "2022,902")
    replace(folder, "periods.csv", "2023,3", "2023,903")
    with (folder / "periods.csv").open("a", encoding="utf-8") as file:
        for n, day in enumerate(months, 9):
            file.write(f"m{n},{n},{day:%Y-%m}-01,{day:%Y-%m}-28,月,M\n")
    rows = [
        f"{name},{region},m{n},{40 + (n * 7 + k) % 50},,{40 + (n * 7 + k) % 50}{unit},A,report_2023,p1,,\n"
        for k, region in enumerate(regions)
        for n in range(9, 9 + len(months))
        for name, unit in (
            ("loving_mothers", "名"),
            ("relief_funds", "元"),
            ("women_share", "%"),
            ("couples_counselled", "对"),
        )
    ]
    (folder / OBS).write_text(TABLES[OBS] + "".join(rows), encoding="utf-8")
    assert found(folder) == []
    frame = load(folder).observations
    assert len(frame) == 6 + len(rows) == 20_166
    assert frame["row"].iloc[-1] == 20_167


def test_the_shipped_data_and_examples_have_no_errors():
    for folder in (home() / "data", *sorted((home() / "examples").glob("*/datapackage.json"))):
        folder = folder if folder.is_dir() else folder.parent
        assert [p.line("en") for p in check(folder) if p.severity == "error"] == []
