"""Tables that were read are kept by content: never stale, never shared."""

import shutil

import pytest

from helpers.data import load
from helpers.data.home import home
from helpers.data.load import contents
from helpers.data.problems import DataRefused


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(home() / "data", tmp_path / "data")
    return tmp_path / "data"


def test_a_changed_row_is_seen_at_once(folder):
    before = load(folder)
    path = folder / "areas.csv"
    text = path.read_text(encoding="utf-8")
    old = before.areas["title_en"].iloc[0]
    path.write_text(text.replace(old, old + " anew", 1), encoding="utf-8")
    assert load(folder).areas["title_en"].iloc[0] == old + " anew"
    path.write_text(text, encoding="utf-8")
    assert load(folder).areas["title_en"].iloc[0] == old


def test_a_table_that_went_away_or_broke_is_refused_though_it_was_read_before(folder):
    load(folder)
    (folder / "areas.csv").write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(DataRefused):
        load(folder)
    (folder / "areas.csv").unlink()
    with pytest.raises(DataRefused):
        load(folder)


def test_every_caller_has_frames_of_its_own(folder):
    one = load(folder)
    one.areas.loc[0, "title_en"] = "spoilt"
    one.observations["value"] = None
    other = load(folder)
    assert other.areas["title_en"].iloc[0] != "spoilt"
    assert other.observations["value"].notna().all()
    assert other.hashes == one.hashes


def test_a_change_in_the_inherited_tables_is_seen(folder, tmp_path):
    own = tmp_path / "own"
    shutil.copytree(home() / "examples" / "districts", own)
    old = load(own, folder).areas["title_en"].iloc[0]
    path = folder / "areas.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, "Anew", 1), encoding="utf-8")
    assert load(own, folder).areas["title_en"].iloc[0] == "Anew"


def test_files_changed_a_moment_ago_are_read_again(folder):
    path = folder / "areas.csv"
    seen = set()
    for sign in "abcdefgh":
        path.write_text(sign, encoding="utf-8")
        seen.add(contents((folder,)))
    assert len(seen) == 8
