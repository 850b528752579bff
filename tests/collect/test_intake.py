"""What an intake must do with delivered tables, point by point: the bytes, the cells, where the
table stands, what its words mean, and how all of it is told."""

import csv
import io
import random
import zipfile
from decimal import Decimal

import docx
import openpyxl
import pytest
import xlsxwriter
from delivered import KINDS, Table, as_csv, as_docx, as_xlsx, saved

from helpers.analysis.figures import policy
from helpers.cli import main
from helpers.collect import read_workbook
from helpers.collect.collect import collect, read_submission, write
from helpers.collect.document import read_document
from helpers.collect.headings import Said, Vocabulary
from helpers.files import digest

EAST, WEST, NORTH, CITY = "990102", "990103", "990121", "990100"
MOTHERS, COUPLES = "loving_mothers", "couples_counselled"


@pytest.fixture(scope="module")
def known(city_tables):
    return city_tables, policy(city_tables)


@pytest.fixture
def read(known, tmp_path):
    """``read(bytes or rows, name, *said)``: what one delivered file gives."""

    def reading(content, name="甲.csv", *said):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        rows = isinstance(content, list)
        path.write_bytes(KINDS[path.suffix](content) if rows else content)
        return read_submission(path, known[0], Vocabulary.of(known[0], said), known[1])

    return reading


@pytest.fixture
def money(examples, tmp_path):
    """As ``read``, over the simulated districts, which have figures in 元."""

    def reading(rows, name="甲.csv"):
        path = tmp_path / name
        path.write_bytes(KINDS[path.suffix](rows))
        words = Vocabulary.of(examples)
        return read_submission(path, examples, words, policy(examples))

    return reading


def rules(found, severity="error"):
    return [one.rule for one in found.problems if one.severity == severity]


def values(found):
    return {(e.indicator, e.region, e.period): e.value for e in found.entries}


def opened(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return book, book.active


# --- what is delivered is kept as it came ----------------------------------------------------


@pytest.mark.parametrize("kind", list(KINDS))
def test_bytes_are_kept_by_their_hash_and_nothing_in_the_inbox_changes(city, tmp_path, kind):
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    path = inbox / f"甲{kind}"
    path.write_bytes(KINDS[kind](Table(random.Random(kind)).rows))
    before = digest(path)
    write(collect(inbox, city, out), out)
    assert digest(path) == before
    assert [digest(one) for one in (out / "submissions").iterdir()] == [before]
    assert [one.name for one in inbox.iterdir()] == [path.name]


# --- cells -----------------------------------------------------------------------------------


def test_a_cell_about_which_two_readers_disagree_is_refused_and_told_once(read, monkeypatch):
    table = Table(random.Random(1))
    stored = read_workbook._stored

    def other(content, file):
        found = stored(content, file)
        found["Sheet1"].values[table.body[0] + 1, 3] = "7"
        return found

    monkeypatch.setattr(read_workbook, "_stored", other)
    found = read(table.rows, "a.xlsx")
    (wrong,) = (one for one in found.problems if one.severity == "error")
    assert (wrong.rule, wrong.row, wrong.column) == ("readers-disagree", table.body[0] + 1, "C")


def test_a_cell_refused_when_the_file_was_read_is_not_told_again(read):
    found = read("地区,年份,爱心妈妈\n东山区,2024,1\x002\n".encode())
    assert rules(found) == ["control-character"]


@pytest.mark.parametrize("part", ["dimension", "styles"])
def test_a_wrong_dimension_or_invalid_styles_do_not_stop_reading(read, part):
    table = Table(random.Random(2))
    content = as_xlsx(table.rows)
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(new := io.BytesIO(), "w") as archive,
    ):
        for name in old.namelist():
            text = old.read(name)
            if part == "dimension" and name.endswith("sheet1.xml"):
                at = text.index(b'<dimension ref="') + 16
                text = text[:at] + b"A1:A1" + text[text.index(b'"', at) :]
            if part == "styles" and name.endswith("styles.xml"):
                text = text.replace(b'name="Calibri"', b'name="Calibri" family="99"')
                text = text.replace(b"<color theme", b"<colour theme")
            archive.writestr(name, text)
    assert len(read(new.getvalue(), "a.xlsx").entries) == 24


def test_hidden_rows_columns_and_sheets_are_read_and_told(read):
    table = Table(random.Random(3))
    book, sheet = opened(as_xlsx(table.rows))
    sheet.row_dimensions[table.body[1] + 1].hidden = True
    sheet.column_dimensions["D"].hidden = True
    other = book.create_sheet("旧表")
    other.append(["地区", "年份", "筛查点"])
    other.append(["东山区", "2024", 12])
    other.sheet_state = "hidden"
    found = read(saved(book), "a.xlsx")
    assert len(found.entries) == 25
    told = {one.rule: one for one in found.problems}
    assert str(table.body[1] + 1) in told["hidden-rows"].message_zh
    assert "D" in told["hidden-columns"].message_zh
    assert told["hidden-sheet"].file == "a.xlsx!旧表"


def formulas(**results):
    """A workbook whose cell C2 is a formula with a stored result, or D2 without one."""
    with xlsxwriter.Workbook(content := io.BytesIO()) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row("A1", ["地区", "年份", "爱心妈妈", "筛查点"])
        sheet.write_row("A2", ["东山区", "2024"])
        for column, value in results.items():
            sheet.write_formula(f"{column}2", "=1+1", None, value)
    return content.getvalue()


def test_a_formula_gives_its_stored_result_marked_or_is_refused_without_one(read):
    found = read(formulas(C=41), "a.xlsx")
    (entry,) = found.entries
    assert (entry.value, entry.remark) == (41, "公式计算")
    found = read(formulas(C=41, D=""), "a.xlsx")
    (wrong,) = (one for one in found.problems if one.severity == "error")
    assert (wrong.rule, wrong.row, wrong.column) == ("formula-without-result", 2, "D")
    assert "打开并保存一次" in wrong.remedy_zh
    assert "open and save it once" in wrong.remedy_en


def test_a_formula_whose_result_is_the_empty_text_is_a_blank(read):
    content = formulas(C=41, D="")
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(new := io.BytesIO(), "w") as archive,
    ):
        for name in old.namelist():
            text = old.read(name).replace(b'<c r="D2"><f>', b'<c r="D2" t="str"><f>')
            archive.writestr(name, text)
    found = read(new.getvalue(), "a.xlsx")
    assert not rules(found)
    assert values(found) == {(MOTHERS, EAST, "2024"): 41}


@pytest.mark.parametrize(
    ("value", "code", "meant", "seen"),
    [
        (123, "0000000", 123, "0000123名"), (13000, '0!.0,"万"', 13000, "1.3万名"),
        (1200, "#,##0", 1200, "1200名"), (1200, '#,##0"名"', 1200, "1200名"),
    ],
)  # fmt: skip
def test_a_display_format_is_part_of_what_was_seen(read, value, code, meant, seen):
    book, sheet = opened(as_xlsx([["地区", "年份", "爱心妈妈"], ["东山区", "2024", value]]))
    sheet["C2"].number_format = code
    (entry,) = read(saved(book), "a.xlsx").entries
    assert (entry.value, entry.as_written) == (meant, seen)


@pytest.mark.parametrize(("value", "code"), [(0.05, "0%"), (5, r"0\%")])
def test_a_share_means_what_its_format_shows(read, value, code):
    book, sheet = opened(as_xlsx([["地区", "年份", "筛查知晓率"], ["东山区", "2024", value]]))
    sheet["C2"].number_format = code
    (entry,) = read(saved(book), "a.xlsx").entries
    assert (entry.value, entry.as_written) == (5, "5%")


def test_codes_keep_zeros_and_digits_and_days_know_both_epochs(read, tmp_path):
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["010", "999032320001885"])
    book.active["A2"] = 43000
    book.active["A2"].number_format = "yyyy-mm-dd"
    book.save(tmp_path / "a.xlsx")
    (sheet,) = read_document(tmp_path / "a.xlsx").sheets
    assert [sheet.cell(1, n).value for n in (1, 2)] == ["010", "999032320001885"]
    assert sheet.cell(2, 1).value == "2021-09-23"  # 1904 + 43000 days
    found = read([["地区", "年份", "爱心妈妈"], ["990102000000", "2024", "5"]])
    assert values(found) == {(MOTHERS, EAST, "2024"): 5}


def test_utf_8_is_tried_strictly_before_gb18030(read):
    table = Table(random.Random(5))
    for encoding in ("utf-8", "gb18030"):
        assert len(read(as_csv(table.rows, encoding)).entries) == 24
    ambiguous = as_csv(table.rows) + "鍥界".encode("gb18030")  # not UTF-8 any more
    assert rules(read(ambiguous)) in (["encoding-mixed"], ["truncated-character"])


# --- where the table stands ------------------------------------------------------------------


def test_lines_around_the_table_are_unit_note_source_and_signature_and_never_rows(money):
    rows = [["妇女创业扶持情况", "", ""], ["单位：万元", "", ""], ["地区", "年份", "争取扶持资金"],
            ["薛城区", "2023", "12"], ["注：按到账统计", "", ""], ["数据来源：某局", "", ""],
            ["填表人：张某", "", ""], ["审核人：李某  填报日期：2024年2月3日", "", ""]]  # fmt: skip
    rows[2][2] = "争取妇女创业扶持资金"
    found = money(rows)
    question = [q.shown for q in found.questions]
    assert not rules(found)
    assert not question or question == [rows[2][2]]
    texts = [one.shown for one in found.left_aside]
    assert {"单位：万元", "注：按到账统计", "数据来源：某局"} <= set(texts)
    assert (found.filled_by, found.filled_on) == ("张某", "2024-02-03")


@pytest.mark.parametrize("where", ["title", "line", "sheet", "head", "column"])
def test_a_unit_may_stand_in_the_title_a_line_the_sheet_s_name_a_head_or_a_column(
    money, examples, where
):
    slug, label = of_money(examples)
    head = ["地区", "年份", f"{label}（万元）" if where == "head" else label]
    rows = [head, ["薛城区", "2023", "12.5"]]
    if where == "title":
        rows.insert(0, [f"{label}（单位：万元）", "", ""])
    elif where == "line":
        rows.insert(0, ["", "", "单位：万元"])
    elif where == "column":
        rows = [["地区", "年份", "指标", "单位", "数量"], ["薛城区", "2023", label, "万元", "12.5"]]
    content = {"2023年（万元）" if where == "sheet" else "表": rows}
    found = money(content, "a.xlsx")
    assert values(found) == {(slug, "370403", "2023"): 125000}
    assert found.entries[0].as_written == "12.5万元"


def of_money(tables):
    rows = tables.indicators[tables.indicators["unit"] == "元"].to_dict("records")
    return str(rows[0]["indicator"]), str(rows[0]["label_zh"])


@pytest.mark.parametrize(("times", "taken"), [(1, True), (10_000, False)])
def test_a_unit_in_the_file_s_name_alone_is_held_against_earlier_figures(
    money, examples, times, taken
):
    slug, label = of_money(examples)
    old = examples.observations
    old = old[(old["indicator"] == slug) & (old["region"] == "370403")]
    value = Decimal(old["value"].iloc[0]) * times
    found = money([["地区", "年份", label], ["薛城区", "2023", f"{value / 10000:f}"]],
                  "经费（万元）.xlsx")  # fmt: skip
    if taken:
        assert values(found) == {(slug, "370403", "2023"): value}
    else:
        assert rules(found) == ["unit-of-the-file-name"]


@pytest.mark.parametrize("heads", [2, 3])
def test_two_and_three_rows_of_heads_and_merged_ones_as_far_as_they_are_merged(read, heads):
    rows = [["地区", "爱心妈妈", "", "筛查点"], ["", "2023年", "2024年", "2024年"],
            ["", "名", "名", "个"]][:heads]  # fmt: skip
    rows.append(["东山区", 5, 6, 7])
    found = read(as_xlsx(rows, merge=("B1:C1", "A1:A2")), "a.xlsx")
    assert values(found) == {
        (MOTHERS, EAST, "2023"): 5, (MOTHERS, EAST, "2024"): 6,
        ("screening_sites", EAST, "2024"): 7,
    }  # fmt: skip


@pytest.mark.parametrize("brackets", ["（）", "()", "【】"])
def test_heads_are_split_into_name_basis_and_unit(brackets):
    left, right = brackets
    tables_words = Vocabulary({}, {}, {}, _units={"元"})
    heading = tables_words.heading(f"地区生产总值{left}当年价格{right}(亿元)")
    assert (heading.name, heading.basis, heading.unit) == ("地区生产总值", "当年价格", "亿元")


@pytest.mark.parametrize("across", ["years", "indicators", "regions"])
def test_years_indicators_or_regions_may_run_across(read, across):
    wanted = {(MOTHERS, EAST, "2023"): 5, (MOTHERS, EAST, "2024"): 6}
    rows = {
        "years": [["地区", "2024年", "2023年"], ["东山区", "6", "5"]],
        "indicators": [["地区", "年份", "爱心妈妈"], ["东山区", "2023年", "5"],
                       ["东山区", "2024年", "6"]],
        "regions": [["年份", "东山区", "西湖区"], ["2023年", "5", ""], ["2024年", "6", ""]],
    }[across]  # fmt: skip
    above = [] if across == "indicators" else [["指标：爱心妈妈", *[""] * (len(rows[0]) - 1)]]
    assert values(read([*above, *rows])) == wanted


def test_a_wholly_empty_year_is_skipped_with_one_line_and_a_blank_is_never_nought(read):
    rows = [["指标：爱心妈妈", "", ""], ["地区", "2024年", "2023年"], ["东山区", "", "5"],
            ["西湖区", "", ""], ["北岭县", "", "0"]]  # fmt: skip
    found = read(rows)
    assert values(found) == {(MOTHERS, EAST, "2023"): 5, (MOTHERS, NORTH, "2023"): 0}
    assert rules(found, "warning") == ["period-empty"]


@pytest.mark.parametrize("head", ["爱心妈妈人次", "妈妈", "两癌救助金额"])
def test_near_names_are_suggested_and_never_taken_until_a_person_has_said_so(read, head):
    rows = [["地区", "年份", head], ["东山区", "2024", "5"]]
    found = read(rows)
    assert not found.entries
    (question,) = found.questions
    assert (question.kind, question.shown, question.address) == ("heading", head, "C1")
    assert values(read(rows, "甲.csv", Said("heading", "", head, MOTHERS)))
    assert not read(rows, "甲.csv", Said("heading", "乙.csv", head, MOTHERS)).entries
    aside = read(rows, "甲.csv", Said("heading", "甲.csv", head, "-"))
    assert not aside.entries
    assert not aside.questions


@pytest.mark.parametrize("name", ["东山区", "东山", "東山區", "990102", "990102000000", "Dongshan"])
def test_regions_are_known_by_name_short_name_traditional_form_and_code(read, name):
    found = read([["地区", "年份", "爱心妈妈"], [name, "2024", "5"]])
    assert values(found) == {(MOTHERS, EAST, "2024"): 5}


def test_totals_become_the_parent_s_figure_or_a_check_and_parts_of_what_stands_above_no_addend(
    read,
):
    rows = [["地区", "年份", "爱心妈妈"], ["东山区", "2024", "5"], ["西湖区", "2024", "7"],
            ["小计", "2024", "12"], ["北岭县", "2024", "3"], ["合计", "2024", "15"]]  # fmt: skip
    assert values(read(rows)) == {
        (MOTHERS, EAST, "2024"): 5, (MOTHERS, WEST, "2024"): 7, (MOTHERS, NORTH, "2024"): 3,
        (MOTHERS, CITY, "2024"): 15,
    }  # fmt: skip
    rows = [["指标", "地区", "年份", "数量"], ["接受辅导的拟离婚夫妻", "东山区", "2024", "90"],
            ["其中：劝和夫妻", "东山区", "2024", "40"]]  # fmt: skip
    found = read(rows)
    assert values(found)[COUPLES, EAST, "2024"] == 90
    assert values(found)["couples_reconciled", EAST, "2024"] == 40


def test_labels_fill_down_only_in_label_columns_and_stray_cells_are_dropped_and_told(read):
    rows = [["地区", "年份", "爱心妈妈", "", "筛查点"], ["东山区", "2023", "5", "", "1"],
            ["", "2024", "", "", "2"], ["西湖区", "2023", "7", "", "3"],
            ["", "2024", "8", "", "4"]]  # fmt: skip
    book, sheet = opened(as_xlsx(rows))
    sheet["J400"] = 77
    found = read(saved(book), "a.xlsx")
    assert (MOTHERS, EAST, "2024") not in values(found)
    assert len(found.entries) == 7
    assert [one.row for one in found.problems if one.rule == "label-filled-down"] == [3, 5]
    (stray,) = (one for one in found.left_aside if one.address == "J400")
    assert stray.shown == "77"


def test_sheets_are_merged_by_what_they_say_and_what_stands_twice_is_told_and_never_summed(read):
    year = {n: [["地区", "年份", "爱心妈妈"], ["东山区", str(n), n - 2000]] for n in (2023, 2024)}
    found = read(as_xlsx({"甲": year[2023], "乙": year[2024], "丙": year[2024]}), "a.xlsx")
    assert values(found) == {(MOTHERS, EAST, "2023"): 23, (MOTHERS, EAST, "2024"): 24}
    (twice,) = found.problems
    assert (twice.rule, twice.severity, twice.file) == ("figure-twice", "warning", "a.xlsx!丙")
    year[2024][1][2] = 99
    rows = {"甲": year[2024], "乙": [["地区", "年份", "爱心妈妈"], ["东山区", "2024", 24]]}
    found = read(as_xlsx(rows), "a.xlsx")
    assert rules(found) == ["two-values"]
    assert not found.entries


def test_symbols_are_declared_for_each_source_and_undeclared_ones_are_asked(read):
    rows = [["地区", "年份", "爱心妈妈", "筛查点"], ["东山区", "2024", "…", "5"]]
    found = read(rows)
    assert [(q.kind, q.address) for q in found.questions] == [("symbol", "C2")]
    said = Said("symbol", "甲.csv", "…", "suppressed")
    found = read(rows, "甲.csv", said)
    assert not found.questions
    (aside,) = (one for one in found.left_aside if one.address == "C2")
    assert (aside.zh, aside.en) == ("符号：不公布", "symbol: suppressed")
    assert read(rows, "乙.csv", said).questions


def test_a_symbol_said_to_be_nought_is_a_figure(read):
    rows = [["地区", "年份", "爱心妈妈"], ["东山区", "2024", "-"]]
    found = read(rows, "甲.csv", Said("symbol", "", "-", "zero"))
    assert values(found) == {(MOTHERS, EAST, "2024"): 0}


@pytest.mark.parametrize(
    ("cell", "value"),
    [("１３０", "130"), ("3，200", "3200"), ("1 ,", "1"), ("5.0", "5"), ("1.78万余", "17800"),
     ("约 300", "300"), ("三百", "300"), ("1。2", None), ("(5)", None)],
)  # fmt: skip
def test_numbers_in_other_writing_are_read_as_meant_or_refused(read, cell, value):
    found = read([["地区", "年份", "爱心妈妈"], ["东山区", "2024", cell]])
    assert list(values(found).values()) == ([Decimal(value)] if value else [])
    assert bool(rules(found)) is (value is None)


# --- Word tables -----------------------------------------------------------------------------


def test_what_was_inserted_into_a_word_table_counts_and_what_was_struck_out_does_not(read):
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document(
        io.BytesIO(as_docx([["地区", "年份", "爱心妈妈"], ["东山区", "2024", ""]]))
    )
    paragraph = document.tables[0].cell(1, 2).paragraphs[0]._p
    for tag, text in (("w:del", "11"), ("w:ins", "12")):
        inner = "w:delText" if tag == "w:del" else "w:t"
        paragraph.append(parse_xml(
            f'<{tag} {nsdecls("w")} w:id="1" w:author="a">'
            f"<w:r><{inner}>{text}</{inner}></w:r></{tag}>"
        ))  # fmt: skip
    assert values(read(saved(document), "a.docx")) == {(MOTHERS, EAST, "2024"): 12}


# --- telling ---------------------------------------------------------------------------------


def sent(city, tmp_path, files):
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir(exist_ok=True)
    for name, rows in files.items():
        (inbox / name).write_bytes(KINDS[name[name.index(".") :]](rows))
    found = collect(inbox, city, out)
    if found.taken.entries:
        write(found, out)
    return found


def test_all_problems_of_a_file_are_told_at_once_each_once_and_many_alike_on_one_line(
    city, tmp_path
):
    rng = random.Random(6)
    table = Table(rng, ("2023", "2024"))
    for row in table.body:
        table.rows[row][2] = "12O"
    table.rows[table.body[0]][3] = "甲"
    table.rows[table.body[3]][5] = "101"
    found = sent(city, tmp_path, {"a.xlsx": table.rows})
    told = {(one.rule, one.column): one for one in found.problems}
    assert len(told) == len(found.problems) == 3
    many = told["not-a-number-letters", "C"]
    assert many.rows == tuple(row + 1 for row in table.body)
    line = many.line("zh")
    assert f"a.xlsx!Sheet1:{table.body[0] + 1}-{table.body[-1] + 1}:C" in line
    assert "6格" in line


def test_a_summary_for_the_telephone_says_who_delivered_what_and_where_the_problems_are(
    city, tmp_path, capsys
):
    head = ["地区", "年份", "爱心妈妈"]
    files = {
        "东.csv": [head, ["东山区", "2024", "861"]],
        "西.csv": [head, ["西湖区", "2024", "甲"]],
    }
    sent(city, tmp_path, files)
    given = ["collect", str(tmp_path / "inbox"), "--data", str(city), "--out", str(tmp_path / "o")]
    assert main(given) == 1
    told = capsys.readouterr().out
    assert "1 处问题（见 西.csv）" in told
    page = (tmp_path / "o" / "intake.html").read_text(encoding="utf-8")
    for text in ("东山区", "已收", "退回", "未报"):
        assert text in page


def test_a_refused_file_stops_nothing_else_and_leaks_nothing_into_a_total(city, tmp_path):
    tables = {name: [["地区", "年份", "爱心妈妈", "筛查点"], [name, "2024", str(801 + at), "9"]]
              for at, name in enumerate(("东山区", "西湖区", "北岭县"))}  # fmt: skip
    tables["西湖区"][1][3] = "九個"
    found = sent(city, tmp_path, {f"{name}.csv": rows for name, rows in tables.items()})
    assert {entry.region for entry in found.taken.entries} == {EAST, NORTH}
    rows = list(csv.DictReader(io.StringIO(found.files["observations.csv"].decode())))
    west = [r["value"] for r in rows if (r["region"], r["period"]) == (WEST, "2024")]
    assert "802" not in west


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_explain_shows_heads_units_and_what_was_left_aside_before_anything_is_taken(
    city, tmp_path, capsys, lang
):
    rows = [["2024年统计表（单位：名）", "", ""], ["地区", "爱心妈妈", "备用"],
            ["东山区", "861", ""], ["西湖区", "—", ""], ["填表人：某", "", ""]]  # fmt: skip
    path = tmp_path / "a.csv"
    path.write_bytes(as_csv(rows))
    assert main(["collect", "--explain", str(path), "--data", str(city), "--lang", lang]) == 0
    told = capsys.readouterr()
    text = told.out + told.err
    for said in ("loving_mothers", "2024", "名", "B3", "861", "填表人", "—", "备用"):
        assert said in text
    assert list(tmp_path.iterdir()) == [path]


def test_answers_are_used_the_next_time_and_wrong_ones_are_told_and_not_used(city, tmp_path):
    out = tmp_path / "out"
    rows = [["区", "年份", "妈妈数"], ["东区", "2024", "861"], ["西湖区", "今年", "640"],
            ["北岭县", "去年", "△"]]  # fmt: skip
    found = sent(city, tmp_path, {"a.csv": rows})
    asked = list(csv.DictReader(io.StringIO(found.files["mapping.csv"].decode("utf-8-sig"))))
    assert {row["shown"] for row in asked} == {"妈妈数", "东区", "今年", "去年"}
    out.mkdir(exist_ok=True)
    said = ["kind,source,shown,meaning,note", f"heading,,妈妈数,{MOTHERS},", "region,,东区,990102,",
            "period,a.csv,今年,2024,", "period,,去年,-,", "symbol,,△,zero,"]  # fmt: skip
    (out / "mapping.csv").write_text("\n".join(said) + "\n", encoding="utf-8")
    found = sent(city, tmp_path, {"a.csv": rows})
    assert {e.key: e.value for e in found.taken.entries} == {
        (MOTHERS, EAST, "2024"): 861, (MOTHERS, WEST, "2024"): 640,
    }  # fmt: skip
    assert not any(one.reading.questions for one in found.taken.submissions)
    wrong = [*said, "region,,西湖区,999999,", "period,,旧年,1999,", "heading,,甲,no_such,",
             "symbol,,…,perhaps,", "colour,,红,blue,"]  # fmt: skip
    (out / "mapping.csv").write_text("\n".join(wrong) + "\n", encoding="utf-8")
    found = sent(city, tmp_path, {"a.csv": rows})
    told = [(one.rule, one.row) for many in found.problems for one in many.each
            if one.file == "mapping.csv"]  # fmt: skip
    assert sorted(told, key=lambda pair: pair[1]) == [
        *(("unknown-meaning", row) for row in (7, 8, 9, 10)),
        ("unknown-kind", 11),
    ]
    assert len(found.taken.entries) == 2
