"""What a verification finds: a place in the page, what stands there, and what the data say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from helpers.audit.known_text import KnownTexts
from helpers.audit.recount import forms, from_page
from helpers.data.problems import Problem, problem

if TYPE_CHECKING:
    from helpers.analysis.figures import Figure
    from helpers.audit.page_text import Page
    from helpers.audit.recount import Recount

__all__ = ["Case", "Finding", "finding"]

Listed = Mapping[str, Mapping[str, object]]


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

    ``listed`` is the page's figure list; ``chosen`` has, of each listed figure that the data
    know, the one that fits best.
    """

    file: str
    page: Page
    listed: Listed
    recount: Recount
    chosen: Mapping[str, Figure] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()  # keys whose list entry differs from the data

    @cached_property
    def known(self) -> KnownTexts:
        """Texts that may hold digits."""
        shown = self.page.shown
        return KnownTexts(self.recount, shown.name if shown else "")

    @cached_property
    def own(self) -> Mapping[str, Figure]:
        """KEY → the figure as the page's list has it, where the data have another or none."""
        words = self.recount.words
        keys = [key for key in self.listed if key in self.changed or key not in self.chosen]
        told = {key: from_page(key, self.listed[key], words) for key in keys}
        return {key: figure for key, figure in told.items() if figure is not None}

    def figures(self, key: str) -> list[Figure]:
        """The figure of a key as the data have it, and as the page's list has it if it differs."""
        found = (self.chosen.get(key), self.own.get(key))
        return [figure for figure in found if figure is not None]

    def forms(self, key: str) -> frozenset[str]:
        """Every legitimate wording of a figure of the page."""
        words = self.recount.words
        return frozenset().union(*(forms(figure, words) for figure in self.figures(key)))

    def label(self, key: str, lang: str) -> str:
        """The name of a figure, the key itself where it has none."""
        figure = self.chosen.get(key)
        told = figure.label(lang) if figure else str(self.listed.get(key, {}).get(f"label_{lang}"))
        return told if told and told != "None" else key


def finding(
    case: Case,
    at: tuple[int, str, str],
    rule: str,
    zh: tuple[str, str],
    en: tuple[str, str],
    *,
    figure: str | None = None,
    data: str = "",
    severity: str = "error",
) -> Finding:
    """A finding at a line and place of the page; ``at`` is (line, place, what stands there)."""
    line, place, value = at
    return Finding(problem((case.file, line, place, value), rule, zh, en, severity), figure, data)
