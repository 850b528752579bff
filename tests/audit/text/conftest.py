"""The project's own rounding policy, for the tests of what a text states."""

import csv

import pytest

from helpers.data import home
from helpers.quantity import Policy


@pytest.fixture(scope="session")
def policy():
    """Returns the project's rounding policy."""
    with (home() / "data" / "qualifiers.csv").open(encoding="utf-8", newline="") as lines:
        return Policy.from_rows(csv.DictReader(lines))
