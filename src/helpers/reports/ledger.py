"""`ledger.json`: what became of each report. It may lag behind the files, never lead them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from helpers.files import write_atomic
from helpers.reports.plan import LANGS, Job, is_safe

__all__ = ["GOOD", "NAME", "Entry", "Ledger", "counts", "read", "text", "write"]

NAME = "ledger.json"
STATUSES = ("built", "unchanged", "failed", "withheld")
GOOD = ("built", "unchanged")


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


NAMES = tuple(item.name for item in fields(Entry))
OPTIONAL = ("text", "text_sha256", "notebook")
REQUIRED = frozenset(NAMES) - set(OPTIONAL)


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
        found = [self.entries[job] for job in sorted(self.entries)]
        told = [{name: getattr(entry, name) for name in NAMES} for entry in found]
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
        known = isinstance(index, dict) and all(isinstance(v, str) for v in index.values())
        files = {
            path: file for path, file in value.get("files", {}).items() if _is_file(path, file)
        }
        return Ledger(
            {entry.job: entry for entry in entries},
            audience=str(value.get("audience", "")),
            simulated=value.get("simulated") is True,
            index=index if known else {},
            history=history if _is_history(history) else {},
            files=files,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Ledger()


def _entry(value: Any) -> Entry | None:
    if not isinstance(value, dict) or not value.keys() >= REQUIRED:
        return None
    value = {**dict.fromkeys(OPTIONAL, ""), **value}
    seconds = value["seconds"]
    if not all(isinstance(value[name], str) for name in NAMES if name != "seconds"):
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    entry = Entry(**{name: value[name] for name in NAMES})
    sound = entry.status in STATUSES and entry.path in ("", entry.job.path)
    job = (entry.area, entry.region, entry.period, entry.lang)
    return entry if sound and all(map(is_safe, job)) else None


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


def text(ledger: Ledger) -> str:
    """What the file of a ledger holds."""
    return json.dumps(ledger.as_json(), ensure_ascii=False, indent=1) + "\n"


def write(folder: Path, ledger: Ledger) -> None:
    """Replace the ledger of `folder` in one step; a file that would not change is left alone."""
    content = text(ledger).encode("utf-8")
    path = folder / NAME
    if not path.is_file() or path.read_bytes() != content:
        write_atomic(path, content)


def counts(entries: Iterable[Entry]) -> dict[str, int]:
    """Status -> how many, for all four statuses."""
    found = [entry.status for entry in entries]
    return {status: found.count(status) for status in STATUSES}
