"""Opening a report: the tables that it is told from, of a folder or of a slice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from helpers.data import home, load
from helpers.data.load import sound
from helpers.data.slices import SUFFIX, cut, read_slice
from helpers.telling.report import AreaReport

if TYPE_CHECKING:
    from helpers.data import Tables

__all__ = ["open_area", "tables_of"]


def open_area(
    area: str,
    region: str,
    period: str,
    lang: str = "zh",
    data: str = "",
    audience: str = "public",
) -> AreaReport:
    """The report that a notebook tells.

    ``data`` is "" (the project's own), a data folder, or a slice of one (``*.slice``), of which
    alone everything is then taken. Raises DataRefused where a folder is not fit to report from,
    UnknownNameError for an area, region, period, language or audience that the data do not know.

    >>> here = open_area("rights", "370400", "congress-9", "en")
    """
    where = str(region), str(period)  # papermill hands over a code that is all digits as a number
    return AreaReport(tables_of(data, area, where[0]), area, *where, lang, audience)


def tables_of(data: str, area: str, region: str) -> Tables:
    """The tables of a slice, or those that would be cut from a data folder ("" for the project's
    own): a notebook meets the same figures wherever it runs.

    A relative path is taken from the working directory, else from the project's root.
    """
    place = Path(data)
    if data and not place.exists():
        place = home() / data
    if place.suffix == SUFFIX:
        return read_slice(place)
    folder = str(place) if data else None
    try:
        return read_slice(cut(sound(folder, unfilled=True), area, region).to_bytes())
    except LookupError:  # an area or region that nobody knows is told with the nearest names
        return load(folder, unfilled=True)
