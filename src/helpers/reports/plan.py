"""Which reports there are: areas x regions x periods x languages, planned from the tables."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from helpers.data.known import meant, unknown
from helpers.data.problems import Problem, problem

__all__ = [
    "AUDIT",
    "LANGS",
    "OVERVIEW",
    "Catalogue",
    "Extra",
    "Job",
    "Wanted",
    "catalogue",
    "is_safe",
    "refusals",
    "select",
    "settled",
    "unsafe",
]

LANGS = ("zh", "en")
OVERVIEW, AUDIT = "overview", "audit"
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
        (other,) = (lang for lang in LANGS if lang != self.lang)
        return Job(self.area, self.region, self.period, other)


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


def catalogue(tables: Mapping[str, Rows], simulated: bool = False) -> Catalogue:
    """The catalogue of `tables` (name -> rows as dicts).

    A region and period are reported when the region has an observation in the period. An area
    is told there when it has a figure or a programme, or a target set in an earlier period.
    """
    areas, regions, periods = (_named(tables[name], name[:-1]) for name in _CODEBOOKS)
    indicators = {row["indicator"]: row for row in tables["indicators"]}
    seen, told, cited = Counter(), set(), set()
    order = {period: number for number, period in enumerate(periods)}
    earliest: dict[tuple[str, str], int] = {}  # period in which an area was set a target
    for row in tables["observations"]:
        about, region, period = indicators[row["indicator"]], row["region"], row["period"]
        seen[region, period] += row.get("count", 1)
        told.add((about["area"], region, period))
        cited.add(row.get("source", ""))
        if about["measure_type"] == "target":
            where = about["area"], region
            earliest[where] = min(order[period], earliest.get(where, len(order)))
    for where, number in earliest.items():
        told.update((*where, later) for later in list(order)[number + 1 :])
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
    extra = [Job(*place, lang) for place in _extra(plan, wanted) for lang in langs]
    if wanted.only_extra:
        return extra, []
    return [*jobs(plan.told), *extra], jobs(plan.untold)


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

    def codes(values: Sequence[str], rows: Names, stem: str) -> tuple[str, ...]:
        found = [(value, meant(value, _names(rows, stem))) for value in values]
        return tuple(codes[0] if len(codes) == 1 else value for value, codes in found)

    return replace(
        wanted,
        areas=codes(wanted.areas, plan.areas, "title"),
        regions=codes(wanted.regions, plan.regions, "name"),
        periods=codes(wanted.periods, plan.periods, "label"),
    )


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
    extra = wanted.extra
    areas = plan.areas if extra is None else {**plan.areas, extra.area: NAMED.get(extra.area, {})}
    found = []
    if AUDIT in wanted.areas and AUDIT not in areas:
        zh = ("没有说核对哪一篇文稿", "用 --text 指明文件")
        en = ("no text to audit was named", "name its file with --text")
        found.append(problem(("AREA", 0, "", AUDIT), "no-text", zh, en))
        areas = {**areas, AUDIT: NAMED[AUDIT]}
    if extra and extra.notebook and extra.area in (*plan.areas, AUDIT):
        zh = ("与现有工作领域的报告同名", "给笔记本另起一个文件名")
        en = ("has the name of an area's own report", "give the notebook another file name")
        found.append(problem(("--notebook", 0, "", extra.name), "name-taken", zh, en))
    found += [
        *unknown("AREA", "area", wanted.areas, _names(areas, "title")),
        *unknown("--region", "region", wanted.regions, _names(plan.regions, "name")),
        *unknown("--period", "period", wanted.periods, _names(plan.periods, "label")),
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


def _names(rows: Names, stem: str) -> Names:
    """Code -> its names alone."""
    return {
        code: {lang: str(row.get(f"{stem}_{lang}", "")) for lang in LANGS}
        for code, row in rows.items()
    }


def _no_figures(plan: Catalogue, where: str, value: str) -> Problem:
    places = list(dict.fromkeys(f"{region} {period}" for _, region, period in plan.told))[:12]
    return problem(
        (where, 0, "", value),
        "nothing-to-report",
        ("这份数据里没有相应的数字", "有数字的地区和时期:" + "、".join(places)),
        ("these data hold no figure for it", "figures are there for: " + ", ".join(places)),
    )
