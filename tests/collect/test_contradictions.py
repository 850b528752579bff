"""What was taken contradicts a rule, an earlier period, another file or itself: told at its place
in the submission, and sent back where the folder would be refused for it."""

import hashlib
import json
import random

import pytest
from delivered import HEAD, REGIONS, as_csv, as_xlsx

from helpers.cli import main
from helpers.collect import collect as module
from helpers.collect.collect import collect, write
from helpers.data import load

PERIODS = """period,position,start,end,label_zh,label_en
2021,1,2021-01-01,2021-12-31,2021年,2021
2022,2,2022-01-01,2022-12-31,2022年,2022
2023,3,2023-01-01,2023-12-31,2023年,2023
2024-q1,4,2024-01-01,2024-03-31,2024年一季度,First quarter of 2024
2024-h1,5,2024-01-01,2024-06-30,2024年上半年,First half of 2024
2024,6,2024-01-01,2024-12-31,2024年,2024
"""
MORE = (
    "not_both,screening,,cases_found + cases_followed_up <= women_screened,error,check,"
    "两项之和不超过筛查人数,Both within those screened,两项之和过大,Too large\n"
    "mothers_have_few,care,,paired_children <= loving_mothers + loving_mothers + loving_mothers,"
    "error,check,一位妈妈至多结对三名儿童,Three children a mother,儿童过多,Too many\n"
    "followed_up_after_found,screening,,cases_followed_up <= cases_found,error,check,"
    "随访不超过确诊,Followed up within found,随访多于确诊,More than found\n"
)
COUNTS = {"爱心妈妈": "loving_mothers", "结对儿童": "paired_children", "筛查点": "screening_sites",
          "接受筛查的妇女": "women_screened", "确诊病例": "cases_found",
          "随访病例": "cases_followed_up", "维权热线来电": "helpline_calls"}  # fmt: skip
USUAL = {"爱心妈妈": 412, "结对儿童": 703, "筛查点": 31, "接受筛查的妇女": 5208, "确诊病例": 57,
         "随访病例": 46, "维权热线来电": 1207}  # fmt: skip


@pytest.fixture(scope="module")
def data(city, tmp_path_factory):
    """The invented city, with usual figures of three years for every district."""
    folder = tmp_path_factory.mktemp("data")
    for path in city.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "periods.csv").write_text(PERIODS, encoding="utf-8")
    rules = (city / "rules.csv").read_text(encoding="utf-8")
    (folder / "rules.csv").write_text(rules + MORE, encoding="utf-8")
    head = (city / "observations.csv").read_text(encoding="utf-8").split("\n")[0].split(",")
    rows = [
        {"indicator": COUNTS[name], "region": region, "period": year, "value": str(value + at),
         "as_written": f"{value + at}", "status": "A", "source": "city_return", "locator": "p1"}
        for name, value in USUAL.items() for region in REGIONS.values()
        for at, year in enumerate(("2021", "2022", "2023"))
    ]  # fmt: skip
    units = dict(zip(*(load(city).indicators[c] for c in ("indicator", "unit")), strict=True))
    for row in rows:
        row["as_written"] += units[row["indicator"]]
    text = as_csv([head, *([row.get(name, "") for name in head] for row in rows)])
    (folder / "observations.csv").write_bytes(text)
    return folder


@pytest.fixture
def sent(data, tmp_path):
    """``sent({file: rows})``: what `collect` makes of an inbox."""

    def collecting(files):
        inbox = tmp_path / "inbox"
        inbox.mkdir(exist_ok=True)
        for name, rows in files.items():
            (inbox / name).write_bytes((as_xlsx if name.endswith("x") else as_csv)(rows))
        return collect(inbox, data, tmp_path / "out")

    return collecting


def usual(region, rng, period="2024", **changes):
    """A district's table with usual figures, and the cell of each; ``changes`` by position."""
    names = list(USUAL)
    rng.shuffle(names)
    values = {name: USUAL[name] + rng.randint(4, 9) for name in names}
    values |= {name: value for name, value in changes.items() if value is not None}
    rows = [["地区", "年份", *names], [region, period, *(str(values[name]) for name in names)]]
    return rows, {name: "ABCDEFGHIJ"[2 + at] for at, name in enumerate(names)}


def found_of(found, rule):
    return [one for one in found.problems if one.rule == rule]


BROKEN = [
    ("随访病例", 70, "确诊病例"), ("确诊病例", 5300, "接受筛查的妇女"),
    ("结对儿童", 1800, "爱心妈妈"),
]  # fmt: skip


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
@pytest.mark.parametrize(("name", "value", "other"), BROKEN)
def test_a_figure_that_breaks_a_rule_sends_its_file_back_naming_both(
    sent, name, value, other, kind
):
    rng = random.Random(f"{name}{kind}")
    region = rng.choice(list(REGIONS))
    rows, cells = usual(region, rng, **{name: value})
    rest = next(one for one in REGIONS if one != region)
    found = sent({f"甲{kind}": rows, "乙.csv": usual(rest, rng)[0]})
    wrong = [one for one in found.problems if one.severity == "error"]
    assert wrong
    assert {one.rule for one in wrong} <= {"rule-broken", "numerator-above-denominator"}
    assert {one.file.split("!")[0] for one in wrong} == {f"甲{kind}"}
    told = " ".join(one.message_zh + one.message_en for one in wrong)
    for place in (f"{cells[name]}2", f"{cells[other]}2", str(value)):
        assert place in told
    assert "observations.csv" not in told
    assert {entry.region for entry in found.taken.entries} == {REGIONS[rest]}
    assert [one.status for one in found.taken.submissions] == ["taken", "refused"]
    assert f",{REGIONS[region]},2024," not in found.files["observations.csv"].decode()


def test_figures_that_break_no_rule_are_not_told(sent):
    rng = random.Random(7)
    found = sent({f"{name}.csv": usual(name, rng)[0] for name in REGIONS})
    assert not [one for one in found.problems if one.severity == "error"]
    assert len(found.taken.entries) == 3 * len(USUAL)
    assert not found_of(found, "jump")


@pytest.mark.parametrize(("times", "severity"), [(11, "warning"), (130, "error")])
def test_a_jump_is_told_and_one_beyond_all_measure_refused(sent, times, severity):
    rng = random.Random(times)
    name = rng.choice(["爱心妈妈", "维权热线来电"])
    rows, cells = usual("西湖区", rng, **{name: USUAL[name] * times})
    (jump,) = found_of(sent({"a.csv": rows}), "jump")
    assert (jump.severity, jump.file, jump.row, jump.column) == (severity, "a.csv", 2, cells[name])
    assert "倍" in jump.message_zh
    assert str(USUAL[name] + 1) in jump.message_en


def test_a_form_that_repeats_the_last_period_is_told(sent):
    values = {name: value + 2 for name, value in USUAL.items()}
    rows, _ = usual("北岭县", random.Random(3), **values)
    (copied,) = found_of(sent({"a.csv": rows}), "copied-period")
    assert (copied.severity, copied.file) == ("warning", "a.csv")


def test_figures_that_mostly_end_in_nought_or_five_are_told(sent):
    rng = random.Random(5)
    files = {}
    for at, kind in enumerate((10, 1)):
        rows = [["地区", "年份", *USUAL]]
        for region in REGIONS:
            rows.append([region, "2024", *(f"{(v + rng.randint(1, 9)) // kind * kind}"
                                           for v in USUAL.values())])  # fmt: skip
        files[f"{at}.csv"] = rows
    heaped = found_of(sent({"0.csv": files["0.csv"]}), "figures-heaped")
    assert [(one.file, one.severity) for one in heaped] == [("0.csv", "warning")]
    assert "21" in heaped[0].message_zh


def test_a_cumulative_figure_never_falls(sent):
    rows = [["地区", "时期", "维权热线来电"], ["东山区", "2024年一季度", "340"],
            ["东山区", "2024年上半年", "330"]]  # fmt: skip
    (fell,) = found_of(sent({"a.csv": rows}), "cumulative-falls")
    assert (fell.severity, fell.row, fell.column, fell.value) == ("error", 3, "C", "330次")
    assert "2024-q1" in fell.message_zh
    assert "340次" in fell.message_en


def test_a_share_of_the_table_is_held_against_its_numbers_and_never_taken(sent):
    rows = [["地区", "年份", HEAD[3], HEAD[4], "劝和率(%)"],
            ["东山区", "2024", "800", "200", "25.0"],
            ["西湖区", "2024", "800", "200", "26.1"]]  # fmt: skip
    found = sent({"a.csv": rows})
    (differs,) = found_of(found, "share-differs")
    assert (differs.row, differs.column, differs.value) == (3, "E", "26.1%")
    assert "25.0" in differs.message_zh
    assert {e.indicator for e in found.taken.entries} == {
        "couples_counselled",
        "couples_reconciled",
    }


def test_the_city_s_own_figure_and_its_districts_in_other_files(sent):
    rng = random.Random(2)
    files = {f"{name}.csv": [["地区", "年份", "爱心妈妈"], [name, "2024", str(400 + at)]]
             for at, name in enumerate(REGIONS)}  # fmt: skip
    total = str(1203 + rng.choice([-40, 40]))
    found = sent({**files, "全市.csv": [["地区", "年份", "爱心妈妈"], ["云河市", "2024", total]]})
    (apart,) = found_of(found, "sum-differs")
    assert "1203" in apart.message_zh
    assert "40" in apart.message_zh
    for file in (*files, "全市.csv"):
        assert file in apart.message_zh


def test_two_versions_of_one_figure_need_a_date_or_a_name_that_says_which_is_later(sent):
    old, new = ([["地区", "年份", "爱心妈妈"], ["东山区", "2024", n]] for n in ("410", "420"))
    found = sent({"a.csv": old, "b.csv": new})
    assert [one.rule for one in found.problems if one.severity == "error"] == ["two-values"] * 2
    assert not found.taken.entries
    day = ["填报日期：2025年1月{}日", "", ""]
    dated = {name: [*rows, [day[0].format(n), "", ""]]
             for n, (name, rows) in enumerate({"a.csv": new, "b.csv": old}.items(), 8)}  # fmt: skip
    found = sent(dated)
    assert [(old.as_written, new.as_written) for old, new in found.taken.revisions] == [
        ("420名", "410名")
    ]
    assert [one.reading.filled_on for one in found.taken.submissions] == [
        "2025-01-08",
        "2025-01-09",
    ]


def test_a_district_that_sent_nothing_is_told_as_missing_and_not_as_zero(sent):
    rng = random.Random(4)
    found = sent({f"{name}.csv": usual(name, rng)[0] for name in ("东山区", "西湖区")})
    page = found.files["intake.html"].decode()
    assert "未报" in page
    gaps = {one.of.missing for one in found.rolled}
    assert gaps == {(REGIONS["北岭县"],)}
    assert not any(entry.region == REGIONS["北岭县"] for entry in found.taken.entries)


def test_a_region_that_the_folder_does_not_know_is_asked_and_told(sent):
    rows = [["地区", "年份", "爱心妈妈"], ["南山区", "2024", "5"], ["东山区", "2024", "410"]]
    found = sent({"a.csv": rows})
    (asked,) = found_of(found, "unknown-region")
    assert (asked.file, asked.row, asked.column, asked.value) == ("a.csv", 2, "A", "南山区")
    assert [entry.region for entry in found.taken.entries] == ["990102"]
    assert not found.clean


def test_a_file_that_changes_while_it_is_collected_counts_as_it_was_read(
    data, tmp_path, monkeypatch
):
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    first, second = (as_csv(usual("东山区", random.Random(n))[0]) for n in (1, 2))
    (inbox / "a.csv").write_bytes(first)
    settled = module._settled

    def meanwhile(*given):
        (inbox / "a.csv").write_bytes(second)
        return settled(*given)

    monkeypatch.setattr(module, "_settled", meanwhile)
    found = collect(inbox, data, out)
    write(found, out)
    (changed,) = found_of(found, "file-changed")
    assert changed.file == "a.csv"
    (kept,) = (out / "submissions").iterdir()
    assert kept.read_bytes() == first
    assert kept.name.startswith(hashlib.sha256(first).hexdigest()[:16])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_tells_a_fault_with_all_of_its_place_and_writes_nothing(
    data, tmp_path, capsys, lang
):
    rng = random.Random(lang)
    rows, cells = usual("东山区", rng)
    name = rng.choice(list(cells))
    rows[1][rows[0].index(name)] = "12O"
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "报.xlsx").write_bytes(as_xlsx({"妇女": rows}))
    out = tmp_path / "out"
    given = ["collect", str(tmp_path / "inbox"), "--data", str(data), "--out", str(out)]
    assert main([*given, "--json", "--lang", lang]) == 3
    assert not out.exists()
    (told,) = json.loads(capsys.readouterr().out)["problems"]
    assert told["file"] == "报.xlsx!妇女"
    assert (told["row"], told["column"], told["value"]) == (2, cells[name], "12O")
    assert "120" in told["remedy"]
    assert main([*given, "--lang", lang]) == 3
    line = capsys.readouterr().out.split("\n")[0]
    assert line.startswith(f"报.xlsx!妇女:2:{cells[name]}: '12O': ")


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/x", "s3://a/b", "file:///etc"])
def test_an_address_is_no_folder(data, tmp_path, address, capsys):
    assert main(["collect", address, "--data", str(data), "--out", str(tmp_path / "o")]) == 2
    assert main(["collect", str(tmp_path), "--data", address, "--out", str(tmp_path / "o")]) == 2
    assert address in capsys.readouterr().err
