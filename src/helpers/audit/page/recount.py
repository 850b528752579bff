"""The data's side: figures by KEY, worked out anew, every wording of one, and what is found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from helpers import quantity as q
from helpers.analysis.figures import Figure, policy
from helpers.analysis.measures import elsewhere
from helpers.analysis.report import OVERVIEW, AreaFigures
from helpers.data.problems import Problem, problem
from helpers.files import rows_beside
from helpers.telling import lists, wording

if TYPE_CHECKING:
    from helpers.audit.page.read import Page
    from helpers.data import Tables

__all__ = ["TALLY", "Finding", "Held", "Recount", "number", "usual"]

TALLY = re.compile(r"(?P<area>.+)_(?P<slug>rules_tested|rules_held|rules_open)")


@dataclass
class Recount:
    """Figures by KEY; each place and period is worked out once, when one of its keys is asked for.

    ``counts`` are those of an audited text.
    """

    tables: Tables
    counts: Mapping[str, Figure] = field(default_factory=dict)
    found: dict[tuple[str, str], AreaFigures | None] = field(default_factory=dict)

    @cached_property
    def words(self) -> q.Policy:
        """The office's rounding words."""
        return policy(self.tables)

    def here(self, region: str, period: str) -> AreaFigures | None:
        """Everything of one place and period, None where the tables know no such."""
        place, tables = (region, period), self.tables
        if place not in self.found:
            known = region in set(tables.regions["region"])
            known = known and period in set(tables.periods["period"])
            made = known and AreaFigures(tables, OVERVIEW, region, period, "zh", "internal")
            self.found[place] = made or None
        return self.found[place]

    def candidates(self, key: str) -> list[Figure]:
        """The figures of a key: none where the data do not have it, several where a place may
        publish figures of several scopes.
        """
        slug, _, place = key.partition("|")
        region, _, period = place.partition("|")
        here = self.here(region, period)
        found = [self.counts.get(key), *elsewhere(self.tables).values()]
        found.append(_made(here, slug) if here else None)
        return [f for f in found if f and f.key == key and f.quantity is not None]


def _made(here: AreaFigures, slug: str) -> Figure | None:
    """A figure of a place, or what a report makes of them: counts of its rules, changes, sums."""
    counted = TALLY.fullmatch(slug)
    if slug in here.book:
        return here.book[slug]
    if counted and counted["area"] in (OVERVIEW, *here.tables.areas["area"]):
        return lists.tally(replace(here, area=counted["area"]), counted["slug"])
    return here.find(slug) if "." in slug else None


def number(text: object) -> Decimal | None:
    """The number that a text or a JSON value states, None where it states none."""
    try:
        found = Decimal(str(text))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


@lru_cache(maxsize=4096)
def wordings(figure: Figure, words: q.Policy) -> frozenset[str]:
    """Every legitimate wording of a figure with a value, in either language: with and without its
    unit, the number alone, its range, and the form of the source.
    """
    found = {wording.span(figure), figure.as_written, f"{figure.as_json()['value']}"}
    found.add(wording.grouped(figure.quantity.value))
    ways = [(wording.known_range, {}), (wording.text, {"unit": False})]
    for digits in (None, *range(5)):  # as the figure stands alone, or in a column
        if digits is None or (figure.is_exact and round(figure.quantity.value, digits)):
            ways += [(write, {"digits": digits}) for write in (wording.text, wording.beside_label)]
    for lang in ("zh", "en"):
        for write, more in ways:
            try:
                found.add(write(figure, lang, words=words, **more))
            except ValueError:  # no usual form states it; the others remain
                continue
    return frozenset(filter(None, found))


def usual(figure: Figure, lang: str, words: q.Policy) -> str:
    """The wording of a figure that a page most likely has."""
    try:
        return wording.text(figure, lang, words=words)
    except ValueError:  # no usual form states it
        return figure.as_written or wording.span(figure)


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference; ``figure`` is the KEY it belongs to, ``data`` what the data say."""

    problem: Problem
    figure: str | None = None
    data: str = ""

    def as_dict(self, lang: str) -> dict[str, object]:
        """The problem's object, with the figure and the data's own words."""
        return {**self.problem.as_dict(lang), "figure": self.figure, "data": self.data}


@dataclass
class Held:
    """A page held against data, and what was found.

    ``listed`` is the page's figure list; ``figures`` has, of each listed figure that the data
    know, the one that fits best, ``changed`` the keys that the list states otherwise.
    """

    file: str
    page: Page
    recount: Recount
    listed: Mapping[str, Mapping[str, object]]
    figures: dict[str, Figure] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    found: list[Finding] = field(default_factory=list)

    def forms(self, key: str) -> frozenset[str]:
        """Every legitimate wording of a figure; of one that is told to have changed, as the page
        itself has it, too.
        """
        figure, own = self.figures.get(key), set()
        if figure is None or key in self.changed:
            own = {str(self.listed[key].get(name)) for name in ("value", "as_written")}
            own |= {mark.text for mark in self.page.marks if mark.key == key}
        return frozenset(own) | (wordings(figure, self.recount.words) if figure else frozenset())

    def label(self, key: str) -> tuple[object, object]:
        """The name of a figure in both languages, the key itself where it has none."""
        figure, entry = self.figures.get(key), self.listed.get(key, {})
        if figure:
            return figure.label_zh or key, figure.label_en or key
        return entry.get("label_zh") or key, entry.get("label_en") or key

    def tell(
        self, rule: str, at: tuple[int, str, str], *told: object, figure: str | None = None,
        data: str = "",
    ) -> None:  # fmt: skip
        """Keep a finding of `findings.csv` at (line, place, what stands there); ``told`` fills
        its messages, a pair by language.
        """
        row = _findings()[rule]
        parts = [part if isinstance(part, tuple) else (part, part) for part in told]
        zh, en = (
            (_plain(row[f"message_{lang}"].format(*(part[number] for part in parts))),
             row[f"remedy_{lang}"])
            for number, lang in enumerate(("zh", "en"))
        )  # fmt: skip
        where = (self.file, at[0], _plain(at[1]), _plain(at[2]))
        key = None if figure is None else _plain(figure)
        one = problem(where, rule, zh, en, row["severity"])
        self.found.append(Finding(one, key, _plain(data)))


@lru_cache(maxsize=1)
def _findings() -> dict[str, dict[str, str]]:
    """Rule → severity, messages and remedies."""
    return {row["rule"]: row for row in rows_beside(__file__, "findings.csv")}


def _plain(text: str) -> str:
    """A page may hold what no encoding writes (half of a surrogate pair): told escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
