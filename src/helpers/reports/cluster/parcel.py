"""What all reports of a run share, packed by content: tables, notebooks, what pages say of them.

A parcel is a list of files with their SHA-256; the list has a SHA-256 of its own, which names
the parcel. A worker keeps contents by that name and gets none twice; from them it lays out a
house of its own, so that it shares no file system with anyone.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.reports import texts
from helpers.reports.cache import keys
from helpers.reports.prepare import Request

__all__ = ["DATA", "GIVEN", "NOTEBOOKS", "SHARED", "TEXT", "Parcel", "lacking", "layout", "pack",
           "store"]  # fmt: skip

DATA, GIVEN, NOTEBOOKS, TEXT, SHARED = "data", "given", "notebooks", "text", "shared.json"
HOUSES, CONTENT = "houses", "content"


@dataclass(frozen=True, slots=True)
class Parcel:
    """The name of a parcel, and where each content is found: SHA-256 → a file, or the bytes."""

    name: str
    contents: Mapping[str, Path | bytes]

    def take(self, digests: Iterable[str]) -> dict[str, bytes]:
        """Contents by their SHA-256."""
        found = {digest: self.contents[digest] for digest in digests}
        return {k: v if isinstance(v, bytes) else v.read_bytes() for k, v in found.items()}


def pack(request: Request, areas: Iterable[str], shared: Mapping[str, Any]) -> Parcel:
    """All that reports on `areas` may open: both data folders, notebooks and what lies beside
    them, the text to audit; `shared` is what all their pages say.
    """
    base = request.house / "data"
    files = {f"{DATA}/{n}": path for n, path in keys.data_files(base, base).items()}
    if request.data.resolve() != base.resolve():
        own = keys.data_files(request.data, base).items()
        files |= {f"{GIVEN}/{n}": p for n, p in own if p.is_relative_to(request.data)}
    wanted = {request.notebook(area) for area in areas}
    for path in sorted((request.house / "notebooks").rglob("*")):
        inside = path.relative_to(request.house / "notebooks")
        hidden = any(part.startswith((".", "__")) for part in inside.parts)
        if path.is_file() and not hidden and (path in wanted or path.suffix != ".ipynb"):
            files[f"{NOTEBOOKS}/{inside.as_posix()}"] = path
    if texts.AREA in areas and request.wanted.text:
        files[f"{TEXT}/{request.wanted.text.name}"] = Path(request.wanted.text.path)
    digests = {name: keys.file_hash(path) for name, path in files.items()}
    contents: dict[str, Path | bytes] = {digests[name]: files[name] for name in files}
    told = _json(shared)
    digests[SHARED] = hashlib.sha256(told).hexdigest()
    index = _json(digests)
    name = hashlib.sha256(index).hexdigest()
    return Parcel(name, {**contents, digests[SHARED]: told, name: index})


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8")


def lacking(room: Path, digests: Iterable[str]) -> list[str]:
    """Which contents the worker whose folder is `room` does not have."""
    return [digest for digest in digests if not (room / CONTENT / digest).is_file()]


def store(room: Path, contents: Mapping[str, bytes]) -> None:
    """Keep contents by their names; ValueError where one is not what its name says."""
    folder = room / CONTENT
    folder.mkdir(parents=True, exist_ok=True)
    for digest, content in contents.items():
        if hashlib.sha256(content).hexdigest() != digest:
            raise ValueError("a file was changed while it was sent")
        part = folder / f"{digest}.{os.urandom(6).hex()}"
        part.write_bytes(content)
        part.chmod(0o444)
        part.replace(folder / digest)


def layout(room: Path, name: str) -> Path | None:
    """The house made from the parcel `name`; None where a content of it is missing."""
    house = room / HOUSES / name
    if house.is_dir():
        return house
    try:
        digests = json.loads((room / CONTENT / name).read_bytes())
        part = house.with_name(f"{name}.{os.urandom(6).hex()}")
        for inside, digest in digests.items():
            place = part / inside
            place.parent.mkdir(parents=True, exist_ok=True)
            _link(room / CONTENT / digest, place)
    except FileNotFoundError:
        return None
    try:
        part.rename(house)
    except OSError:  # another slot was first
        shutil.rmtree(part, ignore_errors=True)
    return house


def _link(content: Path, place: Path) -> None:
    try:
        os.link(content, place)  # noqa: PTH - a hard link: tables may be large
    except OSError:
        shutil.copyfile(content, place)
