"""What is taken from a study is noted as read of the tables: no less, and little more."""

import pandas as pd
import pytest

from helpers.analysis.changes import changes
from helpers.analysis.study import study
from helpers.data import reads
from helpers.telling.sentences import say


@pytest.fixture
def noted(tables):
    """`noted(use)`: the observations that `use(here)` reads, as indicators ("any" where a part
    names none); None for all.
    """

    def run(use):
        reads.begin()
        use(study(tables, "rights", "370400", "congress-9", "zh", "public"))
        (folder,) = reads.record()["folders"]
        found = [dict(part[2]) for part, *_ in folder["parts"] if part[0] == "observations"]
        return (
            None
            if {} in found
            else {slug for where in found for slug in where.get("indicator", ["any"])}
        )

    return run


def test_opening_a_study_reads_no_observation(noted):
    assert noted(lambda here: here) == set()


def test_a_sentence_reads_its_figures_and_what_they_are_made_of(noted):
    named = noted(lambda here: say(here, zh="占{reconciled_share}。", en="{reconciled_share}."))
    assert named == {"couples_counselled", "couples_reconciled"}


def test_rows_taken_by_name_are_read_and_no_others(noted):
    assert noted(lambda here: here.everything.loc["rights_venues"]) == {"rights_venues"}
    taken = ["rights_venues", "village_chairs"]
    assert noted(lambda here: here.everything.loc[taken, ["label", "figure"]]) == set(taken)


@pytest.mark.parametrize(
    "use",
    [
        lambda frame: frame["value"].sum(),
        lambda frame: frame.iloc[0],
        lambda frame: frame.query("value > 5"),
        lambda frame: frame.loc[lambda f: f["value"] > 5],
        lambda frame: frame.loc[frame["area"] == "care"],
        lambda frame: list(frame.itertuples()),
        lambda frame: pd.concat([frame, frame]),
        lambda frame: frame.to_numpy(),
        lambda frame: frame.copy().loc["rights_venues"],
        lambda frame: len(frame),
    ],
)
def test_any_other_use_of_the_frame_reads_all(noted, use):
    assert len(noted(lambda here: use(here.everything))) > 50


def test_the_frame_is_pandas_own_and_can_be_changed(here):
    frame = here("rights").everything
    assert isinstance(frame, pd.DataFrame)
    frame["double"] = frame["value"] * 2
    row = frame.loc["couples_counselled"]
    assert row["double"] == 2 * row["value"]
    frame.loc["couples_counselled", "label"] = "x"
    assert frame.loc["couples_counselled", "label"] == "x"


def test_an_area_reads_its_own_figures(noted):
    assert noted(lambda here: here.figures) == {
        "couples_counselled", "couples_reconciled", "law_popularisation_events", "rights_venues",
    }  # fmt: skip


def test_whoever_takes_a_table_has_read_it_whole(noted):
    assert noted(lambda here: here.tables.observations) is None
    assert noted(lambda here: here.tables.frames["observations"]) is None
    assert noted(lambda here: changes(here.tables, here.region, here.period)) == {"any"}


def test_files_that_a_report_opens_are_told_with_their_hash(tables, tmp_path, monkeypatch):
    monkeypatch.setattr(reads, "PACKAGE", tmp_path / "helpers")
    path = tmp_path / "own.csv"
    path.write_text("a\n1\n", encoding="utf-8")
    reads.begin()
    monkeypatch.delenv("TMPDIR", raising=False)
    pd.read_csv(path)
    assert [*reads.record()["files"]] == [str(path)]
    assert tables.hashes
