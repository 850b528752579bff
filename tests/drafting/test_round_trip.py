"""The round trip: what a draft says of any data, the audit finds again, all of it supported."""

from __future__ import annotations

import random
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import quantity as q
from helpers.analysis.figures import policy
from helpers.analysis.observations import observed
from helpers.audit.text.audit import audit
from helpers.audit.text.manuscript import read_manuscript
from helpers.data import Tables
from helpers.drafting.draft import as_text, draft
from helpers.drafting.word import as_word
from helpers.telling import wording

YEARS = ("2021", "2022", "2023")
CITY = "990100"
PARTS = {
    "cases_followed_up": "cases_found",
    "women_plan_indicators_met": "women_plan_indicators_total",
    "children_plan_indicators_met": "children_plan_indicators_total",
    "couples_reconciled": "couples_counselled",
}
# an area that no sentence and no notebook knows: rows are enough
READING = [
    ("reading_clubs", "妇女读书会", "Women’s reading clubs", "个", "clubs", "stock"),
    (
        "reading_visitors",
        "读书会到场人次",
        "Attendances at reading clubs",
        "人次",
        "visits",
        "flow",
    ),
    ("book_corner_volumes", "图书角藏书", "Volumes in book corners", "册", "volumes", "stock"),
]


def with_reading(tables: Tables) -> dict[str, pd.DataFrame]:
    """The frames of the codebook with an area more."""
    frames = dict(tables.frames)
    area = {"area": "reading", "position": 10, "title_zh": "书香家园", "title_en": "Reading"}
    area |= {"question_zh": "读书？", "question_en": "Reading?", "leading": "reading_clubs"}
    frames["areas"] = pd.concat([frames["areas"], pd.DataFrame([area])], ignore_index=True)
    rows = [
        {
            "indicator": slug, "area": "reading", "position": at, "label_zh": zh, "label_en": en,
            "unit": unit, "unit_en": unit_en, "unit_en_one": unit_en, "measure_type": kind,
            "counts": "event", "additive": True, "sensitivity": "none", "minimum": Decimal(0),
            "maximum": None, "definition_zh": f"{zh}的数量。", "definition_en": en, "row": 90 + at,
        }
        for at, (slug, zh, en, unit, unit_en, kind) in enumerate(READING)
    ]  # fmt: skip
    frames["indicators"] = pd.concat([frames["indicators"], pd.DataFrame(rows)], ignore_index=True)
    return frames


def written(rng: random.Random, unit: str) -> str:
    """A number in one of the written forms that officials use, the rounding word included."""
    if unit == "%":
        return f"{rng.randrange(1, 10000) / 100:.2f}%"
    digits = rng.randrange(1, 10) * 10 ** rng.randrange(1, 5) + rng.randrange(0, 10) * 10
    forms = [
        f"{rng.randrange(1, 100000)}{unit}",
        f"{digits}余{unit}",
        f"近{digits}{unit}",
        f"逾{digits}{unit}",
        f"{rng.randrange(101, 999) / 100:.2f}万余{unit}",
        f"{rng.randrange(11, 99) / 10:.1f}万{unit}",
        f"约{rng.randrange(2, 90)}万{unit}",
    ]
    return rng.choice(forms)


def observations(rng: random.Random, indicators: pd.DataFrame, words: q.Policy) -> pd.DataFrame:
    """Random observations of one region over some years, a part of each left unreported."""
    units = dict(zip(indicators["indicator"], indicators["unit"], strict=True))
    share = rng.choice([0.3, 0.7, 1.0])
    rows = []
    for year in YEARS[-rng.choice([1, 2, 3]) :]:
        stated = {s: written(rng, unit) for s, unit in units.items() if rng.random() < share}
        for part, whole in PARTS.items():
            if part in stated and whole in stated:
                most = rng.randrange(20, 30000)
                stated[whole] = f"{most}{units[whole]}"
                stated[part] = f"{rng.randrange(1, most)}{units[part]}"
        for slug, text in stated.items():
            found = q.read(text, words)
            rows.append({
                "indicator": slug, "region": CITY, "period": year, "value": found.value,
                "qualifier": found.qualifier, "as_written": text, "status": "A", "source": "",
                "locator": "", "note_zh": "", "note_en": "", "row": len(rows) + 2,
            })  # fmt: skip
    return pd.DataFrame(rows)


def made_up(tables: Tables, rng: random.Random) -> Tables:
    """Tables with random figures in the shipped codebook and the invented area."""
    frames = with_reading(tables)
    frames["observations"] = observations(rng, frames["indicators"], policy(tables))
    frames["periods"] = pd.DataFrame([
        {"period": year, "position": at, "start": f"{year}-01-01", "end": f"{year}-12-31",
         "label_zh": f"{year}年", "label_en": year, "row": at + 2}
        for at, year in enumerate(YEARS)
    ])  # fmt: skip
    here = {"370400": CITY}  # the figures are of this place, whatever the codebook calls it
    frames["regions"] = tables.regions.replace({"region": here, "parent": here})
    frames["programmes"] = tables.programmes.iloc[:0]
    frames["comparables"] = tables.comparables.iloc[:0]
    return Tables(tables.folder, frames, {}, False)


def failures(tables: Tables, region: str, period: str) -> list[str]:
    """What the audit of a draft does not find, or finds otherwise than as supported."""
    text = as_text(draft(tables, (), region, period, "zh"))
    found = audit(text, tables, region, period)
    odd = [
        f"{c.verdict} {c.found.quote} {c.figure and c.figure.key}: "
        f"{text[max(0, c.found.start - 30) : c.found.end + 6]!r}"
        for c in found.claims
        if c.verdict != "supported"
    ]
    told = {c.figure.key for c in found.claims if c.figure}
    reported = [f for f in observed(tables, region, period).values() if f.quantity is not None]
    return odd + [f"not found {f.key}" for f in reported if f.key not in told]


def odd_in_word(tables: Tables, region: str, period: str, path) -> list[tuple[str, str]]:
    """What an audit of a Word draft, its tables among it, finds otherwise than as supported."""
    path.write_bytes(as_word(draft(tables, (), region, period, "zh")))
    claims = audit(read_manuscript(path).text, tables, region, period).claims
    assert len(claims) > len(tables.part("observations", region=region, period=period))
    return [(c.found.quote, c.verdict) for c in claims if c.verdict != "supported"]


def test_every_figure_and_change_of_a_draft_is_found_and_supported(city_tables, tmp_path):
    assert failures(city_tables, CITY, "2024") == []
    assert odd_in_word(city_tables, CITY, "2024", tmp_path / "draft.docx") == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder", "region", "period"),
    [("tables", "370400", "congress-9"), ("examples", "370400", "2024"),
     ("examples", "370481", "2024")],
)  # fmt: skip
def test_every_figure_of_the_folders_that_are_shipped_is_found_and_supported(
    folder, region, period, request, tmp_path
):
    data = request.getfixturevalue(folder)
    assert failures(data, region, period) == []
    assert odd_in_word(data, region, period, tmp_path / "draft.docx") == []


def lost(tables: Tables) -> list[str]:
    """The figures that an English draft does not state in any of their forms."""
    text = as_text(draft(tables, (), CITY, YEARS[-1], "en")).lower()
    words, found = policy(tables), []
    for figure in observed(tables, CITY, YEARS[-1]).values():
        if figure.quantity is not None:
            forms = [wording.text(figure, "en", unit=unit, words=words) for unit in (True, False)]
            found += [] if any(form.lower() in text for form in forms) else [figure.key]
    return found


RANDOM = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@settings(max_examples=2, **RANDOM)
@given(rng=st.randoms(use_true_random=True))
def test_every_figure_of_random_data_is_found_and_supported(city_tables, rng):
    made = made_up(city_tables, rng)
    assert failures(made, CITY, YEARS[-1]) == []
    assert lost(made) == []


@pytest.mark.slow
@settings(max_examples=25, **RANDOM)
@given(rng=st.randoms(use_true_random=True))
def test_every_figure_of_random_data_on_the_whole_codebook_is_found_and_supported(tables, rng):
    made = made_up(tables, rng)
    assert failures(made, CITY, YEARS[-1]) == []
    assert lost(made) == []
