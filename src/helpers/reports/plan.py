"""What `halfsky report` was asked for, and which reports there are: areas x regions x periods x
languages, planned from the tables.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from helpers.data.known import meant, unknown
from helpers.data.problems import Problem
from helpers.reports.messages import wrong

__all__ = ["AUDIT", "COMMON", "LANGS", "MEMORY", "NAMED", "OVERVIEW", "TIMEOUT", "Catalogue", "Extra",
           "Job", "Request", "Wanted", "catalogue", "is_safe", "refusals", "select", "settled",
           "unsafe"]  # fmt: skip

LANGS = ("zh", "en")
OVERVIEW, AUDIT = "overview", "audit"
COMMON = "common.ipynb"  # tells any area from its rows; takes the area as a parameter too
TIMEOUT = 600.0  # seconds a report may take
MEMORY = 2048  # megabytes a report may hold, with all that its cells start
# One part of a path: no separator, no leading dot, nothing that Windows or a shell minds.
SAFE = re.compile(r"[^\s./\\<>:\"|?*'`$~-][^\s/\\<>:\"|?*'`$~]*(?<!\.)")
NAMED = {
    OVERVIEW: {"title_zh": "总览", "title_en": "Overview"},
    AUDIT: {"title_zh": "文稿核对", "title_en": "Audit of a text"},
}
Rows = Iterable[Mapping[str, Any]]
Place = tuple[str, str, str]
Names = Mapping[str, Mapping[str, str]]
_CODEBOOKS = ("areas", "regions", "periods")


@dataclass(frozen=True, slots=True, order=True)
class Job:
    """One report: an area of work, for a region and a period, in a language."""

    area: str
    region: str
    period: str
    lang: str

    @property
    def path(self) -> str:
        """Where the report lies below the reports folder, with forward slashes."""
        return f"{self.lang}/{self.region}/{self.period}/{self.area}.html"

    @property
    def twin(self) -> "Job":
        """The same report in the other language."""
        return replace(self, lang=LANGS[self.lang == LANGS[0]])


@dataclass(frozen=True, slots=True)
class Extra:
    """A report beside those of the plan: the audit of a text, or an analyst's own notebook.

    `name` and `sha256` are those of the text's or the notebook's file, `text` and `notebook`
    where they are; either is None where it is not of this kind. `where` gives the region and
    period of a text from the catalogue and those that were asked for, "" for none.
    """

    area: str
    name: str
    sha256: str
    text: Path | None = None
    notebook: Path | None = None
    where: "Callable[[Catalogue, str, str], tuple[str, str]] | None" = field(
        default=None, compare=False
    )


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that can be reported from one data folder, in the order of its tables.

    `areas`, `regions` and `periods` are their rows by code. `told` are the (area, region,
    period) that have a figure or a programme, `untold` those of the same regions and periods
    that have neither, `sizes` the number of figures of each (region, period), `labels` those of
    figures by slug, `sources` the rows of the sources that figures come from, `others` the
    names of the places that comparables are of.
    """

    areas: Names
    regions: Names
    periods: Names
    told: tuple[Place, ...]
    untold: tuple[Place, ...]
    sizes: tuple[tuple[str, str, int], ...] = ()
    labels: Names = field(default_factory=dict)
    sources: tuple[Mapping[str, Any], ...] = ()
    simulated: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command asks for; an empty tuple means all there are.

    An `extra` report comes to those; alone where it is an analyst's notebook and no area is named.
    """

    areas: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    extra: Extra | None = None

    @property
    def everything(self) -> bool:
        """Whether the whole edition is asked for."""
        return not (self.areas or self.regions or self.periods or self.langs or self.only_extra)

    @property
    def only_extra(self) -> bool:
        """Whether nothing but an analyst's own notebook is asked for."""
        return bool(self.extra and self.extra.notebook and not self.areas)

    def covers(self, job: Job) -> bool:
        """Whether a report belongs to the part of the edition that is asked for."""
        asked = (self.areas, job.area), (self.regions, job.region), (self.periods, job.period)
        return all(one in some for some, one in (*asked, (self.langs, job.lang)) if some)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was made; `problems` are what is wrong with its options.

    `timeout` is in seconds and `memory` in megabytes, both for one report; with `scheduler`
    (an address) other machines make the reports. `accept_shrink` says that fewer rows or figures
    than in the edition that is there are meant. `formats` are those wanted beside the page.
    """

    house: Path
    data: Path
    out: Path
    wanted: Wanted = field(default_factory=Wanted)
    slots: int = 1
    timeout: float = TIMEOUT
    memory: int = MEMORY
    fresh: bool = False
    audience: str = "public"
    scheduler: str = ""
    accept_shrink: bool = False
    formats: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def notebook(self, area: str) -> Path:
        """The notebook that tells an area: the analyst's own, that of the project of the data
        (beside its `data`), the program's, and for an area that has none the common page's.
        """
        extra = self.wanted.extra
        if extra and extra.area == area and extra.notebook:
            return extra.notebook
        folders = [self.data.parent / "notebooks"] if self.data.name == "data" else []
        folders.append(self.house / "notebooks")
        told = [folder / f"{area}.ipynb" for folder in folders]
        return next((path for path in told if path.is_file()), folders[-1] / COMMON)


def catalogue(tables: Mapping[str, Rows], simulated: bool = False) -> Catalogue:
    """The catalogue of `tables` (name -> rows as dicts).

    A region and period are reported when the region has an observation in the period. An area
    is told there when it has a figure or a programme, or a target set in an earlier period.
    """
    areas, regions, periods = (_named(tables[name], name[:-1]) for name in _CODEBOOKS)
    indicators = {row["indicator"]: row for row in tables["indicators"]}
    seen, told, cited = Counter(), set(), set()
    order = list(periods)
    for row in tables["observations"]:
        about, region, period = indicators[row["indicator"]], row["region"], row["period"]
        seen[region, period] += row.get("count", 1)
        told.add((about["area"], region, period))
        cited.add(row.get("source", ""))
        if about["measure_type"] == "target":
            later = order[order.index(period) :]
            told.update((about["area"], region, other) for other in later)
    told.update((row["area"], row["region"], row["period"]) for row in tables["programmes"])
    told.update((OVERVIEW, region, period) for _, region, period in tuple(told))
    places = [
        (area, region, period)
        for region in regions
        for period in periods
        if (region, period) in seen
        for area in (OVERVIEW, *areas)
    ]
    figures = [*indicators.values(), *tables.get("measures", ())]
    return Catalogue(
        areas={OVERVIEW: NAMED[OVERVIEW], **areas},
        regions=regions,
        periods=periods,
        told=tuple(place for place in places if place in told),
        untold=tuple(place for place in places if place not in told),
        sizes=tuple((*place, count) for place, count in sorted(seen.items())),
        labels={row.get("measure") or row["indicator"]: row for row in figures},
        sources=tuple(row for row in tables.get("sources", ()) if row["source"] in cited),
        simulated=simulated,
        others=tuple(str(row["place_zh"]) for row in tables.get("comparables", ())),
    )


def _named(rows: Rows, key: str) -> dict[str, Mapping[str, Any]]:
    return {row[key]: row for row in sorted(rows, key=lambda row: int(row["position"]))}


def select(plan: Catalogue, wanted: Wanted) -> tuple[list[Job], list[Job]]:
    """The reports to build and those to withhold; each once, however often it was asked for."""
    langs = [lang for lang in LANGS if lang in (wanted.langs or LANGS)]
    extra = [Job(*place, lang) for place in _extra(plan, wanted) for lang in langs]
    if wanted.only_extra:
        return extra, []
    jobs, withheld = (
        [job for place in places for lang in langs if wanted.covers(job := Job(*place, lang))]
        for places in (plan.told, plan.untold)
    )
    return [*jobs, *extra], withheld


def _extra(plan: Catalogue, wanted: Wanted) -> Iterator[Place]:
    """Where the extra report is made: in each region and period asked for; what was left open
    is where the text is of, and for a notebook where most figures are.
    """
    for region in dict.fromkeys(wanted.regions) or ("",):
        for period in dict.fromkeys(wanted.periods) or ("",):
            found = [s for s in plan.sizes if region in ("", s[0]) and period in ("", s[1])]
            if found and wanted.extra and wanted.extra.where:
                yield wanted.extra.area, *wanted.extra.where(plan, region, period)
            elif found and wanted.extra:
                yield wanted.extra.area, *max(found, key=lambda size: size[2])[:2]


def settled(plan: Catalogue, wanted: Wanted) -> Wanted:
    """`wanted` with codes for Chinese and English names; a name of several stays as it is."""

    def codes(values: Sequence[str], names: Names) -> tuple[str, ...]:
        found = [(value, meant(value, names)) for value in values]
        return tuple(codes[0] if len(codes) == 1 else value for value, codes in found)

    return replace(
        wanted,
        areas=codes(wanted.areas, _names(plan.areas, "title")),
        regions=codes(wanted.regions, _names(plan.regions, "name")),
        periods=codes(wanted.periods, _names(plan.periods, "label")),
    )


@cache
def is_safe(name: str) -> bool:
    """Whether `name` can be one part of a file's path on every system, and nothing but that."""
    return bool(name.isprintable() and SAFE.fullmatch(name)) and len(name) <= 80


def unsafe(plan: Catalogue) -> list[Problem]:
    """Every code of the tables that cannot be a folder's or a file's name."""
    return [
        wrong(f"{table}.csv", "unsafe-code", code, column=table[:-1])
        for table in _CODEBOOKS
        for code in getattr(plan, table)
        if not is_safe(code)
    ]


def refusals(plan: Catalogue, wanted: Wanted) -> list[Problem]:
    """Every value asked for that the tables do not know, with the nearest that they do."""
    extra, found = wanted.extra, []
    areas = {**plan.areas, extra.area: NAMED.get(extra.area, {})} if extra else {**plan.areas}
    if AUDIT in wanted.areas and AUDIT not in areas:
        found.append(wrong("AREA", "no-text", AUDIT))
        areas[AUDIT] = NAMED[AUDIT]
    if extra and extra.notebook and extra.area in (*plan.areas, AUDIT):
        found.append(wrong("--notebook", "name-taken", extra.name))
    found += [
        *unknown("AREA", "area", wanted.areas, _names(areas, "title")),
        *unknown("--region", "region", wanted.regions, _names(plan.regions, "name")),
        *unknown("--period", "period", wanted.periods, _names(plan.periods, "label")),
        *unknown("--lang", "lang", wanted.langs, LANGS),
    ]
    for where, at, values in (("--region", 1, wanted.regions), ("--period", 2, wanted.periods)):
        told = {place[at] for place in plan.told} | {problem.value for problem in found}
        found += [_no_figures(plan, where, v) for v in dict.fromkeys(values) if v not in told]
    if not found and not any(select(plan, wanted)):
        asked = " ".join((*wanted.areas, *wanted.regions, *wanted.periods))
        found.append(_no_figures(plan, "AREA", asked))
    return found


def _names(rows: Names, stem: str) -> Names:
    """Code -> its names alone."""
    return {
        code: {lang: str(row.get(f"{stem}_{lang}", "")) for lang in LANGS}
        for code, row in rows.items()
    }


def _no_figures(plan: Catalogue, where: str, value: str) -> Problem:
    places = list(dict.fromkeys(f"{region} {period}" for _, region, period in plan.told))[:12]
    texts = {"places_zh": "、".join(places), "places_en": ", ".join(places)}
    return wrong(where, "nothing-to-report", value, **texts)
