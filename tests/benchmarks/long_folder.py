"""A simulated data folder of one file a region: by default 3,000 regions, ten million rows.

    python -m tests.benchmarks.long_folder FOLDER [REGIONS] [MONTHS]

Provinces, their cities, and the counties of these; what a city or a province states is what the
regions below it add up to. The dice have a seed: the same numbers give the same folder.
"""

import csv
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tests.benchmarks.commands import ROOT
from tests.benchmarks.data import read

THREE = ("110101", "110102", "110205")  # counties, two of one city
EMPTY = ("programmes", "comparables", "targets", "notes", "rules")
SOURCE = {"source": "made_up", "title_zh": "编造", "title_en": "Made up", "publisher": "dice",
          "date": "", "address": "", "mirror": "false", "note": ""}  # fmt: skip


def make(folder: Path, regions: int = 3000, months: int = 60) -> int:
    """Write the folder; the number of rows of observations."""
    (folder / "observations").mkdir(parents=True)
    described = {"name": "long", "simulated": True}
    (folder / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    for name in EMPTY:
        head = (ROOT / "data" / f"{name}.csv").read_text(encoding="utf-8").partition("\n")[0]
        (folder / f"{name}.csv").write_text(head + "\n", encoding="utf-8")
    codes = list(islice(_codes(), regions))
    periods = [f"{2000 + n // 12}-{n % 12 + 1:02d}" for n in range(months)]
    _write(folder / "regions.csv", [
        {"region": code, "position": n, "name_zh": f"地区{code}", "name_en": f"Region {code}",
         "parent": _parent(code) or "", "level": _level(code), "tile": ""}
        for n, code in enumerate(codes, start=1)
    ])  # fmt: skip
    _write(folder / "periods.csv", [
        {"period": one, "position": n, "start": f"{one}-01", "end": f"{one}-28",
         "label_zh": f"{one[:4]}年{one[5:]}月", "label_en": one}
        for n, one in enumerate(periods, start=1)
    ])  # fmt: skip
    _write(folder / "sources.csv", [SOURCE])
    return _observations(folder / "observations", codes, periods)


def change(folder: Path, region: str) -> None:
    """Call the first figure of a region an estimate."""
    path = folder / "observations" / f"{region}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",A,", ",E,", 1), encoding="utf-8")


def _codes() -> Iterator[str]:
    """Codes of provinces, cities and counties, each after the one that it lies in."""
    for province in range(11, 90):
        yield f"{province}0000"
        for city in range(1, 12):
            yield from (f"{province}{city:02d}{county:02d}" for county in range(9))


def _level(code: str) -> str:
    return "province" if code[2:] == "0000" else "city" if code[4:] == "00" else "county"


def _parent(code: str) -> str | None:
    return {"province": None, "city": f"{code[:2]}0000", "county": f"{code[:4]}00"}[_level(code)]


def _observations(folder: Path, codes: list[str], periods: list[str]) -> int:
    dice, sums, count = random.Random(1), {}, 0
    indicators = read(ROOT / "data" / "indicators.csv")
    wholes = " ".join(row["denominator"] for row in read(ROOT / "data" / "measures.csv"))
    for code in sorted(codes, key=lambda one: ["county", "city", "province"].index(_level(one))):
        below, rows = sums.pop(code, Counter()), []
        above = sums.setdefault(_parent(code), Counter())
        for about in indicators:
            name, unit = about["indicator"], about["unit"]
            for period in periods:
                value = dice.randint(20, 29) + (40 if name in wholes else 0)
                if unit != "%":
                    value = below.get((name, period), value)
                    above[name, period] += value
                rows.append({"indicator": name, "region": code, "period": period, "value": value,
                             "qualifier": "", "as_written": f"{value}{unit}", "status": "A",
                             "source": "made_up", "locator": period, "note_zh": "",
                             "note_en": ""})  # fmt: skip
        _write(folder / f"{code}.csv", rows)
        count += len(rows)
    return count


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), *map(int, sys.argv[2:])))
