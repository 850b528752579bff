"""What a report is made from, as one hash: the same key means the same bytes.

Only content counts, never a file's time or place.
"""

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = [
    "PACKAGE",
    "bytes_hash",
    "code_files",
    "digest",
    "file_hash",
    "hashes",
    "other_files",
    "program",
    "stamp",
    "versions",
]

PACKAGE = Path(__file__).resolve().parents[1]
# What shapes a page. Other packages may come and go without a rebuild.
SHAPING = (
    "beautifulsoup4", "bleach", "contourpy", "ipykernel", "ipython", "jinja2", "jupyter_client",
    "lxml", "matplotlib", "matplotlib_inline", "mistune", "nbclient", "nbconvert", "nbformat",
    "nh3", "numpy", "opencc_python_reimplemented", "pandas", "papermill", "pillow", "pyarrow",
    "pygments", "python_docx", "seaborn", "traitlets",
)  # fmt: skip
# These parts of the package never reach a page; of `reports` only these do.
ELSEWHERE = ("__main__.py", "bench", "cli", "cli.py", "collect", "drafting", "messages.py",
             "answers.py", "projects")  # fmt: skip
OF_REPORTS = ("page", "kernels", "judge.py", "execute.py", "environment.py")


def digest(value: Any) -> str:
    """SHA-256 of a plain value, the same for the same value."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def bytes_hash(content: bytes) -> str:
    """SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes; empty where there is no such file."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def hashes(files: Mapping[str, Path]) -> dict[str, str]:
    """Name -> SHA-256 of files given by name."""
    return {name: file_hash(path) for name, path in files.items()}


def code_files(package: Path = PACKAGE) -> dict[str, Path]:
    """Name inside the package -> place of all files that can shape a page: modules, template,
    font, word lists.
    """
    found = {}
    for folder, inner, names in os.walk(package):
        inner[:] = [name for name in inner if name != "__pycache__"]
        for name in names:
            path = Path(folder, name)
            parts = path.relative_to(package).parts
            ours = parts[0] != "reports" or parts[1] in OF_REPORTS
            if ours and parts[0] not in ELSEWHERE and not name.endswith(".pyc"):
                found["/".join(parts)] = path
    return dict(sorted(found.items()))


def program(package: Path = PACKAGE) -> dict[str, Any]:
    """What a page is made with: one hash of the code (`program`) and the `versions`."""
    return {"program": digest(hashes(code_files(package))), "versions": versions()}


def other_files(data: Path, known: Iterable[str], notebooks: Path) -> dict[str, Path]:
    """Name -> place of files beside the tables and beside the notebooks: a notebook may read
    them, so they count for every report. `known` are the tables' names, which count by slice.
    """
    tables = {data / name for name in known}
    found = {f"data/{name}": path for name, path in _below(data) if path not in tables}
    beside = _below(notebooks)
    found |= {f"notebooks/{n}": path for n, path in beside if path.suffix != ".ipynb"}
    return dict(sorted(found.items()))


def _below(folder: Path) -> list[tuple[str, Path]]:
    """Plain files in a folder and its folders, none that is hidden or a link."""
    found: list[tuple[str, Path]] = []
    for place, inner, names in os.walk(folder):
        inner[:] = sorted(name for name in inner if name[0] != "." and name != "__pycache__")
        paths = [Path(place, name) for name in sorted(names) if name[0] != "."]
        plain = [path for path in paths if path.is_file() and not path.is_symlink()]
        found += [(path.relative_to(folder).as_posix(), path) for path in plain]
    return found


def stamp(files: Iterable[Path]) -> list[tuple[int, ...]]:
    """Size, times and identity of files: another stamp later means that someone was at them.

    Only good for noticing a change under way; what a file holds is told by its hash.
    """
    found = []
    for path in files:
        try:
            status = path.stat()
            found.append((status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
        except OSError:
            found.append(())
    return found


def versions(paths: Sequence[str] | None = None) -> dict[str, str]:
    """Name -> version of Python and of the installed packages that shape a page.

    Read from the names of the `*.dist-info` folders on `paths` (default: `sys.path`), which
    is what `importlib.metadata` would do, forty times faster.
    """
    found: dict[str, str] = {}
    for folder in sys.path if paths is None else paths:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 - thousands of names
        except OSError:
            continue
        for name in names:
            if name.endswith(".dist-info"):
                title, _, version = name.removesuffix(".dist-info").partition("-")
                title = re.sub(r"[-_.]+", "_", title).lower()
                if title in SHAPING:
                    found.setdefault(title, version)
    found["python"] = ".".join(map(str, sys.version_info[:3]))
    found["system"] = sys.platform
    return dict(sorted(found.items()))
