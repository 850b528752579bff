"""The report of an area, as notebooks meet it: frames to look at, and what a page says of them.

Open one with :func:`helpers.open_area`; everything else is a method of it. Frames are pandas,
charts are seaborn's: whoever knows these needs nothing else.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.analysis.periods import like
from helpers.analysis.places import around
from helpers.analysis.report import AreaFigures
from helpers.data import home, load
from helpers.data.load import sound
from helpers.data.slices import SUFFIX, cut, read_slice
from helpers.telling import charts, glance, lists, over_time, places, sentences, tables
from helpers.telling.drawing import theme

if TYPE_CHECKING:
    import pandas as pd

    from helpers.data import Tables

__all__ = ["AreaReport", "folder_of", "open_area", "tables_of"]


class AreaReport(AreaFigures):
    """Everything that the report of one area, place and period may say.

    Whatever it returns is shown by JupyterLab and put on the page: sentences, tables and charts
    in which every number tells its origin. What a method is not given figures for is not there;
    what the office has had and not given for this period is said once, at the end of the section.

    Wherever figures are asked for, give slugs (``["rights_venues", "village_chairs"]``) or rows
    of a frame that has the column ``figure`` (``here.indicators.query("unit == '个'")``).
    """

    say = sentences.say
    note = tables.note
    question = glance.question
    answer = glance.answer
    picture = glance.picture
    cards = glance.cards
    table = tables.show
    bars = charts.bars
    parts = charts.parts
    shares = charts.shares
    pyramid = charts.pyramid
    facing = charts.facing
    squares = charts.squares
    dots = charts.dots
    over_time = over_time.over_time
    map = places.tile_map
    places = places.compared
    chart = charts.chart
    elsewhere = tables.elsewhere
    attention = lists.attention
    targets = tables.targets
    checks = lists.rules
    named = lists.programmes
    notes = lists.notes
    areas = tables.areas
    sources = lists.sources

    @property
    def main(self) -> str:
        """The slug of the area's first leading indicator.

        >>> here.places(here.main, zh="各地", en="By place")
        """
        return glance.main(self)

    @property
    def methods(self) -> pd.DataFrame:
        """How the area's derived figures are made: label, figure, formula, note (a row a measure);
        only of those reported.

        >>> here.table(here.methods, zh="算法", en="Methods", folded=True)
        """
        return tables.methods(self)

    @property
    def definitions(self) -> pd.DataFrame:
        """The definitions of the area's indicators: label, form, note (a row an indicator).

        >>> here.table(here.definitions, zh="指标的含义", en="Definitions", folded=True)
        """
        return tables.definitions(self)

    def _repr_html_(self) -> str:
        """A small table of which figures, places and periods there are."""
        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(head)}</th>"
            f"<td style='text-align:left'>{escape(told)}</td></tr>"
            for head, told in self._summary()
        )
        return f"<table>{rows}</table>"

    def __repr__(self) -> str:
        """The same as text."""
        return "\n".join(f"{head}: {told}" for head, told in self._summary())

    def _summary(self) -> list[tuple[str, str]]:
        zh = self.lang == "zh"
        heads = ("报告", "指标", "推算", "地区", "同类时期") if zh else (
            "report", "indicators", "derived", "places", "like periods")  # fmt: skip
        comma = "、" if zh else ", "
        title = self.name("areas", "area", self.area, "title")
        regions = around(self.tables, self.region).places or [self.region]
        told = (
            f"{title} · {self.region_name} · {self.period_name()}",
            *(", ".join(f.dropna(subset=["value"]).index) for f in (self.indicators, self.derived)),
            comma.join(self.name("regions", "region", region) for region in regions),
            comma.join(self.period_name(period) for period in like(self.tables, self.period)),
        )
        return list(zip(heads, told, strict=True))


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
    theme()  # charts of one's own are drawn in it too
    where = str(region), str(period)  # papermill hands over a code that is all digits as a number
    return AreaReport(tables_of(data, area, where[0]), area, *where, lang, audience)


def folder_of(data: str) -> str | None:
    """The folder or slice that ``data`` names, None for the project's own.

    A relative path is taken from the working directory, else from the project's root.
    """
    if not data:
        return None
    return data if Path(data).exists() else str(home() / data)


def tables_of(data: str, area: str, region: str) -> Tables:
    """The tables of a slice, or those that would be cut from a data folder ("" for the project's
    own): a notebook meets the same figures wherever it runs (paths as in `folder_of`).
    """
    folder = folder_of(data)
    if folder and Path(folder).suffix == SUFFIX:
        return read_slice(folder)
    try:
        return read_slice(cut(sound(folder, unfilled=True), area, region).to_bytes())
    except LookupError:  # an area or region that nobody knows is told with the nearest names
        return load(folder, unfilled=True)
