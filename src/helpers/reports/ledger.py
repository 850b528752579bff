"""What is known of a reports folder: `ledger.json` says what became of each report, and may lag
behind the files, never lead them; the state beside it saves work and decides nothing. Without the
state files are hashed again, data judged again, and the same reports are found to stand.
"""

import hashlib
import json
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from helpers.files import write_atomic
from helpers.reports.inputs import file_hash
from helpers.reports.plan import LANGS, Job, is_safe

__all__ = ["GOOD", "NAME", "PRIVATE", "Entry", "Ledger", "State", "counts", "look", "read",
           "read_state", "write"]  # fmt: skip

NAME = "ledger.json"
STATUSES = ("built", "unchanged", "failed", "withheld")
GOOD = ("built", "unchanged")
PRIVATE = ".halfsky"  # the folder's own housekeeping, below the reports folder
STATE = "state.json"
EDITION = 3  # raise it when the meaning of the state changes
# Younger than this, a file may be changed again without another time: it is not known by its stat.
SETTLED = 2_000_000_000  # nanoseconds; the coarsest clocks of file systems tick every two seconds
MOST_CHECKED = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One report in the ledger.

    `sha256` and `inputs_sha256` belong to the file that is in place: after a failure that is
    the last good one, or none (empty). `seconds` is what its last run cost. The audit of a text
    names the text's file and its hash, an analyst's own report the notebook's file; other
    reports have none of these.
    """

    area: str
    region: str
    period: str
    lang: str
    status: str
    reason: str = ""
    reason_zh: str = ""
    seconds: float = 0.0
    sha256: str = ""
    inputs_sha256: str = ""
    path: str = ""
    text: str = ""
    text_sha256: str = ""
    notebook: str = ""

    @classmethod
    def of(cls, job: Job, status: str, reason: str, reason_zh: str, **more: Any) -> "Entry":
        """The entry of a report."""
        names = (job.area, job.region, job.period, job.lang)
        return cls(*names, status, reason, reason_zh, **more)

    @property
    def job(self) -> Job:
        """The report that the entry is about."""
        return Job(self.area, self.region, self.period, self.lang)

    @property
    def is_lost(self) -> bool:
        """Whether it is not there as it was asked for: it failed, or was made and is withheld."""
        return self.status == "failed" or (self.status == "withheld" and bool(self.sha256))

    @property
    def extra(self) -> bool:
        """Whether it is a report beside those of the plan."""
        return bool(self.text or self.notebook)


OPTIONAL = ("text", "text_sha256", "notebook")


@dataclass(frozen=True, slots=True)
class Ledger:
    """All entries of a reports folder, what kind of edition it holds, the keys of its index pages,
    and what changed since the edition before (see `editions.opened`).

    `files` are those in other formats, by path: their hash and that of what they are made from.

    A folder is for one audience, and holds true figures or simulated ones, never both.
    """

    entries: Mapping[Job, Entry] = field(default_factory=dict)
    audience: str = ""
    simulated: bool = False
    index: Mapping[str, str] = field(default_factory=dict)
    history: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """What the file holds: reports in a fixed order, then the folder's own properties."""
        told = [asdict(self.entries[job]) for job in sorted(self.entries)]
        return {
            "reports": [{k: v for k, v in e.items() if v or k not in OPTIONAL} for e in told],
            "audience": self.audience,
            "simulated": self.simulated,
            "index": dict(self.index),
            "history": dict(self.history),
            "files": {path: dict(self.files[path]) for path in sorted(self.files)},
        }


def read(folder: Path) -> Ledger:
    """The ledger of a reports folder.

    A missing, torn or foreign ledger counts as none, an entry that makes no sense as absent:
    what it would have vouched for is built again. Its paths are never trusted.
    """
    try:
        value = json.loads((folder / NAME).read_text(encoding="utf-8"))
        entries = [entry for entry in map(_entry, value["reports"]) if entry]
        index, history = value.get("index", {}), value.get("history", {})
        files = value.get("files", {}).items()
        return Ledger(
            {entry.job: entry for entry in entries},
            audience=str(value.get("audience", "")),
            simulated=value.get("simulated") is True,
            index={name: key for name, key in index.items() if isinstance(key, str)},
            history=history if _is_history(history) else {},
            files={path: file for path, file in files if _is_file(path, file)},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Ledger()


def _entry(value: Any) -> Entry | None:
    """An entry of the file; None where a field is missing, of another kind, or cannot be."""
    try:
        named = dict.fromkeys(OPTIONAL, "") | value
        entry = Entry(**{name: named[name] for name in Entry.__slots__})
    except (KeyError, TypeError):
        return None
    kinds = {name: str for name in Entry.__slots__} | {"seconds": (int, float)}
    typed = all(isinstance(getattr(entry, name), kind) for name, kind in kinds.items())
    if not typed or isinstance(entry.seconds, bool) or entry.status not in STATUSES:
        return None
    safe = all(map(is_safe, (entry.area, entry.region, entry.period, entry.lang)))
    return entry if safe and entry.path in ("", entry.job.path) else None


def _is_history(value: Any) -> bool:
    """Whether a history can be told: of this edition and of those before."""
    try:
        editions = [value, *value["before"]] if value else []
        told = all(one["number"] > 0 and one["date"] and one["tally"]["zh"] for one in editions)
        return told and all({"key", *LANGS} <= one.keys() for one in value.get("changes", ()))
    except (KeyError, TypeError, AttributeError):
        return False


def _is_file(path: str, value: Any) -> bool:
    """Whether an entry of `files` makes sense, and its path stays below the folder."""
    parts = path.split("/")
    named = len(parts) in (3, 4) and all(map(is_safe, parts)) and path.endswith((".pdf", ".docx"))
    return named and all(isinstance(value[name], str) for name in ("sha256", "made_from"))


def write(folder: Path, ledger: Ledger) -> None:
    """Replace the ledger of `folder` in one step; a file that would not change is left alone."""
    text = json.dumps(ledger.as_json(), ensure_ascii=False, indent=1) + "\n"
    path, content = folder / NAME, text.encode("utf-8")
    if not path.is_file() or path.read_bytes() != content:
        write_atomic(path, content)


def counts(entries: Iterable[Entry]) -> dict[str, int]:
    """Status -> how many, for all four statuses."""
    found = [entry.status for entry in entries]
    return {status: found.count(status) for status in STATUSES}


@dataclass(slots=True)
class State:
    """What is remembered.

    `files`: name -> size, times and inode of a file, then its SHA-256. `reports`: path of a
    report -> what it was made from and what it shows. `rows`: file of a table -> its rows in
    the last edition. `checked`: hash of sound data and code -> the warnings about them.
    `slices`: area and region -> the hash of what their slice is cut from, and its own hashes.
    `regions`: what was found of the files of regions (see `helpers.data.check`).
    `moved`: what became of figures since the last edition (see `editions.moved`).
    """

    files: dict[str, list[Any]] = field(default_factory=dict)
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    checked: dict[str, list[Any]] = field(default_factory=dict)
    slices: dict[str, list[Any]] = field(default_factory=dict)
    regions: dict[str, Any] = field(default_factory=dict)
    moved: dict[str, Any] = field(default_factory=dict)

    def hash(self, name: str, path: Path) -> str:
        """SHA-256 of a file, empty where there is none; read only where its stat is not known.

        A file changed in place keeps neither its times nor its inode, whatever its maker does:
        the time of the last change (ctime) cannot be put back. Windows has none, so there every
        file is read.
        """
        known, found = self.files.pop(name, [""]), look(path)
        if found and known[:-1] == found:
            self.files[name] = known
            return known[-1]
        digest = file_hash(path)
        if digest and found and sys.platform != "win32" and time.time_ns() - found[2] > SETTLED:
            self.files[name] = [*found, digest]
        return digest

    def forget(self, path: str) -> None:
        """Forget a report that is no longer part of the edition."""
        self.files.pop(path, None)
        self.reports.pop(path, None)

    def keep_checked(self, key: str, warnings: list[Any]) -> None:
        """Remember that the data of a key were found sound, with these warnings."""
        self.checked.pop(key, None)
        self.checked[key] = warnings
        while len(self.checked) > MOST_CHECKED:
            del self.checked[next(iter(self.checked))]

    def write(self, out: Path) -> None:
        """Replace the file in one step, where it would change."""
        value = {"edition": EDITION, **{name: getattr(self, name) for name in State.__slots__}}
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        path, content = out / PRIVATE / STATE, _sealed(body)
        if not path.is_file() or path.read_bytes() != content:
            write_atomic(path, content)


def _sealed(body: bytes) -> bytes:
    return b'{"sha256":"%s","state":%s}\n' % (hashlib.sha256(body).hexdigest().encode(), body)


def read_state(out: Path) -> State:
    """The state of a reports folder; an empty one where it is missing, torn, altered or foreign."""
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        content = (out / PRIVATE / STATE).read_bytes()
        body = content.partition(b'"state":')[2].removesuffix(b"}\n")
        if content == _sealed(body):
            value = json.loads(body)
            if value.pop("edition") == EDITION and all(isinstance(v, dict) for v in value.values()):
                return State(**value)
    return State()


def look(path: Path) -> list[int]:
    """Size, times and identity of a file; nothing where there is none."""
    try:
        found = path.stat()
    except OSError:
        return []
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
