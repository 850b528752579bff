"""What can be wrong with a delivered table, each at a place that a seed draws: refused in its
place, in both languages, or mended and told. A refused table gives nothing."""

import gzip
import os
import random
from decimal import Decimal

import pytest
from delivered import HEAD, KINDS, MENDED, REFUSED, REGIONS, Table, as_csv, as_docx, as_xlsx

from helpers.analysis.figures import policy
from helpers.collect.collect import read_submission, take_all
from helpers.collect.headings import Said, Vocabulary

SEEDS = [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)]
any_place = pytest.mark.parametrize("seed", SEEDS)
SAID = (Said("heading", "", "妈妈", "loving_mothers"), Said("symbol", "", "△", "unknown"))


@pytest.fixture(scope="module")
def known(city_tables):
    return city_tables, Vocabulary.of(city_tables, SAID), policy(city_tables)


@pytest.fixture
def read(known, tmp_path):
    """``read(bytes, name)``: what a delivered file gives, and what is taken of it."""

    def reading(content, name="东山报表.csv", words=None):
        path = tmp_path / name
        path.write_bytes(content)
        found = read_submission(path, known[0], words or known[1], known[2])
        return found, take_all([found]).entries

    return reading


def errors(found):
    return [p for p in found.problems if p.severity == "error"]


def told(found, rule):
    """The warnings of one rule."""
    return [p for p in found.problems if (p.rule, p.severity) == (rule, "warning")]


def refused(given, rule, row=0, column="", value=None):
    """The one error: its place, its value, its words in both languages; and nothing taken."""
    found, taken = given
    assert not taken
    (wrong,) = errors(found)
    assert wrong.rule.removeprefix("not-a-number-") == rule, wrong
    assert wrong.file.split("!")[0] == found.document.file
    assert (wrong.row, wrong.column) == (row, column)
    if value is not None:
        assert wrong.value == value
    for lang in ("zh", "en"):
        assert wrong.message(lang), wrong.remedy(lang)
        line = wrong.line(lang)
        assert line.startswith(f"{wrong.file}:{row or ''}:{column}" if row else wrong.file)
    assert any("\u3400" <= one <= "\u9fff" for one in wrong.message_zh)
    return wrong


def whole(given, table, but=()):
    """Every figure of the table is taken, but those of some rows."""
    found, taken = given
    assert not errors(found), errors(found)
    wanted = {table.key(r, c): Decimal(table.rows[r][c]) for r in table.body for c in range(2, 6)
              if r not in but}  # fmt: skip
    assert {entry.key: entry.value for entry in taken} == wanted
    return found


def spot(table, rng, columns=(2, 3, 4)):
    """A row (from 0), a column (from 0) and its letter, of a count by default."""
    column = rng.choice(columns)
    return rng.choice(table.body), column, "ABCDEF"[column]


# --- what stands in a number's place ------------------------------------------------------


@any_place
@pytest.mark.parametrize(("fault", "cell", "value"),
                         [(f, *pair) for f, pairs in MENDED.items() for pair in pairs])  # fmt: skip
def test_numbers_not_written_as_numbers_are_read_as_meant_and_told(read, fault, cell, value, seed):
    rng = random.Random(f"{cell}{seed}")
    table = Table(rng)
    row, column, letter = spot(table, rng, (2, 3))
    table.rows[row][column] = cell
    kind = rng.choice(list(KINDS))
    given = read(KINDS[kind](table.rows), f"报表{kind}")
    table.rows[row][column] = value
    found = whole(given, table)
    said = [(p.row, p.column, p.value) for p in told(found, "read-as")]
    quiet = fault in (
        "rounding words",
        "blanks around",
    )  # a rounding word of the office is kept; blanks are nothing
    assert said == ([] if quiet else [(row + 1, letter, cell)])
    if fault == "rounding words":
        (entry,) = (e for e in given[1] if e.key == table.key(row, column))
        assert entry.qualifier in ("约", "近", "余")
        assert entry.as_written.startswith(cell)


@any_place
@pytest.mark.parametrize(
    ("rule", "cell"),
    [(rule, cell) for one in REFUSED.values() for rule, cells in one.items() for cell in cells],
)
def test_what_is_no_number_refuses_the_file_in_its_place(read, rule, cell, seed):
    rng = random.Random(f"{cell}{seed}")
    table = Table(rng)
    row, column, letter = spot(table, rng)
    table.rows[row][column] = cell
    kind = rng.choice(list(KINDS))
    wrong = refused(read(KINDS[kind](table.rows), f"报表{kind}"), rule, row + 1, letter, cell)
    suggested = {"１": "130", "1 300": "1300", "13O": "130", "1_300": "1300", "l30": "130"}
    assert suggested.get(cell, "") in wrong.remedy_zh


@any_place
def test_a_unit_is_fine_where_it_is_the_indicator_s_own(read, seed):
    rng = random.Random(seed)
    table = Table(rng)
    row = rng.choice(table.body)
    table.rows[row][2] += rng.choice(["名", "人", "位"])
    given = read(as_csv(table.rows))
    table.rows[row][2] = table.rows[row][2][:-1]
    whole(given, table)


@any_place
@pytest.mark.parametrize("cell", ["-", "—", "/", "…", "无", "未统计", "缺", "?", "x", ".", "#"])
def test_symbols_are_asked_with_their_place_and_never_zero(read, cell, seed):
    rng = random.Random(f"{cell}{seed}")
    table = Table(rng)
    row, column, letter = spot(table, rng)
    table.rows[row][column] = cell
    found, taken = read(as_csv(table.rows))
    (question,) = found.questions
    assert (question.kind, question.address) == ("symbol", f"{letter}{row + 1}")
    assert table.key(row, column) not in {entry.key for entry in taken}
    table.rows[row][column] = "△"  # of which somebody has said what it means
    found, taken = read(as_csv(table.rows))
    assert not found.questions
    assert len(taken) == 4 * len(table.body) - 1


@any_place
def test_a_blank_is_left_aside_and_never_zero(read, seed):
    rng = random.Random(seed)
    table = Table(rng)
    row, column, letter = spot(table, rng)
    table.rows[row][column] = ""
    found, taken = read(as_csv(table.rows))
    assert table.key(row, column) not in {entry.key for entry in taken}
    (blank,) = (a for a in found.left_aside if a.address == f"{letter}{row + 1}")
    assert "不是 0" in blank.zh


@any_place
def test_a_share_stands_in_per_cent_whatever_its_display(read, seed):
    rng = random.Random(seed)
    table = Table(rng)
    row = rng.choice(table.body)
    percent = Decimal(table.rows[row][5])
    content = as_xlsx(table.rows)
    assert whole(read(content, "a.xlsx"), table)
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    cell = book.active.cell(row + 1, 6)
    cell.value, cell.number_format = float(percent / 100), "0.0%"
    book.save(content := io.BytesIO())
    whole(read(content.getvalue(), "a.xlsx"), table)


def test_a_fault_far_down_is_found_in_its_row(read):
    rows = [HEAD[:3], *(["东山区", "2024", "5"] for _ in range(3000)), ["东山区", "2024", "五个"]]
    rows[2500][2] = "12O"
    found, _ = read(as_csv(rows))
    (wrong,) = (p for p in errors(found) if p.rule == "not-a-number-letters")
    assert (wrong.row, wrong.column, wrong.value) == (2501, "C", "12O")


# --- bytes, encodings, delimiters ---------------------------------------------------------


def bytes_of(table, encoding="utf-8"):
    return as_csv(table.rows, encoding)


def test_an_empty_file(read):
    wrong = refused(read(b""), "file-empty")
    assert "重新导出" in wrong.remedy_zh


@any_place
def test_rare_characters_are_kept(read, seed):
    table = Table(random.Random(seed))
    row = random.Random(seed).choice(table.body)
    table.rows[row][0] = "㐂𠮷镇"
    shown = [read(bytes_of(table, e))[0].questions[0].shown for e in ("utf-8", "gb18030")]
    assert shown == ["㐂𠮷镇"] * 2


@any_place
def test_byte_order_marks(read, seed):
    table = Table(random.Random(seed))
    for mark in (b"\xef\xbb\xbf", b"\xef\xbb\xbf" * 2):
        whole(read(mark + bytes_of(table)), table)


@any_place
def test_a_row_in_another_encoding(read, seed):
    table = Table(random.Random(seed))
    more = as_csv([["西湖区", "2023", "1", "2", "3", "60"]], "gb18030")
    refused(read(bytes_of(table) + more), "encoding-mixed", len(table.rows) + 1)


@any_place
def test_garbled_text(read, seed):
    table = Table(random.Random(seed))
    garbled = bytes_of(table).decode("latin-1").encode("utf-8")
    found, taken = read(garbled)
    (wrong,) = errors(found)
    assert not taken
    assert wrong.rule == "mojibake"
    assert table.rows[0][0] in wrong.message_zh


@any_place
def test_big5(read, seed):
    table = Table(random.Random(seed))
    for row in table.rows:
        row[0] = {"东山区": "東山區", "西湖区": "西湖區", "北岭县": "北嶺縣"}.get(row[0], "統計表")
    table.rows[table.head][2:] = ["愛心媽媽", "輔導夫妻", "勸和夫妻", "篩查知曉率"]
    refused(read(bytes_of(table, "big5")), "encoding-big5")


@any_place
@pytest.mark.parametrize("character", ["\x00", "\x07", "\u202e"])
def test_control_characters_and_text_turned_round(read, character, seed):
    rng = random.Random(f"{seed}{character}")
    table = Table(rng)
    row, column, letter = spot(table, rng, range(6))
    table.rows[row][column] = table.rows[row][column][:1] + character + "甲"
    found, taken = read(bytes_of(table))
    places = {(p.rule, p.row, p.column) for p in errors(found)}
    assert ("control-character", row + 1, letter) in places
    assert not taken


@any_place
def test_a_file_cut_inside_a_character(read, seed):
    rng = random.Random(seed)
    table = Table(rng)
    content = bytes_of(table)
    inside = [at for at in range(200, len(content)) if content[at] & 0xC0 == 0x80]
    found, taken = read(content[: rng.choice(inside)])
    assert [p.rule for p in errors(found)] == ["truncated-character"]
    assert not taken


def test_a_web_page_called_csv(read):
    refused(read(b"<html><body><table><tr><td>1</td></tr></table></body></html>"),
            "not-a-csv-file", 1)  # fmt: skip


@any_place
@pytest.mark.parametrize(("mark", "name"), [(";", "分号"), ("\t", "TAB"), ("|", "竖线")])
def test_other_delimiters(read, mark, name, seed):
    table = Table(random.Random(seed))
    found = whole(read(as_csv(table.rows, delimiter=mark)), table)
    (line,) = told(found, "delimiter")
    assert name in line.message_zh
    table.rows[0][0] = f"统计{mark}表"
    refused(read(as_csv(table.rows, delimiter=mark)), "delimiter", 1)


@any_place
def test_full_width_commas(read, seed):
    table = Table(random.Random(seed))
    wrong = refused(read(bytes_of(table).decode().replace(",", "，").encode()), "delimiter", 1)
    assert "全角逗号" in wrong.message_zh


@any_place
@pytest.mark.parametrize("end", ["\r", "\r\n", "mixed"])
def test_line_ends_and_breaks_inside_a_cell(read, end, seed):
    rng = random.Random(seed)
    table = Table(rng)
    table.rows.insert(0, ["第一行\n第二行", *[""] * 5])
    row, column, letter = spot(table, rng)
    table.rows[row + 1][column] = "12O"
    lines = as_csv(table.rows).decode().split("\n")
    ends = [rng.choice(["\n", "\r", "\r\n"]) if end == "mixed" else end for _ in lines]
    content = "".join(line + (stop if at < len(lines) - 1 else "")
                      for at, (line, stop) in enumerate(zip(lines, ends, strict=True)))  # fmt: skip
    refused(read(content.encode()), "letters", row + 2, letter, "12O")


@any_place
def test_a_quotation_mark_never_closed(read, seed):
    rng = random.Random(seed)
    table = Table(rng)
    row = rng.choice(table.body)
    table.rows[row][0] = "~东山区"
    found, taken = read(bytes_of(table).replace(b"~", b'"'))
    (wrong,) = errors(found)
    assert not taken
    assert (wrong.rule, wrong.row) == ("quote-unclosed", row + 1)


@any_place
@pytest.mark.parametrize("way", ["more", "fewer"])
def test_rows_with_more_or_fewer_fields_than_the_head(read, way, seed):
    rng = random.Random(f"{seed}{way}")
    table = Table(rng)
    row = rng.choice(table.body)
    if way == "more":
        table.rows[row][2:3] = ["1", "205"]
    else:
        del table.rows[row][rng.choice([2, 3, 4])]
    wrong = refused(read(bytes_of(table)), "row-length", row + 1, "", ",".join(table.rows[row]))
    assert ("引号" if way == "more" else "补齐") in wrong.remedy_zh


def test_files_beyond_the_limits(read, known, tmp_path):
    path = tmp_path / "大.csv"
    with path.open("wb") as file:
        file.truncate(1_000_000_000)
    found = read_submission(path, *known)
    assert [p.rule for p in errors(found)] == ["file-too-large"]
    found, taken = read("\n".join(["地区,年份"] + ["甲,2024"] * 200_001).encode())
    assert [p.rule for p in errors(found)] == ["file-too-large"]
    assert not taken


@any_place
def test_compressed_files_are_never_unpacked(read, seed):
    packed = gzip.compress(as_csv(Table(random.Random(seed)).rows) * 50_000)
    refused(read(packed, "a.csv.gz"), "unknown-format")
    refused(read(packed, "a.csv"), "not-a-csv-file")
    refused(read(packed, "a.xlsx"), "damaged-file")


def test_links_pipes_and_devices(known, tmp_path):
    os.mkfifo(tmp_path / "管.csv")
    (tmp_path / "链.csv").symlink_to("/etc/passwd")
    (tmp_path / "零.csv").symlink_to("/dev/zero")
    for path in tmp_path.iterdir():
        found = read_submission(path, *known)
        assert [p.rule for p in errors(found)] == ["not-a-regular-file"]


@any_place
@pytest.mark.parametrize("kind", list(KINDS))
def test_the_same_file_under_two_names(known, tmp_path, kind, seed):
    table = Table(random.Random(seed))
    for name in ("甲", "乙"):
        (tmp_path / f"{name}{kind}").write_bytes(KINDS[kind](table.rows))
    content = (tmp_path / f"甲{kind}").read_bytes()
    (tmp_path / f"乙{kind}").write_bytes(content)
    taken = take_all(read_submission(p, *known) for p in sorted(tmp_path.iterdir()))
    assert sorted(one.status for one in taken.submissions) == ["duplicate", "taken"]
    assert len(taken.entries) == 24
    (line,) = taken.problems
    assert (line.rule, line.severity) == ("file-twice", "warning")


# --- heads --------------------------------------------------------------------------------


@any_place
@pytest.mark.parametrize("kind", list(KINDS))
def test_titles_above_the_head(read, kind, seed):
    table = Table(random.Random(f"{seed}{kind}"))
    whole(read(KINDS[kind](table.rows), f"a{kind}"), table)


@any_place
@pytest.mark.parametrize("column", [0, 1])
def test_a_column_that_is_needed_is_missing(read, column, seed):
    table = Table(random.Random(seed))
    titled = table.head > 0 and column == 1  # the title says the year
    for row in table.rows:
        del row[column]
    found, taken = read(as_csv(table.rows[table.head :] if titled else table.rows))
    assert not taken
    (wrong, *_) = [p for p in errors(found) if p.rule == "label-missing"]
    assert ("地区", "时期")[column] in wrong.message_zh
    assert "爱心妈妈" in wrong.message_zh


@any_place
def test_misspelt_heads_are_asked_with_the_nearest_names(read, seed):
    rng = random.Random(seed)
    table = Table(rng)
    column = rng.choice([2, 3, 4, 5])
    name = HEAD[column]
    at = rng.randrange(1, len(name))
    table.rows[table.head][column] = name[:at] + " " + name[at:]
    whole(read(as_csv(table.rows)), table)
    table.rows[table.head][column] = name[:at] + "甲" + name[at + 1 :]
    found, taken = read(as_csv(table.rows))
    (question,) = found.questions
    assert question.address == f"{'ABCDEF'[column]}{table.head + 1}"
    from delivered import SLUGS

    assert SLUGS[column] in question.suggestions
    assert SLUGS[column] not in {entry.indicator for entry in taken}


@any_place
def test_a_synonym_holds_only_where_it_was_declared(read, known, seed):
    table = Table(random.Random(seed))
    table.rows[table.head][2] = random.Random(seed).choice(["妈妈", "妈妈（名）", "妈妈(人)"])
    whole(read(as_csv(table.rows)), table)
    found, _ = read(as_csv(table.rows), words=Vocabulary.of(known[0]))
    assert [q.kind for q in found.questions] == ["heading"]


@any_place
@pytest.mark.parametrize("character", ["\u200b", "\ufeff", "\u00a0", "\u3000"])
def test_invisible_characters_in_heads_and_labels(read, character, seed):
    rng = random.Random(f"{seed}{character}")
    table = Table(rng)
    row, column = rng.choice([(table.head, rng.randrange(6)), (rng.choice(table.body), 0)])
    name = table.rows[row][column]
    table.rows[row][column] = name[:1] + character + name[1:]
    content = as_csv(table.rows)
    table.rows[row][column] = name
    found = whole(read(content), table)
    if character in "\u200b\ufeff":
        assert [(p.row, p.column) for p in told(found, "invisible-character")] == [
            (row + 1, "ABCDEF"[column])
        ]


@any_place
def test_traditional_heads_are_asked_with_a_hint(read, seed):
    table = Table(random.Random(seed))
    table.rows[table.head] = ["區縣", "年份", "愛心媽媽", "接受輔導的擬離婚夫妻", *HEAD[4:]]
    found, taken = read(as_csv(table.rows))
    assert [q.suggestions[0] for q in found.questions] == ["loving_mothers", "couples_counselled"]
    assert {entry.indicator for entry in taken} == {"couples_reconciled", "screening_awareness"}


@any_place
def test_columns_in_any_order(read, seed):
    rng = random.Random(seed)
    table = Table(rng)
    order = rng.sample(range(6), 6)
    rows = [[row[at] for at in order] if n >= table.head and n in {table.head, *table.body} else row
            for n, row in enumerate(table.rows)]  # fmt: skip
    whole(read(as_csv(rows)), table)


@any_place
def test_no_head_at_all(read, seed):
    table = Table(random.Random(seed))
    refused(read(as_csv([table.rows[row] for row in table.body])), "no-table")


@any_place
def test_the_head_stands_again_further_down(read, seed):
    rng = random.Random(seed)
    table = Table(rng)
    at = rng.choice(table.body)
    table.rows.insert(at, HEAD[:])
    refused(read(as_csv(table.rows)), "header-repeated", at + 1, "A", "地区")


@any_place
def test_a_second_row_of_the_head_is_understood_or_asked(read, seed):
    table = Table(random.Random(seed))
    units = ["", "", "名", "对", "对", "%"]
    rows = [*table.rows[: table.head + 1], units, *table.rows[table.head + 1 :]]
    found, taken = read(as_csv(rows))
    assert not errors(found)
    assert len(taken) == 4 * len(table.body)
    rows[table.head + 1] = ["", "", "合计", "其中女", "", ""]
    found, taken = read(as_csv(rows))
    assert errors(found) or found.questions


@any_place
def test_further_columns_are_told_and_personal_ones_refused(read, seed):
    table = Table(random.Random(seed))
    for n, row in enumerate(table.rows):
        row += ["备用", "街道"] if n == table.head else ["", "某街道" if n in table.body else ""]
    found = whole(read(as_csv(table.rows)), table)
    assert [p.column for p in told(found, "column-empty")] == ["G"]
    assert [p.column for p in told(found, "column-aside")] == ["H"]
    for name in ("姓名", "身份证号", "电话"):
        table.rows[table.head][7] = name
        refused(read(as_csv(table.rows)), "personal-data", table.head + 1, "H", name)


@any_place
def test_a_unit_in_the_head_is_the_declared_one_or_refused(read, seed):
    table = Table(random.Random(seed))
    table.rows[table.head][2] = "爱心妈妈（百人）"
    found, taken = read(as_csv(table.rows))
    assert not errors(found)
    row = table.body[0]
    (entry,) = (e for e in taken if e.key == table.key(row, 2))
    assert entry.value == 100 * int(table.rows[row][2])
    table.rows[table.head][2] = "爱心妈妈（人次）"
    found, taken = read(as_csv(table.rows))
    assert {p.rule for p in errors(found)} == {"other-unit"}
    assert not taken


# --- times --------------------------------------------------------------------------------

TIMES = {
    "no such date": ["2024-13", "2024-00", "2024-02-30", "2024年13月"],
    "number of a day": ["45658"],
    "ahead": ["2031", "2029年"],
    "outside the folder": ["2031年上半年"],
    "other calendars": ["114年", "民国113年", "甲辰年"],
    "a moment": ["2024-01-01T23:00Z", "2024-01-01 08:30"],
}


@any_place
@pytest.mark.parametrize(
    ("fault", "cell"), [(fault, cell) for fault, cells in TIMES.items() for cell in cells]
)
def test_times_that_are_no_period_are_refused(read, fault, cell, seed):
    rng = random.Random(f"{cell}{seed}")
    table = Table(rng)
    row = rng.choice(table.body)
    table.rows[row][1] = cell
    rule = "period-ahead" if fault in ("ahead", "outside the folder") else "period-malformed"
    wrong = refused(read(as_csv(table.rows)), rule, row + 1, "B", cell)
    meant = {"45658": "2025", "114年": "2025", "民国113年": "2024"}.get(cell, "")
    assert meant in wrong.remedy_zh


@any_place
def test_a_number_of_a_day_in_a_workbook(read, seed):
    rng = random.Random(seed)
    table = Table(rng)
    row = rng.choice(table.body)
    table.rows[row][1] = 45292
    wrong = refused(read(as_xlsx(table.rows), "a.xlsx"), "period-malformed", row + 1, "B", "45292")
    assert "2024年" in wrong.remedy_zh


@any_place
def test_a_time_before_the_folder_s_first_is_left_aside_and_told(read, seed):
    rng = random.Random(seed)
    table = Table(rng)
    row = rng.choice(table.body)
    table.rows[row][1] = "1998年"
    found = whole(read(as_csv(table.rows)), table, but=(row,))
    assert [(p.row, p.column) for p in told(found, "period-before")] == [(row + 1, "B")]


# --- keys ---------------------------------------------------------------------------------


@any_place
def test_a_blank_region_is_never_filled_silently(read, seed):
    rng = random.Random(seed)
    table = Table(rng)
    row = rng.choice(table.body[1:])
    table.rows[row][0] = ""
    refused(read(as_csv(table.rows)), "label-blank", row + 1, "A", "")


@any_place
@pytest.mark.parametrize("kind", list(KINDS))
def test_labels_on_the_first_row_of_each_block_are_filled_and_told(read, kind, seed):
    table = Table(random.Random(f"{seed}{kind}"))
    blank = [row for row in table.body if table.rows[row][1] == "2024"]
    rows = [["", *row[1:]] if n in blank else row for n, row in enumerate(table.rows)]
    found = whole(read(KINDS[kind](rows), f"a{kind}"), table)
    assert [p.row for p in told(found, "label-filled-down")] == [row + 1 for row in blank]


@any_place
@pytest.mark.parametrize("cell", ["NA", "None", "null", "990102.0"])
def test_no_name_of_a_region(read, cell, seed):
    rng = random.Random(f"{cell}{seed}")
    table = Table(rng)
    row = rng.choice(table.body)
    table.rows[row][0] = cell
    wrong = refused(read(as_csv(table.rows)), "unknown-region", row + 1, "A", cell)
    assert cell != "990102.0" or "990102" in wrong.remedy_zh


@any_place
@pytest.mark.parametrize("cell", ["東山區", "东山", "990102", "990102000000"])
def test_traditional_and_short_names_and_codes(read, cell, seed):
    rng = random.Random(f"{cell}{seed}")
    table = Table(rng)
    row = rng.choice([r for r in table.body if table.rows[r][0] == "东山区"])
    table.rows[row][0] = cell
    content = as_csv(table.rows)
    table.rows[row][0] = "东山区"
    whole(read(content), table)


@any_place
def test_a_character_of_another_form_is_asked_with_a_hint(read, seed):
    rng = random.Random(seed)
    table = Table(rng)
    row = rng.choice([r for r in table.body if table.rows[r][0] == "北岭县"])
    table.rows[row][0] = "北\uf9ab县"  # a compatibility form of 嶺
    found, taken = read(as_csv(table.rows))
    (question,) = found.questions
    assert (question.kind, question.address) == ("region", f"A{row + 1}")
    assert "990121" in question.suggestions
    assert len(taken) == 4 * (len(table.body) - 1)


@any_place
def test_a_name_that_two_regions_have_needs_the_parent(read, known, seed):
    twin = {"region": "990202", "name_zh": "东山区", "name_en": "Dongshan", "parent": "990200"}
    city = {"region": "990200", "name_zh": "云海市", "name_en": "Yunhai", "parent": "990000"}
    words = Vocabulary.of(known[0], SAID)
    words = Vocabulary(words.indicators, {**words.regions, "990202": twin, "990200": city},
                       words.periods, words.said)  # fmt: skip
    table = Table(random.Random(seed))
    found, taken = read(as_csv(table.rows), words=words)
    assert {(p.rule, p.value) for p in errors(found)} == {("ambiguous-region", "东山区")}
    assert not taken
    rows = [["市" if n == table.head else "云河市" if n in table.body else "", *row]
            for n, row in enumerate(table.rows)]  # fmt: skip
    whole(read(as_csv(rows), words=words), table)


@any_place
def test_code_and_name_disagree(read, seed):
    rng = random.Random(seed)
    table = Table(rng)
    row = rng.choice(table.body)
    codes = {"东山区": "990103", "西湖区": "990121", "北岭县": "990102"}
    rows = [[("行政区" if n == table.head else REGIONS.get(r[0], "")), *r]
            for n, r in enumerate(table.rows)]  # fmt: skip
    whole(read(as_csv(rows)), table)
    rows[row][0] = codes[table.rows[row][0]]
    refused(read(as_csv(rows)), "labels-clash", row + 1, "B", table.rows[row][0])


@any_place
def test_a_key_that_stands_twice(read, seed):
    rng = random.Random(seed)
    table = Table(rng)
    row = rng.choice(table.body)
    table.rows.insert(table.body[-1] + 1, table.rows[row][:])
    found, taken = read(as_csv(table.rows))
    again = table.body[-1] + 2
    assert [(p.rule, p.row) for p in errors(found)] == [("figure-twice", again)] * 4
    assert all(f"{p.column}{row + 1}" in p.message_zh for p in errors(found))
    assert not taken
    table.rows[again - 1][2] = "1"
    found, taken = read(as_csv(table.rows))
    (wrong,) = (p for p in errors(found) if p.rule == "two-values")
    assert (wrong.row, wrong.column, wrong.value) == (again, "C", "1名")
    assert f"C{row + 1}" in wrong.message_zh
    assert table.rows[row][2] in wrong.message_zh
    assert not taken


# --- totals and lines below ---------------------------------------------------------------


def with_total(table, rng, name, at, wrong=0):
    """A total row of the rows of one year above it; its place from 0 and its column with a slip."""
    own = [table.rows[row] for row in table.body if row < at and table.rows[row][1] == "2024"]
    sums = [sum(int(row[column]) for row in own) for column in (2, 3, 4)]
    column = rng.choice([2, 3, 4])
    sums[column - 2] += wrong
    table.rows.insert(at, [name, "2024", *map(str, sums), ""])
    return column, sum(int(row[column]) for row in own)


@any_place
@pytest.mark.parametrize("name", ["小计", "合计", "全市", "总计"])
def test_totals_and_subtotals_are_checks_and_never_addends(read, name, seed):
    rng = random.Random(f"{name}{seed}")
    table = Table(rng)
    last = table.body[-1] + 1
    with_total(table, rng, name, last)
    found, taken = read(as_csv(table.rows))
    assert not errors(found)
    parents = {e.region for e in taken} - set(REGIONS.values())
    assert parents == (set() if name == "小计" else {"990100"})
    del table.rows[last]
    slip = rng.choice([-7, 9])
    column, added = with_total(table, rng, name, last, slip)
    wrong = refused(read(as_csv(table.rows)), "total-differs", last + 1, "ABCDEF"[column])
    assert str(added) in wrong.message_zh
    assert str(slip) in wrong.message_en


@any_place
def test_the_total_column_of_a_row_disagrees_with_its_parts(read, seed):
    rng = random.Random(seed)
    values = [[rng.randint(100, 900) for _ in REGIONS] for _ in range(3)]
    rows = [["指标", "年份", *REGIONS, "合计"]]
    rows += [[HEAD[2 + n], "2024", *one, sum(one)] for n, one in enumerate(values)]
    found, taken = read(as_csv(rows))
    assert not errors(found)
    assert len(taken) == 12
    row = rng.choice([1, 2, 3])
    rows[row][5] += 1
    refused(read(as_csv(rows)), "total-differs", row + 1, "F")


@any_place
@pytest.mark.parametrize("line", ["填表人：某某", "审核人:某", "注：见附表", "数据来源：某局",
                                  "单位负责人：某  填报日期：2025年1月8日"])  # fmt: skip
def test_lines_below_are_no_rows(read, line, seed):
    rng = random.Random(f"{line}{seed}")
    table = Table(rng)
    table.rows.append([line, *[""] * 5])
    for kind, write in KINDS.items():
        whole(read(write(table.rows), f"a{kind}"), table)
    assert len(as_docx(table.rows)) > 1000
