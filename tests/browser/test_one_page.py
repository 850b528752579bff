"""One page with everything that a report may hold, as browsers show it: the quick pass."""

from __future__ import annotations

import csv
import io
import re

import nbformat
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.conftest import CUT

from helpers.reports.page import render as rendering

KEY = "loving_mothers|370400|congress-9"
FIGURE = {
    "value": 17800, "lower": 17800, "upper": 17900, "unit": "名", "unit_en": "mothers",
    "qualifier": "余", "indicator": "loving_mothers", "region": "370400", "period": "congress-9",
    "as_written": "1.78万余名", "source": "s", "table": "observations.csv", "row": 3,
    "label_zh": "爱心妈妈", "label_en": "Loving Mothers",
}  # fmt: skip
ORIGIN = "Loving Mothers · written “1.78万余名” · observations.csv, row 3"
WIDTHS = (320, 390, 600, 768, 1024, 1280, 1440, 1920, 2560)
LONG = "Figures of other places come from reports that count in another way, over another time"


def number(text: str) -> str:
    return (
        f'<data class="fig approx" value="17800" data-figure="{KEY}" data-origin="{ORIGIN}"'
        f' tabindex="0">{text}</data>'
    )


def told(html: str) -> nbformat.NotebookNode:
    mark = {"halfsky": {"figures": {KEY: FIGURE}}}
    output = nbformat.v4.new_output("display_data", {"text/html": html}, metadata=mark)
    return nbformat.v4.new_code_cell("1", outputs=[output])


def own(html: str) -> nbformat.NotebookNode:
    output = nbformat.v4.new_output("display_data", {"text/html": html})
    return nbformat.v4.new_code_cell("1", outputs=[output])


def table(rows: int) -> str:
    names = ("Place", "Year", "Figure", "Lies in", "Note")
    heads = "".join(f'<th scope="col">{name}</th>' for name in names)
    figure, range_ = number("over 17,800 mothers and grandmothers"), number("17,800–17,900")
    row = (
        '<tr><th scope="row">Zaozhuang (national money)</th><td>2023</td>'
        f'<td class="number">{figure}</td><td class="number">{range_}</td><td>{LONG}</td></tr>'
    )
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Elsewhere">'
        f'<table class="figures"><caption>Elsewhere</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{row * rows}</tbody></table></div>"
    )


CHART = (
    '<figure class="chart"><figcaption><span class="title">Mothers</span></figcaption>'
    '<svg role="img" aria-label="Mothers: over 17,800" viewBox="0 0 450 60">'
    '<rect width="300" height="20" fill="#0072b2"></rect><text x="5" y="50">over 17,800</text>'
    "</svg></figure>"
)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    frame = pd.DataFrame([[f"c{n}" for n in range(25)]], columns=[f"Column {n}" for n in range(25)])
    styled = frame.iloc[:, :3].style.map(lambda _: "background-color: #ffd9a0; color: #402000")
    long = number("17,800 person-times-of-visits-to-families-in-the-district")
    unit = f'<p class="say">About {long}</p>'
    cards = f'<ul class="cards"><li><span class="big">{number("over 17,800")}</span></li></ul>'
    cells = [
        nbformat.v4.new_markdown_cell("# Care\n\nWho is there?\n\n## At a glance"),
        told(cards + unit),
    ]
    cells += [told(table(3)), nbformat.v4.new_markdown_cell("## Charts"), told(CHART)]
    cells += [own(frame.to_html()), own(styled.to_html())]
    html = rendering.render(
        nbformat.v4.new_notebook(cells=cells), lang="en", title="Care", region="370400",
        period="congress-9", area="care", labels={"region": "Zaozhuang", "period": "Since 2023"},
        simulated=True, home="index.html", provenance={"inputs": "ab" * 32},
    )  # fmt: skip
    path = tmp_path_factory.mktemp("page") / "care.html"
    path.write_text(html, encoding="utf-8")
    return path


def test_a_page_is_quiet_accessible_and_whole_at_every_width(page, visit):
    seen = visit(page, reduced_motion="reduce")
    for scheme, options in (("light", None), ("dark", {"runOnly": ["color-contrast"]})):
        seen.page.emulate_media(color_scheme=scheme)
        result = Axe().run(seen.page, options=options)
        assert result.violations_count == 0, result.generate_report()
    cut = {}
    for width in WIDTHS:
        seen.page.set_viewport_size({"width": width, "height": 800})
        cut[width] = seen.page.evaluate(CUT)
    assert {width: found for width, found in cut.items() if found} == {}
    assert seen.complaints + seen.requests == []


def test_a_figures_address_opens_with_its_origin_shown_until_one_reads_on(page, visit):
    shown = "e => getComputedStyle(e, '::after').content"
    seen = visit(page, "#loving_mothers", java_script_enabled=True).page
    first = seen.locator("#loving_mothers")
    assert first.text_content() == "over 17,800"
    assert ORIGIN in first.evaluate(shown).replace('\\"', '"')
    seen.locator("h1").click()
    seen.locator("main p").first.click()
    assert first.evaluate(shown) in ("none", "normal")
    second = seen.locator("data.fig").nth(1)
    second.focus()
    assert ORIGIN in second.evaluate(shown).replace('\\"', '"')


def test_a_table_is_taken_away_as_csv(page, visit):
    seen = visit(page).page
    with seen.expect_download() as coming:
        seen.locator("a.take").first.click()
    assert coming.value.suggested_filename == "care-370400-congress-9-1.csv"
    raw = coming.value.path().read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[0] == ["Place", "Year", "Figure", "Figure", "Lies in", "Note"]
    assert rows[1][2:5] == ["17800", "over 17,800 mothers and grandmothers", "17,800–17,900"]


def test_paper_holds_the_whole_report_and_no_window_dressing(page, visit):
    seen = visit(page).page
    seen.emulate_media(media="print")
    for chrome in (".ways", ".skip", ".contents.wide", ".hint", ".take"):
        assert not seen.locator(chrome).first.is_visible(), chrome
    seen.set_viewport_size({"width": 643, "height": 900})  # A4 less its margins
    wide = (
        "Array.from(document.querySelectorAll('table, svg'), e => e.getBoundingClientRect().right)"
    )
    assert max(seen.evaluate(wide)) <= 644
    printed = seen.pdf(prefer_css_page_size=True)
    assert re.match(rb"%PDF", printed)
