"""A run with nothing to do is answered from a note, and the note is never believed too much."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers import __main__ as front
from helpers import cli
from helpers.reports.cache import glance, keys, standing
from helpers.reports.publish import hold
from helpers.reports.task import Outcome

sys.path.insert(0, str(Path(__file__).parent))
from conftest import quick, way_in

pytestmark = [
    pytest.mark.usefixtures("quick_engine"),
    pytest.mark.skipif(os.name == "nt", reason="no time of change there"),
]
RIGHTS, CARE = "zh/010/2023/rights.html", "zh/010/2023/care.html"


@pytest.fixture
def door(house, monkeypatch, capsys):
    """The command in the tiny house, through the front door: code, out, err, whether the whole
    command ran.
    """
    monkeypatch.setattr(os, "fsync", lambda _handle: None)  # to be quick
    package = house.root / "package"
    package.mkdir()
    (package / "charts.py").write_text("1", encoding="utf-8")
    monkeypatch.setattr(glance, "PACKAGE", str(package))
    monkeypatch.setattr(standing, "PACKAGE", str(package))
    monkeypatch.setattr(standing, "_house", lambda: str(house.root))
    monkeypatch.setattr(
        keys, "code_files", lambda _: {path.name: path for path in sorted(package.iterdir())}
    )
    monkeypatch.setattr("helpers.reports.command.home", lambda: house.root)
    monkeypatch.setattr("helpers.reports.index.build._load", house.load)
    monkeypatch.setattr("helpers.reports.index.build._portal", way_in)
    monkeypatch.setattr("helpers.reports.reports._read", house.read)
    monkeypatch.setattr("helpers.reports.fork.early.call_in", lambda _render: None)
    whole, ran = cli.main, []
    monkeypatch.setattr(cli, "main", lambda *given: ran.append(1) or whole(*given))

    def run(*arguments):
        ran.clear()
        monkeypatch.setattr(sys, "argv", ["halfsky", "report", *arguments])
        code = front.main()
        return SimpleNamespace(code=code, **capsys.readouterr()._asdict(), whole=bool(ran))

    return run


def standing_house(door):
    """Run until there is a note that stands."""
    assert door().whole
    assert not door().whole
    assert not door().whole


def built(told):
    """How many reports a run says that it has built."""
    return int(told.out.removeprefix("已生成 ").partition("，")[0])


def timeless(told):
    return re.sub(r"[0-9.]+ (s|秒)$", "", told.out, flags=re.MULTILINE), told.err


def test_the_next_run_is_answered_from_the_note_in_the_very_words_of_the_whole_command(door, house):
    door()
    first = door()
    ledger = (house.root / "reports" / "ledger.json").read_bytes()
    shutil.rmtree(house.root / "reports" / ".halfsky" / "standing")
    second = door()
    assert (first.whole, second.whole) == (False, True)
    assert timeless(first) == timeless(second)
    assert (house.root / "reports" / "ledger.json").read_bytes() == ledger
    assert {one["status"] for one in json.loads(ledger)["reports"]} == {"unchanged"}


@pytest.mark.parametrize(
    "arguments",
    [["--json"], ["--quiet"], ["--lang", "en"], ["rights", "--lang=zh"], ["--jobs", "3"],
     ["--region", "010", "--period", "2023"], ["--audience", "internal"], ["--engine", "fork"],
     ["--data", "data", "--out", "elsewhere"]],
)  # fmt: skip
def test_every_plain_command_has_its_own_note_with_the_same_answer(
    door, house, monkeypatch, arguments
):
    monkeypatch.chdir(house.root)
    door(*arguments)
    first = door(*arguments)
    notes = list(house.root.rglob("standing/*"))
    for note in notes:
        note.unlink()
    second = door(*arguments)
    assert (len(notes), first.whole, second.whole, first.code) == (1, False, True, 0)
    if "--json" in arguments:
        one, other = json.loads(first.out), json.loads(second.out)
        assert {**one, "seconds": 0} == {**other, "seconds": 0}
        assert type(one["seconds"]) is float
    else:
        assert timeless(first) == timeless(second)


@pytest.mark.parametrize(
    "arguments",
    [["--fresh"], ["--help"], ["--nonsense"], ["--", "rights"], ["--out"], ["--text", "x.txt"]],
)
def test_any_other_command_is_never_answered_from_a_note(door, arguments):
    standing_house(door)
    told = SimpleNamespace(whole=True)
    with suppress(SystemExit):
        told = door(*arguments)
    assert told.whole


def reports(house):
    return house.root / "reports"


def keeper(house, name):
    return reports(house) / ".halfsky" / name


def altered(path):
    """Another content of the same size, its time put back."""
    before, content = path.stat(), path.read_bytes()
    path.write_bytes(content[:-2] + b"x" + content[-1:])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def swapped(one, other):
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def cut(path, share=0.5):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


def note(house):
    (path,) = keeper(house, "standing").iterdir()
    return path


def other_edition(path):
    value = json.loads(path.read_text(encoding="utf-8"))
    value["record"]["edition"] = 99
    path.write_text(json.dumps(value), encoding="utf-8")


def without_shortcuts(house):
    shutil.rmtree(keeper(house, "standing"))
    keeper(house, "seals").unlink()


def records_swapped(house):
    without_shortcuts(house)
    swapped(*(keeper(house, f"reads/{name.removesuffix('.html')}.json") for name in (RIGHTS, CARE)))


def claimed(house):
    """A ledger that vouches for a report that someone altered."""
    path = reports(house) / RIGHTS
    altered(path)
    book = reports(house) / "ledger.json"
    value = json.loads(book.read_text(encoding="utf-8"))
    for one in value["reports"]:
        if one["path"] == RIGHTS:
            one["sha256"] = "0" * 64
    book.write_text(json.dumps(value), encoding="utf-8")


HARMS = {
    "a report deleted": (1, lambda h: (reports(h) / RIGHTS).unlink()),
    "a report altered in one byte, size and time kept": (1, lambda h: altered(reports(h) / RIGHTS)),
    "two reports swapped": (2, lambda h: swapped(reports(h) / RIGHTS, reports(h) / CARE)),
    "a folder of reports deleted": (6, lambda h: shutil.rmtree(reports(h) / "zh")),
    "a report altered and the ledger too": (1, claimed),
    "the way in deleted": (0, lambda h: (reports(h) / "index.html").unlink()),
    "the way in altered": (0, lambda h: altered(reports(h) / "index.html")),
    "ledger deleted": (12, lambda h: (reports(h) / "ledger.json").unlink()),
    "ledger cut": (12, lambda h: cut(reports(h) / "ledger.json")),
    "ledger empty": (12, lambda h: cut(reports(h) / "ledger.json", 0)),
    "seals cut": (0, lambda h: cut(keeper(h, "seals"))),
    "seals cut, no note": (0, lambda h: (cut(keeper(h, "seals")), note(h).unlink())),
    "plan cut": (0, lambda h: cut(keeper(h, "plan.json"))),
    "plan cut, no note": (0, lambda h: (cut(keeper(h, "plan.json")), note(h).unlink())),
    "note cut": (0, lambda h: cut(note(h))),
    "note empty": (0, lambda h: cut(note(h), 0)),
    "note altered": (0, lambda h: altered(note(h))),
    "two records swapped": (2, records_swapped),
    "a record of another edition": (
        1,
        lambda h: (without_shortcuts(h), other_edition(keeper(h, "reads/zh/010/2023/rights.json"))),
    ),
    "housekeeping deleted": (12, lambda h: shutil.rmtree(reports(h) / ".halfsky")),
    "data edited": (12, lambda h: (h.root / "data/observations.csv").write_text("a\n2\n")),
    "codebook edited": (
        12,
        lambda h: (h.root / "data/datapackage.json").write_text(
            '{"resources": [{"path": "observations.csv"}, {"path": "more.csv"}]}'
        ),
    ),
    "a notebook edited": (4, lambda h: h.put("rights", "print('new')")),
    "code edited": (12, lambda h: (h.root / "package/charts.py").write_text("2")),
    "code added": (12, lambda h: (h.root / "package/more.py").write_text("1")),
    "code taken out": (12, lambda h: (h.root / "package/charts.py").unlink()),
}


@pytest.mark.parametrize("harm", HARMS)
def test_whatever_happens_to_the_folder_the_next_run_leaves_what_a_fresh_one_would(
    door, house, harm
):
    standing_house(door)
    expected, do = HARMS[harm]
    do(house)
    assert built(door()) == expected
    assert not door().whole
    left = house.reports()
    shutil.rmtree(reports(house))
    door()
    assert house.reports() == left


@pytest.mark.parametrize("when", [0, 2**31, 2**32])
def test_times_of_files_say_nothing(door, house, when):
    standing_house(door)
    for path in house.root.rglob("*"):
        os.utime(path, (when, when))
    assert built(door()) == 0
    altered(reports(house) / RIGHTS)
    os.utime(reports(house) / RIGHTS, (when, when))
    assert built(door()) == 1


@pytest.mark.parametrize("jump", [-3e9, -60, 60, 3e9])
def test_a_clock_that_jumps_between_runs_hides_nothing(door, house, monkeypatch, jump):
    now = time.time
    standing_house(door)
    monkeypatch.setattr(time, "time", lambda: now() + jump)
    assert built(door()) == 0
    altered(reports(house) / RIGHTS)
    assert built(door()) == 1
    assert built(door()) == 0
    h = house.root / "data/observations.csv"
    h.write_text("a\n3\n", encoding="utf-8")
    assert built(door()) == 12


def test_a_note_of_another_folder_or_other_data_is_no_note(door, house):
    standing_house(door)
    shutil.copytree(reports(house), house.root / "other")
    told = door("--out", str(house.root / "other"))
    assert told.whole  # though all is the same there
    shutil.copytree(house.root / "data", house.root / "more")
    told = door("--data", str(house.root / "more"))
    assert (told.whole, built(told)) == (True, 12)
    told = door()
    assert (told.whole, built(told)) == (True, 12)


def test_reports_that_were_moved_are_read_once_and_then_known_again(door, house):
    standing_house(door)
    for path in reports(house).rglob("*.html"):
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
    assert not door().whole
    assert not door().whole


def test_parts_and_all_in_turn_build_nothing_twice(door, house):
    assert built(door("rights", "--lang", "zh")) == 2
    assert built(door("--region", "010")) == 6  # a link to its twin is new on two of them
    assert built(door()) == 6
    for arguments in ([], ["rights", "--lang", "zh"], ["--region", "010"], []):
        assert built(door(*arguments)) == 0
    (reports(house) / RIGHTS).unlink()
    assert built(door("care")) == 0
    assert built(door()) == 1


def test_a_folder_that_another_run_holds_is_refused_as_ever(door, house):
    standing_house(door)
    with hold(reports(house)):
        told = door()
    assert (told.code, told.whole) == (5, True)
    assert str(os.getpid()) in told.err


@pytest.mark.parametrize("place", ["data/observations.csv", "package/charts.py"])
def test_inputs_edited_during_a_run_leave_no_note_that_hides_it(door, house, monkeypatch, place):
    from helpers.reports.engine import ENGINES

    def meddling(tasks, context):
        for number, outcome in enumerate(quick(tasks, context)):
            if number == 3:
                (house.root / place).write_text("changed", encoding="utf-8")
            yield outcome

    monkeypatch.setitem(ENGINES, "fork", meddling)
    told = door()
    assert "再运行一次" in told.err
    monkeypatch.setitem(ENGINES, "fork", quick)
    again = door()
    assert (again.whole, built(again)) == (True, 12)
    assert built(door()) == 0


def test_inputs_edited_while_the_way_in_is_printed_are_seen_by_the_next_run(
    door, house, monkeypatch
):
    def meddling(*given):
        (house.root / "data/observations.csv").write_text("changed", encoding="utf-8")
        return way_in(*given)

    monkeypatch.setattr("helpers.reports.index.build._portal", meddling)
    assert "再运行一次" in door().err
    (house.root / "data/observations.csv").write_text("a\n1\n", encoding="utf-8")
    monkeypatch.setattr("helpers.reports.index.build._portal", lambda *_: "<!doctype html>new</html>")
    door()
    assert "new" in (reports(house) / "index.html").read_text(encoding="utf-8")


def test_a_failed_report_is_tried_again_and_told_of_every_time(door, house):
    house.put("rights", "FAIL")
    for _ in range(3):
        told = door()
        assert (told.whole, told.code) == (True, 1)
        assert "it failed" in told.err or "失败了" in told.err
    house.put("rights", "print(1)")
    assert door().code == 0
    assert not door().whole


def test_what_a_notebook_reads_besides_counts_for_its_report_alone(door, house, monkeypatch):
    from helpers.reports.engine import ENGINES

    extra = house.root / "extra.txt"

    def reading(tasks, context):
        for outcome in quick(tasks, context):
            path = outcome.task.job.path
            files = {str(extra): keys.file_hash(extra)} if path == RIGHTS else {}
            data = outcome.task.page["provenance"]["data"]
            record = {"parts": None, "data": data, "code": {"charts.py": CHARTS}, "files": files}
            yield Outcome(outcome.task, 0.1, outcome.part, outcome.sha256, reads=record)

    CHARTS = keys.file_hash(house.root / "package/charts.py")  # noqa: N806
    monkeypatch.setitem(ENGINES, "fork", reading)
    standing_house(door)
    for content in ("there now", "changed"):
        extra.write_text(content, encoding="utf-8")
        told = door()
        assert (told.whole, built(told)) == (True, 1)
        assert f"{RIGHTS}" in told.err
        assert "文件已改:extra.txt" in told.err
        assert not door().whole
    extra.write_text("more", encoding="utf-8")
    note(house).unlink()  # the seals alone must not hide it either
    assert built(door()) == 1


def test_only_a_few_notes_are_kept(door, house):
    for jobs in range(1, 15):
        door("--jobs", str(jobs))
    assert len(list(keeper(house, "standing").iterdir())) == standing.MOST


def test_a_note_that_cannot_be_written_is_no_failure(door, house):
    (reports(house) / ".halfsky").mkdir(parents=True)
    keeper(house, "standing").write_text("in the way", encoding="utf-8")
    for _ in range(2):
        told = door()
        assert (told.whole, told.code) == (True, 0)


def test_all_that_a_quiet_run_imports_is_light():
    code = (
        "import sys; from helpers.reports.cache.standing import answer;"
        "answer(['report', '--out', '/nowhere']); print(*sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    heavy = {"click", "dataclasses", "inspect", "json", "pandas", "pathlib", "re", "typing"}
    before = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert not loaded & (heavy - set(before.stdout.split()))
    ours = {name for name in loaded if name.startswith("helpers.")}
    names = ("", ".cache", ".cache.glance", ".cache.standing")
    assert ours == {f"helpers.reports{name}" for name in names}
