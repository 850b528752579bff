"""What a verification finds: a place in the page, what stands there, and what the data say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers.audit.page.recount import forms
from helpers.data.problems import Problem, problem

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.audit.page.read import Page
    from helpers.audit.page.recount import Recount

__all__ = ["Case", "Finding", "finding"]

REBUILD = ("重新生成报告", "build the report again")


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference; ``figure`` is the KEY it belongs to, ``data`` what the data say."""

    problem: Problem
    figure: str | None = None
    data: str = ""

    def as_dict(self, lang: str) -> dict[str, object]:
        """The problem's object, with the figure and the data's own words."""
        return {**self.problem.as_dict(lang), "figure": self.figure, "data": self.data}


@dataclass(frozen=True)
class Case:
    """A page and the data it is held against.

    ``listed`` is the page's figure list; ``figures`` has, of each listed figure that the data
    know, the one that fits best, ``changed`` the keys that the list states otherwise.
    """

    file: str
    page: Page
    recount: Recount
    listed: Mapping[str, Mapping[str, object]]
    figures: Mapping[str, Figure] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()

    def forms(self, key: str) -> frozenset[str]:
        """Every legitimate wording of a figure; of one that is told to have changed, as the page
        itself has it, too.
        """
        figure, own = self.figures.get(key), set()
        if figure is None or key in self.changed:
            entry = self.listed.get(key, {})
            own = {str(entry.get(name)) for name in ("value", "as_written")}
            own |= {mark.text for mark in self.page.marks if mark.key == key}
        return frozenset(own) | (forms(figure, self.recount.words) if figure else frozenset())

    def label(self, key: str, lang: str) -> str:
        """The name of a figure, the key itself where it has none."""
        figure = self.figures.get(key)
        told = figure.label(lang) if figure else self.listed.get(key, {}).get(f"label_{lang}")
        return str(told) if told else key


def finding(
    case: Case,
    at: tuple[int, str, str],
    rule: str,
    zh: str,
    en: str,
    remedy: tuple[str, str] = REBUILD,
    *,
    figure: str | None = None,
    data: str = "",
    severity: str = "error",
) -> Finding:
    """A finding at a line and place of the page; ``at`` is (line, place, what stands there)."""
    line, place, value = at
    where = (case.file, line, _plain(place), _plain(value))
    told = (_plain(zh), remedy[0]), (_plain(en), remedy[1])
    key = None if figure is None else _plain(figure)
    return Finding(problem(where, rule, *told, severity), key, _plain(data))


def _plain(text: str) -> str:
    """A page may hold what no encoding writes (half of a surrogate pair): told escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
