"""Targets are met, missed, or left open by rounding; a pace suffices or does not."""

from decimal import Decimal

import pandas as pd
import pytest

from helpers.analysis import targets
from helpers.analysis.targets import ENOUGH, MET, MISSED, OPEN, TOO_SLOW
from helpers.data import Tables

CITY = "370400"
PLAIN = {"qualifier": "", "status": "A", "source": "", "locator": "", "note_zh": "", "note_en": ""}
YEARS = [f"{year}" for year in range(2020, 2026)]


def with_rows(tables: Tables, observations=None, **frames) -> Tables:
    """The tables with observations ``(indicator, region, period, written, value)`` of a test."""
    if observations is not None:
        rows = [
            {"indicator": slug, "region": region, "period": period, "value": Decimal(str(value)),
             "as_written": written, "row": number, **PLAIN, **dict(more)}
            for number, (slug, region, period, written, value, *more) in enumerate(observations, 2)
        ]  # fmt: skip
        frames["observations"] = pd.DataFrame(rows)
    return Tables(tables.folder, {**tables.frames, **frames}, {}, True)


@pytest.fixture
def judged(tables):
    """``judged(rows, target, at)``: one target of rights venues, judged at a year."""
    periods = pd.DataFrame([
        {"period": y, "position": n, "start": f"{y}-01-01", "end": f"{y}-12-31",
         "label_zh": f"{y}年", "label_en": y} for n, y in enumerate(YEARS, 1)
    ])  # fmt: skip

    def find(rows, value, at="2023", by="2025", bound="at_least", written=None):
        target = {
            "indicator": "rights_venues", "region": CITY, "by": by, "bound": bound,
            "value": value, "as_written": written or f"{value}个", "source": "", "row": 2,
        }  # fmt: skip
        own = with_rows(
            tables, [("rights_venues", CITY, y, w, v, *more) for y, w, v, *more in rows],
            periods=periods, targets=pd.DataFrame([target]),
        )  # fmt: skip
        return targets.judged(own, CITY, at, ["rights_venues"])

    return find


@pytest.mark.parametrize(("written", "value", "bound", "verdict"), [
    ("100个", 100, "at_least", MET),
    ("99个", 99, "at_least", MISSED),
    ("100个", 100, "at_most", MET),
    ("101个", 101, "at_most", MISSED),
    ("90余个", 90, "at_least", MISSED),
    ("近100个", 100, "at_least", MISSED),
        ("约100个", 100, "at_least", OPEN),
    ("100余个", 100, "at_least", MET),
])  # fmt: skip
def test_a_target_is_met_missed_or_left_open(judged, written, value, bound, verdict):
    (found,) = judged([("2025", written, value)], 100, at="2025", bound=bound)
    assert found.verdict == verdict
    assert found.is_due


def test_what_is_wanting_is_told_in_the_figures_unit(judged):
    (found,) = judged([("2025", "97个", 97)], 100, at="2025")
    assert (found.short.value, found.short.unit) == (3, "个")
    assert found.short.key == "rights_venues.short|370400|2025"


@pytest.mark.parametrize(("now", "suffices"), [(90, ENOUGH), (80, ENOUGH), (79, TOO_SLOW)])
def test_the_pace_since_the_first_year_is_held_against_what_is_needed(judged, now, suffices):
    rows = [("2021", "60个", 60), ("2023", f"{now}个", now)]
    (found,) = judged(rows, 100)
    assert found.suffices == suffices
    assert not found.is_due
    assert found.pace.value == pytest.approx((now - 60) / 2, rel=0.01)
    assert found.needed.value == pytest.approx((100 - now) / 2, rel=0.01)


def test_rounding_can_leave_the_pace_open(judged):
    (found,) = judged([("2021", "60余个", 60), ("2023", "80余个", 80)], 100)
    assert found.suffices == OPEN


def test_one_year_has_no_pace_and_a_break_ends_it(judged):
    (found,) = judged([("2023", "80个", 80)], 100)
    assert (found.pace, found.suffices) == (None, "")
    (found,) = judged([("2021", "60个", 60), ("2023", "80个", 80, ("status", "B"))], 100)
    assert found.pace is None


def test_a_target_whose_time_is_past_is_not_judged_anew(judged):
    assert judged([("2024", "80个", 80)], 100, at="2024", by="2023") == []


def test_the_citys_targets_are_judged_as_its_monitoring_report_would(city_tables):
    slugs = ["women_screened", "followed_up_share", "loving_mothers", "cases_found"]
    found = {t.slug: t.verdict for t in targets.judged(city_tables, "990100", "2024", slugs)}
    assert found == {"women_screened": MET, "followed_up_share": MISSED, "loving_mothers": MET}


def test_a_half_year_is_not_held_against_what_a_year_is_to_bring(city_tables):
    slugs = ["women_screened", "followed_up_share", "loving_mothers"]
    found = {t.slug for t in targets.judged(city_tables, "990100", "2024-h1", slugs)}
    assert found == {"followed_up_share", "loving_mothers"}


def test_a_folder_without_targets_has_none(tables):
    frames = {name: frame for name, frame in tables.frames.items() if name != "targets"}
    own = Tables(tables.folder, frames, {}, False)
    assert targets.judged(own, CITY, "congress-9", ["rights_venues"]) == []


def test_what_a_year_must_bring_counts_whole_years_whatever_their_days(judged):
    rows = [("2022", "40个", 40), ("2024", "50个", 50)]
    (found,) = judged(rows, 70, at="2024")
    assert found.needed.quantity.value == 20
    assert found.pace.quantity.value == 5
