"""What a request means: the parts that need no run."""

import json
from dataclasses import astuple, replace

from helpers.data.problems import capped, problem
from helpers.reports.prepare import _remembered


def test_a_finding_with_others_like_it_is_the_same_after_a_run_has_kept_it():
    zh, en = ("错", "改"), ("wrong", "change it")
    one, two = (problem(("t.csv", row, "value", "x"), "odd", zh, en) for row in (2, 3))
    found = replace(one, severity="warning", others=(two,))
    kept = _remembered(json.loads(json.dumps(astuple(found))))
    assert kept == found
    assert capped([kept, kept])
