"""Measures are derived with interval arithmetic, and only from what was reported."""

from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import quantity as q
from helpers.analysis.figures import Figure
from helpers.analysis.measures import Sources, derive

NONE = pd.DataFrame({c: [] for c in ("programme", "kind", "level", "area", "parts", "row")})
ROW = {
    "measure": "share",
    "label_zh": "占比",
    "label_en": "share",
    "numerator": "part",
    "denominator": "whole",
    "scale": Decimal(100),
    "unit": "%",
    "unit_en": "%",
    "unit_en_one": "%",
    "definition_zh": "",
    "definition_en": "",
    "kind": "share",
    "row": 2,
}


def figure(slug: str, lower: int, upper: int, period: str = "p") -> Figure:
    interval = q.Interval(Decimal(lower), Decimal(upper))
    quantity = q.Quantity(Decimal(lower), interval, "名", "", "")
    return Figure(slug, "indicator", "r", period, slug, slug, "名", "persons", quantity)


def derived(*figures: Figure, **changes: object) -> Figure:
    book = {f.slug: f for f in figures}
    return derive({**ROW, **changes}, Sources(book, NONE), "r", "p")


@pytest.mark.parametrize(
    ("slug", "value", "lower", "upper"),
    [
        ("reconciled_share", 36.1953, 36.1953, 36.1953),
        ("relief_per_woman", 5219.48, 5216.48, 5222.49),
        ("sum_insured_per_woman", 30000, 27500, 30384.62),
        ("children_per_mother", 0.8764, 0.8715, 0.8820),
        ("plans_met_share", 97.3913, 97.3913, 97.3913),
        ("audience_per_lecture", 333.33, 312.5, 400),
        ("trainees_per_class", 143.88, 107.91, 179.86),
        ("executives_beyond_chairs", 9827, 9827, 9827),
        ("personal_relief_to_support_funds", 47.604, 47.58, 50.134),
        ("courtyard_coverage", 8.0494, 8.0494, 8.0494),
        ("awards_named", 9, 9, 9),
        ("awards_provincial", 4, 4, 4),
    ],
)
def test_measures_of_the_report_and_their_intervals(here, slug, value, lower, upper):
    found = here("overview").book[slug]
    ends = [found.value, float(found.interval.lower), float(found.interval.upper)]
    assert ends == pytest.approx([value, lower, upper], rel=1e-4)


def test_a_measure_of_one_period_belongs_to_that_period(here):
    assert here("outcomes").book["plans_met_share"].period == "2016-2020"


def test_a_missing_operand_gives_a_figure_without_quantity():
    whole = figure("whole", 10, 10)
    assert derived(whole).quantity is None
    assert derived(whole, replace(figure("part", 1, 1), quantity=None)).quantity is None


def test_nothing_is_derived_from_a_whole_that_may_be_zero():
    assert derived(figure("part", 0, 0), figure("whole", 0, 0)).quantity is None


def test_the_formula_is_told_with_labels():
    found = derived(figure("part", 1, 1), figure("whole", 4, 4))
    assert found.formula_en == "part ÷ whole × 100"


@given(st.integers(0, 1000), st.integers(0, 50), st.integers(1, 1000), st.integers(0, 50))
def test_the_interval_contains_every_share_that_the_operands_allow(low, more, whole, wider):
    found = derived(figure("part", low, low + more), figure("whole", whole, whole + wider))
    for part in (low, low + more):
        for of in (whole, whole + wider):
            share = Decimal(100 * part) / Decimal(of)
            assert found.interval.lower - 1 <= share <= found.interval.upper + 1
            assert float(found.interval.lower) <= float(share) * (1 + 1e-12)
            assert float(share) * (1 - 1e-12) <= float(found.interval.upper)


@given(st.integers(0, 500), st.integers(0, 20), st.integers(1, 20))
def test_a_wider_operand_never_gives_a_narrower_result(low, more, extra):
    whole = figure("whole", 700, 710)
    narrow = derived(figure("part", low, low + more), whole)
    wide = derived(figure("part", low, low + more + extra), whole)
    assert narrow.interval.within(wide.interval)
