"""A page of the invented city as reports build it, without a kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import nbformat
import pytest

from helpers.audit.page.recount import Recount
from helpers.data import Tables
from helpers.data.folder import read_folder
from helpers.data.slices import cut
from helpers.reports.page import render as rendering
from helpers.telling.report import AreaReport
from helpers.telling.tracing import Fragment, used

CITY, YEAR = "990100", "2024"


def program() -> dict[str, object]:
    """What the pages of these tests were made with."""
    return {"program": "c" * 64, "versions": {"python": "3.11.0"}}


def told(fragment: Fragment) -> nbformat.NotebookNode:
    """A cell that puts out a fragment."""
    data, metadata = fragment._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data, metadata=metadata)
    return nbformat.v4.new_code_cell("", outputs=[output])


def build(here: AreaReport, fragments: Iterable[Fragment], **more: object) -> str:
    """A page of a report that says ``fragments``, and ``more`` of its provenance."""
    tables = here.tables
    cells = [nbformat.v4.new_markdown_cell("# 题目\n\n## 一\n\n## 二"), *map(told, fragments)]
    made = {"tables": dict(cut(read_folder(tables.folder), here.area, here.region).tables)}
    names = dict(zip(tables.periods["period"], tables.periods[f"label_{here.lang}"], strict=True))
    labels = {"region": here.region_name, "period": here.period_name(), "periods": names}
    return rendering.render(
        nbformat.v4.new_notebook(cells=cells), lang=here.lang, title="题目", region=here.region,
        period=here.period, area=here.area, labels=labels, simulated=tables.simulated,
        provenance={**made, **program(), **more},
    )  # fmt: skip


def page_of(tables: Tables, lang: str = "zh", **more: object) -> str:
    """A page of the city's rights figures: a sentence, tables, a chart, lists."""
    here = AreaReport(tables, "rights", CITY, YEAR, lang, "public")
    couples = ["couples_counselled", "couples_reconciled"]
    before = here.panel.query("slug == 'couples_counselled' and period < @YEAR")
    return build(here, (
        here.say(zh="{region}在{period}辅导{couples_counselled}，占{reconciled_share}。",
                 en="{region}, {period}: {couples_counselled}, {reconciled_share}."),
        here.table(here.indicators, zh="数据", en="Figures"),
        here.table(here.methods, zh="算法", en="Method"),
        here.bars(couples, zh="辅导与劝和", en="Counselled and reconciled"),
        Fragment("<p>.</p>", ".", used(before["figure"])),  # of figures that are only drawn
        here.checks(), here.named(), here.sources(),
    ), **more)  # fmt: skip


@pytest.fixture(scope="session")
def pages(city_tables: Tables) -> dict[str, str]:
    """The page in both languages."""
    return {lang: page_of(city_tables, lang) for lang in ("zh", "en")}


@pytest.fixture(scope="session")
def recount(city_tables: Tables) -> Recount:
    """The city's figures, each place and period worked out once for all tests."""
    return Recount(city_tables)


@pytest.fixture
def findings(recount: Recount) -> Callable[[str], list]:
    """``findings(html)``: what a page held against the city's data tells, its seal left out.

    So that what numbers tell is seen by itself: a page that is changed here is altered, too.
    """
    from helpers.audit.page.read import read_page
    from helpers.audit.page.verify import hold

    def run(html: str) -> list:
        found = hold("page.html", read_page(html.encode()), recount).found
        return [one for one in found if one.problem.rule not in ("altered", "no-seal")]

    return run
