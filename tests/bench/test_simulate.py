"""The simulated folder: of the size that was asked for, sound, and the same every time."""

import csv
import hashlib
import json

import pytest

from helpers.bench.simulate import write_folder
from helpers.data import check, load


def digests(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def rows(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("size", [60, 1_001, 9_000])
def test_a_simulated_folder_has_the_figures_asked_for_and_no_fault(tmp_path, size):
    shape = write_folder(tmp_path, size)
    assert len(rows(tmp_path, "observations")) == shape.observations == size
    assert check(tmp_path) == []
    tables = load(tmp_path)
    assert tables.simulated
    assert set(tables.observations["region"]) <= set(shape.regions)
    assert set(tables.observations["period"]) <= set(shape.periods)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path):
    for name, seed in (("one", 0), ("two", 0), ("three", 1)):
        write_folder(tmp_path / name, 1_000, seed)
    one, two, three = (digests(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two
    assert one["observations.csv"] != three["observations.csv"]
    assert one["regions.csv"] == three["regions.csv"]


def test_a_smaller_folder_begins_as_a_larger_one_does(tmp_path):
    for size in (700, 1_400):
        write_folder(tmp_path / str(size), size)
    small, large = (rows(tmp_path / str(size), "observations") for size in (700, 1_400))
    assert large[: len(small)] == small


def test_a_city_is_the_sum_of_its_counties(tmp_path):
    write_folder(tmp_path, 58 * 12 * 11)
    found = [r for r in rows(tmp_path, "observations") if r["indicator"] == "couples_counselled"]
    last = {r["region"]: int(r["value"]) for r in found if r["period"] == "2025-q4"}
    assert last.pop("910100") == sum(last.values())
    assert len(last) == 10


def test_ten_million_figures_would_be_of_three_thousand_regions():
    from helpers.bench.simulate import _shape

    shape = _shape(10_000_000, 58)
    assert 3_000 < len(shape.regions) == len(set(shape.regions))
    assert len(shape.periods) > 12
    assert len(shape.regions) * len(shape.periods) * 58 >= 10_000_000


def test_no_region_has_the_code_of_a_province_that_there_is(tmp_path):
    write_folder(tmp_path, 60)
    assert all(row["region"][:1] == "9" for row in rows(tmp_path, "regions"))
    assert json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))["simulated"]
