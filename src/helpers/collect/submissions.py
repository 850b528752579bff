"""Submissions: what lies in the inbox, what each gave, which revises which.

Nothing is decided by the time of a file, which travels badly: a form that says a later date
revises an earlier one, and so does a file whose name says so (修订, 更正). Two files that give one
figure two values without that are both told, and the figure is taken from neither.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from helpers.collect.document import finding, read_document
from helpers.collect.form.read_form import is_form, read_form
from helpers.collect.read_table import read_tables
from helpers.data.problems import problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from helpers import quantity as q
    from helpers.collect.headings import Vocabulary
    from helpers.collect.reading import Entry, Reading
    from helpers.data import Tables
    from helpers.data.problems import Problem

__all__ = ["Revision", "Submission", "Taken", "inbox_files", "read_submission", "take_all"]

LATER = re.compile(r"修订|更正|改正|补报|revised|v(\d+)", re.IGNORECASE)
NOT_OURS = re.compile(r"^(?:~\$|\.)|^(?:thumbs\.db|desktop\.ini|mapping\.csv)$", re.IGNORECASE)
DEPTH = 3


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
class Revision:
    """A figure that a later submission, or the inbox against the data, has changed."""

    old: Entry
    new: Entry


@dataclass(frozen=True, slots=True)
class Taken:
    """All submissions and the figures taken from them, each once."""

    submissions: tuple[Submission, ...]
    entries: tuple[Entry, ...]
    revisions: tuple[Revision, ...]
    problems: tuple[Problem, ...]


def inbox_files(inbox: Path) -> list[Path]:
    """The files of an inbox and of folders in it, by name; what programs leave behind is not."""
    found = [
        path
        for path in sorted(inbox.rglob("*"))
        if path.is_symlink()
        or (
            not path.is_dir()
            and len(path.relative_to(inbox).parts) <= DEPTH
            and not any(NOT_OURS.search(part) for part in path.relative_to(inbox).parts)
        )
    ]
    return sorted(found, key=lambda path: path.relative_to(inbox).as_posix())


def read_submission(
    path: Path, tables: Tables, words: Vocabulary, policy: q.Policy, name: str = ""
) -> Reading:
    """What one file gave, as a form of ours or as a table of any kind; told as ``name``."""
    document = read_document(path, name)
    if is_form(document):
        found = read_form(document, tables, policy)
    else:
        found = read_tables(document, words, policy)
    return replace(found, document=replace(document, sheets=()))  # cells are many, and read


def take_all(readings: Iterable[Reading], due: str = "") -> Taken:
    """The figures of all readings, each once: the last revision's where there is one. Late is what
    says that it was filled in after the day on which it was ``due`` (YYYY-MM-DD).

    A reading with an error gives nothing at all: a file is mended and sent again as a whole.
    """
    submissions, problems = [], []
    seen: dict[str, str] = {}
    for reading in readings:
        sha256 = reading.document.sha256
        if sha256 and sha256 in seen:
            zh = (f"与 {seen[sha256]} 是同一份文件", "删去一份")
            en = (f"the same file as {seen[sha256]}", "remove one of them")
            found = finding(reading.document.file, None, "file-twice", zh, en, "warning")
            problems.append(found)
            submissions.append(Submission(replace(reading, problems=(found,)), "duplicate"))
            continue
        seen[sha256] = reading.document.file
        asked = "open" if reading.questions else "taken"
        status = "refused" if reading.refused else asked
        late = bool(due) and reading.filled_on > due
        submissions.append(Submission(reading, status, late=late))
    entries, revisions, more, revised = _chosen(submissions)
    submissions = [replace(one, revises=revised.get(one.file, "")) for one in submissions]
    return Taken(tuple(submissions), tuple(entries), tuple(revisions), (*problems, *more))


def _version(submission: Submission) -> int:
    later = LATER.search(submission.file)
    return int(later[1] or 1) if later else 0


def _revises(one: Submission, other: Submission) -> bool:
    """Whether one submission is certainly later than another: both say when they were filled in,
    or the name says so."""
    days = one.reading.filled_on, other.reading.filled_on
    if all(days) and days[0] != days[1]:
        return days[0] > days[1]
    return _version(one) > _version(other)


def _chosen(submissions: list[Submission]):
    by_key: dict[tuple[str, str, str], list[tuple[Submission, Entry]]] = defaultdict(list)
    for one in submissions:
        if one.status in ("taken", "open"):
            for entry in one.reading.entries:
                by_key[entry.key].append((one, entry))
    entries, revisions, problems, revised = [], [], [], {}
    for given in by_key.values():
        given.sort(key=lambda pair: sum(_revises(pair[0], one) for one, _ in given))
        *before, (last, entry) = given
        if clash := [e for one, e in before if e.value != entry.value and not _revises(last, one)]:
            problems += [_two_values(entry, clash[0]), _two_values(clash[0], entry)]
            continue
        entries.append(_first_alike([old for _, old in given]))
        for one, old in before:
            if old.value != entry.value:
                revisions.append(Revision(old, entry))
                revised[last.file] = one.file
    return entries, revisions, problems, revised


def _first_alike(entries: list[Entry]) -> Entry:
    """The last of several deliveries of a figure, or the first of those before that said the
    same: what is sent again unchanged changes nothing."""
    *before, found = entries
    for entry in reversed(before):
        if (entry.value, entry.qualifier) != (found.value, found.qualifier):
            break
        found = entry
    return found


def _two_values(one: Entry, other: Entry) -> Problem:
    zh = (f"{other.file} 的 {other.locator} 报的是 {other.as_written}", "问清哪个对，只留一份")
    en = (f"{other.file} gives {other.as_written} at {other.locator}", "ask which is right")
    return problem(one.place, "two-values", zh, en)
