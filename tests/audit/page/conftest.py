"""A page of the invented city as reports build it, without a kernel."""

from __future__ import annotations

from collections.abc import Callable

import nbformat
import pytest

from helpers.data import Tables
from helpers.reports.page import template_page
from helpers.telling.report import AreaReport
from helpers.telling.tracing import Fragment

CITY, YEAR = "990100", "2024"


def program() -> dict[str, object]:
    """What the pages of these tests were made with."""
    return {"code": "c" * 64, "versions": {"python": "3.11.0"}}


def told(fragment: Fragment) -> nbformat.NotebookNode:
    """A cell that puts out a fragment."""
    data, metadata = fragment._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data, metadata=metadata)
    return nbformat.v4.new_code_cell("", outputs=[output])


def build(tables: Tables, lang: str = "zh", extra: str = "", **more: object) -> str:
    """A page of the city's rights figures: a sentence, tables, a chart, lists, and ``extra``."""
    here = AreaReport(tables, "rights", CITY, YEAR, lang, "public")
    couples = ["couples_counselled", "couples_reconciled"]
    cells = [
        nbformat.v4.new_markdown_cell("# 维权\n\n## 一\n\n## 二" + extra),
        told(here.say(zh="{region}在{period}辅导{couples_counselled}，占{reconciled_share}。",
                 en="{region}, {period}: {couples_counselled}, {reconciled_share}.")),
        told(here.table(here.indicators, zh="数据", en="Figures")),
        told(here.table(here.methods, zh="算法", en="Method")),
        told(here.bars(couples, zh="辅导与劝和", en="Counselled and reconciled")),
        *(told(one) for one in (here.checks(), here.named())),
        told(here.sources()),
    ]  # fmt: skip
    made = {"data": dict(tables.hashes), **program(), **more}
    names = dict(zip(tables.periods["period"], tables.periods[f"label_{lang}"], strict=True))
    labels = {"region": here.region_name, "period": here.period_name(), "periods": names}
    return template_page.render(
        nbformat.v4.new_notebook(cells=cells), lang=lang, title="维权", region=CITY,
        period=YEAR, area="rights", labels=labels, provenance=made,
    )  # fmt: skip


@pytest.fixture(scope="session")
def pages(city_tables: Tables) -> dict[str, str]:
    """The page in both languages."""
    return {lang: build(city_tables, lang) for lang in ("zh", "en")}


@pytest.fixture
def findings(city_tables: Tables) -> Callable[[str], list]:
    """``findings(html)``: what a page held against the city's data tells, its seal left out.

    So that what numbers tell is seen by itself: a page that is changed here is altered, too.
    """
    from helpers.audit.page.read import read_page
    from helpers.audit.page.verify import hold

    def run(html: str) -> list:
        found = hold("page.html", read_page(html.encode()), city_tables)[1]
        return [one for one in found if one.problem.rule not in ("altered", "no-seal")]

    return run
