"""An inbox to a data folder: keep, read, hold against the data, merge, sum, reconcile, tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.analysis.figures import policy, stated
from helpers.collect.headings import Vocabulary
from helpers.collect.intake_page import intake_page
from helpers.collect.mapping import FILE, as_csv, read_mapping
from helpers.collect.merge import data_folder
from helpers.collect.roll_up import (
    Reconciled,
    RolledUp,
    Stated,
    observed,
    over_time,
    reconcile,
    roll_up,
    written,
)
from helpers.collect.submissions import Taken, inbox_files, read_submission, take_all
from helpers.data import load, read_folder
from helpers.data.problems import Problem, capped, problem
from helpers.files import write_atomic
from helpers.quantity import Quantity

if TYPE_CHECKING:
    from helpers.collect.headings import Said
    from helpers.data import Tables

__all__ = ["Collected", "collect", "read_one", "write"]


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of an inbox; ``files`` is the new data folder, by name, empty where nothing could
    be taken."""

    taken: Taken
    tables: Tables  # what it was held against
    rolled: tuple[RolledUp, ...] = ()
    reconciled: tuple[Reconciled, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    kept: Mapping[str, Path] = field(default_factory=dict)  # name below submissions/ → file

    @property
    def clean(self) -> bool:
        """Whether every submission was taken and nothing is open."""
        statuses = {one.status for one in self.taken.submissions}
        errors = any(found.severity == "error" for found in self.problems)
        apart = any(one.verdict == "apart" for one in self.reconciled)
        return statuses <= {"taken", "duplicate"} and not errors and not apart


def read_one(path: Path, data: str | Path | None, said: list[Said]) -> object:
    """One file as `collect` reads it (see `Reading`). Raises DataRefused for the data folder."""
    tables = load(data)
    return read_submission(path, tables, Vocabulary.of(tables, said), policy(tables))


def collect(inbox: Path, data: str | Path | None, out: Path) -> Collected:
    """Everything in an inbox, held against a data folder, as a new data folder.

    Nothing is written. Raises DataRefused where the data folder itself is refused.
    """
    tables, folder = load(data), read_folder(data)
    said, problems = [], []
    for place in (folder.path, out, inbox):
        more, wrong = read_mapping(place / FILE)
        said += more
        problems += wrong
    words, rounding = Vocabulary.of(tables, said), policy(tables)
    paths = inbox_files(inbox)
    readings = [read_submission(path, tables, words, rounding) for path in paths]
    taken = take_all(readings)
    problems += [found for one in taken.submissions for found in one.reading.problems]
    problems += taken.problems
    figures = _figures(tables, taken, rounding)
    figures |= {one.key: one for one in over_time(tables, figures.values())}
    rolled = list(roll_up(tables, figures.values()))
    touched = {entry.key for entry in taken.entries}
    rolled = [one for one in rolled if _touches(one, touched)]
    reconciled = reconcile(rolled, figures)
    problems += [_apart(one, tables) for one in reconciled if one.verdict == "apart"]
    sums = [one for one in figures.values() if one.parts and one.key not in touched]
    sums += [_summed(one, tables) for one in rolled if one.complete]
    files: dict[str, bytes] = {}
    if taken.entries:
        own = {key for key, one in figures.items() if not one.parts}
        files = data_folder(
            folder, tables, taken, [s for s in sums if s.key not in own], reconciled
        )
    files[FILE] = as_csv(said, [q for r in readings for q in r.questions])
    told = tuple(capped(problems))
    kept = _kept(taken, paths)
    found = Collected(taken, tables, tuple(rolled), tuple(reconciled), told, files, kept)
    files["intake.html"] = intake_page(found, tables).encode("utf-8")
    return found


def write(found: Collected, out: Path) -> None:
    """Put the folder in place: the submissions' bytes first, then each table in one step."""
    for name, path in found.kept.items():
        target = out / "submissions" / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(target, path.read_bytes())
    out.mkdir(parents=True, exist_ok=True)
    for name, content in found.files.items():
        target = out / name
        if not target.exists() or target.read_bytes() != content:
            write_atomic(target, content)


def _kept(taken: Taken, paths: list[Path]) -> dict[str, Path]:
    by_name = {path.name: path for path in paths}
    return {
        f"{one.reading.document.sha256[:16]}{one.reading.document.kind}": by_name[one.file]
        for one in taken.submissions
        if one.reading.document.sha256
    }


def _figures(tables: Tables, taken: Taken, rounding) -> dict[tuple[str, str, str], Stated]:
    """Earlier figures, replaced by those taken."""
    units = dict(zip(tables.indicators["indicator"], tables.indicators["unit"], strict=True))
    found = {one.key: one for one in observed(tables, rounding)}
    for entry in taken.entries:
        row = {"value": entry.value, "qualifier": entry.qualifier, "unit": units[entry.indicator]}
        quantity = stated({**row, "as_written": entry.as_written}, rounding)
        found[entry.key] = Stated(*entry.key, quantity, entry.as_written, "", entry.locator)
    return found


def _touches(one: RolledUp, touched: set[tuple[str, str, str]]) -> bool:
    """Whether a sum has to do with what was taken; the others are the earlier data's own."""
    keys = {part.key for figure in one.given for part in (figure, *figure.parts)}
    return bool((keys | {(one.indicator, one.region, one.period)}) & touched)


def _summed(one: RolledUp, tables: Tables) -> Stated:
    units = dict(zip(tables.indicators["indicator"], tables.indicators["unit"], strict=True))
    unit = str(units[one.indicator])
    text = written(one.value, one.interval, unit)
    quantity = Quantity(one.value, one.interval, unit, "", text)
    return Stated(one.indicator, one.region, one.period, quantity, text, "", "", one.given)


def _apart(one: Reconciled, tables: Tables) -> Problem:
    about, names = tables.indicators.set_index("indicator"), tables.regions.set_index("region")
    told = {}
    for lang, (text, explained, joint, either) in APART.items():
        label = str(about[f"label_{lang}"][one.rolled.indicator])
        told[lang] = text.format(
            label=label,
            period=one.rolled.period,
            sum=f"{one.rolled.value:f}",
            apart=f"{one.apart:f}",
        )
        if one.explained:
            named = [[str(names[f"name_{lang}"][code]) for code in g] for g in one.explained]
            told[lang] += explained + either.join(joint.join(group) for group in named)
    place = ("reconciliation.csv", 0, one.rolled.indicator, one.own.as_written)
    zh, en = (told["zh"], "两个数都留着，问清是哪个"), (told["en"], "keep both and ask which")
    return problem(place, "sum-differs", zh, en, "warning")


# the difference, what would explain it, and how two districts and two explanations are joined
APART = {
    "zh": ("{label} {period}：各区（市）之和 {sum}，相差 {apart}", "；可由此说明：", "与", "，或"),
    "en": (
        "{label} {period}: the districts sum to {sum}, {apart} apart",
        "; would be explained by ", " with ", ", or ",
    ),
}  # fmt: skip
