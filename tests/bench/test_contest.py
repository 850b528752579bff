"""Rounds: each way has its turn in every round; what fails is not tried again."""

from helpers.bench.contest import contest, entries
from helpers.bench.findings import Findings
from helpers.bench.record import Row, Sample
from helpers.bench.setting import Scale, Setting


def entered(*keys):
    return [Row(key, (key, key), ("", "")) for key in keys]


def test_rows_take_turns_so_that_noise_hits_all_alike(tmp_path):
    order = []
    rows = entered("a", "b")
    setting = Setting(tmp_path, tmp_path, Scale(rounds=3))
    trials = [(row, lambda _setting, turn: Sample(turn + 1)) for row in rows]
    contest(setting, trials, lambda turn, row: order.append((turn, row.key)))
    assert order == [(0, "a"), (0, "b"), (1, "a"), (1, "b"), (2, "a"), (2, "b")]
    assert [sample.seconds for sample in rows[0].samples] == [1, 2, 3]


def test_a_row_that_failed_or_is_absent_has_no_further_turn(tmp_path):
    failing, absent = entered("a", "b")
    absent.absent = ("没有", "not there")
    setting = Setting(tmp_path, tmp_path, Scale(rounds=3))
    trials = [(failing, lambda *_: Sample(failure="broken")), (absent, lambda *_: 1 / 0)]
    contest(setting, trials, lambda *_: None)
    assert len(failing.samples) == 1
    assert absent.samples == []


def test_every_row_names_what_it_leaves_out_in_both_languages():
    for row, _ in entries(forks=True):
        assert all(row.label)
        assert all(row.leaves_out)


def test_without_fork_its_rows_say_so():
    absent = {row.key: row.absent for row, _ in entries(forks=False)}
    assert absent["fork-1"] == absent["fork-2"] != None  # noqa: E711
    assert absent["papermill-2"] is None


def test_findings_list_every_failure():
    rows = entered("a", "b")
    rows[0].samples.append(Sample(failure="broken"))
    found = Findings(Scale(), rows=rows, growth=[Sample(1.0), Sample(failure="full disk")])
    assert found.failures == ["broken", "full disk"]
