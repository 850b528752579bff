"""Folders that are no folders of this computer: whatever fsspec can reach, by its URL.

`Away` has as much of `pathlib.Path` as the press uses of an output folder, so that the rest of
the press need not know where it writes. fsspec is imported only where a URL is given.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from helpers.data.problems import Problem, problem
from helpers.reports.publish import ENDING

__all__ = ["REMEDY", "Away", "as_url", "is_url", "place", "reached"]

REMEDY = "pip install 'half-the-sky[dask]'"


def is_url(text: str) -> bool:
    """Whether `text` names a place by a URL (`s3://bucket/reports`), not by a path."""
    scheme, found, _ = text.partition("://")
    return bool(found) and len(scheme) > 1 and scheme.replace("+", "").isalnum()


class Away:
    """A place below a URL, with the methods of a path that an output folder needs."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    @cached_property
    def _at(self) -> tuple[Any, str]:
        from fsspec.core import url_to_fs

        return url_to_fs(self.url)

    def __str__(self) -> str:
        return self.url

    def __repr__(self) -> str:
        return f"Away({self.url!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Away) and other.url == self.url

    def __hash__(self) -> int:
        return hash(self.url)

    def __truediv__(self, inside: str) -> "Away":
        return Away(f"{self.url}/{inside}")

    @property
    def name(self) -> str:
        """The last part."""
        return self.url.rpartition("/")[2]

    @property
    def parent(self) -> "Away":
        """The folder that it lies in."""
        return Away(self.url.rpartition("/")[0])

    @property
    def parents(self) -> "list[Away]":
        """The three folders above it, nearest first."""
        return [self.parent, self.parent.parent, self.parent.parent.parent]

    def with_name(self, name: str) -> "Away":
        """Its neighbour."""
        return self.parent / name

    def exists(self) -> bool:
        """Whether something is there."""
        fs, path = self._at
        return fs.exists(path)

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        fs, path = self._at
        return fs.isdir(path)

    def is_file(self) -> bool:
        """Whether it is a file."""
        fs, path = self._at
        return fs.isfile(path)

    def mkdir(self, parents: bool = False, exist_ok: bool = False) -> None:
        """Make the folder, where the place has folders at all."""
        fs, path = self._at
        fs.makedirs(path, exist_ok=parents or exist_ok)

    def open(self, mode: str = "rb") -> Any:
        """A stream of its bytes."""
        fs, path = self._at
        return fs.open(path, mode)

    def read_bytes(self) -> bytes:
        """Its content."""
        fs, path = self._at
        return fs.cat_file(path)

    def read_text(self, encoding: str = "utf-8") -> str:
        """Its content as text."""
        return self.read_bytes().decode(encoding)

    def write_bytes(self, content: bytes) -> None:
        """Give it a content; a reader may see half of it."""
        fs, path = self._at
        fs.pipe_file(path, content)

    def write_text(self, text: str, encoding: str = "utf-8") -> None:
        """Give it a content as text."""
        self.parent.mkdir(parents=True, exist_ok=True)
        self.write_bytes(text.encode(encoding))

    @property
    def near(self) -> Path:
        """A folder of this computer that stands for it, for the lock: it keeps apart runs that
        are started here, not those of other computers.
        """
        name = hashlib.sha256(self.url.encode()).hexdigest()[:24]
        try:
            folder = Path.home() / ".cache" / "halfsky" / "away" / name
            folder.mkdir(parents=True, exist_ok=True)
        except (OSError, RuntimeError):
            import tempfile

            folder = Path(tempfile.gettempdir(), f"halfsky-away-{name}")
        return folder

    def deposit(self, content: bytes) -> "tuple[Away, str]":
        """Write `content` beside this place; where, and its SHA-256."""
        self.parent.mkdir(parents=True, exist_ok=True)
        part = self.with_name(f".{self.name}.{os.urandom(6).hex()}{ENDING}")
        try:
            part.write_bytes(content)
        except BaseException:
            with suppress(Exception):
                part.unlink()
            raise
        return part, hashlib.sha256(content).hexdigest()

    def replace(self, target: "Away") -> None:
        """Take the place of `target`."""
        (fs, path), (_, other) = self._at, target._at
        fs.mv(path, other)
        fs.invalidate_cache()

    def unlink(self, missing_ok: bool = False) -> None:
        """Remove the file."""
        fs, path = self._at
        try:
            fs.rm_file(path)
        except FileNotFoundError:
            if not missing_ok:
                raise

    def rmdir(self) -> None:
        """Remove the folder, where it is one and empty; OSError where it is not."""
        fs, path = self._at
        if fs.ls(path, detail=False):
            raise OSError(f"not empty: {self}")
        fs.rmdir(path)

    def glob(self, pattern: str) -> "Iterator[Away]":
        """The places below it that fit the pattern; folders with a leading dot only by name."""
        fs, path = self._at
        for found in fs.glob(f"{path}/{pattern}"):
            inside = PurePosixPath(str(found)).relative_to(PurePosixPath(path))
            yield self / str(inside)


def place(text: str) -> Path | Away:
    """Where `text` leads, a path or a URL; a `file://` URL is a path."""
    if not is_url(text):
        return Path(text).absolute()
    from urllib.parse import urlsplit  # not where there is nothing to do
    from urllib.request import url2pathname

    parts = urlsplit(text)
    if parts.scheme in ("file", "local"):
        return Path(url2pathname(parts.netloc + parts.path)).absolute()
    return Away(text)


def as_url(out: Path | Away) -> str:
    """The URL of a place, for another machine."""
    return str(out) if isinstance(out, Away) else out.absolute().as_uri()


def reached(out: Path | Away, option: str = "--out") -> list[Problem]:
    """Why a place cannot be written to: no fsspec, an unknown protocol, a server that refuses."""
    if isinstance(out, Path):
        return []
    where = (option, 0, "", str(out))
    try:
        import fsspec  # noqa: F401
    except ImportError:
        zh = ("写到网址需要 fsspec", f"安装：{REMEDY}")
        en = ("writing to a URL needs fsspec", f"install it: {REMEDY}")
        return [problem(where, "extra-missing", zh, en)]
    try:
        out.exists()
    except (ValueError, ImportError) as error:
        zh = (f"这种网址打不开（{error}）", "检查网址，或安装它所需的软件包")
        en = (f"no such kind of place ({error})", "check the URL, or install the package it needs")
        return [problem(where, "unreachable", zh, en)]
    except Exception as error:
        zh = (f"连不上（{type(error).__name__}）", "检查网址、网络和权限")
        en = (f"cannot be reached ({type(error).__name__})", "check the URL, network and rights")
        return [problem(where, "unreachable", zh, en)]
    return []
