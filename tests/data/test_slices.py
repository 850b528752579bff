"""Slices: the rows of one area and region, and nothing else decides their bytes."""

import random
import shutil

import pandas as pd
import pytest
from smallfolder import TABLES, replace, write

from helpers.data import load
from helpers.data.folder import read_folder
from helpers.data.slices import OVERVIEW, cut, read_slice
from helpers.telling.report import open_area

EVERY = [(a, r) for a in ("rights", "care", OVERVIEW) for r in ("370000", "370400", "370402")]


def digests(folder):
    read = read_folder(folder)
    return {pair: cut(read, *pair).digest for pair in EVERY}


def changed(folder, file, old, new):
    before = digests(folder)
    replace(folder, file, old, new)
    after = digests(folder)
    return {pair for pair in EVERY if before[pair] != after[pair]}


def test_a_slice_holds_the_frames_that_load_gives_with_fewer_rows(folder):
    whole = load(folder)
    held = read_slice(cut(read_folder(folder), "care", "370402").to_bytes())
    assert list(held.frames) == sorted(whole.frames)
    for name, frame in held.frames.items():
        rows = whole.frames[name]
        rows = rows[rows["row"].isin(frame["row"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(frame, rows)
    assert set(held.observations["indicator"]) == {"loving_mothers", "relief_funds"}
    assert set(held.rules["rule"]) == {"four_parts", "mothers_below_residents"}
    assert list(held.comparables["comparable"]) == ["residents@zaozhuang@2020"]
    assert list(held.sources["source"]) == ["report_2023"]


def test_the_same_rows_in_another_folder_give_the_same_bytes(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("其他") / "data"
    shutil.copytree(folder, other)
    first, second = (cut(read_folder(f), "rights", "370400") for f in (folder, other))
    assert first.to_bytes() == second.to_bytes()
    assert (first.digest, first.tables) == (second.digest, second.tables)
    assert read_slice(first.to_bytes()).hashes == first.tables


def test_an_observation_is_in_the_slices_of_its_area_and_of_the_regions_near(folder):
    # the district's row: for the district, the city above it; the province sees no further down
    pairs = changed(folder, "observations.csv", "130,,130名", "131,,131名")
    assert pairs == {(a, r) for a, r in EVERY if a != "rights" and r != "370000"}


def with_column(folder, file, name, cells):
    """The file with one more column at its end, and the codebook that describes it."""
    head, *lines = TABLES[file].splitlines()
    lines = [f"{line},{cell}" for line, cell in zip(lines, cells, strict=True)]
    write(folder, {file: "\n".join([f"{head},{name}", *lines, ""])})


def test_what_also_names_comes_with_what_it_needs(folder):
    edit = ("observations.csv", "38784,,38784对", "38785,,38785对")
    with_column(folder, "areas.csv", "also", ["", "couples_left"])
    assert changed(folder, *edit) == set(EVERY)
    write(folder, TABLES)
    assert changed(folder, *edit) == {(a, r) for a, r in EVERY if a != "care"}


def test_a_programme_comes_with_the_area_that_names_it(folder):
    counts = '"programmes(kind=award, level=national)"'  # which all programmes come with
    replace(folder, "measures.csv", counts, "couples_counselled")
    for also, kept in (("", False), ("four_in_one", True)):
        with_column(folder, "areas.csv", "also", [also, ""])
        held = read_slice(cut(read_folder(folder), "rights", "370400").to_bytes())
        assert ("four_in_one" in set(held.programmes["programme"])) is kept


def test_a_rule_of_one_region_is_no_concern_of_others(folder):
    with_column(folder, "rules.csv", "region", ["370400", "", ""])
    pairs = changed(folder, "rules.csv", "四个部分", "四部分")
    assert pairs == {("care", "370400"), (OVERVIEW, "370400")}


@pytest.mark.parametrize(
    "seed", [*range(4), *(pytest.param(n, marks=pytest.mark.slow) for n in range(4, 40))]
)
def test_any_edit_changes_exactly_the_slices_that_hold_the_row(folder, seed):
    dice = random.Random(seed)
    before = read_folder(folder)
    kept = {pair: read_slice(cut(before, *pair).to_bytes()) for pair in EVERY}
    file = dice.choice(sorted(TABLES))
    lines = (folder / file).read_text(encoding="utf-8").splitlines(keepends=True)
    at = dice.randrange(1, len(lines))
    lines[at] = lines[at].rstrip("\n") + "x\n"  # the last cell of a row
    (folder / file).write_text("".join(lines), encoding="utf-8")
    after = read_folder(folder)
    name = file.removesuffix(".csv")
    for pair in EVERY:
        holds = at + 1 in set(kept[pair].frames[name]["row"])
        assert (cut(after, *pair).digest != cut(before, *pair).digest) == holds, (pair, file, at)


def test_regions_beside_are_left_out_where_they_are_too_many(folder):
    rows = "".join(f"3704{n:02d},{n},县{n},County {n},370400,county\n" for n in range(3, 103))
    with (folder / "regions.csv").open("a", encoding="utf-8") as stream:
        stream.write(rows)
    read = read_folder(folder)
    held = read_slice(cut(read, "care", "370402").to_bytes())
    assert list(held.regions["region"]) == ["370000", "370400", "370402"]


def test_an_unknown_area_or_region_has_no_slice(folder):
    read = read_folder(folder)
    for pair in (("home", "370400"), ("care", "370499")):
        with pytest.raises(LookupError, match=pair[0] if pair[0] == "home" else pair[1]):
            cut(read, *pair)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"slice":0,"tables":[]}', b"\xff"])
def test_what_is_no_slice_is_not_read(content):
    with pytest.raises(ValueError, match="not a slice"):
        read_slice(content)


def test_an_area_opens_on_a_slice_file_alone(folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("slices") / "one.slice"
    path.write_bytes(cut(read_folder(folder), "care", "370400").to_bytes())
    shutil.rmtree(folder)
    here = open_area("care", "370400", "congress-9", "en", str(path))
    assert here.figure("loving_mothers").quantity.value == 17800
