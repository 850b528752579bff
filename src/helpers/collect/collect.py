"""An inbox to a data folder: keep, read, hold against the data, merge, sum, reconcile, tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.analysis.figures import policy
from helpers.analysis.lookup import by_name
from helpers.collect.contradictions import contradictions
from helpers.collect.headings import Vocabulary
from helpers.collect.intake_page import intake_page
from helpers.collect.mapping import FILE, as_csv, read_mapping
from helpers.collect.merge import data_folder, merged
from helpers.collect.roll_up import RolledUp, roll_up
from helpers.collect.submissions import Taken, inbox_files, read_submission, take_all
from helpers.data import load
from helpers.data.load import sound, typed
from helpers.data.problems import Problem, capped, problem
from helpers.files import digest, write_atomic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from helpers.collect.reading import Entry, Question, Reading
    from helpers.collect.roll_up import Key
    from helpers.data import Tables
    from helpers.data.folder import Folder
    from helpers.quantity import Policy

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

    @property
    def clean(self) -> bool:
        """Whether every submission was taken and nothing is open."""
        statuses = {one.status for one in self.taken.submissions}
        errors = any(found.severity == "error" for found in self.problems)
        apart = any(one.verdict == "apart" for one in self.rolled)
        return statuses <= {"taken", "duplicate"} and not errors and not apart


def read_one(path: Path, data: str | Path | None, places: Iterable[Path]) -> Reading:
    """One file as `collect` reads it, with the answers of the ``mapping.csv`` of some places.
    Raises DataRefused for the data folder."""
    tables = load(data)
    answers = [read_mapping(place / FILE, tables) for place in places]
    words = Vocabulary.of(tables, [one for said, _ in answers for one in said])
    reading = read_submission(path, tables, words, policy(tables))
    wrong = (found for _, problems in answers for found in problems)
    return replace(reading, problems=tuple(dict.fromkeys((*reading.problems, *wrong))))


def collect(inbox: Path, data: str | Path | None, out: Path, due: str = "") -> Collected:
    """Everything in an inbox, held against a data folder, as a new data folder; what was filled in
    after the day ``due`` (YYYY-MM-DD) is late.

    Nothing is written. Raises DataRefused where the data folder itself is refused.
    """
    folder = sound(data)
    tables = typed(folder)
    said, problems = [], []
    for place in (folder.path, out, inbox):
        more, wrong = read_mapping(place / FILE, tables)
        said += more
        problems += wrong
    words, rounding = Vocabulary.of(tables, said), policy(tables)
    paths = {path.relative_to(inbox).as_posix(): path for path in inbox_files(inbox)}
    readings = [
        read_submission(path, tables, words, rounding, name) for name, path in paths.items()
    ]
    taken, (rows, revisions) = _settled(folder, readings, due, rounding)
    problems += [found for one in taken.submissions for found in one.reading.problems]
    problems += [_asked(one) for reading in readings for one in reading.questions]
    problems += [*taken.problems, *_changed(taken, paths)]
    rolled = roll_up(tables, rows, {entry.key for entry in taken.entries})
    entries = {entry.key: entry for entry in taken.entries}
    problems += [_apart(one, tables, entries) for one in rolled if one.verdict == "apart"]
    files = data_folder(folder, tables, taken, rows, rolled) if taken.entries else {}
    files[FILE] = as_csv(said, [q for r in readings for q in r.questions])
    told = tuple(capped(problems))
    found = Collected(taken, tables, tuple(rolled), told, files)
    files["intake.html"] = intake_page(found, revisions).encode("utf-8")
    return found


def write(found: Collected, out: Path) -> None:
    """Put the folder in place: the submissions' bytes first, then each table in one step."""
    for one in found.taken.submissions:
        document = one.reading.document
        target = out / "submissions" / f"{document.sha256[:16]}{document.kind}"
        if document.sha256 and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(target, document.content)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in found.files.items():
        target = out / name
        if not target.exists() or target.read_bytes() != content:
            write_atomic(target, content)


def _settled(folder: Folder, readings: list[Reading], due: str, rounding: Policy):
    """What is taken, and the observations with it, once every submission is sent back that
    contradicts the rules of the folder or itself; ``readings`` are told what was found."""
    while True:
        taken = take_all(readings, due)
        rows = merged(folder, taken)
        found = contradictions(folder, rows[0], taken.entries, rounding)
        severe = [one for one in found if one[0].severity == "error"]
        for at, reading in enumerate(readings):
            named = (one for one, files in severe or found if reading.document.file in files)
            told = dict.fromkeys((*reading.problems, *named))
            readings[at] = replace(reading, problems=tuple(told))
        if not severe:
            return take_all(readings, due), rows


def _asked(one: Question) -> Problem:
    """A question as a problem of the place where it was asked."""
    near = ", ".join(one.suggestions)
    zh = ("不知道是什么意思" + (f"，相近的有 {near}" if near else ""),
          f"在 mapping.csv 的 meaning 一列写明（kind 为 {one.kind}）")  # fmt: skip
    en = ("nobody has said what it means" + (f"; nearest: {near}" if near else ""),
          f"fill in the column meaning of mapping.csv (kind {one.kind})")  # fmt: skip
    return problem(one.place, f"unknown-{one.kind}", zh, en, "warning")


def _changed(taken: Taken, paths: Mapping[str, Path]) -> Iterator[Problem]:
    """Files that are no longer what was read: what was read counts, and is kept."""
    for one in taken.submissions:
        try:
            same = digest(paths[one.file]) == one.reading.document.sha256
        except OSError:
            same = not one.reading.document.sha256
        if not same and one.reading.document.sha256:
            zh = ("收表期间文件变了，照读到的内容处理", "再收一次")
            en = ("the file has changed meanwhile: what was read counts", "collect once more")
            yield problem((one.file, 0, "", ""), "file-changed", zh, en, "warning")


def _apart(one: RolledUp, tables: Tables, entries: Mapping[Key, Entry]) -> Problem:
    regions = (one.region, *(figure.region for figure in one.of.given))
    keys = [(one.indicator, region, one.period) for region in regions]
    where = [f"{entries[key].file} {entries[key].locator}" for key in keys if key in entries]
    about = by_name(tables, "indicators", "indicator")[one.indicator]
    names = by_name(tables, "regions", "region")
    told = {}
    for lang, (text, explained, joint, either) in APART.items():
        told[lang] = text.format(
            label=about[f"label_{lang}"],
            place=names[one.region][f"name_{lang}"],
            period=one.period,
            sum=one.of.quantity.written,
            apart=one.apart,
        )
        if one.explained:
            named = [[str(names[code][f"name_{lang}"]) for code in g] for g in one.explained]
            told[lang] += explained + either.join(joint.join(group) for group in named)
        told[lang] += f" ({', '.join(where[:NAMED])}{' …' if len(where) > NAMED else ''})"
    own = entries.get(keys[0])
    place = own.place if own else ("reconciliation.csv", 0, one.indicator, one.own.as_written)
    zh, en = (told["zh"], "两个数都留着，问清是哪个"), (told["en"], "keep both and ask which")
    return problem(place, "sum-differs", zh, en, "warning")


NAMED = 7  # places of figures that a message names
# the difference, what would explain it, and how two places and two explanations are joined
APART = {
    "zh": ("{place} {period} {label}：各地之和 {sum}，本级的数与之相差 {apart}",
           "；正好相当于：", "与", "，或"),
    "en": ("{place} {period}, {label}: the places add up to {sum}, its own figure is {apart} apart",
           "; as much as ", " with ", ", or "),
}  # fmt: skip
