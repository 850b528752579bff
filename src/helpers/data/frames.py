"""Sheets as pandas frames; those of long tables only when somebody takes them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame

    from .sheets import Sheet
    from .store.table import Stored

__all__ = ["Shelf", "frame_of", "sheet_frame"]

TYPED: "Mapping[str, tuple[Callable[[str], Any], Any]]" = {
    "number": (Decimal, object),
    "integer": (int, "int64"),
    "boolean": ("true".__eq__, bool),
}


class Shelf(Mapping):
    """Frames by name: `short` ones lie ready, `long` ones are made whole when they are taken."""

    def __init__(
        self, short: "Mapping[str, DataFrame]", long: "Mapping[str, Stored]", order: tuple[str, ...]
    ) -> None:
        self.short, self.long, self.order = short, long, order
        self._whole: dict[str, DataFrame] = {}

    def __getitem__(self, name: str) -> "DataFrame":
        if name not in self.long:
            return self.short[name]
        if name not in self._whole:
            self._whole[name] = self.part(name, {})
        return self._whole[name]

    def __contains__(self, name: object) -> bool:
        return name in self.order  # without making it

    def __iter__(self) -> Iterator[str]:
        return iter(self.order)

    def __len__(self) -> int:
        return len(self.order)

    def part(self, name: str, where: Mapping[str, Iterable[str]]) -> "DataFrame":
        """The rows of a long table that have one of the values given in each column, under the
        labels that they have in the whole table.
        """
        sheet = self.long[name]
        for column in where:
            if column not in sheet.table.names:
                raise KeyError(column)
        rows, places = sheet.part(where)
        frame = sheet_frame(rows)
        return frame.set_axis(list(places), axis="index") if where else frame

    def __reduce__(self) -> tuple[Any, ...]:
        return Shelf, (self.short, self.long, self.order)


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
