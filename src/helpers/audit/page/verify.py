"""Verify a built report: every number in it, worked out anew from the data, without a kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers.audit.page.case import Case, Finding, Recount, finding
from helpers.audit.page.figures import check_figures, check_marks, matched, read_list
from helpers.audit.page.provenance import check_ledger, check_provenance, check_seal
from helpers.audit.page.quoted import check_quoted, shown
from helpers.audit.page.read import NotAReport, Page, read_page
from helpers.audit.page.texts import check_texts
from helpers.data import load
from helpers.data.problems import DataRefused
from helpers.files import read_bytes

__all__ = ["NotAReport", "Verdict", "hold", "open_page", "verify"]

HARMLESS = ("other-software", "no-notebook")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification came to: the findings, and how much was looked at."""

    findings: tuple[Finding, ...]
    figures: int
    numbers: int

    @property
    def clean(self) -> bool:
        """True where page, data, policy, notebook and program all agree.

        Other versions of Python and its packages are told, but are no difference.
        """
        return all(found.problem.rule in HARMLESS for found in self.findings)


def open_page(path: Path) -> Page:
    """A built report taken apart.

    Raises NotAReport for any other file, DataRefused for one that is not opened: a link, a
    device, a pipe, one that is too large or is not there.
    """
    try:
        return read_page(read_bytes(path, path.name))
    except DataRefused as refusal:
        if refusal.problems[0].rule == "not-a-csv-file":
            raise NotAReport("no text") from None
        raise


def verify(
    path: Path,
    page: Page,
    folder: Path | None = None,
    program: Callable[[], Mapping[str, object]] = dict,
) -> Verdict:
    """Hold an opened page against a data folder (None: the project's own).

    ``program`` gives ``program`` and ``versions`` as reports record them; what it leaves out is
    not compared. Raises DataRefused where the folder is not fit to report from.
    """
    case, found = hold(path.name, page, Recount(load(folder)))
    found += [*check_ledger(case, path), *check_provenance(case, program())]
    return Verdict(tuple(found), len(case.listed), len(page.marks))


def hold(file: str, page: Page, recount: Recount) -> tuple[Case, list[Finding]]:
    """The page held against figures: what its numbers, its texts and its seal tell."""
    text = shown(page)
    broken: list[Finding] = []
    keys = list(dict.fromkeys(mark.key for mark in page.marks))
    try:
        listed = read_list(page.figures)
        keys += listed
    except ValueError as reason:
        listed = {}
        broken.append(_broken(file, page, recount, str(reason)))
    if text is not None:
        own = text.counted(keys, recount.tables, page.lang)
        known, recount = recount.others, Recount(recount.tables, recount.found)
        recount.others = {**known, **own}
    if broken:
        told = {key: recount.candidates(key) for key in keys}
        listed = {key: figures[0].as_json() for key, figures in told.items() if figures}
    case = matched(Case(file, page, recount, listed))
    found = [
        *check_figures(case),
        *check_marks(case),
        *check_texts(case, text.name if text else ""),
    ]
    found += check_quoted(case, text) if text else []
    found.sort(key=lambda one: one.problem.row)
    return case, [*check_seal(case), *broken, *found]


def _broken(file: str, page: Page, recount: Recount, reason: str) -> Finding:
    return finding(
        Case(file, page, recount, {}), (page.figures_line, "figures", ""), "broken-list",
        f"本页的数据清单读不出来（{reason}）",
        f"the page's list of figures cannot be read ({reason})",
    )  # fmt: skip
