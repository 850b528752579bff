"""Whatever happens to a reports folder, the next run leaves what a fresh one would."""

import json
import os
import shutil
import time

import pytest
from tests.reports.conftest import REGIONS, built_in
from tests.reports.test_build import built, cell, paths, statuses

from helpers.data.check import judged as check_data
from helpers.reports import inputs, ledger
from helpers.reports.ledger import SETTLED

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no time of change there")
HERE = REGIONS[0]
RIGHTS, CARE = (f"zh/{HERE}/2024/{area}.html" for area in ("rights", "care"))


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A tiny house with a package of one module; its pages are old enough to be known by stat."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "charts.py").write_text("1", encoding="utf-8")
    files = lambda: {path.name: path for path in sorted(package.iterdir())}  # noqa: E731
    monkeypatch.setattr(inputs, "code_files", files)
    monkeypatch.setattr("helpers.reports.ledger.SETTLED", -SETTLED)
    monkeypatch.setattr(os, "fsync", lambda _handle: None)  # to be quick
    tiny = built_in(tmp_path)
    (tiny.data / "map.geojson").write_text("1", encoding="utf-8")
    tiny.make()
    assert statuses(tiny.make()) == (0, 12, 0, 0)
    return tiny


def altered(path):
    """Another content of the same size, its time put back."""
    before, content = path.stat(), path.read_bytes()
    time.sleep(0.02)  # more than a tick of the file system's clock
    path.write_bytes(content[:-2] + b"x" + content[-1:])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def swapped(one, other):
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def cut(path, share=0.5):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


def state(house):
    return house.out / ".halfsky" / "state.json"


def reworked(path, change, seal=True):
    """A state file in which someone changed something, and its checksum too."""
    import hashlib

    content = path.read_bytes()
    value = json.loads(content)
    change(value["state"])
    body = json.dumps(value["state"], ensure_ascii=False, separators=(",", ":")).encode()
    digest = hashlib.sha256(body).hexdigest() if seal else value["sha256"]
    path.write_bytes(b'{"sha256":"%s","state":' % digest.encode() + body + b"}\n")


def claimed(house):
    """A ledger that vouches for a report that someone altered."""
    altered(house.out / RIGHTS)
    reworked_ledger(house, RIGHTS, sha256="0" * 64)


def reworked_ledger(house, path, **more):
    book = house.out / "ledger.json"
    value = json.loads(book.read_text(encoding="utf-8"))
    for one in value["reports"]:
        if one["path"] == path:
            one.update(more)
    book.write_text(json.dumps(value), encoding="utf-8")


def put(path, text):
    path.write_text(text, encoding="utf-8")


def swap_reports(value):
    reports = value["reports"]
    reports[RIGHTS], reports[CARE] = reports[CARE], reports[RIGHTS]


HARMS = {
    "a report deleted": (1, lambda h: (h.out / RIGHTS).unlink()),
    "a report emptied": (1, lambda h: put(h.out / RIGHTS, "")),
    "a report altered in one byte, size and time kept": (1, lambda h: altered(h.out / RIGHTS)),
    "two reports swapped": (2, lambda h: swapped(h.out / RIGHTS, h.out / CARE)),
    "a folder of reports deleted": (6, lambda h: shutil.rmtree(h.out / "zh")),
    "a report altered and the ledger too": (1, claimed),
    "the ledger has another key": (1, lambda h: reworked_ledger(h, CARE, inputs_sha256="0" * 64)),
    "the index deleted": (0, lambda h: (h.out / "index.html").unlink()),
    "the index altered": (0, lambda h: altered(h.out / "index.html")),
    "ledger deleted": (12, lambda h: (h.out / "ledger.json").unlink()),
    "ledger cut": (12, lambda h: cut(h.out / "ledger.json")),
    "ledger empty": (12, lambda h: cut(h.out / "ledger.json", 0)),
    "state deleted": (0, lambda h: state(h).unlink()),
    "state cut": (0, lambda h: cut(state(h))),
    "state empty": (0, lambda h: cut(state(h), 0)),
    "state nonsense": (0, lambda h: put(state(h), "null")),
    "state altered": (0, lambda h: reworked(state(h), swap_reports, seal=False)),
    "state of another edition": (0, lambda h: reworked(state(h), lambda v: v.update(edition=9))),
    "state without its reports": (0, lambda h: reworked(state(h), lambda v: v.pop("reports"))),
    "state of another shape": (0, lambda h: reworked(state(h), lambda v: v.update(files=[1]))),
    "two reports swapped in the state": (0, lambda h: reworked(state(h), swap_reports)),
    "housekeeping deleted": (0, lambda h: shutil.rmtree(h.out / ".halfsky")),
    "a row edited": (8, lambda h: h.edit("observations.csv", cell("locator", "p2"))),
    "a file beside the data edited": (12, lambda h: put(h.data / "map.geojson", "2")),
    "a file beside the data edited, time kept": (12, lambda h: altered(h.data / "map.geojson")),
    "a file beside the notebooks added": (12, lambda h: put(h.root / "notebooks/more.py", "1")),
    "a notebook edited": (4, lambda h: h.put("rights", "print('new')")),
    "code edited": (12, lambda h: put(h.root / "package/charts.py", "2")),
    "code added": (12, lambda h: put(h.root / "package/more.py", "1")),
    "code taken out": (12, lambda h: (h.root / "package/charts.py").unlink()),
}
QUICK = {
    "a report deleted", "a report altered in one byte, size and time kept", "ledger cut",
    "two reports swapped in the state", "a row edited", "code edited",
}  # fmt: skip


@pytest.mark.parametrize(
    "harm", [h if h in QUICK else pytest.param(h, marks=pytest.mark.slow) for h in HARMS]
)
def test_whatever_happens_to_the_folder_the_next_run_leaves_what_a_fresh_one_would(house, harm):
    expected, do = HARMS[harm]
    if harm.startswith("a file beside the data edited, time"):
        put(house.data / "map.geojson", "a map")
        house.make()
    do(house)
    edition = house.make()
    assert len(built(edition)) == expected
    assert statuses(house.make()) == (0, 12, 0, 0)
    left = house.reports()
    assert {e.sha256 for e in ledger.read(house.out).entries.values()} == {
        inputs.file_hash(house.out / path) for path in left if path != "index.html"
    }
    shutil.rmtree(house.out)
    house.make()
    assert house.reports() == left


@pytest.mark.slow
@pytest.mark.parametrize("when", [0, 2**31, 2**32])
def test_times_of_files_say_nothing(house, when):
    for path in house.root.rglob("*"):
        os.utime(path, (when, when))
    assert built(house.make()) == []
    altered(house.out / RIGHTS)
    os.utime(house.out / RIGHTS, (when, when))
    assert built(house.make()) == [RIGHTS]


@pytest.mark.slow
@pytest.mark.parametrize("jump", [-3e7, 60])
def test_a_clock_that_jumps_between_runs_hides_nothing(house, monkeypatch, jump):
    now, now_ns = time.time, time.time_ns
    monkeypatch.setattr(time, "time", lambda: now() + jump)
    monkeypatch.setattr(time, "time_ns", lambda: now_ns() + int(jump * 1e9))
    assert built(house.make()) == []
    altered(house.out / RIGHTS)
    assert built(house.make()) == [RIGHTS]
    house.edit("observations.csv", cell("locator", "p3"))
    assert built(house.make()) == sorted(paths("rights") + paths("overview"))


def test_a_report_altered_right_after_it_was_published_is_found(house, monkeypatch):
    monkeypatch.setattr("helpers.reports.ledger.SETTLED", SETTLED)
    house.make(fresh=True)
    path = house.out / RIGHTS
    before, content = path.stat(), path.read_bytes()
    path.write_bytes(content[:-2] + b"x" + content[-1:])
    after = path.stat()
    keep = {name: getattr(before, name) for name in ("st_size", "st_mtime_ns", "st_ino")}
    found = {"st_ctime_ns": before.st_ctime_ns, **keep}  # within one tick of the clock
    stats = type(path).stat

    def within_a_tick(self, **given):
        return type("Status", (), found)() if self == path else stats(self, **given)

    monkeypatch.setattr(type(path), "stat", within_a_tick)
    assert after.st_size == before.st_size
    assert built(house.make()) == [RIGHTS]


def test_a_state_that_was_altered_vouches_for_nothing(house):
    altered(house.out / RIGHTS)
    found = (house.out / RIGHTS).stat()
    look = [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]

    def claim(value):
        value["files"][RIGHTS] = [*look, value["files"][RIGHTS][-1]]

    reworked(state(house), claim, seal=False)
    assert built(house.make()) == [RIGHTS]


def test_reports_that_were_moved_are_read_once_and_then_known_again(house, monkeypatch):
    for path in house.out.rglob("*.html"):
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
    read = []
    real = inputs.file_hash
    monkeypatch.setattr("helpers.reports.ledger.file_hash", lambda p: read.append(p) or real(p))
    assert built(house.make()) == []
    assert len(read) == 13
    assert built(house.make()) == []
    assert len(read) == 13


def test_a_table_is_judged_once_as_long_as_data_and_program_are_the_same(house, monkeypatch):
    judged, real = [], check_data
    monkeypatch.setattr(
        "helpers.reports.prepare.judged", lambda *given: judged.append(1) or real(*given)
    )
    house.make()
    assert judged == []
    put(house.root / "package/charts.py", "2")
    house.make()
    house.make("care")
    assert judged == [1]
    house.edit("observations.csv", cell("locator", "p2"))
    house.make()
    assert judged == [1, 1]


@pytest.mark.slow
def test_parts_and_all_in_turn_build_nothing_twice(house):
    shutil.rmtree(house.out)
    assert len(built(house.make("rights", langs=("zh",)))) == 2
    assert len(built(house.make(regions=(HERE,)))) == 6  # a link to its twin is new on one of them
    assert len(built(house.make())) == 6
    for areas, asked in (((), {}), (("rights",), {"langs": ("zh",)}), ((), {"regions": (HERE,)})):
        assert built(house.make(*areas, **asked)) == []
    (house.out / RIGHTS).unlink()
    assert built(house.make("care")) == []
    assert built(house.make()) == [RIGHTS]


def test_a_failed_report_is_tried_again_every_time(house):
    house.put("rights", "FAIL")
    for _ in range(3):
        assert statuses(house.make()) == (0, 8, 4, 0)
    house.put("rights", "print('a')")
    assert statuses(house.make()) == (4, 8, 0, 0)
    assert statuses(house.make()) == (0, 12, 0, 0)


def test_a_failed_report_is_not_remembered_as_made_from_its_new_inputs(house):
    before = dict(ledger.read(house.out).entries)
    house.put("rights", "FAIL")
    house.make()
    after = ledger.read(house.out).entries
    assert {e.inputs_sha256 for e in before.values()} == {e.inputs_sha256 for e in after.values()}
    house.put("rights", "FAIL, and more")
    assert statuses(house.make()) == (0, 8, 4, 0)


def test_housekeeping_that_cannot_be_written_is_the_real_cause(house):
    shutil.rmtree(house.out / ".halfsky")
    put(house.out / ".halfsky", "in the way")
    with pytest.raises(OSError, match=r"File exists|Not a directory"):
        house.make()
