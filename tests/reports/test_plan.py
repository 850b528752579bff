"""Which reports there are, and what is refused. No file, no kernel."""

from pathlib import Path

import pytest

from helpers.reports.plan import (
    Extra,
    Job,
    Wanted,
    catalogue,
    is_safe,
    refusals,
    select,
    settled,
    unsafe,
)

from pathlib import Path

import pytest

from helpers.reports.plan import COMMON, Request

NAMES = {"name_zh": "枣庄市", "name_en": "Zaozhuang", "label_zh": "时期", "label_en": "period"}
TITLES = {"title_zh": "关爱", "title_en": "Care", "question_zh": "", "question_en": ""}


def tables(**more):
    return {
        "areas": [
            {"area": "rights", "position": 2, **TITLES},
            {"area": "care", "position": 1, **TITLES},
        ],
        "regions": [
            {"region": "010", "position": 1, **NAMES},
            {"region": "020", "position": 2, **NAMES, "name_zh": "薛城区", "name_en": "Xuecheng"},
        ],
        "periods": [
            {"period": "2016-2020", "position": 1, **NAMES},
            {"period": "congress-9", "position": 2, **NAMES},
        ],
        "indicators": [
            {"indicator": "couples", "area": "rights", "measure_type": "flow"},
            {"indicator": "quota", "area": "care", "measure_type": "target"},
        ],
        "observations": [
            {"indicator": "couples", "region": "010", "period": "congress-9"},
        ],
        "programmes": [],
        **more,
    }


def told(**more):
    return catalogue(tables(**more)).told


def test_an_area_is_told_where_it_has_a_figure_and_the_overview_wherever_any_area_is():
    assert told() == (("overview", "010", "congress-9"), ("rights", "010", "congress-9"))


def test_an_area_without_figure_or_programme_is_withheld():
    assert catalogue(tables()).untold == (("care", "010", "congress-9"),)


def test_a_programme_is_enough_to_tell_an_area():
    programme = {"area": "care", "region": "010", "period": "congress-9"}
    assert ("care", "010", "congress-9") in told(programmes=[programme])


def test_a_region_without_observations_has_no_report_even_with_a_programme():
    programme = {"area": "care", "region": "020", "period": "congress-9"}
    assert all(region == "010" for _, region, _ in told(programmes=[programme]))


def test_a_target_also_tells_its_area_in_later_periods_of_the_same_region():
    observations = [
        {"indicator": "quota", "region": "010", "period": "2016-2020"},
        {"indicator": "couples", "region": "010", "period": "congress-9"},
    ]
    found = told(observations=observations)
    assert ("care", "010", "2016-2020") in found
    assert ("care", "010", "congress-9") in found
    assert ("rights", "010", "2016-2020") not in found


def test_a_new_area_needs_rows_only():
    more = tables()
    more["areas"].append({"area": "family", "position": 3, **TITLES})
    more["indicators"].append({"indicator": "homes", "area": "family", "measure_type": "flow"})
    more["observations"].append({"indicator": "homes", "region": "010", "period": "congress-9"})
    assert ("family", "010", "congress-9") in catalogue(more).told


def test_reports_come_in_the_order_of_the_tables_once_in_each_language():
    jobs, withheld = select(catalogue(tables()), Wanted())
    assert [job.path for job in jobs] == [
        "zh/010/congress-9/overview.html",
        "en/010/congress-9/overview.html",
        "zh/010/congress-9/rights.html",
        "en/010/congress-9/rights.html",
    ]
    assert withheld == [Job("care", "010", "congress-9", lang) for lang in ("zh", "en")]


LETTER = Extra("audit", "letter.txt", "abc", text=Path("letter.txt"))
SIZES = [("010", "2016-2020", 3), ("010", "congress-9", 5), ("020", "2016-2020", 7),
         ("020", "congress-9", 1)]  # fmt: skip


@pytest.mark.parametrize(
    ("regions", "periods", "found"),
    [
        ((), (), ["020 2016-2020"]),
        (("010",), (), ["010 congress-9"]),
        (("010", "020", "010"), (), ["010 congress-9", "020 2016-2020"]),
        ((), ("congress-9",), ["010 congress-9"]),
        (("020",), ("congress-9",), ["020 congress-9"]),
        (("030",), (), []),
    ],
)
def test_a_text_is_audited_where_it_is_asked_for_or_where_most_figures_are(regions, periods, found):
    rows = [
        {"indicator": "couples", "region": region, "period": period}
        for region, period, count in SIZES
        for _ in range(count)
    ]
    wanted = Wanted(("audit",), regions, periods, ("zh",), LETTER)
    jobs, _ = select(catalogue(tables(observations=rows)), wanted)
    assert [f"{job.region} {job.period}" for job in jobs] == found


def test_a_text_adds_its_audit_to_what_is_asked_for():
    jobs, _ = select(catalogue(tables()), Wanted(("rights",), langs=("en",), extra=LETTER))
    assert [job.area for job in jobs] == ["rights", "audit"]
    jobs, withheld = select(catalogue(tables()), Wanted(("audit",), langs=("en",), extra=LETTER))
    assert ([job.area for job in jobs], withheld) == (["audit"], [])


def test_an_audit_without_a_text_is_refused_and_is_no_area_of_its_own():
    (found,) = refusals(catalogue(tables()), Wanted(("audit",)))
    assert (found.rule, found.remedy("en")) == ("no-text", "name its file with --text")
    assert refusals(catalogue(tables()), Wanted(("audit",), extra=LETTER)) == []
    assert all(job.area != "audit" for job in select(catalogue(tables()), Wanted())[0])


def test_what_is_asked_for_twice_is_built_once():
    wanted = Wanted(("rights", "rights"), ("010", "010"), (), ("en", "en"))
    assert select(catalogue(tables()), wanted)[0] == [Job("rights", "010", "congress-9", "en")]


@pytest.mark.parametrize(
    "value", ["10", "０１０", "0_10", "٠١٠", "None", "nan", "../010", "", "x" * 10**6]
)
def test_a_code_is_text_and_compared_as_it_stands(value):
    (found,) = refusals(catalogue(tables()), Wanted(regions=(value,)))
    assert found.rule == "unknown-region"
    assert len(found.line("en")) < 400
    assert refusals(catalogue(tables()), Wanted(regions=("010",))) == []


def test_all_unknown_values_are_named_at_once_each_with_the_nearest():
    wanted = Wanted(("righs",), ("Xuecheng",), ("congress9",), ("cn",))
    found = refusals(catalogue(tables()), wanted)
    assert [problem.file for problem in found] == ["AREA", "--region", "--period", "--lang"]
    remedies = [problem.remedy("en") for problem in found]
    assert remedies == ["nearest: rights", "nearest: 020", "nearest: congress-9", "known: zh, en"]


def test_letter_case_is_part_of_a_name():
    (found,) = refusals(catalogue(tables()), Wanted(("Rights",)))
    assert found.remedy("zh") == "最接近的是：rights"


def test_a_known_region_without_figures_is_refused_with_those_that_have_some():
    (found,) = refusals(catalogue(tables()), Wanted(regions=("010", "020")))
    assert (found.rule, found.value) == ("nothing-to-report", "020")
    assert found.remedy("en") == "figures are there for: 010 congress-9"


def test_a_name_stands_for_its_code_unless_several_have_it():
    plan = catalogue(tables())
    asked = Wanted(("CARE", "关爱"), ("Xuecheng", "薛城区", "020"), ("period",))
    found = settled(plan, asked)
    assert found.regions == ("020", "020", "020")
    assert found.areas == asked.areas  # two areas are called so here
    assert found.periods == ("period",)


@pytest.mark.parametrize("name", ["370400", "congress-9", "2016-2020", "甲_1", "a.b"])
def test_plain_codes_can_be_file_names(name):
    assert is_safe(name)


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", ".x", "a/b", "a\\b", "../x", "a b", "a:b", "x.", "a\n", "-x", "a" * 81, "a?"],
)
def test_codes_that_could_leave_their_folder_cannot(name):
    assert not is_safe(name)


def test_an_unsafe_code_in_the_tables_is_found_with_its_table():
    region = {"region": "../x", "position": 3, **NAMES}
    (found,) = unsafe(catalogue(tables(regions=[*tables()["regions"], region])))
    assert (found.file, found.value) == ("regions.csv", "../x")


@pytest.fixture
def request_of(tmp_path):
    """A program and another office's project, each with notebooks of its own."""
    for folder in ("house/notebooks", "house/data", "own/notebooks", "own/data", "loose"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("house/notebooks/rights", "house/notebooks/care", "own/notebooks/care"):
        (tmp_path / f"{name}.ipynb").write_text("{}")

    def made(data: str) -> Request:
        return Request(tmp_path / "house", tmp_path / data, tmp_path / "out")

    return made


def where(path: Path) -> str:
    return "/".join(path.parts[-3:])


def test_the_notebook_beside_the_data_is_taken_before_the_programs(request_of):
    own = request_of("own/data")
    assert where(own.notebook("care")) == "own/notebooks/care.ipynb"
    assert where(own.notebook("rights")) == "house/notebooks/rights.ipynb"


def test_a_data_folder_of_another_name_has_no_notebooks_of_its_own(request_of):
    assert where(request_of("loose").notebook("care")) == "house/notebooks/care.ipynb"


def test_an_area_without_a_notebook_gets_the_common_page(request_of):
    assert where(request_of("own/data").notebook("screening")) == f"house/notebooks/{COMMON}"
