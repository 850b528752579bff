"""The invented city: marked as invented, nothing of the shipped one, with the gaps it means."""

import csv
from collections import Counter

from helpers.data import check, home


def rows(folder, table):
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_city_is_simulated_and_says_so(city, city_tables):
    assert city_tables.simulated is True
    assert all("模拟" in row["title_zh"] for row in rows(city, "sources"))


def test_the_city_has_nothing_of_the_shipped_places(city):
    shipped = {row["region"] for row in rows(home() / "data", "regions")}
    assert not shipped & {row["region"] for row in rows(city, "regions")}
    text = "".join(path.read_text(encoding="utf-8") for path in city.iterdir())
    assert not [word for word in ("枣庄", "Zaozhuang", "第九次", "ninth") if word in text]


def test_some_of_its_indicators_and_areas_are_shipped_ones_and_one_area_has_no_notebook(city):
    shared = {}
    for table in ("indicators", "areas"):
        key = table[:-1]
        own = {row[key] for row in rows(city, table)}
        shared[table] = (own & {row[key] for row in rows(home() / "data", table)}, own)
    assert {"rights", "care"} <= shared["areas"][0]
    assert not (home() / "notebooks" / "screening.ipynb").exists()
    assert 0 < len(shared["indicators"][0]) < len(shared["indicators"][1])


def test_a_district_and_year_is_missing_and_one_sum_is_off(city):
    places = Counter((row["region"], row["period"]) for row in rows(city, "observations"))
    assert ("990121", "2023") not in places
    assert ("990121", "2024-h1") in places
    problems = check(city)
    found = {problem.rule: (problem.severity, problem.value) for problem in problems}
    assert found == {"coverage": ("warning", ""), "total": ("warning", "112")}
