"""Periods are told in the order of their dates."""

import pytest
from smallfolder import TABLES, found, one, write

HEAD = TABLES["periods.csv"].splitlines()[0]
YEARS = [f"{y},{{}},{y}-01-01,{y}-12-31,{y}年,{y}" for y in (2020, 2021, 2022, 2023, 2024)]


def periods(folder, *rows):
    text = "\n".join([HEAD, "congress-9,1,,2023-05-10,九次妇代会以来,Since", *rows, ""])
    used = TABLES["observations.csv"].replace(",2022,", ",congress-9,")
    write(folder, {"periods.csv": text, "observations.csv": used.replace("370402", "370000")})


@pytest.mark.parametrize("late", [1, 2, 3])
def test_a_position_that_contradicts_the_dates_is_refused_where_it_is_wrong(folder, late):
    positions = [2, 3, 4, 5, 6]
    positions[late] = 90
    periods(folder, *(row.format(at) for row, at in zip(YEARS, positions, strict=True)))
    problem = one(folder, "period-position", ("periods.csv", 3 + late, "position"))
    assert problem.value == "90"


def test_a_year_and_its_halves_may_stand_in_any_order(folder):
    halves = [f"2023-h{n},{{}},2023-{a},2023-{b},半年,Half" for n, a, b in HALVES]
    for at in ([2, 3, 4], [4, 2, 3]):
        rows = [YEARS[3].format(at[0]), halves[0].format(at[1]), halves[1].format(at[2])]
        periods(folder, *rows)
        assert found(folder) == []
    periods(folder, halves[0].format(3), halves[1].format(2))
    assert [p.rule for p in found(folder)] == ["period-position"]


HALVES = [(1, "01-01", "06-30"), (2, "07-01", "12-31")]


def test_nothing_is_claimed_where_a_start_is_unknown(folder):
    periods(folder, YEARS[4].format(2).replace("2024-01-01", ""), YEARS[3].format(9))
    assert [p.rule for p in found(folder)] == []
