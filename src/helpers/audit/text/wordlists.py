"""The word lists beside the package, each a CSV file: measure words, nouns, cities."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

__all__ = ["rows"]


@lru_cache(maxsize=8)
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of one list: units, nouns or cities."""
    with Path(__file__).with_name(f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))
