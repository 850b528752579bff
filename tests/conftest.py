"""Shared fixtures: the shipped tables, and a study of any area over them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import settings

from helpers.analysis.study import Study, study
from helpers.data import Tables, load

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
    from helpers.data.home import home

    return load(home() / "examples" / "districts")


@pytest.fixture
def here(tables: Tables) -> Callable[..., Study]:
    """``here("rights", lang="en")``: a study over the shipped data."""

    def opened(area: str = "rights", lang: str = "zh", **changes: str) -> Study:
        where = {"region": "370400", "period": "congress-9", "audience": "public", **changes}
        return study(tables, area, lang=lang, **where)

    return opened
