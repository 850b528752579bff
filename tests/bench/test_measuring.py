"""Commands under the clock, memory that is looked at, a row that is changed: on a small scale."""

import sys
from types import SimpleNamespace

import pytest

from helpers.bench.clock import last_words, run
from helpers.bench.edition import INDICATOR, Edition, _change, _places, _readers
from helpers.bench.engines import engine, reference
from helpers.bench.machine import facts
from helpers.bench.memory import Held, Watch
from helpers.bench.rivals import bound
from helpers.bench.setting import Scale, Setting
from helpers.data import check
from helpers.data.home import home


def test_a_command_is_told_by_exit_code_output_and_last_words():
    code = "import sys; print('out'); print('first', file=sys.stderr); sys.exit('last')"
    done = run([sys.executable, "-c", code])
    assert (done.code, done.out) == (1, "out\n")
    assert done.why() == "exit code 1: last"
    assert [text for _, text in done.lines] == ["first\n", "last\n"]


def test_a_command_that_hangs_is_ended():
    done = run([sys.executable, "-c", "import time; time.sleep(600)"], limit=1)
    assert done.code != 0


def test_last_words_name_no_folder():
    assert last_words(["a\n", " no file: '/some/where/x/y.csv'\n", "\n"]) == "no file: 'y.csv'"
    assert last_words(["12/13 at 1/2 s"]) == "12/13 at 1/2 s"
    assert last_words([]) == ""


def process(kind, share, own=0, whole=0):
    held = SimpleNamespace(pss=share, uss=own, rss=whole)
    return SimpleNamespace(kind=kind, memory_full_info=lambda: held)


def test_the_most_that_was_held_is_kept_for_all_and_for_each_kind():
    watch = Watch(lambda one: one.kind)
    watch.look([process("", 100), process("fork", 10, 5, 20), process("fork", 8, 7, 9)])
    watch.look([process("", 50), process("fork", 30, 1, 1)])
    assert watch.most == 118
    assert watch.kinds == {"fork": Held(30, 7, 20)}


def test_a_changed_row_is_another_figure_and_the_data_stay_sound(tmp_path):
    districts = home() / "examples" / "districts"
    for path in districts.glob("*.[cj]s*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    before = (tmp_path / "observations.csv").read_text(encoding="utf-8").splitlines()
    regions, periods = _places(tmp_path)
    _change(tmp_path, regions[0], periods[-1], 3)
    after = (tmp_path / "observations.csv").read_text(encoding="utf-8").splitlines()
    changed = [line for old, line in zip(before, after, strict=True) if old != line]
    assert [line.split(",")[:6] for line in changed] == [
        [INDICATOR, regions[0], periods[-1], "20.03", "", "20.03%"]
    ]
    assert [problem for problem in check(tmp_path) if problem.severity == "error"] == []


def test_readers_of_a_figure_are_the_pages_that_show_it(tmp_path):
    for name, key in (("a", "x|1|2"), ("b", "y|1|2")):
        page = tmp_path / "zh" / "1" / "2" / f"{name}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f'<data data-figure="{key}">', encoding="utf-8")
    assert _readers(Edition(tmp_path, tmp_path, {}), "x|1|2") == {"zh/1/2/a.html"}


def test_the_machine_is_described_without_a_name():
    import socket

    told = " ".join(facts().values())
    assert "GiB" in told
    assert socket.gethostname() not in told
    assert "/" not in told


@pytest.mark.slow
def test_an_engine_and_the_bound_tell_the_same_figures(tmp_path):
    setting = Setting(home(), tmp_path, Scale(rounds=1, areas=1))
    assert reference(setting) == ""
    assert len(setting.figures) == 2
    assert all(setting.figures.values())
    for trial in (engine("fork", 2), bound(1), bound(2)):
        sample = trial(setting, 0)
        assert (sample.failure, sample.reports) == ("", 2)
