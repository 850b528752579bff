"""The simulated districts, with one row changed, or with more years than they have."""

import csv
import shutil
from pathlib import Path

from tests.benchmarks.commands import ROOT

DISTRICTS = ROOT / "examples" / "districts"
DISTRICT = "370402"
AGES = 6  # years by which each copy lies before the last


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


def lengthened(place: Path, copies: int) -> Path:
    """The districts with `copies` times their years: the same figures again, for earlier ones."""
    folder = copied(place)
    periods, figures = read(folder / "periods.csv"), read(folder / "observations.csv")
    years = {row["period"] for row in periods if row["period"].isdigit()}
    for path, rows in (("periods.csv", periods), ("observations.csv", figures)):
        yearly = [row for row in rows if row["period"] in years]
        earlier = [
            {name: _earlier(text, row["period"], AGES * n) for name, text in row.items()}
            for n in range(copies - 1, 0, -1)
            for row in yearly
        ]
        rows = [*earlier, *rows]
        if path == "periods.csv":
            rows = [row | {"position": str(n)} for n, row in enumerate(rows, start=1)]
        write(folder / path, rows)
    return folder


def _earlier(text: str, year: str, years: int) -> str:
    return text.replace(year, str(int(year) - years))
