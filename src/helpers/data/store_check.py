"""The observations of a store judged a few regions at a time, as they are judged as a whole.

A region is judged together with those that it is the sum of; nothing else in the checks of
observations looks from one region to another. The verdict is kept beside the store.
"""

import hashlib
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path

from .figures import check_figures, check_policy
from .keys import check_keys
from .problems import Problem, limited
from .reckoning import check_contradictions
from .series import check_series
from .sheets import Sheet
from .store import Stored
from .store_build import slots
from .store_place import code, used
from .store_worker import spread

__all__ = ["STAGES", "Verdict", "verdict"]

ROWS = 60_000  # of a batch
MOST = 5_000  # findings of one kind
NAME = "observations"
STAGES = ("keys", "figures", "series", "contradictions")
Verdict = Mapping[str, list[Problem]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Regions to be judged, and those that some of them are the sum of."""

    own: tuple[str, ...]
    parts: tuple[str, ...]


def verdict(sheets: Mapping[str, "Sheet | Stored"]) -> Verdict:
    """What is wrong with the observations, by check; worked out once for the same tables.

    Raises `store_worker.Failed` or OSError where it cannot be worked out.
    """
    table = sheets[NAME]
    small = {name: sheet for name, sheet in sheets.items() if name != NAME}
    path = table.path.with_name(f"{_key(table, small)}.json")
    found = _kept(path)
    if found is None:
        batches = list(_batches(table, small.get("regions")))
        with tempfile.TemporaryDirectory(prefix="halfsky-") as folder:
            order = tuple(sheets)
            told = spread(judged, (table, small, order), batches, Path(folder), slots())
        found = {
            stage: list(limited((p for one in told for p in one[stage]), MOST)) for stage in STAGES
        }
        _keep(path, found)
    return found


def judged(shared: tuple[Stored, Mapping[str, Sheet], tuple[str, ...]], batch: Batch) -> Verdict:
    """The findings of one batch, in a process of its own."""
    table, small, order = shared
    kin, _ = table._sheet({"region": (*batch.own, *batch.parts)})
    own = kin.chosen("region", set(batch.own)) if batch.parts else kin
    every = {**small, NAME: own}
    sheets = {name: every[name] for name in order}
    policy = check_policy(sheets["qualifiers"])[0] if "qualifiers" in sheets else None
    rows, reported = set(own.numbers), frozenset(table.meta["reported"])
    series = (p for p in check_series({**sheets, NAME: kin}) if p.row in rows)
    found = {
        "keys": check_keys(sheets, {NAME}),
        "figures": check_figures(sheets, policy, {NAME}),
        "series": series,
        "contradictions": check_contradictions(sheets, policy, reported),
    }
    return {stage: list(limited(problems, MOST)) for stage, problems in found.items()}


def _batches(table: Stored, regions: Sheet | None) -> Iterator[Batch]:
    """All regions of the table, neighbours together, in batches of so many rows."""
    parents: dict[str, str] = {}
    if regions is not None:
        parents = dict(zip(regions.texts["region"], regions.texts["parent"], strict=True))
    children = defaultdict(list)
    for region, parent in parents.items():
        if parent:
            children[parent].append(region)

    def line(region: str) -> tuple[str, ...]:
        found = [region]
        while (above := parents.get(found[-1], "")) and above not in found:
            found.append(above)
        return tuple(reversed(found))

    own: list[str] = []
    rows = 0
    for region, count in sorted(table.counts("region"), key=lambda one: line(one[0])):
        if own and rows + count > ROWS:
            yield _batch(own, children)
            own, rows = [], 0
        own.append(region)
        rows += count
    if own:
        yield _batch(own, children)


def _batch(own: Sequence[str], children: Mapping[str, list[str]]) -> Batch:
    mine = set(own)
    parts = dict.fromkeys(part for region in own for part in children.get(region, ()))
    return Batch(tuple(own), tuple(part for part in parts if part not in mine))


def _key(table: Stored, small: Mapping[str, Sheet]) -> str:
    told = hashlib.sha256(f"{table.key} {table.inherited} {code()}\n".encode())
    for name, sheet in small.items():
        value = [name, sheet.file, sheet.inherited, repr(sheet.table), sheet.numbers, sheet.texts]
        told.update(json.dumps(value).encode() + b"\n")
    return told.hexdigest()[:40]


def _kept(path: Path) -> dict[str, list[Problem]] | None:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        if value["sha256"] != _digest(value["found"]):
            return None
        found = value["found"]
        kept = {stage: [Problem(*fields) for fields in found[stage]] for stage in STAGES}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    used(path)
    return kept


def _keep(path: Path, found: Verdict) -> None:
    told = {stage: [astuple(problem) for problem in problems] for stage, problems in found.items()}
    text = json.dumps({"sha256": _digest(told), "found": told})
    made = path.with_name(f".{path.name}.{os.getpid()}.making")
    with suppress(OSError):
        made.write_text(text, encoding="utf-8")
        made.replace(path)


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
