"""Figures and frames that note what is taken from them; for all else plain ones.

A book notes each figure by its name. A frame of all figures notes the rows that are taken from
it by name (``everything.loc[["rights_venues"]]``), and all of them where it is used otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from helpers.analysis.figures import Figure
    from helpers.data.parts import Part


class Book(Mapping):
    """name → figure; whoever takes a figure, or asks whether there is one, has read its needs.

    ``needs(name)`` yields what a figure is made of, ``names`` what decides which there are.
    """

    def __init__(
        self,
        figures: Mapping[str, Figure],
        needs: Callable[[str], Iterable[Part]],
        names: Iterable[Part],
        note: Callable[..., None],
    ) -> None:
        self.plain = figures
        self._needs, self._names, self._note = needs, tuple(names), note
        self._done: set[str] = set()

    def read(self, *names: str) -> None:
        """Note the figures of these names, whether there are any or not."""
        for name in names:
            if name not in self._done:
                self._done.add(name)
                self._note(*self._needs(name))

    def __getitem__(self, name: str) -> Figure:
        self.read(name)
        return self.plain[name]

    def __contains__(self, name: object) -> bool:
        self.read(str(name))
        return name in self.plain

    def __iter__(self) -> Iterator[str]:
        self._note(*self._names)
        return iter(self.plain)

    def __len__(self) -> int:
        self._note(*self._names)
        return len(self.plain)


class Everything(pd.DataFrame):
    """A frame of figures, indexed by name, that notes in a book which rows are taken.

    Names in ``.loc`` note themselves. Anything else goes through the frame's block manager,
    which is where all of pandas gets at the data: that notes all, once and for good.
    """

    @classmethod
    def of(cls, frame: pd.DataFrame, book: Book) -> Everything:
        """The figures of ``frame``, noted in ``book``."""
        made = cls(frame)
        made.__dict__.update(_plain=frame, _book=book)
        return made

    def __getattribute__(self, name: str) -> object:
        if name == "_mgr":
            book = self.__dict__.pop("_book", None)
            if book is not None:
                book.read(*book)
        return super().__getattribute__(name)

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame  # what is made of it is a plain frame, all of it noted

    @property
    def loc(self) -> object:
        """Rows by name, as pandas has it."""
        return _Rows(self) if "_book" in self.__dict__ else super().loc


class _Rows:
    """``.loc`` of a frame of which not all is noted."""

    def __init__(self, frame: Everything) -> None:
        self._frame = frame

    def __getitem__(self, key: object) -> object:
        rows = key[0] if isinstance(key, tuple) else key
        names = [rows] if isinstance(rows, str) else rows
        held = self._frame.__dict__
        if "_book" in held and isinstance(names, list) and all(isinstance(n, str) for n in names):
            held["_book"].read(*names)
            return held["_plain"].loc[key]
        return self._whole[key]

    def __setitem__(self, key: object, value: object) -> None:
        self._whole[key] = value

    def __getattr__(self, name: str) -> object:
        return getattr(self._whole, name)

    @property
    def _whole(self) -> object:
        self._frame._mgr  # noqa: B018 - notes all
        return self._frame.loc


def framed(figures: Iterable[Figure], areas: Mapping[str, str], lang: str) -> pd.DataFrame:
    """Figures as a plain frame, one row a figure, indexed by slug (columns as ``Study.frame``)."""
    rows = [
        {
            "slug": f.slug,
            "label": f.label(lang),
            "figure": f,
            "value": f.value,
            "lower": None if f.interval is None else float(f.interval.lower),
            "upper": None if f.interval is None else float(f.interval.upper),
            "unit": f.unit if lang == "zh" else f.unit_en,
            "form": f.form,
            "counts": f.counts,
            "area": areas.get(f.slug, ""),
            "period": f.period,
            "note": f.note(lang),
        }
        for f in figures
    ]
    columns = ["slug", "label", "figure", "value", "lower", "upper", "unit", "form"]
    columns += ["counts", "area", "period", "note"]
    frame = pd.DataFrame(rows, columns=columns).set_index("slug")
    return frame.astype({"value": float, "lower": float, "upper": float})
