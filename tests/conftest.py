"""Shared fixtures: the shipped tables, and a report of any area over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from helpers.data import Tables, load
from helpers.telling.report import AreaReport

# Machines differ: nothing is timed. The long variants of a property are marked slow.
settings.register_profile("quick", max_examples=25, deadline=None)
settings.load_profile("quick")


@pytest.fixture(scope="session")
def tables() -> Tables:
    """The shipped data, loaded once."""
    return load()


@pytest.fixture(scope="session")
def examples() -> Tables:
    """The simulated district data, loaded once."""
    from helpers.paths import home

    return load(home() / "examples" / "districts")


@pytest.fixture(scope="session")
def city() -> Path:
    """The folder of a small invented city: three districts, three areas, two years and a half.

    Of its areas one is not among the shipped ones and has no notebook; of its indicators a third
    are. A district has no figures for the first year, and one total is not its districts' sum.
    """
    return Path(__file__).parent / "city"


@pytest.fixture(scope="session")
def city_tables(city: Path) -> Tables:
    """The invented city's data, loaded once."""
    return load(city)


@pytest.fixture
def here(tables: Tables) -> Callable[..., AreaReport]:
    """``here("rights", lang="en")``: a report over the shipped data."""

    def opened(area: str = "rights", lang: str = "zh", **changes: str) -> AreaReport:
        where = {"region": "370400", "period": "congress-9", "audience": "public", **changes}
        return AreaReport(tables, area, lang=lang, **where)

    return opened
