"""Which reports there are: areas x regions x periods x languages, planned from the tables."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from helpers.data.known import unknown
from helpers.data.problems import Problem, problem
from helpers.reports import texts

__all__ = [
    "LANGS",
    "OVERVIEW",
    "Catalogue",
    "Job",
    "Wanted",
    "catalogue",
    "is_safe",
    "refusals",
    "select",
    "unsafe",
]

LANGS = ("zh", "en")
OVERVIEW = "overview"
# One part of a path: no separator, no leading dot, nothing that Windows or a shell minds.
SAFE = re.compile(r"[^\s./\\<>:\"|?*'`$~-][^\s/\\<>:\"|?*'`$~]*(?<!\.)")
OVERVIEW_ROW = {
    "title_zh": "总览",
    "title_en": "Overview",
    "question_zh": "",
    "question_en": "",
}
Rows = Iterable[Mapping[str, Any]]
Place = tuple[str, str, str]
Names = Mapping[str, Mapping[str, str]]


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


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that can be reported from one data folder, in the order of its tables.

    `told` are the (area, region, period) that have a figure or a programme, `untold` those of
    the same regions and periods that have neither, `sizes` the number of figures of each
    (region, period). Plain JSON values throughout, so that it can
    be kept from one run to the next.
    """

    areas: Names
    regions: Names
    periods: Names
    told: tuple[Place, ...]
    untold: tuple[Place, ...]
    sizes: tuple[tuple[str, str, int], ...] = ()
    simulated: bool = False

    def as_json(self) -> dict[str, Any]:
        """A plain dictionary, to be read back by `from_json`."""
        return {part.name: getattr(self, part.name) for part in fields(self)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Catalogue":
        """The catalogue that `as_json` wrote."""
        places = {
            name: tuple(tuple(place) for place in value[name])  # JSON has lists only
            for name in ("told", "untold", "sizes")
        }
        return cls(**{**value, **places})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command asks for; an empty tuple means all there are.

    A `text` adds its audit to the reports.
    """

    areas: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    text: texts.Text | None = None

    @property
    def everything(self) -> bool:
        """Whether the whole edition is asked for."""
        return not (self.areas or self.regions or self.periods or self.langs)


def catalogue(tables: Mapping[str, Rows], simulated: bool = False) -> Catalogue:
    """The catalogue of `tables` (name -> rows with text cells).

    A region and period are reported when the region has an observation in the period. An area
    is told there when it has a figure or a programme, or a target set in an earlier period.
    """
    areas, regions, periods = (_named(tables[name], name[:-1]) for name in _CODEBOOKS)
    indicators = {row["indicator"]: row for row in tables["indicators"]}
    seen, told = Counter(), set()
    order = list(periods)
    for row in tables["observations"]:
        about, region, period = indicators[row["indicator"]], row["region"], row["period"]
        seen[region, period] += row.get("count", 1)
        told.add((about["area"], region, period))
        if about["measure_type"] == "target":
            later = order[order.index(period) + 1 :]
            told.update((about["area"], region, after) for after in later)
    told.update((row["area"], row["region"], row["period"]) for row in tables["programmes"])
    told.update((OVERVIEW, region, period) for _, region, period in tuple(told))
    places = [
        (area, region, period)
        for region in regions
        for period in periods
        if (region, period) in seen
        for area in (OVERVIEW, *areas)
    ]
    return Catalogue(
        areas={OVERVIEW: OVERVIEW_ROW, **areas, texts.AREA: texts.ROW},
        regions=regions,
        periods=periods,
        told=tuple(place for place in places if place in told),
        untold=tuple(place for place in places if place not in told),
        sizes=tuple((*place, count) for place, count in sorted(seen.items())),
        simulated=simulated,
    )


_CODEBOOKS = ("areas", "regions", "periods")
_KEPT = ("title_zh", "title_en", "question_zh", "question_en")
_KEPT += ("name_zh", "name_en", "label_zh", "label_en")


def _named(rows: Rows, key: str) -> dict[str, dict[str, str]]:
    ordered = sorted(rows, key=lambda row: int(row["position"]))
    return {row[key]: {name: row[name] for name in _KEPT if name in row} for row in ordered}


def select(plan: Catalogue, wanted: Wanted) -> tuple[list[Job], list[Job]]:
    """The reports to build and those to withhold; each once, however often it was asked for."""

    def jobs(places: Sequence[Place]) -> list[Job]:
        return [
            Job(area, region, period, lang)
            for area, region, period in places
            if area in (wanted.areas or plan.areas)
            and region in (wanted.regions or plan.regions)
            and period in (wanted.periods or plan.periods)
            for lang in langs
        ]

    langs = [lang for lang in LANGS if lang in (wanted.langs or LANGS)]
    audited = texts.places(plan.sizes, wanted)
    audits = [Job(*place, lang) for place in audited for lang in langs]
    return [*jobs(plan.told), *audits], jobs(plan.untold)


@cache
def is_safe(name: str) -> bool:
    """Whether `name` can be one part of a file's path on every system, and nothing but that."""
    return bool(name.isprintable() and SAFE.fullmatch(name)) and len(name) <= 80


def unsafe(plan: Catalogue) -> list[Problem]:
    """Every code of the tables that cannot be a folder's or a file's name."""
    return [
        problem(
            (f"{table}.csv", 0, table[:-1], code),
            "unsafe-code",
            ("这个代码不能用作文件名", "只用字母、数字、连字符和下划线"),
            ("this code cannot be a file name", "use letters, digits, hyphens and underscores"),
        )
        for table in _CODEBOOKS
        for code in getattr(plan, table)
        if not is_safe(code)
    ]


def refusals(plan: Catalogue, wanted: Wanted) -> list[Problem]:
    """Every value asked for that the tables do not know, with the nearest that they do."""
    found = [
        *unknown("AREA", "area", wanted.areas, plan.areas),
        *texts.refusals(wanted),
        *unknown("--region", "region", wanted.regions, plan.regions),
        *unknown("--period", "period", wanted.periods, plan.periods),
        *unknown("--lang", "lang", wanted.langs, LANGS),
    ]
    for where, at, values in (("--region", 1, wanted.regions), ("--period", 2, wanted.periods)):
        settled = {place[at] for place in plan.told} | {problem.value for problem in found}
        silent = [value for value in dict.fromkeys(values) if value not in settled]
        found += [_no_figures(plan, where, value) for value in silent]
    if not found and not any(select(plan, wanted)):
        asked = " ".join((*wanted.areas, *wanted.regions, *wanted.periods))
        found.append(_no_figures(plan, "AREA", asked))
    return found


def _no_figures(plan: Catalogue, where: str, value: str) -> Problem:
    places = list(dict.fromkeys(f"{region} {period}" for _, region, period in plan.told))[:12]
    return problem(
        (where, 0, "", value),
        "nothing-to-report",
        ("这份数据里没有相应的数字", "有数字的地区和时期:" + "、".join(places)),
        ("these data hold no figure for it", "figures are there for: " + ", ".join(places)),
    )
