"""From an inbox to a data folder: taken, sent back, revised, summed, reconciled."""

import csv
import io
import json
import random

import pytest

from helpers.cli import main
from helpers.collect.collect import collect, write
from helpers.data import check, load
from helpers.files import digest

EAST, WEST, NORTH, CITY = "990102", "990103", "990121", "990100"
HEAD = "地区,年份,爱心妈妈,接受辅导的拟离婚夫妻,筛查知晓率\n"
ROWS = {"东山区": "东山区,2024,800,1100,70.1\n", "西湖区": "西湖区,2024,640,900,66.0\n",
        "北岭县": "北岭县,2024,300,400,60.5\n"}  # fmt: skip


@pytest.fixture
def inbox(tmp_path):
    """An empty inbox; ``put(name, text)`` delivers a file."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def put(inbox):
    def deliver(name, text):
        (inbox / name).write_text(text, encoding="utf-8")

    return deliver


@pytest.fixture
def data(city, tmp_path):
    """The invented city with its figures of the first year only."""
    folder = tmp_path / "data"
    folder.mkdir()
    for path in city.iterdir():
        text = path.read_text(encoding="utf-8")
        if path.name in ("observations.csv", "programmes.csv"):
            head, *rows = text.splitlines()
            text = "\n".join([head, *(row for row in rows if ",2024" not in row)]) + "\n"
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


def taken(inbox, data, out):
    found = collect(inbox, data, out)
    write(found, out)
    return found


def rows(content, **wanted):
    table = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return [r for r in table if all(r[name] == value for name, value in wanted.items())]


def tree(folder):
    return {p.relative_to(folder).as_posix(): digest(p) for p in folder.rglob("*") if p.is_file()}


def test_three_districts_become_the_city_s_figure_with_its_parts(inbox, put, data, tmp_path):
    for name, row in ROWS.items():
        put(f"{name}.csv", HEAD + row)
    found = taken(inbox, data, tmp_path / "out")
    assert found.clean
    told = found.files["observations.csv"]
    (mothers,) = rows(told, indicator="loving_mothers", region=CITY, period="2024")
    assert (mothers["value"], mothers["as_written"], mothers["locator"]) == (
        "1740",
        "1740名",
        "3/3",
    )
    assert not rows(told, indicator="screening_awareness", region=CITY, period="2024")
    (east,) = rows(told, indicator="loving_mothers", region=EAST, period="2024")
    assert east["locator"] == "C2"
    assert [p for p in check(tmp_path / "out") if p.severity == "error"] == []
    assert len(load(tmp_path / "out").observations) == len(rows(told))


def test_a_sum_with_a_gap_is_not_the_city_s_and_its_coverage_is_told(inbox, put, data, tmp_path):
    for name in ("东山区", "西湖区"):
        put(f"{name}.csv", HEAD + ROWS[name])
    found = taken(inbox, data, tmp_path / "out")
    assert not rows(found.files["observations.csv"], region=CITY, period="2024")
    (gap,) = {one.of.missing for one in found.rolled}
    assert gap == (NORTH,)
    assert "3 个地区报了 2 个，缺北岭县" in found.files["intake.html"].decode()


def test_the_city_s_own_figure_is_held_against_the_sum(inbox, put, data, tmp_path):
    for name, row in ROWS.items():
        put(f"{name}.csv", HEAD + row)
    for own, verdict, explained in (("1740", "equal", ()), ("1440", "apart", ((NORTH,),))):
        put("全市.csv", f"地区,年份,爱心妈妈\n云河市,2024,{own}\n")
        found = taken(inbox, data, tmp_path / "out")
        (one,) = [r for r in found.rolled if r.indicator == "loving_mothers"]
        assert (one.verdict, tuple(one.explained)) == (verdict, explained)
        (kept,) = rows(
            found.files["observations.csv"], indicator="loving_mothers", region=CITY, period="2024"
        )
        assert kept["value"] == own
    page = found.files["intake.html"].decode()
    assert "自报 1440名，比各地之和 1740名 少 300；正好相当于北岭县" in page
    assert "1440名 given, 300 less than the sum 1740名; as much as Beiling" in page


def test_a_city_below_its_districts_is_a_warning_and_the_report_shows_both(
    inbox, put, data, tmp_path
):
    from helpers.telling.report import open_area

    for name, row in ROWS.items():
        put(f"{name}.csv", HEAD + row)
    put("全市.csv", "地区,年份,爱心妈妈\n云河市,2024,1440\n")
    found = taken(inbox, data, tmp_path / "out")
    assert not found.clean
    told = check(tmp_path / "out")
    assert {p.severity for p in told} == {"warning"}
    assert [p.rule for p in told if p.rule in ("total", "language")] == ["total"]
    for lang, text in (("zh", "各地相加是1740名，云河市的数是1440名，相差300名"), ("en", "1,740")):
        here = open_area("care", CITY, "2024", lang, str(tmp_path / "out"))
        assert text in here.checks().plain
        assert {"zh": "正好相当于北岭县的数", "en": "as much as Beiling"}[
            lang
        ] in here.checks().plain


def test_what_was_late_and_what_was_revised_stands_beside_the_city_s_sum(
    inbox, put, data, tmp_path
):
    from helpers.telling.report import open_area

    for name, row in ROWS.items():
        put(f"{name}.csv", HEAD + row)
    put("东山区（更正）.csv", HEAD + "东山区,2024,810,1100,70.1\n")
    write(collect(inbox, data, tmp_path / "out"), tmp_path / "out")
    late = collect(inbox, data, tmp_path / "out", due="2025-01-15")
    assert not any(one.late for one in late.taken.submissions)  # a table says no day
    told = late.files["observations.csv"]
    (city,) = rows(told, indicator="loving_mothers", region=CITY, period="2024")
    assert (city["value"], city["delivery"]) == ("1750", "summed")
    assert city["note_zh"] == "3 个地区的数合计，1 个修订。"
    (east,) = rows(told, indicator="loving_mothers", region=EAST, period="2024")
    assert (east["delivery"], east["note_zh"]) == ("revised", "修订，原为800名。")
    here = open_area("care", CITY, "2024", "zh", str(tmp_path / "out"))
    table = here.table(["loving_mothers"], zh="", en="").plain
    assert "3个地区报了3个，1个修订" in table
    assert "云河市 2024 爱心妈妈" not in late.files["intake.html"].decode()
    assert "原 800名，现 810名，+10" in late.files["intake.html"].decode()


def test_files_of_one_name_in_the_folders_of_two_districts_are_two_files(
    inbox, put, data, tmp_path
):
    for name in ("东山区", "西湖区"):
        (inbox / name).mkdir()
        put(f"{name}/报表.csv", HEAD + ROWS[name])
    found = taken(inbox, data, tmp_path / "out")
    assert [one.file for one in found.taken.submissions] == ["东山区/报表.csv", "西湖区/报表.csv"]
    told = found.files["observations.csv"]
    sources = {r["source"] for r in rows(told, indicator="loving_mothers", period="2024")}
    assert len(sources) == 2


def test_sums_climb_level_by_level_and_stop_where_a_place_is_missing(inbox, put, data, tmp_path):
    towns = "990102001,9,一镇,First,990102,town,\n990102002,10,二镇,Second,990102,town,\n"
    with (data / "regions.csv").open("a", encoding="utf-8") as file:
        file.write(towns)
    for name in ("西湖区", "北岭县"):
        put(f"{name}.csv", HEAD + ROWS[name])
    town = "地区,年份,爱心妈妈\n{0},2024,{1}\n"
    put("一镇.csv", town.format("990102001", 300))
    found = taken(inbox, data, tmp_path / "out")
    mothers = [one for one in found.rolled if one.indicator == "loving_mothers"]
    assert {one.region: one.verdict for one in mothers} == {EAST: "gap", CITY: "gap"}
    put("二镇.csv", town.format("990102002", 500))
    told = taken(inbox, data, tmp_path / "out").files["observations.csv"]
    sums = {r["region"]: r["value"] for r in rows(told, indicator="loving_mothers", period="2024")
            if r["delivery"] == "summed"}  # fmt: skip
    assert sums == {EAST: "800", CITY: "1740"}
    assert not [p for p in check(tmp_path / "out") if p.severity == "error"]


def test_a_sum_is_made_anew_where_figures_are_collected_onto_it(inbox, put, data, tmp_path):
    for name, row in ROWS.items():
        put(f"{name}.csv", HEAD + row)
    taken(inbox, data, tmp_path / "first")
    for old in inbox.iterdir():
        old.unlink()
    put("东山区.csv", HEAD + "东山区,2024,900,1100,70.1\n")
    found = taken(inbox, tmp_path / "first", tmp_path / "second")
    told = found.files["observations.csv"]
    (city,) = rows(told, indicator="loving_mothers", region=CITY, period="2024")
    assert city["value"] == "1840"
    (east,) = rows(told, indicator="loving_mothers", region=EAST, period="2024")
    assert east["note_zh"] == "修订，原为800名。"


def test_rounded_figures_are_summed_as_intervals_and_meet_within_rounding(
    inbox, put, data, tmp_path
):
    for name in ROWS:
        put(f"{name}.csv", f"地区,年份,爱心妈妈\n{name},2024,1000余\n")
    put("全市.csv", "地区,年份,爱心妈妈\n云河市,2024,3100\n")
    found = taken(inbox, data, tmp_path / "out")
    (one,) = found.rolled
    assert one.verdict == "within"
    (tmp_path / "inbox" / "全市.csv").unlink()
    found = taken(inbox, data, tmp_path / "more")
    (city,) = rows(found.files["observations.csv"], region=CITY, period="2024")
    assert city["as_written"] == "3000—6000名"
    assert not [p for p in check(tmp_path / "more") if p.severity == "error"]


HALF = "地区,时期,爱心妈妈,接受辅导的拟离婚夫妻\n"


@pytest.fixture
def halves(data, put):
    """``halves(first, second)``: rows of 东山区 delivered for the two halves of a year."""
    periods = (data / "periods.csv").read_text(encoding="utf-8")
    second = "2024-h2,4,2024-07-01,2024-12-31,2024年下半年,Second half of 2024\n"
    (data / "periods.csv").write_text(periods.replace(",3,2024-01", ",5,2024-01") + second)

    def deliver(*given, signed=""):
        for half, cells in zip("上下", given, strict=False):
            put(f"{half}.csv", f"{HALF}东山区,2024年{half}半年,{cells}\n{signed}")

    return deliver


def of_the_year(told, indicator):
    return rows(told, indicator=indicator, region=EAST, period="2024")


def test_flows_of_half_years_are_summed_and_stocks_taken_at_the_end(inbox, halves, data, tmp_path):
    halves("700,500", "800,600")
    told = taken(inbox, data, tmp_path / "out").files["observations.csv"]
    assert [row["value"] for row in of_the_year(told, "loving_mothers")] == ["800"]
    assert [row["value"] for row in of_the_year(told, "couples_counselled")] == ["1100"]


def test_a_stock_s_last_figure_stays_as_rounded_as_it_is(inbox, halves, data, tmp_path):
    halves("700,500", "1.3万,600")
    told = taken(inbox, data, tmp_path / "out").files["observations.csv"]
    (mothers,) = of_the_year(told, "loving_mothers")
    assert (mothers["value"], mothers["as_written"]) == ("13000", "1.3万名")


def test_nothing_is_worked_out_of_one_half_nor_of_halves_that_do_not_fill_a_year(
    inbox, put, halves, data, tmp_path
):
    halves("700,500")
    assert not of_the_year(
        collect(inbox, data, tmp_path).files["observations.csv"], "loving_mothers"
    )
    periods = (data / "periods.csv").read_text(encoding="utf-8")
    (data / "periods.csv").write_text(periods.replace("2024-07-01", "2024-07-02"))
    halves("700,500", "800,600")
    put("下.csv", f"{HALF}东山区,2024-h2,800,600\n")
    told = collect(inbox, data, tmp_path).files["observations.csv"]
    assert rows(told, region=EAST, period="2024-h2")
    assert not of_the_year(told, "loving_mothers")


def test_a_year_that_was_given_stays_and_flows_that_do_not_add_up_have_none(
    inbox, put, halves, data, tmp_path
):
    indicators = (data / "indicators.csv").read_text(encoding="utf-8")
    changed = indicators.replace(",flow,couple,true", ",flow,couple,false", 1)
    (data / "indicators.csv").write_text(changed, encoding="utf-8")
    halves("700,500", "800,600")
    put("年.csv", "地区,时期,爱心妈妈\n东山区,2024年,810\n")
    told = collect(inbox, data, tmp_path).files["observations.csv"]
    assert [row["value"] for row in of_the_year(told, "loving_mothers")] == ["810"]
    assert not of_the_year(told, "couples_counselled")


def test_a_year_of_a_half_that_was_late_is_late(inbox, halves, data, tmp_path):
    halves("700,500", "800,600", signed="填报日期：2025年1月20日,,,\n")
    for due, delivery in (("2025-01-15", "late"), ("2025-01-20", "")):
        told = collect(inbox, data, tmp_path, due).files["observations.csv"]
        assert [row["delivery"] for row in of_the_year(told, "loving_mothers")] == [delivery]


def test_a_city_that_gives_its_own_figure_has_a_gap_where_a_district_is_missing(
    inbox, put, data, tmp_path
):
    for name in ("东山区", "西湖区"):
        put(f"{name}.csv", HEAD + ROWS[name])
    put("全市.csv", "地区,年份,爱心妈妈\n云河市,2024,1740\n")
    found = collect(inbox, data, tmp_path)
    assert {one.verdict for one in found.rolled} == {"gap"}
    assert not [one for one in found.problems if one.rule == "sum-differs"]


def test_the_city_s_figure_alone_is_held_against_what_the_folder_has_of_its_districts(
    inbox, put, data, tmp_path
):
    observations = data / "observations.csv"
    more = "loving_mothers,990121,2023,310,,310名,A,city_return,p1,,\n"
    observations.write_text(observations.read_text(encoding="utf-8") + more, encoding="utf-8")
    put("全市.csv", "地区,年份,爱心妈妈\n云河市,2023,1780\n")
    (one,) = collect(inbox, data, tmp_path).rolled
    assert (one.verdict, one.apart) == ("apart", "10")


@pytest.mark.parametrize("due", ["2026-02-31", "2026-2-3", "20260203", "３月"])
def test_a_day_that_there_is_not_is_refused(inbox, data, tmp_path, capsys, due):
    out = tmp_path / "out"
    assert main(["collect", str(inbox), "--data", str(data), "--out", str(out), "--due", due]) == 2
    assert due in capsys.readouterr().err
    assert not out.exists()


def test_a_refused_file_stops_nothing_else_and_leaks_nothing(inbox, put, data, tmp_path):
    for name, row in ROWS.items():
        put(f"{name}.csv", HEAD + row)
    put("西湖区.csv", HEAD + "西湖区,2024,六四十,900,66.0\n")
    found = taken(inbox, data, tmp_path / "out")
    told = found.files["observations.csv"]
    assert not rows(told, region=WEST, period="2024")
    assert rows(told, region=EAST, period="2024")
    assert not rows(told, region=CITY, period="2024")
    statuses = {one.file: one.status for one in found.taken.submissions}
    assert statuses["西湖区.csv"] == "refused"
    (wrong,) = [p for p in found.problems if p.severity == "error"]
    assert (wrong.file, wrong.row, wrong.column, wrong.value) == ("西湖区.csv", 2, "C", "六四十")


def test_a_correction_by_name_revises_and_two_versions_without_one_are_both_told(
    inbox, put, data, tmp_path
):
    put("东山区.csv", HEAD + ROWS["东山区"])
    put("东山区（更正）.csv", HEAD + "东山区,2024,810,1100,70.1\n")
    found = taken(inbox, data, tmp_path / "out")
    assert [(old.as_written, new.as_written) for old, new in found.taken.revisions] == [
        ("800名", "810名")
    ]
    (inbox / "东山区（更正）.csv").rename(inbox / "东山区2.csv")
    found = taken(inbox, data, tmp_path / "more")
    assert [p.rule for p in found.problems if p.severity == "error"] == ["two-values"] * 2
    assert not rows(found.files["observations.csv"], indicator="loving_mothers", period="2024")


def test_the_same_file_twice_counts_once_and_is_told(inbox, put, data, tmp_path):
    for name in ("a.csv", "b.csv"):
        put(name, HEAD + ROWS["东山区"])
    found = taken(inbox, data, tmp_path / "out")
    assert [one.status for one in found.taken.submissions] == ["taken", "duplicate"]
    assert [p.rule for p in found.problems] == ["file-twice"]
    assert [p for p in check(tmp_path / "out") if p.severity == "error"] == []


def test_a_question_is_asked_once_and_its_answer_is_used_from_then_on(inbox, put, data, tmp_path):
    put("东山区.csv", "地区,年份,妈妈数\n东山区,2024,800\n西湖区,2024,640\n")
    put("北岭县.csv", HEAD + ROWS["北岭县"])
    out = tmp_path / "out"
    found = taken(inbox, data, out)
    (asked,) = rows(found.files["mapping.csv"], meaning="")
    assert (asked["kind"], asked["shown"]) == ("heading", "妈妈数")
    answer = "kind,source,shown,meaning\nheading,,妈妈数,loving_mothers\n"
    (out / "mapping.csv").write_text(answer, encoding="utf-8")
    found = taken(inbox, data, out)
    assert not rows(found.files["mapping.csv"], meaning="")
    told = found.files["observations.csv"]
    assert rows(told, indicator="loving_mothers", region=EAST, period="2024")


def test_the_same_inbox_gives_the_same_bytes_and_one_more_file_changes_its_own(
    inbox, put, data, tmp_path
):
    for name in ("东山区", "西湖区"):
        put(f"{name}.csv", HEAD + ROWS[name])
    out = tmp_path / "out"
    taken(inbox, data, out)
    before = tree(out)
    taken(inbox, data, out)
    assert tree(out) == before
    taken(inbox, data, tmp_path / "other")
    assert tree(tmp_path / "other") == before
    old = {tuple(r.values()) for r in rows((out / "observations.csv").read_bytes())}
    put("北岭县.csv", HEAD + ROWS["北岭县"])
    taken(inbox, data, out)
    new = {tuple(r.values()) for r in rows((out / "observations.csv").read_bytes())}
    assert old <= new
    assert {row[1] for row in new - old} == {NORTH, CITY}
    assert {tuple(r.values()) for r in rows(before and (out / "sources.csv").read_bytes())}


def test_the_bytes_of_every_submission_are_kept_and_the_inbox_is_left_alone(
    inbox, put, data, tmp_path
):
    put("东山区.csv", HEAD + ROWS["东山区"])
    before = tree(inbox)
    taken(inbox, data, tmp_path / "out")
    (kept,) = (tmp_path / "out" / "submissions").iterdir()
    assert digest(kept) == before["东山区.csv"]
    assert kept.name.startswith(before["东山区.csv"][:16])
    assert tree(inbox) == before


def test_exit_codes_and_json(inbox, put, data, tmp_path, capsys):
    arguments = ["collect", str(inbox), "--data", str(data), "--out", str(tmp_path / "o"), "--json"]
    assert main(arguments) == 3
    assert not (tmp_path / "o").exists()
    put("东山区.csv", HEAD + ROWS["东山区"])
    capsys.readouterr()
    assert main(arguments) == 0
    assert json.loads(capsys.readouterr().out) == {"problems": []}
    put("坏.xlsx", "no workbook")
    assert main(arguments) == 1
    (found,) = json.loads(capsys.readouterr().out)["problems"]
    assert (found["file"], found["rule"]) == ("坏.xlsx", "damaged-file")
    assert main(["collect", str(tmp_path / "none")]) == 2
    assert main([*arguments[:4], "--out", str(inbox / "in")]) == 2


def test_explain_tells_how_a_file_is_understood_and_writes_nothing(
    inbox, put, data, tmp_path, capsys
):
    put("东山区.csv", "单位：见表\n" + HEAD + ROWS["东山区"] + "填表人：某\n")
    before = tree(tmp_path)
    assert main(["collect", "--explain", str(inbox / "东山区.csv"), "--data", str(data)]) == 0
    told = capsys.readouterr().out
    assert "表头第 2 行" in told
    assert "C3: loving_mothers 990102 2024 = 800" in told
    assert "填表人" in told
    assert tree(tmp_path) == before


def test_a_report_is_made_of_what_was_collected(inbox, put, data, tmp_path):
    from helpers.telling.report import open_area

    for name, row in ROWS.items():
        put(f"{name}.csv", HEAD + row)
    taken(inbox, data, tmp_path / "out")
    here = open_area("care", CITY, "2024", "zh", str(tmp_path / "out"))
    assert here.indicators.loc["loving_mothers", "value"] == 1740


@pytest.mark.parametrize("seed", [1, pytest.param(9, marks=pytest.mark.slow)])
def test_valid_tables_of_any_shape_are_never_refused_and_say_the_same(
    inbox, put, data, tmp_path, seed
):
    rng = random.Random(seed)
    count = 25 if seed == 1 else 400
    labels = {"loving_mothers": "爱心妈妈", "couples_counselled": "接受辅导的拟离婚夫妻",
              "screening_sites": "筛查点"}  # fmt: skip
    regions = {EAST: "东山区", WEST: "西湖", NORTH: "北岭县"}
    for at in range(count):
        for old in inbox.iterdir():
            old.unlink()
        values = {(i, r): rng.randrange(1, 10**5) for i in labels for r in regions}
        put(f"{at}.csv", shaped(values, labels, regions, rng))
        found = collect(inbox, data, tmp_path / "out")
        told = {(e.indicator, e.region): int(e.value) for e in found.taken.entries}
        assert {k: v for k, v in told.items() if k[1] != CITY} == values, found.problems


def shaped(values, labels, regions, rng):
    """The same figures as a long or a wide table, with lines above and below."""
    shape = rng.choice(["long", "regions down", "regions across"])
    above = rng.choice(["", "2024年妇女工作统计表\n", "单位：见表\n"])
    below = rng.choice(["", "填表人：某某,审核人：某某\n", "注：无\n"])
    if shape == "long":
        lines = ["指标,地区,年份,数量"]
        lines += [f"{labels[i]},{regions[r]},2024年,{v}" for (i, r), v in values.items()]
    elif shape == "regions down":
        lines = [",".join(["地区", "年份", *labels.values()])]
        lines += [",".join([regions[r], "2024", *(str(values[i, r]) for i in labels)])
                  for r in regions]  # fmt: skip
    else:
        lines = [",".join(["指标", "年份", *regions.values()])]
        lines += [",".join([labels[i], "2024", *(str(values[i, r]) for r in regions)])
                  for i in labels]  # fmt: skip
    return above + "\n".join(lines) + "\n" + below


def test_the_page_says_who_has_delivered_what_is_wrong_and_what_is_late(inbox, put, data, tmp_path):
    put("东山区.csv", HEAD + ROWS["东山区"])
    put("西湖区.csv", "地区,年份,妈妈数\n西湖区,2024,640\n")
    put("坏.xlsx", "no workbook")
    page = taken(inbox, data, tmp_path / "out").files["intake.html"].decode()
    zh, _, en = page.partition('<section lang="en"')
    assert "共 3 个地区：1 个已收，1 个有问题待答，1 个未报。" in zh
    assert "3 districts: 1 taken, 1 questions open, 1 not delivered." in en
    for text in (
        "东山区 2024：",
        "北岭县：",
        "坏.xlsx：",
        "妈妈数：",
        "爱心妈妈（loving_mothers）",
    ):
        assert text in zh, text
    assert "3 个地区报了 1 个，缺西湖区、北岭县" in zh
    assert "<script" not in page


def test_text_of_a_submission_is_never_markup(inbox, put, data, tmp_path):
    put("<b>.csv", "地区,年份,爱心妈妈\n东山区,2024,<script>alert(1)</script>\n")
    put("东山区.csv", HEAD + ROWS["东山区"])
    page = taken(inbox, data, tmp_path / "out").files["intake.html"].decode()
    assert "<script" not in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    "name",
    ["😀\u202e堃.csv", "13812345678.csv", "\u200b a\tb .csv", "=cmd|' C'!A0.csv", "¶«É½Çø.csv"],
)
def test_whatever_a_file_is_called_the_folder_that_comes_of_it_is_sound(
    inbox, put, data, tmp_path, name
):
    put(name, HEAD + ROWS["东山区"])
    taken(inbox, data, tmp_path / "out")
    told = check(tmp_path / "out")
    assert [p.rule for p in told if p.severity == "error" or p.rule == "language"] == []
    assert load(tmp_path / "out").observations["source"].str.startswith("submission_").any()
