"""Rows that repeat, and rows that point at nothing."""

from collections.abc import Collection, Iterator, Mapping
from itertools import islice

from .codebook import Reference
from .nearest import hints
from .problems import Problem, problem
from .sheets import Sheet

__all__ = ["check_keys"]

MOST = 1_000  # findings of one key: beyond that a table is hopeless


def _to(column: str, table: str, target: str = "") -> Reference:
    return Reference((column,), table, (target or column,))


# What the reports rely on, whatever the codebook at hand declares.
CONTRACT: Mapping[str, tuple[Reference, ...]] = {
    "indicators": (_to("area", "areas"),),
    "regions": (_to("parent", "regions", "region"),),
    "observations": (
        _to("indicator", "indicators"),
        _to("region", "regions"),
        _to("period", "periods"),
        _to("source", "sources"),
    ),
    "programmes": (
        _to("area", "areas"),
        _to("region", "regions"),
        _to("period", "periods"),
        _to("source", "sources"),
    ),
    "measures": (_to("area", "areas"),),
    "rules": (_to("area", "areas"), _to("region", "regions")),
    "notes": (_to("area", "areas"), _to("region", "regions"), _to("period", "periods")),
    "targets": (
        _to("region", "regions"),
        _to("by", "periods", "period"),
        _to("source", "sources"),
    ),
    "sentences": (_to("area", "areas"),),
    "comparables": (_to("region", "regions"), _to("source", "sources")),
}
PRIMARY: Mapping[str, tuple[str, ...]] = {
    "areas": ("area",),
    "indicators": ("indicator",),
    "regions": ("region",),
    "periods": ("period",),
    "observations": ("indicator", "region", "period"),
    "programmes": ("programme",),
    "measures": ("measure",),
    "rules": ("rule",),
    "sentences": ("sentence",),
    "notes": ("area", "region", "period", "position"),
    "targets": ("indicator", "region", "by", "bound"),
    "qualifiers": ("qualifier", "position"),
    "comparables": ("comparable",),
    "sources": ("source",),
}
ALSO_UNIQUE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "comparables": (("indicator", "place_en", "period"),),
}


def check_keys(
    sheets: Mapping[str, Sheet], only: Collection[str] | None = None
) -> Iterator[Problem]:
    """Duplicate rows, one key with two contents, and keys that no table knows.

    A row that came with an inherited table is not held against a table that the folder has
    replaced: its key was checked where it comes from. `only` names the tables to be judged.
    """
    for name, sheet in sheets.items():
        if only is not None and name not in only:
            continue
        if not sheet.inherited:
            primary = sheet.table.primary_key or PRIMARY.get(name, ())
            for key in dict.fromkeys((primary, *ALSO_UNIQUE.get(name, ()))):
                if key and set(key) <= set(sheet.texts):
                    yield from islice(_repeated(sheet, key), MOST)
        for reference in dict.fromkeys((*sheet.table.references, *CONTRACT.get(name, ()))):
            target = sheets.get(reference.table)
            if target is not None and sheet.inherited <= target.inherited:
                yield from islice(_unknown(sheet, reference, target), MOST)


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
    keys = list(zip(*(sheet.texts[name] for name in names), strict=True))
    wrong = {key for key in set(keys) - known if any(key)}
    if not wrong:
        return
    choices = tuple(dict.fromkeys(target.texts[targets[-1]]))
    for number, key in zip(sheet.numbers, keys, strict=True):
        if key in wrong:
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
