"""Targets judged, and the page that is written: laid out the same, with no number for a failure."""

import re

import pytest

from helpers.bench import contest
from helpers.bench.anatomy import Anatomy, Part
from helpers.bench.chart import chart
from helpers.bench.contest import entries
from helpers.bench.edition import Change
from helpers.bench.findings import Findings
from helpers.bench.history import NAME, keep, recall
from helpers.bench.layout import shown, table
from helpers.bench.memory import Held
from helpers.bench.pages import page
from helpers.bench.record import Sample, Spread
from helpers.bench.setting import Scale
from helpers.bench.sizes import Size
from helpers.bench.slots import Slots
from helpers.bench.targets import Target, targets

# seconds a report and of a steady one, by row
COSTS = {"shell": (4.4, None), "inside": (2.5, 2.2), "papermill-1": (2.0, 1.8),
         "papermill-2": (1.2, 1.0), "fork-1": (0.5, 0.36), "fork-2": (0.3, 0.2),
         "bound-1": (0.3, 0.3), "bound-2": (0.16, 0.1)}  # fmt: skip


@pytest.fixture
def found():
    """Findings in which fork-1 misses its target and the tables grow out of bounds."""
    made = Findings(Scale(rounds=2), {"cores": "2", "pandas": "3.1.1"}, reports=350)
    made.rows = [row for row, _ in entries(forks=True)]
    for row in made.rows:
        if row.key in COSTS:
            whole, work = COSTS[row.key]
            steady = None if work is None else 20 * work
            row.samples = [Sample(20 * whole * slow, 20, 1.0, steady) for slow in (1, 1.5)]
        else:
            row.samples, row.absent = [], ("没有安装", "not installed")
    made.idle.samples, made.empty.samples = [Sample(0.06)] * 2, [Sample(0.015)] * 2
    made.changes = [Change(Sample(2.0), Sample(1.8), 350, 4, 4, 0, True)]
    made.growth = [Sample(4.0, 10, 2.0, 2.0), Sample(40.0, 200, 2.0, 38.0)]
    good = {"first": Sample(5.0, 10), "nothing": Sample(0.1)}
    made.sizes = [Size(10_000, 22, 12, again=Sample(4.0, 10), **good),
                  Size(1_000_000, 1441, 12, again=Sample(8.0, 10), **good)]  # fmt: skip
    made.slots = Slots(Held(100, 56, 150), Held(170, 150, 190))
    parts = (Part("parameters", ("参数", "parameters"), 0.02), Part("cell x", ("格", "cell"), 0.2))
    made.anatomy = Anatomy("rights", parts, 0.22, 9)
    return made


def judged(found):
    return {one.key: one for one in targets(found)}


def test_a_target_is_met_by_its_middle_value():
    assert Target(("", ""), 12, Spread(8, 12, 20), more=True).met
    assert not Target(("", ""), 12, Spread(8, 11.9, 20), more=True).met
    assert Target(("", ""), 1.25, Spread(1, 1.25, 9)).met
    assert Target(("", ""), 1.25, None).met is None


def test_a_missed_target_says_by_what_factor():
    assert Target(("", ""), 12, Spread(6, 6, 6), more=True).gap == 2
    assert Target(("", ""), 2.0, Spread(3, 3, 3)).gap == 1.5


def test_every_target_of_the_list_is_judged_from_its_rows(found):
    middles = {what: one.value and one.value.middle for what, one in judged(found).items()}
    assert middles["one-slot"] == pytest.approx(1.2)
    assert middles["portable"] == pytest.approx(4.4 / 1.2)
    assert middles["idle"] == pytest.approx(4)
    assert middles["flat-reports"] == pytest.approx(0.95)
    assert middles["flat-rows"] == 2.0
    assert [one.met for one in targets(found)] == [
        True, True, False, True, True, True, True, True, True, False]  # fmt: skip


def test_what_a_missed_target_takes_is_told_from_the_anatomy(found):
    found.row(contest.FORK).samples = [Sample(20, 20, 1.0, 20.0)] * 2
    one = judged(found)["one-slot"]
    assert one.met is False
    assert "parameters 20 ms" in one.takes[1]


def test_a_failed_row_has_its_reason_and_no_number(found):
    found.row(contest.FORK_TWO).samples = [Sample(123.456, 20), Sample(failure="exit code 1: no")]
    text = page(found, "en")
    line = next(line for line in text.splitlines() if line.startswith("| --engine fork --jobs 2"))
    assert "failed, and does not count: exit code 1: no" in line
    assert "6173" not in text
    assert judged(found)["over-shell"].met is None


def test_a_row_that_was_not_measured_says_why(found):
    assert "| not measured: not installed |" in page(found, "en")
    assert "| 未测：没有安装 |" in page(found, "zh")


def test_the_page_is_the_same_every_time_and_the_two_languages_are_twins(found):
    english, chinese = page(found, "en", "x.svg"), page(found, "zh", "x.svg")
    assert english == page(found, "en", "x.svg")
    for pattern in (r"^#+ ", r"^\|", r"^- ", r"^!\["):
        counts = [len(re.findall(pattern, one, re.MULTILINE)) for one in (english, chinese)]
        assert counts[0] == counts[1], pattern


def test_an_edition_that_could_not_be_built_is_all_that_is_told(found):
    found.failure = "exit code 3: observations.csv: file-missing"
    text = page(found, "en")
    assert found.failure in text
    assert "|" not in text


def test_a_missed_target_is_told_with_what_it_would_take(found):
    text = page(found, "en")
    assert "| 2.00× | – | missed, by 1.43× |" in text  # two slots, to two processes of the bound
    assert "What a missed one would take:" in text


def test_the_run_before_stands_beside_this_one_where_the_machine_is_the_same(found, tmp_path):
    keep(tmp_path, found)
    found.before = recall(tmp_path, found.facts)
    assert "| 2.00× | 2.00× | missed, by 1.43× |" in page(found, "en")
    assert recall(tmp_path, {**found.facts, "cores": "4"}) == {}
    assert recall(tmp_path / "nowhere", found.facts) == {}
    (tmp_path / NAME).write_text("[]", encoding="utf-8")
    assert recall(tmp_path, found.facts) == {}


def test_a_quick_run_says_that_it_is_not_for_quoting(found):
    assert "quoted" not in page(found, "en")
    found.scale = Scale(quick=True)
    assert "quoted" in page(found, "en")
    assert "不可引用" in page(found, "zh")


def test_numbers_that_do_not_differ_are_shown_once():
    assert shown(Spread(1, 1, 1)) == "1.00"
    assert shown(Spread(0.001, 0.002, 0.004), 1000, 0, " ms") == "2 ms (1–4)"
    assert shown(None) == "–"


def test_every_row_of_a_table_has_as_many_cells_as_its_head():
    lines = list(table("a|b|c", [["x"], ["x", "y | z", "w"]]))
    assert [len(re.findall(r"(?<!\\)\|", line)) for line in lines[:-1]] == [4, 4, 4, 4]


def test_the_chart_has_a_bar_for_each_row_that_counts_and_says_so_in_words(found):
    drawn = chart(found, "en")
    assert drawn.startswith("<svg xmlns=")
    assert drawn.count("×</text>") == len(COSTS)
    assert 'aria-label="Times faster' in drawn
    found.row(contest.SHELL).samples = []
    assert chart(found, "en") == ""
