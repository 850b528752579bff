"""Which project a data folder belongs to, and how notebooks name it."""

from __future__ import annotations

import os
from pathlib import Path

from helpers.paths import home

__all__ = ["named", "project_of"]


def project_of(data: Path | None) -> Path:
    """The folder of the project that a data folder belongs to: the one that holds it as `data`,
    beside `notebooks`, as `halfsky init` makes it; else the program's own.
    """
    folder = data.resolve() if data is not None else home() / "data"
    has_notebooks = folder.name == "data" and (folder.parent / "notebooks").is_dir()
    return folder.parent if has_notebooks else home()


def named(data: Path | None, folder: Path) -> str:
    """The data folder as a notebook in `folder` is to name it; empty for the program's own."""
    if data is None or data.resolve() == (home() / "data").resolve():
        return ""
    return Path(os.path.relpath(data, folder)).as_posix()
