"""Everything that is wrong with a data folder, listed at once."""

from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from .problems import DataRefused, Problem, capped, limited

if TYPE_CHECKING:
    from .folder import Folder
    from .sheets import Sheet
    from .store import Stored
    from .store_check import Verdict

__all__ = ["check", "examine"]

MOST = 5_000  # findings of one kind: beyond that the folder is hopeless
LONG = "observations"  # the table that may lie in a store


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
    told = _told_apart(sheets)
    if told:
        sheets = {**sheets, LONG: sheets[LONG].outline()}
    if "qualifiers" in sheets:
        policy, problems = check_policy(sheets["qualifiers"])
    for stage, findings in (
        ("slugs", check_slugs(sheets)),
        ("keys", check_keys(sheets, set(sheets) - set(told and {LONG}))),
        ("figures", check_figures(sheets, policy)),
        ("relations", check_relations(sheets)),
        ("formulas", check_formulas(sheets)),
        ("sentences", check_sentences(sheets)),
        ("series", () if told else check_series(sheets)),
        ("contradictions", () if told else check_contradictions(sheets, policy)),
    ):
        both = chain(findings, told.get(stage, ()))
        problems += limited(_in_order(both, sheets) if told else both, MOST)
    return problems


def _told_apart(sheets: "Mapping[str, Sheet | Stored]") -> "Verdict":
    """What is wrong with observations too long to be judged at once, by check; else nothing."""
    from .store import Stored

    if not isinstance(sheets.get(LONG), Stored):
        return {}
    from .store_check import verdict
    from .store_worker import Failed

    try:
        return verdict(sheets)
    except (Failed, OSError):
        return {}  # judged at once then, whatever memory that takes


def _in_order(problems: Iterable[Problem], sheets: "Mapping[str, Sheet]") -> list[Problem]:
    """Problems by file, in the order of the sheets."""
    order = {sheet.file: at for at, sheet in enumerate(sheets.values())}
    return sorted(problems, key=lambda found: order.get(found.file, -1))
