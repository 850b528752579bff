"""What files hold and what they look like, for the run that has nothing to do: all that it imports
is what this needs.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from hashlib import sha256

__all__ = ["PACKAGE", "SETTLED", "Look", "files", "hashed", "inputs", "look", "modules"]

PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
SETTLED = 2.0  # seconds: a file may change twice within one tick of a file system's clock
Look = tuple[int, ...]


def look(path: str) -> Look:
    """What a file looks like without reading it: size, times of content and of change, identity.

    Empty where there is no such file, and on Windows, which keeps no time of change: there
    every file is read.
    """
    if os.name == "nt":
        return ()
    try:
        at = os.stat(path)
    except OSError:
        return ()
    return at.st_size, at.st_mtime_ns, at.st_ctime_ns, at.st_ino, at.st_dev


def hashed(path: str) -> str:
    """SHA-256 of a file's bytes; empty where there is no such file."""
    try:
        with open(path, "rb", buffering=0) as stream:
            return sha256(stream.readall()).hexdigest()
    except OSError:
        return ""


def modules() -> list[str]:
    """Every file of the package, compiled ones apart."""
    found = []
    for folder, inner, names in os.walk(PACKAGE):
        inner[:] = [name for name in inner if name != "__pycache__"]
        found += [f"{folder}/{name}" for name in names if not name.endswith(".pyc")]
    return sorted(found)


def files(house: str) -> list[str]:
    """Every file of the package and every notebook of the house."""
    notebooks = f"{house}/notebooks"
    names = sorted(name for name in os.listdir(notebooks) if name.endswith(".ipynb"))
    return modules() + [f"{notebooks}/{name}" for name in names]


def inputs(house: str, given: Sequence[str]) -> tuple[str, dict[str, str]]:
    """One digest of all that a report may depend on, and path → SHA-256 of the files in it."""
    known = {path: hashed(path) for path in (*files(house), *given)}
    told = [f"{path}\0{digest}" for path, digest in known.items()]
    return sha256(os.fsencode("\n".join([*told, *_packages()]))).hexdigest(), known


def _packages() -> Iterator[str]:
    """The packages that Python finds, by name and version, folder by folder."""
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        yield from sorted(name for name in names if name.endswith(".dist-info"))
