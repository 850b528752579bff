"""An edition at a URL: the same pages, ledger and records as in a folder."""

import hashlib
import os
import shutil
import subprocess
import sys

import pytest

from helpers.reports.ledger import read
from helpers.reports.publish import Held, deposit, hold, publish
from helpers.reports.storage import Away, as_url, is_url, place, reached

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def away(tmp_path, monkeypatch):
    """A place in this process's memory."""
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path / "home")
    place = Away(f"memory://edition-{os.urandom(4).hex()}")
    yield place
    fs, path = place._at
    if fs.exists(path):
        fs.rm(path, recursive=True)


def inside(away):
    """Path inside the place → content."""
    fs, root = away._at
    return {path.removeprefix(f"{root}/"): fs.cat_file(path) for path in fs.find(root)}


def test_a_path_is_no_url_and_a_file_url_is_a_path(tmp_path):
    assert not is_url("reports")
    assert not is_url("C:\\reports")
    assert not is_url("C://reports")
    assert is_url("s3://bucket/reports")
    assert place(as_url(tmp_path / "a b%20")) == tmp_path / "a b%20"
    assert place("memory://x/") == Away("memory://x")


def test_a_page_is_written_beside_its_place_and_then_takes_it(away):
    target = away / "zh" / "x.html"
    part, digest = deposit(target, b"page")
    assert digest == hashlib.sha256(b"page").hexdigest()
    assert not target.exists()
    publish(part, target)
    assert inside(away) == {"zh/x.html": b"page"}


@pytest.mark.usefixtures("quick_engine")
def test_an_edition_at_a_url_has_the_bytes_of_one_in_a_folder(house, away):
    house.make()
    made = house.make(out=away)
    pages = {path: text for path, text in inside(away).items() if path.endswith(".html")}
    assert pages == house.reports()
    assert {one.status for one in made.entries} == {"built"}
    assert read(away).entries.keys() == read(house.root / "reports").entries.keys()
    assert not [path for path in inside(away) if path.endswith(".part")]


@pytest.mark.usefixtures("quick_engine")
def test_nothing_is_done_twice_at_a_url_and_what_was_altered_is_made_again(house, away):
    house.make(out=away)
    before = inside(away)
    assert {one.status for one in house.make(out=away).entries} == {"unchanged"}
    told = {"ledger.json", ".halfsky/seals"}  # "unchanged", and when it was seen
    assert {p: t for p, t in inside(away).items() if p not in told} == {
        p: t for p, t in before.items() if p not in told
    }
    (away / "en/010/2023/care.html").write_bytes(b"other")
    (away / "en/010/2023/rights.html").unlink()
    made = {one.path: one.reason for one in house.make(out=away).entries if one.reason}
    assert made == {
        "en/010/2023/care.html": "output altered",
        "en/010/2023/rights.html": "output missing",
    }


@pytest.mark.usefixtures("quick_engine")
def test_what_is_no_longer_planned_goes_from_a_url_too(house, away):
    house.make(out=away)
    gone = [path for path in inside(away) if path.startswith("en/020/")]
    house.tables["observations"] = house.tables["observations"][::2]  # the first region's
    (house.root / "data" / "observations.csv").write_text("a\n2\n", encoding="utf-8")
    house.make(out=away)
    assert gone
    assert not [path for path in inside(away) if path.startswith("en/020/")]


@pytest.mark.usefixtures("quick_engine")
def test_a_failed_report_at_a_url_keeps_its_last_good_page(house, away):
    house.make(out=away)
    before = inside(away)["zh/010/2023/care.html"]
    house.put("care", "FAIL")
    entry = next(one for one in house.make("care", out=away).entries if one.lang == "zh")
    assert entry.status == "failed"
    assert entry.sha256
    assert inside(away)["zh/010/2023/care.html"] == before


def test_two_runs_from_one_computer_are_kept_apart(away):
    with hold(away), pytest.raises(Held), hold(away):
        pass


def test_a_place_of_an_unknown_kind_is_refused():
    (found,) = reached(Away("nowhere://x"))
    assert "no such kind of place" in found.line("en")


def test_without_fsspec_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    (found,) = reached(Away("memory://x"))
    assert "pip install 'half-the-sky[dask]'" in found.line("en")


@pytest.mark.slow
def test_the_command_writes_to_a_url(tmp_path):
    command = [sys.executable, "-m", "helpers", "report", "rights", "--lang", "en"]
    for words in (["--out", (tmp_path / "a b").as_uri()], ["--out", "memory://edition"]):
        done = subprocess.run([*command, *words], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "1 built" in done.stdout
    shutil.rmtree(Away("memory://edition").near, ignore_errors=True)
    assert (tmp_path / "a b" / "index.html").is_file()
