"""Rows that repeat, rows that point at nothing, and names that are taken."""

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from keyword import kwlist

from ..codebook import Reference
from ..known import hints
from ..problems import Problem, problem
from ..sheets import Sheet

__all__ = ["check_keys", "check_names"]

MOST = 1_000  # findings of one key: beyond that a table is hopeless
ALSO_UNIQUE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "comparables": (("indicator", "place_en", "scope", "period"),),
}
# Windows keeps these for itself; codes become the names of files.
DEVICES = {"con", "prn", "aux", "nul", "clock"} | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)
}
TAKEN: Mapping[str, set[str]] = {
    "areas": {"overview", "index", "ledger"},  # names of the suite's own pages
    "indicators": {*kwlist, "region", "period", "parts", "programmes"},  # have a meaning already
}
TAKEN = {**TAKEN, "measures": TAKEN["indicators"], "programmes": TAKEN["indicators"]}
CODES = (*TAKEN, "regions", "periods", "rules", "sentences", "sources")


def check_keys(
    sheets: Mapping[str, Sheet], only: Collection[str] | None = None
) -> Iterator[Problem]:
    """Duplicate rows, one key with two contents, and keys that no table knows.

    A row that came with an inherited table is not held against a table that the folder has
    replaced: its key was checked where it comes from. Nor is any row held against a table of
    which rows were refused: that is told there. `only` names the tables to be judged.
    """
    for name, sheet in sheets.items():
        if only is not None and name not in only:
            continue
        if not sheet.inherited:
            unique = [(column.name,) for column in sheet.table.columns if column.unique]
            keys = (sheet.table.primary_key, *ALSO_UNIQUE.get(name, ()), *unique)
            for key in dict.fromkeys(keys):
                if key and set(key) <= set(sheet.texts):
                    yield from islice(_repeated(sheet, key), MOST)
        for reference in dict.fromkeys(sheet.table.references):
            target = sheets.get(reference.table)
            if target is not None and target.whole and sheet.inherited <= target.inherited:
                yield from islice(_unknown(sheet, reference, target), MOST)


def check_names(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    """Codes that cannot be file names or mean something else in a formula or sentence, and one
    name for two things: an indicator, a measure and a programme are told apart by name alone."""
    for name in CODES:
        sheet = sheets.get(name)
        column = sheet.table.names[0] if sheet else ""
        for row, slug in zip(sheet.numbers, sheet.texts[column], strict=True) if sheet else ():
            if slug in DEVICES or slug in TAKEN.get(name, ()):
                zh = ("这个标识是保留的名称", "换一个名称")
                en = ("a reserved name", "choose another")
                yield problem((sheet.file, row, column, slug), "slug-reserved", zh, en)
    seen: dict[str, Sheet] = {}
    for name in ("indicators", "measures", "programmes"):
        sheet = sheets.get(name)
        column = sheet.table.names[0] if sheet else ""
        mine = zip(sheet.numbers, sheet.texts[column], strict=True) if sheet else ()
        for row, slug in mine:
            other = seen.get(slug)
            if other is not None and not (sheet.inherited and other.inherited):
                zh = (f"{other.file} 里已有同名的“{slug}”,无从分辨", "另取名称")
                en = (f"{other.file} has a '{slug}' already", "name one of them otherwise")
                yield problem((sheet.file, row, column, slug), "name-twice", zh, en)
        if sheet:
            seen |= {slug: sheet for slug in sheet.texts[column] if slug and slug not in seen}


def _repeated(sheet: Sheet, key: tuple[str, ...]) -> Iterator[Problem]:
    keys = list(zip(*(sheet.texts[name] for name in key), strict=True))
    if len(set(keys)) == len(keys):
        return
    first: dict[tuple[str, ...], int] = {}
    for at, value in enumerate(keys):
        if value in first:
            yield _repeat(sheet, key, first[value], at)
        elif any(value):
            first[value] = at


def _repeat(sheet: Sheet, key: tuple[str, ...], first: int, second: int) -> Problem:
    rows = sheet.numbers[first], sheet.numbers[second]
    shown = "|".join(sheet.texts[name][second] for name in key)
    differing = [name for name, texts in sheet.texts.items() if texts[first] != texts[second]]
    if not differing:
        zh = (f"与第{rows[0]}行完全相同", "删去其中一行")
        en = (f"the same as row {rows[0]}", "delete one of the two")
        return problem((sheet.file, rows[1], key[0], shown), "duplicate-row", zh, en)
    name = "value" if "value" in differing else differing[0]
    old, new = sheet.texts[name][first], sheet.texts[name][second]
    zh = (
        f"第{rows[0]}行和第{rows[1]}行的键相同,{name} 却是“{old}”和“{new}”",
        "核对后只保留一行",
    )
    en = (
        f"rows {rows[0]} and {rows[1]} have one key, but {name} is '{old}' and '{new}'",
        "keep the right one",
    )
    return problem((sheet.file, rows[1], key[0], shown), "duplicate-key", zh, en)


def _unknown(sheet: Sheet, reference: Reference, target: Sheet) -> Iterator[Problem]:
    names, targets = reference.columns, reference.targets
    if not set(names) <= set(sheet.texts) or not set(targets) <= set(target.texts):
        return
    known = set(zip(*(target.texts[name] for name in targets), strict=True))
    if (sheet.table.name, target.table.name) == ("notes", "areas"):
        known.add(("overview",))  # a note may be about the page of all areas
    keys = list(zip(*(sheet.texts[name] for name in names), strict=True))
    wrong = {key for key in set(keys) - known if any(key)}
    if not wrong:
        return
    choices = tuple(dict.fromkeys(target.texts[targets[-1]]))
    cells = sheet.columns[names[-1]]  # None where the cell itself was refused, and that told
    for number, key, cell in zip(sheet.numbers, keys, cells, strict=True):
        if key in wrong and cell is not None:
            shown = "|".join(key)
            hint_zh, hint_en = _hint(key, target, choices)
            zh = (f"{target.file} 中没有这个 {names[-1]}", hint_zh)
            en = (f"{target.file} knows no such {names[-1]}", hint_en)
            yield problem((sheet.file, number, names[-1], shown), "unknown-key", zh, en)


def _hint(key: tuple[str, ...], target: Sheet, choices: tuple[str, ...]) -> tuple[str, str]:
    """A name written where its code belongs, else the nearest code."""
    for column in ("name_zh", "name_en", "label_zh", "label_en", "title_zh", "title_en"):
        labels = target.texts.get(column, [])
        for label, code in zip(labels, choices, strict=False):
            if label and label in (key[-1], f"{key[-1]}市", f"{key[-1]}区"):
                return f"“{key[-1]}”的代码是 {code}", f"the code of '{key[-1]}' is {code}"
    return hints(key[-1], choices)
