"""Verify a built report: every number in it, worked out anew from the data, without a kernel."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.audit.altered import sealing
from helpers.audit.carriage import arrived
from helpers.audit.check_figures import check_figures, matched, read_list
from helpers.audit.check_marks import check_marks
from helpers.audit.check_seal import check_seal
from helpers.audit.check_texts import check_texts
from helpers.audit.check_versions import check_versions
from helpers.audit.findings import Case, Finding, finding
from helpers.audit.page_text import NotAReport, Page, take_apart
from helpers.audit.recount import Recount, number
from helpers.data import Tables, home, load

__all__ = ["NotAReport", "Verdict", "compared_as_stored", "open_page", "verify"]

HARMLESS = ("other-software", "carried")
REBUILD = ("重新生成报告", "build the report again")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification came to: the findings, and how much was looked at."""

    findings: tuple[Finding, ...]
    figures: int
    numbers: int

    @property
    def numbers_agree(self) -> bool:
        """True where nothing but versions differs."""
        return all(found.problem.severity == "warning" for found in self.findings)

    @property
    def clean(self) -> bool:
        """True where page, data, policy, notebook and program all agree.

        Other versions of Python and its packages are told, but are no difference, nor is what
        became of line ends and encoding where the page itself is as it was made.
        """
        return all(found.problem.rule in HARMLESS for found in self.findings)


def open_page(path: Path) -> Page:
    """A built report taken apart, whatever became of its encoding and line ends on its way.

    Raises NotAReport for any other file, OSError where there is none.
    """
    try:
        source, ways = arrived(path.read_bytes())
    except UnicodeDecodeError:
        raise NotAReport("no text") from None
    page = take_apart(source, report=sealing(source) != "missing")
    page.source, page.ways = source, ways
    return page


def verify(
    path: Path,
    page: Page,
    folder: Path | None = None,
    program: Callable[[], Mapping[str, object]] = dict,
) -> Verdict:
    """Hold an opened page against a data folder (None: the project's own).

    ``program`` gives ``code`` and ``versions`` as the press records them; what it leaves out is
    not compared. Raises DataRefused where the folder is not fit to report from.
    """
    tables = load(folder)
    case, found = _case(path, page, tables)
    found += [*check_figures(case), *check_marks(case), *check_texts(case)]
    if page.shown is not None:  # the page of an audited text
        from helpers.audit.check_quoted import check_quoted

        found += check_quoted(case)
    found.sort(key=lambda one: one.problem.row)
    if page.source:
        found = [*check_seal(case), *found]
    found += _recorded(case, path)
    found += check_versions(case, tables, home(), program())
    return Verdict(tuple(found), len(case.listed), len(page.marks))


def _case(path: Path, page: Page, tables: Tables) -> tuple[Case, list[Finding]]:
    try:
        listed, twice = read_list(page.figures)
        reason = ""
    except ValueError as problem:
        listed, twice, reason = {}, (), str(problem)
    keys = {*listed, *(mark.key for mark in page.marks)}
    recount = Recount.of(tables, keys)
    if page.shown is not None:
        from helpers.audit.check_quoted import audit_again

        counts = audit_again(page.shown, sorted(keys), tables, page.lang)
        recount = replace(recount, figures={**recount.figures, **counts})
    case = Case(path.name, page, listed, recount)
    found = []
    if reason:
        found.append(_broken(case, reason))
        told = {key: case.recount.candidates(key) for key in keys}
        listed = {key: figures[0].as_json() for key, figures in told.items() if figures}
        case = Case(path.name, page, listed, case.recount)
    found += [
        finding(
            case, (page.figures_line, "figures", key), "listed-twice",
            (f"{key} 在本页的数据清单里出现两次", REBUILD[0]),
            (f"{key} stands twice in the page's list of figures", REBUILD[1]),
            figure=key,
        )
        for key in twice
    ]  # fmt: skip
    return matched(case), found


def _broken(case: Case, reason: str) -> Finding:
    return finding(
        case, (case.page.figures_line, "figures", ""), "broken-list",
        (f"本页的数据清单读不出来（{reason}）", REBUILD[0]),
        (f"the page's list of figures cannot be read ({reason})", REBUILD[1]),
    )  # fmt: skip


def _recorded(case: Case, path: Path) -> Iterator[Finding]:
    """A report that still stands in its edition must be the file that the ledger recorded."""
    import hashlib

    try:
        root = path.resolve().parents[3]
        entries = json.loads((root / "ledger.json").read_text(encoding="utf-8"))["reports"]
        inside = path.resolve().relative_to(root).as_posix().removesuffix(".html").split("/")
        names = ("lang", "region", "period", "area")
        mine = [e for e in entries if [str(e[name]) for name in names] == inside]
        recorded = str(mine[0]["sha256"])
    except (OSError, ValueError, LookupError, TypeError):
        return
    here = hashlib.sha256(case.page.source.encode("utf-8") or path.read_bytes()).hexdigest()
    if recorded and recorded != here:
        yield finding(
            case, (0, "ledger.json", ""), "not-as-built",
            ("文件与生成时登记的不同：生成以后有人改过", REBUILD[0]),
            ("the file is not the one that the ledger recorded: it was changed after it was built",
             REBUILD[1]),
            data=recorded,
        )  # fmt: skip


def compared_as_stored(path: Path, page: Page, folder: Path) -> list[Finding]:
    """Page against the cells of ``observations.csv`` as they stand, for data that were refused.

    Only values, written forms and sources are compared; nothing is worked out from refused data.
    """
    try:
        text = (folder / "observations.csv").read_bytes().decode("utf-8-sig", errors="replace")
        listed, _ = read_list(page.figures)
    except (OSError, ValueError):
        return []
    case = Case(path.name, page, listed, None)
    found, keys = [], set()
    for row in csv.DictReader(io.StringIO(text)):
        key = "|".join(str(row.get(name)) for name in ("indicator", "region", "period"))
        keys.add(key)
        for name in ("value", "as_written", "source"):
            stated, stored = listed.get(key, {}).get(name), row.get(name)
            same = number(stated) == number(stored) if name == "value" else stated == stored
            if key in listed and not same:
                found.append(_stored(case, key, name, str(stated), str(stored)))
    gone = [key for key, entry in listed.items()
            if entry.get("table") == "observations.csv" and key not in keys]  # fmt: skip
    return found + [_stored(case, key, "value", str(listed[key]["value"]), "–") for key in gone]


def _stored(case: Case, key: str, name: str, stated: str, stored: str) -> Finding:
    return finding(
        case, (case.page.figures_line, f"figures.{name}", stated), "figure-differs",
        (f"{case.label(key, 'zh')}（{key}）：{name} 报告为 {stated}，数据表为 {stored}",
         "先改正数据表"),
        (f"{case.label(key, 'en')} ({key}): {name}: page {stated}, table {stored}",
         "mend the table first"),
        figure=key, data=stored,
    )  # fmt: skip
