"""The front door: words, codes, and what is printed where."""

import json
import os
import signal
import subprocess
import sys


import click
import pytest
from tests.reports.conftest import REGIONS, quick

from helpers import cli
from helpers.cli import report as command
from helpers.cli.main import VERBS, group
from helpers.cli.output import say
from helpers.files import rows_beside
from helpers.data.problems import problem
from helpers.reports.run import hold

HERE = REGIONS[0]


@pytest.fixture
def halfsky(house, monkeypatch, capsys):
    """Run the command in the tiny house: (code, stdout, stderr)."""
    monkeypatch.setattr("helpers.cli.report.home", lambda: house.root)
    monkeypatch.setattr("helpers.reports.build._engine", lambda *_: quick)
    monkeypatch.setattr("helpers.reports.build._Kernels.start", lambda _: None)

    def run(*arguments):
        if arguments[:1] == ("report",):
            arguments = ("report", "--data", str(house.data), *arguments[1:])
        code = cli.main(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_all_reports_are_built_and_the_closing_line_counts_them(halfsky, house):
    code, out, err = halfsky("report")
    assert code == 0
    assert out.startswith("已生成 12，未变 0，失败 0，无数字未出 0；用时 ")
    assert str(house.root / "reports" / "index.html") in out
    assert "[12/12] 已生成 " in err


def test_report_languages_are_chosen_and_messages_follow_the_first(halfsky, house):
    code, out, err = halfsky("report", "care", "--lang", "en", "--region", HERE)
    assert (code, out.partition(";")[0]) == (0, "1 built, 0 unchanged, 0 failed, 0 withheld")
    assert "[1/1] built en/990102/2024/care.html" in err
    assert sorted(house.reports()) == ["en/990102/2024/care.html", "index.html"]


def test_quiet_says_nothing_when_all_is_well(halfsky):
    code, out, err = halfsky("report", "--quiet")
    assert (code, out) == (0, "")
    assert all(line.startswith("提醒：") for line in err.splitlines())  # what is odd in the data


def test_json_is_one_document_and_nothing_else(halfsky):
    code, out, _ = halfsky("report", "--json")
    assert code == 0
    assert len(json.loads(out)["reports"]) == 12


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_started(halfsky, house):
    wrong = ["cares", "--region", "１０", "--period", "1999", "--lang", "de", "--jobs", "1_0"]
    wrong += ["--timeout", "-1", "--audience", "press", "--memory", "1", "--scheduler", "x"]
    code, out, err = halfsky("report", *wrong, "--out", str(house.root / "data" / "x"))
    places = [line.partition(":")[0] for line in err.splitlines()]
    assert (code, out) == (2, "")
    options = "--region --period --lang --jobs --jobs --timeout --audience --memory --scheduler"
    assert sorted(places) == sorted(["AREA", "--out", *options.split()])
    assert not (house.root / "reports").exists()
    assert not (house.root / "data" / "x").exists()


def test_wrong_parameters_as_json_are_objects_with_the_contract_s_fields(halfsky):
    code, out, err = halfsky("report", "--region", "99010", "--json", "--lang", "en")
    (found,) = json.loads(out)["problems"]
    assert (code, err) == (2, "")
    assert {"file", "row", "column", "value", "rule", "message", "remedy"} <= set(found)
    assert "990102" in found["remedy"]


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (["report", "--regoin", "1"], "没有这个选项", "no such option"),
        (["reprot"], "没有这个命令", "no such command"),
        (["report", "--region"], "这个选项后面要有值", "requires an argument"),
        (["check", "x"], "多余的参数:x", "unexpected extra argument"),
        (["report", "--region", "x"], "没有这个地区代码", "no such region code"),
    ],
)
def test_mistakes_are_told_in_the_language_asked_for(halfsky, arguments, zh, en):
    code, _, err = halfsky(*arguments)
    assert (code, len(err.splitlines())) == (2, 1)
    assert zh in err
    first = [arguments[0], "--lang", "en", *arguments[1:]]
    if arguments[0] != "reprot":
        assert en in halfsky(*first)[2]


def test_a_text_is_audited_alone_or_beside_areas(halfsky, house, tmp_path):
    text = tmp_path / "稿 1.txt"
    text.write_text("妇女之家3个。", encoding="utf-8")
    code, out, _ = halfsky("report", "audit", "--text", str(text), "--json")
    told = json.loads(out)["reports"]
    assert (code, [entry["path"] for entry in told]) == (
        0,
        ["zh/990102/2024/audit.html", "en/990102/2024/audit.html"],
    )
    assert {entry["text"] for entry in told} == {"稿 1.txt"}
    assert halfsky("report", "rights", "--text", str(text), "--region", REGIONS[1])[0] == 0
    assert (house.root / "reports" / "en" / REGIONS[1] / "2024" / "rights.html").is_file()
    assert (house.root / "reports" / "en" / REGIONS[1] / "2024" / "audit.html").is_file()


@pytest.mark.parametrize(
    ("name", "content", "zh", "en"),
    [
        ("none.txt", None, "文件不存在", "no such file"),
        ("a.pdf", b"%PDF-1.4", "不是能读的文稿格式", "no format"),
        ("a.txt", b" ", "没有文字", "no text"),
        ("b.txt", b"\xff\x81\x00\x82\xff", "GB18030", "GB18030"),
    ],
)
def test_a_text_that_cannot_be_read_is_code_2_before_anything(
    halfsky, house, name, content, zh, en
):
    path = house.root / name
    if content is not None:
        path.write_bytes(content)
    for lang, words in (("zh", zh), ("en", en)):
        code, _, err = halfsky("report", "--text", str(path), "--lang", lang)
        assert code == 2
        assert words in err
    assert not (house.root / "reports").exists()


def test_an_audit_without_a_text_or_with_several_is_code_2(halfsky, tmp_path):
    code, _, err = halfsky("report", "audit", "--lang", "en")
    assert (code, "name its file with --text" in err) == (2, True)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("3个", encoding="utf-8")
    paths = [str(tmp_path / name) for name in ("a.txt", "b.txt")]
    code, _, err = halfsky("report", "audit", "--text", paths[0], "--text", paths[1])
    assert (code, "一次只能有一篇文稿或一个笔记本" in err) == (2, True)


def test_a_mistyped_option_or_verb_gets_the_nearest(halfsky):
    assert "--region" in halfsky("report", "--regoin", "1")[2].partition("；")[2]
    assert "report" in halfsky("repot")[2].partition("；")[2]


def test_a_failed_report_is_code_1_with_its_reason_and_the_place_of_its_details(halfsky, house):
    house.put("rights", "FAIL")
    code, out, err = halfsky("report", "--lang", "en", "--region", HERE)
    log = house.root / ".halfsky" / "failed" / "en-990102-2024-rights.html.txt"
    assert (code, out.partition(";")[0]) == (1, "2 built, 0 unchanged, 1 failed, 0 withheld")
    assert "failed: en/990102/2024/rights.html: it failed; there is no earlier report" in err
    assert str(log) in err
    assert log.read_text(encoding="utf-8") == "Traceback …\n"
    published = [path.name for path in house.out.rglob("*") if path.is_file()]
    assert not any("Traceback" in (house.out / name).name for name in published)
    assert sorted(published)[-3:] == ["lock", "overview.html", "state.json"]


def test_refused_data_are_code_3_with_every_problem(halfsky, house):
    def spoilt(head, rows):
        for row, value in zip(rows, ("abc", "abc"), strict=False):
            row[head.index("value")] = value
        return rows

    house.edit("observations.csv", spoilt)
    code, _, err = halfsky("report")
    found = [line.split(":")[:3] for line in err.splitlines()]
    assert code == 3
    assert ["observations.csv", "2-3", "value"] in found  # one fault of many cells: one line
    problems = json.loads(halfsky("report", "--json")[1])["problems"]
    assert {(2, "value"), (3, "value")} <= {(p["row"], p["column"]) for p in problems}


def test_warnings_about_the_data_are_printed_each_time(halfsky, house):
    (house.data / "stray.csv").write_text("a\n1\n", encoding="utf-8")
    for _ in range(2):
        code, _, err = halfsky("report", "--lang", "en")
        assert code == 0
        assert "warning: stray.csv: not listed in datapackage.json" in err
    found = json.loads(halfsky("report", "--json")[1])["problems"]
    assert ("stray.csv", "warning") in [(one["file"], one["severity"]) for one in found]


def test_a_table_that_lost_rows_is_code_3_and_accept_shrink_goes_on(halfsky, house):
    assert halfsky("report")[0] == 0
    house.edit("observations.csv", lambda _, rows: rows[:-1])
    code, _, err = halfsky("report")
    assert (code, "--accept-shrink" in err) == (3, True)
    assert halfsky("report", "--accept-shrink")[0] == 0


def test_a_page_held_back_is_code_1_and_says_how_to_go_on(halfsky, house):
    assert halfsky("report")[0] == 0

    def moved(head, rows):
        for row in rows[:6]:
            row[head.index("period")] = "2023"
        return rows

    house.edit("observations.csv", moved)
    code, _, err = halfsky("report", "rights", "--period", "2024", "--lang", "en")
    assert code == 1
    assert "withheld: en/990102/2024/rights.html: 3 of 4 figures are gone" in err


def test_an_own_notebook_is_built_and_one_that_is_not_there_is_code_2(halfsky, house):
    path = house.put("mine")
    elsewhere = house.root / "我的 分析.ipynb"
    path.replace(elsewhere)
    code, _, err = halfsky("report", "--notebook", str(elsewhere), "--lang", "en")
    assert (code, "this name cannot be that of a report" in err) == (2, True)
    elsewhere = elsewhere.replace(house.root / "我的分析.ipynb")
    assert halfsky("report", "--notebook", str(elsewhere), "--region", HERE)[0] == 0
    assert (house.out / "zh" / HERE / "2024" / "我的分析.html").is_file()
    assert halfsky("report", "--notebook", "none.ipynb")[0] == 2


def test_a_url_is_no_output_and_the_way_to_publish_is_named(halfsky):
    code, _, err = halfsky("report", "--out", "s3://office/reports")
    assert (code, "rclone" in err) == (2, True)


def test_a_held_folder_is_code_5_and_names_the_holder(halfsky, house):
    (house.root / "reports").mkdir()
    with hold(house.root / "reports"):
        code, _, err = halfsky("report", "--lang", "en")
    assert code == 5
    assert "another run holds this folder (pid " in err


def test_internal_reports_go_to_a_folder_of_their_own(halfsky, house):
    assert halfsky("report", "--audience", "internal")[0] == 0
    assert (house.root / "reports" / "internal" / "index.html").is_file()
    assert halfsky("report")[0] == 0


def test_an_output_folder_with_chinese_and_blanks_works(halfsky, house):
    out = house.root / "报告 二"
    assert halfsky("report", "--out", str(out))[0] == 0
    assert (out / "zh" / HERE / "2024" / "care.html").is_file()


def test_check_lists_problems_and_is_code_3_only_for_errors(halfsky, house, monkeypatch):
    found = []
    monkeypatch.setattr("helpers.data.check", lambda _folder: found)
    folder = str(house.root / "data")
    assert halfsky("check", "--data", folder, "--lang", "en")[:2] == (
        0, f"{folder}: no problems found\n",
    )  # fmt: skip
    warning = problem(("a.csv", 2, "x", "1"), "odd", ("怪", "看看"), ("odd", "look"), "warning")
    found.append(warning)
    assert halfsky("check", "--data", folder)[:2] == (0, "提醒：a.csv:2:x: '1': 怪；看看\n")
    found.append(problem(("a.csv", 3, "x", "2"), "bad", ("坏", "改"), ("bad", "mend")))
    code, out, err = halfsky("check", "--data", folder, "--json", "--lang", "en")
    assert (code, err) == (3, "")
    assert [one["rule"] for one in json.loads(out)["problems"]] == ["odd", "bad"]


def test_check_of_a_folder_that_is_not_there_is_code_2(halfsky):
    code, _, err = halfsky("check", "--data", "no-such-folder", "--lang", "en")
    assert code == 2
    assert "there is no such folder" in err


HELP = {(row["verb"], row["name"]): row for row in rows_beside(command.__file__, "verbs.csv")}


@pytest.mark.parametrize("name", ["", *VERBS])
def test_every_verb_has_help_in_both_languages(halfsky, name):
    for lang in ("zh", "en"):
        code, out, _ = halfsky(*filter(None, [name]), "--lang", lang, "--help")
        assert code == 0
        assert HELP[name or "halfsky", ""][lang][:10] in out
        assert say("options", lang) in out
        assert all(line.strip("- ") for line in out.splitlines() if line.startswith("  -"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_option_has_its_help(lang):
    verbs = group(lang)
    for name in VERBS:
        command = verbs.get_command(click.Context(verbs, obj=lang), name)
        assert len(command.params) > 1
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert (parameter.help > "一") == (lang == "zh"), (name, parameter.name)


def test_without_a_verb_the_help_is_shown(halfsky):
    code, _, err = halfsky()
    assert code == 2
    assert "report" in err


QUICK = """
import sys
from pathlib import Path
from helpers import cli
from helpers.cli import report as command
from helpers.reports import inputs
command.home = lambda: Path(sys.argv[1])
inputs.code_files = dict
code = cli.main(["report", "--data", sys.argv[1] + "/city"])
heavy = set("pandas numpy jupyter_client traitlets papermill nbconvert nbformat IPython".split())
heavy |= {"psutil", "tqdm", "zmq", "distributed"}
print(code, sorted(heavy & set(sys.modules)))
"""


def test_a_run_with_nothing_to_do_imports_nothing_heavy(halfsky, house):
    halfsky("report")
    done = subprocess.run(
        [sys.executable, "-c", QUICK, str(house.root)],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "0 []"


def test_chinese_is_printed_whatever_the_locale_says(house):
    done = subprocess.run(
        [sys.executable, "-m", "helpers", "report", "--甲"],
        capture_output=True, cwd=house.root,
        env={"LANG": "C", "PYTHONIOENCODING": "ascii", "PATH": "", "PYTHONPATH": ""},
    )  # fmt: skip
    assert done.returncode == 2
    assert "'--甲': 没有这个选项" in done.stderr.decode("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_request_to_end_interrupts_at_once_and_each_time(number):
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    with command.ended_by_signals() as caught:
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), number)
        assert caught == [number, number]
    assert {name: signal.getsignal(name) for name in before} == before


def test_a_notice_is_written_whatever_came_of_the_run(halfsky, house, tmp_path):
    notice = tmp_path / "notice.txt"
    wish = ("report", "--quiet", "--notice", str(notice))
    assert halfsky(*wish)[0] == 0
    assert "新生成 12 份" in notice.read_text(encoding="utf-8")
    assert "这是第一版" in notice.read_text(encoding="utf-8")
    assert halfsky(*wish, "--lang", "en")[0] == 0
    assert "No figure changed." in notice.read_text(encoding="utf-8")
    assert halfsky(*wish, "--region", "nowhere")[0] == 2
    assert "没有生成报告" in notice.read_text(encoding="utf-8")
    assert halfsky("report", "--notice", str(tmp_path / "none" / "n.txt"))[0] == 2
    (house.data / "observations.csv").write_text("not a table", encoding="utf-8")
    assert halfsky(*wish)[0] == 3
    assert "observations.csv" in notice.read_text(encoding="utf-8")
