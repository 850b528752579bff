"""Figures of other places are put together only where place, scope and period are one."""

from decimal import Decimal

import pandas as pd
import pytest

from helpers.data import Tables
from helpers.telling.report import AreaReport


def comparable(name, indicator, value, place, scope=""):
    return {
        "comparable": name, "indicator": indicator, "region": "370481", "place_zh": place,
        "place_en": place, "scope": scope, "level": "county", "period": "2018",
        "value": Decimal(value), "unit": "对", "unit_en": "couples", "qualifier": "",
        "as_written": f"{value}对", "label_zh": indicator, "label_en": indicator,
        "definition": "same", "definition_zh": "口径", "definition_en": "definition", "source": "",
        "row": 2,
    }  # fmt: skip


@pytest.fixture
def derived(tables):
    def find(*rows):
        frames = {**tables.frames, "comparables": pd.DataFrame(rows)}
        own = Tables(tables.folder, frames, {}, False)
        frame = AreaReport(own, "rights", "370400", "congress-9", "zh", "public").comparables
        found = frame[frame.index == "reconciled_share"]
        return dict(zip(found["place"], found["value"], strict=True))

    return find


COUPLES = ("couples_counselled", "couples_reconciled")


def test_counts_of_two_scopes_are_never_divided_by_one_another(derived):
    told = derived(
        comparable("a", COUPLES[0], 50, "滕州", "centre"),
        comparable("b", COUPLES[1], 400, "滕州", "all"),
        comparable("c", COUPLES[0], 1000, "滕州", "all"),
    )
    assert told == {"滕州": 40}


def test_each_scope_keeps_a_share_and_a_name_of_its_own(derived):
    told = derived(
        comparable("a", COUPLES[0], 50, "滕州（中心）"),
        comparable("b", COUPLES[1], 10, "滕州（中心）"),
        comparable("c", COUPLES[0], 1000, "滕州"),
        comparable("d", COUPLES[1], 400, "滕州"),
    )
    assert told == {"滕州（中心）": 20, "滕州": 40}


def test_nothing_is_derived_where_nothing_tells_two_counts_apart(derived):
    told = derived(
        comparable("a", COUPLES[0], 50, "滕州"),
        comparable("b", COUPLES[0], 1000, "滕州"),
        comparable("c", COUPLES[1], 400, "滕州"),
    )
    assert told == {}


def test_figures_of_two_scopes_have_two_keys(tables):
    from helpers.analysis.observations import compared

    rows = [comparable("a", COUPLES[0], 1, "滕州", scope) for scope in ("x", "y")]
    rows[1]["comparable"] = "b"
    own = Tables(tables.folder, {**tables.frames, "comparables": pd.DataFrame(rows)}, {}, False)
    keys = [figure.key for figure in compared(own).values()]
    assert len(set(keys)) == 2
    assert all(key.count("|") == 2 for key in keys)
