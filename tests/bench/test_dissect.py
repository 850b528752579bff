"""The places where the stopwatch stands are still there."""

import subprocess
import sys

import pytest

from helpers.bench.anatomy import NAMES, anatomy
from helpers.bench.dissect import PLACES
from helpers.bench.setting import Scale, Setting
from helpers.data.home import home
from helpers.reports.fork.system import can_fork


def test_every_place_of_the_stopwatch_exists():
    code = (
        "from helpers.bench.dissect import attach; from helpers.bench.stopwatch import Stopwatch;"
        "attach(Stopwatch())"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_part_has_a_name_in_both_languages():
    assert set(PLACES) <= set(NAMES)
    assert all(zh and en for zh, en in NAMES.values())


@pytest.mark.slow
@pytest.mark.skipif(not can_fork(), reason="the fork engine's own anatomy")
def test_every_place_has_a_part_in_a_report_with_charts(tmp_path):
    found = anatomy(Setting(home(), tmp_path, Scale(repeats=1)), "rights")
    assert found.failure == ""
    told = {part.name for part in found.parts}
    assert set(PLACES) <= told
    assert {"cell finding", "cell setup", "fork"} <= told
    assert 0.9 < sum(part.seconds for part in found.parts) / found.whole < 1.1
