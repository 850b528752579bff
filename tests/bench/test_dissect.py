"""The places where the stopwatch stands are still there."""

import subprocess
import sys

from helpers.bench.anatomy import NAMES
from helpers.bench.dissect import PLACES


def test_every_place_of_the_stopwatch_exists():
    code = (
        "from helpers.bench.dissect import attach; from helpers.bench.stopwatch import Stopwatch;"
        "attach(Stopwatch())"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_part_has_a_name_in_both_languages():
    assert set(PLACES) <= set(NAMES)
    assert all(zh and en for zh, en in NAMES.values())
