"""Observations in a file of each region: the same tables, verdicts and slices as in one file."""

import json
import shutil

import pandas as pd
import pytest
from smallfolder import TABLES, found, one, replace

from helpers.data import check, load
from helpers.data.check import examine
from helpers.data.folder import read_folder
from helpers.data.slices import cut, read_slice

OBS = "observations.csv"


@pytest.fixture
def split(folder, tmp_path_factory):
    """The small folder with its observations in a file of each region."""
    other = tmp_path_factory.mktemp("long") / "data"
    shutil.copytree(folder, other)
    head, *rows = TABLES[OBS].splitlines(keepends=True)
    (other / OBS).unlink()
    (other / "observations").mkdir()
    for region in ("370400", "370402"):
        mine = [row for row in rows if f",{region}," in row]
        (other / "observations" / f"{region}.csv").write_text(head + "".join(mine), "utf-8")
    return other


def test_a_folder_of_files_loads_as_the_one_file_does(folder, split):
    assert check(split) == []
    one_file, files = load(folder).observations, load(split).observations
    pd.testing.assert_frame_equal(one_file.drop(columns="row"), files.drop(columns="row"))
    assert list(files["row"]) == [2, 3, 4, 5, 6, 2]
    assert load(split).file("observations", "370402") == "observations/370402.csv"
    assert load(folder).file("observations", "370402") == OBS


def test_slices_hold_the_same_rows_either_way(folder, split):
    for area, region in (("care", "370402"), ("rights", "370400"), ("overview", "370402")):
        a, b = (read_slice(cut(read_folder(f), area, region).to_bytes()) for f in (folder, split))
        for name in a.frames:
            same = [frame.frames[name].drop(columns="row") for frame in (a, b)]
            pd.testing.assert_frame_equal(*same)


def test_what_is_reported_is_counted_either_way(folder, split):
    def told(where):
        sums = {}
        for row in examine(where).figures():
            key = row["region"], row["period"]
            sums[key] = sums.get(key, 0) + row["count"]
        return sums

    assert told(folder) == told(split)


def test_a_row_of_another_region_is_refused_in_its_file(split):
    replace(split, "observations/370402.csv", "loving_mothers,370402", "loving_mothers,370400")
    one(split, "other-region", ("observations/370402.csv", 2, "region"), "370400")


@pytest.mark.parametrize(
    ("old", "new", "rule", "column"),
    [
        (",130,,130名", ",13O,,130名", "not-a-number-letters", "value"),
        (",130,,130名", ",130,,131名", "as-written-value", "as_written"),
        ("loving_mothers", "loving_mother", "unknown-key", "indicator"),
        (",2022,", ",2021,", "unknown-key", "period"),
        ("p8,,", "p8,13812345678,", "personal", "note_zh"),
    ],
)
def test_faults_are_told_with_the_file_of_the_region(split, old, new, rule, column):
    replace(split, "observations/370402.csv", old, new)
    problems = found(split)
    where = (rule, "observations/370402.csv", 2, column)
    assert where in [(p.rule, p.file, p.row, p.column) for p in problems]


def test_a_whole_is_held_against_the_parts_in_other_files(split):
    with (split / "observations" / "370400.csv").open("a", encoding="utf-8") as file:
        file.write("loving_mothers,370400,2022,100,,100名,A,report_2023,p8,,\n")
    problem = one(split, "total", ("observations/370400.csv", 7, "value"), "100")
    assert "observations/370402.csv:2" in problem.message_en


def test_only_changed_files_are_judged_again(split, monkeypatch):
    from helpers.data.folder import RegionFiles

    read = []
    usual = RegionFiles.read
    monkeypatch.setattr(RegionFiles, "read", lambda s, r: read.append(r) or usual(s, r))
    known = {}
    assert check(split, known=known) == []
    assert set(read) == {"370400", "370402"}
    read.clear()
    known = json.loads(json.dumps(known))
    assert check(split, known=known) == []
    assert read == []
    replace(split, "observations/370402.csv", "130,,130名", "13x,,130名")
    assert [p.file for p in check(split, known=known)] == ["observations/370402.csv"]
    assert set(read) == {"370400", "370402"}  # the whole that it is a part of is judged too
    read.clear()
    assert [p.file for p in check(split, known=known)] == ["observations/370402.csv"]
    assert read == []
    replace(split, "rules.csv", "四个部分", "四部分")  # what is judged by has changed
    check(split, known=known)
    assert set(read) == {"370400", "370402"}


def test_one_file_and_the_folder_exclude_each_other(split):
    (split / OBS).write_text(TABLES[OBS], encoding="utf-8")
    assert "file-twice" in {p.rule for p in found(split)}


def test_a_folder_that_is_a_link_or_empty_is_refused(split):
    (split / "observations").rename(split / "real")
    (split / "observations").symlink_to(split / "real")
    assert "file-unreadable" in {p.rule for p in found(split)}
    (split / "observations").unlink()
    (split / "observations").mkdir()
    assert "table-empty" in {p.rule for p in found(split)}


def test_a_file_not_named_after_a_region_is_told(split):
    (split / "observations" / "notes.txt").write_text("x", encoding="utf-8")
    one(split, "file-unlisted", ("observations/notes.txt", 0, ""), severity="warning")


def test_a_region_that_no_table_knows_is_one_line(split):
    text = (split / "observations" / "370402.csv").read_text(encoding="utf-8")
    path = split / "observations" / "370499.csv"
    path.write_text(text.replace("370402", "370499"), encoding="utf-8")
    one(split, "unknown-key", ("observations/370499.csv", 2, "region"), "370499")


def test_pipes_and_links_among_the_files_are_not_opened(split):
    import os

    (split / "observations" / "370402.csv").unlink()
    os.mkfifo(split / "observations" / "370402.csv")
    assert [p.rule for p in found(split)] == ["not-a-regular-file"]
