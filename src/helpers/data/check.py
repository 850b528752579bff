"""Everything that is wrong with a data folder, listed at once."""

from pathlib import Path

from .folder import Folder, read_folder
from .problems import DataRefused, Problem, capped

__all__ = ["check", "examine"]


def check(folder: str | Path | None = None, base: str | Path | None = None) -> list[Problem]:
    """All problems of `folder` (None or "": the project's own data), at most 200 of a file.

    Errors would make `load` refuse the folder; warnings would not. Tables that the folder's
    codebook does not list are taken from `base`, the project's own data by default.
    """
    try:
        return capped(examine(folder, base).problems)
    except DataRefused as refused:
        return list(refused.problems)


def examine(folder: str | Path | None = None, base: str | Path | None = None) -> Folder:
    """The folder read and judged: form, keys and meaning. Raises DataRefused where there is no
    folder to read."""
    return read_folder(folder, base)
