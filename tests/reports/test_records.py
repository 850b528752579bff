"""What is kept of a report's making is believed only where it is whole and fits."""

import json
import os
from pathlib import Path

import pytest

from helpers.data.parts import ANY, CELLS, Index, Part, from_json, part
from helpers.reports.cache import records
from helpers.reports.ledger import counts

pytestmark = pytest.mark.usefixtures("quick_engine")

RIGHTS = "zh/010/2023/rights.html"


class Table:
    def __init__(self, numbers=None, **texts):
        self.texts, self.file = texts, "observations.csv"
        self.numbers = numbers or tuple(range(2, 2 + len(next(iter(texts.values())))))

    def __len__(self):
        return len(self.numbers)


def answer(asked, **texts):
    return Index({"observations": Table(**texts)}).answer(asked)


HERE = part("observations", region="010")


def test_other_rows_do_not_change_an_answer():
    before = answer(HERE, region=["010", "020"], value=["1", "2"])
    assert answer(HERE, region=["010", "020"], value=["1", "3"]) == before
    assert answer(HERE, region=["010", "020"], value=["4", "2"]) != before


def test_a_row_that_appears_or_goes_changes_an_answer():
    nothing = answer(HERE, region=["020"], value=["1"])
    assert answer(HERE, region=["020", "010"], value=["1", "1"]).digest != nothing.digest
    assert answer(HERE, region=["030"], value=["9"]) == nothing


def test_a_row_that_moves_counts_only_where_its_number_is_shown():
    one, two = {"region": ["010"], "value": ["1"]}, {"region": ["0", "010"], "value": ["", "1"]}
    cells = part("observations", CELLS, region="010")
    assert answer(HERE, **one).digest != answer(HERE, **two).digest
    assert answer(cells, **one).digest == answer(cells, **two).digest


def test_whether_there_are_any_does_not_depend_on_what_they_say():
    some = part("observations", ANY, region="010")
    assert answer(some, region=["010"], value=["1"]) == answer(some, region=["010"], value=["2"])
    assert answer(some, region=["020"], value=["1"]).digest == "none"


def test_a_column_may_be_called_kind_and_a_part_is_read_back():
    asked = part("observations", ANY, kind=["award", "plan"], region="010")
    assert from_json(json.loads(json.dumps(asked.as_json()))) == asked
    assert Part("observations") == part("observations")


def statuses(edition):
    found = counts(edition.entries)
    return found["built"], found["unchanged"]


def keeper(house, name):
    return house.root / "reports" / ".halfsky" / name


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "x\n{}", '{"edition": 99}'])
def test_seals_that_make_no_sense_cost_a_look_and_no_report(house, text):
    house.make()
    keeper(house, "seals").write_text(text, encoding="utf-8")
    assert statuses(house.make()) == (0, 12)
    (house.root / "reports" / RIGHTS).write_text("altered", encoding="utf-8")
    keeper(house, "seals").write_text(text, encoding="utf-8")
    assert statuses(house.make()) == (1, 11)


@pytest.mark.parametrize("harm", ["torn", "foreign", "other edition", "missing"])
def test_a_record_that_is_not_to_be_believed_means_that_report_anew(house, harm):
    house.make()
    keeper(house, "seals").unlink()
    path = keeper(house, f"reads/{RIGHTS.removesuffix('.html')}.json")
    value = json.loads(path.read_text(encoding="utf-8"))
    if harm == "torn":
        path.write_bytes(path.read_bytes()[:-9])
    elif harm == "foreign":
        other = keeper(house, "reads/zh/020/2023/rights.json")
        path.write_bytes(other.read_bytes())
    elif harm == "other edition":
        value["record"]["edition"] = 0
        path.write_text(json.dumps(value), encoding="utf-8")
    else:
        path.unlink()
    edition = house.make()
    assert statuses(edition) == (1, 11)
    (built,) = (entry for entry in edition.entries if entry.status == "built")
    assert (built.path, built.reason) == (RIGHTS, "no record of what it was made from")
    assert built.reason_zh


@pytest.mark.parametrize("name", ["versions", "notebook", "page"])
def test_a_whole_record_of_another_shape_means_that_report_anew(house, name):
    house.make()
    keeper(house, "seals").unlink()
    path = keeper(house, f"reads/{RIGHTS.removesuffix('.html')}.json")
    record = json.loads(path.read_text(encoding="utf-8"))["record"]
    static = record.pop("static")
    del static[name], record["edition"]
    records.write(house.root / "reports", RIGHTS, static, record)
    book = house.root / "reports" / "ledger.json"
    value = json.loads(book.read_text(encoding="utf-8"))
    (entry,) = (one for one in value["reports"] if one["path"] == RIGHTS)
    entry["inputs_sha256"] = records.key(records.keys.digest(static), record)
    book.write_text(json.dumps(value), encoding="utf-8")
    assert statuses(house.make()) == (1, 11)


def test_an_altered_report_with_its_old_time_and_size_is_built_again(house):
    house.make()
    house.make()
    path = house.root / "reports" / RIGHTS
    before = path.stat()
    content = path.read_bytes()
    path.write_bytes(content.replace(b"html>", b"HTML>"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert statuses(house.make()) == (1, 11)
    assert path.read_bytes() == content


@pytest.mark.parametrize("jump", [-3e9, 3e9])
def test_a_changed_clock_gives_no_stale_report(house, monkeypatch, jump):
    import time

    now = time.time
    house.make()
    monkeypatch.setattr(time, "time", lambda: now() + jump)
    assert statuses(house.make()) == (0, 12)
    (house.root / "reports" / RIGHTS).write_text("altered", encoding="utf-8")
    assert statuses(house.make()) == (1, 11)
    (house.root / "data" / "observations.csv").write_text("a\n2\n", encoding="utf-8")
    assert statuses(house.make()) == (12, 0)


def test_every_reason_is_told_in_both_languages(house, monkeypatch):
    house.make()
    house.put("rights", "print('new')")
    (house.root / "reports" / "zh/010/2023/care.html").unlink()
    (house.root / "reports" / "en/010/2023/care.html").write_text("x", encoding="utf-8")
    told = {entry.path: (entry.reason, entry.reason_zh) for entry in house.make().entries}
    assert told[RIGHTS] == ("notebook changed", "笔记本已改")
    assert told["zh/010/2023/care.html"] == ("output missing", "报告文件不见了")
    assert told["en/010/2023/care.html"] == ("output altered", "报告文件被改动过")
    assert told["zh/020/2023/care.html"] == ("", "")
    monkeypatch.setattr("helpers.reports.cache.keys.versions", lambda: {"pandas": "9.9"})
    reasons = {entry.reason for entry in house.make().entries}
    assert len(reasons) == 1
    assert "new version of pandas: 9.9" in reasons.pop()


def test_code_that_keeps_house_counts_only_where_a_notebook_imported_it():
    code = ("telling/charts.py", "telling/forms.py", "analysis/changes.py", "cli.py")
    shared = {"data": {}, "code": dict.fromkeys(code, "1")}
    told = {"folders": [{"folder": "/", "parts": []}], "files": {}}

    def counted(*imported):
        return list(records.usable({**told, "modules": imported}, Path("/"), shared)["code"])

    shaping = ["telling/charts.py", "telling/forms.py"]  # the fork engine's helper has them all
    assert counted("telling/charts.py", "cli.py") == shaping
    assert counted("analysis/changes.py") == [*shaping, "analysis/changes.py"]


def test_changed_code_is_named_as_the_reason():
    code = {"telling/charts.py": "1", "analysis/changes.py": "1"}
    told = {"folders": [{"folder": "/", "parts": []}], "modules": [], "files": {}}
    record = records.usable(told, Path("/"), {"data": {}, "code": code})
    static = dict.fromkeys(("notebook", "text", "parameters", "codebook", "page"), "")
    record["static"] = static = {**static, "versions": {}}
    now = {"data": {}, "code": {**code, "analysis/changes.py": "2"}}
    assert list(records.changes(record, static, now, lambda: Index({}))) == []
    now["code"]["telling/charts.py"] = "2"
    (reason,) = records.changes(record, static, now, lambda: Index({}))
    assert reason[0] == "code changed: helpers/telling/charts.py"


def test_reading_another_folder_makes_everything_count():
    shared = {"data": {"a.csv": "1"}, "code": {"telling/charts.py": "1"}}
    told = {"folders": [{"folder": "/elsewhere", "parts": []}], "modules": [], "files": {}}
    for unusable in (told, None, {}, {"folders": []}, {"folders": 5}):
        assert records.usable(unusable, Path("/"), shared)["data"] == {"a.csv": "1"}
