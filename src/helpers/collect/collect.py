"""An inbox to a data folder: keep, read, hold against the data, merge, sum, reconcile, tell.

Nothing is decided by the time of a file, which travels badly: a form that says a later date
revises an earlier one, and so does a file whose name says so (修订, 更正). Two files that give one
figure two values without that are both told, and the figure is taken from neither.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.analysis.figures import policy
from helpers.analysis.lookup import by_name
from helpers.collect.contradictions import contradictions
from helpers.collect.document import at, read_document
from helpers.collect.form import is_form, read_form
from helpers.collect.headings import FILE, Vocabulary, as_csv, read_mapping
from helpers.collect.intake_page import intake_page
from helpers.collect.merge import RolledUp, data_folder, merged, roll_up
from helpers.collect.read_table import read_tables
from helpers.collect.words import both, tell
from helpers.data import load
from helpers.data.load import sound, typed
from helpers.data.problems import Problem, capped
from helpers.files import digest, write_atomic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from helpers.collect.merge import Key
    from helpers.collect.take_figure import Entry, Question, Reading
    from helpers.data import Tables
    from helpers.data.folder import Folder
    from helpers.quantity import Policy

__all__ = ["Collected", "collect", "read_one", "read_submission", "take_all", "write"]

LATER = re.compile(r"修订|更正|改正|补报|revised|v(\d+)", re.IGNORECASE)
NOT_OURS = re.compile(r"^(?:~\$|\.)|^(?:thumbs\.db|desktop\.ini|mapping\.csv)$", re.IGNORECASE)
DEPTH = 3
NAMED = 7  # places of figures that a message names


@dataclass(frozen=True, slots=True)
class Submission:
    """One delivered file: what it gave and what became of it."""

    reading: Reading
    status: str  # taken | refused | duplicate | open (questions are open)
    revises: str = ""
    late: bool = False

    @property
    def source(self) -> str:
        """The slug of its source."""
        return f"submission_{self.reading.document.sha256[:12]}"

    @property
    def file(self) -> str:
        """The file's name."""
        return self.reading.document.file

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """The (region, period) that it speaks of, in its order."""
        return tuple(dict.fromkeys((e.region, e.period) for e in self.reading.entries))


@dataclass(frozen=True, slots=True)
class Taken:
    """All submissions and the figures taken from them, each once; ``revisions`` are the figures
    (before, after) that a later submission has changed."""

    submissions: tuple[Submission, ...]
    entries: tuple[Entry, ...]
    revisions: tuple[tuple[Entry, Entry], ...]
    problems: tuple[Problem, ...]


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
    said, problems = _answers(places, tables)
    reading = read_submission(path, tables, Vocabulary.of(tables, said), policy(tables))
    return _with(reading, problems)


def collect(inbox: Path, data: str | Path | None, out: Path, due: str = "") -> Collected:
    """Everything in an inbox, held against a data folder, as a new data folder; what was filled in
    after the day ``due`` (YYYY-MM-DD) is late.

    Nothing is written. Raises DataRefused where the data folder itself is refused.
    """
    folder = sound(data)
    tables = typed(folder)
    said, problems = _answers((folder.path, out, inbox), tables)
    names, rounding = Vocabulary.of(tables, said), policy(tables)
    paths = {path.relative_to(inbox).as_posix(): path for path in inbox_files(inbox)}
    readings = [
        read_submission(path, tables, names, rounding, name) for name, path in paths.items()
    ]
    taken, (rows, revisions) = _settled(folder, readings, due, rounding)
    problems += [found for one in taken.submissions for found in one.reading.problems]
    problems += [_asked(one) for reading in readings for one in reading.questions]
    problems += [*taken.problems, *_changed(taken, paths)]
    entries = {entry.key: entry for entry in taken.entries}
    rolled = roll_up(tables, rows, set(entries))
    problems += [_apart(one, tables, entries) for one in rolled if one.verdict == "apart"]
    files = data_folder(folder, tables, taken, rows, rolled) if entries else {}
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


def _answers(places: Iterable[Path], tables: Tables) -> tuple[list, list[Problem]]:
    """What the ``mapping.csv`` of some places say, and what is wrong with them."""
    read = [read_mapping(place / FILE, tables) for place in places]
    return [one for said, _ in read for one in said], [one for _, wrong in read for one in wrong]


def _with(reading: Reading, problems: Iterable[Problem]) -> Reading:
    return replace(reading, problems=tuple(dict.fromkeys((*reading.problems, *problems))))


# --- the inbox, and which of its files counts ------------------------------------------------


def inbox_files(inbox: Path) -> list[Path]:
    """The files of an inbox and of folders in it, by name; what programs leave behind is not."""
    found = []
    for path in inbox.rglob("*"):
        parts = path.relative_to(inbox).parts
        ours = len(parts) <= DEPTH and not any(NOT_OURS.search(part) for part in parts)
        if path.is_symlink() or (ours and not path.is_dir()):
            found.append(path)
    return sorted(found, key=lambda path: path.relative_to(inbox).as_posix())


def read_submission(
    path: Path, tables: Tables, words: Vocabulary, policy: Policy, name: str = ""
) -> Reading:
    """What one file gave, as a form of ours or as a table of any kind; told as ``name``."""
    document = read_document(path, name)
    if is_form(document):
        found = read_form(document, tables, policy)
    else:
        found = read_tables(document, words, policy)
    return replace(found, document=replace(document, sheets=()))  # cells are many, and read


def _settled(folder: Folder, readings: list[Reading], due: str, rounding: Policy):
    """What is taken, and the observations with it, once every submission is sent back that
    contradicts the rules of the folder or itself; ``readings`` are told what was found."""
    while True:
        taken = take_all(readings, due)
        rows = merged(folder, taken)
        found = contradictions(folder, rows[0], taken.entries, rounding)
        severe = [one for one in found if one[0].severity == "error"]
        for n, reading in enumerate(readings):
            named = (one for one, files in severe or found if reading.document.file in files)
            readings[n] = _with(reading, named)
        if not severe:
            return take_all(readings, due), rows


def take_all(readings: Iterable[Reading], due: str = "") -> Taken:
    """The figures of all readings, each once: the last revision's where there is one. Late is what
    says that it was filled in after the day on which it was ``due`` (YYYY-MM-DD).

    A reading with an error gives nothing at all: a file is mended and sent again as a whole.
    """
    submissions, problems = [], []
    seen: dict[str, str] = {}
    for reading in readings:
        sha256, file = reading.document.sha256, reading.document.file
        if sha256 and sha256 in seen:
            problems.append(tell(at(file), "file-twice", other=seen[sha256]))
            again = replace(reading, problems=(problems[-1],))
            submissions.append(Submission(again, "duplicate"))
            continue
        seen[sha256] = file
        status = "refused" if reading.refused else "open" if reading.questions else "taken"
        late = bool(due) and reading.filled_on > due
        submissions.append(Submission(reading, status, late=late))
    given = defaultdict(list)
    for one in submissions:
        for entry in one.reading.entries if one.status in ("taken", "open") else ():
            given[entry.key].append((one, entry))
    entries, revisions, revised = [], [], {}
    for all_of_it in given.values():
        all_of_it.sort(key=lambda pair: sum(_revises(pair[0], one) for one, _ in all_of_it))
        *before, (last, entry) = all_of_it
        if clash := [e for one, e in before if e.value != entry.value and not _revises(last, one)]:
            problems += [_two_values(entry, clash[0]), _two_values(clash[0], entry)]
            continue
        entries.append(_first_alike([old for _, old in all_of_it]))
        for one, old in before:
            if old.value != entry.value:
                revisions.append((old, entry))
                revised[last.file] = one.file
    submissions = [replace(one, revises=revised.get(one.file, "")) for one in submissions]
    return Taken(tuple(submissions), tuple(entries), tuple(revisions), tuple(problems))


def _revises(one: Submission, other: Submission) -> bool:
    """Whether one submission is certainly later than another: both say when they were filled in,
    or the name says so."""
    days = one.reading.filled_on, other.reading.filled_on
    if all(days) and days[0] != days[1]:
        return days[0] > days[1]
    named = [LATER.search(submission.file) for submission in (one, other)]
    versions = [int(later[1] or 1) if later else 0 for later in named]
    return versions[0] > versions[1]


def _first_alike(entries: list[Entry]) -> Entry:
    """The last of several deliveries of a figure, or the first of those before that said the
    same: what is sent again unchanged changes nothing."""
    *before, found = entries
    for entry in reversed(before):
        if (entry.value, entry.qualifier) != (found.value, found.qualifier):
            break
        found = entry
    return found


# --- what is told of it ----------------------------------------------------------------------


def _two_values(one: Entry, other: Entry) -> Problem:
    named = {"file": other.file, "at": other.locator, "other": other.as_written}
    return tell(one.place, "two-files", **named)


def _asked(one: Question) -> Problem:
    """A question as a problem of the place where it was asked."""
    near = ", ".join(one.suggestions)
    near = (f"，相近的有 {near}", f"; nearest: {near}") if near else ""
    return tell(one.place, f"asked-{one.kind}", near=near)


def _changed(taken: Taken, paths: Mapping[str, Path]) -> Iterator[Problem]:
    """Files that are no longer what was read: what was read counts, and is kept."""
    for one in taken.submissions:
        sha256 = one.reading.document.sha256
        try:
            same = not sha256 or digest(paths[one.file]) == sha256
        except OSError:
            same = False
        if not same:
            yield tell(at(one.file), "file-changed")


def _apart(one: RolledUp, tables: Tables, entries: Mapping[Key, Entry]) -> Problem:
    regions = (one.region, *(figure.region for figure in one.of.given))
    keys = [(one.indicator, region, one.period) for region in regions]
    where = [f"{entries[key].file} {entries[key].locator}" for key in keys if key in entries]
    own = entries.get(keys[0])
    return tell(
        own.place if own else ("reconciliation.csv", 0, one.indicator, one.own.as_written),
        "sum-differs",
        region=both(by_name(tables, "regions", "region")[one.region], "name"),
        period=one.period,
        label=both(by_name(tables, "indicators", "indicator")[one.indicator], "label"),
        sum=one.of.quantity.written,
        apart=one.apart,
        explained=one.explanation(tables),
        where=f"{', '.join(where[:NAMED])}{' …' if len(where) > NAMED else ''}",
    )
