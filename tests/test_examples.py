"""The simulated districts: plainly marked, made by their script, consistent, complete."""

import csv
import json
import runpy
from collections import defaultdict
from decimal import Decimal
from functools import cache

from helpers.data import check, home, load

FOLDER = home() / "examples" / "districts"
CITY = "370400"
DISTRICTS = ("370402", "370403", "370404", "370405", "370406", "370481")
YEARS = ("2020", "2021", "2022", "2023", "2024")
MISSING = {("370406", "2021"), ("370405", "2024")}


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


def test_the_check_warns_of_the_total_that_is_not_its_parts_sum_and_of_the_places_missing():
    *gaps, told = sorted(check(FOLDER), key=lambda problem: problem.rule)
    assert [problem.rule for problem in gaps] == ["coverage"] * len(MISSING)
    assert all(any(place in gap.message_en for gap in gaps) for place, _ in MISSING)
    assert (told.rule, told.severity) == ("total", "warning")
    off = rows("observations")[told.row - 2]
    assert (off["indicator"], off["region"], off["period"]) == (
        "women_helped_into_work", CITY, "2022",
    )  # fmt: skip


def test_the_script_makes_the_same_bytes_again():
    made = runpy.run_path(str(FOLDER / "make_districts.py"))["files"]()
    assert set(made) == {p.name for p in FOLDER.iterdir() if p.suffix in (".csv", ".json")}
    for name, text in made.items():
        assert (FOLDER / name).read_bytes() == text.encode(), f"{name}: run make_districts.py"


def values(indicator):
    return {
        (row["region"], row["period"]): Decimal(row["value"])
        for row in rows("observations")
        if row["indicator"] == indicator
    }


def test_every_place_and_year_but_two_has_figures_and_something_of_each_area():
    figures, named = defaultdict(set), defaultdict(set)
    for row in rows("observations"):
        figures[row["region"], row["period"]].add(row["indicator"])
    for row in rows("programmes"):
        named[row["region"], row["period"]].add(row["area"])
    places = {(region, year) for region in (CITY, *DISTRICTS) for year in YEARS} - MISSING
    assert set(figures) == set(named) == places
    city = figures[CITY, YEARS[0]]
    assert all(named[place] == named[CITY, YEARS[0]] for place in places)
    assert all(figures[CITY, year] == city for year in YEARS)
    city_only = {"women_share_urban_employment", "coissuing_units"}
    assert all(figures[place] == city - city_only for place in places if place[0] != CITY)


def test_the_city_is_the_sum_of_its_districts_where_all_report_but_for_one_figure():
    table = rows("indicators", home() / "data")
    additive = {row["indicator"] for row in table if row["additive"] == "true"}
    off = set()
    for indicator in additive & {row["indicator"] for row in rows("observations")}:
        cells = values(indicator)
        for year in YEARS:
            parts = [cells[r, year] for r in DISTRICTS if (r, year) in cells]
            if sum(parts) != cells[CITY, year] and len(parts) == len(DISTRICTS):
                off.add((indicator, year))
            assert sum(parts) <= cells[CITY, year]
    assert off == {("women_helped_into_work", "2022")}


def test_a_definition_widens_and_the_status_of_that_year_says_so():
    broken = {(r["indicator"], r["period"]) for r in rows("observations") if r["status"] == "B"}
    assert broken == {("rights_venues", "2023")}
    cells = values("rights_venues")
    assert cells[CITY, "2023"] > cells[CITY, "2022"] * Decimal("1.2")


def test_one_place_is_out_of_line():
    cells = values("family_activities")
    rises = {r: cells[r, "2024"] / cells[r, "2023"] for r in DISTRICTS if (r, "2024") in cells}
    assert rises.pop("370404") > 3
    assert max(rises.values()) < Decimal("1.3")


def test_counts_of_women_given_relief_are_small():
    assert min(values("two_cancer_relief_women").values()) < 10


def test_the_first_edition_differs_in_what_was_revised():
    script = runpy.run_path(str(FOLDER / "make_districts.py"))
    before, after = (script["files"](first)["observations.csv"] for first in (True, False))
    changed = [
        new for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new
    ]
    assert [line.split(",")[:3] for line in changed] == [
        ["couples_counselled", CITY, "2023"],
        ["couples_counselled", "370481", "2023"],
    ]
    assert all(line.endswith("公布后修订。,Revised after publication.") for line in changed)


def test_some_figures_are_rounded_in_the_city_and_in_every_district_alike():
    marks = defaultdict(set)
    for row in rows("observations"):
        marks[row["indicator"]].add(row["qualifier"])
    assert {"余"} in marks.values()
    assert all(len(found) == 1 for found in marks.values())


def test_nothing_simulated_stands_in_the_project_data():
    real = {row["source"] for row in rows("sources", home() / "data")}
    assert "simulated_districts" not in real
