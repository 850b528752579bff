"""Sheets as pandas frames."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame

    from .sheets import Sheet

__all__ = ["frame_of", "sheet_frame"]

TYPED: "Mapping[str, tuple[Callable[[str], Any], Any]]" = {
    "number": (Decimal, object),
    "integer": (int, "int64"),
    "boolean": ("true".__eq__, bool),
}


def sheet_frame(sheet: "Sheet") -> "DataFrame":
    """The frame of a sheet in which nothing was refused."""
    columns = {column.name: column for column in sheet.table.columns}
    told = [(name, columns[name].type, columns[name].required) for name in sheet.texts]
    return frame_of(told, sheet.numbers, sheet.texts)


def frame_of(
    columns: "Sequence[tuple[str, str, bool]]",
    numbers: "Sequence[int]",
    texts: "Mapping[str, Sequence[str]]",
) -> "DataFrame":
    """The frame of tidied cells: `columns` are name, type and whether a cell must be filled in,
    `numbers` the rows of the spreadsheet, which become the column `row`.

    Texts are str; numbers Decimal, whole numbers and flags int64 and bool where every cell must
    be filled in, else objects with None for an empty cell.
    """
    import pandas as pd

    made: dict[str, Any] = {}
    for name, kind, required in columns:
        convert, dtype = TYPED.get(kind, (None, "str"))
        cells: Any = texts[name]
        if convert is not None:
            cells = [convert(text) if text else None for text in cells]
            dtype = dtype if required else object
        made[name] = pd.Series(cells, dtype=dtype)
    made["row"] = pd.Series(numbers, dtype="int64")
    return pd.DataFrame(made)
