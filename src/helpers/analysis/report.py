"""What the report of one area, place and period may speak of, as plain pandas frames."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from helpers.analysis import attention, coherence, measures, panel, sums, targets
from helpers.analysis.figures import Figure, policy
from helpers.analysis.lookup import by_name, rows
from helpers.analysis.measures import figures_of, sources_of
from helpers.analysis.named import named
from helpers.analysis.observations import bases, programmes_of
from helpers.data.known import hints

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from helpers.data import Tables
    from helpers.quantity import Policy

OVERVIEW = "overview"
LANGS = ("zh", "en")
AUDIENCES = ("public", "internal")


class UnknownNameError(LookupError):
    """A parameter or a name in a sentence that the data do not know."""


def refuse_unknown(kind: str, name: str, names: Iterable[str]) -> None:
    """Raise UnknownNameError, with the nearest names, unless ``name`` is one of ``names``."""
    names = list(names)
    if name not in names:
        zh, en = hints(name, names)
        raise UnknownNameError(f"{kind}: {name!r} 不认识；{zh} / is unknown; {en}")


@dataclass(frozen=True)
class AreaFigures:
    """The figures, programmes, rules and comparables of one area, region and period.

    ``tables`` are those of a data folder or of a slice of it; both look the same.
    """

    tables: Tables
    area: str
    region: str
    period: str
    lang: str
    audience: str

    def __post_init__(self) -> None:
        """Refuse what the tables do not know."""
        areas = by_name(self.tables, "areas", "area")
        refuse_unknown("area", self.area, [OVERVIEW, *areas])
        refuse_unknown("region", self.region, by_name(self.tables, "regions", "region"))
        refuse_unknown("period", self.period, by_name(self.tables, "periods", "period"))
        refuse_unknown("lang", self.lang, LANGS)
        refuse_unknown("audience", self.audience, AUDIENCES)

    def at(self, **where: str) -> AreaFigures:
        """The same report elsewhere: ``here.at(region="370402")``; area, period, lang likewise."""
        return replace(self, **where)

    @property
    def words(self) -> Policy:
        """The office's rounding words (``qualifiers.csv``), by which numbers are written."""
        return policy(self.tables)

    @property
    def book(self) -> Mapping[str, Figure]:
        """slug → figure of this place and period: all indicators and measures of the tables."""
        return figures_of(self.tables, self.region, self.period)

    @property
    def others(self) -> Mapping[str, Figure]:
        """comparable → figure of another place or year."""
        return measures.elsewhere(self.tables)

    @cached_property
    def denominators(self) -> Mapping[str, Figure]:
        """slug → the figure of the region that others may be held against (a census base)."""
        return bases(self.others.values(), self.region)

    def row(self, table: str, column: str, name: str) -> Mapping[str, object]:
        """The first row of a table in which ``column`` has ``name``; empty where there is none."""
        return by_name(self.tables, table, column).get(name, {})

    def name(self, table: str, column: str, name: str, field: str = "name") -> str:
        """The name of a region, period, area or programme in the report's language."""
        return str(self.row(table, column, name).get(f"{field}_{self.lang}", name))

    @property
    def region_name(self) -> str:
        """The reference area's name."""
        return self.name("regions", "region", self.region)

    def period_name(self, period: str | None = None) -> str:
        """A period's label, the report's own by default."""
        return self.name("periods", "period", period or self.period, "label")

    @property
    def leading(self) -> list[Figure]:
        """The two or three figures that stand for the area on cards."""
        slugs = str(self.row("areas", "area", self.area).get("leading", "")).split(";")
        return [self.book[s.strip()] for s in slugs if s.strip() in self.book]

    def find(self, name: str) -> Figure | None:
        """The figure of a name (see :mod:`helpers.analysis.named`); None where there is none.

        Raises UnknownNameError for a figure that the folder has and this report was not given.
        """
        found = named(self.tables, name, self.region, self.period) or self.others.get(name)
        slug = name.partition("@")[0].partition(".")[0]
        if found is None and slug in self.tables.names and slug not in self.book:
            raise UnknownNameError(
                f"{slug}: 不在本报告的数据中，请加到 areas.csv 里“{self.area}”的 also 列 / is not "
                f"in this report's data; add it to the column also of {self.area!r} in areas.csv"
            )
        return found

    @cached_property
    def told(self) -> dict[str, str]:
        """Note → the sentence of the page that it follows."""
        return {}

    def figure(self, name: str) -> Figure:
        """The figure of a name; UnknownNameError, with the nearest, where there is none.

        >>> here.figure("couples_reconciled").value
        14038.0
        """
        found = self.find(name)
        if found is None:
            refuse_unknown("figure", name, [*self.book, *self.denominators, *self.others])
        return found

    def had(self, slug: str) -> bool:
        """Whether the office has ever had this figure, here or in the places around."""
        slug = slug.partition("@")[0].partition(".")[0]
        known = self.find(slug)
        if known is not None and known.quantity is not None:
            return True
        return slug in self._ever

    @cached_property
    def _ever(self) -> frozenset[str]:
        return frozenset(f.slug for f in panel.everywhere(self.tables, self.region))

    @cached_property
    def _areas(self) -> dict[str, str]:
        named_in = (("indicators", "indicator"), ("measures", "measure"))
        return {
            str(row[column]): str(row["area"])
            for table, column in named_in
            for row in rows(self.tables, table)
        }

    def frame(self, figures: Iterable[Figure | str]) -> pd.DataFrame:
        """Figures, or the figures of slugs, as a frame indexed by slug; slugs that the office
        never had are left out.

        Columns: label, figure, value, lower, upper (floats, base units, NaN where not reported),
        unit, form (stock, flow …), counts, area, period, note.
        """
        chosen = [f if isinstance(f, Figure) else self.find(f) for f in figures]
        kept = [f for f in chosen if f is not None and (f.quantity or self.had(f.slug))]
        return panel.framed(kept, self._areas, self.lang)

    def _own(self, kind: str) -> pd.DataFrame:
        slugs = (s for s, f in self.book.items() if f.kind == kind)
        if self.area != OVERVIEW:
            slugs = (s for s in slugs if self._areas.get(s) == self.area)
        return self.frame(self.book[s] for s in slugs)

    @property
    def indicators(self) -> pd.DataFrame:
        """The area's indicators of this place and period, indexed by slug.

        Columns: label, figure, value, lower, upper (floats), unit, form, counts, area, period,
        note. Those not reported have NaN; those that the office never had are left out.

        >>> here.indicators.loc["couples_reconciled", "value"]
        14038.0
        """
        return self._own("indicator")

    @property
    def derived(self) -> pd.DataFrame:
        """The area's derived figures (``measures.csv``); columns as ``here.indicators``.

        >>> here.derived["value"].round(1)
        """
        return self._own("measure")

    @cached_property
    def panel(self) -> pd.DataFrame:
        """Every figure that the report's data hold, over all places and periods, tidy.

        Columns: slug, label, region, region_name, period, period_name, value, lower, upper
        (floats), unit, figure.

        >>> here.panel.query("slug == 'rights_venues'").pivot(
        ...     index="region_name", columns="period", values="value")
        """
        return panel.panel(self.tables, self.region, self.lang)

    @property
    def programmes(self) -> pd.DataFrame:
        """The area's named programmes: programme, area, kind, level, name, parts, indicators, note.

        >>> here.programmes.query("kind == 'award'")
        """
        frame = programmes_of(self.tables, self.region, self.period)
        if self.area != OVERVIEW:
            frame = frame[frame["area"] == self.area]
        parts = "parts" if self.lang == "zh" else "parts_en"
        return frame.assign(
            name=frame[f"name_{self.lang}"], parts=frame[parts], note=frame[f"note_{self.lang}"]
        )[["programme", "area", "kind", "level", "name", "parts", "indicators", "note"]]

    @property
    def comparables(self) -> pd.DataFrame:
        """Figures of other places that stand beside the area's own, with their definitions.

        Columns as ``here.indicators``, and place, year, definition (same | differs).

        >>> here.comparables.query("definition == 'same'")
        """
        own = {*self.indicators.index, *self.derived.index}
        chosen = [f for f in self.others.values() if f.slug in own and f.form != measures.BASE]
        frame = panel.framed(chosen, self._areas, self.lang)
        frame = frame.rename(columns={"form": "definition", "period": "year"})
        return frame.assign(place=[f.place(self.lang) for f in chosen])

    @cached_property
    def judgements(self) -> list[coherence.Judgement]:
        """The area's coherence rules, judged, and its figures held against the sums of the places
        below (all for the overview)."""
        area = None if self.area == OVERVIEW else self.area
        sources = sources_of(self.tables, self.region, self.period)
        sources = replace(sources, figures={**sources.figures, **self.book})
        judged = coherence.judge(self.tables, sources, area, self.region)
        return [*judged, *sums.reconciled(self.tables, self.slugs, self.region, self.period)]

    @property
    def rules(self) -> pd.DataFrame:
        """The area's coherence rules, judged: rule, title, severity, kind, verdict.

        ``verdict`` is holds, broken, open (rounding leaves it open) or untested.

        >>> here.rules.query("verdict == 'broken'")
        """
        columns = ["rule", "title", "severity", "kind", "verdict"]
        found = [
            (j.rule, j.title_zh if self.lang == "zh" else j.title_en, j.severity, j.kind, j.verdict)
            for j in self.judgements
        ]
        return pd.DataFrame(found, columns=columns)

    @property
    def slugs(self) -> Sequence[str]:
        """The area's indicators, then its derived figures, whether reported or not."""
        own = [s for s in self.book if self.area in (OVERVIEW, self._areas.get(s))]
        return sorted(own, key=lambda s: self.book[s].kind == "measure")

    @cached_property
    def judged_targets(self) -> list[targets.Judged]:
        """The area's targets that are not past, each judged by the figure of this period."""
        return targets.judged(self.tables, self.region, self.period, self.slugs)

    @cached_property
    def items(self) -> list[attention.Item]:
        """What deserves attention, first things first (see :mod:`helpers.analysis.attention`)."""
        return attention.attention(
            self.tables, self.region, self.period, self.slugs, self.judgements
        )

    @cached_property
    def remarks(self) -> list[Mapping[str, object]]:
        """The rows of ``notes.csv`` about this area, place and period, in their order."""
        own = {"area": self.area, "region": self.region, "period": self.period}
        found = [
            row
            for row in rows(self.tables, "notes")
            if all(str(row[column]) in ("", value) for column, value in own.items())
        ]
        return sorted(found, key=lambda row: row["position"])
