"""Sheets as pandas frames; those of long tables only when somebody takes them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame

    from .sheets import Sheet
    from .store import Stored

__all__ = ["Shelf", "frame_of"]


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
        frame = frame_of(rows, sheet.holes)
        return frame.set_axis(list(places), axis="index") if where else frame

    def __reduce__(self) -> tuple[Any, ...]:
        return Shelf, (self.short, self.long, self.order)


def frame_of(sheet: "Sheet", holes: Collection[str] = ()) -> "DataFrame":
    """The frame of a sheet; `holes` are columns that lack values elsewhere in the table."""
    import pandas as pd

    types = {column.name: column.type for column in sheet.table.columns}
    columns: dict[str, Any] = {}
    for name, values in sheet.columns.items():
        full = None not in values and name not in holes
        if types[name] == "boolean" and full:
            columns[name] = pd.Series(values, dtype=bool)
        elif types[name] == "integer" and full:
            columns[name] = pd.Series(values, dtype="int64")
        elif types[name] in ("boolean", "integer", "number"):
            columns[name] = pd.Series(values, dtype=object)
        else:
            columns[name] = pd.Series(sheet.texts[name], dtype="str")
    columns["row"] = pd.Series(sheet.numbers, dtype="int64")
    return pd.DataFrame(columns)
