"""Everything that is wrong with a data folder, listed at once."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

from .folder import OBSERVATIONS, Folder, read_folder
from .problems import DataRefused, Problem, capped, fault, limited
from .sheets import Sheet

__all__ = ["check", "examine", "judged"]

MOST = 5_000  # findings of one kind: beyond that the folder is hopeless
OBSERVED = frozenset({OBSERVATIONS})  # all that is judged of a region's file
Known = MutableMapping[str, Any]  # what was found of a file of one region, by a digest of it all


def check(
    folder: str | Path | None = None, base: str | Path | None = None, known: Known | None = None
) -> list[Problem]:
    """All problems of `folder` (None or "": the project's own data), at most 200 of a file.

    Errors would make `load` refuse the folder; warnings would not. Tables that the folder does
    not have are taken from `base`, the project's own data by default. `known` is what an
    earlier check has left in it (JSON can hold it): files of one region that are the same as
    then are not read again.
    """
    try:
        return capped(examine(folder, base, known).problems)
    except DataRefused as refused:
        return list(refused.problems)


def examine(
    folder: str | Path | None = None, base: str | Path | None = None, known: Known | None = None
) -> Folder:
    """The folder read and judged: form, keys and meaning. Raises DataRefused where there is no
    folder to read.

    Keys are judged in every sheet that could be read; meaning only where the columns it needs
    are there, so that one fault is told once.
    """
    found = read_folder(folder, base)
    found.problems += judged(found, known)
    return found


def judged(folder: Folder, known: Known | None = None) -> list[Problem]:
    """Problems of keys and meaning among the tables of a folder that was read; `known` as in
    `check`."""
    from .checks.expressions import check_expressions
    from .checks.keys import check_names, check_relations
    from .checks.magnitudes import check_periods

    sheets = folder.sheets
    problems = [*_told(sheets, sheets)]
    for check_one in (check_names, check_relations, check_expressions):
        problems += _limited(check_one(sheets))
    used = set(sheets[OBSERVATIONS].texts["period"]) if OBSERVATIONS in sheets else set()
    for told in _by_region(folder, {} if known is None else known):
        problems += (Problem(*fields) for fields in told["problems"])
    used |= {row["period"] for row in folder.figures()} if folder.regional else set()
    problems += _limited(check_periods(sheets, used))
    wrong = {(told.file, told.row, told.column) for told in problems if told.severity == "error"}
    wrong |= {(p.file, p.row, p.column) for p in folder.problems if p.severity == "error"}
    return [  # a warning about a cell that is refused would tell the same thing again
        told
        for told in problems
        if told.severity == "error" or (told.file, told.row, told.column) not in wrong
    ]


def _told(sheets: Mapping[str, Sheet], only: Collection[str]) -> Iterator[Problem]:
    """What the rows of some tables say wrongly; of observations, all that they contradict."""
    from .checks.figures import check_figures, check_policy, check_texts, check_units
    from .checks.keys import check_keys
    from .checks.magnitudes import check_magnitudes, check_totals
    from .checks.rules import check_rules

    policy, problems = None, []
    if "qualifiers" in sheets:
        policy, problems = check_policy(sheets["qualifiers"])
    own = {name: sheet for name, sheet in sheets.items() if name in only}
    yield from problems if "qualifiers" in only else ()
    yield from _limited(check_keys(sheets, only))
    yield from _limited(check_texts(own))
    yield from _limited(check_units(own, policy))
    found = list(_limited(check_figures(sheets, policy, only)))
    yield from found
    sheet = sheets.get(OBSERVATIONS)
    wrong = {told.row for told in found if sheet and told.file == sheet.file}
    if wrong:  # what is wrong in itself contradicts others too: the same thing told again
        pairs = zip(sheet.numbers, sheet.columns["value"], strict=True)
        values = [None if row in wrong else value for row, value in pairs]
        sheet = replace(sheet, columns={**sheet.columns, "value": values})
        sheets = {**sheets, OBSERVATIONS: sheet}
    yield from _limited(check_magnitudes(sheets))
    if OBSERVATIONS in sheets and only is not OBSERVED:
        yield from _limited(check_totals(sheets, [sheets[OBSERVATIONS]]))
    yield from _limited(check_rules(sheets, policy))


def _limited(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The findings of one check. A column that it needs may be missing from a codebook of the
    project that somebody has changed: that is the finding then."""
    try:
        yield from limited(problems, MOST)
    except KeyError as missing:
        name = str(missing.args[0])
        yield fault(("datapackage.json", 0, name, ""), "codebook-lacking", value=name)


def _by_region(folder: Folder, known: Known) -> Iterator[Mapping[str, Any]]:
    """What was found of each region's file, read again only where anything has changed: the
    file, those of the regions below it, or one of the other tables."""
    files = folder.regional
    if files is None:
        return
    others = _digest([[n, s.file, s.table.names, s.texts] for n, s in folder.sheets.items()])
    below: dict[str, list[str]] = {}
    for row in folder.sheets["regions"].rows() if "regions" in folder.sheets else ():
        if row["region"] in files.codes:
            below.setdefault(row["parent"], []).append(row["region"])
    left: dict[str, Any] = {}
    for region in files.codes:
        parts = below.get(region, [])
        key = _digest([others, region, *(files.digest(one) for one in (region, *parts))])
        told = known.get(key) or _judged_region(folder, region, parts)
        left[key] = told
        folder.reported[region] = told["reported"]
        folder.counts[files.file(region)] = told["rows"]
        yield told
    known.clear()
    known.update(left)


def _judged_region(folder: Folder, region: str, below: list[str]) -> dict[str, Any]:
    """Problems, number of rows and reported figures of one region's file."""
    from .checks.magnitudes import check_totals

    sheet, problems = folder.regional.read(region)
    rows, reported = 0, []
    if sheet is not None:
        sheets = {**folder.sheets, OBSERVATIONS: sheet}
        problems += _told(sheets, OBSERVED)
        parts = (part for one in below for part in [folder.regional.read(one)[0]] if part)
        problems += _limited(check_totals(sheets, parts))
        rows, reported = len(sheet), folder.regional.reported(sheet, folder)
    told = [list(astuple(found)[:10]) for found in problems]
    return {"problems": told, "rows": rows, "reported": reported}


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()[:40]
