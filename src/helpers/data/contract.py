"""The columns that the house reads, whatever codebook describes them."""

from collections.abc import Mapping
from dataclasses import replace

from .codebook import Column, Table

__all__ = ["broken", "held", "known_table"]

COLUMNS: Mapping[str, str] = {
    "areas": "area position title_zh title_en question_zh question_en leading",
    "indicators": (
        "indicator area position label_zh label_en unit unit_en unit_en_one measure_type counts "
        "additive sensitivity minimum maximum definition_zh definition_en"
    ),
    "regions": "region position name_zh name_en parent level",
    "periods": "period position start end label_zh label_en",
    "observations": (
        "indicator region period value qualifier as_written status source locator note_zh note_en"
    ),
    "targets": "indicator region by bound value as_written source",
    "notes": "area region period position text_zh text_en",
    "programmes": (
        "programme area kind name_zh name_en level parts parts_en indicators region period "
        "source locator note_zh note_en"
    ),
    "measures": (
        "measure area position kind label_zh label_en numerator denominator scale unit unit_en "
        "unit_en_one definition_zh definition_en"
    ),
    "rules": "rule area expression severity kind title_zh title_en message_zh message_en",
    "qualifiers": "qualifier position lower upper word_en note",
    "comparables": (
        "comparable indicator region place_zh place_en level period value unit unit_en qualifier "
        "as_written label_zh label_en definition definition_zh definition_en source"
    ),
    "sentences": "sentence area position text_zh text_en",
    "sources": "source title_zh title_en publisher date address mirror note",
}
NUMBERS = {("observations", "value"), ("comparables", "value"), ("measures", "scale")}
NUMBERS |= {("targets", "value")}
NUMBERS |= {("indicators", "minimum"), ("indicators", "maximum")}
DATES = {("periods", "start"), ("periods", "end")}
ORDERED = {"areas", "indicators", "regions", "periods", "measures", "sentences", "notes"}


ENUMS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("indicators", "measure_type"): ("stock", "flow", "ratio", "target"),
    ("indicators", "sensitivity"): ("none", "people", "sensitive"),
    ("targets", "bound"): ("at_least", "at_most"),
    ("measures", "kind"): ("share", "mean", "sum", "difference", "count", "coverage"),
    ("rules", "severity"): ("error", "warning", "note"),
    ("rules", "kind"): ("check", "oddity"),
    ("comparables", "definition"): ("same", "differs", "base"),
}
REQUIRED = {("observations", name) for name in ("indicator", "region", "period", "value", "source")}
REQUIRED |= {("programmes", name) for name in ("programme", "area", "kind", "region", "period")}
REQUIRED |= {("measures", "numerator"), ("measures", "scale"), ("rules", "expression")}
REQUIRED |= {("sentences", name) for name in ("area", "position", "text_zh", "text_en")}
REQUIRED |= {("targets", name) for name in ("indicator", "region", "by", "value")}
REQUIRED |= {("comparables", "value"), ("comparables", "indicator"), ("indicators", "unit")}


def held(table: Table) -> Table:
    """`table` with the least that the house asks of its cells: lists of values, no blanks."""
    columns = tuple(
        replace(
            column,
            enum=column.enum or ENUMS.get((table.name, column.name), ()),
            required=column.required or (table.name, column.name) in REQUIRED,
        )
        for column in table.columns
    )
    return replace(table, columns=columns)


def known_table(name: str) -> bool:
    """Whether the house reads a table of this name."""
    return name in COLUMNS


def broken(table: Table) -> list[tuple[str, str, str]]:
    """What the house misses in `table`: (column, its type there or "", the type needed)."""
    described = {column.name: column for column in table.columns}
    missing = []
    for name in COLUMNS.get(table.name, "").split():
        needed, column = _type(table.name, name), described.get(name)
        if column is None or not _fits(column, needed):
            missing.append((name, column.type if column else "", needed))
    return missing


def _type(table: str, column: str) -> str:
    if (table, column) in NUMBERS:
        return "number"
    if (table, column) in DATES:
        return "date"
    if column == "position" and table in ORDERED:
        return "integer"
    return "boolean" if column in ("additive", "mirror") else "string"


def _fits(column: Column, needed: str) -> bool:
    text = {"string", "any", "date", "year"}
    return column.type == needed or (needed == "string" and column.type in text)
