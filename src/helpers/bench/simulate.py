"""A simulated data folder of any size: counties in cities, quarters, every indicator.

Nothing in it is true. The codes of its regions begin with 91 to 99, which no province has, and
its codebook says `simulated`. The same size and seed give the same bytes.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from helpers.bench.invented import COUNTIES, lines_of, values_of
from helpers.data.home import home

__all__ = ["Shape", "write_folder"]

PROVINCES = tuple(range(91, 100))
QUARTERS = 12  # as long as that makes no more regions than MOST_REGIONS
MOST_REGIONS = 3_300
LAST = 2025  # the last quarter is the fourth of this year
PLACES_TOLD = 3  # cities whose regions have programmes and awards of their own
SOURCE = "simulated_benchmark"
# What the first cities' regions did in the last quarter: slug, area, kind, level, names.
THINGS = (
    ("sim_award_national", "honours", "award", "national", "国家级集体", "National collective"),
    ("sim_award_municipal", "honours", "award", "municipal", "市级集体", "Municipal collective"),
    ("sim_health", "support", "programme", "", "妇女健康服务", "Women’s health service"),
    ("sim_lectures", "guidance", "programme", "", "巾帼宣讲", "Women’s lectures"),
    ("sim_counselling", "rights", "action", "", "婚姻家庭辅导", "Marriage counselling"),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a simulated folder holds: regions (a city before its counties), periods, rows."""

    regions: tuple[str, ...]
    periods: tuple[str, ...]
    observations: int


def write_folder(folder: str | Path, observations: int, seed: int = 0) -> Shape:
    """Write a data folder with exactly `observations` figures (58 for a region and quarter).

    There are twelve quarters and as many regions as that takes, up to 3,300 regions; beyond
    that more quarters. A city's figures are the sums of its counties' where they add up. One
    city is in memory at a time.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    indicators = _own("indicators.csv")
    shape = _shape(observations, len(indicators))
    small = {
        "regions": _regions(shape.regions),
        "periods": _periods(shape.periods),
        "programmes": _programmes(shape),
        "comparables": _comparables(shape.periods),
        "sources": [_source()],
    }
    package = _package({*small, "observations"})
    heads = {one["name"]: [f["name"] for f in one["schema"]["fields"]] for one in package}
    for name, rows in small.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([heads[name], *rows])
    with (folder / "observations.csv").open("w", encoding="utf-8", newline="") as stream:
        stream.write(",".join(heads["observations"]) + "\n")
        for lines in _observations(shape, indicators, seed):
            stream.writelines(lines)
    text = json.dumps(_codebook(package), ensure_ascii=False, indent=2) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8", newline="\n")
    return shape


def _shape(observations: int, indicators: int) -> Shape:
    cells = -(-observations // indicators)  # regions times quarters
    quarters = max(QUARTERS, -(-cells // MOST_REGIONS))
    cities = max(1, -(-cells // (quarters * (COUNTIES + 1))))
    codes = [code for number in range(cities) for code in _city(number)]
    return Shape(tuple(codes), tuple(_quarters(quarters)), observations)


def _city(number: int) -> Iterator[str]:
    """The codes of a city and its counties: 910100, 910101 …"""
    province = PROVINCES[number % len(PROVINCES)]
    for county in range(COUNTIES + 1):
        yield f"{province}{1 + number // len(PROVINCES):02}{county:02}"


def _quarters(count: int) -> Iterator[str]:
    for back in range(count - 1, -1, -1):
        years, before = divmod(back, 4)
        yield f"{LAST - years}-q{4 - before}"


def _regions(codes: Sequence[str]) -> Iterator[list[object]]:
    provinces = sorted({code[:2] + "0000" for code in codes})
    for position, code in enumerate([*provinces, *codes], 1):
        if code[2:] == "0000":
            level, kind, parent = "province", ("省", "Province"), ""
        elif code[4:] == "00":
            level, kind, parent = "city", ("市", "City"), code[:2] + "0000"
        else:
            level, kind, parent = "county", ("县", "County"), code[:4] + "00"
        yield [
            code,
            position,
            f"模拟{kind[0]}{code}",
            f"{kind[1]} {code} (simulated)",
            parent,
            level,
        ]


def _periods(names: Sequence[str]) -> Iterator[list[object]]:
    days = {"1": ("01-01", "03-31"), "2": ("04-01", "06-30"),
            "3": ("07-01", "09-30"), "4": ("10-01", "12-31")}  # fmt: skip
    for position, name in enumerate(names, 1):
        year, quarter = name[:4], name[-1]
        start, end = (f"{year}-{day}" for day in days[quarter])
        yield [name, position, start, end, f"{year}年第{quarter}季度", f"{year}, quarter {quarter}"]


def _programmes(shape: Shape) -> Iterator[list[object]]:
    for region in shape.regions[: PLACES_TOLD * (COUNTIES + 1)]:
        for slug, area, kind, level, zh, en in THINGS:
            names = [f"{zh}（模拟）", f"{en} (simulated)"]
            where = [region, shape.periods[-1], SOURCE, "p1", "模拟", "Simulated"]
            yield [slug, area, kind, *names, level, "", "", "", *where]


def _comparables(periods: Sequence[str]) -> Iterator[list[object]]:
    year = periods[-1][:4]
    key = f"reconciled_share@invented-city@{year}"
    place = ["", "虚构市", "Invented City", "city", year, 34.5, "%", "%", "", "34.5%"]
    words = ["劝和率", "Share reconciled", "same", "模拟数据。", "Simulated.", SOURCE]
    yield [key, "reconciled_share", *place, *words]


def _source() -> list[object]:
    title = ("模拟数据，非真实数字", "Simulated data, no true figures")
    note = "由种子生成，不对应任何单位或个人。 Made from a seed; it stands for nobody."
    return [SOURCE, *title, "本项目（this project）", "", "", "false", note]


def _observations(
    shape: Shape, indicators: Sequence[Mapping[str, str]], seed: int
) -> Iterator[list[str]]:
    """The table's lines, a city at a time, as many as there shall be."""
    form = lines_of(indicators, SOURCE)
    left = shape.observations
    size = COUNTIES + 1
    for number in range(len(shape.regions) // size):
        values = values_of(indicators, len(shape.periods), np.random.default_rng([seed, number]))
        cells = iter(values.reshape(-1, 2 * len(indicators)).tolist())
        lines: list[str] = []
        for region in shape.regions[number * size : (number + 1) * size]:
            for period in shape.periods:
                text = form.replace("@", f"{region},{period}") % tuple(next(cells))
                lines += text.splitlines(keepends=True)
        yield lines[:left]
        left -= len(lines)
        if left <= 0:
            return


def _own(file: str) -> list[dict[str, str]]:
    with (home() / "data" / file).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _package(names: set[str]) -> list[dict[str, Any]]:
    """The codebook entries of the tables that the folder has itself, keys among them kept."""
    package = json.loads((home() / "data" / "datapackage.json").read_text(encoding="utf-8"))
    entries = [entry for entry in package["resources"] if entry["name"] in names]
    for entry in entries:
        keys = entry["schema"].pop("foreignKeys", [])
        kept = [key for key in keys if key["reference"]["resource"] in {*names, ""}]
        if kept:
            entry["schema"]["foreignKeys"] = kept
    return entries


def _codebook(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "name": "half-the-sky-benchmark",
        "profile": "tabular-data-package",
        "title": "性能测试用模拟数据",
        "title_en": "Simulated figures for benchmarks",
        "description": "由种子生成的模拟数据，不是真实数字，只供测试性能。",
        "description_en": "Made from a seed: no figure in it is true.",
        "simulated": True,
        "resources": list(entries),
    }
