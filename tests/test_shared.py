"""What follows from the tables alone is worked out once, and never for other tables."""

from dataclasses import replace

import pytest

from helpers.analysis.shared import FOLDERS, KEPT, once, rows
from helpers.analysis.study import open_area
from helpers.data import load


@pytest.fixture
def tables():
    return load().unnoted


def test_the_same_content_is_worked_out_once(tables):
    first = once(tables, "test", object)
    assert once(load().unnoted, "test", object) is first
    assert once(tables, "another", object) is not first


def test_other_content_and_tables_put_together_by_hand_share_nothing(tables):
    first = once(tables, "test", object)
    for hashes in ({**tables.hashes, "areas.csv": "0"}, {}):
        assert once(replace(tables, hashes=hashes), "test", object) is not first


def test_only_so_much_is_kept(tables):
    first = once(tables, "test", object)
    for number in range(KEPT):
        once(tables, number, object)
    assert once(tables, "test", object) is not first
    kept = once(tables, "test", object)
    for number in range(FOLDERS):
        once(replace(tables, hashes={"areas.csv": f"{number}"}), "test", object)
    assert once(tables, "test", object) is not kept


def test_rows_are_found_by_their_first_occurrence(tables):
    found = rows(tables, "programmes", "area")
    frame = tables.frames["programmes"]
    for area in frame["area"]:
        assert found[area]["programme"] == frame[frame["area"] == area]["programme"].iloc[0]


def test_what_a_notebook_does_to_its_frames_is_not_seen_by_the_next_study():
    def opened():
        return open_area("rights", "370400", "congress-9")

    here = opened()
    before = here.figures["label"].tolist()
    for frame in (here.figures, here.measures, here.everything):
        frame["label"] = "spoilt"
        frame.loc[:, "unit"] = ""
    here.book.plain.clear()
    assert opened().figures["label"].tolist() == before == here.figures["label"].tolist()
    assert len(opened().book) > len(before)
