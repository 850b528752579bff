"""What a report depends on, as one hash: the same key means the same bytes.

Only content counts, never a file's time. Nothing here imports more than the standard library,
because this is all that a run with nothing to do has to pay for.
"""

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from helpers.data.parts import digest

__all__ = [
    "code",
    "code_files",
    "code_hashes",
    "data",
    "data_files",
    "digest",
    "file_hash",
    "hashes",
    "program",
    "stamp",
    "versions",
]

# What shapes a page. Other packages may come and go without a rebuild.
SHAPING = (
    "beautifulsoup4", "bleach", "contourpy", "ipykernel", "ipython", "jinja2", "jupyter_client",
    "matplotlib", "matplotlib_inline", "mistune", "nbclient", "nbconvert", "nbformat", "nh3",
    "numpy", "opencc_python_reimplemented", "pandas", "papermill", "pillow", "pyarrow", "pygments",
    "python_docx", "seaborn", "traitlets",
)  # fmt: skip
# These parts of the package never reach a page.
ELSEWHERE = ("__main__.py", "cli", "audit")
DESCRIPTION = "datapackage.json"


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes; empty where there is no such file."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def data_files(folder: Path, base: Path) -> dict[str, Path]:
    """File name -> place of the tables of `folder` and of those that it inherits from `base`."""
    files = {name: folder / name for name in (DESCRIPTION, *_tables(folder))}
    if folder.resolve() != base.resolve():
        inherited = {name: base / name for name in _tables(base)}
        files = {**inherited, **files, f"{base.name}/{DESCRIPTION}": base / DESCRIPTION}
    return dict(sorted(files.items()))


def data(folder: Path, base: Path) -> dict[str, str]:
    """File name -> SHA-256 of the same files."""
    return hashes(data_files(folder, base))


def _tables(folder: Path) -> list[str]:
    try:
        text = (folder / DESCRIPTION).read_text(encoding="utf-8-sig")
        return [str(table["path"]) for table in json.loads(text)["resources"]]
    except (OSError, ValueError, KeyError, TypeError):
        # Unreadable: the checker will say what is wrong; until then all tables count.
        return sorted(path.name for path in folder.glob("*.csv"))


def code_files(package: Path) -> dict[str, Path]:
    """Name inside the package -> place of all files that can shape a page: modules, template,
    font.
    """
    files = {}
    for folder, inner, names in os.walk(package):
        inner[:] = [name for name in inner if name != "__pycache__"]
        for name in names:
            path = Path(folder, name)
            inside = path.relative_to(package).as_posix()
            if inside.split("/")[0] not in ELSEWHERE and not name.endswith(".pyc"):
                files[inside] = path
    return dict(sorted(files.items()))


def hashes(files: Mapping[str, Path]) -> dict[str, str]:
    """Name -> SHA-256 of files given by name."""
    return {name: file_hash(path) for name, path in files.items()}


def code_hashes(package: Path) -> dict[str, str]:
    """Name inside the package -> SHA-256 of the same files."""
    return hashes(code_files(package))


def code(package: Path) -> str:
    """One hash over the same files."""
    return digest(code_hashes(package))


def program(package: Path) -> dict[str, Any]:
    """What a page is made with: one hash of the code, that of each of its files, versions."""
    files = code_hashes(package)
    return {"code": digest(files), "files": files, "versions": versions()}


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


def versions(paths: Iterable[str] | None = None) -> dict[str, str]:
    """Name -> version of Python and of the installed packages that shape a page.

    Read from the names of the `*.dist-info` folders on `paths` (default: `sys.path`), which
    is what `importlib.metadata` would do, forty times faster.
    """
    found: dict[str, str] = {}
    for folder in sys.path if paths is None else paths:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 - no Path objects on the fast path
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
