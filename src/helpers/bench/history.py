"""The run before: what was measured last time on the same machine, kept beside the page."""

from __future__ import annotations

import json
from pathlib import Path

from helpers.answers import write_file
from helpers.bench.findings import Findings
from helpers.bench.targets import targets

__all__ = ["NAME", "keep", "recall"]

NAME = "benchmarks.json"


def recall(folder: Path, facts: dict[str, str]) -> dict[str, float]:
    """Target by key -> its value in the run whose page lies in `folder`; nothing where there is
    none, or where machine, Python or a library was another."""
    try:
        kept = json.loads((folder / NAME).read_text(encoding="utf-8"))
        same = kept["facts"] == facts
        return {str(key): float(value) for key, value in kept["targets"].items()} if same else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def keep(folder: Path, found: Findings) -> None:
    """Keep the middle values for the next run to stand beside."""
    values = {one.key: round(one.value.middle, 4) for one in targets(found) if one.value}
    kept = {"facts": found.facts, "targets": values}
    write_file(folder / NAME, json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
