"""What is measured and how it is summed up: samples of rounds, ratios paired within a round."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

__all__ = ["Row", "Sample", "Spread", "Words", "per_report", "ratios", "spread"]

Words = tuple[str, str]  # a text in Chinese and in English


class Spread(NamedTuple):
    """The least, the middle and the most of some measurements."""

    least: float
    middle: float
    most: float


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement: `seconds` by the clock, start-up included, for `reports` right reports.

    `start` is the part of `seconds` before the first report began and `work` the part from then
    to the end of the last one, where they can be told apart; `processor` are the seconds that
    the processors were busy with it. A sample with a `failure` counts nowhere.
    """

    seconds: float = 0.0
    reports: int = 1
    start: float | None = None
    work: float | None = None
    processor: float | None = None
    failure: str = ""


@dataclass(slots=True)
class Row:
    """A way of making reports and what it cost, a sample a round.

    `leaves_out` says what a reader might take to be in the numbers and is not.
    """

    key: str
    label: Words
    leaves_out: Words
    samples: list[Sample] = field(default_factory=list)
    absent: Words | None = None  # why it was not measured at all

    @property
    def failure(self) -> str:
        """Why the row has no numbers; empty where every round was right."""
        return next((one.failure for one in self.samples if one.failure), "")

    @property
    def counts(self) -> bool:
        """Whether its numbers may be shown."""
        return bool(self.samples) and not self.failure


def spread(values: Iterable[float]) -> Spread:
    """Least, median and most; ValueError where there is nothing."""
    found = sorted(values)
    if not found:
        raise ValueError("nothing was measured")
    return Spread(found[0], median(found), found[-1])


def per_report(sample: Sample, steady: bool = False) -> float | None:
    """Seconds a report: start-up included, or `steady`, of the work alone."""
    seconds = sample.work if steady else sample.seconds
    return None if seconds is None or sample.failure else seconds / sample.reports


def ratios(above: Row, below: Row, steady: bool = False) -> Spread | None:
    """The cost of a report in `above`, in costs of one in `below`: paired round by round, so that
    what slows the machine slows both. None where one of the two does not count.
    """
    if not (above.counts and below.counts):
        return None
    found = [
        high / low
        for high, low in _pairs(above.samples, below.samples, steady)
        if high is not None and low
    ]
    return spread(found) if found else None


def _pairs(
    above: Sequence[Sample], below: Sequence[Sample], steady: bool
) -> list[tuple[float | None, float | None]]:
    pairs = zip(above, below, strict=False)  # a row may have been given fewer rounds
    return [(per_report(one, steady), per_report(two, steady)) for one, two in pairs]
