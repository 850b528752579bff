"""An inbox to a data folder: keep, read, hold against the data, merge, sum, reconcile, tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.analysis.figures import policy
from helpers.collect.headings import Vocabulary
from helpers.collect.intake_page import intake_page
from helpers.collect.mapping import FILE, as_csv, read_mapping
from helpers.collect.merge import data_folder, merged
from helpers.collect.roll_up import RolledUp, roll_up
from helpers.collect.submissions import Taken, inbox_files, read_submission, take_all
from helpers.data import load
from helpers.data.load import sound, typed
from helpers.data.problems import Problem, capped, problem
from helpers.files import write_atomic

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
    problems: tuple[Problem, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    kept: Mapping[str, Path] = field(default_factory=dict)  # name below submissions/ → file

    @property
    def clean(self) -> bool:
        """Whether every submission was taken and nothing is open."""
        statuses = {one.status for one in self.taken.submissions}
        errors = any(found.severity == "error" for found in self.problems)
        apart = any(one.verdict == "apart" for one in self.rolled)
        return statuses <= {"taken", "duplicate"} and not errors and not apart


def read_one(path: Path, data: str | Path | None, said: list[Said]) -> object:
    """One file as `collect` reads it (see `Reading`). Raises DataRefused for the data folder."""
    tables = load(data)
    return read_submission(path, tables, Vocabulary.of(tables, said), policy(tables))


def collect(inbox: Path, data: str | Path | None, out: Path, due: str = "") -> Collected:
    """Everything in an inbox, held against a data folder, as a new data folder; what was filled in
    after the day ``due`` (YYYY-MM-DD) is late.

    Nothing is written. Raises DataRefused where the data folder itself is refused.
    """
    folder = sound(data)
    tables = typed(folder)
    said, problems = [], []
    for place in (folder.path, out, inbox):
        more, wrong = read_mapping(place / FILE)
        said += more
        problems += wrong
    words, rounding = Vocabulary.of(tables, said), policy(tables)
    paths = {path.relative_to(inbox).as_posix(): path for path in inbox_files(inbox)}
    readings = [
        read_submission(path, tables, words, rounding, name) for name, path in paths.items()
    ]
    taken = take_all(readings, due)
    problems += [found for one in taken.submissions for found in one.reading.problems]
    problems += taken.problems
    rows, revisions = merged(folder, taken)
    rolled = roll_up(tables, rows, {entry.key for entry in taken.entries})
    problems += [_apart(one, tables) for one in rolled if one.verdict == "apart"]
    files = data_folder(folder, tables, taken, rows, rolled) if taken.entries else {}
    files[FILE] = as_csv(said, [q for r in readings for q in r.questions])
    told = tuple(capped(problems))
    kept = _kept(taken, paths)
    found = Collected(taken, tables, tuple(rolled), told, files, kept)
    files["intake.html"] = intake_page(found, revisions).encode("utf-8")
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


def _kept(taken: Taken, paths: Mapping[str, Path]) -> dict[str, Path]:
    return {
        f"{one.reading.document.sha256[:16]}{one.reading.document.kind}": paths[one.file]
        for one in taken.submissions
        if one.reading.document.sha256
    }


def _apart(one: RolledUp, tables: Tables) -> Problem:
    about, names = tables.indicators.set_index("indicator"), tables.regions.set_index("region")
    told = {}
    for lang, (text, explained, joint, either) in APART.items():
        told[lang] = text.format(
            label=about[f"label_{lang}"][one.indicator],
            place=names[f"name_{lang}"][one.region],
            period=one.period,
            sum=one.of.quantity.written,
            apart=one.apart,
        )
        if one.explained:
            named = [[str(names[f"name_{lang}"][code]) for code in g] for g in one.explained]
            told[lang] += explained + either.join(joint.join(group) for group in named)
    place = ("reconciliation.csv", 0, one.indicator, one.own.as_written)
    zh, en = (told["zh"], "两个数都留着，问清是哪个"), (told["en"], "keep both and ask which")
    return problem(place, "sum-differs", zh, en, "warning")


# the difference, what would explain it, and how two places and two explanations are joined
APART = {
    "zh": ("{place} {period} {label}：各地之和 {sum}，本级的数与之相差 {apart}",
           "；正好相当于：", "与", "，或"),
    "en": ("{place} {period}, {label}: the places add up to {sum}, its own figure is {apart} apart",
           "; as much as ", " with ", ", or "),
}  # fmt: skip
