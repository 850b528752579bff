"""The simulated districts, with one row changed, or with more cities like theirs."""

import csv
import shutil
from pathlib import Path

from tests.benchmarks.commands import ROOT

DISTRICTS = ROOT / "examples" / "districts"
DISTRICT = "370402"


def copied(place: Path) -> Path:
    """A copy of the districts' data."""
    return shutil.copytree(DISTRICTS, place, ignore=shutil.ignore_patterns("*.py", "__pycache__"))


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]]) -> None:
    """Write the rows of a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def change(folder: Path, count: int) -> None:
    """Change one row of one district: where its figure was found."""
    rows = read(folder / "observations.csv")
    next(row for row in rows if row["region"] == DISTRICT)["locator"] = f"p9{count}"
    write(folder / "observations.csv", rows)


def widened(place: Path, copies: int) -> Path:
    """The districts, and `copies` more cities with the same districts and figures: as many reports
    again for each, every one from as many rows as before.
    """
    folder = copied(place)
    figures = read(folder / "observations.csv")
    regions = read(ROOT / "data" / "regions.csv")
    others = [
        row
        | {"region": _code(row["region"], n), "parent": _code(row["parent"], n)}
        | {"name_zh": f"{row['name_zh']}之{n}", "name_en": f"{row['name_en']} ({n})"}
        for n in range(1, copies + 1)
        for row in regions
    ]
    numbered = enumerate([*regions, *others], start=1)
    write(folder / "regions.csv", [row | {"position": str(n)} for n, row in numbered])
    more = [
        row | {"region": _code(row["region"], n)} for n in range(1, copies + 1) for row in figures
    ]
    write(folder / "observations.csv", [*figures, *more])
    return folder


def _code(region: str, number: int) -> str:
    """The code of a region in another province; none where there is none."""
    return region and str(int(region) + number * 10_000)


def years(folder: Path) -> list[str]:
    """The years that have figures."""
    found = {row["period"] for row in read(folder / "observations.csv")}
    return sorted(period for period in found if period.isdigit())
