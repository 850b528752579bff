"""Everything that is wrong with a data folder, listed at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from .problems import DataRefused, Problem, capped, limited

if TYPE_CHECKING:
    from .folder import Folder
    from .sheets import Sheet

__all__ = ["check", "examine"]

MOST = 5_000  # findings of one kind: beyond that the folder is hopeless


def check(folder: str | Path | None = None, base: str | Path | None = None) -> list[Problem]:
    """All problems of `folder` (None or "": the project's own data), at most 200 of a file.

    Errors would make `load` refuse the folder; warnings would not. Tables that the folder's
    codebook does not list are taken from `base`, the project's own data by default.
    """
    try:
        return capped(examine(folder, base).problems)
    except DataRefused as refused:
        return list(refused.problems)


def examine(folder: str | Path | None = None, base: str | Path | None = None) -> "Folder":
    """The folder read and judged: form, keys and meaning. Raises DataRefused where there is no
    folder to read.

    Keys are judged in every sheet that could be read; meaning only where the columns it needs
    are there, so that one fault is told once.
    """
    from .folder import read_folder  # a run with nothing to do reads no table

    found = read_folder(folder, base)
    found.problems += judged(found.sheets)
    return found


def judged(sheets: "Mapping[str, Sheet]") -> list[Problem]:
    """Problems of keys and meaning among `sheets`."""
    from .figures import check_figures, check_policy
    from .formulas import check_formulas
    from .keys import check_keys
    from .prose import check_sentences
    from .reckoning import check_contradictions
    from .relations import check_relations
    from .series import check_series
    from .slugs import check_slugs

    policy, problems = None, []
    if "qualifiers" in sheets:
        policy, problems = check_policy(sheets["qualifiers"])
    for findings in (
        check_slugs(sheets),
        check_keys(sheets),
        check_figures(sheets, policy),
        check_relations(sheets),
        check_formulas(sheets),
        check_sentences(sheets),
        check_series(sheets),
        check_contradictions(sheets, policy),
    ):
        problems += limited(findings, MOST)
    return problems
