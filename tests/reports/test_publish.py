"""Editions: which figures of a reports folder changed, told once however many pages state them."""

import json
from types import SimpleNamespace

from helpers.reports.publish import moved, opened
from helpers.reports.ledger import Entry, Ledger
from helpers.reports.plan import Catalogue, Job
from helpers.reports.ledger import State

JOB = Job("care", "010", "2024", "zh")
KEY, OTHER = "mothers|010|2024", "children|010|2024"


def figure(value, **more):
    return {"value": value, "lower": value, "upper": value, "unit": "名", "indicator": "x",
            "label_zh": "爱心妈妈", "label_en": "Loving Mothers", "unit_en": "mothers", **more}  # fmt: skip


def page(**values):
    figures = {f"{slug}|010|2024": figure(value) for slug, value in values.items()}
    return f'<script type="application/json" id="figures">{json.dumps(figures)}</script>'


def told(*pages):
    known = {}
    for old, new in pages:
        moved(known, old, new, JOB)
    return {key: [one and one["value"] for one in pair] for key, pair in known.items()}


def test_a_figure_is_new_dropped_or_another_one_by_what_its_pages_said_before():
    assert told((page(mothers=1), page(mothers=2))) == {KEY: [1, 2]}
    assert told((page(), page(mothers=2))) == {KEY: [None, 2]}
    assert told((page(mothers=1), page())) == {KEY: [1, None]}


def test_what_stands_unchanged_on_another_page_is_neither_new_nor_dropped():
    gone, stays, came = (page(mothers=1), page()), (page(mothers=1),) * 2, (page(), page(mothers=1))
    for pages in ((gone, stays), (stays, gone), (came, stays), (stays, came)):
        assert told(*pages) == {KEY: []}
    assert told(gone, (page(mothers=1), page(mothers=2))) == {KEY: [1, 2]}
    assert told((page(mothers=1), page(mothers=2)), gone) == {KEY: [1, 2]}


def test_two_steps_of_one_figure_are_one_change():
    assert told((page(mothers=1), page(mothers=2)), (page(mothers=2), page(mothers=3))) == {
        KEY: [1, 3]
    }


def test_figures_of_other_places_and_times_are_not_the_pages_own():
    known = {}
    moved(known, page(mothers=1), page(mothers=2), Job("care", "010", "2023", "zh"))
    assert known == {}


def run(*pages, before=(), jobs=(JOB,), history=None, keys=(JOB,)):
    state = State()
    for old, new in pages:
        moved(state.moved, old, new, JOB)
    plan = Catalogue(
        {"care": {"title_zh": "关爱", "title_en": "Care"}},
        {"010": {"name_zh": "东山", "name_en": "Dongshan"}},
        {"2024": {"label_zh": "2024年", "label_en": "2024"}}, (), (),
        labels={"mothers": {"area": "care"}},
    )  # fmt: skip

    def entries(found):
        return {job: Entry(*job_fields(job), "built", sha256="ab", path=job.path) for job in found}

    return SimpleNamespace(
        state=state, prepared=SimpleNamespace(plan=plan), before=Ledger(entries(before)),
        entries=entries(jobs), history=history or {}, keys=dict.fromkeys(keys),
    )  # fmt: skip


def job_fields(job):
    return job.area, job.region, job.period, job.lang


def test_the_first_edition_has_a_number_and_a_day_and_later_ones_say_what_changed():
    first = run()
    opened(first)
    assert first.history["number"] == 1
    second = run((page(mothers=1000), page(mothers=1200)), before=[JOB], history=first.history)
    opened(second)
    assert second.history["number"] == 2
    (change,) = second.history["changes"]
    assert change["key"] == KEY
    assert (
        change["zh"]
        == "修订 · 爱心妈妈（东山 · 2024年）：1000名 → 1200名，+200（+20%），区间不再相交"
    )
    assert change["en"].startswith(
        "revised · Loving Mothers (Dongshan · 2024): 1,000 mothers → 1,2"
    )
    assert second.history["tally"]["zh"] == "共 1 处变化：修订 1"
    assert [one["number"] for one in second.history["before"]] == [1]
    assert second.state.moved == {}


def test_where_nothing_changed_the_edition_stays_the_last_one():
    first = run()
    opened(first)
    again = run((page(mothers=1), page(mothers=1)), before=[JOB], history=first.history)
    opened(again)
    assert again.history is first.history


def test_new_reports_and_those_withdrawn_make_an_edition_and_are_counted():
    more = Job("care", "010", "2024", "en")
    found = run(before=[more], jobs=[JOB], history={"number": 4, "date": "d", "tally": {}})
    opened(found)
    assert found.history["number"] == 5
    assert found.history["tally"]["zh"] == "没有实质性变化；新增报告 1 份；撤下报告 1 份"


def test_a_figure_that_a_page_left_alone_states_too_is_not_new():
    other = Job("overview", "010", "2024", "zh")
    found = run((page(), page(mothers=1)), before=[JOB, other], jobs=[JOB, other],
                history={"number": 1, "date": "d", "tally": {}})  # fmt: skip
    found.state.reports[other.path] = {"stated": {"mothers": ["1", "1名"]}}
    opened(found)
    assert found.history["number"] == 1
    found = run(
        (page(mothers=1), page()), before=[JOB], history={"number": 1, "date": "d", "tally": {}}
    )
    opened(found)
    assert found.history["changes"][0]["zh"].startswith("删去 · 爱心妈妈")
