"""Every part has its own time, without that of the parts that it calls."""

import asyncio
from types import SimpleNamespace

import pytest

from helpers.bench.anatomy import parts_of
from helpers.bench.stopwatch import Stopwatch


class Clock:
    """A clock that goes on when it is told to."""

    now = 0.0

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def watch(clock):
    return Stopwatch(clock=clock)


def test_a_part_stands_still_while_another_runs_in_it(watch, clock):
    with watch.part("outer"):
        clock.wait(1)
        with watch.part("inner"):
            clock.wait(10)
        clock.wait(2)
    clock.wait(100)
    assert watch.seconds == {"outer": 3, "inner": 10}
    assert watch.counts == {"outer": 1, "inner": 1}


def test_a_part_that_raises_is_closed(watch, clock):
    def fail():
        with watch.part("inner"):
            clock.wait(1)
            raise ValueError("no")

    with watch.part("outer"):
        with pytest.raises(ValueError, match="no"):
            fail()
        clock.wait(2)
    assert watch.seconds == {"outer": 2, "inner": 1}


def test_functions_and_coroutines_are_kept_and_named_by_their_arguments(watch, clock, monkeypatch):
    async def later(seconds):
        clock.wait(seconds)
        return "later"

    place = SimpleNamespace(now=lambda seconds: clock.wait(seconds) or "now", later=later)
    monkeypatch.setitem(__import__("sys").modules, "a_place", place)
    watch.attach("a_place:now", "now")
    watch.attach("a_place:later", lambda seconds: f"later {seconds}")
    assert place.now(1) == "now"
    assert asyncio.run(place.later(2)) == "later"
    assert watch.seconds == {"now": 1, "later 2": 2}


def test_a_place_that_has_moved_is_an_error(watch):
    with pytest.raises(AttributeError):
        watch.attach("helpers.bench.stopwatch:Stopwatch.gone", "gone")


def test_parts_are_the_middle_of_several_times_and_what_is_left_is_told():
    times = [
        {"parts": {"writing": 1.0, "cell setup": s}, "counts": {"writing": 1}, "whole": s + 3}
        for s in (1.0, 2.0, 9.0)
    ]
    parts = {part.name: part.seconds for part in parts_of(times)}
    assert parts == {"fork": 2.0, "cell setup": 2.0, "writing": 1.0}
    assert list(parts) == ["fork", "cell setup", "writing"]  # in the order of a report's life
