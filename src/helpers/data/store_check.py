"""The observations of a store judged a few regions at a time, as they are judged as a whole.

A region is judged together with those that it is the sum of; nothing else in the checks of
observations looks from one region to another. The verdict is kept beside the store.
"""

import hashlib
import json
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
from .store_place import code, keep, read
from .store_worker import spread

__all__ = ["STAGES", "Verdict", "verdict"]

ROWS = 60_000  # of a batch
MOST = 5_000  # findings of one kind
NAME = "observations"
CLEAN = "clean.json"  # names of batches in which nothing was found
MOST_CLEAN = 5_000
STAGES = ("keys", "figures", "series", "contradictions")
Verdict = Mapping[str, list[Problem]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Regions to be judged, and those that some of them are the sum of."""

    own: tuple[str, ...]
    parts: tuple[str, ...]

    def key(self, others: str, regions: Mapping[str, tuple[int, str]]) -> str:
        """A name for what its rows and all other tables say, whatever the rows' numbers."""
        told = [others, *([name, regions.get(name)] for name in (*self.own, "", *self.parts))]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:40]


def verdict(sheets: Mapping[str, "Sheet | Stored"]) -> Verdict:
    """What is wrong with the observations, by check; worked out once for the same tables.

    Raises `store_worker.Failed` or OSError where it cannot be worked out.
    """
    table = sheets[NAME]
    small = {name: sheet for name, sheet in sheets.items() if name != NAME}
    others = _others(table, small)
    key = hashlib.sha256(f"{others} {table.key}".encode()).hexdigest()[:40]
    path = table.path.with_name(f"{key}.json")
    kept = read(path)
    with suppress(KeyError, TypeError):
        return {stage: [Problem(*fields) for fields in kept[stage]] for stage in STAGES}
    regions = table.regions()
    batches = {b.key(others, regions): b for b in _batches(regions, small.get("regions"))}
    clean = path.with_name(CLEAN)
    known = list(read(clean) or ())
    left = [key for key in batches if key not in set(known)]
    with tempfile.TemporaryDirectory(prefix="halfsky-") as folder:
        shared = (table, small, tuple(sheets))
        told = spread(judged, shared, [batches[key] for key in left], Path(folder), slots())
    sound = [key for key, found in zip(left, told, strict=True) if not any(found.values())]
    keep(clean, [*(key for key in known if key not in sound), *sound][-MOST_CLEAN:])
    found = {
        stage: list(limited((p for one in told for p in one[stage]), MOST)) for stage in STAGES
    }
    keep(path, {stage: [astuple(p) for p in problems] for stage, problems in found.items()})
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


def _batches(counts: Mapping[str, tuple[int, str]], regions: Sheet | None) -> Iterator[Batch]:
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
    for region in sorted(counts, key=line):
        count = counts[region][0]
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


def _others(table: Stored, small: Mapping[str, Sheet]) -> str:
    """A digest of all that the judgement of a batch rests on but its own rows."""
    told = hashlib.sha256(f"{table.inherited} {table.table!r} {table.file} {code()}\n".encode())
    told.update(json.dumps(table.meta["reported"]).encode())
    for name, sheet in small.items():
        value = [name, sheet.file, sheet.inherited, repr(sheet.table), sheet.numbers, sheet.texts]
        told.update(json.dumps(value).encode() + b"\n")
    return told.hexdigest()
