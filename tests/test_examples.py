"""The simulated districts: plainly marked, made by their script, consistent, complete."""

import csv
import json
import runpy
from collections import defaultdict
from decimal import Decimal
from functools import cache

import pytest

from helpers.data import check, home, load

FOLDER = home() / "examples" / "districts"
CITY = "370400"
DISTRICTS = ("370402", "370403", "370404", "370405", "370406", "370481")
YEARS = ("2022", "2023", "2024")


@cache
def rows(table, folder=FOLDER):
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_example_says_that_it_is_simulated():
    package = json.loads((FOLDER / "datapackage.json").read_text(encoding="utf-8"))
    assert package["simulated"] is True
    assert load(FOLDER).simulated is True
    (source,) = rows("sources")
    assert "模拟" in source["title_zh"]
    assert "Simulated" in source["title_en"]
    assert not source["address"]
    assert all("模拟" in row["name_zh"] for row in rows("programmes"))


def test_the_example_has_no_problems():
    assert [problem.line("en") for problem in check(FOLDER)] == []


def test_the_example_is_a_valid_data_package():
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.Package(str(FOLDER / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])


def test_the_script_makes_the_same_bytes_again():
    made = runpy.run_path(str(FOLDER / "make_districts.py"))["files"]()
    assert set(made) == {p.name for p in FOLDER.iterdir() if p.suffix in (".csv", ".json")}
    for name, text in made.items():
        assert (FOLDER / name).read_bytes() == text.encode(), f"{name}: run make_districts.py"


def test_every_place_and_year_has_figures_and_something_of_each_area():
    areas = {row["area"] for row in rows("areas", home() / "data")}
    indicators = {row["indicator"] for row in rows("indicators", home() / "data")}
    figures, named = defaultdict(set), defaultdict(set)
    for row in rows("observations"):
        figures[row["region"], row["period"]].add(row["indicator"])
    for row in rows("programmes"):
        named[row["region"], row["period"]].add(row["area"])
    places = {(region, year) for region in (CITY, *DISTRICTS) for year in YEARS}
    assert set(figures) == set(named) == places
    assert all(named[place] == areas for place in places)
    assert all(figures[CITY, year] == indicators for year in YEARS)
    city_only = {"women_share_urban_employment", "coissuing_units"}
    for district in DISTRICTS:
        assert all(figures[district, year] == indicators - city_only for year in YEARS)


def test_the_city_is_the_sum_of_its_districts_where_figures_add_up():
    additive = {
        row["indicator"] for row in rows("indicators", home() / "data") if row["additive"] == "true"
    }
    sums = defaultdict(Decimal)
    for row in rows("observations"):
        if row["indicator"] in additive:
            sign = -1 if row["region"] == CITY else 1
            sums[row["indicator"], row["period"]] += sign * Decimal(row["value"])
    assert len(sums) == len(additive) * len(YEARS)
    assert set(sums.values()) == {0}


def test_some_figures_are_rounded_in_the_city_and_in_every_district_alike():
    marks = defaultdict(set)
    for row in rows("observations"):
        marks[row["indicator"]].add(row["qualifier"])
    assert {"余"} in marks.values()
    assert all(len(found) == 1 for found in marks.values())


def test_nothing_simulated_stands_in_the_project_data():
    real = {row["source"] for row in rows("sources", home() / "data")}
    assert "simulated_districts" not in real
