"""The report of an area, as notebooks meet it: frames to look at, and what a page says of them.

Open one with :func:`helpers.open_area`; everything else is a method of it. Frames are pandas,
charts are seaborn's: whoever knows these needs nothing else.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from helpers.analysis.periods import like
from helpers.analysis.places import around
from helpers.analysis.report import AreaFigures
from helpers.telling import lists, sentences, tables, targets
from helpers.telling.cards import cards

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from helpers.telling.tracing import Fragment

__all__ = ["AreaReport"]


class AreaReport(AreaFigures):
    """Everything that the report of one area, place and period may say.

    Whatever it returns is shown by JupyterLab and put on the page: sentences, tables and charts
    in which every number tells its origin. What a method is not given figures for is not there;
    what the office has had and not given for this period is said once, at the end of the section.

    Wherever figures are asked for, give slugs (``["rights_venues", "village_chairs"]``) or rows
    of a frame that has the column ``figure`` (``here.indicators.query("unit == '个'")``).
    """

    def say(self, *, zh: str, en: str) -> Fragment:
        """A paragraph with every number put in from the data; no digit is typed.

        ``{slug}`` is the number with its unit, ``{slug:n}`` the number alone, ``{slug:range}``
        what its written form allows, ``{slug:label}`` its name, ``{slug:period}`` its period,
        ``{slug:moved}`` how it has moved since the period before; ``{slug.before}``,
        ``{slug.change}``, ``{slug.growth}``, ``{slug.share}``, ``{slug.rate}`` and
        ``{slug.target}`` are derived from it. ``{region}``, ``{period}`` and
        programmes give their names. A clause in ``[ ]`` falls away without its figures.

        >>> here.say(
        ...     zh="劝和夫妻{couples_reconciled}[，占{reconciled_share}]。",
        ...     en="{couples_reconciled} were reconciled[, {reconciled_share}].",
        ... )
        """
        return sentences.say(self, zh=zh, en=en)

    def note(self, *, zh: str, en: str) -> Fragment:
        """A short remark without numbers.

        >>> here.note(zh="各地口径不同。", en="Definitions differ.")
        """
        return tables.note(self, zh=zh, en=en)

    def cards(self) -> Fragment:
        """The area's leading figures, large, with what has changed and a line of the years.

        >>> here.cards()
        """
        return cards(self)

    def table(
        self,
        frame: pd.DataFrame | Sequence[str],
        *,
        zh: str,
        en: str,
        columns: Sequence[str] | None = None,
        folded: bool = False,
        nothing: tuple[str, str] | None = None,
    ) -> Fragment:
        """A frame, or the figures of slugs, as a table under a caption.

        Columns that hold figures are traced; without ``columns`` a frame of figures shows label,
        figure, range and kind. A column in which nothing stands goes, a row that was not reported
        too. A ``folded`` table opens when its caption is clicked. ``nothing`` is what to say in
        both languages where the frame is empty. Raises ValueError for numbers without an origin.

        >>> here.table(here.indicators, zh="全部数据", en="All figures",
        ...            columns=["label", "figure", "note"])
        """
        if not hasattr(frame, "columns"):
            for name in frame:
                self.find(name) or self.refuse_outside(name)
            frame = self.frame(frame)
        return tables.show(
            self, frame, zh=zh, en=en, columns=columns, folded=folded, nothing_there=nothing
        )

    def bars(
        self, rows: pd.DataFrame | Sequence[str], *, zh: str, en: str, largest_first: bool = False
    ) -> Fragment:
        """Horizontal bars, each with its number; what rounding leaves open is hatched.

        >>> here.bars(["womens_homes", "micro_homes"], zh="家园", en="Homes", largest_first=True)
        """
        from helpers.telling import charts

        return charts.bars(self, rows, zh=zh, en=en, largest_first=largest_first)

    def parts(
        self,
        rows: pd.DataFrame | Sequence[str],
        wholes: pd.DataFrame | Sequence[str],
        *,
        zh: str,
        en: str,
    ) -> Fragment:
        """Each part inside its whole, every whole drawn equally long: shares, not sizes.

        >>> here.parts("couples_reconciled", "couples_counselled", zh="劝和", en="Reconciled")
        """
        from helpers.telling import charts

        return charts.parts(self, rows, wholes, zh=zh, en=en)

    def shares(self, rows: pd.DataFrame | Sequence[str], *, zh: str, en: str) -> Fragment:
        """Figures in percent, each as the filled part of a bar that stands for its whole.

        >>> here.shares(["courtyard_coverage"], zh="在家庭户中", en="Of all households")
        """
        from helpers.telling import charts

        return charts.shares(self, rows, zh=zh, en=en)

    def pyramid(self, rows: pd.DataFrame | Sequence[str], *, zh: str, en: str) -> Fragment:
        """Rows centred one above the other, the first on top: from the head to the base.

        >>> here.pyramid(["village_chairs", "village_executives"], zh="班子", en="Teams")
        """
        from helpers.telling import charts

        return charts.pyramid(self, rows, zh=zh, en=en)

    def facing(self, rows: pd.DataFrame | Sequence[str], *, zh: str, en: str) -> Fragment:
        """Two figures of the same unit back to back, the first to the left.

        >>> here.facing(["loving_mothers", "paired_children"], zh="结对", en="Pairs")
        """
        from helpers.telling import charts

        return charts.facing(self, rows, zh=zh, en=en)

    def squares(self, rows: pd.DataFrame | Sequence[str], *, zh: str, en: str) -> Fragment:
        """Small counts as rows of squares, one square a thing.

        >>> here.squares(["awards_national", "awards_provincial"], zh="荣誉", en="Honours")
        """
        from helpers.telling import charts

        return charts.squares(self, rows, zh=zh, en=en)

    def dots(self, slug: str, *, zh: str, en: str) -> Fragment:
        """The place's own figure among those of other places (``here.comparables``) with the same
        definition, highest first; figures of other definitions are never drawn on one axis.

        >>> here.dots("reconciled_share", zh="劝和率", en="Share reconciled")
        """
        from helpers.telling import charts

        return charts.dots(self, slug, zh=zh, en=en)

    def elsewhere(self, slug: str, *, zh: str, en: str) -> Fragment:
        """The place's own figure above those of other places, each with its definition; nothing
        where there is no other.

        >>> here.elsewhere("relief_per_woman", zh="人均救助", en="Relief a woman")
        """
        return tables.elsewhere(self, slug, zh=zh, en=en)

    def question(self) -> Fragment:
        """The area's question, as ``areas.csv`` has it.

        >>> here.question()
        """
        from helpers.telling import common

        return common.question(self)

    def answer(self) -> Fragment:
        """The area's leading figures in one sentence, each with how it has moved.

        >>> here.answer()
        """
        from helpers.telling import common

        return common.answer(self)

    def picture(self) -> Fragment:
        """The chart that the area's figures allow: parts in their wholes, squares, or bars.

        >>> here.picture()
        """
        from helpers.telling import common

        return common.picture(self)

    @property
    def main(self) -> str:
        """The slug of the area's first leading indicator.

        >>> here.places(here.main, zh="各地", en="By place")
        """
        from helpers.telling import common

        return common.main(self)

    def over_time(
        self, slugs: Sequence[str] | str, *, zh: str, en: str, form: str = "lines"
    ) -> Fragment:
        """Figures over the years, like periods only with like; nothing where there is one period.

        ``form``: ``lines`` (figures of one unit on one axis), ``multiples`` (each in a small
        chart of its own), ``slopes`` (first and last period of each). A line is broken where the
        definition changes and where a year is missing; thick lines are what rounding leaves open.

        >>> here.over_time(["couples_counselled", "couples_reconciled"],
        ...                zh="历年辅导与劝和", en="Counselled and reconciled, by year")
        """
        from helpers.telling import over_time

        return over_time.over_time(self, slugs, form=form, zh=zh, en=en)

    def places(self, slug: str, *, zh: str, en: str, form: str = "bars") -> Fragment:
        """A figure in the districts, in the office's order; a district among its neighbours;
        nothing where there is one place.

        ``form``: ``bars`` (with shares of the city), ``rates`` (per ten thousand women or
        households, as distance from the city's), ``shares`` (parts of the city), ``change``
        (before and now), ``heat`` (places by years), ``table``. Where the districts do not add up
        to the city's figure, both numbers stand below.

        >>> here.places("loving_mothers", form="rates", zh="各区市爱心妈妈", en="By district")
        """
        from helpers.telling import beside

        return beside.beside(self, slug, form=form, zh=zh, en=en)

    def map(self, slug: str, *, zh: str, en: str) -> Fragment:
        """A small map of tiles (``regions.csv``, column tile), shaded by rate where a base is
        known; nothing where there is one place or a place has no tile.

        >>> here.map("rights_venues", zh="维权阵地", en="Rights venues")
        """
        from helpers.telling import beside

        return beside.tile_map(self, slug, zh=zh, en=en)

    def chart(self, ax: Axes, *, zh: str, en: str, alt_zh: str = "", alt_en: str = "") -> Fragment:
        """Any matplotlib axes, figure or seaborn grid, published as it is drawn, under a title.

        Nothing is written into it but the mark of simulated data. ``alt_zh`` and ``alt_en`` tell
        those who do not see it what it shows (names in braces, no typed digit).

        >>> ax = sns.lineplot(here.panel.query("slug == 'lectures_held'"),
        ...                   x="period_name", y="value", hue="region_name")
        >>> here.chart(ax, zh="历年宣讲", en="Lectures by year", alt_zh="逐年上升", alt_en="Rising")
        """
        from helpers.telling.drawing import published

        alt = sentences.render(self, alt_zh if self.lang == "zh" else alt_en, self.lang).plain
        return published(
            self, ax if hasattr(ax, "figure") else ax.flat[0], [], zh=zh, en=en, alt=alt
        )

    def attention(self, most: int = 5) -> Fragment:
        """What deserves attention, first things first: rules broken, targets missed or out of
        reach, places out of line, sums that disagree, large changes, figures missing.

        Each is a sentence that opens to its evidence; nothing where there is nothing.

        >>> here.attention()
        """
        return lists.attention(self, most)

    def targets(self, *, zh: str = "目标完成情况", en: str = "Targets") -> Fragment:
        """The area's targets (``targets.csv``): met or not, what is wanting, whether the pace
        suffices.

        >>> here.targets()
        """
        return targets.table(self, zh=zh, en=en)

    def checks(self) -> Fragment:
        """How many of the coherence rules hold, and each oddity with both its numbers.

        >>> here.checks()
        """
        return lists.rules(self)

    def named(self, frame: pd.DataFrame | None = None) -> Fragment:
        """Programmes, mechanisms and awards by name; all of the area's unless rows are given.

        >>> here.named(here.programmes.query("kind == 'law'"))
        """
        return lists.programmes(self, self.programmes if frame is None else frame)

    def notes(self) -> Fragment:
        """What the office says about these figures (``notes.csv``) and no sentence said yet.

        >>> here.notes()
        """
        return lists.notes(self)

    def areas(self, *, zh: str, en: str) -> Fragment:
        """All areas, each with its question and its leading figures.

        >>> here.areas(zh="各领域", en="Areas")
        """
        return tables.areas(self, zh=zh, en=en)

    @property
    def methods(self) -> pd.DataFrame:
        """How the area's derived figures are made: label, figure, formula, note.

        >>> here.table(here.methods, zh="算法", en="Methods", folded=True)
        """
        return tables.methods(self)

    @property
    def definitions(self) -> pd.DataFrame:
        """The definitions of the area's indicators: label, form, note.

        >>> here.table(here.definitions, zh="指标的含义", en="Definitions", folded=True)
        """
        return tables.definitions(self)

    def sources(self) -> Fragment:
        """Where the figures come from; the last cell of every notebook, it ends the report.

        >>> here.sources()
        """
        return lists.sources(self)

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
        title = self.name("areas", "area", self.area, "title")
        comma = "、" if zh else ", "

        def listed(frame: pd.DataFrame) -> str:
            return ", ".join(frame.dropna(subset=["value"]).index)

        places = [
            self.name("regions", "region", r) for r in around(self.tables, self.region).places
        ]
        periods = [self.period_name(p) for p in like(self.tables, self.period)]
        return [
            ("报告" if zh else "report", f"{title} · {self.region_name} · {self.period_name()}"),
            ("指标" if zh else "indicators", listed(self.indicators)),
            ("推算" if zh else "derived", listed(self.derived)),
            ("地区" if zh else "places", comma.join(places) or self.region_name),
            ("同类时期" if zh else "like periods", comma.join(periods)),
        ]
